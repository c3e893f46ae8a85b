"""A new friend: the hero is alone, meets somebody, and a thing brings the two together."""

from interleaf.stories.families.closing import closing
from interleaf.stories.families.opening import opening
from interleaf.stories.tale import Tale

ALONE = (
    "was all alone", "had nobody to play with", "was looking for a friend", "was building a tower of stones",
    "was singing to {himself}", "was sitting on {seat}",
)  # fmt: skip
LONGING = (
    "\"I wish I had a friend,\" {he} said.", "It was a little lonely.", "Nobody came by, not even a beetle.", "{sense}",
)  # fmt: skip
MEETING = (
    "{H} met {F}. \"Hello!\" {h} said. \"Hello,\" said {F}.",
    "{H} heard a sneeze. It was {F}. \"Who are you?\" asked {H}.",
    "{H} bumped into {F}. \"Oh, sorry!\" said {H}. Both of them laughed.",
    "{H} saw {F} and waved. {F} waved back.",
)  # fmt: skip
SHY = (
    "{F} was shy and looked at the ground.", "\"I am new here,\" said {F}.", "\"Do you want to play?\" asked {F}.",
    "\"I like your nose,\" said {F}.",
)  # fmt: skip
SHOWING = (
    "{H} showed {F} {aT}. \"How lovely!\" said {F}.",
    "{H} had brought {aT}. \"Would you like to try?\" {he} asked {F}.",
    "{H} pulled {aT} out of a bag. \"This is for both of us,\" {he} said.",
)  # fmt: skip
LEARNING = (
    "{H} wanted to {learn}. {hard}", "{H} tried to {learn}. {hard}",
)  # fmt: skip
LAUGH = ("{F} laughed, and {h} laughed even louder.", '"Try once more," said {F}.', '"It does not matter," said {F}.')
TOUR = (
    "{H} showed {F} the best places. {sense}", "{H} and {F} played hide and seek until they were out of breath.",
    "{H} and {F} sat on {seat} and told each other jokes.",
)  # fmt: skip


def first(t: Tale) -> None:
    opening(t, ALONE).say(LONGING).end("sad", "sleepy")


def meet(t: Tale) -> None:
    t.begin(t.far if t.chance(0.5) else None, t.next_time() if t.chance(0.5) else None).say(MEETING, SHY).end(
        "happy", "scared"
    )


def show(t: Tale) -> None:
    t.begin(None, t.next_time() if t.chance(0.4) else None).say(SHOWING, ("{hour}", "{sense}")).end("happy")


def tour(t: Tale) -> None:
    t.begin(t.far, t.next_time() if t.chance(0.5) else None).say(TOUR, ("{hour}", '"What fun!" said {F}.')).end("happy")


def play(t: Tale) -> None:
    t.begin(None, t.next_time() if t.chance(0.5) else None, "both").say(
        ("{both} {share}.",), ("{hour}", "{sense}")
    ).end("happy")


def last(t: Tale) -> None:
    t.begin(t.home, t.next_time() if t.chance(0.6) else None, "both")
    closing(t, ("{both} {share}.", "At home, {both} {share}.")).end("happy", "sleepy")


def beats(t: Tale) -> list:
    return [(True, first), (True, meet), (False, show), (False, tour), (False, play), (True, last)]
