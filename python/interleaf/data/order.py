"""In which order samples are taught: shuffled, divided among processes, and the same after a resume."""

import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count, islice
from pathlib import Path
from random import Random

import torch
from torch.utils.data import DataLoader, IterableDataset, get_worker_info

from interleaf.data import cc3m
from interleaf.data.lesson import Unfit
from interleaf.data.sample import Sample
from interleaf.train.layout import Sequence

Make = Callable[[Sample, tuple[int, ...]], Sequence]  # Teacher.sequence
TRIES = 10
NEAR = 1000  # samples of shards that are shuffled together


@dataclass(frozen=True)
class Share:
    """One of `of` processes, from 0: which part of the samples it takes."""

    number: int = 0
    of: int = 1

    def divided(self, number: int, of: int) -> "Share":
        return Share(self.number + self.of * number, self.of * of)


class Listed:
    """Samples of a list: position p of the training is the same sample for any number of processes. Each epoch has an
    order of its own."""

    def __init__(self, samples: list[Sample], seed: int):
        if not samples:
            raise ValueError("There is no sample to learn from. Is this the right file?")
        self.samples, self.seed = samples, seed
        self._epoch, self._order = -1, None

    def __len__(self) -> int:
        return len(self.samples)

    def at(self, position: int) -> Sample:
        epoch, place = divmod(position, len(self))
        if epoch != self._epoch:
            generator = torch.Generator().manual_seed(self.seed * 1_000_003 + epoch)
            self._epoch, self._order = epoch, torch.randperm(len(self), generator=generator)
        return self.samples[self._order[place]]

    def sequences(self, make: Make, start: int, share: Share) -> Iterator[Sequence]:
        for position in count(start + share.number, share.of):
            yield self._made(make, position)

    def _made(self, make: Make, position: int) -> Sequence:
        """Of the sample there, or of the next that can be read."""
        failures = []
        for further in range(TRIES):
            sample = self.at(position + further)
            try:
                return make(sample, (self.seed, position))
            except (OSError, Unfit) as error:
                failures.append(error)
                warnings.warn(f"{sample.name} is left out: {error}", stacklevel=2)
        raise RuntimeError(f"{TRIES} samples in a row cannot be learned from. The last: {failures[-1]}")


class Shards:
    """CC3M's shards, read from end to end. Each process reads its own; a resume begins at other shards."""

    def __init__(self, paths: list[Path], seed: int):
        self.paths, self.seed = paths, seed

    def sequences(self, make: Make, start: int, share: Share) -> Iterator[Sequence]:
        if len(self.paths) < share.of:
            raise ValueError(
                f"{len(self.paths)} shards cannot be divided among {share.of} readers (processes × workers)."
            )
        number, near = count(), Random(f"{self.seed} {start} {share.number}")
        for epoch in count():
            paths = list(self.paths)
            Random(f"{self.seed} {start} {epoch}").shuffle(paths)
            mine, made = paths[share.number :: share.of], 0
            for sample in _shuffled(cc3m.of_shards(mine, near), near):
                try:
                    yield make(sample, (self.seed, start, share.number, next(number)))
                    made += 1
                except (OSError, Unfit) as error:
                    warnings.warn(f"{sample.name} is left out: {error}", stacklevel=2)
            if not made:
                raise RuntimeError(f"There is nothing to learn from in {', '.join(path.name for path in mine)}.")


def _shuffled(samples: Iterator[Sample], random: Random) -> Iterator[Sample]:
    while group := list(islice(samples, NEAR)):
        random.shuffle(group)
        yield from group


class _Stream(IterableDataset):
    def __init__(self, source: Listed | Shards, make: Make, start: int, share: Share):
        self.source, self.make, self.start, self.share = source, make, start, share

    def __iter__(self) -> Iterator[Sequence]:
        worker = get_worker_info()
        share = self.share.divided(worker.id, worker.num_workers) if worker else self.share
        return self.source.sequences(self.make, self.start, share)


def stream(source: Listed | Shards, make: Make, start: int, share: Share, workers: int = 0) -> Iterator[Sequence]:
    """Without an end. start: the position of the training. workers: processes that read ahead; the loader takes from
    them in turns, so that the order of a list does not depend on them."""
    return iter(DataLoader(_Stream(source, make, start, share), batch_size=None, num_workers=workers))
