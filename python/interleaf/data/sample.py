"""One thing to learn: a text that is read, a text that is written, and the pictures of both."""

import io
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

Picture = Path | bytes  # a file, or what stands in one

VOKENS = "".join(f"[IMG{k}]" for k in range(8))
END = " ###"  # of every target; its space is the published one


@dataclass(frozen=True)
class Sample:
    source: str  # read, never a target; one <ImageHere> for each of `images`
    target: str  # written; has the vokens where `picture` is meant
    images: tuple[Picture, ...] = ()  # seen
    picture: Picture | None = None  # meant by the vokens
    caption: str | None = None  # of `picture`, for the text encoder
    name: str = ""


def read_picture(picture: Picture) -> Image.Image:
    """RGB. Raises OSError for what is no picture, or is cut short."""
    with Image.open(io.BytesIO(picture) if isinstance(picture, bytes) else picture) as image:
        return image.convert("RGB")
