"""VIST, for stage 2: stories of five captioned pictures, in MiniGPT-5's layout.

`train_cleaned.json` has `{story: [{"caption", "image_id", "sequence_index"}, …]}`, `train_image_mapping.json` beside it
`{image_id: path from the folder of both}`.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from random import Random

from interleaf.data.sample import END, VOKENS, Sample
from interleaf.exporting.official_text import HUMAN, SIGHT, VIST_CAPTION, VIST_NEXT, VIST_PICTURE, VIST_SYSTEM


def samples(stories: Path, random: Random) -> Iterator[Sample]:
    """Of every step: its picture for its text. Of every later step also text and picture, and the text for the picture:
    of five steps 5, 4 and 4."""
    if not stories.name.endswith("_cleaned.json"):
        raise ValueError(f"{stories}: expected a file ….._cleaned.json, as MiniGPT-5's train_cleaned.json.")
    mapping = stories.with_name(stories.name.replace("cleaned", "image_mapping"))
    paths = json.loads(mapping.read_text(encoding="utf-8"))
    for story, steps in json.loads(stories.read_text(encoding="utf-8")).items():
        told, shown = "", ()
        for step in steps:
            if step["image_id"] not in paths:
                raise ValueError(f"{mapping} has no {step['image_id']}, which step {story} of {stories.name} shows.")
            picture = stories.parent / paths[step["image_id"]]
            name = f"vist {story}_{step['sequence_index']}"
            yield from _of_step(told, shown, step["caption"], picture, name, random)
            told, shown = f"{told}{step['caption']}{SIGHT}", (*shown, picture)


def _of_step(told: str, shown: tuple[Path, ...], text: str, picture: Path, name: str, random: Random):
    opening = f"{VIST_SYSTEM}{HUMAN}{told}" + ("\n" if shown else "")
    asked = opening + random.choice(VIST_PICTURE).replace("{prompt}", text)
    yield Sample(asked, VOKENS + END, shown, picture, name=f"{name} picture")
    if shown:
        yield Sample(opening + random.choice(VIST_NEXT), f"{text} {VOKENS}{END}", shown, picture, name=f"{name} both")
        yield Sample(opening + random.choice(VIST_CAPTION), text + END, (*shown, picture), name=f"{name} text")
