"""The losses of MiniGPT-5's two stages: vokens become conditioning that the frozen UNet paints from."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from interleaf.config import ModelConfig
from interleaf.train.autoencoder import encode
from interleaf.train.picture import Painter
from interleaf.train.scenes import pixels
from interleaf.world.captions import caption
from interleaf.world.draw import LAYOUTS
from interleaf.world.vocabulary import Scene


@dataclass(frozen=True)
class VokenLoss:
    """The paper's weights: 0.01 text, 1 LDM, 0.1 caption alignment; a tenth of the vokens zeroed for guidance."""

    text: float = 0.01
    ldm: float = 1.0
    align: float = 0.1
    dropout: float = 0.1
    painted: int = 8  # pictures of a batch that go through the UNet; alignment uses all of them


def min_snr(painter: Painter, t: torch.Tensor) -> torch.Tensor:
    """Weight of a step for v-prediction: min(SNR, gamma) / (SNR + 1) (Hang et al. 2023)."""
    kept = painter.schedule.alphas_cumprod.to(t.device)[t]
    snr = kept / (1 - kept)
    gamma = torch.full_like(snr, painter.config.schedule.min_snr)
    if painter.config.schedule.prediction == "epsilon":
        return torch.minimum(snr, gamma) / snr
    return torch.minimum(snr, gamma) / (snr + 1)


def align_loss(
    conditioning: torch.Tensor, painter: Painter, scenes: list[Scene], dropped: torch.Tensor
) -> torch.Tensor:
    """Mean squared distance to the text encoder's output of the true caption, or of the empty one where dropped."""
    texts = ["" if drop else caption(scene) for scene, drop in zip(scenes, dropped.tolist(), strict=True)]
    with torch.no_grad():
        target = painter.encode(texts)
    return (conditioning - target).square().mean()


def denoising_errors(
    conditioning: torch.Tensor, painter: Painter, clean: torch.Tensor, noise: torch.Tensor, t: torch.Tensor
) -> torch.Tensor:
    """Mean squared error of each picture, weighted by min-SNR, [B]. clean, noise [B, c, h, w]; t [B]."""
    noisy = painter.schedule.add_noise(clean, noise, t)
    v = painter.config.schedule.prediction == "v_prediction"
    target = painter.schedule.get_velocity(clean, noise, t) if v else noise
    error = (painter(noisy, t, conditioning) - target).square().mean(dim=(1, 2, 3))
    return min_snr(painter, t) * error


def ldm_loss(
    conditioning: torch.Tensor, painter: Painter, clean: torch.Tensor, rng: np.random.Generator
) -> torch.Tensor:
    """clean: scaled latents [B, c, h, w]. The UNet is frozen; the gradient goes to the conditioning."""
    t = torch.from_numpy(rng.integers(0, painter.config.schedule.train_steps, len(clean))).to(clean.device)
    noise = torch.from_numpy(rng.standard_normal(clean.shape, dtype=np.float32)).to(clean.device)
    return denoising_errors(conditioning, painter, clean, noise, t).mean()


def zeroed(vokens: torch.Tensor, share: float, rng: np.random.Generator) -> tuple[torch.Tensor, torch.Tensor]:
    """vokens [n, K, D] with a share of them zeroed, and which."""
    dropped = torch.from_numpy(rng.random(len(vokens)) < share)
    return vokens * (~dropped).to(vokens)[:, None, None], dropped


def picture_losses(
    vokens: torch.Tensor, scenes: list[Scene], mapper: nn.Module, painter: Painter, latents_of, config: VokenLoss, rng
) -> tuple[torch.Tensor, dict[str, float]]:
    """0.1 · alignment + LDM for vokens [n, K, D] that mean `scenes`."""
    vokens, dropped = zeroed(vokens, config.dropout, rng)
    conditioning = mapper(vokens)  # [n, L, C]
    aligned = align_loss(conditioning, painter, scenes, dropped)
    few = rng.permutation(len(scenes))[: config.painted]
    ldm = (
        ldm_loss(conditioning[few], painter, latents_of([scenes[i] for i in few], rng), rng) if config.painted else 0.0
    )
    return config.align * aligned + config.ldm * ldm, {
        "align": aligned.item(),
        "ldm": float(torch.as_tensor(ldm).detach()),
    }


class SceneLatents:
    """Latents of a scene in one of its layouts: those that were made beforehand, or made now."""

    def __init__(self, data: dict[str, torch.Tensor], scenes: list[tuple[Scene, int]], vae):
        self.data, self.vae = data, vae
        self.rows: dict[Scene, list[int]] = {}
        for row, (scene, _) in enumerate(scenes):
            self.rows.setdefault(scene, []).append(row)

    def __call__(self, scenes: list[Scene], rng: np.random.Generator) -> torch.Tensor:
        return torch.stack([self.one(scene, int(rng.integers(LAYOUTS))) for scene in scenes])

    def one(self, scene: Scene, seed: int) -> torch.Tensor:  # (c, h, w)
        if scene in self.rows:
            return self.data["latents"][self.rows[scene][seed % len(self.rows[scene])]].to(self.vae.device).float()
        drawn = pixels(scene, seed, self.vae.config.sample_size)[None].to(self.vae.device)
        return encode(self.vae, drawn)[0] * self.data["factor"]


def gather(hidden: torch.Tensor, sequences, config: ModelConfig) -> tuple[torch.Tensor, list[Scene]]:
    """The K hidden states that predict [IMG0]…, for every picture of a batch: [n, K, D], and what each means."""
    found = [(b, rows, scene) for b, s in enumerate(sequences) for rows, scene in s.vokens]
    return torch.stack([hidden[b, rows] for b, rows, _ in found]), [scene for *_, scene in found]
