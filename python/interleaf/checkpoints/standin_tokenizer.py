"""A tokenizer of LLaMA's kind, for stand-ins: bytes, letters, and every pair and triple of letters, for there are no
texts behind it. In full size `###` has LLaMA's own ids."""

from itertools import islice, product
from string import ascii_lowercase

from tokenizers import Tokenizer

from interleaf.checkpoints.tokenizer import CONTROLS, LLAMA_SIZE, llama, merges_by_score

CHARACTERS = "▁" + "".join(chr(code) for code in range(33, 127))
FIRST = len(CONTROLS) + 256
MARKS = ("▁#", "▁##", "▁###", "##")
LLAMA_MARKS = dict(zip(MARKS, (396, 444, 835, 2277), strict=True))
LLAMA_CHARACTERS = 29871  # where single characters begin
LLAMA_HASH = 29937


def standin(size: int) -> Tokenizer:
    """size: 32000 for LLaMA's, else as small as 400."""
    pieces = _full() if size == LLAMA_SIZE else _small(size)
    vocabulary = {piece: at for at, piece in enumerate(pieces)}
    return llama(vocabulary, merges_by_score(vocabulary, {piece: -vocabulary[piece] for piece in pieces[FIRST:]}))


def _beginning() -> list[str]:
    return [*CONTROLS, *(f"<0x{byte:02X}>" for byte in range(256))]


def _words():
    """Each can be made by joining two that come before it, or are characters."""
    pairs = ["".join(pair) for pair in product(ascii_lowercase, repeat=2)]
    yield from (f"▁{letter}" for letter in ascii_lowercase)
    yield from pairs
    yield from (f"▁{pair}" for pair in pairs)
    yield from (pair + letter for pair in pairs for letter in ascii_lowercase)
    yield from (f"▁{pair}{letter}" for pair in pairs for letter in ascii_lowercase)


def _small(size: int) -> list[str]:
    room = size - FIRST - len(MARKS) - len(CHARACTERS)
    return [*_beginning(), *MARKS, *islice(_words(), room), *CHARACTERS]


def _full() -> list[str]:
    pieces = _beginning() + [""] * (LLAMA_SIZE - FIRST)
    for mark, at in LLAMA_MARKS.items():
        pieces[at] = mark
    pieces[LLAMA_HASH] = "#"
    further = (chr(code) for code in range(0x4E00, 0x9FFF))
    letters = iter([*CHARACTERS.replace("#", ""), *islice(further, LLAMA_SIZE)])
    words = _words()
    for at in range(FIRST, LLAMA_SIZE):
        pieces[at] = pieces[at] or next(words if at < LLAMA_CHARACTERS else letters)
    return pieces
