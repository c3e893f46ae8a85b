"""Philox4x32-10: random numbers from a counter, the same in Python, TypeScript and WGSL (docs/contract.md, Randomness).

Salmon et al., "Parallel random numbers: as easy as 1, 2, 3" (SC 2011). A number is a function of where it is used.
"""

import numpy as np

MULTIPLIERS = (np.uint64(0xD2511F53), np.uint64(0xCD9E8D57))
WEYL = (np.uint32(0x9E3779B9), np.uint32(0xBB67AE85))
LOW = np.uint64(0xFFFFFFFF)
SHIFT = np.uint64(32)


def philox4x32(counter, key, rounds: int = 10):  # (..., 4) uint32, (2,) uint32 -> (..., 4) uint32
    c = np.asarray(counter, np.uint32)
    c0, c1, c2, c3 = (c[..., i] for i in range(4))
    k0, k1 = np.asarray(key, np.uint32)
    with np.errstate(over="ignore"):
        for _ in range(rounds):
            left, right = MULTIPLIERS[0] * c0.astype(np.uint64), MULTIPLIERS[1] * c2.astype(np.uint64)
            high0, low0 = (left >> SHIFT).astype(np.uint32), (left & LOW).astype(np.uint32)
            high1, low1 = (right >> SHIFT).astype(np.uint32), (right & LOW).astype(np.uint32)
            c0, c1, c2, c3 = high1 ^ c1 ^ k0, low1, high0 ^ c3 ^ k1, low0
            k0, k1 = k0 + WEYL[0], k1 + WEYL[1]
    return np.stack([c0, c1, c2, c3], axis=-1)


def words(seed: int, stream: int, indices):  # (n,) -> (n, 4) uint32
    counter = np.zeros((*np.shape(indices), 4), np.uint32)
    counter[..., 0] = indices
    return philox4x32(counter, (seed, stream))


def to_uniform(word):  # uint32 -> float64 strictly between 0 and 1
    return (word >> np.uint32(8)) * 2.0**-24 + 2.0**-25


def uniform(seed: int, stream: int, index: int) -> float:
    return float(to_uniform(words(seed, stream, index)[0]))


def normals(seed: int, stream: int, shape) -> np.ndarray:  # float32, computed in float64
    count = int(np.prod(shape))
    u = to_uniform(words(seed, stream, np.arange(-(-count // 4))))  # (ceil(count / 4), 4)
    radius, angle = np.sqrt(-2 * np.log(u[:, 0::2])), 2 * np.pi * u[:, 1::2]  # (., 2)
    pairs = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=-1)  # (., 2, 2)
    return pairs.reshape(-1)[:count].reshape(shape).astype(np.float32)


def page_stream(page: int) -> int:
    return 2 * page


def picture_stream(page: int) -> int:
    return 2 * page + 1


def step_stream(page: int, step: int) -> int:
    """Of the noise that step `step` (1-based) adds to a page's picture, where its sampler adds any."""
    return picture_stream(page) + 65536 * step
