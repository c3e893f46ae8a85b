"""A scene becomes a picture: flat colours, one large hero with a paper rim and what it wears, the thing beside it, a
mark of what it feels, nothing behind them.

Every random choice costs a small model sharpness, so a scene has just four layouts: the hero left or right, and two
variants of the scenery. The seed picks one of them.
"""

import io
from functools import cache, lru_cache

import numpy as np
import resvg_py
from PIL import Image

from .icons import extent, icon
from .marks import mark
from .palette import actor_tint
from .scenery import Backdrop, backdrop_svg
from .vocabulary import Scene
from .worn import worn

LAYOUTS = 4  # seeds that differ by this give the same picture
UNITS = 128
FLOATING = ("kite", "balloon", "star", "lantern", "feather")
HERO_CENTRE, HERO_FOOT, HERO_WIDTH, HERO_HEIGHT = 44, 116, 72, 76  # units; the mirrored hero stands at 128 - 44
HEIGHTS = {"penguin": 67}  # units; heroes that would look like another at full height
THING_CENTRE, THING_SIZE, THING_FOOT, FLOATING_FOOT = 104, 38, 116, 50
MARKS = {False: (71, 39), True: (53, 28)}  # by mirrored: centre and foot, units; clear of every hat and every thing
LOW = {"turtle": 28, "hedgehog": 16}  # units by which the mark comes down to heroes that are low
HALO = 2.2  # units, the paper rim around hero and thing


def layout(seed: int) -> tuple[bool, int]:
    """Whether the hero stands on the right, and the variant of the scenery (0 or 1)."""
    return bool(seed & 1), (seed >> 1) & 1


def _render(body: str, size: int, mode: str) -> Image.Image:
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="{size}" height="{size}" viewBox="0 0 128 128">{body}</svg>'
    return Image.open(io.BytesIO(bytes(resvg_py.svg_to_bytes(svg_string=svg)))).convert(mode)


@cache
def _background(drop: Backdrop, size: int) -> Image.Image:
    return _render(backdrop_svg(drop), size, "RGB")


def _shadow(centre: float, foot: float, width: float) -> str:
    return f'<ellipse cx="{centre}" cy="{foot}" rx="{width / 2}" ry="4.5" fill="#101030" fill-opacity=".22"/>'


def _hero_svg(named: tuple[str, str | None], time: str, mirrored: bool, halo: float = HALO) -> str:
    hero, accessory = named
    centre = UNITS - HERO_CENTRE if mirrored else HERO_CENTRE
    height = HEIGHTS.get(hero, HERO_HEIGHT)
    width, _ = extent(hero, HERO_WIDTH, height)
    tint = actor_tint(time)

    dressed = (lambda rim: worn(hero, accessory, tint, rim)) if accessory else None
    body = icon(hero, centre, HERO_FOOT, HERO_WIDTH, height, tint, halo, dressed)
    return _shadow(centre, HERO_FOOT + 0.5, width * 0.95) + body


def _thing_svg(thing: str, time: str, mirrored: bool, halo: float = HALO) -> str:
    centre = UNITS - THING_CENTRE if mirrored else THING_CENTRE
    floating = thing in FLOATING
    width, height = extent(thing, THING_SIZE, THING_SIZE)
    foot = FLOATING_FOOT - (THING_SIZE - height) / 2 if floating else THING_FOOT
    body = icon(thing, centre, foot, THING_SIZE, THING_SIZE, actor_tint(time), halo)
    return body if floating else _shadow(centre, foot + 0.5, width * 0.9) + body


def _mark_svg(felt: tuple[str, str], time: str, mirrored: bool, halo: float = 1.4) -> str:
    hero, feeling = felt
    centre, foot = MARKS[mirrored]
    return mark(feeling, centre, foot + LOW.get(hero, 0), actor_tint(time), halo)


DRAWN = {"hero": _hero_svg, "thing": _thing_svg, "feeling": _mark_svg}


@lru_cache(maxsize=4096)
def _patch(kind: str, name, time: str, mirrored: bool, size: int) -> tuple[Image.Image, tuple[int, int]]:
    """The hero as dressed, the thing (both with their shadow) or the mark, cut to its pixels, and where its corner
    goes."""
    svg = DRAWN[kind](name, time, mirrored)
    image = _render(svg, size, "RGBA")
    box = image.getchannel("A").getbbox()
    return image.crop(box), box[:2]


def pieces(scene: Scene, seed: int, size: int = 128):
    """The background and, by kind, (RGBA patch, corner) of hero, thing and feeling. All cached: copy before writing."""
    mirrored, variant = layout(seed)
    room = "none" if scene.thing is None else "air" if scene.thing in FLOATING else "ground"
    background = _background(Backdrop(scene.place, scene.time, room, variant, mirrored), size)
    named = {"hero": (scene.hero, scene.accessory)}
    if scene.thing:
        named["thing"] = scene.thing
    if scene.feeling:
        named["feeling"] = (scene.hero, scene.feeling)
    return background, {kind: _patch(kind, name, scene.time, mirrored, size) for kind, name in named.items()}


def draw(scene: Scene, seed: int, size: int = 128) -> np.ndarray:
    """The picture of a scene, uint8 [size, size, 3]. The same scene and seed always give the same picture."""
    background, actors = pieces(scene, seed, size)
    picture = background.copy()
    for patch, corner in actors.values():
        picture.paste(patch, corner, patch)
    return np.asarray(picture).copy()


def mask(kind: str, name, seed: int, size: int = 128) -> np.ndarray:
    """Where the 'hero' (name: hero and accessory), the 'thing' or the mark of a 'feeling' (name: hero and feeling) is,
    or what is 'worn' (name: hero and accessory), without rim and shadow: bool [size, size]."""
    mirrored, _ = layout(seed)

    def render(kind: str, name) -> np.ndarray:
        svg = DRAWN[kind](name, "day", mirrored, 0.0)
        svg = svg[svg.index("/>") + 2 :] if svg.startswith("<ellipse") else svg
        return np.asarray(_render(svg, size, "RGBA")).astype(int)

    if kind == "worn":
        return np.abs(render("hero", name) - render("hero", (name[0], None))).max(-1) > 24
    return render(kind, name)[..., 3] > 127
