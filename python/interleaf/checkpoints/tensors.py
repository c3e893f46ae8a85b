"""The tensors of a checkpoint: one file or a folder of shards, safetensors or pickles. Nothing in a pickle is run."""

import json
import pickle
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open

STEMS = ("model", "pytorch_model", "diffusion_pytorch_model")
ENDINGS = (".safetensors", ".fp16.safetensors", ".bin", ".fp16.bin")
WRAPPERS = ("model", "state_dict")  # of LAVIS and MiniGPT-4, of Lightning


class CheckpointError(ValueError):
    """A checkpoint is not what it should be. The message lists every fault."""


@dataclass(frozen=True)
class Tensors:
    """What a checkpoint holds. No data is kept: it is read when it is asked for."""

    path: Path
    shapes: Mapping[str, tuple[int, ...]]
    shards: Mapping[str, Path]  # the file that each tensor lies in
    beside: tuple[str, ...] = ()  # entries that are not weights: an optimiser's state, an epoch

    @contextmanager
    def reading(self) -> Iterator[Callable[[str], torch.Tensor]]:
        """A function from a name to its tensor, of the stored type. Files stay mapped until the end of the block."""
        files: dict[Path, Callable[[str], torch.Tensor]] = {}

        def read(name: str) -> torch.Tensor:
            path = self.shards[name]
            if path not in files:
                files[path] = _open(path)[1]
            return files[path](name)

        yield read


def open_tensors(path: Path) -> Tensors:
    """Raises CheckpointError for what is missing, damaged, or holds more than weights."""
    shapes, shards, beside = {}, {}, ()
    for file in _files(path):
        found, _, beside = _open(file)
        shapes.update(found)
        shards.update(dict.fromkeys(found, file))
    return Tensors(path, shapes, shards, beside)


def read_json(path: Path) -> dict:
    """Of a configuration beside the weights. Nothing where there is no such file."""
    if not path.exists():
        return {}
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise CheckpointError(f"{path} is not JSON ({error}). Download it again.") from error


def _files(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise CheckpointError(f"{path} does not exist. Give the path of the downloaded file or folder.")
    for name in (stem + ending for ending in ENDINGS for stem in STEMS):
        if (path / name).exists():
            return [path / name]
        if index := read_json(path / f"{name}.index.json"):
            files = sorted({path / file for file in index["weight_map"].values()})
            if missing := [file.name for file in files if not file.exists()]:
                raise CheckpointError(f"{path} lacks {', '.join(missing)}, which {name}.index.json names.")
            return files
    raise CheckpointError(f"{path} holds no weights: looked for {', '.join(STEMS)} with {', '.join(ENDINGS)}.")


def _open(path: Path):
    """-> shapes by name, a reader, the names of what is not weights."""
    try:
        return _open_safetensors(path) if path.suffix == ".safetensors" else _open_pickle(path)
    except (SafetensorError, RuntimeError, EOFError, OSError, KeyError) as error:
        size = path.stat().st_size
        raise CheckpointError(
            f"{path} ({size} bytes) cannot be read as a checkpoint: {str(error).splitlines()[0]}. "
            "Perhaps its download is incomplete; compare its size and download it again."
        ) from error


def _open_safetensors(path: Path):
    file = safe_open(path, "pt")
    shapes = {name: tuple(file.get_slice(name).get_shape()) for name in file.keys()}
    return shapes, file.get_tensor, ()


def _open_pickle(path: Path):
    try:
        # Only the zip format can be mapped; files of torch before 1.6 are read whole.
        loaded = torch.load(path, map_location="cpu", weights_only=True, mmap=zipfile.is_zipfile(path))
    except pickle.UnpicklingError as error:
        asked = re.search(r"GLOBAL (\S+)", str(error))
        raise CheckpointError(
            f"{path} holds more than weights{f' ({asked[1]})' if asked else ''}, and nothing in it was run. "
            "Use the published file; of one that you trust, save its dictionary of tensors alone with torch.save."
        ) from error
    weights, beside = _unwrap(path, loaded)
    return {name: tuple(tensor.shape) for name, tensor in weights.items()}, weights.__getitem__, beside


def _unwrap(path: Path, loaded) -> tuple[Mapping[str, torch.Tensor], tuple[str, ...]]:
    if not isinstance(loaded, dict):
        raise CheckpointError(f"{path} is not a dictionary of tensors: it is a {type(loaded).__name__}.")
    wrapper = next((key for key in WRAPPERS if isinstance(loaded.get(key), dict)), None)
    weights = loaded[wrapper] if wrapper else loaded
    if strange := [str(name) for name, value in weights.items() if not isinstance(value, torch.Tensor)]:
        raise CheckpointError(f"{path} is not a dictionary of tensors: {', '.join(strange[:5])} in it are none.")
    return weights, tuple(str(key) for key in loaded if wrapper and key != wrapper)
