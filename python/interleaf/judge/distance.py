"""How far a set of pictures is from drawings: KID and FID, torchmetrics', on features of a network of this world.

Values compare only with values of the same network. Features are scaled so that the drawings' have a mean square of 1:
the cube in KID's kernel makes of large features nothing but noise. FID of few pictures is mostly the error of its
covariance, so it says something only beside the FID of as many drawings.
"""

import warnings

import torch
from torch import Tensor, nn


class AsTheyAre(nn.Module):
    """In the place of a feature network, for features that are there already."""

    def __init__(self, num_features: int):
        super().__init__()
        self.num_features = num_features

    def forward(self, features: Tensor) -> Tensor:
        return features


def kid(reference: Tensor, features: Tensor, subsets: int = 40, seed: int = 0) -> tuple[float, float]:
    """Mean and standard deviation of the unbiased squared MMD over random subsets of half of the rows. May be slightly
    negative. reference [n, d], features [m, d]."""
    from torchmetrics.image.kid import KernelInceptionDistance

    size = min(len(reference), len(features)) // 2
    if size < 2:
        raise ValueError(f"KID needs at least 4 pictures on each side, got {len(reference)} and {len(features)}.")
    with warnings.catch_warnings(), torch.random.fork_rng():
        warnings.simplefilter("ignore")
        torch.manual_seed(seed)
        metric = KernelInceptionDistance(AsTheyAre(reference.shape[1]), subsets=subsets, subset_size=size)
        metric.update(reference.double(), real=True)
        metric.update(features.double(), real=False)
        mean, deviation = metric.compute()
    return float(mean), float(deviation)


def fid(reference: Tensor, features: Tensor) -> float:
    """Fréchet distance between Gaussians with the means and covariances of both sets of rows."""
    from torchmetrics.image.fid import FrechetInceptionDistance

    metric = FrechetInceptionDistance(AsTheyAre(reference.shape[1])).set_dtype(torch.float64)
    metric.update(reference.double(), real=True)
    metric.update(features.double(), real=False)
    return float(metric.compute())


def distances(reference: Tensor, others: dict[str, Tensor]) -> dict[str, dict]:
    """{"kid": [mean, deviation], "fid": …} of every set of features to those of the drawings, by name."""
    scale = reference.double().square().mean().sqrt()
    reference = reference / scale
    return {
        name: {
            "kid": [round(value, 5) for value in kid(reference, features / scale)],
            "fid": round(fid(reference, features / scale), 4),
        }
        for name, features in others.items()
    }
