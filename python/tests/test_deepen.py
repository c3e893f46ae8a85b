"""A deeper language model begins by telling what the trained one told."""

from dataclasses import replace

import torch

from interleaf import parts
from interleaf.config import TOY
from interleaf.train.deepen import deepened
from interleaf.train.language import FIELDS, Reader


@torch.no_grad()
def test_new_layers_change_nothing_and_can_learn():
    torch.manual_seed(1)
    trained = {name: weight.clone() for name, weight in Reader(TOY).state_dict().items()}
    deep = replace(TOY, language=replace(TOY.language, layers=5))
    found = deepened(trained, deep, dict(FIELDS))
    before, after = parts.language_model(TOY).eval(), parts.language_model(deep).eval()
    for model, weights in ((before, trained), (after, found)):
        model.load_state_dict({n.removeprefix("language."): w for n, w in weights.items() if n.startswith("language.")})
    ids = torch.arange(20)[None]
    torch.testing.assert_close(after(ids).logits, before(ids).logits)
    with torch.enable_grad():
        after(ids).logits.square().mean().backward()
    assert all(layer.self_attn.o_proj.weight.grad.abs().max() > 0 for layer in after.model.layers)


def test_heads_keep_the_words_they_knew():
    trained = dict(Reader(TOY).state_dict())
    few = FIELDS["thing"][:3]
    for place in ("heads", "first"):
        for end in ("weight", "bias"):
            trained[f"{place}.thing.{end}"] = trained[f"{place}.thing.{end}"][:3].clone()
    found = deepened(trained, TOY, FIELDS | {"thing": few})
    assert torch.equal(found["first.thing.weight"][:3], trained["first.thing.weight"])
    assert len(found["first.thing.bias"]) == len(FIELDS["thing"])
