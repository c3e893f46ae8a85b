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
from interleaf.stories.names import REAL
from interleaf.stories.oracle import QUOTED

COUNT = 300


@pytest.fixture(scope="module")
def stories():
    return [story(seed) for seed in range(COUNT)]


def test_a_seed_is_a_story(stories):
    assert [story(seed) for seed in range(20)] == stories[:20]
    assert len({each.pages[0].text for each in stories}) > 0.97 * COUNT


def test_every_family_is_told(stories):
    assert {each.family for each in stories} == set(FAMILIES) and len(FAMILIES) == 12


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
        for part in ("hero", "place", "time", "thing", "feeling", "accessory"):
            wanted = each.facts.get(part)
            assert not wanted or any(getattr(scene, part) == wanted for scene in scenes), each


def test_names_are_copied_exactly(stories):
    named = [each for each in stories if each.facts.get("name")]
    assert len(named) > 0.25 * COUNT
    assert all(each.facts["name"] in each.pages[0].text for each in named)
    assert sum(each.facts["name"] not in REAL for each in named) > 0.2 * len(named)


def test_friends_share_neither_name_nor_first_letter(stories):
    for each in stories:
        names = [person["name"] for person in each.cast.values() if person["name"]]
        assert len({name[0] for name in names}) == len(names), names


def test_somebody_keeps_the_pronoun_of_page_one(stories):
    """Of stories in which nobody else has a name."""
    for each in stories:
        if len(each.cast) == 1:
            text = QUOTED.sub("", " ".join(page.text for page in each.pages)).lower()
            assert not (re.search(r"\b(he|him|his)\b", text) and re.search(r"\b(she|her)\b", text)), each


def test_what_is_not_wanted_is_not_there(stories):
    unwanted = [each for each in stories if each.facts.get("avoid")]
    assert unwanted
    for each in unwanted:
        text = " ".join(page.text for page in each.pages).lower()
        assert not any(re.search(rf"\b{word}s?\b", text) for word in each.facts["avoid"]), each


def test_what_cannot_be_drawn_is_talked_of(stories):
    talked = [each for each in stories if each.facts.get("mention")]
    assert len(talked) > 0.03 * COUNT
    for each in talked:
        assert each.facts["mention"] in each.pages[0].text and each.pages[0].text.count(each.facts["mention"]) == 1


def test_a_third_of_the_heroes_wear_something_that_stays(stories):
    worn = [[page.scene.accessory for page in each.pages if page.scene and page.scene.hero == each.cast["h"]["species"]]
            for each in stories]  # fmt: skip
    dressed = [some for some in worn if any(some)]
    assert 0.25 < len(dressed) / COUNT < 0.5
    assert sum(len(set(some)) == 1 for some in dressed) > 0.5 * len(dressed)  # from first to last
    assert sum(some[-1] is None for some in dressed) > 0.02 * len(dressed)  # given away or taken off


def test_a_feeling_does_not_outlast_its_page():
    pages = ["Pip the owl was on the beach. He was sad.", "Pip went on.", 'Pip was not cross. "I am scared," he said.']
    assert [scene.feeling for scene in read_story(pages)] == ["sad", None, None]


def test_what_is_worn_stays_until_it_is_given():
    pages = [
        "Pip the owl was on the beach. He wore a red scarf.",
        "Bo the cat met Pip.",
        "Pip gave Bo the red scarf.",
        "Bo was happy.",
    ]
    assert [scene.accessory for scene in read_story(pages)] == ["red scarf", None, None, "red scarf"]


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("pages", range(3, 9))
def test_every_family_tells_three_to_eight_pages(family, pages):
    told = story_for({"family": family, "pages": pages}, 7)
    assert len(told.pages) == pages and told.family == family


def test_prompts_are_of_many_kinds():
    prompts = [story(seed).prompt for seed in range(COUNT, 2 * COUNT)]
    assert len(set(prompts)) > 0.9 * COUNT and max(map(len, prompts)) < 600
    assert any(len(prompt) > 150 for prompt in prompts) and any(len(prompt) < 12 for prompt in prompts)


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
