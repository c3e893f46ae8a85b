"""Weights of a graph in files beside it, each small enough to be fetched, kept and handed on as a whole."""

import hashlib
import math
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

FILE_BYTES = 512_000_000
TENSOR_BYTES = 128 << 20  # what every WebGPU device can bind at once
INSIDE = 1024  # tensors of fewer bytes stand in the graph itself
ALIGNED = 64


class Shards:
    """Writes `<stem>.<i>.data` in a folder. The same weight of two graphs is written once."""

    def __init__(self, folder: Path, stem: str, file_bytes: int = FILE_BYTES, tensor_bytes: int = TENSOR_BYTES):
        self.folder, self.stem, self.file_bytes, self.tensor_bytes = folder, stem, file_bytes, tensor_bytes
        self.paths: list[str] = []
        self.used = 0  # bytes of the last file
        self.known: dict[bytes, tuple[str, int]] = {}  # digest -> file, offset

    def put(self, name: str, array: np.ndarray) -> TensorProto:
        """Raises ValueError for a tensor that no default device could bind."""
        array = np.ascontiguousarray(array)
        if array.nbytes > self.tensor_bytes:
            raise ValueError(f"{name} has {array.nbytes} bytes; a tensor may have {self.tensor_bytes}. Split it.")
        if array.nbytes < INSIDE:
            return numpy_helper.from_array(array, name)
        tensor = TensorProto(name=name, data_type=helper.np_dtype_to_tensor_dtype(array.dtype), dims=array.shape)
        digest = hashlib.sha256(array.data).digest()
        if digest not in self.known:
            self.known[digest] = self.append(array)
        return external(tensor, *self.known[digest])

    def append(self, array: np.ndarray) -> tuple[str, int]:
        offset = -(-self.used // ALIGNED) * ALIGNED
        if not self.paths or offset + array.nbytes > self.file_bytes:
            self.paths.append(f"{self.stem}.{len(self.paths)}.data")
            (self.folder / self.paths[-1]).unlink(missing_ok=True)
            offset = 0
        with open(self.folder / self.paths[-1], "ab") as file:
            file.write(b"\0" * (offset - file.tell()))
            file.write(array.data)
        self.used = offset + array.nbytes
        return self.paths[-1], offset


def external(tensor: TensorProto, path: str, offset: int) -> TensorProto:
    """The tensor with its data in a file. Its type and shape say how many bytes."""
    tensor.data_location = TensorProto.EXTERNAL
    length = math.prod(tensor.dims) * helper.tensor_dtype_to_np_dtype(tensor.data_type).itemsize
    for key, value in (("location", path), ("offset", offset), ("length", length)):
        tensor.external_data.add(key=key, value=str(value))
    return tensor


def data_files(model: onnx.ModelProto) -> list[str]:
    entries = (entry for tensor in model.graph.initializer for entry in tensor.external_data)
    return sorted({entry.value for entry in entries if entry.key == "location"})
