"""What may take the place of the published painter: a UNet, an addition, a small decoder, smaller convolutions."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnxruntime as ort
import pytest
import torch
from converted import EXACT, SMALL, expected, official, plain, standin, traced_once
from diffusers import AutoencoderTiny
from exported import cosine
from peft import LoraConfig, get_peft_model
from peft.utils import get_peft_model_state_dict
from safetensors.torch import save_file

from interleaf.checkpoints.official import open_official
from interleaf.checkpoints.tensors import CheckpointError
from interleaf.convert import convert
from interleaf.exporting.conversion import Choices, Conversion
from interleaf.exporting.expanded import Expanded, expand
from interleaf.exporting.few_steps import METADATA, fuse_lora
from interleaf.exporting.formats import FORMATS
from interleaf.exporting.tiny_decoder import tiny_decoder

TARGETS = ["to_q", "to_k", "to_v", "to_out.0", "proj_in", "conv1", "conv_in"]


def run_file(path: Path, feeds: dict[str, np.ndarray]) -> np.ndarray:
    (output,) = ort.InferenceSession(path, providers=["CPUExecutionProvider"]).run(None, feeds)
    return output


def with_lora(unet, alpha: int):
    torch.manual_seed(0)
    config = LoraConfig(r=4, lora_alpha=alpha, target_modules=TARGETS, init_lora_weights=False)
    return get_peft_model(unet, config).eval().requires_grad_(False)


def write_lora(model, layout: str, folder: Path) -> Path:
    """The addition as the tools write it. diffusers alone tells no alpha: it is the rank, or peft's numbers tell it."""
    if layout == "peft":
        model.save_pretrained(folder)
        return folder / "adapter_model.safetensors"
    bare = {
        name.removeprefix("base_model.model."): w.contiguous() for name, w in get_peft_model_state_dict(model).items()
    }
    numbers, written, header = model.peft_config["default"].to_dict(), {}, {"format": "pt"}
    for name, weight in bare.items():
        module, _, end = name.rpartition(".lora_")
        down = end.startswith("A")
        if layout == "kohya":
            key = f"lora_unet_{module.replace('.', '_')}"
            written[f"{key}.alpha"] = torch.tensor(float(numbers["lora_alpha"]))
            written[f"{key}.lora_{'down' if down else 'up'}.weight"] = weight
        elif layout == "diffusers":
            written[f"unet.{module}.lora.{'down' if down else 'up'}.weight"] = weight
        else:
            written[f"unet.{name}"] = weight
    if layout == "diffusers with numbers":
        told = {f"unet.{name}": list(value) if isinstance(value, set) else value for name, value in numbers.items()}
        header[METADATA] = json.dumps(told)
    save_file(written, folder / "lora.safetensors", metadata=header)
    return folder / "lora.safetensors"


def noise_of(unet) -> np.ndarray:
    with torch.no_grad():
        return unet(*(torch.from_numpy(x) for x in expected("unet")[0].values()), return_dict=False)[0].numpy()


@pytest.mark.parametrize(
    ("layout", "alpha"), [("kohya", 8), ("peft", 8), ("diffusers", 4), ("diffusers with numbers", 8)]
)
def test_a_fused_addition_gives_what_peft_gives(tmp_path, layout, alpha):
    added = with_lora(official().unet(), alpha)
    exact, path = noise_of(added), write_lora(added, layout, tmp_path)
    assert np.abs(exact - noise_of(official().unet())).max() > 0.1
    assert np.abs(noise_of(fuse_lora(official().unet(), path)) - exact).max() < 1e-4


def test_an_addition_to_another_unet_or_to_more_than_it_is_refused(tmp_path):
    for name, words in (
        ("unet.mid_block.resnets.0.conv9.lora_A.weight", "has a place for 0|does not fit"),
        ("unet.conv_in.lora_A.weight", "does not fit"),
        ("text_encoder.layers.0.q_proj.lora_A.weight", "changes more than the UNet"),
        ("unet.conv_in.dora_scale", "cannot be fused"),
    ):
        both = {name: torch.zeros(4, 7), name.replace("lora_A", "lora_B"): torch.zeros(7, 4)}
        save_file(both | {"unet.conv_out.lora_A.weight": torch.zeros(4, 7)}, tmp_path / "l.safetensors")
        with pytest.raises(CheckpointError, match=words):
            fuse_lora(official().unet(), tmp_path / "l.safetensors")


def test_another_unet_with_an_addition_is_converted_as_peft_runs_it(tmp_path):
    other = official().unet()
    with torch.no_grad():
        for parameter in other.parameters():
            parameter.mul_(0.9)
    other.save_pretrained(tmp_path / "turbo" / "unet")
    added = with_lora(other, 8)
    exact, path = noise_of(added), write_lora(added, "kohya", tmp_path)
    turbo = open_official(replace(standin(), unet=tmp_path / "turbo"), SMALL)
    Conversion(turbo, EXACT, Choices(unet_lora=path), tmp_path).unet()
    assert np.abs(run_file(tmp_path / "f32.unet.onnx", expected("unet")[0]) - exact).max() < 1e-3
    assert np.abs(exact - expected("unet")[1]).max() > 0.1


def test_an_addition_is_sampled_in_few_steps_and_said_to_be_an_experiment(tmp_path, monkeypatch):
    monkeypatch.setattr(Conversion, "traced", traced_once)
    path = write_lora(with_lora(official().unet(), 8), "kohya", tmp_path)
    entry = convert(standin(), SMALL, FORMATS["q4f32"], tmp_path, choices=Choices(unet_lora=path), quiet=True)
    picture = entry["picture"]
    assert (picture["sampler"], picture["steps"], picture["guidance"]) == ("tcd", 4, 1.0)
    assert picture["distilled"] == {"steps": [1, 50]}
    assert picture["schedule"]["spacing"] == "trailing"
    assert entry["title"] == "MiniGPT-5 small stand-in in few steps (experimental)"
    assert "lora.safetensors" in entry["card"]["source"]


def published(decoder: torch.nn.Module, path: Path) -> Path:
    """As TAESD's authors number the layers."""
    layers = ((name.split(".", 1), weight) for name, weight in decoder.layers.state_dict().items())
    save_file({f"{int(at) + 1}.{rest}": weight for (at, rest), weight in layers}, path)
    return path


def test_a_tiny_decoder_of_either_layout_previews_as_in_pytorch(tmp_path):
    torch.manual_seed(0)
    tiny = AutoencoderTiny().eval()
    tiny.save_pretrained(tmp_path / "taesd")
    path = published(tiny.decoder, tmp_path / "taesd_decoder.safetensors")
    latents = 3 * torch.randn(1, 4, SMALL.unet.size, SMALL.unet.size)
    with torch.no_grad():
        exact = tiny.decode(latents).sample.numpy()
        for given in (path, tmp_path / "taesd"):
            assert np.abs(tiny_decoder(given).decode(latents).sample.numpy() - exact).max() < 1e-5
    conversion = Conversion(official(), EXACT, Choices(tiny_decoder=path), tmp_path)
    assert "preview" in conversion.parts()
    conversion.preview()
    image = run_file(tmp_path / "f32.preview.onnx", {"latents": latents.numpy()})
    assert image.shape == (1, 3, 64, 64) and np.abs(image - exact).max() < 1e-3


def test_convolutions_in_8_bits_are_read_as_they_were_expanded_and_cost_little(tmp_path, monkeypatch):
    monkeypatch.setattr(Conversion, "traced", traced_once)
    entry = convert(standin(), SMALL, FORMATS["q8f32"], tmp_path, choices=Choices(convolutions=8), quiet=True)
    folder = tmp_path / "weights" / SMALL.name
    stored = {file["path"]: file["expand"] for file in entry["files"] if "expand" in file}
    assert set(stored) == {"q8f32.unet.conv.0.data", "q8f32.vae_decoder.conv.0.data"}
    for name, told in stored.items():
        data = (folder / name).read_bytes()
        assert len(data) == sum(rows * (2 + columns) for rows, columns in told["rows"])
        (folder / name).write_bytes(expand(data, told))
        assert (folder / name).stat().st_size == told["bytes"] > 3.8 * len(data)  # it becomes float32
    # The decoder has little but convolutions, of which each adds its part; of trained ones 0.9998 is left.
    for name, least in (("unet", 0.9995), ("vae_decoder", 0.998)):
        inputs, exact = expected(name)
        wide = run_file(in_halves(tmp_path, name), inputs)
        narrow = run_file(folder / f"q8f32.{name}.onnx", inputs)
        assert cosine(narrow, exact) > least and cosine(narrow, wide) > least
        assert np.abs(narrow - wide).max() > 1e-4  # they are other weights
        assert cosine(wide, exact) > 0.9999


def in_halves(folder: Path, name: str) -> Path:
    """Convolutions that arrive in 16 bits, and are read in float32."""
    made = Conversion(official(), FORMATS["q8f32"], Choices(), folder).write(name, {name: plain(name)})
    assert list(made.expansions) == [f"q8f32.{name}.conv.0.data"]
    for path, told in made.expansions.items():
        stored = (folder / path).read_bytes()
        assert told == {"bytes": 2 * len(stored), "to": "float32"}
        (folder / path).write_bytes(expand(stored, told))
    return folder / f"q8f32.{name}.onnx"


def test_an_expanded_weight_is_the_nearest_of_255_steps(tmp_path):
    weight = np.random.default_rng(1).standard_normal((3, 4, 3, 3)).astype(np.float32)
    weight[1] = 0
    expanded = Expanded(tmp_path, "a")
    tensor = expanded.put("w", weight)
    (path,) = expanded.shapes
    told = {entry.key: entry.value for entry in tensor.external_data}
    assert told == {"location": path, "offset": "0", "length": str(2 * weight.size)}
    assert expanded.expansion(path) == {"bytes": 2 * weight.size, "rows": [(3, 36)]}
    read = np.frombuffer(expand((tmp_path / path).read_bytes(), {"rows": [(3, 36)]}), "<f2").reshape(weight.shape)
    step = np.abs(weight).max(axis=(1, 2, 3), keepdims=True) / 127
    assert (np.abs(read - weight) <= 0.52 * step + 1e-6).all() and (read[1] == 0).all()
