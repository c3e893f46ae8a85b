"""The parts of BLIP-2 and MiniGPT-4 that see, as published by LAVIS or in Hugging Face's layout, under our names."""

import re
from math import isqrt

import torch

from interleaf.checkpoints.strict import Piece, Shape, Source, piece

QKV_BIAS = re.compile(r"encoder\.layers\.\d+\.self_attn\.qkv\.bias")
POSITIONS = "embeddings.position_embedding"

EVA = {  # ours (transformers' Blip2VisionModel) -> EVA's, in eva_vit_g.pth
    "embeddings.class_embedding": "cls_token",
    POSITIONS: "pos_embed",
    "embeddings.patch_embedding": "patch_embed.proj",
    "encoder.layers": "blocks",
    "self_attn.qkv": "attn.qkv",
    "self_attn.projection": "attn.proj",
    "layer_norm": "norm",
}
LAVIS = {  # ours (transformers' Blip2QFormerModel) -> LAVIS's, after `Qformer.bert.`
    "layernorm.": "embeddings.LayerNorm.",
    "attention.attention.": "attention.self.",  # and crossattention
}


def leave_vision(layers: int) -> list[tuple[str, str]]:
    """layers: of the model. EVA has one more, which was never used: the eyes are its layer before last."""
    unused = "the model looks at the output of the layer before last"
    return [
        (rf"blocks\.{layers}\..*", unused),
        (r"(norm|fc_norm)\.(weight|bias)", f"{unused}; ln_vision takes the norm's place"),
        (r"(head|lm_head)\.(weight|bias)|mask_token", "of EVA's own training"),
        (r"vision_model\.post_layernorm\..*", "ln_vision is read together with the Q-Former"),
        (r"(qformer|query_tokens).*", "the Q-Former is read from its own file"),
        *leave_blip2(),
    ]


def leave_qformer() -> list[tuple[str, str]]:
    """Where the vision transformer has a file of its own."""
    return [(r"(visual_encoder|vision_model)\..*", "the vision transformer is read from its own file"), *leave_blip2()]


def leave_blip2() -> list[tuple[str, str]]:
    text = "of the Q-Former's side that reads text"
    return [
        (r"(Qformer\.cls|itm_head|vision_proj|text_proj)\..*|temp", text),
        (r"(Qformer\.bert|qformer)\.embeddings\.(word_embeddings|position_embeddings|position_ids).*", text),
        (r"(Qformer\.bert|qformer)\.encoder\.layer\.\d+\.(intermediate|output)\..*", text),
        (r"(t5_proj|opt_proj|language_projection)\..*", "leads to BLIP-2's language model; llama_proj takes its place"),
        (r"(t5_model|opt_model|language_model)\..*", "BLIP-2's language model"),
    ]


def huggingface(source: Source) -> bool:
    return any(name.startswith(("vision_model.", "qformer.")) for name in source.tensors.shapes)


def pieces(shapes: dict[str, Shape], vision: Source, qformer: Source, projection: Source) -> dict[str, Piece]:
    """shapes: of parts.Eyes. vision and qformer may be one source."""
    made = {}
    for ours, shape in shapes.items():
        part, _, name = ours.partition(".")
        if part == "queries":
            made[ours] = piece(qformer, "query_tokens", shape)
        elif part == "projection":
            made[ours] = piece(projection, f"llama_proj.{name}", shape)
        elif part == "qformer":
            made[ours] = piece(qformer, _qformer_name(name, qformer), shape)
        elif name.startswith("post_layernorm."):  # trained with the Q-Former and kept beside it
            prefix = "vision_model.post_layernorm" if huggingface(qformer) else "ln_vision"
            made[ours] = piece(qformer, name.replace("post_layernorm", prefix), shape)
        else:
            made[ours] = _vision_piece(name, shape, vision)
    return made


def _qformer_name(name: str, source: Source) -> str:
    if huggingface(source):
        return f"qformer.{name}"
    for ours, theirs in LAVIS.items():
        name = name.replace(ours, theirs)
    return f"Qformer.bert.{name}"


def _vision_piece(name: str, shape: Shape, source: Source) -> Piece:
    if huggingface(source):
        theirs = f"vision_model.{name}"
    else:
        theirs = name
        for ours, eva in EVA.items():
            theirs = theirs.replace(ours, eva)
        if QKV_BIAS.fullmatch(name):  # EVA has no bias on its keys
            block, third = theirs.removesuffix("qkv.bias"), (shape[0] // 3,)
            parts = ((source, f"{block}q_bias", third), (source, f"{block}v_bias", third))
            return Piece(parts, lambda q, v: torch.cat([q, torch.zeros_like(q), v]))
    if name == POSITIONS:
        return _positions(source, theirs, shape)
    return piece(source, theirs, shape)


def _positions(source: Source, name: str, shape: Shape) -> Piece:
    """Of a picture of another size they are resampled, as BLIP-2 does: all but the first, which is the class's."""
    found = source.tensors.shapes.get(name, shape)
    before, after = isqrt(found[1] - 1), isqrt(shape[1] - 1)
    if before == after or before**2 + 1 != found[1]:
        return piece(source, name, shape)

    def resample(positions: torch.Tensor) -> torch.Tensor:  # (1, before² + 1, W) -> (1, after² + 1, W)
        grid = positions[:, 1:].unflatten(1, (before, before)).permute(0, 3, 1, 2)
        grid = torch.nn.functional.interpolate(grid, (after, after), mode="bicubic", align_corners=False)
        return torch.cat([positions[:, :1], grid.permute(0, 2, 3, 1).flatten(1, 2)], dim=1)

    return Piece(((source, name, (shape[0], found[1], shape[2])),), resample)
