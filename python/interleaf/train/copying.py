"""Exercises in copying. Words of random tokens, each said again and again in any order: nothing but an earlier place of
the same word tells how it goes on. From this a language model learns to look there (induction, Olsson et al. 2022)
within minutes. From stories alone, whose words are mostly known by heart, it takes far longer, and until then a name
that it never saw drifts from page to page."""

import torch
from torch.nn import functional as F

from interleaf.config import ModelConfig
from interleaf.train.layout import IGNORE

SEQUENCES, LENGTH = 4, 192
WORDS = 12  # of one sequence
PIECES = (2, 8)  # of a word: at least, and fewer than
SPECIAL = 4  # ids below are controls


def exercise(number: int, config: ModelConfig, seed: int) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """ids, labels and positions, each [SEQUENCES, LENGTH]. Labels are what follows within a word that was said before;
    positions begin anywhere in the context."""
    generator = torch.Generator().manual_seed(hash((seed, number)) % (1 << 60))

    def below(least: int, most: int) -> int:
        return int(torch.randint(least, most, (1,), generator=generator))

    size = config.voken_ids[0]
    ids = torch.randint(SPECIAL, size, (SEQUENCES, LENGTH), generator=generator)
    labels = torch.full((SEQUENCES, LENGTH), IGNORE)
    for row in range(SEQUENCES):
        words = [torch.randint(SPECIAL, size, (below(*PIECES),), generator=generator) for _ in range(WORDS)]
        at, said = 0, set()
        while at + len(word := words[which := below(0, WORDS)]) <= LENGTH:
            ids[row, at : at + len(word)] = word
            if which in said:
                labels[row, at : at + len(word) - 1] = word[1:]
            said.add(which)
            at += len(word) + below(0, 3)
    starts = torch.randint(config.language.context - LENGTH, (SEQUENCES, 1), generator=generator)
    return ids, labels, starts + torch.arange(LENGTH)


def copying_loss(language, number: int, config: ModelConfig, seed: int) -> torch.Tensor:
    """Mean cross entropy of an exercise's labels."""
    ids, labels, positions = (part.to(language.device) for part in exercise(number, config, seed))
    hidden = language.model(input_ids=ids, position_ids=positions, use_cache=False).last_hidden_state
    wanted = labels != IGNORE
    return F.cross_entropy(language.lm_head(hidden[wanted]).float(), labels[wanted])
