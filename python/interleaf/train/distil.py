"""Stage `distil`: the picture model in few calls, as many as the model's `denoising` says, with its guidance inside.

The schedule is cut into that many windows. A copy of the UNet learns to cross each in one step of DDIM as its teacher
crosses it in several with guidance (PeRFlow, Yan et al. 2024). It learns the velocity that such a step needs (Salimans
& Ho 2022), so that the sampler stays plain DDIM. Its conditioning comes from vokens of stories and from captions.
"""

import argparse
import math
from copy import deepcopy
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from interleaf.config import Denoising, ModelConfig
from interleaf.model import last_stage, load_storyteller
from interleaf.train import autoencoder, picture
from interleaf.train.batches import Stories
from interleaf.train.checkpoint import RUNS, load_weights
from interleaf.train.loop import LoopConfig, Progress, device, train
from interleaf.train.picture import Painter
from interleaf.train.story import looked_at
from interleaf.train.vokens import SceneLatents, gather
from interleaf.world.captions import caption, captions


@dataclass(frozen=True)
class DistilConfig:
    batch: int = 32  # pictures
    inner: int = 4  # steps of the teacher for each of the student
    guidance: float = Denoising.guidance  # of the teacher
    stories: int = 4  # told for a batch; pictures beyond theirs are made from captions
    own: float = 0.33  # last share of the budget, in which a window begins where the student came out of the one before
    huber: float = 1e-3  # width of the loss's quadratic bottom, times the square root of a picture's elements


class Angles:
    """The schedule as an angle: a sample is cos φ · picture + sin φ · noise, and a step of DDIM turns it."""

    def __init__(self, painter: Painter, config: DistilConfig):
        how, schedule = painter.config.denoising, painter.config.schedule
        if schedule.prediction != "v_prediction":
            raise ValueError("Windows are distilled in velocities; this picture model predicts something else.")
        if not how.distilled or how.sampler != "ddim":
            raise ValueError(
                f"{painter.config.name} paints with {how.sampler} in {how.steps} steps, which need no distilling. Set "
                "its `denoising` in config.py to WINDOWS first."
            )
        total, kept = schedule.train_steps, painter.schedule.alphas_cumprod
        self.config, self.windows = config, how.steps
        fine = self.windows * config.inner
        # As DDIM's with trailing spacing. One past the last stands for the picture itself.
        self.timesteps = [round(total - i * total / fine) - 1 for i in range(fine)]
        self.angles = torch.cat([kept[self.timesteps].sqrt().acos(), torch.zeros(1)])  # [windows * inner + 1]

    def starts(self, window: torch.Tensor) -> torch.Tensor:  # [B] -> timesteps [B]
        return torch.tensor(self.timesteps, device=window.device)[window * self.config.inner]

    def turned(self, sample, velocity, start, end):
        """The sample [B, c, h, w] from one place [B] of the schedule at another, along a velocity."""
        angle = (self.angles.to(start.device)[start] - self.angles.to(end.device)[end]).view(-1, 1, 1, 1)
        return angle.cos() * sample - angle.sin() * velocity

    def between(self, sample, later, start, end):
        """The velocity that turns one sample into the other."""
        angle = (self.angles.to(start.device)[start] - self.angles.to(end.device)[end]).view(-1, 1, 1, 1)
        return (angle.cos() * sample - later) / angle.sin()


@torch.no_grad()
def crossed(teacher, sample, window, heard, unheard, angles: Angles) -> torch.Tensor:
    """A window crossed in the teacher's steps. window [B]; heard, unheard [B, L, C]"""
    config, both = angles.config, torch.cat([unheard, heard])
    for step in range(config.inner):
        at = window * config.inner + step
        t = torch.tensor(angles.timesteps, device=at.device)[at]
        empty, full = teacher(torch.cat([sample, sample]), t.repeat(2), both).chunk(2)
        sample = angles.turned(sample, empty + config.guidance * (full - empty), at, at + 1)
    return sample


@torch.no_grad()
def begun(student, clean, window, heard, angles: Angles, own: bool, rng: np.random.Generator) -> torch.Tensor:
    """Where windows begin, [B, c, h, w]: pictures with noise, or what the student makes of them a window before."""
    inner = angles.config.inner
    before = (window - 1).clamp(0) if own else window
    noise = torch.from_numpy(rng.standard_normal(clean.shape, dtype=np.float32)).to(clean.device)
    angle = angles.angles.to(clean.device)[before * inner].view(-1, 1, 1, 1)
    noisy = angle.cos() * clean + angle.sin() * noise
    if not own:
        return noisy
    stepped = angles.turned(noisy, student(noisy, angles.starts(before), heard), before * inner, window * inner)
    return torch.where((before < window).view(-1, 1, 1, 1), stepped, noisy)


def loss_of(student, teacher, clean, heard, unheard, angles: Angles, own: bool, rng: np.random.Generator):
    config = angles.config
    window = torch.from_numpy(rng.integers(0, angles.windows, len(clean))).to(clean.device)
    sample = begun(student, clean, window, heard, angles, own, rng)
    later = crossed(teacher, sample, window, heard, unheard, angles)
    target = angles.between(sample, later, window * config.inner, (window + 1) * config.inner)
    error = (student(sample, angles.starts(window), heard) - target).square().mean(dim=(1, 2, 3))
    width = config.huber * math.sqrt(clean[0].numel())
    return ((error + width**2).sqrt() - width).mean(), {"error": error.detach().mean().item()}


class Meant:
    """Batches of conditioning and the pictures that are meant: of stories told by the model, and of captions."""

    def __init__(self, model: ModelConfig, loop: LoopConfig, painter: Painter, config: DistilConfig):
        self.model, self.loop, self.painter, self.config = model, loop, painter, config
        told = load_storyteller(loop.runs, model, last_stage(loop.runs))
        self.storyteller = told.eval().requires_grad_(False).to(device())
        self.vae = autoencoder.read(loop.runs, model)[0].to(device())
        self.stories = Stories(config.stories, model, loop.seed, workers=loop.workers)
        data = picture.latents(model, LoopConfig("picture", lr=0, runs=loop.runs))
        scenes = picture.scenes_of(model)
        self.latents_of = SceneLatents(data, scenes, self.vae)
        self.scenes = [scene for scene, _ in scenes if not picture.held_out(scene)]

    @torch.no_grad()
    def __call__(self, number: int, rng: np.random.Generator):
        """(clean [B, c, h, w], heard [B, L, C], unheard [B, L, C])"""
        told, scenes = self.told(number, rng)
        count = self.config.batch - len(scenes)
        drawn = [self.scenes[i] for i in rng.integers(0, len(self.scenes), count)]
        texts = [caption(s) if rng.random() < 0.5 else captions(s, rng) for s in drawn]
        heard = torch.cat([told, self.painter.encode(texts)])
        zeros = torch.zeros(1, self.model.vokens, self.model.language.width, device=told.device)
        nothing = self.storyteller.mapper(zeros)
        unheard = torch.cat([nothing.expand_as(told), self.painter.encode([""] * count)])
        return self.latents_of([*scenes, *drawn], rng), heard, unheard

    def told(self, number: int, rng: np.random.Generator):
        batch = self.stories(number).on(device())
        seen = [scene for s in batch.sequences for _, scene in s.sights]
        soft = looked_at(seen, self.vae, self.storyteller.eyes, self.model, rng, restored=False)
        hidden, _ = self.storyteller(batch, self.storyteller.eyes.projection(soft))
        vokens, scenes = gather(hidden, batch.sequences, self.model)
        most = self.config.batch - 2  # a few are always from captions
        return self.storyteller.mapper(vokens[:most]), scenes[:most]


def read(runs, config: ModelConfig) -> Painter:
    """The picture model with the UNet that the model paints with: the student's, if it has one."""
    painter = picture.read(runs, config)
    if config.denoising.distilled:
        load_weights(painter, "distil", runs)
    return painter


def run(model: ModelConfig, loop: LoopConfig, config: DistilConfig = DistilConfig()) -> float:
    torch.manual_seed(loop.seed)
    teacher = picture.read(loop.runs, model).to(device())
    teacher.unet.to(memory_format=torch.channels_last)
    student, angles, meant = deepcopy(teacher), Angles(teacher, config), Meant(model, loop, teacher, config)
    student.unet.requires_grad_(True)

    def step(student: nn.Module, progress: Progress):
        rng = np.random.default_rng((loop.seed, progress.batch))
        clean, heard, unheard = meant(progress.batch, rng)
        own = progress.seen > 1 - config.own
        clean = clean.to(memory_format=torch.channels_last)
        return loss_of(student, teacher, clean, heard, unheard, angles, own, rng)

    return train(student, step, loop, on_save=lambda _: report(model, loop))


def report(model: ModelConfig, loop: LoopConfig) -> None:
    """Paints held-out scenes as the model will, onto a sheet: the picture stage's own has the same in more steps."""
    picture.sheet_of(
        read(loop.runs, model), loop, lambda painter, heard: picture.paint(painter, heard, model.denoising, seed=7)
    )


def main(options: argparse.Namespace) -> None:
    loop = {"runs": RUNS} | options.loop
    run(options.model, LoopConfig("distil", lr=2e-4, decay=0.5, ema=0.998, save_minutes=6, **loop))
