"""What a frame's slots stand for: `{H}` the hero's name, `{at}` "on the beach", `{play}` what one does with the thing."""

from interleaf.stories.state import PRONOUNS, article
from interleaf.stories.words import PLACES, THINGS, TIMES


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


def pal(t) -> str:
    """Who can lend a hand: the friend who is along, else the helper."""
    return "f" if t.along else "g"


def bare(t) -> str:
    """The hero's name alone, in a sentence that says what the hero is."""
    hero = t.cast["h"]
    hero.met, t.last, t.first = True, "h", t.first or "h"
    t.named.add("h")
    return hero.called


def kind(t) -> str:
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
    "w": lambda t: t.we(),
    "were": lambda t: "were" if t.along else "was",
    "wthey": lambda t: "they" if t.along else PRONOUNS[t.cast["h"].pronoun][0],
    "wthem": lambda t: "them" if t.along else PRONOUNS[t.cast["h"].pronoun][1],
    "wtheir": lambda t: "their" if t.along else PRONOUNS[t.cast["h"].pronoun][2],
    "wI": lambda t: "we" if t.along else "I",
    "wmy": lambda t: "our" if t.along else "my",
    "hh": lambda t: t.subject("h", full=t.last != "h"),
    "ff": lambda t: t.subject("f", full=t.last != "f"),
    "P": lambda t: t.subject(pal(t), full=True),
    "phe": lambda t: PRONOUNS[t.cast[pal(t)].pronoun][0],
    "phis": lambda t: PRONOUNS[t.cast[pal(t)].pronoun][2],
    "hat": lambda t: (t.cast["h"].wears or "").split()[-1],
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
