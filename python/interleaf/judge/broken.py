"""What failed pictures look like: patches in wrong colours, blobs, smears, shuffled tiles, and softness all over.

A judge that has seen these as "nothing to recognise" does not accept a patch of colour as a hero.
"""

import io

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageOps


def shuffle_colours(patch: Image.Image, rng) -> Image.Image:
    """Channels mixed at random, gamma, perhaps inverted: the shape stays, the colours mean nothing."""
    pixels = np.asarray(patch).astype(np.float32) / 255
    weights = rng.dirichlet((0.6, 0.6, 0.6), 3)  # each new channel is a mix of the old ones
    mixed = pixels[..., :3] @ weights.T.astype(np.float32)
    mixed = mixed ** rng.uniform(0.5, 2.0, 3).astype(np.float32)
    if rng.random() < 0.4:
        mixed = 1 - mixed
    pixels[..., :3] = mixed * rng.uniform(0.7, 1) + rng.uniform(0, 0.15)
    return Image.fromarray((pixels.clip(0, 1) * 255).astype(np.uint8), "RGBA")


def blob(patch: Image.Image, rng) -> Image.Image:
    """A smooth random shape of the patch's mean colour, with or without the paper rim."""
    pixels = np.asarray(patch).astype(np.float32)
    solid = pixels[..., 3] > 200
    colour = tuple(int(v) for v in pixels[solid][:, :3].mean(0))
    width, height = patch.size
    angles = np.linspace(0, 2 * np.pi, 24, endpoint=False)
    radii = rng.uniform(0.75, 1.0) + sum(rng.normal(0, 0.1) * np.cos(k * angles + rng.uniform(0, 6)) for k in (1, 2, 3))
    points = [
        (width * (0.5 + 0.48 * r * np.cos(a)), height * (0.5 + 0.48 * r * np.sin(a)))
        for a, r in zip(angles, radii.clip(0.3, 1), strict=True)
    ]
    out = Image.new("RGBA", patch.size)
    rim = (255, 253, 245, 255) if rng.random() < 0.5 else None
    ImageDraw.Draw(out).polygon(points, fill=(*colour, 255), outline=rim, width=3)
    return out.filter(ImageFilter.GaussianBlur(rng.uniform(0.5, 4)))


def _tiles(patch: Image.Image, rng) -> Image.Image:
    """The patch cut into 3 × 3 tiles that have changed places."""
    side_x, side_y = -(-patch.width // 3), -(-patch.height // 3)
    out = Image.new("RGBA", patch.size)
    for here, there in enumerate(rng.permutation(9)):
        x, y = there % 3 * side_x, there // 3 * side_y
        out.paste(patch.crop((x, y, x + side_x, y + side_y)), (here % 3 * side_x, here // 3 * side_y))
    return out.filter(ImageFilter.GaussianBlur(rng.uniform(0.5, 3)))


def _halves(patch: Image.Image, other: Image.Image, rng) -> Image.Image:
    """The top or left half of one, the rest of another."""
    other = other.resize(patch.size)
    out = patch.copy()
    across = rng.random() < 0.5
    corner = (patch.width // 2, 0) if across else (0, patch.height // 2)
    out.paste(other.crop((*corner, *patch.size)), corner)
    return out


def broken(patch: Image.Image, other: Image.Image, rng) -> Image.Image | None:
    """What a failed generation looks like in place of the patch; None for nothing at all."""
    match int(rng.integers(6)):
        case 0 | 1:
            return blob(patch, rng)
        case 2 | 3:  # a smear, as destructive for a thing of 38 units as for a hero of 72
            radius = patch.height * rng.uniform(0.08, 0.16)
            return ImageOps.expand(patch, round(2 * radius), (0, 0, 0, 0)).filter(ImageFilter.GaussianBlur(radius))
        case 4:
            return _tiles(patch, rng) if rng.random() < 0.5 else _halves(patch, other, rng)
        case _:
            return None


def soften(picture: Image.Image, rng) -> Image.Image:
    """A little blur, lower resolution, compression or noise, as an autoencoder leaves it."""
    for kind in rng.permutation(4)[: int(rng.integers(1, 3))]:
        if kind == 0:
            picture = picture.filter(ImageFilter.GaussianBlur(rng.uniform(0.3, 1.8)))
        elif kind == 1:
            side = int(rng.integers(48, 112))
            picture = picture.resize((side, side), Image.Resampling.BOX).resize(picture.size, Image.Resampling.BICUBIC)
        elif kind == 2:
            file = io.BytesIO()
            picture.save(file, "JPEG", quality=int(rng.integers(20, 80)))
            picture = Image.open(file).convert("RGB")
        else:
            noise = rng.normal(0, rng.uniform(2, 9), (*picture.size, 3))
            picture = Image.fromarray((np.asarray(picture) + noise).clip(0, 255).astype(np.uint8))
    return picture


def grey(picture: np.ndarray, rng) -> np.ndarray:
    """uint8 [h, w, 3] -> uint8 [h, w]: the shapes in a grey of random weights and gamma, half of the time negative."""
    pixels = picture.astype(np.float32) / 255 @ rng.dirichlet((1, 1, 1)).astype(np.float32)
    pixels = pixels ** rng.uniform(0.6, 1.7)
    if rng.random() < 0.5:
        pixels = 1 - pixels
    low, high = rng.uniform(0, 0.2), rng.uniform(0.7, 1)
    return ((low + (high - low) * pixels) * 255).astype(np.uint8)
