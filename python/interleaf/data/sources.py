"""Opens a data set by name."""

from pathlib import Path
from random import Random

from tokenizers import Tokenizer

from interleaf.data import cc3m, mmdialog, vist
from interleaf.data.order import Listed, Shards

STAGES = {"cc3m": "align", "vist": "story", "mmdialog": "story"}  # the stage that each is for


def open_data(name: str, path: Path, tokenizer: Tokenizer, seed: int) -> Listed | Shards:
    """path: of CC3M a folder of shards or a .tsv; of VIST ….._cleaned.json; of MMDialog ….._conversations.txt."""
    random = Random(seed)
    if name == "cc3m":
        return Shards(cc3m.shards(path), seed) if path.is_dir() else Listed(list(cc3m.samples(path, random)), seed)
    if name == "vist":
        return Listed(list(vist.samples(path, random)), seed)
    if name == "mmdialog":
        tokens_of = tokenizer.encode
        return Listed(list(mmdialog.samples(path, lambda text: len(tokens_of(text, add_special_tokens=False)))), seed)
    raise ValueError(f"There is no data called {name}; known: {', '.join(STAGES)}.")
