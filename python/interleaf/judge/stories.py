"""Exact measures of told stories: the oracle rebuilds what the text says, the judge reads what the picture shows."""

import math
import re
from dataclasses import dataclass

import numpy as np

from interleaf.stories import known_words, read_story
from interleaf.stories import story as world_story
from interleaf.stories.words import HIGH, LOW, MIDDLE, NAMES
from interleaf.tell import Told
from interleaf.world.vocabulary import HEROES, Scene

from .classifier import read
from .network import Judge

WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
NAME = re.compile(rf"(?:{'|'.join(HIGH)})(?:{'|'.join(filter(None, MIDDLE))})?(?:{'|'.join(LOW)})(?:'s)?", re.I)


@dataclass(frozen=True)
class HeldOut:
    """A prompt that no training saw, and what it asks for."""

    prompt: str
    pages: int
    hero: str


def held_out_prompts(count: int) -> list[HeldOut]:
    """Different prompts of the held-out split, with a page limit of 4 to 6 so that every plot has room to end."""
    found: dict[str, HeldOut] = {}
    seed = 0
    while len(found) < count:
        told = world_story(seed, split="held-out")
        seed += 1
        found.setdefault(told.prompt, HeldOut(told.prompt, max(4, len(told.pages)), told.facts["hero"]))
    return list(found.values())


@dataclass(frozen=True)
class Share:
    """A fraction with its 95 % Wilson interval."""

    hits: int
    of: int

    @property
    def value(self) -> float:
        return self.hits / self.of if self.of else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        if not self.of:
            return 0.0, 1.0
        z, n, p = 1.96, self.of, self.value
        middle, reach = p + z * z / (2 * n), z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
        return (middle - reach) / (1 + z * z / n), (middle + reach) / (1 + z * z / n)

    def plain(self) -> dict:
        low, high = self.interval
        return {"value": round(self.value, 4), "low": round(low, 4), "high": round(high, 4), "of": self.of}


def share(hits) -> Share:
    hits = list(hits)
    return Share(sum(map(bool, hits)), len(hits))


def is_malformed(word: str) -> bool:
    """Neither a word of the world's stories nor a name of its kind."""
    low = word.lower()
    plain = low.removesuffix("'s").removesuffix("’s")
    return (
        low not in known_words() and plain not in known_words() and plain not in NAME_WORDS and not NAME.fullmatch(low)
    )


NAME_WORDS = frozenset(name.lower() for name in NAMES)


def mentions(text: str, hero: str) -> bool:
    return re.search(rf"\b{hero}\b", text, re.I) is not None


@dataclass(frozen=True)
class Painted:
    """A picture with the scene its page means and the one that is seen in it."""

    picture: np.ndarray
    meant: Scene
    seen: Scene
    prompt: str


def painted(stories: list[Told], judge: Judge) -> list[Painted]:
    found = []
    for told in stories:
        for page, meant in zip(told.pages, read_story([page.text for page in told.pages]), strict=True):
            if page.picture is not None and meant is not None:
                found.append((page.picture, meant, told.prompt))
    seen = read(judge, np.stack([picture for picture, *_ in found])) if found else []
    return [Painted(p, m, r.scene, prompt) for (p, m, prompt), r in zip(found, seen, strict=True)]


def measure(stories: list[Told], asked: list[HeldOut], pictures: list[Painted]) -> dict[str, Share]:
    texts = [" ".join(page.text for page in told.pages) for told in stories]
    words = [word for text in texts for word in WORD.findall(text)]
    scenes = [read_story([page.text for page in told.pages]) for told in stories]
    first = [next((scene.hero for scene in each if scene), None) for each in scenes]
    return {
        "ended": share(told.ended == "story" for told in stories),
        "prompt_hero": share(mentions(text, a.hero) for text, a in zip(texts, asked, strict=True)),
        "text_hero": share(hero == a.hero for hero, a in zip(first, asked, strict=True)),
        "malformed": share(is_malformed(word) for word in words),
        "hero": share(p.seen.hero == p.meant.hero for p in pictures),
        "place": share(p.seen.place == p.meant.place for p in pictures),
        "time": share(p.seen.time == p.meant.time for p in pictures),
        "thing": share(p.seen.thing == p.meant.thing for p in pictures if p.meant.thing),
        "pages_with_picture": share(page.picture is not None for told in stories for page in told.pages),
    }


def fingerprint(told: Told) -> tuple:
    """Who and what a story is about, without its words: the cast, the places, the things, page by page."""
    cast = tuple(sorted(hero for hero in HEROES if mentions(" ".join(page.text for page in told.pages), hero)))
    scenes = tuple((s.place, s.time, s.thing) if s else None for s in read_story([page.text for page in told.pages]))
    return cast, scenes


def all_differ(stories: list[Told]) -> bool:
    return len({fingerprint(told) for told in stories}) == len(stories)
