"""What the painter hears of a caption: from the language model's vokens, and from CLIP, which UNets learned from."""

from collections.abc import Callable, Mapping
from pathlib import Path

import torch
from accelerate import init_empty_weights
from tokenizers import Tokenizer
from torch import nn
from tqdm import tqdm
from transformers import CLIPTokenizer

from interleaf import parts
from interleaf.checkpoints import strict
from interleaf.checkpoints.official import Official
from interleaf.checkpoints.strict import Source, Weights
from interleaf.checkpoints.tensors import open_tensors
from interleaf.config import ModelConfig
from interleaf.exporting import official_text
from interleaf.script import Words, create_script
from interleaf.train.foundation import text_pieces


def loaded(build: Callable[[], nn.Module], weights: Mapping[str, torch.Tensor], device: str, dtype) -> nn.Module:
    """One tensor at a time: a model of 7B parameters never stands in memory in float32."""
    with init_empty_weights(include_buffers=False):
        module = build()
    module.load_state_dict({name: weights[name].to(device, dtype) for name in weights}, strict=True, assign=True)
    return module.to(device).eval().requires_grad_(False)


@torch.no_grad()
def by_mapper(official: Official, captions: list[str], task: str, device: str, dtype) -> tuple:
    """(n, L, C), and (L, C) where nothing is said. Every page begins with its picture: [IMG0] is the first token."""
    config, tokenizer = official.config, Tokenizer.from_file(str(official.tokenizer))
    words = Words(official_text.text(task, tokenizer, "", config.language.bos), tokenizer, config)
    language = loaded(lambda: parts.language_model(config), official.language(), device, dtype)
    vokens = [torch.zeros(config.vokens, config.language.width)]
    for caption in tqdm(captions, "vokens", disable=None):
        ids, _ = create_script(words, caption, 1).tokens()
        told = torch.tensor([[*ids, *config.voken_ids]], device=device)
        states = language.model(input_ids=told).last_hidden_state[0]
        vokens.append(states[-config.vokens - 1 : -1].float().cpu())  # the row before predicts each
    del language
    heard = official.mapper()(torch.stack(vokens))
    return heard[1:], heard[0]


@torch.no_grad()
def by_clip(pipeline: Path, config: ModelConfig, captions: list[str]) -> tuple:
    """The same from the text encoder in the folder of a Stable Diffusion pipeline; nothing is the empty caption."""
    source = Source(open_tensors(pipeline / "text_encoder"), [(r".*\.position_ids", "computed")])
    weights = Weights(text_pieces(config, source))
    strict.check([source])
    encoder = loaded(lambda: parts.text_encoder(config), weights, "cpu", torch.float32)
    words = CLIPTokenizer.from_pretrained(pipeline / "tokenizer", local_files_only=True)
    heard = []
    for caption in tqdm(["", *captions], "captions", disable=None):
        padded = words(
            [caption], padding="max_length", max_length=config.clip.tokens, truncation=True, return_tensors="pt"
        )
        heard.append(encoder(**padded).last_hidden_state[0])
    return torch.stack(heard[1:]), heard[0]
