"""Try again: something will not work, a friend gives advice, practice does the rest, and then another is taught."""

from interleaf.stories.families.closing import closing
from interleaf.stories.families.opening import opening
from interleaf.stories.tale import Tale

WANTING = (
    "wanted to {learn}",
    "was trying to {learn}",
    "had made up {his} mind to {learn}",
    "was learning to {learn}",
    "tried for the first time to {learn}",
)
FAIL = (
    "{hard}",
    '{hard} "Oh dear," said {H}.',
    '{hard} "Again!" said {H}.',
    '{hard} "That was not it," said {H}.',
    "{hard} And the second time was no better.",
)
GIVING_UP = (
    "{H} sat down on {seat}. \"I will never do it,\" {he} said.", "{H} lay on {his} back and looked up. \"It is too hard,\" {he} said.", "{H} kicked a pebble. \"I give up,\" {he} said.",
    "{H} hid {his} face. \"Everybody can do it but me,\" {he} said.", "{H} threw {himself} into the grass. \"Ten times! And ten times it went wrong.\"",
    "{H} went for a walk, to think of something else.",
)  # fmt: skip
ADVICE = (
    "{H} met {F}. \"Slowly does it,\" said {F}.", "{H} asked {F} for help. \"Try it every day,\" said {F}.", "{H} told {F} all about it. \"I could not do it at first, either,\" said {F}.",
    "{H} saw {F}, who could do it with closed eyes. \"How do you do that?\" asked {H}.", "{H} sighed so loudly that {F} came by. \"Show me how you do it,\" said {F}.",
)  # fmt: skip
CHEER = (
    '"You can do it, {hcall}!" {f} said.', '"I will stay and watch," {f} said.', '"Shall we try together?" {f} said.', '"First breathe in, then begin," {f} said.',
    '"It is no shame to fall," {f} said, "only to stay down."',
)  # fmt: skip
PRACTICE = (
    "{H} took the {t} and tried again. {hard}", "{H} practised with the {t}, again and again.", "{H} tried it with the {t} ten times. It went a little better.",
    "{H} tried it another way round, with the {t} in the other hand. That was better!", "{H} shut one eye and tried it with the {t} once more. Nearly!",
)  # fmt: skip
MORE = (
    "{hour}",
    "{sense}",
    '"Once more," {he} said.',
    '"Not bad," {he} said. "But not good, either."',
    "Little by little {h} got the knack of it.",
)
SUCCESS = (
    "{H} took the {t} once more, and this time it worked!", "{H} held {his} breath. The {t} did just what {he} wanted!", "And then {H} did it! The {t} looked finer than ever.",
    "{H} counted to three, and with the {t} in {his} hands {he} did it at last!", "{H} did it slowly, just as {he} had practised, and the {t} did as it was told.",
)  # fmt: skip
PROUD = (
    '"Hooray!" [cried|shouted] {H}.',
    '"I did it!" said {H}.',
    "{h} did it a second time, just to be sure.",
    '"Did anybody see that?" said {H}.',
    '"It was not so hard after all," said {H}.',
)
TEACH = (
    "{H} showed {F} how to {learn}. \"Slowly does it,\" {he} said.", "\"Will you teach me, too?\" asked {F}. And so {H} did.", "{F} wanted to learn it, too. {H} took the {t} and showed {fhim}, step by step.",
)  # fmt: skip
ANSWER = (
    "It had been hard, and now it was easy.", "\"I can {learn},\" {H} said, again and again, because it sounded so good.", "If at first it does not work, try again: {H} knew that now.",
    "\"What shall I learn next?\" said {H}.",
    "{H} still fell over now and then. But {he} always got up again.", "Who had said that it was too hard? Nobody remembered.",
)  # fmt: skip


def first(t: Tale) -> None:
    opening(t, WANTING).say(FAIL).end("cross", "sad")


def giving_up(t: Tale) -> None:
    t.begin(t.away(0.6), t.later(0.6)).say(GIVING_UP, ("{sense}", "{hour}", '"Who needs it, anyway?" {he} said.')).end(
        "sad", "cross", "sleepy"
    )


def advice(t: Tale) -> None:
    t.begin(t.away(0.6), t.later(0.4), "h").say(ADVICE, CHEER).end("happy")


def practice(t: Tale) -> None:
    t.begin(t.home, t.later(0.5, overnight=True), "h").say(PRACTICE, MORE).end("sleepy", "cross")


def success(t: Tale) -> None:
    t.begin(t.home if t.chance(0.5) else t.far, t.later(0.5, overnight=True), "h").say(SUCCESS, PROUD).end("happy")
    t.has = True


def last(t: Tale) -> None:
    teach = t.chance(0.5)
    t.begin(None, t.later(0.7, overnight=True), "h")
    closing(t, TEACH if teach else ("{H} {play}.", "Again and again, {H} {play}."), ANSWER).end()


def beats(t: Tale) -> list:
    return [
        (True, first),
        (False, giving_up),
        ("way", True),
        (False, advice),
        (False, practice),
        (True, success),
        (True, last),
    ]
