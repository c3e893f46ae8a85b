"""Trains the judge and reads pictures with it. `python -m interleaf.judge.classifier --out python/runs/judge`."""

import argparse
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from tqdm import tqdm

from ..world.vocabulary import Scene
from .network import CLASSES, Judge, to_input
from .pictures import Mix, broken, drawn, example, held_out_scenes, pieces


@dataclass(frozen=True)
class Training:
    steps: int = 1500
    batch: int = 48
    rate: float = 2e-3
    save_every: int = 150


@dataclass(frozen=True)
class Reading:
    """What the judge sees: the scene (hero or thing None where nothing can be recognised) and its confidence 0…1."""

    scene: Scene
    confidence: dict[str, float]


def targets(scenes: list[Scene]) -> dict[str, torch.Tensor]:
    """Class indices [n] by kind."""
    return {kind: torch.tensor([names.index(getattr(s, kind)) for s in scenes]) for kind, names in CLASSES.items()}


def load(path: str | Path) -> Judge:
    """The trained judge of a folder such as python/runs/judge, ready to read."""
    judge = Judge()
    judge.load_state_dict(torch.load(Path(path) / "judge.pt", map_location="cpu", weights_only=True))
    return judge.eval()


@torch.no_grad()
def logits(judge: Judge, images: np.ndarray, batch: int = 64) -> dict[str, torch.Tensor]:
    """uint8 [n, h, w, 3] -> logits [n, classes] by kind."""
    parts = [judge(to_input(images[i : i + batch])) for i in range(0, len(images), batch)]
    return {kind: torch.cat([part[kind] for part in parts]) for kind in CLASSES}


@torch.no_grad()
def features(judge: Judge, images: np.ndarray, batch: int = 64) -> torch.Tensor:
    """uint8 [n, h, w, 3] -> [n, 352], the pooled shape and scene features."""
    parts = [torch.cat(judge.trunks(to_input(images[i : i + batch])), 1) for i in range(0, len(images), batch)]
    return torch.cat(parts)


def read(judge: Judge, images: np.ndarray) -> list[Reading]:
    """One reading per picture."""
    chances = {kind: rows.softmax(1).max(1) for kind, rows in logits(judge, images).items()}
    return [
        Reading(
            Scene(**{kind: names[chances[kind].indices[i]] for kind, names in CLASSES.items()}),
            {kind: float(chances[kind].values[i]) for kind in CLASSES},
        )
        for i in range(len(images))
    ]


def accuracy(judge: Judge, images: np.ndarray, scenes: list[Scene]) -> dict[str, float]:
    """Share of pictures read as their scene, for each kind and for all four together."""
    wanted = targets(scenes)
    right = {kind: rows.argmax(1) == wanted[kind] for kind, rows in logits(judge, images).items()}
    right["all"] = torch.stack(list(right.values())).all(0)
    return {kind: float(hits.float().mean()) for kind, hits in right.items()}


def measure(judge: Judge, count: int = 1000, through: Callable[[np.ndarray], np.ndarray] | None = None) -> dict:
    """Accuracy on held-out drawings; through maps uint8 [n, 128, 128, 3] to the same, for instance an autoencoder."""
    scenes = held_out_scenes(count)
    images = drawn(scenes)
    if through:
        images = np.concatenate([through(images[i : i + 32]) for i in range(0, count, 32)])
    return accuracy(judge, images, [scene for scene, _ in scenes])


def rejection(judge: Judge, count: int = 500, seed: int = 1) -> float:
    """Share of held-out drawings with a broken hero in its own colours that the judge reads as no hero."""
    rng, images = np.random.default_rng(seed), []
    scenes = held_out_scenes(count)
    for i, (scene, layout) in enumerate(scenes):
        background, actors = pieces(scene, layout)
        stranger = next(s for s, _ in scenes[i + 1 :] + scenes if s.hero != scene.hero)
        picture = background.copy()
        for kind, (patch, corner) in actors.items():
            if kind == "hero":
                patch = broken(patch, pieces(stranger, layout)[1]["hero"][0], rng)
            if patch is not None:
                picture.paste(patch, corner, patch)
        images.append(np.asarray(picture))
    read_as = logits(judge, np.stack(images))["hero"].argmax(1)
    return float((read_as == len(CLASSES["hero"]) - 1).float().mean())


def train(out: Path, training: Training, mix: Mix) -> Judge:
    """Trains from the last checkpoint in out, if there is one, and leaves judge.pt there."""
    out.mkdir(parents=True, exist_ok=True)
    judge, start = Judge(), 0
    optimiser = torch.optim.AdamW(judge.parameters(), training.rate, weight_decay=0.02)
    checkpoint = out / "checkpoint.pt"
    if checkpoint.exists():
        saved = torch.load(checkpoint, map_location="cpu", weights_only=True)
        judge.load_state_dict(saved["judge"])
        optimiser.load_state_dict(saved["optimiser"])
        start = saved["step"]
    bar = tqdm(range(start, training.steps), initial=start, total=training.steps, mininterval=5, ascii=True)
    for step in bar:
        rng = np.random.default_rng((7, step))  # the same pictures whether resumed or not
        images, scenes = zip(*(example(rng, mix) for _ in range(training.batch)), strict=True)
        wanted = targets(list(scenes))
        rate = training.rate * min(1, (step + 1) / 100) * 0.5 * (1 + np.cos(np.pi * step / training.steps))
        for group in optimiser.param_groups:
            group["lr"] = rate
        answers = judge.train()(to_input(np.stack(images)))
        losses = {kind: F.cross_entropy(answers[kind], wanted[kind], label_smoothing=0.02) for kind in CLASSES}
        optimiser.zero_grad()
        sum(losses.values()).backward()
        optimiser.step()
        if step % 20 == 0:
            bar.set_postfix({kind: f"{loss.item():.2f}" for kind, loss in losses.items()}, refresh=False)
        if (step + 1) % training.save_every == 0 or step + 1 == training.steps:
            state = {"judge": judge.state_dict(), "optimiser": optimiser.state_dict(), "step": step + 1}
            torch.save(state, checkpoint.with_suffix(".part"))
            checkpoint.with_suffix(".part").replace(checkpoint)
    torch.save(judge.state_dict(), out / "judge.pt")
    return judge.eval()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=Training.steps)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(0)
    began = time.monotonic()
    judge = train(arguments.out, Training(steps=arguments.steps), Mix())
    report = {"minutes": (time.monotonic() - began) / 60, **measure(judge), "rejects_broken_heroes": rejection(judge)}
    (arguments.out / "report.json").write_text(json.dumps(report, indent=1))
    print(report)


if __name__ == "__main__":
    main()
