"""`python -m interleaf train --stage picture --minutes 60`. Running a stage again resumes it."""

import argparse
import importlib
import sys
from pathlib import Path

import torch

from interleaf.config import NEXT, TINY, TOY
from interleaf.train.loop import RUNS
from interleaf.train.variants import VARIANTS, prepare

MODELS = {"tiny": TINY, "next": NEXT, "toy": TOY}
STAGES = ("autoencoder", "picture", "language", "vision", "align", "story", "all")


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="interleaf train", description=__doc__)
    parser.add_argument("--stage", choices=STAGES, required=True)
    parser.add_argument("--minutes", type=float, help="total minutes of the stage, earlier runs included")
    parser.add_argument("--steps", type=int, help="total steps of the stage, earlier runs included")
    parser.add_argument("--budget-minutes", type=float, default=120.0, help="for --stage all: wall clock")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--runs", type=Path, default=RUNS)
    parser.add_argument("--keep", choices=("encoder", "decoder"), help="half of the autoencoder that stands still")
    parser.add_argument("--model", choices=MODELS, default="tiny", help="toy: the smallest, to see that a stage runs")
    parser.add_argument("--variant", choices=VARIANTS, help="what to compare with the model: stages align and story")
    options = parser.parse_args(argv)
    torch.set_num_threads(options.threads)
    options.model, options.loss = MODELS[options.model], {}
    if options.variant:
        if options.stage not in VARIANTS[options.variant].stages:
            parser.error(f"{options.variant} trains {', '.join(VARIANTS[options.variant].stages)} alone.")
        options.loss = VARIANTS[options.variant].loss
        options.runs, options.model = prepare(options.variant, options.runs, options.model)
    options.loop = {"seed": options.seed, "runs": options.runs}
    options.loop |= {k: v for k in ("minutes", "steps") if (v := getattr(options, k)) is not None}
    importlib.import_module(f"interleaf.train.{options.stage}").main(options)


if __name__ == "__main__":
    main(sys.argv[1:])
