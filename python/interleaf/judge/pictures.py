"""Pictures to train the judge on: drawn scenes with shuffled colours, softened a little, and broken ones.

What is worn keeps its own colour on a hero whose colours are shuffled, so that a hat tells its colour and a hero does
not. A broken hero, thing or mark of a feeling is taught as None.
"""

import zlib
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from PIL import Image

from ..train.scenes import random_scene
from ..world.draw import LAYOUTS, draw, layout, mask, pieces
from ..world.vocabulary import Scene
from .broken import blob, broken, shuffle_colours, soften
from .network import CELL, CLASSES, UNTAUGHT, JudgeConfig, answers

SIZE = JudgeConfig.size
SHAKE = SIZE / 128  # pixels to a unit of the drawing


@dataclass(frozen=True)
class Mix:
    """How often what happens, 0…1."""

    broken_hero: float = 0.16
    broken_thing: float = 0.14
    broken_feeling: float = 0.1
    recoloured: float = 0.85
    true_cloth: float = 0.85  # share of recoloured heroes whose hat or scarf keeps its colour
    softened: float = 0.75

    def broken(self, kind: str) -> float:
        return getattr(self, f"broken_{kind}")


@dataclass(frozen=True)
class Lesson:
    """A picture, uint8 [SIZE, SIZE, 3]; the class of every answer, UNTAUGHT where it shows none; and the cells in which
    something is worn, bool [SIZE / CELL, SIZE / CELL]."""

    picture: np.ndarray
    taught: dict[str, int]
    cloth: np.ndarray

    def mirrored(self) -> "Lesson":
        return Lesson(self.picture[:, ::-1], self.taught, self.cloth[:, ::-1])


def held_out(scene: Scene, seed: int) -> bool:
    """One picture in twenty is never trained on."""
    return zlib.crc32(f"{scene}{seed % LAYOUTS}".encode()) % 20 == 0


def held_out_scenes(count: int, seed: int = 0) -> list[tuple[Scene, int]]:
    """count different pictures (scene, layout seed) of the held-out twentieth."""
    rng, found = np.random.default_rng(seed), {}
    while len(found) < count:
        scene, number = random_scene(rng), int(rng.integers(LAYOUTS))
        if held_out(scene, number):
            found[scene, number] = None
    return list(found)


@lru_cache(maxsize=512)
def _cloth(named: tuple[str, str], mirrored: int) -> Image.Image:
    """Where a hero's hat or scarf is: a mask of the whole picture."""
    return Image.fromarray(mask("worn", named, mirrored, SIZE).astype(np.uint8) * 255, "L")


def _recoloured(patch: Image.Image, cloth: Image.Image | None, rng) -> Image.Image:
    """The patch in shuffled colours, but for what is cloth."""
    shuffled = shuffle_colours(patch, rng)
    if cloth is not None:
        shuffled.paste(patch, (0, 0), cloth)
    return shuffled


def _strangers(scene: Scene, seed: int, rng) -> dict:
    """Pieces of a scene that has nothing in common with this one but its light."""
    while True:
        other = random_scene(rng)
        if other.hero != scene.hero and other.thing not in (scene.thing, None) and other.feeling is not None:
            return pieces(Scene(other.hero, scene.place, scene.time, other.thing, other.feeling), seed, SIZE)[1]


def _cells(cloth: Image.Image) -> np.ndarray:
    """Which cells of the picture are at least a quarter cloth, bool [SIZE / CELL, SIZE / CELL]."""
    return np.asarray(cloth.reduce(CELL)) > 63


def example(rng: np.random.Generator, mix: Mix) -> Lesson:
    scene, seed = random_scene(rng), int(rng.integers(LAYOUTS))
    while held_out(scene, seed):
        scene, seed = random_scene(rng), int(rng.integers(LAYOUTS))
    background, actors = pieces(scene, seed, SIZE)
    strangers = _strangers(scene, seed, rng)
    picture, taught, worn = background.copy(), answers(scene), Image.new("L", (SIZE, SIZE))
    for kind, (patch, corner) in actors.items():
        whole = patch.size
        cloth = _cloth((scene.hero, scene.accessory), layout(seed)[0]) if kind == "hero" and scene.accessory else None
        cloth = cloth.crop((*corner, corner[0] + whole[0], corner[1] + whole[1])) if cloth else None
        if rng.random() < mix.recoloured:
            true = cloth is not None and rng.random() < mix.true_cloth
            patch = _recoloured(patch, cloth if true else None, rng)
            if cloth is not None and not true:
                taught["colour"] = UNTAUGHT
        if rng.random() < mix.broken(kind):
            patch, cloth = broken(patch, strangers[kind][0], rng), None
            taught[kind] = CLASSES[kind].index(None)
            if kind == "hero":  # a hat may or may not have survived
                taught["worn"] = taught["colour"] = UNTAUGHT
            if patch is None:
                continue
        elif rng.random() < 0.5:
            scale = rng.uniform(0.93, 1.07)
            size = (round(patch.width * scale), round(patch.height * scale))
            patch = patch.resize(size, Image.Resampling.BILINEAR)
            cloth = cloth.resize(size) if cloth else None
        middle = (at + (old - new) // 2 for at, old, new in zip(corner, whole, patch.size, strict=True))
        at = tuple(round(each + SHAKE * rng.uniform(-3, 3)) for each in middle)
        picture.paste(patch, at, patch)
        if cloth is not None:
            worn.paste(cloth, at)
    if rng.random() < mix.softened:
        picture = soften(picture, rng)
    return Lesson(np.asarray(picture), taught, _cells(worn))


def without_hero(scenes: list[tuple[Scene, int]], seed: int = 1, size: int = 128) -> np.ndarray:
    """Drawings with a blob of the hero's own colour in its place, uint8 [n, size, size, 3]."""
    rng, images = np.random.default_rng(seed), []
    for scene, number in scenes:
        background, actors = pieces(scene, number, size)
        picture = background.copy()
        for kind, (patch, corner) in actors.items():
            patch = blob(patch, rng) if kind == "hero" else patch
            picture.paste(patch, corner, patch)
        images.append(np.asarray(picture))
    return np.stack(images)


def drawn(scenes: list[tuple[Scene, int]], size: int = 128) -> np.ndarray:
    """Untouched drawings, uint8 [n, size, size, 3]."""
    return np.stack([draw(scene, seed, size) for scene, seed in scenes])
