"""A surprise: a present is made ready in secret, the friend takes it amiss, and then it is handed over."""

from interleaf.stories.families.closing import closing
from interleaf.stories.families.opening import opening
from interleaf.stories.tale import Tale

PLANNING = (
    "was making a secret plan", "was very busy", "was whispering to {himself}", "was tidying up", "had a secret",
    "was drawing a plan on a leaf", "was counting the days", "was walking on tiptoe", "had shut the door and the shutters",
)  # fmt: skip
WHY = (
    "It was the birthday of {F}, and {h} wanted to give {fhim} {axt}.", "{h} wanted to surprise {F} with {axt}.",
    "{F} was not to know, but {h} had {axt} in mind for {fhim}.", "{F} had once wished for {axt}. {h} had not forgotten.",
    "{F} had been so kind that {h} wanted to thank {fhim} with {axt}.", "\"{F} shall have {axt},\" {h} thought, \"and nobody must know.\"",
)  # fmt: skip
MAKING = (
    "{H} found {aT} {spot}. It was just right.", "{H} worked and worked, and then {aT} was ready.",
    "{H} got {aT} from a kind neighbour. \"Perfect!\" {he} said.", "{H} had saved up all {his} buttons and swapped them for {aT}.",
    "{H} looked for a long time, and then {he} saw it: {aT}!", "{H} fetched {aT} from the very top of the cupboard.",
)  # fmt: skip
WRAP = (
    "{h} tied a bow around it.", "{h} wrote a little card.", "\"I hope it is the right one,\" {he} said.", "{sense}",
    "{h} wrapped it in leaves.", "{h} hid it under a blanket.", "{h} painted a heart on the paper.",
)  # fmt: skip
NEARLY = (
    "{F} came round the corner. Quickly, {H} hid everything {spot}.", "{F} stood at the door. \"What have you got there?\" \"Nothing at all,\" said {H}.",
    "{F} looked very curious. \"You are up to something,\" {f} said.", "{F} knocked. \"Can we play?\" {f} asked. \"Not now,\" said {H}.",
    "{F} heard whispers and peeped in. {H} sat down on the parcel.",
)  # fmt: skip
AMISS = (
    "\"You have no time for me any more,\" said {F}, and went away.", "\"Have I done something wrong?\" {F} asked.", "{F} went away with heavy steps.",
    "\"Nobody remembers what day it is,\" {fhe} thought.",
)  # fmt: skip
WAIT = (
    "{H} waited and waited. {hour}", "{H} hung up paper flowers. {sense}", "{H} practised a song. La la la!", "{H} baked biscuits, and only a few of them were burnt.",
    "{H} swept the floor and put out two cups.",
)  # fmt: skip
READY = (
    '"Soon!" {he} said.',
    '"Is everything ready?" {he} said.',
    "{h} looked out of the door, and then {he} looked again.",
    '"Sh!" {he} said to the beetles.',
)
GIVING = (
    "\"Surprise!\" cried {H}, and {he} gave {F} {anT}.", "{H} held out {anT}. \"It is for you, {fcall}!\"", "{H} led {F} by the hand, and there was {anT}!",
    "{H} said, \"Close your eyes! Now open them!\" In front of {F} was {anT}.", "{H} asked {F} to come in. In the middle of the table stood {anT}.",
)  # fmt: skip
DELIGHT = (
    "\"For me?\" said {F}.", "{F} could not believe it.", "\"Oh, how beautiful!\" said {F}.", "{F} jumped as high as a chair.",
    "\"And I thought you had forgotten me!\" said {F}.", "\"So that was your secret!\" said {F}.",
)  # fmt: skip
ANSWER = (
    "\"And now I have no secrets any more,\" said {H}.", "\"It was so hard to keep quiet!\" said {H}.", "To give a present is nearly as good as to get one.",
    "The secret was out, and it had been a good one.", "\"When is your birthday, {hcall}?\" asked {F}, and winked.", "{F} kept the bow as well. {f} wears it to this day.",
)  # fmt: skip


def first(t: Tale) -> None:
    opening(t, PLANNING).say(WHY).end("happy")


def make(t: Tale) -> None:
    t.begin(t.away(0.6), t.later(0.5), "h").say(MAKING, WRAP).end("happy", "sleepy")


def nearly(t: Tale) -> None:
    t.begin(None, t.later(0.5), "f").say(NEARLY, AMISS).end("sad", "cross")


def wait(t: Tale) -> None:
    t.begin(t.home, t.later(0.5), "h").say(WAIT, READY).end("sleepy", "happy")


def give(t: Tale) -> None:
    t.begin(t.far if t.chance(0.4) else t.home, t.later(0.5), "h").say(GIVING, DELIGHT).end("happy")
    t.has = t.along = True


def last(t: Tale) -> None:
    t.begin(t.home, t.later(0.6, overnight=True), "both")
    closing(
        t,
        ("{both} {share}.", "And afterwards {both} {share}.", "First they had biscuits, and then {both} {share}."),
        ANSWER,
    ).end()


def beats(t: Tale) -> list:
    return [(True, first), (False, make), ("way", True), (False, nearly), (False, wait), (True, give), (True, last)]
