"""`python -m interleaf.train.grow --from runs --to runs/next --model next`: a larger model begins where a trained one
stands, in every part that can. What was restored from the shipped graphs is enough.

A new layer of the language model gives nothing at first (its last products are zero), so the deeper model tells what
the trained one told, and learns from there; heads of the language stage keep the rows of words they already knew. New
levels of the UNet stand outside the old ones. Eyes for wider pictures see at first what the old ones saw. What has no
place in the larger model, or nothing to begin with, begins anew.
"""

import argparse
import shutil
import sys
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file

from interleaf import parts
from interleaf.config import ModelConfig
from interleaf.train.checkpoint import RUNS
from interleaf.train.language import FIELDS, Reader

Weights = dict[str, torch.Tensor]

LAYER = "language.model.layers."
ENDS = ("self_attn.o_proj.weight", "mlp.down_proj.weight")  # what a layer adds to the residual comes through these


def deepened(trained: Weights, config: ModelConfig, known: dict[str, tuple]) -> Weights:
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


def overlap(new: torch.Tensor, old: torch.Tensor) -> None:
    """Copies what both have a place for."""
    both = tuple(slice(min(n, o)) for n, o in zip(new.shape, old.shape, strict=True))
    new[both] = old[both]


def painted(trained: Weights, config: ModelConfig) -> Weights:
    """trained: weights of the stage `picture`. Names of a smaller UNet are those of the larger one's inner levels."""
    torch.manual_seed(0)
    fresh = {f"unet.{name}": weight.detach().clone() for name, weight in parts.unet(config).state_dict().items()}
    levels = 1 + max(int(name.split(".")[2]) for name in trained if name.startswith("unet.down_blocks."))
    outside = len(config.unet.blocks) - levels
    for name, weight in trained.items():
        if not name.startswith("unet.") or (outside and name.startswith(("unet.conv_in.", "unet.conv_"))):
            continue
        piece = name.split(".")
        if piece[1] == "down_blocks":
            piece[2] = str(int(piece[2]) + outside)
        target = fresh[".".join(piece)]
        if name == "unet.time_embedding.linear_1.weight":
            weight = every_other(weight, target.shape[1])
        overlap(target, weight)
    return fresh | {name: weight for name, weight in trained.items() if name.startswith("text.")}


def every_other(weight: torch.Tensor, width: int) -> torch.Tensor:
    """Of the frequencies of a timestep, cosines before sines, those that a narrower embedding has; each stands for its
    neighbours, too."""
    times = weight.shape[1] // width
    return weight.unflatten(1, (2, -1, times)).sum(-1).flatten(1)


def seeing(trained: Weights, config: ModelConfig) -> Weights:
    """trained: weights of the stage `vision`. A patch of a wider picture is weighed as its reduced one was."""
    name = "eyes.vit.embeddings.patch_embedding.weight"
    times = config.vision.patch // trained[name].shape[-1]
    wide = trained[name].repeat_interleave(times, 2).repeat_interleave(times, 3) / times**2
    return trained | {name: wide}


def mapped(trained: Weights, config: ModelConfig) -> Weights:
    """trained: weights of the stage `align`. New queries begin anew."""
    torch.manual_seed(0)
    queries = parts.VokenMapper(config).queries.detach().clone()
    overlap(queries, trained["mapper.queries"])
    return trained | {"mapper.queries": queries}


def known_to(trained: Weights) -> dict[str, tuple]:
    heads = {field: f"first.{field}.bias" for field in FIELDS}
    return {field: FIELDS[field][: len(trained[name])] for field, name in heads.items() if name in trained}


GROWN = {
    "language": lambda trained, config: deepened(trained, config, known_to(trained)),
    "picture": painted,
    "vision": seeing,
    "align": mapped,
}


def main(argv: list[str] | None = None) -> None:
    from interleaf.train.__main__ import MODELS

    parser = argparse.ArgumentParser(prog="interleaf.train.grow", description=__doc__)
    parser.add_argument("--from", dest="source", type=Path, default=RUNS)
    parser.add_argument("--to", type=Path, required=True)
    parser.add_argument("--model", choices=MODELS, default="next")
    options = parser.parse_args(argv)
    config, there = MODELS[options.model], [stage for stage in GROWN if (options.to / stage).exists()]
    if there:
        sys.exit(f"{options.to} has {', '.join(there)} already. Move them away first.")
    for stage, grow in GROWN.items():
        source, target = (folder / stage / "weights.safetensors" for folder in (options.source, options.to))
        if source.exists():
            target.parent.mkdir(parents=True)
            grown = grow(load_file(source), config)
            save_file({name: weight.contiguous() for name, weight in grown.items()}, target)
            print(f"{target}: {sum(weight.numel() for weight in grown.values()) / 1e6:.1f} million weights")
    if (options.source / "autoencoder").exists() and not (options.to / "autoencoder").exists():
        keep = shutil.ignore_patterns("checkpoint.pt")
        shutil.copytree(options.source / "autoencoder", options.to / "autoencoder", ignore=keep)


if __name__ == "__main__":
    main()
