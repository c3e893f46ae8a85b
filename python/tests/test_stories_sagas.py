"""Chapters go on where the last one ended, and what is remembered of a long saga can still be read."""

import pytest

from interleaf.config import TINY
from interleaf.stories import read_story, segments, tokens
from interleaf.stories.corpus import chapters
from interleaf.stories.sagas import ROOM, lesson, reads, recalled, saga, size
from interleaf.train.layout import sequence


@pytest.fixture(scope="module")
def sagas():
    return [saga(seed, 3) for seed in range(25)]


def test_a_seed_is_a_saga(sagas):
    assert saga(0, 3) == sagas[0] and [len(chapters(each)) for each in sagas] == [3] * 25


def test_the_oracle_reads_every_chapter(sagas):
    for each in sagas:
        assert reads(each)
        seen = read_story([page.text for page in each.pages])
        assert all(page.scene in (None, scene) for page, scene in zip(each.pages, seen, strict=True))


def test_the_hero_stays_and_the_thing_changes(sagas):
    for each in sagas:
        named = each.cast["h"]["name"] or each.cast["h"]["species"]
        assert all(any(named in page.text for page in chapter) for chapter in chapters(each)), each
    things = [[{p.scene.thing for p in chapter if p.scene} for chapter in chapters(each)] for each in sagas]
    assert sum(a != b for a, b, _ in things) > 20


def test_a_chapter_opens_with_its_prompt_and_counts_its_own_pages(sagas):
    for each in sagas[:5]:
        parts = segments(each)
        heads = [tokens.load().decode(list(part.head), skip_special_tokens=False) for part in parts]
        asked = [head for head in heads if "###Human:" in head]
        assert len(asked) == 3 and heads[0] == asked[0]
        for page, head, part in zip(each.pages, heads, parts, strict=True):
            assert (page.asked is not None and page.asked[:20] in head) or page.asked is None
            assert part.head.count(1) == (part is parts[0])  # one <s>
        assert sum(part.after[-1] == 2 for part in parts) == 3  # </s> ends every chapter


def test_what_is_left_out_was_oldest(sagas):
    long = [saga(seed, 6) for seed in range(12)]
    assert all(20 <= len(each.pages) <= 30 for each in long)
    for each in long:
        kept = recalled(each)
        assert size(kept) <= ROOM < size(each) and kept.pages[0].text == each.pages[0].text
        assert [p.text for p in chapters(kept)[-1]] == [p.text for p in chapters(each)[-1]]
        assert {page.of for page in kept.pages} <= {(n, m) for m in range(3, 6) for n in range(1, m + 1)}
    assert sum(map(reads, map(recalled, long))) >= 9
    assert recalled(long[0], room=10**6).pages[0].of and len(recalled(long[0], room=10**6).pages) == len(long[0].pages)


def test_lessons_fit_into_the_context():
    from random import Random

    longest = 0
    for seed in range(120):
        told = lesson(seed)
        assert reads(told)
        longest = max(longest, max(sequence(told, TINY, Random(0)).positions))
    assert 400 < longest < TINY.language.context
