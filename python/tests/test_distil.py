"""Four calls in the place of many: windows that a student crosses at once."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from exported import cosine
from toy_runs import toy_runs

from interleaf import export, parts
from interleaf.config import MINIGPT5_SMALL, NEXT, TINY, TOY, WINDOWS, Denoising
from interleaf.exporting import manifest
from interleaf.exporting.outputs import painted_golden
from interleaf.exporting.shipped import Shipped
from interleaf.model import load_tiny
from interleaf.restore import stages_of
from interleaf.train import distil, picture
from interleaf.train.all import shares
from interleaf.train.distil import Angles, DistilConfig
from interleaf.train.loop import LoopConfig

torch.set_num_threads(1)
ROOT = Path(__file__).resolve().parents[2]
EXACT = DistilConfig(inner=1, guidance=1.0)
FEW, FEW_TINY = (replace(config, denoising=WINDOWS) for config in (TOY, TINY))


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    return toy_runs(tmp_path_factory.mktemp("distil"))


def draws(shape, seed=3):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


def conditions(painter, count):
    return painter.encode(["a cat in the garden at night"] * count), painter.encode([""] * count)


def test_a_turn_of_the_angle_is_a_step_of_ddim():
    angles = Angles(picture.Painter(FEW_TINY), DistilConfig(inner=1))
    ddim = parts.sampler(FEW_TINY, WINDOWS)
    assert angles.timesteps == ddim.timesteps.tolist() == [999, 749, 499, 249]
    sample, velocity = draws((1, 8, 16, 16)), draws((1, 8, 16, 16), seed=4)
    for step, t in enumerate(ddim.timesteps):
        turned = angles.turned(sample, velocity, torch.tensor([step]), torch.tensor([step + 1]))
        # float32 cosines of angles near a right one: 1e-5 of a sample of about 1.
        torch.testing.assert_close(turned, ddim.step(velocity, t, sample).prev_sample, atol=1e-4, rtol=1e-4)


def test_the_velocity_between_two_samples_turns_one_into_the_other():
    angles = Angles(picture.Painter(FEW_TINY), DistilConfig())
    start, end = torch.tensor([0, 4, 8, 12]), torch.tensor([4, 8, 12, 16])
    sample, later = draws((4, 8, 16, 16)), draws((4, 8, 16, 16), seed=4)
    velocity = angles.between(sample, later, start, end)
    torch.testing.assert_close(angles.turned(sample, velocity, start, end), later, atol=1e-4, rtol=1e-4)


def test_other_predictions_and_models_of_many_steps_are_refused():
    with pytest.raises(ValueError, match="velocities"):
        Angles(picture.Painter(MINIGPT5_SMALL), DistilConfig())
    with pytest.raises(ValueError, match=r"toy paints with dpm\+\+2m in 12 steps"):
        Angles(picture.Painter(TOY), DistilConfig())


@torch.no_grad()
def test_a_student_that_is_its_teacher_has_nothing_to_learn_of_one_step(runs):
    painter = picture.read(runs, FEW)
    angles, clean = Angles(painter, EXACT), draws((8, *shape_of(FEW)))
    heard, unheard = conditions(painter, 8)
    for own in (False, True):
        _, told = distil.loss_of(painter, painter, clean, heard, unheard, angles, own, np.random.default_rng(1))
        assert told["error"] < 1e-8
    guided = Angles(painter, DistilConfig(inner=1, guidance=5.0))
    _, told = distil.loss_of(painter, painter, clean, heard, unheard, guided, False, np.random.default_rng(1))
    assert told["error"] > 1e-6


@torch.no_grad()
def test_a_window_may_begin_where_the_student_came_out(runs):
    painter = picture.read(runs, FEW)
    angles, clean = Angles(painter, EXACT), draws((4, *shape_of(FEW)))
    heard, _ = conditions(painter, 4)
    window = torch.arange(4)
    given = [
        distil.begun(painter, clean, window, heard, angles, own, np.random.default_rng(1)) for own in (False, True)
    ]
    assert torch.equal(given[0][0], given[1][0]), "before the first window there is none"
    assert all(not torch.allclose(a, b) for a, b in zip(given[0][1:], given[1][1:], strict=True))


def test_a_student_comes_closer_to_its_teacher(runs):
    teacher = picture.read(runs, FEW)
    student = picture.read(runs, FEW)
    student.unet.requires_grad_(True)
    angles, clean = Angles(teacher, DistilConfig()), draws((4, *shape_of(FEW)))
    heard, unheard = conditions(teacher, 4)
    optimizer, errors = torch.optim.Adam(student.unet.parameters(), 2e-3), []
    for _ in range(40):
        loss, told = distil.loss_of(student, teacher, clean, heard, unheard, angles, False, np.random.default_rng(1))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        errors.append(told["error"])
    assert errors[-1] < 0.5 * errors[0]


@pytest.fixture(scope="module")
def distilled(runs):
    distil.run(FEW, LoopConfig("distil", lr=1e-3, steps=2, runs=runs), DistilConfig(batch=6, stories=1, inner=2))
    return runs


def test_the_stage_leaves_a_picture_model(distilled):
    assert json.loads((distilled / "distil" / "status.json").read_text())["done"]
    taught, before = distil.read(distilled, FEW), picture.read(distilled, FEW)
    assert not torch.equal(taught.unet.conv_in.weight, before.unet.conv_in.weight)
    assert torch.equal(taught.text.state_dict()["embeddings.token_embedding.weight"],
                       before.text.state_dict()["embeddings.token_embedding.weight"])  # fmt: skip


def test_the_model_paints_with_the_unet_that_its_configuration_asks_for(distilled):
    for config, wanted in ((FEW, distil.read(distilled, FEW)), (FEW.undistilled, picture.read(distilled, TOY))):
        assert torch.equal(load_tiny(distilled, config).unet.conv_in.weight, wanted.unet.conv_in.weight)
    assert torch.equal(distil.read(distilled, TOY).unet.conv_in.weight, wanted.unet.conv_in.weight)
    assert [stages_of(config)["unet."] for config in (FEW, TOY)] == [("distil", "unet."), ("picture", "unet.")]


def test_a_model_that_was_not_distilled_yet_says_what_to_run(tmp_path):
    with pytest.raises(FileNotFoundError, match="train --stage distil"):
        load_tiny(toy_runs(tmp_path), FEW)


def test_what_is_shipped_is_the_student_and_says_how_it_paints(distilled, tmp_path):
    """From the training to a picture by the exported graphs, as the browser gets them."""
    model = load_tiny(distilled, FEW)
    for weight in model.parameters():  # no two alike, as after a training: the tracer shares equal weights
        weight.add_(0.01 * torch.randn_like(weight))
    entry = export.export(model, tmp_path)
    said = {"sampler": "ddim", "steps": 4, "guidance": 1.0, "distilled": {"steps": [4, 4]}}
    assert said.items() <= entry["picture"].items()
    shipped = Shipped(tmp_path / "weights" / "toy")
    batches, run = [], shipped.run
    shipped.run = lambda graph, feeds: (batches.append((graph, len(next(iter(feeds.values()))))), run(graph, feeds))[1]
    # Refused where the graphs paint another picture than PyTorch.
    painted = painted_golden(model, shipped, tmp_path)
    assert batches == [("mapper", 1), *[("unet", 1)] * 4, ("vae_decoder", 1)]
    assert (painted["sampler"], painted["steps"], painted["guidance"]) == ("ddim", 4, 1.0)
    latents, heard = draws((1, *shape_of(FEW))), draws((1, FEW.mapper.queries, FEW.mapper.width), seed=4)
    feeds = {"sample": latents.numpy(), "timestep": np.array([749.0], np.float32)}
    with torch.no_grad():
        exact = model.unet(latents, 749.0, heard).sample.numpy()
    found = run("unet", feeds | {"encoder_hidden_states": heard.numpy()})["noise_pred"]
    assert cosine(found, exact) > 0.999  # 8 bits


def test_a_distilled_unet_is_asked_for_nothing_else():
    assert WINDOWS.asked() == WINDOWS.asked(steps=4) == WINDOWS
    with pytest.raises(ValueError, match="distilled for 4 steps, not 12"):
        WINDOWS.asked(steps=12)
    with pytest.raises(ValueError, match="guidance 1, not 3"):
        WINDOWS.asked(guidance=3.0)
    assert replace(WINDOWS, distilled=(1, 50)).asked(steps=8).steps == 8
    assert WINDOWS.asked("dpm++2m", 12, 3.0) == Denoising() == TINY.denoising


def test_all_stages_are_run_of_models_that_ask_for_them():
    assert NEXT.denoising == WINDOWS and list(shares(NEXT))[-1] == "distil" and "distil" not in shares(TINY)
    assert sum(shares(NEXT).values()) == pytest.approx(1) == sum(shares(TINY).values())


def test_what_is_shipped_today_is_as_it_was():
    (entry,) = json.loads((ROOT / "public" / "weights-manifest.json").read_text())["models"]
    preview, factor = entry["picture"]["previewMatrix"], entry["picture"]["scalingFactor"]
    assert json.dumps(manifest.picture(TINY, factor, manifest.NULL_CONDITIONING, preview)) == json.dumps(
        entry["picture"]
    )


def shape_of(config):
    return config.unet.channels, config.unet.size, config.unet.size
