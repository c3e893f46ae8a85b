"""The gate for copied words. The model copies names and unknown nouns from the prompt into the story, so what must not
stand in a child's book is taken out before the model reads it, and looked for again in what the model wrote.

A word is folded before it is looked up: case, accents, digits that stand for letters, letters written three times or
more, and letters with spaces or dots between them. The data (gate.json) and these rules are all there is to it, so that
another language can do the same. Its lists are short and in English; they are a first line, not a promise."""

import json
import re
import unicodedata
from codecs import decode
from functools import cache
from pathlib import Path

PRIVATE = re.compile(
    r"\S+@\S+\.\S+|(?:https?://|www\.)\S+|\+?\d[\d\s()./-]{4,}\d"
)  # addresses, numbers of six digits or more
COPIED = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
SPACED = re.compile(r"(?<!\S)(?:\S[\s.*_-]+){2,}\S(?!\S)")  # "b a d"


@cache
def lists() -> dict:
    data = json.loads(Path(__file__).with_name("gate.json").read_text())
    for key in ("anywhere", "words"):
        data[key] = frozenset(decode(word, "rot13") for word in data[key])
    return data


def fold(word: str) -> str:
    """Letters only: "B4ád" and "b.a.d" are "bad"."""
    folds = lists()["folds"]
    plain = unicodedata.normalize("NFKD", word.strip(".,;:!?\"'()…").lower())
    return "".join(c for c in (folds.get(c, c) for c in plain) if c.isascii() and c.isalpha())


def blocked(word: str) -> bool:
    """Whether a word, however it is spelt, is on the list."""
    data, folded = lists(), fold(word)
    if folded in data["fine"]:
        return False
    spellings = {folded, re.sub(r"(.)\1{2,}", r"\1", folded), re.sub(r"(.)\1{2,}", r"\1\1", folded)}
    return any(s in data["words"] or any(root in s for root in data["anywhere"]) for s in spellings)


def allowed(word: str) -> bool:
    """Whether a name or a noun may be copied: letters with a hyphen or an apostrophe between them, not too long."""
    return len(word) <= lists()["longest"] and bool(COPIED.fullmatch(word)) and not blocked(word)


def passes(word: str) -> bool:
    """Whether no part of it is blocked or endless."""
    parts = re.split(r"[-/_.,]", word)
    return not any(map(blocked, {word, *parts})) and all(len(fold(part)) <= lists()["longest"] for part in parts)


def gate(prompt: str) -> str:
    """The prompt without blocked or endless words, addresses and long numbers; the rest of it stands and is told."""
    kept = PRIVATE.sub(" ", prompt)
    kept = SPACED.sub(lambda found: " " if blocked(found.group(0)) else found.group(0), kept)
    kept = " ".join(word for word in kept.split() if passes(word))
    # What stood around a word that is gone may be one together.
    return kept if kept == " ".join(prompt.split()) else gate(kept)


def clean(text: str) -> bool:
    """Whether a page may be shown."""
    return gate(text) == " ".join(text.split())


def beginning(text: str) -> str:
    """As many of a text's first words as may be shown."""
    words = text.split()
    while not clean(" ".join(words)):
        words.pop()
    return " ".join(words)
