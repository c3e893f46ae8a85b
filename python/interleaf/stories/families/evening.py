"""The end of a day: one after the other comes along, there is a small trouble, and all are together before they sleep."""

from interleaf.stories.families.closing import closing
from interleaf.stories.families.opening import opening
from interleaf.stories.tale import Tale

TASK = (
    "was on the way to a party", "was gathering friends for supper", "was bringing a message", "was setting the table", "was on a round of visits", "was cooking a big pot of soup",
    "was hanging up paper chains", "had baked a whole tray of biscuits",
)  # fmt: skip
WHY = (
    "Everybody was to come.", "\"Nobody shall be alone today,\" {he} said.", "\"Let us all be together,\" {he} said.", "{H} had {aT} with {him}, to make it festive.",
    "\"It is too much for one,\" {he} said. \"I need guests.\"", "\"Whom shall I ask first?\" {he} said.",
)  # fmt: skip
ONE = (
    "{H} knocked on the door of {F}. \"Come along!\" said {H}.", "{H} met {F}. \"May I come, too?\" asked {F}.", "{H} called for {F}, and {F} came running.",
    "{H} found {F}, who was having supper all alone. \"Come and eat with us,\" said {H}.", "{H} waved to {F}. \"There is a place for you,\" said {H}.",
)  # fmt: skip
GLAD = (
    '"I was just thinking of you," said {F}.',
    '"I will bring bread," said {F}.',
    "{hour}",
    "{sense}",
    '"Are there biscuits?" asked {F}. There were.',
)
TWO = (
    "{H} met {G}. \"Is there room for one more?\" was the question. There was.", "{H} saw {G} and waved. Now there were three of them.", "{H} found {G} on {seat}. \"Come along with us!\" said {H}.",
    "{H} and {F} were joined by {G}, who had brought a pie.", "{H} picked up {G} on the way. One, two, three, they went in a row.",
)  # fmt: skip
GUIDED = (
    "{H} held up {aT}, and all of them followed it.", "\"Follow me!\" said {H}, and {he} held up {aT}.", "{H} had brought {aT}. \"For later,\" {he} said, and everybody wanted to see it.",
    "{H} took out {aT}. \"What would a party be without it?\" {he} said.",
)  # fmt: skip
NEAR = (
    "Soon it was not far any more.",
    '"I can smell the soup!" said {F}.',
    "{F} hummed a song, and then everybody hummed.",
    "{hour}",
    "{sense}",
)
TOGETHER = (
    "{both} sat close together and {share}.", "{both} told stories and {share}.", "{both} {share}, until it was time for bed.", "There was soup for everybody, and afterwards {both} {share}.",
)  # fmt: skip
ANSWER = (
    "Nobody was alone, just as {H} had wanted.", "The table was full, and so were the tummies.", "One after the other they fell asleep, and the last one was {H}.", "\"Good night,\" said {F}. \"Good night,\" said {H}. And that was all.",
    "\"It was too much for one,\" said {H}, \"and just enough for all of us.\"", "\"Same time tomorrow?\" asked {F}.",
)  # fmt: skip


def first(t: Tale) -> None:
    opening(t, TASK).say(WHY).end("happy")


def one(t: Tale) -> None:
    t.begin(t.away(0.6), t.later(0.5), "h").say(ONE, GLAD).end("happy")
    t.along = True


def two(t: Tale) -> None:
    t.begin(t.far, t.later(0.5), "h").say(TWO).end("happy")


def guided(t: Tale) -> None:
    t.begin(t.away(0.5), t.later(0.5), "h").say(GUIDED, NEAR).end("happy")
    t.has = True


def last(t: Tale) -> None:
    t.begin(t.home, t.later(0.6), "both")
    closing(t, TOGETHER, ANSWER).end()


def beats(t: Tale) -> list:
    return [(True, first), (True, one), (False, two), ("way", True), (False, guided), ("way", True), (True, last)]
