"""`python -m interleaf.train.deepen --from runs --to runs/next --model next`: a deeper language model begins where a
trained one stands. A new layer gives nothing at first (its last products are zero), so the deeper model tells what the
trained one told, and learns from there. Heads of the language stage keep the rows of words they already knew."""

import argparse
import sys
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file

from interleaf.config import ModelConfig
from interleaf.train.language import FIELDS, Reader
from interleaf.train.loop import RUNS

LAYER = "language.model.layers."
ENDS = ("self_attn.o_proj.weight", "mlp.down_proj.weight")  # what a layer adds to the residual comes through these


def deepened(trained: dict[str, torch.Tensor], config: ModelConfig, known: dict[str, tuple]) -> dict[str, torch.Tensor]:
    """trained: weights of the stage `language`. known: the values of each field that its heads tell apart."""
    torch.manual_seed(0)
    fresh = {name: weight.detach().clone() for name, weight in Reader(config).state_dict().items()}
    layers = 1 + max(int(name.removeprefix(LAYER).split(".")[0]) for name in trained if name.startswith(LAYER))
    # New layers stand between the old ones, evenly: the first and the last keep their places.
    places = [round(i * (config.language.layers - 1) / max(layers - 1, 1)) for i in range(layers)]
    for name, weight in trained.items():
        if name.startswith(LAYER):
            number, rest = name.removeprefix(LAYER).split(".", 1)
            name = f"{LAYER}{places[int(number)]}.{rest}"
        if name.startswith(("heads.", "first.")):
            field = name.split(".")[1]
            rows = [FIELDS[field].index(value) for value in known[field]]
            fresh[name][rows] = weight
        else:
            fresh[name] = weight
    for number in set(range(config.language.layers)) - set(places):
        for end in ENDS:
            fresh[f"{LAYER}{number}.{end}"].zero_()
    return fresh


def main(argv: list[str] | None = None) -> None:
    from interleaf.train.__main__ import MODELS

    parser = argparse.ArgumentParser(prog="interleaf.train.deepen", description=__doc__)
    parser.add_argument("--from", dest="source", type=Path, default=RUNS)
    parser.add_argument("--to", type=Path, required=True)
    parser.add_argument("--model", choices=MODELS, default="next")
    options = parser.parse_args(argv)
    target = options.to / "language" / "weights.safetensors"
    if target.exists():
        sys.exit(f"{target} is there already. Move it away first.")
    trained = load_file(options.source / "language" / "weights.safetensors")
    known = {field: values[: len(trained[f"first.{field}.bias"])] for field, values in FIELDS.items()
             if f"first.{field}.bias" in trained}  # fmt: skip
    target.parent.mkdir(parents=True, exist_ok=True)
    weights = deepened(trained, MODELS[options.model], known)
    save_file({name: weight.contiguous() for name, weight in weights.items()}, target)
    print(f"{target}: {MODELS[options.model].language.layers} layers")


if __name__ == "__main__":
    main()
