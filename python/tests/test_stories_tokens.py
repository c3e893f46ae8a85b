"""The tokenizer gives back every story it is given, and its ids are where the contract and the weights expect them."""

import pytest

from interleaf.stories import neutral, story, tokens

SEEDS = range(700_000, 700_040)


@pytest.mark.parametrize("split", ["train", "held-out"])
def test_what_is_encoded_comes_back(split):
    for told in (story(seed, split=split) for seed in SEEDS):
        for text in (neutral(told.prompt), *(page.text for page in told.pages)):
            assert tokens.decode(tokens.encode(text)) == text


def test_any_writing_comes_back():
    for text in ("Schildkröte, pingüino", "черепаха", "\U0001f422 \U0001fa81", "مرحبا"):
        assert tokens.decode(tokens.encode(text)) == text


def test_ids_are_where_the_weights_expect_them():
    vocabulary = tokens.load()
    assert [vocabulary.id_to_token(i) for i in range(4)] == ["<unk>", "<s>", "</s>", "###"]
    assert [vocabulary.id_to_token(tokens.SIZE + i) for i in range(9)] == list(tokens.ADDED)
    assert vocabulary.get_vocab_size() == tokens.SIZE + 9
