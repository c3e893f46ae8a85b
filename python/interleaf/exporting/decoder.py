"""The LLaMA decoder as an ONNX graph with GroupQueryAttention and key/value buffers of fixed length.

Written node by node, because what the browser needs (a buffer that never grows, rotary embedding inside the attention,
the logits of the last position only) is little when written down and much when traced. Weights stay float32 here, and
are read when they are written, so that a model larger than the memory can be exported.
"""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper
from transformers import LlamaConfig
from transformers.models.llama.modeling_llama import LlamaRotaryEmbedding

from interleaf.exporting.nodes import Graph, Plain, Weight


def build_decoder(llama, length: int) -> onnx.ModelProto:
    """llama: a LlamaForCausalLM. length: S, how many positions the key/value buffers hold."""
    return plain_decoder(llama.config, llama.state_dict(), length).model()


def plain_decoder(
    config: LlamaConfig, state: Mapping[str, torch.Tensor], length: int, fold: bool = False, finer: bool = False
) -> Plain:
    """state: a state dict of LlamaForCausalLM; it may read each tensor when it is asked for.

    fold: scale the queries by their weights, as far as that is exact, and not by the attention: in float16 that leaves
    room for larger products.

    finer: where others have 4 bits, the matrices of values and of what the attention gives keep 8. Half of the squared
    error of the hidden states is theirs or more, however many layers there are: what they add is much the same for
    every token, so that it does not average out. They are a sixth of the weights.
    """
    return Decoder(config, state, length, fold, finer).plain()


def power_of_two(scale: float) -> tuple[float, float]:
    """scale as a power of two, by which a float can be multiplied without rounding, times a rest in 1/2…1."""
    power = 2.0 ** np.ceil(np.log2(scale))
    return float(power), float(scale / power)


class Decoder:
    def __init__(self, config: LlamaConfig, state: Mapping[str, torch.Tensor], length: int, fold: bool, finer: bool):
        self.config, self.state, self.length, self.fold, self.graph = config, state, length, fold, Graph()
        self.finer = finer
        self.heads, self.kv_heads = config.num_attention_heads, config.num_key_value_heads
        self.head_dim = getattr(config, "head_dim", None) or config.hidden_size // self.heads

    def plain(self) -> Plain:
        c, graph = self.config, self.graph
        self.lengths()
        residual, delta = "inputs_embeds", None
        for i in range(c.num_hidden_layers):
            layer = f"model.layers.{i}"
            normed, residual = self.norm(f"layers.{i}.attention_norm", f"{layer}.input_layernorm", residual, delta)
            attended = self.attention(i, f"{layer}.self_attn", normed)
            after = f"{layer}.post_attention_layernorm"
            normed, residual = self.norm(f"layers.{i}.mlp_norm", after, residual, attended)
            delta = self.gated_mlp(f"layers.{i}.mlp", f"{layer}.mlp", normed)
        self.norm("final_norm", "model.norm", residual, delta, output="hidden_states")
        for name, value in (("last", -1), ("beyond", np.iinfo(np.int64).max), ("axis", 1)):
            graph.constant(name, np.array([value], np.int64))
        graph.add("Slice", ["hidden_states", "last", "beyond", "axis"], "last_hidden")  # (1, 1, D)
        graph.linear("logits", "last_hidden", self.weight("lm_head", c.vocab_size, c.hidden_size))
        made = graph.plain("decoder", *self.inputs_and_outputs())
        kept = (".attention.value", ".attention.out") if self.finer else ()
        return replace(made, finer=frozenset(node.name for node in graph.nodes if node.name.endswith(kept)))

    def inputs_and_outputs(self) -> tuple[list, list]:
        c = self.config

        def f32(name, shape):
            return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)

        def caches(kind):
            shape = [1, self.kv_heads, self.length, self.head_dim]
            return [f32(f"{kind}.{i}.{p}", shape) for i in range(c.num_hidden_layers) for p in ("key", "value")]

        mask = helper.make_tensor_value_info("attention_mask", TensorProto.INT64, [1, "total_length"])
        inputs = [f32("inputs_embeds", [1, "n", c.hidden_size]), mask, *caches("past_key_values")]
        outputs = [f32("logits", [1, 1, c.vocab_size]), f32("hidden_states", [1, "n", c.hidden_size])]
        return inputs, [*outputs, *caches("present")]

    def weight(self, module: str, *shape: int) -> Weight:
        return Weight.float32(shape, lambda: self.state[f"{module}.weight"])

    def lengths(self) -> None:
        """The mask is all ones, so its length says everything: seqlens_k = total - 1, both int32."""
        graph = self.graph
        graph.constant("one", np.array([1], np.int64))
        graph.add("Shape", ["attention_mask"], "total64", start=1, end=2)  # (1,)
        graph.add("Sub", ["total64", "one"], "last64")
        graph.add("Cast", ["last64"], "seqlens_k", to=TensorProto.INT32)
        graph.add("Cast", ["total64"], "total", to=TensorProto.INT32)
        rotary = LlamaRotaryEmbedding(self.config)
        cos, sin = rotary(torch.zeros(1), torch.arange(self.length)[None])  # (1, S, headDim), both halves alike
        graph.constant("cos", cos[0, :, : self.head_dim // 2])
        graph.constant("sin", sin[0, :, : self.head_dim // 2])

    def norm(self, name: str, module: str, residual: str, delta: str | None, output=None) -> tuple[str, str]:
        """RMS norm of residual + delta. Returns the normed value and the sum."""
        graph, epsilon, output = self.graph, self.config.rms_norm_eps, output or name
        weight = graph.constant(f"{name}.weight", self.weight(module, self.config.hidden_size))
        if delta is None:
            graph.add("SimplifiedLayerNormalization", [residual, weight], output, epsilon=epsilon, axis=-1)
            return output, residual
        graph.add(
            "SkipSimplifiedLayerNormalization",
            [residual, delta, weight],
            [output, "", "", f"{name}.sum"],
            domain="com.microsoft",
            epsilon=epsilon,
        )
        return output, f"{name}.sum"

    def attention(self, i: int, module: str, x: str) -> str:
        graph, name, past = self.graph, f"layers.{i}.attention", f"past_key_values.{i}"
        width, wide, narrow = self.config.hidden_size, self.heads * self.head_dim, self.kv_heads * self.head_dim
        power, scale = power_of_two(self.head_dim**-0.5) if self.fold else (1.0, self.head_dim**-0.5)

        def query() -> torch.Tensor:
            return self.state[f"{module}.q_proj.weight"] * power

        key = self.weight(f"{module}.k_proj", narrow, width)
        value = self.weight(f"{module}.v_proj", narrow, width)
        if self.finer:
            made = [
                graph.linear(f"{name}.query", x, Weight.float32((wide, width), query)),
                graph.linear(f"{name}.key", x, key),
                graph.linear(f"{name}.value", x, value),
            ]
        else:  # one product: (heads + 2 * kv_heads) * head_dim rows
            packed = Weight.float32(
                (wide + 2 * narrow, width),
                lambda: torch.cat([query(), *(self.state[f"{module}.{p}_proj.weight"] for p in "kv")]),
            )
            made = [graph.linear(f"{name}.qkv", x, packed), "", ""]
        graph.add(
            "GroupQueryAttention",
            [*made, f"{past}.key", f"{past}.value", "seqlens_k", "total", "cos", "sin"],
            [f"{name}.mixed", f"present.{i}.key", f"present.{i}.value"],
            domain="com.microsoft",
            num_heads=self.heads,
            kv_num_heads=self.kv_heads,
            scale=scale,
            do_rotary=1,
            rotary_interleaved=0,
        )
        return graph.linear(f"{name}.out", f"{name}.mixed", self.weight(f"{module}.o_proj", width, wide))

    def gated_mlp(self, name: str, module: str, x: str) -> str:
        graph, width, ffn = self.graph, self.config.hidden_size, self.config.intermediate_size
        gate = graph.linear(f"{name}.gate", x, self.weight(f"{module}.gate_proj", ffn, width))
        up = graph.linear(f"{name}.up", x, self.weight(f"{module}.up_proj", ffn, width))
        graph.add("Sigmoid", [gate], f"{name}.sigmoid")
        graph.add("Mul", [gate, f"{name}.sigmoid"], f"{name}.silu")
        graph.add("Mul", [f"{name}.silu", up], f"{name}.gated")
        return graph.linear(f"{name}.down", f"{name}.gated", self.weight(f"{module}.down_proj", width, ffn))
