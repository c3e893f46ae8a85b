"""Told stories with their pictures as files, so that what was told once is told only once."""

import json
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

import numpy as np
from PIL import Image

from interleaf.config import ModelConfig
from interleaf.tell import Told, ToldPage

# What a model is loaded from, and `distil`.
STAGES = ("language", "vision", "align", "story", "settle", "picture", "autoencoder")


@lru_cache(maxsize=64)
def _digest(path: Path, changed: float) -> str:
    return sha256(path.read_bytes()).hexdigest()


def weights_of(runs: Path, config: ModelConfig) -> str:
    """What stands for all weights of a model: another training gives another one."""
    stages = dict.fromkeys((*STAGES, config.unet_stage))
    paths = [path for stage in stages if (path := runs / stage / "weights.safetensors").exists()]
    return sha256(" ".join(_digest(path, path.stat().st_mtime) for path in paths).encode()).hexdigest()


class Shelf:
    """A folder with a folder for every story. A story that is there is whole: its text is written last. made_of: all
    that makes the stories what they are; what was made of something else is not there."""

    def __init__(self, folder: Path, *made_of):
        self.folder, self.made_of = folder, made_of

    def _at(self, number: int) -> Path:
        return self.folder / f"{number:04d}"

    def _of(self, asked) -> str:
        return sha256(repr((*self.made_of, asked)).encode()).hexdigest()[:16]

    def has(self, number: int, asked) -> bool:
        """asked: all that this one story was asked for."""
        path = self._at(number) / "story.json"
        return path.exists() and json.loads(path.read_text(encoding="utf-8"))["of"] == self._of(asked)

    def put(self, number: int, told: Told, asked) -> None:
        at = self._at(number)
        at.mkdir(parents=True, exist_ok=True)
        for old in (at / "story.json", *at.glob("*.webp")):
            old.unlink(missing_ok=True)
        for page, each in enumerate(told.pages, start=1):
            if each.picture is not None:
                Image.fromarray(each.picture).save(at / f"{page}.webp", lossless=True, quality=20)
        pages = [{"text": p.text, "offset": p.offset, "tokens": p.tokens} for p in told.pages]
        story = {"prompt": told.prompt, "seed": told.seed, "limit": told.limit, "ended": told.ended, "pages": pages}
        story["of"] = self._of(asked)
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
