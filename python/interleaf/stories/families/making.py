"""Making something: an idea, the parts of it, a mishap, and a thing that works after all."""

from interleaf.stories.families.closing import closing
from interleaf.stories.families.opening import opening
from interleaf.stories.tale import Tale

IDEA = ("had an idea", "was drawing a plan in the dust", "woke up with a plan", "was full of plans")
PLAN = (
    "\"I shall make {axt},\" {he} said, \"all by myself.\"", "\"What we need here is {axt},\" {he} said.",
    "{he} had read how to make {axt}, and now {he} wanted to try.",
)  # fmt: skip
GATHER = (
    "{H} found string, a stick and some glue {spot}.", "{H} looked {spot} and found just the right bits and pieces.",
    "{H} picked up this and that until {his} arms were full.",
)  # fmt: skip
MISHAP = (
    "{H} put it all together, and it fell apart.", "{H} hammered and glued. Crack! It broke in two.",
    "{H} worked all day, but it came out crooked.", "{H} stepped back to look and sat down in the glue.",
)  # fmt: skip
WHY = ('"Why does it not work?" {he} said.', '"Well, then once more," {he} said.', "{sense}", "{hour}")
HELP = (
    "{H} showed it to {F}. \"The big end goes below,\" said {F}.", "{H} asked {F} for advice. \"Use more string,\" said {F}.",
    "{H} met {F}, who had a better idea. \"First the middle,\" said {F}, \"and then the rest.\"",
)  # fmt: skip
DONE = (
    "{H} tied the last knot, and there it was: {aT}!", "{H} worked slowly this time, and then {aT} was ready.",
    "{H} made {aT} out of all the bits, and it held.", "{H} turned it upside down, and it was {aT}!",
)  # fmt: skip
PRIDE = ('"It works!" cried {H}.', '"I made it myself!" said {H}.', "Not bad at all for the first time!")


def first(t: Tale) -> None:
    opening(t, IDEA).say(PLAN).end("happy")


def gather(t: Tale) -> None:
    t.begin(t.far, t.next_time() if t.chance(0.5) else None).say(GATHER, ("{hour}", "{sense}")).end("happy", "sleepy")


def mishap(t: Tale) -> None:
    t.begin(t.home, t.next_time() if t.chance(0.5) else None).say(MISHAP, WHY).end("cross", "sad")


def ask(t: Tale) -> None:
    t.begin(t.far if t.chance(0.5) else None, t.next_time() if t.chance(0.5) else None).say(HELP).end()


def done(t: Tale) -> None:
    t.begin(t.home if t.chance(0.6) else None, t.next_time() if t.chance(0.5) else None).say(DONE, PRIDE).end("happy")


def last(t: Tale) -> None:
    met = t.cast["f"].met
    t.begin(t.home if t.chance(0.6) else None, t.next_time() if t.chance(0.6) else None, "both" if met else "h")
    closing(t, ("{both} {share}.", "Then {both} {share}.") if met else ("{H} {play}.",)).end("happy", "sleepy")


def beats(t: Tale) -> list:
    return [(True, first), (False, gather), (True, mishap), (False, ask), (True, done), (True, last)]
