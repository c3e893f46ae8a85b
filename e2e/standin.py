"""A small stand-in of MiniGPT-5's official files as graphs in float32, and what PyTorch tells with the same weights.

python e2e/standin.py OUT: writes OUT/weights-manifest.json with two models of the same weights, `minigpt5-small` with
the published sampling, and `greedy`, without eyes, with pages of 32 tokens; OUT/weights/small/; and OUT/told.json.
"""

import json
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import torch
from tokenizers import Tokenizer

from interleaf import export
from interleaf.checkpoints.official import open_official
from interleaf.config import MINIGPT5_SMALL
from interleaf.exporting import manifest, official_text
from interleaf.exporting.graphs import build_graphs
from interleaf.model import MiniGPT5
from interleaf.sampling import Sampling
from interleaf.script import Words
from interleaf.standin import write_standin
from interleaf.tell import Context, Telling

# The small stand-in with fewer layers, because tracing them takes most of the time.
CONFIG = replace(
    MINIGPT5_SMALL,
    vision=replace(MINIGPT5_SMALL.vision, layers=2),
    qformer=replace(MINIGPT5_SMALL.qformer, layers=2),
    mapper=replace(MINIGPT5_SMALL.mapper, layers=1),
    unet=replace(
        MINIGPT5_SMALL.unet,
        blocks=(32, 64),
        heads=(2, 4),
        down=("CrossAttnDownBlock2D", "DownBlock2D"),
        up=("UpBlock2D", "CrossAttnUpBlock2D"),
        resnets=1,
    ),
    autoencoder=replace(MINIGPT5_SMALL.autoencoder, resnets=1),
)
PROMPT, SEED, PAGES = "we went to the beach with our dog", 11, 3
GREEDY = {"temperature": 0, "maxNewTokens": 32, "drawBy": 12}
# Latents of Stable Diffusion to colours, roughly: one row per colour, one column per channel.
PREVIEW = {
    "weight": [[0.18, 0.16, -0.14, -0.11], [0.11, 0.25, 0.09, -0.13], [0.16, 0.12, 0.14, -0.36]],
    "bias": [0.5] * 3,
}


def assembled(official) -> MiniGPT5:
    model = MiniGPT5(official.config)
    weights = official.language()
    model.language.load_state_dict({name: weights[name] for name in weights})
    model.eyes, model.mapper = official.eyes(), official.mapper()
    model.unet, model.autoencoder = official.unet(), official.autoencoder()
    return model.eval().requires_grad_(False)


def write_model(model, tokenizer: Path, out: Path) -> dict:
    config, folder = model.config, out / "weights" / "small"
    folder.mkdir(parents=True)
    plain = build_graphs(model)
    graphs = {name: export.save(graph, folder, name) for name, graph in plain.items()}
    (folder / "tokenizer.json").write_bytes(tokenizer.read_bytes())
    (folder / manifest.NULL_CONDITIONING).write_bytes(export.null_conditioning(model).astype("<f4").tobytes())
    names = [
        "tokenizer.json",
        manifest.NULL_CONDITIONING,
        *(p for g in graphs.values() for p in (g["model"], *g["data"])),
    ]
    files = [manifest.file_entry(folder, name) for name in names]
    picture = manifest.picture(config, model.scaling_factor, manifest.NULL_CONDITIONING, PREVIEW)
    text = official_text.text("vist", Tokenizer.from_file(str(tokenizer)), "tokenizer.json", config.language.bos)
    card = {"source": "Random numbers in the layout of MiniGPT-5.", "data": "", "limits": "It tells nonsense."}
    return {
        "id": config.name,
        "revision": manifest.revision(files),
        "title": "MiniGPT-5, small and random",
        "licence": "MIT",
        "card": card,
        "shape": manifest.shape(config),
        "text": text,
        "picture": {**picture, "sampler": "pndm", "steps": 3, "guidance": 7.5},
        "variants": [{"id": "f32", "needs": manifest.needs(config, plain), "graphs": graphs}],
        "files": files,
        "mirrors": ["weights/small/"],
    }


def told(model, entry: dict, tokenizer: Path) -> list[dict]:
    """The greedy story in PyTorch, every page with a picture that is not seen again."""
    words = Words(entry["text"], Tokenizer.from_file(str(tokenizer)), model.config)
    sampling = Sampling.of(entry["text"]["sampling"])
    telling = Telling(model.config, Context(model), PROMPT, PAGES, SEED, sampling, words, draws=True)
    pages = []
    while not telling.over:
        vokens = telling.write()
        page = telling.told.pages[-1]
        states = None if vokens is None else vokens.flatten().tolist()
        pages.append({"tokens": telling.generated, "text": page.text, "offset": page.offset, "vokens": states})
        if not telling.over:
            telling.turn(None)
    return pages


@torch.no_grad()
def main(out: Path) -> None:
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as folder:
        official = open_official(write_standin(CONFIG, Path(folder), quiet=True), CONFIG)
        model = assembled(official)
        entry = write_model(model, official.tokenizer, out)
        sampling = {**entry["text"]["sampling"], **GREEDY}
        blind = [{**v, "graphs": {k: g for k, g in v["graphs"].items() if k != "vision"}} for v in entry["variants"]]
        text = {**entry["text"], "sampling": sampling}
        greedy = {**entry, "id": "greedy", "title": "Greedy", "text": text, "variants": blind}
        for each in (entry, greedy):
            manifest.write(out / "weights-manifest.json", each)
        story = {"prompt": PROMPT, "seed": SEED, "pages": PAGES, "told": told(model, greedy, official.tokenizer)}
        (out / "told.json").write_text(json.dumps(story) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
