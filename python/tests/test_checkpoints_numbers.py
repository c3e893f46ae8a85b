"""The published computations, written out from the published names, give what our modules give."""

import math
from dataclasses import replace

import pytest
import torch
from diffusers import AutoencoderKL, UNet2DConditionModel
from official import SMALL, changed, files, official
from peft import LoraConfig, get_peft_model
from torch.nn.functional import gelu, layer_norm, linear, relu, silu

from interleaf import parts
from interleaf.checkpoints.official import open_official

# Sums of at most a few hundred float32 products of size one, in another order.
CLOSE = {"atol": 2e-5, "rtol": 1e-5}


def published(field: str) -> dict[str, torch.Tensor]:
    loaded = torch.load(getattr(files(), field), weights_only=True)
    weights = loaded.get("state_dict", loaded.get("model", loaded))
    return {name: weight.float() for name, weight in weights.items()}


def affine(w: dict, name: str, x: torch.Tensor) -> torch.Tensor:
    return linear(x, w[f"{name}.weight"], w[f"{name}.bias"])


def norm(w: dict, name: str, x: torch.Tensor, eps: float) -> torch.Tensor:
    return layer_norm(x, x.shape[-1:], w[f"{name}.weight"], w[f"{name}.bias"], eps)


def attend(q: torch.Tensor, k: torch.Tensor, v: torch.Tensor, heads: int) -> torch.Tensor:  # each (B, ., W)
    q, k, v = (x.unflatten(-1, (heads, -1)).transpose(1, 2) for x in (q, k, v))  # (B, heads, ., head)
    scores = q @ k.transpose(-1, -2) / math.sqrt(q.shape[-1])
    return (scores.softmax(-1) @ v).transpose(1, 2).flatten(2)


def eva(w: dict, pixels: torch.Tensor, layers: int, heads: int) -> torch.Tensor:  # (B, 3, s, s) -> (B, patches + 1, W)
    weight = w["patch_embed.proj.weight"]
    x = torch.nn.functional.conv2d(pixels, weight, w["patch_embed.proj.bias"], stride=weight.shape[-1])
    x = x.flatten(2).transpose(1, 2)
    x = torch.cat([w["cls_token"].expand(len(x), -1, -1), x], dim=1) + w["pos_embed"]
    for i in range(layers):
        block = f"blocks.{i}"
        q, k, v = linear(norm(w, f"{block}.norm1", x, 1e-6), w[f"{block}.attn.qkv.weight"]).chunk(3, dim=-1)
        seen = attend(q + w[f"{block}.attn.q_bias"], k, v + w[f"{block}.attn.v_bias"], heads)
        x = x + affine(w, f"{block}.attn.proj", seen)
        inner = gelu(affine(w, f"{block}.mlp.fc1", norm(w, f"{block}.norm2", x, 1e-6)))
        x = x + affine(w, f"{block}.mlp.fc2", inner)
    return x  # no norm: of the layer before last


def bert_attention(w: dict, name: str, x: torch.Tensor, seen: torch.Tensor, heads: int) -> torch.Tensor:
    q = affine(w, f"{name}.self.query", x)
    k, v = affine(w, f"{name}.self.key", seen), affine(w, f"{name}.self.value", seen)
    return norm(w, f"{name}.output.LayerNorm", affine(w, f"{name}.output.dense", attend(q, k, v, heads)) + x, 1e-12)


def qformer(w: dict, patches: torch.Tensor, layers: int, heads: int, cross: int) -> torch.Tensor:
    seen = norm(w, "ln_vision", patches, 1e-5)
    x = norm(w, "Qformer.bert.embeddings.LayerNorm", w["query_tokens"], 1e-12).expand(len(patches), -1, -1)
    for i in range(layers):
        layer = f"Qformer.bert.encoder.layer.{i}"
        x = bert_attention(w, f"{layer}.attention", x, x, heads)
        if i % cross == 0:
            x = bert_attention(w, f"{layer}.crossattention", x, seen, heads)
        inner = gelu(affine(w, f"{layer}.intermediate_query.dense", x))
        x = norm(w, f"{layer}.output_query.LayerNorm", affine(w, f"{layer}.output_query.dense", inner) + x, 1e-12)
    return x


@torch.no_grad()
def test_eyes():
    pixels = torch.randn(2, 3, SMALL.vision.size, SMALL.vision.size, generator=torch.Generator().manual_seed(1))
    patches = eva(published("vision"), pixels, SMALL.vision.layers, SMALL.vision.heads)
    q = SMALL.qformer
    soft = qformer(published("qformer"), patches, q.layers, q.heads, q.cross_every)
    expected = affine(published("projection"), "llama_proj", soft)
    torch.testing.assert_close(official().eyes()(pixels), expected, **CLOSE)


def test_norms_have_the_published_epsilons():
    """ln_vision has torch's, EVA's blocks a smaller one, BERT's the smallest: too close for the outputs to tell."""
    eyes = official().eyes()
    assert eyes.vit.post_layernorm.eps == 1e-5
    block = eyes.vit.encoder.layers[0]
    assert block.layer_norm1.eps == block.layer_norm2.eps == 1e-6
    assert eyes.qformer.layernorm.eps == eyes.qformer.encoder.layer[0].output_query.LayerNorm.eps == 1e-12


def test_keys_of_eva_have_no_bias():
    width = SMALL.vision.width
    bias, published_bias = official().eyes().vit.encoder.layers[1].self_attn.qkv.bias, published("vision")
    assert bias[width : 2 * width].eq(0).all()
    assert torch.equal(bias[:width], published_bias["blocks.1.attn.q_bias"])
    assert torch.equal(bias[2 * width :], published_bias["blocks.1.attn.v_bias"])


def test_positions_of_larger_pictures_are_resampled(tmp_path):
    """A position that says where it is still says so, in the middle: cubic interpolation keeps what is linear."""
    before, after, width = 12, SMALL.vision.size // SMALL.vision.patch, SMALL.vision.width

    def larger(weights):
        rows = torch.arange(before).float()
        grid = torch.zeros(before, before, width)
        grid[..., 0], grid[..., 1] = rows[:, None], rows[None, :]
        first = torch.full((1, width), 9.0)
        weights["pos_embed"] = torch.cat([first, grid.flatten(0, 1)])[None].half()

    positions = open_official(changed(tmp_path, "vision", larger), SMALL).eyes().vit.embeddings.position_embedding
    assert positions.shape == (1, after**2 + 1, width) and positions[0, 0].eq(9).all()
    grid = positions[0, 1:].unflatten(0, (after, after))
    centres = (torch.arange(after) + 0.5) * before / after - 0.5
    torch.testing.assert_close(grid[1:-1, 1:-1, 0], centres[1:-1, None].expand(-1, after - 2))
    torch.testing.assert_close(grid[1:-1, 1:-1, 1], centres[None, 1:-1].expand(after - 2, -1))


def test_positions_that_are_no_square_are_of_another_shape(tmp_path):
    damaged = changed(tmp_path, "vision", lambda w: w.update(pos_embed=torch.zeros(1, 24, SMALL.vision.width)))
    with pytest.raises(ValueError, match="pos_embed is"):
        open_official(damaged, SMALL)


def mapper(first: dict, second: dict, vokens: torch.Tensor, layers: int) -> torch.Tensor:  # (B, K, D) -> (B, L, C)
    def attention(name: str, x: torch.Tensor, seen: torch.Tensor) -> torch.Tensor:
        weights, biases = second[f"{name}.in_proj_weight"].chunk(3), second[f"{name}.in_proj_bias"].chunk(3)
        q, k, v = (linear(y, a, b) for y, a, b in zip((x, seen, seen), weights, biases, strict=True))
        return affine(second, f"{name}.out_proj", attend(q, k, v, 8))  # torch's own number of heads

    def feed_forward(name: str, x: torch.Tensor) -> torch.Tensor:
        return affine(second, f"{name}.linear2", relu(affine(second, f"{name}.linear1", x)))

    x = affine(first, "fc.2", gelu(affine(first, "fc.0", vokens)))
    for i in range(layers):
        layer = f"llm_to_t2i_mapping.encoder.layers.{i}"
        y = norm(second, f"{layer}.norm1", x, 1e-5)
        x = x + attention(f"{layer}.self_attn", y, y)
        x = x + feed_forward(layer, norm(second, f"{layer}.norm2", x, 1e-5))
    memory = norm(second, "llm_to_t2i_mapping.encoder.norm", x, 1e-5)
    x = first["t2i_decoder_prompt"].expand(len(vokens), -1, -1)
    for i in range(layers):
        layer = f"llm_to_t2i_mapping.decoder.layers.{i}"
        y = norm(second, f"{layer}.norm1", x, 1e-5)
        x = x + attention(f"{layer}.self_attn", y, y)
        x = x + attention(f"{layer}.multihead_attn", norm(second, f"{layer}.norm2", x, 1e-5), memory)
        x = x + feed_forward(layer, norm(second, f"{layer}.norm3", x, 1e-5))
    return norm(second, "llm_to_t2i_mapping.decoder.norm", x, 1e-5)


@torch.no_grad()
@pytest.mark.parametrize("zeros", [False, True], ids=["vokens", "null"])
def test_mapper(zeros):
    vokens = torch.randn(2, 8, SMALL.language.width, generator=torch.Generator().manual_seed(2))
    vokens = vokens * 0 if zeros else vokens
    expected = mapper(published("stage1"), published("stage2"), vokens, SMALL.mapper.layers)
    torch.testing.assert_close(official().mapper()(vokens), expected, **CLOSE)


@torch.no_grad()
def test_the_null_condition_goes_through_fc():
    """The biases of fc make it another than the mapping of zeros without it."""
    given, ours = torch.zeros(1, 8, SMALL.language.width), official().mapper()
    without = ours.transformer(src=torch.zeros(1, 8, SMALL.mapper.width), tgt=ours.queries)
    assert (ours(given) - without).abs().max() > 0.01


def vicuna_with_rows(rows: int):
    """The base model, its matrices made longer: what peft was put around."""
    with_stage1 = open_official(replace(files(), stage2=None), SMALL)
    model = parts.language_model(with_stage1.config)
    model.load_state_dict(with_stage1.language().read_all(), strict=True)
    assert model.config.vocab_size == rows
    return model.eval()


@torch.no_grad()
def test_merged_additions_equal_peft_s():
    rows = official().config.language.vocab_size
    lora = LoraConfig(
        r=8,
        lora_alpha=16,
        target_modules=["q_proj", "v_proj"],
        lora_dropout=0.05,
        modules_to_save=["lm_head", "embed_tokens"],
        task_type="CAUSAL_LM",
    )
    wrapped = get_peft_model(vicuna_with_rows(rows), lora).eval()
    prefix = "model.llama_model."
    trained = {name.removeprefix(prefix): w for name, w in published("stage2").items() if name.startswith(prefix)}
    assert not wrapped.load_state_dict(trained, strict=False).unexpected_keys
    merged = parts.language_model(official().config).eval()
    merged.load_state_dict(official().language().read_all(), strict=True)

    tokens = torch.randint(0, rows, (2, 24), generator=torch.Generator().manual_seed(3))
    expected = wrapped(tokens).logits
    torch.testing.assert_close(merged(tokens).logits, expected, atol=2e-4, rtol=1e-4)
    assert (vicuna_with_rows(rows)(tokens).logits - expected).abs().max() > 0.5  # the additions matter


@torch.no_grad()
def test_llama_is_what_the_names_say():
    """One layer, written out: half-rotation of positions, no biases, gate before up."""
    c, w = SMALL.language, official().language()
    model = parts.language_model(replace(official().config, language=replace(official().config.language, layers=1)))
    model.load_state_dict({name: w[name] for name in model.state_dict()})
    x = torch.randn(1, 10, c.width, generator=torch.Generator().manual_seed(4))

    def rms(name: str, x: torch.Tensor) -> torch.Tensor:
        return x * (x.square().mean(-1, keepdim=True) + 1e-6).rsqrt() * w[name]

    head = c.width // c.heads
    angles = torch.arange(10)[:, None] * 10000.0 ** (-torch.arange(0, head, 2) / head)  # (T, head / 2)
    cos, sin = angles.cos().repeat(1, 2)[:, None], angles.sin().repeat(1, 2)[:, None]

    def turned(x: torch.Tensor) -> torch.Tensor:
        heads = x.unflatten(-1, (c.heads, head))
        first, second = heads.chunk(2, dim=-1)
        return (heads * cos + torch.cat([-second, first], dim=-1) * sin).flatten(2)

    layer = "model.layers.0"
    y = rms(f"{layer}.input_layernorm.weight", x)
    q, k, v = (linear(y, w[f"{layer}.self_attn.{part}_proj.weight"]) for part in "qkv")
    q, k, v = (z.unflatten(-1, (c.heads, -1)).transpose(1, 2) for z in (turned(q), turned(k), v))
    scores = (q @ k.transpose(-1, -2) / math.sqrt(head)).masked_fill(~torch.ones(10, 10).tril().bool(), -math.inf)
    seen = (scores.softmax(-1) @ v).transpose(1, 2).flatten(2)
    h = x + linear(seen, w[f"{layer}.self_attn.o_proj.weight"])
    y = rms(f"{layer}.post_attention_layernorm.weight", h)
    gate, up = (linear(y, w[f"{layer}.mlp.{part}_proj.weight"]) for part in ("gate", "up"))
    expected = rms("model.norm.weight", h + linear(silu(gate) * up, w[f"{layer}.mlp.down_proj.weight"]))
    torch.testing.assert_close(model.model(inputs_embeds=x).last_hidden_state, expected, **CLOSE)


def test_picture_model_as_diffusers_reads_it():
    """diffusers knows the older names of the autoencoder's attention by itself."""
    for ours, theirs in (
        (official().unet(), UNet2DConditionModel.from_pretrained(files().diffusion, subfolder="unet")),
        (official().autoencoder(), AutoencoderKL.from_pretrained(files().diffusion, subfolder="vae")),
    ):
        expected = theirs.state_dict()
        assert ours.state_dict().keys() == expected.keys()
        assert all(torch.equal(weight, expected[name].float()) for name, weight in ours.state_dict().items())
