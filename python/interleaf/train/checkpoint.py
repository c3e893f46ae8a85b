"""What a stage leaves in its folder: a checkpoint to go on from, and weights for what comes after."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import nn

RUNS = Path(__file__).resolve().parents[2] / "runs"


def trainable(model: nn.Module) -> dict[str, nn.Parameter]:
    return {name: p for name, p in model.named_parameters() if p.requires_grad}


def _replace(path: Path, write: Callable[[Path], None]) -> None:
    temporary = path.with_suffix(path.suffix + ".tmp")
    write(temporary)
    os.replace(temporary, path)


class Checkpoint:
    """checkpoint.pt holds all that is needed to go on; weights.safetensors holds the moving average, for readers."""

    def __init__(self, folder: Path, model: nn.Module, optimizers: list[torch.optim.Optimizer], ema: float):
        self.folder, self.model, self.optimizers, self.ema = folder, model, optimizers, ema
        self.path = folder / "checkpoint.pt"
        self.average = {name: p.detach().clone() for name, p in trainable(model).items()}

    def follow(self, step: int) -> None:
        keep = min(self.ema, (1 + step) / (10 + step))
        torch._foreach_lerp_(
            list(self.average.values()), [p.detach() for p in trainable(self.model).values()], 1 - keep
        )

    def save(self, step: int, seconds: float, loss: float, done: bool) -> None:
        state = {
            "model": {name: p.detach() for name, p in trainable(self.model).items()},
            "average": self.average,
            "optimizers": [optimizer.state_dict() for optimizer in self.optimizers],
            "step": step,
            "seconds": seconds,
            "random": torch.get_rng_state(),
        }
        _replace(self.path, lambda path: torch.save(state, path))
        weights = {name: p.contiguous().cpu() for name, p in self.average.items()}
        _replace(self.folder / "weights.safetensors", lambda path: save_file(weights, path))
        status = {"step": step, "minutes": round(seconds / 60, 2), "loss": loss, "done": done}
        _replace(self.folder / "status.json", lambda path: path.write_text(json.dumps(status) + "\n"))

    def resume(self) -> tuple[int, float]:
        """Goes on from the checkpoint: returns its steps and seconds. Without one, weights that are there are where it
        begins (see `restore`)."""
        if not self.path.exists():
            weights = self.path.with_name("weights.safetensors")
            for name, weight in (load_file(weights) if weights.exists() else {}).items():
                if name in self.average:
                    trainable(self.model)[name].data.copy_(weight)
                    self.average[name].copy_(weight)
            return 0, 0.0
        state = torch.load(self.path, map_location="cpu", weights_only=True)
        for name, p in trainable(self.model).items():
            p.data.copy_(state["model"][name])
            self.average[name].copy_(state["average"][name])
        for optimizer, saved in zip(self.optimizers, state["optimizers"], strict=True):
            optimizer.load_state_dict(saved)
        torch.set_rng_state(state["random"])
        return state["step"], state["seconds"]


def load_weights(model: nn.Module, stage: str, runs: Path = RUNS, prefix: str = "", strict: bool = False) -> None:
    """Puts the averaged weights of a stage (those below `prefix`) into a model; every trained name must fit. strict:
    and every one of the model's must be there."""
    path = runs / stage / "weights.safetensors"
    if not path.exists():
        raise FileNotFoundError(f"{path} is missing. Run `python -m interleaf train --stage {stage}` first.")
    weights = {name.removeprefix(prefix): w for name, w in load_file(path).items() if name.startswith(prefix)}
    fit = model.load_state_dict(weights, strict=False)
    wrong = fit.unexpected_keys + (fit.missing_keys if strict else [])
    if wrong or not weights:
        raise ValueError(f"{path} does not fit the model: {wrong or 'nothing below ' + prefix}. Train the stage again.")
