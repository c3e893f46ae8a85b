"""Making something: an idea, the parts of it, a mishap, another plan, and a thing that works after all."""

from interleaf.stories.families.closing import closing
from interleaf.stories.families.opening import opening
from interleaf.stories.tale import Tale

IDEA = ("had an idea", "was drawing a plan in the dust", "woke up with a plan", "was full of plans", "was looking for something to do", "had an empty table and a full head",
        "was rolling up {his} sleeves", "was turning over a heap of odds and ends")  # fmt: skip
PLAN = (
    "\"I shall make {axt},\" {he} said, \"all by myself.\"", "\"What we need here is {axt},\" {he} said.", "{he} had read how to make {axt}, and now {he} wanted to try.",
    "\"There is no {xt} to be had,\" {he} said. \"So I shall make one.\"", "\"How hard can it be to make {axt}?\" {he} said.", "\"I shall make {axt},\" {he} said. \"{want}.\"",
)  # fmt: skip
GATHER = (
    "{H} found string, a stick and some glue {spot}.", "{H} looked {spot} and found just the right bits and pieces.", "{H} picked up this and that until {his} arms were full.",
    "{H} asked {G} for a few scraps and got a whole bag of them.", "{H} found two buttons and a spring {spot}. \"Who knows what they are good for?\" {he} said.",
    "{H} needed something round and something long, and found both {spot}.",
)  # fmt: skip
MISHAP = (
    "{H} put it all together, and it fell apart.", "{H} hammered and glued. Crack! It broke in two.", "{H} worked for hours, but it came out crooked.", "{H} stepped back to look and sat down in the glue.",
    "{H} had put the top where the bottom should be.", "{H} sneezed, and all the parts flew off in all directions.", "{H} had one part left over, and nobody knew where it went.",
)  # fmt: skip
WHY = (
    '"Why does it not work?" {he} said.',
    '"Well, then once more," {he} said.',
    "{sense}",
    "{hour}",
    '"I must have made a mistake somewhere," {he} said.',
    "{h} read the plan again, from the end to the beginning.",
)
HELP = (
    "{H} showed it to {F}. \"The big end goes below,\" said {F}.", "{H} asked {F} for advice. \"Use more string,\" said {F}.", "{H} met {F}, who had a better idea. \"First the middle,\" said {F}, \"and then the rest.\"",
    "{H} told {F} about it. \"May I hold it while you glue?\" asked {F}.", "{H} was about to throw it all away. \"Wait,\" said {F}. \"It only needs a little push.\"",
)  # fmt: skip
DONE = (
    "{H} tied the last knot, and there it was: {aT}!", "{H} worked slowly this time, and then {aT} was ready.", "{H} made {aT} out of all the bits, and it held.", "{H} turned it upside down, and it was {aT}!",
    "{H} took it apart and began again. Piece by piece it became {aT}.", "{H} put in the last part, and out of the heap came {aT}!",
)  # fmt: skip
PRIDE = (
    '"It works!" cried {H}.',
    '"I made it myself!" said {H}.',
    "Not bad at all for the first time!",
    "{h} walked round it three times.",
    '"A little crooked," said {H}, "but mine."',
)
ANSWER = (
    "It had begun as an idea, and now one could touch it.",
    "It was a little crooked, and {H} loved it for that.", "{H} wrote {his} name on the bottom, very small.", "\"And what shall we make next?\" said {H}.", "Everybody came to look, and {H} showed them how it was done.",
    "There was no other {t} like it in the whole world.",
)  # fmt: skip


def first(t: Tale) -> None:
    opening(t, IDEA).say(PLAN).end("happy")


def gather(t: Tale) -> None:
    t.begin(t.far, t.later(0.5)).say(GATHER, ("{hour}", "{sense}")).end("happy", "sleepy")


def mishap(t: Tale) -> None:
    t.begin(t.home, t.later(0.4), "h").say(MISHAP, WHY).end("cross", "sad")


def ask(t: Tale) -> None:
    t.begin(t.away(0.5), t.later(0.4), "h").say(HELP).end("happy")
    t.along = True


def done(t: Tale) -> None:
    t.begin(t.home, t.later(0.5, overnight=True), "h").say(DONE, PRIDE).end("happy")
    t.has = True


def last(t: Tale) -> None:
    met = t.cast["f"].met
    t.begin(t.away(0.4), t.later(0.6, overnight=True), "both" if met else "h")
    closing(
        t, ("{both} {share}.", "And so {both} {share}.") if met else ("{H} {play}.", "And so {H} {play}."), ANSWER
    ).end()


def beats(t: Tale) -> list:
    return [(True, first), (False, gather), ("way", True), (False, mishap), (False, ask), (True, done), (True, last)]
