"""Goldens of the layouts: what stands in the context before each page of a story that is given."""

from dataclasses import replace

from interleaf.config import TINY
from interleaf.exporting import manifest, official_text
from interleaf.script import Words, WrittenPage, create_script
from interleaf.stories import tokens
from interleaf.stories.corpus import TEMPLATES

PROMPT = "A turtle [with] a Kite, at ~the beach~!"
PAGES = 7
# Text, and how much of it stands before the picture, or None without one; was it seen, and did a stop sequence end it?
TOLD = (
    ("A turtle (with) a Kite, at ~the beach~!", 39, True, True),
    ("She met a fox. The wind blew {text} hard.", 14, True, True),
    ("It was [IMG0] odd <ImageHere> that day, and the kite {sight} was gone", None, False, False),
    ("They looked everywhere.", 23, False, True),
    ("Under the old boat it lay, wet and a little torn. " * 3, 49, True, True),
    ('"Look!" said the fox.', 6, True, True),
)
# The last two have no room for all that was told.
CASES = (
    ("pages", 1024, 8, False),
    ("pages", 1024, 12, True),
    ("vist", 1024, 8, False),
    ("vist", 1024, 32, True),
    ("mmdialog", 1024, 8, True),
    ("cc3m", 1024, 8, False),
    ("vist", 320, 12, True),
    ("mmdialog", 320, 12, False),
)


def rules(layout: str) -> dict:
    if layout == "pages":
        return manifest.text(TINY, tokens.load(), TEMPLATES, "tokenizer.json")
    return official_text.text(layout, tokens.load(), "tokenizer.json", bos=1)


def walk(layout: str, context: int, queries: int, picture: bool) -> dict:
    config = replace(
        TINY, language=replace(TINY.language, context=context), qformer=replace(TINY.qformer, queries=queries)
    )
    words = Words(rules(layout), tokens.load(), config)
    script = create_script(words, PROMPT, PAGES, "reader" if picture else None)
    stands = []
    for number, page in enumerate((None, *TOLD)[: words.rules["maxPages"]]):
        if page:
            script.add(*written(words, number, *page))
        ids, sights = script.tokens()
        stands.append({"ids": ids, "sights": list(sights), "given": script.given})
    shape = manifest.shape(config)
    return {"shape": shape, "text": words.rules, "picture": picture, "reserve": script.reserve, "stands": stands}


def sampled(text: str, offset: int | None) -> tuple[list[int], list[int]]:
    """Ids before the picture, and after it."""
    cut = offset or 0
    return tokens.encode(text[:cut]), tokens.encode(text[cut:])


def written(words: Words, number: int, text: str, offset: int | None, seen: bool, stopped: bool):
    """The page, and its sight: a name for what would be soft tokens."""
    before, rest = sampled(text, offset)
    page = WrittenPage(text, stopped, before, rest + (words.rules["stop"][0] if stopped else []))
    return page, f"page {number}" if seen else None


def golden() -> dict:
    told = []
    for text, at, seen, stopped in TOLD:
        before, rest = sampled(text, at)
        told.append({"text": text, "offset": at, "before": before, "rest": rest, "seen": seen, "stopped": stopped})
    return {"prompt": PROMPT, "pages": PAGES, "told": told, "cases": [walk(*case) for case in CASES]}
