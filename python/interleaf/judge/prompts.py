"""Prompts that no training saw, what they ask for, and whether a story gives it."""

import re
from dataclasses import dataclass

from interleaf.config import Knowledge
from interleaf.stories import Story, read_story
from interleaf.stories import story as world_story
from interleaf.stories.oracle import QUOTED, Reader
from interleaf.tell import Told, ToldPage
from interleaf.world.draw import draw

from .known import EVERYTHING, answerable, within
from .share import Share, share

FACTS = ("hero", "friend", "place", "time", "thing", "feeling", "accessory", "name")
FEW = 3  # facts, up to which all of them are asked of a story


@dataclass(frozen=True)
class HeldOut:
    """A prompt of the held-out split, the pages it asks for, and the story the simulator tells for it."""

    prompt: str
    pages: int
    hero: str
    story: Story

    @property
    def facts(self) -> dict[str, str]:
        """What the prompt asks for, but for the number of pages."""
        return {fact: self.story.facts[fact] for fact in FACTS if self.story.facts.get(fact)}


def held_out_prompts(count: int, knows: Knowledge = EVERYTHING) -> list[HeldOut]:
    """Different prompts about what the model knows, always the same. No training saw their hero, place and thing
    together, nor their names."""
    found: dict[str, HeldOut] = {}
    seed = 0
    while len(found) < count:
        told = world_story(seed, split="held-out")
        if answerable(told.facts, knows):
            found.setdefault(told.prompt, HeldOut(told.prompt, len(told.pages), told.facts["hero"], told))
        seed += 1
    return list(found.values())


def simulated(asked: HeldOut, seed: int, knows: Knowledge = EVERYTHING, size: int = 128) -> Told:
    """The simulator's own story with drawn pictures, as if it had been told: what a perfect model would score."""
    pages = [
        ToldPage(page.text, page.picture_at, draw(within(page.scene, knows), seed, size) if page.scene else None)
        for page in asked.story.pages
    ]
    return Told(asked.prompt, seed, asked.pages, pages, "story")


def texts_of(told: Told) -> list[str]:
    return [page.text for page in told.pages]


def mentions(text: str, word: str) -> bool:
    return re.search(rf"\b{re.escape(word)}s?\b", text, re.I) is not None


def copied(texts: list[str], name: str, hero: str) -> bool:
    """Whether the name stands in the text exactly, and belongs to the hero."""
    reader = Reader()
    for text in texts:
        reader.read(text)
    return reader.names.get(name) == hero


def met(told: Told, asked: HeldOut) -> dict[str, bool]:
    """For every fact of the prompt, whether the story's text has it: a place, an hour, a feeling or what is worn as
    some page means it, the feeling on page 1 and of the hero; words as words."""
    texts = texts_of(told)
    scenes = [scene for scene in read_story(texts) if scene]
    whole = " ".join(texts)
    found = {}
    for fact, wanted in asked.facts.items():
        if fact in ("hero", "friend"):
            found[fact] = mentions(whole, wanted)
        elif fact == "thing":
            found[fact] = mentions(QUOTED.sub(" ", whole), wanted)
        elif fact == "name":
            found[fact] = copied(texts, wanted, asked.hero)
        else:
            meant = scenes[:1] if fact == "feeling" else scenes
            found[fact] = any(getattr(scene, fact) == wanted for scene in meant)
    return found


def measure_facts(stories: list[Told], asked: list[HeldOut]) -> dict[str, Share]:
    """Shares of facts by kind (`asked_hero`, …), and of stories that have all of them."""
    found = [met(told, each) for told, each in zip(stories, asked, strict=True)]
    by_kind = {f"asked_{fact}": share(each[fact] for each in found if fact in each) for fact in FACTS}
    return {kind: each for kind, each in by_kind.items() if each.of} | {
        "asked_all": share(all(each.values()) for each in found),
        "asked_few": share(all(each.values()) for each in found if len(each) <= FEW),
    }
