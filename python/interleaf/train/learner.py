"""What the two stages of MiniGPT-5 train, and what stands still beside it.

Stage `align` trains the mapper and the K + 1 added rows of both embedding matrices. Stage `story` trains the rows,
low-rank additions (or a prefix) and the mapper's transformer; `fc` and the queries stand still. The rows are parameters
of their own, so that no optimiser touches, or has to hold, the others. (The published code masks the gradient of the
whole matrices instead, where weight decay still shrinks every row by about a hundredth.)
"""

import torch
from peft import PrefixEncoder, PrefixTuningConfig
from torch import nn
from torch.nn import functional as F

from interleaf import parts
from interleaf.config import ModelConfig
from interleaf.model import with_lora
from interleaf.train.foundation import Foundation
from interleaf.train.layout import IGNORE, Batch, think

MAPPER_RATE = 10.0  # of stage 1, times the rate of the rows


class Prefix(nn.Module):
    """Keys and values before the first token, of every layer: five virtual tokens through a small network."""

    def __init__(self, config: ModelConfig, tokens: int = 5, hidden: int = 1024):
        super().__init__()
        c = config.language
        self.heads, self.layers, self.width = c.heads, c.layers, c.width // c.heads
        numbers = {"num_virtual_tokens": tokens, "num_layers": c.layers, "num_attention_heads": c.heads}
        self.encoder = PrefixEncoder(
            PrefixTuningConfig(
                task_type="CAUSAL_LM",
                token_dim=c.width,
                encoder_hidden_size=hidden,
                prefix_projection=True,
                num_transformer_submodules=1,
                **numbers,
            )
        )
        self.register_buffer("tokens", torch.arange(tokens), persistent=False)

    def forward(self, batch: int) -> list[tuple[torch.Tensor, torch.Tensor]]:
        """(keys, values), each (batch, heads, P, D / heads), of every layer."""
        found = self.encoder(self.tokens).view(len(self.tokens), self.layers, 2, self.heads, self.width)
        found = found.permute(1, 2, 3, 0, 4)[:, :, None].expand(-1, -1, batch, -1, -1, -1)
        return [(keys, values) for keys, values in found]


class Learner(nn.Module):
    def __init__(self, foundation: Foundation, stage: str, adapter: str = "lora"):
        """stage: align or story; adapter: lora or prefix, for story."""
        super().__init__()
        self.config, self.stage, self.adapter = foundation.config, stage, adapter
        base, first = foundation.language.requires_grad_(False), self.config.voken_ids[0]
        embeddings, head = base.get_input_embeddings().weight, base.lm_head.weight
        self.rows = nn.Parameter(embeddings[first:].detach().float().clone())  # [K + 1, D]
        self.head = nn.Parameter(head[first:].detach().float().clone())  # [K + 1, D]
        self.mapper = parts.VokenMapper(self.config)
        second = stage == "story"
        self.mapper.fc.requires_grad_(not second)
        self.mapper.queries.requires_grad_(not second)
        if not second:
            for p in self.mapper.parameters():
                p.lr_scale = MAPPER_RATE
        self.language = with_lora(base, self.config) if second and adapter == "lora" else base
        self.prefix = Prefix(self.config) if second and adapter == "prefix" else None
        # Beside what is trained, so that it moves to the same device.
        self.eyes = foundation.eyes.requires_grad_(False) if foundation.eyes else None
        self.painter = foundation.painter.requires_grad_(False)
        self.autoencoder = foundation.autoencoder.requires_grad_(False)

    @property
    def base(self):
        """The language model without what was added to it."""
        return self.language.get_base_model() if hasattr(self.language, "get_base_model") else self.language

    def forward(self, batch: Batch, images: torch.Tensor | None):
        """A layout.Batch and the pictures it sees [n, 3, s, s] -> final hidden states [B, T, D], and the cross entropy
        summed over all labels."""
        sights = None
        if images is not None:
            with torch.no_grad():
                sights = self.eyes(images)
        prefix = self.prefix(len(batch.ids)) if self.prefix else None
        hidden = think(self.base, batch, sights, self.rows[: self.config.vokens], prefix)
        wanted, first = batch.labels != IGNORE, self.config.voken_ids[0]
        told = hidden[wanted]
        logits = torch.cat([F.linear(told, self.base.lm_head.weight[:first]), F.linear(told, self.head)], dim=1)
        return hidden, F.cross_entropy(logits.float(), batch.labels[wanted], reduction="sum")
