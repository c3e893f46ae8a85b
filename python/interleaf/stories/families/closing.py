"""How a story ends: a last thing that is done, then a sentence that answers the beginning or lets it rest."""

from interleaf.stories.oracle import felt
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
    "And the beetles? They had a party of their own.",
    "\"Do you think it was a dream?\" said {F}. It was not.",
    "{H} blew out the candle, and all was still.",
    "Somewhere a cricket sang, and nobody wanted to go in.",
    "\"Move over a little,\" said {F}. There was room for two.",
    "\"And tomorrow?\" asked {F}. \"Tomorrow we will see,\" said {H}.",
    "They told it to everybody, and each time it got a little longer.",
    "{F} waved once more, and {H} waved back.",
    "And that is how it was.",
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
    "{H} blew out the candle, and all was still.",
    "And that is how it was.",
    "Somewhere a cricket sang, and {H} listened for a long time.",
    "\"And tomorrow?\" said {H}. \"Tomorrow we will see.\"",
    "{H} told it to everybody, and each time it got a little longer.",
    "{H} pulled up the blanket, right up to {his} nose.",
)  # fmt: skip


def calm(frames: tuple[str, ...]) -> tuple[str, ...]:
    """Those that tell of no feeling."""
    return tuple(frame for frame in frames if felt(frame) is None)


CALM, CALM_ALONE = calm(REST), calm(REST_ALONE)


def closing(t: Tale, doing: tuple[str, ...], answer: tuple[str, ...]) -> Tale:
    """Ends the last page: what is done, what is felt, and mostly an answer to the beginning."""
    t.say(doing).feel("happy", "sleepy")
    rest = REST if t.cast["f"].met else REST_ALONE
    if t.shows_feeling():
        rest = CALM if t.cast["f"].met else CALM_ALONE
    if t.chance(0.7):
        t.say(answer)
        return t if t.chance(0.7) else t.say(rest)
    return t.say(rest)
