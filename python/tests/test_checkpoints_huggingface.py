"""BLIP-2's parts as transformers itself saves them, instead of LAVIS's files or beside them."""

from dataclasses import replace

import pytest
import torch
from official import SMALL, files, official
from transformers import Blip2Config, Blip2ForConditionalGeneration, OPTConfig

from interleaf.checkpoints.official import open_official


@pytest.fixture(scope="module")
def blip2(tmp_path_factory):
    """The whole of BLIP-2 with a small language model, and the folder that transformers saved it in."""
    eyes = official().eyes()
    text = OPTConfig(
        hidden_size=16, word_embed_proj_dim=16, num_hidden_layers=1, num_attention_heads=2, ffn_dim=16, vocab_size=32
    )
    config = Blip2Config(
        vision_config=eyes.vit.config.to_dict(),
        qformer_config=eyes.qformer.config.to_dict(),
        text_config=text.to_dict(),
        num_query_tokens=SMALL.qformer.queries,
    )
    torch.manual_seed(5)
    model = Blip2ForConditionalGeneration(config).eval()
    torch.nn.init.normal_(model.query_tokens)
    for weight in model.vision_model.parameters():
        torch.nn.init.normal_(weight, 0.0, 0.1)
    folder = tmp_path_factory.mktemp("blip2")
    model.save_pretrained(folder)
    return model, folder


@torch.no_grad()
def test_eyes_of_a_folder(blip2):
    model, folder = blip2
    opened = open_official(replace(files(), vision=folder, qformer=folder), SMALL)
    pixels = torch.randn(2, 3, SMALL.vision.size, SMALL.vision.size)
    model.vision_model.post_layernorm.eps = 1e-5  # LAVIS's ln_vision, with which MiniGPT-5 was trained
    patches = model.vision_model(pixel_values=pixels).last_hidden_state
    queries = model.query_tokens.expand(2, -1, -1)
    expected = model.qformer(query_embeds=queries, encoder_hidden_states=patches).last_hidden_state
    eyes = opened.eyes()
    torch.testing.assert_close(eyes.look(pixels), expected, atol=1e-5, rtol=1e-5)
    assert torch.equal(eyes.projection.weight, official().eyes().projection.weight)
    assert any("language_projection.weight: " in line for line in opened.ignored)


def test_either_part_may_be_huggingface_s_and_the_other_lavis_s(blip2):
    model, folder = blip2
    known = official().eyes()
    eyes = open_official(replace(files(), vision=folder), SMALL).eyes()
    assert torch.equal(eyes.vit.encoder.layers[2].mlp.fc1.weight, model.vision_model.encoder.layers[2].mlp.fc1.weight)
    assert torch.equal(eyes.vit.post_layernorm.weight, known.vit.post_layernorm.weight)
    assert torch.equal(eyes.queries, known.queries)
    eyes = open_official(replace(files(), qformer=folder), SMALL).eyes()
    assert torch.equal(eyes.vit.encoder.layers[2].mlp.fc1.weight, known.vit.encoder.layers[2].mlp.fc1.weight)
    assert torch.equal(eyes.vit.post_layernorm.weight, model.vision_model.post_layernorm.weight)
    assert torch.equal(eyes.queries, model.query_tokens)
