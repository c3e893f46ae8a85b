"""Slips of language that rules can find: words that are none, articles, doubled words, capitals, stops, quotation
marks, verbs that do not agree."""

import re

from interleaf.tell import Told

from .share import Share, share
from .words import WORD, is_malformed

QUOTE = re.compile(r'"[^"]*"')
SLIPS = {
    "article": re.compile(r"\ba (?=[aeio])|\ban (?![aeiouh])", re.I),
    "doubled": re.compile(r"\b(?!(?:la|ha|very|so|had|that|toot|tick|ding|crunch|squeak|boom|bump)\b)(\w+) \1\b", re.I),
    "capital": re.compile(r"[^.][.!?] (?=[a-z])"),
    "stop": re.compile(r'[^.!?"]$|[.,]{2}|\s[,.!?]'),
    "agreement": re.compile(
        r"\b(?:they|both of them) (?:was|is|has)\b|\b(?:he|she|it) (?:were(?! still)|are|have)\b", re.I
    ),
}


def slips(page: str) -> list[str]:
    """The slips of a page, one name for each that is found."""
    narrated = QUOTE.sub('"', page)
    found = ["word" for word in WORD.findall(page) if is_malformed(word)]
    for name, pattern in SLIPS.items():
        where = narrated if name in ("capital", "agreement") else page.strip()
        found += [name] * len(pattern.findall(where))
    return found + ["quotes"] * (page.count('"') % 2)


def measure_grammar(stories: list[Told]) -> dict[str, Share]:
    """Malformed words as a share of words; slips of any kind as a share of words (at most 0.5 % is the aim)."""
    pages = [page.text for told in stories for page in told.pages]
    words = [word for page in pages for word in WORD.findall(page)]
    found = sum(len(slips(page)) for page in pages)
    return {"malformed": share(map(is_malformed, words)), "slips": Share(min(found, len(words)), len(words))}
