"""The LLaMA decoder as an ONNX graph with GroupQueryAttention and key/value buffers of fixed length.

Written node by node, because what the browser needs (a buffer that never grows, rotary embedding inside the attention,
the logits of the last position only) is little when written down and much when traced. Weights stay float32 here.
"""

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper

OPSETS = [helper.make_opsetid("", 18), helper.make_opsetid("com.microsoft", 1)]


class Graph:
    def __init__(self):
        self.nodes, self.weights = [], []

    def constant(self, name: str, value) -> str:
        array = np.ascontiguousarray(value.detach().float().numpy() if isinstance(value, torch.Tensor) else value)
        self.weights.append(numpy_helper.from_array(array, name))
        return name

    def add(self, op: str, inputs: list[str], outputs: str | list[str], domain: str = "", **attributes) -> str:
        outputs = [outputs] if isinstance(outputs, str) else outputs
        name = f"{op}:{outputs[0]}"
        self.nodes.append(helper.make_node(op, inputs, outputs, name=name, domain=domain, **attributes))
        return outputs[0]

    def linear(self, name: str, x: str, weight) -> str:  # weight (out, in)
        return self.add("MatMul", [x, self.constant(f"{name}.weight", weight.T)], name)


def build_decoder(llama, length: int) -> onnx.ModelProto:
    """llama: a LlamaForCausalLM. length: S, how many positions the key/value buffers hold."""
    config, graph = llama.config, Graph()
    D, N, V = config.hidden_size, config.num_hidden_layers, config.vocab_size
    kv_heads = config.num_key_value_heads
    head_dim = getattr(config, "head_dim", None) or D // config.num_attention_heads
    # The mask is all ones, so its length says everything: seqlens_k = total - 1, both int32.
    graph.constant("one", np.array([1], np.int64))
    graph.add("Shape", ["attention_mask"], "total64", start=1, end=2)  # (1,)
    graph.add("Sub", ["total64", "one"], "last64")
    graph.add("Cast", ["last64"], "seqlens_k", to=TensorProto.INT32)
    graph.add("Cast", ["total64"], "total", to=TensorProto.INT32)
    cos, sin = llama.model.rotary_emb(torch.zeros(1), torch.arange(length)[None])  # (1, S, headDim), both halves alike
    graph.constant("cos", cos[0, :, : head_dim // 2])
    graph.constant("sin", sin[0, :, : head_dim // 2])

    residual, delta = "inputs_embeds", None
    for i, layer in enumerate(llama.model.layers):
        normed, residual = norm(graph, f"layers.{i}.attention_norm", layer.input_layernorm, residual, delta)
        attended = attention(graph, i, layer.self_attn, normed, config.num_attention_heads, kv_heads, head_dim)
        normed, residual = norm(graph, f"layers.{i}.mlp_norm", layer.post_attention_layernorm, residual, attended)
        delta = gated_mlp(graph, f"layers.{i}.mlp", layer.mlp, normed)
    norm(graph, "final_norm", llama.model.norm, residual, delta, output="hidden_states")
    for name, value in (("last", -1), ("beyond", np.iinfo(np.int64).max), ("axis", 1)):
        graph.constant(name, np.array([value], np.int64))
    graph.add("Slice", ["hidden_states", "last", "beyond", "axis"], "last_hidden")  # (1, 1, D)
    graph.linear("logits", "last_hidden", llama.lm_head.weight)

    def f32(name, shape):
        return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)

    def caches(kind):
        return [f32(f"{kind}.{i}.{p}", [1, kv_heads, length, head_dim]) for i in range(N) for p in ("key", "value")]

    mask = helper.make_tensor_value_info("attention_mask", TensorProto.INT64, [1, "total_length"])
    inputs = [f32("inputs_embeds", [1, "n", D]), mask, *caches("past_key_values")]
    outputs = [f32("logits", [1, 1, V]), f32("hidden_states", [1, "n", D]), *caches("present")]
    return to_model("decoder", graph, inputs, outputs)


def to_model(name, graph, inputs, outputs) -> onnx.ModelProto:
    body = helper.make_graph(graph.nodes, name, inputs, outputs, graph.weights)
    return helper.make_model(body, opset_imports=OPSETS, ir_version=9)


def norm(graph, name, module, residual, delta, output=None) -> tuple[str, str]:
    """RMS norm of residual + delta. Returns the normed value and the sum."""
    weight, output = graph.constant(f"{name}.weight", module.weight), output or name
    if delta is None:
        graph.add("SimplifiedLayerNormalization", [residual, weight], output, epsilon=module.variance_epsilon, axis=-1)
        return output, residual
    graph.add(
        "SkipSimplifiedLayerNormalization",
        [residual, delta, weight],
        [output, "", "", f"{name}.sum"],
        domain="com.microsoft",
        epsilon=module.variance_epsilon,
    )
    return output, f"{name}.sum"


def attention(graph, i, module, x, heads, kv_heads, head_dim) -> str:
    name = f"layers.{i}.attention"
    # One product for queries, keys and values: (heads + 2 * kv_heads) * head_dim columns.
    qkv = torch.cat([module.q_proj.weight, module.k_proj.weight, module.v_proj.weight])
    packed, past = graph.linear(f"{name}.qkv", x, qkv), f"past_key_values.{i}"
    graph.add(
        "GroupQueryAttention",
        [packed, "", "", f"{past}.key", f"{past}.value", "seqlens_k", "total", "cos", "sin"],
        [f"{name}.mixed", f"present.{i}.key", f"present.{i}.value"],
        domain="com.microsoft",
        num_heads=heads,
        kv_num_heads=kv_heads,
        scale=head_dim**-0.5,
        do_rotary=1,
        rotary_interleaved=0,
    )
    return graph.linear(f"{name}.out", f"{name}.mixed", module.o_proj.weight)


def gated_mlp(graph, name, module, x) -> str:
    gate, up = (
        graph.linear(f"{name}.gate", x, module.gate_proj.weight),
        graph.linear(f"{name}.up", x, module.up_proj.weight),
    )
    graph.add("Sigmoid", [gate], f"{name}.sigmoid")
    graph.add("Mul", [gate, f"{name}.sigmoid"], f"{name}.silu")
    graph.add("Mul", [f"{name}.silu", up], f"{name}.gated")
    return graph.linear(f"{name}.down", f"{name}.gated", module.down_proj.weight)
