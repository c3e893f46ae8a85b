"""How much memory a graph takes while it is loaded on a GPU. Estimates, on the careful side."""

import math

import onnx
from onnx import TensorProto, helper

from interleaf.config import ModelConfig
from interleaf.exporting.nodes import Plain

POOLED = 1.5  # ONNX Runtime keeps freed buffers in sizes of its own
ROWS = 1024  # of the longest pass of the decoder, which is a story's past
GUIDED = 2  # samples at once


def tensor_bytes(tensor: TensorProto) -> int:
    return math.prod(tensor.dims) * helper.tensor_dtype_to_np_dtype(tensor.data_type).itemsize


def weight_bytes(model: onnx.ModelProto) -> dict[str, int]:
    """Of each weight once it is loaded, where those that are widened take their wide size."""
    sizes = {tensor.name: tensor_bytes(tensor) for tensor in model.graph.initializer}
    for node in model.graph.node:
        if node.op_type == "Cast" and node.input[0] in sizes:
            sizes[node.input[0]] *= 2
    return sizes


def activation_bytes(plain: Plain, element: int) -> tuple[int, int]:
    """(most at once, largest) of what a traced graph computes, in elements of so many bytes."""
    values = [*plain.shell.graph.value_info, *plain.shell.graph.input, *plain.shell.graph.output]
    sizes = {value.name: element * elements(value) for value in values}
    last = {name: at for at, node in enumerate(plain.shell.graph.node) for name in node.input}
    held = sum(sizes[value.name] for value in plain.shell.graph.input)
    most = held
    for at, node in enumerate(plain.shell.graph.node):
        held += sum(sizes.get(name, 0) for name in node.output)
        most = max(most, held)
        held -= sum(sizes.get(name, 0) for name in set(node.input) if last.get(name) == at)
    return most, max(sizes.values())


def elements(value: onnx.ValueInfoProto) -> int:
    return math.prod(dim.dim_value or GUIDED for dim in value.type.tensor_type.shape.dim)


def cache_bytes(config: ModelConfig, element: int) -> int:
    c = config.language
    return 2 * c.layers * c.context * c.width * element


def decoder_bytes(config: ModelConfig, element: int) -> tuple[int, int]:
    """(most at once with the key/value buffers, largest)."""
    c = config.language
    rows = min(ROWS, c.context)
    wide = rows * (4 * c.width + 4 * c.ffn) * element  # residuals, packed products, both halves of the gated layer
    return wide + cache_bytes(config, element), max(rows * c.ffn, c.context * c.width) * element
