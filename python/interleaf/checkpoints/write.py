"""What was trained, as files in the official layout: `convert` reads them like the published ones.

Stage 1 is the mapper, its `fc` and queries, and both embedding matrices; stage 2 the matrices and the mapper again, and
the low-rank additions. All float32, under `state_dict`. The other way round, a stage-1 file is where stage 2 begins.
"""

from collections import OrderedDict
from pathlib import Path

import torch

from interleaf.checkpoints import published, stages
from interleaf.checkpoints.strict import Source, Weights, check
from interleaf.checkpoints.tensors import CheckpointError, open_tensors
from interleaf.train.learner import Learner


def _matrices(learner: Learner) -> dict[str, torch.Tensor]:
    """Whole, with the trained rows."""
    base, first = learner.base, learner.config.voken_ids[0]
    whole = {}
    for name, matrix, rows in zip(
        stages.EMBEDDINGS,
        (base.get_input_embeddings().weight, base.lm_head.weight),
        (learner.rows, learner.head),
        strict=True,
    ):
        whole[name] = torch.cat([matrix[:first].detach().float(), rows.detach()])
    return whole


def _mapper(learner: Learner) -> dict[str, torch.Tensor]:
    return {
        ours.replace("transformer.", stages.MAPPER, 1): weight.detach().float()
        for ours, weight in learner.mapper.transformer.state_dict(prefix="transformer.").items()
    }


def stage1(learner: Learner) -> dict[str, torch.Tensor]:
    """131 tensors at full size."""
    found = {stages.embedding_name(name, False): matrix for name, matrix in _matrices(learner).items()} | _mapper(
        learner
    )
    found |= {f"fc.{name}": weight.detach().float() for name, weight in learner.mapper.fc.state_dict().items()}
    return found | {"t2i_decoder_prompt": learner.mapper.queries.detach().float()}


def stage2(learner: Learner) -> dict[str, torch.Tensor]:
    """254 tensors at full size."""
    if learner.adapter != "lora":
        raise ValueError(f"The official layout of stage 2 has low-rank additions, not a {learner.adapter}.")
    found = {stages.embedding_name(name, True): matrix for name, matrix in _matrices(learner).items()}
    lora = {name: p for name, p in learner.language.named_parameters() if ".lora_" in name}
    return found | {f"model.llama_model.{n}": p.detach().float() for n, p in lora.items()} | _mapper(learner)


def write(learner: Learner, path: Path) -> None:
    """The file of the learner's stage. It takes its place whole, or not at all."""
    found = stage1(learner) if learner.stage == "align" else stage2(learner)
    unfinished = path.with_name(f"{path.name}.part")
    torch.save(
        {"state_dict": OrderedDict((name, tensor.cpu().contiguous()) for name, tensor in found.items())}, unfinished
    )
    unfinished.rename(path)


def begin(learner: Learner, path: Path) -> None:
    """Puts a stage-1 file, ours or the published one, into a learner: matrices whole. Raises CheckpointError."""
    source = Source(open_tensors(path))
    layout = published.stage1(learner.config)
    first = stages.embedding_name(stages.EMBEDDINGS[0], False)
    if first not in source.tensors.shapes:
        raise CheckpointError(f"{path} is not a checkpoint of stage 1: {first} is missing.")
    shapes = {name: tuple(p.shape) for name, p in learner.mapper.state_dict().items()}
    mapper = Weights(stages.mapper_pieces(shapes, source, None))
    for name in stages.EMBEDDINGS:
        source.expect(stages.embedding_name(name, False), layout[stages.embedding_name(name, False)])
    check([source])
    learner.mapper.load_state_dict(mapper.read_all(), strict=True)
    start = learner.config.voken_ids[0]
    with source.tensors.reading() as read, torch.no_grad():
        for name, matrix, rows in zip(
            stages.EMBEDDINGS,
            (learner.base.get_input_embeddings().weight, learner.base.lm_head.weight),
            (learner.rows, learner.head),
            strict=True,
        ):
            whole = read(stages.embedding_name(name, False))
            matrix.copy_(whole)
            rows.copy_(whole[start:])
