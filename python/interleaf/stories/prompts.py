"""Prompts as readers type them: first which facts, then one of eleven ways to ask for them."""

from collections.abc import Callable
from dataclasses import replace
from random import Random

from interleaf.stories import foreign, names, strangers
from interleaf.stories.slips import noise
from interleaf.stories.state import Facts, Story, article
from interleaf.stories.titles import FIRST_LINES, QUESTIONS, TITLES, filled, needed
from interleaf.stories.wordings import FITTING, FOR_TWO, NEAREST, PLOTS, plot, somebody, species, when, where
from interleaf.world.vocabulary import ACCESSORIES, FEELINGS, HEROES, PLACES, THINGS, TIMES

Describe = Callable[[Story], str]
PAGE_COUNTS = (3, 3, 4, 4, 4, 4, 4, 5, 5, 5, 6, 6, 7, 8)
NUMBER = ("three", "four", "five", "six", "seven", "eight")  # from 3 on
ANY = {"hero": HEROES, "place": PLACES, "time": TIMES, "thing": THINGS, "feeling": FEELINGS, "accessory": ACCESSORIES}
COUNTS = ((1, 2, 3, 4, 5), (24, 32, 26, 12, 6))  # how many facts, and how often
WEIGHTS = {"hero": 10, "thing": 5, "place": 5, "name": 5, "time": 4, "accessory": 5, "feeling": 2, "friend": 1}
KINDS = {
    "request": 24, "list": 14, "title": 10, "first line": 8, "question": 8, "ramble": 6, "nothing": 5, "negative": 6, "typos": 6,
    "unknown": 8, "foreign": 5,
}  # fmt: skip
PLAIN = (
    "{who} {with} {where} {when}", "{who} {with} {where} {when}", "{who} {when} {where} {with}", "{when}, {who} {where} {with}", "{where} {when}: {who} {with}",
    "a story about {who} {with} {where} {when}", "tell me a story about {who} {with} {where} {when}", "tell me about {who} {where} {when} {with}",
    "please write a story with {who} {with} {where} {when}", "I would like a story about {who} {with} {where} {when}", "can you tell me about {who} {with} {where} {when}?",
    "make a picture book about {who} {with} {where} {when}", "my daughter loves {who} {with} {where} {when}", "{who} goes on an adventure {where} {when} {with}",
    "a bedtime story: {who} {with} {where} {when}", "write me something {where} {when} with {who} {with}", "i want a story where there is {who} {with} {where} {when}",
    "could you do a story for my son, he is 4, about {who} {with} {where} {when}", "a new book please: {who} {with} {where} {when}", "we would love to hear about {who} {where} {when} {with}",
    "{when} {where}, please, {who} {with}", "make up a tale of {who} {with} {where} {when}", "story with {who} {with}, {where} {when}",
)  # fmt: skip
NOBODY = (
    "a story {with} {where} {when}", "tell me a story {where} {when} {with}", "something {where} {when} {with}", "{where} {when} {with}", "an adventure {where} {when} {with}", "please write a story {when} {where} {with}",
)  # fmt: skip
NOTHING = (
    "tell me a story", "a story please", "surprise me", "hello", "something nice", "story", "I am bored", "anything you like", "a bedtime story", "once upon a time", "write something", "??", "hi", "an adventure",
    "a funny story", "friendship", "yes", "go", "something for my little brother", "a story with a happy end", "help", "test", "please", "1 2 3", "\U0001f600", "\U0001f4d6", "more", "start", "a new one", "ok",
    "you choose", "whatever", "...", "asdf", "read to me", "good night", "tell me anything", "a short story", "something with animals",
)  # fmt: skip
CHATTER = (
    "It is for my son, who is four.", "Please make it short and sweet.", "We are on a long car ride.", "It should be funny.", "She is going to bed now.", "It must have a happy end.", "Thank you very much!", "Use simple words.",
    "There should be a twist.", "I had a long day at work.", "Nobody should be sad at the end.", "My children love animals.", "Let it be gentle and calm.", "We have read all our books already.", "It rains here, and we are bored.",
    "The other day we were at the zoo.", "My mother used to tell me stories like that.", "I am not good at making things up myself.", "He has been asking for it all day long.", "I hope this is not too much to ask.",
    "We tell one every evening before we switch off the light.", "She likes it when the animals talk to each other.", "Do not make it too long, please, it is late.", "The last one was lovely, we laughed a lot.",
)  # fmt: skip
TONES = ("funny", "gentle", "sleepy", "short", "quick", "sweet", "spooky but nice", "silly", "calm")
NEGATIVE = {
    "rain": ({"time": ("no rain", "without rain", "it must not rain", "but no rain please")}, {"rain"}),
    "night": ({"time": ("not at night", "no night", "but not in the dark")}, {"night"}),
    "scared": ({"feeling": ("not scary", "nothing scary", "nobody is scared", "but not too scary please")}, {"scared", "afraid", "frighten", "ghost", "monster"}),
    "sad": ({"feeling": ("nobody is sad", "not sad", "nothing sad")}, {"sad", "crying", "tear"}),
}  # fmt: skip


def prompt_for(random: Random, pages: int | None, split: str) -> tuple[Facts, Describe]:
    """What is asked for, and how. The held-out split asks for hero, place and thing together, and never as training does."""
    facts = Facts(pages=pages or random.choice(PAGE_COUNTS))
    if split == "held-out":
        held(facts, random)
        return facts, lambda told: noise(request(facts, random), random, facts.name)
    kind = random.choices(list(KINDS), list(KINDS.values()))[0]
    if kind == "nothing":
        return facts, lambda told: noise(random.choice(NOTHING), random, None, 0.05)
    if kind in ("title", "first line", "question"):
        return from_frame(
            facts, {"title": TITLES, "first line": FIRST_LINES, "question": QUESTIONS}[kind], random, split
        )
    draw(facts, random, split, {"foreign": ("hero", "place", "thing"), "unknown": ("place", "thing", "time")}.get(kind))
    if kind == "foreign":
        facts.hero = facts.hero or random.choice(HEROES)
        return settled(facts), lambda told: translated(facts, random)
    if kind == "unknown":
        return unknown(settled(facts), random, split)
    if kind == "negative":
        return negative(settled(facts), random)
    if kind == "list":
        return settled(facts), lambda told: noise(listed(facts, random), random, facts.name, 0.1)
    choose_plot(facts, random)
    if kind == "ramble":
        return settled(facts), lambda told: ramble(facts, random)
    return settled(facts), lambda told: noise(
        request(facts, random), random, facts.name, 1.0 if kind == "typos" else 0.1
    )


def held(facts: Facts, random: Random) -> None:
    from interleaf.stories.telling import held_out

    while not held_out(*(triple := (random.choice(HEROES), random.choice(PLACES), random.choice(THINGS)))):
        pass
    facts.hero, facts.place, facts.thing = triple
    facts.time = random.choice(TIMES) if random.random() < 0.3 else None
    facts.accessory = random.choice(ACCESSORIES) if random.random() < 0.2 else None
    facts.name = names.name(random, "held-out") if random.random() < 0.3 else None


def draw(facts: Facts, random: Random, split: str, only: tuple[str, ...] | None = None) -> None:
    """Fills in some facts, as many as COUNTS says, the likelier the heavier they weigh."""
    for _ in range(random.choices(*COUNTS)[0]):
        open_ = {fact: w for fact, w in WEIGHTS.items() if not getattr(facts, fact) and (only is None or fact in only)}
        if open_:
            give(facts, random.choices(list(open_), list(open_.values()))[0], random, split)


def give(facts: Facts, fact: str, random: Random, split: str) -> None:
    if fact == "name":
        facts.name = names.name(random, split, share=names.ASKED)
    elif fact == "friend":
        facts.hero = facts.hero or random.choice(HEROES)
        facts.friend = random.choice([hero for hero in HEROES if hero != facts.hero])
    else:
        setattr(facts, fact, random.choice([v for v in ANY[fact] if v != facts.friend]))


def settled(facts: Facts) -> Facts:
    """No triple that is kept for the held-out split, and no family that might not have what is asked for."""
    from interleaf.stories.telling import held_out

    if facts.hero and facts.place and facts.thing and held_out(facts.hero, facts.place, facts.thing):
        facts.place = None
    if facts.feeling and facts.family not in (None, *FITTING[facts.feeling]):
        facts.family = None
    if facts.friend and facts.family not in (None, *FOR_TWO):
        facts.family = None
    return facts


def choose_plot(facts: Facts, random: Random) -> None:
    if random.random() < (0.5 if facts.thing else 0.15):
        facts.family = random.choice(FITTING[facts.feeling] if facts.feeling else list(PLOTS))


def from_frame(facts: Facts, frames: tuple[str, ...], random: Random, split: str) -> tuple[Facts, Describe]:
    frame = random.choice(frames)
    facts.family, facts.begun = frame.partition("|")[0] or None, frames is FIRST_LINES
    for fact in sorted(needed(frame)):
        give(facts, fact, random, split)
    if settled(replace(facts)) != facts:
        return prompt_for(random, facts.pages, split)
    return facts, lambda told: noise(filled(frame, facts, random, frames is TITLES), random, facts.name, 0.08)


def fill(frame: str, **parts: str) -> str:
    said = " ".join(frame.format(**parts).split())
    for mark in ",?:":
        said = said.replace(f" {mark}", mark)
    return said.replace(",,", ",").strip(" ,:")


def request(facts: Facts, random: Random) -> str:
    who = somebody(facts, random)
    said = fill(
        random.choice(PLAIN if who else NOBODY),
        who=who,
        where=where(facts, random),
        when=when(facts, random),
        **{"with": plot(facts, random)},
    )
    if random.random() < 0.12:
        n = facts.pages
        said += random.choice(
            (
                f", in {n} pages",
                f", {NUMBER[n - 3]} pages long",
                ", and keep it short" if n < 5 else ", and make it long",
            )
        )
    if random.random() < 0.1:
        tone = random.choice(TONES)
        said = said.replace("a story", f"{article(tone)} story", 1) if "a story" in said else f"{said}, {tone}"
    return said


def listed(facts: Facts, random: Random) -> str:
    found = [
        w
        for w in (
            facts.hero and species(facts.hero, random),
            facts.thing,
            facts.place,
            facts.feeling,
            facts.accessory,
            facts.name,
            facts.friend,
        )
        if w
    ]
    if facts.time:
        found.append("sunny day" if facts.time == "day" else facts.time)
    random.shuffle(found)
    return random.choice((" ", " ", ", ", " and ", " + ", " / ")).join(found)


def unknown(facts: Facts, random: Random, split: str) -> tuple[Facts, Describe]:
    """A hero, or else a thing, that this world cannot draw. It is talked of; drawn is the nearest that can be drawn."""
    word = strangers.word(random, split)
    near = next((hero for hero, words in NEAREST.items() if word in words.split()), None)
    facts.mention, facts.being = article(word), word not in strangers.THINGS
    if near and random.random() < 0.7:
        facts.hero = near
    if facts.hero and facts.place and facts.thing:
        facts.place = None
    who = article(word)
    if random.random() < 0.25:
        facts.name = names.name(random, split)
        who = random.choice((f"{facts.name} the {word}", f"{who} called {facts.name}"))
    if random.random() < 0.15 and not facts.name:
        return facts, lambda told: noise(
            " ".join(w for w in (word, facts.thing, facts.place) if w) + (f" {facts.time}" if facts.time else ""),
            random,
            word,
            0.05,
        )
    kept = replace(facts, hero=None, name=None)
    return facts, lambda told: noise(
        fill(random.choice(PLAIN), who=who, where=where(kept, random), when=when(kept, random), **{"with": plot(kept, random)}), random, word, 0.08)  # fmt: skip


def negative(facts: Facts, random: Random) -> tuple[Facts, Describe]:
    """Something that must not be in it, half of the time with what should be in its place."""
    if random.random() < 0.5:
        word = random.choice([w for w in (*HEROES, *THINGS) if w not in (facts.hero, facts.friend, facts.thing)])
        said, facts.avoid = (
            random.choice(
                (f"no {word}", f"without {article(word)}", f"but no {word} please", f"there must be no {word} in it")
            ),
            frozenset({word}),
        )
    else:
        word = random.choice(list(NEGATIVE))
        ((fact, ways),), words = NEGATIVE[word][0].items(), NEGATIVE[word][1]
        said, facts.avoid = random.choice(ways), frozenset(words)
        setattr(facts, fact, random.choice([v for v in ANY[fact] if v != word]) if random.random() < 0.5 else None)
    return facts, lambda told: noise(
        f"{request(facts, random)}, {said}" if random.random() < 0.8 else f"{said}, {request(facts, random)}",
        random,
        facts.name,
        0.05,
    )


def translated(facts: Facts, random: Random) -> str:
    """The same in another language; the place and the thing are left out of the facts where the frame has no room."""
    language = random.choice(list(foreign.FRAMES))
    frames = [
        f for f in foreign.FRAMES[language] if ("{t}" in f) <= bool(facts.thing) and ("{p}" in f) <= bool(facts.place)
    ]
    best = max(("{t}" in f) + ("{p}" in f) for f in frames)
    frame = random.choice([f for f in frames if ("{t}" in f) + ("{p}" in f) == best])
    hero = foreign.HEROES[language].split()[HEROES.index(facts.hero)]
    place = foreign.PLACES[language].split("|")[PLACES.index(facts.place)] if facts.place else ""
    named = foreign.THINGS[language].split()[THINGS.index(facts.thing)] if facts.thing else ""
    said = frame.format(h=hero, p=place, t=named)
    return said if random.random() < 0.7 else said.lower()


def ramble(facts: Facts, random: Random) -> str:
    """What is wanted, somewhere in a lot of talk. The last word counts: "no, not a cat, a bear"."""
    wanted = request(facts, random)
    if facts.hero and random.random() < 0.15:
        other = random.choice([hero for hero in HEROES if hero not in (facts.hero, facts.friend)])
        wanted = f"a story about {article(other)}. No, wait, not {article(other)}: {wanted}"
    said = [wanted[:1].upper() + wanted[1:] + "."] + random.sample(CHATTER, random.randint(3, 10))
    random.shuffle(said)
    return " ".join(said)
