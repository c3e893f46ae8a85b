"""`python -m interleaf convert` as a whole: what it writes, what it refuses before it begins, and how it goes on."""

import hashlib
import json
import shutil
from collections import namedtuple
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
import pytest
import torch
from converted import SMALL, expected, official, standin, traced_once
from exported import cosine

from interleaf import convert
from interleaf.checkpoints.tensors import CheckpointError
from interleaf.exporting.conversion import GRAPH_BYTES, Choices, Conversion
from interleaf.exporting.expanded import expand
from interleaf.exporting.formats import FORMATS
from interleaf.exporting.placement import elsewhere
from interleaf.exporting.shards import FILE_BYTES, TENSOR_BYTES, Shards

PARTS = ["embed", "decoder", "mapper", "unet", "vae_decoder", "vision"]


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """Graphs are traced once for all of these tests."""
    monkeypatch.setattr(Conversion, "traced", traced_once)


def converted(out: Path, format: str = "q4f32", files=None, **options) -> dict:
    return convert.convert(files or standin(), SMALL, FORMATS[format], out, quiet=True, **options)


@pytest.fixture(scope="module")
def everything(tmp_path_factory) -> tuple[Path, dict]:
    """The folder and the entry, in all formats."""
    out = tmp_path_factory.mktemp("converted")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Conversion, "traced", traced_once)
        entries = [converted(out, format) for format in FORMATS]
    return out, entries[-1]


def folder_of(out: Path) -> Path:
    return out / "weights" / SMALL.name


def run_file(path: Path, feeds: dict[str, np.ndarray]) -> np.ndarray:
    (output,) = ort.InferenceSession(path, providers=["CPUExecutionProvider"]).run(None, feeds)
    return output


def test_the_manifest_names_every_format_and_all_of_their_files(everything):
    out, entry = everything
    assert json.loads((out / "weights-manifest.json").read_text())["models"] == [entry]
    assert [variant["id"] for variant in entry["variants"]] == list(FORMATS)
    known = {file["path"]: file for file in entry["files"]}
    assert set(known) == {path.name for path in folder_of(out).iterdir()}
    for name, file in known.items():
        data = (folder_of(out) / name).read_bytes()
        assert (file["bytes"], file["sha256"]) == (len(data), hashlib.sha256(data).hexdigest())
    for variant in entry["variants"]:
        for graph in variant["graphs"].values():
            model = onnx.load(folder_of(out) / graph["model"], load_external_data=False)
            assert model.ByteSize() <= GRAPH_BYTES and elsewhere(model) == []
            for tensor in model.graph.initializer:
                told = {each.key: each.value for each in tensor.external_data}
                if told:
                    assert told["location"] in graph["data"]
                    assert int(told["offset"]) + int(told["length"]) <= arrived(known[told["location"]])["bytes"]


def arrived(file: dict) -> dict:
    return file.get("expand", file)


def test_the_manifest_says_what_each_format_needs(everything):
    _, entry = everything
    for variant in entry["variants"]:
        needs, half = variant["needs"], FORMATS[variant["id"]].half
        assert needs["features"] == (["shader-f16"] if half else [])
        assert variant["cache"] == ("float16" if half else "float32")
        assert set(variant["graphs"]) == set(PARTS) | ({"vae_decoder_f32"} if half else set()) == set(needs["graphs"])
        every = [size for name, size in needs["graphs"].items() if not name.endswith("_f32")]
        assert needs["gpuBytes"] == sum(every)
        assert 0 < needs["maxBufferBytes"] <= TENSOR_BYTES
    sizes = {variant["id"]: variant["needs"]["gpuBytes"] for variant in entry["variants"]}
    assert sizes["q4f16"] < sizes["q4f32"] < sizes["q8f32"]


def test_float16_pictures_can_be_decoded_again_in_float32_with_the_same_files(everything):
    out, entry = everything
    for variant in entry["variants"]:
        if FORMATS[variant["id"]].half:
            plain, exact = variant["graphs"]["vae_decoder"], variant["graphs"]["vae_decoder_f32"]
            assert exact["data"] == plain["data"] and exact["model"] != plain["model"]
            inputs, image = expected("vae_decoder")
            # Its weights are float16.
            assert np.abs(run_file(folder_of(out) / exact["model"], inputs) - image).max() < 0.01


def test_the_null_conditioning_is_pytorchs(everything):
    out, entry = everything
    nothing = np.fromfile(folder_of(out) / entry["picture"]["nullConditioning"], "<f4")
    with torch.no_grad():
        exact = official().mapper()(torch.zeros(1, SMALL.vokens, SMALL.language.width)).numpy()
    assert np.abs(exact).max() > 0.1
    assert np.abs(nothing - exact.ravel()).max() < 1e-5


def test_files_are_small_enough_to_be_kept_and_tensors_to_be_bound(tmp_path):
    assert FILE_BYTES <= 512_000_000 and TENSOR_BYTES == 128 * 2**20
    shards = Shards(tmp_path, "a", file_bytes=10_000, tensor_bytes=6_000)
    for name in "abcde":
        shards.put(name, np.full(1_000, ord(name), np.float32))
    assert shards.paths == ["a.0.data", "a.1.data", "a.2.data"]
    assert all((tmp_path / path).stat().st_size <= 10_000 for path in shards.paths)
    shards.put("again", np.full(1_000, ord("c"), np.float32))  # the same weight of another graph
    assert (tmp_path / "a.2.data").stat().st_size == 4_000
    with pytest.raises(ValueError, match="large has 8000 bytes; a tensor may have 6000. Split it"):
        shards.put("large", np.zeros(2_000, np.float32))


def test_an_operator_that_no_gpu_computes_is_refused(tmp_path):
    nodes = [onnx.helper.make_node("IsNaN", ["x"], ["y"])]
    x = onnx.helper.make_tensor_value_info("x", onnx.TensorProto.FLOAT, [1])
    model = onnx.helper.make_model(onnx.helper.make_graph(nodes, "g", [x], []))
    with pytest.raises(ValueError, match="unet has operators that the WebGPU provider does not compute: IsNaN"):
        Conversion(official(), FORMATS["q4f16"], Choices(), tmp_path).check("unet", model)


def test_a_model_without_eyes_and_of_stage_1_alone(tmp_path):
    entry = converted(
        tmp_path, files=replace(standin(), vision=None, qformer=None, projection=None, stage2=None), bos=1
    )
    assert "vision" not in entry["variants"][0]["graphs"]
    assert (entry["shape"]["Q"], entry["shape"]["visionSize"], entry["text"]["bos"]) == (0, 0, 1)
    assert "CC3M" in entry["card"]["source"] and "without eyes" in entry["card"]["source"]


def broken(tmp_path: Path, field: str, name: str, data: bytes) -> dict:
    (tmp_path / name).write_bytes(data)
    return {field: tmp_path / name}


def half_of(path: Path) -> bytes:
    data = path.read_bytes()
    return data[: len(data) // 2]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (lambda _: {"stage1": standin().stage2}, "is not a checkpoint of stage 1.*file of the other stage"),
        (lambda _: {"stage2": standin().stage1}, "is not a checkpoint of stage 2.*file of the other stage"),
        (lambda _: {"vision": standin().projection}, r"(?s)These files do not make the model.*missing: "),
        (lambda _: {"vicuna": standin().diffusion}, "holds no weights"),
        (lambda to: {"stage1": to / "nowhere.ckpt"}, "nowhere.ckpt does not exist"),
        (lambda to: broken(to, "stage2", "s.ckpt", half_of(standin().stage2)), "download is incomplete"),
        (lambda to: broken(to, "qformer", "q.pth", b"<html>Not found</html>"), "cannot be read|more than weights"),
        (lambda _: {"projection": None}, "give all three, or none"),
    ],
)
def test_wrong_files_are_one_clear_error_before_anything_is_written(tmp_path, given, words):
    out = tmp_path / "out"
    with pytest.raises(CheckpointError, match=words):
        converted(out, files=replace(standin(), **given(tmp_path)))
    assert not out.exists()


@pytest.mark.parametrize("choice", ["unet_lora", "tiny_decoder"])
def test_wrong_additions_are_refused_before_anything_is_written(tmp_path, choice):
    for path, words in ((standin().projection, "of TAESD's layout|low-rank"), (tmp_path / "none", "does not exist")):
        with pytest.raises(CheckpointError, match=words):
            converted(tmp_path / "out", choices=Choices(**{choice: path}))
    assert not (tmp_path / "out").exists()


def test_a_full_disk_is_told_before_anything_long_is_begun(tmp_path, monkeypatch):
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(10, 10, 10))
    monkeypatch.setattr(Conversion, "embed", lambda _: pytest.fail("it was begun"))
    with pytest.raises(OSError, match="has room for 0.0 GB; the model needs .* Free some"):
        converted(tmp_path)


def made_parts(monkeypatch) -> list[str]:
    """Grows by each part that is made."""
    made, write = [], Conversion.write

    def noted(self, part, graphs):
        made.append(part)
        return write(self, part, graphs)

    monkeypatch.setattr(Conversion, "write", noted)
    return made


def test_what_is_done_is_not_done_again(tmp_path, monkeypatch):
    made = made_parts(monkeypatch)
    with monkeypatch.context() as cut, pytest.raises(KeyboardInterrupt):
        cut.setattr(Conversion, "mapper", lambda _: (_ for _ in ()).throw(KeyboardInterrupt()))
        converted(tmp_path)
    assert made == PARTS[:2] and not (tmp_path / "weights-manifest.json").exists()
    entry = converted(tmp_path)
    assert made == PARTS
    assert converted(tmp_path, bos=1)["files"] == entry["files"] and made == PARTS  # that stands in the manifest alone
    made.clear()
    converted(tmp_path, choices=Choices(convolutions=8))
    assert made == ["unet", "vae_decoder"]
    stored = {path.name for path in folder_of(tmp_path).glob("*.conv.*")}
    assert stored == {"q4f32.unet.conv.0.data", "q4f32.vae_decoder.conv.0.data"}
    made.clear()
    assert converted(tmp_path)["files"] == entry["files"] and made == ["unet", "vae_decoder"]


def test_what_changed_or_went_is_made_again(tmp_path, monkeypatch):
    made = made_parts(monkeypatch)
    files = replace(standin(), stage2=tmp_path / "stage2_vist.ckpt", projection=tmp_path / "p.pth")
    for name in ("stage2", "projection"):
        shutil.copy(getattr(standin(), name), getattr(files, name))
    out = tmp_path / "out"
    converted(out, files=files)
    made.clear()
    files.projection.touch()
    converted(out, files=files)
    assert made == ["vision"]
    made.clear()
    (folder_of(out) / "q4f32.mapper.0.data").unlink()
    converted(out, files=files)
    assert made == ["mapper"]


def test_variants_of_other_weights_do_not_stand_beside_each_other(tmp_path):
    converted(tmp_path, "q4f32")
    with pytest.raises(CheckpointError, match="holds q4f32 of other weights. Choose another --out"):
        converted(tmp_path, "q8f32", files=replace(standin(), stage2=None))
    blind = replace(standin(), vision=None, qformer=None, projection=None)
    for other in ({"pixels": 128}, {"files": blind}):
        with pytest.raises(CheckpointError, match="holds q4f32 with pictures of another size, or with other eyes"):
            converted(tmp_path, "q8f32", **other)


def test_the_command(tmp_path, monkeypatch, capsys):
    monkeypatch.setitem(convert.CONFIGS, "minigpt5-small", SMALL)
    names = ("vicuna", "vision", "qformer", "projection", "stage1", "stage2", "diffusion")
    given = [text for name in names for text in (f"--{name}", str(getattr(standin(), name)))]
    options = ["--config", "minigpt5-small", *given, "--variant", "q4f32", "--out", str(tmp_path)]
    convert.main([*options, "--sampler", "ddim", "--steps", "30", "--task", "mmdialog"])
    assert "MiniGPT-5 small stand-in (experimental): " in capsys.readouterr().out
    (entry,) = json.loads((tmp_path / "weights-manifest.json").read_text())["models"]
    picture = entry["picture"]
    assert (picture["sampler"], picture["steps"], picture["guidance"]) == ("ddim", 30, 7.5)
    assert "distilled" not in picture
    assert entry["text"]["templates"]["told"] != []
    with pytest.raises(SystemExit, match="convert: .* distilled for 1 to 50 steps, not 80"):
        convert.main([*options, "--unet-lora", "tcd.safetensors", "--steps", "80"])
    with pytest.raises(SystemExit, match="convert: .* is not a checkpoint of stage 1"):
        convert.main([*options, "--stage1", str(standin().stage2)])


def test_weights_on_disk_are_the_graphs(everything, tmp_path):
    out, entry = everything
    graph = next(variant for variant in entry["variants"] if variant["id"] == "q8f32")["graphs"]["unet"]
    for file in entry["files"]:
        if file["path"] in (graph["model"], *graph["data"]):
            data = (folder_of(out) / file["path"]).read_bytes()
            (tmp_path / file["path"]).write_bytes(expand(data, file["expand"]) if "expand" in file else data)
    inputs, exact = expected("unet")
    assert cosine(run_file(tmp_path / graph["model"], inputs), exact) > 0.999


def test_pictures_may_be_of_another_size(tmp_path):
    wide = convert.in_pixels(SMALL, SMALL.autoencoder.size * 2)
    assert (wide.unet.size, wide.autoencoder.size) == (2 * SMALL.unet.size, 2 * SMALL.autoencoder.size)
    assert convert.in_pixels(SMALL, None) is SMALL
    with pytest.raises(CheckpointError, match="multiple of 16, not 100"):
        converted(tmp_path, pixels=100)
