"""Pictures as the eyes see them, and as the painter is to paint them: the published pre-processing.

What is seen is cropped to its middle; what is painted gets white borders instead, so that nothing of it is lost.
"""

import numpy as np
import torch
from PIL import Image, ImageOps

from interleaf.config import VisionConfig

WHITE = (255, 255, 255)


def _cropped(image: Image.Image, size: int) -> Image.Image:
    """The shorter side becomes `size`, and the middle of the longer one stays."""
    width, height = image.size
    short = min(width, height)
    image = image.resize((size * width // short, size * height // short), Image.Resampling.BILINEAR)
    left, top = round((image.width - size) / 2), round((image.height - size) / 2)
    return image.crop((left, top, left + size, top + size))


def _squared(image: Image.Image) -> Image.Image:
    """Padded with white to a square, the picture in its middle."""
    side = max(image.size)
    square = Image.new("RGB", (side, side), WHITE)
    square.paste(image, ((side - image.width) // 2, (side - image.height) // 2))
    return square


def _tensor(image: Image.Image) -> torch.Tensor:
    return torch.from_numpy(np.array(image)).permute(2, 0, 1).float() / 255  # [3, h, w] in 0…1


def seen(image: Image.Image, config: VisionConfig, flip: bool = False) -> torch.Tensor:
    """float32 [3, s, s], normalised for the ViT. flip: left becomes right."""
    image = _cropped(image, config.size)
    mean, std = (torch.tensor(each).view(3, 1, 1) for each in (config.mean, config.std))
    return (_tensor(ImageOps.mirror(image) if flip else image) - mean) / std


def painted(image: Image.Image, size: int, flip: bool = False) -> torch.Tensor:
    """float32 [3, size, size] in -1…1. flip: left becomes right."""
    image = _cropped(_squared(image), size)
    return _tensor(ImageOps.mirror(image) if flip else image) * 2 - 1
