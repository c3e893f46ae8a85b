"""`python -m interleaf golden`: what the browser's tests compare with. golden/README.md says how.

Each shipped graph is run by onnxruntime and compared with PyTorch's float32 before anything is written, so a golden
that is far from the trained model is never made.
"""

import argparse
import json
from pathlib import Path

import numpy as np
import onnxruntime as ort
import torch

from interleaf import random_numbers
from interleaf.exporting import schedules
from interleaf.exporting.graphs import modules
from interleaf.sampling import Sampling, choose
from interleaf.stories import encode_prompt, neutral, tokens
from interleaf.tell import Context, Telling

CLOSE = 0.999  # least cosine between a quantised graph's output and PyTorch's
PROMPTS = (
    "a turtle with a kite on the beach",
    "Ein Igel im Regen",
    "[IMG0] ### <Img> 😀",
    "naïve café — “quoted”",
    " \t x ",
)


def noise(stream: int, *shape: int) -> np.ndarray:
    """Inputs need no file: the browser makes the same numbers, normals of seed 1 and the graph's stream."""
    return random_numbers.normals(1, stream, shape)


class Shipped:
    """The graphs that are shipped, run by onnxruntime."""

    def __init__(self, folder: Path):
        self.folder, self.sessions = folder, {}

    def run(self, graph: str, feeds: dict) -> dict[str, np.ndarray]:
        if graph not in self.sessions:
            self.sessions[graph] = ort.InferenceSession(
                self.folder / f"{graph}.onnx", providers=["CPUExecutionProvider"]
            )
        session = self.sessions[graph]
        return dict(zip([o.name for o in session.get_outputs()], session.run(None, feeds), strict=True))


class ShippedContext(Context):
    """tell.Context on the shipped graphs: key/value buffers of fixed length, present fed back as past."""

    def __init__(self, config, shipped: Shipped):
        self.config, self.shipped, self.length, self.logits = config, shipped, 0, None
        c = config.language
        empty = np.zeros((1, c.heads, c.context, c.width // c.heads), np.float32)
        self.past = {f"past_key_values.{i}.{kind}": empty for i in range(c.layers) for kind in ("key", "value")}

    def feed(self, ids: list[int], sights: list[torch.Tensor]) -> torch.Tensor:
        embeds = self.shipped.run("embed", {"input_ids": np.array([ids])})["inputs_embeds"]
        rows = [i for i, token in enumerate(ids) if token == self.config.image_token]
        if rows:
            embeds[0, rows] = torch.cat(sights).numpy()
        return torch.from_numpy(self.feed_embeds(embeds))

    def feed_embeds(self, embeds: np.ndarray) -> np.ndarray:
        self.length += embeds.shape[1]
        mask = np.ones((1, self.length), np.int64)
        out = self.shipped.run("decoder", {"inputs_embeds": embeds, "attention_mask": mask, **self.past})
        self.past = {name: out[name.replace("past_key_values", "present")] for name in self.past}
        self.logits = out["logits"][0, 0]
        return out["hidden_states"][0]

    def rewind(self, length: int) -> None:
        self.length = length


def graph_goldens(model, shipped: Shipped, out: Path) -> dict:
    """One output per graph as raw float32, and how near it is to PyTorch."""
    c, found = model.config, {}
    latent = (c.unet.channels, c.unet.size, c.unet.size)
    inputs = {
        "vision": {"pixel_values": noise(1, 1, 3, c.vision.size, c.vision.size)},
        "mapper": {"voken_states": noise(2, 1, c.vokens, c.language.width)},
        "unet": {
            "sample": noise(3, 2, *latent),
            "timestep": np.array([500.0], np.float32),
            "encoder_hidden_states": noise(4, 2, c.mapper.queries, c.mapper.width),
        },
        "vae_decoder": {"latents": noise(5, 1, *latent)},
    }
    for name, module in modules(model).items():
        (output,) = shipped.run(name, inputs[name]).values()
        with torch.no_grad():
            exact = module(*(torch.from_numpy(x) for x in inputs[name].values())).numpy()
        found[name] = record(out, name, output, exact)
    ids = encode_prompt(PROMPTS[0], 4)
    embeds = shipped.run("embed", {"input_ids": np.array([ids])})["inputs_embeds"]
    found["embed"] = record(
        out, "embed", embeds, model.language.get_input_embeddings()(torch.tensor([ids])).detach().numpy()
    )
    found["decoder"] = decoder_golden(model, shipped, out)
    return found


def decoder_golden(model, shipped: Shipped, out: Path) -> dict:
    """Passes of 12, 1 and 8 rows, a rewind to 10, and 3 more: hidden states of all rows and the last logits of each pass."""
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


def told_golden(model, shipped: Shipped) -> dict:
    """Two pages told by the shipped graphs; every picture is the gradient, so that no painting is needed."""
    from interleaf.train.vision import normalised

    picture = torch.from_numpy(gradient(model.config.autoencoder.size)).permute(2, 0, 1)[None].float() / 127.5 - 1
    pixels = normalised(picture, model.config).numpy()
    sight = torch.from_numpy(shipped.run("vision", {"pixel_values": pixels})["image_embeds"][0])
    telling = Telling(model.config, ShippedContext(model.config, shipped), PROMPTS[0], 4, 7, Sampling())
    pages = []
    for _ in range(3):
        vokens = telling.write()
        page = telling.told.pages[-1]
        states = None if vokens is None else [[round(float(x), 5) for x in row[:8]] for row in vokens]
        pages.append({"tokens": telling.generated, "text": page.text, "offset": page.offset, "vokens": states})
        if telling.over:
            break
        telling.turn(None if vokens is None else sight)
    return {"prompt": PROMPTS[0], "pages": 4, "seed": 7, "told": pages}


def choice_goldens() -> list[dict]:
    found = []
    for case, sampling in enumerate((Sampling(), Sampling(0.0), Sampling(1.0, 1.0, 0), Sampling(1.3, 0.8, 12, 1.5))):
        logits = noise(100 + case, 200) * 3
        settings = {"temperature": sampling.temperature, "topP": sampling.top_p, "topK": sampling.top_k}
        settings["repetitionPenalty"] = sampling.penalty
        us = [0.001, 0.1, 0.3, 0.5, 0.7, 0.9, 0.999]
        chosen = [choose(logits.copy(), sampling, [3, 4], [0, 7, 7, 150], u) for u in us]
        found.append({"stream": 100 + case, "settings": settings, "u": us, "chosen": chosen})
    return found


def main(argv: list[str] | None = None) -> None:
    from interleaf.model import load_tiny

    parser = argparse.ArgumentParser(prog="interleaf golden", description=__doc__)
    parser.add_argument("--weights", type=Path, default=Path("../public/weights/tiny"))
    parser.add_argument("--out", type=Path, default=Path("../golden"))
    options = parser.parse_args(argv)
    torch.set_num_threads(1)
    options.out.mkdir(parents=True, exist_ok=True)
    model, shipped = load_tiny(), Shipped(options.weights)
    encoded = [{"typed": p, "neutral": neutral(p), "ids": encode_prompt(p, 4)} for p in PROMPTS]
    written = {
        "schedules": schedules.golden(),
        "random": {
            "seed": 4_000_000_007,
            "stream": 9,
            "normals": random_numbers.normals(4_000_000_007, 9, (9,)).tolist(),
        },
        "choices": choice_goldens(),
        "prompts": encoded,
        "graphs": graph_goldens(model, shipped, options.out),
        "told": told_golden(model, shipped),
    }
    for name, value in written.items():
        (options.out / f"{name}.json").write_text(json.dumps(value) + "\n")
    print(json.dumps(written["graphs"], indent=1))
    print(tokens.decode(written["told"]["told"][0]["tokens"]))
