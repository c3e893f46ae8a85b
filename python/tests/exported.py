"""A toy model with random weights, and its graphs: exported once for all tests that need them."""

from functools import cache

import numpy as np
import onnx
import onnxruntime as ort
import torch

from interleaf.config import TOY
from interleaf.exporting.graphs import build_graphs
from interleaf.model import MiniGPT5


@cache
def toy() -> MiniGPT5:
    torch.set_num_threads(1)
    torch.manual_seed(3)
    return MiniGPT5(TOY).eval().requires_grad_(False)


@cache
def toy_graphs() -> dict[str, onnx.ModelProto]:
    return build_graphs(toy())


def run(graph: onnx.ModelProto, feeds: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    session = ort.InferenceSession(graph.SerializeToString(), providers=["CPUExecutionProvider"])
    return dict(zip([o.name for o in session.get_outputs()], session.run(None, feeds), strict=True))


def cosine(a: np.ndarray, b: np.ndarray) -> float:
    a, b = a.ravel().astype(np.float64), b.ravel().astype(np.float64)
    return float(a @ b / np.linalg.norm(a) / np.linalg.norm(b))
