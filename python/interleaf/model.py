"""The whole model, and how it is put together from what the stages trained."""

from pathlib import Path

import torch
from torch import nn

from interleaf import parts
from interleaf.config import TINY, ModelConfig
from interleaf.train import autoencoder as autoencoder_stage
from interleaf.train.checkpoint import RUNS, load_weights
from interleaf.train.layout import text_loss, think

STAGES = ("settle", "story", "align")  # of the storyteller, the last first


class MiniGPT5(nn.Module):
    """language writes, eyes see, mapper turns vokens into conditioning, unet and autoencoder paint."""

    def __init__(self, config: ModelConfig):
        super().__init__()
        self.config = config
        self.language = parts.language_model(config)
        self.eyes = parts.Eyes(config)
        self.mapper = parts.VokenMapper(config)
        self.unet = parts.unet(config)
        self.autoencoder = parts.autoencoder(config)
        self.scaling_factor = config.autoencoder.scaling_factor

    @property
    def null_conditioning(self) -> torch.Tensor:
        """[1, L, C]: the conditioning of zeroed vokens, for guidance."""
        return self.mapper(torch.zeros(1, self.config.vokens, self.config.language.width, device=self.unet.device))


def with_lora(language, config: ModelConfig):
    """The language model with trainable low-rank additions; everything else in it is frozen."""
    from peft import LoraConfig, get_peft_model

    c = config.lora
    lora = LoraConfig(r=c.rank, lora_alpha=c.alpha, target_modules=list(c.targets), lora_dropout=c.dropout)
    return get_peft_model(language, lora)


class Storyteller(nn.Module):
    """What MiniGPT-5's two stages train: LoRA and the voken rows of the language model, the mapper, the projection."""

    def __init__(self, config: ModelConfig, language, eyes: nn.Module):
        super().__init__()
        self.config = config
        self.language = with_lora(language, config)
        self.eyes = eyes.requires_grad_(False)
        self.eyes.projection.requires_grad_(True)
        self.mapper = parts.VokenMapper(config)
        rows = language.get_input_embeddings().weight
        first = config.voken_ids[0]
        self.voken_embeddings = nn.Parameter(rows[first : first + config.vokens].detach().clone())  # [K, D]
        self.voken_head = nn.Parameter(language.lm_head.weight[first].detach().clone())  # [D], the row of [IMG0]

    def forward(self, batch, sights: torch.Tensor | None = None, weights: torch.Tensor | None = None):
        """A layout.Batch, its sights [n, Q, D], how much each token counts [V] -> final hidden states [B, T, D], the
        text loss."""
        base = self.language.get_base_model()
        hidden = think(base, batch, sights, self.voken_embeddings)
        return hidden, text_loss(base, hidden, batch, self.voken_head, weights)

    def place_vokens(self) -> None:
        """Copies the trained voken rows into the language model's matrices."""
        base, first = self.language.get_base_model(), self.config.voken_ids[0]
        base.get_input_embeddings().weight.data[first : first + self.config.vokens] = self.voken_embeddings.data
        base.lm_head.weight.data[first] = self.voken_head.data

    def merged(self):
        """The language model with the additions inside its matrices."""
        self.place_vokens()
        return self.language.merge_and_unload()


def last_stage(runs: Path) -> str | None:
    """The last of the storyteller's stages that was run."""
    return next((name for name in STAGES if (runs / name / "weights.safetensors").exists()), None)


def load_storyteller(runs: Path, config: ModelConfig = TINY, stage: str | None = None) -> Storyteller:
    """A storyteller as `stage` left it; with no stage, before all."""
    language, eyes = parts.language_model(config), parts.Eyes(config)
    load_weights(language, "language", runs, prefix="language.")
    load_weights(eyes, "vision", runs, prefix="eyes.")
    storyteller = Storyteller(config, language, eyes)
    if stage == "settle":  # it has the mapper alone
        load_weights(storyteller, "story", runs)
    if stage:
        load_weights(storyteller, stage, runs)
    return storyteller


def load_tiny(runs: Path = RUNS, config: ModelConfig = TINY) -> MiniGPT5:
    """The trained model, after the last of the stages `align`, `story`, `settle` that was run. Its UNet is that of the
    stage `distil` where the configuration asks for few steps, else of `picture`."""
    storyteller = load_storyteller(runs, config, last_stage(runs))
    model = MiniGPT5(config)
    model.language = storyteller.merged()
    model.eyes, model.mapper = storyteller.eyes, storyteller.mapper
    load_weights(model.unet, config.unet_stage, runs, prefix="unet.", strict=True)
    model.autoencoder, model.scaling_factor = autoencoder_stage.read(runs, config)
    return model.eval().requires_grad_(False)
