"""The judge: what it cannot be fooled by, and measures that give known answers on known input."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from interleaf.judge.classifier import load, measure, read, rejection, targets
from interleaf.judge.contact import contact_sheet
from interleaf.judge.document import fill, verdict
from interleaf.judge.kid import kid, mmd2
from interleaf.judge.network import CLASSES, Judge, edges, to_input
from interleaf.judge.painted import Painted, judged, measure_pictures
from interleaf.judge.pictures import Mix, drawn, example, held_out, held_out_scenes, without_hero
from interleaf.judge.share import Share, share
from interleaf.train.loop import RUNS
from interleaf.world.draw import LAYOUTS, draw
from interleaf.world.vocabulary import Scene

SCENE = Scene("owl", "castle", "night", "key")
trained = pytest.mark.skipif(
    not (RUNS / "judge" / "weights.safetensors").exists(),
    reason="THE TRAINED JUDGE IS NOT TESTED: run `python -m interleaf.judge.classifier` first",
)


def test_pictures_that_differ_only_in_hue_are_read_alike():
    image = draw(SCENE, 0).astype(np.float32)
    grey = np.repeat((image @ np.array([0.299, 0.587, 0.114], np.float32))[..., None], 3, -1)
    judge = Judge().eval()
    with torch.no_grad():
        plain, colourless = (judge(to_input(each[None])) for each in (image, grey))
    for kind in CLASSES:
        # Float32 luminance of values up to 255: rounding only.
        torch.testing.assert_close(plain[kind], colourless[kind], atol=1e-3, rtol=1e-3)


def test_a_negative_has_the_same_edges():
    grey = torch.rand(2, 1, 128, 128) * 2 - 1
    torch.testing.assert_close(edges(grey), edges(-grey))
    assert (edges(torch.full((1, 1, 128, 128), 0.3)) == 0).all()


def test_no_held_out_picture_is_trained_on():
    scenes = held_out_scenes(50)
    assert all(held_out(*each) for each in scenes) and len(set(scenes)) == 50
    assert not any(held_out(scene, seed + LAYOUTS) != held_out(scene, seed) for scene, seed in scenes)


def test_a_broken_hero_is_taught_as_no_hero():
    rng = np.random.default_rng(0)
    for kind, mix in (("hero", Mix(broken_hero=1, broken_thing=0)), ("thing", Mix(broken_hero=0, broken_thing=1))):
        taught = [example(rng, mix) for _ in range(12)]
        assert all(image.shape == (128, 128, 3) and image.dtype == np.uint8 for image, _ in taught)
        assert all(getattr(scene, kind) is None for _, scene in taught)
    whole = [example(rng, Mix(0, 0, 0))[1] for _ in range(12)]
    assert all(scene.hero and scene.thing for scene in whole)


def test_a_blob_stands_in_for_the_hero_only():
    scenes = held_out_scenes(6)
    blobs, whole = without_hero(scenes), drawn(scenes)
    assert blobs.shape == whole.shape
    # The top row has no hero in it, and the hero covers 10 to 40 % of a picture.
    assert (blobs[:, 0] == whole[:, 0]).all()
    changed = (blobs != whole).any(-1).mean((1, 2))
    assert ((changed > 0.05) & (changed < 0.5)).all()


@trained
def test_the_trained_judge_sees_held_out_drawings_and_refuses_right_coloured_blobs():
    judge = load(RUNS)
    found = measure(judge, 80)
    assert min(found[kind] for kind in CLASSES) >= 0.95, found
    assert rejection(judge, 80) >= 0.95


@trained
def test_heroes_in_wrong_colours_are_still_heroes():
    scenes = held_out_scenes(60)
    strange = drawn(scenes)[..., [2, 0, 1]]  # red, green and blue change places
    seen = [reading.scene.hero for reading in read(load(RUNS), strange)]
    assert np.mean([hero == scene.hero for hero, (scene, _) in zip(seen, scenes, strict=True)]) >= 0.95


def test_a_judge_that_was_never_trained_says_how_to_train_it(tmp_path):
    with pytest.raises(FileNotFoundError, match="python -m interleaf.judge.classifier"):
        load(tmp_path)


def test_targets_count_none_as_a_class():
    found = targets([Scene("turtle", "beach", "day"), SCENE])
    assert found["thing"].tolist() == [len(CLASSES["thing"]) - 1, CLASSES["thing"].index("key")]
    assert found["place"].tolist() == [0, 5]


def test_kid_is_near_zero_for_one_distribution_and_grows_with_distance():
    generator = torch.Generator().manual_seed(0)
    a, b = torch.randn(400, 16, generator=generator), torch.randn(400, 16, generator=generator)
    same, near, far = (kid(a, other)[0] for other in (b, b + 0.3, b + 1))
    assert abs(same) < 0.05 < near < far
    with pytest.raises(ValueError, match="one size"):
        mmd2(a, b[:10])


def test_mmd2_equals_the_sum_over_pairs():
    a, b = torch.randn(5, 3), torch.randn(5, 3)

    def mean(xs, ys, skip):
        rows = [(i, j) for i in range(5) for j in range(5) if not (skip and i == j)]
        return sum((float(xs[i] @ ys[j]) / 3 + 1) ** 3 for i, j in rows) / len(rows)

    assert mmd2(a, b) == pytest.approx(mean(a, a, True) + mean(b, b, True) - 2 * mean(a, b, False), rel=1e-5)


def test_a_share_states_its_wilson_interval():
    low, high = share([True] * 8 + [False] * 2).interval
    assert (round(low, 3), round(high, 3)) == (0.49, 0.943)  # Wilson, 8 of 10
    assert Share(0, 0).interval == (0.0, 1.0)


def test_pictures_are_measured_against_what_is_meant():
    other = replace(SCENE, place="beach", thing=None)
    found = measure_pictures([Painted(draw(SCENE, 0), SCENE, seen) for seen in (SCENE, other)])
    assert [found[kind].value for kind in ("hero", "place", "time", "thing", "all_four")] == [1, 0.5, 1, 0.5, 0.5]


def test_the_same_hero_is_asked_of_stories_with_several_pictures_of_it():
    bear = Scene("bear", SCENE.place, SCENE.time, SCENE.thing)
    right, wrong = Painted(draw(SCENE, 0), SCENE, SCENE), Painted(draw(SCENE, 0), SCENE, bear)
    assert measure_pictures([right, right])["same_hero"].value == 1
    assert measure_pictures([right, wrong])["same_hero"].value == 0
    assert measure_pictures([right])["same_hero"].of == 0
    assert judged([], [], Judge(), []) == []


def test_a_contact_sheet_is_small_and_refuses_to_be_empty(tmp_path):
    contact_sheet([Painted(draw(SCENE, seed), SCENE, SCENE) for seed in range(40)], tmp_path / "sheet.webp")
    assert 1000 < (tmp_path / "sheet.webp").stat().st_size < 400_000
    with pytest.raises(ValueError, match="Train longer"):
        contact_sheet([], tmp_path / "none.webp")


def test_the_document_is_filled_in_between_its_marks_only():
    page = "before\n<!-- numbers -->\nold\n<!-- /numbers -->\nafter\n"
    once = fill(page, "numbers", "new")
    assert "old" not in once and fill(once, "numbers", "new") == once
    assert once.startswith("before\n") and once.endswith("after\n")
    with pytest.raises(ValueError, match="<!-- other -->"):
        fill(page, "other", "new")


def test_a_missed_floor_is_said():
    assert verdict({"value": 0.7}, 0.8, False) == "≥ 80.0 % **missed**"
    assert verdict({"value": 0.002}, 0.01, True) == "≤ 1.0 % met"
