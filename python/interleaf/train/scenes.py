"""Random drawn scenes as tensors, with the regions that matter."""

from dataclasses import replace
from functools import lru_cache

import numpy as np
import torch

from interleaf.world.draw import LAYOUTS, draw, mask
from interleaf.world.vocabulary import ACCESSORIES, FEELINGS, HEROES, PLACES, THINGS, TIMES, Scene


def random_scene(rng: np.random.Generator) -> Scene:
    """Every value alike; half of the heroes feel nothing that shows, half wear nothing."""

    def one(values):
        return values[rng.integers(len(values))]

    scene = Scene(one(HEROES), one(PLACES), one(TIMES), one((None, *THINGS)))
    feeling, accessory = one(FEELINGS), one(ACCESSORIES)
    shows, wears = rng.random(2) < 0.5
    return replace(scene, feeling=feeling if shows else None, accessory=accessory if wears else None)


def sample_scenes(count: int, seed: int) -> list[tuple[Scene, int]]:
    """Random scenes, each in a layout; the same seed gives the same list."""
    rng = np.random.default_rng(seed)
    return [(random_scene(rng), int(rng.integers(LAYOUTS))) for _ in range(count)]


def pixels(scene: Scene, seed: int, size: int = 128) -> torch.Tensor:
    """float32 [3, size, size] in -1…1"""
    return torch.from_numpy(draw(scene, seed, size)).permute(2, 0, 1).float() / 127.5 - 1


@lru_cache(maxsize=2048)
def _mask(kind: str, name, layout: int, size: int) -> torch.Tensor:
    return torch.from_numpy(mask(kind, name, layout, size).copy())


def actors(scene: Scene, seed: int, size: int = 128) -> torch.Tensor:
    """Where it matters: float32 [1, size, size], 1 on what is worn and on the mark of a feeling, which are small, 0.8
    on the hero, 0.5 on the thing."""
    layout, hero = seed % 2, (scene.hero, scene.accessory)  # the hero's side is all that matters here
    weight = torch.zeros(size, size)
    for kind, name, worth in (
        ("thing", scene.thing, 0.5),
        ("hero", hero, 0.8),
        ("worn", hero if scene.accessory else None, 1.0),
        ("feeling", (scene.hero, scene.feeling) if scene.feeling else None, 1.0),
    ):
        if name:
            weight = torch.maximum(weight, worth * _mask(kind, name, layout, size).float())
    return weight[None]
