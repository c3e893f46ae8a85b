"""Which of two tellings of one prompt is the better one, by exact measures where the paper asked readers.

Language continuity: fewer pages that contradict what was told before. Picture quality: pictures nearer to a drawing of
what the judge sees in them, whatever was meant. Coherence of text and pictures: a larger share of what the pages mean
is in their pictures.
"""

from collections.abc import Callable

import numpy as np
import torch

from interleaf.tell import Told
from interleaf.world.draw import LAYOUTS, draw
from interleaf.world.vocabulary import Scene

from .known import fields
from .painted import Features, Painted, right
from .prompts import texts_of
from .replay import replay
from .share import share

TIE = 0.02  # relative difference of picture quality that nobody would see


def continuity(told: Told) -> float:
    """Share of pages without a contradiction."""
    pages = replay(texts_of(told))
    return sum(not page for page in pages) / max(len(pages), 1)


def coherence(pictures: list[Painted], knows) -> float | None:
    """Share of what the pages mean that their pictures show; None without pictures."""
    hits = [right(p, field) for p in pictures for field in fields(knows)]
    return sum(hits) / len(hits) if hits else None


def qualities(pictures: list[Painted], see: Features) -> list[float]:
    """Minus the distance of every picture to the nearest drawing of what is seen in it, in any of its layouts."""

    def nearest(p: Painted, own: torch.Tensor) -> float:
        scene = Scene(p.seen.hero or p.meant.hero, *list(vars(p.seen).values())[1:])
        drawings = np.stack([draw(scene, layout, p.image.shape[0]) for layout in range(LAYOUTS)])
        return float((see(drawings) - own).norm(dim=1).min())

    found = see(np.stack([p.image for p in pictures])) if pictures else []
    return [-nearest(p, own) for p, own in zip(pictures, found, strict=True)]


def preferred(ours: list[float | None], theirs: list[float | None], tie: Callable[[float, float], bool]) -> dict:
    """Shares of stories in which ours is better, theirs is, or neither. A story that one of both has no score for is
    lost by that one."""
    wins = []
    for a, b in zip(ours, theirs, strict=True):
        if a is None or b is None:
            wins.append((a is not None) - (b is not None))
        else:
            wins.append(0 if tie(a, b) else 1 if a > b else -1)
    return {
        name: share(win == sign for win in wins).plain() for name, sign in (("ours", 1), ("theirs", -1), ("tie", 0))
    }


def equal(a: float, b: float) -> bool:
    return abs(a - b) < 1e-9


def near(a: float, b: float) -> bool:
    return abs(a - b) <= TIE * max(abs(a), abs(b))
