"""Which operators the WebGPU provider of onnxruntime-web computes. For any other the GPU waits, and is copied from.

The list is checked against what the provider says in src/models/placement.test.ts.
"""

import onnx

CORE = (
    "Add Cast Concat Conv Cos Div Erf Expand Gather Gemm InstanceNormalization LayerNormalization MatMul Mul Relu "
    "Reshape Resize Shape Sigmoid SimplifiedLayerNormalization Sin Slice Softmax Split Squeeze Sub Tanh Transpose "
    "Unsqueeze"
)
MICROSOFT = (
    "GatherBlockQuantized GroupNorm GroupQueryAttention MatMulNBits MultiHeadAttention SkipSimplifiedLayerNormalization"
)
ON_GPU = {("", name) for name in CORE.split()} | {("com.microsoft", name) for name in MICROSOFT.split()}


def elsewhere(model: onnx.ModelProto) -> list[str]:
    """Operators of a graph that are not in the list."""
    found = {(node.domain, node.op_type) for node in model.graph.node}
    return sorted(f"{domain}.{name}".lstrip(".") for domain, name in found - ON_GPU)
