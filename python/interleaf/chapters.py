"""How a long story is cut into chapters, and what of it is remembered: docs/contract.md, "Chapters". As in the browser
(src/models/chapters.ts). The rules are the manifest's `templates.chapters`."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Chapter:
    """A chapter that opens. prompt: the reader's; without one the story is the prompt's, or goes on by itself."""

    pages: int
    prompt: str | None = None


def length(left: int, rules: dict, first: bool) -> int:
    """Pages of the chapter that opens, where `left` pages are to be told: all of them, where they are the whole story
    and a story of so many was taught as one; else so many that the chapters after it are about as long."""
    if first and left <= rules["alone"]:
        return left
    return -(-left // -(-left // rules["pages"]))


def recalled(chapters: list[list], fits: Callable[[list], bool]) -> list:
    """The pages that stay. Page 1 and the last chapter always do; what is between goes, the oldest first: the rest of
    chapter 1, then a chapter at a time, as much as must."""
    first, *later = chapters
    while not fits(kept := [*first, *(page for each in later for page in each)]):
        if len(first) > 1 and later:
            first = first[:1]
        elif len(later) > 1:
            later = later[1:]
        else:
            break
    return kept
