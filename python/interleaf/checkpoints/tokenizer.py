"""LLaMA's tokenizer with MiniGPT-5's nine tokens, as one tokenizer.json that Python and the browser read.

MiniGPT-5 used the sentencepiece tokenizer of transformers 4.31: each piece of text between added tokens begins with ▁
("legacy"), and white space beside an added token is dropped. Whatever file the vocabulary comes from, ours does so too.
"""

from pathlib import Path

from tokenizers import AddedToken, Tokenizer, decoders, models, normalizers

from interleaf.checkpoints.tensors import CheckpointError, read_json
from interleaf.stories.tokens import ADDED

CONTROLS = ("<unk>", "<s>", "</s>")  # ids 0, 1, 2
LLAMA_SIZE = 32000
LLAMA_STOPS = [[835], [2277, 29937]]  # `▁###`; `##`, `#` within a line: what MiniGPT-5 compares with


def llama(vocabulary: dict[str, int], merges: list[tuple[str, str]]) -> Tokenizer:
    tokenizer = Tokenizer(models.BPE(vocabulary, merges, unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    tokenizer.decoder = decoders.Sequence(
        [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)]
    )
    tokenizer.add_special_tokens([AddedToken(mark, special=True, normalized=False) for mark in CONTROLS])
    return tokenizer


def read(folder: Path) -> Tokenizer:
    """The tokenizer of Vicuna's folder, before MiniGPT-5 added to it."""
    if (folder / "tokenizer.model").exists():
        tokenizer = llama(*_sentencepiece(folder / "tokenizer.model"))
    elif file := read_json(folder / "tokenizer.json"):
        tokenizer = llama(file["model"]["vocab"], _merges(file["model"]["merges"]))
        _add_further(tokenizer, {token["content"]: token["id"] for token in file.get("added_tokens", [])}, folder)
    else:
        raise CheckpointError(f"{folder} has neither tokenizer.model nor tokenizer.json. Download one with Vicuna.")
    _add_further(tokenizer, read_json(folder / "added_tokens.json"), folder)
    return tokenizer


def with_vokens(tokenizer: Tokenizer, size: int) -> Tokenizer:
    """Adds [IMG0]…[IMG7] and <ImageHere>. size: the rows V of the trained embedding matrix, which must then fit."""
    base = tokenizer.get_vocab_size()
    # As transformers 4.31 treats special tokens that are given as strings, they take the white space on both sides.
    added = [AddedToken(mark, special=True, normalized=False, lstrip=True, rstrip=True) for mark in ADDED]
    tokenizer.add_special_tokens(added)
    if tokenizer.get_vocab_size() != size:
        raise CheckpointError(
            f"The stages' embedding matrix has {size} rows, the tokenizer {base} tokens and {len(ADDED)} added ones. "
            "Give the Vicuna folder (with its added_tokens.json, if it has one) that the stages were trained from."
        )
    if base >= LLAMA_SIZE and stops(tokenizer) != LLAMA_STOPS:
        raise CheckpointError(f"`###` is {stops(tokenizer)} in this tokenizer, {LLAMA_STOPS} in LLaMA's.")
    return tokenizer


def stops(tokenizer: Tokenizer) -> list[list[int]]:
    """`###` in both forms that end a text: after a space, and after anything else."""
    newline = tokenizer.encode("\n", add_special_tokens=False).ids
    both = tokenizer.encode("\n###", add_special_tokens=False).ids
    return [tokenizer.encode("###", add_special_tokens=False).ids, both[len(newline) :]]


def _add_further(tokenizer: Tokenizer, further: dict[str, int], folder: Path) -> None:
    """Such as Vicuna v0's [PAD]. Raises if one would get another id than it has."""
    known = tokenizer.get_vocab()
    for mark, at in sorted(further.items(), key=lambda item: item[1]):
        if mark not in known:
            tokenizer.add_special_tokens([AddedToken(mark, special=True, normalized=False)])
        if tokenizer.token_to_id(mark) != at:
            raise CheckpointError(
                f"{folder}: {mark} has id {at}, but {tokenizer.token_to_id(mark)} would be its place."
            )


def _merges(listed: list) -> list[tuple[str, str]]:
    """Files of tokenizers before 0.20 have `a b` in place of [a, b]."""
    return [tuple(pair.split(" ") if isinstance(pair, str) else pair) for pair in listed]


def _sentencepiece(path: Path) -> tuple[dict[str, int], list[tuple[str, str]]]:
    """Vocabulary and merges of a sentencepiece model of the BPE kind."""
    from google.protobuf.message import DecodeError
    from transformers.utils.sentencepiece_model_pb2_new import ModelProto

    model = ModelProto()
    try:
        model.ParseFromString(path.read_bytes())
    except DecodeError as error:
        raise CheckpointError(f"{path} is not a sentencepiece model. Download it again.") from error
    if model.trainer_spec.model_type != 2 or not model.trainer_spec.byte_fallback:
        raise CheckpointError(f"{path} is not LLaMA's: expected byte-pair encoding with byte fallback.")
    vocabulary = {piece.piece: at for at, piece in enumerate(model.pieces)}
    scores = {piece.piece: piece.score for piece in model.pieces if piece.type == 1}
    return vocabulary, merges_by_score(vocabulary, scores)


def merges_by_score(vocabulary: dict[str, int], scores: dict[str, float]) -> list[tuple[str, str]]:
    """sentencepiece joins whichever neighbours make a known piece, that of the highest score first."""
    merges = [
        (-score, vocabulary[left], vocabulary[right], left, right)
        for whole, score in scores.items()
        for left, right in ((whole[:cut], whole[cut:]) for cut in range(1, len(whole)))
        if left in scores and right in scores
    ]
    return [(left, right) for *_, left, right in sorted(merges)]
