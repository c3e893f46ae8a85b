"""The gate takes out what must not be copied, however it is spelt, and leaves the rest of the prompt as it was."""

from codecs import decode

import pytest

from interleaf.stories import story
from interleaf.stories.gate import allowed, beginning, blocked, clean, gate, lists

BAD = decode("zheqre", "rot13")  # a word of the list


@pytest.mark.parametrize(
    "spelt",
    [
        BAD,
        BAD.upper(),
        BAD.replace("e", "3"),
        BAD.replace("u", "uuuu"),
        ".".join(BAD),
        f"{BAD}!",
        f'"{BAD}"',
        BAD.replace("u", "ú"),
    ],
)
def test_a_word_is_known_however_it_is_spelt(spelt):
    assert blocked(spelt) and not allowed(spelt)
    assert gate(f"a bear {spelt} in the snow") == "a bear in the snow"


def test_letters_with_spaces_are_a_word():
    assert gate(f"a bear {' '.join(BAD)} in the snow") == "a bear in the snow"
    assert gate("a b c with a cat") == "a b c with a cat"


def test_what_stands_around_a_word_that_goes_is_read_together():
    assert gate(f"a bear {BAD[0]} {BAD} {' '.join(BAD[1:])}") == "a bear"


def test_a_text_begins_before_the_word_that_may_not_be_shown():
    assert beginning(f"a bear  said {BAD} and went") == "a bear said"
    assert beginning("a bear went") == "a bear went"


def test_endless_words_are_not_copied_and_words_of_other_scripts_are():
    assert gate(f"a cat called {'x' * 25} and {'y' * 24}") == f"a cat called and {'y' * 24}"
    for prompt in ("a happy-go-lucky-and-rather-small cat", "海岸でカメが凧を見つけたのでみんなに見せようと思いました"):
        assert gate(prompt) == prompt


def test_addresses_and_numbers_are_not_copied():
    assert gate("tell pip@example.org about a cat") == "tell about a cat"
    assert gate("a cat, see https://example.org/x?y=1 now") == "a cat, see now"
    assert gate("a cat called +44 20 7946 0000 please") == "a cat called please"
    assert gate("for my son, he is 4, in 5 pages") == "for my son, he is 4, in 5 pages"


@pytest.mark.parametrize(
    "name", ["Zorvik", "Anne-Marie", "O'Neill", "Schildkröte", "Bob", "Peacock", "Pussycat", "Moby"]
)
def test_names_may_be_copied(name):
    assert allowed(name)


@pytest.mark.parametrize("name", ["R2D2", "x" * 25, "a b", "", "-", "<b>"])
def test_what_is_no_name_may_not(name):
    assert not allowed(name)


def test_stories_pass_their_own_gate():
    for seed in range(150):
        told = story(seed)
        assert gate(told.prompt) == " ".join(told.prompt.split()), told.prompt
        assert all(clean(page.text) for page in told.pages), told


def test_the_list_is_read():
    assert BAD in lists()["anywhere"] and all(word.isascii() and word.islower() for word in lists()["words"])
