"""The layouts of a story in tokens, and the sampling rules, as MiniGPT-5's published code has them."""

from codecs import decode
from dataclasses import replace

import numpy as np
import pytest
import torch
from tokenizers import Tokenizer, models
from transformers import (
    LogitsProcessorList,
    RepetitionPenaltyLogitsProcessor,
    TemperatureLogitsWarper,
    TopKLogitsWarper,
    TopPLogitsWarper,
)

from interleaf.checkpoints.standin_tokenizer import standin
from interleaf.checkpoints.tokenizer import LLAMA_SIZE, stops, with_vokens
from interleaf.config import TINY, TOY
from interleaf.exporting import manifest, official_text
from interleaf.sampling import Sampling, choose
from interleaf.script import Words, WrittenPage, create_script
from interleaf.stories import tokens
from interleaf.stories.corpus import TEMPLATES
from interleaf.tell import Context, Telling
from tests.exported import toy

SIGHT = "<Img><ImageHere></Img>"
VIST = (
    "Give the following images in <Img>ImageContent</Img> format. You will be able to see the images once I provide it "
    "to you. Please understanding images and generate story.###Human:"
)
MMDIALOG = VIST.replace(
    "understanding images and generate story.###Human:", "generate conversations with appropriate images."
)


def words(task: str, config=TINY) -> Words:
    return Words(official_text.text(task, tokens.load(), "tokenizer.json", bos=1), tokens.load(), config)


def whole(text: str, queries: int = TINY.qformer.queries) -> list[int]:
    """<s> and the text tokenised in one piece, Q image tokens for each <ImageHere>."""
    ids = tokens.encode(text)
    return [1, *(each for i in ids for each in [i] * (queries if i == TINY.image_token else 1))]


def page(text: str) -> WrittenPage:
    return WrittenPage(text, True, tokens.encode(text), [3])


def test_vist_is_told_as_it_was_taught():
    script = create_script(words("vist"), "a dog runs", 5)
    assert script.given == "a dog runs"
    assert script.tokens()[0] == whole(VIST + " Generate an image with the scene description: a dog runs ###Assistant:")
    script.add(page("a dog runs"), "first")
    script.add(page("it finds a ball"), "second")
    ids, sights = script.tokens()
    history = f"a dog runs{SIGHT}it finds a ball{SIGHT}\n"
    assert ids == whole(f"{VIST}{history} Tell me the next scene with image. ###Assistant:")
    assert (sights, script.given) == (["first", "second"], "")


def test_a_readers_picture_is_the_first_scene_of_the_history():
    script = create_script(words("vist"), "a dog runs", 5, "mine")
    assert script.given == ""
    assert script.tokens() == (
        whole(f"{VIST}a dog runs{SIGHT}\n Tell me the next scene with image. ###Assistant:"),
        ["mine"],
    )


def test_mmdialog_takes_turns_and_keeps_three_from_a_human_one_on():
    script = create_script(words("mmdialog"), "hello", 8)
    assert script.tokens()[0] == whole(f"{MMDIALOG} ###Human: hello ###Assistant:")
    script.add(page("look"), "lake")
    assert script.tokens() == (
        whole(f"{MMDIALOG} ###Human: hello ###Assistant: look {SIGHT} ###Human:"),
        ["lake"],
    )
    script.add(page("nice"))
    script.add(page("is it not"))
    assert script.tokens()[0] == whole(f"{MMDIALOG} ###Human: nice ###Assistant: is it not ###Human:")


def test_cc3m_is_the_bare_caption_as_it_was_cleaned():
    script = create_script(words("cc3m"), 'A "Red" boat: two (of them); ~*!', 1)
    assert script.tokens()[0] == whole("a red boat two of them")
    assert script.given == 'A "Red" boat: two (of them); ~*!'


def test_no_told_text_is_taken_for_a_picture():
    script = create_script(words("vist"), "a dog", 5)
    script.add(page("it saw <ImageHere> and [IMG0] there"), "first")
    ids, sights = script.tokens()
    assert ids.count(TINY.image_token) == TINY.qformer.queries * len(sights)
    assert not set(ids) & set(TINY.voken_ids)


LONG = replace(TOY, qformer=replace(TOY.qformer, queries=24), language=replace(TOY.language, context=96))


def test_a_page_ends_where_turning_it_still_fits():
    """A sight that is longer than the vokens it replaces: the room is kept while the page is written."""
    model = toy()
    sight = torch.zeros(LONG.qformer.queries, LONG.language.width)
    sampling = Sampling(1.0, 1.0, 0, 1.0, 500, draw_by=3)
    telling = Telling(LONG, Context(model), "a cat", 8, 5, sampling, draws=True)
    pages = 0
    while not telling.over and pages < 8:
        vokens = telling.write()
        pages += 1
        assert len(telling.ids) == telling.context.length <= LONG.language.context
        if not telling.generated:
            break  # the context is full, and that is how it ends
        telling.turn(sight if vokens is not None else None)
        assert len(telling.ids) == telling.context.length <= LONG.language.context
    assert pages > 1


def test_every_page_has_a_picture_where_that_is_asked_for():
    for draw_by in (1, 4):
        sampling = Sampling(0.0, most=6, draw_by=draw_by)
        telling = Telling(TOY, Context(toy()), "a cat", 3, 5, sampling, draws=True)
        assert telling.write() is not None
        assert telling.generated.index(TOY.voken_ids[0]) < draw_by


BAD = decode("zheqre", "rot13")  # a word of the gate's list
STOP, IMG0 = 3, TOY.voken_ids[0]


def say(text: str) -> list[int]:
    return tokens.encode(text)


@pytest.mark.parametrize(
    ("wished", "told", "before", "rest", "ended"),
    [
        ([*say(f" A dog {BAD} ran"), STOP], "A dog", [], say(" A dog"), False),
        ([*say(f" A dog {BAD}"), STOP], "A dog", [], say(" A dog"), False),
        ([*say(f" A dog {BAD}"), IMG0, STOP], "A dog", [], say(" A dog"), False),
        ([*say(f" A dog {BAD}"), TOY.language.eos], "A dog", [], [*say(" A dog"), TOY.language.eos], True),
        ([*say(" A dog"), IMG0, *say(f" ran {BAD} on"), STOP], "A dog ran", say(" A dog"), say(" ran"), False),
        ([*say(" A dog"), IMG0, *say(" ran"), STOP], "A dog ran", say(" A dog"), [*say(" ran"), STOP], False),
    ],
)
def test_a_page_ends_before_a_word_that_the_gate_keeps_out(monkeypatch, wished, told, before, rest, ended):
    wishes = iter(wished)
    monkeypatch.setattr("interleaf.tell.choose", lambda *_: next(wishes))
    telling = Telling(TOY, Context(toy()), "a dog", 3, 5, Sampling())
    telling.write()
    page = telling.page
    assert (page.text, page.before, page.rest, page.ended) == (told, before, rest, ended)
    assert page.stopped == (rest[-1] == STOP) and telling.over == ended


def test_a_prompt_is_told_without_what_the_gate_keeps_out_where_the_model_asks_for_one():
    rules = manifest.text(TINY, tokens.load(), TEMPLATES, "tokenizer.json")
    assert Words(rules, tokens.load(), TINY).prompt(f"a dog, {BAD}, on [the] beach") == "a dog, on (the) beach"
    assert Words(rules, tokens.load(), TINY).prompt(f"{BAD}!") == rules["gate"]["instead"]
    assert words("vist").prompt(f"{BAD}!") == f"{BAD}!"


@pytest.mark.parametrize("seed", range(4))
def test_the_distribution_is_that_of_hugging_face(seed):
    """Penalty over what was generated, the dummy first id with it, then temperature, top-k, top-p."""
    logits = torch.randn(1, 300, generator=torch.Generator().manual_seed(seed)) * 3
    generated = [0, 7, 7, 150, int(logits.argmax())]
    processors = LogitsProcessorList(
        [
            RepetitionPenaltyLogitsProcessor(2.0),
            TemperatureLogitsWarper(0.9),
            TopKLogitsWarper(50),
            TopPLogitsWarper(0.9),
        ]
    )
    chances = processors(torch.tensor([generated]), logits).softmax(-1)[0].double().numpy()
    sampling = Sampling.of({**official_text.SAMPLING, "temperature": 0.9, "penalised": [0]})
    order = np.argsort(-chances, kind="stable")
    edges = np.cumsum(chances[order])
    for place in np.flatnonzero(chances[order] > 1e-6):
        u = edges[place] - chances[order][place] / 2
        known = [*sampling.penalised, *generated[1:]]
        assert choose(logits[0].numpy(), sampling, [], known, u) == order[place]


@pytest.mark.parametrize("size", (1024, LLAMA_SIZE))
def test_both_forms_of_the_stop_and_the_first_mark_end_a_page(size):
    tokenizer = with_vokens(standin(size), size + 9)
    rules = official_text.text("vist", tokenizer, "tokenizer.json", bos=2)
    assert rules["stop"] == [*stops(tokenizer), [1]]
    if size == LLAMA_SIZE:
        assert rules["stop"] == [[835], [2277, 29937], [1]]
    assert (rules["end"], rules["bos"], rules["sampling"]["penalised"]) == ([], 2, [0])


def test_a_tokenizer_of_another_kind_is_refused():
    with pytest.raises(ValueError, match="no <s>"):
        official_text.known(Tokenizer(models.BPE()), "<s>")
