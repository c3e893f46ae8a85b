"""Trains the judge and reads pictures with it. `python -m interleaf.judge.classifier --minutes 11`."""

import argparse
import json
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

from ..train.loop import RUNS, LoopConfig, Progress, load_weights
from ..train.loop import train as train_loop
from ..world.vocabulary import Scene
from .network import CLASSES, Judge, to_input
from .pictures import Mix, drawn, example, grey, held_out_scenes, without_hero


@dataclass(frozen=True)
class Training:
    batch: int = 32
    fresh: int = 16  # new pictures a step; the others of a batch were seen before, in another grey or mirrored
    kept: int = 1024  # pictures
    smoothing: float = 0.02


@dataclass(frozen=True)
class Reading:
    """What the judge sees: the scene (hero or thing None where nothing can be recognised) and its confidence 0…1."""

    scene: Scene
    confidence: dict[str, float]


def targets(scenes: list[Scene]) -> dict[str, torch.Tensor]:
    """Class indices [n] by kind."""
    return {kind: torch.tensor([names.index(getattr(s, kind)) for s in scenes]) for kind, names in CLASSES.items()}


def load(runs: Path = RUNS) -> Judge:
    """The trained judge, ready to read. FileNotFoundError where it has not been trained."""
    judge = Judge()
    try:
        load_weights(judge, "judge", runs)
    except FileNotFoundError as error:
        raise FileNotFoundError(
            f"{runs / 'judge'} has no weights. Run `python -m interleaf.judge.classifier` first."
        ) from error
    return judge.eval().requires_grad_(False)


@torch.no_grad()
def logits(judge: Judge, images: np.ndarray, batch: int = 64) -> dict[str, torch.Tensor]:
    """uint8 [n, h, w, 3] -> logits [n, classes] by kind."""
    parts = [judge(to_input(images[i : i + batch])) for i in range(0, len(images), batch)]
    return {kind: torch.cat([part[kind] for part in parts]) for kind in CLASSES}


@torch.no_grad()
def features(judge: Judge, images: np.ndarray, batch: int = 64) -> torch.Tensor:
    """uint8 [n, h, w, 3] -> [n, 256], the pooled features of both branches."""
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
    return {kind: round(float(hits.float().mean()), 4) for kind, hits in right.items()}


def measure(judge: Judge, count: int = 500, through: Callable[[np.ndarray], np.ndarray] | None = None) -> dict:
    """Accuracy on held-out drawings; through maps uint8 [n, 128, 128, 3] to the same, for instance an autoencoder."""
    scenes = held_out_scenes(count)
    images = drawn(scenes)
    return accuracy(judge, through(images) if through else images, [scene for scene, _ in scenes])


def rejection(judge: Judge, count: int = 300, through: Callable[[np.ndarray], np.ndarray] | None = None) -> float:
    """Share of held-out drawings with a blob of the hero's own colour in its place that are read as no hero."""
    images = without_hero(held_out_scenes(count))
    read_as = logits(judge, through(images) if through else images)["hero"].argmax(1)
    return round(float((read_as == len(CLASSES["hero"]) - 1).float().mean()), 4)


def loss_of(judge: Judge, pictures: list[np.ndarray], scenes: list[Scene], rng, config: Training):
    """Cross-entropy of all four answers, every picture in a grey of its own and mirrored half of the time."""
    turned = [picture[:, ::-1] if rng.random() < 0.5 else picture for picture in pictures]
    shapes = torch.from_numpy(np.stack([grey(picture, rng) for picture in turned]))[:, None].float() / 127.5 - 1
    answers, wanted = judge(to_input(np.stack(turned)), shapes), targets(scenes)
    losses = {k: F.cross_entropy(answers[k], wanted[k], label_smoothing=config.smoothing) for k in CLASSES}
    return sum(losses.values()), {kind: loss.item() for kind, loss in losses.items()}


def train(loop: LoopConfig, config: Training = Training(), mix: Mix = Mix()) -> float:  # noqa: B008
    """Leaves the judge in loop.folder, and goes on from the checkpoint there if there is one."""
    torch.manual_seed(loop.seed)
    seen: deque[tuple[np.ndarray, Scene]] = deque(maxlen=config.kept)

    def step(judge: Judge, progress: Progress):
        rng = np.random.default_rng((loop.seed, progress.step))
        seen.extend(example(rng, mix) for _ in range(config.fresh if seen else config.batch))
        newest = range(len(seen) - config.fresh, len(seen))
        older = rng.choice(len(seen) - config.fresh, config.batch - config.fresh, replace=False)
        pictures, scenes = zip(*(seen[int(i)] for i in (*newest, *older)), strict=True)
        return loss_of(judge, list(pictures), list(scenes), rng, config)

    def report(progress: Progress) -> None:
        judge = load(loop.runs)
        found = measure(judge, 200) | {"refuses_blobs": rejection(judge, 100)}
        (loop.folder / "accuracy.json").write_text(json.dumps(found) + "\n")
        print(f"judge, {progress.step} steps: {found}", flush=True)

    return train_loop(Judge(), step, loop, report)


def main() -> None:
    parser = argparse.ArgumentParser(prog="interleaf.judge.classifier", description=__doc__)
    parser.add_argument("--minutes", type=float, default=11)
    parser.add_argument("--runs", type=Path, default=RUNS)
    options = parser.parse_args()
    torch.set_num_threads(1)
    train(LoopConfig("judge", 2e-3, options.minutes, decay=0.6, ema=0.99, save_minutes=2, runs=options.runs))


if __name__ == "__main__":
    main()
