"""Stage 1 of MiniGPT-5, unimodal alignment: a caption in, vokens out, and the picture they mean."""

import argparse
from random import Random

import numpy as np
import torch

from interleaf.config import ModelConfig
from interleaf.model import load_storyteller
from interleaf.stories import neutral, tokens
from interleaf.train import autoencoder, picture
from interleaf.train.checkpoint import RUNS
from interleaf.train.layout import Sequence, collate
from interleaf.train.loop import LoopConfig, Progress, device, train
from interleaf.train.vokens import SceneLatents, VokenLoss, gather, picture_losses
from interleaf.world.captions import captions
from interleaf.world.vocabulary import Scene

BATCH = 24


def sequence(text: str, scene: Scene, config: ModelConfig) -> Sequence:
    """<bos>###Human: {caption}###Assistant:[IMG0]…[IMG7]"""
    s = Sequence()
    head = [config.language.bos, *tokens.encode(f"###Human: {neutral(text)}###Assistant:")]
    position = s.add(head, 0, 0)
    s.add(config.voken_ids, position, 0)
    s.vokens.append((list(range(len(head) - 1, len(s.ids) - 1)), scene))
    s.labels[len(head) - 1] = config.voken_ids[0]
    return s


def run(model: ModelConfig, loop: LoopConfig, config: VokenLoss = VokenLoss()) -> float:
    torch.manual_seed(loop.seed)
    storyteller = load_storyteller(loop.runs, model)
    painter = picture.read(loop.runs, model).to(device())
    scenes = picture.scenes_of(model)
    data = picture.latents(model, LoopConfig("picture", lr=0, runs=loop.runs))
    latents_of = SceneLatents(data, scenes, autoencoder.read(loop.runs, model)[0].to(device()))
    trained = [scene for scene, _ in scenes if not picture.held_out(scene)]

    def step(net, progress: Progress):
        rng, random = np.random.default_rng((loop.seed, progress.batch)), Random(progress.batch)
        chosen = random.sample(trained, BATCH)
        batch = collate([sequence(captions(scene, rng), scene, model) for scene in chosen], model).on(device())
        hidden, text = net(batch)
        vokens, meant = gather(hidden, batch.sequences, model)
        pictures, parts = picture_losses(vokens, meant, net.mapper, painter, latents_of, config, rng)
        return pictures + config.text * text, parts | {"text": float(text.detach())}

    return train(storyteller, step, loop)


def main(options: argparse.Namespace) -> None:
    loop = LoopConfig("align", lr=1e-3, decay=0.5, ema=0.99, save_minutes=2, **({"runs": RUNS} | options.loop))
    run(options.model, loop, VokenLoss(**options.loss))
