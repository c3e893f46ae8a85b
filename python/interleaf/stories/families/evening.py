"""The end of a day: one after the other comes along, there is a small trouble, and all are home before they sleep."""

from interleaf.stories.families.closing import closing
from interleaf.stories.families.opening import opening
from interleaf.stories.tale import Tale

TASK = (
    "was on the way to a party",
    "was gathering friends for supper",
    "was bringing a message",
    "was setting the table",
    "was on a round of visits",
)
WHY = (
    "Everybody was to come.", "\"Nobody shall be alone today,\" {he} said.", "\"Let us all be together,\" {he} said.",
    "{H} had {aT} with {him}, to make it festive.",
)  # fmt: skip
ONE = (
    "{H} knocked on the door of {F}. \"Come along!\" said {H}.", "{H} met {F}. \"May I come, too?\" asked {F}.",
    "{H} called for {F}, and {F} came running.",
)  # fmt: skip
TWO = (
    "{H} met {G}. \"Is there room for one more?\" was the question. There was.", "{H} saw {G} and waved. Now there were more of them.",
    "{H} found {G} on {seat}. \"Come along with us!\" said {H}.",
)  # fmt: skip
TROUBLE = (
    "{H} could not find the way.", "{H} had forgotten the most important thing.", "{H} stood in front of {gap}.",
    "{H} counted them all. One was missing!",
)  # fmt: skip
HELD = (
    "But {H} held up {aT}, and all of them followed it.", "\"Follow me!\" said {H}, and {he} held up {aT}.",
    "Then {H} had {aT} in {his} hand, and everything was well.",
)  # fmt: skip
TOGETHER = (
    "{both} sat close together and {share}.", "{both} told stories and {share}.", "{both} {share} until it was time for bed.",
)  # fmt: skip


def first(t: Tale) -> None:
    opening(t, TASK).say(WHY).end("happy")


def one(t: Tale) -> None:
    t.begin(t.far if t.chance(0.5) else None, t.next_time() if t.chance(0.5) else None).say(
        ONE, ("{hour}", "{sense}")
    ).end("happy")


def two(t: Tale) -> None:
    t.begin(t.far, t.next_time() if t.chance(0.5) else None).say(TWO).end("happy")


def trouble(t: Tale) -> None:
    t.begin(t.far, t.next_time() if t.chance(0.5) else None).say(TROUBLE, ("{hour}", "{sense}")).end(
        "scared", "cross", "sad"
    )


def held(t: Tale) -> None:
    t.begin(t.far if t.chance(0.5) else None, t.next_time() if t.chance(0.5) else None).say(HELD).end("happy")


def last(t: Tale) -> None:
    t.begin(t.home, t.next_time() if t.chance(0.7) else None, "both")
    closing(t, TOGETHER).end("sleepy", "happy")


def beats(t: Tale) -> list:
    return [(True, first), (True, one), (False, two), (False, trouble), (True, held), (True, last)]
