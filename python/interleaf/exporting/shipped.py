"""The graphs that are shipped, run by onnxruntime: what the browser's numbers are compared with."""

from pathlib import Path

import numpy as np
import onnxruntime as ort
import torch

from interleaf import random_numbers
from interleaf.config import Denoising
from interleaf.exporting.manifest import NULL_CONDITIONING
from interleaf.latents import denoised
from interleaf.tell import Context


class Shipped:
    """Graph files of a folder, each opened when it is first run."""

    def __init__(self, folder: Path):
        self.folder, self.sessions = folder, {}

    def run(self, graph: str, feeds: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        if graph not in self.sessions:
            path = self.folder / f"{graph}.onnx"
            if not path.exists():
                raise FileNotFoundError(f"{path} is not there: run `python -m interleaf export` first")
            self.sessions[graph] = ort.InferenceSession(path, providers=["CPUExecutionProvider"])
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

    def feed_embeds(self, embeds: np.ndarray) -> np.ndarray:  # (1, n, D) -> (n, D)
        self.length += embeds.shape[1]
        mask = np.ones((1, self.length), np.int64)
        out = self.shipped.run("decoder", {"inputs_embeds": embeds, "attention_mask": mask, **self.past})
        self.past = {name: out[name.replace("past_key_values", "present")] for name in self.past}
        self.logits = out["logits"][0, 0]
        return out["hidden_states"][0]

    def rewind(self, length: int) -> None:
        self.length = length


def paint(config, shipped: Shipped, scaling_factor: float, vokens: np.ndarray, seed: int, page: int,
          how: Denoising) -> np.ndarray:  # fmt: skip
    """tell.paint on the shipped graphs, for one picture. vokens [1, K, D] -> uint8 [h, w, 3]."""
    c = config.unet
    heard = torch.from_numpy(shipped.run("mapper", {"voken_states": vokens})["conditioning"])  # (1, L, C)
    nothing = torch.from_numpy(np.fromfile(shipped.folder / NULL_CONDITIONING, "<f4")).view(heard.shape)
    noise = random_numbers.normals(seed, random_numbers.picture_stream(page), (1, c.channels, c.size, c.size))

    def predict(sample, t, told):
        feeds = {"sample": sample.numpy(), "timestep": np.array([t], np.float32)}
        return torch.from_numpy(shipped.run("unet", {**feeds, "encoder_hidden_states": told.numpy()})["noise_pred"])

    sample = denoised(predict, torch.from_numpy(noise), heard, nothing, config, how)
    image = shipped.run("vae_decoder", {"latents": (sample / scaling_factor).numpy()})["image"][0]
    return ((image + 1) * 127.5 + 0.5).clip(0, 255).astype(np.uint8).transpose(1, 2, 0)
