"""`python -m interleaf compare`: the paper's comparisons, on held-out stories of this world, each with an interval.

What is told is kept in --out, story by story: the command may be cut off at any time and goes on where it was. Arms
whose variant has not been trained are named with the command that trains it, and left out. Leaves comparisons.json;
--report ../docs also fills in the comparisons of docs/evaluation.md and draws their plot.
"""

import argparse
import json
from functools import lru_cache
from pathlib import Path

import torch

from interleaf.tell import Told
from interleaf.train.__main__ import MODELS
from interleaf.train.checkpoint import RUNS
from interleaf.train.variants import VARIANTS

from . import compared
from .arms import ARMS, FIRST, Teller, missing, told
from .asked import add_denoising, asked_of
from .classifier import load
from .comparison import Comparison
from .context import measure_context
from .painted import networks
from .prompts import held_out_prompts
from .shelf import Shelf
from .stories import measure_texts
from .tasks import measure_tasks

TELLING_MINUTES = 17  # of one core: what an arm takes for 300 stories of the next model, about
TRAINING_MINUTES = {"align": 6, "story": 14, "settle": 4}  # of one core, for each variant, all alike
PREFERENCES = ("own-two-stage", "own-unseen")  # each against `own`


def plan(runs: Path, names: list[str], model: str) -> tuple[list[str], list[str]]:
    """The arms that can be told, and what to run for the others."""
    ready = [name for name in names if not missing(ARMS[name], runs)]
    wanting = {
        f"python -m interleaf train --model {model} --runs {runs} --variant {ARMS[name].variant} --stage {stage} "
        f"--minutes {TRAINING_MINUTES[stage]}": None
        for name in names
        for stage in missing(ARMS[name], runs)
    }
    return ready, list(wanting)


def run(options: argparse.Namespace) -> dict:
    config = asked_of(options)
    ready, wanting = plan(options.runs, options.arms, options.model)
    for command in wanting:
        print(f"Left out until it is trained: {command}", flush=True)
    judge, teller = load(options.judge), Teller(options.runs, config)
    net, see = networks(options.judge, judge)

    @lru_cache(maxsize=2)  # an arm's pictures take some 300 MB
    def told_by(name: str) -> list[Told]:
        return told(name, teller, options.stories, options.out)

    comparison = Comparison(told_by, judge, config.knows, see, net)
    how = config.denoising
    found = {"model": options.model, "stories": options.stories, "steps": how.steps, "guidance": how.guidance}
    found |= {"features": "judge" if net is None else "contrast", "arms": {}, "preferences": {}}
    for name in ready:
        each = found["arms"][name] = comparison.measures(name)
        if ARMS[name].own:
            texts = measure_texts(told_by(name), held_out_prompts(options.stories, config.knows))
            each["texts"] = {kind: share.plain() for kind, share in texts.items()}
        if ARMS[name].against in ready and name not in FIRST:
            each["difference"] = {"to": ARMS[name].against} | comparison.difference(name)
        print(f"{name}: everything right in {each['shares']['all_right']}", flush=True)

    def shelf_of(name: str) -> Shelf:
        return Shelf(options.out / name, *teller.made_of(ARMS["vokens"]))

    if options.context:
        model = teller.model(ARMS["vokens"])
        found["context"] = measure_context(model, judge, config.knows, options.context, how, shelf_of)
    if options.tasks:
        asked = held_out_prompts(options.stories, config.knows)
        own = told_by("own") if "own" in ready else None
        model, shelf = teller.model(ARMS["vokens"]), shelf_of("next-page")
        found["tasks"] = measure_tasks(options.runs, model, judge, net, asked, own, how, shelf)
    for other in PREFERENCES:
        if {"own", other} <= set(ready):
            found["preferences"][other] = comparison.preference("own", other)
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "comparisons.json").write_text(json.dumps(found, indent=1) + "\n")
    if options.report:
        shown = {name: told(name, teller, min(compared.SHOWN, options.stories), options.out) for name in ready}
        compared.write(found, shown, options.out, options.report)
    return found


def main(argv: list[str] | None = None) -> None:
    arms = "\n".join(f"  {name:16} {arm.says}" for name, arm in ARMS.items())
    parser = argparse.ArgumentParser(
        prog="interleaf compare",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog=f"arms, each about {TELLING_MINUTES} minutes of one core for 300 stories of the next model:\n{arms}\n"
        f"{len(VARIANTS)} variants, each about {sum(TRAINING_MINUTES.values())} minutes of one core to train.",
    )
    parser.add_argument("--model", choices=MODELS, default="tiny")
    parser.add_argument("--runs", type=Path, help="the model's trainings; runs, or runs/next for the next model")
    parser.add_argument("--judge", type=Path, default=RUNS, help="where the judge and the small CLIP were trained")
    parser.add_argument("--out", type=Path, help="folder for what is told; compared, beside the trainings")
    parser.add_argument("--stories", type=int, default=300)
    parser.add_argument("--context", type=int, default=100, help="cases of each context test; 0: none")
    parser.add_argument("--no-tasks", dest="tasks", action="store_false", help="without the three published tasks")
    parser.add_argument("--arms", nargs="+", choices=ARMS, default=list(ARMS), metavar="ARM")
    add_denoising(parser)
    parser.add_argument("--report", type=Path, help="the docs folder whose evaluation.md is to be filled in")
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args(argv)
    options.runs = options.runs or (RUNS / "next" if options.model == "next" else RUNS)
    options.out = options.out or options.runs / "compared"
    try:
        asked_of(options)
    except ValueError as error:
        parser.error(str(error))
    torch.set_num_threads(options.threads)
    run(options)


if __name__ == "__main__":
    main()
