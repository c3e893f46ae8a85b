"""There and back: out into the world, something seen, something in the way, and home again with more than before."""

from interleaf.stories.families.closing import closing
from interleaf.stories.families.opening import opening
from interleaf.stories.tale import Tale

RESTLESS = (
    "was looking out and wondering", "was packing a little bag", "had itchy feet", "was reading a map", "wanted to see the world", "had counted all the pebbles and knew them all",
    "was asking {himself} where the path ended", "was lacing up {his} boots", "was listening to the wind",
)  # fmt: skip
OFF = (
    "\"I want to see what is behind the hill,\" {he} said.", "\"Today I shall go far away,\" {he} said, \"and be back for supper.\"", "\"Just one little journey,\" {he} said.",
    "\"I have never been {far},\" {he} said. \"So I will go there.\"", "\"Goodbye, house,\" {he} said. \"I will be back soon.\"", "{h} locked the door behind {him}.",
)  # fmt: skip
SIGHT = (
    "{H} saw more than {he} had ever dreamed of. {sense}", "{H} looked and looked. {sense}", "{H} had never been there before. {sense}", "{H} stood still with open mouth. {sense}",
    "{H} wanted to look in ten directions at once. {sense}",
)  # fmt: skip
WONDER = (
    "{hour}",
    '"Oh!" {he} said.',
    '"So this is the world," {he} said.',
    '"How big everything is here," {he} said.',
    '"I must tell everybody about this," {he} said.',
)
COMPANY = (
    "{H} met {F}, who knew the way. \"Come with me,\" said {F}.", "{H} shared a sandwich with {F}. \"Where are you going?\" asked {F}.", "{H} met {F}, and they sat on {seat} for a while.",
    "{H} asked {F}, \"What is there to see?\" \"Come, I will show you,\" said {F}.", "{H} heard somebody sing. It was {F}, who was on a journey, too.",
)  # fmt: skip
KEEPSAKE = (
    "{H} found {aT} {spot}. \"This comes home with me,\" {he} said.", "{H} picked up {aT}. \"Now I shall always remember this,\" {he} said.", "{H} was given {aT} to keep by {G}.",
    "{H} swapped a sandwich for {aT}.", "{H} found {aT} in the middle of the path, and it belonged to nobody.",
)  # fmt: skip
MISSING = (
    '"It is time to go home," {he} said.', "And then {he} thought of {his} own bed.", '"That is enough for one day," {he} said.', '"I wonder what they are doing at home," {he} said.',
    "And all at once {h} longed for {his} own pillow.",
)  # fmt: skip
HOMECOMING = (
    "{H} put the {t} beside {his} bed.", "{H} showed the {t} to everybody and told them all about it.", "{H} looked at the {t}, and it was as if {he} were still away.",
    "{H} {play}, and everybody came to look.", "{H} opened the door. Everything was as before, and in the middle of it stood the {t}.",
)  # fmt: skip
ANSWER = (
    "The world was big, and home was small, and both were good.", "\"Going away is nice,\" said {H}, \"and coming back is nicer.\"", "\"And what is behind the hill?\" they asked. \"Another hill,\" said {H}.",
    "The house had not changed at all. But {H} had.", "And the next time somebody asked what lay beyond, {H} could tell.", "{H} had been back in time for supper, too.",
)  # fmt: skip


def first(t: Tale) -> None:
    opening(t, RESTLESS).say(OFF).end("happy")


def sight(t: Tale) -> None:
    t.begin(t.far, t.later(0.4), "h").say(SIGHT, WONDER).end("happy")


def company(t: Tale) -> None:
    t.begin(t.far, t.later(0.4), "h").say(COMPANY, ("{hour}", "{sense}")).end("happy")
    t.along = True


def keepsake(t: Tale) -> None:
    t.begin(t.far, t.later(0.4), "h").say(KEEPSAKE).feel("happy").say(MISSING).end()
    t.has = True


def last(t: Tale) -> None:
    t.begin(t.home, t.later(0.6, overnight=True), "h")
    closing(t, HOMECOMING, ANSWER).end()


def beats(t: Tale) -> list:
    return [
        (True, first),
        (False, sight),
        ("way", True),
        (False, company),
        ("way", True),
        (True, keepsake),
        ("way", True),
        (True, last),
    ]
