"""Every stage in order, each with its share of the budget. Running it again resumes where it was cut off."""

import argparse
import importlib
from copy import copy

from interleaf.config import ModelConfig

SHARES = {
    "autoencoder": 0.18,
    "picture": 0.35,
    "language": 0.27,
    "vision": 0.05,
    "align": 0.04,
    "story": 0.08,
    "settle": 0.03,
}
DISTIL = 0.15  # of a model that asks for it; the other stages share the rest


def shares(config: ModelConfig) -> dict[str, float]:
    if not config.denoising.distilled:
        return SHARES
    return {stage: (1 - DISTIL) * share for stage, share in SHARES.items()} | {"distil": DISTIL}


def main(options: argparse.Namespace) -> None:
    for stage, share in shares(options.model).items():
        print(f"== {stage}: {share * options.budget_minutes:.0f} minutes", flush=True)
        of_stage = copy(options)
        of_stage.loop = {"minutes": share * options.budget_minutes} | options.loop
        importlib.import_module(f"interleaf.train.{stage}").main(of_stage)
