"""A sample as one masked sequence of tokens with its pictures: what a step is computed from."""

from dataclasses import dataclass

import numpy as np
import torch
from tokenizers import Tokenizer

from interleaf.config import ModelConfig
from interleaf.data.pictures import painted, seen
from interleaf.data.sample import Sample, read_picture
from interleaf.train.layout import Sequence


class Unfit(ValueError):
    """Nothing can be learned from a sample: it is longer than the context, or its pictures are not those it names."""


@dataclass(frozen=True)
class Meant:
    """What the vokens of a sequence mean."""

    picture: torch.Tensor  # [3, h, w] in -1…1
    caption: str | None
    seed: tuple[int, ...]  # of this picture's noise


@dataclass(frozen=True)
class Teacher:
    """Makes sequences of samples."""

    config: ModelConfig
    tokenizer: Tokenizer

    def encode(self, text: str) -> list[int]:
        """Every <ImageHere> is Q tokens."""
        image, count = self.config.image_token, self.config.qformer.queries
        ids = self.tokenizer.encode(text, add_special_tokens=False).ids
        return [token for i in ids for token in ([image] * count if i == image else [i])]

    def sequence(self, sample: Sample, seed: tuple[int, ...]) -> Sequence:
        """<bos> source target. Only the target is labelled, and of the vokens only the first and the last, as
        published. seed: of which pictures are mirrored, and of the noise. Its `sights` hold pictures [3, s, s] for the
        ViT, its `vokens` a Meant.

        Raises Unfit, and OSError for a picture that cannot be read.
        """
        config, vokens = self.config, self.config.voken_ids
        head, target = [config.language.bos, *self.encode(sample.source)], self.encode(sample.target)
        if len(head) + len(target) > config.language.context:
            raise Unfit(f"{sample.name} has {len(head) + len(target)} tokens of at most {config.language.context}.")
        s, rng = Sequence(), np.random.default_rng(seed)
        s.add(target, s.add(head, 0, 0), 0)
        first = len(head) - 1  # the row that predicts the target's first token
        s.labels[first:-1] = [token if token not in vokens[1:-1] else -100 for token in target]
        images = [seen(read_picture(image), config.vision, flip=bool(rng.integers(2))) for image in sample.images]
        s.sights = list(zip(self._places(sample, head), images, strict=True))
        if sample.picture is not None:
            at = first + target.index(vokens[0])
            picture = painted(read_picture(sample.picture), config.autoencoder.size, flip=bool(rng.integers(2)))
            s.vokens.append((list(range(at, at + config.vokens)), Meant(picture, sample.caption, seed)))
        return s

    def _places(self, sample: Sample, ids: list[int]) -> list[int]:
        """The row of the first of Q <ImageHere>, for each picture that is seen."""
        rows = [row for row, token in enumerate(ids) if token == self.config.image_token]
        places = rows[:: self.config.qformer.queries]
        if len(places) != len(sample.images):
            raise Unfit(f"{sample.name} has {len(places)} <ImageHere> for {len(sample.images)} pictures.")
        return places
