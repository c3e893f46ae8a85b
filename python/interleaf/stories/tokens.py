"""The tokenizer: byte-level BPE of 2048 tokens, then the eight vokens and <ImageHere>. Trained once, then a file."""

from functools import cache
from itertools import islice
from pathlib import Path

from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, trainers

PATH = Path(__file__).with_name("tokenizer.json")
SIZE = 2048
MARKS = ("<unk>", "<s>", "</s>", "###", "<Img>", "</Img>")
ADDED = (*(f"[IMG{k}]" for k in range(8)), "<ImageHere>")  # the last ids of the vocabulary


@cache
def load() -> Tokenizer:
    return Tokenizer.from_file(str(PATH))


def encode(text: str) -> list[int]:
    return load().encode(text, add_special_tokens=False).ids


def decode(ids: list[int]) -> str:
    """Text only: marks, vokens and <ImageHere> are left out."""
    return load().decode(ids, skip_special_tokens=True)


def train(texts) -> Tokenizer:
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    trainer = trainers.BpeTrainer(
        vocab_size=SIZE, special_tokens=list(MARKS), initial_alphabet=alphabet, show_progress=False, min_frequency=2
    )
    tokenizer.train_from_iterator(texts, trainer)
    tokenizer.add_special_tokens([AddedToken(mark, special=True, normalized=False) for mark in ADDED])
    if tokenizer.get_vocab_size() != SIZE + len(ADDED):
        raise ValueError(f"the texts gave {tokenizer.get_vocab_size()} tokens, not {SIZE + len(ADDED)}: add texts")
    return tokenizer


def texts(count: int):
    """Prompts and pages of `count` stories."""
    from interleaf.stories.telling import story

    for seed in range(count):
        told = story(seed + 1_000_000)
        yield told.prompt
        yield from (" " + page.text for page in told.pages)


if __name__ == "__main__":
    train(islice(texts(20_000), None)).save(str(PATH), pretty=False)
