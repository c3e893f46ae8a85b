"""`python -m interleaf.train.settle --minutes 5`: after the stage `story`, the voken mapper alone learns to say what
the text encoder says of the true caption. It is stage 2's alignment of captions without the rest: the language model
stands still, so that its hidden states of many given stories are computed once, and a step costs next to nothing.
Leaves the mapper in the weights of the stage `story`."""

import argparse
import time
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file, save_file

from interleaf.config import ModelConfig
from interleaf.model import Storyteller, load_storyteller
from interleaf.train import autoencoder, picture
from interleaf.train.batches import stories
from interleaf.train.loop import RUNS
from interleaf.train.story import looked_at
from interleaf.train.vokens import gather
from interleaf.world.captions import caption
from interleaf.world.vocabulary import Scene

FIRST = 1 << 20  # number of the first batch of stories: none that the stage `story` had
TOLD, BATCH = 8, 128  # stories of a batch that is told; pictures of a step
ZEROED = 0.05  # share of pictures whose vokens are nothing, and mean the empty caption


@torch.no_grad()
def heard(teller: Storyteller, vae, model: ModelConfig, minutes: float, seed: int) -> tuple[torch.Tensor, list[Scene]]:
    """What the language model has in mind at the vokens of as many stories as there is time for: [n, K, D], and what
    each means."""
    states, scenes, until, number = [], [], time.time() + 60 * minutes, FIRST
    while time.time() < until or not states:
        batch = stories(number, TOLD, model, seed)
        rng = np.random.default_rng((seed, number))
        soft = looked_at([s for each in batch.sequences for _, s in each.sights], vae, teller.eyes, model, rng, False)
        with torch.autocast("cpu", torch.bfloat16):
            hidden, _ = teller(batch, teller.eyes.projection(soft))
        vokens, meant = gather(hidden.float(), batch.sequences, model)
        states.append(vokens)
        scenes += meant
        number += 1
    return torch.cat(states), scenes


@torch.no_grad()
def targets(painter: picture.Painter, scenes: list[Scene]) -> torch.Tensor:  # [n + 1, L, C]; the last: nothing
    texts = [*(caption(scene) for scene in scenes), ""]
    return torch.cat([painter.encode(texts[i : i + 256]) for i in range(0, len(texts), 256)])


def settle(mapper, vokens: torch.Tensor, wanted: torch.Tensor, minutes: float, lr: float, seed: int) -> float:
    """vokens [n, K, D]; wanted [n + 1, L, C]. Returns the last mean squared distance."""
    rng, optimizer = np.random.default_rng(seed), torch.optim.AdamW(mapper.parameters(), lr=lr, weight_decay=0.01)
    begun, mean, step, seen = time.time(), 0.0, 0, 0.0
    while seen < 1:
        for group in optimizer.param_groups:
            group["lr"] = lr * min(1, (step + 1) / 100) * (1 - 0.98 * seen)
        rows = torch.from_numpy(rng.integers(0, len(vokens), BATCH))
        given, meant = vokens[rows], wanted[rows]
        nothing = torch.from_numpy(rng.random(BATCH) < ZEROED)
        given = given * (~nothing)[:, None, None]
        meant = torch.where(nothing[:, None, None], wanted[-1], meant)
        with torch.autocast("cpu", torch.bfloat16):
            said = mapper(given)
        loss = (said.float() - meant).square().mean()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(mapper.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
        mean, step = (loss.item() if step == 0 else 0.98 * mean + 0.02 * loss.item()), step + 1
        seen = (time.time() - begun) / 60 / minutes
        if step % 100 == 0:
            print(f"{step} steps: {mean:.4f}", flush=True)
    return mean


def run(model: ModelConfig, runs: Path, minutes: float, telling: float, seed: int = 1) -> float:
    torch.manual_seed(seed)
    teller = load_storyteller(runs, model, "story").eval()
    vae, _ = autoencoder.read(runs, model)
    vokens, scenes = heard(teller, vae, model, telling, seed)
    print(f"{len(scenes)} pictures of told stories", flush=True)
    wanted = targets(picture.read(runs, model), scenes)
    mean = settle(teller.mapper.train(), vokens, wanted, minutes, 1e-3, seed)
    path = runs / "story" / "weights.safetensors"
    weights = load_file(path) | {f"mapper.{name}": w.detach() for name, w in teller.mapper.state_dict().items()}
    save_file({name: w.contiguous() for name, w in weights.items()}, path)
    return mean


def main(argv: list[str] | None = None) -> None:
    from interleaf.train.__main__ import MODELS

    parser = argparse.ArgumentParser(prog="interleaf.train.settle", description=__doc__)
    parser.add_argument("--minutes", type=float, default=5.0)
    parser.add_argument("--telling", type=float, default=3.0, help="minutes in which stories are told beforehand")
    parser.add_argument("--model", choices=MODELS, default="tiny")
    parser.add_argument("--runs", type=Path, default=RUNS)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args(argv)
    torch.set_num_threads(options.threads)
    print(f"{run(MODELS[options.model], options.runs, options.minutes, options.telling):.4f}")


if __name__ == "__main__":
    main()
