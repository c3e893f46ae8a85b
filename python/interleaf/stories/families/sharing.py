"""One for two: two want the same thing, quarrel, and find a way."""

from interleaf.stories.families.closing import closing
from interleaf.stories.families.opening import opening
from interleaf.stories.tale import Tale

COMES = (
    "Then {F} came by. \"May I have it?\" {f} asked.", "{F} came along and wanted it, too.",
    "{F} saw it. \"I want to play, too!\" {f} said.",
)  # fmt: skip
QUARREL = (
    "{H} and {F} both pulled at the {t}. \"Mine!\" \"No, mine!\"",
    "{H} held on to the {t}. \"It is mine,\" {he} said. {F} stamped {fhis} foot.",
    "{H} hid the {t} behind {his} back, and {F} turned away.",
)  # fmt: skip
APART = (
    "{H} sat on {seat}, all alone. It was no fun.",
    "{H} went off by {himself}. But playing alone was dull.",
    "{H} kicked a small stone. \"I miss {fcall},\" {he} said.",
)  # fmt: skip
FRIEND_SAD = (
    "{F} sat {spot} and sniffed.", "{F} drew a sad face in the dust.", "{F} was sorry, too. \"I was too loud,\" {f} said.",
)  # fmt: skip
SORRY = (
    "{H} went up to {F}. \"I am sorry,\" said {H}. \"Let us share the {xt}.\"",
    "\"I am sorry,\" said {H}. \"So am I,\" said {F}. {H} held out the {t}.",
    "{H} came back with the {t}. \"First you, then me?\" {he} asked, and {F} nodded.",
)  # fmt: skip
THOUGHT = ("{hour}", "{sense}", "And slowly a good idea came to {him}.", '"That was not kind of me," {he} thought.')


def first(t: Tale) -> None:
    opening(t, ("{doing}",)).say(COMES).end("cross")


def quarrel(t: Tale) -> None:
    t.begin().say(QUARREL, ("{sense}", "{hour}", "It was not nice at all.")).end("cross")


def apart(t: Tale) -> None:
    t.begin(t.far, t.next_time() if t.chance(0.6) else None).say(APART, THOUGHT).end("sad", "cross")


def sad(t: Tale) -> None:
    t.begin(t.home, t.next_time() if t.chance(0.4) else None, "f").say(
        FRIEND_SAD, ("{hour}", '"I want to be friends again," {fhe} said.')
    ).end()


def sorry(t: Tale) -> None:
    t.begin(t.home, t.next_time() if t.chance(0.5) else None).say(
        SORRY, ('"Good idea!" said {F}.', "Both of them had to laugh.", "Then everything was all right again.")
    ).end("happy")


def last(t: Tale) -> None:
    t.begin(t.far if t.chance(0.3) else None, t.next_time() if t.chance(0.6) else None, "both")
    closing(t, ("{both} {share}.", "After that, {both} {share}.")).end("happy", "sleepy")


def beats(t: Tale) -> list:
    return [(True, first), (True, quarrel), (False, apart), (False, sad), (True, sorry), (True, last)]
