"""A surprise: a present is made ready in secret, nearly given away, and handed over."""

from interleaf.stories.families.closing import closing
from interleaf.stories.families.opening import opening
from interleaf.stories.tale import Tale

PLANNING = (
    "was making a secret plan", "was very busy", "was whispering to {himself}", "was tidying up", "had a secret",
)  # fmt: skip
WHY = (
    "It was the birthday of {F}, and {h} wanted to give {fhim} {axt}.",
    "{h} wanted to surprise {F} with {axt}.",
    "{F} was not to know, but {h} had {axt} in mind for {fhim}.",
)  # fmt: skip
MAKING = (
    "{H} found {aT} {spot}. It was just right.", "{H} worked and worked, and then {aT} was ready.",
    "{H} got {aT} from a kind neighbour. \"Perfect!\" {he} said.",
)  # fmt: skip
WRAP = (
    "{h} tied a bow around it.", "{h} wrote a little card.", "\"I hope it is the right one,\" {he} said.", "{sense}",
)  # fmt: skip
NEARLY = (
    "{F} came round the corner. Quickly, {H} hid everything {spot}.",
    "\"What have you got there?\" asked {F}. \"Nothing at all,\" said {H}.",
    "{F} looked very curious. \"You are up to something,\" {f} said.",
)  # fmt: skip
HIDING = ('"Phew!" said {H}. That was close.', "{H} could hardly keep quiet.", "{hour}")
WAIT = (
    "{H} waited and waited. {hour}", "{H} hung up paper flowers. {sense}", "{H} practised a song. La la la!",
)  # fmt: skip
GIVING = (
    "\"Surprise!\" cried {H}, and {he} gave {F} {anT}.", "{H} held out {anT}. \"It is for you, {fcall}!\"",
    "{H} led {F} by the hand, and there was {anT}!",
)  # fmt: skip
DELIGHT = (
    "\"For me?\" said {F}.", "{F} could not believe it.", "\"Oh, how beautiful!\" said {F}.", "{F} jumped for joy.",
)  # fmt: skip


def first(t: Tale) -> None:
    opening(t, PLANNING).say(WHY).end("happy")


def make(t: Tale) -> None:
    t.begin(t.far if t.chance(0.6) else None, t.next_time() if t.chance(0.5) else None).say(MAKING, WRAP).end(
        "happy", "sleepy"
    )


def nearly(t: Tale) -> None:
    t.begin(None, t.next_time() if t.chance(0.6) else None, "f").say(NEARLY, HIDING).end("scared")


def wait(t: Tale) -> None:
    t.begin(t.home, t.next_time() if t.chance(0.6) else None).say(
        WAIT, ('"Soon!" {he} said.', '"Is everything ready?" {he} said.')
    ).end("sleepy", "scared")


def give(t: Tale) -> None:
    t.begin(t.far if t.chance(0.4) else t.home, t.next_time() if t.chance(0.5) else None).say(GIVING, DELIGHT).end(
        "happy"
    )


def last(t: Tale) -> None:
    t.begin(None, t.next_time() if t.chance(0.6) else None, "both")
    closing(t, ("{both} {share}.", "Then {both} {share}.")).end("happy", "sleepy")


def beats(t: Tale) -> list:
    return [(True, first), (False, make), (False, nearly), (False, wait), (True, give), (True, last)]
