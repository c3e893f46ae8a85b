"""Goldens of the samplers: diffusers' own, driven by a prediction that anyone can compute."""

import math
from unittest import mock

import numpy as np
import torch
from diffusers import (
    DDIMScheduler,
    DPMSolverMultistepScheduler,
    EulerDiscreteScheduler,
    PNDMScheduler,
    TCDScheduler,
)

SCHEDULES = {
    "tiny": dict(beta_start=1e-4, beta_end=0.02, beta_schedule="squaredcos_cap_v2", prediction_type="v_prediction",
                 timestep_spacing="trailing", steps_offset=0),
    "sd": dict(beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", prediction_type="epsilon",
               timestep_spacing="leading", steps_offset=1),
}  # fmt: skip
SAMPLERS = {
    "ddim": lambda c: DDIMScheduler(**c, clip_sample=False, set_alpha_to_one=c["timestep_spacing"] == "trailing"),
    "dpm++2m": lambda c: DPMSolverMultistepScheduler(**c),
    "pndm": lambda c: PNDMScheduler(**c, skip_prk_steps=True),
}
STEPS = (1, 2, 4, 8, 20, 50)
# Few steps, of a UNet that was distilled for them: SD-Turbo's schedule, and TCD's.
TURBO = SCHEDULES["sd"] | {"timestep_spacing": "trailing"}
START = (1.5, -0.75, 0.25, -2.0)


def prediction(sample: torch.Tensor, timestep: float) -> torch.Tensor:
    """0.5·x·cos(t / 300) + 0.1·i, element by element."""
    return 0.5 * sample * math.cos(timestep / 300) + 0.1 * torch.arange(len(sample), dtype=torch.float64)


def walk(config: dict, sampler: str, steps: int) -> dict:
    scheduler = SAMPLERS[sampler](config)
    scheduler.set_timesteps(steps)
    sample, samples = torch.tensor(START, dtype=torch.float64), []
    for t in scheduler.timesteps:
        sample = scheduler.step(prediction(sample, float(t)), t, sample).prev_sample
        samples.append([round(float(x), 9) for x in sample])
    return {"steps": steps, "timesteps": np.asarray(scheduler.timesteps).tolist(), "samples": samples}


def walk_euler(steps: int) -> dict:
    """Its sample is the others' times sqrt(sigma² + 1)."""
    scheduler = EulerDiscreteScheduler(**TURBO)
    scheduler.set_timesteps(steps)
    scale = (scheduler.sigmas.double() ** 2 + 1).sqrt()  # (steps + 1,)
    sample, samples = torch.tensor(START, dtype=torch.float64) * scale[0], []
    for k, t in enumerate(scheduler.timesteps):
        predicted = prediction(scheduler.scale_model_input(sample, t), float(t))
        sample = scheduler.step(predicted, t, sample).prev_sample.double()
        samples.append([round(float(x), 9) for x in sample / scale[k + 1]])
    return {"steps": steps, "timesteps": scheduler.timesteps.tolist(), "samples": samples}


def walk_tcd(steps: int) -> dict:
    """Its noise is given: cos(step + i), element by element."""
    scheduler = TCDScheduler(**TURBO, clip_sample=False)
    scheduler.set_timesteps(steps)
    sample, samples = torch.tensor(START, dtype=torch.float64), []
    for k, t in enumerate(scheduler.timesteps):
        given = torch.cos(k + torch.arange(len(START), dtype=torch.float64))
        with mock.patch("diffusers.schedulers.scheduling_tcd.randn_tensor", return_value=given):
            sample = scheduler.step(prediction(sample, float(t)), t, sample, eta=0.3).prev_sample
        samples.append([round(float(x), 9) for x in sample])
    return {"steps": steps, "timesteps": scheduler.timesteps.tolist(), "samples": samples}


def golden() -> list[dict]:
    walks = {"euler": walk_euler, "tcd": walk_tcd}
    return plain_golden() + [
        {"schedule": "turbo", "sampler": sampler, **walk(steps)} for sampler, walk in walks.items() for steps in STEPS
    ]


def plain_golden() -> list[dict]:
    return [
        {"schedule": name, "sampler": sampler, **walk(config, sampler, steps)}
        for name, config in SCHEDULES.items()
        for sampler in SAMPLERS
        for steps in STEPS
    ]
