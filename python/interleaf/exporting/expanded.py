"""Convolutions that are fetched in fewer bits than ONNX Runtime reads: fewer bytes on the way, the same arithmetic.

A stored file in 8 bits holds, weight by weight, the float16 scales of its rows (output channels) and then its rows as
int8; each value is scale times step. A stored file in 16 bits holds float16 values. The browser expands either while it
arrives, to float16 or to float32; nothing stands between the weights. The manifest's `expand` says which it is.
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


def expand(stored: bytes, told: dict) -> bytes:
    """What the browser makes of a stored file. told: the manifest's `expand`."""
    to = "<f4" if told.get("to") == "float32" else "<f2"
    if "rows" not in told:
        return np.frombuffer(stored, "<f2").astype(to).tobytes()
    expanded, at = [], 0
    for rows, columns in told["rows"]:
        scales = np.frombuffer(stored, "<f2", rows, at).astype(np.float32)
        steps = np.frombuffer(stored, np.int8, rows * columns, at + 2 * rows).reshape(rows, columns)
        expanded.append((steps * scales[:, None]).astype(to).tobytes())
        at += rows * (2 + columns)
    return b"".join(expanded)


class Expanded:
    """Writes `<stem>.conv.<i>.data`, stored, and refers to what it becomes."""

    def __init__(self, folder: Path, stem: str, bits: int = 8, wide: bool = False, file_bytes: int = FILE_BYTES):
        """bits: of what is stored, 8 or 16; wide: whether it becomes float32."""
        self.folder, self.stem, self.bits, self.wide = folder, f"{stem}.conv", bits, wide
        self.file_bytes = file_bytes
        self.shapes: dict[str, list[tuple[int, int]]] = {}  # by path
        self.grown = 0  # bytes of the last file once it is expanded
        self.known: dict[bytes, tuple[str, int]] = {}  # digest -> file, offset once it is expanded

    def put(self, name: str, weight: np.ndarray) -> TensorProto:
        digest = hashlib.sha256(np.ascontiguousarray(weight).data).digest()
        if digest not in self.known:
            self.known[digest] = self.append(weight)
        path, offset = self.known[digest]
        kind = TensorProto.FLOAT if self.wide else TensorProto.FLOAT16
        return external(TensorProto(name=name, data_type=kind, dims=weight.shape), path, offset)

    def append(self, weight: np.ndarray) -> tuple[str, int]:
        bytes = (4 if self.wide else 2) * weight.size
        if not self.shapes or self.grown + bytes > self.file_bytes:
            path, self.grown = f"{self.stem}.{len(self.shapes)}.data", 0
            self.shapes[path] = []
            (self.folder / path).unlink(missing_ok=True)
        path, offset = next(reversed(self.shapes)), self.grown
        stored = in_rows(weight) if self.bits == 8 else [weight.astype(np.float16)]
        with open(self.folder / path, "ab") as file:
            file.writelines(array.tobytes() for array in stored)
        self.shapes[path].append((len(weight), weight[0].size))
        self.grown += bytes
        return path, offset

    def expansion(self, path: str) -> dict | None:
        """The manifest's `expand` of a file."""
        shapes = self.shapes.get(path)
        if not shapes:
            return None
        told = {"bytes": sum((4 if self.wide else 2) * rows * columns for rows, columns in shapes)}
        return told | ({"rows": shapes} if self.bits == 8 else {}) | ({"to": "float32"} if self.wide else {})
