"""A graph while it is made: nodes, and weights that are made when they are written, one at a time."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import onnx
import torch
from onnx import helper, numpy_helper

OPSETS = [helper.make_opsetid("", 18), helper.make_opsetid("com.microsoft", 1)]


@dataclass(frozen=True)
class Weight:
    """A constant of a graph. make gives the array each time anew, so that no more of a model is held than is in use."""

    shape: tuple[int, ...]
    dtype: np.dtype
    make: Callable[[], np.ndarray]

    @classmethod
    def of(cls, array: np.ndarray) -> "Weight":
        return cls(array.shape, array.dtype, lambda: array)

    @classmethod
    def float32(cls, shape: tuple[int, ...], make: Callable[[], torch.Tensor]) -> "Weight":
        return cls(tuple(shape), np.dtype(np.float32), lambda: make().detach().float().contiguous().numpy())

    @property
    def size(self) -> int:
        return int(np.prod(self.shape))

    @property
    def is_float(self) -> bool:
        return self.dtype == np.float32

    @property
    def transposed(self) -> "Weight":
        return Weight(self.shape[::-1], self.dtype, lambda: self.make().T)


@dataclass
class Plain:
    """A float32 graph: a model without its weights, and the weights by name."""

    shell: onnx.ModelProto
    weights: dict[str, Weight] = field(default_factory=dict)
    finer: frozenset[str] = frozenset()  # products whose matrix keeps 8 bits where others have 4

    @classmethod
    def from_model(cls, model: onnx.ModelProto) -> "Plain":
        def lazy(tensor: onnx.TensorProto) -> Weight:
            dtype = helper.tensor_dtype_to_np_dtype(tensor.data_type)
            return Weight(tuple(tensor.dims), np.dtype(dtype), lambda: numpy_helper.to_array(tensor))

        shell = onnx.ModelProto()
        shell.CopyFrom(model)
        shell.graph.ClearField("initializer")
        return cls(shell, {tensor.name: lazy(tensor) for tensor in model.graph.initializer})

    def model(self) -> onnx.ModelProto:
        """With every weight inside: for what is small."""
        model = onnx.ModelProto()
        model.CopyFrom(self.shell)
        model.graph.initializer.extend(numpy_helper.from_array(w.make(), name) for name, w in self.weights.items())
        return model


class Graph:
    """Writes a graph node by node."""

    def __init__(self):
        self.nodes, self.weights = [], {}

    def constant(self, name: str, value: np.ndarray | torch.Tensor | Weight) -> str:
        if isinstance(value, torch.Tensor):
            value = value.detach().float().numpy()
        self.weights[name] = value if isinstance(value, Weight) else Weight.of(np.ascontiguousarray(value))
        return name

    def add(self, op: str, inputs: list[str], outputs: str | list[str], domain: str = "", **attributes) -> str:
        outputs = [outputs] if isinstance(outputs, str) else outputs
        name = f"{op}:{outputs[0]}"
        self.nodes.append(helper.make_node(op, inputs, outputs, name=name, domain=domain, **attributes))
        return outputs[0]

    def linear(self, name: str, x: str, weight: Weight) -> str:  # weight (out, in)
        return self.add("MatMul", [x, self.constant(f"{name}.weight", weight.transposed)], name)

    def plain(self, name: str, inputs: list, outputs: list) -> Plain:
        body = helper.make_graph(self.nodes, name, inputs, outputs)
        return Plain(helper.make_model(body, opset_imports=OPSETS, ir_version=9), self.weights)
