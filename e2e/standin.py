"""A small stand-in of MiniGPT-5's official files, converted in float32, and what PyTorch tells with the same weights.

python e2e/standin.py OUT: writes OUT/weights-manifest.json with the model `greedy`, without eyes, with pages of 32
tokens; OUT/weights/; and OUT/told.json.
"""

import json
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import torch
from tokenizers import Tokenizer

from interleaf.checkpoints.official import open_official
from interleaf.config import MINIGPT5_SMALL
from interleaf.convert import MANIFEST, convert
from interleaf.exporting import manifest
from interleaf.exporting.formats import Format
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
# Weights and arithmetic of float32, as PyTorch's: 4 bits would choose other tokens.
EXACT = Format("f32", bits=None, exact=True)


def assembled(official) -> MiniGPT5:
    model = MiniGPT5(official.config)
    weights = official.language()
    model.language.load_state_dict({name: weights[name] for name in weights})
    model.eyes, model.mapper = official.eyes(), official.mapper()
    model.unet, model.autoencoder = official.unet(), official.autoencoder()
    return model.eval().requires_grad_(False)


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
        files = write_standin(CONFIG, Path(folder), quiet=True)
        entry = convert(files, CONFIG, EXACT, out, quiet=True)
        sampling = {**entry["text"]["sampling"], **GREEDY}
        blind = [{**v, "graphs": {k: g for k, g in v["graphs"].items() if k != "vision"}} for v in entry["variants"]]
        text = {**entry["text"], "sampling": sampling}
        greedy = {**entry, "id": "greedy", "title": "Greedy", "text": text, "variants": blind}
        (out / MANIFEST).write_text(json.dumps({"schema": manifest.SCHEMA, "models": [greedy]}))
        official = open_official(files, CONFIG)
        pages = told(assembled(official), greedy, official.tokenizer)
        (out / "told.json").write_text(json.dumps({"prompt": PROMPT, "seed": SEED, "pages": PAGES, "told": pages}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
