"""The published recipe begins with the official files, and what it makes is read back as one of them."""

import json
from dataclasses import replace
from itertools import islice
from pathlib import Path

import made_up
import pytest
import torch
from learners import foundation, losses
from tokenizers import Tokenizer

from interleaf import parts
from interleaf.checkpoints import published as layouts
from interleaf.checkpoints.official import OfficialFiles, open_official
from interleaf.checkpoints.tensors import CheckpointError, open_tensors
from interleaf.checkpoints.write import begin, stage1, stage2, write
from interleaf.config import MINIGPT5, MINIGPT5_SMALL
from interleaf.data.lesson import Teacher
from interleaf.data.order import Share
from interleaf.data.sources import open_data
from interleaf.standin import write_standin
from interleaf.stories import tokens
from interleaf.train.__main__ import main
from interleaf.train.checkpoint import trainable
from interleaf.train.foundation import Foundation, FoundationFiles, of_files
from interleaf.train.learner import Learner
from interleaf.train.picture import Painter


def clip_tokenizer(folder: Path) -> None:
    """Letters alone, in CLIP's layout, within the small text encoder's vocabulary."""
    letters = [chr(code) for code in range(97, 123)]
    words = [*letters, *(f"{letter}</w>" for letter in letters), "<|startoftext|>", "<|endoftext|>"]
    (folder / "vocab.json").write_text(json.dumps({word: at for at, word in enumerate(words)}))
    (folder / "merges.txt").write_text("#version: 0.2\n")


@pytest.fixture(scope="module")
def files(tmp_path_factory) -> OfficialFiles:
    found = write_standin(MINIGPT5_SMALL, tmp_path_factory.mktemp("files"), quiet=True)
    clip_tokenizer(found.diffusion / "tokenizer")
    return found


@torch.no_grad()
def test_what_the_stages_build_on_is_in_the_official_files(files):
    given = FoundationFiles(files.vicuna, files.diffusion, files.vision, files.qformer, files.projection)
    found, read = of_files(given, MINIGPT5_SMALL, torch.float32), open_official(files, MINIGPT5_SMALL)
    assert found.config == read.config
    assert found.tokenizer.to_str() == Tokenizer.from_file(str(read.tokenizer)).to_str()
    vicuna = open_official(replace(files, stage2=None), MINIGPT5_SMALL).language()
    for name, weight in found.language.model.layers.state_dict(prefix="model.layers.").items():
        assert torch.equal(weight, vicuna[name])
    matrix = found.language.lm_head.weight
    torch.testing.assert_close(matrix[-9:], matrix[:-9].mean(0).expand(9, -1))
    plain = parts.language_model(found.config).eval()
    plain.load_state_dict(found.language.state_dict())
    ids = torch.arange(40)[None]
    assert torch.equal(found.language(input_ids=ids).logits, plain(input_ids=ids).logits)
    for ours, theirs in ((found.eyes, read.eyes()), (found.painter.unet, read.unet())):
        assert all(torch.equal(ours.state_dict()[name], weight) for name, weight in theirs.state_dict().items())
    heard = found.painter.encode(["a dog", ""])
    assert heard.shape == (2, 11, 64) and not torch.equal(*heard)


def test_frozen_weights_in_bfloat16_give_nearly_the_same_loss(files, tmp_path):
    found, path = [], made_up.vist(tmp_path)
    for dtype in (torch.float32, torch.bfloat16):
        given = FoundationFiles(files.vicuna, files.diffusion, files.vision, files.qformer, files.projection)
        built = of_files(given, MINIGPT5_SMALL, dtype)
        torch.manual_seed(0)
        learner = Learner(built, "story").eval()  # without the dropout of LoRA
        teacher, source = Teacher(built.config, built.tokenizer), open_data("vist", path, built.tokenizer, 1)
        few = list(islice(source.sequences(teacher.sequence, 0, Share()), 3))
        with torch.autocast("cpu", torch.bfloat16, enabled=dtype == torch.bfloat16):
            loss, _ = losses(learner, few)
        loss.backward()
        assert all(p.dtype == torch.float32 and p.grad.isfinite().all() for p in trainable(learner).values())
        found.append(loss.item())
    assert found[1] == pytest.approx(found[0], rel=0.02)  # bfloat16 has eight bits


def test_what_is_trained_from_the_official_files_is_read_back_by_convert(files, tmp_path):
    given = [f"--{name}={getattr(files, name)}" for name in ("vicuna", "diffusion", "vision", "qformer", "projection")]
    common = ["--model", "minigpt5-small", "--runs", str(tmp_path), "--steps", "2", "--batch", "2", *given]
    (tmp_path / "cc3m").mkdir()
    (tmp_path / "vist").mkdir()
    main(["--stage", "align", "--data", "cc3m", "--path", str(made_up.cc3m_table(tmp_path / "cc3m")), *common])
    main(["--stage", "story", "--data", "vist", "--path", str(made_up.vist(tmp_path / "vist")), *common])
    first, second = tmp_path / "align-cc3m/stage1_cc3m.ckpt", tmp_path / "story-vist/stage2_vist.ckpt"
    assert dict(open_tensors(first).shapes) == layouts.stage1(MINIGPT5_SMALL)
    assert dict(open_tensors(second).shapes) == layouts.stage2(MINIGPT5_SMALL)
    official = open_official(replace(files, stage1=first, stage2=second), MINIGPT5_SMALL)
    trained = torch.load(tmp_path / "story-vist/checkpoint.pt", weights_only=True)["model"]
    language = official.language()
    assert torch.equal(language["lm_head.weight"][-9:], trained["head"])
    assert torch.equal(language["model.embed_tokens.weight"][-9:], trained["rows"])
    plain = open_official(replace(files, stage1=first, stage2=None), MINIGPT5_SMALL).language()
    name = "model.layers.1.self_attn.v_proj"
    a, b = (trained[f"language.base_model.model.{name}.lora_{x}.default.weight"] for x in "AB")
    torch.testing.assert_close(language[f"{name}.weight"] - plain[f"{name}.weight"], 2.0 * b @ a, atol=1e-6, rtol=1e-4)
    mapper = official.mapper().state_dict()
    before = torch.load(tmp_path / "align-cc3m/checkpoint.pt", weights_only=True)["model"]
    for name, weight in mapper.items():
        assert torch.equal(weight, (trained if name.startswith("transformer.") else before)[f"mapper.{name}"]), name


def test_in_full_size_the_published_parameters_are_trained_and_the_published_tensors_written():
    def learner(stage: str) -> Learner:
        with torch.device("meta"):
            built = [build(MINIGPT5) for build in (parts.language_model, Painter, parts.autoencoder)]
            language, painter, vae = built
            return Learner(Foundation(MINIGPT5, tokens.load(), language, None, painter, vae), stage)

    def shapes(weights) -> dict:
        return {name: tuple(weight.shape) for name, weight in weights.items()}

    first, second, rows = learner("align"), learner("story"), 2 * 9 * 4096
    assert sum(p.numel() for p in trainable(first).values()) == 122_899_456 + rows
    assert sum(p.numel() for p in trainable(second).values()) == 4_194_304 + 117_575_680 + rows
    assert shapes(stage1(first)) == layouts.stage1(MINIGPT5) and len(stage1(first)) == 131
    assert shapes(stage2(second)) == layouts.stage2(MINIGPT5) and len(stage2(second)) == 254


def test_stage_2_begins_where_stage_1_ended_and_refuses_what_is_no_stage_1(tmp_path):
    first = Learner(foundation(), "align")
    for p in trainable(first).values():
        p.data += 0.1
    write(first, tmp_path / "stage1.ckpt")
    second = Learner(foundation(1), "story")
    begin(second, tmp_path / "stage1.ckpt")
    assert all(torch.equal(weight, stage1(second)[name]) for name, weight in stage1(first).items())
    write(second, tmp_path / "stage2.ckpt")
    with pytest.raises(CheckpointError, match="not a checkpoint of stage 1"):
        begin(second, tmp_path / "stage2.ckpt")
    weights = stage1(first)
    del weights["fc.0.bias"]
    torch.save({"state_dict": weights}, tmp_path / "less.ckpt")
    with pytest.raises(CheckpointError, match="fc.0.bias"):
        begin(second, tmp_path / "less.ckpt")
    with pytest.raises(ValueError, match="not a prefix"):
        write(Learner(foundation(), "story", "prefix"), tmp_path / "prefix.ckpt")
