"""What MiniGPT-5's two stages build on: a language model, eyes, a picture model. All of it stands still.

It comes from the earlier stages of a small model, or from the official files (Vicuna, BLIP-2 and MiniGPT-4's
projection, Stable Diffusion 2.1).
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from accelerate import init_empty_weights
from diffusers import AutoencoderKL
from tokenizers import Tokenizer
from torch import nn
from transformers import CLIPTextModel, CLIPTokenizer, LlamaForCausalLM

from interleaf import parts
from interleaf.checkpoints import diffusion, eyes, stages, strict
from interleaf.checkpoints import tokenizer as llama
from interleaf.checkpoints.official import TRAINED_BOS
from interleaf.checkpoints.strict import Source, Weights
from interleaf.checkpoints.tensors import open_tensors
from interleaf.config import ModelConfig
from interleaf.stories import tokens
from interleaf.train import autoencoder, language, picture, vision


@dataclass
class Foundation:
    config: ModelConfig
    tokenizer: Tokenizer
    language: LlamaForCausalLM  # with rows for the vokens and <ImageHere>
    eyes: parts.Eyes | None
    painter: nn.Module  # encode(captions) -> [B, L, C]; called, the UNet; .schedule, .config
    autoencoder: AutoencoderKL  # with the scaling factor in its config


def of_runs(runs: Path, config: ModelConfig) -> Foundation:
    """After the stages autoencoder, picture, language and vision."""
    vae, _ = autoencoder.read(runs, config)
    told, seen = language.read(runs, config), vision.read_eyes(runs, config)
    return Foundation(config, tokens.load(), told, seen, picture.read(runs, config), vae)


@dataclass(frozen=True)
class FoundationFiles:
    """Paths of the downloads, as `convert` takes them. Without vision, qformer and projection: no eyes, for CC3M."""

    vicuna: Path
    diffusion: Path
    vision: Path | None = None
    qformer: Path | None = None
    projection: Path | None = None


def of_files(files: FoundationFiles, base: ModelConfig, dtype: torch.dtype = torch.bfloat16) -> Foundation:
    """V is the tokenizer's size and K + 1. Raises CheckpointError with every tensor that is missing, unexpected or of
    another shape."""
    text = llama.read(files.vicuna)
    known = text.get_vocab_size()
    size = known + base.vokens + 1
    config = replace(
        base,
        language=replace(base.language, vocab_size=size, bos=TRAINED_BOS),
        schedule=diffusion.schedule(files.diffusion, base.schedule),
    )
    vicuna = Source(open_tensors(files.vicuna), stages.leave_vicuna())
    unet = Source(open_tensors(files.diffusion / "unet"))
    vae = Source(open_tensors(files.diffusion / "vae"))
    captions = Source(open_tensors(files.diffusion / "text_encoder"), [(r".*\.position_ids", "computed")])
    weights = {
        "language": Weights(_language_pieces(config, vicuna)),
        "unet": Weights(diffusion.unet_pieces(strict.shapes(lambda: parts.unet(config)), unet)),
        "vae": Weights(diffusion.autoencoder_pieces(strict.shapes(lambda: parts.autoencoder(config)), vae)),
        "text": Weights(text_pieces(config, captions)),
    }
    sources = [vicuna, unet, vae, captions]
    if files.vision:
        made, seen = _eyes(config, files)
        weights["eyes"] = made
        sources += seen
    strict.check(sources)

    def load(name: str, build: Callable[[ModelConfig], nn.Module]) -> nn.Module:
        return _load(lambda: build(config), weights[name], dtype)

    told = load("language", parts.language_model)
    for matrix in (told.get_input_embeddings(), told.lm_head):  # the added rows begin as the mean of the others
        matrix.weight.data[known:] = matrix.weight.data[:known].float().mean(0).to(dtype)
    words = CLIPTokenizer.from_pretrained(files.diffusion / "tokenizer")
    painter = ClipPainter(config, load("unet", parts.unet), load("text", parts.text_encoder), words)
    see = load("eyes", parts.Eyes) if files.vision else None
    return Foundation(config, llama.with_vokens(text, size), told, see, painter, load("vae", parts.autoencoder))


class ClipPainter(nn.Module):
    """As picture.Painter, with CLIP's own tokenizer."""

    def __init__(self, config: ModelConfig, unet: nn.Module, text: CLIPTextModel, words: CLIPTokenizer):
        super().__init__()
        self.config, self.schedule = config, parts.noise_schedule(config)
        self.unet, self.text, self.words = unet, text, words

    def encode(self, texts: list[str]) -> torch.Tensor:  # (B, L, C)
        found = self.words(
            texts, padding="max_length", max_length=self.config.clip.tokens, truncation=True, return_tensors="pt"
        ).to(self.unet.device)
        return self.text(**found).last_hidden_state

    def forward(self, sample, timesteps, conditioning):  # (b, c, h, w), (b,), (b, L, C) -> the raw prediction
        return self.unet(sample, timesteps, encoder_hidden_states=conditioning).sample


def _load(build: Callable[[], nn.Module], weights: Weights, dtype: torch.dtype) -> nn.Module:
    """One tensor at a time, so that a model of 7B parameters never stands in memory in float32."""
    with init_empty_weights(include_buffers=False):  # what is computed and not loaded (RoPE's frequencies) is there
        module = build()
    module.load_state_dict({name: weights[name].to(dtype) for name in weights}, strict=True, assign=True)
    return module.eval().requires_grad_(False)


def _language_pieces(config: ModelConfig, vicuna: Source) -> dict[str, strict.Piece]:
    """Vicuna's matrices, with room for the added rows. A row of its own beyond its tokenizer, [PAD], makes way."""
    made, added = {}, config.vokens + 1
    for name, shape in strict.shapes(lambda: parts.language_model(config)).items():
        made[name] = strict.piece(vicuna, name, shape)
        if name in stages.EMBEDDINGS:
            rows = vicuna.tensors.shapes.get(name, shape)[0]
            known = shape[0] - added
            given = (rows if rows in (known, known + 1) else known, shape[1])
            parts_of = ((vicuna, name, given),)
            made[name] = strict.Piece(parts_of, lambda m, k=known: torch.cat([m[:k], torch.zeros(added, m.shape[1])]))
    return made


def text_pieces(config: ModelConfig, source: Source) -> dict[str, strict.Piece]:
    shapes = strict.shapes(lambda: parts.text_encoder(config))
    return {name: strict.piece(source, f"text_model.{name}", shape) for name, shape in shapes.items()}


def _eyes(config: ModelConfig, files: FoundationFiles) -> tuple[Weights, list[Source]]:
    if files.vision.resolve() == files.qformer.resolve():  # one folder of BLIP-2
        sources = [Source(open_tensors(files.vision), eyes.leave_blip2())]
    else:
        sources = [
            Source(open_tensors(files.vision), eyes.leave_vision(config.vision.layers)),
            Source(open_tensors(files.qformer), eyes.leave_qformer()),
        ]
    projection = Source(open_tensors(files.projection))
    shapes = strict.shapes(lambda: parts.Eyes(config))
    return Weights(eyes.pieces(shapes, sources[0], sources[-1], projection)), [*sources, projection]
