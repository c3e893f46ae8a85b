"""Exercises in telling animals apart: a prompt that introduces some, and who is called what, asked in any order. In a
story two friends come up dozens of words apart, and a small model takes long to learn from that alone that a name
belongs to one of them; here everything hangs on it. Names are mostly made up, and some are typed without capitals."""

from random import Random

import torch

from interleaf.config import ModelConfig
from interleaf.stories import names, tokens
from interleaf.stories.corpus import BOS, EOS
from interleaf.stories.state import article
from interleaf.train.layout import Sequence, collate, text_loss, think
from interleaf.world.vocabulary import HEROES

GROUPS, LONGEST = 24, 96  # of one exercise; tokens of each, at most
MADE_UP, LOWER = 0.7, 0.2  # shares of names, of prompts
ANIMALS = (1, 2, 2, 3, 3, 4)
MENTIONS = 6
MET = "###Human: {who}###Who is who:"  # no story ever begins so
WAYS = ("{a} called {name}", "{a} named {name}", "{name} the {species}", "{name}, {a}")


def introduced(random: Random) -> tuple[str, list[tuple[str, str]]]:
    """ "a duck called Vivian, Tor the bear", and (species, name) of each."""
    count = random.choice(ANIMALS)
    found: dict[str, str] = {}
    for species in random.sample(HEROES, count):
        name = names.name(random, "train", share=MADE_UP)
        found |= {species: name} if name not in found.values() else {}
    said = [random.choice(WAYS).format(a=article(s), species=s, name=n) for s, n in found.items()]
    return random.choice((", ", " and ", ". ")).join(said), list(found.items())


def sequence(random: Random, config: ModelConfig) -> Sequence:
    """Labelled is what follows from the introduction: of " Tor the bear." all but the first token, of " The bear called
    Tor." what comes after "called"."""
    who, animals = introduced(random)
    s = Sequence()
    ids = [BOS, *tokens.encode(MET.format(who=who.lower() if random.random() < LOWER else who))]
    rows: list[int] = []
    for _ in range(MENTIONS):
        species, name = random.choice(animals)
        if random.random() < 0.5:
            free, said = [], tokens.encode(f" {name} the {species}.")
            at = next(i for i, token in enumerate(said) if tokens.load().id_to_token(token) != "Ġ") + 1
            free, said = said[:at], said[at:]
        else:
            free, said = tokens.encode(f" The {species} called"), tokens.encode(f" {name}.")
        rows += range(len(ids) + len(free), len(ids) + len(free) + len(said))
        ids += [*free, *said]
    s.add([*ids, EOS], 0, 0)
    for row in rows:
        s.labels[row - 1] = s.ids[row]
    return s


def exercise(number: int, config: ModelConfig, seed: int) -> list[Sequence]:
    random, found = Random(f"meeting {seed} {number}"), []
    while len(found) < GROUPS:
        one = sequence(random, config)
        if len(one.ids) <= LONGEST:
            found.append(one)
    return found


def meeting_loss(language, number: int, config: ModelConfig, seed: int, weights: torch.Tensor) -> torch.Tensor:
    """Mean cross entropy of an exercise's labels. weights [V]: how much each token counts."""
    batch = collate(exercise(number, config, seed), config).on(language.device)
    return text_loss(language, think(language, batch), batch, weights=weights)
