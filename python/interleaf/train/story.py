"""Stage 2 of MiniGPT-5, multimodal learning on stories: text, pictures, or both; earlier pages with their pictures."""

import argparse
import shutil
from dataclasses import replace
from random import Random

import numpy as np
import torch

from interleaf.config import ModelConfig
from interleaf.model import load_storyteller
from interleaf.train import autoencoder, picture
from interleaf.train.autoencoder import encode
from interleaf.train.batches import Stories
from interleaf.train.checkpoint import RUNS, load_weights
from interleaf.train.language import weights
from interleaf.train.loop import LoopConfig, Progress, device, train
from interleaf.train.scenes import pixels
from interleaf.train.vision import normalised
from interleaf.train.vokens import SceneLatents, VokenLoss, gather, picture_losses
from interleaf.world.draw import LAYOUTS

BATCH = 8  # stories
READERS_PICTURE = 0.15  # share of stories that a reader's picture opens
TASKS = ("text", "text", "picture", "both")


@torch.no_grad()
def looked_at(scenes, vae, eyes, config: ModelConfig, rng, restored: bool) -> torch.Tensor:
    """Soft tokens before the projection, [n, Q, width of the Q-Former]: the eyes are frozen. restored: the drawings
    are seen after the autoencoder, as painted pictures are."""
    size = config.autoencoder.size
    images = torch.stack([pixels(scene, int(rng.integers(LAYOUTS)), size) for scene in scenes]).to(vae.device)
    if restored:
        images = torch.cat([vae.decode(encode(vae, few)).sample.clamp(-1, 1) for few in images.split(8)])
    return eyes.look(normalised(images, config))


PAINTED = VokenLoss(painted=6)


def run(model: ModelConfig, loop: LoopConfig, config: VokenLoss = PAINTED) -> float:
    torch.manual_seed(loop.seed)
    storyteller = load_storyteller(loop.runs, model)
    if model.unimodal:
        load_weights(storyteller, "align", loop.runs)
    painter = picture.read(loop.runs, model).to(device())
    vae = autoencoder.read(loop.runs, model)[0].to(device())
    data = picture.latents(model, LoopConfig("picture", lr=0, runs=loop.runs))
    latents_of = SceneLatents(data, picture.scenes_of(model), vae)
    words = weights()[: model.voken_ids[0]]  # a voken and <ImageHere> count once, however many there are
    counts = torch.cat([words, torch.ones(model.language.vocab_size - len(words))]).to(device())
    stories = Stories(BATCH, model, loop.seed, READERS_PICTURE, loop.workers)

    def step(net, progress: Progress):
        rng, random = np.random.default_rng((loop.seed, progress.batch)), Random(f"{loop.seed} {progress.batch}")
        batch = stories(progress.batch).on(device())
        seen = [scene for s in batch.sequences for _, scene in s.sights]
        soft = looked_at(seen, vae, net.eyes, model, rng, restored=progress.batch % 4 == 0)
        hidden, text = net(batch, net.eyes.projection(soft), counts)
        task = "text" if model.captions else random.choice(TASKS)
        loss, parts = torch.zeros((), device=hidden.device), {}
        if task != "text":
            vokens, meant = gather(hidden, batch.sequences, model)
            loss, parts = picture_losses(vokens, meant, net.mapper, painter, latents_of, config, rng)
        if task != "picture":
            loss = loss + (config.text if task == "both" else 1.0) * text
        return loss, parts | {"text": float(text.detach())}

    def outdate(_: Progress) -> None:  # what settled on other weights of this stage
        shutil.rmtree(loop.runs / "settle", ignore_errors=True)

    return train(storyteller, step, loop, outdate)


def main(options: argparse.Namespace) -> None:
    loop = LoopConfig("story", lr=7e-4, decay=0.5, ema=0.995, save_minutes=2, **({"runs": RUNS} | options.loop))
    run(options.model, loop, replace(PAINTED, **options.loss))
