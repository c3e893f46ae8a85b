"""A little brave: something strange is there; the hero hides, finds courage, looks after all, and it is harmless."""

from interleaf.stories.families.closing import closing
from interleaf.stories.families.opening import opening
from interleaf.stories.tale import Tale

DOING = (
    "was picking berries", "was telling {himself} a story", "could not rest", "was tidying up", "was on a walk", "was looking for firewood",
    "was sorting pebbles", "was taking a short cut", "was all alone for the first time", "was hanging out the washing",
)  # fmt: skip
STRANGE = (
    "Then there was a sound. Creak, creak!", "Suddenly something rustled {spot}.", "\"Huuu!\" went something {spot}.", "A big dark shape moved {spot}.",
    "Something went tap, tap, tap.", "There was {clue}, and nobody to be seen.", "Something hummed, very low, {spot}.", "Swish! Something went past, quick as a shadow.",
)  # fmt: skip
FRIGHT = (
    '"Who is there?" {he} whispered. Nobody answered.',
    '"It was only the wind," {he} said. But it was not the wind.',
    "{h} did not dare to look.",
    '"Is it a monster?" {he} whispered.',
)
HIDES = (
    "{H} crept behind {seat} and peeped out.", "{H} pulled a leaf over {his} head.", "{H} stood as still as a stone.", "{H} ran a few steps, and then {he} stopped.",
    "{H} put {his} hands over {his} eyes. \"If I do not see it, it does not see me.\"", "{H} made {himself} as small as a nut.",
)  # fmt: skip
COMFORT = (
    "{H} met {F} and told {fhim} about it. \"We will look together,\" said {F}.", "{H} bumped into {F}. \"Did you hear it, too?\" asked {F}.",
    "{H} found {F} there. \"I will hold on to you,\" said {F}, \"and you hold on to me.\"", "{H} knocked on the door of {F}. \"There is something out there,\" {he} said. \"Then let us see what it is,\" said {F}.",
    "{H} ran to {F}. \"I was afraid of a sound once,\" said {F}. \"It was my own tummy.\"",
)  # fmt: skip
AGAIN = (
    "{H} heard it again. It was nearer now.", "{H} listened. There it was again!", "{H} wanted to turn back. But {he} went on, one step at a time.",
    "{H} whistled a tune, so as to feel bigger.", "{H} thought of all the brave ones in the stories. \"They were afraid, too,\" {he} said.",
)  # fmt: skip
FOLLOWS = (
    "{H} followed the sound, step by step.", "{H} went where the sound came from.", "\"It went this way,\" said {H}, and {he} went after it.",
    "{H} wanted to know at last what it was, and {he} went after it.",
)  # fmt: skip
LOOKS = (
    "{H} counted to three and looked {spot}.", "{H} took a deep breath and looked {spot}.", "{H} put out one foot, and then the other, and looked {spot}.",
    "\"Now or never,\" said {H}, and looked {spot}.", "{H} opened first one eye and then the other, and looked {spot}.",
)  # fmt: skip
HARMLESS = (
    "It was only {aT}, and the wind was playing with it!", "It was {aT}, and nothing else!", "And what was it? It was {aT}!", "There was {aT}. That was all!",
    "There was {aT}, all by itself. Somebody had left it behind.", "It was only {aT} with a beetle on top.",
)  # fmt: skip
RELIEF = (
    "\"So you made that noise!\" {he} said.", "\"Is that all?\" {he} said.", "\"Next time I shall look at once,\" {he} said.", "\"And I took you for a monster!\" {he} said.",
    "{h} had to sit down, so funny was it.",
)  # fmt: skip
ANSWER = (
    "The next time something rustled, {H} went to look at once.", "\"I was afraid,\" said {H}, \"and I looked all the same.\"", "{H} was still small. But {he} felt as big as a house.",
    "From then on, a sound was just a sound.", "\"Who is there?\" said {H}. \"Only me,\" {he} answered.", "It had looked so big, and it was so small.",
)  # fmt: skip


def first(t: Tale) -> None:
    opening(t, DOING).say(STRANGE).feel("scared").say(FRIGHT).end()


def hide(t: Tale) -> None:
    t.begin(None, t.later(0.5)).say(HIDES, ("{sense}", "{hour}")).end("scared")


def comfort(t: Tale) -> None:
    t.begin(t.away(0.5), t.later(0.3), "h").say(COMFORT).end("scared")
    t.along = True


def again(t: Tale) -> None:
    t.begin(None, t.later(0.4), "h").say(AGAIN, ("{hour}", "{sense}")).end("scared")


def look(t: Tale) -> None:
    t.begin(t.home if t.chance(0.6) else t.far, t.later(0.3), "h")
    if t.place == t.far:
        t.say(FOLLOWS)
    t.say(LOOKS, HARMLESS, RELIEF).end("happy")
    t.has = True


def last(t: Tale) -> None:
    t.begin(t.home, t.later(0.6, overnight=True), "both" if t.cast["f"].met else "h")
    doing = (
        ("{both} {share}.", "{both} laughed and {share}.")
        if t.cast["f"].met
        else ("{H} {play}.", "And then {H} {play}.")
    )
    closing(t, doing, ANSWER).end()


def beats(t: Tale) -> list:
    return [(True, first), (False, hide), (False, comfort), ("way", False), (False, again), (True, look), (True, last)]
