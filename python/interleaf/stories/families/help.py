"""Helping: somebody is in trouble, and the hero has just the right thing."""

from interleaf.stories.families.closing import closing
from interleaf.stories.families.opening import opening
from interleaf.stories.tale import Tale

WALK = (
    "{H} did not know yet how useful it would be.",
    "{sense}",
    '"What a fine [walk|day|hour]!" {he} said.',
    "{hour}",
)
HEARD = (
    "Then {h} heard somebody crying. \"Help!\"",
    "\"Help, help!\" somebody called.",
    "Not far away, somebody sighed a very long sigh.",
)  # fmt: skip
TROUBLE = (
    "{F} was stuck behind {gap}. \"I cannot get out!\" {f} said.",
    "{F} was sitting on {seat} and crying. \"I have lost my way,\" {f} said.",
    "{F} had fallen and hurt {fhis} foot. \"Ouch!\" {f} said.",
    "{F} was up on {height} and did not dare to come down.",
    "{F} was all alone and a little afraid.",
)  # fmt: skip
OFFER = (
    "\"I will help you,\" said {H}.",
    "\"Wait, I have an idea!\" said {H}.",
    "\"Do not be afraid,\" said {H}. \"I am here.\"",
)  # fmt: skip
TRYING = (
    "{H} pulled and pulled, but it did not work.",
    "{H} thought hard. First {he} tried it this way, then {he} tried it that way.",
    "{H} ran once around {seat} and had a better idea.",
)  # fmt: skip
SOLVED = (
    "{H} took out {anT}. [Soon|In no time] all was well again.",
    "{H} held out {anT}, and {F} began to smile.",
    "With the help of {anT}, {H} put everything right.",
    "{H} gave {F} {anT} to hold, and together they did it.",
)  # fmt: skip
THANKS = (
    "\"Thank you!\" said {F}.", "\"You are so kind, {hcall},\" said {F}.", "\"How clever you are!\" said {F}.",
    "\"Hooray for {hcall}!\" cried {F}.",
)  # fmt: skip


def first(t: Tale) -> None:
    opening(t, ("{doing}",)).say(WALK).end("happy")


def walk(t: Tale) -> None:
    t.begin(t.far, t.next_time() if t.chance(0.5) else None).say(
        ("{H} stopped and listened.", "{H} had a look around."), HEARD
    ).end("scared")


def trouble(t: Tale) -> None:
    t.begin(t.far, t.next_time() if t.chance(0.3) else None, "h").say(TROUBLE, OFFER).end()


def trying(t: Tale) -> None:
    t.begin(None, t.next_time() if t.chance(0.6) else None).say(
        TRYING, ('"Hmm," {he} said.', "{hour}", '"I can do it," {he} said.')
    ).end("cross", "scared")


def solved(t: Tale) -> None:
    t.begin(t.far, t.next_time() if t.chance(0.4) else None).say(SOLVED, THANKS).end("happy")


def last(t: Tale) -> None:
    t.begin(t.home if t.chance(0.6) else None, t.next_time() if t.chance(0.5) else None, "both")
    closing(t, ("{both} {share}.", "Then {both} {share}.")).end("happy", "sleepy")


def beats(t: Tale) -> list:
    return [(True, first), (False, walk), (True, trouble), (False, trying), (True, solved), (True, last)]
