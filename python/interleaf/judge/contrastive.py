"""A small CLIP of this world: a picture and a text that belong together lie close.

`python -m interleaf.judge.contrastive` trains it, in about ten minutes on one core.

Published evaluations measure CLIP-I, the cosine between a painted and a true picture, and CLIP-T, that between a text
and a picture. The published network knows photographs; this one knows drawings, in colour, and the stories' words, so
its values compare only with each other. The same text encoder stands in for S-BERT, which compares two texts.
"""

import argparse
import math
from pathlib import Path
from random import Random

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor, nn

from ..stories import story as world_story
from ..stories import tokens
from ..train.checkpoint import RUNS, load_weights
from ..train.loop import LoopConfig, Progress
from ..train.loop import train as train_loop
from ..train.scenes import random_scene
from ..world.captions import caption, captions
from ..world.draw import LAYOUTS, draw
from ..world.vocabulary import Scene
from .broken import soften
from .network import pool, stages, to_input
from .pictures import SIZE, held_out, held_out_scenes

BATCH = 48  # pairs
OF_PAGES = 12  # of a batch, pages of stories with their own words; the others are captions
LONGEST = 96  # tokens


class Contrast(nn.Module):
    """Unit vectors [n, 128] of pictures and of texts, and how sharply they are told apart."""

    def __init__(self, width: int = 128, widths: tuple[int, ...] = (16, 32, 64, 96)):
        super().__init__()
        self.eyes = stages(3, widths, 8)
        self.of_picture = nn.Linear(2 * widths[-1], width)
        vocabulary = tokens.load().get_vocab_size()
        self.words = nn.Embedding(vocabulary, width)
        self.places = nn.Parameter(torch.randn(LONGEST, width) * 0.02)
        layer = nn.TransformerEncoderLayer(width, 4, 2 * width, 0.0, batch_first=True, norm_first=True)
        self.reader = nn.TransformerEncoder(layer, 2, enable_nested_tensor=False)
        self.of_text = nn.Linear(width, width)
        self.sharpness = nn.Parameter(torch.tensor(math.log(1 / 0.07)))

    def look(self, pictures: Tensor) -> Tensor:  # [n, 3, s, s] in -1…1 -> [n, 128]
        return F.normalize(self.of_picture(pool(self.eyes(pictures))), dim=1)

    def features(self, pictures: Tensor) -> Tensor:  # [n, 3, s, s] -> [n, 192], before the projection
        return pool(self.eyes(pictures))

    def read(self, texts: list[str]) -> Tensor:  # -> [n, 128]
        ids = [tokens.encode(" " + text)[:LONGEST] or [0] for text in texts]
        length = max(map(len, ids))
        padded = torch.tensor([row + [0] * (length - len(row)) for row in ids])
        empty = torch.tensor([[False] * len(row) + [True] * (length - len(row)) for row in ids])
        states = self.reader(self.words(padded) + self.places[:length], src_key_padding_mask=empty)
        kept = (~empty)[..., None].to(states)
        return F.normalize(self.of_text((states * kept).sum(1) / kept.sum(1)), dim=1)


def loss_of(net: Contrast, images: np.ndarray, texts: list[str]) -> Tensor:
    """The symmetric cross entropy of telling which text belongs to which picture."""
    similarity = net.sharpness.exp().clamp(max=100) * net.look(to_input(images)) @ net.read(texts).T
    own = torch.arange(len(texts))
    return (F.cross_entropy(similarity, own) + F.cross_entropy(similarity.T, own)) / 2


def pairs(rng: np.random.Generator) -> tuple[list[Scene], list[str]]:
    """BATCH different scenes with a text each: captions, and pages of new stories."""
    found: dict[Scene, str] = {}
    while len(found) < BATCH - OF_PAGES:
        scene = random_scene(rng)
        found[scene] = captions(scene, rng)
    random = Random(int(rng.integers(1 << 40)))
    while len(found) < BATCH:
        pages = [page for page in world_story(random.randrange(1 << 40)).pages if page.scene]
        found.setdefault((page := random.choice(pages)).scene, page.text)
    return list(found), list(found.values())


def pictures_of(scenes: list[Scene], rng: np.random.Generator) -> np.ndarray:
    """Drawn, half of them softened as painted pictures are; none that the judge keeps for itself."""
    images = []
    for scene in scenes:
        layout = int(rng.integers(LAYOUTS))
        layout = next(n for n in range(layout, layout + LAYOUTS + 1) if not held_out(scene, n) or n == layout + LAYOUTS)
        image = draw(scene, layout, SIZE)
        images.append(np.asarray(soften(Image.fromarray(image), rng)) if rng.random() < 0.5 else image)
    return np.stack(images)


def load(runs: Path = RUNS) -> Contrast:
    """The trained network. FileNotFoundError where it has not been trained."""
    net = Contrast()
    try:
        load_weights(net, "contrast", runs)
    except FileNotFoundError as error:
        raise FileNotFoundError(
            f"{runs / 'contrast'} has no weights. Run `python -m interleaf.judge.contrastive` first."
        ) from error
    return net.eval().requires_grad_(False)


@torch.no_grad()
def seen(net: Contrast, images: np.ndarray, batch: int = 64) -> Tensor:
    """uint8 [n, h, w, 3] -> unit vectors [n, 128]"""
    return torch.cat([net.look(to_input(images[i : i + batch])) for i in range(0, len(images), batch)])


@torch.no_grad()
def features(net: Contrast, images: np.ndarray, batch: int = 64) -> Tensor:
    """uint8 [n, h, w, 3] -> [n, 192], for KID and FID: unlike the judge's, these see colours."""
    return torch.cat([net.features(to_input(images[i : i + batch])) for i in range(0, len(images), batch)])


@torch.no_grad()
def said(net: Contrast, texts: list[str], batch: int = 64) -> Tensor:
    """Unit vectors [n, 128] of texts."""
    return torch.cat([net.read(texts[i : i + batch]) for i in range(0, len(texts), batch)])


def retrieval(net: Contrast, count: int = 200) -> float:
    """Share of held-out drawings whose own caption is the nearest of `count`."""
    scenes = held_out_scenes(count)
    images = np.stack([draw(scene, layout, SIZE) for scene, layout in scenes])
    nearest = (seen(net, images) @ said(net, [caption(scene) for scene, _ in scenes]).T).argmax(1)
    return float((nearest == torch.arange(count)).float().mean())


def train(loop: LoopConfig) -> float:
    torch.manual_seed(loop.seed)

    def step(net: Contrast, progress: Progress):
        rng = np.random.default_rng((loop.seed, progress.step))
        scenes, texts = pairs(rng)
        return loss_of(net, pictures_of(scenes, rng), texts), {}

    def report(_: Progress) -> None:
        print(f"contrast: {retrieval(load(loop.runs)):.1%} of held-out captions found among 200", flush=True)

    return train_loop(Contrast(), step, loop, report)


def main() -> None:
    parser = argparse.ArgumentParser(prog="interleaf.judge.contrastive", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--runs", type=Path, default=RUNS)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    train(LoopConfig("contrast", 1e-3, options.minutes, decay=0.6, ema=0.99, save_minutes=2, runs=options.runs))


if __name__ == "__main__":
    main()
