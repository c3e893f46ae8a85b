"""What makes pictures in a few steps: a low-rank addition to the UNet, fused before it is quantised."""

from pathlib import Path

from diffusers import UNet2DConditionModel
from diffusers.loaders import StableDiffusionLoraLoaderMixin

from interleaf.checkpoints.tensors import CheckpointError


def fuse_lora(unet: UNet2DConditionModel, path: Path) -> UNet2DConditionModel:
    """path: a file of diffusers, kohya or peft. Raises CheckpointError where any of it is not for this UNet."""
    state, alphas = StableDiffusionLoraLoaderMixin.lora_state_dict(path.parent, weight_name=path.name)
    of_unet = {name for name in state if name.startswith("unet.")}
    if others := sorted(set(state) - of_unet)[:5]:
        raise CheckpointError(f"{path} changes more than the UNet: {', '.join(others)}. Nothing of it was used.")
    if not of_unet:
        raise CheckpointError(f"{path} holds no low-rank addition to a UNet.")
    before = {name: tuple(weight.shape) for name, weight in unet.state_dict().items()}
    try:
        unet.load_lora_adapter(state, network_alphas=alphas, prefix="unet")
    except (RuntimeError, ValueError) as error:
        raise CheckpointError(f"{path} does not fit this UNet: {str(error).splitlines()[0]}") from error
    taken = sum(".lora_" in name for name in unet.state_dict())
    if taken != len(of_unet):
        raise CheckpointError(f"{path} has {len(of_unet)} tensors, of which this UNet has a place for {taken}.")
    unet.fuse_lora()
    unet.unload_lora()
    if before != {name: tuple(weight.shape) for name, weight in unet.state_dict().items()}:
        raise CheckpointError(f"{path} left the UNet with other weights than it had.")
    return unet
