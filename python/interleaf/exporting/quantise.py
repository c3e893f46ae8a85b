"""float32 graph -> q8f32: linear layers as 8-bit blocks, other large weights as float16 on disk. Arithmetic: float32.

MatMulNBits runs on wasm and WebGPU alike and needs no shader-f16. A float16 initialiser followed by Cast costs nothing
at run time: ONNX Runtime folds the Cast when it loads the graph.
"""

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

BLOCK = 32
SMALL = 1024  # weights with fewer elements stay float32: norms and biases


def quantise_blocks(weight: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(K, N) float32 -> (N, K / 32, 32) uint8 with zero point 128, and (N, K / 32) float32 scales."""
    blocks = weight.T.reshape(weight.shape[1], -1, BLOCK)
    scales = np.abs(blocks).max(axis=2) / 127
    steps = np.rint(blocks / np.where(scales == 0, 1, scales)[..., None])
    return (steps + 128).astype(np.uint8), scales.astype(np.float32)


def quantise(model: onnx.ModelProto) -> onnx.ModelProto:
    quantised = onnx.ModelProto()
    quantised.CopyFrom(model)
    graph = quantised.graph
    weights = {tensor.name: tensor for tensor in graph.initializer}
    nodes = []
    for node in graph.node:
        nodes.extend(linear_in_blocks(node, weights))
    casts = half_precision(nodes, weights)
    graph.ClearField("node")
    graph.node.extend(casts + nodes)
    used = {name for node in graph.node for name in node.input}
    graph.ClearField("initializer")
    graph.initializer.extend(tensor for name, tensor in weights.items() if name in used)
    # The tracer names every intermediate shape; the quantised graph no longer has all of them.
    graph.ClearField("value_info")
    if not any(opset.domain == "com.microsoft" for opset in quantised.opset_import):
        quantised.opset_import.append(helper.make_opsetid("com.microsoft", 1))
    return quantised


def linear_in_blocks(node, weights) -> list:
    """x @ W (MatMul) or x @ W.T + b (Gemm) becomes MatMulNBits, where W is a constant of whole blocks."""
    if node.op_type not in ("MatMul", "Gemm") or node.input[1] not in weights:
        return [node]
    weight = numpy_helper.to_array(weights[node.input[1]])
    attributes = {a.name: helper.get_attribute_value(a) for a in node.attribute}
    if attributes.get("transB"):
        weight = weight.T
    if weight.ndim != 2 or weight.size < SMALL or weight.shape[0] % BLOCK:
        return [node]
    name, (k, n) = node.input[1], weight.shape
    blocks, scales = quantise_blocks(weight)
    weights[f"{name}.q8"] = numpy_helper.from_array(blocks, f"{name}.q8")
    weights[f"{name}.scales"] = numpy_helper.from_array(scales.reshape(-1), f"{name}.scales")
    bias = node.input[2] if len(node.input) > 2 else ""
    product = f"{node.output[0]}.product" if bias else node.output[0]
    blocked = helper.make_node(
        "MatMulNBits",
        [node.input[0], f"{name}.q8", f"{name}.scales"],
        [product],
        name=f"{node.name}.q8",
        domain="com.microsoft",
        K=k,
        N=n,
        bits=8,
        block_size=BLOCK,
        accuracy_level=0,
    )
    if not bias:
        return [blocked]
    return [blocked, helper.make_node("Add", [product, bias], list(node.output), name=f"{node.name}.bias")]


def half_precision(nodes, weights) -> list:
    """Large float32 weights become float16 with a Cast that takes their old name. Returns the Casts."""
    casts = []
    used = {name for node in nodes for name in node.input}
    scales = {node.input[2] for node in nodes if node.op_type == "MatMulNBits"}
    for name in sorted((used & set(weights)) - scales):
        tensor = weights[name]
        if tensor.data_type != TensorProto.FLOAT or np.prod(tensor.dims) < SMALL:
            continue
        half = f"{name}.f16"
        weights[half] = numpy_helper.from_array(numpy_helper.to_array(tensor).astype(np.float16), half)
        del weights[name]
        casts.append(helper.make_node("Cast", [half], [name], name=f"{half}.cast", to=TensorProto.FLOAT))
    return casts
