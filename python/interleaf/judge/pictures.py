"""Pictures to train the judge on: drawn scenes with shuffled colours, softened a little, and broken ones.

A broken hero or thing (a blob of its mean colour, a smear, shuffled tiles, two halves that do not belong together, or
nothing at all) is labelled None: a judge that has seen these does not accept a patch of colour as a hero.
"""

import io
import zlib
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageOps

from ..world.draw import LAYOUTS, draw, pieces
from ..world.vocabulary import HEROES, PLACES, THINGS, TIMES, Scene


@dataclass(frozen=True)
class Mix:
    """How often what happens, 0…1."""

    broken_hero: float = 0.18
    broken_thing: float = 0.14
    no_thing: float = 0.1
    recoloured: float = 0.85
    softened: float = 0.75


def held_out(scene: Scene, seed: int) -> bool:
    """One picture in twenty is never trained on."""
    return zlib.crc32(f"{scene}{seed % LAYOUTS}".encode()) % 20 == 0


def random_scene(rng: np.random.Generator, no_thing: float = 1 / 13) -> Scene:
    thing = None if rng.random() < no_thing else str(rng.choice(THINGS))
    return Scene(str(rng.choice(HEROES)), str(rng.choice(PLACES)), str(rng.choice(TIMES)), thing)


def held_out_scenes(count: int, seed: int = 0) -> list[tuple[Scene, int]]:
    """count different pictures (scene, layout seed) of the held-out twentieth."""
    rng, found = np.random.default_rng(seed), {}
    while len(found) < count:
        scene, layout = random_scene(rng), int(rng.integers(LAYOUTS))
        if held_out(scene, layout):
            found[scene, layout] = None
    return list(found)


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
        case 2 | 3:  # a smear: for a thing of 38 pixels this is as destructive as for a hero of 72
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


def example(rng: np.random.Generator, mix: Mix) -> tuple[np.ndarray, Scene]:
    """One training picture, uint8 [128, 128, 3], and what can be read from it (hero or thing None where broken)."""
    scene, seed = random_scene(rng, mix.no_thing), int(rng.integers(LAYOUTS))
    while held_out(scene, seed):
        scene, seed = random_scene(rng, mix.no_thing), int(rng.integers(LAYOUTS))
    background, actors = pieces(scene, seed)
    other = Scene(str(rng.choice([h for h in HEROES if h != scene.hero])), scene.place, scene.time,
                  str(rng.choice([t for t in THINGS if t != scene.thing])))  # fmt: skip
    strangers = pieces(other, seed)[1]
    picture, seen = background.copy(), {"hero": scene.hero, "thing": scene.thing}
    for kind, (patch, corner) in actors.items():
        whole = patch.size
        recoloured = rng.random() < mix.recoloured
        if rng.random() < (mix.broken_hero if kind == "hero" else mix.broken_thing):
            patch, seen[kind] = broken(patch, strangers[kind][0], rng), None
            if patch is None:
                continue
        elif rng.random() < 0.5:
            scale = rng.uniform(0.93, 1.07)
            patch = patch.resize((round(patch.width * scale), round(patch.height * scale)), Image.Resampling.BILINEAR)
        if recoloured:
            patch = shuffle_colours(patch, rng)
        middle = (at + (old - new) // 2 for at, old, new in zip(corner, whole, patch.size, strict=True))
        picture.paste(patch, tuple(int(at + rng.integers(-3, 4)) for at in middle), patch)
    if rng.random() < mix.softened:
        picture = soften(picture, rng)
    return np.asarray(picture), Scene(seen["hero"], scene.place, scene.time, seen["thing"])


def without_hero(scenes: list[tuple[Scene, int]], seed: int = 1) -> np.ndarray:
    """Drawings with a blob of the hero's own colour in its place, uint8 [n, 128, 128, 3]."""
    rng, images = np.random.default_rng(seed), []
    for scene, layout in scenes:
        background, actors = pieces(scene, layout)
        picture = background.copy()
        for kind, (patch, corner) in actors.items():
            patch = blob(patch, rng) if kind == "hero" else patch
            picture.paste(patch, corner, patch)
        images.append(np.asarray(picture))
    return np.stack(images)


def drawn(scenes: list[tuple[Scene, int]], size: int = 128) -> np.ndarray:
    """Untouched drawings, uint8 [n, size, size, 3]."""
    return np.stack([draw(scene, seed, size) for scene, seed in scenes])
