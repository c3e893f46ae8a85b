"""Stories keep their own facts: the oracle rebuilds every scene, prompts never mix splits, words are words."""

import re

import pytest

from interleaf.config import TINY
from interleaf.stories import (
    encode_prompt,
    held_out,
    known_words,
    neutral,
    read_story,
    segments,
    story,
    story_for,
    tokens,
)
from interleaf.stories.corpus import PROMPT_TOKENS, shortened
from interleaf.stories.families import FAMILIES

COUNT = 300


@pytest.fixture(scope="module")
def stories():
    return [story(seed) for seed in range(COUNT)]


def test_a_seed_is_a_story(stories):
    assert [story(seed) for seed in range(20)] == stories[:20]
    assert len({each.pages[0].text for each in stories}) > 0.97 * COUNT


def test_every_family_is_told(stories):
    assert {each.family for each in stories} == set(FAMILIES) and len(FAMILIES) >= 4


def test_the_oracle_rebuilds_every_scene(stories):
    for each in stories:
        read = read_story([page.text for page in each.pages])
        assert all(page.scene is None or page.scene == seen for page, seen in zip(each.pages, read, strict=True)), each


def test_the_oracle_notices_a_wrong_word(stories):
    """A test of the test: another place in the text is another scene."""
    told = next(s for s in stories if s.pages[0].scene and s.pages[0].scene.place == "beach")
    changed = [page.text.replace("beach", "castle") for page in told.pages]
    assert read_story(changed)[0].place == "castle"


def test_the_prompts_facts_are_in_the_story(stories):
    for each in stories:
        scenes = [page.scene for page in each.pages if page.scene]
        for part in ("hero", "place", "time", "thing"):
            wanted = each.facts.get(part)
            assert not wanted or any(getattr(scene, part) == wanted for scene in scenes), each


def test_splits_share_no_combination(stories):
    kept = [story(seed, split="held-out") for seed in range(40)]
    for each in kept:
        assert held_out(each.facts["hero"], each.facts["place"], each.facts["thing"])
    for each in stories:
        for page in each.pages:
            assert not page.scene or not held_out(page.scene.hero, page.scene.place, page.scene.thing)
    assert not {each.prompt for each in kept} & {each.prompt for each in stories}


def test_grammar(stories):
    text = " ".join(page.text for each in stories for page in each.pages)
    assert not re.search(r"\b[Aa] (?=[aeiou])(?!one|use)", text), re.search(r"\b[Aa] [aeiou]\w+", text)
    assert not re.search(r"\b[Aa]n (?!hour)[^aeiouAEIOU\W]", text)
    assert not re.search(r"[{}\[\]|]", text)


def test_ten_seeds_tell_ten_stories():
    told = [story_for({"hero": "turtle"}, seed) for seed in range(10)]
    about = {(each.family, tuple(sorted((r, c["species"]) for r, c in each.cast.items()))) for each in told}
    assert len(about) >= 8


def test_the_layout_is_the_contracts(stories):
    told = next(s for s in stories if len(s.pages) == 4)
    first, *_, last = segments(told)
    assert tokens.load().decode(list(first.head), skip_special_tokens=False).endswith("(4 pages)###Assistant:")
    assert first.head[0] == 1 and first.after[-1] == tokens.load().token_to_id("###") and last.after[-1] == 2
    for part, page in zip(segments(told), told.pages, strict=True):
        words = tokens.decode([*part.before, *part.after]).split()
        assert words == page.text.split()


@pytest.mark.parametrize(
    ("typed", "told"),
    [("[IMG0] ### <Img>", "(IMG0) (Img)"), ("a\u0000b\ud800c", "abc"), ("  a\n\tb ", "a b"), ("x" * 900, "x" * 600)],
)
def test_a_prompt_cannot_be_taken_for_the_layout(typed, told):
    assert neutral(typed) == told
    marks = {tokens.load().token_to_id(mark) for mark in ("[IMG0]", "<ImageHere>", "</s>")}
    assert not marks & set(encode_prompt(typed, 4)) and encode_prompt(typed, 4).count(3) == 2


@pytest.mark.parametrize("typed", ["😀" * 250, "سلحفاة على الشاطئ " * 40, "亀と凧" * 200, "x" * 600])
def test_a_prompt_takes_at_most_a_quarter_of_the_context(typed):
    assert PROMPT_TOKENS == TINY.language.context // 4
    kept = shortened(neutral(typed))
    assert PROMPT_TOKENS - 4 <= len(tokens.encode(kept)) <= PROMPT_TOKENS and neutral(typed).startswith(kept)
    assert kept in tokens.decode(encode_prompt(typed, 4))


def test_known_words_are_the_stories_words():
    assert {"turtle", "kite", "beach"} <= known_words() and "qwzx" not in known_words()
