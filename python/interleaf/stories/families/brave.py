"""A little brave: something strange is there; the hero hides, looks after all, and it is something harmless."""

from interleaf.stories.families.closing import closing
from interleaf.stories.families.opening import opening
from interleaf.stories.tale import Tale

DOING = (
    "was on the way home",
    "was picking berries",
    "was telling {himself} a story",
    "could not rest",
    "was tidying up",
)
STRANGE = (
    "Then there was a sound. Creak, creak!", "Suddenly something rustled {spot}.", "\"Huuu!\" went something {spot}.",
    "A big dark shape moved {spot}.", "Something went tap, tap, tap.",
)  # fmt: skip
HIDES = (
    "{H} crept behind {seat} and peeped out.", "{H} pulled a leaf over {his} head.", "{H} stood as still as a stone.",
    "{H} ran a few steps, and then {he} stopped.",
)  # fmt: skip
COMFORT = (
    "{H} met {F} and told {fhim} about it. \"We will look together,\" said {F}.",
    "{H} bumped into {F}. \"Did you hear it, too?\" asked {F}.",
    "{H} found {F} there. \"I will hold on to you,\" said {F}, \"and you hold on to me.\"",
)  # fmt: skip
AGAIN = (
    "{H} heard it again. It was nearer now.", "{H} listened. There it was again!",
    "{H} wanted to turn back. But {he} went on, one step at a time.",
)  # fmt: skip
LOOKS = (
    "{H} counted to three and looked {spot}.", "{H} took a deep breath and looked {spot}.",
    "{H} put out one foot, and then the other, and looked {spot}.",
)  # fmt: skip
HARMLESS = (
    "It was only {aT}, and the wind was playing with it!", "It was {aT}, and nothing else!",
    "And what was it? It was {aT}!", "There stood {aT}. That was all!",
)  # fmt: skip
RELIEF = (
    "\"So you made that noise!\" {he} said.", "\"Is that all?\" {he} said.", "\"Next time I shall look at once,\" {he} said.",
)  # fmt: skip


def first(t: Tale) -> None:
    opening(t, DOING).say(STRANGE).end("scared")


def hide(t: Tale) -> None:
    t.begin(None, t.next_time() if t.chance(0.6) else None).say(HIDES, ("{sense}", "{hour}")).end("scared")


def comfort(t: Tale) -> None:
    t.begin(t.far if t.chance(0.5) else None, t.next_time() if t.chance(0.4) else None).say(COMFORT).end("scared")


def again(t: Tale) -> None:
    t.begin(t.far, t.next_time() if t.chance(0.5) else None).say(AGAIN, ("{hour}", "{sense}")).end("scared", "cross")


def look(t: Tale) -> None:
    t.begin(t.far if t.chance(0.4) else None, t.next_time() if t.chance(0.4) else None)
    t.say(LOOKS, HARMLESS, RELIEF).end("happy")


def last(t: Tale) -> None:
    t.begin(t.home, t.next_time() if t.chance(0.5) else None, "both" if t.cast["f"].met else "h")
    doing = ("{both} {share}.", "{both} laughed and {share}.") if t.cast["f"].met else ("{H} {play}.",)
    closing(t, doing).end("happy", "sleepy")


def beats(t: Tale) -> list:
    return [(True, first), (False, hide), (False, comfort), (False, again), (True, look), (True, last)]
