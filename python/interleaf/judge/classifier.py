"""Trains the judge and reads pictures with it. `python -m interleaf.judge.classifier --minutes 15`."""

import argparse
import json
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

from ..config import Knowledge
from ..train.checkpoint import RUNS, load_weights
from ..train.loop import LoopConfig, Progress
from ..train.loop import train as train_loop
from ..world.vocabulary import Scene
from .broken import grey
from .known import EVERYTHING, fields, within
from .network import CLASSES, UNTAUGHT, Judge, scene_of, to_input
from .pictures import Lesson, Mix, drawn, example, held_out_scenes, without_hero

Through = Callable[[np.ndarray], np.ndarray]  # uint8 [n, s, s, 3] -> the same


@dataclass(frozen=True)
class Training:
    batch: int = 32
    fresh: int = 16  # new pictures a step; the others of a batch were seen before, in another grey or mirrored
    kept: int = 1024  # pictures
    smoothing: float = 0.02
    where: float = 0.5  # weight of finding what is worn


def targets(taught: list[dict[str, int]]) -> dict[str, torch.Tensor]:
    """Class indices [n] by kind."""
    return {kind: torch.tensor([each[kind] for each in taught]) for kind in CLASSES}


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
    """uint8 [n, h, w, 3] -> [n, 472], the pooled features of all branches."""

    def of(few: np.ndarray) -> torch.Tensor:
        found = judge.trunks(to_input(few))
        return torch.cat([found[branch] for branch in ("shape", "worn", "colour", "light")], 1)

    return torch.cat([of(images[i : i + batch]) for i in range(0, len(images), batch)])


def read(judge: Judge, images: np.ndarray) -> list[Scene]:
    """What the judge sees: a scene per picture, its hero or thing None where nothing can be recognised."""
    classes = {kind: rows.argmax(1).tolist() for kind, rows in logits(judge, images).items()}
    return [scene_of({kind: classes[kind][i] for kind in CLASSES}) for i in range(len(images))]


def accuracy(seen: list[Scene], scenes: list[Scene], knows: Knowledge = EVERYTHING) -> dict[str, float]:
    """Share of pictures read as their scene, for each field that is known and for all together; `felt` and `worn` count
    only pictures in which something is felt or worn."""
    pairs = [(within(a, knows), b) for a, b in zip(seen, scenes, strict=True)]
    hits = {kind: [getattr(a, kind) == getattr(b, kind) for a, b in pairs] for kind in fields(knows)}
    hits["all"] = [a == b for a, b in pairs]
    if "feeling" in hits:
        hits["felt"] = [a.feeling == b.feeling for a, b in pairs if b.feeling]
    if "accessory" in hits:
        hits["worn"] = [a.accessory == b.accessory for a, b in pairs if b.accessory]
    return {kind: round(sum(found) / max(len(found), 1), 4) for kind, found in hits.items()}


def known_scenes(count: int, knows: Knowledge) -> list[tuple[Scene, int]]:
    """Held-out scenes, without what the model that draws them does not know."""
    return [(within(scene, knows), seed) for scene, seed in held_out_scenes(count)]


def measure(
    judge: Judge,
    count: int = 500,
    through: Through | None = None,
    size: int = 256,
    knows: Knowledge = EVERYTHING,
) -> dict:
    """Accuracy on held-out drawings of this size; through maps them to the same, for instance an autoencoder."""
    scenes = known_scenes(count, knows)
    images = drawn(scenes, size)
    return accuracy(read(judge, through(images) if through else images), [scene for scene, _ in scenes], knows)


def rejection(
    judge: Judge,
    count: int = 300,
    through: Through | None = None,
    size: int = 256,
    knows: Knowledge = EVERYTHING,
) -> float:
    """Share of held-out drawings with a blob of the hero's own colour in its place that are read as no hero."""
    images = without_hero(known_scenes(count, knows), size=size)
    seen = read(judge, through(images) if through else images)
    return round(sum(scene.hero is None for scene in seen) / count, 4)


def finding_loss(where: torch.Tensor, cloths: np.ndarray) -> torch.Tensor:
    """Minus the logarithm of the share of attention that lies on what is worn; where [n, cells] in logarithms, cloths
    [n, cells] bool. 0 where nothing is worn."""
    worn = torch.from_numpy(cloths.any(1))
    on_cloth = where.masked_fill(~torch.from_numpy(cloths), -torch.inf)[worn].logsumexp(1)
    return -on_cloth.mean() if worn.any() else where.sum() * 0


def loss_of(judge: Judge, lessons: list[Lesson], rng, config: Training):
    """Cross-entropy of all answers, every picture in a grey of its own and mirrored half of the time."""
    turned = [lesson.mirrored() if rng.random() < 0.5 else lesson for lesson in lessons]
    pictures = np.stack([lesson.picture for lesson in turned])
    shapes = torch.from_numpy(np.stack([grey(picture, rng) for picture in pictures]))[:, None].float() / 127.5 - 1
    found, wanted = judge(to_input(pictures), shapes), targets([lesson.taught for lesson in turned])
    losses = {
        kind: F.cross_entropy(found[kind], wanted[kind], ignore_index=UNTAUGHT, label_smoothing=config.smoothing)
        for kind in CLASSES
        if (wanted[kind] != UNTAUGHT).any()
    }
    where = finding_loss(found["where"], np.stack([lesson.cloth.ravel() for lesson in turned]))
    parts = {kind: loss.item() for kind, loss in losses.items()}
    return sum(losses.values()) + config.where * where, parts | {"where": where.item()}


def train(loop: LoopConfig, config: Training = Training(), mix: Mix = Mix()) -> float:
    """Leaves the judge in loop.folder, and goes on from the checkpoint there if there is one."""
    torch.manual_seed(loop.seed)
    seen: deque[Lesson] = deque(maxlen=config.kept)

    def step(judge: Judge, progress: Progress):
        rng = np.random.default_rng((loop.seed, progress.step))
        seen.extend(example(rng, mix) for _ in range(config.fresh if seen else config.batch))
        newest = range(len(seen) - config.fresh, len(seen))
        older = rng.choice(len(seen) - config.fresh, config.batch - config.fresh, replace=False)
        return loss_of(judge, [seen[int(i)] for i in (*newest, *older)], rng, config)

    def report(progress: Progress) -> None:
        judge = load(loop.runs)
        found = measure(judge, 200) | {"refuses_blobs": rejection(judge, 100)}
        (loop.folder / "accuracy.json").write_text(json.dumps(found) + "\n")
        print(f"judge, {progress.step} steps: {found}", flush=True)

    return train_loop(Judge(), step, loop, report)


def main() -> None:
    parser = argparse.ArgumentParser(prog="interleaf.judge.classifier", description=__doc__)
    parser.add_argument("--minutes", type=float, default=15)
    parser.add_argument("--runs", type=Path, default=RUNS)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    train(LoopConfig("judge", 2e-3, options.minutes, decay=0.6, ema=0.99, save_minutes=2, runs=options.runs))


if __name__ == "__main__":
    main()
