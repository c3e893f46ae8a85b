"""`python -m interleaf export --out public/`: the trained model as ONNX graphs, and its entry in the manifest.

Writes OUT/weights/<model>/ (graphs with their .data, tokenizer, null conditioning) and OUT/weights-manifest.json.
"""

import argparse
import sys
from pathlib import Path

import numpy as np
import onnx
import torch

from interleaf.exporting import manifest
from interleaf.exporting.graphs import build_graphs
from interleaf.exporting.manifest import NULL_CONDITIONING
from interleaf.exporting.quantise import SMALL, quantise
from interleaf.stories import corpus, tokens
from interleaf.train.scenes import pixels, sample_scenes

VARIANT = "q8f32"
TOKENIZER = "tokenizer.json"


def save(model: onnx.ModelProto, folder: Path, name: str) -> dict:
    """<name>.onnx with its weights beside it in <name>.data."""
    data = f"{name}.data"
    (folder / data).unlink(missing_ok=True)  # onnx appends to what is there
    onnx.save_model(
        model,
        folder / f"{name}.onnx",
        save_as_external_data=True,
        all_tensors_to_one_file=True,
        location=data,
        size_threshold=SMALL,
    )
    (folder / data).chmod(0o644)  # onnx leaves it to its owner alone, and a web server is another
    return {"model": f"{name}.onnx", "data": [data]}


@torch.no_grad()
def preview_matrix(autoencoder, scaling_factor: float, count: int = 96) -> dict:
    """Least squares from latents, as they are denoised, to the mean colour (0…1) under each of them."""
    size = autoencoder.config.sample_size
    images = torch.stack(
        [pixels(scene, seed, size) for scene, seed in sample_scenes(count, seed=0)]
    )  # (count, 3, h, w)
    latents = torch.cat([autoencoder.encode(batch).latent_dist.mean for batch in images.split(8)]) * scaling_factor
    colours = torch.nn.functional.adaptive_avg_pool2d(images / 2 + 0.5, latents.shape[-2:])
    rows = latents.permute(0, 2, 3, 1).reshape(-1, latents.shape[1]).double()
    rows = torch.cat([rows, torch.ones(len(rows), 1, dtype=torch.float64)], dim=1)  # (., c + 1)
    solution = torch.linalg.lstsq(rows, colours.permute(0, 2, 3, 1).reshape(-1, 3).double()).solution  # (c + 1, 3)
    digits = [[round(value, 6) for value in row] for row in solution.T.tolist()]
    return {"weight": [row[:-1] for row in digits], "bias": [row[-1] for row in digits]}


@torch.no_grad()
def null_conditioning(model) -> np.ndarray:  # (L, C)
    return model.mapper(torch.zeros(1, model.config.vokens, model.config.language.width))[0].numpy()


def export(model, out: Path) -> dict:
    """model: a MiniGPT5 in evaluation mode. Returns the manifest's entry."""
    config = model.config
    folder = out / "weights" / config.name
    folder.mkdir(parents=True, exist_ok=True)
    plain = build_graphs(model)
    graphs = {name: save(quantise(graph), folder, name) for name, graph in plain.items()}
    tokens.load().save(str(folder / TOKENIZER), pretty=False)
    (folder / NULL_CONDITIONING).write_bytes(null_conditioning(model).astype("<f4").tobytes())
    paths = [path for graph in graphs.values() for path in (graph["model"], *graph["data"])]
    files = [manifest.file_entry(folder, path) for path in (TOKENIZER, NULL_CONDITIONING, *paths)]
    preview = preview_matrix(model.autoencoder, model.scaling_factor)
    entry = {
        "id": config.name,
        "revision": manifest.revision(files),
        "title": config.name.capitalize(),
        "licence": "MIT",
        "card": manifest.CARD,
        "shape": manifest.shape(config),
        "text": manifest.text(config, tokens.load(), corpus.TEMPLATES, TOKENIZER),
        "picture": manifest.picture(config, model.scaling_factor, NULL_CONDITIONING, preview),
        "variants": [{"id": VARIANT, "needs": manifest.needs(config, plain), "graphs": graphs}],
        "files": files,
        "mirrors": [f"weights/{config.name}/"],
    }
    manifest.write(out / "weights-manifest.json", entry)
    return entry


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="interleaf export", description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("public"))
    parser.add_argument("--runs", type=Path, help="folder of the trained weights")
    parser.add_argument("--random", action="store_true", help="untrained weights, to try the browser's code")
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args(argv)
    torch.set_num_threads(options.threads)
    entry = export(load(options.runs, options.random), options.out)
    for file in entry["files"]:
        print(f"{file['bytes'] / 1e6:8.2f} MB  {file['path']}")
    print(f"{sum(file['bytes'] for file in entry['files']) / 1e6:8.2f} MB  in all, revision {entry['revision']}")


def load(runs: Path | None, random: bool):
    from interleaf.config import TINY
    from interleaf.model import MiniGPT5, load_tiny

    torch.manual_seed(0)  # what no stage has trained yet is the same each time
    if random:
        return MiniGPT5(TINY).eval()
    return (load_tiny(runs) if runs else load_tiny()).eval()


if __name__ == "__main__":
    main(sys.argv[1:])
