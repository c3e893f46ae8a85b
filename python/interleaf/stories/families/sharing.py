"""One for two: two want the same thing, quarrel, find out that alone it is dull, and find a way."""

from interleaf.stories.families.closing import closing
from interleaf.stories.families.opening import opening
from interleaf.stories.tale import Tale

COMES = (
    "Then {F} came by. \"May I have it?\" {f} asked.", "{F} came along and wanted it, too.", "{F} saw it. \"I want to play, too!\" {f} said.",
    "\"Me, too!\" called {F}, and came running.", "\"That is just what I wanted,\" said {F}, and reached for it.",
    "{F} stood beside {him} and looked and looked. \"Is it my turn now?\" {f} asked.", "Along came {F}. \"Let me try!\" {f} said.",
)  # fmt: skip
MINE = ("\"No,\" said {H}, \"it is mine.\"", "{H} turned away with it.", "\"Later,\" said {H}. But later did not come.", "{H} held it a little tighter.",
        "\"I had it first,\" said {H}.")  # fmt: skip
QUARREL = (
    "{H} and {F} both pulled at the {t}. \"Mine!\" \"No, mine!\"", "{H} held on to the {t}. \"It is mine,\" {he} said. {F} turned {fhis} back.",
    "{H} hid the {t} behind {his} back, and {F} walked away.", "{H} sat down on top of the {t}. \"You shall not have it,\" {he} said.",
    "{H} pulled at one end of the {t}, and {F} at the other. They pulled so hard that both of them sat down in the dust.",
    "{H} drew a line on the ground. \"This side is mine, and the {xt} is on it,\" {he} said.",
)  # fmt: skip
NOT_NICE = ("{sense}", "{hour}", "It was not nice at all.", "For a while nobody spoke.", "And then it was very quiet.")
APART = (
    "{H} sat on {seat}, all alone. It was no fun.", "{H} went off by {himself}. But playing alone was dull.",
    "{H} kicked a small stone. \"I miss {fcall},\" {he} said.", "{H} tried to play, but there was nobody to laugh with.",
    "{H} told {himself} a joke and nobody laughed.", "{H} played all by {himself}. After a little while {he} yawned from boredom.",
)  # fmt: skip
THOUGHT = (
    "{hour}",
    "{sense}",
    "And slowly a good idea came to {him}.",
    '"That was not kind of me," {he} thought.',
    '"Two can have more fun than one," {he} thought.',
)
FRIEND_SAD = (
    "{F} sat {spot} and sniffed.", "{F} drew a sad face in the dust.", "{F} was sorry, too. \"I was too loud,\" {f} said.",
    "{F} was all alone, too. \"It was not even about the {xt},\" {f} said.", "{F} threw pebbles at a tin. None of them hit it.",
)  # fmt: skip
AGAIN = ("{hour}", '"I want to be friends again," {fhe} said.', '"I shall go and say so," {fhe} said.', "{sense}")
SORRY = (
    "{H} went up to {F}. \"I am sorry,\" said {H}. \"Let us share the {xt}.\"", "\"I am sorry,\" said {H}. \"So am I,\" said {F}. {H} held out the {t}.",
    "{H} came back with the {t}. \"First you, then me?\" {he} asked, and {F} nodded.", "{H} put the {t} right in the middle, between {F} and {himself}.",
    "{H} said nothing, but {he} gave {F} the {t}. \"Thank you,\" said {F}, and gave it back after ten counts.",
    "{H} made up a game with the {t} that only two can play, and called {F}.",
)  # fmt: skip
GOOD = ('"Good idea!" said {F}.', "Both of them had to laugh.", "Then everything was all right again.", '"That is much better," said {F}.',
        "They shook hands on it.")  # fmt: skip
ANSWER = (
    "One {xt} was quite enough for two.", "And nobody said \"mine\" any more. They said \"ours\".", "The {t} was just as nice as before, and the fun was twice as big.",
    "\"It is mine, and it is yours,\" said {H}.", "They had wanted the same thing, and now they had it, both of them.", "\"Why did we quarrel?\" said {F}. Nobody could remember.",
)  # fmt: skip


def first(t: Tale) -> None:
    opening(t, ("{doing}",)).say(COMES).feel("cross").say(MINE).end()


def quarrel(t: Tale) -> None:
    t.begin(None, t.later(0.3), "h").say(QUARREL, NOT_NICE).end("cross")


def apart(t: Tale) -> None:
    t.begin(t.far, t.later(0.6), "h").say(APART, THOUGHT).end("sad")


def sad(t: Tale) -> None:
    t.begin(t.home, t.later(0.4), "f").say(FRIEND_SAD, AGAIN).end("sad")


def sorry(t: Tale) -> None:
    t.begin(t.home if t.chance(0.7) else None, t.later(0.5, overnight=True), "h").say(SORRY, GOOD).end("happy")
    t.has = t.along = True


def last(t: Tale) -> None:
    t.begin(t.away(0.4), t.later(0.6, overnight=True), "both")
    closing(t, ("{both} {share}.", "After that, {both} {share}."), ANSWER).end()


def beats(t: Tale) -> list:
    return [(True, first), (False, quarrel), (False, apart), (False, sad), (True, sorry), ("way", True), (True, last)]
