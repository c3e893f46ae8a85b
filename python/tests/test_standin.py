"""The stand-ins: names, shapes and sizes of the published files, and a writing that can be interrupted."""

import math
from dataclasses import fields, replace

import pytest
import torch
from official import SMALL, files, official
from safetensors.torch import load_file

from interleaf import parts
from interleaf.checkpoints import official as opening
from interleaf.checkpoints import published, random_weights
from interleaf.checkpoints.standin_tokenizer import standin
from interleaf.checkpoints.tensors import Tensors
from interleaf.config import MINIGPT5
from interleaf.standin import DIFFUSION, SIZES, official_files, write_standin

HALF, SINGLE = torch.float16, torch.float32


def count(layout: published.Layout) -> int:
    return sum(math.prod(shape) for shape in layout.values())


def test_stage_1_has_the_published_tensors():
    layout = published.stage1(MINIGPT5)
    assert len(layout) == 131
    assert sum(name.startswith("llm_to_t2i_mapping.") for name in layout) == 124
    assert layout["t2i_decoder_prompt"] == (1, 77, 1024) and layout["fc.0.weight"] == (1024, 4096)
    assert layout["llm_to_t2i_mapping.decoder.layers.3.multihead_attn.in_proj_weight"] == (3072, 1024)
    # The published file has 1,540,697,487 bytes; zip records add about a thousand to each tensor.
    assert random_weights.size(layout, SINGLE) == pytest.approx(1_540_697_487, rel=3e-4)


def test_stage_2_has_the_published_tensors():
    layout = published.stage2(MINIGPT5)
    assert len(layout) == 254
    additions = {name: shape for name, shape in layout.items() if ".lora_" in name}
    assert len(additions) == 128 and count(additions) == 4_194_304
    assert not any(name.startswith(("fc.", "t2i_decoder_prompt")) for name in layout)
    name = "model.llama_model.base_model.model.model.layers.31.self_attn.v_proj.lora_B.default.weight"
    assert layout[name] == (4096, 8)
    assert random_weights.size(layout, SINGLE) == pytest.approx(1_536_289_349, rel=3e-4)


def test_other_files_have_the_published_sizes():
    assert random_weights.size(published.vicuna(MINIGPT5), HALF) == pytest.approx(13.48e9, rel=1e-3)
    assert random_weights.size(published.eva(MINIGPT5), HALF) == pytest.approx(2.0e9, rel=2e-2)
    assert 3 * random_weights.size(published.projection(MINIGPT5), SINGLE) == pytest.approx(37.9e6, rel=5e-3)
    assert len(published.unet(MINIGPT5)) == 686 and len(published.autoencoder(MINIGPT5)) == 248
    assert random_weights.size(published.unet(MINIGPT5), HALF) == pytest.approx(1.73e9, rel=2e-3)
    assert count(published.text_encoder(MINIGPT5)) == pytest.approx(340.39e6, rel=1e-4)
    names = published.eva(MINIGPT5)
    assert "blocks.39.norm1.weight" in names and names["blocks.0.attn.qkv.weight"] == (4224, 1408)
    crossing = {name.split(".")[4] for name in published.blip2(MINIGPT5, published.SMALL) if "crossattention" in name}
    assert crossing == {"0", "2", "4", "6", "8", "10"}


def test_files_of_full_size_make_the_full_model(monkeypatch, tmp_path):
    """Their names and shapes, without their 22 GB."""
    folder = official_files(tmp_path)
    layouts = {
        folder.vicuna: published.vicuna(MINIGPT5),
        folder.stage1: published.stage1(MINIGPT5),
        folder.stage2: published.stage2(MINIGPT5),
        folder.vision: published.eva(MINIGPT5),
        folder.qformer: published.blip2(MINIGPT5, published.FLAN_T5_XXL),
        folder.projection: published.projection(MINIGPT5),
        folder.diffusion / "unet": published.unet(MINIGPT5),
        folder.diffusion / "vae": published.autoencoder(MINIGPT5),
    }
    monkeypatch.setattr(opening, "open_tensors", lambda path: Tensors(path, layouts[path], {}))
    folder.vicuna.mkdir()
    (folder.diffusion / "unet").mkdir(parents=True)
    standin(32000).save(str(folder.vicuna / "tokenizer.json"))
    opened = opening.open_official(folder, replace(MINIGPT5, language=replace(MINIGPT5.language, vocab_size=0)))
    assert opened.config.language.vocab_size == 32009 and opened.config.voken_ids == tuple(range(32000, 32008))
    assert len(opened.language()) == 32 * 9 + 3


def test_small_keeps_the_structure_of_full_and_cuts_every_dimension():
    for layout in (published.stage1, published.stage2, published.eva, published.vicuna, published.unet):
        small, full = layout(SMALL), layout(MINIGPT5)
        assert set(small) < set(full) or layout is published.unet and set(small) == set(full)
        for name, shape in small.items():
            if name.startswith("head."):
                continue  # as many classes, which nothing reads
            assert len(shape) == len(full[name])
            assert all(a < b or a == b and a in (1, 3, 4, 8) for a, b in zip(shape, full[name], strict=True)), name
    assert SMALL.mapper.heads == MINIGPT5.mapper.heads == 8
    assert SMALL.qformer.cross_every == MINIGPT5.qformer.cross_every


def test_random_weights_are_of_sane_size():
    @torch.no_grad()
    def spread() -> dict[str, float]:
        config, random = official().config, torch.Generator().manual_seed(1)
        language = parts.language_model(config)
        language.load_state_dict(official().language().read_all())
        out = language(torch.randint(0, 1000, (1, 32), generator=random), output_hidden_states=True)
        conditioning = official().mapper()(out.hidden_states[-1][:, :8])
        latents = torch.randn(1, 4, 16, 16, generator=random)
        return {
            "logits": out.logits.std().item(),
            "hidden": out.hidden_states[-2].std().item(),
            "eyes": official().eyes()(torch.randn(1, 3, 28, 28, generator=random)).std().item(),
            "conditioning": conditioning.std().item(),
            "noise": official().unet()(latents, 500, conditioning).sample.std().item(),
            "pixels": official().autoencoder().decode(latents).sample.std().item(),
        }

    for name, value in spread().items():
        assert 0.1 < value < 10, f"{name}: {value}"


def test_the_same_seed_writes_the_same_and_another_seed_others(tmp_path):
    name = "blocks.0.attn.qkv.weight"
    again = torch.load(write_standin(SMALL, tmp_path / "a", quiet=True).vision, weights_only=True)
    other = torch.load(write_standin(SMALL, tmp_path / "b", seed=7, quiet=True).vision, weights_only=True)
    known = torch.load(files().vision, weights_only=True)
    assert torch.equal(again[name], known[name]) and not torch.equal(other[name], known[name])


def test_what_is_complete_is_kept_and_what_is_not_is_written_again(tmp_path):
    first = write_standin(SMALL, tmp_path, quiet=True)
    written = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.*t*") if path.suffix != ".json"}
    known = load_file(first.vicuna / "model-00002-of-00002.safetensors")
    (first.vicuna / "model-00002-of-00002.safetensors").unlink()
    (first.vicuna / "model-00002-of-00002.safetensors.part").write_bytes(b"cut off here")
    write_standin(SMALL, tmp_path, quiet=True)
    assert not list(tmp_path.rglob("*.part"))
    again = {path for path, when in written.items() if path.stat().st_mtime_ns != when}
    assert again == {first.vicuna / "model-00002-of-00002.safetensors"} and len(written) == 10
    written_again = load_file(first.vicuna / "model-00002-of-00002.safetensors")
    assert all(torch.equal(written_again[name], weight) for name, weight in known.items())


def test_a_folder_of_another_stand_in_is_not_mixed_with(tmp_path):
    write_standin(SMALL, tmp_path, quiet=True)
    with pytest.raises(ValueError, match="holds a stand-in of"):
        write_standin(SMALL, tmp_path, seed=1, quiet=True)


def test_every_file_is_written_where_it_is_said_to_lie():
    assert SIZES == {"small": SMALL, "full": MINIGPT5}
    paths = [getattr(files(), field.name) for field in fields(files())]
    assert all(path.exists() for path in paths if path is not None)
    for part in ("unet", "vae", "text_encoder", "scheduler", "tokenizer"):
        assert list((files().diffusion / part).glob("*.json")), part
    assert files().diffusion.name == DIFFUSION
