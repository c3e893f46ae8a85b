"""Fractions and differences that say how sure they are."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Share:
    """A fraction of a count, with its 95 % Wilson interval."""

    hits: int
    of: int

    @property
    def value(self) -> float:
        return self.hits / self.of if self.of else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        if not self.of:
            return 0.0, 1.0
        z, n, p = 1.96, self.of, self.value
        middle, reach = p + z * z / (2 * n), z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
        return (middle - reach) / (1 + z * z / n), (middle + reach) / (1 + z * z / n)

    def plain(self) -> dict:
        low, high = self.interval
        return {"value": round(self.value, 4), "low": round(low, 4), "high": round(high, 4), "of": self.of}


def share(hits: Iterable) -> Share:
    hits = [bool(hit) for hit in hits]
    return Share(sum(hits), len(hits))


@dataclass(frozen=True)
class Mean:
    """A mean with its 95 % interval."""

    value: float
    low: float
    high: float
    of: int  # stories

    def plain(self) -> dict:
        return {key: value if key == "of" else round(value, 4) for key, value in vars(self).items()}


def mean_of(values: Iterable[Iterable[float]], draws: int = 2000, seed: int = 0) -> Mean:
    """The mean of all values, grouped by story. Its interval is a bootstrap over stories: pictures of one story are
    alike, so counting each for itself would promise too much."""
    groups = [list(group) for group in values]
    groups = [group for group in groups if group]
    if not groups:
        return Mean(0.0, 0.0, 0.0, 0)
    sums, counts = np.array([sum(group) for group in groups], float), np.array([len(group) for group in groups])
    chosen = np.random.default_rng(seed).integers(len(groups), size=(draws, len(groups)))
    drawn = sums[chosen].sum(1) / counts[chosen].sum(1)
    low, high = np.quantile(drawn, (0.025, 0.975))
    return Mean(float(sums.sum() / counts.sum()), float(low), float(high), len(groups))
