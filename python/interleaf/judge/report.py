"""`python -m interleaf judge`: tells stories for held-out prompts, measures them, and writes what was seen.

Leaves report.json, contact-sheet.webp and stories.md in --out; --report ../docs also fills in docs/evaluation.md. What
was told once with the same weights is not told again.
"""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

import torch

from interleaf.config import ModelConfig
from interleaf.judge import document
from interleaf.judge.arms import ARMS, Teller
from interleaf.judge.arms import told as told_by_arm
from interleaf.judge.asked import add_denoising, asked_of
from interleaf.judge.classifier import load, measure, rejection
from interleaf.judge.contact import contact_sheet
from interleaf.judge.diversity import measure_diversity
from interleaf.judge.network import Judge
from interleaf.judge.painted import (
    Painted,
    by_hero,
    from_captions,
    measure_pictures,
    networks,
    painted,
    restored,
    to_drawings,
)
from interleaf.judge.prompts import held_out_prompts, simulated, texts_of
from interleaf.judge.stories import different, measure_texts, script
from interleaf.tell import Told, tell_many
from interleaf.train.__main__ import MODELS
from interleaf.train.checkpoint import RUNS

UNKNOWN = (
    "a zebra astronaut and her toaster", "robot", "umbrella", "Ein Igel im Regen", "una tortuga y su cometa",
    "قصة عن أرنب", "hello?", "...", "😀", "asdf qwer zxcv",
    "Tell me about a submarine that was afraid of bananas, and make it rhyme.",
    "My son is four and cannot sleep. He likes trains, dinosaurs and his grandmother. It has rained all day here, and "
    "we have read all our books already. Please tell him something gentle that ends with everybody going to bed.",
)  # fmt: skip
REPEATED = ("a rabbit", "an owl in the forest", "tell me a story")
SEEDS = 10
SHOWN = 40  # pictures on the contact sheet

FLAT = ("prompt_hero", "hero", "place", "time", "thing", "same_hero", "ended", "malformed", "contradictory_pages")


def judge_itself(judge: Judge, through, config: ModelConfig) -> dict:
    of = {"size": config.autoencoder.size, "knows": config.knows}
    return {
        "drawn": measure(judge, **of),
        "after_autoencoder": measure(judge, through=through, **of),
        "refuses_blobs": {
            "drawn": rejection(judge, **of),
            "after_autoencoder": rejection(judge, through=through, **of),
        },
    }


def shown_first(pictures: list[Painted]) -> list[Painted]:
    """The first picture of each of the first stories: a fixed list, not a choice."""
    first: dict[int, Painted] = {}
    for each in pictures:
        first.setdefault(each.story, each)
    return list(first.values())[:SHOWN]


def judge_stories(teller: Teller, judge: Judge, see, through, options: argparse.Namespace) -> dict:
    config, out, own = teller.config, options.out, ARMS["own"]
    knows, asked = config.knows, held_out_prompts(options.stories, config.knows)
    told = told_by_arm("own", teller, options.stories, options.compared)

    def tell(prompts: Sequence[str]) -> list[Told]:
        limits, seeds = [4] * len(prompts), list(range(len(prompts)))
        return tell_many(teller.model(own), list(prompts), limits, seeds, config.denoising)

    perfect = [simulated(a, seed, knows, config.autoencoder.size) for seed, a in enumerate(asked)]
    pictures, ideal = painted(told, judge, knows), painted(perfect, judge, knows)
    shares = measure_texts(told, asked) | measure_pictures(pictures, knows)
    best = measure_texts(perfect, asked) | measure_pictures(ideal, knows)
    print({name: round(each.value, 3) for name, each in shares.items()}, flush=True)
    contact_sheet(shown_first(pictures), out / "contact-sheet.webp")
    repeated = {prompt: tell([prompt] * SEEDS) for prompt in REPEATED}
    unknown = tell(UNKNOWN)
    (out / "stories.md").write_text(document.stories_page(told[:10], unknown))
    (out / "all-stories.txt").write_text("\n\n".join(script(each) for each in told) + "\n")
    pages = [page for each in told for page in each.pages]
    return {
        "stories": len(told),
        "shares": {name: each.plain() for name, each in shares.items()},
        "simulator": {name: each.plain() for name, each in best.items()},
        "by_hero": by_hero(pictures),
        "distances": to_drawings(pictures, see, through),
        "diversity": {
            name: measure_diversity([" ".join(texts_of(each)) for each in stories])
            for name, stories in (("told", told), ("simulator", perfect))
        },
        "different_of_ten": {prompt: different(each) for prompt, each in repeated.items()},
        "unknown_ended": sum(each.ended == "story" for each in unknown),
        "unknown": len(unknown),
        "tokens_per_story": round(sum(page.tokens for page in pages) / len(told), 1),
        "pages_per_story": round(len(pages) / len(told), 2),
        "pictures_per_page": round(sum(page.picture is not None for page in pages) / len(pages), 3),
    }


def flat(report: dict) -> dict:
    """The report as one flat object: each measure of told stories a share with its interval."""
    judge, shares = report["judge"], report["told"]["shares"]
    named = {"text_hero": "main_figure"} | {name: name for name in (*FLAT, "feeling", "accessory") if name in shares}
    accuracy = {"drawn": judge["drawn"]["all"], "after_autoencoder": judge["after_autoencoder"]["all"]}
    return {
        "judge_accuracy": accuracy,
        **{name: shares[measure] for name, measure in named.items()},
        "stories": report["told"]["stories"],
    }


def judge_captions(judge: Judge, see, through, config: ModelConfig, options: argparse.Namespace) -> dict:
    pictures = from_captions(options.runs, judge, options.pictures, config.denoising, config)
    contact_sheet(pictures[:SHOWN], options.out / "captions-sheet.webp")
    return {
        "pictures": len(pictures),
        "shares": {name: each.plain() for name, each in measure_pictures(pictures, config.knows).items()},
        "by_hero": by_hero(pictures),
        "distances": to_drawings(pictures, see, through),
    }


def run(options: argparse.Namespace) -> dict:
    options.out.mkdir(parents=True, exist_ok=True)
    config = asked_of(options)
    judge, through = load(options.judge), restored(options.runs, config)
    net, see = networks(options.judge, judge)
    report = {
        "features": "judge" if net is None else "contrast",
        "model": options.model,
        "steps": config.denoising.steps,
        "guidance": config.denoising.guidance,
    }
    report["judge"] = judge_itself(judge, through, config)
    if not options.pictures_only:
        teller = Teller(options.runs, config)
        report["told"] = judge_stories(teller, judge, see, through, options)
    report["captions"] = judge_captions(judge, see, through, config, options)
    (options.out / "report.json").write_text(json.dumps(report, indent=1) + "\n")
    return report


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="interleaf judge", description=__doc__)
    parser.add_argument("--stories", type=int, default=300, help="held-out prompts")
    parser.add_argument("--pictures", type=int, default=160, help="held-out captions for the picture stage alone")
    parser.add_argument("--pictures-only", action="store_true", help="judge the picture stage alone")
    add_denoising(parser)
    parser.add_argument("--model", choices=MODELS, default="tiny", help="which is judged, by what it was taught")
    parser.add_argument("--runs", type=Path, help="the model's trainings; runs, or runs/next for the next model")
    parser.add_argument("--judge", type=Path, default=RUNS, help="the folder in which the judge was trained")
    parser.add_argument("--out", type=Path, help="folder for what was seen; judged, beside the trainings")
    parser.add_argument("--compared", type=Path, help="where told stories are kept; compared, beside the trainings")
    parser.add_argument("--json", type=Path, help="file for the measures as one JSON object")
    parser.add_argument("--report", type=Path, help="the docs folder whose evaluation.md is to be filled in")
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args(argv)
    options.runs = options.runs or (RUNS / "next" if options.model == "next" else RUNS)
    options.out = options.out or options.runs / "judged"
    options.compared = options.compared or options.runs / "compared"
    if (options.report or options.json) and options.pictures_only:
        parser.error("--report and --json need the stories; leave out --pictures-only.")
    try:
        how = asked_of(options).denoising
    except ValueError as error:
        parser.error(str(error))
    if min(options.stories, options.pictures, how.steps) < 2:
        parser.error("--stories, --pictures and --steps must each be at least 2.")
    torch.set_num_threads(options.threads)
    found = run(options)
    print(document.numbers(found) if not options.pictures_only else json.dumps(found, indent=1))
    if options.json:
        options.json.write_text(json.dumps(flat(found)) + "\n")
    if options.report:
        document.write(found, options.out, options.runs, options.report)
