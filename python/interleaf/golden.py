"""`python -m interleaf golden`: what the browser's tests compare with. golden/README.md says how.

`--fixed` writes only what no weights are needed for; the rest has to be made anew after every export.
"""

import argparse
import json
from pathlib import Path

import numpy as np
import torch

from interleaf import random_numbers
from interleaf.exporting import schedules, scripts
from interleaf.exporting.expanded import expand
from interleaf.exporting.outputs import graph_goldens, noise, painted_golden, told_golden
from interleaf.exporting.shipped import Shipped
from interleaf.sampling import Sampling, choose
from interleaf.stories import encode_prompt, neutral, tokens

PROMPTS = (
    "a turtle with a kite on the beach",
    "Ein Igel im Regen",
    "[IMG0] ### <Img> 😀",
    "naïve café — “quoted”",
    " \t x ",
    "🐢🪁🏖️ 👩‍🚀" * 90,
    "سلحفاة مع طائرة ورقية على الشاطئ " * 30,
)
SEED, STREAM = 4_000_000_007, 9


def choice_goldens() -> list[dict]:
    found = []
    for case, sampling in enumerate((Sampling(), Sampling(0.0), Sampling(1.0, 1.0, 0), Sampling(1.3, 0.8, 12, 1.5))):
        logits = noise(100 + case, 200) * 3
        settings = {"temperature": sampling.temperature, "topP": sampling.top_p, "topK": sampling.top_k}
        settings["repetitionPenalty"] = sampling.penalty
        us = [0.001, 0.1, 0.3, 0.5, 0.7, 0.9, 0.999]
        chosen = [choose(logits.copy(), sampling, [3, 4], [0, 7, 7, 150], u) for u in us]
        found.append({"stream": 100 + case, "settings": settings, "u": us, "chosen": chosen})
    return found


def random_golden() -> dict:
    normals = random_numbers.normals(SEED, STREAM, (9,)).tolist()
    uniforms = [random_numbers.uniform(SEED, STREAM, index) for index in range(9)]
    return {"seed": SEED, "stream": STREAM, "normals": normals, "uniforms": uniforms}


# float16 by its bits: zeros, the smallest and the largest below 2^-14, usual ones, the largest that times 127 is
# finite, the next, and the largest of all.
SCALES = (0, 0x8000, 1, 3, 0x3FF, 0x400, 0x401, 0x0801, 0x1234, 0x2A7B, 0x2E66, 0xB555, 0x3C01, 0x6007, 0x6008, 0x7BFF)


def expanded_golden() -> list[dict]:
    """Stored files, and what they become. In 8 bits: every step of every scale, then a weight of narrow rows."""
    shapes = [(len(SCALES), 256), (5, 3)]
    steps = np.arange(-128, 128).astype(np.int8)
    wide = np.array(SCALES, "<u2").tobytes() + np.tile(steps, len(SCALES)).tobytes()
    narrow = np.array([0x2C00, 0x2C01, 0x2C02, 0x2C03, 0x2C04], "<u2").tobytes() + steps[70:85].tobytes()
    halves = np.array([*SCALES, 0x7C00, 0xFC00], "<u2").tobytes()
    told = [({"rows": shapes}, wide + narrow), ({"rows": shapes, "to": "float32"}, wide + narrow)]
    with np.errstate(over="ignore"):
        return [
            {**how, "stored": stored.hex(), "expanded": expand(stored, how).hex()}
            for how, stored in (*told, ({"to": "float32"}, halves))
        ]


def fixed_goldens() -> dict:
    return {
        "schedules": schedules.golden(),
        "scripts": scripts.golden(),
        "chapters": scripts.chapters_golden(),
        "random": random_golden(),
        "choices": choice_goldens(),
        "expanded": expanded_golden(),
        "prompts": [{"typed": p, "neutral": neutral(p), "ids": encode_prompt(p, 4)} for p in PROMPTS],
    }


def trained_goldens(model, shipped: Shipped, out: Path) -> dict:
    return {
        "graphs": graph_goldens(model, shipped, PROMPTS[0], out),
        "painted": painted_golden(model, shipped, out),
        "told": told_golden(model.config, shipped, PROMPTS[0]),
    }


def write(out: Path, goldens: dict) -> None:
    for name, value in goldens.items():
        (out / f"{name}.json").write_text(json.dumps(value) + "\n")


def main(argv: list[str] | None = None) -> None:
    from interleaf.export import load

    parser = argparse.ArgumentParser(prog="interleaf golden", description=__doc__)
    parser.add_argument("--weights", type=Path, default=Path("../public/weights/tiny"), help="folder of the graphs")
    parser.add_argument("--out", type=Path, default=Path("../golden"))
    parser.add_argument("--runs", type=Path, help="folder of the trained weights that were exported")
    parser.add_argument("--random", action="store_true", help="the graphs were exported with --random")
    parser.add_argument("--fixed", action="store_true", help="only what needs no weights")
    options = parser.parse_args(argv)
    torch.set_num_threads(1)
    options.out.mkdir(parents=True, exist_ok=True)
    write(options.out, fixed_goldens())
    if options.fixed:
        return
    goldens = trained_goldens(load(options.runs, options.random), Shipped(options.weights), options.out)
    write(options.out, goldens)
    print(json.dumps(goldens["graphs"] | {"painted": goldens["painted"]}, indent=1))
    print(tokens.decode(goldens["told"]["told"][0]["tokens"]))
