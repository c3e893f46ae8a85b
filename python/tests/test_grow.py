"""A larger model begins where the smaller one stands."""

from dataclasses import replace

import pytest
import torch
from safetensors.torch import save_file

from interleaf import parts
from interleaf.config import NEXT, TINY, TOY
from interleaf.train.grow import deepened, main, mapped, painted, seeing
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


@torch.no_grad()
def test_the_inner_levels_of_a_larger_unet_begin_as_the_smaller_one_stands():
    small = {f"unet.{name}": weight for name, weight in parts.unet(TINY).state_dict().items()}
    found = painted(small, NEXT)
    unet = parts.unet(NEXT)
    unet.load_state_dict({name.removeprefix("unet."): weight for name, weight in found.items()})
    inner = parts.unet(TINY)
    inner.load_state_dict({name.removeprefix("unet."): weight for name, weight in small.items()})
    noise, heard = torch.randn(1, 160, 8, 8), torch.randn(1, 24, 128)
    time = [each.time_embedding(each.time_proj(torch.tensor([500]))) for each in (unet, inner)]
    assert torch.cosine_similarity(*time).item() > 0.5
    args = {"encoder_hidden_states": heard}
    torch.testing.assert_close(unet.mid_block(noise, time[1], **args), inner.mid_block(noise, time[1], **args))
    of_both = [w[f"unet.down_blocks.{i}.resnets.0.conv2.weight"] for w, i in ((found, 2), (small, 1))]
    assert torch.equal(*of_both)


@torch.no_grad()
def test_wider_eyes_see_a_picture_as_its_reduced_one_was_seen():
    narrow = replace(TOY, vision=replace(TOY.vision, size=32, patch=8))
    wide = replace(TOY, vision=replace(TOY.vision, size=64, patch=16))
    old, new = parts.Eyes(narrow).eval(), parts.Eyes(wide).eval()
    found = seeing({f"eyes.{name}": weight for name, weight in old.state_dict().items()}, wide)
    new.load_state_dict({name.removeprefix("eyes."): weight for name, weight in found.items()})
    picture = torch.randn(1, 3, 32, 32)
    doubled = picture.repeat_interleave(2, 2).repeat_interleave(2, 3)
    torch.testing.assert_close(new(doubled), old(picture), atol=1e-5, rtol=1e-4)


def test_every_stage_that_is_there_grows(tmp_path):
    source, larger = tmp_path / "from", replace(TOY, mapper=replace(TOY.mapper, queries=30))
    (source / "align").mkdir(parents=True)
    old = {f"mapper.{name}": weight for name, weight in parts.VokenMapper(TOY).state_dict().items()}
    found = mapped(old, larger)
    assert found["mapper.queries"].shape[1] == 30
    assert torch.equal(found["mapper.queries"][:, : TOY.mapper.queries], old["mapper.queries"])
    save_file(old, source / "align" / "weights.safetensors")
    main(["--from", str(source), "--to", str(tmp_path / "to"), "--model", "toy"])
    assert [path.name for path in (tmp_path / "to").iterdir()] == ["align"]
    with pytest.raises(SystemExit, match="align already. Move them away first"):
        main(["--from", str(source), "--to", str(tmp_path / "to"), "--model", "toy"])
