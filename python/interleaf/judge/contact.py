"""Contact sheets, curves and bars, small enough for the documentation."""

import math
from collections.abc import Sequence
from pathlib import Path

import matplotlib
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from interleaf.tell import Told

from .network import FIELDS
from .painted import Painted, right

matplotlib.use("Agg")
WIDEST = 160  # pixels of one picture
STRIP = 32  # pixels under each picture: three lines of text


def contact_sheet(pictures: Sequence[Painted], path: Path, columns: int = 8, quality: int = 86) -> None:
    """Writes every picture, at most 160 pixels wide, with the scene that is meant; a line in red says what the judge
    sees instead."""
    if not pictures:
        raise ValueError("No page has a picture whose scene can be read, so there is no contact sheet. Train longer.")
    height = width = min(WIDEST, pictures[0].image.shape[0])
    rows = math.ceil(len(pictures) / columns)
    page = Image.new("RGB", (columns * (width + 4) - 4, rows * (height + STRIP + 4) - 4), "white")
    pen, font = ImageDraw.Draw(page), ImageFont.load_default(9)
    for i, each in enumerate(pictures):
        x, y = i % columns * (width + 4), i // columns * (height + STRIP + 4)
        page.paste(Image.fromarray(each.image).resize((width, height), Image.Resampling.LANCZOS), (x, y))
        meant, seen = each.meant, each.seen
        pen.text((x + 1, y + height), f"{i + 1}. {meant.hero}, {meant.place}", "black", font)
        more = (meant.time, meant.thing, meant.feeling, meant.accessory)
        pen.text((x + 1, y + height + 10), ", ".join(filter(None, more)), "black", font)
        other = [f"{field}: {getattr(seen, field) or 'none'}" for field in FIELDS if not right(each, field)]
        pen.text((x + 1, y + height + 20), ", ".join(other), "#b00020", font)
    page.save(path, quality=quality, method=6)


def curves(folders: Sequence[Path], path: Path, columns: int = 2, width: int = 480) -> None:
    """Puts the loss.png of every training that has one onto one sheet."""
    plots = [Image.open(f / "loss.png").convert("RGB") for f in folders if (f / "loss.png").exists()]
    if not plots:
        raise FileNotFoundError(f"No loss.png below {folders[0].parent}. Run `python -m interleaf train` first.")
    plots = [plot.resize((width, round(plot.height * width / plot.width)), Image.Resampling.LANCZOS) for plot in plots]
    height = max(plot.height for plot in plots)
    page = Image.new("RGB", (columns * width, math.ceil(len(plots) / columns) * height), "white")
    for i, plot in enumerate(plots):
        page.paste(plot, (i % columns * width, i // columns * height))
    page.save(path, quality=80, method=6)


def bars(shares: dict[str, dict], path: Path) -> None:
    """Shares by name, each a bar with its interval, from the top in this order."""
    import matplotlib.pyplot as plt

    names = list(shares)[::-1]
    values = np.array([shares[name]["value"] for name in names])
    ends = np.array([[shares[n]["value"] - shares[n]["low"], shares[n]["high"] - shares[n]["value"]] for n in names]).T
    figure, axes = plt.subplots(figsize=(8, 0.34 * len(names) + 1))
    axes.barh(names, 100 * values, xerr=100 * ends.clip(0), color="#4c72b0", ecolor="#333", capsize=2)
    axes.set(xlabel="pictures with everything right, %, with 95 % intervals", xlim=(0, 100))
    figure.tight_layout()
    figure.savefig(path, dpi=90)
    plt.close(figure)


def side_by_side(told: dict[str, list[Told]], path: Path, width: int = 112, label: int = 110) -> None:
    """The last picture of each story, `width` pixels wide; one row for every name, which has `label` pixels."""
    cell, columns = width + 3, max(map(len, told.values()))
    page = Image.new("RGB", (label + columns * cell, len(told) * cell), "white")
    pen, font = ImageDraw.Draw(page), ImageFont.load_default(11)
    for y, (name, stories) in enumerate(told.items()):
        pen.text((2, y * cell + width // 2), name, "black", font)
        for x, story in enumerate(stories):
            picture = next((p.picture for p in reversed(story.pages) if p.picture is not None), None)
            if picture is not None:
                small = Image.fromarray(picture).resize((width, width), Image.Resampling.LANCZOS)
                page.paste(small, (label + x * cell, y * cell))
    page.save(path, quality=82, method=6)
