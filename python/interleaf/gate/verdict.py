"""How like the few-step pictures are to the published UNet's, and whether that is like enough."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from transformers import AutoImageProcessor, CLIPVisionModelWithProjection

from interleaf.judge.share import mean_of

SATURATION = 0.1  # how far, as a fraction, the student's may be from the teacher's


def clip_eyes(folder: Path) -> Callable[[np.ndarray], np.ndarray]:
    """Features of length 1 of pictures (n, h, w, 3), by CLIP's image encoder in transformers' layout."""
    model = CLIPVisionModelWithProjection.from_pretrained(folder, local_files_only=True).eval()
    prepare = AutoImageProcessor.from_pretrained(folder, local_files_only=True)

    @torch.no_grad()
    def see(pictures: np.ndarray) -> np.ndarray:
        found = [
            model(**prepare(images=Image.fromarray(picture), return_tensors="pt")).image_embeds[0].numpy()
            for picture in pictures
        ]
        return np.stack(found) / np.linalg.norm(found, axis=1, keepdims=True)

    return see


def saturation(pictures: np.ndarray) -> np.ndarray:  # (n, h, w, 3) -> (n,)
    """Mean of HSV's S, 0…1."""
    most, least = pictures.max(-1).astype(float), pictures.min(-1)
    return ((most - least) / np.maximum(most, 1)).mean((1, 2))


def verdict(see: Callable[[np.ndarray], np.ndarray], pictures: dict[str, np.ndarray]) -> dict:
    """pictures: of the same captions and noise by `teacher` and `student`, heard from `vokens` and from `clip`.

    Passes where the student, hearing the vokens, is no farther from its teacher than where it hears CLIP (the 95 %
    interval of the difference by caption reaches zero), and as colourful as its teacher.
    """
    like = {
        heard: (see(pictures[f"teacher-{heard}"]) * see(pictures[f"student-{heard}"])).sum(1)
        for heard in ("vokens", "clip")
    }
    difference = mean_of([each] for each in like["vokens"] - like["clip"])
    colours = {name: float(saturation(each).mean()) for name, each in pictures.items()}
    ratio = colours["student-vokens"] / max(colours["teacher-vokens"], 1e-6)
    return {
        "likeness": {heard: mean_of([each] for each in values).plain() for heard, values in like.items()},
        "difference": difference.plain(),
        "saturation": {name: round(value, 4) for name, value in colours.items()},
        "saturationRatio": round(ratio, 4),
        "isLike": bool(difference.high >= 0),
        "isColourful": bool(abs(ratio - 1) <= SATURATION),
        "passes": bool(difference.high >= 0 and abs(ratio - 1) <= SATURATION),
    }


def apart(ours: torch.Tensor, clips: torch.Tensor) -> dict:
    """How the mapper's conditioning lies in CLIP's space: norms of tokens, and how far the mean tokens are apart."""
    mean, other = ours.mean(0), clips.mean(0)  # (L, C)
    cosines = torch.nn.functional.cosine_similarity(mean, other, dim=-1)
    norm, norm_of_clip = ours.norm(dim=-1).mean(0), clips.norm(dim=-1).mean(0)  # (L,)
    return {
        "norm": round(float(norm.mean()), 3),
        "normOfClip": round(float(norm_of_clip.mean()), 3),
        "farthestNorm": round(float((norm / norm_of_clip).log().abs().max().exp()), 3),
        "cosineOfMeans": round(float(cosines.mean()), 4),
    }
