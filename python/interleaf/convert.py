"""`python -m interleaf convert`: MiniGPT-5's published files as quantised graphs, and their entry in the manifest.

Writes OUT/weights/<model>/ and OUT/weights-manifest.json. Each part is read, converted and let go before the next, and
a conversion that was cut short goes on where it was. See docs/full-size.md.
"""

import argparse
import gc
import shutil
import sys
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import torch
from tqdm import tqdm

from interleaf.checkpoints.official import Official, OfficialFiles, open_official
from interleaf.checkpoints.tensors import CheckpointError
from interleaf.config import MINIGPT5, MINIGPT5_SMALL, Denoising, ModelConfig
from interleaf.exporting import manifest, official_manifest
from interleaf.exporting.conversion import (
    EXPANDED,
    Choices,
    Conversion,
    check_choices,
    null_conditioning,
    parameters,
)
from interleaf.exporting.formats import FORMATS, Format
from interleaf.exporting.journal import Journal, fingerprint
from interleaf.exporting.official_manifest import TCD, TOKENIZER
from interleaf.exporting.official_text import TEMPLATES

CONFIGS = {"minigpt5": MINIGPT5, "minigpt5-small": MINIGPT5_SMALL}
MANIFEST = "weights-manifest.json"
PUBLISHED = Choices()
# Which of the given files each part is made of.
MADE_OF = {
    "embed": ("vicuna", "stage1", "stage2"),
    "decoder": ("vicuna", "stage1", "stage2"),
    "mapper": ("stage1", "stage2"),
    "unet": ("diffusion", "unet"),
    "vae_decoder": ("diffusion",),
    "vision": ("vision", "qformer", "projection"),
    "preview": (),
}


def convert(
    files: OfficialFiles,
    base,
    format: Format,
    out: Path,
    *,
    choices: Choices = PUBLISHED,
    how: Denoising | None = None,
    task: str | None = None,
    bos: int | None = None,
    pixels: int | None = None,
    quiet: bool = False,
) -> dict:
    """Returns the manifest's entry. Raises CheckpointError where the files are not what they should be."""
    official = open_official(files, base, bos)
    official.config = in_pixels(official.config, pixels)
    check_choices(official, choices)
    folder = out / "weights" / base.name
    folder.mkdir(parents=True, exist_ok=True)
    before = manifest.find(out / MANIFEST, base.name)
    need_same_weights(official, format, folder, before)
    sizes = expected_bytes(official, format, choices)
    need_room(folder, format, sum(sizes.values()))
    journal = Journal(out / f".{base.name}-{format.id}.json")
    made = {}
    with tqdm(total=sum(sizes.values()), unit="B", unit_scale=True, disable=quiet) as bar:
        conversion = Conversion(official, format, choices, folder, bar.update)
        for name, work in conversion.parts().items():
            bar.set_description(name)
            start = bar.n
            made_of = fingerprint(inputs(files, choices, name), *options_of(official, format, choices, name))
            made[name] = journal.find(name, made_of, folder)
            if made[name] is None:
                made[name] = told(work(), folder)
                journal.add(name, made_of, made[name])
                gc.collect()
            bar.update(start + sizes[name] - bar.n)  # an estimate is put right
    sweep(folder, format, [file["path"] for part in made.values() for file in part["files"]])
    shutil.copyfile(official.tokenizer, folder / TOKENIZER)
    all_files = [manifest.file_entry(folder, TOKENIZER)] + [file for part in made.values() for file in part["files"]]
    variant = official_manifest.variant(official.config, format, list(made.values()))
    how = how or (TCD if choices.unet_lora else base.denoising)
    task = task or default_task(files)
    entry = official_manifest.entry(official, task, how, choices, variant, all_files)
    entry = official_manifest.with_variants_of(entry, before)
    manifest.write(out / MANIFEST, entry)
    return entry


def in_pixels(base: ModelConfig, pixels: int | None) -> ModelConfig:
    """The same model with square pictures of another size. Raises CheckpointError where its UNet cannot halve them."""
    if pixels is None:
        return base
    least = base.autoencoder.size // base.unet.size * 2 ** (len(base.unet.blocks) - 1)
    if pixels < least or pixels % least:
        raise CheckpointError(f"--pixels must be a multiple of {least}, not {pixels}.")
    smaller = pixels * base.unet.size // base.autoencoder.size
    return replace(base, unet=replace(base.unet, size=smaller), autoencoder=replace(base.autoencoder, size=pixels))


def told(made, folder: Path) -> dict:
    """As the journal keeps it."""
    return {
        "graphs": made.graphs,
        "files": official_manifest.files_of(made, folder),
        "gpuBytes": made.gpu_bytes,
        "largest": made.largest,
    }


def inputs(files: OfficialFiles, choices: Choices, part: str) -> list[Path]:
    given = [getattr(files, name) for name in MADE_OF[part]]
    extra = {"unet": choices.unet_lora, "preview": choices.tiny_decoder}.get(part)
    return [path for path in (*given, extra) if path]


def options_of(official, format: Format, choices: Choices, part: str) -> tuple:
    """Beside its files, what a part depends on: not on the first token, which stands in the manifest alone."""
    config = replace(official.config, language=replace(official.config.language, bos=0))
    return config, format, choices.convolutions if part in EXPANDED else None


def sweep(folder: Path, format: Format, used: list[str]) -> None:
    """Removes what an earlier conversion to the same format left, such as one with other convolutions."""
    for path in folder.glob(f"{format.id}.*"):
        if path.name not in used:
            path.unlink()


def expected_bytes(official, format: Format, choices: Choices) -> dict[str, int]:
    """Of each part's files, roughly."""
    linear = {4: 0.5625, 8: 1.0625, None: 2.0}[format.bits]
    each = {"vae_decoder": choices.convolutions / 8, "preview": 2.0}
    # Of SD 2.1's UNet 65 % of the weights are convolutions.
    each["unet"] = 0.35 * linear + 0.65 * choices.convolutions / 8
    if format.bits == 4:  # a sixth of the decoder keeps 8 bits
        each["decoder"] = linear + 0.5 / 6
    counts = parameters(official.config, bool(choices.tiny_decoder), official.sees)
    return {name: int(count * each.get(name, linear)) for name, count in counts.items()}


def need_room(folder: Path, format: Format, wanted: int) -> None:
    have = sum(file.stat().st_size for file in folder.glob(f"{format.id}.*"))
    free = shutil.disk_usage(folder).free
    if free + have < 1.05 * wanted:
        raise OSError(f"{folder} has room for {free / 1e9:.1f} GB; the model needs {wanted / 1e9:.1f} GB. Free some.")


def need_same_weights(official: Official, format: Format, folder: Path, before: dict | None) -> None:
    """Variants that stand in one entry are of one shape and of the same weights: what these hear when they hear nothing
    tells."""
    others = [each["id"] for each in (before or {"variants": []})["variants"] if each["id"] != format.id]
    known = folder / manifest.NULL_CONDITIONING
    if not others or not known.exists():
        return
    if before["shape"] != official_manifest.shape(official):
        raise CheckpointError(
            f"{folder} holds {', '.join(others)} with pictures of another size, or with other eyes. "
            "Choose another --out."
        )
    ours, theirs = null_conditioning(official.mapper(), official.config), np.fromfile(known, "<f4")
    if ours.size != theirs.size or not np.allclose(ours.ravel(), theirs, rtol=1e-3, atol=1e-3):
        raise CheckpointError(f"{folder} holds {', '.join(others)} of other weights. Choose another --out for these.")


def default_task(files: OfficialFiles) -> str:
    if files.stage2 is None:
        return "cc3m"
    return "mmdialog" if "mmdialog" in files.stage2.name else "vist"


def main(argv: list[str] | None = None) -> None:
    options = arguments().parse_args(argv)
    torch.set_num_threads(options.threads)
    files = OfficialFiles(**{field.name: getattr(options, field.name) for field in fields(OfficialFiles)})
    bits = options.convolutions or (8 if FORMATS[options.variant].bits else 16)
    choices = Choices(options.unet_lora, options.tiny_decoder, bits)
    default = TCD if options.unet_lora else CONFIGS[options.config].denoising
    try:
        how = default.asked(options.sampler, options.steps, options.guidance)
    except ValueError as error:
        sys.exit(f"convert: {error}")
    try:
        entry = convert(files, CONFIGS[options.config], FORMATS[options.variant], options.out,
                        choices=choices, how=how, task=options.task,
                        bos=options.bos, pixels=options.pixels)  # fmt: skip
    except (CheckpointError, OSError) as error:
        sys.exit(f"convert: {error}")
    total = sum(file["bytes"] for file in entry["files"])
    print(f"{entry['title']}: {total / 1e9:.2f} GB in {len(entry['files'])} files, revision {entry['revision']}")


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="interleaf convert", description=__doc__)
    parser.add_argument("--config", choices=CONFIGS, default="minigpt5")
    parser.add_argument("--variant", choices=FORMATS, default="q4f16")
    parser.add_argument("--out", type=Path, required=True)
    for name, help, needed in (
        ("vicuna", "folder of Vicuna 7B v0", True),
        ("stage1", "stage1_cc3m.ckpt", True),
        ("stage2", "stage2_vist.ckpt or stage2_mmdialog.ckpt; without it, stage 1 alone", False),
        ("diffusion", "folder of stable-diffusion-2-1-base", True),
        ("vision", "eva_vit_g.pth, or a folder of BLIP-2; without the vision parts the model has no eyes", False),
        ("qformer", "blip2_pretrained_flant5xxl.pth, or a folder of BLIP-2", False),
        ("projection", "prerained_minigpt4_7b.pth", False),
        ("unet", "folder of another UNet of the same shape, such as SD-Turbo's", False),
        ("unet-lora", "low-rank addition to the UNet, fused into it: TCD's for SD 2.1", False),
        ("tiny-decoder", "TAESD's decoder, for previews", False),
    ):
        parser.add_argument(f"--{name}", type=Path, help=help, required=needed)
    parser.add_argument("--sampler", choices=("dpm++2m", "ddim", "pndm", "euler", "tcd"))
    parser.add_argument("--steps", type=int)
    parser.add_argument("--guidance", type=float, help="1 is none, and half of the work")
    parser.add_argument(
        "--pixels", type=int, help="width of the pictures; what it was trained on is 512, and looks best"
    )
    parser.add_argument(
        "--convolutions", type=int, choices=(8, 16), help="bits on the way; default: 8, and 16 where the rest has 16"
    )
    parser.add_argument("--task", choices=TEMPLATES, help="what it is asked as; default: what stage 2 was taught")
    parser.add_argument("--bos", type=int, help="id of the first token of every context; default: 2, </s>, as trained")
    parser.add_argument("--threads", type=int, default=1)
    return parser


if __name__ == "__main__":
    main(sys.argv[1:])
