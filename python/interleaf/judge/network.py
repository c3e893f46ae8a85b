"""The judge's network: shapes are read without colour, light and place with it.

Hero and thing are read from luminance alone, so a patch of the right hue proves nothing; place and time need colour and
brightness and have a small branch of their own.
"""

from dataclasses import dataclass

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
    shape_widths: tuple[int, ...] = (20, 40, 80, 128)
    scene_widths: tuple[int, ...] = (16, 32, 48)


class Stage(nn.Module):
    """Halves the map, then looks once more: [n, a, s, s] -> [n, b, s/2, s/2]."""

    def __init__(self, before: int, after: int):
        super().__init__()
        self.down = nn.Conv2d(before, after, 3, 2, 1, bias=False)
        self.look = nn.Conv2d(after, after, 3, 1, 1, bias=False)
        self.norm_down, self.norm_look = nn.BatchNorm2d(after), nn.BatchNorm2d(after)

    def forward(self, x: Tensor) -> Tensor:
        x = F.relu(self.norm_down(self.down(x)))
        return x + F.relu(self.norm_look(self.look(x)))


def _stages(channels: int, widths: tuple[int, ...]) -> nn.Sequential:
    return nn.Sequential(*(Stage(a, b) for a, b in zip((channels, *widths), widths, strict=False)))


def _pool(x: Tensor) -> Tensor:  # [n, c, s, s] -> [n, 2c]
    return torch.cat([x.mean((2, 3)), x.amax((2, 3))], 1)


class Judge(nn.Module):
    """Four answers from one picture. About 0.5 M parameters."""

    def __init__(self, config: JudgeConfig | None = None):
        super().__init__()
        self.config = config or JudgeConfig()
        self.shape = _stages(1, self.config.shape_widths)
        self.scene = _stages(3, self.config.scene_widths)
        shape_width, scene_width = 2 * self.config.shape_widths[-1], 2 * self.config.scene_widths[-1]
        widths = {"hero": shape_width, "thing": shape_width, "place": scene_width, "time": scene_width}
        self.heads = nn.ModuleDict({kind: nn.Linear(widths[kind], len(CLASSES[kind])) for kind in CLASSES})
        self.register_buffer("luminance", torch.tensor(LUMINANCE).view(1, 3, 1, 1), persistent=False)

    def trunks(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        """pictures [n, 3, 128, 128] in -1…1 -> shape features [n, 256], scene features [n, 96]."""
        grey = (pictures * self.luminance).sum(1, keepdim=True)  # [n, 1, 128, 128]
        return _pool(self.shape(grey)), _pool(self.scene(F.avg_pool2d(pictures, 2)))

    def forward(self, pictures: Tensor) -> dict[str, Tensor]:  # [n, 3, 128, 128] -> logits by kind
        shape, scene = self.trunks(pictures)
        seen = {"hero": shape, "thing": shape, "place": scene, "time": scene}
        return {kind: head(seen[kind]) for kind, head in self.heads.items()}


def to_input(images, size: int = 128) -> Tensor:
    """uint8 [n, h, w, 3] -> float [n, 3, 128, 128] in -1…1."""
    pictures = torch.as_tensor(images).permute(0, 3, 1, 2).float() / 127.5 - 1
    if pictures.shape[-1] != size:
        pictures = F.interpolate(pictures, (size, size), mode="area")
    return pictures
