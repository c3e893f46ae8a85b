"""Builds each part of a MiniGPT-5 from its numbers, with the field's own classes."""

import torch
from diffusers import (
    AutoencoderKL,
    DDIMScheduler,
    DDPMScheduler,
    DPMSolverMultistepScheduler,
    EulerDiscreteScheduler,
    PNDMScheduler,
    TCDScheduler,
    UNet2DConditionModel,
)
from torch import nn
from transformers import (
    Blip2QFormerConfig,
    Blip2QFormerModel,
    Blip2VisionConfig,
    Blip2VisionModel,
    CLIPTextConfig,
    CLIPTextModel,
    LlamaConfig,
    LlamaForCausalLM,
)

from interleaf.config import Denoising, ModelConfig


def language_model(config: ModelConfig) -> LlamaForCausalLM:
    c = config.language
    return LlamaForCausalLM(
        LlamaConfig(
            vocab_size=c.vocab_size,
            hidden_size=c.width,
            num_hidden_layers=c.layers,
            num_attention_heads=c.heads,
            num_key_value_heads=c.heads,
            intermediate_size=c.ffn,
            max_position_embeddings=c.context,
            rope_parameters={"rope_type": "default", "rope_theta": c.rope_base},
            rms_norm_eps=c.norm_eps,
            tie_word_embeddings=False,
            bos_token_id=c.bos,
            eos_token_id=c.eos,
        )
    )


class Eyes(nn.Module):
    """A picture becomes Q soft tokens of the language model."""

    def __init__(self, config: ModelConfig):
        super().__init__()
        v, q = config.vision, config.qformer
        self.vit = Blip2VisionModel(
            Blip2VisionConfig(
                hidden_size=v.width,
                intermediate_size=v.ffn,
                num_hidden_layers=v.layers,
                num_attention_heads=v.heads,
                image_size=v.size,
                patch_size=v.patch,
                hidden_act="gelu",
                layer_norm_eps=1e-6,
                qkv_bias=True,
            )
        )
        self.vit.post_layernorm.eps = 1e-5  # ln_vision has the torch default, the blocks have 1e-6
        self.queries = nn.Parameter(torch.randn(1, q.queries, q.width) * 0.02)
        self.qformer = Blip2QFormerModel(
            Blip2QFormerConfig(
                hidden_size=q.width,
                num_hidden_layers=q.layers,
                num_attention_heads=q.heads,
                intermediate_size=q.ffn,
                cross_attention_frequency=q.cross_every,
                encoder_hidden_size=v.width,
                hidden_dropout_prob=0.0,
                attention_probs_dropout_prob=0.0,
            )
        )
        self.projection = nn.Linear(q.width, config.language.width)

    def look(self, pixels):  # (B, 3, s, s) -> (B, Q, width of the Q-Former)
        patches = self.vit(pixel_values=pixels).last_hidden_state  # (B, patches + 1, width)
        queries = self.queries.expand(len(pixels), -1, -1)
        return self.qformer(query_embeds=queries, encoder_hidden_states=patches).last_hidden_state

    def forward(self, pixels):  # (B, 3, s, s) -> (B, Q, D)
        return self.projection(self.look(pixels))


class VokenMapper(nn.Module):
    """K hidden states -> L×C. ReLU and no positional encoding: as published, where both are torch defaults."""

    def __init__(self, config: ModelConfig):
        super().__init__()
        c = config.mapper
        self.fc = nn.Sequential(nn.Linear(config.language.width, c.width), nn.GELU(), nn.Linear(c.width, c.width))
        self.transformer = nn.Transformer(
            d_model=c.width,
            nhead=c.heads,
            num_encoder_layers=c.layers,
            num_decoder_layers=c.layers,
            dim_feedforward=c.ffn,
            dropout=0.0,
            norm_first=True,
            batch_first=True,
        )
        self.queries = nn.Parameter(torch.randn(1, c.queries, c.width))

    def forward(self, vokens):  # (B, K, D) -> (B, L, C)
        return self.transformer(src=self.fc(vokens), tgt=self.queries.expand(len(vokens), -1, -1))


def text_encoder(config: ModelConfig) -> CLIPTextModel:
    c = config.clip
    return CLIPTextModel(
        CLIPTextConfig(
            vocab_size=c.vocab_size,
            hidden_size=c.width,
            intermediate_size=c.ffn,
            num_hidden_layers=c.layers,
            num_attention_heads=c.heads,
            max_position_embeddings=c.tokens,
            hidden_act=c.activation,
            pad_token_id=c.pad,
            bos_token_id=config.language.bos,
            eos_token_id=config.language.eos,
        )
    )


def unet(config: ModelConfig) -> UNet2DConditionModel:
    c = config.unet
    return UNet2DConditionModel(
        sample_size=c.size,
        in_channels=c.channels,
        out_channels=c.channels,
        block_out_channels=c.blocks,
        down_block_types=c.down,
        up_block_types=c.up,
        layers_per_block=c.resnets,
        attention_head_dim=c.heads,  # the field's name for the number of heads
        cross_attention_dim=c.cross_width,
        use_linear_projection=True,
        norm_num_groups=c.norm_groups,
        time_embedding_dim=c.time,
    )


def autoencoder(config: ModelConfig) -> AutoencoderKL:
    c = config.autoencoder
    return AutoencoderKL(
        sample_size=c.size,
        block_out_channels=c.blocks,
        down_block_types=("DownEncoderBlock2D",) * len(c.blocks),
        up_block_types=("UpDecoderBlock2D",) * len(c.blocks),
        latent_channels=c.channels,
        layers_per_block=c.resnets,
        norm_num_groups=c.norm_groups,
        scaling_factor=c.scaling_factor,
    )


def _noise(config: ModelConfig) -> dict:
    c = config.schedule
    return {
        "num_train_timesteps": c.train_steps,
        "beta_start": c.beta_start,
        "beta_end": c.beta_end,
        "beta_schedule": c.beta_kind,
        "prediction_type": c.prediction,
    }


def noise_schedule(config: ModelConfig) -> DDPMScheduler:
    return DDPMScheduler(**_noise(config), clip_sample=False)


SAMPLERS = {
    "dpm++2m": lambda c: DPMSolverMultistepScheduler(**c),
    "ddim": lambda c: DDIMScheduler(**c, clip_sample=False, set_alpha_to_one=c["timestep_spacing"] == "trailing"),
    "pndm": lambda c: PNDMScheduler(**c, skip_prk_steps=True),
    "euler": lambda c: EulerDiscreteScheduler(**c),
    "tcd": lambda c: TCDScheduler(**c, clip_sample=False),
}


def sampler(config: ModelConfig, how: Denoising):
    """diffusers' scheduler of that name, with its timesteps set."""
    c = config.schedule
    spacing = "trailing" if how.trailing else c.spacing
    made = SAMPLERS[how.sampler](_noise(config) | {"timestep_spacing": spacing, "steps_offset": c.steps_offset})
    made.set_timesteps(how.steps)
    return made
