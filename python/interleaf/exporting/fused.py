"""Modules rewritten for the tracer: attention and, for a GPU, group norm become single operators of ONNX Runtime.

Queries are scaled by their weights as far as that is exact, and by the operator for the rest: in float16 products of
queries and keys then have room for larger numbers (8 times for heads of 64).
"""

import torch
from diffusers.models.attention_processor import Attention
from diffusers.models.resnet import ResnetBlock2D
from torch import nn
from transformers.models.blip_2.modeling_blip_2 import Blip2Attention, Blip2QFormerMultiHeadAttention

from interleaf.exporting.decoder import power_of_two


def fuse(module: nn.Module, group_norm: bool) -> nn.Module:
    """Changes the module: it can be traced and no longer run.

    group_norm: with the GroupNorm of the WebGPU provider, which sums in float32; the CPU has none.
    """
    for each in list(module.modules()):
        if isinstance(each, Attention):
            each.rest = fold(each.to_q, each.scale)
            each.set_processor(PictureAttention())
        elif isinstance(each, nn.MultiheadAttention):
            each.__class__ = MapperAttention
            each.prepare()
        replace(each, Blip2Attention, EyesAttention)
        replace(each, Blip2QFormerMultiHeadAttention, QFormerAttention)
    if group_norm:
        for each in list(module.modules()):
            activate(each)
            replace(each, nn.GroupNorm, GroupNorm)
    return module


def replace(module: nn.Module, kind: type, by: type) -> None:
    for name, child in module.named_children():
        if type(child) is kind:
            setattr(module, name, by(child))


def fold(queries: nn.Linear, scale: float, rows: int | None = None) -> float:
    """Scales the first rows by a power of two; returns what is left of the scale."""
    power, rest = power_of_two(scale)
    queries.weight.data[:rows] *= power
    if queries.bias is not None:
        queries.bias.data[:rows] *= power
    return rest


def attend(query, key, value, heads: int, scale: float):  # (B, T, heads·d), (B, S, heads·d) twice -> (B, T, heads·d)
    return torch.onnx.ops.symbolic(
        "com.microsoft::MultiHeadAttention",
        (query, key, value),
        attrs={"num_heads": heads, "scale": scale},
        dtype=query.dtype,
        shape=query.shape,
        version=1,
    )


class PictureAttention:
    """A processor of diffusers' Attention: (B, T, C) or (B, C, h, w), with another sequence or with itself."""

    def __call__(self, attn, hidden_states, encoder_hidden_states=None, attention_mask=None, temb=None):
        entered = hidden_states
        if entered.ndim == 4:
            hidden_states = entered.flatten(2).transpose(1, 2)  # (B, h·w, C)
        if attn.group_norm is not None:
            hidden_states = attn.group_norm(hidden_states.transpose(1, 2)).transpose(1, 2)
        seen = hidden_states if encoder_hidden_states is None else encoder_hidden_states
        mixed = attend(attn.to_q(hidden_states), attn.to_k(seen), attn.to_v(seen), attn.heads, attn.rest)
        mixed = attn.to_out[0](mixed)
        if entered.ndim == 4:
            mixed = mixed.transpose(1, 2).reshape(entered.shape)
        if attn.residual_connection:
            mixed = mixed + entered
        return mixed if attn.rescale_output_factor == 1 else mixed / attn.rescale_output_factor


class EyesAttention(nn.Module):
    """Of the vision transformer."""

    def __init__(self, of: Blip2Attention):
        super().__init__()
        self.qkv, self.projection, self.heads = of.qkv, of.projection, of.num_heads
        self.rest = fold(self.qkv, of.scale, rows=of.embed_dim)

    def forward(self, hidden_states, **_):
        query, key, value = self.qkv(hidden_states).chunk(3, dim=-1)
        return self.projection(attend(query, key, value, self.heads, self.rest)), None


class QFormerAttention(nn.Module):
    def __init__(self, of: Blip2QFormerMultiHeadAttention):
        super().__init__()
        self.query, self.key, self.value, self.heads = of.query, of.key, of.value, of.num_attention_heads
        self.rest = fold(self.query, of.scaling)

    def forward(self, hidden_states, attention_mask=None, encoder_hidden_states=None, **_):
        # No mask hides anything: a picture's patches are all there.
        seen = hidden_states if encoder_hidden_states is None else encoder_hidden_states
        mixed = attend(self.query(hidden_states), self.key(seen), self.value(seen), self.heads, self.rest)
        return mixed, None


class MapperAttention(nn.MultiheadAttention):
    def prepare(self) -> None:
        # torch would take a way of its own around this class.
        torch.backends.mha.set_fastpath_enabled(False)
        parts = zip("qkv", self.in_proj_weight.chunk(3), self.in_proj_bias.chunk(3), strict=True)
        for name, weight, bias in parts:
            layer = nn.Linear(self.embed_dim, self.embed_dim, device="meta")
            layer.weight, layer.bias = nn.Parameter(weight.clone(), False), nn.Parameter(bias.clone(), False)
            setattr(self, name, layer)
        self.rest = fold(self.q, self.head_dim**-0.5)

    def forward(self, query, key, value, **_):
        return self.out_proj(attend(self.q(query), self.k(key), self.v(value), self.num_heads, self.rest)), None


class GroupNorm(nn.Module):
    """Channels last inside, as the operator wants them; turning them there and back cancels out between layers."""

    def __init__(self, of: nn.GroupNorm, silu: bool = False):
        super().__init__()
        self.weight, self.bias, self.groups, self.eps, self.silu = of.weight, of.bias, of.num_groups, of.eps, silu

    def forward(self, x):  # (B, C, …)
        turned = x.movedim(1, -1)
        normed = torch.onnx.ops.symbolic(
            "com.microsoft::GroupNorm",
            (turned, self.weight, self.bias),
            attrs={"groups": self.groups, "epsilon": self.eps, "activation": int(self.silu), "channels_last": 1},
            dtype=x.dtype,
            shape=turned.shape,
            version=1,
        )
        return normed.movedim(-1, 1)


def activate(module: nn.Module) -> None:
    """Where SiLU follows a group norm, the operator does both."""
    if isinstance(module, ResnetBlock2D) and isinstance(module.nonlinearity, nn.SiLU):
        if module.time_embedding_norm == "scale_shift":  # it stands between norm and SiLU
            raise ValueError(f"A residual block has the time embedding norm {module.time_embedding_norm!r}.")
        module.norm1, module.norm2 = GroupNorm(module.norm1, silu=True), GroupNorm(module.norm2, silu=True)
        module.nonlinearity = nn.Identity()
        if module.time_emb_proj is not None:
            module.time_emb_proj = nn.Sequential(nn.SiLU(), module.time_emb_proj)
    elif isinstance(getattr(module, "conv_norm_out", None), nn.GroupNorm) and isinstance(module.conv_act, nn.SiLU):
        module.conv_norm_out, module.conv_act = GroupNorm(module.conv_norm_out, silu=True), nn.Identity()
