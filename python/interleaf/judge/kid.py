"""Kernel inception distance: how far two sets of features are apart, unbiased at any sample size.

Bińkowski et al., "Demystifying MMD GANs" (2018): MMD² with k(x, y) = (x·y / d + 1)³, averaged over random subsets. Our
features are the judge's, so values compare only with values of the same judge.
"""

import torch
from torch import Tensor


def mmd2(a: Tensor, b: Tensor) -> float:
    """Unbiased MMD² of features a [m, d] and b [m, d] under the cubic polynomial kernel. May be slightly negative."""
    if len(a) != len(b) or len(a) < 2:
        raise ValueError(f"mmd2 needs two sets of one size of at least 2, got {len(a)} and {len(b)}.")
    m, width = a.shape
    a, b = a.double(), b.double()
    inside_a, inside_b, across = ((x @ y.T / width + 1) ** 3 for x, y in ((a, a), (b, b), (a, b)))  # each [m, m]
    within = inside_a.sum() - inside_a.trace() + inside_b.sum() - inside_b.trace()
    return float(within / (m * (m - 1)) - 2 * across.mean())


def kid(features_a: Tensor, features_b: Tensor, subsets: int = 50, size: int = 100, seed: int = 0):
    """Mean and standard deviation of MMD² over random subsets of `size` rows. features: [n, d], [m, d]."""
    size = min(size, len(features_a), len(features_b))
    generator = torch.Generator().manual_seed(seed)
    values = []
    for _ in range(subsets):
        rows_a = torch.randperm(len(features_a), generator=generator)[:size]
        rows_b = torch.randperm(len(features_b), generator=generator)[:size]
        values.append(mmd2(features_a[rows_a], features_b[rows_b]))
    values = torch.tensor(values, dtype=torch.float64)
    return float(values.mean()), float(values.std(correction=0))
