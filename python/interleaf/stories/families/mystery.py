"""A small mystery: a sign that nobody understands, wrong guesses, a patient look, and a kind explanation."""

from interleaf.stories.families.closing import closing
from interleaf.stories.families.opening import opening
from interleaf.stories.tale import Tale

DOING = (
    "was sweeping the floor", "was taking a walk", "was watering the flowers", "was eating bread and jam", "was counting pebbles", "was looking for {his} other sock",
    "opened the door", "was going out to fetch water", "was beating a carpet",
)  # fmt: skip
SIGN = (
    "There was {clue}. \"Where does it come from?\" {he} said.", "And then {he} noticed {clue}.", "\"What is this?\" {he} said. It was {clue}.",
    "But what was that? There was {clue}!", "{h} looked twice. It was {clue}, as sure as anything.",
)  # fmt: skip
GUESS = (
    "\"It was a ghost,\" {he} whispered.", "\"The wind did it,\" {he} said, but the air was quite still.", "\"Perhaps it was a giant,\" {he} said.", "\"A secret!\" {he} said.",
    "\"I shall find out,\" {he} said.", "\"How very odd,\" {he} said.",
)  # fmt: skip
FOLLOW = (
    "{H} followed it with {his} nose close to the ground.", "{H} looked {spot} and found one more sign.", "{H} put on a very clever face and looked for clues.", "{H} measured it, and wrote it down.",
    "{H} asked a beetle, but the beetle had slept through it all.", "{H} crawled along on hands and knees.",
)  # fmt: skip
PUZZLED = (
    "{hour}",
    "{sense}",
    '"It makes no sense," {he} said.',
    '"One clue is no clue," {he} said. "I need two."',
    "The more {h} thought, the less {h} understood.",
)
WRONG = (
    "{H} asked {F}. \"Not me,\" said {F}. \"But I have seen it, too.\"", "{H} thought it was {F}. \"No, no,\" said {F}, \"I only came to look.\"", "{H} met {F}. \"Let us wait and see,\" said {F}.",
    "{H} crept up on {F}. \"Got you!\" {he} said. But {F} was only picking berries.", "{H} told {F} about it. \"It must be a dragon,\" said {F}. They looked, but there was no dragon.",
)  # fmt: skip
WAITING = (
    "{H} sat down on {seat} and waited.", "{H} kept watch and did not move a toe.", "{H} hid {spot} and waited.", "{H} lay down on the ground and listened.",
    "{H} spread flour on the floor, to catch a footprint.",
)  # fmt: skip
QUIET = (
    "{hour}",
    "{sense}",
    "For a long time nothing happened.",
    "Somebody was coming!",
    '"Sh!" {he} told {his} own tummy.',
)
SOLVED = (
    "Then {H} saw it all. It was {aT}, and somebody had left it there for {him}!", "{H} turned a corner, and there was {aT}. So that was it!",
    "{H} found {aT} {spot}. It had been there all along!", "{H} opened a box, and in it was {aT}. \"For {hcall}, from a friend,\" it said on the lid.",
    "Out came {G} with {aT}. \"I only wanted to bring it back,\" was the answer.",
)  # fmt: skip
BY_FRIEND = (
    'Then {H} found {aT}. "I left it here for you," said {F}.',
    '{H} saw {aT}, and behind it stood {F}. "Now you have found out! It was to be a present," said {F}.',
)
CLEAR = (
    '"Now everything is clear!" {he} said.',
    '"And I thought it was a ghost," {he} said.',
    "The mystery was solved.",
    '"So simple!" {he} said.',
    "That explained everything.",
)
ANSWER = (
    "That was the answer to the riddle, and it was a good one.", "\"I am a real detective,\" said {H}, and looked about for the next riddle.", "No ghost, no giant, only {anT}.",
    "\"Whoever looks long enough, finds out,\" said {H}.", "And there was nothing odd about it any more.", "{H} closed the case and opened a bag of biscuits.",
)  # fmt: skip


def first(t: Tale) -> None:
    opening(t, DOING).say(SIGN, GUESS).end("scared", "happy")


def follow(t: Tale) -> None:
    t.begin(t.away(0.7), t.later(0.5), "h").say(FOLLOW, PUZZLED).end("happy", "cross")


def wrong(t: Tale) -> None:
    t.begin(t.away(0.5), t.later(0.5), "h").say(WRONG).end("cross", "sad")
    t.along = True


def wait(t: Tale) -> None:
    t.begin(None, t.later(0.7), "h").say(WAITING, QUIET).end("sleepy", "scared")


def solved(t: Tale) -> None:
    t.begin(t.away(0.5), t.later(0.3), "h").say(BY_FRIEND if t.chance(0.4) else SOLVED, CLEAR).end("happy")
    t.has = True


def last(t: Tale) -> None:
    met = t.cast["f"].met
    t.begin(t.home, t.later(0.6, overnight=True), "both" if met else "h")
    closing(
        t, ("{both} {share}.", "{both} laughed and {share}.") if met else ("{H} {play}.", "At once {H} {play}."), ANSWER
    ).end()


def beats(t: Tale) -> list:
    return [(True, first), (False, follow), ("way", True), (False, wrong), (False, wait), (True, solved), (True, last)]
