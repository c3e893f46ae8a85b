"""The full-size modules, on the meta device, have MiniGPT-5's published parameter counts (facts of the checkpoints)."""

import pytest
import torch

from interleaf import parts
from interleaf.config import MINIGPT5, TINY


def count(module) -> int:
    return sum(p.numel() for p in module.parameters())


@pytest.fixture(scope="module")
def full():
    with torch.device("meta"):
        return {
            "language": parts.language_model(MINIGPT5),
            "eyes": parts.Eyes(MINIGPT5),
            "mapper": parts.VokenMapper(MINIGPT5),
            "text": parts.text_encoder(MINIGPT5),
            "unet": parts.unet(MINIGPT5),
            "autoencoder": parts.autoencoder(MINIGPT5),
        }


def test_tiny_and_full_are_built_by_the_same_code():
    assert type(TINY) is type(MINIGPT5)
    assert TINY.voken_ids[-1] + 1 == TINY.image_token == TINY.language.vocab_size - 1


def test_language_model(full):
    language = full["language"]
    assert count(language.model.embed_tokens) == count(language.lm_head) == pytest.approx(131.11e6, abs=5e3)
    assert count(language.model) - count(language.model.embed_tokens) == pytest.approx(6476.27e6, abs=5e3)


def test_lora():
    """Rank 8 on query and value of every layer: 2 · r · (D + D) a layer."""
    lora, language = MINIGPT5.lora, MINIGPT5.language
    assert lora.targets == ("q_proj", "v_proj")
    assert len(lora.targets) * lora.rank * 2 * language.width * language.layers == pytest.approx(4.19e6, abs=5e3)


def test_eyes(full):
    eyes = full["eyes"]
    # The published ViT has no bias on its keys; transformers' class has one, of zeros, in each of the 39 blocks.
    key_biases = MINIGPT5.vision.layers * MINIGPT5.vision.width
    assert count(eyes.vit) - key_biases == pytest.approx(985.90e6, abs=5e3)
    assert count(eyes.qformer) + eyes.queries.numel() == pytest.approx(105.16e6, abs=2e4)
    assert count(eyes.projection) == pytest.approx(3.15e6, abs=5e3)


def test_mapper(full):
    assert count(full["mapper"]) == pytest.approx(122.90e6, abs=2e4)


def test_picture_model(full):
    vae = full["autoencoder"]
    assert count(full["unet"]) == pytest.approx(865.91e6, abs=5e3)
    assert count(vae.decoder) + count(vae.post_quant_conv) == pytest.approx(49.49e6, abs=5e3)
    assert count(vae.encoder) + count(vae.quant_conv) == pytest.approx(34.16e6, abs=5e3)
    # 340.39 M with the pooled projection's place in the published encoder, of which CLIPTextModel has no part.
    assert count(full["text"]) == pytest.approx(340.39e6, abs=5e3)
