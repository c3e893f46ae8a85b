"""Stage `settle`: after the stage `story`, the voken mapper alone learns to say what the text encoder says of the true
caption. It is stage 2's alignment of captions without the rest: the language model stands still, so that its hidden
states of many given stories are computed once, and a step costs next to nothing."""

import argparse

import numpy as np
import torch

from interleaf.config import ModelConfig
from interleaf.model import Storyteller, load_storyteller
from interleaf.train import autoencoder, picture
from interleaf.train.batches import Stories
from interleaf.train.checkpoint import RUNS
from interleaf.train.loop import LoopConfig, Progress, device, fast_bfloat16, train
from interleaf.train.story import looked_at
from interleaf.train.vokens import gather
from interleaf.world.captions import caption

FIRST = 1 << 20  # number of the first batch of stories: none that the stage `story` had
TOLD, BATCH = 8, 128  # stories of a batch that is told; pictures of a step
PICTURES = 12_288  # that are heard of; for the toy a few
ZEROED = 0.05  # share of pictures whose vokens are nothing, and mean the empty caption


@torch.no_grad()
def heard(teller: Storyteller, model: ModelConfig, loop: LoopConfig, count: int) -> tuple[torch.Tensor, list[str]]:
    """What the language model has in mind at the vokens of `count` pictures of stories or a few more, [n, K, D], and
    the captions of what they mean."""
    vae = autoencoder.read(loop.runs, model)[0].to(device())
    stories = Stories(TOLD, model, loop.seed, workers=loop.workers)
    states, captions, number = [], [], FIRST
    while len(captions) < count:
        batch = stories(number).on(device())
        rng = np.random.default_rng((loop.seed, number))
        seen = [scene for each in batch.sequences for _, scene in each.sights]
        with torch.autocast(device().type, torch.bfloat16, enabled=fast_bfloat16()):
            soft = looked_at(seen, vae, teller.eyes, model, rng, restored=False)
            hidden, _ = teller(batch, teller.eyes.projection(soft))
        vokens, meant = gather(hidden, batch.sequences, model)
        states.append(vokens.half().cpu())
        captions += [caption(scene) for scene in meant]
        number += 1
    return torch.cat(states), captions


def remembered(teller: Storyteller, model: ModelConfig, loop: LoopConfig) -> dict:
    """The same, from the stage's folder if it is there: stage `story` clears it when it goes on."""
    path = loop.folder / "heard.pt"
    if not path.exists():
        loop.folder.mkdir(parents=True, exist_ok=True)
        states, captions = heard(teller, model, loop, 64 if model.name == "toy" else PICTURES)
        torch.save({"states": states, "captions": captions}, path)
    return torch.load(path, weights_only=True)


@torch.no_grad()
def targets(painter: picture.Painter, texts: list[str]) -> tuple[torch.Tensor, torch.Tensor]:
    """The text encoder's output of each different text, [m, L, C], and which is each one's, [n]."""
    different = sorted(set(texts))
    said = torch.cat([painter.encode(different[i : i + 256]) for i in range(0, len(different), 256)])
    places = {text: place for place, text in enumerate(different)}
    return said, torch.tensor([places[text] for text in texts])


def loss_of(mapper, states: torch.Tensor, said: torch.Tensor, of: torch.Tensor, rng: np.random.Generator):
    """states [n, K, D]; said [m, L, C]; of [n + 1]: the last is nothing's."""
    rows = torch.from_numpy(rng.integers(0, len(states), BATCH))
    nothing = torch.from_numpy(rng.random(BATCH) < ZEROED)
    given = (states[rows].float() * (~nothing)[:, None, None]).to(said.device)
    meant = said[torch.where(nothing, of[-1], of[rows])]
    return (mapper(given).float() - meant).square().mean()


class Settling(torch.nn.Module):
    """The mapper by the name that it has in the storyteller."""

    def __init__(self, teller: Storyteller):
        super().__init__()
        self.mapper = teller.mapper


def run(model: ModelConfig, loop: LoopConfig) -> float:
    torch.manual_seed(loop.seed)
    teller = load_storyteller(loop.runs, model, "story").eval().to(device())
    memory = remembered(teller, model, loop)
    said, of = targets(picture.read(loop.runs, model).to(device()), [*memory["captions"], ""])

    def step(net: Settling, progress: Progress):
        rng = np.random.default_rng((loop.seed, progress.batch))
        return loss_of(net.mapper, memory["states"], said, of, rng), {}

    return train(Settling(teller), step, loop)


def main(options: argparse.Namespace) -> None:
    loop = {"runs": RUNS} | options.loop
    run(options.model, LoopConfig("settle", lr=1e-3, decay=0.9, ema=0.99, **loop))
