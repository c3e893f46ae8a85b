"""Plays a told story back, sentence by sentence, and notes what cannot be: the exact measure of coherence.

The state is the simulator's: who is called what, who wears what, where everybody is, what time it is, what is lost. A
contradiction is a sentence that this state does not allow. The simulator's own stories have none.
"""

import re
from dataclasses import dataclass, field
from functools import cache

from interleaf.stories.oracle import ABSENT, CALLED_SO, INTRODUCED, OFF, QUOTED, THING, WORN, Reader, when
from interleaf.stories.words import THINGS
from interleaf.tell import Told
from interleaf.world.vocabulary import HEROES, PLACES, Scene

from .share import Share, share
from .words import WORD, bare, is_name

KINDS = {
    "name": "two figures share a name, one has two, or somebody is introduced twice",
    "stranger": "a name that nobody was given",
    "pronoun": "he becomes she, or she becomes he",
    "place": "somebody goes to where everybody is already",
    "time": "the hour runs backwards",
    "thing": "somebody uses what is lost, or loses it again",
    "worn": "somebody takes off, gives away or puts on what the story does not allow",
}
ARRIVAL = re.compile(
    rf"\b(?:to|into) the ({'|'.join(PLACES)})\b|"
    r"\b(?:went|walked|hurried|ran) (home)\b(?! and came back)|\b(home) again\b"
)
LATER = re.compile(r"\b(?:morning|next day)\b", re.I)
GONE = re.compile(rf"\b({'|'.join(THINGS)})\b[^.!?]*\bgone\b", re.I)
TWICE = re.compile(r"\b([A-Z][\w’'-]*) and \1\b")
GENDER = {"he": "he", "himself": "he", "she": "she", "herself": "she"}  # his or her may be somebody else's


def _pattern(frame: str, thing: str) -> str:
    """A frame of the simulator as a regular expression: {t} is the thing, any other slot a word."""
    parts = re.split(r"(\[[^\]]*\]|\{\w+\})", frame)
    found = []
    for part in parts:
        if part.startswith("["):
            found.append(f"(?:{'|'.join(map(re.escape, part[1:-1].split('|')))})")
        elif part.startswith("{"):
            found.append(rf"(?:\w+ )?{thing}" if part in ("{t}", "{xt}") else r"\w+")
        else:
            found.append(re.escape(part))
    return "".join(found)


@cache
def using(thing: str) -> re.Pattern:
    """What is only possible with the thing at hand."""
    frames = [frame for part in ("play", "share") for frame in THINGS[thing][part]]
    return re.compile("|".join(_pattern(frame, thing) for frame in frames), re.I)


@dataclass(frozen=True)
class Contradiction:
    kind: str  # one of KINDS
    sentence: str


@dataclass
class Replay(Reader):
    """Reads as the oracle does, and compares every sentence with what was so far."""

    noted: list[Contradiction] = field(default_factory=list)  # on the page that was read last
    gone: set[str] = field(default_factory=set)  # things
    genders: dict[str, str] = field(default_factory=dict)  # by species
    morning: bool = False  # whether this page has said that a new day began

    def note(self, kind: str, sentence: str) -> None:
        self.noted.append(Contradiction(kind, sentence.strip()))

    def read(self, page: str) -> Scene | None:
        self.noted, self.morning = [], False
        scene = super().read(page)
        narrated = QUOTED.sub(' "', page)  # one may speak of somebody whom the story has not met
        self.pronouns(narrated)
        for word in WORD.findall(narrated):
            if word[0].isupper() and is_name(word) and bare(word) not in self.names:
                self.note("stranger", word)
        return scene

    def meet(self, text: str) -> None:
        for match in INTRODUCED[0].finditer(text):
            if match.group(2) in self.names:
                self.note("name", match.group(0))
        for match in TWICE.finditer(text):
            if match.group(1) in self.names:
                self.note("name", match.group(0))
        super().meet(text)

    def bind(self, name: str, species: str) -> None:
        known, species = self.names.get(name), species.lower()
        if name in CALLED_SO or not name[0].isalpha():
            return
        if is_name(name) and (known not in (None, species) or (known is None and species in self.names.values())):
            self.note("name", f"{name} the {species}")
        super().bind(name, species)

    def where(self, sentence: str) -> str | None:
        """Called first for every sentence: place, time and things are compared before the state moves on."""
        for match in ARRIVAL.finditer(sentence):
            goal = self.home if match.group(2) or match.group(3) else match.group(1).lower()
            if goal is not None and goal == self.place:
                self.note("place", sentence)
                break
        self.clock(sentence)
        self.possession(sentence)
        return super().where(sentence)

    def clock(self, sentence: str) -> None:
        self.morning = self.morning or LATER.search(sentence) is not None
        hour = when(sentence)
        if (self.time, hour) == ("night", "sunset") or (
            self.time in ("night", "sunset") and hour == "day" and not self.morning
        ):
            self.note("time", sentence)

    def possession(self, sentence: str) -> None:
        lost = GONE.search(sentence)
        if lost:
            if lost.group(1).lower() in self.gone:
                self.note("thing", sentence)
            self.gone.add(lost.group(1).lower())
            return
        if ABSENT.search(sentence):
            return
        for thing in {found.group(1).lower() for found in THING.finditer(sentence)} & self.gone:
            if using(thing).search(sentence):
                self.note("thing", sentence)
            self.gone.discard(thing)

    def dress(self, sentence: str) -> None:
        before = dict(self.worn)
        super().dress(sentence)
        for found in WORN.finditer(sentence):
            what, subject = found.group(1).lower(), self.subject
            leaves = OFF.search(sentence) or self.worn.get(subject) != what
            if leaves and before.get(subject) != what:
                self.note("worn", sentence)
            if not leaves and before.get(subject) not in (None, what):
                self.note("worn", sentence)

    def pronouns(self, text: str) -> None:
        """A pronoun is compared where only one figure has been named on the page, and before any pronoun. Not "here he
        was", which brings somebody else."""
        figures: set[str] = set()
        for match in WORD.finditer(text):
            word = bare(match.group(0))
            species = self.names.get(word) or (word.lower() if word.lower() in HEROES else None)
            if species:
                figures.add(species)
            gender = GENDER.get(match.group(0).lower())
            if gender is None or text[: match.start()].endswith("here "):
                continue
            if len(figures) != 1:
                return
            known = self.genders.setdefault(next(iter(figures)), gender)
            if known != gender:
                self.note("pronoun", f"{match.group(0)} for the {next(iter(figures))}, {known} before")
                return


def replay(texts: list[str]) -> list[list[Contradiction]]:
    """The contradictions of every page, read in order."""
    reader, found = Replay(), []
    for text in texts:
        reader.read(text)
        found.append(reader.noted)
    return found


def measure_replays(stories: list[Told]) -> dict[str, Share]:
    """Shares of pages and of stories that contradict what was told before, and of pages by kind."""
    replays = [replay([page.text for page in told.pages]) for told in stories]
    pages = [page for each in replays for page in each]
    kinds = {f"contradicts_{kind}": share(any(c.kind == kind for c in page) for page in pages) for kind in KINDS}
    return {
        "contradictory_pages": share(bool(page) for page in pages),
        "contradictory_stories": share(any(each) for each in replays),
    } | kinds
