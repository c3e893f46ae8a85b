"""Lost and found: something dear is gone; it is looked for in the wrong places; it turns up."""

from interleaf.stories.families.closing import closing
from interleaf.stories.families.opening import opening
from interleaf.stories.tale import Tale

UPSET = (
    "\"Oh no!\" [cried|said] {H}.", "\"Where can it be?\" said {H}.", "{h} looked here and {he} looked there.",
    "{h} did not know what to do.", "\"My {xt}! My lovely {xt}!\" cried {H}.", "\"It was here just now,\" {he} said.",
    "\"I must find it again,\" {he} said.", "{h} turned {his} pockets inside out, but they were empty.",
    "\"Come back!\" {he} called. But nothing came back.", "\"I will look until I find it,\" said {H}.",
)  # fmt: skip
NOT_HERE = (
    "{H} looked {spot}, but there was nothing.", "{H} looked {spot}. Only a beetle was sitting there.",
    "{H} peeped {spot}. \"Not here,\" {he} sighed.", "{H} crawled about {spot}, but found only dust.",
    "{H} lifted up a stone. \"Not here, either,\" {he} said.", "{H} felt {spot} with both hands. There was only a pebble.",
    "{H} searched {spot} and found an old button.", "{H} looked {spot}, and then {he} looked there a second time.",
    "{H} asked a beetle. The beetle shook its head.", "{H} poked about {spot}. Something went hop, but it was only a cricket.",
)  # fmt: skip
WRONG = (
    "{H} saw something {spot}. But it was only {aU}.", "{H} ran up to something that shone. It turned out to be {aU}.",
    "\"There it is!\" said {H}. But {he} had found {aU}.",
)  # fmt: skip
HOPE = (
    "\"I will not give up,\" {he} said.", "{h} sat down on {seat} and had a think.", "{h} took a deep breath and went on.",
    "{hour}", "{sense}", "\"Think, think,\" {he} said. \"Where was I before?\"", "{h} tried to remember every step {he} had taken.",
)  # fmt: skip
ASKING = (
    "{H} met {F}. \"Have you seen my {xt}?\" asked {H}.", "{H} saw {F} and told {fhim} all about it.",
    "There {H} met {F}. \"Why are you so sad, {hcall}?\" asked {F}.", "{H} ran into {F}. \"What are you looking for?\" asked {F}.",
    "{H} sat on {seat} and sighed. \"Can I help?\" asked {F}.", "{H} knocked on the door of {F}. \"Something of mine has gone,\" said {H}.",
    "{H} was so busy looking that {he} bumped into {F}.",
)  # fmt: skip
PROMISE = (
    "\"I will help you look,\" said {F}.", "\"Two pairs of eyes see more than one,\" said {F}.",
    "\"Do not worry,\" said {F}. \"We will find it.\"", "{F} [nodded|winked]. \"Let us look for it together!\"",
    "\"I am good at finding things,\" said {F}.", "\"Come,\" said {F}. \"I think I know where we should begin.\"",
    "\"When I lose something, I go back the way I came,\" said {F}. \"Come along!\"",
)  # fmt: skip
SIGN = (
    "Then {H} noticed {clue}.", "All at once {H} stopped. There was {clue}!", "{H} turned round and saw {clue}.",
    "{H} looked down, and there was {clue}.", "\"What is that?\" said {H}. It was {clue}.",
)  # fmt: skip
FOUND = (
    "And there, {spot}, was the {t}!", "{he} followed it, and there was the {t}!", "It led {him} straight to the {t}.",
    "{he} looked {spot}, and there lay the {t}!", "And behind it? There was the {t}!", "{he} reached out and held the {t} in both arms.",
)  # fmt: skip
FRIEND = (
    "{F} pulled {H} by the arm. \"Is that it, {spot}?\" It was the {t}!", "\"Here!\" called {F}. {H} came running, and there was the {t}.",
    "{F} was small enough to crawl {spot}, and came out with the {t}!",
)  # fmt: skip
KEPT = (
    "{H} met {G}. \"Is this yours? I kept it safe,\" was the question. It was the {t}!",
    "{H} asked {G}. \"I picked it up so that it would not get wet,\" was the answer. And there was the {t}.",
)  # fmt: skip
ALL_ALONG = (
    "{H} sat down and felt something hard. It was the {t}. It had been in the bag all along!",
    "{H} went back to where it had all begun. There, under some leaves, lay the {t}. It had been there all along!",
    "{H} turned round to scratch {his} back. There hung the {t}! It had been behind {him} all the time.",
)  # fmt: skip
GLAD = ('"There you are!" said {H}.', '"I knew it!" said {H}.', "{h} hugged it tight.", '"Now let us go home," said {H}.',
        '"At last!" said {H}.', "{h} did a little dance.")  # fmt: skip
ANSWER = (
    "From then on, {H} held the {t} with both hands.", "And {H} tied it to {his} wrist with a double knot.",
    "\"I shall take better care of it,\" said {H}, and {he} did.", "{H} put the {t} beside {his} bed, where {he} could see it.",
    "Before {he} slept, {H} looked once more: the {t} was there.", "What was lost was found, and that was good.",
)  # fmt: skip


def first(t: Tale) -> None:
    opening(t, ("{doing}",)).say(("{gone}",)).feel("sad", "cross").say(UPSET).end()


def search_home(t: Tale) -> None:
    t.begin(None, t.later(0.5)).say(WRONG if t.chance(0.3) else NOT_HERE, HOPE).end("sad", "cross")


def ask(t: Tale) -> None:
    t.begin(t.away(0.5), t.later(0.4), "h").say(ASKING).feel("sad").say(PROMISE).end()
    t.along = True


def search(t: Tale) -> None:
    t.begin(t.away(0.8), t.later(0.5), "h").say(NOT_HERE, HOPE).end("sad", "scared", "cross", "sleepy")


def find(t: Tale) -> None:
    t.begin(t.away(0.6), t.later(0.4, overnight=True), "h")
    way = t.pick(("clue", "clue", "kept", "along", "friend" if t.along else "clue"))
    if way == "clue":
        t.say(SIGN, FOUND)
    else:
        t.say({"kept": KEPT, "along": ALL_ALONG, "friend": FRIEND}[way])
    t.has = True
    t.say(GLAD).end("happy")


def last(t: Tale) -> None:
    t.begin(t.home, t.later(0.5, overnight=True), "both" if t.along else "h")
    closing(t, ("{both} {share}.", "{both} laughed and {share}.") if t.along else ("{H} {play}.",), ANSWER).end()


def beats(t: Tale) -> list:
    return [
        (True, first),
        (False, search_home),
        (False, ask),
        ("way", True),
        (False, search),
        (True, find),
        (True, last),
    ]
