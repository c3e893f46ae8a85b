"""The picture-book world: every scene draws, the same way every time, and says what it shows."""

import itertools
from functools import cache

import numpy as np
import pytest

from interleaf.train.scenes import actors, sample_scenes
from interleaf.world.captions import alt_text, caption, captions
from interleaf.world.draw import LAYOUTS, draw, mask
from interleaf.world.sheet import sheet, tour
from interleaf.world.vocabulary import ACCESSORIES, FEELINGS, HEROES, PLACES, THINGS, TIMES, Scene

where = cache(mask)


def test_the_same_scene_and_seed_give_the_same_picture():
    scene = Scene("owl", "castle", "night", "key")
    assert np.array_equal(draw(scene, 5), draw(scene, 5))
    assert np.array_equal(draw(scene, 5), draw(scene, 5 + LAYOUTS))
    assert not np.array_equal(draw(scene, 0), draw(scene, 1))
    assert not np.array_equal(draw(scene, 0), draw(scene, 2))


def test_every_place_time_and_thing_draws_with_every_hero():
    for i, (hero, place, time, thing) in enumerate(itertools.product(HEROES, PLACES, TIMES, (*THINGS, None))):
        picture = draw(Scene(hero, place, time, thing), i % LAYOUTS)
        assert picture.shape == (128, 128, 3) and picture.dtype == np.uint8


def test_twice_the_size_is_the_same_composition():
    for scene, seed in tour(24):
        large = draw(scene, seed, 256).astype(float).reshape(128, 2, 128, 2, 3).mean((1, 3))
        # Two rasterisations differ only along edges: a mean of 2.5 of 255 is about twice what was measured.
        assert np.abs(large - draw(scene, seed)).mean() < 2.5


def test_silhouettes_of_heroes_differ():
    shapes = {hero: mask("hero", (hero, None), 0) for hero in HEROES}
    for one, other in itertools.combinations(HEROES, 2):
        both = (shapes[one] & shapes[other]).sum() / (shapes[one] | shapes[other]).sum()
        assert both < 0.8, (one, other, both)


@pytest.mark.parametrize("seed", [0, 1])
def test_the_hero_never_covers_the_thing(seed):
    for hero, thing in itertools.product(HEROES, THINGS):
        body, held = where("hero", (hero, None), seed), where("thing", thing, seed)
        assert not (body & held).any() and body.sum() > 1200 and held.sum() > 250


def test_places_and_times_look_different():
    pictures = {(p, t): draw(Scene("owl", p, t), 0).astype(float) for p in PLACES for t in TIMES}
    for one, other in itertools.combinations(pictures, 2):
        assert np.abs(pictures[one] - pictures[other]).mean() > 4, (one, other)


def test_captions_name_all_there_is():
    scene = Scene("turtle", "beach", "night", "kite")
    assert caption(scene) == alt_text(scene) == "a turtle with a kite on the beach at night"
    assert caption(Scene("owl", "snow", "day")) == "an owl in the snow on a sunny day"
    rng = np.random.default_rng(0)
    said = {captions(scene, rng) for _ in range(200)}
    assert len(said) >= 6
    assert all(word in text for text in said for word in ("turtle", "kite", "beach", "night"))


def test_captions_name_feelings_and_what_is_worn():
    scene = Scene("owl", "snow", "night", "kite", "sad", "red scarf")
    assert caption(scene) == "a sad owl in a red scarf with a kite in the snow at night"
    assert (
        caption(Scene("turtle", "snow", "night", None, None, "blue hat"))
        == "a turtle in a blue hat in the snow at night"
    )


GREY = np.array([0.299, 0.587, 0.114])


@pytest.mark.parametrize("hero", HEROES)
def test_what_is_worn_is_seen_without_colour_and_hides_little(hero):
    for seed, accessory in itertools.product((0, 1), ACCESSORIES):
        body, cloth = mask("hero", (hero, None), seed, 256), mask("worn", (hero, accessory), seed, 256)
        assert 350 < cloth.sum() and (cloth & body).sum() < 0.4 * body.sum(), (hero, accessory, cloth.sum())
        for time in TIMES:
            bare, dressed = (
                draw(Scene(hero, "garden", time, None, None, a), seed, 256) @ GREY for a in (None, accessory)
            )
            # The rim, the outline and the knitted parts differ from any fur: a quarter of the cloth by 20 of 255.
            assert (np.abs(bare - dressed) > 20).sum() > 0.25 * cloth.sum(), (hero, accessory, time)


def face(picture: np.ndarray) -> np.ndarray:
    """Where eyes and noses are: bool [h, w]. No other part of a hero, and no outline, is as near to black."""
    return picture.max(-1) < 45


@pytest.mark.parametrize("hero", HEROES)
def test_eyes_and_nose_stay_to_be_seen(hero):
    for seed in (0, 1):
        bare = draw(Scene(hero, "beach", "day"), seed, 256)
        seen = face(bare) & mask("hero", (hero, None), seed, 256)
        assert seen.sum() > 12
        for accessory, feeling in itertools.product((*ACCESSORIES, None), (*FEELINGS, None)):
            picture = draw(Scene(hero, "beach", "day", None, feeling, accessory), seed, 256)
            left = (face(picture) & seen).sum() / seen.sum()
            assert left > 0.85, (accessory, feeling, seed, left)


@pytest.mark.parametrize("feeling", FEELINGS)
def test_a_feeling_shows_everywhere(feeling):
    for hero, seed, place, time in itertools.product(("cat", "turtle"), range(LAYOUTS), PLACES, TIMES):
        plain, felt = (draw(Scene(hero, place, time, None, f), seed, 256) @ GREY for f in (None, feeling))
        assert (np.abs(plain - felt) > 20).sum() > 400, (hero, place, time, seed)


@pytest.mark.parametrize("feeling", FEELINGS)
def test_a_feeling_stays_off_the_thing_and_off_the_hero(feeling):
    for seed, hero in itertools.product((0, 1), HEROES):
        marked = where("feeling", (hero, feeling), seed, 256)
        for thing in THINGS:
            shared = (marked & where("thing", thing, seed, 256)).sum() / marked.sum()
            assert shared < 0.1, (hero, thing, seed, shared)
        for accessory in (None, "red hat", "red scarf"):
            shared = (marked & where("hero", (hero, accessory), seed, 256)).sum() / marked.sum()
            assert shared < 0.1, (hero, accessory, seed, shared)


def test_marks_differ_in_shape():
    marks = {feeling: mask("feeling", ("owl", feeling), 0, 256) for feeling in FEELINGS}
    for one, other in itertools.combinations(FEELINGS, 2):
        assert (marks[one] & marks[other]).sum() / (marks[one] | marks[other]).sum() < 0.6, (one, other)


def test_a_tour_shows_everything():
    scenes = [scene for scene, _ in tour()]
    for name, values in (("hero", HEROES), ("place", PLACES), ("time", TIMES), ("thing", THINGS)):
        assert {getattr(scene, name) for scene in scenes} >= set(values)
    assert {scene.feeling for scene in scenes} == {None, *FEELINGS}
    assert {scene.accessory for scene in scenes} == {None, *ACCESSORIES}


def test_sampled_scenes_are_mixed_and_the_same_each_time():
    scenes = sample_scenes(2000, 3)
    assert scenes == sample_scenes(2000, 3) != sample_scenes(2000, 4)
    for name, values in (("thing", THINGS), ("feeling", FEELINGS), ("accessory", ACCESSORIES)):
        assert {getattr(scene, name) for scene, _ in scenes} == {None, *values}
    for name in ("feeling", "accessory"):
        # 2000 draws at one half: 0.45…0.55 is more than four standard deviations.
        assert 0.45 < np.mean([getattr(scene, name) is None for scene, _ in scenes]) < 0.55


def test_small_details_weigh_most():
    scene = Scene("cat", "beach", "day", "ball", "sad", "red hat")
    weight = actors(scene, 1, 256)[0].numpy()
    for kind, name, worth in (
        ("worn", ("cat", "red hat"), 1.0), ("feeling", ("cat", "sad"), 1.0), ("thing", "ball", 0.5),
    ):  # fmt: skip
        assert np.allclose(weight[mask(kind, name, 1, 256)], worth, atol=0), kind
    assert np.allclose(np.unique(weight), (0, 0.5, 0.8, 1))


def test_a_sheet_is_written(tmp_path):
    sheet([draw(scene, seed) for scene, seed in tour(5)], 3, tmp_path / "sheet.png")
    assert (tmp_path / "sheet.png").stat().st_size > 1000
