"""The manifest's entry of a converted MiniGPT-5."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from interleaf.checkpoints.official import Official
from interleaf.config import Denoising, ModelConfig
from interleaf.exporting import manifest, memory, official_text
from interleaf.exporting.conversion import Choices, Made
from interleaf.exporting.formats import Format

TOKENIZER = "tokenizer.json"
BIG_FILE, BIG_CHUNK = 64 << 20, 8 << 20  # bytes
LICENCE = (
    "Of its parts: Vicuna 7B v0 (LLaMA, non-commercial research), Stable Diffusion 2.1 (CreativeML Open RAIL++-M), "
    "MiniGPT-5, MiniGPT-4, BLIP-2 and EVA-CLIP as their authors say"
)
DATA = (
    "Vicuna: text of the web and shared conversations. Stable Diffusion: LAION-5B. BLIP-2: captioned pictures of the "
    "web. MiniGPT-5: CC3M, then VIST or MMDialog."
)
LIMITS = (
    "Experimental: the conversion was tried on random weights of these shapes; nobody has yet seen what it makes of "
    "the published ones. Its text is from 2023, forgets and invents; its pictures follow it loosely, and people and "
    "writing in them go wrong. Neither is to be taken for facts."
)
# Latents of Stable Diffusion, as they are sampled, to colours: the factors that ComfyUI publishes for SD 1.5, whose
# latents these are. Halved and moved from -1…1 to 0…1.
RED_GREEN_BLUE = (
    (0.3512, 0.2297, 0.3227),
    (0.3250, 0.4974, 0.2350),
    (-0.2829, 0.1762, 0.2721),
    (-0.2120, -0.2616, -0.7177),
)


# Trajectory consistency, as its additions for Stable Diffusion are made: any number of the 50 steps they were taught.
TCD = Denoising("tcd", 4, 1.0, distilled=(1, 50))


def title(config: ModelConfig, choices: Choices) -> str:
    size = "7B" if config.name.endswith("7b") else "small stand-in"
    return f"MiniGPT-5 {size}{' in few steps' if choices.unet_lora else ''} (experimental)"


def files_of(made: Made, folder: Path) -> list[dict]:
    entries = []
    for path in made.paths:
        big = (folder / path).stat().st_size > BIG_FILE
        entry = manifest.file_entry(folder, path, BIG_CHUNK if big else manifest.CHUNK_BYTES)
        entries.append(entry | ({"expand": made.expansions[path]} if path in made.expansions else {}))
    return entries


def variant(config: ModelConfig, format: Format, parts: Iterable[dict]) -> dict:
    graphs, gpu, largest = {}, {}, 0
    for part in parts:
        graphs |= part["graphs"]
        gpu |= part["gpuBytes"]
        largest = max(largest, part["largest"])
    sizes = {file["path"]: file.get("expand", file)["bytes"] for part in parts for file in part["files"]}
    by_graph = {name: sum(sizes[path] for path in graph["data"]) for name, graph in graphs.items()}
    return {
        "id": format.id,
        "needs": {
            "features": ["shader-f16"] if format.half else [],
            "maxBufferBytes": largest,
            "gpuBytes": sum(bytes for name, bytes in gpu.items() if not name.endswith("_f32")),
            # Where a file cannot be read piece by piece a graph's weights lie in memory twice while it is loaded.
            "heapBytes": 2 * max(by_graph.values()) + memory.cache_bytes(config, 2 if format.half else 4),
            "graphs": gpu,
        },
        "cache": "float16" if format.half else "float32",
        "graphs": graphs,
    }


def entry(official: Official, task: str, how: Denoising, choices: Choices, variant: dict, files: list[dict]) -> dict:
    """files: all but those that `shared` lists."""
    config = replace(official.config, denoising=how)
    if how.trailing:
        config = replace(config, schedule=replace(config.schedule, spacing="trailing"))
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(official.tokenizer))
    preview = {"weight": [[round(row[c] / 2, 6) for row in RED_GREEN_BLUE] for c in range(3)], "bias": [0.5] * 3}
    picture = manifest.picture(config, config.autoencoder.scaling_factor, manifest.NULL_CONDITIONING, preview)
    return {
        "id": config.name,
        "revision": manifest.revision(files),
        "title": title(config, choices),
        "licence": LICENCE,
        "card": {"source": source(official, task, choices), "data": DATA, "limits": LIMITS},
        "shape": shape(official),
        "text": official_text.text(task, tokenizer, TOKENIZER, config.language.bos),
        "picture": picture,
        "variants": [variant],
        "files": files,
        "mirrors": [f"weights/{config.name}/"],
    }


def shape(official: Official) -> dict:
    return manifest.shape(official.config) | ({} if official.sees else {"Q": 0, "visionSize": 0})


def source(official: Official, task: str, choices: Choices) -> str:
    told = f"MiniGPT-5 as published by its authors, taught {task.upper()}, converted by python -m interleaf convert."
    if not official.sees:
        told += " It was converted without eyes."
    if choices.unet_lora:
        told += f" Its pictures are made in few steps: {choices.unet_lora.name}."
    return told


def with_variants_of(entry: dict, before: dict | None) -> dict:
    """Keeps the other variants that the manifest has of this model, with their files."""
    if before is None:
        return entry
    ours = entry["variants"][0]["id"]
    kept = [each for each in before["variants"] if each["id"] != ours]
    paths = {path for each in kept for graph in each["graphs"].values() for path in (graph["model"], *graph["data"])}
    known = {file["path"] for file in entry["files"]}
    files = entry["files"] + [f for f in before["files"] if f["path"] in paths - known]
    return entry | {"variants": kept + entry["variants"], "files": files, "revision": manifest.revision(files)}
