"""Prompts as readers type them: facts first, then one of many ways to ask for them, with slips of the keyboard."""

from collections.abc import Callable
from random import Random

from interleaf.stories import foreign, names
from interleaf.stories.state import Facts, Story, article
from interleaf.stories.words import TRAITS
from interleaf.world.vocabulary import ACCESSORIES, FEELINGS, HEROES, PLACES, THINGS, TIMES

Describe = Callable[[Story], str]
PAGE_COUNTS = (3, 3, 4, 4, 4, 4, 4, 5, 5, 5, 6, 6, 7, 8)
OTHER_NAMES = {
    "turtle": ("tortoise",), "rabbit": ("bunny", "hare"), "dinosaur": ("dino",), "bear": ("teddy bear", "teddy"),
    "cat": ("kitten", "kitty"), "duck": ("duckling",), "owl": ("little owl",), "elephant": ("baby elephant",),
}  # fmt: skip
WHERE = {
    "beach": ("on the beach", "at the seaside", "by the sea", "at the beach"), "forest": ("in the forest", "in the woods"),
    "mountains": ("in the mountains", "on a mountain"), "desert": ("in the desert",), "village": ("in the village", "in a town"),
    "castle": ("at the castle", "in a castle"), "garden": ("in the garden", "in a garden"),
    "snow": ("in the snow", "in winter", "in the ice and snow"),
}  # fmt: skip
WHEN = {
    "day": ("on a sunny day", "in the morning", "one fine day"), "sunset": ("at sunset", "in the evening"),
    "night": ("at night", "under the moon", "at midnight"), "rain": ("in the rain", "on a rainy day"),
}  # fmt: skip
PLAIN = (
    "{who} {with} {where} {when}", "{who} {with} {where} {when}", "{who} {when} {where} {with}", "{when}, {who} {where} {with}",
    "a story about {who} {with} {where} {when}", "tell me a story about {who} {with} {where} {when}",
    "tell me about {who} {where} {when} {with}", "please write a story with {who} {with} {where} {when}",
    "I would like a story about {who} {with} {where} {when}", "can you tell me about {who} {with} {where} {when}?",
    "once upon a time there was {who} {where} {when} {with}", "make a picture book about {who} {with} {where} {when}",
    "my daughter loves {who} {with} {where} {when}", "what happens to {who} {with} {where} {when}?",
    "{who} goes on an adventure {where} {when} {with}", "a bedtime story: {who} {with} {where} {when}",
    "{where} {when}: {who} {with}", "how {who} spent a day {where} {when} {with}",
)  # fmt: skip
WITH = (
    "with {t}", "who finds {t}", "who lost {t}", "and {t}", "who wants {t}", "looking for {t}", "who has {t}", "who gets {t}",
    "and the mystery of {t}", "who shares {t}",
)  # fmt: skip
NOTHING = (
    "tell me a story", "a story please", "surprise me", "hello", "something nice", "story", "I am bored", "anything you like",
    "a bedtime story", "once upon a time", "write something", "??", "hi", "an adventure", "a funny story", "friendship", "yes",
    "go", "something for my little brother", "a story with a happy end", "help", "test", "please", "1 2 3", "\U0001f600",
)  # fmt: skip
STRANGERS = tuple(
    """zebra tiger lion monkey giraffe robot dragon unicorn princess pirate witch wizard knight astronaut mermaid fairy fox wolf
    horse cow pig sheep goat dog mouse frog whale shark dolphin octopus crab bee ant spider butterfly parrot eagle koala panda
    kangaroo crocodile snake lizard camel llama squirrel badger mole otter seal ghost monster giant king queen policeman
    fireman doctor teacher grandmother baby boy girl alien vampire ninja cowboy chef train tractor car bus""".split()
)
STRANGE_THINGS = tuple(
    """toaster rocket spaceship bicycle piano shoe sock banana pizza spoon fork table chair lamp computer phone
    camera pencil paintbrush sandwich carrot potato cheese cookie lollipop ice cream telescope submarine aeroplane helicopter
    skateboard violin treasure diamond ring sword shield magic wand broom cauldron bucket shovel ladder rope tent suitcase letter
    map compass radio television washing machine cup pillow blanket mirror ghost train volcano""".split()
)
STRANGE_PLACES = (
    "on the moon", "in space", "in Paris", "under the sea", "at school", "in a supermarket", "on a farm", "in the jungle", "at home",
    "in London", "on Mars", "at the zoo", "in the kitchen", "on a train", "in a cave", "on an island", "in the city", "at the circus",
)  # fmt: skip
CHATTER = (
    "It is for my son, who is four.", "Please make it short and sweet.", "We are on a long car ride.", "It should be funny.",
    "She is going to bed now.", "It must have a happy end.", "Thank you very much!", "Use simple words.", "There should be a twist.",
    "I had a long day at work.", "Nobody should be sad at the end.", "My children love animals.", "Let it be gentle and calm.",
    "We have read all our books already.", "It rains here, and we are bored.", "The other day we were at the zoo.",
)  # fmt: skip


def prompt_for(random: Random, pages: int | None, split: str) -> tuple[Facts, Describe]:
    """What is asked for, and how. The held-out split asks for hero, place and thing together, and never as training does."""
    from interleaf.stories.telling import held_out

    def some(options, p: float):
        return random.choice(options) if random.random() < p else None

    facts = Facts(pages=pages or random.choice(PAGE_COUNTS))
    kind = random.random()
    if split == "held-out":
        while not held_out(*(triple := (random.choice(HEROES), random.choice(PLACES), random.choice(THINGS)))):
            pass
        facts.hero, facts.place, facts.thing = triple
        facts.time = some(TIMES, 0.3)
        facts.accessory = some(ACCESSORIES, 0.2)
        facts.name = names.name(random, split) if random.random() < 0.3 else None
        return facts, lambda told: slip(plain(facts, random), random)
    if kind < 0.06:
        return facts, lambda told: slip(random.choice(NOTHING), random)
    if kind < 0.24:
        facts.place, facts.thing, facts.time = some(PLACES, 0.25), some(THINGS, 0.2), some(TIMES, 0.15)
        return facts, lambda told: slip(strange(facts, random), random)
    facts.hero = random.choice(HEROES)
    facts.place, facts.thing = some(PLACES, 0.45), some(THINGS, 0.5)
    if facts.place and facts.thing and held_out(facts.hero, facts.place, facts.thing):
        facts.place = None
    if kind < 0.34:
        facts.time = None
        return facts, lambda told: translated(facts, random)
    facts.time = some(TIMES, 0.25)
    facts.accessory, facts.feeling = some(ACCESSORIES, 0.14), some(FEELINGS, 0.1)
    if kind < 0.42:
        return facts, lambda told: slip(bare(facts, random), random)
    facts.name = names.name(random, split) if random.random() < 0.4 else None
    if kind < 0.5:
        return facts, lambda told: paragraph(facts, random)
    if kind < 0.54:
        facts.friend = some([hero for hero in HEROES if hero != facts.hero], 1.0)
    return facts, lambda told: slip(plain(facts, random), random)


def species(hero: str, random: Random) -> str:
    return random.choice(OTHER_NAMES[hero]) if hero in OTHER_NAMES and random.random() < 0.2 else hero


def somebody(facts: Facts, random: Random) -> str:
    word = species(facts.hero, random)
    word = f"{facts.feeling} {word}" if facts.feeling else word
    if facts.name:
        who = random.choice(
            (f"{facts.name} the {word}", f"{article(word)} called {facts.name}", f"{article(word)} named {facts.name}")
        )
    else:
        trait = "" if facts.feeling or random.random() < 0.75 else f"{random.choice(TRAITS)} "
        who = f"the {word}" if random.random() < 0.08 else article(trait + word)
    if facts.accessory:
        who += random.choice((" in a {}", " with a {}", " wearing a {}", " who wears a {}")).format(facts.accessory)
    return f"{who} and {article(facts.friend)}" if facts.friend else who


def fill(frame: str, random: Random, **parts: str) -> str:
    return " ".join(frame.format(**parts).replace(" ,", ",").replace(" ?", "?").replace(" :", ":").split()).strip(" ,:")


def plain(facts: Facts, random: Random) -> str:
    with_thing = random.choice(WITH).format(t=article(facts.thing)) if facts.thing else ""
    where = random.choice(WHERE[facts.place]) if facts.place else ""
    when = random.choice(WHEN[facts.time]) if facts.time else ""
    said = fill(
        random.choice(PLAIN),
        random,
        who=somebody(facts, random),
        with_="",
        where=where,
        when=when,
        **{"with": with_thing},
    )
    return said


def bare(facts: Facts, random: Random) -> str:
    found = [
        word
        for word in (species(facts.hero, random), facts.thing, facts.place, facts.time, facts.feeling, facts.accessory)
        if word and word != "day"
    ]
    random.shuffle(found)
    if facts.time == "day":
        found.append("sunny day")
    return random.choice((" ", " ", ", ", " and ", " + ")).join(found)


def strange(facts: Facts, random: Random) -> str:
    """A hero, often a thing or a place too, that this world does not have."""
    who = random.choice(STRANGERS) if random.random() < 0.8 else names.noun(random)
    if random.random() < 0.3:
        who = f"{who} {random.choice(STRANGERS)}"
    thing = facts.thing or (random.choice(STRANGE_THINGS) if random.random() < 0.4 else None)
    where = (
        random.choice(WHERE[facts.place])
        if facts.place
        else (random.choice(STRANGE_PLACES) if random.random() < 0.3 else "")
    )
    when = random.choice(WHEN[facts.time]) if facts.time else ""
    if random.random() < 0.15:
        return " ".join(word for word in (who, thing, where, when) if word)
    owned = random.choice((article(thing), f"her {thing}", f"his {thing}", f"the magic {thing}")) if thing else ""
    with_thing = (
        random.choice(("and {t}", "with {t}", "who finds {t}", "who lost {t}")).format(t=owned) if thing else ""
    )
    return fill(random.choice(PLAIN), random, who=article(who), where=where, when=when, **{"with": with_thing})


def translated(facts: Facts, random: Random) -> str:
    """The same in another language; the place and the thing are left out of the facts where the frame has no room."""
    language = random.choice(list(foreign.FRAMES))
    frames = [
        f for f in foreign.FRAMES[language] if ("{t}" in f) <= bool(facts.thing) and ("{p}" in f) <= bool(facts.place)
    ]
    hero = foreign.HEROES[language].split()[HEROES.index(facts.hero)]
    place = foreign.PLACES[language].split("|")[PLACES.index(facts.place)] if facts.place else ""
    thing = foreign.THINGS[language].split()[THINGS.index(facts.thing)] if facts.thing else ""
    said = random.choice(frames).format(h=hero, p=place, t=thing)
    return said if random.random() < 0.7 else said.lower()


def paragraph(facts: Facts, random: Random) -> str:
    said = [plain(facts, random).capitalize() + "."] + random.sample(CHATTER, random.randint(2, 6))
    random.shuffle(said)
    return " ".join(said)


def slip(prompt: str, random: Random) -> str:
    """Capitals, a missing article, a full stop, and one slip of the keyboard in every six prompts."""
    if random.random() < 0.3:
        prompt = prompt[:1].upper() + prompt[1:]
    if random.random() < 0.06:
        prompt = prompt.upper()
    if random.random() < 0.1:
        prompt = " ".join(word for word in prompt.split() if word.lower() not in ("a", "an", "the"))
    if random.random() < 0.17 and len(prompt) > 6:
        at = random.randrange(1, len(prompt) - 1)
        edits = (prompt[:at] + prompt[at + 1 :], prompt[:at] + prompt[at] + prompt[at:],
                 prompt[: at - 1] + prompt[at] + prompt[at - 1] + prompt[at + 1 :],
                 prompt[:at] + random.choice("aeiourstln") + prompt[at + 1 :])  # fmt: skip
        prompt = random.choice(edits)
    return prompt + random.choice(("", "", "", "", ".", "!")) if prompt[-1:].isalnum() else prompt
