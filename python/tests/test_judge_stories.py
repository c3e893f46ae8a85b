"""Measures of told stories: perfect for the simulator's own, and lower for what is wrong."""

import pytest

from interleaf.config import Knowledge
from interleaf.judge.diversity import compression_ratio, distinct, most_common, novelty, self_bleu, widespread
from interleaf.judge.grammar import slips
from interleaf.judge.prompts import HeldOut, held_out_prompts, measure_facts, mentions, met, simulated
from interleaf.judge.replay import KINDS, measure_replays, replay
from interleaf.judge.stories import different, measure_texts, names_known, resolved, script
from interleaf.judge.words import is_malformed
from interleaf.stories import Story, held_out, story
from interleaf.tell import Told, ToldPage


def told(*texts: str) -> Told:
    return Told("a cat", 0, len(texts), [ToldPage(text) for text in texts])


def test_held_out_prompts_are_fixed_and_of_the_held_out_split():
    asked = held_out_prompts(12)
    assert asked == held_out_prompts(12) and len({a.prompt for a in asked}) == 12
    assert all(held_out(a.hero, a.story.facts["place"], a.story.facts["thing"]) for a in asked)


def test_prompts_ask_for_nothing_that_a_model_was_not_taught():
    asked = held_out_prompts(12, Knowledge(things=12, accessories=False))
    assert not any(a.facts.get("accessory") for a in asked)
    assert {a.facts["thing"] for a in asked} <= set("kite balloon umbrella key lantern book star ball bell".split()) | {
        "crown", "apple", "cake"}  # fmt: skip


def test_the_simulators_own_stories_score_perfectly():
    asked = held_out_prompts(12)
    found = measure_texts([simulated(a, seed) for seed, a in enumerate(asked)], asked)
    perfect = ("ended", "resolved", "prompt_hero", "main_figure", "names_known", "asked_few", "asked_all")
    assert {name: found[name].value for name in perfect} == dict.fromkeys(perfect, 1.0)
    assert found["malformed"].hits == 0 and found["slips"].value < 0.002


def test_the_simulators_own_stories_do_not_contradict_themselves():
    stories = [told(*(page.text for page in story(10**12 + seed).pages)) for seed in range(150)]
    assert measure_replays(stories)["contradictory_pages"].value < 0.005


@pytest.mark.parametrize(
    ("kind", "pages"),
    [
        ("name", ("A cat called Rosa sat in the garden.", "Rosa the owl came by.")),
        ("name", ("A cat called Rosa sat in the garden.", "A cat called Rosa came by.")),
        ("name", ("A cat called Rosa sat in the garden.", "A cat called Hugo came by.")),
        ("name", ("A cat called Rosa sat in the garden.", "Rosa and Rosa played.")),
        ("stranger", ("A cat called Rosa sat in the garden.", "Hugo laughed.")),
        ("pronoun", ("A cat called Rosa sat in the garden. She sang.", "Rosa jumped. He laughed.")),
        ("place", ("A cat called Rosa sat in the garden.", "Rosa went to the garden.")),
        ("place", ("A cat called Rosa sat in the garden.", "Soon Rosa was home again.")),
        ("time", ("A cat called Rosa sat in the garden at night.", "At sunset, Rosa sang.")),
        ("time", ("One evening, a cat called Rosa sat in the garden.", "The sky was full of sunshine.")),
        ("thing", ("A cat called Rosa had a drum in the garden. Rum-pum, bump, and the drum was gone.",
                   "Rosa beat the drum like thunder.")),
        ("worn", ("A cat called Rosa sat in the garden.", "Rosa took off the red hat, for it was warm.")),
        ("worn", ("A cat called Rosa wore a red hat in the garden.", "Rosa found a blue hat and put it on.")),
    ],
)  # fmt: skip
def test_what_cannot_be_is_found(kind, pages):
    assert kind in KINDS
    first, second = replay(list(pages))
    assert not first and [c.kind for c in second] == [kind]


def test_what_may_be_is_not_found():
    pages = (
        "One evening, a cat called Rosa sat in the garden. She had a drum. Rum-pum, bump, and the drum was gone.",
        "The next morning, Rosa went to the beach. She met Hugo the owl, and he laughed.",
        "All at once, there was the drum! Rosa beat the drum like thunder. At sunset, Rosa went home.",
    )
    assert replay(list(pages)) == [[], [], []]
    assert resolved(Told("", 0, 3, [ToldPage(text) for text in pages], "story"))
    assert not resolved(Told("", 0, 1, [ToldPage(pages[0])], "story"))


def asking(**facts) -> HeldOut:
    return HeldOut("", 2, facts["hero"], Story("", (), facts | {"pages": 2}, "", {}))


def test_every_fact_of_a_prompt_is_looked_for():
    asked = asking(hero="cat", place="beach", time="night", thing="key", name="Zorbo", accessory="red hat")
    whole = told("At night, a cat called Zorbo sat on the beach.", "Zorbo found a key. Zorbo wore a red hat.")
    assert met(whole, asked) == dict.fromkeys(asked.facts, True)
    wrong = told(
        "One morning, a cat called Zorbolo sat in the snow.", 'Zorbolo wore a blue hat. "A key!" said Zorbolo.'
    )
    assert met(wrong, asked) == dict.fromkeys(asked.facts, False) | {"hero": True}
    found = measure_facts([whole, wrong], [asked, asked])
    assert found["asked_all"].value == 0.5 and found["asked_few"].of == 0 and found["asked_name"].value == 0.5
    assert met(told("A cat called Rosa was sad in the snow."), asking(hero="cat", feeling="sad"))["feeling"]


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


def test_slips_are_found():
    fine = 'Once upon a time, an owl sat in the garden. "Oh, la la!" said the owl.'
    assert slips(fine) == []
    for wrong, name in (
        ("A owl sat in the garden.", "article"),
        ("The owl sat sat in the garden.", "doubled"),
        ("The owl sat. she sang.", "capital"),
        ("The owl sat in the", "stop"),
        ("They was in the garden.", "agreement"),
        ('"Oh, said the owl.', "quotes"),
        ("The owwl sat in the garden.", "word"),
    ):
        assert slips(wrong) == [name], wrong


def test_stories_that_repeat_each_other_are_less_diverse():
    same = ["The cat sat on the beach and sang a song of the sea."] * 6
    different_ones = [f"{word} {word}er {word}est {word}ing {word}ly." for word in "abcdef"]
    assert compression_ratio(same) > compression_ratio(different_ones)
    assert distinct(same, 2) < distinct(different_ones, 2) == 1
    assert self_bleu(same) == pytest.approx(1) and self_bleu(different_ones) < 0.5
    assert most_common(["a", "b", "a", "c"]) == 0.5
    assert widespread(same) == 9 and widespread(different_ones) == 0


def test_novelty_is_what_the_simulator_does_not_say(monkeypatch):
    monkeypatch.setattr("interleaf.judge.diversity.TRAINED_ON", 20)
    assert novelty(["Seven purple submarines argued about the price of sauerkraut yesterday."]) == 1
