"""How a story ends: a last thing that is done, then a sentence that answers the beginning or lets it rest."""

from interleaf.stories.tale import Tale

REST = (
    "\"This was the best day of all,\" said {H}.",
    "\"What a day!\" said {H}, and {he} yawned.",
    "\"Thank you, {fcall},\" said {H}. \"You are a true friend.\"",
    "\"Everything is better with a friend,\" said {H}.",
    "And {both} stayed friends for ever.",
    "{H} smiled all the way to bed.",
    "That was the end of a fine adventure.",
    "And so it all ended well.",
    "Then {both} fell fast asleep.",
    "{H} closed {his} eyes and smiled.",
    "\"Let us do it all again tomorrow,\" said {F}.",
    "\"I knew it would end well,\" said {F}.",
    "And perhaps {both} are laughing still.",
    "\"Do you know what?\" said {F}. \"I am glad that you are my friend.\"",
    "There was nothing left to wish for.",
    "And what did they do then? They had supper, and then some more supper.",
    "\"Tell it again from the beginning,\" said {F}, and {H} did.",
)  # fmt: skip
REST_ALONE = (
    "\"What a day!\" said {H}, and {he} yawned.",
    "{H} smiled all the way to bed.",
    "{H} was very happy.",
    "That was the end of a fine adventure.",
    "And so it all ended well.",
    "{H} closed {his} eyes and smiled.",
    "{H} was proud, and {he} had every reason to be.",
    "\"All is well,\" said {H}, and so it was.",
    "{H} hummed a little tune until {he} fell fast asleep.",
    "There was nothing left to wish for.",
)  # fmt: skip


def closing(t: Tale, doing: tuple[str, ...], answer: tuple[str, ...]) -> Tale:
    """Ends the last page: what is done, and mostly an answer to the beginning."""
    t.say(doing)
    if t.chance(0.65):
        t.say(answer)
        return t if t.chance(0.7) else t.say(REST if t.cast["f"].met else REST_ALONE)
    return t.say(REST if t.cast["f"].met else REST_ALONE)
