"""There and back: out into the world, something seen, something in the way, and home again with more than before."""

from interleaf.stories.families.closing import closing
from interleaf.stories.families.opening import opening
from interleaf.stories.tale import Tale

RESTLESS = (
    "was looking out and wondering", "was packing a little bag", "had itchy feet", "was reading a map", "wanted to see the world",
)  # fmt: skip
OFF = (
    "\"I want to see what is behind the hill,\" {he} said.", "\"Today I shall go far away,\" {he} said, \"and be back for supper.\"",
    "\"Just one little journey,\" {he} said.",
)  # fmt: skip
SIGHT = (
    "{H} saw more than {he} had ever dreamed of. {sense}", "{H} looked and looked. {sense}", "{H} had never been there before. {sense}",
)  # fmt: skip
BLOCKED = (
    "{H} came to {gap} and had to find a way round.", "{H} lost the path and found it again beside {seat}.",
    "{H} slipped on {gap} and had to sit down.", "{H} took the wrong turning twice.",
)  # fmt: skip
COMPANY = (
    "{H} met {F}, who knew the way. \"Come with me,\" said {F}.", "{H} shared a sandwich with {F}. \"Where are you going?\" asked {F}.",
    "{H} met {F}, and they sat on {seat} for a while.",
)  # fmt: skip
KEEPSAKE = (
    "{H} found {aT} {spot}. \"This comes home with me,\" {he} said.", "{H} picked up {aT}. \"Now I shall always remember this,\" {he} said.",
    "{H} was given {aT} to keep.",
)  # fmt: skip
MISSING = (
    '"It is time to go home," {he} said.',
    "And then {he} thought of {his} own bed.",
    '"That is enough for one day," {he} said.',
)
HOMECOMING = (
    "{H} put the {t} beside {his} bed.", "{H} showed the {t} to everybody and told them all about it.",
    "{H} looked at the {t}, and it was as if {he} were still away.",
)  # fmt: skip


def first(t: Tale) -> None:
    opening(t, RESTLESS).say(OFF).end("happy")


def sight(t: Tale) -> None:
    t.begin(t.far, t.next_time() if t.chance(0.5) else None).say(SIGHT, ("{hour}", '"Oh!" {he} said.')).end("happy")


def blocked(t: Tale) -> None:
    t.begin(t.far, t.next_time() if t.chance(0.6) else None).say(BLOCKED, ("{hour}", "{sense}")).end(
        "cross", "scared", "sleepy"
    )


def company(t: Tale) -> None:
    t.begin(t.far, t.next_time() if t.chance(0.5) else None).say(COMPANY, ("{hour}", "{sense}")).end("happy")


def keepsake(t: Tale) -> None:
    t.begin(t.far, t.next_time() if t.chance(0.5) else None).say(KEEPSAKE, MISSING).end("happy", "sleepy", "sad")


def last(t: Tale) -> None:
    t.begin(t.home, t.next_time() if t.chance(0.6) else None)
    closing(t, HOMECOMING).end("happy", "sleepy")


def beats(t: Tale) -> list:
    return [(True, first), (False, sight), (False, blocked), (False, company), (True, keepsake), (True, last)]
