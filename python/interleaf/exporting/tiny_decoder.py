"""A small decoder of pictures, for previews: TAESD's layout."""

from pathlib import Path

from diffusers import AutoencoderTiny
from safetensors.torch import load_file

from interleaf.checkpoints.tensors import CheckpointError


def tiny_decoder(path: Path) -> AutoencoderTiny:
    """Of TAESD's layout: a folder of diffusers' AutoencoderTiny, or the published taesd_decoder.safetensors."""
    if path.is_dir():
        return AutoencoderTiny.from_pretrained(path).float().eval()
    tiny, weights = AutoencoderTiny(), load_file(path)
    # The published file numbers the layers from 1, where its clamp is number 0 and has no weights.
    known = {f"{int(name.split('.')[0]) - 1}.{name.split('.', 1)[1]}": weight for name, weight in weights.items()}
    ours = {name.removeprefix("layers."): tuple(w.shape) for name, w in tiny.decoder.state_dict().items()}
    if ours != {name: tuple(weight.shape) for name, weight in known.items()}:
        raise CheckpointError(f"{path} is not of TAESD's layout: {sorted(set(ours) ^ set(known))[:5]}.")
    tiny.decoder.load_state_dict({f"layers.{name}": weight.float() for name, weight in known.items()})
    return tiny.eval()
