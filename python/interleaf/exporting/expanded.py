"""Convolutions in 8 bits on the way and float16 on arrival: half of the bytes to fetch, and none of the arithmetic.

A stored file holds, weight by weight, the float16 scales of its rows (output channels) and then its rows as int8. The
browser expands it while it arrives, and ONNX Runtime reads float16: each value is scale times step, rounded once. The
manifest's `expand` lists [rows, columns] of each weight, in order; nothing stands between them.
"""

import hashlib
from pathlib import Path

import numpy as np
from onnx import TensorProto

from interleaf.exporting.shards import FILE_BYTES, external


def in_rows(weight: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(O, …) -> (O,) float16 scales and (O, n) int8 steps."""
    rows = weight.reshape(len(weight), -1).astype(np.float32)
    scales = (np.abs(rows).max(axis=1) / 127).astype(np.float16)
    divisors = np.where(scales == 0, 1, scales).astype(np.float32)[:, None]
    return scales, np.rint(rows / divisors).clip(-127, 127).astype(np.int8)


def expand(stored: bytes, shapes: list[tuple[int, int]]) -> bytes:
    """What the browser makes of a stored file."""
    expanded, at = [], 0
    for rows, columns in shapes:
        scales = np.frombuffer(stored, "<f2", rows, at).astype(np.float32)
        steps = np.frombuffer(stored, np.int8, rows * columns, at + 2 * rows).reshape(rows, columns)
        expanded.append((steps * scales[:, None]).astype("<f2").tobytes())
        at += rows * (2 + columns)
    return b"".join(expanded)


class Expanded:
    """Writes `<stem>.conv.<i>.data`, stored, and refers to what it becomes."""

    def __init__(self, folder: Path, stem: str, file_bytes: int = FILE_BYTES):
        self.folder, self.stem, self.file_bytes = folder, f"{stem}.conv", file_bytes
        self.shapes: dict[str, list[tuple[int, int]]] = {}  # by path
        self.grown = 0  # bytes of the last file once it is expanded
        self.known: dict[bytes, tuple[str, int]] = {}  # digest -> file, offset once it is expanded

    def put(self, name: str, weight: np.ndarray) -> TensorProto:
        digest = hashlib.sha256(np.ascontiguousarray(weight).data).digest()
        if digest not in self.known:
            self.known[digest] = self.append(*in_rows(weight))
        path, offset = self.known[digest]
        return external(TensorProto(name=name, data_type=TensorProto.FLOAT16, dims=weight.shape), path, offset)

    def append(self, scales: np.ndarray, steps: np.ndarray) -> tuple[str, int]:
        if not self.shapes or self.grown + 2 * steps.size > self.file_bytes:
            path, self.grown = f"{self.stem}.{len(self.shapes)}.data", 0
            self.shapes[path] = []
            (self.folder / path).unlink(missing_ok=True)
        path, offset = next(reversed(self.shapes)), self.grown
        with open(self.folder / path, "ab") as file:
            file.write(scales.tobytes() + steps.tobytes())
        self.shapes[path].append(steps.shape)
        self.grown += 2 * steps.size
        return path, offset

    def expansion(self, path: str) -> dict | None:
        """The manifest's `expand` of a file."""
        shapes = self.shapes.get(path)
        return shapes and {"bytes": sum(2 * rows * columns for rows, columns in shapes), "rows": shapes}
