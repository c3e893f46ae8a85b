"""The judge's network: heroes, places, things, feelings and what is worn are read from shapes, the hour from shapes and
brightness, and the colour of what is worn from colours.

Only one branch sees a hue, and it answers nothing but the colour of a hat or a scarf, at the place where the shape
branch sees one. The shape branch sees the edges of one grey channel, by direction and relative to the edges around
them; training mixes that grey anew for every picture (any weights of red, green and blue, any gamma, perhaps a
negative). So a patch of the right colour or brightness proves nothing. The hour needs to know bright from dark: its
small branch sees true luminance.
"""

from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ..world.vocabulary import COLOURS, FEELINGS, HEROES, PLACES, THINGS, TIMES, Scene

CLASSES = {  # None: nothing of the kind, or nothing that can be recognised
    "hero": (*HEROES, None),
    "place": PLACES,
    "time": TIMES,
    "thing": (*THINGS, None),
    "feeling": (*FEELINGS, None),
    "worn": ("scarf", "hat", None),
    "colour": COLOURS,
}
FIELDS = ("hero", "place", "time", "thing", "feeling", "accessory")  # of a scene, as they are measured
SHAPES = ("hero", "place", "thing", "feeling", "worn")  # what the shape branch answers
CELL = 8  # pixels: the picture is looked at in cells, to find what is worn
UNTAUGHT = -100  # in place of a class, where a picture shows no answer
LUMINANCE = (0.299, 0.587, 0.114)


def answers(scene: Scene) -> dict[str, int]:
    """The class of every answer; the colour of nothing is UNTAUGHT."""
    colour, worn = scene.accessory.split() if scene.accessory else (None, None)
    found = {kind: CLASSES[kind].index(getattr(scene, kind)) for kind in ("hero", "place", "time", "thing", "feeling")}
    return found | {
        "worn": CLASSES["worn"].index(worn),
        "colour": CLASSES["colour"].index(colour) if colour else UNTAUGHT,
    }


def scene_of(classes: dict[str, int]) -> Scene:
    """The scene that these classes say; hero may be None."""
    named = {kind: CLASSES[kind][index] for kind, index in classes.items()}
    colour, worn = named.pop("colour"), named.pop("worn")
    return Scene(**named, accessory=f"{colour} {worn}" if worn else None)


@dataclass(frozen=True)
class JudgeConfig:
    size: int = 128  # pixels; other sizes are resized to it
    shape_widths: tuple[int, ...] = (16, 32, 64, 96)
    light_widths: tuple[int, ...] = (16, 24, 32)
    colour_width: int = 24
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


def stages(channels: int, widths: tuple[int, ...], groups: int) -> nn.Sequential:
    return nn.Sequential(*(Stage(a, b, groups) for a, b in zip((channels, *widths), widths, strict=False)))


def edges(grey: Tensor) -> Tensor:
    """[n, 1, s, s] -> [n, 4, s, s]: how steep it is across, down and along both diagonals, over the mean steepness
    of a third of the picture's width around. The same for a picture, its negative, and either with more or less
    contrast. s: a multiple of 16."""
    padded = F.pad(grey, (1, 1, 1, 1), mode="replicate")
    right = padded[..., 1:-1, 2:] - padded[..., 1:-1, :-2]
    below = padded[..., 2:, 1:-1] - padded[..., :-2, 1:-1]
    steep = torch.cat([right, below, (right + below) * 0.5**0.5, (right - below) * 0.5**0.5], 1).abs()
    # On a grid of 16 × 16: a mean over so many pixels costs more than all the rest of the network.
    grid = F.avg_pool2d(steep.mean(1, keepdim=True), grey.shape[-1] // 16)
    mean = F.avg_pool2d(grid, 5, 1, 2, count_include_pad=False)
    return steep / (F.interpolate(mean, grey.shape[-2:], mode="bilinear") + 0.02)


def pool(x: Tensor) -> Tensor:  # [n, c, s, s] -> [n, 2c]
    return torch.cat([x.mean((2, 3)), x.amax((2, 3))], 1)


class Judge(nn.Module):
    """Seven answers from one picture. About 0.27 M parameters."""

    def __init__(self, config: JudgeConfig | None = None):
        super().__init__()
        c = self.config = config or JudgeConfig()
        self.shape = stages(4, c.shape_widths, c.norm_groups)
        self.light = stages(1, c.light_widths, c.norm_groups)
        # Of single pixels, and without a norm: a colour is what it is, whatever else the picture has.
        self.colour = nn.Sequential(
            nn.Conv2d(3, c.colour_width, 1), nn.ReLU(), nn.Conv2d(c.colour_width, c.colour_width, 1), nn.ReLU()
        )
        self.where = nn.Conv2d(c.shape_widths[2], 1, 1)  # where something is worn
        widths = {kind: 2 * sum(c.shape_widths[-2:]) for kind in SHAPES}
        widths |= {"time": 2 * c.light_widths[-1], "colour": c.colour_width}
        widths["worn"] += c.shape_widths[2]
        self.heads = nn.ModuleDict({kind: nn.Linear(widths[kind], len(CLASSES[kind])) for kind in CLASSES})

    def trunks(self, pictures: Tensor, shapes: Tensor | None = None) -> dict[str, Tensor]:
        """pictures [n, 3, s, s] in -1…1 -> features: of shapes, small and large, [n, 320], of the shape at the place
        where something is worn [n, 64], of the colour there [n, 24], of light [n, 64]; and `where` that place is, as
        logarithms of shares of the picture's cells [n, (s/8)²].

        shapes [n, 1, s, s] stands in for the luminance that the shape branch sees; training mixes it at random.
        """
        weights = pictures.new_tensor(LUMINANCE).view(1, 3, 1, 1)
        grey = (pictures * weights).sum(1, keepdim=True)  # [n, 1, s, s]
        maps = [edges(grey if shapes is None else shapes)]  # [n, 4, s, s]
        for stage in self.shape:
            maps.append(stage(maps[-1]))
        small, large = maps[3], maps[4]  # [n, 64, s/8, s/8], [n, 96, s/16, s/16]
        where = self.where(small).flatten(1).log_softmax(1)  # [n, (s/8)²]
        colours = F.avg_pool2d(self.colour(F.avg_pool2d(pictures, 2)), 4)  # [n, 24, s/8, s/8]
        worn, colour = (torch.einsum("nci,ni->nc", each.flatten(2), where.exp()) for each in (small, colours))
        light, shape = pool(self.light(F.avg_pool2d(grey, 2))), torch.cat([pool(small), pool(large)], 1)
        return {"shape": shape, "worn": worn, "colour": colour, "light": light, "where": where}

    def forward(self, pictures: Tensor, shapes: Tensor | None = None) -> dict[str, Tensor]:
        """Logits by kind, and `where` something is worn."""
        seen = self.trunks(pictures, shapes)
        of = {kind: seen["shape"] for kind in SHAPES} | {"time": seen["light"], "colour": seen["colour"]}
        of["worn"] = torch.cat([seen["shape"], seen["worn"]], 1)
        return {kind: head(of[kind]) for kind, head in self.heads.items()} | {"where": seen["where"]}


def to_input(images: np.ndarray, size: int = JudgeConfig.size) -> Tensor:
    """uint8 [n, h, w, 3] -> float [n, 3, size, size] in -1…1."""
    pictures = torch.tensor(images).permute(0, 3, 1, 2).float() / 127.5 - 1
    if pictures.shape[-1] > size:
        return F.interpolate(pictures, (size, size), mode="area")
    if pictures.shape[-1] < size:
        return F.interpolate(pictures, (size, size), mode="bilinear", align_corners=False)
    return pictures
