"""Exercises in listening: a prompt, and in one plain sentence what it asks for. A story takes up what was asked for
here and there on its pages, among hundreds of other words, and each prompt costs a whole story; an exercise asks for
all of it at once, and is drawn in no time."""

from random import Random

import torch

from interleaf.config import ModelConfig
from interleaf.stories import neutral, tokens
from interleaf.stories.corpus import EOS
from interleaf.stories.prompts import prompt_for
from interleaf.stories.state import Facts, article
from interleaf.train.layout import Sequence, collate, text_loss, think
from interleaf.world.captions import PLACE_PHRASES, TIME_PHRASES

PROMPTS, LONGEST = 24, 64  # of one exercise; tokens of each, at most
ASKED = "###Human: {prompt}###Asked for:"  # no story ever begins so


def wanted(facts: Facts) -> str:
    """ "a sad turtle called Zorvik in a red scarf, an owl, a kite, on the beach, at night": what is asked for alone."""
    who = article(f"{facts.feeling} " * bool(facts.feeling) + (facts.hero or "animal"))
    who += f" called {facts.name}" * bool(facts.name) + f" in a {facts.accessory}" * bool(facts.accessory)
    others = [article(word) for word in (facts.friend, facts.thing) if word]
    where, when = PLACE_PHRASES.get(facts.place), TIME_PHRASES.get(facts.time)
    somebody = any((facts.hero, facts.feeling, facts.name, facts.accessory))
    return ", ".join([*([who] if somebody else []), *others, *(part for part in (where, when) if part)]) or "anything"


def sequence(prompt: str, facts: Facts, config: ModelConfig) -> Sequence:
    s = Sequence()
    head = [config.language.bos, *tokens.encode(ASKED.format(prompt=neutral(prompt)))]
    said = [*tokens.encode(f" {wanted(facts)}"), EOS]
    s.add([*head, *said], 0, 0)
    s.labels[len(head) - 1 : -1] = said
    return s


def exercise(number: int, config: ModelConfig, seed: int) -> list[Sequence]:
    random, found = Random(f"listening {seed} {number}"), []
    while len(found) < PROMPTS:
        facts, describe = prompt_for(random, None, "train")
        one = sequence(describe(None), facts, config)
        if len(one.ids) <= LONGEST:
            found.append(one)
    return found


def listening_loss(language, number: int, config: ModelConfig, seed: int, weights: torch.Tensor) -> torch.Tensor:
    """Mean cross entropy of an exercise's sentences. weights [V]: how much each token counts."""
    batch = collate(exercise(number, config, seed), config).on(language.device)
    return text_loss(language, think(language, batch), batch, weights=weights)
