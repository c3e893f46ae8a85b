"""Which words of a told story are words, and which may be names."""

import re
from functools import cache

from interleaf.stories import names
from interleaf.stories import story as world_story

WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
READ = 4000  # stories of the simulator


def bare(word: str) -> str:
    return word.removesuffix("'s").removesuffix("’s")


@cache
def ordinary_words() -> frozenset[str]:
    """Every word, in lower case, that the simulator's stories use for something else than a character's name."""
    found: set[str] = set()
    for seed in range(READ):
        told = world_story(seed)
        called = {each["name"] for each in told.cast.values()}
        said = {word for page in told.pages for word in WORD.findall(page.text)}
        found.update(word.lower() for word in said if bare(word) not in called)
    return frozenset(found)


def is_name(word: str) -> bool:
    """Whether a word is a name as this world has them. A made-up one is no word of the stories: "She" could be one."""
    name = bare(word)
    return name in names.REAL or (names.is_name(name) and name.lower() not in ordinary_words())


def is_malformed(word: str) -> bool:
    """Neither a word of the simulator's stories nor a name as they have."""
    low = word.lower()
    return low not in ordinary_words() and bare(low) not in ordinary_words() and not is_name(word)
