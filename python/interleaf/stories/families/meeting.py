"""A new friend: the hero is alone and shy, meets somebody, and a thing brings the two together."""

from interleaf.stories.families.closing import closing
from interleaf.stories.families.opening import opening
from interleaf.stories.tale import Tale

ALONE = (
    "was all alone", "had nobody to play with", "was looking for a friend", "was building a tower of stones", "was singing to {himself}",
    "was sitting on {seat}", "was playing against {himself} and losing", "was talking to a beetle", "had just moved into a new house",
    "was watching the clouds",
)  # fmt: skip
LONGING = (
    "\"I wish I had a friend,\" {he} said.", "It was a little lonely.", "Nobody came by, not even a beetle.", "{sense}", "\"One is a small number,\" {he} said.",
    "Everybody else had somebody to play with.", "\"Who will play with me?\" {he} said. Nobody answered.",
)  # fmt: skip
SEES = (
    "{H} saw somebody new. It was {F}, and {f} was playing all alone.", "{H} hid behind {seat} and watched {F}, who had just arrived with a big bag.",
    "{H} saw {F} from afar. \"Shall I say hello?\" {he} thought.",
)  # fmt: skip
TOO_SHY = (
    "But {h} was too shy to speak.",
    "{h} opened {his} mouth, but no word came out.",
    '"Perhaps tomorrow," {he} said to {himself}.',
    "{h} took one step, and then {he} stopped.",
)
MEETING = (
    "{H} met {F}. \"Hello!\" {h} said. \"Hello,\" said {F}.", "{H} heard a sneeze. It was {F}. \"Bless you,\" said {H}.", "{H} bumped into {F}. \"Oh, sorry!\" said {H}.",
    "{H} saw {F} and waved. {F} waved back.", "{H} tripped over a root and fell right in front of {F}. \"Are you all right?\" asked {F}.",
    "{H} went up to {F}, one small step at a time. \"I have never seen you here before,\" {he} said.",
)  # fmt: skip
SHY = (
    "{F} was shy and looked at the ground.", "\"I am new here,\" said {F}.", "\"Do you want to play?\" asked {F}.", "\"I like your nose,\" said {F}.",
    "\"What is your name?\" asked {F}.", "Then they did not know what to say.", "\"I do not know anybody here,\" said {F}.",
)  # fmt: skip
SHOWING = (
    "{H} showed {F} {aT}. \"How lovely!\" said {F}.", "{H} had brought {aT}. \"Would you like to try?\" {he} asked {F}.",
    "{H} pulled {aT} out of a bag. \"This is for both of us,\" {he} said.", "{H} put {aT} down between them. \"It is better with two,\" {he} said to {F}.",
    "{H} ran off and came back with {aT}. \"Do you know how it goes?\" {he} asked {F}.",
)  # fmt: skip
THEN = (
    "{hour}",
    "{sense}",
    "And then they did know what to say.",
    '"Yes, please!" said {F}.',
    '"I have always wanted to try that," said {F}.',
)
MISHAP = (
    "{H} wanted to show {F} how well {he} could stand on {his} head. Bump!", "{H} said, \"Look at me!\" and slipped and sat down in a puddle.",
    "{H} wanted to balance along {seat} and fell off at the other end.", "{H} wanted to shake hands with {F} and knocked over the juice.",
)  # fmt: skip
LAUGH = (
    "{F} laughed, and {h} laughed even louder.",
    '"Try once more," said {F}.',
    '"It does not matter," said {F}.',
    '"That happens to me all the time," said {F}.',
)
TOUR = (
    "{H} showed {F} the best places. {sense}", "{H} and {F} played hide and seek until they were out of breath.", "{H} and {F} sat on {seat} and told each other jokes.",
    "{H} and {F} looked for round pebbles and found eleven.", "{H} and {F} ran down the hill, as fast as they could.",
)  # fmt: skip
ANSWER = (
    "Now {H} was not alone any more.", "\"Two is a much better number than one,\" said {H}.", "\"Shall we play again tomorrow?\" asked {F}. \"And the day after,\" said {H}.",
    "{H} had wished for a friend, and here {f} was.", "\"I was so shy at first,\" said {H}. \"So was I,\" said {F}.", "When {H} looked back, {F} was still waving.",
)  # fmt: skip


def first(t: Tale) -> None:
    opening(t, ALONE).say(LONGING).end("sad", "sleepy")


def sees(t: Tale) -> None:
    t.begin(t.away(0.5), t.later(0.4)).say(SEES, TOO_SHY).end("scared", "sad")


def meet(t: Tale) -> None:
    t.begin(t.away(0.6), t.later(0.5), "h").say(MEETING, SHY)
    if t.count == 3:
        t.say(SHOWING)
    t.end("happy", "scared")
    t.along = True


def show(t: Tale) -> None:
    t.begin(None, t.later(0.4), "h").say(SHOWING, THEN).end("happy")
    t.has = True


def mishap(t: Tale) -> None:
    t.begin(None, t.later(0.4), "h").say(MISHAP, LAUGH).end()


def tour(t: Tale) -> None:
    t.begin(t.far, t.later(0.5), "h").say(TOUR, ("{hour}", '"What fun!" said {F}.', '"Again!" said {F}.')).end("happy")


def last(t: Tale) -> None:
    t.begin(t.home, t.later(0.6, overnight=True), "both")
    closing(
        t,
        ("{both} {share}.", "At home, {both} {share}.", "{both} fetched {anT} and {share}.")
        if t.thing not in t.adorned
        else ("{both} {share}.",),
        ANSWER,
    ).end()


def beats(t: Tale) -> list:
    return [
        (True, first),
        (False, sees),
        (True, meet),
        (False, show),
        (False, mishap),
        ("way", True),
        (False, tour),
        (True, last),
    ]
