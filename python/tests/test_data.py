"""CC3M, VIST and MMDialog in their published layouts become the published texts, masks and pictures."""

from collections import Counter
from itertools import islice
from random import Random

import made_up
import numpy as np
import pytest
import torch
from PIL import Image

from interleaf.config import TOY
from interleaf.data import cc3m, mmdialog, pictures, vist
from interleaf.data.lesson import Teacher, Unfit
from interleaf.data.order import Listed, Shards, Share, stream
from interleaf.data.sample import Sample
from interleaf.data.sources import open_data
from interleaf.stories import tokens

VOKENS = "[IMG0][IMG1][IMG2][IMG3][IMG4][IMG5][IMG6][IMG7]"
SEES = (
    "Give the following images in <Img>ImageContent</Img> format. "
    "You will be able to see the images once I provide it to you. "
)
SIGHT = "<Img><ImageHere></Img>"


def teacher() -> Teacher:
    return Teacher(TOY, tokens.load())


def test_a_row_of_cc3m_is_a_bare_clean_caption_and_every_hundredth_is_asked_for_as_well(tmp_path):
    found = list(cc3m.samples(made_up.cc3m_table(tmp_path), Random(1)))
    assert [s.source for s in found if "asked" not in s.name] == [
        "a dog, on the beach", "shot of the full tree", "two cats asleep"
    ]  # fmt: skip
    (asked,) = [s for s in found if "asked" in s.name]
    assert asked.source.startswith("You will be able to generate image according to command.###Human: ")
    assert asked.source.endswith(" a dog, on the beach ###Assistant:")
    assert {s.target for s in found} == {VOKENS + " ###"}
    assert all(s.picture and s.caption in s.source and not s.images for s in found)
    many = Counter(s.name for n in range(250) for s in cc3m.of_row(n, "a", b"", Random(1)))
    assert len(many) == 253


def test_cc3m_is_read_from_shards_too(tmp_path):
    folder = made_up.cc3m_shards(tmp_path, shards=2, each=3)
    found = list(cc3m.of_shards(cc3m.shards(folder), Random(1)))
    assert [s.name for s in found if "asked" in s.name] == ["cc3m 0 asked", "cc3m 10000 asked"]
    assert [s.caption for s in found if "asked" not in s.name] == 2 * ["a dog, on the beach", "shot of the full tree",
                                                                      "two cats asleep"]  # fmt: skip
    s = teacher().sequence(found[0], (1, 1))
    assert s.vokens[0][1].picture.shape == (3, 128, 128)


def test_a_broken_pair_of_a_shard_is_left_out_and_said(tmp_path):
    folder = made_up.cc3m_shards(tmp_path, shards=1, each=2)
    path = folder / "00000.tar"
    path.write_bytes(path.read_bytes().replace(b"\x89PNG", b"\x00PNG", 1))
    with pytest.warns(UserWarning, match="cc3m 0 .*left out"):
        made = list(islice(Shards([path], 1).sequences(teacher().sequence, 0, Share()), 3))
    assert len(made) == 3
    with pytest.raises(ValueError, match="1 shards cannot be divided among 2"):
        next(Shards([path], 1).sequences(teacher().sequence, 0, Share(0, 2)))


def test_vist_is_three_tasks_in_the_published_mixture_and_words(tmp_path):
    found = list(vist.samples(made_up.vist(tmp_path), Random(1)))
    assert Counter(s.name.split()[-1] for s in found) == {"picture": 5, "both": 4, "text": 4}
    first, third = found[0], {s.name.split()[-1]: s for s in found if "_2 " in s.name}
    system = SEES + "Please understanding images and generate story.###Human:"
    assert first.source in {
        f"{system} Generate an image with the scene description: we saw the 0 of it . ###Assistant:",
        f"{system} the scene description: we saw the 0 of it . ###Assistant:",
    }
    assert first.target == VOKENS + " ###" and first.images == ()
    history = f"{system}we saw the 0 of it .{SIGHT}we saw the 1 of it .{SIGHT}\n"
    assert all(s.source.startswith(history + " ") for s in third.values())
    assert third["both"].target == f"we saw the 2 of it . {VOKENS} ###" and len(third["both"].images) == 2
    assert third["text"].target == "we saw the 2 of it . ###" and third["text"].picture is None
    assert third["text"].images[-1] == third["both"].picture
    assert third["text"].source.endswith(f"image: {SIGHT} ###Assistant:")
    for sample in found:
        assert sample.source.count("<ImageHere>") == len(sample.images)


def test_mmdialog_teaches_both_roles_and_remembers_three_turns_at_most(tmp_path):
    found = list(mmdialog.samples(made_up.mmdialog(tmp_path), lambda text: len(text.split())))
    assert [s.name for s in found] == [f"mmdialog 7_{i}" for i in range(1, 6)] + ["mmdialog 8_1"]
    system = SEES + "Please generate conversations with appropriate images."
    assert found[0].source == f"{system} ###Human: this is turn 0 {SIGHT} ###Assistant:"
    assert found[0].target == f"this is turn 1 {VOKENS} ###" and len(found[0].images) == 1
    assert found[3].source == f"{system} ###Human: this is turn 2 ###Assistant: this is turn 3 ###Human:"
    assert found[3].target == f"this is turn 4 {VOKENS} ###" and found[3].images == ()
    assert found[4].source == (
        f"{system} ###Human: this is turn 2 ###Assistant: this is turn 3 ###Human: this is turn 4 {SIGHT} ###Assistant:"
    )
    assert found[4].target == "this is turn 5 ###" and len(found[4].images) == 1
    for sample in found:
        assert sample.source.count("<ImageHere>") == len(sample.images)


def test_only_the_target_is_labelled_and_of_the_vokens_the_first_and_the_last(tmp_path):
    both = next(s for s in vist.samples(made_up.vist(tmp_path), Random(1)) if s.name.endswith("_1 both"))
    s = teacher().sequence(both, (1, 1))
    known = {row: label for row, label in enumerate(s.labels) if label != -100}
    assert all(s.ids[row + 1] == label for row, label in known.items())
    assert min(known) == len(s.ids) - len(tokens.encode(both.target)) - 1  # the row that predicts the first of it
    told = [tokens.load().id_to_token(label) for label in known.values()]
    assert [t for t in told if t.startswith("[IMG")] == ["[IMG0]", "[IMG7]"] and told[-1] == "###"
    ((rows, meant),) = s.vokens
    assert [s.ids[row + 1] for row in rows] == list(TOY.voken_ids)
    assert meant.picture.shape == (3, 128, 128) and meant.picture.abs().max() <= 1
    ((place, image),) = s.sights
    assert s.ids[place : place + 8] == [TOY.image_token] * 8 and s.ids[place - 1] != TOY.image_token
    assert image.shape == (3, *[TOY.vision.size] * 2) and s.ids[0] == TOY.language.bos
    assert s.positions == list(range(len(s.ids)))


def test_a_sample_that_does_not_fit_is_refused_by_name():
    with pytest.raises(Unfit, match="of at most 1024"):
        teacher().sequence(Sample("word " * 2000, VOKENS + " ###", name="long"), (1,))
    with pytest.raises(Unfit, match="1 <ImageHere> for 0 pictures"):
        teacher().sequence(Sample(SIGHT, " ###", name="blind"), (1,))


def test_what_is_seen_is_cropped_and_what_is_painted_is_padded_with_white():
    wide = np.zeros((50, 100, 3), np.uint8)
    wide[:, 25:75] = 200  # the middle square is grey, the sides are black
    image = Image.fromarray(wide)
    back = pictures.seen(image, TOY.vision) * torch.tensor(TOY.vision.std).view(3, 1, 1)
    back = (back + torch.tensor(TOY.vision.mean).view(3, 1, 1)) * 255
    assert (back[:, :, 4:-4] - 200).abs().max() < 0.01  # the sides are gone but for the blur at their edge
    square = pictures.painted(image, 128)
    assert (square[:, :30] == 1).all() and (square[:, -30:] == 1).all()
    assert (square[:, 40:-40, :28] == -1).all()
    half = wide.copy()
    half[:, :50] = 0
    assert torch.equal(pictures.painted(Image.fromarray(half), 64, flip=True).flip(2),
                       pictures.painted(Image.fromarray(half), 64))  # fmt: skip


def test_an_epoch_has_every_sample_once_and_processes_share_one_order(tmp_path):
    listed = Listed([Sample(str(i), "") for i in range(7)], seed=3)
    first, second = [[listed.at(e * 7 + i).source for i in range(7)] for e in (0, 1)]
    assert sorted(first) == sorted(second) == list("0123456") and first != second
    source = open_data("vist", made_up.vist(tmp_path), tokens.load(), seed=5)
    whole = [s.ids for s in islice(stream(source, teacher().sequence, 2, Share()), 6)]
    halves = [islice(stream(source, teacher().sequence, 2, Share(rank, 2), workers=2), 3) for rank in (0, 1)]
    assert [s.ids for pair in zip(*halves, strict=True) for s in pair] == whole


def test_a_picture_that_is_gone_is_left_out_and_said(tmp_path):
    file = made_up.vist(tmp_path)
    source = open_data("vist", file, tokens.load(), seed=5)
    (tmp_path / "train_images/0_4.jpg").unlink()
    with pytest.warns(UserWarning, match="is left out"):
        found = list(islice(source.sequences(teacher().sequence, 0, Share()), 13))
    assert len(found) == 13
    for path in (tmp_path / "train_images").iterdir():
        path.unlink()
    with pytest.raises(RuntimeError, match="10 samples in a row"), pytest.warns(UserWarning):
        next(source.sequences(teacher().sequence, 0, Share()))


def test_a_wrong_file_is_named(tmp_path):
    (tmp_path / "train.tsv").write_text("a dog\thttp://dog.jpg\n")
    with pytest.raises(ValueError, match="columns caption and image_path"):
        open_data("cc3m", tmp_path / "train.tsv", tokens.load(), 1)
    with pytest.raises(FileNotFoundError, match="no .tar"):
        open_data("cc3m", tmp_path, tokens.load(), 1)
    with pytest.raises(ValueError, match="_cleaned.json"):
        open_data("vist", tmp_path / "train.json", tokens.load(), 1)
