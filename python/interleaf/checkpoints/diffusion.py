"""Stable Diffusion 2.1's UNet and autoencoder, from a folder of diffusers, and what its configurations say."""

from dataclasses import replace
from pathlib import Path

from interleaf.checkpoints.strict import Piece, Shape, Source, piece
from interleaf.checkpoints.tensors import read_json
from interleaf.config import ModelConfig, ScheduleConfig

# Of the attention in the middle of the autoencoder, as files written before diffusers 0.12 call it.
BEFORE = {"to_q.": "query.", "to_k.": "key.", "to_v.": "value.", "to_out.0.": "proj_attn."}


def unet_folder(given: Path) -> Path:
    """given: a folder of diffusers' UNet, or of a whole pipeline."""
    return given / "unet" if (given / "unet").is_dir() else given


def unet_pieces(shapes: dict[str, Shape], unet: Source) -> dict[str, Piece]:
    return {ours: piece(unet, ours, shape) for ours, shape in shapes.items()}


def autoencoder_pieces(shapes: dict[str, Shape], vae: Source) -> dict[str, Piece]:
    return {ours: piece(vae, _name(ours, vae), shape) for ours, shape in shapes.items()}


def _name(ours: str, vae: Source) -> str:
    if ours in vae.tensors.shapes:
        return ours
    older = ours
    for now, before in BEFORE.items():
        older = older.replace(f"attentions.0.{now}", f"attentions.0.{before}")
    return older if older in vae.tensors.shapes else ours


def schedule(pipeline: Path, known: ScheduleConfig) -> ScheduleConfig:
    """As the pipeline's scheduler says; what it does not say is known."""
    told = read_json(pipeline / "scheduler" / "scheduler_config.json")
    return replace(
        known,
        beta_start=told.get("beta_start", known.beta_start),
        beta_end=told.get("beta_end", known.beta_end),
        beta_kind=told.get("beta_schedule", known.beta_kind),
        prediction=told.get("prediction_type", known.prediction),
        spacing=told.get("timestep_spacing", known.spacing),
        steps_offset=told.get("steps_offset", known.steps_offset),
        train_steps=told.get("num_train_timesteps", known.train_steps),
    )


def unet_numbers(config: ModelConfig) -> dict:
    """What tensors do not show, or show late, under diffusers' names."""
    c = config.unet
    return {
        "sample_size": c.size,
        "in_channels": c.channels,
        "block_out_channels": c.blocks,
        "attention_head_dim": c.heads,
        "cross_attention_dim": c.cross_width,
        "down_block_types": c.down,
        "up_block_types": c.up,
        "layers_per_block": c.resnets,
        "norm_num_groups": c.norm_groups,
        "use_linear_projection": True,
        "norm_eps": 1e-5,
        "act_fn": "silu",
    }


def autoencoder_numbers(config: ModelConfig) -> dict:
    c = config.autoencoder
    return {
        "block_out_channels": c.blocks,
        "down_block_types": ("DownEncoderBlock2D",) * len(c.blocks),
        "up_block_types": ("UpDecoderBlock2D",) * len(c.blocks),
        "latent_channels": c.channels,
        "layers_per_block": c.resnets,
        "norm_num_groups": c.norm_groups,
        "scaling_factor": c.scaling_factor,
        "act_fn": "silu",
    }
