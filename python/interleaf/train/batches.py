"""Batches of the simulator's stories, of like length, so that little of them is padding."""

from functools import lru_cache
from random import Random

from interleaf.config import ModelConfig
from interleaf.stories.sagas import lesson
from interleaf.train.layout import Batch, Sequence, collate, sequence

GROUP = 8  # batches that are drawn together and sorted


@lru_cache(maxsize=2)
def _sorted(number: int, size: int, config: ModelConfig, seed: int, opened: float) -> list[Sequence]:
    random, drawn = Random(f"{seed} {number}"), []
    for _ in range(size):
        told = lesson(random.randrange(1 << 40))
        scene = next((page.scene for page in told.pages if page.scene), None)
        drawn.append(sequence(told, config, random, scene if random.random() < opened else None))
    return sorted(drawn, key=lambda s: len(s.ids))


def stories(step: int, size: int, config: ModelConfig, seed: int, opened: float = 0.0) -> Batch:
    """The batch of a step: `size` new stories. opened: share of those that a reader's picture opens."""
    number, part = divmod(step, GROUP)
    return collate(_sorted(number, GROUP * size, config, seed, opened)[part * size : (part + 1) * size], config)
