"""Reads a story as text and says which scene every page means. The rules of reading, and nothing else:

* A name belongs to the species it was introduced with ("a turtle called Pip", "Pip the turtle", "Pip was a shy turtle").
* Words inside quotation marks show nothing: they are talk, not picture.
* Who: the first character named on the page; a page that opens with "he", "she", "they" or "the two friends" keeps the
  one before.
* Where and when: the last place and hour named; without one they stay as they were. "Home" is the place of page 1,
  "back there" the place before this one.
* What: the last thing named on this page, unless its sentence says that it is absent (lost, gone, wished for …).
* Feeling: the last one that this page says of its figure ("was sad", "hung his head"), unless it is denied. It does
  not last beyond the page.
* Worn: a hat or a scarf belongs to whom its sentence is about, from then on, until it is taken off, lost or given away.
* A sentence is about the first one named in it, unless "he" or "she" comes first: then about whom the one before was.
"""

import re
from copy import deepcopy
from dataclasses import dataclass, field

from interleaf.world.vocabulary import ACCESSORIES, HEROES, PLACES, THINGS, Scene

QUOTED = re.compile(r'"[^"]*(?:"|$)')
ENDS = re.compile(r"(?<=[.!?])\s+")
SPECIES = "|".join(HEROES)
NAME = r"([^\W\d_a-z][\w'’-]*)"
INTRODUCED = (
    re.compile(rf"\b[Aa]n? (?:\w+ )?({SPECIES}),? (?:called|named) {NAME}"),
    re.compile(rf"\b{NAME},? (?:was )?(?:the|an?) (?:\w+ )?({SPECIES})\b"),
)
WORD = re.compile(r"[^\W\d_][\w’'-]*")
PLACE = re.compile(rf"(?<!from the )\b({'|'.join(PLACES)}|home)\b", re.I)
BACK = re.compile(r"\bback there\b", re.I)
THING = re.compile(rf"\b({'|'.join(THINGS)})\b", re.I)
ABSENT = re.compile(
    r"\b(lost|gone|missing|no|not|never|nowhere|nothing but|without|look(?:ed|ing)? (?:\w+ )?for|search(?:ed|ing)? (?:\w+ )?for|"
    r"wish(?:ed)?|want(?:ed)?|dream(?:ed)?|thought|remembered|missed|forgotten|imagined|hoped|if only|heard of|told of|"
    r"instead of|ask(?:ed)? (?:\w+ )?(?:for|about)|would)\b",
    re.I,
)
HOURS = (
    ("night", re.compile(r"\b(?:night|midnight|moon|moonlight|stars)\b", re.I)),
    ("sunset", re.compile(r"\b(?:sunset|evening|dusk|sun (?:was )?(?:going|went|sank) down)\b", re.I)),
    ("day", re.compile(r"\b(?:morning|afternoon|noon|sunny|sunshine|next day|sun (?:came|was) (?:out|up))\b", re.I)),
)  # fmt: skip
RAIN = re.compile(r"\b(?:rain|rainy|raining|rained|raindrops?)\b", re.I)
DRY = re.compile(r"\brain (?:had )?(?:stopped|was over)\b", re.I)
FELT = tuple(
    (feeling, re.compile(pattern, re.I))
    for feeling, pattern in (
        ("happy", r"\b(?:(?:was|were|felt) (?:\w+ )?(?:happy|glad|proud)|how (?:happy|glad|proud)|laugh(?:ed|ing)|beamed|smiled|for joy)\b"),
        ("sad", r"\b(?:(?:was|were|felt) (?:\w+ )?sad|how sad|like crying|hung (?:his|her) head|a tear|sniffed)\b"),
        ("scared", r"\b(?:(?:was|were|felt) (?:(?:a little|\w+) )?(?:scared|afraid|frightened)|how scared|trembled|knees shook)\b"),
        ("cross", r"\b(?:(?:was|were|felt) (?:\w+ )?cross|how cross|stamped (?:his|her) foot|grumbled|frowned)\b"),
        ("sleepy", r"\b(?:(?:was|were|felt) (?:\w+ )?(?:sleepy|tired)|how (?:sleepy|tired)|yawned|great yawn|rubbed (?:his|her) eyes|fast asleep|"
                   r"keep (?:his|her) eyes open|closed (?:his|her) eyes)\b"),
    )
)  # fmt: skip
DENIED = re.compile(r"\b(?:not|no longer|never|nobody|without)\b", re.I)
WORN = re.compile(rf"\b({'|'.join(ACCESSORIES)})\b", re.I)
OFF = re.compile(r"\b(?:took off|lost)\b", re.I)
GAVE = re.compile(r"\bgave (?:the )?([^\W\d_][\w’'-]*) the\b")
CALLED_SO = {"The", "A", "An", "It", "He", "She", "There", "This", "That", "Once", "And", "But", "Then", "Was"}


@dataclass
class Reader:
    names: dict[str, str] = field(default_factory=dict)
    hero: str | None = None
    place: str | None = None
    time: str | None = None
    home: str | None = None
    left: str | None = None  # the place before this one
    subject: str | None = None  # whom the last sentence was about
    worn: dict[str, str] = field(default_factory=dict)  # by species

    def copy(self) -> "Reader":
        return deepcopy(self)

    def read(self, page: str) -> Scene | None:
        """The scene of the next page, or None while nobody or no place is known."""
        text = QUOTED.sub(' "', page)
        self.meet(text)
        self.hero = self.who(text) or self.hero
        thing = feeling = None
        self.subject = self.hero
        for sentence in ENDS.split(text):
            place = self.where(sentence)
            if place and place != self.place:
                self.left, self.place = self.place, place
            self.time = when(sentence) or self.time
            if not ABSENT.search(sentence):
                for found in THING.finditer(sentence):
                    thing = found.group(1).lower()
            self.subject = self.named(sentence) or self.subject
            self.dress(sentence)
            if self.subject == self.hero or re.search(r"\b(?:both|they)\b", sentence, re.I):
                feeling = felt(sentence) or feeling
        self.home = self.home or self.place
        if self.hero is None or self.place is None:
            return None
        return Scene(self.hero, self.place, self.time or "day", thing, feeling, self.worn.get(self.hero))

    def dress(self, sentence: str) -> None:
        for found in WORN.finditer(sentence):
            gave = GAVE.search(sentence)
            taker = gave and (self.names.get(gave.group(1)) or gave.group(1).lower())
            if taker or OFF.search(sentence):
                self.worn.pop(self.subject, None)
            if not OFF.search(sentence):
                self.worn[taker or self.subject] = found.group(1).lower()

    def named(self, text: str) -> str | None:
        """Whom a sentence is about, as a species; None for whom the one before was about."""
        for match in WORD.finditer(text):
            bare = match.group(0).removesuffix("'s").removesuffix("’s")
            if bare in self.names or bare.lower() in HEROES:
                return self.names.get(bare) or bare.lower()
            if bare.lower() in ("he", "she"):
                return None
        return None

    def meet(self, text: str) -> None:
        for match in INTRODUCED[0].finditer(text):
            self.bind(match.group(2), match.group(1))
        for match in INTRODUCED[1].finditer(text):
            self.bind(match.group(1), match.group(2))

    def bind(self, name: str, species: str) -> None:
        if name not in CALLED_SO and name[0].isalpha():
            self.names.setdefault(name, species.lower())

    def who(self, text: str) -> str | None:
        for match in WORD.finditer(text):
            word = match.group(0)
            bare = word[:-2] if word.endswith(("'s", "’s")) else word
            if bare in self.names:
                return self.names[bare]
            if bare.lower() in HEROES:
                return bare.lower()
            if bare.lower() in ("he", "she", "they", "friends"):
                return None
        return None

    def where(self, sentence: str) -> str | None:
        if BACK.search(sentence):
            return self.left
        found = PLACE.findall(sentence)
        if not found:
            return None
        word = found[-1].lower()
        return self.home if word == "home" else word


def felt(sentence: str) -> str | None:
    if DENIED.search(sentence):
        return None
    last = {found.start(): feeling for feeling, pattern in FELT for found in pattern.finditer(sentence)}
    return last[max(last)] if last else None


def when(sentence: str) -> str | None:
    if RAIN.search(sentence) and not DRY.search(sentence):
        return "rain"
    last, hour = -1, None
    for name, pattern in HOURS:
        for found in pattern.finditer(sentence):
            if found.start() > last:
                last, hour = found.start(), name
    return hour or ("day" if DRY.search(sentence) else None)


def read_story(pages: list[str]) -> list[Scene | None]:
    """One scene for every page, read in order. Never raises; None where the text does not say enough."""
    reader = Reader()
    return [reader.read(page if isinstance(page, str) else "") for page in pages]
