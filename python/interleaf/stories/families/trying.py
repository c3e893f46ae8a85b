"""Try again: something will not work, a friend gives a hint, practice does the rest."""

from interleaf.stories.families.closing import closing
from interleaf.stories.families.opening import opening
from interleaf.stories.tale import Tale

WANTING = ("wanted to {learn}", "was trying to {learn}", "had made up {his} mind to {learn}")
FAIL = ("{hard}", '{hard} "Oh dear," said {H}.', '{hard} "Again!" said {H}.')
GIVING_UP = (
    "{H} sat down on {seat}. \"I will never do it,\" {he} said.", "{H} lay on {his} back and looked up. \"It is too hard,\" {he} said.",
    "{H} was cross and stamped {his} foot.",
)  # fmt: skip
ADVICE = (
    "{H} met {F}. \"Slowly does it,\" said {F}.", "{H} asked {F} for help. \"Try it every day,\" said {F}.",
    "{H} told {F} all about it. \"I could not do it at first, either,\" said {F}.",
)  # fmt: skip
CHEER = (
    '"You can do it, {hcall}!" {f} said.',
    '"I will stay and watch," {f} said.',
    '"Shall we try together?" {f} said.',
)
PRACTICE = (
    "{H} took the {t} and tried again. {hard}", "{H} practised with the {t}, again and again.",
    "{H} tried it with the {t} ten times. It went a little better.",
)  # fmt: skip
SUCCESS = (
    "{H} took the {t} once more, and this time it worked!", "{H} held {his} breath. The {t} did just what {he} wanted!",
    "And then {H} did it! The {t} looked finer than ever.",
)  # fmt: skip
PROUD = ('"Hooray!" [cried|shouted] {H}.', '"I did it!" said {H}.', "{H} was as proud as could be.")


def first(t: Tale) -> None:
    opening(t, WANTING).say(FAIL).end("cross", "sad")


def giving_up(t: Tale) -> None:
    t.begin(t.far if t.chance(0.5) else None, t.next_time() if t.chance(0.6) else None).say(
        GIVING_UP, ("{sense}", "{hour}")
    ).end("sad", "cross", "sleepy")


def advice(t: Tale) -> None:
    t.begin(t.far if t.chance(0.6) else None, t.next_time() if t.chance(0.4) else None).say(ADVICE, CHEER).end("sad")


def practice(t: Tale) -> None:
    t.begin(t.home, t.next_time() if t.chance(0.5) else None).say(
        PRACTICE, ("{hour}", "{sense}", '"Once more," {he} said.')
    ).end("sleepy", "cross")


def success(t: Tale) -> None:
    t.begin(t.home if t.chance(0.5) else t.far, t.next_time() if t.chance(0.5) else None).say(SUCCESS, PROUD).end(
        "happy"
    )


def last(t: Tale) -> None:
    t.begin(None, t.next_time() if t.chance(0.7) else None)
    closing(t, ("{H} {play}.", "All day long, {H} {play}.")).end("happy", "sleepy")


def beats(t: Tale) -> list:
    return [(True, first), (False, giving_up), (False, advice), (False, practice), (True, success), (True, last)]
