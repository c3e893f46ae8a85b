"""Goldens of the shipped graphs: what they give for inputs that every language can make, and a story they tell.

Each output is compared with PyTorch's float32 before it is written, so a golden that is far from the trained model is
never made.
"""

from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

from interleaf import random_numbers
from interleaf.config import Denoising, ModelConfig
from interleaf.exporting.graphs import modules
from interleaf.exporting.shipped import Shipped, ShippedContext, paint
from interleaf.sampling import Sampling
from interleaf.stories import encode_prompt
from interleaf.tell import Context, Telling
from interleaf.tell import paint as paint_plainly
from interleaf.train.vision import normalised

CLOSE = 0.999  # least cosine between a quantised graph's output and PyTorch's
PICTURE_CLOSE = 3.0  # mean distance of a painted byte from PyTorch's, of 255
SEED, PAGE, STEPS = 5, 2, 4  # of the painted golden; a distilled UNet takes the steps it was distilled for


def noise(stream: int, *shape: int) -> np.ndarray:
    """Inputs need no file: the browser makes the same numbers, normals of seed 1 and the graph's stream."""
    return random_numbers.normals(1, stream, shape)


def graph_inputs(c: ModelConfig) -> dict[str, dict[str, np.ndarray]]:
    """What each traced graph is given."""
    latent = (c.unet.channels, c.unet.size, c.unet.size)
    return {
        "vision": {"pixel_values": noise(1, 1, 3, c.vision.size, c.vision.size)},
        "mapper": {"voken_states": noise(2, 1, c.vokens, c.language.width)},
        "unet": {
            "sample": noise(3, 2, *latent),
            "timestep": np.array([500.0], np.float32),
            "encoder_hidden_states": noise(4, 2, c.mapper.queries, c.mapper.width),
        },
        "vae_decoder": {"latents": noise(5, 1, *latent)},
    }


def graph_goldens(model, shipped: Shipped, prompt: str, out: Path) -> dict:
    """One output per graph as raw float32, and how near it is to PyTorch."""
    inputs, found = graph_inputs(model.config), {}
    for name, module in modules(model).items():
        (output,) = shipped.run(name, inputs[name]).values()
        with torch.no_grad():
            exact = module(*(torch.from_numpy(x) for x in inputs[name].values())).numpy()
        found[name] = record(out, name, output, exact)
    ids = encode_prompt(prompt, 4)
    embeds = shipped.run("embed", {"input_ids": np.array([ids])})["inputs_embeds"]
    found["embed"] = record(
        out, "embed", embeds, model.language.get_input_embeddings()(torch.tensor([ids])).detach().numpy()
    )
    found["decoder"] = decoder_golden(model, shipped, out)
    return found


def decoder_golden(model, shipped: Shipped, out: Path) -> dict:
    """Passes of 12, 1 and 8 rows, a rewind to 10, and 3 more: each pass's hidden states, then its last logits."""
    plain, quantised = Context(model), ShippedContext(model.config, shipped)
    ours, exact = [], []
    for length, rows, stream in ((0, 12, 6), (12, 1, 7), (13, 8, 8), (10, 3, 9)):
        embeds = noise(stream, 1, rows, model.config.language.width) * 0.05
        quantised.rewind(length)
        ours += [quantised.feed_embeds(embeds).ravel(), quantised.logits]
        plain.rewind(length)
        with torch.no_grad():
            positions = torch.arange(length, length + rows)[None]
            states = model.language.model(
                inputs_embeds=torch.from_numpy(embeds),
                past_key_values=plain.cache,
                position_ids=positions,
                use_cache=True,
            ).last_hidden_state[0]
            plain.length += rows
            exact += [states.numpy().ravel(), model.language.lm_head(states[-1]).numpy()]
    return record(out, "decoder", np.concatenate(ours), np.concatenate(exact))


def record(out: Path, name: str, output: np.ndarray, exact: np.ndarray) -> dict:
    a, b = output.ravel().astype(np.float64), exact.ravel().astype(np.float64)
    cosine = float(a @ b / np.linalg.norm(a) / np.linalg.norm(b))
    if cosine < CLOSE:
        raise ValueError(
            f"{name}: cosine {cosine:.5f} to PyTorch, below {CLOSE}. Export again, or look at its quantisation."
        )
    (out / f"{name}.f32").write_bytes(output.astype("<f4").tobytes())
    return {"shape": list(output.shape), "cosineToPyTorch": round(cosine, 6)}


def gradient(size: int) -> np.ndarray:
    """A picture that both languages can make: uint8 [size, size, 3] of (2x, 2y, x + y)."""
    y, x = np.mgrid[0:size, 0:size]
    return np.stack([2 * x, 2 * y, x + y], -1).clip(0, 255).astype(np.uint8)


def told_golden(config: ModelConfig, shipped: Shipped, prompt: str) -> dict:
    """Three pages told by the shipped graphs; every picture is the gradient, so that no painting is needed."""
    picture = torch.from_numpy(gradient(config.autoencoder.size)).permute(2, 0, 1)[None].float() / 127.5 - 1
    pixels = normalised(picture, config).numpy()
    sight = torch.from_numpy(shipped.run("vision", {"pixel_values": pixels})["image_embeds"][0])
    telling = Telling(config, ShippedContext(config, shipped), prompt, 4, 7, Sampling())
    pages = []
    for _ in range(3):
        vokens = telling.write()
        page = telling.told.pages[-1]
        states = None if vokens is None else [[round(float(x), 5) for x in row[:8]] for row in vokens]
        pages.append({"tokens": telling.generated, "text": page.text, "offset": page.offset, "vokens": states})
        if telling.over:
            break
        telling.turn(None if vokens is None else sight)
    return {"prompt": prompt, "pages": 4, "seed": 7, "told": pages}


def painted_in(config: ModelConfig) -> Denoising:
    return config.denoising if config.denoising.distilled else replace(config.denoising, steps=STEPS)


def painted_golden(model, shipped: Shipped, out: Path) -> dict:
    """A whole picture from given vokens: mapper, a few steps of the UNet, autoencoder. uint8 [h, w, 3]."""
    c, how = model.config, painted_in(model.config)
    vokens = noise(10, 1, c.vokens, c.language.width)
    picture = paint(c, shipped, model.scaling_factor, vokens, SEED, PAGE, how)
    with torch.no_grad():
        exact = paint_plainly(model, torch.from_numpy(vokens), [SEED], PAGE, how)[0]
    far = np.abs(picture / 127.5 - 1 - exact.permute(1, 2, 0).numpy()).mean() * 127.5
    if far > PICTURE_CLOSE:
        raise ValueError(f"the shipped graphs paint {far:.2f} of 255 away from PyTorch, more than {PICTURE_CLOSE}")
    (out / "painted.rgb").write_bytes(picture.tobytes())
    return {
        **{"seed": SEED, "page": PAGE, "steps": how.steps, "guidance": how.guidance},
        "sampler": how.sampler,
        "shape": list(picture.shape),
        "meanDistanceToPyTorch": round(float(far), 3),
    }
