"""Goldens of the layouts: what stands in the context before each page of a story that is given."""

import json
from dataclasses import replace

from tokenizers import Tokenizer

from interleaf.chapters import Chapter
from interleaf.checkpoints.standin_tokenizer import standin
from interleaf.checkpoints.tokenizer import with_vokens
from interleaf.config import NEXT, TINY
from interleaf.exporting import manifest, official_text
from interleaf.script import Words, WrittenPage, create_script
from interleaf.stories import tokens
from interleaf.stories.corpus import TEMPLATES, segments
from interleaf.stories.sagas import saga

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
# Layout, tokenizer, S, Q, and does a picture of the reader's open it? Where S is small not all that was told has room.
CASES = (
    ("pages", "tiny", 1024, 8, False),
    ("pages", "tiny", 1024, 12, True),
    ("vist", "tiny", 1024, 8, False),
    ("vist", "tiny", 320, 12, True),
    ("mmdialog", "tiny", 320, 12, False),
    ("vist", "llama", 2048, 32, True),
    ("vist", "llama", 640, 32, False),
    ("mmdialog", "llama", 2048, 32, True),
    ("cc3m", "llama", 2048, 32, False),
)
LLAMA_SIZE = 1033  # V of the stand-in


def tokenizer_of(kind: str) -> Tokenizer:
    return tokens.load() if kind == "tiny" else with_vokens(standin(LLAMA_SIZE - len(tokens.ADDED)), LLAMA_SIZE)


def rules(layout: str, tokenizer: Tokenizer) -> dict:
    if layout == "pages":
        return manifest.text(TINY, tokenizer, TEMPLATES, "tokenizer.json")
    return official_text.text(layout, tokenizer, "tokenizer.json", bos=1)


def walk(layout: str, kind: str, context: int, queries: int, picture: bool) -> dict:
    tokenizer = tokenizer_of(kind)
    language = replace(TINY.language, context=context, vocab_size=tokenizer.get_vocab_size())
    config = replace(TINY, language=language, qformer=replace(TINY.qformer, queries=queries))
    words = Words(rules(layout, tokenizer), tokenizer, config)
    script = create_script(words, PROMPT, PAGES, "reader" if picture else None)
    stands = []
    for number, page in enumerate((None, *TOLD)[: words.rules["maxPages"]]):
        if page:
            script.add(*written(words, number, *page))
        ids, sights = script.tokens()
        stands.append({"ids": ids, "sights": list(sights), "given": script.given})
    shape = manifest.shape(config)
    case = {"tokenizer": kind, "shape": shape, "text": words.rules, "picture": picture, "reserve": script.reserve}
    return {**case, "stands": stands}


def sampled(text: str, offset: int | None) -> tuple[list[int], list[int]]:
    """Ids before the picture, and after it: what matters to the layout of pages alone."""
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
    llama = json.loads(tokenizer_of("llama").to_str())
    cases = [walk(*case) for case in CASES]
    return {"prompt": PROMPT, "pages": PAGES, "told": told, "llama": llama, "decoded": decoded(), "cases": cases}


def decoded() -> list[dict]:
    """Bytes that are characters, broken, or half a character, in a tokenizer that has them for tokens."""
    tokenizer, language = tokenizer_of("llama"), replace(TINY.language, vocab_size=LLAMA_SIZE)
    words = Words(rules("vist", tokenizer), tokenizer, replace(TINY, language=language))
    found = []
    for text in ("naïve café, “quoted” 😀", "a dog ran\n\nto the sea ###"):
        ids = words.tokenizer.encode(text, add_special_tokens=False).ids
        found += [{"ids": part, "text": words.text(part)} for part in (ids, ids[:-1], ids[:4] + ids[6:])]
    return found


# Room of the context, how many pages were asked for, and does a picture of the reader's open the story? By page: it
# ended its chapter "early", "stop" was sampled where that is full, "long" nothing was; or what was asked for next.
IN_CHAPTERS = (
    (900, 12, False, {8: "stop"}),
    (420, 25, True, {3: "early", 5: "long", 8: "stop"}),
    (520, 4, False, {4: ("now with a [big] lantern", 7), 8: "early"}),
)
SAGA = 3  # its seed


def chapters_golden() -> dict:
    """Of a saga's pages, cut into chapters anew: its words alone matter here."""
    return {"shape": manifest.shape(NEXT), "cases": [in_chapters(*case) for case in IN_CHAPTERS]}


def in_chapters(room: int, pages: int, picture: bool, events: dict) -> dict:
    rules = manifest.text(NEXT, tokens.load(), TEMPLATES, "tokenizer.json")
    rules["templates"]["chapters"]["room"] = room
    told, stands = saga(SAGA, 3, 4), []
    script = create_script(Words(rules, tokens.load(), NEXT), told.prompt, pages, "reader" if picture else None)
    stop, end = rules["stop"][0], rules["end"][0]
    written = []
    for number, part in enumerate(segments(told), start=1):
        ids, sights = script.tokens()
        opens = script.opens and {"pages": script.opens.pages, "prompt": script.opens.prompt}
        event, full = events.get(number), script.here == script.chapter.pages
        closing = end if event == "early" or (full and event != "stop") else [] if event == "long" else stop
        at, seen = part.page.picture_at, part.page.scene is not None and number % 5 != 0
        before, rest = list(part.before), [*part.after[:-1], *closing]
        page = WrittenPage(part.page.text, closing == stop, before, rest, closing == end)
        goes_on = Chapter(event[1], event[0]) if isinstance(event, tuple) else None
        flags = {"seen": seen, "stopped": page.stopped, "ended": page.ended, "after": script.after(page)}
        asked = goes_on and {"prompt": goes_on.prompt, "pages": goes_on.pages}
        written.append({"text": page.text, "offset": at, "before": before, "rest": rest, **flags, "goesOn": asked})
        stands.append({"ids": ids, "sights": list(sights), "opens": opens, "limit": script.pages})
        if written[-1]["after"] == "story" and not goes_on:
            break
        script.add(page, f"page {number}" if seen else None, goes_on)
    case = {"prompt": told.prompt, "pages": pages, "picture": picture, "text": rules}
    return {**case, "told": written, "stands": stands}
