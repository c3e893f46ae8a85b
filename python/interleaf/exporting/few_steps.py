"""What makes pictures in a few steps: a low-rank addition to the UNet, fused before it is quantised."""

import json
import warnings
from dataclasses import fields
from pathlib import Path

import torch
from diffusers import UNet2DConditionModel
from diffusers.loaders import StableDiffusionLoraLoaderMixin
from peft import LoraConfig
from safetensors import safe_open

from interleaf.checkpoints.tensors import CheckpointError, open_tensors, read_json

UNET, PEFT, KOHYA = "unet.", "base_model.model.", "lora_unet_"
METADATA = "lora_adapter_metadata"  # where diffusers keeps peft's numbers, in the file's own header


def fuse_lora(unet: UNet2DConditionModel, path: Path) -> UNet2DConditionModel:
    """path: a file of diffusers, kohya or peft. Raises CheckpointError where any of it is not for this UNet."""
    state, alphas, numbers = read_lora(path)
    of_unet = {name for name in state if name.startswith(UNET)}
    if others := sorted(set(state) - of_unet)[:5]:
        raise CheckpointError(f"{path} changes more than the UNet: {', '.join(others)}. Nothing of it was used.")
    before = {name: tuple(weight.shape) for name, weight in unet.state_dict().items()}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of a UNet without its numbers, where only the fit is asked for
            unet.load_lora_adapter(state, network_alphas=alphas, metadata=numbers, prefix=UNET.removesuffix("."))
    except (RuntimeError, ValueError) as error:
        raise CheckpointError(f"{path} does not fit this UNet: {str(error).splitlines()[0]}") from error
    taken = sum(".lora_" in name for name in unet.state_dict())
    if not taken or taken != len(of_unet):
        raise CheckpointError(f"{path} has {len(of_unet)} tensors, of which this UNet has a place for {taken}.")
    unet.fuse_lora()
    unet.unload_lora()
    if before != {name: tuple(weight.shape) for name, weight in unet.state_dict().items()}:
        raise CheckpointError(f"{path} left the UNet with other weights than it had.")
    return unet


def read_lora(path: Path) -> tuple[dict[str, torch.Tensor], dict | None, dict | None]:
    """Tensors under diffusers' names; and either the alpha of each module, or peft's numbers, as far as they are told.

    Where neither is told, alpha is the rank, which is what diffusers takes.
    """
    tensors = open_tensors(path)
    if not any("lora" in name for name in tensors.shapes):
        raise CheckpointError(f"{path} holds no low-rank addition.")
    if strange := [name for name in tensors.shapes if "dora_scale" in name]:
        raise CheckpointError(f"{path} is of a kind that cannot be fused: it has {strange[0]}.")
    with tensors.reading() as read:
        state = {name: read(name).float() for name in tensors.shapes}
    if all(name.startswith(KOHYA) for name in state):
        return *StableDiffusionLoraLoaderMixin.lora_state_dict(state), None
    if all(name.startswith(PEFT) for name in state):
        numbers = read_json(path.parent / "adapter_config.json")
        state = {name.removeprefix(PEFT): weight for name, weight in state.items()}
    else:
        numbers = read_header(path)
    if not any(name.startswith((UNET, "text_encoder")) for name in state):
        state = {f"{UNET}{name}": weight for name, weight in state.items()}
    known = {field.name for field in fields(LoraConfig)}
    numbers = {name.removeprefix(UNET): value for name, value in numbers.items()}
    return state, None, {f"{UNET}{name}": value for name, value in numbers.items() if name in known} or None


def read_header(path: Path) -> dict:
    if path.suffix != ".safetensors":
        return {}
    with safe_open(path, "pt") as file:
        return json.loads((file.metadata() or {}).get(METADATA, "{}"))
