"""A folder as the stages of the toy leave it, with random weights: for what only reads them."""

import json
from pathlib import Path

import torch
from safetensors.torch import save_file

from interleaf import parts
from interleaf.config import TOY
from interleaf.model import load_storyteller
from interleaf.train.checkpoint import trainable
from interleaf.train.picture import Painter


def put(folder: Path, stage: str, model: torch.nn.Module, prefix: str = "") -> None:
    (folder / stage).mkdir(parents=True, exist_ok=True)
    weights = {prefix + name: p.detach().contiguous() for name, p in trainable(model).items()}
    save_file(weights, folder / stage / "weights.safetensors")


def toy_runs(folder: Path) -> Path:
    torch.manual_seed(0)
    put(folder, "language", parts.language_model(TOY), "language.")
    put(folder, "vision", parts.Eyes(TOY), "eyes.")
    put(folder, "picture", Painter(TOY))
    put(folder, "autoencoder", parts.autoencoder(TOY))
    (folder / "autoencoder" / "scaling.json").write_text(json.dumps({"scalingFactor": 1.0}))
    for stage in ("align", "story"):
        put(folder, stage, load_storyteller(folder, TOY))
    return folder
