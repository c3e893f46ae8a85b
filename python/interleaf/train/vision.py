"""Stage `vision`: ViT and Q-Former learn to see by captioning. A small caption decoder reads the soft tokens; only
this stage needs it. Half of the pictures went through the autoencoder, as painted pictures do."""

import argparse

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from interleaf import parts
from interleaf.config import TINY, ModelConfig
from interleaf.train import autoencoder
from interleaf.train.checkpoint import RUNS, load_weights
from interleaf.train.loop import LoopConfig, Progress, device, train
from interleaf.train.picture import caption_ids, held_out, latents, scenes_of
from interleaf.train.scenes import pixels
from interleaf.world.captions import caption

BATCH = 32


def normalised(images: torch.Tensor, config: ModelConfig) -> torch.Tensor:
    """[B, 3, h, w] in -1…1 -> [B, 3, s, s] as the ViT wants it: antialiased bilinear."""
    size = (config.vision.size,) * 2
    small = F.interpolate(images.float(), size=size, mode="bilinear", antialias=True, align_corners=False)
    mean, std = (torch.tensor(v, device=images.device).view(3, 1, 1) for v in (config.vision.mean, config.vision.std))
    return (small / 2 + 0.5 - mean) / std


class Captioner(nn.Module):
    def __init__(self, config: ModelConfig):
        super().__init__()
        self.config = config
        self.eyes = parts.Eyes(config)
        width = config.language.width
        self.words = nn.Embedding(config.clip.vocab_size, width)
        self.places = nn.Parameter(torch.randn(config.clip.tokens, width) * 0.02)
        layer = nn.TransformerDecoderLayer(width, 4, 2 * width, 0.0, batch_first=True, norm_first=True)
        self.decoder = nn.TransformerDecoder(layer, 1)
        self.head = nn.Linear(width, config.clip.vocab_size)

    def forward(self, images, ids):  # (B, 3, h, w), (B, L) -> the logits of ids[1:], (B, L - 1, words)
        sight = self.eyes(normalised(images, self.config))  # (B, Q, D)
        given = self.words(ids[:, :-1]) + self.places[: ids.shape[1] - 1]
        causal = nn.Transformer.generate_square_subsequent_mask(ids.shape[1] - 1, device=ids.device)
        return self.head(self.decoder(given, sight, tgt_mask=causal))


def read_eyes(runs, config: ModelConfig = TINY) -> parts.Eyes:
    eyes = parts.Eyes(config)
    load_weights(eyes, "vision", runs, prefix="eyes.")
    return eyes.eval().requires_grad_(False)


def pictures(rows, scenes, data, vae, restored: bool) -> torch.Tensor:
    """[B, 3, h, w] in -1…1, drawn or restored from latents."""
    if not restored:
        return torch.stack([pixels(*scenes[i], vae.config.sample_size) for i in rows]).to(vae.device)
    with torch.no_grad():
        return vae.decode(data["latents"][rows].to(vae.device).float() / data["factor"]).sample.clamp(-1, 1)


def run(model: ModelConfig, loop: LoopConfig) -> float:
    torch.manual_seed(loop.seed)
    captioner, scenes = Captioner(model), scenes_of(model)
    data = latents(model, LoopConfig("picture", lr=0, runs=loop.runs))
    vae = autoencoder.read(loop.runs, model)[0].to(device())
    seen = np.array([i for i, (scene, _) in enumerate(scenes) if not held_out(scene)])
    unseen = np.array([i for i, (scene, _) in enumerate(scenes) if held_out(scene)])

    def step(net: Captioner, progress: Progress):
        rng = np.random.default_rng((loop.seed, progress.batch))
        rows = rng.choice(seen, BATCH)
        ids = caption_ids([caption(scenes[i][0]) for i in rows], model).to(vae.device)
        logits = net(pictures(rows, scenes, data, vae, progress.batch % 4 == 0), ids)
        return F.cross_entropy(logits.flatten(0, 1), ids[:, 1:].flatten(), ignore_index=0), {}

    def report(_: Progress) -> None:
        net = Captioner(model).eval().to(vae.device)
        load_weights(net, "vision", loop.runs)
        rows = np.random.default_rng(7).choice(unseen, 128)
        ids = caption_ids([caption(scenes[i][0]) for i in rows], model).to(vae.device)
        for kind in (False, True):
            found = net(pictures(rows, scenes, data, vae, kind), ids).argmax(-1)
            right = ((found == ids[:, 1:]) | (ids[:, 1:] == 0)).all(1).float().mean().item()
            print(f"vision: {right:.1%} of held-out captions right, {'restored' if kind else 'drawn'}", flush=True)

    return train(captioner, step, loop, report)


def main(options: argparse.Namespace) -> None:
    run(
        options.model,
        LoopConfig("vision", lr=1e-3, decay=0.5, ema=0.995, save_minutes=2, **({"runs": RUNS} | options.loop)),
    )
