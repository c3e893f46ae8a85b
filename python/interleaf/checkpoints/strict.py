"""Strict loading: every tensor expected is found, every tensor found is used or left with a reason."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import nn

from interleaf.checkpoints.tensors import CheckpointError, Tensors

Shape = tuple[int, ...]


class Source:
    """One checkpoint, of which every tensor has to be accounted for.

    leave: (regular expression, reason) of what is deliberately not used; what is expected is used all the same.
    """

    def __init__(self, tensors: Tensors, leave: Iterable[tuple[str, str]] = ()):
        self.tensors = tensors
        self.leave = [(re.compile(pattern), reason) for pattern, reason in leave]
        self._expected: dict[str, Shape] = {}

    def expect(self, name: str, shape: Shape) -> None:
        self._expected[name] = shape

    def _reason(self, name: str) -> str | None:
        return next((reason for pattern, reason in self.leave if pattern.fullmatch(name)), None)

    def faults(self) -> list[tuple[str, str]]:
        """(kind, name with what is wrong) of every tensor that is missing, unexpected or of another shape."""
        found = self.tensors.shapes
        missing = [("missing", f"{name} {list(shape)}") for name, shape in self._expected.items() if name not in found]
        wrong = [
            ("of another shape", f"{name} is {list(found[name])}, expected {list(shape)}")
            for name, shape in self._expected.items()
            if name in found and tuple(found[name]) != tuple(shape)
        ]
        unexpected = [
            ("unexpected", f"{name} {list(shape)}")
            for name, shape in found.items()
            if name not in self._expected and self._reason(name) is None
        ]
        return missing + wrong + unexpected

    def ignored(self) -> list[str]:
        """What is left in the file, each with its reason."""
        left = [f"{name}: {self._reason(name)}" for name in self.tensors.shapes if name not in self._expected]
        beside = [f"{name}: not weights" for name in self.tensors.beside]
        return [f"{self.tensors.path.name}: {line}" for line in left + beside]


def check(sources: Iterable[Source], further: Iterable[str] = ()) -> None:
    """Raises one CheckpointError with every fault of all files."""
    lines = list(further)
    for source in sources:
        if faults := source.faults():
            lines.append(f"{source.tensors.path}:")
            lines += [f"  {kind}: {what}" for kind, what in faults]
    if lines:
        raise CheckpointError("These files do not make the model.\n" + "\n".join(lines))


def differences(where: Path, told: Mapping, known: Mapping) -> list[str]:
    """A line for each number of a configuration file that is not the model's. What the file leaves out is not asked."""
    return [
        f"{where}: {name} is {told[name]}, the model has {value}"
        for name, value in known.items()
        if name in told and _plain(told[name]) != _plain(value)
    ]


def _plain(value):
    return list(value) if isinstance(value, list | tuple) else value


@dataclass(frozen=True)
class Piece:
    """A tensor of ours, made of tensors of files. make gets them in float32, in the order of parts."""

    parts: tuple[tuple[Source, str, Shape], ...]
    make: Callable[..., torch.Tensor] = lambda tensor: tensor


def piece(source: Source, name: str, shape: Shape) -> Piece:
    return Piece(((source, name, tuple(shape)),))


class Weights(Mapping[str, torch.Tensor]):
    """A state dict that is made while it is read: float32, one tensor at a time, none kept."""

    def __init__(self, pieces: Mapping[str, Piece]):
        self._pieces = dict(pieces)
        for made in self._pieces.values():
            for source, name, shape in made.parts:
                source.expect(name, shape)

    def __iter__(self) -> Iterator[str]:
        return iter(self._pieces)

    def __len__(self) -> int:
        return len(self._pieces)

    def __getitem__(self, key: str) -> torch.Tensor:
        with ExitStack() as stack:
            return self._make(key, self._readers(stack, [key]))

    def read_all(self) -> dict[str, torch.Tensor]:
        """Every tensor at once, with each file opened once."""
        with ExitStack() as stack:
            readers = self._readers(stack, self._pieces)
            return {key: self._make(key, readers) for key in self._pieces}

    def _readers(self, stack: ExitStack, keys: Iterable[str]) -> dict[int, Callable[[str], torch.Tensor]]:
        sources = {id(source): source for key in keys for source, _, _ in self._pieces[key].parts}
        return {at: stack.enter_context(source.tensors.reading()) for at, source in sources.items()}

    def _make(self, key: str, readers) -> torch.Tensor:
        # A copy: what is returned must not hold the file in memory.
        parts = [readers[id(s)](name).to(torch.float32, copy=True) for s, name, _ in self._pieces[key].parts]
        return self._pieces[key].make(*parts)


def shapes(build: Callable[[], nn.Module]) -> dict[str, Shape]:
    """Of the state dict of the module that is built, without its memory."""
    with torch.device("meta"):
        return {name: tuple(tensor.shape) for name, tensor in build().state_dict().items()}


def load(build: Callable[[], nn.Module], weights: Weights) -> nn.Module:
    """The module with these weights and no others, in evaluation mode."""
    with torch.device("meta"):
        module = build()
    module.load_state_dict(weights.read_all(), strict=True, assign=True)
    return module.eval().requires_grad_(False)
