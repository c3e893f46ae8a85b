"""Comparisons: arms tell the same stories and differ in one thing; what is told is told once; differences are known."""

import json
from dataclasses import replace
from random import Random

import numpy as np
import pytest
import torch
from toy_runs import put, toy_runs

from interleaf.config import NEXT, TOY, WINDOWS, Denoising, Knowledge, ModelConfig
from interleaf.judge import context, contrastive, diversity, report, words
from interleaf.judge.arms import ARMS, FIRST, Teller, missing, told
from interleaf.judge.compare import main, plan
from interleaf.judge.comparison import Comparison, by_story, hits, likeness
from interleaf.judge.context import cases, measure, story_of
from interleaf.judge.likeness import bleu, relevance, rouge_l, soft_f1
from interleaf.judge.network import Judge
from interleaf.judge.painted import Painted
from interleaf.judge.preference import coherence, continuity, equal, near, preferred, qualities
from interleaf.judge.prompts import held_out_prompts, simulated
from interleaf.judge.share import mean_of
from interleaf.judge.shelf import Shelf
from interleaf.judge.tellings import Captioning, following
from interleaf.stories.context_tests import KINDS
from interleaf.tell import Context, Told, ToldPage, tell_many
from interleaf.train.layout import collate, sequence, think
from interleaf.train.picture import Painter
from interleaf.train.variants import VARIANTS
from interleaf.world.draw import draw
from interleaf.world.vocabulary import Scene

SCENE = Scene("owl", "castle", "night", "key", "sad", "red hat")


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    folder = toy_runs(tmp_path_factory.mktemp("runs"))
    torch.manual_seed(0)
    put(folder, "judge", Judge())
    student = Painter(TOY)
    student.text.requires_grad_(False)
    put(folder, "distil", student)
    return folder


def in_steps(steps: int) -> ModelConfig:
    return replace(TOY, denoising=Denoising(steps=steps))


@pytest.fixture(scope="module")
def teller(runs):
    return Teller(runs, in_steps(1))


def test_given_stories_keep_their_words_and_get_new_pictures(teller):
    asked = held_out_prompts(2)
    stories = teller.tell(ARMS["vokens"], asked, [0, 1])
    for each, own in zip(stories, asked, strict=True):
        assert [page.text for page in each.pages] == [page.text for page in own.story.pages]
        assert [page.picture is None for page in each.pages] == [page.scene is None for page in own.story.pages]
        assert each.ended == "story"
    again = teller.tell(ARMS["vokens"], asked, [0, 1])
    assert all((a.picture == b.picture).all() for a, b in zip(stories[0].pages, again[0].pages, strict=True)
               if a.picture is not None)  # fmt: skip


def test_arms_differ_in_what_they_are_to_differ_in(teller):
    asked = held_out_prompts(1)
    painted = {
        name: np.stack([p.picture for p in teller.tell(ARMS[name], asked, [0])[0].pages if p.picture is not None])
        for name in ("vokens", "true-captions", "no-guidance", "steps-4", "text-context", "picture-context")
    }
    for name in ("true-captions", "no-guidance", "steps-4"):
        assert painted[name].shape == painted["vokens"].shape and (painted[name] != painted["vokens"]).any()
    for name in ("text-context", "picture-context"):  # of these the last picture alone is painted
        assert len(painted[name]) == 1 and (painted[name][0] != painted["vokens"][-1]).any()


def test_four_steps_are_the_distilled_unets_and_twenty_its_teachers(runs, tmp_path, monkeypatch):
    student, teacher = Teller(runs, replace(TOY, denoising=WINDOWS)), Teller(runs, TOY)
    how = {name: student.config_of(ARMS[name]).denoising for name in ("vokens", "steps-4", "steps-20", "no-guidance")}
    assert how["vokens"] == how["steps-4"] == WINDOWS
    assert how["steps-20"] == Denoising(steps=20) and how["no-guidance"] == Denoising(steps=20, guidance=1.0)
    assert teacher.config_of(ARMS["steps-4"]).denoising == Denoising(steps=4)
    weights = [
        student.model(ARMS["vokens"]).unet.conv_in.weight,
        *(each.model(ARMS["steps-20"]).unet.conv_in.weight for each in (student, teacher)),
    ]
    assert torch.equal(weights[1], weights[2]) and not torch.equal(weights[0], weights[1])
    told("steps-4", student, 1, tmp_path)
    monkeypatch.setattr(Teller, "tell", lambda *_: pytest.fail("told twice"))
    told("vokens", student, 1, tmp_path)  # the same stories
    with pytest.raises(pytest.fail.Exception, match="told twice"):
        told("steps-20", student, 1, tmp_path)


@pytest.mark.parametrize("command", (main, report.main))
def test_what_a_distilled_unet_cannot_do_is_refused_before_anything_is_told(command, runs, tmp_path, capsys):
    for where, said in ((runs, "distilled for 4 steps, not 20"), (tmp_path, "--stage distil` first, or judge")):
        with pytest.raises(SystemExit):
            command(["--model", "next", "--runs", str(where), *(("--steps", "20") if where == runs else ())])
        assert said in capsys.readouterr().err


def test_what_a_story_imagines_does_not_depend_on_who_wrote_it(teller):
    """The states that predict the vokens are the same whether the words before were sampled or given."""
    story, model = held_out_prompts(1)[0].story, teller.model(ARMS["vokens"])
    assert story.pages[0].scene
    one = sequence(story, TOY, Random(1))
    with torch.no_grad():
        given = following({0: story})(TOY, Context(model), story.prompt, len(story.pages), 0, None).write()
        hidden = think(model.language, collate([one], TOY))[0]
    # The same sums in another order, in float32.
    torch.testing.assert_close(given, hidden[one.vokens[0][0]], atol=1e-4, rtol=1e-4)


def test_a_caption_is_written_in_the_place_of_vokens(teller):
    story = held_out_prompts(1)[0].story
    with torch.no_grad():
        held = Context(teller.model(ARMS["vokens"]))
        telling = following({0: story}, Captioning)(TOY, held, "a turtle", len(story.pages), 0, None)
        said = telling.write()
    assert isinstance(said, str) and "[IMG" not in said and "Img" not in said
    assert telling.hidden.shape == (TOY.language.width,)


def test_what_was_told_is_told_once(teller, tmp_path, monkeypatch):
    first = told("vokens", teller, 2, tmp_path)
    monkeypatch.setattr(Teller, "tell", lambda *_: pytest.fail("told twice"))
    again = told("vokens", teller, 2, tmp_path)
    assert [page.text for page in again[1].pages] == [page.text for page in first[1].pages]
    assert len(told("both-context", teller, 2, tmp_path)) == 2  # the same stories, measured in another way
    for other in (Teller(teller.runs, in_steps(2)), Teller(tmp_path, in_steps(1))):
        with pytest.raises(pytest.fail.Exception, match="told twice"):
            told("vokens", other, 2, tmp_path)
    with pytest.raises(pytest.fail.Exception, match="told twice"):
        told("vokens", teller, 3, tmp_path)


def test_a_shelf_gives_back_what_it_was_given(tmp_path):
    shelf = Shelf(tmp_path, "these weights")
    each = Told("a “cat”", 7, 2, [ToldPage("One.", 4, draw(SCENE, 0), 3), ToldPage("Two.")], "story")
    assert not shelf.has(5, "a cat")
    shelf.put(5, each, "a cat")
    back = shelf.get(5)
    assert not shelf.has(5, "an owl") and not Shelf(tmp_path, "other weights").has(5, "a cat")
    assert (
        shelf.has(5, "a cat")
        and (back.pages[0].picture == each.pages[0].picture).all()
        and back.pages[1].picture is None
    )
    assert (back.prompt, back.seed, back.limit, back.ended) == ("a “cat”", 7, 2, "story")
    assert (back.pages[0].offset, back.pages[0].tokens, back.pages[1].offset) == (4, 3, None)


def test_every_arm_is_compared_with_one_that_there_is(runs):
    assert all(arm.against in ARMS for arm in ARMS.values()) and set(FIRST) <= set(ARMS)
    assert {arm.variant for arm in ARMS.values()} == {None, *VARIANTS}
    ready, wanting = plan(runs, list(ARMS), "toy")
    assert "vokens" in ready and "k4" not in ready and missing(ARMS["no-unimodal"], runs) == ["story", "settle"]
    assert sum("--variant k4 --stage align" in command for command in wanting) == 1


def test_the_command_measures_what_it_can(runs, tmp_path, capsys):
    out = tmp_path / "compared"
    where = ["--model", "toy", "--runs", str(runs), "--judge", str(runs), "--out", str(out)]
    small = ["--stories", "3", "--steps", "1", "--context", "2"]
    main([*where, *small, "--arms", "vokens", "true-captions", "both-context", "k4"])
    found = json.loads((out / "comparisons.json").read_text())
    assert list(found["arms"]) == ["vokens", "true-captions", "both-context"] and "k4" in capsys.readouterr().out
    assert found["arms"]["vokens"]["pictures"] > found["arms"]["both-context"]["pictures"] == 3
    assert found["arms"]["true-captions"]["difference"]["to"] == "vokens"
    assert "difference" not in found["arms"]["vokens"]
    assert found["tasks"]["cc3m"]["vokens"]["shares"]["hero"]["of"] == 3 and "mmdialog" not in found["tasks"]
    assert found["tasks"]["vist"]["told"]["rouge_l"]["of"] == 3
    assert set(found["context"]) == set(KINDS) and found["context"]["pair"]["all"]["of"] == 2


def test_the_judge_writes_its_report(runs, tmp_path, monkeypatch):
    itself = {"drawn": {"hero": 1.0, "all": 1.0}, "after_autoencoder": {"hero": 1.0, "all": 1.0}}
    itself["refuses_blobs"] = {"drawn": 1.0, "after_autoencoder": 1.0}
    asked = held_out_prompts(3)
    told_well = [simulated(each, number) for number, each in enumerate(asked)]
    monkeypatch.setattr(report, "judge_itself", lambda *_: itself)
    monkeypatch.setattr(report, "told_by_arm", lambda name, *_: told_well if name == "own" else None)
    for module, name, value in ((report, "REPEATED", ("a rabbit",)), (report, "UNKNOWN", ("robot",)),
                                (report, "SEEDS", 2), (diversity, "TRAINED_ON", 20), (words, "READ", 50)):  # fmt: skip
        monkeypatch.setattr(module, name, value)
    words.ordinary_words.cache_clear()
    folders = ["--runs", str(runs), "--judge", str(runs), "--out", str(tmp_path)]
    small = ["--model", "toy", "--stories", "3", "--pictures", "4", "--steps", "2"]
    report.main([*folders, *small, "--json", str(tmp_path / "flat.json")])
    words.ordinary_words.cache_clear()
    flat = json.loads((tmp_path / "flat.json").read_text())
    assert flat["stories"] == 3 and flat["judge_accuracy"] == {"drawn": 1.0, "after_autoencoder": 1.0}
    assert flat["prompt_hero"]["value"] == flat["ended"]["value"] == 1 and flat["contradictory_pages"]["value"] == 0
    assert {"text_hero", "hero", "feeling", "same_hero", "malformed"} <= set(flat)
    found = json.loads((tmp_path / "report.json").read_text())
    assert found["features"] == "judge" and found["captions"]["pictures"] == 4
    assert "## Held-out prompts" in (tmp_path / "stories.md").read_text()


def test_context_cases_ask_for_one_field_of_the_last_picture(teller, tmp_path):
    found = cases("pair", 4)
    told = context.painted(found, teller.model(ARMS["vokens"]), Denoising(steps=1, guidance=1.0), Shelf(tmp_path))
    for case, each in zip(found, told, strict=True):
        assert [page.text for page in each.pages] == [page.text for page in story_of(case).pages]
        assert [page.picture is None for page in each.pages] == [True] * len(case.history) + [False]
    right = [case.last.scene for case in found]
    assert all(each.value == 1 for each in measure(found, right).values())
    half = measure(found, [right[0], None, right[2], None])
    assert half["all"].value == 0.5 and half["both"].value == 0 and half["both"].of == 2
    assert all(case.field != "accessory" for case in cases("blank", 2, Knowledge(accessories=False)))


def test_texts_are_measured_by_the_fields_own_measures():
    wanted = ["the cat sat on the mat in the sun", "an owl sang all night long"]
    assert bleu(wanted, wanted, 2) == pytest.approx(1) and rouge_l(wanted, wanted).value == 1
    other = ["a dog ran to a tree by a lake", "seven books lay under beds"]
    assert bleu(other, wanted, 1) < 0.1 and rouge_l(other, wanted).value < 0.1
    # 3 of 3 words are there, 3 of 9 were wanted: F = 2 · 1 · ⅓ / (1 + ⅓)
    assert rouge_l(["the cat sat"], wanted[:1]).value == pytest.approx(0.5)


def test_relevance_is_lost_by_what_is_missing_and_by_what_is_too_much():
    assert soft_f1(2.0, 2, 2) == 1 and soft_f1(0.0, 2, 2) == 0 and soft_f1(2.0, 4, 2) == soft_f1(2.0, 2, 4) < 1
    torch.manual_seed(0)
    net, drawing = contrastive.Contrast(), draw(SCENE, 0)
    page = ToldPage("An owl sat at the castle.", 0, drawing)
    whole, half = Told("", 0, 2, [page, page]), Told("", 0, 2, [page])
    assert relevance(whole, whole, net) == pytest.approx(1, abs=1e-4)
    assert relevance(half, whole, net) == pytest.approx(2 / 3, abs=1e-4)
    assert relevance(Told("", 0, 2, [ToldPage(page.text)]), half, net) == pytest.approx(2 / 3, abs=1e-4)


def test_the_last_page_goes_on_in_the_models_words(teller):
    story = held_out_prompts(1)[0].story
    telling = following({0: story}, goes_on=True)
    how = Denoising(steps=1, guidance=1.0)
    model = teller.model(ARMS["vokens"])
    (told_on,) = tell_many(model, [story.prompt], [len(story.pages)], [0], how, telling=telling)
    assert [page.text for page in told_on.pages[:-1]] == [page.text for page in story.pages[:-1]]
    assert told_on.pages[-1].text != story.pages[-1].text and len(told_on.pages) == len(story.pages)


def test_a_mean_is_as_sure_as_its_stories_are_many():
    alike, apart = mean_of([[1, 1, 1, 1], [0, 0, 0, 0]] * 20), mean_of([[1, 0, 1, 0]] * 40)
    assert alike.value == apart.value == 0.5 and alike.of == 40
    assert alike.high - alike.low > 0.2 > apart.high - apart.low == 0
    assert mean_of([]).of == 0 and mean_of([[], [1.0]]).value == 1


def test_hits_are_counted_by_story():
    wrong = replace(SCENE, place="beach")
    plain = replace(SCENE, thing=None)
    image = draw(SCENE, 0)
    pictures = [Painted(image, SCENE, SCENE, 0), Painted(image, SCENE, wrong, 0), Painted(image, plain, plain, 2)]
    groups = by_story(pictures, 3, last=False)
    assert hits(groups, "place") == [[1, 0], [], [1]] and hits(groups, "thing") == [[1, 1], [], []]
    assert hits(groups, "all_right") == [[1, 0], [], [1]]
    assert hits(by_story(pictures, 3, last=True), "place") == [[0], [], [1]]


def test_differences_are_of_the_same_stories(monkeypatch):
    comparison = Comparison(lambda name: [], Judge(), NEXT.knows, lambda images: torch.zeros(len(images), 2))
    whole = [Painted(draw(SCENE, 0), SCENE, SCENE)]
    wrong = [Painted(draw(SCENE, 0), SCENE, replace(SCENE, place="beach"))]
    of = {"vokens": [wrong, whole, []], "true-captions": [whole, whole, whole]}
    monkeypatch.setattr(comparison, "pictures", of.get)
    found = comparison.difference("true-captions")
    assert found["value"] == 0.5 and found["of"] == 2


def test_the_better_telling_is_preferred():
    found = preferred([1.0, 0.5, None, 0.2], [0.5, 0.5, 0.1, None], equal)
    assert [found[name]["value"] for name in ("ours", "theirs", "tie")] == [0.5, 0.25, 0.25]
    assert near(100.0, 101.0) and not near(100.0, 110.0)
    told_well = Told("", 0, 2, [ToldPage("A cat called Rosa sat in the garden."), ToldPage("Rosa sang.")])
    told_badly = Told("", 0, 2, [ToldPage("A cat called Rosa sat in the garden."), ToldPage("Hugo sang.")])
    assert continuity(told_well) == 1 and continuity(told_badly) == 0.5
    image = draw(SCENE, 0)
    assert coherence([Painted(image, SCENE, replace(SCENE, place="beach", time="day", thing=None))], NEXT.knows) == 0.5
    assert coherence([], NEXT.knows) is None
    soft = (image.astype(float) * 0.5 + 60).astype(np.uint8)
    flat = lambda images: torch.from_numpy(images.reshape(len(images), -1).astype(np.float32))  # noqa: E731
    sharp, blurred = qualities([Painted(image, SCENE, SCENE), Painted(soft, SCENE, SCENE)], flat)
    assert sharp == 0 > blurred


def test_the_small_clip_learns_which_text_belongs_to_which_picture():
    torch.manual_seed(0)
    rng, net = np.random.default_rng(0), contrastive.Contrast()
    scenes, texts = contrastive.pairs(rng)
    assert len(set(scenes)) == contrastive.BATCH and all(texts)
    images = contrastive.pictures_of(scenes, rng)[:8]
    optimizer = torch.optim.AdamW(net.parameters(), 2e-3)
    losses = []
    for _ in range(8):
        loss = contrastive.loss_of(net, images, texts[:8])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < losses[0] - 0.2
    assert torch.allclose(contrastive.said(net, ["a cat", ""]).norm(dim=1), torch.ones(2))
    # A drawing is exactly like itself in another story, and so its CLIP-I is 1.
    drawings = [[Painted(draw(SCENE, 1), SCENE, SCENE, story, "An owl.")] for story in range(2)]
    found = likeness(drawings, net)
    assert found["clip_i"]["value"] == pytest.approx(1, abs=1e-3) and -1 <= found["clip_t"]["value"] <= 1


def test_an_untrained_small_clip_says_how_to_train_it(tmp_path):
    with pytest.raises(FileNotFoundError, match="interleaf.judge.contrastive"):
        contrastive.load(tmp_path)
