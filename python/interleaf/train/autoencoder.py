"""Stage `autoencoder`: drawings to latents an eighth as wide, and back. L1, edges, a little KL; heroes count more."""

import argparse
import json
from dataclasses import dataclass

import numpy as np
import torch
from diffusers import AutoencoderKL
from torch.nn import functional as F

from interleaf import parts
from interleaf.config import TINY, ModelConfig
from interleaf.train.checkpoint import load_weights
from interleaf.train.loop import LoopConfig, Progress, train
from interleaf.train.scenes import actors, pixels, random_scene, sample_scenes
from interleaf.world.sheet import sheet


@dataclass(frozen=True)
class AutoencoderLoss:
    size: int = 128  # pixels of a whole picture
    crop: int = 96  # pixels, aligned to the latent grid
    crops: int = 12  # batch of crops; of whole pictures there are as many as have about as many pixels
    whole_from: float = 0.8  # of the budget
    actor: float = 1.5  # extra weight on the hero (half of it on the thing)
    edge: float = 0.5
    kl: float = 1e-3


def batch(config: AutoencoderLoss, rng: np.random.Generator, whole: bool):  # (B, 3, s, s), (B, 1, s, s)
    images, weights = [], []
    count = max(1, config.crops * config.crop**2 // config.size**2) if whole else config.crops
    for _ in range(count):
        scene, seed = random_scene(rng), int(rng.integers(1 << 30))
        image, weight = pixels(scene, seed, config.size), actors(scene, seed, config.size)
        if not whole:
            y, x = rng.integers(0, (image.shape[-1] - config.crop) // 8 + 1, size=2) * 8
            image, weight = (t[:, y : y + config.crop, x : x + config.crop] for t in (image, weight))
        images.append(image)
        weights.append(weight)
    return torch.stack(images), torch.stack(weights)


def edges(x):  # (B, C, h, w) -> the differences to the right and below
    return x[..., 1:] - x[..., :-1], x[..., 1:, :] - x[..., :-1, :]


def loss_of(vae: AutoencoderKL, image, actor, config: AutoencoderLoss):
    posterior = vae.encode(image).latent_dist
    error = vae.decode(posterior.sample()).sample - image  # (B, 3, h, w)
    weight = 1 + config.actor * actor  # (B, 1, h, w)
    plain = (weight * error.abs()).mean() / weight.mean()
    (right, below), (wr, wb) = edges(error), (weight[..., 1:], weight[..., 1:, :])
    edge = ((wr * right.abs()).mean() + (wb * below.abs()).mean()) / weight.mean()
    half = F.avg_pool2d(error, 2)
    coarse = half.abs().mean()
    mean, logvar = posterior.mean, posterior.logvar
    kl = 0.5 * (mean.square() + logvar.exp() - 1 - logvar).mean()
    total = plain + config.edge * edge + 0.5 * coarse + config.kl * kl
    return total, {"l1": error.detach().abs().mean().item(), "kl": kl.item()}


@torch.no_grad()
def encode(vae: AutoencoderKL, images):  # (B, 3, h, w) -> (B, c, h/f, w/f), unscaled
    return vae.encode(images).latent_dist.mode()


def read(runs, config: ModelConfig = TINY) -> tuple[AutoencoderKL, float]:
    """The trained autoencoder, with its measured scaling factor in its config."""
    vae = parts.autoencoder(config)
    load_weights(vae, "autoencoder", runs)
    factor = json.loads((runs / "autoencoder" / "scaling.json").read_text())["scalingFactor"]
    vae.register_to_config(scaling_factor=factor)
    return vae.eval().requires_grad_(False), factor


@torch.no_grad()
def report(config: ModelConfig, loop: LoopConfig, count: int = 32) -> None:
    """Writes the sheet (drawn above restored), the PSNR and the scaling factor of the averaged weights."""
    vae = parts.autoencoder(config).eval()
    load_weights(vae, "autoencoder", loop.runs)
    size = config.autoencoder.size
    images = torch.stack([pixels(scene, seed, size) for scene, seed in sample_scenes(count, seed=7)])
    latents = torch.cat([encode(vae, few) for few in images.split(8)])
    restored = torch.cat([vae.decode(z).sample for z in latents.split(8)]).clamp(-1, 1)
    psnr = -10 * torch.log10(((restored - images) / 2).square().mean()).item()
    result = {"scalingFactor": round(1 / latents.std().item(), 5), "psnr": round(psnr, 2)}
    (loop.folder / "scaling.json").write_text(json.dumps(result) + "\n")
    rows = torch.stack([images.unflatten(0, (-1, 8)), restored.unflatten(0, (-1, 8))], 1).flatten(0, 2)
    sheet(((rows + 1) * 127.5).round().byte().permute(0, 2, 3, 1).numpy(), 8, loop.folder / "sheet.png")
    print(f"autoencoder: PSNR {psnr:.2f} dB", flush=True)


def keep(vae: AutoencoderKL, half: str | None) -> None:
    """`encoder` or `decoder` stands still: what was trained on its latents goes on understanding them."""
    kept = {"encoder": ("encoder.", "quant_conv."), "decoder": ("decoder.", "post_quant_conv."), None: ()}[half]
    for name, parameter in vae.named_parameters():
        if name.startswith(kept):
            parameter.lr_scale = 0.0


def run(
    model: ModelConfig,
    loop: LoopConfig,
    config: AutoencoderLoss | None = None,
    kept: str | None = None,
) -> float:
    torch.manual_seed(loop.seed)
    config = config or AutoencoderLoss(size=model.autoencoder.size)
    vae = parts.autoencoder(model).to(memory_format=torch.channels_last)
    keep(vae, kept)

    def step(vae: AutoencoderKL, progress: Progress):
        rng = np.random.default_rng((loop.seed, progress.batch))
        image, actor = batch(config, rng, whole=progress.seen >= config.whole_from)
        device = next(vae.parameters()).device
        image = image.to(device, memory_format=torch.channels_last)
        return loss_of(vae, image, actor.to(device), config)

    return train(vae, step, loop, on_save=lambda _: report(model, loop))


def main(options: argparse.Namespace) -> None:
    loop = LoopConfig("autoencoder", lr=1.5e-3, warmup=100, ema=0.998, **options.loop)
    # A decoder alone is trained last. Heroes are sharp by then: what is behind them counts nearly as much.
    size = options.model.autoencoder.size
    late = AutoencoderLoss(size, actor=0.3, whole_from=1.0) if options.keep == "encoder" else None
    run(options.model, loop, late, options.keep)
