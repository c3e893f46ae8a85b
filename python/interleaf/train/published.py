"""MiniGPT-5's two stages as they were published, on CC3M, VIST or MMDialog: `python -m interleaf train --stage align
--data cc3m --path cc3m/train.tsv`. What is trained is also written in the official layout, for `convert`.

The loss is 0.01 text + 1 LDM, and in stage 1 + 0.1 alignment with the text encoder's output for the true caption. Each
mean is over the whole batch of a step, however it is cut into parts and divided among processes.
"""

import argparse
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
import torch

from interleaf.checkpoints.write import begin, write
from interleaf.config import MINIGPT5, MINIGPT5_SMALL
from interleaf.data.lesson import Meant, Teacher
from interleaf.data.order import Listed, Shards, Share, stream
from interleaf.data.sources import STAGES, open_data
from interleaf.train.foundation import Foundation, FoundationFiles, of_files, of_runs
from interleaf.train.layout import IGNORE, Sequence, collate
from interleaf.train.learner import Learner
from interleaf.train.loop import LoopConfig, Progress, processes, train
from interleaf.train.vokens import VokenLoss, denoising_errors, gather

FILES = {"align": "stage1_{}.ckpt", "story": "stage2_{}.ckpt"}  # names of what is written, with the data's
OFFICIAL = (MINIGPT5.name, MINIGPT5_SMALL.name)
RATE, BATCH, EACH, WARMUP, EPOCHS = 2e-5, 48, 2, 1000, 2  # as published


@dataclass
class Drawn:
    """What a process computes one step from."""

    batches: list[list[Sequence]]
    labels: float  # of the step, in all processes
    pictures: float


class Draw:
    """The batches of each step. It begins at the step that it is first asked for, and goes on from there."""

    def __init__(self, source: Listed | Shards, teacher: Teacher, batch: int, loop: LoopConfig):
        self.source, self.teacher, self.batch, self.accumulate = source, teacher, batch, loop.accumulate
        self.workers, self.accelerator = loop.workers, processes()
        self.sequences: Iterator[Sequence] | None = None

    def __call__(self, step: int) -> Drawn:
        if self.sequences is None:
            share = Share(self.accelerator.process_index, self.accelerator.num_processes)
            start = step * self.batch * self.accumulate * share.of
            self.sequences = stream(self.source, self.teacher.sequence, start, share, self.workers)
        batches = [list(islice(self.sequences, self.batch)) for _ in range(self.accumulate)]
        every = [s for few in batches for s in few]
        counts = [sum(label != IGNORE for s in every for label in s.labels), sum(len(s.vokens) for s in every)]
        total = self.accelerator.reduce(
            torch.tensor(counts, dtype=torch.float64, device=self.accelerator.device), "sum"
        )
        return Drawn(batches, *total.tolist())


def picture_loss(
    learner: Learner, hidden: torch.Tensor, sequences: list[Sequence], config: VokenLoss
) -> tuple[torch.Tensor, torch.Tensor]:
    """LDM and alignment, each summed over the pictures; alignment only in stage 1. hidden [B, T, D]"""
    vokens, meant = gather(hidden, sequences, learner.config)  # [n, K, D]
    noises = [_noise(each, learner, config) for each in meant]
    dropped = torch.tensor([noise[0] for noise in noises], device=hidden.device)
    conditioning = learner.mapper(vokens * (~dropped).to(vokens)[:, None, None])  # [n, L, C]
    t = torch.tensor([noise[1] for noise in noises], device=hidden.device)
    noise, of_latents = (torch.stack([each[i] for each in noises]).to(hidden.device) for i in (2, 3))
    with torch.no_grad():
        found = learner.autoencoder.encode(torch.stack([each.picture for each in meant]).to(noise)).latent_dist
        clean = (found.mean + found.std * of_latents).float() * learner.autoencoder.config.scaling_factor
    ldm = denoising_errors(conditioning, learner.painter, clean, noise, t).sum()
    if learner.stage != "align":
        return ldm, torch.zeros_like(ldm)
    with torch.no_grad():
        captions = ["" if drop else each.caption for each, drop in zip(meant, dropped.tolist(), strict=True)]
        target = learner.painter.encode(captions)
    return ldm, (conditioning - target).square().mean(dim=(1, 2)).sum()


def _noise(meant: Meant, learner: Learner, config: VokenLoss) -> tuple[bool, int, torch.Tensor, torch.Tensor]:
    """Whether its vokens are zeroed, its time step, its noise and the noise of its latents, both [c, h, w]. Each
    picture has a generator of its own, so that they do not depend on the batch it stands in."""
    rng, c = np.random.default_rng((*meant.seed, 1)), learner.config.unet
    dropped, t = rng.random() < config.dropout, int(rng.integers(learner.config.schedule.train_steps))
    noise, latents = rng.standard_normal((2, c.channels, c.size, c.size), dtype=np.float32)
    return bool(dropped), t, torch.from_numpy(noise), torch.from_numpy(latents)


def loss_of(learner: Learner, sequences: list[Sequence], drawn: Drawn, share: float, config: VokenLoss):
    """This batch's part of the step's loss; their mean is the loss. share: 1 / the number of the step's batches."""
    device = learner.rows.device
    batch = collate(sequences, learner.config).on(device)
    images = [image for s in sequences for _, image in s.sights]
    hidden, text = learner(batch, torch.stack(images).to(device) if images else None)
    text = text / (drawn.labels * share)
    loss, parts = config.text * text, {"text": float(text.detach())}
    if any(s.vokens for s in sequences):
        ldm, aligned = (part / (drawn.pictures * share) for part in picture_loss(learner, hidden, sequences, config))
        loss = loss + config.ldm * ldm + config.align * aligned
        parts |= {"ldm": float(ldm.detach())} | ({"align": float(aligned.detach())} if learner.stage == "align" else {})
    return loss, parts


def run(
    learner: Learner,
    source: Listed | Shards,
    teacher: Teacher,
    loop: LoopConfig,
    batch: int = EACH,
    config: VokenLoss = VokenLoss(),
    on_save: Callable[[Progress], None] | None = None,
) -> float:
    """batch: samples that a process computes at once; a step has batch × loop.accumulate × processes."""
    draw, drawn = Draw(source, teacher, batch, loop), {}

    def step(net: Learner, progress: Progress):
        if progress.step not in drawn:
            drawn.clear()
            drawn[progress.step] = draw(progress.step)
        now = drawn[progress.step]
        number = progress.part * loop.accumulate // progress.parts
        return loss_of(net, now.batches[number], now, 1 / progress.parts, config)

    return train(learner, step, loop, on_save)


def main(options: argparse.Namespace) -> None:
    """Stage `align` or `story` with --data."""
    model, data = options.model, options.data
    if STAGES[data] != options.stage:
        raise SystemExit(f"{data} is for stage {STAGES[data]}, not {options.stage}.")
    torch.manual_seed(options.seed)
    foundation = _foundation(options)
    learner = Learner(foundation, options.stage, options.adapter)
    if options.stage == "story":
        begin(learner, options.stage1 or options.runs / "align-cc3m" / FILES["align"].format("cc3m"))
    source = open_data(data, options.path, foundation.tokenizer, options.seed)
    count = processes().num_processes
    accumulate = max(1, options.batch // (options.each * count))
    made = options.each * accumulate * count
    if made != options.batch:
        print(f"A step has {made} samples, not {options.batch}: {options.each} × {accumulate} × {count} processes.")
    loop = LoopConfig(
        stage=f"{options.stage}-{data}",
        lr=RATE,
        warmup=WARMUP,
        linear=True,
        decay_all=True,
        betas=(0.9, 0.999),
        clip=0.0,
        ema=0.0,
        accumulate=accumulate,
        save_minutes=30.0 if model.name == MINIGPT5.name else 3.0,
        **({"minutes": float("inf")} | options.loop | _steps(options, source, made)),
    )
    file = loop.folder / FILES[options.stage].format(data)
    save = None if options.adapter == "prefix" and options.stage == "story" else lambda _: write(learner, file)
    teacher, losses = Teacher(foundation.config, foundation.tokenizer), VokenLoss(**options.loss)
    run(learner, source, teacher, loop, options.each, losses, save)


def _steps(options: argparse.Namespace, source: Listed | Shards, batch: int) -> dict:
    """The rate falls to zero at the last step, so that the number of steps has to be known."""
    if options.steps or options.minutes:
        return {}
    if isinstance(source, Shards):
        raise SystemExit("Shards do not say how many pairs they hold. Give --steps (pairs × epochs / batch).")
    return {"steps": -(-len(source) * EPOCHS // batch)}


def _foundation(options: argparse.Namespace) -> Foundation:
    if options.model.name not in OFFICIAL:
        return of_runs(options.runs, options.model)
    if not (options.vicuna and options.diffusion):
        raise SystemExit(f"{options.model.name} begins from the official files. Give --vicuna and --diffusion.")
    eyes = (options.vision, options.qformer, options.projection)
    if not all(eyes) and (any(eyes) or options.stage == "story"):
        raise SystemExit("Give all of --vision, --qformer and --projection. Without eyes there is stage align alone.")
    files = FoundationFiles(Path(options.vicuna), Path(options.diffusion), *eyes)
    return of_files(files, options.model, torch.bfloat16 if torch.cuda.is_available() else torch.float32)
