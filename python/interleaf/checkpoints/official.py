"""The official files, opened: every tensor accounted for before the first is read, then our modules one by one."""

from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from diffusers import AutoencoderKL, UNet2DConditionModel
from tokenizers import Tokenizer

from interleaf import parts
from interleaf.checkpoints import diffusion, eyes, stages, strict, tokenizer
from interleaf.checkpoints.strict import Source, Weights
from interleaf.checkpoints.tensors import CheckpointError, Tensors, open_tensors, read_json
from interleaf.config import ModelConfig

# The first token of every context. MiniGPT-5's code had `</s>` there from its publication in October 2023 until March
# 2024, so its weights were most likely trained, and its figures measured, with it; later code runs them with `<s>`, 1.
# We keep to what the weights saw. Nobody has measured the difference.
TRAINED_BOS = 2


@dataclass(frozen=True)
class OfficialFiles:
    """Paths of the downloads. vision, qformer and projection may be absent together: a model without eyes."""

    vicuna: Path  # folder: weights, tokenizer, config.json
    stage1: Path  # stage1_cc3m.ckpt
    diffusion: Path  # folder of the pipeline stable-diffusion-2-1-base
    stage2: Path | None = None  # stage2_vist.ckpt or stage2_mmdialog.ckpt; without it, stage 1 alone
    vision: Path | None = None  # eva_vit_g.pth, or a folder of BLIP-2 in Hugging Face's layout
    qformer: Path | None = None  # blip2_pretrained_flant5xxl.pth, or a folder as above
    projection: Path | None = None  # prerained_minigpt4_7b.pth
    unet: Path | None = None  # folder of another UNet of the same shape, or of a pipeline that has one

    @property
    def sees(self) -> bool:
        return self.vision is not None


class Official:
    """What open_official found. Nothing big is read before one of the methods is called."""

    def __init__(self, config: ModelConfig, text: Tokenizer, weights: dict[str, Weights], ignored: list[str]):
        self.config = config
        self.ignored = ignored  # every tensor that is deliberately not used, with the reason
        self._folder = TemporaryDirectory()
        self.tokenizer = Path(self._folder.name) / "tokenizer.json"  # there as long as this object is
        text.save(str(self.tokenizer), pretty=False)
        self._weights = weights

    @property
    def sees(self) -> bool:
        return "eyes" in self._weights

    def language(self) -> Weights:
        """A state dict of transformers' LlamaForCausalLM: float32, made at each access, none of it kept."""
        return self._weights["language"]

    def eyes(self) -> parts.Eyes:
        if not self.sees:
            raise CheckpointError("The vision parts were not given. Give --vision, --qformer and --projection.")
        return strict.load(lambda: parts.Eyes(self.config), self._weights["eyes"])

    def mapper(self) -> parts.VokenMapper:
        return strict.load(lambda: parts.VokenMapper(self.config), self._weights["mapper"])

    def unet(self) -> UNet2DConditionModel:
        return strict.load(lambda: parts.unet(self.config), self._weights["unet"])

    def autoencoder(self) -> AutoencoderKL:
        return strict.load(lambda: parts.autoencoder(self.config), self._weights["autoencoder"])


def open_official(files: OfficialFiles, base: ModelConfig, bos: int | None = None) -> Official:
    """base: the model that the files should make; its V and noise schedule are read from the files.

    bos: id of the first token of every context (default: TRAINED_BOS).
    Raises CheckpointError with every tensor that is missing, unexpected or of another shape.
    """
    vision = (files.vision, files.qformer, files.projection)
    if any(vision) and not all(vision):
        raise CheckpointError("Of --vision, --qformer and --projection give all three, or none: a model without eyes.")
    stage1 = open_tensors(files.stage1)
    stage2 = open_tensors(files.stage2) if files.stage2 else None
    config = _read_config(files, base, rows(stage1, stage2), bos)
    sources = _sources(files, config, stage1, stage2)
    weights = _weights(config, sources)
    # One BLIP-2 folder may stand for two of the files.
    opened = list({id(source): source for source in sources.values()}.values())
    strict.check(opened, _differences(files, config))
    text = tokenizer.with_vokens(tokenizer.read(files.vicuna), config.language.vocab_size)
    return Official(config, text, weights, [line for source in opened for line in source.ignored()])


def rows(stage1: Tensors, stage2: Tensors | None) -> int:
    """V, from the embedding matrices. Raises CheckpointError if a file is not of its stage, or they disagree."""
    found = {}
    for tensors, second in ((stage1, False), (stage2, True)):
        if tensors is None:
            continue
        name = stages.embedding_name(stages.EMBEDDINGS[0], second)
        other = stages.embedding_name(stages.EMBEDDINGS[0], not second)
        if name not in tensors.shapes:
            hint = " It is a file of the other stage." if other in tensors.shapes else ""
            raise CheckpointError(f"{tensors.path} is not a checkpoint of stage {1 + second}: {name} is missing.{hint}")
        found[tensors.path.name] = tensors.shapes[name][0]
    if len(set(found.values())) > 1:
        raise CheckpointError(f"The stages do not belong together: rows of their embedding matrices are {found}.")
    return next(iter(found.values()))


def _read_config(files: OfficialFiles, base: ModelConfig, vocabulary: int, bos: int | None) -> ModelConfig:
    pipelines = [files.diffusion, *([files.unet] if files.unet else [])]
    schedule = base.schedule
    for pipeline in pipelines:  # the UNet's own, where its folder has one
        schedule = diffusion.schedule(pipeline, schedule)
    first = TRAINED_BOS if bos is None else bos
    return replace(base, language=replace(base.language, vocab_size=vocabulary, bos=first), schedule=schedule)


def _sources(files: OfficialFiles, config: ModelConfig, stage1: Tensors, stage2: Tensors | None) -> dict[str, Source]:
    second = stage2 is not None
    sources = {
        "vicuna": Source(open_tensors(files.vicuna), stages.leave_vicuna()),
        "stage1": Source(stage1, stages.leave_stage1(second)),
        "unet": Source(open_tensors(diffusion.unet_folder(files.unet or files.diffusion))),
        "vae": Source(open_tensors(files.diffusion / "vae")),
    }
    if second:
        sources["stage2"] = Source(stage2)
    if files.sees:
        if files.vision.resolve() == files.qformer.resolve():
            sources["vision"] = sources["qformer"] = Source(open_tensors(files.vision), eyes.leave_blip2())
        else:
            sources["vision"] = Source(open_tensors(files.vision), eyes.leave_vision(config.vision.layers))
            sources["qformer"] = Source(open_tensors(files.qformer), eyes.leave_qformer())
        sources["projection"] = Source(open_tensors(files.projection))
    return sources


def _weights(config: ModelConfig, sources: dict[str, Source]) -> dict[str, Weights]:
    stage1, stage2 = sources["stage1"], sources.get("stage2")
    language = strict.shapes(lambda: parts.language_model(config))
    mapper = strict.shapes(lambda: parts.VokenMapper(config))
    made = {
        "language": stages.language_pieces(language, sources["vicuna"], stage1, stage2, config.lora),
        "mapper": stages.mapper_pieces(mapper, stage1, stage2),
        "unet": diffusion.unet_pieces(strict.shapes(lambda: parts.unet(config)), sources["unet"]),
        "autoencoder": diffusion.autoencoder_pieces(strict.shapes(lambda: parts.autoencoder(config)), sources["vae"]),
    }
    if "vision" in sources:
        seen = strict.shapes(lambda: parts.Eyes(config))
        made["eyes"] = eyes.pieces(seen, sources["vision"], sources["qformer"], sources["projection"])
    return {name: Weights(pieces) for name, pieces in made.items()}


def _differences(files: OfficialFiles, config: ModelConfig) -> list[str]:
    """What the files' own configurations say otherwise: numbers that no tensor shows, such as how many heads."""
    folder = diffusion.unet_folder(files.unet or files.diffusion)
    asked = (
        (files.vicuna / "config.json", stages.language_numbers(config)),
        (folder / "config.json", diffusion.unet_numbers(config)),
        (files.diffusion / "vae" / "config.json", diffusion.autoencoder_numbers(config)),
    )
    return [line for path, known in asked for line in strict.differences(path, read_json(path), known)]
