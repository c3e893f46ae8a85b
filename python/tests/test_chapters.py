"""Chapters: a model tells from what it was taught on, token for token; and what the browser is compared with."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from interleaf import chapters
from interleaf.chapters import Chapter
from interleaf.config import NEXT, TINY, TOY
from interleaf.exporting import manifest, scripts
from interleaf.sampling import Sampling
from interleaf.script import Words, WrittenPage, create_script
from interleaf.stories import Story, segments, tokens
from interleaf.stories.corpus import TEMPLATES
from interleaf.stories.corpus import chapters as chapters_of
from interleaf.stories.sagas import GO_ON, ROOM, recalled, saga, size
from interleaf.tell import Context, Telling
from interleaf.train.layout import sequence
from interleaf.world.vocabulary import Scene
from tests.exported import toy

RULES = manifest.text(NEXT, tokens.load(), TEMPLATES, "tokenizer.json")


class Always:
    """Every picture is seen again."""

    def random(self) -> float:
        return 0.0


def rules(room: int = ROOM) -> dict:
    taught = {**RULES["templates"]["chapters"], "room": room}
    return {**RULES, "templates": {**RULES["templates"], "chapters": taught}}


def fed_before_the_last_page(story: Story, opening: Scene | None) -> tuple[list[int], list[Scene]]:
    """What of the training sequence the story's last page is told from, and which pictures are seen there."""
    s, last = sequence(story, NEXT, Always(), opening), segments(story, opening is not None)[-1]
    seen = [(i, at) for i, at, branch in zip(s.ids, s.positions, s.branch, strict=True) if branch == 0]
    ids, positions = zip(*seen, strict=True)
    assert list(positions) == list(range(len(ids)))
    sight = NEXT.qformer.queries + 2 if last.page.scene else 0
    scenes = [scene for _, scene in s.sights]
    return list(ids[: len(ids) - len(last.before) - sight - len(last.after)]), scenes[: len(scenes) - (sight > 0)]


def ever_shorter(story: Story, of: int) -> Iterator[Story]:
    """The story, then all that `recalled` leaves of it where there is ever less room. of: how many pages its last
    chapter is going to have."""
    shorter = recalled(story, 10**9)
    while True:
        last = len(chapters_of(shorter)[-1])
        ends = (replace(page, of=(page.of[0], of)) for page in shorter.pages[-last:])
        yield replace(shorter, pages=(*shorter.pages[:-last], *ends))
        before, shorter = shorter, recalled(story, size(shorter) - 1)
        if len(shorter.pages) == len(before.pages):
            return


@pytest.mark.parametrize(
    ("seed", "count", "room", "picture"), [(0, 3, 900, False), (1, 5, 900, True), (2, 4, 400, False)]
)
def test_before_every_page_stands_what_the_training_lays_out(seed, count, room, picture):
    """The longest of what `recalled` leaves of the pages so far that has room for a page."""
    whole = saga(seed, count)
    opening = whole.pages[0].scene or Scene("owl", "beach", "day", None) if picture else None
    lengths, page_room, forgot = [len(each) for each in chapters_of(whole)], RULES["sampling"]["maxNewTokens"], 0
    script = create_script(Words(rules(room), tokens.load(), NEXT), whole.prompt, lengths[0], opening)
    chapter = 0
    for number, part in enumerate(segments(whole, picture)):
        forms = list(ever_shorter(replace(whole, pages=whole.pages[: number + 1]), lengths[chapter]))
        fed = [fed_before_the_last_page(form, opening) for form in forms]
        kept = next((i for i, (ids, _) in enumerate(fed) if len(ids) + page_room <= room), len(fed) - 1)
        assert script.tokens() == fed[kept]
        forgot = max(forgot, kept)
        if number + 1 == len(whole.pages):
            break
        ends = part.after[-1] == TINY.language.eos
        page = WrittenPage(part.page.text, not ends, list(part.before), list(part.after), ends)
        chapter += ends
        next_asked = Chapter(lengths[chapter], whole.pages[number + 1].asked) if ends else None
        script.add(page, part.page.scene, next_asked)
    assert forgot > 0 or count == 3


def test_a_model_that_was_taught_none_goes_on_as_it_did():
    few = replace(TINY, knows=replace(TINY.knows, chapters=False))
    plain = manifest.text(few, tokens.load(), TEMPLATES, "tokenizer.json")
    assert "chapters" not in plain["templates"] and plain["maxPages"] == 8
    script = create_script(Words(plain, tokens.load(), TINY), "a cat", 8)
    page = WrittenPage("It slept.", False, [], tokens.encode(" It slept."), True)
    assert (script.opens, script.after(page)) == (None, "story")
    assert script.after(replace(page, ended=False)) is None


def test_pages_are_cut_into_chapters_as_long_as_those_that_were_taught():
    taught = RULES["templates"]["chapters"]
    for pages in range(3, RULES["maxPages"] + 1):
        left, found = pages, []
        while left:
            found.append(chapters.length(left, taught, not found))
            left -= found[-1]
        assert found == [pages] if pages <= 8 else all(3 <= each <= 5 for each in found)
    assert all(f"|{asked}" in GO_ON for asked in taught["goOn"])


def test_the_browser_is_compared_with_what_this_gives():
    golden = Path(__file__).resolve().parents[2] / "golden" / "chapters.json"
    assert json.loads(golden.read_text()) == json.loads(json.dumps(scripts.chapters_golden()))


ROOMY = replace(TOY, knows=NEXT.knows)


class Endless(Telling):
    """No page ends by itself, so that every chapter is ended where it is full."""

    @property
    def banned(self) -> list[int]:
        return [*super().banned, *(end[0] for end in (*RULES["stop"], *RULES["end"])), 1]


def test_a_telling_goes_on_from_chapter_to_chapter_and_where_it_is_asked_to():
    words = Words(rules(420), tokens.load(), ROOMY)
    telling = Endless(ROOMY, Context(toy()), "a cat", 12, 5, Sampling(0.9, most=40), words=words)
    sight, opened = torch.zeros(ROOMY.qformer.queries, ROOMY.language.width), []

    def tell() -> None:
        while True:
            opened.append(telling.script.opens)
            vokens = telling.write()
            if telling.over:
                return
            telling.turn(sight if vokens is not None else None)
            assert len(telling.ids) == telling.context.length <= 420

    tell()
    assert (len(telling.told.pages), telling.told.ended) == (12, "limit")
    assert [each for each in opened if each] == [Chapter(4)] * 3
    telling.go_on("now with a lantern", 3)
    tell()
    assert (len(telling.told.pages), opened[12]) == (15, Chapter(3, "now with a lantern"))
    assert telling.ids.count(ROOMY.language.bos) == 1
