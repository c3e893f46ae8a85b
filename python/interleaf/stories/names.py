"""Names: real ones, and some made up, which have to be copied piece by piece. One in ten is kept for the held-out
split."""

import re
from random import Random
from zlib import crc32

from interleaf.stories.first_names import NAMES as FIRST
from interleaf.stories.words import HIGH, LOW, MIDDLE, NAMES

MADE_UP = 0.3  # share
ASKED = 0.6  # the same among names that a prompt of the training asks for: what is known by heart teaches no copying
REAL = tuple(sorted({*NAMES, *FIRST}))  # a tuple: the order decides what a seed draws
STARTS = (
    "b bl br c ch d dr f fl fr g gl gr h j k kl l m n p ph pl pr qu r s sh sk sl sn st t th tr v w x y z zw".split()
)
VOWELS = "a a e e i o o u ae ee oo ay io".split()
ENDS = "b d g k l ll m n ng p r rk s sh t tz x".split()


SYLLABLES = rf"(?:{'|'.join(HIGH)})(?:{'|'.join(filter(None, MIDDLE))})?(?:{'|'.join(LOW)})"
SOUNDS = rf"(?:(?:{'|'.join(STARTS)})(?:{'|'.join(VOWELS)})){{1,3}}(?:{'|'.join(ENDS)})?"
MADE_UP_NAME = re.compile(f"{SYLLABLES}|{SOUNDS}", re.I)


def is_name(word: str) -> bool:
    """Whether a word may be a name of this world: a real one, or one that could have been made up."""
    return word in REAL or (word[:1].isupper() and MADE_UP_NAME.fullmatch(word) is not None)


def kept(name: str) -> bool:
    return crc32(name.encode()) % 10 == 0


def made_up(random: Random) -> str:
    """Half of them of a few syllables that a tokenizer may know, half of any sounds: "Zorvik", "Plooshand", "Iamo"."""
    if random.random() < 0.5:
        return random.choice(HIGH) + random.choice(MIDDLE) + random.choice(LOW)
    sounds = [random.choice(STARTS) + random.choice(VOWELS) for _ in range(random.choice((1, 2, 2, 2, 3)))]
    word = "".join(sounds) + (random.choice(ENDS) if len(sounds) == 1 or random.random() < 0.5 else "")
    return word.capitalize()


def name(random: Random, split: str | None, taken: str | None = None, share: float = MADE_UP) -> str:
    """None begins as `taken` does. share: of those that are made up."""
    from interleaf.stories.gate import allowed

    while True:
        word = made_up(random) if random.random() < share else random.choice(REAL)
        if (
            (taken is None or word[0] != taken[0])
            and (split is None or kept(word) == (split == "held-out"))
            and allowed(word)
        ):
            return word


def noun(random: Random) -> str:
    """A thing nobody has heard of: "wumpet", "brilk"."""
    from interleaf.stories.gate import allowed

    while True:
        start = random.choice(
            "b bl br c cl d dr f fl fr g gl gr h j k l m n p pl pr qu r s sl sn st t tr v w wh y z".split()
        )
        middle = random.choice("a e i o u oo ee ai ou".split())
        middle += random.choice("b d g k l m mb mp n nd ng p r rb rk s t x zz".split())
        word = (
            start
            + middle
            + random.choice(("", "le", "er", "et", "o", "ot", "um", "in", "y", "us", "aloo", "ick", "ond"))
        )
        if allowed(word):
            return word
