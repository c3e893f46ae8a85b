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
# They would make float32 of nothing that is float32.
UNKNOWN = ("Constant", "ConstantOfShape", "Range", "EyeLike", "RandomNormal", "RandomUniform", "DequantizeLinear")


def in_half(graph: onnx.GraphProto, nodes: list, weights: dict[str, Weight]) -> list:
    """The nodes in float16. Changes the types of weights and of the key/value buffers."""
    for node in nodes:
        if node.op_type in UNKNOWN:
            raise ValueError(f"{node.name}: what {node.op_type} becomes in float16 is not written down. Add it.")
    before, renamed = enter(graph)
    after = leave(graph, renamed)
    exact = exact_nodes(nodes)
    made = []
    for node in nodes:
        if node.name in exact:
            made.append(node)
            continue
        changed = onnx.NodeProto()
        changed.CopyFrom(node)
        for at, name in enumerate(node.input):
            if at in ALWAYS_FLOAT32.get(node.op_type, ()):
                continue
            if name in exact.values():
                cast = f"{name}.half"
                if cast not in renamed.values():
                    made.append(helper.make_node("Cast", [name], [cast], name=cast, to=TensorProto.FLOAT16))
                    renamed[cast] = cast
                changed.input[at] = cast
            elif name in weights and weights[name].is_float:
                changed.input[at] = half_weight(name, weights)
            else:
                changed.input[at] = renamed.get(name, name)
        for at, name in enumerate(node.output):
            changed.output[at] = renamed.get(name, name)
        widen = next((a for a in changed.attribute if a.name == "to" and a.i == TensorProto.FLOAT), None)
        if node.op_type == "Cast" and widen:
            widen.i = TensorProto.FLOAT16
        made.append(changed)
    return before + made + after


def half_weight(name: str, weights: dict[str, Weight]) -> str:
    weight, half = weights[name], f"{name}.f16"
    if half not in weights:
        weights[half] = Weight(weight.shape, np.dtype(np.float16), lambda: weight.make().astype(np.float16))
    return half


def enter(graph: onnx.GraphProto) -> tuple[list, dict[str, str]]:
    """Casts of the inputs, and what is called otherwise from there on."""
    casts, renamed = [], {}
    for value in graph.input:
        kind = value.type.tensor_type
        if kind.elem_type != TensorProto.FLOAT or value.name in EXACT:
            continue
        if value.name.startswith(CACHES):
            kind.elem_type = TensorProto.FLOAT16
            continue
        renamed[value.name] = f"{value.name}.half"
        casts.append(
            helper.make_node(
                "Cast", [value.name], [renamed[value.name]], name=renamed[value.name], to=TensorProto.FLOAT16
            )
        )
    return casts, renamed


def leave(graph: onnx.GraphProto, renamed: dict[str, str]) -> list:
    casts = []
    for value in graph.output:
        if value.name.startswith(CACHES):
            value.type.tensor_type.elem_type = TensorProto.FLOAT16
            continue
        renamed[value.name] = f"{value.name}.half"
        name = f"{value.name}.whole"
        casts.append(helper.make_node("Cast", [renamed[value.name]], [value.name], name=name, to=TensorProto.FLOAT))
    return casts


def exact_nodes(nodes: list) -> dict[str, str]:
    """Names of the nodes between EXACT inputs and the first products, and of what they give."""
    values, found = set(EXACT), {}
    for node in nodes:
        if node.op_type not in PRODUCTS and any(name in values for name in node.input):
            values.update(node.output)
            found.update({node.name: node.output[0]})
    return found
