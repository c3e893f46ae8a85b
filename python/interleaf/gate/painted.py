"""Pictures of a UNet by the sampler it was made for, kept as files, so that what was painted is not painted again."""

import json
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import torch
from diffusers import (
    AutoencoderKL,
    DDIMScheduler,
    DPMSolverMultistepScheduler,
    EulerDiscreteScheduler,
    PNDMScheduler,
    TCDScheduler,
)
from PIL import Image

from interleaf import random_numbers
from interleaf.config import ModelConfig
from interleaf.exporting.official_manifest import Steps

SAMPLERS = {
    "dpm++2m": DPMSolverMultistepScheduler,
    "ddim": lambda **c: DDIMScheduler(**c, clip_sample=False, set_alpha_to_one=False),
    "pndm": lambda **c: PNDMScheduler(**c, skip_prk_steps=True),
    "euler": EulerDiscreteScheduler,
    "tcd": lambda **c: TCDScheduler(**c, clip_sample=False),
}


def sampler(config: ModelConfig, steps: Steps):
    c = config.schedule
    made = SAMPLERS[steps.sampler](
        num_train_timesteps=c.train_steps,
        beta_start=c.beta_start,
        beta_end=c.beta_end,
        beta_schedule=c.beta_kind,
        prediction_type=c.prediction,
        timestep_spacing="trailing" if steps.trailing else c.spacing,
        steps_offset=c.steps_offset,
    )
    made.set_timesteps(steps.steps)
    return made


@torch.no_grad()
def paint(unet, autoencoder: AutoencoderKL, config: ModelConfig, steps: Steps, heard, nothing, seed: int) -> np.ndarray:
    """heard, nothing: (L, C), what is painted and what guidance leads away from. uint8 (h, w, 3)."""
    c, device = config.unet, unet.device
    noise = random_numbers.normals(seed, random_numbers.picture_stream(1), (1, c.channels, c.size, c.size))
    told = torch.stack([nothing, heard][steps.guidance == 1 :]).to(device)
    schedule, generator = sampler(config, steps), torch.Generator().manual_seed(seed)
    sample = torch.from_numpy(noise) * schedule.init_noise_sigma
    further = {"eta": 0.3, "generator": generator} if steps.sampler == "tcd" else {}
    for t in schedule.timesteps:
        scaled = schedule.scale_model_input(sample, t).to(device)
        found = unet(scaled.repeat(len(told), 1, 1, 1), t.to(device), told, return_dict=False)[0].float().cpu()
        predicted = found[:1] + steps.guidance * (found[1:] - found[:1]) if len(told) == 2 else found
        sample = schedule.step(predicted, t, sample, **further).prev_sample
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
