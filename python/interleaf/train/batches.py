"""Batches of the simulator's stories, of like length, so that little of them is padding; and of their first pages."""

from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import replace
from functools import lru_cache
from multiprocessing import get_context
from random import Random

from interleaf.config import ModelConfig
from interleaf.stories.corpus import chapters
from interleaf.stories.sagas import lesson
from interleaf.stories.state import Story
from interleaf.train.layout import Batch, Sequence, collate, sequence

GROUP = 8  # batches that are drawn together and sorted


def begun(told: Story) -> Story:
    """Its first page alone, which still is one of as many."""
    first = told.pages[0]
    return replace(told, pages=(replace(first, of=first.of or (1, len(chapters(told)[0]))),))


def _sorted(number: int, size: int, config: ModelConfig, seed: int, opened: float, first: bool) -> list[Sequence]:
    random, drawn = Random(f"{seed} {number}"), []
    for _ in range(size):
        told = lesson(random.randrange(1 << 40))
        told = begun(told) if first else told
        scene = next((page.scene for page in told.pages if page.scene), None)
        drawn.append(sequence(told, config, random, scene if random.random() < opened else None))
    return sorted(drawn, key=lambda s: len(s.ids))


class Stories:
    """Batches of `size` new stories; batch n is always the same. opened: share of those that a reader's picture opens.
    first: of their first pages alone. workers: processes that draw the groups that come next, so that a step need not
    wait for them; 0: this one draws."""

    def __init__(
        self, size: int, config: ModelConfig, seed: int, opened: float = 0.0, first: bool = False, workers: int = 0
    ):
        self.size, self.config, self.seed, self.opened, self.first = size, config, seed, opened, first
        self._ahead = workers
        self._pool = ProcessPoolExecutor(workers, get_context("spawn")) if workers else None
        self._coming: dict[int, Future] = {}
        self._group = lru_cache(maxsize=2)(self._drawn)

    def __call__(self, number: int) -> Batch:
        group, part = divmod(number, GROUP)
        return collate(self._group(group)[part * self.size : (part + 1) * self.size], self.config)

    def _drawn(self, group: int) -> list[Sequence]:
        of = GROUP * self.size, self.config, self.seed, self.opened, self.first
        if not self._pool:
            return _sorted(group, *of)
        for each in range(group, group + 1 + self._ahead):
            if each not in self._coming:
                self._coming[each] = self._pool.submit(_sorted, each, *of)
        return self._coming.pop(group).result()
