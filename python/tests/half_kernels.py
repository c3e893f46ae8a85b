"""What the WebGPU provider computes in float16, in numpy: onnxruntime's CPU provider lacks some of these kernels.

Every product and every output is rounded to the type of the inputs, so that what is too large becomes infinite here
too; sums are float32 inside an operator, as there.
"""

import numpy as np
import onnx
from onnx.reference import ReferenceEvaluator
from onnx.reference.op_run import OpRun

ORT = "com.microsoft"


class MatMulNBits(OpRun):
    op_domain = ORT

    def _run(self, x, stored, scales, K=None, N=None, bits=None, block_size=None, accuracy_level=None):
        if bits == 4:
            stored = np.stack([stored & 15, stored >> 4], -1)
        steps = stored.reshape(N, -1, block_size).astype(np.float32) - (1 << bits - 1)
        weight = (steps * scales.reshape(N, -1, 1).astype(np.float32)).reshape(N, K)
        return ((x.astype(np.float32) @ weight.T).astype(x.dtype),)


class MultiHeadAttention(OpRun):
    op_domain = ORT

    def _run(self, query, key, value, num_heads=None, scale=None):
        def heads(x):  # (B, T, heads·d) -> (B, heads, T, d)
            return x.reshape(*x.shape[:2], num_heads, -1).swapaxes(1, 2).astype(np.float32)

        scores = (heads(query) @ heads(key).swapaxes(2, 3)).astype(query.dtype) * query.dtype.type(scale)
        scores = np.exp(scores.astype(np.float32) - scores.max(-1, keepdims=True).astype(np.float32))
        mixed = scores / scores.sum(-1, keepdims=True) @ heads(value)
        return (mixed.swapaxes(1, 2).reshape(query.shape).astype(query.dtype),)


class GroupNorm(OpRun):
    op_domain = ORT

    def _run(self, x, gamma, beta, groups=None, epsilon=None, activation=None, channels_last=None):
        assert channels_last == 1
        wide = x.astype(np.float32).reshape(len(x), -1, groups, x.shape[-1] // groups)  # (B, h·w, groups, .)
        mean, variance = wide.mean((1, 3), keepdims=True), wide.var((1, 3), keepdims=True)
        normed = ((wide - mean) / np.sqrt(variance + epsilon)).reshape(x.shape) * gamma + beta
        return ((normed / (1 + np.exp(-normed)) if activation else normed).astype(x.dtype),)


def run_half(graph: onnx.ModelProto, feeds: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Of a graph whose weights are inside it."""
    with np.errstate(all="ignore"):
        evaluator = ReferenceEvaluator(graph, new_ops=[MatMulNBits, MultiHeadAttention, GroupNorm])
        return dict(zip([output.name for output in graph.graph.output], evaluator.run(None, feeds), strict=True))
