"""Measures of painted pictures: what the judge sees against what was meant, and the distance to drawings."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from tqdm import tqdm

from interleaf.config import TINY, Denoising, Knowledge, ModelConfig
from interleaf.stories import read_story
from interleaf.tell import Told
from interleaf.train import autoencoder, distil, picture
from interleaf.world.captions import caption
from interleaf.world.draw import LAYOUTS
from interleaf.world.vocabulary import HEROES, Scene

from . import contrastive
from .classifier import Through, features, read
from .distance import distances
from .known import EVERYTHING, fields, within
from .network import Judge
from .pictures import drawn
from .prompts import texts_of
from .share import Share, share

ALWAYS = ("hero", "place", "time")  # of every scene; the other fields may be None
Features = Callable[[np.ndarray], torch.Tensor]  # uint8 [n, h, w, 3] -> [n, d]


@dataclass(frozen=True)
class Painted:
    """A picture, uint8 [h, w, 3], with what its page means, what is seen in it, and the text of the page."""

    image: np.ndarray
    meant: Scene
    seen: Scene
    story: int = 0
    text: str = ""


def restored(runs: Path, config: ModelConfig = TINY) -> Through:
    """Pictures after the autoencoder: the best that any picture of this model can be."""
    vae, _ = autoencoder.read(runs, config)

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


def judged(
    images: list[np.ndarray],
    meant: list[Scene],
    judge: Judge,
    stories: list[int],
    knows: Knowledge = EVERYTHING,
) -> list[Painted]:
    """Both scenes without what the model does not know."""
    seen = read(judge, np.stack(images)) if images else []
    return [
        Painted(image, within(one, knows), within(other, knows), story)
        for image, one, other, story in zip(images, meant, seen, stories, strict=True)
    ]


def painted(stories: list[Told], judge: Judge, knows: Knowledge = EVERYTHING) -> list[Painted]:
    """Every picture whose page means a scene."""
    found = [
        (page.picture, meant, number, page.text)
        for number, told in enumerate(stories)
        for page, meant in zip(told.pages, read_story(texts_of(told)), strict=True)
        if page.picture is not None and meant is not None
    ]
    images, meant, numbers, texts = zip(*found, strict=True) if found else ((), (), (), ())
    pictures = judged(list(images), list(meant), judge, list(numbers), knows)
    return [replace(p, text=text) for p, text in zip(pictures, texts, strict=True)]


def unseen_scenes(config: ModelConfig, count: int) -> list[Scene]:
    """Scenes that the picture stage never trains on, of what the model knows; always the same."""
    unseen = sorted({within(s, config.knows) for s, _ in picture.scenes_of(config) if picture.held_out(s)}, key=repr)
    unseen = [scene for scene in unseen if picture.held_out(scene)]
    return [unseen[i] for i in np.random.default_rng(11).permutation(len(unseen))[:count]]


def from_captions(runs: Path, judge: Judge, count: int, how: Denoising, config: ModelConfig = TINY) -> list[Painted]:
    """The picture model alone: captions of scenes it never trained on, through its own text encoder."""
    painter, (vae, factor) = distil.read(runs, config), autoencoder.read(runs, config)
    scenes, images = unseen_scenes(config, count), []
    for start in tqdm(range(0, len(scenes), 16), desc="pictures", ascii=True):
        with torch.no_grad():
            conditioning = painter.encode([caption(scene) for scene in scenes[start : start + 16]])
            latents = picture.paint(painter, conditioning, how, seed=start)
            images += list(to_bytes(vae.decode(latents / factor).sample))
    return judged(images, scenes, judge, list(range(len(scenes))), config.knows)


def alike(pictures: list[Painted]) -> list[bool]:
    """For every hero that a story means in at least two pictures: whether the judge sees one and the same in them."""
    seen: dict[tuple[int, str | None], list[str | None]] = {}
    for p in pictures:
        seen.setdefault((p.story, p.meant.hero), []).append(p.seen.hero)
    return [len(set(heroes)) == 1 and None not in heroes for heroes in seen.values() if len(heroes) > 1]


def right(p: Painted, field: str) -> bool:
    return getattr(p.seen, field) == getattr(p.meant, field)


def measure_pictures(pictures: list[Painted], knows: Knowledge = EVERYTHING) -> dict[str, Share]:
    """Thing, feeling and accessory are asked of pictures that mean one; `uninvited` is one where none is meant."""
    measured = fields(knows)
    some = [field for field in measured if field not in ALWAYS]
    return (
        {"same_hero": share(alike(pictures))}
        | {f: share(right(p, f) for p in pictures if f in ALWAYS or getattr(p.meant, f)) for f in measured}
        | {
            "all_right": share(p.seen == p.meant for p in pictures),
            "uninvited": share(not right(p, f) for p in pictures for f in some if getattr(p.meant, f) is None),
            "nothing_recognised": share(p.seen.hero is None for p in pictures),
        }
    )


def by_hero(pictures: list[Painted]) -> dict[str, dict]:
    return {
        hero: share(p.seen.hero == hero for p in pictures if p.meant.hero == hero).plain()
        for hero in HEROES
        if any(p.meant.hero == hero for p in pictures)
    }


def networks(folder: Path, judge: Judge) -> tuple[contrastive.Contrast | None, Features]:
    """The small CLIP, if it was trained, and the features in which distances are measured: its own, which see colours,
    or the judge's."""
    try:
        net = contrastive.load(folder)
    except FileNotFoundError as error:
        print(f"Without CLIP-I and CLIP-T, distances in the judge's features. {error}", flush=True)
        return None, lambda images: features(judge, images)
    return net, lambda images: contrastive.features(net, images)


def to_drawings(pictures: list[Painted], see: Features, through: Through) -> dict[str, dict]:
    """KID and FID to drawings of the very scenes that are meant: of the paintings, of other drawings of these scenes
    after the autoencoder (no painting can be nearer), and of those drawings as they are (what is left when nothing
    differs)."""
    size = pictures[0].image.shape[0]
    layouts = np.random.default_rng(5).integers(LAYOUTS, size=len(pictures))
    plain, again = (
        drawn([(p.meant, int(seed) + shift) for p, seed in zip(pictures, layouts, strict=True)], size)
        for shift in (0, 1)
    )
    of = {"painted": np.stack([p.image for p in pictures]), "autoencoder": through(again), "drawn_again": again}
    return distances(see(plain), {name: see(images) for name, images in of.items()})
