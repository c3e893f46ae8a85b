"""Small made-up data in the layouts of CC3M, VIST and MMDialog."""

import io
import json
import tarfile
from pathlib import Path

import numpy as np
from PIL import Image

CAPTIONS = ("A DOG, on the beach!!", "shot of the full tree .", "two   cats (asleep)")


def picture(seed: int, width: int = 40, height: int = 30) -> bytes:
    """A PNG of noise."""
    pixels = np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(file := io.BytesIO(), "png")
    return file.getvalue()


def _picture(path: Path, seed: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(picture(seed))


def cc3m_table(folder: Path) -> Path:
    rows = ["caption\timage_path"]
    for number, caption in enumerate(CAPTIONS):
        _picture(folder / f"train/{number:09}.jpg", number)
        rows.append(f"{caption}\ttrain/{number:09}.jpg")
    (table := folder / "train.tsv").write_text("\n".join(rows) + "\n")
    return table


def cc3m_shards(folder: Path, shards: int = 2, each: int = 3) -> Path:
    """As img2dataset names them: five digits of the shard, four of the pair."""
    folder.mkdir(parents=True, exist_ok=True)
    for shard in range(shards):
        with tarfile.open(folder / f"{shard:05}.tar", "w") as tar:
            for pair in range(each):
                key = f"{shard:05}{pair:04}"
                parts = {"jpg": picture(pair), "txt": CAPTIONS[pair % 3].encode(), "json": b'{"status": "success"}'}
                for kind, data in parts.items():
                    (info := tarfile.TarInfo(f"{key}.{kind}")).size = len(data)
                    tar.addfile(info, io.BytesIO(data))
    return folder


def vist(folder: Path, stories: int = 1) -> Path:
    told, paths = {}, {}
    for story in range(stories):
        told[f"{story + 40470}"] = steps = []
        for step in range(5):
            image = f"{693397887 + 10 * story + step}"
            paths[image] = f"train_images/{story}_{step}.jpg"
            _picture(folder / paths[image], 10 * story + step)
            steps.append({"caption": f"we saw the {step} of it .", "image_id": image, "sequence_index": step})
    (folder / "train_image_mapping.json").write_text(json.dumps(paths))
    (file := folder / "train_cleaned.json").write_text(json.dumps(told))
    return file


def mmdialog(folder: Path) -> Path:
    """Six turns, of which 0, 1 and 4 have a picture; then a dialogue that is of use up to its second turn."""
    shown, turns = {0: "26820", 1: "-5632", 4: "3433"}, []
    for at in range(6):
        turn = [{"__TEXT__": f"this is turn {at}"}]
        if at in shown:
            _picture(folder / f"{shown[at]}.jpg", at)
            turn.append({"__MEDIA__": shown[at]})
        turns.append({"turn": turn})
    short = [{"turn": [{"__TEXT__": text}]} for text in ("hello", "hello you", "long " * 60, "bye")]
    lines = [{"conversation_id": 7, "conversation": turns}, {"conversation_id": 8, "conversation": short}]
    (file := folder / "train_conversations.txt").write_text("\n".join(map(json.dumps, lines)) + "\n")
    return file
