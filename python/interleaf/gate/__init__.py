"""`python -m interleaf gate`: may a UNet of few steps take the place of the published one?

Such a UNet was distilled on CLIP's conditioning, and is to hear what this model's mapper makes of vokens. Nobody has
published whether it does. For each caption the published UNet and the new one paint from the same noise, once from the
vokens and once from CLIP; the pictures are compared in CLIP's image space. Exits with 1 where the gate is not passed.
"""

import argparse
import gc
import json
import sys
from dataclasses import asdict, fields, replace
from pathlib import Path

import torch
from tqdm import tqdm

from interleaf.checkpoints.official import Official, OfficialFiles, open_official
from interleaf.checkpoints.tensors import CheckpointError
from interleaf.config import Denoising, ModelConfig
from interleaf.exporting.few_steps import fuse_lora
from interleaf.exporting.official_manifest import TCD
from interleaf.gate import heard, painted
from interleaf.gate.captions import captions as known_captions
from interleaf.gate.verdict import apart, clip_eyes, verdict
from interleaf.parts import SAMPLERS

TEACHER = Denoising("pndm", 50, 7.5)  # as published


def gate(files: OfficialFiles, base: ModelConfig, lora: Path | None, captions: list[str], how: Denoising, clip: Path,
         out: Path, *, teacher: Denoising = TEACHER, task: str = "vist", device: str = "cpu") -> dict:  # fmt: skip
    """files.unet or lora: what is tried. clip: a folder of CLIP's image encoder. Raises CheckpointError, ValueError."""
    published = open_official(replace(files, unet=None, vision=None, qformer=None, projection=None), base)
    tried = open_official(replace(files, vision=None, qformer=None, projection=None), base)
    see = clip_eyes(clip)
    made_of = {name: str(path) for name, path in vars(files).items() if path} | {"lora": str(lora), "task": task}
    album = painted.Album(
        out, {"captions": captions, "teacher": asdict(teacher), "student": asdict(how), "madeOf": made_of}
    )
    dtype = torch.bfloat16 if base.language.width >= 1024 else torch.float32
    said = {
        "vokens": heard.by_mapper(published, captions, task, device, dtype),
        "clip": heard.by_clip(files.diffusion, base, captions),
    }
    for name, official, addition, each in (("teacher", published, None, teacher), ("student", tried, lora, how)):
        paint_all(official, addition, each, name, said, album, device)
    pictures = {
        f"{name}-{what}": album.pictures(f"{name}-{what}", len(captions))
        for name in ("teacher", "student")
        for what in said
    }
    return verdict(see, pictures) | {"conditioning": apart(said["vokens"][0], said["clip"][0])}


def paint_all(official: Official, lora: Path | None, how: Denoising, name: str, said, album, device: str) -> None:
    wanted = [
        (what, at) for what, (rows, _) in said.items() for at in album.missing(f"{name}-{what}", range(len(rows)))
    ]
    if not wanted:
        return
    unet = official.unet()
    unet = (fuse_lora(unet, lora) if lora else unet).to(device).eval()
    autoencoder = official.autoencoder().to(device)
    for what, at in tqdm(wanted, name, disable=None):
        rows, nothing = said[what]
        picture = painted.paint(unet, autoencoder, official.config, how, rows[at], nothing, seed=at)
        album.keep(f"{name}-{what}", at, picture)
    del unet
    gc.collect()


def read_captions(path: Path | None) -> list[str]:
    if path is None:
        return known_captions()
    return [line.strip() for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def told(found: dict) -> str:
    like, colours, where = found["likeness"], found["saturation"], found["conditioning"]
    verdicts = {True: "yes", False: "NO"}
    return "\n".join(
        [
            f"likeness to the published UNet, hearing vokens  {like['vokens']['value']:.4f}",
            f"the same, hearing CLIP                          {like['clip']['value']:.4f}",
            f"difference by caption, 95 % interval            {found['difference']['value']:+.4f} "
            f"({found['difference']['low']:+.4f} … {found['difference']['high']:+.4f})",
            f"saturation, published and tried                 {colours['teacher-vokens']:.3f} "
            f"{colours['student-vokens']:.3f}",
            f"norm of a token, mapper and CLIP                {where['norm']:.2f} {where['normOfClip']:.2f}",
            f"no farther from the published one than under CLIP: {verdicts[found['isLike']]}",
            f"as colourful, within 10 %:                         {verdicts[found['isColourful']]}",
            f"passes:                                            {verdicts[found['passes']]}",
        ]
    )


def main(argv: list[str] | None = None) -> int:
    options = arguments().parse_args(argv)
    torch.set_num_threads(options.threads)
    if not options.unet and not options.unet_lora:
        sys.exit("gate: give what is to be tried: --unet or --unet-lora.")
    files = OfficialFiles(**{each.name: getattr(options, each.name, None) for each in fields(OfficialFiles)})
    how = Denoising(options.sampler, options.steps, options.guidance)
    from interleaf.convert import CONFIGS

    try:
        captions = read_captions(options.captions)[: options.count]
        found = gate(files, CONFIGS[options.config], options.unet_lora, captions, how, options.clip, options.out,
                     teacher=replace(TEACHER, steps=options.teacher_steps), task=options.task,
                     device=options.device)  # fmt: skip
    except (CheckpointError, OSError, ValueError) as error:
        sys.exit(f"gate: {error}")
    (options.out / "verdict.json").write_text(json.dumps(found, indent=1) + "\n")
    print(told(found))
    return 0 if found["passes"] else 1


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="interleaf gate", description=__doc__)
    parser.add_argument("--config", choices=("minigpt5", "minigpt5-small"), default="minigpt5")
    for name, help, needed in (
        ("vicuna", "folder of Vicuna 7B v0", True),
        ("stage1", "stage1_cc3m.ckpt", True),
        ("stage2", "stage2_vist.ckpt or stage2_mmdialog.ckpt", False),
        ("diffusion", "folder of stable-diffusion-2-1-base, with its text encoder and tokenizer", True),
        ("unet", "folder of the UNet to be tried", False),
        ("unet-lora", "low-rank addition to be tried", False),
        ("clip", "folder of a CLIP with its image encoder, such as clip-vit-base-patch32", True),
        ("out", "folder for the pictures and the verdict", True),
    ):
        parser.add_argument(f"--{name}", type=Path, help=help, required=needed)
    parser.add_argument("--captions", type=Path, help="a file, one a line; default: a hundred of our own")
    parser.add_argument("--count", type=int, default=100, help="the first so many captions")
    parser.add_argument("--sampler", choices=tuple(SAMPLERS), default=TCD.sampler)
    parser.add_argument("--steps", type=int, default=TCD.steps)
    parser.add_argument("--guidance", type=float, default=TCD.guidance, help="1 is none")
    parser.add_argument("--teacher-steps", type=int, default=TEACHER.steps)
    parser.add_argument(
        "--task", choices=("cc3m", "vist", "mmdialog"), default="vist", help="how a picture is asked for"
    )
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--threads", type=int, default=1, help="of the processor")
    return parser
