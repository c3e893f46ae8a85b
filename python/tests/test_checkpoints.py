"""What the official files hold, and what is refused: every tensor is found, used, or left with a reason."""

import json
import os
import shutil
from argparse import Namespace
from dataclasses import replace

import pytest
import torch
from official import SMALL, changed, copied, files, official, rewrite
from safetensors.torch import load_file

from interleaf.checkpoints.official import TRAINED_BOS, open_official
from interleaf.checkpoints.strict import Source, Weights, piece
from interleaf.checkpoints.tensors import CheckpointError, Tensors, open_tensors

LANGUAGE = "model.llama_model.base_model.model."


def refusal(damaged) -> str:
    with pytest.raises(CheckpointError) as refused:
        open_official(damaged, SMALL)
    return str(refused.value)


def test_what_is_missing_unexpected_or_of_another_shape_is_listed_for_all_files_at_once(tmp_path):
    def change(weights):
        weights["t2i_decoder_prompt"] = torch.zeros(1, 7, 64)
        weights["fc.1.weight"] = torch.zeros(3)
        del weights["fc.2.bias"]

    damaged = changed(tmp_path, "stage1", change)
    damaged = replace(damaged, vision=changed(tmp_path, "vision", lambda w: w.pop("blocks.2.attn.q_bias")).vision)
    message = refusal(damaged)
    for line in (
        "of another shape: t2i_decoder_prompt is [1, 7, 64], expected [1, 11, 64]",
        "unexpected: fc.1.weight [3]",
        "missing: fc.2.bias [64]",
        "missing: blocks.2.attn.q_bias [96]",
        str(tmp_path / "stage1_cc3m.ckpt"),
        str(tmp_path / "eva_vit_g.pth"),
    ):
        assert line in message
    assert message.count("  missing: ") == 2 and message.count("  unexpected: ") == 1


def test_additions_under_the_names_of_another_peft_are_not_passed_over(tmp_path):
    """The original loads what it knows and drops the rest; its users then see a model that rambles."""

    def older(weights):
        for name in [name for name in weights if ".default." in name]:
            weights[name.replace(".default.", ".")] = weights.pop(name)

    message = refusal(changed(tmp_path, "stage2", older))
    assert "modules_to_save.default.weight is missing" in message

    def renamed(weights):
        for name in [name for name in weights if "lora_" in name]:
            weights[name.replace(".default.", ".")] = weights.pop(name)

    message = refusal(changed(tmp_path, "stage2", renamed))
    assert message.count("missing:") == message.count("unexpected:") == 4 * SMALL.language.layers
    assert "missing: " + LANGUAGE + "model.layers.0.self_attn.q_proj.lora_A.default.weight [8, 128]" in message


def test_the_stages_in_each_other_s_place_are_recognised():
    message = refusal(replace(files(), stage1=files().stage2, stage2=files().stage1))
    assert "is not a checkpoint of stage 1" in message and "a file of the other stage" in message


def test_everything_left_in_the_files_has_a_reason():
    left = official().ignored
    for beginning in (
        "eva_vit_g.pth: blocks.3.attn.qkv.weight: the model looks at the output of the layer before last",
        "eva_vit_g.pth: norm.weight: ",
        "eva_vit_g.pth: head.bias: ",
        "blip2_pretrained_flant5xxl.pth: Qformer.cls.predictions.bias: ",
        "blip2_pretrained_flant5xxl.pth: Qformer.bert.encoder.layer.0.intermediate.dense.weight: ",
        "blip2_pretrained_flant5xxl.pth: t5_proj.weight: ",
        "vicuna-7b: model.layers.0.self_attn.rotary_emb.inv_freq: computed",
        "vicuna-7b: lm_head.weight: the stages' matrices take its place whole",
        "stage1_cc3m.ckpt: model.llama_model.lm_head.weight: stage 2 takes its place",
        "prerained_minigpt4_7b.pth: optimizer: not weights",
    ):
        assert sum(line.startswith(beginning) for line in left) == 1, beginning
    assert not any("None" in line for line in left)
    # 40 blocks of EVA less 39: none of a block that is used.
    assert not any(f"blocks.{i}." in line for line in left for i in range(SMALL.vision.layers))


def test_a_second_block_too_many_is_unexpected(tmp_path):
    """One block is left unused, as published. A file with yet another is not this model's."""
    message = refusal(changed(tmp_path, "vision", lambda w: w.update({"blocks.4.norm1.bias": torch.zeros(96)})))
    assert "unexpected: blocks.4.norm1.bias [96]" in message


class Evil:
    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return os.mkdir, (str(self.path),)


def test_a_pickle_that_would_run_something_is_refused_and_does_not_run(tmp_path):
    run = tmp_path / "was run"
    torch.save({"state_dict": {"fc.0.weight": Evil(run)}}, tmp_path / "evil.ckpt")
    message = refusal(replace(files(), stage1=tmp_path / "evil.ckpt"))
    assert "nothing in it was run" in message and "mkdir" in message
    assert not run.exists()


@pytest.mark.parametrize("zipped", [True, False])
def test_weights_beside_a_namespace_of_arguments_are_refused_by_its_name(tmp_path, zipped):
    path = tmp_path / "own.ckpt"
    contents = {"state_dict": {"w": torch.zeros(1)}, "hyper_parameters": Namespace(lr=1)}
    torch.save(contents, path, _use_new_zipfile_serialization=zipped)
    with pytest.raises(CheckpointError, match="argparse.Namespace"):
        open_tensors(path)


def test_a_pickle_of_the_time_before_zips_is_read(tmp_path):
    weights = torch.load(files().vision, weights_only=True)
    torch.save(weights, tmp_path / "old.pth", _use_new_zipfile_serialization=False)
    with open_tensors(tmp_path / "old.pth").reading() as read:
        assert torch.equal(read("blocks.1.attn.v_bias"), weights["blocks.1.attn.v_bias"])


@pytest.mark.parametrize("field", ["stage1", "vision"])
def test_an_incomplete_download_is_called_so(tmp_path, field):
    path = getattr(files(), field)
    (tmp_path / path.name).write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    assert "download is incomplete" in refusal(replace(files(), **{field: tmp_path / path.name}))


def test_an_incomplete_shard_and_a_missing_one(tmp_path):
    damaged = copied(tmp_path, "vicuna")
    shard = damaged.vicuna / "model-00002-of-00002.safetensors"
    shard.write_bytes(shard.read_bytes()[:-1])
    assert "download is incomplete" in refusal(damaged)
    shard.unlink()
    assert "lacks model-00002-of-00002.safetensors" in refusal(damaged)


def test_a_page_of_a_web_site_in_place_of_a_file(tmp_path):
    (tmp_path / "stage1.ckpt").write_text("<!doctype html><title>Not found</title>")
    assert "stage1.ckpt" in refusal(replace(files(), stage1=tmp_path / "stage1.ckpt"))
    assert "does not exist" in refusal(replace(files(), stage1=tmp_path / "nowhere.ckpt"))


def test_a_dictionary_of_other_things_than_tensors(tmp_path):
    torch.save({"state_dict": {"epoch": 3}}, tmp_path / "own.ckpt")
    torch.save([torch.zeros(1)], tmp_path / "list.ckpt")
    for name in ("own.ckpt", "list.ckpt"):
        with pytest.raises(CheckpointError, match="not a dictionary of tensors"):
            open_tensors(tmp_path / name)


def test_vicuna_in_pickled_shards(tmp_path):
    as_pickles = copied(tmp_path, "vicuna")
    index = as_pickles.vicuna / "model.safetensors.index.json"
    names = json.loads(index.read_text())["weight_map"]
    names = {
        name: file.replace("model-", "pytorch_model-").replace(".safetensors", ".bin") for name, file in names.items()
    }
    for shard in as_pickles.vicuna.glob("*.safetensors"):
        torch.save(load_file(shard), as_pickles.vicuna / f"pytorch_{shard.stem}.bin")
        shard.unlink()
    index.unlink()
    (as_pickles.vicuna / "pytorch_model.bin.index.json").write_text(json.dumps({"weight_map": names}))
    again, known = open_official(as_pickles, SMALL).language(), official().language()
    assert all(torch.equal(again[name], known[name]) for name in known)


def test_whole_matrices_of_stage_2_take_the_place_of_the_embeddings():
    """Training moved every row a little, so rows of Vicuna would be wrong even where no token was added."""
    stage2 = torch.load(files().stage2, weights_only=True)["state_dict"]
    language = official().language()
    for ours in ("model.embed_tokens", "lm_head"):
        published = stage2[f"{LANGUAGE}{ours}.modules_to_save.default.weight"]
        assert torch.equal(language[f"{ours}.weight"], published)
        assert len(published) == official().config.language.vocab_size


def test_fc_and_queries_come_from_stage_1_and_the_transformer_from_stage_2():
    first = torch.load(files().stage1, weights_only=True)["state_dict"]
    second = torch.load(files().stage2, weights_only=True)["state_dict"]
    mapper = official().mapper()
    assert torch.equal(mapper.queries, first["t2i_decoder_prompt"])
    assert torch.equal(mapper.fc[0].weight, first["fc.0.weight"])
    name = "decoder.layers.1.multihead_attn.in_proj_weight"
    assert torch.equal(mapper.transformer.get_parameter(name), second[f"llm_to_t2i_mapping.{name}"])
    assert not torch.equal(first[f"llm_to_t2i_mapping.{name}"], second[f"llm_to_t2i_mapping.{name}"])


def test_stage_1_alone_is_a_model_without_additions():
    alone = open_official(replace(files(), stage2=None), SMALL)
    first = torch.load(files().stage1, weights_only=True)["state_dict"]
    language, mapper = alone.language(), alone.mapper()
    assert torch.equal(language["lm_head.weight"], first["model.llama_model.lm_head.weight"])
    with open_tensors(files().vicuna).reading() as read:
        for name in ("model.layers.0.self_attn.q_proj.weight", "model.layers.2.self_attn.v_proj.weight"):
            assert torch.equal(language[name], read(name).float())
            assert not torch.equal(language[name], official().language()[name])
    weight = first["llm_to_t2i_mapping.encoder.norm.weight"]
    assert torch.equal(mapper.transformer.encoder.norm.weight, weight)


def test_the_first_token_is_what_the_weights_were_trained_with_unless_said_otherwise():
    assert official().config.language.bos == TRAINED_BOS == 2
    assert open_official(files(), SMALL, bos=1).config.language.bos == 1


def test_stages_of_different_vocabularies_are_refused(tmp_path):
    def one_row_more(weights):
        for name in weights:
            if "embed_tokens" in name or "lm_head" in name:
                weights[name] = torch.cat([weights[name], weights[name][:1]])

    assert "do not belong together" in refusal(changed(tmp_path, "stage1", one_row_more))


def test_a_model_without_eyes_takes_none_of_the_three_files():
    blind = open_official(replace(files(), vision=None, qformer=None, projection=None), SMALL)
    assert not blind.sees and official().sees
    with pytest.raises(CheckpointError, match="--vision"):
        blind.eyes()
    assert "all three, or none" in refusal(replace(files(), projection=None))


def test_numbers_that_no_tensor_shows_are_compared(tmp_path):
    other = copied(tmp_path, "vicuna")
    config = json.loads((other.vicuna / "config.json").read_text())
    (other.vicuna / "config.json").write_text(json.dumps(config | {"num_attention_heads": 8}))
    assert "num_attention_heads is 8, the model has 4" in refusal(other)


def test_another_unet_of_the_same_shape_brings_its_own_schedule(tmp_path):
    other = tmp_path / "turbo"
    shutil.copytree(files().diffusion, other)
    rewrite(other / "unet" / "diffusion_pytorch_model.safetensors", lambda weights: weights["conv_in.bias"].fill_(7))
    scheduler = {"prediction_type": "v_prediction", "timestep_spacing": "trailing"}
    (other / "scheduler" / "scheduler_config.json").write_text(json.dumps(scheduler))
    for given in (other, other / "unet"):
        opened = open_official(replace(files(), unet=given), SMALL)
        assert opened.unet().conv_in.bias.eq(7).all()
        whole = given == other
        assert opened.config.schedule.prediction == ("v_prediction" if whole else "epsilon")
        assert opened.config.schedule.spacing == ("trailing" if whole else "leading")
        assert opened.config.schedule.beta_kind == "scaled_linear"


def test_a_unet_of_another_shape_is_refused(tmp_path):
    other = copied(tmp_path, "diffusion")
    path = other.diffusion / "unet" / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"attention_head_dim": 8}))
    rewrite(path.with_name("diffusion_pytorch_model.safetensors"), lambda weights: weights.pop("conv_in.bias"))
    message = refusal(other)
    assert "attention_head_dim is 8" in message and "missing: conv_in.bias [32]" in message


def test_only_the_tensor_that_is_asked_for_is_read():
    read = []

    class Fake(Tensors):
        def reading(self):
            class Reader:
                def __enter__(self):
                    return lambda name: read.append(name) or torch.ones(2, dtype=torch.float16)

                def __exit__(self, *_):
                    read.append("closed")

            return Reader()

    source = Source(Fake(files().vicuna, {"a": (2,), "b": (2,)}, {}))
    weights = Weights({"A": piece(source, "a", (2,)), "B": piece(source, "b", (2,))})
    assert not source.faults() and list(weights) == ["A", "B"] and read == []
    assert weights["B"].dtype == torch.float32 and read == ["b", "closed"]
    assert weights["B"] is not weights["B"]  # none is kept
