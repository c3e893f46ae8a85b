"""Measures of told stories: perfect for the simulator's own, and lower for what is wrong."""

from interleaf.judge.stories import (
    different,
    held_out_prompts,
    is_malformed,
    measure_texts,
    mentions,
    names_known,
    script,
    simulated,
)
from interleaf.stories import held_out
from interleaf.tell import Told, ToldPage


def told(*texts: str) -> Told:
    return Told("a cat", 0, len(texts), [ToldPage(text) for text in texts])


def test_held_out_prompts_are_fixed_and_of_the_held_out_split():
    asked = held_out_prompts(12)
    assert asked == held_out_prompts(12) and len({a.prompt for a in asked}) == 12
    assert all(held_out(a.hero, a.story.facts["place"], a.story.facts["thing"]) for a in asked)


def test_the_simulators_own_stories_score_perfectly():
    asked = held_out_prompts(12)
    found = measure_texts([simulated(a, seed) for seed, a in enumerate(asked)], asked)
    assert found["ended"].value == found["prompt_hero"].value == found["main_figure"].value == 1
    assert found["malformed"].hits == 0 and found["names_known"].value > 0.95


def test_malformed_words_are_found():
    assert is_malformed("turtlle") and is_malformed("xqz")
    assert not is_malformed("turtle") and not is_malformed("turtle's") and not is_malformed("Rosa's")


def test_a_name_that_nobody_introduced_is_a_stranger():
    assert names_known(told("A cat called Rosa sat in the garden.", "Rosa ran. Felix hid.")) == [True, True, False]


def test_heroes_are_found_as_words():
    assert mentions("Two cats sat.", "cat") and not mentions("The caterpillar sat.", "cat")


def test_other_words_for_the_same_events_are_no_other_story():
    one = told("A cat called Rosa sat in the garden at night.")
    same = told("At night, in the garden, there was a cat called Felix.")
    other = told("A cat called Rosa sat on the beach at night.")
    assert different([one, same]) == 1 and different([one, other]) == 2


def test_a_script_marks_pictures_and_says_when_a_story_did_not_end():
    page = ToldPage("A cat sat. It rained.", 10)
    assert "1. A cat sat. ▣  It rained." in script(Told("a cat", 0, 1, [page]))
    assert "did not end" in script(Told("a cat", 0, 1, [page])) and "(blank)" in script(Told(" ", 0, 1, [page]))
    assert "did not end" not in script(Told("a cat", 0, 1, [page], "story"))
