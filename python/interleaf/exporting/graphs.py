"""The six graphs of docs/contract.md, from PyTorch modules to float32 ONNX models."""

import ast
import logging
import warnings

import numpy as np
import onnx
import torch
from onnxscript import ir
from torch import nn

from interleaf.exporting.decoder import build_decoder
from interleaf.exporting.nodes import Graph, Plain, Weight

OPSET = 18
# All that an attention block of a UNet takes and adds passes through these two: in 4 bits they alone, a twelfth of the
# weights in blocks, make more than half of the squared error of SD 2.1's shape.
FINER = ("proj_in", "proj_out")


class Denoise(nn.Module):
    def __init__(self, unet):
        super().__init__()
        self.unet = unet

    def forward(self, sample, timestep, encoder_hidden_states):  # (b, c, h/f, w/f), (1,), (b, L, C)
        return self.unet(sample, timestep, encoder_hidden_states, return_dict=False)[0]


class Decode(nn.Module):
    def __init__(self, autoencoder):
        super().__init__()
        self.autoencoder = autoencoder

    def forward(self, latents):  # (1, c, h/f, w/f) -> (1, 3, h, w)
        return self.autoencoder.decode(latents, return_dict=False)[0]


class Preview(nn.Module):
    def __init__(self, autoencoder):
        super().__init__()
        self.decoder = autoencoder.decoder

    def forward(self, latents):  # (1, c, h/f, w/f), as they are sampled -> (1, 3, ., .)
        return self.decoder(latents)


def trace(module, inputs: dict[str, torch.Tensor], output: str, free_batch: tuple[str, ...] = ()) -> Plain:
    batch = torch.export.Dim("batch", min=1, max=64)
    shapes = tuple({0: batch} if name in free_batch else None for name in inputs) if free_batch else None
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")
        logging.getLogger("torch.onnx").setLevel(logging.ERROR)
        program = torch.onnx.export(
            module.eval(),
            tuple(inputs.values()),
            input_names=list(inputs),
            output_names=[output],
            dynamic_shapes=shapes,
            opset_version=OPSET,
            dynamo=True,
            verbose=False,
        )
    return untangled(program.model)


def untangled(model: ir.Model) -> Plain:
    """The tracer's model, and its weights apart: they still are the module's, and nothing is copied."""
    weights = {}
    for name, value in list(model.graph.initializers.items()):
        tensor = value.const_value
        weights[name] = Weight(tuple(tensor.shape), np.dtype(tensor.dtype.numpy()), tensor.numpy)
        del model.graph.initializers[name]
    shell = ir.to_proto(model)
    finer = frozenset(node.name for node in shell.graph.node if layer(node) in FINER)
    for node in shell.graph.node:  # where in PyTorch a node came from: longer than the node itself
        node.ClearField("metadata_props")
        node.ClearField("doc_string")
    return Plain(shell, weights, finer)


def layer(node: onnx.NodeProto) -> str:
    """The last name of the module that a traced node came from."""
    told = {entry.key: entry.value for entry in node.metadata_props}
    scopes = ast.literal_eval(told.get("pkg.torch.onnx.name_scopes", "[]"))
    return scopes[-2].rsplit(".", 1)[-1] if len(scopes) > 1 else ""


def embed_graph(table: Weight) -> Plain:  # (V, D)
    graph = Graph()
    graph.add("Gather", [graph.constant("table", table), "input_ids"], "inputs_embeds", axis=0)
    inputs = [onnx.helper.make_tensor_value_info("input_ids", onnx.TensorProto.INT64, [1, "n"])]
    outputs = [onnx.helper.make_tensor_value_info("inputs_embeds", onnx.TensorProto.FLOAT, [1, "n", table.shape[1]])]
    return graph.plain("embed", inputs, outputs)


def example_inputs(config, graph: str) -> dict[str, torch.Tensor]:
    c, generator = config, torch.Generator().manual_seed(0)

    def noise(*shape):
        return torch.randn(*shape, generator=generator)

    latent = (c.unet.channels, c.unet.size, c.unet.size)
    return {
        "vision": lambda: {"pixel_values": noise(1, 3, c.vision.size, c.vision.size)},
        "mapper": lambda: {"voken_states": noise(1, c.vokens, c.language.width)},
        "unet": lambda: {
            "sample": noise(2, *latent),
            "timestep": torch.tensor([500.0]),
            "encoder_hidden_states": noise(2, c.mapper.queries, c.mapper.width),
        },
        "vae_decoder": lambda: {"latents": noise(1, *latent)},
        "preview": lambda: {"latents": noise(1, *latent)},
    }[graph]()


def modules(model) -> dict[str, nn.Module]:
    """What is traced. Plain attention, because the tracer guards the fused one with IsNaN, which WebGPU lacks."""
    model.eyes.vit.set_attn_implementation("eager")
    model.eyes.qformer.set_attn_implementation("eager")
    return {
        "vision": model.eyes,
        "mapper": model.mapper,
        "unet": Denoise(model.unet),
        "vae_decoder": Decode(model.autoencoder),
    }


OUTPUTS = {
    "vision": "image_embeds",
    "mapper": "conditioning",
    "unet": "noise_pred",
    "vae_decoder": "image",
    "preview": "image",
}


def build_graphs(model) -> dict[str, onnx.ModelProto]:
    config, llama = model.config, model.language
    graphs = {
        "embed": embed_graph(Weight.of(llama.get_input_embeddings().weight.detach().numpy())).model(),
        "decoder": build_decoder(llama, config.language.context),
    }
    for name, module in modules(model).items():
        free = ("sample", "encoder_hidden_states") if name == "unet" else ()
        graphs[name] = trace(module, example_inputs(config, name), OUTPUTS[name], free).model()
    return graphs
