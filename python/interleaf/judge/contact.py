"""Contact sheets with captions, and curves, small enough for the documentation."""

import math
from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from .network import FIELDS
from .painted import Painted, right

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
