"""The official weights as compressed graphs, one part after the other, each let go before the next is read."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import onnx
import torch
from diffusers import AutoencoderTiny

from interleaf import parts
from interleaf.checkpoints.official import Official
from interleaf.exporting import memory
from interleaf.exporting.decoder import plain_decoder
from interleaf.exporting.expanded import Expanded
from interleaf.exporting.few_steps import fuse_lora
from interleaf.exporting.formats import Format
from interleaf.exporting.fused import fuse
from interleaf.exporting.graphs import OUTPUTS, Decode, Denoise, Preview, embed_graph, example_inputs, trace
from interleaf.exporting.manifest import NULL_CONDITIONING
from interleaf.exporting.nodes import Plain, Weight
from interleaf.exporting.placement import elsewhere
from interleaf.exporting.quantise import compress
from interleaf.exporting.shards import INSIDE, Shards, data_files
from interleaf.exporting.tiny_decoder import tiny_decoder

GRAPH_BYTES = 10_000_000  # of a graph without its weights
EXACT_SUFFIX = "_f32"
EXPANDED = ("unet", "vae_decoder")  # the eyes' one convolution is small, and the first thing that is seen


@dataclass(frozen=True)
class Choices:
    """What may be put in the place of the published parts."""

    unet_lora: Path | None = None
    tiny_decoder: Path | None = None
    convolutions: int = 16  # bits of a convolution's weights on the way: 16 or 8


@dataclass
class Made:
    """What came of a part: manifest entries by graph, files in the folder, memory by graph."""

    graphs: dict[str, dict] = field(default_factory=dict)
    paths: list[str] = field(default_factory=list)
    expansions: dict[str, dict] = field(default_factory=dict)
    gpu_bytes: dict[str, int] = field(default_factory=dict)
    largest: int = 0  # bytes that a GPU has to bind at once


class Conversion:
    def __init__(
        self,
        official: Official,
        format: Format,
        choices: Choices,
        folder: Path,
        progress: Callable[[int], object] = lambda _: None,
    ):
        """progress: told the bytes of each weight that was written."""
        self.official, self.config, self.format = official, official.config, format
        self.choices, self.folder, self.progress = choices, folder, progress

    def parts(self) -> dict[str, Callable[[], Made]]:
        """What there is to do, in order."""
        found = {"embed": self.embed, "decoder": self.decoder, "mapper": self.mapper, "unet": self.unet}
        found["vae_decoder"] = self.vae_decoder
        if self.official.sees:
            found["vision"] = self.vision
        if self.choices.tiny_decoder:
            found["preview"] = self.preview
        return found

    def embed(self) -> Made:
        c = self.config.language
        language = self.official.language()
        table = Weight.float32((c.vocab_size, c.width), lambda: language["model.embed_tokens.weight"])
        return self.write("embed", {"embed": embed_graph(table)})

    def decoder(self) -> Made:
        with torch.device("meta"):
            config = parts.language_model(self.config).config
        state, length = self.official.language(), self.config.language.context
        plain = plain_decoder(config, state, length, fold=self.format.half, finer=self.format.bits == 4)
        return self.write("decoder", {"decoder": plain})

    def vision(self) -> Made:
        return self.write("vision", {"vision": self.traced("vision", self.official.eyes())})

    def mapper(self) -> Made:
        mapper = self.official.mapper()
        # Before it is rewritten for the tracer, after which it cannot be run.
        (self.folder / NULL_CONDITIONING).write_bytes(null_conditioning(mapper, self.config).astype("<f4").tobytes())
        made = self.write("mapper", {"mapper": self.traced("mapper", mapper)})
        made.paths.append(NULL_CONDITIONING)
        return made

    def unet(self) -> Made:
        unet = self.official.unet()
        if self.choices.unet_lora:
            unet = fuse_lora(unet, self.choices.unet_lora)
        return self.write("unet", {"unet": self.traced("unet", Denoise(unet))})

    def vae_decoder(self) -> Made:
        plain = {"vae_decoder": self.traced("vae_decoder", Decode(self.official.autoencoder()))}
        if self.format.half:  # beside it, on the same weights, what does not overflow
            exact = Decode(self.official.autoencoder())
            plain[f"vae_decoder{EXACT_SUFFIX}"] = self.traced("vae_decoder", exact, half=False)
        return self.write("vae_decoder", plain)

    def preview(self) -> Made:
        decoder = Preview(tiny_decoder(self.choices.tiny_decoder))
        return self.write("preview", {"preview": self.traced("preview", decoder)})

    def traced(self, name: str, module: torch.nn.Module, half: bool | None = None) -> Plain:
        free = ("sample", "encoder_hidden_states") if name == "unet" else ()
        fused = fuse(module.eval(), group_norm=self.format.half if half is None else half)
        return trace(fused, example_inputs(self.config, name), OUTPUTS[name], free)

    def write(self, part: str, graphs: dict[str, Plain]) -> Made:
        made, stem = Made(), f"{self.format.id}.{part}"
        shards = Shards(self.folder, stem)
        expanded = Expanded(self.folder, stem, self.choices.convolutions, self.format.widens)
        for name, plain in graphs.items():
            format = self.format.widened if name.endswith(EXACT_SUFFIX) else self.format
            model = compress(plain, format, self.put(shards, expanded if part in EXPANDED else None))
            self.check(name, model)
            path = f"{self.format.id}.{name}.onnx"
            (self.folder / path).write_bytes(model.SerializeToString())
            data = data_files(model)
            made.graphs[name] = {"model": path, "data": data}
            made.paths += [path, *(file for file in data if file not in made.paths)]
            made.expansions |= {file: expanded.expansion(file) for file in data if expanded.expansion(file)}
            self.measure(made, name, plain, model, format)
        return made

    def put(self, shards: Shards, expanded: Expanded | None):
        def put(name: str, array: np.ndarray) -> onnx.TensorProto:
            self.progress(array.nbytes)
            convolution = array.ndim == 4 and array.dtype == (np.float32 if self.format.widens else np.float16)
            grows = self.format.widens or self.choices.convolutions == 8
            if expanded and grows and convolution and array.nbytes >= INSIDE:  # what is small stays as it is
                return expanded.put(name, array)
            return shards.put(name, array)

        return put

    def check(self, name: str, model: onnx.ModelProto) -> None:
        if others := elsewhere(model):
            raise ValueError(f"{name} has operators that the WebGPU provider does not compute: {', '.join(others)}.")
        if model.ByteSize() > GRAPH_BYTES:
            raise ValueError(f"{name} has {model.ByteSize()} bytes without its weights; {GRAPH_BYTES} are allowed.")

    def measure(self, made: Made, name: str, plain: Plain, model: onnx.ModelProto, format: Format) -> None:
        element, weights = 2 if format.half else 4, memory.weight_bytes(model)
        if name == "decoder":
            working, largest = memory.decoder_bytes(self.config, element)
        else:
            working, largest = memory.activation_bytes(plain, element)
            working = int(working * memory.POOLED)
        made.gpu_bytes[name] = sum(weights.values()) + working
        if not name.endswith(EXACT_SUFFIX):  # who cannot bind what it needs does without it
            made.largest = max(made.largest, largest, *weights.values())


def null_conditioning(mapper: parts.VokenMapper, config) -> np.ndarray:  # (L, C)
    with torch.no_grad():
        return mapper(torch.zeros(1, config.vokens, config.language.width))[0].numpy()


def check_choices(official: Official, choices: Choices) -> None:
    """Raises CheckpointError before anything long is begun where a file does not fit."""
    if choices.unet_lora:
        with torch.device("meta"):
            unet = parts.unet(official.config)
        fuse_lora(unet, choices.unet_lora)
    if choices.tiny_decoder:
        tiny_decoder(choices.tiny_decoder)


def parameters(config, tiny: bool, sees: bool) -> dict[str, int]:
    """How many weights each part has, without reading any."""

    def count(build: Callable[[], torch.nn.Module]) -> int:
        with torch.device("meta"):
            return sum(math.prod(parameter.shape) for parameter in build().parameters())

    table = config.language.vocab_size * config.language.width
    found = {"embed": table, "decoder": count(lambda: parts.language_model(config)) - table}
    found |= {"mapper": count(lambda: parts.VokenMapper(config)), "unet": count(lambda: parts.unet(config))}
    found["vae_decoder"] = count(lambda: parts.autoencoder(config).decoder)
    if sees:
        found["vision"] = count(lambda: parts.Eyes(config))
    if tiny:
        found["preview"] = count(lambda: AutoencoderTiny().decoder)
    return found
