"""The three tasks of the published evaluation, in this world.

A picture for a caption, as on CC3M: what stage 1 learns, beside the picture model's own text encoder. The next page of
a given story, as narration on VIST. A whole told story beside the simulator's for the same prompt, page by page, as the
turns of a dialogue on MMDialog.
"""

from pathlib import Path

import numpy as np
import torch
from tqdm import tqdm

from interleaf.config import Denoising, ModelConfig
from interleaf.model import MiniGPT5, load_storyteller
from interleaf.tell import Told, paint, tell_many
from interleaf.train import autoencoder, distil
from interleaf.train.align import sequence
from interleaf.train.layout import collate
from interleaf.train.vokens import gather
from interleaf.world.captions import caption
from interleaf.world.draw import draw

from . import contrastive
from .arms import TOGETHER
from .likeness import relevance, texts_like
from .network import Judge
from .painted import Painted, from_captions, judged, measure_pictures, to_bytes, unseen_scenes
from .prompts import HeldOut, simulated
from .share import mean_of
from .shelf import Shelf
from .tellings import following


@torch.no_grad()
def single_pictures(runs: Path, judge: Judge, config: ModelConfig, count: int, how: Denoising) -> list[Painted]:
    """Pictures of captions that nothing was trained on, from the vokens of stage 1 alone."""
    storyteller, model = load_storyteller(runs, config, "align").eval(), MiniGPT5(config)
    painter = distil.read(runs, config)
    model.mapper, model.unet, model.language = storyteller.mapper, painter.unet, None
    model.autoencoder, model.scaling_factor = autoencoder.read(runs, config)
    scenes, images = unseen_scenes(config, count), []
    for start in tqdm(range(0, len(scenes), 16), desc="captions", ascii=True):
        few = scenes[start : start + 16]
        batch = collate([sequence(caption(scene), scene, config) for scene in few], config)
        vokens, _ = gather(storyteller(batch)[0], batch.sequences, config)
        images += list(to_bytes(paint(model, vokens, list(range(start, start + len(few))), 1, how)))
    return [
        Painted(p.image, p.meant, p.seen, p.story, caption(p.meant))
        for p in judged(images, scenes, judge, list(range(len(scenes))), config.knows)
    ]


def as_on_cc3m(pictures: list[Painted], net: contrastive.Contrast | None, config: ModelConfig) -> dict:
    """What is right, and CLIP-I and CLIP-T."""
    found = {name: each.plain() for name, each in measure_pictures(pictures, config.knows).items() if each.of}
    if net is None:
        return {"shares": found}
    of = contrastive.seen(net, np.stack([p.image for p in pictures]))
    true = contrastive.seen(net, np.stack([draw(p.meant, 1, p.image.shape[0]) for p in pictures]))
    words = contrastive.said(net, [caption(p.meant) for p in pictures])
    return {
        "shares": found,
        "clip_i": mean_of((of * true).sum(1)[:, None].tolist()).plain(),
        "clip_t": mean_of((of * words).sum(1)[:, None].tolist()).plain(),
    }


def next_pages(model, asked: list[HeldOut], how: Denoising, shelf: Shelf) -> list[str]:
    """The last page of every story in the model's words, after the given ones with their drawn pictures."""
    stories = {number: each.story for number, each in enumerate(asked)}
    new = [number for number, each in enumerate(asked) if not shelf.has(number, each)]
    for start in tqdm(range(0, len(new), TOGETHER), desc="next-page", ascii=True, disable=not new):
        few = new[start : start + TOGETHER]
        prompts, limits = [stories[n].prompt for n in few], [len(stories[n].pages) for n in few]
        telling = following(stories, goes_on=True)
        for number, told in zip(few, tell_many(model, prompts, limits, few, how, telling=telling), strict=True):
            shelf.put(number, told, asked[number])
    return [shelf.get(number).pages[-1].text for number in stories]


def as_on_vist(texts: list[str], asked: list[HeldOut], net: contrastive.Contrast | None) -> dict:
    """The next page beside the simulator's own, and for scale another story's last page in its place."""
    wanted = [each.story.pages[-1].text for each in asked]
    return {"told": texts_like(texts, wanted, net), "another": texts_like(wanted[1:] + wanted[:1], wanted, net)}


def as_on_mmdialog(stories: list[Told], asked: list[HeldOut], net: contrastive.Contrast, config: ModelConfig) -> dict:
    """MM-Relevance of told stories to the simulator's, and for scale of another prompt's simulated story."""
    wanted = [simulated(each, number, config.knows, config.autoencoder.size) for number, each in enumerate(asked)]
    pairs = {"told": stories, "another": wanted[1:] + wanted[:1]}
    return {
        name: mean_of([[relevance(a, b, net)] for a, b in zip(each, wanted, strict=True)]).plain()
        for name, each in pairs.items()
    }


def measure_tasks(
    runs: Path,
    model,
    judge: Judge,
    net: contrastive.Contrast | None,
    asked: list[HeldOut],
    told: list[Told] | None,
    how: Denoising,
    shelf: Shelf,
) -> dict:
    """told: the model's own stories for the same prompts, if there are any."""
    config, count = model.config, len(asked)
    found = {
        "cc3m": {
            "vokens": as_on_cc3m(single_pictures(runs, judge, config, count, how), net, config),
            "captions": as_on_cc3m(from_captions(runs, judge, count, how, config), net, config),
        },
        "vist": as_on_vist(next_pages(model, asked, how, shelf), asked, net),
    }
    if net is not None and told is not None:
        found["mmdialog"] = as_on_mmdialog(told, asked, net, config)
    return found
