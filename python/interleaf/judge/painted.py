"""Measures of painted pictures: what the judge sees against what was meant, and the distance to drawings."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from tqdm import tqdm

from interleaf.config import TINY
from interleaf.stories import read_story
from interleaf.tell import Told
from interleaf.train import autoencoder, picture
from interleaf.world.captions import caption
from interleaf.world.draw import LAYOUTS
from interleaf.world.vocabulary import HEROES, Scene

from .classifier import features, read
from .kid import kid
from .network import Judge
from .pictures import drawn
from .share import Share, share
from .stories import texts_of

Through = Callable[[np.ndarray], np.ndarray]  # uint8 [n, 128, 128, 3] -> the same


@dataclass(frozen=True)
class Painted:
    """A picture, uint8 [h, w, 3], with the scene that its page means and the one that is seen in it."""

    image: np.ndarray
    meant: Scene
    seen: Scene
    story: int = 0


def restored(runs: Path) -> Through:
    """Pictures after the autoencoder: the best that any picture of this model can be."""
    vae, _ = autoencoder.read(runs)

    @torch.no_grad()
    def through(images: np.ndarray) -> np.ndarray:
        found = []
        for start in range(0, len(images), 16):
            x = torch.from_numpy(images[start : start + 16]).permute(0, 3, 1, 2).float() / 127.5 - 1
            found.append(to_bytes(vae.decode(autoencoder.encode(vae, x)).sample))
        return np.concatenate(found)

    return through


def to_bytes(images: torch.Tensor) -> np.ndarray:  # [n, 3, h, w] in -1…1 -> uint8 [n, h, w, 3]
    return ((images.clamp(-1, 1) + 1) * 127.5).round().byte().permute(0, 2, 3, 1).numpy()


def judged(images: list[np.ndarray], meant: list[Scene], judge: Judge, stories: list[int]) -> list[Painted]:
    seen = read(judge, np.stack(images)) if images else []
    return [Painted(i, m, r.scene, s) for i, m, r, s in zip(images, meant, seen, stories, strict=True)]


def painted(stories: list[Told], judge: Judge) -> list[Painted]:
    """Every picture whose page means a scene."""
    found = [
        (page.picture, meant, number)
        for number, told in enumerate(stories)
        for page, meant in zip(told.pages, read_story(texts_of(told)), strict=True)
        if page.picture is not None and meant is not None
    ]
    images, meant, numbers = zip(*found, strict=True) if found else ((), (), ())
    return judged(list(images), list(meant), judge, list(numbers))


def from_captions(runs: Path, judge: Judge, count: int, steps: int, guidance: float) -> list[Painted]:
    """The picture stage alone: captions of scenes it never trained on, through its own text encoder."""
    painter, (vae, factor) = picture.read(runs), autoencoder.read(runs)
    unseen = sorted({scene for scene, _ in picture.scenes_of(TINY) if picture.held_out(scene)}, key=repr)
    scenes = [unseen[i] for i in np.random.default_rng(11).permutation(len(unseen))[:count]]
    images = []
    for start in tqdm(range(0, len(scenes), 16), desc="pictures", ascii=True):
        with torch.no_grad():
            conditioning = painter.encode([caption(scene) for scene in scenes[start : start + 16]])
            latents = picture.paint(painter, conditioning, steps, guidance, seed=start)
            images += list(to_bytes(vae.decode(latents / factor).sample))
    return judged(images, scenes, judge, list(range(len(scenes))))


def alike(pictures: list[Painted]) -> list[bool]:
    """For every hero that a story means in at least two pictures: whether the judge sees one and the same in them."""
    seen: dict[tuple[int, str | None], list[str | None]] = {}
    for p in pictures:
        seen.setdefault((p.story, p.meant.hero), []).append(p.seen.hero)
    return [len(set(heroes)) == 1 and None not in heroes for heroes in seen.values() if len(heroes) > 1]


def measure_pictures(pictures: list[Painted]) -> dict[str, Share]:
    return {
        "same_hero": share(alike(pictures)),
        "hero": share(p.seen.hero == p.meant.hero for p in pictures),
        "place": share(p.seen.place == p.meant.place for p in pictures),
        "time": share(p.seen.time == p.meant.time for p in pictures),
        "thing": share(p.seen.thing == p.meant.thing for p in pictures if p.meant.thing),
        "all_four": share(p.seen == p.meant for p in pictures),
        "nothing_recognised": share(p.seen.hero is None for p in pictures),
    }


def by_hero(pictures: list[Painted]) -> dict[str, dict]:
    return {
        hero: share(p.seen.hero == hero for p in pictures if p.meant.hero == hero).plain()
        for hero in HEROES
        if any(p.meant.hero == hero for p in pictures)
    }


def distances(pictures: list[Painted], judge: Judge, through: Through) -> dict[str, list[float]]:
    """KID against drawings of the very scenes that are meant: of the paintings, of restored drawings (no painting
    can be nearer), and of the same drawings in other layouts (what is left when nothing differs). Each with the
    standard deviation between subsets. Features are scaled so that the drawings' have a mean square of 1: the cube in
    the kernel makes of large features nothing but noise."""
    rng = np.random.default_rng(5)
    layouts = rng.integers(LAYOUTS, size=len(pictures))
    plain = drawn([(p.meant, int(seed)) for p, seed in zip(pictures, layouts, strict=True)])
    again = drawn([(p.meant, int(seed) + 1) for p, seed in zip(pictures, layouts, strict=True)])
    of = {"painted": np.stack([p.image for p in pictures]), "autoencoder": through(plain), "drawn_again": again}
    reference = features(judge, plain)
    scale = reference.square().mean().sqrt()
    found = {name: kid(reference / scale, features(judge, images) / scale) for name, images in of.items()}
    return {name: [round(value, 5) for value in each] for name, each in found.items()}
