"""What a hero feels, as picture books without words show it: a mark beside the head, clear of everything else."""

from .icons import icon

SIZE = 25  # units


def mark(feeling: str, centre: float, foot: float, tint, halo: float) -> str:
    """SVG of 25 × 25 units standing on y = foot, centred on x = centre."""

    def one(name: str, x: float, y: float, size: float, rim: float = halo) -> str:
        return icon(name, centre + x, foot + y, size, size, tint, rim)

    match feeling:
        case "happy":
            return one("heart", -5, -4, 16) + one("heart", 7, 0, 11)
        case "sad":
            return one("droplet", 6, -9, 14) + one("droplet", -4, 0, 19)
        case "scared":
            return one("exclamation", -6, 0, 25) + one("exclamation", 5, 0, 25)
        case "cross":
            return one("anger", 0, 0, 23)
        case "sleepy":
            return one("zzz", 0, 0, 26)
    raise ValueError(f"no mark for the feeling {feeling!r}")
