"""A tale being told: who is where, when, with what; and how they are referred to."""

from math import log
from random import Random

from interleaf.stories.frames import capitals, render, sentences
from interleaf.stories.oracle import QUOTED, Reader, felt
from interleaf.stories.slots import SLOTS
from interleaf.stories.state import Character, Facts, article
from interleaf.stories.words import LOOKS, PLACES, TIMES
from interleaf.world.vocabulary import Scene

LEADS = {
    "h": ("{H} [went|walked|hurried|wandered|trotted|tiptoed] {to}.", "{H} set off and soon came {to}.",
          "The path led {H} {to}.", "Step by step, {H} made {his} way {to}.", "Before long, {H} was {at}.",
          "It was a long way, but {H} came {to} at last.", "{H} took the path {to}.", "{H} went on until {he} came {to}.",
          "Over stones and roots {H} came {to}.", "After a good long walk, {H} was {at}."),
    "f": ("{F} [went|walked|hurried|wandered] {to}.", "{F} set off and soon came {to}.", "Before long, {F} was {at}."),
    "both": ("{both} [went|walked|hurried|wandered] {to}.", "{both} set off and soon came {to}.",
             "The path led {them} {to}.", "Before long, {both} were {at}.", "{both} walked side by side, all the way {to}.",
             "{both} sang all the way {to}.", "{both} took the path {to}.", "After a good long walk, {both} were {at}."),
}  # fmt: skip
HOME = {
    "h": ("{H} [went|walked|hurried|ran] home {to}.", "{H} turned round and went home.", "Soon {H} was home again.",
          "{H} took the path back home.", "How good it was when {H} was home again!"),
    "f": ("{F} [went|walked|hurried] home {to}.",),
    "both": ("{both} [went|walked|ran|hurried] home {to}.", "{both} turned round and went home.",
             "Soon {both} were home again.", "{both} took the path back home."),
}  # fmt: skip
BACK_THERE = {
    "h": ("{H} went back there.", "{H} took the same path and went back there.", "So {H} went back there."),
    "f": ("{F} went back there.",),
    "both": ("{both} went back there.", "So {both} went back there.", "{both} took the same path and went back there."),
}  # fmt: skip
SUBJECTS = ("{h}", "{f}", "{H}", "{F}", "{both}", "{w}")
AGAIN = 0.35  # share of the pages that say once more where they are
LATER = {"day": ("sunset", "rain", "rain"), "sunset": ("night", ""), "night": (), "rain": ("day", "sunset")}
OVERNIGHT = {"day": ("sunset", "rain"), "sunset": ("night", "day"), "night": ("day",), "rain": ("day", "sunset")}


class Tale:
    def __init__(self, random: Random, facts: Facts, cast: dict[str, Character], place: str, far: str, time: str, thing: str,
                 other: str, pages: int) -> None:  # fmt: skip
        self.random, self.facts, self.cast = random, facts, cast
        self.home, self.far, self.place, self.time = place, far, place, time
        self.thing, self.other, self.count = thing, other, pages
        self.told_place: str | None = None
        self.told_time: str | None = None
        self.before: str | None = None  # where the tale was before it came here
        self.pages: list[tuple[str, Scene | None]] = []
        self.focus = "h"
        self.used: set[str] = set()
        self.named: set[str] = set()
        self.last: str | None = None
        self.out: list[str] = []
        self.first: str | None = None
        self.who = "h"
        self.together = False  # the page's figure is one of two of whom it tells alike
        self.along = False  # the friend goes where the hero goes
        self.moody = False
        self.adorned: set[str] = set()
        self.notes: dict = {}
        self.wardrobe: dict = {"worn": None}  # see wearing.plan
        self.has = False  # the thing is at hand
        self.troubles = 0  # how many are to come
        self.chapter = 1
        self.plan: list = []  # those for which something was packed, see troubles.pack
        self.reader = Reader()
        self.nats = 0.0

    # -- choices ----------------------------------------------------------------------------------------------------

    def chance(self, p: float) -> bool:
        happens = self.random.random() < p
        self.nats -= log(p if happens else 1 - p) if 0 < p < 1 else 0.0
        return happens

    def pick(self, options):
        self.nats += log(len(options))
        return options[int(self.random.random() * len(options))]

    def later(self, p: float, overnight: bool = False) -> str | None:
        """With this probability a later hour or other weather. Only where a night may pass does morning come."""
        allowed = [t for t in (OVERNIGHT if overnight else LATER)[self.time] if t not in self.facts.avoid]
        return (self.pick(allowed) or None) if allowed and self.chance(p) else None

    def again(self) -> bool:
        """Whether a page says once more where it is. The first page of a chapter does so by itself."""
        return self.chance(AGAIN) and (self.chapter == 1 or bool(self.pages))

    def away(self, p: float) -> str | None:
        return self.far if self.chance(p) else None

    # -- pages ------------------------------------------------------------------------------------------------------

    def begin(self, place: str | None = None, time: str | None = None, who: str | None = None) -> "Tale":
        """Opens a page; a change of place or time is told by its first sentence. Half of the pages go on with "he"."""
        self.place, self.time = place or self.place, time or self.time
        self.who = who or ("both" if self.along else "h")
        if self.who == "both" and self.together and self.chance(0.5):
            self.named, self.last = {"h", "f"}, None
        elif self.who == self.focus == self.last and self.chance(0.5):
            self.named = {self.focus}
        else:
            self.named, self.last = set(), None
        self.out, self.first, self.together, self.moody = [], None, False, False
        return self

    def say(self, *groups: tuple[str, ...]) -> "Tale":
        """One frame from every group, the first with the page's lead if there is news of place or time."""
        for frames in groups:
            frame = self.fresh(frames)
            lead = self.lead(frame)
            if lead and lead.endswith(", "):
                self.write(lead + frame)
            else:
                if lead:
                    self.write(lead)
                self.write(frame)
        return self

    def fresh(self, frames: tuple[str, ...]) -> str:
        for _ in range(6):
            frame = self.pick(frames)
            if frame not in self.used:
                break
        self.used.add(frame)
        return frame

    def write(self, frame: str) -> None:
        if self.out:
            self.out.append(" ")
        start = len(self.out)
        render(frame, self.pick, self.slot, self.out)
        text = "".join(self.out[start:])
        self.out[start:] = [text[:1].upper() + text[1:]]

    def feel(self, *moods: str) -> "Tale":
        """What the page's figure may feel by now; a page tells of one feeling only."""
        from interleaf.stories import feelings

        if not self.moody:
            self.moody = feelings.felt(self, moods)
        return self

    def end(self, *moods: str) -> "Tale":
        """moods: what the page's figure may feel after this page."""
        from interleaf.stories.wearing import dressed

        dressed(self)
        if moods:
            self.feel(*moods)
        self.focus = self.first or self.focus
        text = capitals("".join(self.out).strip())
        read = self.reader.read(text)  # what is there and what is felt, a picture shows as far as the text does
        who = self.cast[self.focus]
        thing, feeling = (read.thing, read.feeling) if read else (None, None)
        scene = Scene(who.species, self.place, self.time, thing, feeling, who.wears)
        self.pages.append((text, scene))
        return self

    def shows_feeling(self) -> bool:
        """Whether this page says already what somebody feels."""
        return any(felt(sentence) for sentence in sentences(QUOTED.sub(' "', "".join(self.out))))

    def lead(self, frame: str) -> str:
        moved, later = self.place != self.told_place, self.time != self.told_time
        was, self.told_time, left, self.told_place = self.told_time, self.time, self.told_place, self.place
        if self.out:
            return ""
        if not (moved or later):
            return f"{PLACES[self.place]['at']}, " if self.pages and frame.startswith(SUBJECTS) and self.again() else ""
        words, dry = TIMES[self.time], was == "rain" and self.time == "day"
        after = self.pick(words["dry"] if dry else words["after"])
        subject, there = frame.startswith(SUBJECTS), f"{PLACES[self.place]['at']}, "
        if moved:
            travel = "" if self.pages and subject and self.chance(0.2) else self.travel(subject=later)
            self.before = left
            return f"{after}, {travel or there}" if later else travel or there
        if subject and self.chance(0.75):
            return f"{after}, {PLACES[self.place]['at']}, " if self.again() else f"{after}, "
        return self.pick(words["drying"] if dry else words["turn"])

    def travel(self, subject: bool = False) -> str:
        back = self.place == self.before and self.place != self.home and self.chance(0.6)
        leads = (BACK_THERE if back else HOME if self.place == self.home else LEADS)[self.who]
        return self.fresh(tuple(lead for lead in leads if lead.startswith(SUBJECTS)) if subject else leads)

    # -- slots ------------------------------------------------------------------------------------------------------

    def quoting(self) -> bool:
        return "".join(self.out).count('"') % 2 == 1

    def slot(self, name: str) -> str:
        filler = SLOTS.get(name)
        if filler:
            return filler(self)
        if name in self.notes:
            return self.notes[name]
        raise KeyError(f"no slot {name!r}: add it to SLOTS or to the tale's notes")

    def subject(self, role: str, full: bool = False) -> str:
        """A name at first mention and where "he" would be unclear; else mostly a pronoun."""
        person = self.cast[role]
        if self.quoting():
            return person.called
        rivals = [r for r in self.named if r != role and self.cast[r].pronoun == person.pronoun]
        clear = role in self.named and (not rivals or self.last == role) and person.met
        again = role in self.named
        self.first = self.first or role
        self.named.add(role)
        pronoun = clear and not full and self.chance(0.85)
        self.last = role
        if pronoun:
            return person.pronoun
        if not person.met:
            return self.introduce(person)
        if person.name is None or self.chance(0.6):
            return person.called
        return f"the {person.species}" if again or self.chance(0.55) else f"{person.name} the {person.species}"

    def introduce(self, person: Character) -> str:
        person.met = True
        if person.known:
            return f"{person.name} the {person.species}" if person.name else f"the {person.species}"
        kind = article(f"{person.trait} {person.species}") if self.chance(0.6) else article(person.species)
        if person.name is None:
            return kind
        return self.pick((f"{kind} called {person.name}", f"{kind} named {person.name}",
                          f"{person.name} the {person.species}", f"{kind} called {person.name}"))  # fmt: skip

    def both(self, them: bool = False) -> str:
        if self.quoting():
            return "them" if them else "they"
        self.together = self.together or self.first is None
        if {"h", "f"} <= self.named:
            self.last = None
            self.first = self.first or self.focus
            return "them" if them else "they"
        if self.cast["f"].met and self.pages and not self.named and self.focus != "g" and self.chance(0.2):
            self.first, self.named = self.first or self.focus, {"h", "f"}
            return "the two friends"
        order = ("h", "f") if self.chance(0.7) else ("f", "h")
        self.first = self.first or order[0]
        text = " and ".join(self.subject(role, full=True) for role in order)
        self.last = None
        return text

    def we(self) -> str:
        """The hero, or the hero and the friend who is along."""
        return self.both() if self.along else self.subject("h")

    def show(self, thing: str, art: bool) -> str:
        if not art:
            return thing
        looks = thing not in self.adorned and self.chance(0.6)
        self.adorned.add(thing)
        return article(f"{self.pick(LOOKS[thing])} {thing}" if looks else thing)
