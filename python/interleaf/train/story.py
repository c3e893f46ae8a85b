"""Stage 2 of MiniGPT-5, multimodal learning on stories: text, pictures, or both; earlier pages with their pictures."""

import argparse
from random import Random

import numpy as np
import torch

from interleaf.config import ModelConfig
from interleaf.model import load_storyteller
from interleaf.train import autoencoder, picture
from interleaf.train.batches import stories
from interleaf.train.language import weights
from interleaf.train.loop import RUNS, LoopConfig, Progress, load_weights, train
from interleaf.train.vision import normalised
from interleaf.train.vokens import SceneLatents, VokenLoss, gather, picture_losses

BATCH = 8  # stories
READERS_PICTURE = 0.15  # share of stories that a reader's picture opens
TASKS = ("text", "text", "picture", "both")


def looked_at(scenes, latents_of: SceneLatents, vae, factor: float, eyes, config: ModelConfig, rng) -> torch.Tensor:
    """Soft tokens before the projection, [n, Q, width of the Q-Former]: the eyes are frozen."""
    with torch.no_grad():
        images = vae.decode(latents_of(scenes, rng) / factor).sample.clamp(-1, 1)
        return eyes.look(normalised(images, config))


def run(model: ModelConfig, loop: LoopConfig, config: VokenLoss = VokenLoss(painted=6)) -> float:  # noqa: B008
    torch.manual_seed(loop.seed)
    storyteller = load_storyteller(loop.runs, model)
    load_weights(storyteller, "align", loop.runs)
    painter = picture.read(loop.runs, model)
    vae, factor = autoencoder.read(loop.runs, model)
    data = picture.latents(model, LoopConfig("picture", lr=0, runs=loop.runs))
    latents_of = SceneLatents(data, picture.scenes_of(model), vae)

    def step(net, progress: Progress):
        rng, random = np.random.default_rng((loop.seed, progress.step)), Random(f"{loop.seed} {progress.step}")
        batch = stories(progress.step, BATCH, model, loop.seed, READERS_PICTURE)
        seen = [scene for s in batch.sequences for _, scene in s.sights]
        soft = looked_at(seen, latents_of, vae, factor, net.eyes, model, rng)
        hidden, text = net(batch, net.eyes.projection(soft), weights())
        task = random.choice(TASKS)
        loss, parts = torch.zeros(()), {}
        if task != "text":
            vokens, meant = gather(hidden, batch.sequences, model)
            loss, parts = picture_losses(vokens, meant, net.mapper, painter, latents_of, config, rng)
        if task != "picture":
            loss = loss + (config.text if task == "both" else 1.0) * text
        return loss, parts | {"text": float(text.detach())}

    return train(storyteller, step, loop)


def main(options: argparse.Namespace) -> None:
    run(options.model, LoopConfig("story", lr=7e-4, decay=0.5, save_minutes=2, **({"runs": RUNS} | options.loop)))
