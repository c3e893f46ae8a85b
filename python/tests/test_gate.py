"""The gate of few steps, on a small stand-in: what it compares, and when it is passed."""

import json
from dataclasses import replace

import numpy as np
import pytest
import torch
from converted import SMALL, language, official, standin
from exported import cosine
from test_recipe_files import clip_tokenizer
from tokenizers import Tokenizer
from transformers import CLIPImageProcessor, CLIPVisionConfig, CLIPVisionModelWithProjection

from interleaf import convert, parts
from interleaf.checkpoints.official import OfficialFiles
from interleaf.config import Denoising
from interleaf.gate import gate, heard, main, painted
from interleaf.gate.captions import WHERE, WHO, captions
from interleaf.gate.verdict import clip_eyes, saturation, verdict

TEACHER, STUDENT = Denoising("pndm", 6, 2.0), Denoising("tcd", 2, 1.0)


@pytest.fixture(scope="module")
def clip(tmp_path_factory):
    torch.manual_seed(0)
    config = CLIPVisionConfig(hidden_size=32, intermediate_size=32, num_hidden_layers=1, num_attention_heads=2,
                              image_size=32, patch_size=8, projection_dim=16)  # fmt: skip
    folder = tmp_path_factory.mktemp("clip")
    CLIPVisionModelWithProjection(config).save_pretrained(folder)
    CLIPImageProcessor(size={"shortest_edge": 32}, crop_size=32).save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def files(tmp_path_factory) -> OfficialFiles:
    """With CLIP's tokenizer, and another UNet."""
    found = standin()
    clip_tokenizer(found.diffusion / "tokenizer")
    other = official().unet()
    with torch.no_grad():
        other.conv_out.weight.mul_(0.5)
    folder = tmp_path_factory.mktemp("other")
    other.save_pretrained(folder / "unet")
    return replace(found, unet=folder)


def test_vokens_are_the_states_that_predict_them_where_a_picture_comes_first():
    given, nothing = heard.by_mapper(official(), ["a dog"], "cc3m", "cpu", torch.float32)
    text = official()
    ids = [text.config.language.bos, *_encoded("a dog"), *SMALL.voken_ids]
    with torch.no_grad():
        states = language().model(input_ids=torch.tensor([ids])).last_hidden_state[0]
        mapper = official().mapper()
        exact = mapper(states[None, len(ids) - 9 : len(ids) - 1])[0]
        silence = mapper(torch.zeros(1, SMALL.vokens, SMALL.language.width))[0]
    assert torch.allclose(given[0], exact, atol=1e-4) and torch.allclose(nothing, silence, atol=1e-4)
    assert not torch.allclose(given[0], silence, atol=0.1)


def _encoded(text: str) -> list[int]:
    return Tokenizer.from_file(str(official().tokenizer)).encode(text, add_special_tokens=False).ids


def test_clip_is_heard_as_its_text_encoder_says(files):
    given, nothing = heard.by_clip(files.diffusion, SMALL, ["a dog", "a cat"])
    assert given.shape == (2, SMALL.clip.tokens, SMALL.clip.width) and nothing.shape == given.shape[1:]
    assert not torch.allclose(given[0], given[1]) and not torch.allclose(given[0], nothing)


@pytest.mark.parametrize("name", parts.SAMPLERS)
def test_every_sampler_comes_to_the_end_of_its_noise(name):
    """A UNet that knows the picture: each sampler finds it, whatever it walks."""
    config = official().config
    target = torch.randn(1, *(4, 8, 8), generator=torch.Generator().manual_seed(3)).clamp(-2, 2)
    kept = parts.noise_schedule(config).alphas_cumprod

    class Knowing:
        device = torch.device("cpu")

        def __call__(self, sample, t, told, return_dict):
            share = kept[int(t)]
            return (((sample - share.sqrt() * target) / (1 - share).sqrt()),)

    class Plain:
        device = torch.device("cpu")

        def decode(self, latents):
            return type("Decoded", (), {"sample": latents[:, :3] * config.autoencoder.scaling_factor / 4})

    nothing = torch.zeros(11, 64)
    picture = painted.paint(Knowing(), Plain(), config, Denoising(name, 8, 1.0), nothing, nothing, seed=1)
    exact = ((target[0, :3] / 4 + 1) * 127.5).permute(1, 2, 0).numpy()
    assert np.abs(picture - exact).mean() < 4


def test_guidance_leads_away_from_nothing():
    calls = []

    class Counting:
        device = torch.device("cpu")

        def __call__(self, sample, t, told, return_dict):
            calls.append(len(told))
            return (sample * 0,)

    autoencoder, config, said = official().autoencoder(), official().config, torch.zeros(11, 64)
    for guidance in (1.0, 3.0):
        painted.paint(Counting(), autoencoder, config, Denoising("ddim", 2, guidance), said, said, seed=0)
    assert calls == [1, 1, 2, 2]


def pictures(seed: int, count: int = 12) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (count, 32, 32, 3), dtype=np.uint8)


def test_the_verdict():
    def see(given):  # the pictures themselves
        rows = given.reshape(len(given), -1).astype(float) - 127.5
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)

    def near(given, by):
        return (given + by * (pictures(9).astype(float) - 127.5)).clip(0, 255).astype(np.uint8)

    teacher = {"teacher-vokens": pictures(1), "teacher-clip": pictures(2)}
    good = verdict(see, teacher | {"student-vokens": near(pictures(1), 0.1), "student-clip": near(pictures(2), 0.1)})
    assert good["isLike"] and good["isColourful"] and good["passes"]
    far = verdict(see, teacher | {"student-vokens": pictures(3), "student-clip": near(pictures(2), 0.1)})
    assert not far["isLike"] and not far["passes"] and far["difference"]["high"] < 0
    grey = pictures(1).mean(-1, keepdims=True).repeat(3, -1) * 0.6 + pictures(1) * 0.4
    pale = verdict(see, teacher | {"student-vokens": grey.astype(np.uint8), "student-clip": pictures(4)})
    assert pale["isLike"] and not pale["isColourful"] and not pale["passes"]


def test_saturation_is_that_of_hsv():
    colours = np.array([[[255, 0, 0], [128, 128, 128]], [[200, 100, 100], [0, 0, 0]]], np.uint8)
    assert saturation(colours[None])[0] == pytest.approx((1 + 0 + 0.5 + 0) / 4)


def test_eyes_give_features_of_length_one(clip):
    see = clip_eyes(clip)
    found = see(pictures(1, 3))
    assert found.shape == (3, 16) and np.allclose(np.linalg.norm(found, axis=1), 1)
    assert cosine(found[0], see(pictures(1, 1))[0]) == pytest.approx(1, abs=1e-5)


def test_captions_are_a_hundred_and_of_all_kinds():
    assert len(set(captions())) == 100
    assert all(any(who in each for each in captions(20)) for who in WHO)
    assert all(any(where in each for each in captions(20)) for where in WHERE)


def test_the_published_unet_passes_its_own_gate_and_nothing_is_painted_twice(files, clip, tmp_path, monkeypatch):
    same = replace(files, unet=files.diffusion)
    asked = (same, SMALL, None, captions(2), TEACHER, clip, tmp_path / "album")
    found = gate(*asked, teacher=TEACHER, task="cc3m")
    assert found["passes"] and found["likeness"]["vokens"]["value"] == pytest.approx(1, abs=1e-4)
    assert len(list((tmp_path / "album").glob("*.png"))) == 8
    monkeypatch.setattr(painted, "paint", lambda *_, **__: pytest.fail("it was painted again"))
    assert gate(*asked, teacher=TEACHER, task="cc3m") == found
    with pytest.raises(ValueError, match="holds pictures of other settings"):
        gate(*asked[:4], STUDENT, *asked[5:], teacher=TEACHER, task="cc3m")


def test_the_command_tells_its_verdict(files, clip, tmp_path, monkeypatch, capsys):
    monkeypatch.setitem(convert.CONFIGS, "minigpt5-small", SMALL)
    given = [text for name in ("vicuna", "stage1", "stage2", "diffusion", "unet")
             for text in (f"--{name}", str(getattr(files, name)))]  # fmt: skip
    options = [*given, "--config", "minigpt5-small", "--clip", str(clip), "--count", "2", "--steps", "2",
               "--teacher-steps", "4", "--out", str(tmp_path)]  # fmt: skip
    code = main(options)
    found = json.loads((tmp_path / "verdict.json").read_text())
    assert code == (0 if found["passes"] else 1)
    assert "hearing vokens" in capsys.readouterr().out
    with pytest.raises(SystemExit, match="give what is to be tried"):
        main([each for each in options if each not in ("--unet", str(files.unet))])
    with pytest.raises(SystemExit, match="gate: .*does not exist"):
        main([*options, "--unet-lora", str(tmp_path / "none.safetensors"), "--out", str(tmp_path / "other")])
