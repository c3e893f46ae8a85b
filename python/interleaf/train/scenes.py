"""Random drawn scenes as tensors, with the region of the hero."""

from functools import cache

import numpy as np
import torch

from interleaf.world.draw import LAYOUTS, draw, mask
from interleaf.world.vocabulary import HEROES, PLACES, THINGS, TIMES, Scene


def random_scene(rng: np.random.Generator) -> Scene:
    things = (None, *THINGS)
    return Scene(
        HEROES[rng.integers(len(HEROES))],
        PLACES[rng.integers(len(PLACES))],
        TIMES[rng.integers(len(TIMES))],
        things[rng.integers(len(things))],
    )


def all_scenes() -> list[tuple[Scene, int]]:
    """Every scene in every layout, in a fixed order."""
    return [
        (Scene(hero, place, time, thing), seed)
        for hero in HEROES
        for place in PLACES
        for time in TIMES
        for thing in (None, *THINGS)
        for seed in range(LAYOUTS)
    ]


def sample_scenes(count: int, seed: int) -> list[tuple[Scene, int]]:
    """Random scenes, each in a layout; the same seed gives the same list."""
    rng = np.random.default_rng(seed)
    return [(random_scene(rng), int(rng.integers(LAYOUTS))) for _ in range(count)]


def pixels(scene: Scene, seed: int, size: int = 128) -> torch.Tensor:
    """float32 [3, size, size] in -1…1"""
    return torch.from_numpy(draw(scene, seed, size)).permute(2, 0, 1).float() / 127.5 - 1


@cache
def _mask(kind: str, name: str, layout: int, size: int) -> torch.Tensor:
    return torch.from_numpy(mask(kind, name, layout, size).copy())


def actors(scene: Scene, seed: int, size: int = 128) -> torch.Tensor:
    """Where hero and thing stand: float32 [1, size, size], 1 on the hero, 0.5 on the thing."""
    layout = seed % LAYOUTS
    weight = _mask("hero", scene.hero, layout, size).float() if scene.hero else torch.zeros(size, size)
    if scene.thing:
        weight = torch.maximum(weight, 0.5 * _mask("thing", scene.thing, layout, size))
    return weight[None]
