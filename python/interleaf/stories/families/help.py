"""Helping: somebody is in trouble; the first help does not help; the hero has just the right thing."""

from interleaf.stories.families.closing import closing
from interleaf.stories.families.opening import opening
from interleaf.stories.tale import Tale

WALK = (
    "{h} did not know yet how useful it would be.", "{sense}", "{hour}", '"What a fine [walk|day|hour]!" {he} said.',
    "{h} had no plans at all.", "\"Good to have you with me,\" {h} said to the {xt}.", "{h} hummed a tune.",
)  # fmt: skip
HEARD = (
    "Then {h} heard somebody crying. \"Help!\"", "\"Help, help!\" somebody called.", "Not far away, somebody sighed a very long sigh.",
    "Then there was a small voice. \"Is anybody there?\"", "Somebody was calling, but {h} could not see who it was.",
)  # fmt: skip
STOPPED = (
    "{H} stopped and listened.",
    "{H} had a look around.",
    "{H} was whistling a song.",
    "{H} was just about to sit down.",
)
# What is wrong, what does not help, and what does: they belong together.
TROUBLES = (
    (
        ("{H} found {F}, who was stuck behind {gap}. \"I cannot get out!\" {f} said.", "{H} saw two ears behind {gap}. It was {F}. \"I am stuck!\" {f} said."),
        ("{H} pulled and pulled, but {F} was stuck fast.", "{H} pushed and {F} pushed, but nothing moved."),
        ("{H} held out {anT}. {F} took hold of it, and pop! {f} was free.", "{H} used {anT} to make a little more room, and out came {F}."),
    ),
    (
        ("{H} found {F} on {seat}. \"I have lost my way,\" {f} said, crying.", "{H} met {F}, who was walking in circles. \"Where am I?\" {f} asked."),
        ("{H} pointed to the left, and then to the right. {F} shook {fhis} head.", "{H} drew a map in the dust, but the wind blew it away."),
        ("{H} gave {F} {anT} to hold, and together they found the way, step by step.", "{H} went ahead and held up {anT}. {F} followed it and never got lost."),
    ),
    (
        ("{H} saw {F} up on {height}. \"I do not dare to come down!\" {f} said.", "{H} looked up. On {height} sat {F} and held on tight."),
        ("\"Jump!\" said {H}. But {F} shut {fhis} eyes.", "{H} tried to climb up and slid down again."),
        ("{H} held up {anT}. \"Look only at this,\" said {H}. And {F} came down, bit by bit.", "{H} waved {anT} and told a joke about it. {F} forgot to be afraid and came down."),
    ),
    (
        ("{H} met {F}, who was all alone on {fhis} birthday. \"Nobody came,\" {f} said.", "{H} found {F} with a long face. \"Everybody has forgotten me,\" {f} said."),
        ("{H} pulled a funny face, but {F} did not laugh.", "{H} sang a song. {F} only sniffed."),
        ("{H} held out {anT}, and {F} began to smile.", "{H} put {anT} into {fhis} hands. \"Let us have a party, just you and me,\" said {H}."),
    ),
    (
        ("{H} met {F}, who was pulling a cart as heavy as lead. \"I shall never get it home,\" {f} said.", "{H} met {F} with a huge sack. \"It is too heavy for me,\" {f} said."),
        ("{H} pushed from behind, but it did not move.", "{H} took one end. It was too heavy for two."),
        ("{H} had an idea. With {anT} in front, it was a game, and they took it along piece by piece.", "{H} put {anT} on top and made a song about it. With a song, it went much better."),
    ),
    (
        ("{H} heard a sniff. {F} had a cold and could not go to the party.", "{H} knocked on the door of {F}, who was in bed with a cold."),
        ("{H} made tea with honey. {F} drank it and sighed.", "{H} told a story, but it was too short."),
        ("{H} came back with {anT}, and it was as good as a party. {F} sat up in bed.", "{H} showed {F} {anT}, and soon {F} felt much better."),
    ),
)  # fmt: skip
OFFER = (
    "\"I will help you,\" said {H}.", "\"Wait, I have an idea!\" said {H}.", "\"Do not be afraid,\" said {H}. \"I am here.\"",
    "\"Leave it to me,\" said {H}.", "\"We will manage,\" said {H}.",
)  # fmt: skip
THINK = (
    '"Hmm," {he} said.',
    '"What now?" {he} said.',
    "{h} scratched {his} head and thought.",
    "{hour}",
    '"There must be another way," {he} said.',
)
THANKS = (
    "\"Thank you!\" said {F}.", "\"You are so kind, {hcall},\" said {F}.", "\"How clever you are!\" said {F}.",
    "\"Hooray for {hcall}!\" cried {F}.", "\"I shall never forget that,\" said {F}.", "\"May I help you one day, too?\" said {F}.",
)  # fmt: skip
ANSWER = (
    "Now {H} knew how useful {anT} can be.", "Since then, {H} takes the {t} along on every walk.", "\"It was nothing,\" said {H}. But it was a lot.",
    "One had needed help, and one had helped, and now there were two friends.", "And {F} gave {H} a pebble, the nicest {f} had.",
    "\"Next time it is my turn to help,\" said {F}.",
)  # fmt: skip


def first(t: Tale) -> None:
    opening(t, ("{doing}",)).say(WALK).end("happy")
    t.has = True
    t.notes["case"] = t.pick(TROUBLES)


def walk(t: Tale) -> None:
    t.begin(t.far, t.later(0.5)).say(STOPPED, HEARD).end("scared")


def meet(t: Tale) -> Tale:
    """The friend's trouble, unless it has been told."""
    return t if t.cast["f"].met else t.say(t.notes["case"][0])


def trouble(t: Tale) -> None:
    meet(t.begin(t.far, t.later(0.3))).say(OFFER).end()


def trying(t: Tale) -> None:
    meet(t.begin(t.far, t.later(0.5), "h")).say(t.notes["case"][1], THINK).end("cross", "sad")


def solved(t: Tale) -> None:
    meet(t.begin(t.far, t.later(0.3), "h")).say(t.notes["case"][2], THANKS).end("happy")
    t.along = True


def last(t: Tale) -> None:
    t.begin(t.home if t.chance(0.7) else None, t.later(0.6, overnight=True), "both")
    closing(t, ("{both} {share}.", "And afterwards {both} {share}."), ANSWER).end()


def beats(t: Tale) -> list:
    return [
        (True, first),
        ("way", True),
        (False, walk),
        (False, trouble),
        (False, trying),
        (True, solved),
        (True, last),
    ]
