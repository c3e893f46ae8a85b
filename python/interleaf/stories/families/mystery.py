"""A small mystery: a sign that nobody understands, wrong guesses, and a kind explanation."""

from interleaf.stories.families.closing import closing
from interleaf.stories.families.opening import opening
from interleaf.stories.tale import Tale

DOING = (
    "was sweeping the floor",
    "was taking a walk",
    "was watering the flowers",
    "was eating breakfast",
    "was counting pebbles",
)
SIGN = (
    "There, {spot}, was {clue}. \"Where does it come from?\" {he} said.", "And then {he} noticed {clue}.",
    "\"What is this?\" {he} said. It was {clue}.",
)  # fmt: skip
GUESS = (
    "\"It was a ghost,\" {he} whispered.", "\"The wind did it,\" {he} said, but the air was quite still.",
    "\"Perhaps it was a giant,\" {he} said.", "\"A secret!\" {he} said.",
)  # fmt: skip
FOLLOW = (
    "{H} followed it with {his} nose close to the ground.", "{H} looked {spot} and found one more sign.",
    "{H} put on a very clever face and looked for clues.", "{H} measured it, and wrote it down.",
)  # fmt: skip
WRONG = (
    "{H} asked {F}. \"Not me,\" said {F}. \"But I have seen it, too.\"", "{H} thought it was {F}. \"No, no,\" said {F}, \"I only came to look.\"",
    "{H} met {F}. \"Let us wait and see,\" said {F}.",
)  # fmt: skip
WAITING = ("{H} sat down on {seat} and waited.", "{H} kept watch and did not move a toe.", "{H} hid {spot} and waited.")
SOLVED = (
    "Then {H} saw it all. It was {aT}, and somebody had left it there for {him}!",
    "Then {H} found {aT}. \"I left it here for you,\" said {F}.",
    "{H} turned a corner, and there was {aT}. So that was it!", "{H} found {aT} {spot}. It had been there all along!",
)  # fmt: skip
CLEAR = (
    '"Now everything is clear!" {he} said.',
    '"And I thought it was a ghost," {he} said.',
    "The mystery was solved.",
)


def first(t: Tale) -> None:
    opening(t, DOING).say(SIGN, GUESS).end("scared")


def follow(t: Tale) -> None:
    t.begin(t.far, t.next_time() if t.chance(0.5) else None).say(FOLLOW, ("{hour}", "{sense}")).end("happy", "cross")


def wrong(t: Tale) -> None:
    t.begin(t.far if t.chance(0.5) else None, t.next_time() if t.chance(0.5) else None).say(WRONG).end("cross", "sad")


def wait(t: Tale) -> None:
    t.begin(None, t.next_time() if t.chance(0.8) else None).say(WAITING, ("{hour}", "{sense}")).end("sleepy", "scared")


def solved(t: Tale) -> None:
    t.begin(t.far if t.chance(0.5) else None, t.next_time() if t.chance(0.4) else None).say(SOLVED, CLEAR).end("happy")


def last(t: Tale) -> None:
    met = t.cast["f"].met
    t.begin(t.home if t.chance(0.7) else None, t.next_time() if t.chance(0.6) else None, "both" if met else "h")
    closing(t, ("{both} {share}.", "{both} laughed and {share}.") if met else ("{H} {play}.",)).end("happy", "sleepy")


def beats(t: Tale) -> list:
    return [(True, first), (False, follow), (False, wrong), (False, wait), (True, solved), (True, last)]
