"""Told stories with their pictures as files, so that what was told once is told only once."""

import json
from pathlib import Path

import numpy as np
from PIL import Image

from interleaf.tell import Told, ToldPage


class Shelf:
    """A folder with a folder for every story. A story that is there is whole: its text is written last."""

    def __init__(self, folder: Path):
        self.folder = folder

    def _at(self, number: int) -> Path:
        return self.folder / f"{number:04d}"

    def has(self, number: int) -> bool:
        return (self._at(number) / "story.json").exists()

    def put(self, number: int, told: Told) -> None:
        at = self._at(number)
        at.mkdir(parents=True, exist_ok=True)
        for page, each in enumerate(told.pages, start=1):
            if each.picture is not None:
                Image.fromarray(each.picture).save(at / f"{page}.webp", lossless=True, quality=20)
        pages = [{"text": p.text, "offset": p.offset, "tokens": p.tokens} for p in told.pages]
        story = {"prompt": told.prompt, "seed": told.seed, "limit": told.limit, "ended": told.ended, "pages": pages}
        (at / "story.json").write_text(json.dumps(story, ensure_ascii=False) + "\n", encoding="utf-8")

    def get(self, number: int) -> Told:
        at = self._at(number)
        story = json.loads((at / "story.json").read_text(encoding="utf-8"))
        pages = [
            ToldPage(p["text"], p["offset"], _picture(at / f"{page}.webp"), p["tokens"])
            for page, p in enumerate(story["pages"], start=1)
        ]
        return Told(story["prompt"], story["seed"], story["limit"], pages, story["ended"])


def _picture(path: Path) -> np.ndarray | None:
    return np.array(Image.open(path).convert("RGB")) if path.exists() else None
