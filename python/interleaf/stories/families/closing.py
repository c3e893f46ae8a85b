"""How a story ends: a last thing that is done, then a sentence that lets it rest."""

from interleaf.stories.tale import Tale

REST = (
    "\"This was the best day of all,\" said {H}.",
    "\"What a day!\" said {H}, and {he} yawned.",
    "\"Thank you, {fcall},\" said {H}. \"You are a true friend.\"",
    "\"Everything is better with a friend,\" said {H}.",
    "And {both} were friends for ever.",
    "{H} smiled all the way to bed.",
    "{H} was very happy.",
    "{H} was as happy as could be.",
    "That was the end of a fine adventure.",
    "And so it all ended well.",
    "Then {both} fell fast asleep.",
    "{H} closed {his} eyes and smiled.",
    "\"Let us do it all again tomorrow,\" said {F}.",
    "\"I knew it would end well,\" said {F}.",
    "And if they are not tired, {both} are laughing still.",
)  # fmt: skip
REST_ALONE = (
    "\"What a day!\" said {H}, and {he} yawned.",
    "{H} smiled all the way to bed.",
    "{H} was very happy.",
    "{H} was as happy as could be.",
    "That was the end of a fine adventure.",
    "And so it all ended well.",
    "{H} closed {his} eyes and smiled.",
    "{H} was proud, and {he} had every reason to be.",
)  # fmt: skip


def closing(t: Tale, doing: tuple[str, ...]) -> Tale:
    """Ends the last page: what is done, and the rest."""
    return t.say(doing, REST if t.cast["f"].met else REST_ALONE)
