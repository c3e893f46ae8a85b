"""A wish: the hero longs for something, sets out, fails once, and comes home with it."""

from interleaf.stories.families.closing import closing
from interleaf.stories.families.opening import opening
from interleaf.stories.tale import Tale

DREAMING = (
    "was dreaming on {seat}", "was looking at the clouds", "was drawing lines in the dust", "was thinking about a wish",
    "had nothing to do", "woke up with an idea", "was counting {his} toes", "was turning the pages of an old calendar",
    "was sitting quite still", "was watching the others play",
)  # fmt: skip
WISH = (
    "\"I wish I had {axt}!\" {he} said. \"{want}.\"", "{h} wished for {axt} more than anything.",
    "More than anything, {h} wanted {axt}. {want}, {he} thought.", "\"If only I had {axt},\" {h} said.",
    "{h} had heard of {axt} that nobody owned. \"{want},\" {he} said.", "There was one thing that {h} wanted, and that was {axt}.",
    "{h} had dreamed of {axt}, three times over. \"{want},\" {he} said.",
)  # fmt: skip
SETTING_OFF = (
    "So {h} made up {his} mind to set out.", "Somebody had told {him} of a place far away. So {he} packed a sandwich.",
    "\"I shall find one,\" {he} said, \"even if I have to walk all day.\"", "\"Then I must go and find one,\" said {H}.",
    "\"Wishing is not enough,\" {he} said, and put on {his} boots.", "{h} shut the door behind {him}, and off {he} went.",
)  # fmt: skip
GUIDE = (
    "{H} met {G} there. \"Please, where can I find {axt}?\" {h} asked.",
    "There {h} met {G}, who was sitting on {seat}. \"I wish for {axt},\" said {H}.",
    "{H} saw {G} and waved. \"Can you help me find {axt}?\" {he} asked.",
    "{H} asked {G} for help. \"What is it that you wish for?\" \"{axt},\" said {H}.",
)  # fmt: skip
HINT = (
    "\"Look {spot},\" was the answer.", "\"Be patient and keep your eyes open,\" was the answer.",
    "\"Go on a little further,\" was the answer. \"You are nearly there.\"", "\"I know just the place,\" was the answer.",
    "\"Follow your nose,\" was the answer, \"and do not turn back.\"",
)  # fmt: skip
FALSE = (
    "{H} saw something {spot} and ran. It was {aU}. Nice, but not what {he} had in mind.",
    "{H} found {aU}. \"That is not it,\" {he} sighed, and put it back.",
    "{H} looked {spot}. Nothing but an old boot!", "{H} thought that {he} saw it. But when {he} came near, it was only a leaf.",
)  # fmt: skip
STILL = ("\"I will go on,\" {he} said.", "{h} sat down on {seat} for a while.", "{hour}", "{sense}", "But {h} did not turn back.",
         "\"It must be somewhere,\" {he} said.")  # fmt: skip
GETTING = (
    "There, {spot}, {h} found {aT}!", "{H} looked {spot}, and what did {he} see? It was {aT}!",
    "And there it was: {aT}, just for {him}.", "{H} pushed some leaves aside. There lay {aT}!",
    "{H} helped {G} to carry some wood. \"Take this for your trouble,\" was the answer, and it was {aT}!",
    "{H} swapped {his} last sandwich for {aT}.",
)  # fmt: skip
GIVEN = (
    "{H} met {F}. \"Take {axt}, I have two,\" said {F}. Now {h} had {aT}.", "{H} met {F}, who gave {him} {aT}. \"For you,\" said {F}.",
    "{H} met {F}, who was sitting beside {aT}. \"I have nobody to share it with,\" said {F}. \"Let us share it!\"",
)  # fmt: skip
JOY = ('"Hooray!" [cried|shouted] {H}.', "{h} hugged it tight.", '"At last!" said {H}.', "{h} could hardly believe it.",
       '"It is even better than in my dream," {he} said.', "{h} looked at it from all sides.")  # fmt: skip
ANSWER = (
    "Now {H} had what {he} had wished for.", "{H} had walked a long way for the {t}, and every step was worth it.",
    "\"Wishes do come true,\" said {H}, \"if you set out.\"", "And {H} had a new wish: that everybody should have a turn.",
    "Of all the things {at}, {H} loved the {t} best.", "{H} did not need to dream about it any more.",
)  # fmt: skip


def first(t: Tale) -> None:
    opening(t, DREAMING).say(WISH).feel("sad")
    if t.chance(0.6):
        t.say(SETTING_OFF)
    t.end()


def guide(t: Tale) -> None:
    t.begin(t.far, t.later(0.4)).say(GUIDE, HINT).end("happy")


def false(t: Tale) -> None:
    t.begin(t.far, t.later(0.5)).say(FALSE).feel("sad", "cross", "sleepy").say(STILL).end()


def get(t: Tale) -> None:
    t.begin(t.far, t.later(0.4, overnight=True)).say(GIVEN if t.chance(0.4) else GETTING, JOY).end("happy")
    t.has, t.along = True, t.cast["f"].met


def play(t: Tale) -> None:
    t.begin(None, t.later(0.5), "h").say(
        ("{H} {play}.", "At once {H} {play}.", "First of all, {H} {play}."), ("{hour}", "{sense}")
    ).end("happy")


def last(t: Tale) -> None:
    t.begin(t.home, t.later(0.6, overnight=True))
    doing = ("{both} {share}.", "At home {both} {share}.") if t.along else ("{H} {play}.", "At home {H} {play}.")
    closing(t, doing, ANSWER).end()


def beats(t: Tale) -> list:
    return [(True, first), ("way", True), (False, guide), (False, false), (True, get), (False, play), (True, last)]
