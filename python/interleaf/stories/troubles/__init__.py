"""Obstacles and how they are overcome: planned before a tale begins, so that what will help can be packed on page 1."""

from interleaf.stories.refrains import sing
from interleaf.stories.tale import Tale
from interleaf.stories.troubles.goods import GOODS
from interleaf.stories.troubles.hearts import HEARTS
from interleaf.stories.troubles.trouble import PACKED, PROPS, Trouble
from interleaf.stories.troubles.way import WAY
from interleaf.world.vocabulary import THINGS

TROUBLES = (*WAY, *GOODS, *HEARTS)
THINGS_PACKED = 0.3  # share of the first troubles that something packed on page 1 will solve


def pack(t: Tale) -> None:
    """On page 1: what will be of use in the first trouble, if that is to be its way out."""
    fits = [trouble for trouble in TROUBLES if trouble.props and possible(trouble, t)]
    if t.troubles and fits and t.chance(THINGS_PACKED):
        trouble = t.pick(fits)
        prop = t.pick(tuple(trouble.props))
        t.plan.append((trouble, prop))
        t.notes["prop"] = PROPS[prop]
        t.say(PACKED)


def possible(trouble: Trouble, t: Tale) -> bool:
    """Whether it can happen now, and has not happened yet."""
    if trouble.name in t.used or trouble.time in t.facts.avoid or set(trouble.name.split()) & t.facts.avoid:
        return False
    if trouble.needs == "friend" and not t.along or trouble.needs == "thing" and not t.has:
        return False
    before = {None: ("day", "sunset", "night", "rain"), "night": ("day", "sunset", "night"), "rain": ("day", "rain"),
              "sunset": ("day", "rain", "sunset")}  # fmt: skip
    return t.time in before[trouble.time]


def choose(t: Tale, split: bool) -> tuple[Trouble, tuple[str, ...], bool]:
    """A trouble with the frames of its way out, and whether that way is to wait."""
    if t.plan:
        trouble, prop = t.plan.pop()
        if possible(trouble, t):
            return trouble, trouble.props[prop], False
    trouble = t.pick([trouble for trouble in TROUBLES if possible(trouble, t)])
    way = t.pick([way for way in trouble.solved if split or trouble.after is None or way != "wait"])
    return trouble, trouble.solved[way], way == "wait"


HOLDS = (
    "{hh} held on to the {t}.", "{hh} hugged the {t}.", "{hh} tucked the {t} under {his} arm.", "{hh} put the {t} down for a moment.",
    "{hh} took good care of the {t}.", "{hh} still had the {t} with {him}.",
)  # fmt: skip
SEEN = (
    "{aU} lay beside the path. Somebody had forgotten it.", "By the path stood {aU}, and nobody was near.", "{hh} passed {aU} and left it there for its owner.",
    "{hh} saw {aU} {spot} and wondered whose it was.", "Somebody had left {aU} {spot}.", "{spot}, {hh} saw {aU}.",
)  # fmt: skip
SEEN_SHARE = 0.35  # of the pages with a trouble: something is there that has nothing to do with it


def aside(t: Tale) -> None:
    """A thing on a page that tells of trouble: so that things are not only where all is well."""
    if t.along or t.first != "h" or t.together:
        return
    if t.has and t.chance(0.5):
        t.say(HOLDS)
    elif t.chance(SEEN_SHARE):
        t.other = t.random.choice([thing for thing in THINGS if thing != t.thing and thing not in t.facts.avoid])
        t.say(SEEN)


def tell(t: Tale, pages: int, far: bool) -> None:
    """One trouble on one page, or on two: what happens, and how it is overcome."""
    trouble, out, waited = choose(t, pages == 2)
    t.used.add(trouble.name)
    t.begin(t.far if far else None, trouble.time).say(trouble.arises)
    aside(t)
    if pages == 2:
        t.end(*trouble.moods)
        t.begin(None, trouble.after if waited else t.later(0.25))
    t.say(out)
    sing(t)
    t.end("happy")


__all__ = ["TROUBLES", "pack", "tell"]
