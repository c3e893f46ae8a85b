"""A wish: the hero longs for something, goes far to get it, and comes home with it."""

from interleaf.stories.families.closing import closing
from interleaf.stories.families.opening import opening
from interleaf.stories.tale import Tale

DREAMING = (
    "was dreaming on {seat}", "was looking at the clouds", "was drawing lines in the dust", "was thinking about a wish",
    "had nothing to do", "woke up with an idea", "was counting {his} toes",
)  # fmt: skip
WISH = (
    "\"I wish I had {axt}!\" {he} said. \"{want}.\"",
    "{h} wished for {axt} more than anything.",
    "More than anything, {h} wanted {axt}. {want}, {he} thought.",
    "\"If only I had {axt},\" {h} said.",
)  # fmt: skip
SETTING_OFF = (
    "So {h} made up {his} mind to set out.",
    "Somebody had told {him} of a place far away. So {he} packed a sandwich.",
    "\"I shall find one,\" {he} said, \"even if I have to walk all day.\"",
    "\"Then I must go and find one,\" said {H}.",
)  # fmt: skip
GUIDE = (
    "{H} met {G} there. \"Please, where can I find {axt}?\" {h} asked.",
    "There {h} met {G}, who was sitting on {seat}. \"I wish for {axt},\" said {H}.",
    "{H} saw {G} and waved. \"Can you help me find {axt}?\" {he} asked.",
)  # fmt: skip
HINT = (
    "\"Look {spot},\" was the answer.",
    "\"Be patient and keep your eyes open,\" was the answer.",
    "\"Go on a little further,\" was the answer. \"You are nearly there.\"",
    "\"I know just the place,\" was the answer.",
)  # fmt: skip
OBSTACLE = (
    "{H} came to {gap}. It was not easy, but {he} got over it.",
    "But {gap} was in the way. {H} tried once, twice, three times, and then it worked.",
    "{H} had to climb {height}. {sense}",
    "\"Brr,\" said {H}. \"What a long way!\" But {he} went on.",
)  # fmt: skip
GETTING = (
    "There, {spot}, {h} found {aT}!",
    "{H} looked {spot}, and what did {he} see? It was {aT}!",
    "And there it was: {aT}, just for {him}.",
    "{H} met {F}. \"Take {axt}, I have two,\" said {F}. Now {h} had {aT}.",
    "{H} met {F}, who gave {him} {aT}. \"For you,\" said {F}.",
)  # fmt: skip
JOY = ('"Hooray!" [cried|shouted] {H}.', "{H} hugged it tight.", "{H} danced for joy.", '"At last!" said {H}.')


def first(t: Tale) -> None:
    opening(t, DREAMING).say(WISH)
    if t.chance(0.5):
        t.say(SETTING_OFF)
    t.end("sad")


def guide(t: Tale) -> None:
    t.begin(t.far, t.next_time() if t.chance(0.4) else None).say(GUIDE, HINT).end()


def obstacle(t: Tale) -> None:
    t.begin(t.far, t.next_time() if t.chance(0.6) else None).say(OBSTACLE, ("{hour}", "{sense}")).end(
        "scared", "cross", "sleepy"
    )


def get(t: Tale) -> None:
    t.begin(t.far, t.next_time() if t.chance(0.4) else None).say(GETTING, JOY).end("happy")


def play(t: Tale) -> None:
    t.begin(None, t.next_time() if t.chance(0.5) else None).say(("{H} {play}.",), ("{hour}", "{sense}")).end("happy")


def last(t: Tale) -> None:
    t.begin(t.home, t.next_time() if t.chance(0.6) else None)
    closing(t, ("{H} {play}.", "{H} {play} all day long.", "At home {H} {play}.")).end("happy", "sleepy")


def beats(t: Tale) -> list:
    return [(True, first), (False, obstacle), (False, guide), (True, get), (False, play), (True, last)]
