"""Seeded random tensors of sane size, and files of them, written without holding more than a file of 2 GB."""

import hashlib
import json
import math
from collections.abc import Callable
from pathlib import Path

import torch

from interleaf.checkpoints.published import Layout

Progress = Callable[[int], object]  # called with each number of bytes that is done
EMBEDDINGS = ("embed_tokens", "embeddings.weight", "_embedding.weight", "pos_embed", "cls_token", "query_tokens")
SMALL = 0.02  # initializer_range of BERT and LLaMA
SAFETENSORS = {torch.float16: "F16", torch.float32: "F32", torch.int64: "I64"}


def tensor(name: str, shape: tuple[int, ...], dtype: torch.dtype, seed: int) -> torch.Tensor:
    """The same for the same seed and name. A matrix is as large as PyTorch's layers begin."""
    if name.endswith("position_ids"):
        return torch.arange(shape[-1]).expand(shape).contiguous()
    if name.endswith("inv_freq"):
        return 10000.0 ** -(torch.arange(shape[0]) / shape[0])
    digest = hashlib.sha256(f"{seed} {name}".encode()).digest()
    values = torch.randn(shape, generator=torch.Generator().manual_seed(int.from_bytes(digest[:7], "little")))
    if len(shape) == 1:
        values = values.mul_(SMALL).add_(0.0 if name.endswith("bias") else 1.0)  # of a norm: near one
    elif name != "t2i_decoder_prompt":  # which begins as it is
        values.mul_(deviation(name, shape))
    return values.to(dtype)


def deviation(name: str, shape: tuple[int, ...]) -> float:
    """Linear and Conv2d: uniform within 1 / sqrt(fan-in), of variance 1 / (3 fan-in). Transformer: xavier_uniform_.

    Not LLaMA's own, which is SMALL for every matrix: at a width of 128 little would be left of what goes through them,
    and a wrong one would hardly be noticed.
    """
    fan_out, fan_in = shape[0], math.prod(shape[1:])
    if any(part in name for part in EMBEDDINGS) or "lora_B" in name:
        return SMALL
    if name.startswith("llm_to_t2i_mapping."):
        return math.sqrt(2 / (fan_in + fan_out))
    return 1 / math.sqrt(3 * fan_in)


def kind(name: str, dtype: torch.dtype) -> torch.dtype:
    if name.endswith("position_ids"):
        return torch.int64
    return torch.float32 if name.endswith("inv_freq") else dtype


def size(layout: Layout, dtype: torch.dtype) -> int:
    """Bytes of the tensors."""
    return sum(math.prod(shape) * kind(name, dtype).itemsize for name, shape in layout.items())


def write_safetensors(path: Path, layout: Layout, dtype: torch.dtype, seed: int, progress: Progress) -> None:
    """Tensor by tensor: a header of offsets, then the data (https://github.com/huggingface/safetensors)."""
    header, at = {}, 0
    for name, shape in layout.items():
        end = at + size({name: shape}, dtype)
        header[name] = {
            "dtype": SAFETENSORS[kind(name, dtype)],
            "shape": list(shape),
            "data_offsets": [at, end],
        }
        at = end
    text = json.dumps({"__metadata__": {"format": "pt"}, **header}).encode()
    text += b" " * (-len(text) % 8)  # the data is aligned
    with path.open("wb") as file:
        file.write(len(text).to_bytes(8, "little") + text)
        for name, shape in layout.items():
            data = tensor(name, shape, dtype, seed).numpy().tobytes()
            file.write(data)
            progress(len(data))


def tensors(layout: Layout, dtype: torch.dtype, seed: int, progress: Progress) -> dict[str, torch.Tensor]:
    made = {}
    for name, shape in layout.items():
        made[name] = tensor(name, shape, dtype, seed)
        progress(made[name].nbytes)
    return made
