"""Stage `language`: the language model reads and tells stories. Sights and vokens are already laid out as later stages
and the runtime lay them out, but no picture is seen yet: the embedding of <ImageHere> stands in. Small heads read the
scene off the vokens' hidden states, so that the model keeps in mind what a picture will have to show; others read the
first scene off the end of the prompt, so that it begins with what was asked for. Beside each batch of stories stand one
of first pages, where most of what a prompt asks for is said and little else, and exercises: in copying (`copying.py`),
so that it keeps a name that it never saw, in listening to all of a prompt (`listening.py`), and in telling animals
apart (`meeting.py`)."""

import argparse
import re
from functools import cache

import torch
from torch import nn
from torch.nn import functional as F

from interleaf import parts
from interleaf.config import TINY, ModelConfig
from interleaf.stories import encode_prompt, tokens
from interleaf.stories.words import HIGH, NAMES
from interleaf.train.batches import Stories
from interleaf.train.checkpoint import RUNS, load_weights
from interleaf.train.copying import copying_loss
from interleaf.train.layout import IGNORE, Batch, mistaken_loss, text_loss, think
from interleaf.train.listening import listening_loss
from interleaf.train.loop import LoopConfig, Progress, train
from interleaf.train.meeting import meeting_loss
from interleaf.train.vokens import gather
from interleaf.world.vocabulary import ACCESSORIES, COLOURS, FEELINGS, HEROES, PLACES, THINGS, TIMES, Scene

BATCH, BEGINNINGS = 16, 32  # stories; first pages
SCENE = 0.3  # weight of the scene heads
MISTAKEN = 1.0  # of one figure or place of a story for another
BEGINNING, COPYING, LISTENING, MEETING = 0.5, 0.5, 0.3, 0.5  # weights of what stands beside the stories
PIECE = re.compile("[a-z]{2,}|Ġ[A-Z][a-z]{0,2}")  # inside a word; at the beginning of one
HOURS = ("sunny", "morning", "sunset", "evening", "night", "moon", "rain", "rainy")
PRONOUNS = ("he", "she", "him", "his", "her", "himself", "herself")
FIELDS = {
    "hero": HEROES,
    "place": PLACES,
    "time": TIMES,
    "thing": (None, *THINGS),
    "feeling": (None, *FEELINGS),
    "accessory": (None, *ACCESSORIES),
}
PROMPTS = ("a turtle with a kite on the beach", "a sad owl named Zorvik who lost her key", "a penguin in a red scarf",
           "eine Katze am Strand", "a zebra astronaut and her toaster", "a bear, a cake and the night")  # fmt: skip


@cache
def weights() -> torch.Tensor:
    """How much each token counts, [V]: ten times as much where it says who, six times where, when or with what, three
    times for pronouns and for pieces of words, which are mostly names'. Most tokens follow from their neighbours; these
    follow from the prompt and the pages before, which a small model learns last. "At" is one: after "in the" no castle
    can follow."""
    words = {
        "at",
        *PLACES,
        *HOURS,
        *THINGS,
        *FEELINGS,
        *COLOURS,
        "scarf",
        "hat",
        *(name.lower() for name in (*NAMES, *HIGH)),
    }
    vocabulary = tokens.load().get_vocab()
    found = torch.ones(len(vocabulary))
    for token, index in vocabulary.items():
        if token.startswith("Ġ") and token[1:].lower() in HEROES:
            found[index] = 10.0
        elif token.startswith("Ġ") and token[1:].lower() in words:
            found[index] = 6.0
        elif token.removeprefix("Ġ").lower() in PRONOUNS or PIECE.fullmatch(token):
            found[index] = 3.0
    return found


def heads(width: int) -> nn.ModuleDict:
    return nn.ModuleDict({field: nn.Linear(width, len(values)) for field, values in FIELDS.items()})


def naming_loss(heads: nn.ModuleDict, states: torch.Tensor, scenes: list[Scene]) -> torch.Tensor:
    """Mean cross entropy of what the heads read in states [n, width], over all fields of the scenes."""
    losses = []
    for field, values in FIELDS.items():
        meant = torch.tensor([values.index(getattr(scene, field)) for scene in scenes], device=states.device)
        losses.append(F.cross_entropy(heads[field](states), meant))
    return torch.stack(losses).mean()


class Reader(nn.Module):
    """The language model, and heads that name the scene of a picture from its K hidden states [n, K, D], and the first
    scene of a story from the last hidden state of its prompt [D]."""

    def __init__(self, config: ModelConfig):
        super().__init__()
        self.language = parts.language_model(config)
        width = config.language.width
        self.heads, self.first = heads(config.vokens * width), heads(width)

    def scene_loss(self, hidden: torch.Tensor, batch: Batch, config: ModelConfig) -> torch.Tensor:
        states, scenes = gather(hidden, batch.sequences, config)
        return naming_loss(self.heads, states.flatten(1), scenes)

    def first_loss(self, hidden: torch.Tensor, batch: Batch) -> torch.Tensor:
        asked = [b for b, s in enumerate(batch.sequences) if s.vokens]
        ends = (batch.labels[asked] != IGNORE).int().argmax(1)  # the row that predicts the first token of page 1
        return naming_loss(self.first, hidden[asked, ends], [batch.sequences[b].vokens[0][1] for b in asked])


def read(runs, config: ModelConfig = TINY):
    language = parts.language_model(config)
    load_weights(language, "language", runs, prefix="language.")
    return language.eval()


def loss_of(reader: Reader, progress: Progress, config: ModelConfig, stories: Stories, beginnings: Stories):
    language, number, seed = reader.language, progress.batch, stories.seed
    batch = stories(number).on(language.device)
    hidden = think(language, batch)
    counts = weights().to(hidden.device)
    loss = text_loss(language, hidden, batch, weights=counts)
    mistaken = mistaken_loss(language, hidden, batch)
    scene = reader.scene_loss(hidden, batch, config)
    pages = beginnings(number).on(language.device)
    asked = think(language, pages)
    begun = text_loss(language, asked, pages, weights=counts)
    first = (reader.first_loss(hidden, batch) + reader.first_loss(asked, pages)) / 2
    copied = copying_loss(language, number, config, seed)
    heard = listening_loss(language, number, config, seed, counts)
    met = meeting_loss(language, number, config, seed, counts)
    total = loss + MISTAKEN * mistaken + SCENE * (scene + first)
    total = total + BEGINNING * begun + COPYING * copied + LISTENING * heard + MEETING * met
    parts = {"text": loss, "mistaken": mistaken, "scene": scene, "begun": begun, "first": first}
    parts |= {"copied": copied, "heard": heard, "met": met}
    return total, {name: part.item() for name, part in parts.items()}


@torch.no_grad()
def continuation(language, ids: list[int], config: ModelConfig, seed: int, most: int = 400) -> list[int]:
    """A quick look, without pictures: [IMG0] is followed by the other vokens, ### by the next page's head, as told."""
    generator = torch.Generator().manual_seed(seed)
    pages, page, out = 4, 1, list(ids)
    forbidden = [*config.voken_ids[1:], config.image_token]
    cache, feed = None, torch.tensor([out])
    while len(out) < len(ids) + most:
        result = language(input_ids=feed, past_key_values=cache, use_cache=True)
        cache, logits = result.past_key_values, result.logits[0, -1] / 0.8
        logits[forbidden] = -torch.inf
        token = int(torch.multinomial(logits.softmax(-1), 1, generator=generator))
        fed = [token]
        if token == config.voken_ids[0]:
            fed = list(config.voken_ids)
        elif token == tokens.load().token_to_id("###"):
            page += 1
            fed += tokens.encode(f"{page}/{pages}:")
        out += fed
        if token == config.language.eos or page > pages:
            break
        feed = torch.tensor([fed])
    return out


def report(model: ModelConfig, loop: LoopConfig) -> None:
    language = read(loop.runs, model)
    lines = []
    for seed, prompt in enumerate(PROMPTS):
        ids = continuation(language, encode_prompt(prompt, 4), model, seed)
        lines.append(
            tokens.load().decode(ids, skip_special_tokens=False).replace("".join(f"[IMG{k}]" for k in range(8)), "▣")
        )
    (loop.folder / "samples.txt").write_text("\n\n".join(lines) + "\n")


def run(model: ModelConfig, loop: LoopConfig) -> float:
    torch.manual_seed(loop.seed)
    stories = Stories(BATCH, model, loop.seed, workers=loop.workers)
    beginnings = Stories(BEGINNINGS, model, loop.seed + 1, first=True, workers=loop.workers)
    return train(
        Reader(model),
        lambda net, progress: loss_of(net, progress, model, stories, beginnings),
        loop,
        lambda _: report(model, loop),
    )


def main(options: argparse.Namespace) -> None:
    loop = {"runs": RUNS} | options.loop
    run(options.model, LoopConfig("language", lr=2e-3, warmup=150, decay=0.6, muon=2.0, save_minutes=4, **loop))
