"""`python -m interleaf train --stage picture --minutes 60`. Running a stage again resumes it."""

import argparse
import importlib
import sys
from pathlib import Path

import torch

from interleaf.config import MINIGPT5, MINIGPT5_SMALL, NEXT, TINY, TOY
from interleaf.data.sources import STAGES as DATA
from interleaf.train.checkpoint import RUNS
from interleaf.train.variants import VARIANTS, prepare

MODELS = {"tiny": TINY, "next": NEXT, "toy": TOY, "minigpt5": MINIGPT5, "minigpt5-small": MINIGPT5_SMALL}
STAGES = ("autoencoder", "picture", "language", "vision", "align", "story", "settle", "distil", "all")


def add_published(parser: argparse.ArgumentParser) -> None:
    """MiniGPT-5's own recipe, for stages align and story. Numbers default to the published ones."""
    group = parser.add_argument_group("published data", "the stages as published; several GPUs with accelerate launch")
    group.add_argument("--data", choices=DATA, help="cc3m: stage align; vist, mmdialog: stage story")
    group.add_argument("--path", type=Path, help=".tsv or folder of shards, ….._cleaned.json, ….._conversations.txt")
    group.add_argument("--stage1", type=Path, help="where stage story begins: a stage-1 file, ours or the official one")
    group.add_argument("--adapter", choices=("lora", "prefix"), default="lora", help="of stage story")
    group.add_argument("--batch", type=int, default=48, help="samples of a step, of all processes")
    group.add_argument("--each", type=int, default=2, help="samples that a process computes at once")
    official = "official file, as for convert; with --model minigpt5"
    for option in ("--vicuna", "--diffusion", "--vision", "--qformer", "--projection"):
        group.add_argument(option, type=Path, help=official)


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="interleaf train", description=__doc__)
    parser.add_argument("--stage", choices=STAGES, required=True)
    parser.add_argument("--minutes", type=float, help="total minutes of the stage, earlier runs included")
    parser.add_argument("--steps", type=int, help="total steps of the stage, earlier runs included")
    parser.add_argument("--budget-minutes", type=float, default=120.0, help="for --stage all: wall clock")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument(
        "--workers", type=int, default=0, help="processes that read or draw ahead, for each that trains"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--runs", type=Path, default=RUNS)
    parser.add_argument("--keep", choices=("encoder", "decoder", "unet", "text"), help="what of its stage stands still")
    parser.add_argument("--model", choices=MODELS, default="tiny", help="toy: the smallest, to see that a stage runs")
    parser.add_argument("--variant", choices=VARIANTS, help="what to compare with the model: stages align and story")
    add_published(parser)
    options = parser.parse_args(argv)
    if options.data and not options.path:
        parser.error("--data needs --path.")
    if options.model.startswith("minigpt5") and not options.data:
        parser.error(f"{options.model} is trained on published data alone. Give --data and --path.")
    torch.set_num_threads(options.threads)
    options.model, options.loss = MODELS[options.model], {}
    if options.variant:
        if options.stage not in VARIANTS[options.variant].stages:
            parser.error(f"{options.variant} trains {', '.join(VARIANTS[options.variant].stages)} alone.")
        options.loss = VARIANTS[options.variant].loss
        options.runs, options.model = prepare(options.variant, options.runs, options.model)
    options.loop = {"seed": options.seed, "runs": options.runs, "workers": options.workers}
    options.loop |= {k: v for k in ("minutes", "steps") if (v := getattr(options, k)) is not None}
    importlib.import_module(f"interleaf.train.{'published' if options.data else options.stage}").main(options)


if __name__ == "__main__":
    main(sys.argv[1:])
