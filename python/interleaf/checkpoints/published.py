"""Names and shapes of every tensor in the official files, as they are published. What reads them is written apart."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import nn

from interleaf import parts
from interleaf.config import ModelConfig

Layout = dict[str, tuple[int, ...]]
ADDED = 9  # [IMG0]…[IMG7], <ImageHere>


@dataclass(frozen=True)
class Unused:
    """What a BLIP-2 file has beside what MiniGPT-5 takes from it."""

    words: int  # of BERT's vocabulary, with BLIP-2's [DEC]
    positions: int  # of BERT
    t5_width: int


FLAN_T5_XXL = Unused(words=30523, positions=512, t5_width=4096)
SMALL = Unused(words=97, positions=16, t5_width=40)


def vicuna(config: ModelConfig) -> Layout:
    """Vicuna-7B v0: transformers' LLaMA with one row, [PAD], more than its tokenizer has tokens."""
    c = config.language
    rows, head = c.vocab_size - ADDED + 1, c.width // c.heads
    names: Layout = {"model.embed_tokens.weight": (rows, c.width)}
    for i in range(c.layers):
        layer = f"model.layers.{i}"
        names |= {f"{layer}.self_attn.{part}_proj.weight": (c.width, c.width) for part in "qkvo"}
        names[f"{layer}.self_attn.rotary_emb.inv_freq"] = (head // 2,)
        names |= {f"{layer}.mlp.{part}_proj.weight": (c.ffn, c.width) for part in ("gate", "up")}
        names[f"{layer}.mlp.down_proj.weight"] = (c.width, c.ffn)
        names |= {f"{layer}.{norm}_layernorm.weight": (c.width,) for norm in ("input", "post_attention")}
    return names | {"model.norm.weight": (c.width,), "lm_head.weight": (rows, c.width)}


def eva(config: ModelConfig) -> Layout:
    """eva_vit_g.pth: one block more than the model uses, and a norm and a head that it does not use."""
    c = config.vision
    names: Layout = {"cls_token": (1, 1, c.width), "pos_embed": (1, (c.size // c.patch) ** 2 + 1, c.width)}
    names |= _affine("patch_embed.proj", c.width, 3, c.patch, c.patch)
    for i in range(c.layers + 1):
        block = f"blocks.{i}"
        names |= _affine(f"{block}.norm1", c.width)
        names |= {f"{block}.attn.{part}_bias": (c.width,) for part in "qv"}
        names[f"{block}.attn.qkv.weight"] = (3 * c.width, c.width)
        names |= _affine(f"{block}.attn.proj", c.width, c.width) | _affine(f"{block}.norm2", c.width)
        names |= _affine(f"{block}.mlp.fc1", c.ffn, c.width) | _affine(f"{block}.mlp.fc2", c.width, c.ffn)
    return names | _affine("norm", c.width) | _affine("head", 1000, c.width)


def blip2(config: ModelConfig, unused: Unused) -> Layout:
    """blip2_pretrained_flant5xxl.pth, with the side that reads text, which some of LAVIS's files have."""
    c, bert = config.qformer, "Qformer.bert"
    names: Layout = {"query_tokens": (1, c.queries, c.width)} | _affine("ln_vision", config.vision.width)
    names[f"{bert}.embeddings.position_ids"] = (1, unused.positions)
    names[f"{bert}.embeddings.word_embeddings.weight"] = (unused.words, c.width)
    names[f"{bert}.embeddings.position_embeddings.weight"] = (unused.positions, c.width)
    names |= _affine(f"{bert}.embeddings.LayerNorm", c.width)
    for i in range(c.layers):
        layer = f"{bert}.encoder.layer.{i}"
        names |= _bert_attention(f"{layer}.attention", c.width, c.width)
        if i % c.cross_every == 0:
            names |= _bert_attention(f"{layer}.crossattention", c.width, config.vision.width)
        for side in ("", "_query"):
            names |= _affine(f"{layer}.intermediate{side}.dense", c.ffn, c.width)
            names |= _affine(f"{layer}.output{side}.dense", c.width, c.ffn)
            names |= _affine(f"{layer}.output{side}.LayerNorm", c.width)
    names["Qformer.cls.predictions.bias"] = (unused.words,)
    names |= _affine("Qformer.cls.predictions.transform.dense", c.width, c.width)
    names |= _affine("Qformer.cls.predictions.transform.LayerNorm", c.width)
    names |= _affine("Qformer.cls.predictions.decoder", unused.words, c.width)
    return names | _affine("t5_proj", unused.t5_width, c.width)


def projection(config: ModelConfig) -> Layout:
    return _affine("llama_proj", config.language.width, config.qformer.width)


def stage1(config: ModelConfig) -> Layout:
    c, language = config.mapper, config.language
    names: Layout = {"t2i_decoder_prompt": (1, c.queries, c.width)}
    names["model.llama_model.model.embed_tokens.weight"] = (language.vocab_size, language.width)
    names["model.llama_model.lm_head.weight"] = (language.vocab_size, language.width)
    return names | _affine("fc.0", c.width, language.width) | _affine("fc.2", c.width, c.width) | _mapper(config)


def stage2(config: ModelConfig) -> Layout:
    c, rank, model = config.language, config.lora.rank, "model.llama_model.base_model.model"
    names: Layout = {}
    for part in ("model.embed_tokens", "lm_head"):
        names[f"{model}.{part}.modules_to_save.default.weight"] = (c.vocab_size, c.width)
    for i in range(c.layers):
        for part in ("q_proj", "v_proj"):
            lora = f"{model}.model.layers.{i}.self_attn.{part}.lora"
            names[f"{lora}_A.default.weight"] = (rank, c.width)
            names[f"{lora}_B.default.weight"] = (c.width, rank)
    return names | _mapper(config)


def unet(config: ModelConfig) -> Layout:
    return _of(lambda: parts.unet(config))


def autoencoder(config: ModelConfig) -> Layout:
    """With the names of before diffusers 0.12, which the published file has."""
    older = {".to_q.": ".query.", ".to_k.": ".key.", ".to_v.": ".value.", ".to_out.0.": ".proj_attn."}
    names = {}
    for name, shape in _of(lambda: parts.autoencoder(config)).items():
        for now, before in older.items():
            name = name.replace(now, before)
        names[name] = shape
    return names


def text_encoder(config: ModelConfig) -> Layout:
    names = {f"text_model.{name}": shape for name, shape in _of(lambda: parts.text_encoder(config)).items()}
    return {"text_model.embeddings.position_ids": (1, config.clip.tokens)} | names


def _affine(name: str, *shape: int) -> Layout:
    return {f"{name}.weight": shape, f"{name}.bias": shape[:1]}


def _bert_attention(name: str, width: int, seen: int) -> Layout:
    names = _affine(f"{name}.self.query", width, width)
    names |= _affine(f"{name}.self.key", width, seen) | _affine(f"{name}.self.value", width, seen)
    return names | _affine(f"{name}.output.dense", width, width) | _affine(f"{name}.output.LayerNorm", width)


def _mapper(config: ModelConfig) -> Layout:
    """torch.nn.Transformer's own names."""
    c, names = config.mapper, {}
    for side, attentions, norms in (("encoder", ["self_attn"], 2), ("decoder", ["self_attn", "multihead_attn"], 3)):
        for i in range(c.layers):
            layer = f"llm_to_t2i_mapping.{side}.layers.{i}"
            for attention in attentions:
                names[f"{layer}.{attention}.in_proj_weight"] = (3 * c.width, c.width)
                names[f"{layer}.{attention}.in_proj_bias"] = (3 * c.width,)
                names |= _affine(f"{layer}.{attention}.out_proj", c.width, c.width)
            names |= _affine(f"{layer}.linear1", c.ffn, c.width) | _affine(f"{layer}.linear2", c.width, c.ffn)
            for norm in range(1, norms + 1):
                names |= _affine(f"{layer}.norm{norm}", c.width)
        names |= _affine(f"llm_to_t2i_mapping.{side}.norm", c.width)
    return names


def _of(build: Callable[[], nn.Module]) -> Layout:
    with torch.device("meta"):
        return {name: tuple(tensor.shape) for name, tensor in build().state_dict().items()}
