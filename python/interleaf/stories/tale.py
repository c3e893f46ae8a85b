"""A tale being told: who is where, when, with what; and how they are referred to."""

from random import Random

from interleaf.stories.frames import capitals, render
from interleaf.stories.oracle import Reader
from interleaf.stories.state import PRONOUNS, Character, Facts, article
from interleaf.stories.words import LOOKS, PLACES, THINGS, TIMES
from interleaf.world.vocabulary import Scene

LEADS = {
    "h": ("{H} [went|walked|hurried|wandered|trotted|tiptoed] {to}.", "{H} set off and soon came {to}.",
          "The path led {H} {to}.", "Step by step, {H} made {his} way {to}.", "Before long, {H} was {at}.",
          "It was a long way, but {H} came {to} at last."),
    "f": ("{F} [went|walked|hurried|wandered] {to}.", "{F} set off and soon came {to}.", "Before long, {F} was {at}."),
    "both": ("{both} [went|walked|hurried|wandered] {to}.", "{both} set off and soon came {to}.",
             "The path led {them} {to}.", "Before long, {both} were {at}.", "{both} walked side by side, all the way {to}.",
             "{both} sang all the way {to}."),
}  # fmt: skip
HOME = {
    "h": ("{H} [went|walked|hurried|ran] home {to}.", "{H} turned round and went home.", "Soon {H} was home again."),
    "f": ("{F} [went|walked|hurried] home {to}.",),
    "both": ("{both} [went|walked|ran|hurried] home {to}.", "{both} turned round and went home.", "Soon {both} were home again."),
}  # fmt: skip
SUBJECTS = ("{h}", "{f}", "{H}", "{F}", "{both}")


class Tale:
    def __init__(self, random: Random, facts: Facts, cast: dict[str, Character], place: str, far: str, time: str, thing: str,
                 other: str, pages: int) -> None:  # fmt: skip
        self.random, self.facts, self.cast = random, facts, cast
        self.home, self.far, self.place, self.time = place, far, place, time
        self.thing, self.other, self.count = thing, other, pages
        self.told_place: str | None = None
        self.told_time: str | None = None
        self.pages: list[tuple[str, Scene | None]] = []
        self.focus = "h"
        self.used: set[str] = set()
        self.named: set[str] = set()
        self.last: str | None = None
        self.out: list[str] = []
        self.first: str | None = None
        self.who = "h"
        self.adorned: set[str] = set()
        self.notes: dict = {}
        self.wardrobe: dict = {"worn": None}  # see wearing.plan
        self.reader = Reader()

    # -- choices ----------------------------------------------------------------------------------------------------

    def chance(self, p: float) -> bool:
        return self.random.random() < p

    def pick(self, options):
        return options[int(self.random.random() * len(options))]

    def next_time(self) -> str:
        """A later hour, or other weather."""
        later = {"day": ("sunset", "rain", "night", "sunset"), "sunset": ("night", "night", "day"),
                 "night": ("day",), "rain": ("day", "sunset", "night", "day")}[self.time]  # fmt: skip
        allowed = [time for time in later if time not in self.facts.avoid]
        return self.pick(allowed) if allowed else self.time

    # -- pages ------------------------------------------------------------------------------------------------------

    def begin(self, place: str | None = None, time: str | None = None, who: str = "h") -> "Tale":
        """Opens a page; a change of place or time is told by its first sentence."""
        self.place, self.time, self.who = place or self.place, time or self.time, who
        keep = self.last == self.focus and self.last is not None and self.chance(0.35)
        self.named = {self.focus} if keep else set()
        if not keep:
            self.last = None
        self.out, self.first = [], None
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
        render(frame, self.random, self.slot, self.out)
        self.out[start:] = ["".join(self.out[start:])]

    def end(self, *moods: str) -> "Tale":
        """moods: what the hero may feel after this page."""
        from interleaf.stories.feelings import felt
        from interleaf.stories.wearing import dressed

        dressed(self)
        if self.first == "h":
            felt(self, moods)
        if self.first is not None:
            self.focus = self.first
        text = capitals("".join(self.out).strip())
        read = self.reader.read(text)  # what is there and what is felt, a picture shows as far as the text does
        who = self.cast[self.focus]
        thing, feeling = (read.thing, read.feeling) if read else (None, None)
        scene = Scene(who.species, self.place, self.time, thing, feeling, who.wears)
        self.pages.append((text, scene))
        return self

    def shows_feeling(self) -> bool:
        """Whether this page's text says already what its figure feels."""
        read = self.reader.copy().read("".join(self.out))
        return read is not None and read.feeling is not None

    def lead(self, frame: str) -> str:
        moved, later = self.place != self.told_place, self.time != self.told_time
        was, self.told_place, self.told_time = self.told_time, self.place, self.time
        if self.out or not (moved or later):
            return ""
        words = TIMES[self.time]
        after = self.pick(words["dry"] if was == "rain" and self.time == "day" and self.chance(0.6) else words["after"])
        subject = frame.startswith(SUBJECTS)
        if moved and later:
            if subject and self.chance(0.25):
                return f"{after}, {PLACES[self.place]['at']}, "
            return f"{after}, {self.travel(subject=True)}"
        if moved:
            return f"{PLACES[self.place]['at']}, " if subject and self.chance(0.25) else self.travel()
        if subject and self.chance(0.6):
            return f"{after}, "
        return self.pick(words["drying"] if was == "rain" and self.time == "day" else words["turn"])

    def travel(self, subject: bool = False) -> str:
        leads = (HOME if self.place == self.home else LEADS)[self.who]
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
        self.first = self.first or role
        self.named.add(role)
        pronoun = clear and not full and self.chance(0.8)
        self.last = role
        if pronoun:
            return person.pronoun
        if not person.met:
            return self.introduce(person)
        return person.called if person.name is None or self.chance(0.9) else f"the {person.species}"

    def introduce(self, person: Character) -> str:
        person.met = True
        kind = article(f"{person.trait} {person.species}") if self.chance(0.6) else article(person.species)
        if person.name is None:
            return kind
        return self.pick((f"{kind} called {person.name}", f"{kind} named {person.name}",
                          f"{person.name} the {person.species}", f"{kind} called {person.name}"))  # fmt: skip

    def both(self, them: bool = False) -> str:
        if self.quoting() or {"h", "f"} <= self.named:
            self.last = None
            return "them" if them else "they"
        if self.cast["f"].met and self.pages and not self.named and self.chance(0.25):
            return "the two friends"
        order = ("h", "f") if self.chance(0.7) else ("f", "h")
        self.first = self.first or order[0]
        text = " and ".join(self.subject(role, full=True) for role in order)
        self.last = None
        return text

    def show(self, thing: str, art: bool) -> str:
        if not art:
            return thing
        looks = thing not in self.adorned and self.chance(0.6)
        self.adorned.add(thing)
        return article(f"{self.pick(LOOKS[thing])} {thing}" if looks else thing)


def person_slots() -> dict:
    slots = {}
    for role in "hfg":
        slots[role] = lambda t, r=role: t.subject(r)
        slots[role.upper()] = lambda t, r=role: t.subject(r, full=True)
        mark = "" if role == "h" else role
        for index, word in enumerate(("he", "him", "his", "himself")):
            slots[mark + word] = lambda t, r=role, i=index: PRONOUNS[t.cast[r].pronoun][i]
        slots[role + "call"] = lambda t, r=role: t.cast[r].name or f"dear {t.cast[r].species}"
    return slots


def bare(t: Tale) -> str:
    """The hero's name alone, in a sentence that says what the hero is."""
    hero = t.cast["h"]
    hero.met, t.last, t.first = True, "h", t.first or "h"
    t.named.add("h")
    return hero.called


def kind(t: Tale) -> str:
    bare(t)
    hero = t.cast["h"]
    return article(f"{hero.trait} {hero.species}" if t.chance(0.75) else hero.species)


SLOTS = person_slots() | {
    "hname": bare,
    "hkind": kind,
    "hsp": lambda t: t.cast["h"].species,
    "open": lambda t: t.pick(TIMES[t.time]["open"]),
    "it": lambda t: t.pick(TIMES[t.time]["it"]),
    "His": lambda t: PRONOUNS[t.cast["h"].pronoun][2].capitalize(),
    "both": lambda t: t.both(),
    "them": lambda t: t.both(them=True),
    "t": lambda t: t.show(t.thing, False),
    "aT": lambda t: t.show(t.thing, True),
    "anT": lambda t: f"the {t.show(t.thing, False)}" if t.thing in t.adorned else t.show(t.thing, True),
    "xt": lambda t: t.thing,
    "axt": lambda t: article(t.thing),
    "u": lambda t: t.show(t.other, False),
    "aU": lambda t: t.show(t.other, True),
    "xu": lambda t: t.other,
    "axu": lambda t: article(t.other),
    "at": lambda t: PLACES[t.place]["at"],
    "to": lambda t: PLACES[t.place]["to"],
    "far": lambda t: PLACES[t.far]["to"],
    "atfar": lambda t: PLACES[t.far]["at"],
    "athome": lambda t: PLACES[t.home]["at"],
    "spot": lambda t: t.pick(PLACES[t.place]["spots"]),
    "sense": lambda t: t.pick(PLACES[t.place]["sense"]),
    "hour": lambda t: t.pick(TIMES[t.time]["sense"]),
    "seat": lambda t: PLACES[t.place]["seat"],
    "gap": lambda t: PLACES[t.place]["gap"],
    "height": lambda t: PLACES[t.place]["height"],
    "play": lambda t: t.pick(THINGS[t.thing]["play"]),
    "share": lambda t: t.pick(THINGS[t.thing]["share"]),
    "gone": lambda t: t.pick(THINGS[t.thing]["gone"]),
    "clue": lambda t: t.pick(THINGS[t.thing]["clue"]),
    "want": lambda t: THINGS[t.thing]["want"],
    "learn": lambda t: THINGS[t.thing]["learn"],
    "hard": lambda t: t.pick(THINGS[t.thing]["hard"]),
    "doing": lambda t: t.pick(THINGS[t.thing]["doing"]),
}
