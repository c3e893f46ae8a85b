"""What heroes wear: a hat on the head or a scarf round the neck, in four colours, in the 32 units of their icons."""

from dataclasses import dataclass

COLOURS = {  # cloth, its shade, what is knitted in
    "red": ("#e8323c", "#a81428", "#ffd9d4"),
    "blue": ("#2f6fe0", "#1c479c", "#d4e6ff"),
    "yellow": ("#ffd02e", "#d39a0c", "#fff6d0"),
    "green": ("#2fa84f", "#1a6e35", "#d6f5d9"),
}
INK = "#40323a"  # a thin outline: cloth stays visible on fur of its own colour, and in grey


@dataclass(frozen=True)
class Place:
    """Where something sits: the middle of its lower edge (hat) or of the band (scarf), its width, degrees clockwise."""

    x: float
    y: float
    width: float
    angle: float = 0.0


HEADS = {
    "turtle": Place(4.9, 20.9, 7.0, -8), "owl": Place(16.0, 4.6, 13.0), "elephant": Place(9.0, 7.4, 11.5, -14),
    "hedgehog": Place(7.6, 18.4, 8.5, -28), "penguin": Place(16.0, 5.2, 13.0), "rabbit": Place(6.2, 8.4, 9.0, -36),
    "dinosaur": Place(5.5, 3.2, 8.0), "flamingo": Place(11.0, 3.0, 7.0, 8), "bear": Place(16.0, 4.6, 11.5),
    "snail": Place(10.4, 9.6, 7.5, 42), "duck": Place(9.8, 3.6, 9.5, 4), "cat": Place(5.0, 8.8, 8.5, -30),
}  # fmt: skip
NECKS = {
    "turtle": Place(6.4, 25.2, 7.5, 24), "owl": Place(16.0, 14.4, 20.0), "elephant": Place(12.4, 17.4, 15.0, 16),
    "hedgehog": Place(12.2, 22.8, 9.5, 62), "penguin": Place(16.0, 13.8, 15.5), "rabbit": Place(9.2, 18.8, 10.5, 14),
    "dinosaur": Place(7.0, 10.4, 7.5), "flamingo": Place(9.2, 9.2, 6.5, 40), "bear": Place(16.0, 15.2, 15.5),
    "snail": Place(6.0, 15.4, 10.5), "duck": Place(8.4, 12.2, 9.0, -8), "cat": Place(9.4, 16.2, 9.5, -18),
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


def _scarf(colour: str) -> str:
    """A band with one hanging end; 1 wide, the middle of the band on y = 0."""
    cloth, shade, knit = COLOURS[colour]
    return (
        f'<path d="M.1 0H.38L.46 .6H.16Z" fill="{shade}"/><path d="M.13 .4H.43L.46 .6H.16Z" fill="{knit}"/>'
        f'<path d="M-.5 -.13Q0 .06 .5 -.13Q.56 0 .48 .12Q0 .3 -.48 .12Q-.56 0 -.5 -.13Z" fill="{cloth}"/>'
        f'<path d="M-.3 -.08L-.14 -.05L-.12 .21L-.28 .18Z" fill="{knit}"/>'
    )


def worn(hero: str, accessory: str, tint, halo: float, only: bool = False) -> str:
    """SVG in the units of the hero's icon. accessory: 'red scarf', 'blue hat', …. halo: width of the paper rim, in the
    same units. only: without rim and outline, for masks."""
    colour, kind = accessory.split()
    place = (HEADS if kind == "hat" else NECKS)[hero]
    shape = (_hat if kind == "hat" else _scarf)(colour)
    for each in (*COLOURS[colour], INK):
        shape = shape.replace(each, tint(each))
    move = f"translate({place.x} {place.y}) rotate({place.angle}) scale({place.width})"
    if only:
        return f'<g transform="{move}">{shape}</g>'
    rims = "".join(
        f'<g stroke="{tint(paint)}" stroke-width="{2 * width / place.width:.4f}" stroke-linejoin="round">{shape}</g>'
        for paint, width in (("#fffdf5", halo + 0.35), (INK, 0.35))
        if width
    )
    return f'<g transform="{move}">{rims}{shape}</g>'
