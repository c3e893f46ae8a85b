"""Pictures of a UNet by the sampler it was made for, kept as files, so that what was painted is not painted again."""

import json
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import torch
from diffusers import AutoencoderKL
from PIL import Image

from interleaf import random_numbers
from interleaf.config import Denoising, ModelConfig
from interleaf.latents import denoised


@torch.no_grad()
def paint(
    unet, autoencoder: AutoencoderKL, config: ModelConfig, how: Denoising, heard, nothing, seed: int
) -> np.ndarray:
    """heard, nothing: (L, C), what is painted and what guidance leads away from. uint8 (h, w, 3)."""
    c, device = config.unet, unet.device
    noise = random_numbers.normals(seed, random_numbers.picture_stream(1), (1, c.channels, c.size, c.size))

    def predict(sample, t, told):
        return unet(sample.to(device), t.to(device), told.to(device), return_dict=False)[0].float().cpu()

    generator = torch.Generator().manual_seed(seed)
    sample = denoised(predict, torch.from_numpy(noise), heard[None], nothing[None], config, how, generator)
    image = autoencoder.decode((sample / config.autoencoder.scaling_factor).to(autoencoder.device)).sample[0].cpu()
    return ((image + 1) * 127.5 + 0.5).clip(0, 255).byte().permute(1, 2, 0).numpy()


class Album:
    """A folder of pictures by name and number, all of the same settings. Raises ValueError for one of others."""

    def __init__(self, folder: Path, settings: dict):
        self.folder, note, told = folder, folder / "settings.json", json.dumps(settings, indent=1)
        folder.mkdir(parents=True, exist_ok=True)
        if note.exists() and note.read_text() != told:
            raise ValueError(f"{folder} holds pictures of other settings ({note}). Choose another --out.")
        note.write_text(told)

    def path(self, name: str, number: int) -> Path:
        return self.folder / f"{name}-{number:03}.png"

    def missing(self, name: str, numbers: Iterable[int]) -> list[int]:
        return [number for number in numbers if not self.path(name, number).exists()]

    def keep(self, name: str, number: int, picture: np.ndarray) -> None:
        unfinished = self.folder / "unfinished.png"
        Image.fromarray(picture).save(unfinished)
        unfinished.rename(self.path(name, number))

    def pictures(self, name: str, count: int) -> np.ndarray:  # (count, h, w, 3)
        return np.stack([np.asarray(Image.open(self.path(name, number)).convert("RGB")) for number in range(count)])
