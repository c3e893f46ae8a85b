"""The judge: what it cannot be fooled by, and measures that give known answers on known input."""

import math
from dataclasses import replace

import numpy as np
import pytest
import torch

from interleaf.config import TINY, Knowledge
from interleaf.judge import compared
from interleaf.judge.arms import ARMS
from interleaf.judge.classifier import Training, finding_loss, load, loss_of, measure, read, rejection, targets
from interleaf.judge.contact import contact_sheet
from interleaf.judge.distance import distances, fid, kid
from interleaf.judge.document import fill, verdict
from interleaf.judge.known import answerable, fields, within
from interleaf.judge.network import CLASSES, SHAPES, UNTAUGHT, Judge, answers, edges, scene_of, to_input
from interleaf.judge.painted import Painted, judged, measure_pictures, unseen_scenes
from interleaf.judge.pictures import SIZE, Mix, drawn, example, held_out, held_out_scenes, without_hero
from interleaf.judge.share import Share, share
from interleaf.tell import Told, ToldPage
from interleaf.train.checkpoint import RUNS
from interleaf.world.draw import LAYOUTS, draw
from interleaf.world.vocabulary import Scene

SCENE = Scene("owl", "castle", "night", "key")
DRESSED = replace(SCENE, feeling="sad", accessory="red hat")
LITTLE = Knowledge(things=12, feelings=False, accessories=False)
trained = pytest.mark.skipif(
    not (RUNS / "judge" / "weights.safetensors").exists(),
    reason="THE TRAINED JUDGE IS NOT TESTED: run `python -m interleaf.judge.classifier` first",
)


def test_pictures_that_differ_only_in_hue_are_read_alike_but_for_the_colour_of_what_is_worn():
    image = draw(DRESSED, 0).astype(np.float32)
    grey = np.repeat((image @ np.array([0.299, 0.587, 0.114], np.float32))[..., None], 3, -1)
    judge = Judge().eval()
    with torch.no_grad():
        plain, colourless = (judge(to_input(each[None])) for each in (image, grey))
    for kind in (*SHAPES, "time"):
        # Float32 luminance of values up to 255: rounding only.
        torch.testing.assert_close(plain[kind], colourless[kind], atol=1e-3, rtol=1e-3)
    assert (plain["colour"] - colourless["colour"]).abs().max() > 1e-3


def test_pictures_of_any_size_are_read_at_one_size():
    for size in (64, SIZE, 2 * SIZE):
        assert to_input(draw(SCENE, 0, size)[None]).shape == (1, 3, SIZE, SIZE)


def test_a_negative_has_the_same_edges():
    grey = torch.rand(2, 1, 128, 128) * 2 - 1
    torch.testing.assert_close(edges(grey), edges(-grey))
    assert (edges(torch.full((1, 1, 128, 128), 0.3)) == 0).all()


def test_no_held_out_picture_is_trained_on():
    scenes = held_out_scenes(50)
    assert all(held_out(*each) for each in scenes) and len(set(scenes)) == 50
    assert not any(held_out(scene, seed + LAYOUTS) != held_out(scene, seed) for scene, seed in scenes)


def test_what_is_broken_is_taught_as_nothing():
    rng = np.random.default_rng(0)
    for kind in ("hero", "thing", "feeling"):
        mix = replace(Mix(0, 0, 0), **{f"broken_{kind}": 1})
        taught = [example(rng, mix) for _ in range(12)]
        assert all(each.picture.shape == (SIZE, SIZE, 3) and each.picture.dtype == np.uint8 for each in taught)
        assert all(each.taught[kind] == CLASSES[kind].index(None) for each in taught)
    whole = [example(rng, Mix(0, 0, 0)).taught for _ in range(12)]
    assert all(CLASSES["hero"][classes["hero"]] for classes in whole)


def test_the_colour_of_cloth_is_taught_only_where_it_is_seen():
    rng = np.random.default_rng(0)
    bare = [example(rng, Mix(0, 0, 0, recoloured=1, true_cloth=0)).taught for _ in range(20)]
    assert all(classes["colour"] == UNTAUGHT for classes in bare)
    dressed = [example(rng, Mix(0, 0, 0, recoloured=1, true_cloth=1)).taught for _ in range(20)]
    assert all((c["colour"] == UNTAUGHT) == (CLASSES["worn"][c["worn"]] is None) for c in dressed)
    assert any(c["colour"] != UNTAUGHT for c in dressed)


def test_where_something_is_worn_is_taught_with_the_picture():
    rng = np.random.default_rng(0)
    lessons = [example(rng, Mix(0, 0, 0)) for _ in range(20)]
    for each in lessons:
        assert each.cloth.any() == (CLASSES["worn"][each.taught["worn"]] is not None)
        assert (each.mirrored().cloth == each.cloth[:, ::-1]).all()
    cloths = np.stack([each.cloth.ravel() for each in lessons])
    everywhere = torch.full(cloths.shape, -math.log(cloths.shape[1]))
    on_cloth = torch.from_numpy(np.where(cloths, 0.0, -30.0)).log_softmax(1)
    assert finding_loss(everywhere, cloths) > 2 > 0.01 > finding_loss(on_cloth, cloths)


def test_classes_say_the_scene_they_were_made_from():
    assert scene_of(answers(DRESSED)) == DRESSED
    assert scene_of(answers(SCENE) | {"colour": 0}) == SCENE


def test_a_step_lowers_the_loss_of_what_it_has_seen():
    torch.manual_seed(0)
    rng, judge = np.random.default_rng(0), Judge()
    lessons = [example(rng, Mix()) for _ in range(8)]
    optimizer = torch.optim.AdamW(judge.parameters(), 2e-3)
    losses = []
    for _ in range(6):
        loss, _ = loss_of(judge, lessons, np.random.default_rng(1), Training())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < losses[0] - 0.5


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
    assert min(found[field] for field in fields(TINY.knows)) >= 0.95, found
    assert rejection(judge, 80) >= 0.95


@trained
def test_heroes_in_wrong_colours_are_still_heroes():
    scenes = held_out_scenes(60)
    strange = drawn(scenes)[..., [2, 0, 1]]  # red, green and blue change places
    seen = [scene.hero for scene in read(load(RUNS), strange)]
    assert np.mean([hero == scene.hero for hero, (scene, _) in zip(seen, scenes, strict=True)]) >= 0.95


def test_a_judge_that_was_never_trained_says_how_to_train_it(tmp_path):
    with pytest.raises(FileNotFoundError, match="python -m interleaf.judge.classifier"):
        load(tmp_path)


def test_targets_count_none_as_a_class():
    found = targets([answers(Scene("turtle", "beach", "day")), answers(SCENE)])
    assert found["thing"].tolist() == [len(CLASSES["thing"]) - 1, CLASSES["thing"].index("key")]
    assert found["place"].tolist() == [0, 5] and found["colour"].tolist() == [UNTAUGHT] * 2


def test_kid_and_fid_grow_with_the_distance():
    generator = torch.Generator().manual_seed(0)
    a, b = torch.randn(400, 16, generator=generator), torch.randn(400, 16, generator=generator)
    assert abs(kid(a, b)[0]) < 0.05 < kid(a, b + 0.3)[0] < kid(a, b + 1)[0]
    assert kid(a, b) == kid(a, b)  # the same subsets every time
    # A shift of every one of 16 means by 1 adds 16 to the squared distance of the Gaussians.
    assert fid(a, a + 1) == pytest.approx(16, rel=1e-3) and fid(a, a) == pytest.approx(0, abs=1e-3)
    with pytest.raises(ValueError, match="at least 4"):
        kid(a, b[:3])


def test_kid_is_the_published_unbiased_estimate():
    a, b = torch.randn(8, 3), torch.randn(8, 3)

    def mean(xs, ys, skip):
        rows = [(i, j) for i in range(4) for j in range(4) if not (skip and i == j)]
        return sum((float(xs[i] @ ys[j]) / 3 + 1) ** 3 for i, j in rows) / len(rows)

    with torch.random.fork_rng():  # one subset: the halves that the seed chooses
        torch.manual_seed(0)
        x, y = a[torch.randperm(8)[:4]], b[torch.randperm(8)[:4]]
    assert kid(a, b, subsets=1)[0] == pytest.approx(
        mean(x, x, True) + mean(y, y, True) - 2 * mean(x, y, False), rel=1e-4
    )


def test_distances_do_not_depend_on_the_scale_of_the_features():
    a, b = torch.randn(40, 6) + 1, torch.randn(40, 6)
    assert distances(a, {"b": b}) == distances(100 * a, {"b": 100 * b})


def test_a_share_states_its_wilson_interval():
    low, high = share([True] * 8 + [False] * 2).interval
    assert (round(low, 3), round(high, 3)) == (0.49, 0.943)  # Wilson, 8 of 10
    assert Share(0, 0).interval == (0.0, 1.0)


def test_pictures_are_measured_against_what_is_meant():
    other = replace(DRESSED, place="beach", thing=None, accessory="blue hat")
    found = measure_pictures([Painted(draw(DRESSED, 0), DRESSED, seen) for seen in (DRESSED, other)])
    wanted = {"hero": 1, "place": 0.5, "time": 1, "thing": 0.5, "feeling": 1, "accessory": 0.5, "all_right": 0.5}
    assert {kind: found[kind].value for kind in wanted} == wanted
    plain = measure_pictures([Painted(draw(SCENE, 0), SCENE, seen) for seen in (SCENE, replace(DRESSED, thing="key"))])
    assert plain["feeling"].of == 0 and plain["uninvited"].hits == 2 and plain["uninvited"].of == 4


def test_a_model_is_judged_by_what_it_was_taught():
    new = replace(DRESSED, thing="guitar")
    assert fields(LITTLE) == ("hero", "place", "time", "thing") and len(fields(TINY.knows)) == 6
    assert within(new, LITTLE) == replace(SCENE, thing=None) and within(new, TINY.knows) == new
    assert answerable({"hero": "owl", "thing": "key"}, LITTLE)
    for fact in ({"thing": "guitar"}, {"feeling": "sad"}, {"accessory": "red hat"}):
        assert not answerable(fact, LITTLE) and answerable(fact, TINY.knows)
    (only,) = judged([draw(new, 0)], [new], Judge().eval(), [0], LITTLE)
    assert only.meant.feeling is None is only.seen.feeling and only.seen.accessory is None
    assert "accessory" not in measure_pictures([only], LITTLE)
    assert all(within(scene, LITTLE) == scene for scene in unseen_scenes(replace(TINY, knows=LITTLE), 20))


def test_the_same_hero_is_asked_of_stories_with_several_pictures_of_it():
    bear = replace(SCENE, hero="bear")
    right, wrong = (Painted(draw(SCENE, 0), SCENE, seen) for seen in (SCENE, bear))
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


DIFFERENCE = {"value": -0.1, "low": -0.15, "high": -0.05, "of": 3}


def test_the_paper_and_this_world_agree_only_where_the_interval_says_so():
    assert compared.verdict(DIFFERENCE, -1) == "agrees"
    assert compared.verdict(DIFFERENCE, 1) == "**does not agree**"
    assert compared.verdict(DIFFERENCE | {"high": 0.01}, -1) == "too close to tell"
    assert all(name in ARMS and sign in (-1, 1) for name, sign, _ in compared.CLAIMS)
    assert {name for group in compared.GROUPS.values() for name in group} == set(ARMS)


def test_comparisons_fill_in_their_marks(tmp_path):
    mean = {"value": 0.5, "low": 0.4, "high": 0.6, "of": 3}
    arm = {"says": "one", "stories": 3, "pictures": 9, "shares": {"hero": mean, "all_right": mean}}
    arm["distance"] = {"kid": [0.01, 0.001], "fid": 3.0}
    preference = {kind: {side: mean for side in ("ours", "theirs", "tie")} for kind in compared.READERS}
    texts = {"bleu_1": 0.3, "rouge_l": mean}
    found = {
        "stories": 3, "steps": 2, "guidance": 3.0, "features": "judge",
        "arms": {"vokens": arm, "no-guidance": arm | {"difference": {"to": "vokens"} | DIFFERENCE},
                 "steps-4": arm | {"difference": {"to": "steps-20"} | DIFFERENCE}},
        "preferences": {"own-two-stage": preference}, "context": {"pair": {"all": mean, "both": mean}, "blank": {}},
        "tasks": {"cc3m": {"vokens": {"shares": {"hero": mean}}, "captions": {"shares": {"hero": mean}}},
                  "vist": {"told": texts, "another": texts}},
    }  # fmt: skip
    marks = ("comparisons", "claims", "preferences", "context", "tasks")
    (tmp_path / "evaluation.md").write_text("".join(f"<!-- {name} -->\n<!-- /{name} -->\n" for name in marks))
    (tmp_path / "comparisons.json").write_text("{}")
    told = [Told("", 0, 1, [ToldPage("", 0, draw(SCENE, 0))])]
    compared.write(found, dict.fromkeys(found["arms"], told), tmp_path, tmp_path)
    page = (tmp_path / "evaluation.md").read_text()
    assert "| guidance helps | -10.0 (-15.0 to -5.0) | agrees |" in page
    assert "Coherent more often by 0.0 points; the floor is the paper's 28: **missed**." in page
    assert "| the next page | rouge-l | 0.500 | 0.500 |" in page and "| pair | 50.0 % (40.0 % to 60.0 %) | 3 |" in page
    assert "Four steps less twenty: -10.0 (-15.0 to -5.0); the floor is -2 points: **missed**." in page
    for name in ("comparisons.png", "comparisons.webp", "comparisons.json"):
        assert (tmp_path / "evaluation" / name).stat().st_size > 0
