"""`python -m interleaf judge`: tells stories for held-out prompts, measures them, and writes what was seen.

Writes REPORT.json, a contact sheet of the first 40 pictures and the stories themselves into --out.
"""

import argparse
import json
from pathlib import Path

import numpy as np
import torch

from interleaf.judge.classifier import features, load, measure, rejection
from interleaf.judge.kid import kid
from interleaf.judge.pictures import drawn, held_out_scenes
from interleaf.judge.stories import all_differ, held_out_prompts, painted
from interleaf.judge.stories import measure as measure_stories
from interleaf.tell import Told, tell_many
from interleaf.train import autoencoder
from interleaf.train.loop import RUNS
from interleaf.world.sheet import sheet

UNKNOWN = (
    "a zebra astronaut and her toaster", "robot", "umbrella", "Ein Igel im Regen", "una tortuga y su cometa", "hello?",
    "Tell me about a submarine that was afraid of bananas, and make it rhyme.", "asdf qwer zxcv",
    "My son is four and cannot sleep. He likes trains, dinosaurs and his grandmother. Tell him something gentle.", "😀",
)  # fmt: skip
SEEDS_PROMPTS = ("a rabbit", "an owl in the forest", "tell me a story")


def restored(runs: Path):
    """Pictures after the autoencoder: the best that any picture of this model can be."""
    vae, _ = autoencoder.read(runs)

    @torch.no_grad()
    def through(images: np.ndarray) -> np.ndarray:
        x = torch.from_numpy(images).permute(0, 3, 1, 2).float() / 127.5 - 1
        y = vae.decode(autoencoder.encode(vae, x)).sample.clamp(-1, 1)
        return ((y + 1) * 127.5).round().byte().permute(0, 2, 3, 1).numpy()

    return through


def script(told: Told) -> str:
    pages = []
    for page in told.pages:
        at = len(page.text) if page.offset is None else page.offset
        pages.append(f"{page.text[:at]}{'' if page.offset is None else ' ▣'}{page.text[at:]}")
    return "\n".join([f"> {told.prompt}", *pages, "(the end)" if told.ended == "story" else "(page limit)"])


def judge_model(model, runs: Path, out: Path, stories: int, steps: int, guidance: float) -> dict:
    out.mkdir(parents=True, exist_ok=True)
    judge, through = load(runs / "judge"), restored(runs)
    asked = held_out_prompts(stories)
    told = tell_many(
        model, [a.prompt for a in asked], [a.pages for a in asked], list(range(len(asked))), steps, guidance
    )
    pictures = painted(told, judge)
    shares = measure_stories(told, asked, pictures)
    seeds = {p: tell_many(model, [p] * 10, [4] * 10, list(range(10)), 1, guidance) for p in SEEDS_PROMPTS}
    unknown = tell_many(model, list(UNKNOWN), [4] * len(UNKNOWN), list(range(len(UNKNOWN))), steps, guidance)
    plain = drawn(held_out_scenes(len(pictures), seed=5))
    of = {"drawn": plain, "restored": through(plain), "painted": np.stack([p.picture for p in pictures])}
    found = {name: features(judge, images) for name, images in of.items()}
    report = {name: each.plain() for name, each in shares.items()} | {
        "judge_accuracy": {"plain": measure(judge), "restored": measure(judge, through=through)},
        "judge_refuses_blobs": rejection(judge),
        "kid_painted": round(kid(found["drawn"], found["painted"])[0], 5),
        "kid_autoencoder": round(kid(found["drawn"], found["restored"])[0], 5),
        "ten_seeds_differ": {prompt: all_differ(each) for prompt, each in seeds.items()},
        "stories": len(told),
        "steps": steps,
        "guidance": guidance,
    }
    first = pictures[:40]
    sheet(np.stack([p.picture for p in first]), 8, out / "contact-sheet.png")
    lines = [
        f"{i + 1}. {p.meant.hero}, {p.meant.place}, {p.meant.time}, {p.meant.thing or 'nothing'}"
        for i, p in enumerate(first)
    ]
    (out / "contact-sheet.txt").write_text("\n".join(lines) + "\n")
    (out / "stories.txt").write_text("\n\n".join(script(t) for t in told) + "\n")
    (out / "unknown.txt").write_text("\n\n".join(script(t) for t in unknown) + "\n")
    (out / "report.json").write_text(json.dumps(report, indent=1) + "\n")
    return report


def main(argv: list[str] | None = None) -> None:
    from interleaf.model import load_tiny

    parser = argparse.ArgumentParser(prog="interleaf judge", description=__doc__)
    parser.add_argument("--stories", type=int, default=120)
    parser.add_argument("--steps", type=int, default=12)
    parser.add_argument("--guidance", type=float, default=3.0)
    parser.add_argument("--runs", type=Path, default=RUNS)
    parser.add_argument("--out", type=Path, default=RUNS / "judged")
    parser.add_argument("--json", type=Path, help="also write the report here")
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args(argv)
    torch.set_num_threads(options.threads)
    found = judge_model(
        load_tiny(options.runs), options.runs, options.out, options.stories, options.steps, options.guidance
    )
    if options.json:
        options.json.write_text(json.dumps(found) + "\n")
    print(json.dumps(found, indent=1))
