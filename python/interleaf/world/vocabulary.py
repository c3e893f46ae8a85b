"""Everything that can stand in a scene. One scene is one picture; a page of a story means exactly one scene."""

from dataclasses import dataclass

HEROES = (
    "turtle", "owl", "elephant", "hedgehog", "penguin", "rabbit",
    "dinosaur", "flamingo", "bear", "snail", "duck", "cat",
)  # fmt: skip
PLACES = ("beach", "forest", "mountains", "desert", "village", "castle", "garden", "snow")
TIMES = ("day", "sunset", "night", "rain")
THINGS = (
    "kite", "balloon", "umbrella", "key", "lantern", "book",
    "star", "ball", "bell", "crown", "apple", "cake",
)  # fmt: skip


@dataclass(frozen=True)
class Scene:
    """What one picture shows. Every value is a word of the tuples above; thing is None where nothing is held."""

    hero: str
    place: str
    time: str
    thing: str | None = None
