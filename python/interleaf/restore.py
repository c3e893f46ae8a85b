"""`python -m interleaf restore`: what is shipped, as weights to go on training from.

The graphs hold every weight, but reshaped, cut and under other names. To find each again the model is built once more
with weights that are all different (their own numbers), and exported: where a number stands in that graph, its weight
stands in the shipped one. What is never shipped (text encoder, the autoencoder's encoder, optimisers, the UNet that a
distilled one was taught by) is not restored.
"""

import argparse
import json
import sys
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from safetensors.torch import save_file

from interleaf.config import TINY, ModelConfig
from interleaf.exporting.graphs import build_graphs
from interleaf.model import MiniGPT5
from interleaf.train.checkpoint import RUNS

STAGES = {  # prefix in MiniGPT5 -> the stage that trains it, and its prefix there; the UNet's is the configuration's
    "language.": ("language", "language."),
    "eyes.": ("vision", "eyes."),
    "mapper.": ("align", "mapper."),
    "autoencoder.": ("autoencoder", ""),
}


def stages_of(config: ModelConfig) -> dict[str, tuple[str, str]]:
    return STAGES | {"unet.": (config.unet_stage, "unet.")}


FIRST = 1 << 16  # above any number that a graph computes with


def numbered(config: ModelConfig) -> tuple[MiniGPT5, dict[str, slice]]:
    """A model whose weights are FIRST, FIRST + 1, … (exact in float32 below 2^24), and which are each parameter's."""
    model, at, where = MiniGPT5(config).eval().requires_grad_(False), FIRST, {}
    for name, parameter in model.named_parameters():
        if name.startswith(("autoencoder.encoder.", "autoencoder.quant_conv.")):
            continue
        where[name] = slice(at, at + parameter.numel())
        parameter.copy_(torch.arange(at, at + parameter.numel(), dtype=torch.float32).view_as(parameter))
        at += parameter.numel()
    if at >= 1 << 24:
        raise ValueError(f"{config.name} has {at - FIRST} weights; {(1 << 24) - FIRST} can be told apart.")
    return model, where


def shipped_weight(name: str, node: onnx.NodeProto | None, weights: dict[str, np.ndarray]) -> np.ndarray | None:
    """The shipped weight in float32, as the plain graph has it. node: what multiplies by it."""
    if name in weights:
        return weights[name]
    if f"{name}.f16" in weights:
        return weights[f"{name}.f16"].astype(np.float32)
    if f"{name}.q8" not in weights:
        return None
    blocks = weights[f"{name}.q8"].astype(np.float32) - 128  # (N, K / 32, 32)
    rows = blocks * weights[f"{name}.scales"].reshape(blocks.shape[:2])[..., None]
    rows = rows.reshape(len(blocks), -1)  # (N, K)
    transposed = any(a.name == "transB" and a.i for a in node.attribute)
    return rows if transposed else rows.T


def collect(numbers: onnx.ModelProto, shipped: onnx.ModelProto, values: np.ndarray) -> None:
    """Writes each weight of a shipped graph to its place in `values`."""
    weights = {tensor.name: numpy_helper.to_array(tensor) for tensor in shipped.graph.initializer}
    users = {node.input[1]: node for node in numbers.graph.node if node.op_type in ("MatMul", "Gemm")}
    for tensor in numbers.graph.initializer:
        index = numpy_helper.to_array(tensor)
        if index.dtype != np.float32 or index.size == 0 or (index != np.rint(index)).any():
            continue  # a constant of the computation
        weight = shipped_weight(tensor.name, users.get(tensor.name), weights)
        inside = index.min() >= FIRST and index.max() < len(values)
        if weight is None or not inside or weight.shape != index.shape:
            continue
        values[index.astype(int)] = weight


def restore(folder: Path, scaling_factor: float, runs: Path, config: ModelConfig = TINY) -> None:
    model, where = numbered(config)
    values = np.full(max(part.stop for part in where.values()), np.nan, np.float32)
    for name, numbers in build_graphs(model).items():
        collect(numbers, onnx.load(folder / f"{name}.onnx"), values)
    missing = [name for name, part in where.items() if np.isnan(values[part]).any()]
    if missing:
        raise ValueError(f"{folder} does not hold {missing}: it was exported by other code. Train from nothing.")
    shapes = {name: parameter.shape for name, parameter in model.named_parameters()}
    for prefix, (stage, there) in stages_of(config).items():
        weights = {
            there + name.removeprefix(prefix): torch.from_numpy(values[part].copy()).view(shapes[name])
            for name, part in where.items()
            if name.startswith(prefix)
        }
        (runs / stage).mkdir(parents=True, exist_ok=True)
        save_file(weights, runs / stage / "weights.safetensors")
    factor = {"scalingFactor": scaling_factor}
    (runs / "autoencoder" / "scaling.json").write_text(json.dumps(factor) + "\n")


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="interleaf restore", description=__doc__)
    parser.add_argument("--public", type=Path, default=Path("../public"), help="folder of the manifest")
    parser.add_argument("--runs", type=Path, default=RUNS)
    options = parser.parse_args(argv)
    if any(options.runs.glob("*/checkpoint.pt")):
        sys.exit(f"{options.runs} holds checkpoints, which are better to go on from. Move them away first.")
    (entry,) = json.loads((options.public / "weights-manifest.json").read_text())["models"]
    restore(options.public / "weights" / entry["id"], entry["picture"]["scalingFactor"], options.runs)
    print(f"restored {', '.join(stage for stage, _ in stages_of(TINY).values())} in {options.runs}")


if __name__ == "__main__":
    main()
