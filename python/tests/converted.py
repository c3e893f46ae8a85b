"""A small MiniGPT-5 of the official layout, random in its weights, converted: for the tests here and in the browser's.

python tests/converted.py OUT [FORMAT …]: writes OUT/weights-manifest.json and OUT/weights/ in q4f16, or in the given
formats (`:8` after one: with convolutions in 8 bits), and OUT/expected/: inputs and float32 outputs of PyTorch by
graph, graphs of large numbers, and one with an operator that no GPU computes.
"""

import json
import sys
import tempfile
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import onnx
import torch
from diffusers.models.attention_processor import Attention
from exported import run
from torch import nn

from interleaf import parts
from interleaf.checkpoints.official import Official, OfficialFiles, open_official
from interleaf.config import MINIGPT5_SMALL
from interleaf.convert import convert
from interleaf.exporting.blocks import four_bits
from interleaf.exporting.conversion import Choices, Conversion, Made
from interleaf.exporting.formats import FORMATS, Format
from interleaf.exporting.fused import fuse
from interleaf.exporting.graphs import Decode, Denoise, example_inputs, trace
from interleaf.exporting.nodes import Graph, Plain, Weight
from interleaf.exporting.quantise import compress
from interleaf.standin import write_standin

# One layer of each kind and small pictures, because tracing and computing them takes most of the time.
SMALL = replace(
    MINIGPT5_SMALL,
    unet=replace(
        MINIGPT5_SMALL.unet,
        size=8,
        resnets=1,
        blocks=(32, 64),
        heads=(2, 4),
        down=("CrossAttnDownBlock2D", "DownBlock2D"),
        up=("UpBlock2D", "CrossAttnUpBlock2D"),
    ),
    autoencoder=replace(MINIGPT5_SMALL.autoencoder, resnets=1, size=64),
)
EXACT = Format("f32", bits=None, exact=True)
_folder = tempfile.TemporaryDirectory()
TRACED = Conversion.traced


@cache
def standin() -> OfficialFiles:
    torch.set_num_threads(1)
    return write_standin(SMALL, Path(_folder.name), quiet=True)


@cache
def official() -> Official:
    return open_official(standin(), SMALL)


def plain(name: str, half: bool = False) -> Plain:
    """The float32 graph as it is compressed, for the CPU or for float16."""
    return caught(name, half and name in ("unet", "vae_decoder"))


@cache
def caught(name: str, half: bool) -> Plain:
    found = {}

    class Uncompressed(Conversion):
        traced = TRACED

        def write(self, part, graphs):
            found.update(graphs)
            return Made()

    format = FORMATS["q4f16" if half else "q4f32"]
    Uncompressed(official(), format, Choices(), Path(_folder.name)).parts()[name]()
    return found[name]


def traced_once(conversion: Conversion, name: str, module: nn.Module, half: bool | None = None) -> Plain:
    """In the place of Conversion.traced, which takes most of a conversion's time, where the weights do not matter."""
    return plain(name, conversion.format.half if half is None else half)


def graph(name: str, format: Format) -> onnx.ModelProto:
    return compress(plain(name, format.half), format, inside)


def inside(name: str, array: np.ndarray) -> onnx.TensorProto:
    return onnx.numpy_helper.from_array(np.ascontiguousarray(array), name)


@cache
def expected(name: str) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Inputs, and what PyTorch makes of them in float32."""
    inputs = example_inputs(SMALL, name)
    with torch.no_grad():
        exact = module(name)(*inputs.values()).numpy()
    return {key: value.numpy() for key, value in inputs.items()}, exact


def module(name: str) -> nn.Module:
    if name == "vision":
        eyes = official().eyes()
        eyes.vit.set_attn_implementation("eager")
        eyes.qformer.set_attn_implementation("eager")
        return eyes
    return {
        "mapper": official().mapper,
        "unet": lambda: Denoise(official().unet()),
        "vae_decoder": lambda: Decode(official().autoencoder()),
    }[name]()


@cache
def language():
    with torch.device("meta"):
        llama = parts.language_model(official().config)
    llama.load_state_dict(dict(official().language()), assign=True)
    llama.model.rotary_emb = type(llama.model.rotary_emb)(llama.config)
    return llama.eval().requires_grad_(False)


def empty_caches(dtype=np.float32) -> dict[str, np.ndarray]:
    c = SMALL.language
    shape = (1, c.heads, c.context, c.width // c.heads)
    return {f"past_key_values.{i}.{p}": np.zeros(shape, dtype) for i in range(c.layers) for p in ("key", "value")}


@cache
def thought(rows: int = 40) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Embeddings of a context, and PyTorch's final hidden states and last logits."""
    ids = torch.randint(SMALL.language.vocab_size, (1, rows), generator=torch.Generator().manual_seed(4))
    embeds = language().get_input_embeddings()(ids)
    states = language().model(inputs_embeds=embeds).last_hidden_state
    return embeds.numpy(), states.numpy(), language().lm_head(states[:, -1:]).numpy()


def think(decoder: onnx.ModelProto, dtype=np.float32) -> dict[str, np.ndarray]:
    embeds, states, _ = thought()
    mask = np.ones((1, states.shape[1]), np.int64)
    return run(decoder, {"inputs_embeds": embeds, "attention_mask": mask, **empty_caches(dtype)})


class Large(nn.Module):
    """A group norm and an attention as a UNet has them, on activations of up to 30000.

    In float16 the sums of their squares are infinite, and so are queries whose scale is not folded into their weights:
    those reach 100000, the largest float16 is 65504. What comes out is small again.
    """

    def __init__(self):
        super().__init__()
        self.norm = nn.GroupNorm(4, 32)
        # At widths of 32 and 64 the software GPU of the tests never ends.
        self.attention = Attention(32, heads=1, dim_head=48, bias=True)
        self.attention.to_q.weight.data *= 5e4
        self.attention.to_k.weight.data *= 1e-3
        self.attention.to_k.bias.data *= 1e-3
        self.x = 30000 * torch.rand(1, 32, 6, 6, generator=torch.Generator().manual_seed(1))

    def forward(self, x):  # (1, 32, 6, 6) -> (1, 36, 32)
        return self.attention(self.norm(x).flatten(2).transpose(1, 2))


def large(folded: bool) -> tuple[onnx.ModelProto, np.ndarray, np.ndarray]:
    """In float16: the graph, an input, and PyTorch's float32 output."""
    torch.manual_seed(2)
    module = Large().eval().requires_grad_(False)
    exact = module(module.x).numpy()
    scale = module.attention.scale
    fuse(module, group_norm=True)
    if not folded:
        power = scale / module.attention.rest
        module.attention.to_q.weight.data /= power
        module.attention.to_q.bias.data /= power
        module.attention.rest = scale
    return compress(trace(module, {"x": module.x}, "y"), FORMATS["fp16"], inside), module.x.numpy(), exact


def sums() -> tuple[onnx.ModelProto, np.ndarray, np.ndarray]:
    """Graph, input and output of a product of 4 bits in float16 whose sums pass 90000 on their way to small numbers."""
    width, rows = 4096, 64
    weight = np.full((rows, width), 0.25, np.float32)
    weight[:, width // 2 :] *= -1
    # In eighths, of which four bits lose nothing: a GPU rounds steps times scales to float16.
    weight[:, 1::32] *= (1 + np.arange(rows) % 7)[:, None] / 8
    x = 200 + np.random.default_rng(0).standard_normal((1, 40, width), np.float32)
    x = x.astype(np.float16).astype(np.float32)
    made = Graph()
    made.linear("y", "x", Weight.of(weight))
    ends = (("x", width), ("y", rows))
    ports = [onnx.helper.make_tensor_value_info(n, onnx.TensorProto.FLOAT, [1, "n", size]) for n, size in ends]
    graph = compress(made.plain("sums", ports[:1], ports[1:]), FORMATS["q4f16"], inside)
    stored, scales = four_bits(weight, np.float16)
    steps = np.stack([stored & 15, stored >> 4], -1).reshape(rows, -1, 32).astype(np.float32) - 8
    return graph, x, x @ (steps * scales.astype(np.float32)[..., None]).reshape(rows, width).T


def write_expected(folder: Path) -> None:
    folder.mkdir(parents=True)
    tensors = {}
    for name in ("vision", "mapper", "unet", "vae_decoder"):
        inputs, exact = expected(name)
        tensors[name] = {"inputs": {key: keep(folder, f"{name}.{key}", value) for key, value in inputs.items()}}
        tensors[name]["output"] = keep(folder, name, exact)
    embeds, states, _ = thought()
    tensors["decoder"] = {"inputs": {"inputs_embeds": keep(folder, "embeds", embeds)}}
    tensors["decoder"]["output"] = keep(folder, "decoder", states)
    for folded in (True, False):
        name = "large" if folded else "large-unfolded"
        half, x, exact = large(folded)
        (folder / f"{name}.onnx").write_bytes(half.SerializeToString())
        tensors[name] = {"inputs": {"x": keep(folder, f"{name}.x", x)}, "output": keep(folder, name, exact)}
    half, x, exact = sums()
    (folder / "sums.onnx").write_bytes(half.SerializeToString())
    tensors["sums"] = {"inputs": {"x": keep(folder, "sums.x", x)}, "output": keep(folder, "sums", exact)}
    (folder / "elsewhere.onnx").write_bytes(elsewhere().SerializeToString())
    (folder / "expected.json").write_text(json.dumps(tensors))


def elsewhere() -> onnx.ModelProto:
    """An operator without a WebGPU kernel between two with one."""
    names = ("Relu", "Hardmax", "Relu")
    nodes = [onnx.helper.make_node(name, [f"x{i}"], [f"x{i + 1}"], name=f"{name}:{i}") for i, name in enumerate(names)]
    x, y = (onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, [1, 8]) for name in ("x0", "x3"))
    graph = onnx.helper.make_graph(nodes, "elsewhere", [x], [y])
    return onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 18)], ir_version=8)


def keep(folder: Path, name: str, array: np.ndarray) -> dict:
    (folder / f"{name}.f32").write_bytes(array.astype("<f4").tobytes())
    return {"file": f"{name}.f32", "dims": array.shape}


if __name__ == "__main__":
    out = Path(sys.argv[1])
    for each in sys.argv[2:] or ["q4f16"]:
        name, _, bits = each.partition(":")
        convert(standin(), SMALL, FORMATS[name], out, choices=Choices(convolutions=int(bits or 16)), quiet=True)
    write_expected(out / "expected")
