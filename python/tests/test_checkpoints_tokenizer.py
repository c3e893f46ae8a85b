"""LLaMA's tokenizer with MiniGPT-5's tokens, from each kind of file that it comes in."""

import json
from dataclasses import replace

import pytest
from official import SMALL, changed, copied, files, official
from tokenizers import Tokenizer
from transformers.utils.sentencepiece_model_pb2_new import ModelProto

from interleaf.checkpoints import tokenizer
from interleaf.checkpoints.official import open_official
from interleaf.checkpoints.standin_tokenizer import standin
from interleaf.checkpoints.tensors import CheckpointError
from interleaf.stories.tokens import ADDED

NORMAL, UNKNOWN, CONTROL, BYTE = 1, 2, 3, 6  # sentencepiece's kinds of pieces
TEXTS = ("###Human: a dog  ran ###Assistant:", "caf\u00e9 \u2603", "\n\n### x###", "", " two  spaces ")


@pytest.fixture(scope="module")
def llama():
    """Of LLaMA's size, with MiniGPT-5's tokens."""
    return tokenizer.with_vokens(standin(32000), 32009)


def ids(of: Tokenizer, text: str) -> list[int]:
    return of.encode(text, add_special_tokens=False).ids


def test_the_nine_tokens_are_the_last_rows(llama):
    assert [llama.token_to_id(mark) for mark in ADDED] == list(range(32000, 32009))
    small = Tokenizer.from_file(str(official().tokenizer))
    assert [small.token_to_id(mark) for mark in ADDED[:-1]] == list(official().config.voken_ids)
    assert small.token_to_id("<ImageHere>") == official().config.image_token


def test_both_forms_of_the_end(llama):
    assert tokenizer.stops(llama) == [[835], [2277, 29937]]
    assert ids(llama, "the end. ###")[-1:] == [835]
    assert ids(llama, "the end.###")[-2:] == [2277, 29937]
    small = Tokenizer.from_file(str(official().tokenizer))
    (spaced,), within = tokenizer.stops(small)
    assert small.id_to_token(spaced) == "\u2581###" and [small.id_to_token(i) for i in within] == ["##", "#"]


def test_a_tokenizer_of_llama_s_size_with_other_ends_is_refused():
    pieces = standin(32000).get_vocab()
    pieces["\u2581###"], pieces["####"] = pieces["##"], pieces["\u2581###"]
    pieces["##"] = 31999
    pieces = {piece: at for piece, at in pieces.items() if at != 31999 or piece == "##"}
    other = tokenizer.llama(pieces, [("\u2581", "#"), ("\u2581#", "#"), ("\u2581##", "#"), ("#", "#")])
    with pytest.raises(CheckpointError, match="in LLaMA's"):
        tokenizer.with_vokens(other, 32009)


def test_text_between_added_tokens_begins_with_a_space_and_loses_its_own(llama):
    """As the sentencepiece tokenizer of transformers 4.31 does with special tokens given as strings."""
    assert ids(llama, "[IMG7] ###") == [32007, 835]
    assert ids(llama, "a <ImageHere> b") == [*ids(llama, "a"), 32008, *ids(llama, "b")]
    first, second = ids(llama, "<Img>"), ids(llama, "</Img>")
    assert ids(llama, "<Img><ImageHere></Img>") == [*first, 32008, *second]
    assert llama.id_to_token(second[0]) == "\u2581"


def test_what_is_told_comes_back(llama):
    for text in TEXTS:
        assert llama.decode(ids(llama, text)) == text


def as_sentencepiece(of: Tokenizer) -> bytes:
    model, vocabulary = ModelProto(), of.get_vocab()
    model.trainer_spec.model_type, model.trainer_spec.byte_fallback = 2, True
    for piece, at in sorted(vocabulary.items(), key=lambda item: item[1]):
        kind = UNKNOWN if at == 0 else CONTROL if at < 3 else BYTE if at < 259 else NORMAL
        model.pieces.add(piece=piece, score=259.0 - at if kind == NORMAL else 0.0, type=kind)
    return model.SerializeToString()


def test_a_sentencepiece_model_gives_the_same_tokens(tmp_path):
    known = standin(32000)
    (tmp_path / "tokenizer.model").write_bytes(as_sentencepiece(known))
    (tmp_path / "tokenizer.json").write_text("not asked")  # the original read the other
    again = tokenizer.read(tmp_path)
    assert again.get_vocab() == known.get_vocab()
    for text in TEXTS:
        assert ids(again, text) == ids(known, text)


def test_a_file_of_another_behaviour_is_read_with_llama_s(tmp_path):
    """Newer files mark only the first word of a text, and write merges otherwise."""
    known = standin(1024)
    newer = json.loads(known.to_str())
    newer["normalizer"] = None
    newer["pre_tokenizer"] = {"type": "Metaspace", "replacement": "\u2581", "prepend_scheme": "first", "split": False}
    newer["model"]["merges"] = [" ".join(pair) for pair in newer["model"]["merges"]]
    (tmp_path / "tokenizer.json").write_text(json.dumps(newer))
    again = tokenizer.read(tmp_path)
    for text in (*TEXTS, "one</s>two"):
        assert ids(again, text) == ids(known, text)


def test_vicuna_s_added_token_shifts_the_nine_and_v_is_the_checkpoint_s(tmp_path):
    """V is read, not assumed: with a [PAD] in the tokenizer every matrix has one row more."""

    def rows(count):
        def change(weights):
            for name in weights:
                if "embed_tokens" in name or "lm_head" in name:
                    weights[name] = weights[name][:1].repeat(count, 1)

        return change

    padded = copied(tmp_path, "vicuna")
    (padded.vicuna / "added_tokens.json").write_text(json.dumps({"[PAD]": 1024}))
    with pytest.raises(CheckpointError, match="1033 rows, the tokenizer 1025 tokens and 9 added"):
        open_official(padded, SMALL)
    longer = replace(
        padded,
        stage1=changed(tmp_path, "stage1", rows(1034)).stage1,
        stage2=changed(tmp_path, "stage2", rows(1034)).stage2,
    )
    opened = open_official(longer, SMALL)
    assert opened.config.language.vocab_size == 1034 and opened.config.voken_ids[0] == 1025
    assert Tokenizer.from_file(str(opened.tokenizer)).token_to_id("[IMG0]") == 1025
    assert len(opened.language()["lm_head.weight"]) == 1034


def test_faults_of_the_folder(tmp_path):
    with pytest.raises(CheckpointError, match="neither tokenizer.model nor tokenizer.json"):
        tokenizer.read(tmp_path)
    (tmp_path / "tokenizer.model").write_bytes(b"version https://git-lfs.github.com/spec/v1\n")
    with pytest.raises(CheckpointError, match="tokenizer.model is not"):
        tokenizer.read(tmp_path)
    (tmp_path / "tokenizer.model").unlink()
    (tmp_path / "tokenizer.json").write_text("{")
    with pytest.raises(CheckpointError, match="is not JSON"):
        tokenizer.read(tmp_path)
    standin(1024).save(str(tmp_path / "tokenizer.json"))
    (tmp_path / "added_tokens.json").write_text(json.dumps({"[PAD]": 2000}))
    with pytest.raises(CheckpointError, match=r"\[PAD\] has id 2000, but 1024"):
        tokenizer.read(tmp_path)


def test_the_stand_in_is_of_the_small_model_s_size():
    assert tokenizer.read(files().vicuna).get_vocab_size() == SMALL.language.vocab_size - len(ADDED)
