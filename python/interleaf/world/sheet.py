"""Contact sheets: many pictures in one PNG, for people to look at. `python -m interleaf world OUT.png`."""

import argparse
from pathlib import Path

import numpy as np
from PIL import Image

from .draw import draw
from .vocabulary import ACCESSORIES, FEELINGS, HEROES, PLACES, THINGS, TIMES, Scene


def sheet(images, columns: int, path: str | Path, gap: int = 2) -> None:
    """Writes images (a sequence of uint8 [h, w, 3], all of one size) row by row."""
    images = [np.asarray(image) for image in images]
    height, width = images[0].shape[:2]
    rows = -(-len(images) // columns)
    page = np.full((rows * (height + gap) - gap, columns * (width + gap) - gap, 3), 255, np.uint8)
    for i, image in enumerate(images):
        y, x = i // columns * (height + gap), i % columns * (width + gap)
        page[y : y + height, x : x + width] = image
    Image.fromarray(page).save(path)


def tour(count: int = 48) -> list[tuple[Scene, int]]:
    """Scenes with their seeds: everything in the vocabulary comes by, no two alike in a row."""
    things, feelings, accessories = (None, *THINGS), (None, *FEELINGS), (None, *ACCESSORIES)
    scenes = []
    for i in range(count):
        place, time = PLACES[i % 8], TIMES[(i // 2 + i // 12) % 4]
        thing, feeling = things[(5 * i + 1) % len(things)], feelings[(i + i // 12) % len(feelings)]
        worn = accessories[(2 * i + i // 9) % len(accessories)]
        scenes.append((Scene(HEROES[i % 12], place, time, thing, feeling, worn), i * 7 // 3))
    return scenes


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser("interleaf world", description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--size", type=int, default=128, help="pixels of one picture's edge")
    parser.add_argument("--columns", type=int, default=8)
    parser.add_argument("--grey", action="store_true", help="without colour, to see whether shapes suffice")
    arguments = parser.parse_args(argv)
    pictures = [draw(scene, seed, arguments.size) for scene, seed in tour()]
    if arguments.grey:
        weights = np.array([0.3, 0.59, 0.11])
        pictures = [np.repeat((p @ weights)[..., None], 3, -1).astype(np.uint8) for p in pictures]
    sheet(pictures, arguments.columns, arguments.out)


if __name__ == "__main__":
    main()
