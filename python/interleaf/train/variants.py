"""The paper's comparisons that need a training of their own: `python -m interleaf train --variant k4 --stage align`.

A variant differs in one thing. It trains the stages `align`, `story` and `settle` in a folder of its own, from the
language model, eyes, picture model and autoencoder of the model it varies. `full` differs in nothing: it is trained as
long as the others, so that they are compared with it and not with the model, which was trained for longer.
"""

from dataclasses import dataclass, field, replace
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file

from interleaf.config import ModelConfig

SHARED = ("autoencoder", "picture", "vision")
TABLES = ("language.model.embed_tokens.weight", "language.lm_head.weight")  # [V, D]: a row per token


@dataclass(frozen=True)
class Variant:
    says: str
    vokens: int | None = None  # K, where it is not the model's
    captions: bool = False  # the two-stage baseline: a caption is written where the vokens would stand
    unimodal: bool = True  # whether stage 1 comes before stage 2
    loss: dict = field(default_factory=dict)  # what differs in vokens.VokenLoss

    @property
    def stages(self) -> tuple[str, ...]:
        settles = not self.captions and self.loss.get("align", 1) > 0  # it is caption alignment
        return (*(("align",) if self.unimodal else ()), "story", *(("settle",) if settles else ()))


VARIANTS = {
    "full": Variant("as the model is"),
    "captions": Variant("two stages: the language model's own caption, then the picture model", captions=True,
                        unimodal=False),
    "no-alignment": Variant("without caption alignment", loss={"align": 0.0}),
    "no-unimodal": Variant("without the unimodal stage", unimodal=False),
    "no-ldm": Variant("without LDM loss", loss={"ldm": 0.0, "painted": 0}),
    "k1": Variant("1 voken", vokens=1),
    "k4": Variant("4 vokens", vokens=4),
    "k16": Variant("16 vokens", vokens=16),
}  # fmt: skip


def folder_of(name: str, runs: Path) -> Path:
    return runs / "variants" / name


def varied(config: ModelConfig, name: str) -> ModelConfig:
    """The configuration of a variant: [IMG0] keeps its id, the other rows follow, <ImageHere> stays the last."""
    variant = VARIANTS[name]
    count = variant.vokens or config.vokens
    size = config.language.vocab_size - config.vokens + count
    language = replace(config.language, vocab_size=size)
    return replace(config, language=language, vokens=count, captions=variant.captions, unimodal=variant.unimodal)


def with_rows(weights: dict[str, torch.Tensor], before: ModelConfig, after: ModelConfig) -> dict[str, torch.Tensor]:
    """The language stage's weights with a row for each voken of `after`: those there are, then their mean."""
    first, found = before.voken_ids[0], dict(weights)
    for name in TABLES:
        text, vokens, image = weights[name].split([first, before.vokens, 1])
        more = vokens.mean(0, keepdim=True).expand(max(after.vokens - before.vokens, 0), -1)
        found[name] = torch.cat([text, vokens[: after.vokens], more, image]).contiguous()
    # The heads that read a scene from all K states belong to the language stage alone.
    return {name: weight for name, weight in found.items() if name.startswith("language.")}


def prepare(name: str, runs: Path, config: ModelConfig) -> tuple[Path, ModelConfig]:
    """The variant's folder, with what it shares with the model, and its configuration."""
    folder, changed = folder_of(name, runs), varied(config, name)
    folder.mkdir(parents=True, exist_ok=True)
    same = changed.vokens == config.vokens
    for stage in (*SHARED, *(("language",) if same else ())):
        if not (runs / stage).exists():
            raise FileNotFoundError(
                f"{runs / stage} is missing. Run `python -m interleaf train --stage {stage}` first."
            )
        if not (folder / stage).exists():
            (folder / stage).symlink_to((runs / stage).resolve(), target_is_directory=True)
    student = folder / config.unet_stage
    if not student.exists() and (runs / config.unet_stage).exists():  # it comes after the stages that a variant trains
        student.symlink_to((runs / config.unet_stage).resolve(), target_is_directory=True)
    source, target = runs / "language" / "weights.safetensors", folder / "language" / "weights.safetensors"
    if not same and (not target.exists() or target.stat().st_mtime < source.stat().st_mtime):
        target.parent.mkdir(exist_ok=True)
        save_file(with_rows(load_file(source), config, changed), target)
    return folder, changed
