"""A stand-in for a large model: one graph of matrix products, its weights in files beside it.

python bench/heavy_graph.py FOLDER: model.onnx, model.onnx_data and model.onnx_data_1, 512 MiB each, float32.
"""

import sys
from pathlib import Path

import numpy
import onnx
from onnx import TensorProto, helper

WIDTH = 2048
PER_FILE = 32  # matrices of 16 MiB
FILES = ("model.onnx_data", "model.onnx_data_1")


def write_graph(folder: Path) -> None:
    random = numpy.random.default_rng(1)
    weights, nodes = [], []
    for file in FILES:
        with open(folder / file, "wb") as data:
            for index in range(PER_FILE):
                name = f"{file}.{index}"
                matrix = random.standard_normal((WIDTH, WIDTH), dtype=numpy.float32) / WIDTH**0.5
                tensor = TensorProto(name=name, dims=(WIDTH, WIDTH), data_type=TensorProto.FLOAT)
                tensor.data_location = TensorProto.EXTERNAL
                place = {"location": file, "offset": data.tell(), "length": matrix.nbytes}
                for key, value in place.items():
                    tensor.external_data.add(key=key, value=str(value))
                data.write(matrix.tobytes())
                nodes.append(helper.make_node("MatMul", [f"x{len(nodes)}", name], [f"x{len(nodes) + 1}"]))
                weights.append(tensor)
    shape = [1, WIDTH]
    values = [helper.make_tensor_value_info(f"x{k}", TensorProto.FLOAT, shape) for k in (0, len(nodes))]
    graph = helper.make_graph(nodes, "heavy", values[:1], values[1:], weights)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)], ir_version=10)
    onnx.save(model, folder / "model.onnx")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    write_graph(Path(sys.argv[1]))
