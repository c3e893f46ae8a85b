"""Lost and found: something dear is gone; somebody helps to look; it turns up."""

from interleaf.stories.families.closing import closing
from interleaf.stories.families.opening import opening
from interleaf.stories.tale import Tale

UPSET = (
    "\"Oh no!\" [cried|said] {H}.",
    "{H} looked here and {he} looked there.",
    "\"Where can it be?\" said {H}.",
    "{H} did not know what to do.",
)  # fmt: skip
ASKING = (
    "{H} met {F}. \"Have you seen my {xt}?\" asked {H}.",
    "{H} saw {F} and told {fhim} all about it.",
    "There {H} met {F}. \"Why are you so sad, {hcall}?\" asked {F}.",
)  # fmt: skip
PROMISE = (
    "\"I will help you look,\" said {F}.",
    "\"Two pairs of eyes see more than one,\" said {F}.",
    "\"Do not worry,\" said {F}. \"We will find it.\"",
    "{F} [nodded|smiled]. \"Let us look for it together!\"",
)  # fmt: skip
SEARCH = (
    "{H} looked {spot}, but there was nothing.",
    "{H} looked {spot}. Only a beetle was sitting there.",
    "{H} peeped {spot}. \"Not here,\" {he} sighed.",
    "{H} crawled about {spot}, but found only dust.",
)  # fmt: skip
HOPE = (
    "\"I will not give up,\" {he} said.",
    "{h} sat down on {seat} and had a think.",
    "{h} took a deep breath and went on.",
    "{hour}",
    "{sense}",
)  # fmt: skip
SIGN = (
    "Then {H} noticed {clue}.",
    "All at once {H} stopped. There was {clue}!",
    "\"Look!\" said {F}. {H} turned round and saw {clue}.",
)  # fmt: skip
FOUND = (
    "And there, {spot}, was the {t}!",
    "{H} followed it, and there was the {t}!",
    "It led {him} straight to the {t}.",
    "{H} reached out and held the {t} in both arms.",
)  # fmt: skip


def first(t: Tale) -> None:
    opening(t, ("{doing}",)).say(("{gone}",), UPSET).end("sad", "cross")


def ask(t: Tale) -> None:
    t.begin(t.far if t.chance(0.5) else None, t.next_time() if t.chance(0.4) else None).say(ASKING, PROMISE).end("sad")


def search(t: Tale) -> None:
    t.begin(t.far, t.next_time() if t.chance(0.5) else None).say(SEARCH, HOPE).end("sad", "scared", "cross", "sleepy")


def search_home(t: Tale) -> None:
    t.begin(None, t.next_time() if t.chance(0.7) else None).say(SEARCH, HOPE).end("sad", "cross")


def find(t: Tale) -> None:
    t.begin(t.far if t.chance(0.5) else None, t.next_time() if t.chance(0.4) else None).say(SIGN, FOUND).end("happy")


def last(t: Tale) -> None:
    t.begin(t.home, t.next_time() if t.chance(0.5) else None, "both")
    closing(t, ("{both} {share}.", "{both} laughed and {share}.")).end("happy", "sleepy")


def beats(t: Tale) -> list:
    return [(True, first), (False, search_home), (True, ask), (False, search), (True, find), (True, last)]
