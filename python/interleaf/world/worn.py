"""What heroes wear: a hat on the head or a scarf round the neck, in four colours, in the 32 units of their icons."""

from dataclasses import dataclass

COLOURS = {  # cloth, its shade, what is knitted in
    "red": ("#e8323c", "#a81428", "#ffd9d4"),
    "blue": ("#2f6fe0", "#1c479c", "#d4e6ff"),
    "yellow": ("#ffd02e", "#d39a0c", "#fff6d0"),
    "green": ("#2fa84f", "#1a6e35", "#d6f5d9"),
}
INK, OUTLINE = "#40323a", 0.35  # a thin line round it: cloth stays visible on fur of its own colour, and in grey


@dataclass(frozen=True)
class Place:
    """Where something sits: the middle of its lower edge (hat) or of the band (scarf), its width, degrees clockwise;
    for a scarf also where along the band its end hangs, -0.5…0.5, and how far down, in widths."""

    x: float
    y: float
    width: float
    angle: float = 0.0
    knot: float = 0.27
    hang: float = 0.6


HEADS = {
    "turtle": Place(4.9, 20.9, 6.6, -12), "owl": Place(16.0, 4.6, 13.0), "elephant": Place(9.0, 7.4, 11.5, -14),
    "hedgehog": Place(7.6, 18.4, 8.5, -28), "penguin": Place(16.0, 5.2, 13.0), "rabbit": Place(6.2, 8.4, 9.0, -36),
    "dinosaur": Place(6.6, 2.1, 7.0, 4), "flamingo": Place(12.3, 2.3, 6.4, 16), "bear": Place(16.0, 4.6, 11.5),
    "snail": Place(6.0, 1.9, 8.0), "duck": Place(9.8, 3.6, 9.5, 4), "cat": Place(5.0, 8.8, 8.5, -30),
}  # fmt: skip
NECKS = {
    "turtle": Place(6.9, 26.4, 7.0, 14, 0.27, 0.48), "owl": Place(16.0, 15.6, 21.0, 0, 0.27, 0.5),
    "elephant": Place(14.8, 14.4, 18.5, -58, -0.3, 0.4), "hedgehog": Place(13.4, 24.0, 10.5, -62, -0.3, 0.4),
    "penguin": Place(16.0, 14.4, 15.5), "rabbit": Place(12.0, 17.6, 11.5, -42, -0.25),
    "dinosaur": Place(7.0, 10.4, 7.5), "flamingo": Place(9.2, 9.2, 6.5, 40),
    "bear": Place(16.0, 15.8, 15.5), "snail": Place(6.0, 15.4, 10.5), "duck": Place(8.4, 12.2, 9.0, -8),
    "cat": Place(10.0, 16.2, 10.0, -30, -0.1),
}  # fmt: skip


def _hat(colour: str) -> str:
    """A knitted cap with a bobble; 1 wide, its lower edge on y = 0."""
    cloth, shade, knit = COLOURS[colour]
    return (
        f'<circle cx="0" cy="-.74" r=".17" fill="{knit}"/>'
        f'<path d="M-.42 -.1C-.42 -.5 -.24 -.68 0 -.68S.42 -.5 .42 -.1Z" fill="{cloth}"/>'
        f'<path d="M.1 -.67C.3 -.6 .42 -.45 .42 -.1H.2C.22 -.4 .2 -.55 .1 -.67Z" fill="{shade}"/>'
        f'<rect x="-.5" y="-.22" width="1" height=".26" rx=".12" fill="{knit}"/>'
    )


def _scarf(colour: str, place: Place) -> str:
    """A band with one hanging end; 1 wide, the middle of the band on y = 0. The end hangs down at every angle."""
    cloth, shade, knit = COLOURS[colour]
    return (
        f'<g transform="translate({place.knot} .04) rotate({-place.angle}) scale(1 {place.hang / 0.6:.3f})">'
        f'<path d="M-.14 0H.14L.2 .6H-.1Z" fill="{shade}"/><path d="M-.115 .4H.18L.2 .6H-.1Z" fill="{knit}"/></g>'
        f'<path d="M-.5 -.13Q0 .06 .5 -.13Q.56 0 .48 .12Q0 .3 -.48 .12Q-.56 0 -.5 -.13Z" fill="{cloth}"/>'
        f'<path d="M-.1 -.055L.06 -.06L.06 .2L-.08 .2Z" fill="{knit}"/>'
    )


def worn(hero: str, accessory: str, tint, halo: float) -> tuple[str, str]:
    """What goes behind the hero, a paper rim of width halo, and what goes before it, the cloth: SVG in the units of the
    hero's icon. accessory: 'red scarf', 'blue hat', …."""
    colour, kind = accessory.split()
    place = (HEADS if kind == "hat" else NECKS)[hero]
    shape = _hat(colour) if kind == "hat" else _scarf(colour, place)
    for each in COLOURS[colour]:
        shape = shape.replace(each, tint(each))
    move = f"translate({place.x} {place.y}) rotate({place.angle}) scale({place.width})"

    def stroked(paint: str, width: float) -> str:
        stroke = f'stroke="{tint(paint)}" stroke-width="{2 * width / place.width:.4f}" stroke-linejoin="round"'
        return f'<g transform="{move}" {stroke}>{shape}</g>' if halo else ""

    return stroked("#fffdf5", halo + OUTLINE), stroked(INK, OUTLINE) + f'<g transform="{move}">{shape}</g>'
