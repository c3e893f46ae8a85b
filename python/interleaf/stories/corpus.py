"""A story as the tokens the language model is trained on: the layout of docs/contract.md."""

import re
from dataclasses import dataclass
from functools import cache

from interleaf.config import TINY
from interleaf.stories import tokens
from interleaf.stories.state import Page, Story

TEMPLATES = {
    "open": "###Human: {prompt} ({pages} pages)###Assistant:",
    "openWithPicture": "###Human: <Img><ImageHere></Img> {prompt} ({pages} pages)###Assistant:",
    "sight": "<Img><ImageHere></Img>",
    "next": "{page}/{pages}:",
}
BOS, EOS = 1, 2
LONGEST_PROMPT = 600  # characters
PROMPT_TOKENS = TINY.language.context // 4  # the rest is the story's
BRACKETS = str.maketrans("[]<>", "()()")
INVISIBLE = re.compile("[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufeff\ud800-\udfff]")


def neutral(prompt: str) -> str:
    """A prompt that cannot be taken for the layout: no brackets, no ###, no control characters, one line."""
    plain = re.sub("#+", " ", INVISIBLE.sub("", prompt)).translate(BRACKETS)
    return " ".join(plain.split())[:LONGEST_PROMPT].strip()


def shortened(prompt: str) -> str:
    """The beginning of a neutral prompt that has at most PROMPT_TOKENS tokens. Byte-level: a character may be four."""
    while (over := len(tokens.encode(prompt)) - PROMPT_TOKENS) > 0:
        prompt = prompt[: -((over + 3) // 4)].rstrip()
    return prompt


def encode_prompt(prompt: str, pages: int, picture: bool = False) -> list[int]:
    """The opening, with <bos>. A picture's <ImageHere> is one token here; the model puts Q soft tokens in its place."""
    template = TEMPLATES["openWithPicture" if picture else "open"]
    return [BOS, *tokens.encode(template.format(prompt=shortened(neutral(prompt)), pages=pages))]


@dataclass(frozen=True)
class PageTokens:
    """One page as it is sampled. before: up to [IMG0]; after: the rest, with the stop or end sequence."""

    head: tuple[int, ...]  # fed before the page, never sampled
    before: tuple[int, ...]
    after: tuple[int, ...]
    page: Page


@cache
def ids_of(mark: str) -> tuple[int, ...]:
    return tuple(tokens.encode(mark))


def segments(story: Story, picture: bool = False) -> list[PageTokens]:
    """The pages of a story with what is fed before each. `before + [IMG0]…[IMG7] + after` is the page as it was told;
    `before + sight + after` is how later pages see it; without a picture it is `before + after`. A chapter ends as a story
    does; the next one opens with its prompt and counts its own pages."""
    found = []
    for chapter in chapters(story):
        count = len(chapter)
        for number, page in enumerate(chapter, start=1):
            here, pages = page.of or (number, count)
            if here > 1:
                head = tokens.encode(TEMPLATES["next"].format(page=here, pages=pages))
            elif found:
                head = encode_prompt(page.asked, pages)[1:]
            else:
                head = encode_prompt(story.prompt, pages, picture)
            cut = len(page.text) if page.picture_at is None else page.picture_at
            before, after = page.text[:cut].rstrip(), page.text[cut:].strip()
            end = (EOS,) if here == pages else ids_of("###")
            spaced = [tuple(tokens.encode(" " + part)) if part else () for part in (before, after)]
            found.append(PageTokens(tuple(head), spaced[0], (*spaced[1], *end), page))
    return found


def chapters(story: Story) -> list[list[Page]]:
    found: list[list[Page]] = []
    for page in story.pages:
        if page.asked is not None or not found:
            found.append([])
        found[-1].append(page)
    return found


@cache
def known_words() -> frozenset[str]:
    """Every word that 4000 stories use, in lower case, names among them."""
    from interleaf.stories.telling import story

    words: set[str] = set()
    for seed in range(4000):
        for page in story(seed).pages:
            words.update(re.findall(r"[^\W\d_]+(?:['’][^\W\d_]+)?", page.text.lower()))
    return frozenset(words)
