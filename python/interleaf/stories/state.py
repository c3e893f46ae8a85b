"""What a story is, and the state of one while it is being told."""

from dataclasses import dataclass, field

from interleaf.world.vocabulary import Scene

PRONOUNS = {"he": ("he", "him", "his", "himself"), "she": ("she", "her", "her", "herself")}


@dataclass(frozen=True)
class Page:
    """One page. scene is None on a page without a picture; picture_at is where in `text` the picture stands."""

    text: str
    scene: Scene | None
    picture_at: int | None
    asked: str | None = None  # a new prompt, to which this page is the first answer: a new chapter begins here
    of: tuple[int, int] | None = None  # its number in its chapter and how many there are, if some have been left out


@dataclass(frozen=True)
class Story:
    prompt: str
    pages: tuple[Page, ...]
    facts: dict  # what the prompt asked for: hero, friend, place, time, thing, feeling, accessory, name, pages
    family: str
    cast: dict  # role -> {"species", "name"}
    nats: float = 0.0  # about how much was chosen while its pages were told: -ln of the choices' chances


@dataclass
class Character:
    """Someone in a story. An article-only character (name None) is called by species."""

    role: str  # h hero, f friend, g helper
    species: str
    name: str | None
    pronoun: str
    trait: str
    met: bool = False
    known: bool = False  # from an earlier chapter
    wears: str | None = None  # one of the world's accessories

    @property
    def called(self) -> str:
        return self.name or f"the {self.species}"


def article(words: str) -> str:
    return ("an " if words[0] in "aeiou" else "a ") + words


@dataclass
class Facts:
    """What is fixed before a story is drawn; everything else is free."""

    hero: str | None = None
    friend: str | None = None
    place: str | None = None
    time: str | None = None
    thing: str | None = None
    feeling: str | None = None  # of the hero, on page 1
    accessory: str | None = None  # what the hero wears
    name: str | None = None
    pages: int | None = None
    pronoun: str | None = None
    family: str | None = None
    mention: str | None = None  # something this world cannot draw: it is talked of on page 1
    being: bool = False  # what is mentioned is somebody, not something
    begun: bool = False  # the prompt gave the first line; the story goes on from there
    avoid: frozenset = field(default_factory=frozenset)  # words of the world that must not appear
