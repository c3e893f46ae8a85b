"""What is compared with the model differs from it in one thing, trains, and makes a model."""

from random import Random

import pytest
import torch

from interleaf.config import TOY
from interleaf.model import load_tiny
from interleaf.stories import story, tokens
from interleaf.train.__main__ import main
from interleaf.train.layout import IGNORE, sequence
from interleaf.train.variants import SHARED, VARIANTS, folder_of, prepare, varied, with_rows
from interleaf.world.captions import caption


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs")
    for stage in ("autoencoder", "picture", "language", "vision"):
        main(["--stage", stage, "--model", "toy", "--steps", "1", "--runs", str(folder)])
    return folder


@pytest.mark.parametrize("name", ["captions", "no-alignment", "no-ldm", "k4", "k16"])
def test_a_variant_trains_and_makes_a_model(runs, name):
    for stage in VARIANTS[name].stages:
        main(["--stage", stage, "--model", "toy", "--steps", "1", "--runs", str(runs), "--variant", name])
    folder, config = prepare(name, runs, TOY)
    model = load_tiny(folder, config)
    assert model.language.get_input_embeddings().weight.shape[0] == config.language.vocab_size
    assert model.null_conditioning.shape == (1, config.mapper.queries, config.mapper.width)
    assert not (runs / "story").exists()  # the model itself is as it was


def test_a_variant_shares_what_it_does_not_train(runs):
    folder, _ = prepare("full", runs, TOY)
    for stage in (*SHARED, "language"):
        assert (folder / stage).resolve() == (runs / stage).resolve()
    with pytest.raises(SystemExit):
        main(["--stage", "align", "--model", "toy", "--steps", "1", "--runs", str(runs), "--variant", "no-unimodal"])
    with pytest.raises(FileNotFoundError, match="--stage autoencoder"):
        prepare("full", folder_of("full", runs) / "nowhere", TOY)


def test_vokens_are_added_and_taken_away_behind_the_text():
    first, rows = TOY.voken_ids[0], torch.arange(TOY.language.vocab_size * 2.0).reshape(-1, 2)
    table = {"language.model.embed_tokens.weight": rows, "language.lm_head.weight": rows, "heads.hero.bias": rows}
    for name, count in (("k1", 1), ("k16", 16)):
        config = varied(TOY, name)
        assert config.voken_ids == tuple(range(first, first + count)) and config.image_token == first + count
        found = with_rows(table, TOY, config)["language.lm_head.weight"]
        assert "heads.hero.bias" not in with_rows(table, TOY, config)
        assert found.shape == (first + count + 1, 2)
        assert (found[: first + 1] == rows[: first + 1]).all() and (found[-1] == rows[-1]).all()


def test_captions_stand_where_the_vokens_would():
    told = next(each for each in map(story, range(50)) if each.pages[0].scene)
    config = varied(TOY, "captions")
    one, plain = sequence(told, config, Random(1)), sequence(told, TOY, Random(1))
    assert not one.vokens and len(plain.vokens) == sum(page.scene is not None for page in told.pages)
    at = one.ids.index(config.voken_ids[0])
    said = one.labels[at : one.labels.index(tokens.load().token_to_id("</Img>"), at)]
    assert IGNORE not in said and tokens.decode(said).strip() == caption(told.pages[0].scene)
    # What later pages see is the same: the picture's sight, and the page's text.
    assert [i for i, branch in zip(one.ids, one.branch, strict=True) if branch == 0] == [
        i for i, branch in zip(plain.ids, plain.branch, strict=True) if branch == 0
    ]
