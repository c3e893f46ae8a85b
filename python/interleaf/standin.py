"""`python -m interleaf standin --size small|full`: all of MiniGPT-5's official files, with seeded random weights.

For trying `convert` without the downloads. small has every dimension cut and all structure kept; full has the official
sizes (22 GB). MMDialog's file has the same layout as stage2_vist.ckpt and is not written. What is complete is kept.
"""

import argparse
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
from tqdm import tqdm

from interleaf.checkpoints import published, random_weights
from interleaf.checkpoints.diffusion import autoencoder_numbers, unet_numbers
from interleaf.checkpoints.official import OfficialFiles
from interleaf.checkpoints.published import Layout
from interleaf.checkpoints.random_weights import Progress
from interleaf.checkpoints.stages import language_numbers
from interleaf.checkpoints.standin_tokenizer import standin
from interleaf.config import MINIGPT5, MINIGPT5_SMALL, ModelConfig

SIZES = {"small": MINIGPT5_SMALL, "full": MINIGPT5}
FIRST_SHARD = 0.74  # of Vicuna: 9.98 of 13.48 GB
DIFFUSION = "stable-diffusion-2-1-base"


@dataclass(frozen=True)
class Part:
    """A file, written under a temporary name and then renamed: where it exists it is complete."""

    path: str
    bytes: int
    write: Callable[[Path, Progress], None]


def official_files(folder: Path) -> OfficialFiles:
    """Where everything lies after write_standin(folder)."""
    return OfficialFiles(
        vicuna=folder / "vicuna-7b",
        stage1=folder / "stage1_cc3m.ckpt",
        stage2=folder / "stage2_vist.ckpt",
        diffusion=folder / DIFFUSION,
        vision=folder / "eva_vit_g.pth",
        qformer=folder / "blip2_pretrained_flant5xxl.pth",
        projection=folder / "prerained_minigpt4_7b.pth",
    )


def write_standin(config: ModelConfig, out: Path, seed: int = 0, quiet: bool = False) -> OfficialFiles:
    """Raises ValueError if `out` holds a stand-in of another size or seed."""
    out.mkdir(parents=True, exist_ok=True)
    note, is_of = out / "standin.json", {"config": config.name, "seed": seed}
    if note.exists() and json.loads(note.read_text()) != is_of:
        raise ValueError(f"{out} holds a stand-in of {note.read_text().strip()}. Choose another folder.")
    note.write_text(json.dumps(is_of) + "\n")
    _write_texts(config, out)
    parts = _parts(config, seed)
    with tqdm(total=sum(part.bytes for part in parts), unit="B", unit_scale=True, disable=quiet) as bar:
        for part in parts:
            _write(part, out, bar)
    return official_files(out)


def _write(part: Part, out: Path, bar: tqdm) -> None:
    path = out / part.path
    bar.set_description(path.name)
    if path.exists():
        bar.update(part.bytes)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.name}.part")
    part.write(unfinished, bar.update)
    unfinished.rename(path)


def _parts(config: ModelConfig, seed: int) -> list[Part]:
    first, second = _halves(published.vicuna(config))
    half, single = torch.float16, torch.float32
    blip2 = published.blip2(config, published.FLAN_T5_XXL if config is MINIGPT5 else published.SMALL)
    return [
        _safetensors("vicuna-7b/model-00001-of-00002.safetensors", first, seed),
        _safetensors("vicuna-7b/model-00002-of-00002.safetensors", second, seed),
        _pickle("eva_vit_g.pth", published.eva(config), half, seed, lambda weights: weights),
        _pickle("blip2_pretrained_flant5xxl.pth", blip2, single, seed, lambda weights: {"model": weights}),
        _pickle("prerained_minigpt4_7b.pth", published.projection(config), single, seed, _with_moments),
        _pickle("stage1_cc3m.ckpt", published.stage1(config), single, seed, lambda weights: {"state_dict": weights}),
        # Another seed: what both stages hold must differ.
        _pickle("stage2_vist.ckpt", published.stage2(config), single, seed + 1, lambda w: {"state_dict": w}),
        _safetensors(f"{DIFFUSION}/unet/diffusion_pytorch_model.safetensors", published.unet(config), seed),
        _safetensors(f"{DIFFUSION}/vae/diffusion_pytorch_model.safetensors", published.autoencoder(config), seed),
        _safetensors(f"{DIFFUSION}/text_encoder/model.safetensors", published.text_encoder(config), seed),
    ]


def _safetensors(path: str, layout: Layout, seed: int) -> Part:
    half = torch.float16
    return Part(
        path,
        random_weights.size(layout, half),
        lambda to, progress: random_weights.write_safetensors(to, layout, half, seed, progress),
    )


def _pickle(path: str, layout: Layout, dtype: torch.dtype, seed: int, wrap: Callable[[dict], dict]) -> Part:
    def write(to: Path, progress: Progress) -> None:
        torch.save(wrap(random_weights.tensors(layout, dtype, seed, progress)), to)

    return Part(path, random_weights.size(layout, dtype), write)


def _with_moments(weights: dict[str, torch.Tensor]) -> dict:
    """As MiniGPT-4 saved it: with Adam's state, which makes the file three times as large."""
    moments = {
        at: {"step": torch.tensor(1.0), "exp_avg": torch.zeros_like(weight), "exp_avg_sq": torch.zeros_like(weight)}
        for at, weight in enumerate(weights.values())
    }
    return {"model": weights, "optimizer": {"state": moments, "param_groups": []}, "scaler": {}, "epoch": 3}


def _halves(layout: Layout) -> tuple[Layout, Layout]:
    whole, first, second = random_weights.size(layout, torch.float16), {}, {}
    for name, shape in layout.items():
        full = second or random_weights.size(first, torch.float16) > FIRST_SHARD * whole
        (second if full else first)[name] = shape
    return first, second


def _write_texts(config: ModelConfig, out: Path) -> None:
    """Configurations and the tokenizer."""
    vicuna, pipeline = out / "vicuna-7b", out / DIFFUSION
    rows = config.language.vocab_size - published.ADDED
    first, second = _halves(published.vicuna(config))
    index = {name: f"model-0000{1 + (name in second)}-of-00002.safetensors" for name in (first | second)}
    c, schedule = config.language, config.schedule
    texts = {
        vicuna / "config.json": {
            "model_type": "llama",
            "vocab_size": rows + 1,
            "hidden_size": c.width,
            "intermediate_size": c.ffn,
            "num_hidden_layers": c.layers,
        }
        | language_numbers(config),
        # The published file's own ids, which are not the tokenizer's.
        vicuna / "generation_config.json": {"bos_token_id": 0, "eos_token_id": 1, "pad_token_id": 0},
        vicuna / "model.safetensors.index.json": {"metadata": {}, "weight_map": index},
        pipeline / "model_index.json": {"_class_name": "StableDiffusionPipeline"},
        pipeline / "unet" / "config.json": {"_class_name": "UNet2DConditionModel"} | unet_numbers(config),
        pipeline / "vae" / "config.json": {"_class_name": "AutoencoderKL"} | autoencoder_numbers(config),
        pipeline / "text_encoder" / "config.json": {
            "model_type": "clip_text_model",
            "hidden_size": config.clip.width,
            "num_hidden_layers": config.clip.layers,
            "num_attention_heads": config.clip.heads,
            "intermediate_size": config.clip.ffn,
            "hidden_act": config.clip.activation,
        },
        pipeline / "tokenizer" / "tokenizer_config.json": {"model_max_length": config.clip.tokens},
        pipeline / "scheduler" / "scheduler_config.json": {
            "_class_name": "PNDMScheduler",
            "num_train_timesteps": schedule.train_steps,
            "beta_start": schedule.beta_start,
            "beta_end": schedule.beta_end,
            "beta_schedule": schedule.beta_kind,
            "prediction_type": schedule.prediction,
            "steps_offset": schedule.steps_offset,
            "skip_prk_steps": True,
            "set_alpha_to_one": False,
            "clip_sample": False,
        },
    }
    for path, text in texts.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(text, indent=2) + "\n")
    standin(rows).save(str(vicuna / "tokenizer.json"), pretty=False)


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="interleaf standin", description=__doc__)
    parser.add_argument("--size", choices=SIZES, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args(argv)
    torch.set_num_threads(options.threads)
    write_standin(SIZES[options.size], options.out, options.seed)
    print(f"{options.out}: {sum(f.stat().st_size for f in options.out.rglob('*') if f.is_file()) / 1e9:.2f} GB")


if __name__ == "__main__":
    main()
