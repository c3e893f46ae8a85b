"""Arithmetic in float16, with float32 inputs and outputs."""

import numpy as np
import onnx
from onnx import TensorProto, helper

from interleaf.exporting.nodes import Weight

PRODUCTS = ("MatMul", "Gemm", "MatMulNBits", "Conv")
# A number up to 1000 times a frequency, and its sine: float16 knows it to the nearest half only.
EXACT = ("timestep",)
# Stay float16 on both sides of the graph: a story's memory would be twice as large.
CACHES = ("past_key_values.", "present.")
# Inputs that are float32 whatever the arithmetic.
ALWAYS_FLOAT32 = {"Resize": (1, 2)}
# They could make float32 out of nothing that is float32.
UNKNOWN = ("Constant", "ConstantOfShape", "Range", "EyeLike", "RandomNormal", "RandomUniform", "DequantizeLinear")


def in_half(graph: onnx.GraphProto, nodes: list, weights: dict[str, Weight]) -> list:
    """The nodes in float16. Adds weights in float16, and changes the type of the key/value buffers."""
    if unknown := [node.name for node in nodes if node.op_type in UNKNOWN]:
        raise ValueError(f"What these become in float16 is not written down: {', '.join(unknown)}.")
    entered, narrowed = enter(graph)
    left = leave(graph)
    exact, until = exact_nodes(nodes)
    made = [cast(name, f"{name}.half", TensorProto.FLOAT16) for name in entered]
    for node in nodes:
        if node.name in exact:
            made.append(node)
            made += [cast(name, f"{name}.half", TensorProto.FLOAT16) for name in node.output if name in until]
        else:
            made.append(narrow(node, weights, narrowed | until | left))
    return made + [cast(f"{name}.half", name, TensorProto.FLOAT) for name in sorted(left)]


def narrow(node, weights: dict[str, Weight], renamed: set[str]):
    changed = onnx.NodeProto()
    changed.CopyFrom(node)
    for at, name in enumerate(node.input):
        if name in weights:
            if weights[name].is_float and at not in ALWAYS_FLOAT32.get(node.op_type, ()):
                changed.input[at] = half_weight(name, weights)
        elif name in renamed:
            changed.input[at] = f"{name}.half"
    for at, name in enumerate(node.output):
        if name in renamed:
            changed.output[at] = f"{name}.half"
    for attribute in changed.attribute:
        if node.op_type == "Cast" and attribute.name == "to" and attribute.i == TensorProto.FLOAT:
            attribute.i = TensorProto.FLOAT16
    return changed


def half_weight(name: str, weights: dict[str, Weight]) -> str:
    weight, half = weights[name], f"{name}.f16"
    weights[half] = Weight(weight.shape, np.dtype(np.float16), lambda: weight.make().astype(np.float16))
    return half


def cast(name: str, to: str, kind: int):
    return helper.make_node("Cast", [name], [to], name=f"{to}.cast", to=kind)


def enter(graph: onnx.GraphProto) -> tuple[list[str], set[str]]:
    """Inputs that are cast."""
    names = []
    for value in graph.input:
        kind = value.type.tensor_type
        if value.name.startswith(CACHES):
            kind.elem_type = TensorProto.FLOAT16
        elif kind.elem_type == TensorProto.FLOAT and value.name not in EXACT:
            names.append(value.name)
    return names, set(names)


def leave(graph: onnx.GraphProto) -> set[str]:
    """Outputs that are cast."""
    for value in graph.output:
        if value.name.startswith(CACHES):
            value.type.tensor_type.elem_type = TensorProto.FLOAT16
    return {value.name for value in graph.output if not value.name.startswith(CACHES)}


def exact_nodes(nodes: list) -> tuple[set[str], set[str]]:
    """Names of the nodes between EXACT inputs and the first products, and of the values that are multiplied there."""
    values, found, until = set(EXACT), set(), set()
    for node in nodes:
        touched = {name for name in node.input if name in values}
        if not touched:
            continue
        if node.op_type in PRODUCTS:
            until |= touched
        else:
            values.update(node.output)
            found.add(node.name)
    return found, until
