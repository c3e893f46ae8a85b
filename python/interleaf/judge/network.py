"""The judge's network: heroes, places and things are read from shapes, the hour from shapes and brightness.

No branch sees a hue. The shape branch sees the edges of one grey channel, by direction and relative to the edges
around them; training mixes that grey anew for every picture (any weights of red, green and blue, any gamma, perhaps a
negative). So a patch of the right colour or brightness proves nothing. The hour needs to know bright from dark: its
small branch sees true luminance.
"""

from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ..world.vocabulary import HEROES, PLACES, THINGS, TIMES

HERO_CLASSES = (*HEROES, None)  # None: no hero, or nothing that can be recognised
THING_CLASSES = (*THINGS, None)
CLASSES = {"hero": HERO_CLASSES, "place": PLACES, "time": TIMES, "thing": THING_CLASSES}
LUMINANCE = (0.299, 0.587, 0.114)


@dataclass(frozen=True)
class JudgeConfig:
    size: int = 128  # pixels; other sizes are resized to it
    shape_widths: tuple[int, ...] = (16, 32, 64, 96)
    light_widths: tuple[int, ...] = (16, 24, 32)
    norm_groups: int = 8


class Stage(nn.Module):
    """Halves the map, then looks once more: [n, a, s, s] -> [n, b, s/2, s/2]."""

    def __init__(self, before: int, after: int, groups: int):
        super().__init__()
        self.down = nn.Conv2d(before, after, 3, 2, 1, bias=False)
        self.look = nn.Conv2d(after, after, 3, 1, 1, bias=False)
        self.norm_down, self.norm_look = nn.GroupNorm(groups, after), nn.GroupNorm(groups, after)

    def forward(self, x: Tensor) -> Tensor:
        x = F.relu(self.norm_down(self.down(x)))
        return x + F.relu(self.norm_look(self.look(x)))


def _stages(channels: int, widths: tuple[int, ...], groups: int) -> nn.Sequential:
    return nn.Sequential(*(Stage(a, b, groups) for a, b in zip((channels, *widths), widths, strict=False)))


def edges(grey: Tensor, around: int = 33) -> Tensor:
    """[n, 1, s, s] -> [n, 4, s, s]: how steep it is across, down and along both diagonals, over the mean steepness
    within `around` pixels. The same for a picture, its negative, and either with more or less contrast."""
    padded = F.pad(grey, (1, 1, 1, 1), mode="replicate")
    right = padded[..., 1:-1, 2:] - padded[..., 1:-1, :-2]
    below = padded[..., 2:, 1:-1] - padded[..., :-2, 1:-1]
    steep = torch.cat([right, below, (right + below) * 0.5**0.5, (right - below) * 0.5**0.5], 1).abs()
    mean = F.avg_pool2d(steep.mean(1, keepdim=True), around, 1, around // 2, count_include_pad=False)
    return steep / (mean + 0.02)


def _pool(x: Tensor) -> Tensor:  # [n, c, s, s] -> [n, 2c]
    return torch.cat([x.mean((2, 3)), x.amax((2, 3))], 1)


class Judge(nn.Module):
    """Four answers from one picture. About 0.25 M parameters."""

    def __init__(self, config: JudgeConfig | None = None):
        super().__init__()
        self.config = config or JudgeConfig()
        self.shape = _stages(4, self.config.shape_widths, self.config.norm_groups)
        self.light = _stages(1, self.config.light_widths, self.config.norm_groups)
        shape_width, light_width = 2 * self.config.shape_widths[-1], 2 * self.config.light_widths[-1]
        widths = {"hero": shape_width, "place": shape_width, "time": light_width, "thing": shape_width}
        self.heads = nn.ModuleDict({kind: nn.Linear(widths[kind], len(CLASSES[kind])) for kind in CLASSES})

    def trunks(self, pictures: Tensor, shapes: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """pictures [n, 3, 128, 128] in -1…1 -> shape features [n, 192], light features [n, 64].

        shapes [n, 1, 128, 128] stands in for the luminance that the shape branch sees; training mixes it at random.
        """
        weights = pictures.new_tensor(LUMINANCE).view(1, 3, 1, 1)
        grey = (pictures * weights).sum(1, keepdim=True)  # [n, 1, 128, 128]
        seen = edges(grey if shapes is None else shapes)  # [n, 4, 128, 128]
        return _pool(self.shape(seen)), _pool(self.light(F.avg_pool2d(grey, 2)))

    def forward(self, pictures: Tensor, shapes: Tensor | None = None) -> dict[str, Tensor]:  # -> logits by kind
        shape, light = self.trunks(pictures, shapes)
        return {kind: head(light if kind == "time" else shape) for kind, head in self.heads.items()}


def to_input(images: np.ndarray, size: int = 128) -> Tensor:
    """uint8 [n, h, w, 3] -> float [n, 3, 128, 128] in -1…1."""
    pictures = torch.as_tensor(images).permute(0, 3, 1, 2).float() / 127.5 - 1
    if pictures.shape[-1] != size:
        pictures = F.interpolate(pictures, (size, size), mode="area")
    return pictures
