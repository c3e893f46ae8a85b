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
    "drum", "feather", "basket", "teapot", "boat", "trumpet", "clock", "guitar",
)  # fmt: skip
FEELINGS = ("happy", "sad", "scared", "cross", "sleepy")
COLOURS = ("red", "blue", "yellow", "green")
ACCESSORIES = tuple(f"{colour} {kind}" for kind in ("scarf", "hat") for colour in COLOURS)


@dataclass(frozen=True)
class Scene:
    """What one picture shows. Every value is one of the tuples above; None where there is no thing, where no feeling
    shows, where nothing is worn."""

    hero: str
    place: str
    time: str
    thing: str | None = None
    feeling: str | None = None
    accessory: str | None = None
