"""A float32 graph in one of the formats: linear layers in blocks, the rest float16, arithmetic as the format says.

MatMulNBits runs on wasm and WebGPU alike and needs no shader-f16. A float16 initialiser followed by Cast costs nothing
at run time: ONNX Runtime folds the Cast when it loads the graph.
"""

from collections.abc import Callable

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from interleaf.exporting.blocks import BLOCK, Blocks
from interleaf.exporting.formats import Q8F32, Format
from interleaf.exporting.half import in_half
from interleaf.exporting.nodes import Plain, Weight

SMALL = 1024  # weights with fewer elements stay float32: norms and biases
Put = Callable[[str, np.ndarray], TensorProto]


def quantise(model: onnx.ModelProto) -> onnx.ModelProto:
    """A small float32 model as q8f32, in memory. The given one is left as it is."""
    return compress(Plain.from_model(model), Q8F32, lambda name, array: numpy_helper.from_array(array, name))


def compress(plain: Plain, format: Format, put: Put) -> onnx.ModelProto:
    """put: stores a weight and returns how the graph refers to it. Weights are made one at a time, in its order."""
    model, weights = planned(plain, format)
    model.graph.initializer.extend(put(name, weight.make()) for name, weight in weights.items())
    return model


def planned(plain: Plain, format: Format) -> tuple[onnx.ModelProto, dict[str, Weight]]:
    """The graph without its weights, and those that it uses. None is made."""
    model = onnx.ModelProto()
    model.CopyFrom(plain.shell)
    weights = dict(plain.weights)
    nodes = transposed_weights(model.graph.node, weights)
    nodes = [
        made for node in nodes for made in linear(node, weights, format, 8 if node.name in plain.finer else format.bits)
    ]
    if format.half:
        nodes = in_half(model.graph, nodes, weights)
    elif not format.exact:
        nodes = half_precision(nodes, weights, format.widens) + nodes
    model.graph.ClearField("node")
    model.graph.node.extend(nodes)
    used = {name for node in nodes for name in node.input}
    # The tracer names every intermediate shape; the quantised graph no longer has all of them.
    model.graph.ClearField("value_info")
    if not any(opset.domain == "com.microsoft" for opset in model.opset_import):
        model.opset_import.append(helper.make_opsetid("com.microsoft", 1))
    return model, {name: weight for name, weight in weights.items() if name in used}


def transposed_weights(nodes, weights: dict[str, Weight]) -> list:
    """Without the nodes that only turn a matrix, which the tracer leaves where it is large."""
    kept = []
    for node in nodes:
        if node.op_type == "Transpose" and node.input[0] in weights and len(weights[node.input[0]].shape) == 2:
            weights[node.output[0]] = weights[node.input[0]].transposed
        else:
            kept.append(node)
    return kept


def linear(node, weights: dict[str, Weight], format: Format, bits: int | None) -> list:
    """x @ W (MatMul), x @ W.T + b (Gemm) and rows of W (Gather), where W is a constant. bits: of this one's blocks."""
    if node.op_type == "Gather" and node.input[0] in weights and format.table_bits:
        return [gathered(node, weights, format)]
    if node.op_type not in ("MatMul", "Gemm") or node.input[1] not in weights:
        return [node]
    weight = weights[node.input[1]]
    attributes = {a.name: helper.get_attribute_value(a) for a in node.attribute}
    rows = weight if attributes.get("transB") else weight.transposed  # (N, K)
    if len(rows.shape) != 2 or rows.size < SMALL:
        return [node]
    if format.bits is None or rows.shape[1] % BLOCK:
        return split(node, rows, weights, format)
    return in_blocks(node, rows, weights, format, bits)


def in_blocks(node, rows: Weight, weights: dict[str, Weight], format: Format, bits: int) -> list:
    name, (n, k) = node.input[1], rows.shape
    stored = Blocks(rows, bits, scale_dtype(format))
    weights[f"{name}.q{bits}"], weights[f"{name}.scales"] = stored.blocks, stored.scales
    bias = node.input[2] if len(node.input) > 2 else ""
    product = f"{node.output[0]}.product" if bias else node.output[0]
    blocked = helper.make_node(
        "MatMulNBits",
        [node.input[0], f"{name}.q{bits}", f"{name}.scales"],
        [product],
        name=f"{node.name}.q{bits}",
        domain="com.microsoft",
        K=k,
        N=n,
        bits=bits,
        block_size=BLOCK,
        accuracy_level=format.accuracy,
    )
    if not bias:
        return [blocked]
    return [blocked, helper.make_node("Add", [product, bias], list(node.output), name=f"{node.name}.bias")]


def gathered(node, weights: dict[str, Weight], format: Format) -> onnx.NodeProto:
    name, bits = node.input[0], format.table_bits
    count, width = weights[name].shape
    stored = Blocks(weights[name], bits, scale_dtype(format))
    weights[f"{name}.q{bits}"] = Weight(
        (count, width * bits // 8), np.dtype(np.uint8), lambda: stored.blocks.make().reshape(count, -1)
    )
    weights[f"{name}.scales"] = Weight(
        (count, width // BLOCK), stored.scale_dtype, lambda: stored.scales.make().reshape(count, -1)
    )
    return helper.make_node(
        "GatherBlockQuantized",
        [f"{name}.q{bits}", node.input[1], f"{name}.scales"],
        list(node.output),
        name=f"{node.name}.q{bits}",
        domain="com.microsoft",
        bits=bits,
        block_size=BLOCK,
        gather_axis=0,
        quantize_axis=1,
    )


def split(node, rows: Weight, weights: dict[str, Weight], format: Format) -> list:
    """A matrix that is too large to be bound at once becomes several, and their products are put side by side."""
    count = -(-rows.size * (2 if format.half else 4) // format.largest)
    if count == 1:
        return [node]
    if node.op_type != "MatMul":
        raise ValueError(f"{node.name}: {rows.shape} is larger than {format.largest} bytes and is no plain product.")
    edges = np.linspace(0, rows.shape[0], count + 1).astype(int)
    made, parts = [], []
    for i, (start, end) in enumerate(zip(edges, edges[1:], strict=False)):
        part, output = f"{node.input[1]}.{i}", f"{node.output[0]}.{i}"
        shape = (rows.shape[1], int(end - start))
        weights[part] = Weight(shape, rows.dtype, lambda start=start, end=end: rows.make()[start:end].T)
        made.append(helper.make_node("MatMul", [node.input[0], part], [output], name=f"{node.name}.{i}"))
        parts.append(output)
    return [*made, helper.make_node("Concat", parts, list(node.output), name=f"{node.name}.whole", axis=-1)]


def scale_dtype(format: Format):
    return np.float16 if format.half else np.float32


def half_precision(nodes, weights: dict[str, Weight], widens: bool) -> list:
    """Large float32 weights become float16 with a Cast that takes their old name. Returns the Casts. widens: but not
    those of convolutions, which are float32 again once they have arrived."""
    casts = []
    used = {name for node in nodes for name in node.input}
    scales = {node.input[2] for node in nodes if node.op_type in ("MatMulNBits", "GatherBlockQuantized")}
    for name in sorted((used & set(weights)) - scales):
        weight = weights[name]
        if not weight.is_float or weight.size < SMALL or (widens and len(weight.shape) == 4):
            continue
        half = f"{name}.f16"
        weights[half] = halved(weight)
        del weights[name]
        casts.append(helper.make_node("Cast", [half], [name], name=f"{half}.cast", to=TensorProto.FLOAT))
    return casts


def halved(weight: Weight) -> Weight:
    return Weight(weight.shape, np.dtype(np.float16), lambda: weight.make().astype(np.float16))
