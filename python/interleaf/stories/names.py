"""Names: real ones, nearly all of one token, and a few made-up ones, which have to be copied piece by piece. One in ten is
kept for the held-out split."""

from random import Random
from zlib import crc32

from interleaf.stories.words import HIGH, LOW, MIDDLE, NAMES

MADE_UP = 0.3  # share


def kept(name: str) -> bool:
    return crc32(name.encode()) % 10 == 0


def name(random: Random, split: str | None, taken: str | None = None) -> str:
    while True:
        made = random.random() < MADE_UP
        word = random.choice(HIGH) + random.choice(MIDDLE) + random.choice(LOW) if made else random.choice(NAMES)
        if word != taken and (split is None or kept(word) == (split == "held-out")):
            return word


def noun(random: Random) -> str:
    """A thing nobody has heard of: "wumpet", "brilk"."""
    start = random.choice(
        "b bl br c cl d dr f fl fr g gl gr h j k l m n p pl pr qu r s sl sn st t tr v w wh y z".split()
    )
    middle = random.choice("a e i o u oo ee ai ou".split()) + random.choice(
        "b d g k l m mb mp n nd ng p r rb rk s t x zz".split()
    )
    return (
        start + middle + random.choice(("", "le", "er", "et", "o", "ot", "um", "in", "y", "us", "aloo", "ick", "ond"))
    )
