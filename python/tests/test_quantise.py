"""q8f32: what a linear layer and a convolution become, and how far that is from what they were."""

import numpy as np
import onnx
import pytest
import torch
from exported import cosine, run
from onnx import TensorProto, helper, numpy_helper

from interleaf.exporting.blocks import BLOCK, ROWS, four_bits, quantise_blocks
from interleaf.exporting.formats import FORMATS
from interleaf.exporting.graphs import trace
from interleaf.exporting.quantise import compress, quantise


def noise(seed, *shape):
    return np.random.default_rng(seed).standard_normal(shape).astype(np.float32)


def graph_of(nodes, weights, x, y):
    def info(name, shape):
        return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)

    tensors = [numpy_helper.from_array(value, name) for name, value in weights.items()]
    graph = helper.make_graph(nodes, "test", [info("x", x)], [info("y", y)], tensors)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)


def operators(model):
    return [node.op_type for node in model.graph.node]


def test_a_block_is_wrong_by_half_a_step_at_most():
    weight = noise(0, 64, 48)  # (K, N)
    blocks, scales = quantise_blocks(weight)
    back = ((blocks.astype(np.float32) - 128) * scales[..., None]).reshape(48, 64).T
    steps = np.repeat(scales, BLOCK, axis=1).T  # (K, N)
    assert np.all(np.abs(back - weight) <= steps / 2 + 1e-6)


def test_a_block_of_zeros_stays_zero():
    blocks, scales = quantise_blocks(np.zeros((32, 2), np.float32))
    assert np.all(blocks == 128) and np.all(scales == 0)


def test_a_product_becomes_blocks():
    model = graph_of([helper.make_node("MatMul", ["x", "w"], ["y"])], {"w": noise(1, 64, 48)}, [5, 64], [5, 48])
    small = quantise(model)
    x = {"x": noise(2, 5, 64)}
    assert operators(small) == ["MatMulNBits"]
    assert cosine(run(small, x)["y"], run(model, x)["y"]) > 0.9999
    assert operators(model) == ["MatMul"]  # the original is left as it was


@pytest.mark.parametrize("turned", [0, 1])
def test_a_product_with_a_bias_keeps_it(turned):
    weights = {"w": noise(3, 48, 64) if turned else noise(3, 64, 48), "b": 10 * noise(4, 48)}
    model = graph_of([helper.make_node("Gemm", ["x", "w", "b"], ["y"], transB=turned)], weights, [5, 64], [5, 48])
    small, x = quantise(model), {"x": noise(5, 5, 64)}
    assert operators(small) == ["MatMulNBits", "Add"]
    assert np.allclose(run(small, x)["y"], run(model, x)["y"], atol=0.3)  # 64 terms, each off by up to 1/127 / 2 of 4


def test_what_makes_no_whole_blocks_becomes_half_precision():
    model = graph_of([helper.make_node("MatMul", ["x", "w"], ["y"])], {"w": noise(6, 40, 48)}, [5, 40], [5, 48])
    small, x = quantise(model), {"x": noise(7, 5, 40)}
    assert operators(small) == ["Cast", "MatMul"]
    assert np.allclose(run(small, x)["y"], run(model, x)["y"], atol=2e-2)


def test_a_convolution_becomes_half_precision_and_small_weights_stay():
    weights = {"w": noise(8, 16, 8, 3, 3), "b": noise(9, 16)}
    model = graph_of([helper.make_node("Conv", ["x", "w", "b"], ["y"])], weights, [1, 8, 6, 6], [1, 16, 4, 4])
    small = quantise(model)
    assert operators(small) == ["Cast", "Conv"]
    assert {w.name: w.data_type for w in small.graph.initializer} == {
        "w.f16": TensorProto.FLOAT16,
        "b": TensorProto.FLOAT,
    }


def test_a_wrong_scale_is_noticed():
    model = graph_of([helper.make_node("MatMul", ["x", "w"], ["y"])], {"w": noise(1, 64, 48)}, [5, 64], [5, 48])
    small = quantise(model)
    scales = next(w for w in small.graph.initializer if w.name.endswith(".scales"))
    wrong = numpy_helper.to_array(scales).copy()
    wrong[::2] *= 1.5
    scales.CopyFrom(numpy_helper.from_array(wrong, scales.name))
    x = {"x": noise(2, 5, 64)}
    assert cosine(run(small, x)["y"], run(model, x)["y"]) < 0.99


class Block(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.proj_in, self.ff, self.proj_out = (torch.nn.Linear(64, 64) for _ in range(3))

    def forward(self, x):
        return x + self.proj_out(self.ff(self.proj_in(x)))


def in_memory(name, array):
    return numpy_helper.from_array(np.ascontiguousarray(array), name)


def test_what_a_block_takes_and_adds_keeps_8_bits_among_4():
    plain = trace(Block(), {"x": torch.zeros(1, 3, 64)}, "y")
    for format, bits in (("q4f32", [8, 4, 8]), ("q8f32", [8, 8, 8])):
        model = compress(plain, FORMATS[format], in_memory)
        nodes = [node for node in model.graph.node if node.op_type == "MatMulNBits"]
        assert [onnx.helper.get_node_attr_value(node, "bits") for node in nodes] == bits
    halves = compress(plain, FORMATS["fp16"], in_memory)
    assert "MatMulNBits" not in {node.op_type for node in halves.graph.node}


def read_four_bits(stored, scales):
    steps = np.stack([stored & 15, stored >> 4], -1).reshape(*scales.shape, BLOCK).astype(np.float32) - 8
    return (steps * scales.astype(np.float32)[..., None]).reshape(len(stored), -1)


def lost(rows, stored, scales):  # (N, K / 32), squared error by block
    return np.square(read_four_bits(stored, scales) - rows).reshape(len(rows), -1, BLOCK).sum(2)


def lost_with(rows, extremes):
    """As lost, of the best of many scales, by which the farthest of each block has so many steps before it is cut."""
    blocks = rows.reshape(len(rows), -1, BLOCK)
    farthest = np.take_along_axis(blocks, np.abs(blocks).argmax(2)[..., None], 2)
    scales = [np.where(farthest == 0, 1, farthest) / extreme for extreme in extremes]
    return np.min([np.square(np.rint(blocks / s).clip(-8, 7) * s - blocks).sum(2) for s in scales], axis=0)


@pytest.mark.parametrize("tails", [False, True])
def test_four_bits_lose_hardly_more_than_with_the_best_of_all_scales(tails):
    rows = noise(5, ROWS + 3, 4 * BLOCK)
    if tails:  # as trained weights have them
        rows = rows * np.abs(noise(6, *rows.shape))
    rows[1] = 0
    stored, scales = four_bits(rows, np.float32)
    assert stored.shape == (len(rows), 4, BLOCK // 2) and scales.shape == (len(rows), 4)
    ours, plain = lost(rows, stored, scales), lost_with(rows, [-8])
    assert (ours <= plain + 1e-5).all()
    assert ours.sum() < 0.94 * plain.sum()
    assert ours.sum() < 1.005 * lost_with(rows, np.arange(-12, -5, 0.05)).sum()
    assert (read_four_bits(stored, scales)[1] == 0).all()


@pytest.mark.parametrize("dtype", [np.float16, np.float32])
def test_four_bits_are_the_same_whatever_is_worked_on_at_once(dtype):
    rows = 0.02 * noise(7, ROWS + 3, 2 * BLOCK)
    whole = four_bits(rows, dtype)
    alone = [four_bits(rows[at : at + 1], dtype) for at in range(len(rows))]
    for made, parts in zip(whole, zip(*alone, strict=True), strict=True):
        assert made.tobytes() == np.concatenate(parts).tobytes()
    assert whole[1].dtype == dtype
