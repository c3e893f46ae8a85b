"""Weights of linear layers as integers, in blocks of 32 along the inputs with one scale each: MatMulNBits' layout."""

import numpy as np

from interleaf.exporting.nodes import Weight

BLOCK = 32
ROWS = 256  # at once, so that what is worked on stays near the processor


def quantise_blocks(weight: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(K, N) float32 -> (N, K / 32, 32) uint8 with zero point 128, and (N, K / 32) float32 scales."""
    return eight_bits(weight.T, np.float32)


def eight_bits(rows: np.ndarray, scale_dtype) -> tuple[np.ndarray, np.ndarray]:
    """(N, K) -> (N, K / 32, 32) uint8 with zero point 128, and (N, K / 32) scales."""
    blocks = rows.reshape(len(rows), -1, BLOCK)
    scales = (np.abs(blocks).max(axis=2) / 127).astype(scale_dtype)
    steps = np.rint(blocks / divisor(scales))
    return (steps + 128).clip(0, 255).astype(np.uint8), scales


def four_bits(rows: np.ndarray, scale_dtype) -> tuple[np.ndarray, np.ndarray]:
    """(N, K) -> (N, K / 32, 16) uint8, the even element in the low half, with zero point 8; and (N, K / 32) scales."""
    parts = [nearest_four_bits(rows[at : at + ROWS], scale_dtype) for at in range(0, len(rows), ROWS)]
    return tuple(np.concatenate(each) for each in zip(*parts, strict=True))


def nearest_four_bits(rows: np.ndarray, scale_dtype) -> tuple[np.ndarray, np.ndarray]:
    """What is farthest from zero in a block becomes -8 steps, whatever its sign: of sixteen steps none is wasted.

    Or -8.5, cut to -8, where all of the block comes nearer by that: the squared error is 6 % less for it over all.
    """
    blocks = rows.reshape(len(rows), -1, BLOCK)
    farthest = np.abs(blocks).argmax(axis=2)[..., None]
    extremes = np.take_along_axis(blocks, farthest, axis=2)[..., 0]
    scales, steps, error = in_steps(blocks, (extremes / -8).astype(scale_dtype))
    other_scales, other_steps, other_error = in_steps(blocks, (extremes / -8.5).astype(scale_dtype))
    nearer = other_error < error
    scales = np.where(nearer, other_scales, scales)
    steps = np.where(nearer[..., None], other_steps, steps)
    return steps[..., 0::2] | steps[..., 1::2] << 4, scales


def in_steps(blocks: np.ndarray, scales: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The scales, steps 0…15 as uint8, and the squared error by block."""
    by = divisor(scales)
    steps = blocks / by
    np.rint(steps, out=steps)
    np.clip(steps, -8, 7, out=steps)
    far = steps * by
    far -= blocks
    steps += 8
    return scales, steps.astype(np.uint8), np.einsum("nbk,nbk->nb", far, far)


def divisor(scales: np.ndarray) -> np.ndarray:
    return np.where(scales == 0, 1, scales).astype(np.float32)[..., None]


class Blocks:
    """The two weights that one becomes. They are made together, when the first is asked for."""

    def __init__(self, rows: Weight, bits: int, scale_dtype=np.float32):
        """rows: (N, K), K a multiple of 32; bits: 4 or 8."""
        self.rows, self.bits, self.scale_dtype, self.kept = rows, bits, np.dtype(scale_dtype), None
        count, width = rows.shape
        self.blocks = Weight((count, width // BLOCK, BLOCK * bits // 8), np.dtype(np.uint8), self.make_blocks)
        self.scales = Weight((count * width // BLOCK,), self.scale_dtype, self.make_scales)

    def make(self) -> tuple[np.ndarray, np.ndarray]:
        return (eight_bits if self.bits == 8 else four_bits)(self.rows.make(), self.scale_dtype)

    def make_blocks(self) -> np.ndarray:
        blocks, self.kept = self.make()
        return blocks

    def make_scales(self) -> np.ndarray:
        scales = self.make()[1] if self.kept is None else self.kept
        self.kept = None
        return scales.reshape(-1)
