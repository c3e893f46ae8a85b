"""A small decoder of pictures, for previews: TAESD's layout."""

from pathlib import Path

from diffusers import AutoencoderTiny

from interleaf.checkpoints.tensors import CheckpointError, open_tensors

DIFFUSERS = "decoder.layers."


def tiny_decoder(path: Path) -> AutoencoderTiny:
    """path: a folder of diffusers' AutoencoderTiny, or the published taesd_decoder.safetensors.

    Raises CheckpointError where it is neither.
    """
    tensors, tiny = open_tensors(path), AutoencoderTiny()
    names = {ours(name): name for name in tensors.shapes if not name.startswith("encoder.")}
    expected = {name: tuple(weight.shape) for name, weight in tiny.decoder.layers.state_dict().items()}
    if expected != {name: tuple(tensors.shapes[theirs]) for name, theirs in names.items()}:
        strange = sorted(set(expected) ^ set(names))[:5] or ["tensors of other shapes"]
        raise CheckpointError(f"{path} is not a decoder of TAESD's layout: {', '.join(strange)}.")
    with tensors.reading() as read:
        tiny.decoder.layers.load_state_dict({name: read(theirs).float() for name, theirs in names.items()})
    return tiny.eval().requires_grad_(False)


def ours(name: str) -> str:
    """The published file numbers the layers from 1, where its clamp is number 0 and has no weights."""
    number, _, rest = name.partition(".")
    return f"{int(number) - 1}.{rest}" if number.isdigit() else name.removeprefix(DIFFUSERS)
