"""CC3M, for stage 1: a caption is read, its picture is meant.

Two layouts: MiniGPT-5's own (a table `train.tsv` with the columns `caption` and `image_path`, pictures beside it), and
the WebDataset shards that img2dataset downloads (`00000.tar`, … with `.jpg` and `.txt` of one key for each pair).
"""

import csv
import json
import re
from collections.abc import Iterator
from pathlib import Path
from random import Random

import webdataset

from interleaf.data.sample import END, VOKENS, Picture, Sample
from interleaf.exporting.official_text import ASSISTANT, CAPTION_BLANKS, CC3M_SYSTEM, CC3M_WORDINGS, HUMAN

ASKED_EVERY = 100  # rows; such a row is taught a second time, as a request in words
PICTURES = ("jpg", "jpeg", "png", "webp")


def cleaned(caption: str) -> str:
    caption = re.sub(f"[{re.escape(CAPTION_BLANKS)}]", " ", caption.lower())
    return re.sub(r"\s{2,}", " ", caption).rstrip("\n").strip(" ")


def of_row(number: int, caption: str, picture: Picture, random: Random) -> Iterator[Sample]:
    """The sample of a row, and for every hundredth row a request beside it."""
    caption, target = cleaned(caption), VOKENS + END
    yield Sample(caption, target, picture=picture, caption=caption, name=f"cc3m {number}")
    if number % ASKED_EVERY == 0:
        asked = f"{CC3M_SYSTEM}{HUMAN} {random.choice(CC3M_WORDINGS)} {caption}{ASSISTANT}"
        yield Sample(asked, target, picture=picture, caption=caption, name=f"cc3m {number} asked")


def samples(table: Path, random: Random) -> Iterator[Sample]:
    """Of MiniGPT-5's own layout."""
    with table.open(newline="", encoding="utf-8") as file:
        rows = csv.DictReader(file, delimiter="\t")
        if not {"caption", "image_path"} <= set(rows.fieldnames or ()):
            raise ValueError(f"{table}: expected the columns caption and image_path, found {rows.fieldnames}.")
        for number, row in enumerate(rows):
            yield from of_row(number, row["caption"], table.parent / row["image_path"], random)


def shards(folder: Path) -> list[Path]:
    found = sorted(folder.glob("*.tar"))
    if not found:
        raise FileNotFoundError(f"{folder} holds no .tar. Give the folder that img2dataset wrote, or a .tsv.")
    return found


def of_shards(paths: list[Path], random: Random) -> Iterator[Sample]:
    """Of the shards, in their order. A pair without a caption or a picture is left out."""
    read = webdataset.DataPipeline(webdataset.SimpleShardList([str(path) for path in paths]),
                                   webdataset.tarfile_to_samples(handler=webdataset.warn_and_continue))  # fmt: skip
    for place, pair in enumerate(read):
        picture = next((pair[kind] for kind in PICTURES if kind in pair), None)
        caption = pair["txt"].decode() if "txt" in pair else json.loads(pair.get("json", b"{}")).get("caption")
        if picture is None or caption is None:
            continue
        key = pair["__key__"].rsplit("/", 1)[-1]
        yield from of_row(int(key) if key.isdecimal() else place, caption, picture, random)
