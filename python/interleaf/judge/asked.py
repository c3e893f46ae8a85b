"""The model that a command is asked to judge: its configuration, with how its pictures are to be denoised."""

import argparse
from dataclasses import replace

from interleaf.config import ModelConfig
from interleaf.train.__main__ import MODELS


def add_denoising(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--steps", type=int, help="of denoising; the model's own where not given")
    parser.add_argument("--guidance", type=float, help="1 is none; the model's own where not given")
    parser.add_argument(
        "--undistilled", action="store_true", help="paint with the UNet of the picture stage, in more steps"
    )


def asked_of(options: argparse.Namespace) -> ModelConfig:
    """Raises ValueError where the model's UNet cannot paint like that, or was not distilled yet."""
    config = MODELS[options.model]
    config = config.undistilled if options.undistilled else config
    config = replace(config, denoising=config.denoising.asked(steps=options.steps, guidance=options.guidance))
    weights = options.runs / config.unet_stage / "weights.safetensors"
    if config.denoising.distilled and not weights.exists():
        raise ValueError(
            f"{weights} is missing. Run `python -m interleaf train --model {options.model} --runs {options.runs} "
            f"--stage {config.unet_stage}` first, or judge the picture stage's own UNet with --undistilled."
        )
    return config
