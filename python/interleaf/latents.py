"""Noise becomes latents: one loop for every sampler, guided or not. Everything that paints in Python calls it."""

from collections.abc import Callable

import torch

from interleaf import parts
from interleaf.config import Denoising, ModelConfig

Predict = Callable[[torch.Tensor, torch.Tensor, torch.Tensor], torch.Tensor]
ETA = 0.3  # how far TCD overshoots before noise is added: its authors' and diffusers' default


def denoised(
    predict: Predict,
    noise: torch.Tensor,
    heard: torch.Tensor,
    unheard: torch.Tensor | None,
    config: ModelConfig,
    how: Denoising,
    generator: torch.Generator | None = None,
) -> torch.Tensor:
    """Scaled latents [n, c, h, w] from unit noise of that shape and conditioning [n, L, C].

    predict: what the UNet makes of samples [b, c, h, w], a timestep and conditioning [b, L, C]; b is n without guidance
    and 2n with it, and then what is unheard ([n or 1, L, C], what guidance leads away from) comes first.
    generator: of the noise that `tcd` adds.
    """
    guided = how.guidance != 1
    told = torch.cat([unheard.expand_as(heard), heard]) if guided else heard
    scheduler = parts.sampler(config, how)
    further = {"eta": ETA, "generator": generator} if how.sampler == "tcd" else {}
    sample = noise * scheduler.init_noise_sigma
    for t in scheduler.timesteps:
        scaled = scheduler.scale_model_input(sample, t)
        found = predict(torch.cat([scaled, scaled]) if guided else scaled, t, told)
        if guided:
            empty, full = found.chunk(2)
            found = empty + how.guidance * (full - empty)
        sample = scheduler.step(found, t, sample, **further).prev_sample
    return sample
