"""What is exported can be trained on: every weight of a shipped graph finds its way back."""

from functools import cache

import pytest
import torch
from exported import cosine
from safetensors.torch import load_file

from interleaf import export as exporter
from interleaf.config import TOY
from interleaf.model import MiniGPT5
from interleaf.restore import restore, stages_of
from interleaf.train.__main__ import main


@cache
def toy() -> MiniGPT5:
    torch.manual_seed(3)
    model = MiniGPT5(TOY).eval().requires_grad_(False)
    for parameter in model.parameters():  # no two alike, as after a training: the tracer shares equal weights
        parameter.add_(0.02 * torch.randn_like(parameter))
    return model


@pytest.fixture(scope="module")
def restored(tmp_path_factory):
    out, runs = tmp_path_factory.mktemp("public"), tmp_path_factory.mktemp("runs")
    exporter.export(toy(), out)
    restore(out / "weights" / "toy", 0.7, runs, TOY)
    return runs


def test_every_weight_is_the_exported_one(restored):
    exported, seen = dict(toy().named_parameters()), set()
    for prefix, (stage, there) in stages_of(TOY).items():
        for name, weight in load_file(restored / stage / "weights.safetensors").items():
            exact = exported[prefix + name.removeprefix(there)]
            assert weight.shape == exact.shape
            # 8 bits in blocks of 32: at most half a step, a 254th of the largest weight of a block.
            assert (weight - exact).abs().max() <= exact.abs().max() / 250, name
            assert exact.abs().max() == 0 or cosine(weight.numpy(), exact.numpy()) > 0.999, name
            seen.add(prefix + name.removeprefix(there))
    never = ("autoencoder.encoder.", "autoencoder.quant_conv.")
    assert {name for name in exported if not name.startswith(never)} == seen


def test_training_goes_on_from_what_was_restored(restored):
    main(["--stage", "autoencoder", "--keep", "decoder", "--model", "toy", "--steps", "2", "--runs", str(restored)])
    after = load_file(restored / "autoencoder" / "weights.safetensors")
    name = "decoder.conv_in.weight"
    assert torch.allclose(after[name], toy().autoencoder.state_dict()[name], atol=1e-3)


def test_graphs_of_another_shape_are_refused(restored, tmp_path):
    (tmp_path / "wrong").mkdir()
    with pytest.raises(FileNotFoundError):
        restore(tmp_path / "wrong", 0.7, tmp_path / "runs", TOY)
