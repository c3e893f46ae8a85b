"""How a story begins: who, where and when, in one or two sentences, then what is worn and packed."""

from interleaf.stories import refrains, troubles, wearing
from interleaf.stories.tale import Tale

STRAIGHT = (  # these go on well after a first line that the prompt gave
    "{open}, {H} {do} {at}.",
    "{open} {at}, {H} {do}.",
    "It was {it} {at}, and {H} {do}.",
    "It was {it}. {at}, {hname} the {hsp} {do}.",
    "{hname} the {hsp} {do} {at}. It was {it}.",
    "{open}, {hname} the {hsp} {do} {at}.",
    "It was {it} {at}. {hkind} called {hname} {do}.",
    "{open}, something [began|happened] {at}. {hname} the {hsp} {do}.",
)  # fmt: skip
NAMED = (
    *STRAIGHT,
    "{open}, {H} {do} {at}.",
    "{hname} was {hkind} who lived {at}. {open}, {he} {do}.",
    "{hname} was {hkind}. {he} lived {at}, and {he} liked it there. {open}, {he} {do}.",
    "{at} lived {hkind} called {hname}. {open}, {he} {do}.",
    "{at}, there lived {hkind} called {hname}. {open}, {he} {do}.",
    "There was once {hkind} called {hname}. {open}, {he} {do} {at}.",
    "There was once {hkind} named {hname}, who lived {at}. {open}, {he} {do}.",
    "{hname} the {hsp} lived {at}. {open}, {he} {do}.",
    "{hkind} called {hname} {do} {at}. It was {it}.",
    "This is the story of {hname} the {hsp}. {open}, {he} {do} {at}.",
    "This is the story of {hkind} called {hname}. {open}, {he} {do} {at}.",
    "\"What a [lovely|fine] [hour|time] for [an idea|a little adventure]!\" said {hname} the {hsp}. It was {it}, and {he} {do} {at}.",
    "\"La la la,\" sang {hname} the {hsp}. {open}, {he} {do} {at}.",
    "Once upon a time, {hkind} called {hname} lived {at}. {open}, {he} {do}.",
    "Do you know {hname} the {hsp}, who lived {at}? {open}, {he} {do}.",
    "{hname} the {hsp} had a small house {at}. {open}, {he} {do}.",
    "Everybody {at} knew {hname} the {hsp}. {open}, {he} {do}.",
    "Once, {at}, there lived {hkind} called {hname}. {open}, {he} {do}.",
    "{open}, when the world was still quiet, {hname} the {hsp} {do} {at}.",
    "Listen! This is about {hname} the {hsp}, who lived {at}. {open}, {he} {do}.",
    "Who was that {at}? It was {hname} the {hsp}. {open}, {he} {do}.",
    "{at}, between the stones and the sky, lived {hname} the {hsp}. {open}, {he} {do}.",
    "Nobody {at} was quite like {hname} the {hsp}. {open}, {he} {do}.",
    "{at} there was a small house, and in it lived {hkind} called {hname}. {open}, {he} {do}.",
    "Long ago, {hkind} called {hname} lived {at}. {open}, {he} {do}.",
    "If you had been {at} back then, you would have seen {hname} the {hsp}. It was {it}, and {he} {do}.",
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
    "Once upon a time, {hkind} lived {at}. {open}, {he} {do}.",
    "{hkind} had a small house {at}. {open}, {he} {do}.",
)  # fmt: skip
RESUMED = (  # a new chapter: everybody is known, but it says once more who is who and where
    "{H} {do} {at}.", "{H} {do} {at}, as on any other day.", "{H} had slept well. Now {he} {do} {at}.", "{H} {do} {at}, and {he} hummed a tune.",
    "{H} was in good spirits. {he} {do} {at}.", "{H} {do} {at}. It was to be a new adventure.", "{H} {do} {at} once more.",
)  # fmt: skip
MENTIONED = (
    "{he} had once dreamed of {mention}.", "{he} was humming a song about {mention}.", "\"Have you ever seen {mention}?\" {he} said to a beetle.",
    "{he} had just heard a story about {mention}.", "{he} liked to talk about {mention}.", "\"One day I shall see {mention},\" {he} said.",
    "{he} had drawn {mention} in the dust.", "\"If I had {mention}, I would share it,\" {he} said.",
)  # fmt: skip
BEINGS = (
    "\"Today I am {mention},\" {he} said.", "{he} was playing at being {mention}.", "\"I wish I were {mention},\" {he} said.", "{he} wanted to be {mention}.",
    "{he} walked like {mention}, just for fun.", "\"One day I shall meet {mention},\" {he} said.", "{he} liked stories about {mention} best of all.",
    "{he} had once dreamed of {mention}.", "\"Look at me! I am {mention}!\" {he} said.",
)  # fmt: skip


def opening(t: Tale, doing: tuple[str, ...]) -> Tale:
    """Begins page 1. `doing` are verb phrases: what the hero was about when it all began."""
    t.notes["do"] = t.fresh(doing)
    if t.chapter > 1:
        t.begin(who="h").say(RESUMED)
    else:
        t.begin()
        t.told_place, t.told_time = t.place, t.time
        t.say((STRAIGHT if t.facts.begun else NAMED) if t.cast["h"].name else UNNAMED)
    if t.facts.mention:
        t.notes["mention"] = t.facts.mention
        t.say(BEINGS if t.facts.being else MENTIONED)
    wearing.dressed(t)
    troubles.pack(t)
    refrains.sing(t)
    return t
