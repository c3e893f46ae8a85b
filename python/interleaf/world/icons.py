"""Icons as SVG groups, placed in a picture of 128 units, recoloured so that no two heroes share a hue.

The bodies in icons.json are Microsoft's Fluent emoji (MIT, the notice stands in the file); `box` is the drawn part of
each 32-unit icon as x0, y0, x1, y1.
"""

import json
import re
from functools import cache
from pathlib import Path

RECOLOUR = {
    "elephant": {"#9b9b9b": "#7fa3c9", "#636363": "#54789f", "#d3d3d3": "#c3d9ee"},
    "penguin": {"#533566": "#2c3554"},
    "rabbit": {"#fff": "#cdb3b8", "#9b9b9b": "#7d5f69", "#ff8687": "#f58a98"},
    "dinosaur": {"#00d26a": "#9a6be0", "#008463": "#5d3a9e"},
    "hedgehog": {"#6d4534": "#4d3130", "#f3ad61": "#f7c994", "#d3883e": "#c9935a"},
    "bear": {"#d3883e": "#a8642e", "#e19747": "#c67f3c", "#ff822d": "#a8642e", "#ffdea7": "#f6d9a4"},
    "snail": {"#6d4534": "#9c2440", "#a56953": "#e0546c", "#f3ad61": "#ffd1a0", "#d3883e": "#d99a5c"},
    "duck": {
        "#44911b": "#ffd23e", "#d3d3d3": "#ffd23e", "#9b9b9b": "#eaa61e",
        "#a56953": "#f6bd2c", "#f9c23c": "#f2701d",
    },
    "cat": {"#f3ad61": "#f7872e", "#d3883e": "#c9571a", "#ffdea7": "#ffe7c4"},
    "teapot": {"#f8312f": "#21a79b", "#ca0b4a": "#137a74"},
    "guitar": {"#ca0b4a": "#3a9d4a", "#990839": "#2a6e36"},
    "feather": {"#f3ad61": "#8cc8e8", "#d3883e": "#4a90b8", "#a56953": "#2e6c94"},
    "balloon": {"#f8312f": "#f24c9a", "#ca0b4a": "#b51f6d", "#ff8687": "#ffb0d4", "#3f5fff": "#5b4fa8"},
    "key": {"#f9c23c": "#3f7fae"},
    "bell": {"#f9c23c": "#f0a51e", "#ffb02e": "#c77a12", "#ff822d": "#8f4a12"},
    "spiral-shell": {"#9b9b9b": "#d58f86", "#d3d3d3": "#f6cfc0", "#636363": "#b06a68"},
    "blossom": {"#d3d3d3": "#fff4fb"},
    "cloud": {"#b4acbc": "#e3eefa", "#f3eef8": "#ffffff"},
}  # fmt: skip

_HEX = re.compile(r"#[0-9a-fA-F]{3,6}\b")


@cache
def _icons() -> dict:
    return json.loads(Path(__file__).with_name("icons.json").read_text())["icons"]


def rgb(colour: str) -> tuple[int, int, int]:
    """'#fa0' or '#ffaa00' as three numbers 0…255."""
    digits = colour[1:]
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    return int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:], 16)


def recolour(body: str, change) -> str:
    """The same SVG with every hex colour replaced by change(colour)."""
    return _HEX.sub(lambda match: change(match.group()), body)


@cache
def extent(name: str, width: float, height: float) -> tuple[float, float]:
    """Width and height in units of the icon drawn as large as the given box allows."""
    x0, y0, x1, y1 = _icons()[name]["box"]
    scale = min(width / (x1 - x0), height / (y1 - y0))
    return (x1 - x0) * scale, (y1 - y0) * scale


def icon(
    name: str, centre: float, foot: float, width: float, height: float, tint, halo: float = 0.0, dressed=None
) -> str:
    """An SVG group: as large as width × height allows, standing on y = foot, centred on x = centre (all in units).

    tint maps a hex colour to a hex colour. halo is the width in units of a paper-white rim around the silhouette.
    dressed(rim) gives what is drawn behind and before it, in the icon's own 32 units, where the rim is that wide.
    """
    entry = _icons()[name]
    x0, y0, x1, y1 = entry["box"]
    scale = min(width / (x1 - x0), height / (y1 - y0))
    own = RECOLOUR.get(name, {})
    body = recolour(entry["body"], lambda colour: tint(own.get(colour.lower(), colour)))
    rim = ""
    if halo:
        paper = tint("#fffdf5")
        white = recolour(entry["body"], lambda _: paper)
        rim = (
            f'<g stroke="{paper}" stroke-width="{2 * halo / scale:.3f}" stroke-linejoin="round" '
            f'stroke-linecap="round">{white}</g>'
        )
    place = f"translate({centre - scale * (x0 + x1) / 2:.3f} {foot - scale * y1:.3f}) scale({scale:.4f})"
    behind, before = dressed(halo / scale) if dressed else ("", "")
    return f'<g transform="{place}">{behind}{rim}{body}{before}</g>'
