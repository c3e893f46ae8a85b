"""Stage `picture`: captions to latents. Text encoder and UNet learn together; late in the stage only the UNet goes on,
so that the mapper can be aligned with a text encoder that stands still."""

import argparse
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from zlib import crc32

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F
from tqdm import tqdm

from interleaf import parts
from interleaf.config import TINY, Denoising, Knowledge, ModelConfig
from interleaf.latents import denoised
from interleaf.train import autoencoder
from interleaf.train.checkpoint import RUNS, load_weights
from interleaf.train.loop import LoopConfig, Progress, fast_bfloat16, train
from interleaf.train.scenes import actors, pixels, sample_scenes
from interleaf.world.captions import PLACE_PHRASES, TIME_PHRASES, WITH_THING, WITHOUT_THING, caption, captions
from interleaf.world.sheet import sheet
from interleaf.world.vocabulary import ACCESSORIES, FEELINGS, HEROES, THINGS, Scene

SCENES = 20_480  # drawn once, and kept as latents: there are millions
HELD_OUT = 20  # every twentieth combination of hero, place, time and thing is never trained on


@dataclass(frozen=True)
class PictureLoss:
    batch: int = 32
    dropout: float = 0.1  # captions left empty, for guidance
    freeze_text: float = 0.8  # of the budget, after which the text encoder stands still
    actor: float = 1.5  # extra weight on the hero, where the noise is low enough to know where it stands
    canonical: float = 0.5  # share of canonical captions; the others are paraphrases
    bare: float = 0.3  # share of pictures without a thing: one drawn scene in 21, but two pages of a story in five


def held_out(scene: Scene) -> bool:
    return crc32(f"{scene.hero} {scene.place} {scene.time} {scene.thing}".encode()) % HELD_OUT == 0


@cache
def words(knows: Knowledge = Knowledge()) -> dict[str, int]:
    """The picture model's own vocabulary: 0 pads, 1 begins, 2 ends, 3 is unknown, then the words of captions about what
    the model knows."""
    more = (*(FEELINGS if knows.feelings else ()), *(ACCESSORIES if knows.accessories else ()))
    named = (*HEROES, *THINGS[: knows.things], *more, *PLACE_PHRASES.values(), *TIME_PHRASES.values())
    text = " ".join((*named, *WITH_THING, *WITHOUT_THING))
    known = sorted({w for w in _split(text) if not w.startswith("{")} | {"a", "an", "in", "the"})
    return {word: index for index, word in enumerate(known, start=4)}


def _split(text: str) -> list[str]:
    return text.lower().replace(",", " , ").replace(":", " : ").split()


def caption_ids(texts: list[str], config: ModelConfig) -> torch.Tensor:
    """int64 [B, L]"""
    ids = torch.zeros(len(texts), config.clip.tokens, dtype=torch.int64)
    for row, text in zip(ids, texts, strict=True):
        found = [1, *(words(config.knows).get(word, 3) for word in _split(text))][: config.clip.tokens - 1] + [2]
        row[: len(found)] = torch.tensor(found)
    return ids


class Painter(nn.Module):
    """The picture model: text encoder, UNet, schedule."""

    def __init__(self, config: ModelConfig):
        super().__init__()
        self.config = config
        self.text = parts.text_encoder(config)
        self.unet = parts.unet(config)
        self.schedule = parts.noise_schedule(config)

    def encode(self, texts: list[str]) -> torch.Tensor:  # (B, L, C)
        ids = caption_ids(texts, self.config).to(self.unet.device)
        return self.text(input_ids=ids).last_hidden_state

    def forward(self, sample, timesteps, conditioning):  # (b, c, h, w), (b,), (b, L, C) -> the raw prediction
        return self.unet(sample, timesteps, encoder_hidden_states=conditioning).sample


def read(runs, config: ModelConfig = TINY) -> Painter:
    painter = Painter(config)
    load_weights(painter, "picture", runs)
    return painter.eval().requires_grad_(False)


def scenes_of(config: ModelConfig) -> list[tuple[Scene, int]]:
    """The scenes and layouts that are trained on; for the toy a few, so that a test of all stages takes seconds."""
    return sample_scenes(256 if config.name == "toy" else SCENES, seed=1)


@torch.no_grad()
def latents(config: ModelConfig, loop: LoopConfig) -> dict[str, torch.Tensor]:
    """The drawn scenes as scaled latents [n, c, h, w], and how much of each cell is hero or thing [n, 1, h, w]; both
    float16."""
    path, size = loop.folder / "latents.pt", config.autoencoder.size
    vae, factor = autoencoder.read(loop.runs, config)
    if path.exists() and (found := torch.load(path, weights_only=True, mmap=True))["factor"] == factor:
        return found
    vae.to(memory_format=torch.channels_last)
    scenes = scenes_of(config)
    coded, regions = [], []
    for start in tqdm(range(0, len(scenes), 16), desc="latents", mininterval=10):
        images = torch.stack([pixels(*scene, size) for scene in scenes[start : start + 16]])
        with torch.autocast("cpu", torch.bfloat16, enabled=fast_bfloat16()):
            latent = autoencoder.encode(vae, images.to(memory_format=torch.channels_last))
        coded.append((latent.float() * factor).half())
        shares = torch.stack([actors(*scene, size) for scene in scenes[start : start + 16]])
        regions.append(F.adaptive_avg_pool2d(shares, latent.shape[-2:]).half())
    result = {"latents": torch.cat(coded), "regions": torch.cat(regions), "factor": factor}
    loop.folder.mkdir(parents=True, exist_ok=True)
    torch.save(result, path)
    return result


def timesteps_of(count: int, rng: np.random.Generator, steps: int) -> torch.Tensor:
    """Logit-normal around the middle, where pictures are decided (Esser et al. 2024), and 15 % uniform."""
    middle = 1 / (1 + np.exp(-rng.normal(0.2, 1.0, count)))
    chosen = np.where(rng.random(count) < 0.15, rng.random(count), middle)
    return torch.from_numpy((chosen * steps).astype(np.int64).clip(0, steps - 1))


def loss_of(painter: Painter, clean, region, texts: list[str], rng, config: PictureLoss, frozen: bool):
    device = painter.unet.device
    steps = painter.config.schedule.train_steps
    t = timesteps_of(len(clean), rng, steps).to(device)
    noise = torch.from_numpy(rng.standard_normal(clean.shape, dtype=np.float32)).to(device)
    texts = ["" if rng.random() < config.dropout else text for text in texts]
    with torch.set_grad_enabled(not frozen):
        conditioning = painter.encode(texts)
    noisy = painter.schedule.add_noise(clean, noise, t)
    target = painter.schedule.get_velocity(clean, noise, t)
    kept = painter.schedule.alphas_cumprod.to(device)[t].view(-1, 1, 1, 1)
    weight = 1 + config.actor * kept * region  # (B, 1, h, w)
    error = (painter(noisy.to(memory_format=torch.channels_last), t, conditioning) - target).square()
    loss = (weight * error).mean() / weight.mean()
    return loss, {"plain": error.detach().mean().item()}


@torch.no_grad()
def paint(painter: Painter, conditioning, how: Denoising, seed: int) -> torch.Tensor:
    """Scaled latents [B, c, h, w] from conditioning [B, L, C]."""
    c = painter.config.unet
    noise = torch.randn((len(conditioning), c.channels, c.size, c.size), generator=torch.Generator().manual_seed(seed))
    return denoised(painter, noise, conditioning, painter.encode([""]), painter.config, how)


def report(config: ModelConfig, loop: LoopConfig) -> None:
    """Paints scenes that were never trained on, with the averaged weights, onto a sheet."""
    sheet_of(read(loop.runs, config), loop, lambda painter, heard: paint(painter, heard, Denoising(), seed=7))


def sheet_of(painter: Painter, loop: LoopConfig, paint: Callable, count: int = 32) -> None:
    """paint: scaled latents [B, c, h, w] of a painter and conditioning [B, L, C]."""
    config = painter.config
    vae, factor = autoencoder.read(loop.runs, config)
    unseen = sorted({scene for scene, _ in scenes_of(config) if held_out(scene)}, key=repr)
    picked = [unseen[i] for i in np.random.default_rng(7).permutation(len(unseen))[:count]]
    with torch.no_grad():
        sample = paint(painter, painter.encode([caption(scene) for scene in picked]))
        images = torch.cat([vae.decode(z / factor).sample for z in sample.split(8)]).clamp(-1, 1)
    sheet(((images + 1) * 127.5).round().byte().permute(0, 2, 3, 1).numpy(), 8, loop.folder / "sheet.png")
    (loop.folder / "sheet.json").write_text(json.dumps([caption(scene) for scene in picked], indent=1) + "\n")


def run(model: ModelConfig, loop: LoopConfig, config: PictureLoss = PictureLoss(), kept: str | None = None) -> float:
    """kept: `unet` stands still, and a new text encoder learns to speak to it; or `text`, and a UNet that has grown
    learns to hear what stage `story` was aligned with."""
    torch.manual_seed(loop.seed)
    painter = Painter(model)
    painter.unet.to(memory_format=torch.channels_last)
    if kept:
        config = replace(config, freeze_text=1.0 if kept == "unet" else 0.0)
    if kept == "unet":
        for parameter in painter.unet.parameters():
            parameter.lr_scale = 0.0
    data, scenes = latents(model, loop), scenes_of(model)
    seen = [i for i, (scene, _) in enumerate(scenes) if not held_out(scene)]
    bare, full = ([i for i in seen if (scenes[i][0].thing is None) == none] for none in (True, False))

    def step(painter: Painter, progress: Progress):
        rng = np.random.default_rng((loop.seed, progress.batch))
        without = rng.random(config.batch) < config.bare
        rows = np.where(without, rng.choice(bare, config.batch), rng.choice(full, config.batch))
        chosen = [scenes[i][0] for i in rows]
        texts = [caption(s) if rng.random() < config.canonical else captions(s, rng) for s in chosen]
        device = painter.unet.device
        clean, region = (data[name][rows].to(device).float() for name in ("latents", "regions"))
        return loss_of(painter, clean, region, texts, rng, config, frozen=progress.seen >= config.freeze_text)

    return train(painter, step, loop, on_save=lambda _: report(model, loop))


def main(options: argparse.Namespace) -> None:
    loop = {"runs": RUNS} | options.loop
    loop = LoopConfig("picture", lr=1e-3, warmup=150, decay=0.5, ema=0.998, save_minutes=6, **loop)
    run(options.model, loop, kept=options.keep)
