"""Four calls in the place of many: windows that a student crosses at once."""

import json

import numpy as np
import pytest
import torch
from toy_runs import toy_runs

from interleaf import parts
from interleaf.config import MINIGPT5_SMALL, TINY, TOY
from interleaf.train import distil, picture
from interleaf.train.distil import Angles, DistilConfig
from interleaf.train.loop import LoopConfig

torch.set_num_threads(1)
EXACT = DistilConfig(inner=1, guidance=1.0)


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    return toy_runs(tmp_path_factory.mktemp("distil"))


def draws(shape, seed=3):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


def conditions(painter, count):
    return painter.encode(["a cat in the garden at night"] * count), painter.encode([""] * count)


def test_a_turn_of_the_angle_is_a_step_of_ddim():
    painter = picture.Painter(TINY)
    angles, ddim = Angles(painter, DistilConfig(inner=1)), parts.ddim(TINY)
    ddim.set_timesteps(4)
    assert angles.timesteps == ddim.timesteps.tolist() == [999, 749, 499, 249]
    sample, velocity = draws((1, 8, 16, 16)), draws((1, 8, 16, 16), seed=4)
    for step, t in enumerate(ddim.timesteps):
        turned = angles.turned(sample, velocity, torch.tensor([step]), torch.tensor([step + 1]))
        # float32 cosines of angles near a right one: 1e-5 of a sample of about 1.
        torch.testing.assert_close(turned, ddim.step(velocity, t, sample).prev_sample, atol=1e-4, rtol=1e-4)


def test_the_velocity_between_two_samples_turns_one_into_the_other():
    angles = Angles(picture.Painter(TINY), DistilConfig())
    start, end = torch.tensor([0, 4, 8, 12]), torch.tensor([4, 8, 12, 16])
    sample, later = draws((4, 8, 16, 16)), draws((4, 8, 16, 16), seed=4)
    velocity = angles.between(sample, later, start, end)
    torch.testing.assert_close(angles.turned(sample, velocity, start, end), later, atol=1e-4, rtol=1e-4)


def test_other_predictions_are_refused():
    with pytest.raises(ValueError, match="velocities"):
        Angles(picture.Painter(MINIGPT5_SMALL), DistilConfig())


@torch.no_grad()
def test_a_student_that_is_its_teacher_has_nothing_to_learn_of_one_step(runs):
    painter = picture.read(runs, TOY)
    angles, clean = Angles(painter, EXACT), draws((8, *shape_of(TOY)))
    heard, unheard = conditions(painter, 8)
    for own in (False, True):
        _, told = distil.loss_of(painter, painter, clean, heard, unheard, angles, own, np.random.default_rng(1))
        assert told["error"] < 1e-8
    guided = Angles(painter, DistilConfig(inner=1, guidance=5.0))
    _, told = distil.loss_of(painter, painter, clean, heard, unheard, guided, False, np.random.default_rng(1))
    assert told["error"] > 1e-6


@torch.no_grad()
def test_a_window_may_begin_where_the_student_came_out(runs):
    painter = picture.read(runs, TOY)
    angles, clean = Angles(painter, EXACT), draws((4, *shape_of(TOY)))
    heard, _ = conditions(painter, 4)
    window = torch.arange(4)
    given = [
        distil.begun(painter, clean, window, heard, angles, own, np.random.default_rng(1)) for own in (False, True)
    ]
    assert torch.equal(given[0][0], given[1][0]), "before the first window there is none"
    assert all(not torch.allclose(a, b) for a, b in zip(given[0][1:], given[1][1:], strict=True))


def test_a_student_comes_closer_to_its_teacher(runs):
    teacher = picture.read(runs, TOY)
    student = picture.read(runs, TOY)
    student.unet.requires_grad_(True)
    angles, clean = Angles(teacher, DistilConfig()), draws((4, *shape_of(TOY)))
    heard, unheard = conditions(teacher, 4)
    optimizer, errors = torch.optim.Adam(student.unet.parameters(), 2e-3), []
    for _ in range(40):
        loss, told = distil.loss_of(student, teacher, clean, heard, unheard, angles, False, np.random.default_rng(1))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        errors.append(told["error"])
    assert errors[-1] < 0.5 * errors[0]


def test_the_stage_leaves_a_picture_model(runs):
    distil.run(TOY, LoopConfig("distil", lr=1e-3, steps=2, runs=runs), DistilConfig(batch=6, stories=1, inner=2))
    assert json.loads((runs / "distil" / "status.json").read_text())["done"]
    taught, before = distil.read(runs, TOY), picture.read(runs, TOY)
    assert not torch.equal(taught.unet.conv_in.weight, before.unet.conv_in.weight)
    assert torch.equal(taught.text.state_dict()["embeddings.token_embedding.weight"],
                       before.text.state_dict()["embeddings.token_embedding.weight"])  # fmt: skip


def shape_of(config):
    return config.unet.channels, config.unet.size, config.unet.size
