"""The small stand-ins of the official files: written once for all tests that need them, and ways to damage copies."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import torch
from safetensors.torch import load_file, save_file

from interleaf.checkpoints.official import Official, OfficialFiles, open_official
from interleaf.config import MINIGPT5_SMALL as SMALL
from interleaf.standin import write_standin

_folder = TemporaryDirectory()  # ends with the tests


@cache
def files() -> OfficialFiles:
    torch.set_num_threads(1)
    return write_standin(SMALL, Path(_folder.name), quiet=True)


@cache
def official() -> Official:
    return open_official(files(), SMALL)


def changed(to: Path, field: str, change: Callable[[dict], object]) -> OfficialFiles:
    """The files with one pickle replaced by a copy in the folder `to`, after `change` of its weights."""
    path = getattr(files(), field)
    loaded = torch.load(path, weights_only=True)
    change(loaded.get("state_dict", loaded.get("model", loaded)))
    torch.save(loaded, to / path.name)
    return replace(files(), **{field: to / path.name})


def copied(to: Path, field: str) -> OfficialFiles:
    """The files with one folder replaced by a copy below `to`."""
    path = getattr(files(), field)
    shutil.copytree(path, to / path.name)
    return replace(files(), **{field: to / path.name})


def rewrite(path: Path, change: Callable[[dict], object]) -> None:
    weights = load_file(path)
    change(weights)
    save_file(weights, path)
