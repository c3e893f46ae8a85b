"""What is compared: every arm tells the same held-out stories, and differs from another in one thing."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from tqdm import tqdm

from interleaf.config import ModelConfig
from interleaf.model import load_tiny
from interleaf.tell import Told, paint, tell_many
from interleaf.train import picture
from interleaf.train.variants import VARIANTS, folder_of, prepare

from .prompts import HeldOut, held_out_prompts
from .shelf import Shelf, weights_of
from .tellings import Captioning, Telling, following, from_captions

TOGETHER = 24  # stories that are told side by side


@dataclass(frozen=True)
class Arm:
    """own: the model writes; otherwise the simulator's words are given. source: what a picture is painted from, the
    model's `vokens`, its own `captions`, or the `true` ones. history: the pictures that are seen again, `drawn` for the
    given story, the model's `own`, or `none`. last: only a story's last picture counts, as in VIST. undistilled:
    painted by the UNet of the picture stage, even where the model has one of few steps."""

    says: str
    variant: str | None = None
    own: bool = False
    source: str = "vokens"
    history: str = "drawn"
    texts: bool = True
    guidance: float | None = None  # where it is not the model's, or the command's
    steps: int | None = None
    undistilled: bool = False
    last: bool = False
    against: str = "vokens"  # the arm that it is compared with


ARMS = {
    "vokens": Arm("the model"),
    "true-captions": Arm("true captions through the picture model's own text encoder (upper bound)", source="true"),
    "steps-4": Arm("four denoising steps", steps=4, against="steps-20"),
    "steps-20": Arm("twenty denoising steps, before distilling", steps=20, undistilled=True),
    "no-guidance": Arm(
        "twenty denoising steps without guidance", steps=20, guidance=1.0, undistilled=True, against="steps-20"
    ),
    "two-stage": Arm("two stages: a caption of its own, then the picture model", "captions", source="captions"),
    "full": Arm("the model, trained as long as those below", "full"),
    **{n: Arm(v.says, n, against="full") for n, v in VARIANTS.items() if n not in ("full", "captions")},
    "text-context": Arm("earlier pages as text alone", history="none", last=True, against="both-context"),
    "picture-context": Arm("earlier pages as pictures alone", texts=False, last=True, against="both-context"),
    "both-context": Arm("earlier pages as text and pictures", last=True),
    "own": Arm("the model tells by itself", own=True, history="own"),
    "own-unseen": Arm("it does not see its own pictures again", own=True, history="none", against="own"),
    "own-two-stage": Arm(
        "two stages tell by themselves", "captions", own=True, source="captions", history="own", against="own"
    ),
}
FIRST = ("vokens", "full", "both-context", "own")  # arms that others are compared with, and they with none
SAME_AS = {"both-context": "vokens"}  # told once, measured twice


def missing(arm: Arm, runs: Path) -> list[str]:
    """The stages of the arm's variant that have no weights yet."""
    if arm.variant is None:
        return []
    at = folder_of(arm.variant, runs)
    return [s for s in VARIANTS[arm.variant].stages if not (at / s / "weights.safetensors").exists()]


@dataclass
class Teller:
    """Loads what an arm needs, once, and tells with it. config.denoising: for the arms that name no steps."""

    runs: Path
    config: ModelConfig
    loaded: tuple[tuple, object] | None = None

    def config_of(self, arm: Arm) -> ModelConfig:
        config = self.config.undistilled if arm.undistilled else self.config
        return replace(config, denoising=config.denoising.asked(steps=arm.steps, guidance=arm.guidance))

    def model(self, arm: Arm):
        """The arm's, with the UNet that the arm paints with."""
        config = self.config_of(arm)
        what = (arm.variant, config.unet_stage)
        if self.loaded is None or self.loaded[0] != what:
            at, config = prepare(arm.variant, self.runs, config) if arm.variant else (self.runs, config)
            self.loaded = (what, load_tiny(at, config))
        return self.loaded[1]

    def made_of(self, arm: Arm) -> tuple:
        """All that makes an arm's stories what they are, but for what each is asked."""
        at = folder_of(arm.variant, self.runs) if arm.variant else self.runs
        config = self.config_of(arm)
        same = {"says": "", "against": "", "variant": None, "steps": None, "guidance": None, "undistilled": False}
        return weights_of(at, config), replace(arm, **same), config.denoising

    def painting(self, arm: Arm) -> Callable[..., torch.Tensor]:
        return paint if arm.source == "vokens" else from_captions(picture.read(self.runs, self.config))

    def tell(self, arm: Arm, asked: list[HeldOut], seeds: list[int]) -> list[Told]:
        telling: type[Telling] = Captioning if arm.source == "captions" else Telling
        if not arm.own:
            stories = {seed: each.story for seed, each in zip(seeds, asked, strict=True)}
            true = arm.source == "true"
            telling = following(stories, telling, arm.history, arm.texts, captions=true, last=arm.last)
        return tell_many(
            self.model(arm),
            [each.prompt for each in asked],
            [each.pages for each in asked],
            seeds,
            self.config_of(arm).denoising,
            telling=telling,
            painting=self.painting(arm),
            sees=arm.history != "none",
        )


def told(name: str, teller: Teller, count: int, out: Path) -> list[Told]:
    """The arm's stories of the first `count` held-out prompts; those that are not on the shelf are told now."""
    source = SAME_AS.get(name, name)
    if teller.made_of(ARMS[source]) == teller.made_of(ARMS["vokens"]):
        source = "vokens"  # a model of four steps is its own arm of four
    arm, asked = ARMS[source], held_out_prompts(count, teller.config.knows)
    shelf = Shelf(out / source, *teller.made_of(arm))
    new = [number for number, each in enumerate(asked) if not shelf.has(number, each)]
    for start in tqdm(range(0, len(new), TOGETHER), desc=name, ascii=True, disable=not new):
        few = new[start : start + TOGETHER]
        for number, each in zip(few, teller.tell(arm, [asked[n] for n in few], few), strict=True):
            shelf.put(number, each, asked[number])
    return [shelf.get(number) for number in range(count)]
