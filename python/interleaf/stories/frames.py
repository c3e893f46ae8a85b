"""Sentence frames: `[a|b]` is a choice, `{slot}` is filled by the tale. Parsed once, rendered many times."""

import re
from functools import cache

TOKEN = re.compile(r"\[|\]|\||\{(\w+)\}|[^\[\]|{}]+")


@cache
def parse(frame: str) -> tuple:
    """A frame as nested tuples: ("text", s), ("slot", name), ("choice", (parts, parts, …))."""
    stack: list[list[list]] = [[[]]]
    for token in TOKEN.finditer(frame):
        mark = token.group(0)
        if mark == "[":
            stack.append([[]])
        elif mark == "|" and len(stack) > 1:
            stack[-1].append([])
        elif mark == "]":
            options = stack.pop()
            stack[-1][-1].append(("choice", tuple(tuple(option) for option in options)))
        elif token.group(1):
            stack[-1][-1].append(("slot", token.group(1)))
        else:
            stack[-1][-1].append(("text", mark))
    assert len(stack) == 1, f"unbalanced brackets in frame: {frame}"
    return tuple(stack[0][0])


def render(frame: str, choice, slot, out: list[str]) -> None:
    """Appends the frame's pieces to `out` from left to right; `slot(name)` may look at what is there already,
    `choice(options)` takes one of them."""
    walk(parse(frame), choice, slot, out)


def walk(parts: tuple, choice, slot, out: list[str]) -> None:
    for kind, value in parts:
        if kind == "text":
            out.append(value)
        elif kind == "choice":
            walk(choice(value), choice, slot, out)
        else:
            filled = slot(value)
            if "{" in filled or "[" in filled:
                render(filled, choice, slot, out)
            else:
                out.append(filled)


SENTENCE_START = re.compile(r'(^|[.!?]"? )("?)([a-z])')


def capitals(text: str, quoted_said: re.Pattern = re.compile(r'[.!?]" $')) -> str:
    """A capital after every full stop; a lower-case letter stays after `!" ` so that `"Oh!" said Pip` is right."""

    def fix(match: re.Match) -> str:
        before, quote, letter = match.groups()
        if quoted_said.search(before) and not quote:
            return match.group(0)
        return before + quote + letter.upper()

    return SENTENCE_START.sub(fix, text)


def sentences(text: str) -> list[str]:
    """Splits a page; a full stop inside a quotation does not end the sentence that quotes it."""
    return [piece for piece in re.split(r'(?<=[.!?])\s+(?=["A-Z])|(?<=[.!?]")\s+(?=["A-Z])', text) if piece]
