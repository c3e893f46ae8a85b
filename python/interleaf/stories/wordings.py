"""How readers say what a story should have in it: the hero, the thing, the place, the hour."""

from random import Random

from interleaf.stories.state import Facts, article
from interleaf.stories.words import TRAITS

OTHER_NAMES = {
    "turtle": ("tortoise", "animal with a shell on its back"), "owl": ("little owl", "bird that hoots", "owlet"), "elephant": ("baby elephant", "animal with a trunk"),
    "hedgehog": ("prickly hedgehog", "animal with prickles"), "penguin": ("baby penguin", "bird that swims and waddles"), "rabbit": ("bunny", "hare", "bunny rabbit"),
    "dinosaur": ("dino", "baby dinosaur", "brontosaurus"), "flamingo": ("pink flamingo", "pink bird"), "bear": ("teddy bear", "teddy", "bear cub"),
    "snail": ("slow snail", "animal with a house on its back"), "duck": ("duckling", "ducky"), "cat": ("kitten", "kitty", "pussycat"),
}  # fmt: skip
NEAREST = {  # what the world cannot draw, and what it can draw instead
    "cat": "tiger lion leopard panther cheetah lynx puma kitten", "dinosaur": "dragon lizard crocodile alligator gecko iguana t-rex snake",
    "bear": "panda koala wolf gorilla monkey sloth dog puppy", "duck": "goose swan chicken hen seagull parrot", "owl": "eagle hawk raven bat falcon crow",
    "rabbit": "hamster squirrel mouse guinea-pig kangaroo fox", "hedgehog": "porcupine mole badger beaver otter raccoon", "elephant": "rhino hippo mammoth giraffe horse cow pony",
    "snail": "slug worm caterpillar ladybird bee ant spider butterfly", "turtle": "crab frog toad lobster octopus fish", "penguin": "seal walrus whale dolphin puffin polar-bear",
    "flamingo": "stork heron ostrich peacock crane unicorn",
}  # fmt: skip
THINGS = {
    "kite": ("paper kite",), "balloon": ("red balloon", "big balloon"), "umbrella": ("brolly",), "key": ("golden key", "magic key"), "lantern": ("lamp", "lantern that glows"),
    "book": ("old book", "picture book"), "star": ("fallen star", "little star"), "ball": ("football", "bouncy ball"), "bell": ("little bell",), "crown": ("golden crown",),
    "apple": ("juicy apple",), "cake": ("birthday cake", "chocolate cake"), "drum": ("big drum",), "feather": ("magic feather",), "basket": ("picnic basket",),
    "teapot": ("old teapot",), "boat": ("toy boat", "sailing boat"), "trumpet": ("golden trumpet",), "clock": ("alarm clock",), "guitar": ("little guitar",),
}  # fmt: skip
WHERE = {
    "beach": ("on the beach", "at the seaside", "by the sea", "at the beach", "on the shore"), "forest": ("in the forest", "in the woods", "in a dark forest"),
    "mountains": ("in the mountains", "on a mountain", "high up in the mountains"), "desert": ("in the desert", "in a hot desert"), "village": ("in the village", "in a town", "in a little village"),
    "castle": ("at the castle", "in a castle", "in an old castle"), "garden": ("in the garden", "in a garden", "among the flowers"), "snow": ("in the snow", "in winter", "in the ice and snow", "at the north pole"),
}  # fmt: skip
WHEN = {
    "day": ("on a sunny day", "in the morning", "one fine day", "when the sun shines"), "sunset": ("at sunset", "in the evening", "when the sun goes down"),
    "night": ("at night", "under the moon", "at midnight", "when the stars are out"), "rain": ("in the rain", "on a rainy day", "when it rains"),
}  # fmt: skip
FEELS = {
    "happy": ("happy", "happy", "cheerful", "very happy"), "sad": ("sad", "sad", "unhappy", "very sad"), "scared": ("scared", "frightened", "scared"), "cross": ("cross", "angry", "grumpy"),
    "sleepy": ("sleepy", "tired", "sleepy"),
}  # fmt: skip
# What a family is about, with the thing and without. The story is then of that family.
PLOTS = {
    "lost and found": (("who lost {t}", "who has lost {t} and looks for it", "who cannot find {t}"), ("who loses something",)),
    "wish": (("who wants {t}", "who wishes for {t}", "looking for {t}", "who dreams of {t}"), ("who has a big wish",)),
    "helping": (("who helps a friend with {t}",), ("who helps somebody", "who is a good helper", "about helping")),
    "one for two": (("who has to share {t}", "who does not want to share {t}"), ("who learns to share", "about a quarrel between friends")),
    "new friend": (("who finds a friend and {t}",), ("who makes a new friend", "who is lonely", "who has no friends")),
    "surprise": (("who wants to give {t} to a friend", "with a surprise: {t}"), ("with a birthday surprise", "who has a secret", "who plans a surprise")),
    "try again": (("who learns to use {t}", "who practises with {t}"), ("who never gives up", "who learns something new")),
    "a little brave": (("who is a little afraid and finds {t}",), ("who learns to be brave", "who hears a strange noise")),
    "making": (("who makes {t}", "who builds {t}"), ("who makes something", "who is an inventor")),
    "there and back": (("who goes on a journey and brings back {t}",), ("who goes on a journey", "who wants to see the world")),
    "mystery": (("and the mystery of {t}", "and the secret of {t}"), ("who solves a mystery", "who is a detective")),
    "evening": (("with a party and {t}",), ("who gives a party", "who goes to bed after a long day")),
}  # fmt: skip
FITTING = {  # families that begin as somebody feels
    "sad": ("lost and found", "wish", "new friend", "try again"), "scared": ("a little brave", "new friend", "mystery"),
    "cross": ("one for two", "lost and found", "try again"), "sleepy": ("evening", "there and back", "new friend", "a little brave"),
    "happy": ("helping", "surprise", "making", "there and back", "evening"),
}  # fmt: skip
FOR_TWO = ("helping", "one for two", "new friend", "surprise", "evening")  # in which a friend always comes
WITH = ("with {t}", "with {t}", "and {t}", "who has {t}", "who finds {t}", "who gets {t}")
WEARS = (" in {}", " with {}", " wearing {}", " who wears {}", " that wears {}")


def species(hero: str, random: Random) -> str:
    return random.choice(OTHER_NAMES[hero]) if random.random() < 0.18 else hero


def somebody(facts: Facts, random: Random) -> str:
    """The hero with all that is asked of it; "somebody" if it may be anybody."""
    word = species(facts.hero, random) if facts.hero else "animal"
    feels = random.choice(FEELS[facts.feeling]) if facts.feeling else ""
    if facts.name and facts.hero and random.random() < 0.85:
        word = f"{feels} {word}".strip()
        who = random.choice(
            (f"{facts.name} the {word}", f"{article(word)} called {facts.name}", f"{article(word)} named {facts.name}")
        )
    elif facts.name:
        who = f"{facts.name}, {article(f'{feels} {word}'.strip())}," if facts.hero else f"{feels} {facts.name}".strip()
    elif facts.hero or feels:
        trait = "" if feels or random.random() < 0.75 else random.choice(TRAITS)
        who = " ".join(part for part in (trait, feels, word) if part)
        who = f"the {who}" if random.random() < 0.08 else article(who)
    elif facts.accessory or facts.friend:
        who = "somebody"
    else:
        return ""
    if facts.accessory:
        who += random.choice(WEARS).format(
            random.choice((article(facts.accessory), article(facts.accessory), f"the {facts.accessory}"))
        )
    return f"{who} and {article(species(facts.friend, random))}" if facts.friend else who


def thing(facts: Facts, random: Random) -> str:
    """The thing alone, with its article."""
    word = random.choice(THINGS[facts.thing]) if random.random() < 0.12 else facts.thing
    return f"the {word}" if random.random() < 0.15 else article(word)


def plot(facts: Facts, random: Random) -> str:
    """What happens with the thing, or what happens."""
    if facts.family:
        with_thing, without = PLOTS[facts.family]
        return random.choice(with_thing).format(t=thing(facts, random)) if facts.thing else random.choice(without)
    return random.choice(WITH).format(t=thing(facts, random)) if facts.thing else ""


def where(facts: Facts, random: Random) -> str:
    return random.choice(WHERE[facts.place]) if facts.place else ""


def when(facts: Facts, random: Random) -> str:
    return random.choice(WHEN[facts.time]) if facts.time else ""
