"""MMDialog, for stage 2: dialogues with pictures, in the published layout.

`train_conversations.txt` has one JSON object a line: `{"conversation_id", "conversation": [{"turn": [{"__TEXT__"},
{"__MEDIA__"}]}, …]}`; the picture of a turn is `{__MEDIA__}.jpg` in the same folder.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from interleaf.data.sample import END, VOKENS, Sample
from interleaf.exporting.official_text import ASSISTANT, HUMAN, MMDIALOG_SYSTEM, SIGHT

LONGEST = 50  # tokens of a turn; a dialogue is taught up to the first longer one
ROLES = (f" {HUMAN}", ASSISTANT)  # of even turns, of odd turns


@dataclass(frozen=True)
class Turn:
    text: str
    picture: Path | None


def samples(dialogues: Path, count: Callable[[str], int]) -> Iterator[Sample]:
    """Every turn but the first, of both roles. count: of the tokens of a text."""
    with dialogues.open(encoding="utf-8") as lines:
        for line in lines:
            found = json.loads(line)
            turns = list(_usable(found["conversation"], dialogues.parent, count))
            for at in range(1, len(turns)):
                yield _of_turn(turns, at, f"mmdialog {found['conversation_id']}_{at}")


def _usable(conversation: list[dict], folder: Path, count: Callable[[str], int]) -> Iterator[Turn]:
    """Up to the first turn that is empty, too long, or whose picture is missing."""
    for parts in (turn["turn"] for turn in conversation):
        text = next((part["__TEXT__"] for part in parts if "__TEXT__" in part), "")
        media = next((part["__MEDIA__"] for part in parts if "__MEDIA__" in part), None)
        picture = folder / f"{media}.jpg" if media is not None else None
        if not text.strip() or count(text) > LONGEST or (picture and not picture.exists()):
            return
        yield Turn(text, picture)


def _of_turn(turns: list[Turn], at: int, name: str) -> Sample:
    start = max(0, at - 2 - at % 2)  # what is remembered begins with the last Human turn that was answered
    past = list(enumerate(turns))[start:at]
    told = "".join(f"{ROLES[i % 2]} {turn.text}" + (f" {SIGHT}" if turn.picture else "") for i, turn in past)
    turn = turns[at]
    target = f"{turn.text} {VOKENS}{END}" if turn.picture else turn.text + END
    images = tuple(turn.picture for _, turn in past if turn.picture)
    return Sample(f"{MMDIALOG_SYSTEM}{told}{ROLES[at % 2]}", target, images, turn.picture, name=name)
