"""A toy that nothing was taught, to try the published recipe on."""

from dataclasses import replace
from itertools import islice

import torch

from interleaf import parts
from interleaf.config import TOY, LoraConfig
from interleaf.data.lesson import Teacher
from interleaf.data.order import Share
from interleaf.stories import tokens
from interleaf.train import published
from interleaf.train.foundation import Foundation
from interleaf.train.layout import IGNORE
from interleaf.train.learner import Learner
from interleaf.train.picture import Painter
from interleaf.train.vokens import VokenLoss

SMALL = replace(TOY, lora=LoraConfig())  # the published additions


def foundation(seed: int = 0) -> Foundation:
    """Random weights: the same for the same seed."""
    torch.manual_seed(seed)
    built = [build(SMALL).eval() for build in (parts.language_model, parts.Eyes, Painter, parts.autoencoder)]
    return Foundation(SMALL, tokens.load(), *built)


def sequences(source, count: int):
    """The first `count` of a source."""
    return list(islice(source.sequences(Teacher(SMALL, tokens.load()).sequence, 0, Share()), count))


def losses(learner: Learner, few, config: VokenLoss = VokenLoss()):
    """The loss of a step that has these sequences alone, and its parts."""
    drawn = published.Drawn(
        [few], sum(label != IGNORE for s in few for label in s.labels), sum(len(s.vokens) for s in few)
    )
    return published.loss_of(learner, few, drawn, 1.0, config)
