"""Every stage trains, resumes, and hands its weights on; the masked layout equals the runtime's step-by-step run."""

from random import Random
from shutil import copytree, ignore_patterns

import pytest
import torch
from safetensors.torch import load_file

from interleaf import parts
from interleaf.config import TOY
from interleaf.model import MiniGPT5, last_stage, load_tiny
from interleaf.stories import story, tokens
from interleaf.stories.corpus import TEMPLATES, segments
from interleaf.tell import Context
from interleaf.train import language, picture, settle
from interleaf.train.__main__ import main
from interleaf.train.batches import Stories
from interleaf.train.layout import collate, sequence, think
from interleaf.train.loop import LoopConfig, optimizers


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs")
    for stage in ("autoencoder", "picture", "language", "vision", "align", "story"):
        main(["--stage", stage, "--model", "toy", "--steps", "2", "--runs", str(folder)])
    return folder


def test_the_stages_make_a_model(runs):
    model = load_tiny(runs, TOY)
    assert isinstance(model, MiniGPT5) and model.scaling_factor > 0
    for stage in ("autoencoder", "picture", "language", "vision", "align", "story"):
        assert (runs / stage / "loss.png").exists()


def test_a_stage_resumes_where_it_stopped(runs, tmp_path):
    def weights(folder):
        return torch.load(folder / "language" / "checkpoint.pt", weights_only=True)["model"]

    main(["--stage", "language", "--model", "toy", "--steps", "2", "--runs", str(tmp_path / "cut")])
    main(["--stage", "language", "--model", "toy", "--steps", "4", "--runs", str(tmp_path / "cut")])
    saved = torch.load(tmp_path / "cut" / "language" / "checkpoint.pt", weights_only=True)
    assert saved["step"] == 4
    before = weights(runs)
    assert any(not torch.equal(before[name], w) for name, w in weights(tmp_path / "cut").items())


@torch.no_grad()
def test_the_masked_layout_equals_the_rewound_run():
    torch.manual_seed(0)
    model = MiniGPT5(TOY).eval()
    told = next(s for s in map(story, range(50)) if sum(page.scene is not None for page in s.pages) >= 3)
    one = sequence(told, TOY, Random(1))
    sights = torch.randn(len(one.sights), TOY.qformer.queries, TOY.language.width)
    batch = collate([one], TOY)
    hidden = think(model.language, batch, sights)[0]
    masked = [hidden[rows] for rows, _ in one.vokens]

    context, stepped, seen = Context(model), [], iter(sights)
    sight = tokens.encode(TEMPLATES["sight"])
    sight = [t for i in sight for t in ([i] * TOY.qformer.queries if i == TOY.image_token else [i])]
    for page in segments(told):
        state = context.feed(list(page.head), [])[-1:]
        for token in page.before:
            state = context.feed([token], [])
        if page.page.scene is None:
            context.feed(list(page.after), [])
            continue
        at = context.length
        stepped.append(torch.cat([state[-1:], context.feed(list(TOY.voken_ids), [])[:-1]]))
        context.rewind(at)
        context.feed([*sight, *page.after], [next(seen)])
    assert len(masked) == len(stepped)
    for a, b in zip(masked, stepped, strict=True):
        torch.testing.assert_close(a, b, atol=2e-5, rtol=1e-4)


def test_a_voken_of_an_earlier_page_is_seen_by_no_later_page():
    """The same, the other way round: changed voken embeddings change their own page and nothing after it."""
    model = parts.language_model(TOY).eval()
    told = next(s for s in map(story, range(50)) if s.pages[0].scene and s.pages[1].scene)
    one = sequence(told, TOY, Random(1))
    batch = collate([one], TOY)
    with torch.no_grad():
        plain = think(model, batch)[0]
        other = think(model, batch, vokens=torch.randn(TOY.vokens, TOY.language.width))[0]
    shared = [row for row, branch in enumerate(one.branch) if branch == 0]
    torch.testing.assert_close(plain[shared], other[shared])
    assert not torch.allclose(plain, other)


def test_muon_moves_the_matrices_inside_the_layers_and_resumes(tmp_path):
    def run(folder, *steps):
        for total in steps:
            main(["--stage", "language", "--model", "toy", "--steps", str(total), "--runs", str(folder)])
        return torch.load(folder / "language" / "checkpoint.pt", weights_only=True)

    model = language.Reader(TOY)
    adam, muon = optimizers(model, LoopConfig("language", lr=1e-3, muon=2.0))
    inside = {id(p) for group in muon.param_groups for p in group["params"]}
    assert len(inside) == 7 * TOY.language.layers  # q, k, v, o, gate, up, down
    assert not inside & {id(p) for group in adam.param_groups for p in group["params"]}
    assert len(optimizers(model, LoopConfig("language", lr=1e-3))) == 1
    saved = run(tmp_path, 1, 2)
    assert [len(state["state"]) for state in saved["optimizers"]][1] == len(inside)


def test_a_mapper_settles_on_the_captions_until_its_story_goes_on(tmp_path, runs):
    def away(model):
        """How far what it says of what it heard is from what the text encoder says."""
        memory = torch.load(tmp_path / "settle" / "heard.pt", weights_only=True)
        said, of = settle.targets(picture.read(tmp_path, TOY), memory["captions"])
        return (model.mapper(memory["states"].float()) - said[of]).square().mean().item()

    copytree(runs, tmp_path, dirs_exist_ok=True)
    before = load_tiny(tmp_path, TOY)
    for steps in ("20", "40"):
        main(["--stage", "settle", "--model", "toy", "--steps", steps, "--runs", str(tmp_path)])
    after = load_tiny(tmp_path, TOY)
    moved = {
        name.split(".")[0] for name, p in after.named_parameters() if not torch.equal(p, before.get_parameter(name))
    }
    assert moved == {"mapper"}
    assert away(after) < 0.9 * away(before)
    main(["--stage", "story", "--model", "toy", "--steps", "3", "--runs", str(tmp_path)])
    assert last_stage(tmp_path) == "story"


def test_stories_that_are_drawn_ahead_are_the_same():
    here, ahead = Stories(2, TOY, seed=3), Stories(2, TOY, seed=3, workers=1)
    for number in (7, 8, 30):
        assert torch.equal(here(number).ids, ahead(number).ids)


@pytest.mark.parametrize(("kept", "learns"), [("unet", "text"), ("text", "unet")])
def test_half_of_the_picture_model_stands_still_while_the_other_learns(tmp_path, runs, kept, learns):
    def weights():
        return load_file(tmp_path / "picture" / "weights.safetensors")

    for stage in ("autoencoder", "picture"):
        copytree(runs / stage, tmp_path / stage, ignore=ignore_patterns("checkpoint.pt"))
    before = weights()
    main(["--stage", "picture", "--model", "toy", "--keep", kept, "--steps", "1", "--runs", str(tmp_path)])
    moved = {name.split(".")[0] for name, weight in weights().items() if not torch.equal(weight, before[name])}
    assert moved == {learns}
