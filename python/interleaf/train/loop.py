"""One training loop for every stage: seeded, resumable, with a time budget, a moving average and a curve.

Under `accelerate launch` every process draws batches of its own, and gradients are averaged once a step, so that the
processes stay equal. They are averaged by hand rather than by DistributedDataParallel, which knows only of what happens
inside one forward: here the mapper is called outside, and a batch without a picture leaves it without a gradient.
"""

import csv
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import matplotlib
import torch
from accelerate import Accelerator, PartialState
from accelerate.utils import broadcast, set_seed
from torch import nn
from tqdm import tqdm

from interleaf.train.checkpoint import RUNS, Checkpoint, trainable

matplotlib.use("Agg")


@dataclass(frozen=True)
class LoopConfig:
    """`steps` and `minutes` are totals over all resumed runs; the first to be reached ends the training."""

    stage: str
    lr: float
    minutes: float = 5.0
    steps: int = 10**9
    warmup: int = 100  # steps
    decay: float = 0.35  # last fraction of the budget, in which the rate falls linearly to `floor`
    floor: float = 0.02
    betas: tuple[float, float] = (0.9, 0.99)
    weight_decay: float = 0.01
    clip: float = 1.0  # 0: none
    ema: float = 0.999  # 0: weights.safetensors holds the last weights
    accumulate: int = 1  # batches of a step, in each process
    linear: bool = False  # as published: warm-up from 0, then linear to 0; `decay` and `floor` do not matter
    decay_all: bool = False  # as published: weight decay on vectors too
    muon: float = 0.0  # factor of the rate of matrices inside the layers, which Muon moves then; 0: AdamW moves all
    save_minutes: float = 3.0
    seed: int = 1
    workers: int = 0  # processes that draw ahead what is trained on
    runs: Path = RUNS

    @property
    def folder(self) -> Path:
        return self.runs / self.stage


@dataclass
class Progress:
    step: int = 0
    seconds: float = 0.0
    seen: float = 0.0  # fraction of the budget that is spent
    part: int = 0  # of this step's batches, which one is drawn
    parts: int = 1  # batches of a step, in all processes

    @property
    def batch(self) -> int:
        """The number of the batch that is drawn. No other process draws it, and none did before."""
        return self.step * self.parts + self.part

    def update(self, config: LoopConfig) -> None:
        self.seen = max(self.step / config.steps, self.seconds / 60 / config.minutes)


Loss = Callable[[nn.Module, Progress], tuple[torch.Tensor, dict[str, float]]]


def rate(config: LoopConfig, progress: Progress) -> float:
    """Warm-up, constant, then linear to the floor."""
    if config.linear:
        warm = min(1.0, progress.step / max(1, config.warmup))
        return config.lr * min(warm, max(0.0, 1 - progress.seen) / (1 - min(0.99, config.warmup / config.steps)))
    warm = min(1.0, (progress.step + 1) / config.warmup)
    left = min(1.0, max(0.0, 1 - progress.seen) / config.decay)
    return config.lr * warm * (config.floor + (1 - config.floor) * left)


def groups(named: dict[str, nn.Parameter], config: LoopConfig) -> list[dict]:
    """Weight decay on matrices only, unless on all. A parameter may carry `lr_scale` (a factor of the rate) and
    `no_decay`."""
    found: dict[tuple, list] = {}
    for p in named.values():
        decays = (p.ndim > 1 or config.decay_all) and not getattr(p, "no_decay", False)
        found.setdefault((getattr(p, "lr_scale", 1.0), decays), []).append(p)
    return [
        {"params": params, "lr_scale": scale, "weight_decay": config.weight_decay if decays else 0.0}
        for (scale, decays), params in found.items()
    ]


def optimizers(model: nn.Module, config: LoopConfig) -> list[torch.optim.Optimizer]:
    """AdamW, and Muon (Jordan 2024) for the matrices of transformer layers where it is asked for: its steps are scaled
    to the size of AdamW's (Liu et al. 2025), so that both share one rate."""
    named = trainable(model)
    inside = {name: p for name, p in named.items() if config.muon and p.ndim == 2 and ".layers." in name}
    adam = groups({name: p for name, p in named.items() if name not in inside}, config)
    found: list[torch.optim.Optimizer] = [torch.optim.AdamW(adam, lr=config.lr, betas=config.betas)]
    if inside:
        matrices = [{"params": list(inside.values()), "lr_scale": config.muon, "weight_decay": config.weight_decay}]
        found.append(torch.optim.Muon(matrices, lr=config.lr, adjust_lr_fn="match_rms_adamw"))
    return found


def _curve(folder: Path) -> None:
    import matplotlib.pyplot as plt

    with (folder / "loss.csv").open() as file:
        rows = [(float(row["minutes"]), float(row["loss"])) for row in csv.DictReader(file)]
    figure, axes = plt.subplots(figsize=(6, 3))
    axes.plot(*zip(*rows, strict=True), linewidth=0.8)
    axes.set(xlabel="minutes", ylabel="loss", yscale="log", title=folder.name)
    figure.tight_layout()
    figure.savefig(folder / "loss.png", dpi=100)
    plt.close(figure)


def fast_bfloat16() -> bool:
    """Whether products in bfloat16 are faster than in float32: on a GPU, and on processors that have them."""
    return torch.cuda.is_available() or torch.ops.mkldnn._is_mkldnn_bf16_supported()


def device() -> torch.device:
    """Where this process trains: what stands still beside the trained model has to be there, too."""
    return PartialState().device


def processes() -> Accelerator:
    """Those of `accelerate launch`, or this one alone."""
    return Accelerator(mixed_precision="bf16" if fast_bfloat16() else "no")


def _gradients(
    accelerator: Accelerator, model: nn.Module, loss_of: Loss, config: LoopConfig, progress: Progress
) -> tuple[float, dict[str, float]]:
    """Puts the mean gradient of a step's batches, in all processes, into the model; returns their mean loss."""
    count, value = accelerator.num_processes, 0.0
    progress.parts = count * config.accumulate
    for number in range(config.accumulate):
        progress.part = number * count + accelerator.process_index
        with accelerator.autocast():
            loss, parts = loss_of(model, progress)
        accelerator.backward(loss / config.accumulate)
        value += float(loss.detach()) / config.accumulate
    if count > 1:
        trained = list(trainable(model).values())
        has = accelerator.reduce(torch.tensor([p.grad is not None for p in trained], device=accelerator.device).float())
        for p, somewhere in zip(trained, has.tolist(), strict=True):
            if somewhere:  # else it stays without one, as in a single process: nothing decays
                p.grad = accelerator.reduce(torch.zeros_like(p) if p.grad is None else p.grad, "mean")
        value = float(accelerator.reduce(torch.tensor(value, device=accelerator.device), "mean"))
    return value, parts


def _of_main(accelerator: Accelerator, seconds: float) -> float:
    """The main process's clock, so that all end at the same step."""
    if accelerator.num_processes == 1:
        return seconds
    return float(broadcast(torch.tensor(seconds, dtype=torch.float64, device=accelerator.device)))


def train(
    model: nn.Module, loss_of: Loss, config: LoopConfig, on_save: Callable[[Progress], None] | None = None
) -> float:
    """Trains what requires a gradient. `loss_of(model, progress)` draws its own batch; returns the last mean loss."""
    config.folder.mkdir(parents=True, exist_ok=True)
    accelerator = processes()
    set_seed(config.seed, device_specific=True)
    plain = optimizers(model, config)
    model = accelerator.prepare_model(model, evaluation_mode=True)  # without DistributedDataParallel
    prepared = [accelerator.prepare(optimizer) for optimizer in plain]
    checkpoint = Checkpoint(config.folder, model, plain, config.ema)
    progress = Progress(*checkpoint.resume())
    progress.update(config)
    main, log = accelerator.is_main_process, config.folder / "loss.csv"
    if not main:
        set_seed(config.seed + progress.step, device_specific=True)
        log = Path(os.devnull)
    fresh = progress.step == 0 or not log.exists()
    mean, saved, started = None, time.time(), time.time() - progress.seconds
    with (
        log.open("w" if fresh else "a", newline="") as file,
        tqdm(initial=progress.step, mininterval=10, disable=not main) as bar,
    ):
        rows = csv.writer(file)
        if fresh:
            rows.writerow(["step", "minutes", "loss", "lr"])
        while progress.seen < 1:
            lr = rate(config, progress)
            every = [group for optimizer in prepared for group in optimizer.param_groups]
            for group in every:
                group["lr"] = lr * group["lr_scale"]
            value, parts = _gradients(accelerator, model, loss_of, config, progress)
            if config.clip:
                accelerator.clip_grad_norm_([p for group in every for p in group["params"]], config.clip)
            for optimizer in prepared:
                optimizer.step()
                optimizer.zero_grad()
            checkpoint.follow(progress.step)
            if value != value:
                raise FloatingPointError(
                    f"{config.stage}: loss is NaN at step {progress.step}. Lower the rate, resume."
                )
            mean = value if mean is None else 0.98 * mean + 0.02 * value
            progress.step += 1
            progress.seconds = _of_main(accelerator, time.time() - started)
            progress.update(config)
            bar.update()
            bar.set_postfix(loss=f"{mean:.4f}", **{k: f"{v:.3f}" for k, v in parts.items()}, refresh=False)
            if progress.step % 10 == 0:
                rows.writerow([progress.step, f"{progress.seconds / 60:.3f}", f"{mean:.5f}", f"{lr:.2e}"])
            if main and (time.time() - saved > config.save_minutes * 60 or progress.seen >= 1):
                file.flush()
                checkpoint.save(progress.step, progress.seconds, mean, done=progress.seen >= 1)
                _curve(config.folder)
                if on_save:
                    with torch.no_grad():
                        on_save(progress)
                saved = time.time()
    accelerator.wait_for_everyone()  # until what the main process saves is there
    return mean
