"""Exact measures of told stories: the oracle rebuilds from the text alone what every page means."""

import re
from dataclasses import dataclass

from interleaf.stories import Story, known_words, read_story
from interleaf.stories import story as world_story
from interleaf.stories.words import HIGH, LOW, MIDDLE, NAMES
from interleaf.tell import Told, ToldPage
from interleaf.world.draw import draw
from interleaf.world.vocabulary import HEROES, Scene

from .share import Share, share

WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
MADE_UP = re.compile(rf"(?:{'|'.join(HIGH)})(?:{'|'.join(filter(None, MIDDLE))})?(?:{'|'.join(LOW)})")
SPECIES = "|".join(HEROES)
NAME = r"([A-Z][^\W\d_]*)"
INTRODUCED = (
    re.compile(rf"\b(?:{SPECIES}),? (?:called|named) {NAME}"),
    re.compile(rf"\b{NAME},? (?:was )?(?:the|an?) (?:\w+ )?(?:{SPECIES})\b"),
)
NAME_WORDS = frozenset(NAMES)


@dataclass(frozen=True)
class HeldOut:
    """A prompt of the held-out split, the pages it asks for, and the story the simulator tells for it."""

    prompt: str
    pages: int
    hero: str
    story: Story


def held_out_prompts(count: int) -> list[HeldOut]:
    """Different prompts, always the same. No training saw their hero, place and thing together."""
    found: dict[str, HeldOut] = {}
    seed = 0
    while len(found) < count:
        told = world_story(seed, split="held-out")
        found.setdefault(told.prompt, HeldOut(told.prompt, len(told.pages), told.facts["hero"], told))
        seed += 1
    return list(found.values())


def simulated(asked: HeldOut, seed: int) -> Told:
    """The simulator's own story with drawn pictures, as if it had been told: what a perfect model would score."""
    pages = [
        ToldPage(page.text, page.picture_at, draw(page.scene, seed) if page.scene else None)
        for page in asked.story.pages
    ]
    return Told(asked.prompt, seed, asked.pages, pages, "story")


def texts_of(told: Told) -> list[str]:
    return [page.text for page in told.pages]


def bare(word: str) -> str:
    return word.removesuffix("'s").removesuffix("’s")


def is_name(word: str) -> bool:
    return bare(word) in NAME_WORDS or MADE_UP.fullmatch(bare(word)) is not None


def is_malformed(word: str) -> bool:
    """Neither a word of the world's stories nor a name as they have."""
    low = word.lower()
    return low not in known_words() and bare(low) not in known_words() and not is_name(bare(low).capitalize())


def mentions(text: str, hero: str) -> bool:
    return re.search(rf"\b{hero}s?\b", text, re.I) is not None


def names_known(told: Told) -> list[bool]:
    """For every name in the story, in order: whether somebody of that name is introduced on this page or before."""
    known, found = set(), []
    for text in texts_of(told):
        known |= {name for pattern in INTRODUCED for name in pattern.findall(text)}
        names = [bare(word) for word in WORD.findall(text) if word[0].isupper() and is_name(word)]
        found += [name in known for name in names]
    return found


def measure_texts(stories: list[Told], asked: list[HeldOut]) -> dict[str, Share]:
    texts = [" ".join(texts_of(told)) for told in stories]
    first = [next((scene.hero for scene in read_story(texts_of(told)) if scene), None) for told in stories]
    return {
        "ended": share(told.ended == "story" for told in stories),
        "prompt_hero": share(mentions(text, a.hero) for text, a in zip(texts, asked, strict=True)),
        "main_figure": share(hero == a.hero for hero, a in zip(first, asked, strict=True)),
        "malformed": share(is_malformed(word) for text in texts for word in WORD.findall(text)),
        "names_known": share(known for told in stories for known in names_known(told)),
        "pages_illustrated": share(page.picture is not None for told in stories for page in told.pages),
    }


def fingerprint(told: Told) -> tuple[tuple[str, ...], tuple[Scene | None, ...]]:
    """What happens to whom, without the words: the cast, and what every page means."""
    cast = tuple(hero for hero in HEROES if mentions(" ".join(texts_of(told)), hero))
    return cast, tuple(read_story(texts_of(told)))


def different(stories: list[Told]) -> int:
    """How many of the stories differ from each other in cast, or in place, time or thing of some page."""
    return len({fingerprint(told) for told in stories})


def script(told: Told) -> str:
    """The story as Markdown, ▣ where its pictures stand."""
    lines = [f"**{told.prompt.strip() or '(blank)'}**", ""]
    for number, page in enumerate(told.pages, start=1):
        at = len(page.text) if page.offset is None else page.offset
        mark = "" if page.offset is None else " ▣ "
        lines.append(f"{number}. {f'{page.text[:at]}{mark}{page.text[at:]}'.strip()}")
    return "\n".join(lines if told.ended == "story" else [*lines, "", "(did not end within its pages)"])
