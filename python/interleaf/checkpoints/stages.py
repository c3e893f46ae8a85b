"""What MiniGPT-5 trained itself: embedding matrices, low-rank additions, the voken mapper. And Vicuna, which it began
from.

Stage 1 holds the embeddings, the mapper, its `fc` and its queries; stage 2 the embeddings and the mapper again, and the
additions. `fc` and the queries are stage 1's always: stage 2 did not train them and its files lack them.
"""

import re

from interleaf.checkpoints.strict import Piece, Shape, Source, piece
from interleaf.config import LoraConfig, ModelConfig

EMBEDDINGS = ("model.embed_tokens.weight", "lm_head.weight")
STAGE1 = "model.llama_model."
STAGE2 = "model.llama_model.base_model.model."  # peft's wrapping
MAPPER = "llm_to_t2i_mapping."


def language_numbers(config: ModelConfig) -> dict:
    """What the tensors of the language model do not show, under transformers' names."""
    c = config.language
    return {
        "num_attention_heads": c.heads,
        "num_key_value_heads": c.heads,
        "rms_norm_eps": c.norm_eps,
        "rope_theta": c.rope_base,
        "max_position_embeddings": c.context,
        "hidden_act": "silu",
    }


def leave_vicuna() -> list[tuple[str, str]]:
    return [
        (r"model\.embed_tokens\.weight|lm_head\.weight", "the stages' matrices take its place whole"),
        (r"model\.layers\.\d+\.self_attn\.rotary_emb\.inv_freq", "computed"),
    ]


def leave_stage1(second: bool) -> list[tuple[str, str]]:
    """second: stage 2 is there."""
    replaced = [(re.escape(STAGE1) + r"(model\.embed_tokens|lm_head)\.weight", "stage 2 takes its place")]
    replaced.append((re.escape(MAPPER) + ".*", "stage 2 takes its place"))
    return replaced if second else []


def embedding_name(ours: str, second: bool) -> str:
    """In the file of stage 2, else of stage 1, of one of EMBEDDINGS."""
    if not second:
        return STAGE1 + ours
    return STAGE2 + ours.replace(".weight", ".modules_to_save.default.weight")


def language_pieces(
    shapes: dict[str, Shape], vicuna: Source, stage1: Source, stage2: Source | None, lora: LoraConfig
) -> dict[str, Piece]:
    """shapes: of transformers' LlamaForCausalLM."""
    made = {}
    for ours, shape in shapes.items():
        if ours in EMBEDDINGS:
            made[ours] = piece(stage2 or stage1, embedding_name(ours, stage2 is not None), shape)
        elif stage2 and ours.split(".")[-2] in lora.targets:
            made[ours] = _merged(ours, shape, vicuna, stage2, lora)
        else:
            made[ours] = piece(vicuna, ours, shape)
    return made


def _merged(ours: str, shape: Shape, vicuna: Source, stage2: Source, lora: LoraConfig) -> Piece:
    module, scale = STAGE2 + ours.removesuffix(".weight"), lora.alpha / lora.rank
    parts = (
        (vicuna, ours, shape),
        (stage2, f"{module}.lora_A.default.weight", (lora.rank, shape[1])),
        (stage2, f"{module}.lora_B.default.weight", (shape[0], lora.rank)),
    )
    return Piece(parts, lambda weight, a, b: weight.addmm_(b, a, alpha=scale))


def mapper_pieces(shapes: dict[str, Shape], stage1: Source, stage2: Source | None) -> dict[str, Piece]:
    """shapes: of parts.VokenMapper."""
    made = {}
    for ours, shape in shapes.items():
        if ours.startswith("transformer."):
            made[ours] = piece(stage2 or stage1, ours.replace("transformer.", MAPPER, 1), shape)
        else:
            made[ours] = piece(stage1, "t2i_decoder_prompt" if ours == "queries" else ours, shape)
    return made
