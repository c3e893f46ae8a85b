"""Each traced graph equals its PyTorch module; what is written is what the manifest says."""

import hashlib
import json

import numpy as np
import onnx
import pytest
import torch
from exported import cosine, run, toy, toy_graphs
from onnx import numpy_helper

from interleaf import export as exporter
from interleaf.config import TOY
from interleaf.exporting.graphs import OUTPUTS, example_inputs, modules
from interleaf.exporting.quantise import quantise
from interleaf.stories import tokens

TRACED = ("vision", "mapper", "unet", "vae_decoder")
# float32, sums over up to 16·16·9 terms in another order: 1e-5 was measured.
CLOSE = 1e-4
# What the native WebGPU provider of ONNX Runtime computes; anything else would be copied to the CPU and back.
ON_GPU = set(
    "Add Cast Concat Conv Cos Div Erf Expand Gather Gemm GroupQueryAttention InstanceNormalization LayerNormalization "
    "MatMul MatMulNBits Mul Relu Reshape Resize Shape Sigmoid SimplifiedLayerNormalization Sin "
    "SkipSimplifiedLayerNormalization Slice Softmax Split Squeeze Sub Transpose Unsqueeze".split()
)


def both(name: str, graph: onnx.ModelProto, batch: int | None = None):
    """The graph's output and PyTorch's for the same inputs."""
    inputs = {
        key: value[:batch] if batch and key != "timestep" else value for key, value in example_inputs(TOY, name).items()
    }
    exact = modules(toy())[name](*inputs.values()).numpy()
    return run(graph, {key: value.numpy() for key, value in inputs.items()})[OUTPUTS[name]], exact


@pytest.mark.parametrize("name", TRACED)
def test_a_graph_equals_pytorch(name):
    ours, exact = both(name, toy_graphs()[name])
    assert ours.shape == exact.shape
    assert np.abs(ours - exact).max() < CLOSE


def test_the_unet_takes_one_sample_too():
    ours, exact = both("unet", toy_graphs()["unet"], batch=1)
    assert ours.shape[0] == 1
    assert np.abs(ours - exact).max() < CLOSE


def test_embed_looks_up_rows():
    ids = np.array([[1, 5, 2047, 2048, 2056]])
    table = toy().language.get_input_embeddings().weight
    assert np.array_equal(run(toy_graphs()["embed"], {"input_ids": ids})["inputs_embeds"], table[ids].numpy())


@pytest.mark.parametrize("name", TRACED)
def test_a_quantised_graph_stays_close(name):
    ours, exact = both(name, quantise(toy_graphs()[name]))
    assert cosine(ours, exact) > 0.999


@pytest.mark.parametrize("name", TRACED)
def test_a_wrong_weight_is_noticed(name):
    wrong = onnx.ModelProto()
    wrong.CopyFrom(toy_graphs()[name])
    weights = {weight.name: weight for weight in wrong.graph.initializer}
    products = [n for n in wrong.graph.node if n.op_type in ("MatMul", "Gemm", "Conv") and n.input[1] in weights]
    last = weights[products[-1].input[1]]  # an earlier one of the toy's hardly shows: norms follow, and it is random
    last.CopyFrom(numpy_helper.from_array(numpy_helper.to_array(last) * np.float32(1.1), last.name))
    ours, exact = both(name, wrong)
    assert np.abs(ours - exact).max() > 2 * CLOSE


def test_every_operator_runs_on_a_gpu():
    for name, graph in toy_graphs().items():
        assert {node.op_type for node in quantise(graph).graph.node} <= ON_GPU, name


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    out = tmp_path_factory.mktemp("public")
    original = exporter.build_graphs
    exporter.build_graphs = lambda model: toy_graphs()
    try:
        exporter.export(toy(), out)
    finally:
        exporter.build_graphs = original
    return out, json.loads((out / "weights-manifest.json").read_text())["models"][0]


def test_the_manifest_names_every_byte(written):
    out, entry = written
    folder = out / entry["mirrors"][0]
    assert {file["path"] for file in entry["files"]} == {path.name for path in folder.iterdir()}
    for file in entry["files"]:
        data = (folder / file["path"]).read_bytes()
        assert (len(data), hashlib.sha256(data).hexdigest()) == (file["bytes"], file["sha256"])
        size = file["chunkBytes"]
        chunks = [hashlib.sha256(data[at : at + size]).hexdigest() for at in range(0, len(data), size)]
        assert chunks == file["chunks"]


def test_the_manifest_describes_the_graphs(written):
    out, entry = written
    folder, shape = out / entry["mirrors"][0], entry["shape"]
    decoder = onnx.load(folder / "decoder.onnx", load_external_data=False)
    dims = {
        value.name: [d.dim_value for d in value.type.tensor_type.shape.dim]
        for value in (*decoder.graph.input, *decoder.graph.output)
    }
    past = [name for name in dims if name.startswith("past_key_values.")]
    assert len(past) == 2 * shape["N"]
    assert all(dims[name] == [1, shape["kvHeads"], shape["S"], shape["headDim"]] for name in past)
    assert dims["logits"] == [1, 1, shape["V"]]
    assert shape["vokenIds"] == [tokens.load().token_to_id(f"[IMG{k}]") for k in range(8)]
    assert shape["imageTokenId"] == tokens.load().token_to_id("<ImageHere>")


def test_the_null_conditioning_is_the_mapper_of_zeros(written):
    out, entry = written
    nothing = np.fromfile(out / entry["mirrors"][0] / entry["picture"]["nullConditioning"], "<f4")
    exact = toy().mapper(torch.zeros(1, TOY.vokens, TOY.language.width)).numpy()
    assert np.array_equal(nothing, exact.ravel())


def test_another_model_in_the_manifest_is_kept(written, tmp_path):
    _, entry = written
    path = tmp_path / "weights-manifest.json"
    exporter.manifest.write(path, {**entry, "id": "other"})
    exporter.manifest.write(path, entry)
    exporter.manifest.write(path, {**entry, "title": "Again"})
    models = json.loads(path.read_text())["models"]
    assert [(model["id"], model["title"]) for model in models] == [("other", "Toy"), ("toy", "Again")]
