"""Backgrounds: sky, far scenery, ground and decor of one place at one time, as SVG in a picture of 128 units.

The hero stands on the left in the unmirrored background (x 8…80, y 40…116) and the thing in the free column x 85…123.
Decor stays in the free column and leaves the thing's place empty, so nothing ever stands behind either of them.
"""

from dataclasses import dataclass

from .icons import icon, rgb
from .palette import SKY, darken, scene_tint

HORIZON = 76.0  # y of the ground's edge, units


@dataclass(frozen=True)
class Backdrop:
    """room is where the column is empty: 'ground' below, 'air' above, 'none' nowhere. variant is 0 or 1."""

    place: str
    time: str
    room: str
    variant: int
    mirrored: bool


GROUND = {
    "beach": "#f6dc9a", "forest": "#4f9a3c", "mountains": "#86bf5a", "desert": "#eeb565",
    "village": "#8fcb5e", "castle": "#7cc062", "garden": "#93d060", "snow": "#f4f8ff",
}  # fmt: skip
FAR = {
    "beach": "#3fb3e0", "forest": "#2f6f35", "mountains": "#8f93b5", "desert": "#d98f4e",
    "village": "#a9d67c", "castle": "#9ad28a", "garden": "#b4e08a", "snow": "#d3e3f5",
}  # fmt: skip
DECOR = {  # place: (tall decor of variant 0, of variant 1, small decor of variant 0, of variant 1)
    "beach": ("palm-tree", "palm-tree", "spiral-shell", "spiral-shell"),
    "forest": ("deciduous-tree", "evergreen-tree", "mushroom", "mushroom"),
    "mountains": ("evergreen-tree", "evergreen-tree", "rock", "rock"),
    "desert": ("cactus", "cactus", "rock", "rock"),
    "village": ("house", "hut", "tulip", "tulip"),
    "castle": ("castle", "castle", "rose", "rose"),
    "garden": ("sunflower", "tulip", "blossom", "blossom"),
    "snow": ("snowman-without-snow", "evergreen-tree", "evergreen-tree", "snowman-without-snow"),
}


def _hills(top: float, rise: float, colour: str, phase: int) -> str:
    left, right = (top - rise, top + rise) if phase else (top + rise, top - rise)
    return f'<path fill="{colour}" d="M0 {left}C36 {left - rise} 84 {right + rise} 128 {right}V128H0Z"/>'


def _crowns(tint, phase: int) -> str:
    """A dense row of round tree tops behind the ground: the forest's edge."""
    back, front = tint("#23602f"), tint("#347c3a")
    shapes = [f'<circle cx="{16 * i + 8 * phase}" cy="46" r="13" fill="{back}"/>' for i in range(9)]
    shapes.append(f'<rect y="46" width="128" height="40" fill="{back}"/>')
    shapes += [f'<circle cx="{16 * i + 8 - 8 * phase}" cy="62" r="11" fill="{front}"/>' for i in range(9)]
    return "".join(shapes) + f'<rect y="62" width="128" height="24" fill="{front}"/>'


def _peaks(tint, phase: int) -> str:
    near, far, cap = tint("#7d7fa6"), tint("#a5a8c9"), tint("#ffffff")
    shift = 4 * phase
    return (
        f'<path fill="{far}" d="M{-40 + shift} 84L{24 + shift} 32L{92 + shift} 84Z"/>'
        f'<path fill="{cap}" d="M{24 + shift} 32l-14 11.4l6 3l8 -3l8 4l7 -5.8Z"/>'
        f'<path fill="{near}" d="M{48 - shift} 84L{100 - shift} 18L{152 - shift} 84Z"/>'
        f'<path fill="{cap}" d="M{100 - shift} 18l-14 17.8l7 3l7 -4l7 4l7 -3Z"/>'
    )


def _roofs(tint, phase: int) -> str:
    wall, roofs = tint("#ecd9b4"), (tint("#c98a6d"), tint("#b5776f"))
    shapes = []
    for i in range(4):
        x = 32 * i + 16 * phase - 8
        shapes.append(f'<rect x="{x + 4}" y="62" width="20" height="18" fill="{wall}"/>')
        shapes.append(f'<path fill="{roofs[i % 2]}" d="M{x} 64L{x + 14} 50L{x + 28} 64Z"/>')
    return "".join(shapes)


def _fence(tint) -> str:
    wood = tint("#fdf6ea")
    pales = "".join(f'<path fill="{wood}" d="M{x} 84V64l4 -5l4 5V84Z"/>' for x in range(0, 128, 16))
    rails = "".join(f'<rect y="{y}" width="128" height="4" fill="{wood}"/>' for y in (67, 76))
    return rails + pales


def _firs(tint, phase: int) -> str:
    tree = tint("#8fb4c9")
    return "".join(f'<path fill="{tree}" d="M{x} 80l8 -24l8 24Z"/>' for x in range(-8 + 8 * phase, 128, 16))


def _far(drop: Backdrop, tint) -> str:
    """Everything between the sky and the ground, across the whole width, flat and of low contrast."""
    colour = tint(FAR[drop.place])
    match drop.place:
        case "beach":
            foam = tint("#c9eefb")
            return (
                f'<rect y="58" width="128" height="24" fill="{colour}"/>'
                f'<rect y="64" width="128" height="2" fill="{foam}"/>'
                f'<rect y="73" width="128" height="5" fill="{foam}"/>'
            )
        case "forest":
            return _crowns(tint, drop.variant)
        case "mountains":
            return _peaks(tint, drop.variant)
        case "village":
            return _hills(60, 4, colour, drop.variant) + _roofs(tint, drop.variant)
        case "garden":
            return _hills(60, 4, colour, drop.variant) + _fence(tint)
        case "snow":
            return _hills(62, 4, colour, drop.variant) + _firs(tint, drop.variant)
        case _:
            return _hills(64, 6, colour, drop.variant)


def _ground(drop: Backdrop, tint) -> str:
    base = GROUND[drop.place]
    return (
        f'<path fill="{tint(base)}" d="M0 {HORIZON + 2}Q64 {HORIZON - 3} 128 {HORIZON + 2}V128H0Z"/>'
        f'<path fill="{tint(darken(base, 0.93))}" d="M0 104Q64 98 128 104V128H0Z"/>'
    )


def _decor(drop: Backdrop, tint) -> str:
    names = DECOR[drop.place]
    tall, small = names[drop.variant], names[2 + drop.variant]
    if drop.place == "mountains":  # small and aside, so that the peak shows
        tree = icon(tall, 115, 80 if drop.room == "ground" else 96, 24, 30, tint)
        return tree if drop.room == "ground" else tree + icon(small, 100, 112, 26, 18, tint)
    if drop.room == "ground":
        return icon(tall, 104, 78, 44, 52, tint)
    if drop.room == "air":
        return icon(tall, 104, 106, 42, 50, tint)
    return icon(tall, 104, 86, 46, 64, tint) + icon(small, 104, 115, 32, 24, tint)


def _lights(drop: Backdrop, tint) -> str:
    """What shines or hangs in the sky; it is drawn in its own colours, after every darkening."""
    match drop.time:
        case "day":
            return icon("sun", 24, 34, 26, 26, str) + icon("cloud", 64, 22, 30, 14, str)
        case "night":
            spots = [(52, 14), (72, 28), (8, 40), (46, 34), (76, 8)]
            spots += [] if drop.room == "air" else [(100, 14), (120, 8), (122, 24)]
            sparkle = "l1.2 2.8l2.8 1.2l-2.8 1.2l-1.2 2.8l-1.2 -2.8l-2.8 -1.2l2.8 -1.2Z"
            stars = "".join(f'<path fill="#fff3b8" d="M{x} {y - 4}{sparkle}"/>' for x, y in spots)
            return icon("crescent-moon", 24, 34, 26, 26, str) + stars
        case "rain":
            grey = lambda colour: "#cfd8e4" if sum(rgb(colour)) > 690 else "#b9c5d5"  # noqa: E731
            return icon("cloud", 24, 28, 44, 22, grey) + icon("cloud", 68, 20, 36, 18, grey)
        case _:
            return ""


def _rain() -> str:
    """Bold slanted streaks on a 16 × 16 unit grid, so that every latent cell sees the same pattern."""
    return "".join(
        f'<path stroke="#dcebf7" stroke-opacity=".8" stroke-width="2" stroke-linecap="round" d="M{x} {y}l-3 8"/>'
        for y in range(4, 128, 16)
        for x in range(8 + (y // 16 % 2) * 8, 136, 16)
    )


def backdrop_svg(drop: Backdrop) -> str:
    """The contents of an SVG with viewBox 0 0 128 128."""
    tint = scene_tint(drop.time)
    bands = SKY[drop.time]
    sky = "".join(f'<rect y="{16 * i}" width="128" height="128" fill="{colour}"/>' for i, colour in enumerate(bands))
    if drop.time == "sunset":
        sky += '<circle cx="104" cy="52" r="26" fill="#ffe9a8"/><circle cx="104" cy="52" r="20" fill="#fff6d8"/>'
    parts = sky + _far(drop, tint) + _ground(drop, tint) + _lights(drop, tint) + _decor(drop, tint)
    if drop.time == "rain":
        parts += _rain()
    return f'<g transform="translate(128 0) scale(-1 1)">{parts}</g>' if drop.mirrored else parts
