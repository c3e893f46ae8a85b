"""A trouble and the ways out of it; both as frames. The way out fits the trouble, so that one thing follows from another.

Ways out: friend (somebody helps), thing (something put into the bag on page 1), other way (a second or third try), wait,
ask, share, mend (makes or mends), trade, look (it was harmless), sorry, give up (gladly), there (all along)."""

from dataclasses import dataclass, field

WAYS = ("friend", "thing", "other way", "wait", "ask", "share", "mend", "trade", "look", "sorry", "give up", "there")


@dataclass(frozen=True)
class Trouble:
    name: str
    arises: tuple[str, ...]
    solved: dict[str, tuple[str, ...]]  # by way out
    props: dict[str, tuple[str, ...]] = field(default_factory=dict)  # way out "thing": frames by what was in the bag
    moods: tuple[str, ...] = ()
    needs: str = ""  # "thing": the tale's thing must be at hand; "friend": a friend must be along
    time: str | None = None  # the hour or weather it comes with
    after: str | None = None  # way out "wait": the hour or weather that follows


# What can be put into a bag on page 1 and be of use later. None of it is drawn.
PROPS = {
    "string": "a piece of string", "whistle": "a little whistle", "stick": "a long stick", "leaf": "a very big leaf",
    "biscuits": "a tin of biscuits", "candle": "a candle end", "map": "an old map", "plaster": "a roll of sticky tape",
    "cushion": "a small cushion", "magnifier": "a magnifying glass",
}  # fmt: skip
PACKED = (
    "{hh} had {prop} in {his} bag, just in case.", "In {his} bag, {hh} had {prop}. One never knows.",
    "{hh} put {prop} into {his} bag. \"You never know,\" {he} said.", "In {his} pocket was {prop}.",
    "{hh} always carried {prop} in {his} bag.", "{hh} had packed a sandwich and {prop}.",
    "\"What is {prop} good for?\" {hh} thought, but {he} put it into {his} bag.",
)  # fmt: skip
