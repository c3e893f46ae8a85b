"""How a story begins: who, where and when, in one or two sentences, then what the family adds."""

from interleaf.stories.tale import Tale

NAMED = (
    "{open}, {H} {do} {at}.",
    "{open}, {H} {do} {at}.",
    "{open} {at}, {H} {do}.",
    "{hname} was {hkind} who lived {at}. {open}, {he} {do}.",
    "{hname} was {hkind}. {he} lived {at}, and {he} liked it there. {open}, {he} {do}.",
    "{at} lived {hkind} called {hname}. {open}, {he} {do}.",
    "{at}, there lived {hkind} called {hname}. {open}, {he} {do}.",
    "There was once {hkind} called {hname}. {open}, {he} {do} {at}.",
    "There was once {hkind} named {hname}, who lived {at}. {open}, {he} {do}.",
    "It was {it} {at}. {hkind} called {hname} {do}.",
    "It was {it} {at}, and {H} {do}.",
    "It was {it}. {at}, {hname} the {hsp} {do}.",
    "{hname} the {hsp} lived {at}. {open}, {he} {do}.",
    "{hname} the {hsp} {do} {at}. It was {it}.",
    "{hkind} called {hname} {do} {at}. It was {it}.",
    "This is the story of {hname} the {hsp}. {open}, {he} {do} {at}.",
    "This is the story of {hkind} called {hname}. {open}, {he} {do} {at}.",
    "\"What a [lovely|fine] [hour|time] for [an idea|a little adventure]!\" said {hname} the {hsp}. It was {it}, and {he} {do} {at}.",
    "\"La la la,\" sang {hname} the {hsp}. {open}, {he} {do} {at}.",
    "{open}, something [began|happened] {at}. {hname} the {hsp} {do}.",
    "Once upon a time, {hkind} called {hname} lived {at}. {open}, {he} {do}.",
)  # fmt: skip
UNNAMED = (
    "{open}, {hkind} {do} {at}.",
    "{open} {at}, {hkind} {do}.",
    "{at} lived {hkind}. {open}, {he} {do}.",
    "There was once {hkind} who lived {at}. {open}, {he} {do}.",
    "It was {it} {at}. {hkind} {do}.",
    "{hkind} {do} {at}. It was {it}.",
    "It was {it} {at}, and {hkind} {do}.",
    "\"La la la,\" sang {hkind}. {open}, {he} {do} {at}.",
)  # fmt: skip


def opening(t: Tale, doing: tuple[str, ...]) -> Tale:
    """Begins page 1. `doing` are verb phrases: what the hero was about when it all began."""
    t.begin()
    t.told_place, t.told_time = t.place, t.time
    t.notes["do"] = t.fresh(doing)
    t.say(NAMED if t.cast["h"].name else UNNAMED)
    return t
