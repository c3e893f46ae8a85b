"""The decoder's graph equals PyTorch's LLaMA through prefill, steps and rewinds, in buffers of fixed length."""

import numpy as np
import pytest
import torch
from exported import cosine, run, toy
from onnx import numpy_helper

from interleaf.config import TOY
from interleaf.exporting.decoder import build_decoder
from interleaf.exporting.quantise import quantise

LENGTH = 48
C = TOY.language
# length before the pass, rows: a prompt, steps, all vokens at once, a rewind with sight, the last place of the buffer
PASSES = ((0, 12), (12, 1), (13, 1), (14, 8), (22, 1), (14, 11), (25, 22), (47, 1))
# float32 through two layers, sums of 48 terms: 1e-5 was measured.
CLOSE = 1e-4


@pytest.fixture(scope="module")
def plain():
    return build_decoder(toy().language, LENGTH)


def buffers(fill: float = 0.0) -> dict[str, np.ndarray]:
    shape = (1, C.heads, LENGTH, C.width // C.heads)
    return {
        f"past_key_values.{i}.{p}": np.full(shape, fill, np.float32) for i in range(C.layers) for p in ("key", "value")
    }


def inputs() -> list[np.ndarray]:
    generator = torch.Generator().manual_seed(1)
    return [torch.randn(1, rows, C.width, generator=generator).numpy() * 0.1 for _, rows in PASSES]


def walk(graph, past):
    """Hidden states and logits of each pass."""
    found = []
    for (length, rows), embeds in zip(PASSES, inputs(), strict=True):
        mask = np.ones((1, length + rows), np.int64)
        out = run(graph, {"inputs_embeds": embeds, "attention_mask": mask, **past})
        past = {name: out[name.replace("past_key_values", "present")] for name in past}
        found.append((out["hidden_states"], out["logits"]))
    return found


def expected():
    """Each pass with its whole history anew, so that no cache is trusted."""
    language, history, found = toy().language, torch.zeros(1, 0, C.width), []
    for (length, rows), embeds in zip(PASSES, inputs(), strict=True):
        history = torch.cat([history[:, :length], torch.from_numpy(embeds)], dim=1)
        states = language.model(inputs_embeds=history).last_hidden_state[:, -rows:]
        found.append((states.numpy(), language.lm_head(states[:, -1:]).numpy()))
    return found


def far(found) -> float:
    pairs = zip(found, expected(), strict=True)
    return max(float(np.abs(a - b).max()) for ours, theirs in pairs for a, b in zip(ours, theirs, strict=True))


def test_every_pass_equals_pytorch(plain):
    assert far(walk(plain, buffers())) < CLOSE


def test_what_lies_behind_the_length_is_not_read(plain):
    assert far(walk(plain, buffers(fill=7.0))) < CLOSE


def test_the_buffers_keep_their_length(plain):
    past = buffers()
    out = run(plain, {"inputs_embeds": inputs()[0], "attention_mask": np.ones((1, 12), np.int64), **past})
    for name, value in past.items():
        assert out[name.replace("past_key_values", "present")].shape == value.shape


def test_quantised_stays_close(plain):
    for ours, theirs in zip(walk(quantise(plain), buffers()), expected(), strict=True):
        assert all(cosine(a, b) > 0.999 for a, b in zip(ours, theirs, strict=True))


@pytest.mark.parametrize("weight", ["layers.0.attention.qkv.weight", "layers.1.mlp.down.weight", "sin"])
def test_a_wrong_weight_is_noticed(plain, weight):
    wrong = type(plain)()
    wrong.CopyFrom(plain)
    tensor = next(w for w in wrong.graph.initializer if w.name == weight)
    tensor.CopyFrom(numpy_helper.from_array(-numpy_helper.to_array(tensor), weight))
    assert far(walk(wrong, buffers())) > 10 * CLOSE
