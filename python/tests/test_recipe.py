"""The two stages as published: what is trained, on which loss and at which rate, in how many processes."""

import json
import os
import socket
from dataclasses import replace
from pathlib import Path

import made_up
import pytest
import torch
from accelerate.state import AcceleratorState
from learners import SMALL, foundation, losses, sequences
from safetensors.torch import save_file
from torch.nn import functional as F
from transformers import DynamicCache, get_linear_schedule_with_warmup

from interleaf.checkpoints.tensors import open_tensors
from interleaf.config import MINIGPT5, TOY, LoraConfig
from interleaf.data.lesson import Teacher
from interleaf.data.sources import open_data
from interleaf.stories import tokens
from interleaf.train import loop as loop_module
from interleaf.train import published
from interleaf.train.__main__ import main
from interleaf.train.checkpoint import trainable
from interleaf.train.layout import collate
from interleaf.train.learner import Learner
from interleaf.train.loop import LoopConfig, Progress, groups, rate
from interleaf.train.picture import Painter
from interleaf.train.vokens import VokenLoss, min_snr

PUBLISHED = {"linear": True, "decay_all": True, "clip": 0.0, "ema": 0.0, "betas": (0.9, 0.999)}


def test_stage_1_trains_the_added_rows_and_the_whole_mapper_ten_times_as_fast():
    learner = Learner(foundation(), "align")
    names = set(trainable(learner))
    assert names == {"rows", "head"} | {f"mapper.{name}" for name in learner.mapper.state_dict()}
    assert learner.rows.shape == learner.head.shape == (9, 32)
    made = groups(trainable(learner), LoopConfig("align", lr=2e-5, **PUBLISHED))
    scales = {id(p): group["lr_scale"] for group in made for p in group["params"]}
    assert {name: scales[id(p)] for name, p in trainable(learner).items()} == {
        name: 1.0 if name in ("rows", "head") else 10.0 for name in names
    }
    assert {group["weight_decay"] for group in made} == {0.01}


def test_stage_2_trains_additions_rows_and_the_mappers_transformer():
    learner = Learner(foundation(), "story")
    lora = {name for name in trainable(learner) if "lora_" in name}
    assert len(lora) == SMALL.language.layers * 4 and all("q_proj" in n or "v_proj" in n for n in lora)
    inside = {f"mapper.transformer.{name}" for name in learner.mapper.transformer.state_dict()}
    assert set(trainable(learner)) == lora | inside | {"rows", "head"}
    assert all(p.dtype == torch.float32 for p in trainable(learner).values())
    assert MINIGPT5.lora == LoraConfig(rank=8, alpha=16, targets=("q_proj", "v_proj"), dropout=0.05)


def test_the_rate_warms_up_and_falls_linearly_to_nothing():
    config = LoopConfig("align", lr=2e-5, warmup=3, steps=10, minutes=float("inf"), linear=True)
    optimizer = torch.optim.AdamW([torch.nn.Parameter(torch.zeros(1))], lr=2e-5)
    schedule = get_linear_schedule_with_warmup(optimizer, 3, 10)
    for step in range(10):
        progress = Progress(step)
        progress.update(config)
        assert rate(config, progress) == pytest.approx(schedule.get_last_lr()[0], abs=1e-12)
        optimizer.step()
        schedule.step()


@torch.no_grad()
def test_the_loss_of_stage_1_is_the_published_sum(tmp_path):
    learner = Learner(foundation(), "align")
    few = sequences(open_data("cc3m", made_up.cc3m_table(tmp_path), tokens.load(), 1), 4)
    loss, _ = losses(learner, few, VokenLoss(dropout=0.0))
    text, ldm, align = [], [], []
    for s in few:  # one by one, from the definitions
        ids = torch.tensor(s.ids)
        embeds = learner.language.get_input_embeddings()(ids)[None]
        hidden = learner.language.model(inputs_embeds=embeds).last_hidden_state[0]
        logits = learner.language.lm_head(hidden)
        text += [F.cross_entropy(logits[row], torch.tensor(label)) for row, label in enumerate(s.labels) if label >= 0]
        ((rows, meant),) = s.vokens
        heard = learner.mapper(hidden[rows][None])
        align.append(F.mse_loss(heard, learner.painter.encode([meant.caption])))
        _, t, noise, of_latents = published._noise(meant, learner, VokenLoss())
        found = learner.autoencoder.encode(meant.picture[None]).latent_dist
        clean = (found.mean + found.std * of_latents) * learner.autoencoder.config.scaling_factor
        steps, schedule = torch.tensor([t]), learner.painter.schedule
        target = schedule.get_velocity(clean, noise[None], steps)
        error = F.mse_loss(learner.painter(schedule.add_noise(clean, noise[None], steps), steps, heard), target)
        ldm.append(error * min_snr(learner.painter, steps)[0])
    expected = 0.01 * torch.stack(text).mean() + torch.stack(ldm).mean() + 0.1 * torch.stack(align).mean()
    torch.testing.assert_close(loss, expected, atol=1e-5, rtol=1e-5)


def test_the_weight_of_a_time_step_is_min_snr_of_five():
    painter = Painter(replace(TOY, schedule=MINIGPT5.schedule))
    betas = torch.linspace(0.00085**0.5, 0.012**0.5, 1000, dtype=torch.float64) ** 2
    kept = torch.cumprod(1 - betas, 0)
    snr = kept / (1 - kept)
    expected = torch.minimum(snr, torch.tensor(5.0)) / snr
    torch.testing.assert_close(min_snr(painter, torch.arange(1000)), expected.float(), atol=1e-5, rtol=1e-4)


@torch.no_grad()
def test_zeroed_vokens_are_aligned_with_the_empty_caption(tmp_path):
    learner = Learner(foundation(), "align")
    few = sequences(open_data("cc3m", made_up.cc3m_table(tmp_path), tokens.load(), 1), 2)
    _, parts_of = losses(learner, few, VokenLoss(dropout=1.0))
    null = learner.mapper(torch.zeros(1, TOY.vokens, TOY.language.width))
    assert parts_of["align"] == pytest.approx(F.mse_loss(null, learner.painter.encode([""])).item(), rel=1e-5)
    zeroed = [published._noise(meant, learner, VokenLoss())[0] for meant in _many(few[0].vokens[0][1], 2000)]
    assert 0.08 < sum(zeroed) / 2000 < 0.12


def _many(meant, count):
    return [replace(meant, seed=(1, number)) for number in range(count)]


@torch.no_grad()
def test_stage_2_has_no_alignment_and_a_step_without_pictures_is_text_alone(tmp_path):
    learner = Learner(foundation(), "story")
    few = sequences(open_data("vist", made_up.vist(tmp_path), tokens.load(), 1), 13)
    shown, told = ([s for s in few if bool(s.vokens) == has] for has in (True, False))
    loss, parts_of = losses(learner, shown)
    assert loss.item() == pytest.approx(0.01 * parts_of["text"] + parts_of["ldm"], rel=1e-5) and "align" not in parts_of
    loss, parts_of = losses(learner, told)
    assert set(parts_of) == {"text"} and loss.item() == pytest.approx(0.01 * parts_of["text"], rel=1e-5)


@torch.no_grad()
def test_each_picture_is_seen_where_its_place_is(tmp_path):
    learner = Learner(foundation(), "story")
    s = next(s for s in sequences(open_data("vist", made_up.vist(tmp_path), tokens.load(), 1), 13) if len(s.sights) > 2)
    hidden, _ = learner(collate([s], SMALL), torch.stack([image for _, image in s.sights]))
    embeds = learner.base.get_input_embeddings()(torch.tensor(s.ids))
    assert [s.ids[row - 1] for row, _ in s.sights] == len(s.sights) * tokens.encode("<Img>")
    for row, image in s.sights:
        embeds[row : row + SMALL.qformer.queries] = learner.eyes(image[None])[0]
    plain = learner.base.model(inputs_embeds=embeds[None]).last_hidden_state
    torch.testing.assert_close(hidden[:, : len(s.ids)], plain, atol=1e-5, rtol=1e-4)


def test_a_prefix_is_five_virtual_tokens_of_every_layer(tmp_path):
    learner = Learner(foundation(), "story", "prefix")
    names = {name.split(".")[0] for name in trainable(learner)}
    assert names == {"rows", "head", "mapper", "prefix"}
    few = sequences(open_data("vist", made_up.vist(tmp_path), tokens.load(), 1), 4)
    losses(learner, few)[0].backward()
    assert all(p.grad is not None and p.grad.abs().sum() > 0 for p in learner.prefix.parameters())
    (few,) = sequences(open_data("cc3m", made_up.cc3m_table(tmp_path), tokens.load(), 1), 1)
    with torch.no_grad():
        hidden, _ = learner(collate([few], SMALL), None)
        past = DynamicCache(learner.prefix(1))
        plain = learner.base.model(input_ids=torch.tensor([few.ids]), past_key_values=past, use_cache=True)
    torch.testing.assert_close(hidden[:, : len(few.ids)], plain.last_hidden_state, atol=1e-5, rtol=1e-4)


@pytest.fixture
def single_precision(monkeypatch):
    """Sums in bfloat16 would depend on how the batch is cut."""
    AcceleratorState._reset_state(reset_partial_state=True)
    monkeypatch.setattr(loop_module, "fast_bfloat16", lambda: False)
    yield
    AcceleratorState._reset_state(reset_partial_state=True)


def train_vist(folder: Path, batch: int, accumulate: int, steps: int = 2, name: str = "story") -> Path:
    """A short training on VIST at a high rate; returns its folder."""
    source = open_data("vist", folder / "data" / "train_cleaned.json", tokens.load(), 1)
    loop = LoopConfig(name, lr=1e-3, warmup=1, steps=steps, minutes=float("inf"), accumulate=accumulate, runs=folder,
                      **PUBLISHED)  # fmt: skip
    torch.manual_seed(1)
    published.run(Learner(foundation(), "story"), source, Teacher(SMALL, tokens.load()), loop, batch)
    return loop.folder


def _process(rank: int, folder: Path, port: int) -> None:
    torch.set_num_threads(1)
    os.environ |= {"RANK": str(rank), "LOCAL_RANK": str(rank), "WORLD_SIZE": "2", "MASTER_ADDR": "127.0.0.1",
                   "MASTER_PORT": str(port), "ACCELERATE_USE_CPU": "true"}  # fmt: skip
    loop_module.fast_bfloat16 = lambda: False
    train_vist(folder, 2, 1, name="two")


def test_two_processes_and_batches_in_parts_equal_one_whole_batch(tmp_path, single_precision):
    (tmp_path / "data").mkdir()
    made_up.vist(tmp_path / "data")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    torch.multiprocessing.spawn(_process, (tmp_path, port), nprocs=2)
    train_vist(tmp_path, 4, 1, name="whole")
    train_vist(tmp_path, 1, 4, name="parts")
    whole, two, cut = (
        torch.load(tmp_path / name / "checkpoint.pt", weights_only=True) for name in ("whole", "two", "parts")
    )
    for other in (two, cut):
        for at, state in whole["optimizers"][0]["state"].items():
            # The mean gradient of both steps. Sums in another order: 1e-6 of the largest is ten times what is seen.
            scale = state["exp_avg"].abs().max().item()
            torch.testing.assert_close(other["optimizers"][0]["state"][at]["exp_avg"], state["exp_avg"],
                                       atol=1e-5 * scale + 1e-9, rtol=0)  # fmt: skip
    assert whole["step"] == two["step"] == 2
    lost = [json.loads((tmp_path / name / "status.json").read_text())["loss"] for name in ("whole", "two", "parts")]
    assert lost[1:] == pytest.approx(2 * lost[:1], rel=1e-5)


def test_a_resumed_training_goes_on_with_the_next_samples(tmp_path, single_precision, monkeypatch):
    monkeypatch.setattr(loop_module, "rate", lambda config, progress: 1e-3)  # the published one knows the last step
    (tmp_path / "data").mkdir()
    made_up.vist(tmp_path / "data")
    train_vist(tmp_path, 2, 1, steps=4, name="whole")
    train_vist(tmp_path, 2, 1, steps=2, name="cut")
    train_vist(tmp_path, 2, 1, steps=4, name="cut")
    whole, cut = (
        torch.load(tmp_path / name / "checkpoint.pt", weights_only=True)["model"] for name in ("whole", "cut")
    )
    for name, weight in whole.items():
        assert torch.equal(weight, cut[name]), name


@pytest.fixture(scope="module")
def runs(tmp_path_factory) -> Path:
    """What the earlier stages would leave, untrained."""
    folder, made = tmp_path_factory.mktemp("runs"), foundation()
    modules = {"language": ("language.", made.language), "vision": ("eyes.", made.eyes), "picture": ("", made.painter),
               "autoencoder": ("", made.autoencoder)}  # fmt: skip
    for stage, (prefix, module) in modules.items():
        (folder / stage).mkdir()
        weights = {prefix + name: p.detach().contiguous() for name, p in module.named_parameters()}
        save_file(weights, folder / stage / "weights.safetensors")
    (folder / "autoencoder" / "scaling.json").write_text(json.dumps({"scalingFactor": 1.0}))
    return folder


def test_one_command_trains_both_stages_of_a_small_model(runs, tmp_path):
    common = ["--model", "toy", "--runs", str(runs), "--steps", "2", "--batch", "4"]
    (tmp_path / "cc3m").mkdir()
    made_up.cc3m_shards(tmp_path / "cc3m")
    main(["--stage", "align", "--data", "cc3m", "--path", str(tmp_path / "cc3m"), *common])
    for data, made in (("vist", made_up.vist), ("mmdialog", made_up.mmdialog)):
        (tmp_path / data).mkdir()
        main(["--stage", "story", "--data", data, "--path", str(made(tmp_path / data)), *common])
        found = open_tensors(runs / f"story-{data}" / f"stage2_{data}.ckpt").shapes
        assert sum("lora_" in name for name in found) == len(TOY.lora.targets) * 2 * TOY.language.layers
    assert json.loads((runs / "align-cc3m" / "status.json").read_text())["step"] == 2


def test_what_does_not_go_together_is_said(runs, tmp_path, capsys):
    with pytest.raises(SystemExit, match="vist is for stage story"):
        main(["--stage", "align", "--data", "vist", "--path", "x", "--model", "toy"])
    with pytest.raises(SystemExit, match="official files"):
        main(["--stage", "align", "--data", "cc3m", "--path", "x", "--model", "minigpt5"])
    with pytest.raises(SystemExit):
        main(["--stage", "align", "--model", "minigpt5"])
    assert "on published data alone" in capsys.readouterr().err
    made_up.cc3m_shards(tmp_path)
    with pytest.raises(SystemExit, match="Give --steps"):
        main(["--stage", "align", "--data", "cc3m", "--path", str(tmp_path), "--model", "toy", "--runs", str(runs)])
