"""Each graph of a converted model is compared with PyTorch, in every format."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from converted import EXACT, SMALL, empty_caches, expected, graph, inside, language, large, plain, sums, think, thought
from exported import cosine, run
from half_kernels import run_half
from onnx import numpy_helper

from interleaf import parts
from interleaf.config import MINIGPT5
from interleaf.exporting.blocks import eight_bits, four_bits
from interleaf.exporting.conversion import parameters
from interleaf.exporting.decoder import plain_decoder
from interleaf.exporting.formats import FORMATS, LARGEST
from interleaf.exporting.graphs import embed_graph
from interleaf.exporting.nodes import Weight
from interleaf.exporting.placement import elsewhere
from interleaf.exporting.quantise import compress, planned

TRACED = ("vision", "mapper", "unet", "vae_decoder")
CLOSE = 1e-3
# Cosine to float32, of random weights as PyTorch's layers begin.
LEAST = {"q4f16": 0.99, "q4f32": 0.99, "q8f32": 0.9995, "fp16": 0.99999}
# It has little but what matrices of 4 bits add, each wrong by 0.66 % of its square whatever its scales.
LEAST_IN_4_BITS = {"mapper": 0.98}


def least(name: str, format: str) -> float:
    return LEAST_IN_4_BITS.get(name, LEAST[format]) if FORMATS[format].bits == 4 else LEAST[format]


def distance(a: np.ndarray, b: np.ndarray) -> float:
    return float(np.abs(a - b).max())


def exact_output(name: str, made: onnx.ModelProto) -> np.ndarray:
    (output,) = run(made, expected(name)[0]).values()
    return output


@pytest.mark.parametrize("name", TRACED)
def test_a_graph_gives_what_pytorch_gives(name):
    assert distance(exact_output(name, graph(name, EXACT)), expected(name)[1]) < CLOSE


@pytest.mark.parametrize("name", TRACED)
def test_one_wrong_weight_is_noticed(name):
    made = plain(name)
    matrices = [key for key, weight in made.weights.items() if weight.is_float and len(weight.shape) >= 2]
    for key in matrices[:: max(1, len(matrices) // 4)]:
        wrong = dict(made.weights)
        wrong[key] = Weight.of(made.weights[key].make()[::-1].copy())
        changed = compress(type(made)(made.shell, wrong), EXACT, inside)
        assert distance(exact_output(name, changed), expected(name)[1]) > CLOSE, key


def test_the_decoder_gives_what_pytorch_gives():
    _, states, logits = thought()
    output = think(graph("decoder", EXACT))
    assert distance(output["hidden_states"], states) < CLOSE
    assert distance(output["logits"], logits) < CLOSE


def test_the_embedding_table_is_the_models():
    ids = np.array([[2, *SMALL.voken_ids, SMALL.image_token]])
    rows = language().get_input_embeddings().weight.detach().numpy()[ids]
    assert distance(run(graph("embed", EXACT), {"input_ids": ids})["inputs_embeds"], rows) == 0
    for format in FORMATS.values():
        given = run(graph("embed", format), {"input_ids": ids})["inputs_embeds"]
        assert cosine(given, rows) > (0.99 if format.table_bits == 4 else 0.9999), format.id


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("name", TRACED)
def test_every_format_stays_near(name, format):
    made, (inputs, exact) = graph(name, FORMATS[format]), expected(name)
    assert elsewhere(made) == []
    (output,) = (run_half if FORMATS[format].half else run)(made, inputs).values()
    assert output.dtype == np.float32 and cosine(output, exact) > least(name, format)


@pytest.mark.parametrize("format", FORMATS)
def test_the_decoder_stays_near_in_every_format(format):
    made = graph("decoder", FORMATS[format])
    assert elsewhere(made) == []
    output = think(made, np.float16 if FORMATS[format].half else np.float32)
    assert output["hidden_states"].dtype == output["logits"].dtype == np.float32
    assert output["present.0.key"].dtype == (np.float16 if FORMATS[format].half else np.float32)
    assert cosine(output["hidden_states"], thought()[1]) > least("decoder", format)


def test_thirty_two_tokens_and_a_picture_are_token_for_token_pytorchs():
    """Greedily; at the tenth token a picture is forced: all vokens in one pass, and text goes on after the last."""
    theirs, their_vokens = decode(pytorch_thinker())
    ours, our_vokens = decode(onnx_thinker())
    assert len(ours) == 32 and ours == theirs
    assert distance(our_vokens, their_vokens) < CLOSE


Thinker = Callable[[list[int]], tuple[np.ndarray, np.ndarray]]  # tokens to add -> states of each, logits of the last


def decode(think: Thinker) -> tuple[list[int], np.ndarray]:
    states, logits = think([2, 40, 41, 42, 43])
    tokens, vokens = [], None
    while len(tokens) < 32:
        if len(tokens) == 10:
            before = states[-1:]  # what [IMG0] was predicted from
            states, logits = think(list(SMALL.voken_ids))
            vokens = np.concatenate([before, states[:-1]])
        tokens.append(int(logits.argmax()))
        states, logits = think(tokens[-1:])
    return tokens, vokens


def pytorch_thinker() -> Thinker:
    known: list[int] = []

    def think(ids: list[int]):
        known.extend(ids)
        with torch.no_grad():
            states = language().model(input_ids=torch.tensor([known])).last_hidden_state[0]
            return states[-len(ids) :].numpy(), language().lm_head(states[-1]).numpy()

    return think


def onnx_thinker() -> Thinker:
    embed, decoder = graph("embed", EXACT), graph("decoder", EXACT)
    past, length = empty_caches(), 0

    def think(ids: list[int]):
        nonlocal past, length
        length += len(ids)
        embeds = run(embed, {"input_ids": np.array([ids])})["inputs_embeds"]
        feeds = {"inputs_embeds": embeds, "attention_mask": np.ones((1, length), np.int64)}
        output = run(decoder, feeds | past)
        past = {name: output[name.replace("past_key_values", "present")] for name in past}
        return output["hidden_states"][0], output["logits"][0, 0]

    return think


def test_large_numbers_stay_finite_in_float16_because_the_scale_is_in_the_weights():
    half, x, exact = large(folded=True)
    assert cosine(run_half(half, {"x": x})["y"], exact) > 0.9999
    half, x, exact = large(folded=False)
    assert not np.isfinite(run_half(half, {"x": x})["y"]).all()


ROUNDED = 0.00656  # share of the squares that four bits lose of normal numbers: see blocks.nearest_four_bits


def trained(shipped, name: str, four: bool) -> onnx.ModelProto:
    """A graph of the shipped tiny model, whose linear layers have 8 bits; or with the same weights in 4, but for the
    attentions' values and outputs, as in the conversion."""
    model = onnx.load(shipped / f"{name}.onnx")
    stored = {tensor.name: tensor for tensor in model.graph.initializer}
    for node in model.graph.node if four else ():
        if node.op_type == "MatMulNBits" and "attention.out" not in node.name:
            blocks, scales = (numpy_helper.to_array(stored[key]) for key in node.input[1:3])
            rows = (blocks.astype(np.float32) - 128) * scales.reshape(*blocks.shape[:2], 1)
            if "attention.qkv" in node.name:  # one product: what has 4 bits stands in the 8 of the values
                few, wide = four_bits(rows[: 2 * len(rows) // 3].reshape(2 * len(rows) // 3, -1), np.float32)
                halves = np.stack([few & 15, few >> 4], -1).reshape(len(few), *blocks.shape[1:]) + 120
                blocks, scales = blocks.copy(), scales.reshape(blocks.shape[:2]).copy()
                blocks[: len(few)], scales[: len(few)] = halves, wide.reshape(len(few), -1)
                for key, made in zip(node.input[1:3], (blocks, scales.reshape(-1)), strict=True):
                    stored[key].CopyFrom(numpy_helper.from_array(made, key))
                continue
            for key, made in zip(node.input[1:3], four_bits(rows.reshape(len(rows), -1), np.float32), strict=True):
                stored[key].CopyFrom(numpy_helper.from_array(made.reshape(-1) if made.ndim == 2 else made, key))
            next(attribute for attribute in node.attribute if attribute.name == "bits").i = 4
    return model


def noisy(model: onnx.ModelProto, generator: np.random.Generator) -> onnx.ModelProto:
    """The graph in 8 bits, with as much noise on what `trained` puts in 4 as rounding costs at the least."""
    stored = {tensor.name: tensor for tensor in model.graph.initializer}
    for node in model.graph.node:
        if node.op_type == "MatMulNBits" and "attention.out" not in node.name:
            blocks, scales = (numpy_helper.to_array(stored[key]) for key in node.input[1:3])
            rows = (blocks.astype(np.float32) - 128) * scales.reshape(*blocks.shape[:2], 1)
            few = 2 * len(rows) // 3 if "attention.qkv" in node.name else len(rows)
            noise = generator.standard_normal(rows[:few].shape, dtype=np.float32)
            size = np.linalg.norm(rows[:few], axis=2, keepdims=True) / np.linalg.norm(noise, axis=2, keepdims=True)
            rows[:few] += np.sqrt(ROUNDED) * size * noise
            for key, made in zip(node.input[1:3], eight_bits(rows.reshape(len(rows), -1), np.float32), strict=True):
                stored[key].CopyFrom(numpy_helper.from_array(made.reshape(-1) if made.ndim == 2 else made, key))
    return model


def swapped(model: onnx.ModelProto) -> onnx.ModelProto:
    """The two weights of each byte in the wrong order, in the first layer that has 4 bits."""
    stored = {tensor.name: tensor for tensor in model.graph.initializer}
    name = next(
        node.input[1]
        for node in model.graph.node
        if any(attribute.name == "bits" and attribute.i == 4 for attribute in node.attribute)
    )
    packed = numpy_helper.to_array(stored[name])
    stored[name].CopyFrom(numpy_helper.from_array(packed << 4 | packed >> 4, name))
    return model


def test_trained_weights_lose_little_in_four_bits():
    root = Path(__file__).parents[2]
    shipped = root / "public" / "weights" / "tiny"
    told = json.loads((root / "golden" / "told.json").read_text())["told"]
    ids = np.array([[token for page in told for token in page["tokens"]][:40]])

    def both(name: str, inputs: dict) -> tuple[dict, dict]:
        return run(trained(shipped, name, False), inputs), run(trained(shipped, name, True), inputs)

    generator = np.random.default_rng(0)
    embeds = run(onnx.load(shipped / "embed.onnx"), {"input_ids": ids})
    decoder = onnx.load(shipped / "decoder.onnx")
    caches = {
        value.name: np.zeros([dim.dim_value for dim in value.type.tensor_type.shape.dim], np.float32)
        for value in decoder.graph.input
        if value.name.startswith("past")
    }
    inputs = {**embeds, "attention_mask": np.ones(ids.shape, np.int64), **caches}
    eight, four = both("decoder", inputs)
    # What four bits cost depends on the weights: heads that copy are sharp, and 0.971 is left on the first page. So it
    # is measured against noise as small as the best rounding leaves (1.14 times it), and against a fault.
    noise = [run(noisy(trained(shipped, "decoder", False), generator), inputs)["hidden_states"] for _ in range(4)]
    least = np.mean([1 - cosine(eight["hidden_states"], each) for each in noise])
    assert 1 - cosine(eight["hidden_states"], four["hidden_states"]) < 1.2 * least
    assert cosine(eight["hidden_states"], four["hidden_states"]) > 0.96
    wrong = run(swapped(trained(shipped, "decoder", True)), inputs)
    assert cosine(eight["hidden_states"], wrong["hidden_states"]) < 0.9
    eight, four = both("mapper", {"voken_states": eight["hidden_states"][:, 20:28]})
    assert cosine(eight["conditioning"], four["conditioning"]) > 0.985
    heard = np.repeat(eight["conditioning"], 2, axis=0)
    (latent,) = [value for value in onnx.load(shipped / "unet.onnx").graph.input if value.name == "sample"]
    shape = [dim.dim_value or 2 for dim in latent.type.tensor_type.shape.dim]
    for timestep in (900, 100):
        sample = generator.standard_normal(shape).astype(np.float32)
        time = np.array([timestep], np.float32)
        eight, four = both("unet", {"sample": sample, "timestep": time, "encoder_hidden_states": heard})
        assert cosine(eight["noise_pred"], four["noise_pred"]) > 0.99


@pytest.mark.parametrize("format", FORMATS)
def test_no_weight_of_the_full_language_model_is_too_large_to_bind(format):
    c = MINIGPT5.language
    with torch.device("meta"):
        config = parts.language_model(MINIGPT5).config
    plans = [
        planned(plain_decoder(config, {}, c.context, fold=True, finer=FORMATS[format].bits == 4), FORMATS[format])[1],
        planned(embed_graph(Weight((c.vocab_size, c.width), np.dtype(np.float32), np.empty)), FORMATS[format])[1],
    ]
    # In the precision that they are computed in: what is stored as float16 may be widened when it is loaded.
    wide = 1 if FORMATS[format].half else 2
    sizes = [
        w.size * w.dtype.itemsize * (wide if w.dtype == np.float16 else 1)
        for weights in plans
        for w in weights.values()
    ]
    assert max(sizes) <= LARGEST
    if format == "q4f16":
        stored = sum(w.size * w.dtype.itemsize for weights in plans for w in weights.values())
        counted = parameters(MINIGPT5, tiny=False, sees=True)
        kept = 2 * c.layers * c.width**2  # values and outputs: half a byte more each
        assert stored == pytest.approx((counted["embed"] + counted["decoder"]) * 0.5625 + kept / 2, rel=0.01)


def test_sums_of_a_product_may_be_larger_than_any_float16():
    """The provider adds them up in float32, because the engine asks it to (src/models/engine.ts)."""
    half, x, exact = sums()
    assert np.abs(np.cumsum(x[0, 0] * 0.25)[:2048]).max() > np.finfo(np.float16).max
    assert np.abs(run_half(half, {"x": x})["y"] - exact).max() < 0.1
