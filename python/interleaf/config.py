"""Every number of the two models. TINY and MINIGPT5 differ in numbers only: the code that builds them is the same."""

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class LanguageConfig:
    """LLaMA. The K + 1 added rows ([IMG0]…[IMG7], <ImageHere>) are the last of the vocabulary."""

    vocab_size: int  # V, with the added rows
    width: int  # D
    layers: int  # N
    heads: int
    ffn: int
    context: int  # S
    rope_base: float = 10000.0
    norm_eps: float = 1e-6
    bos: int = 1
    eos: int = 2


@dataclass(frozen=True)
class VisionConfig:
    """Blip2 vision transformer; the norm after the last block is the published `ln_vision`."""

    size: int  # pixels
    patch: int
    width: int
    layers: int
    heads: int
    ffn: int
    mean: tuple[float, float, float] = (0.48145466, 0.4578275, 0.40821073)
    std: tuple[float, float, float] = (0.26862954, 0.26130258, 0.27577711)


@dataclass(frozen=True)
class QFormerConfig:
    width: int
    layers: int
    heads: int
    ffn: int
    queries: int  # Q, soft tokens per picture
    cross_every: int = 2


@dataclass(frozen=True)
class MapperConfig:
    """Voken mapper: K hidden states become L×C, the place of a text encoder's output."""

    layers: int  # of the encoder, and again of the decoder
    heads: int
    ffn: int
    queries: int  # L
    width: int  # C


@dataclass(frozen=True)
class ClipConfig:
    """Text encoder of the picture model. Needed to train, never to tell a story."""

    vocab_size: int
    width: int  # C
    layers: int
    heads: int
    ffn: int
    tokens: int  # L
    activation: str = "gelu"
    pad: int = 0


@dataclass(frozen=True)
class UnetConfig:
    size: int  # of the latents
    channels: int  # of the latents, c
    blocks: tuple[int, ...]
    heads: tuple[int, ...]
    cross_width: int  # C
    down: tuple[str, ...]
    up: tuple[str, ...]
    resnets: int = 2
    norm_groups: int = 32
    time: int | None = None  # width of the timestep's embedding; None: four times the first block's


@dataclass(frozen=True)
class AutoencoderConfig:
    size: int  # pixels
    blocks: tuple[int, ...]
    channels: int  # c
    resnets: int
    norm_groups: int
    scaling_factor: float  # TINY: a stand-in, measured after training and kept beside the weights


@dataclass(frozen=True)
class ScheduleConfig:
    beta_start: float
    beta_end: float
    beta_kind: str
    prediction: str
    spacing: str
    steps_offset: int
    train_steps: int = 1000
    min_snr: float = 5.0  # gamma of the min-SNR loss weight


@dataclass(frozen=True)
class Denoising:
    """How pictures are sampled. Of a UNet that was distilled: what it was distilled for, and nothing else."""

    sampler: str = "dpm++2m"  # a name that parts.sampler knows
    steps: int = 12
    guidance: float = 3.0  # 1: none, and half of the work
    distilled: tuple[int, ...] = ()  # the fewest and the most steps, of a UNet that has its guidance inside

    def __post_init__(self):
        if not self.distilled:
            return
        least, most = self.distilled
        if not least <= self.steps <= most:
            wanted = least if least == most else f"{least} to {most}"
            raise ValueError(
                f"This UNet was distilled for {wanted} steps, not {self.steps}. Ask for those, or for another UNet."
            )
        if self.guidance != 1:
            raise ValueError(
                f"This UNet has its guidance inside. Ask for guidance 1, not {self.guidance:g}, or for another UNet."
            )

    def asked(self, sampler: str | None = None, steps: int | None = None, guidance: float | None = None) -> "Denoising":
        """The same but for what is given. Raises ValueError where a distilled UNet cannot do it; what it can with
        another sampler than its own nobody knows, and nothing is refused."""
        given = {"sampler": sampler, "steps": steps, "guidance": guidance}
        if sampler not in (None, self.sampler):
            given["distilled"] = ()
        return replace(self, **{name: value for name, value in given.items() if value is not None})

    @property
    def trailing(self) -> bool:
        """Does this sampler begin at pure noise, whatever the schedule's spacing is?"""
        return self.sampler in ("euler", "tcd")


WINDOWS = Denoising("ddim", 4, 1.0, distilled=(4, 4))  # what stage distil leaves


@dataclass(frozen=True)
class LoraConfig:
    rank: int = 8
    alpha: int = 16
    targets: tuple[str, ...] = ("q_proj", "v_proj")
    dropout: float = 0.0  # of what goes into the additions


@dataclass(frozen=True)
class Knowledge:
    """What of the world a model was taught. It is asked about nothing else."""

    things: int = 20  # the first so many of vocabulary.THINGS
    feelings: bool = True
    accessories: bool = True
    pages: int = 8  # of a story of one chapter, at most
    chapters: bool = False  # longer stories, told chapter by chapter (stories/sagas.py)


@dataclass(frozen=True)
class ModelConfig:
    name: str
    language: LanguageConfig
    vision: VisionConfig
    qformer: QFormerConfig
    mapper: MapperConfig
    clip: ClipConfig
    unet: UnetConfig
    autoencoder: AutoencoderConfig
    schedule: ScheduleConfig
    lora: LoraConfig = LoraConfig()
    vokens: int = 8  # K
    knows: Knowledge = Knowledge()
    captions: bool = False  # writes a caption where its vokens would stand: the two-stage baseline
    unimodal: bool = True  # stage 1 comes before stage 2
    denoising: Denoising = Denoising()

    @property
    def unet_stage(self) -> str:
        """The stage that leaves the UNet with which the model paints."""
        return "distil" if self.denoising.distilled else "picture"

    @property
    def undistilled(self) -> "ModelConfig":
        """The same model with the UNet of its picture stage: guided, in more steps."""
        return replace(self, denoising=Denoising()) if self.denoising.distilled else self

    @property
    def image_token(self) -> int:
        return self.language.vocab_size - 1

    @property
    def voken_ids(self) -> tuple[int, ...]:
        first = self.image_token - self.vokens
        return tuple(range(first, first + self.vokens))


TINY = ModelConfig(
    name="tiny",
    language=LanguageConfig(vocab_size=2057, width=192, layers=8, heads=6, ffn=512, context=1024),
    vision=VisionConfig(size=128, patch=16, width=128, layers=4, heads=4, ffn=384),
    qformer=QFormerConfig(width=128, layers=4, heads=4, ffn=384, queries=8),
    mapper=MapperConfig(layers=2, heads=4, ffn=512, queries=24, width=128),
    clip=ClipConfig(vocab_size=192, width=128, layers=3, heads=4, ffn=384, tokens=24),
    unet=UnetConfig(
        size=16,
        channels=8,
        blocks=(64, 160),
        heads=(2, 4),
        cross_width=128,
        down=("DownBlock2D", "CrossAttnDownBlock2D"),
        up=("CrossAttnUpBlock2D", "UpBlock2D"),
        resnets=1,
        norm_groups=16,
    ),
    autoencoder=AutoencoderConfig(
        size=128, blocks=(16, 24, 48, 96), channels=8, resnets=1, norm_groups=8, scaling_factor=1.0
    ),
    schedule=ScheduleConfig(1e-4, 0.02, "squaredcos_cap_v2", "v_prediction", "trailing", 0),
    lora=LoraConfig(rank=16, alpha=32, targets=("q_proj", "k_proj", "v_proj", "o_proj", "up_proj", "down_proj")),
    knows=Knowledge(chapters=True),
)

# What TINY becomes once its trainings are done: pictures twice as wide, in four steps. The UNet's inner levels are
# TINY's, and begin as they stand there.
NEXT = replace(
    TINY,
    unet=replace(
        TINY.unet,
        size=32,
        blocks=(32, 64, 160),
        heads=(1, 2, 4),
        time=256,
        down=("DownBlock2D", "DownBlock2D", "CrossAttnDownBlock2D"),
        up=("CrossAttnUpBlock2D", "UpBlock2D", "UpBlock2D"),
    ),
    autoencoder=replace(TINY.autoencoder, size=256),
    denoising=WINDOWS,
)

MINIGPT5 = ModelConfig(
    name="minigpt5-7b",
    language=LanguageConfig(vocab_size=32009, width=4096, layers=32, heads=32, ffn=11008, context=2048),
    vision=VisionConfig(size=224, patch=14, width=1408, layers=39, heads=16, ffn=6144),
    qformer=QFormerConfig(width=768, layers=12, heads=12, ffn=3072, queries=32),
    mapper=MapperConfig(layers=4, heads=8, ffn=4096, queries=77, width=1024),
    clip=ClipConfig(vocab_size=49408, width=1024, layers=23, heads=16, ffn=4096, tokens=77),
    unet=UnetConfig(
        size=64,
        channels=4,
        blocks=(320, 640, 1280, 1280),
        heads=(5, 10, 20, 20),
        cross_width=1024,
        down=("CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "DownBlock2D"),
        up=("UpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D"),
    ),
    autoencoder=AutoencoderConfig(
        size=512, blocks=(128, 256, 512, 512), channels=4, resnets=2, norm_groups=32, scaling_factor=0.18215
    ),
    schedule=ScheduleConfig(0.00085, 0.012, "scaled_linear", "epsilon", "leading", 1),
    lora=LoraConfig(dropout=0.05),
    denoising=Denoising("dpm++2m", 20, 7.5),
)

# MINIGPT5 with every dimension cut and all structure kept: for stand-ins of the official files.
MINIGPT5_SMALL = replace(
    MINIGPT5,
    name="minigpt5-small",
    language=replace(MINIGPT5.language, vocab_size=1033, width=128, layers=3, heads=4, ffn=320, context=1024),
    vision=replace(MINIGPT5.vision, size=28, patch=7, width=96, layers=3, heads=4, ffn=192),
    qformer=replace(MINIGPT5.qformer, width=64, layers=4, heads=4, ffn=160, queries=8),
    mapper=replace(MINIGPT5.mapper, layers=2, ffn=160, queries=11, width=64),
    clip=replace(MINIGPT5.clip, vocab_size=128, width=64, layers=2, heads=4, ffn=160, tokens=11),
    unet=replace(MINIGPT5.unet, size=16, blocks=(32, 64, 96, 96), heads=(2, 4, 6, 6), cross_width=64, norm_groups=8),
    autoencoder=replace(MINIGPT5.autoencoder, size=128, blocks=(16, 32, 48, 48), norm_groups=8),
)

# The shape of TINY with nothing in it: for tests.
TOY = replace(
    TINY,
    name="toy",
    language=replace(TINY.language, width=32, layers=2, heads=2, ffn=48),
    vision=replace(TINY.vision, width=32, layers=1, heads=2, ffn=32),
    qformer=replace(TINY.qformer, width=32, layers=2, heads=2, ffn=32),
    mapper=replace(TINY.mapper, layers=1, heads=2, ffn=32, width=32),
    clip=replace(TINY.clip, width=32, layers=1, heads=2, ffn=32),
    unet=replace(TINY.unet, blocks=(16, 16), heads=(1, 1), cross_width=32, resnets=1, norm_groups=8),
    autoencoder=replace(TINY.autoencoder, blocks=(8, 8, 8, 8)),
    knows=Knowledge(),
)
