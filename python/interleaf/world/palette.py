"""What light does to a colour: one tint per time for the scenery, and a gentler one for hero and thing."""

from .icons import rgb

SKY = {  # flat bands of 16 units from the top
    "day": ("#6cc3f5", "#7fccf7", "#97d7f9", "#b3e3fb", "#cdeefd"),
    "sunset": ("#f2836b", "#f7976f", "#fbae79", "#fdc48a", "#fed79f"),
    "night": ("#141b4d", "#18215a", "#1e2a68", "#263477", "#2f3f86"),
    "rain": ("#8796ab", "#92a1b5", "#9dacbf", "#a9b7c8", "#b5c2d1"),
}
_SCENE = {  # multiply r, g, b; add r, g, b; keep this much of the saturation
    "day": ((1.0, 1.0, 1.0), (0, 0, 0), 1.0),
    "sunset": ((0.96, 0.76, 0.66), (10, 4, 8), 0.95),
    "night": ((0.40, 0.47, 0.62), (10, 14, 36), 0.9),
    "rain": ((0.74, 0.78, 0.82), (8, 12, 18), 0.55),
}
_ACTOR = {
    "day": ((1.0, 1.0, 1.0), (0, 0, 0), 1.0),
    "sunset": ((1.0, 0.94, 0.87), (0, 0, 0), 1.0),
    "night": ((0.88, 0.9, 0.98), (0, 0, 4), 1.0),
    "rain": ((0.94, 0.96, 0.98), (0, 0, 0), 0.95),
}


def _apply(colour: str, light) -> str:
    multiply, add, saturation = light
    channels = rgb(colour)
    grey = 0.3 * channels[0] + 0.59 * channels[1] + 0.11 * channels[2]
    mixed = [
        min(255, round((grey + (value - grey) * saturation) * m + a))
        for value, m, a in zip(channels, multiply, add, strict=True)
    ]
    return "#{:02x}{:02x}{:02x}".format(*(max(0, value) for value in mixed))


def scene_tint(time: str):
    """The colour map of ground, scenery and decor at that time."""
    return lambda colour: _apply(colour, _SCENE[time])


def actor_tint(time: str):
    """The colour map of hero and thing: lighter than the scene's, so that they stay recognisable."""
    return lambda colour: _apply(colour, _ACTOR[time])


def darken(colour: str, by: float) -> str:
    """The colour multiplied by a factor below one."""
    return _apply(colour, ((by, by, by), (0, 0, 0), 1.0))
