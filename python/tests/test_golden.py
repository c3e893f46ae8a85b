"""The goldens that the browser is held to are what this code and the shipped graphs give here too."""

import json
from pathlib import Path

import numpy as np
import pytest

from interleaf import golden
from interleaf.config import TINY
from interleaf.exporting.outputs import graph_inputs, told_golden
from interleaf.exporting.shipped import Shipped

GOLDEN = Path(__file__).resolve().parents[2] / "golden"
WEIGHTS = GOLDEN.parent / "public" / "weights" / "tiny"
# The same graph on another processor: sums in another order. docs/contract.md holds the browser to the same.
CLOSE = 1e-3


def stored(name: str):
    return json.loads((GOLDEN / f"{name}.json").read_text())


@pytest.fixture(scope="module")
def shipped() -> Shipped:
    return Shipped(WEIGHTS)


def test_what_needs_no_weights_is_made_anew_the_same():
    fixed = golden.fixed_goldens()
    assert stored("prompts") == fixed["prompts"]
    assert stored("choices") == fixed["choices"]
    assert stored("scripts") == fixed["scripts"]
    assert stored("expanded") == json.loads(json.dumps(fixed["expanded"]))
    assert stored("random")["normals"] == pytest.approx(fixed["random"]["normals"], abs=1e-6)


@pytest.mark.parametrize("name", ("vision", "mapper", "unet", "vae_decoder"))
def test_a_shipped_graph_gives_its_golden(shipped, name):
    (output,) = shipped.run(name, graph_inputs(TINY)[name]).values()
    wanted = np.fromfile(GOLDEN / f"{name}.f32", "<f4").reshape(output.shape)
    assert np.abs(output - wanted).max() < CLOSE
    changed = {key: value + np.float32(0.01) for key, value in graph_inputs(TINY)[name].items()}
    (other,) = shipped.run(name, changed).values()
    assert np.abs(other - wanted).max() > CLOSE


def test_the_shipped_graphs_tell_the_golden_story(shipped):
    """Token by token, the voken states with it: the row before [IMG0] first, text going on from [IMG7]."""
    wanted = stored("told")
    told = told_golden(TINY, shipped, wanted["prompt"])
    assert [page["tokens"] for page in told["told"]] == [page["tokens"] for page in wanted["told"]]
    assert [page["offset"] for page in told["told"]] == [page["offset"] for page in wanted["told"]]
    for page, golden_page in zip(told["told"], wanted["told"], strict=True):
        assert (page["vokens"] is None) == (golden_page["vokens"] is None)
        if page["vokens"]:
            assert np.abs(np.array(page["vokens"]) - np.array(golden_page["vokens"])).max() < CLOSE
