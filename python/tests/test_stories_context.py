"""The context tests ask about what only the pages before can tell."""

import pytest

from interleaf.stories import read_story
from interleaf.stories.context_tests import KINDS, context_cases


@pytest.fixture(scope="module")
def cases():
    return {kind: context_cases(kind, 10) for kind in KINDS}


def read(case):
    """What the oracle reads after the history."""
    return read_story([page.text for page in (*case.history, case.last)])[-1]


@pytest.mark.parametrize("kind", KINDS)
def test_there_are_cases_of_every_kind(cases, kind):
    assert len(cases[kind]) == 10 and context_cases(kind, 2) == cases[kind][:2]
    assert all(case.kind == kind and case.last.scene for case in cases[kind])


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "blank"])
def test_the_pages_before_tell_it(cases, kind):
    for case in cases[kind]:
        assert getattr(read(case), case.field) == case.expected == getattr(case.last.scene, case.field)


@pytest.mark.parametrize("kind", ["pair", "distance", "distractor"])
def test_twins_have_one_page_and_two_scenes(cases, kind):
    for one, two in zip(cases[kind][::2], cases[kind][1::2], strict=True):
        assert one.twin == two.twin and one.last.text == two.last.text and one.expected != two.expected


def test_without_its_history_a_page_does_not_tell(cases):
    hidden = [case for case in cases["blank"] if case.expected is None]
    assert len(hidden) > 5 and not any(case.history for case in cases["blank"])


def test_distances_are_one_to_five(cases):
    assert {case.distance for case in cases["distance"]} == {1, 2, 3, 4, 5}


def test_an_exchanged_page_follows_the_other_story(cases):
    for case in cases["exchanged"]:
        assert case.last.text.startswith(("He", "She")) and case.expected is not None


def test_an_unknown_kind_is_refused():
    with pytest.raises(ValueError, match="choose one of pair"):
        context_cases("dreams")
