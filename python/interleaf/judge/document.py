"""Fills in docs/evaluation.md between its marks, and lays the pictures and the stories beside it."""

import json
import re
import shutil
from pathlib import Path

from interleaf.tell import Told

from .contact import curves
from .network import FIELDS
from .replay import KINDS
from .stories import script

STAGES = ("autoencoder", "picture", "language", "vision", "align", "story", "settle", "distil", "judge")
# measure: (what it says, floor, whether the floor is a ceiling)
MEASURES = {
    "ended": ("stories that end by themselves within their pages", 0.95, False),
    "resolved": ("stories that end with nothing still lost", None, False),
    "prompt_hero": ("the prompt's hero is in the text", 0.95, False),
    "main_figure": ("the prompt's hero is the one the story opens with", None, False),
    "asked_few": ("all facts of a prompt with up to three are in the text", 0.95, False),
    "asked_all": ("all facts of any prompt are in the text", None, False),
    "asked_place": ("… its place", None, False),
    "asked_time": ("… its time", None, False),
    "asked_thing": ("… its thing", None, False),
    "asked_accessory": ("… what is to be worn", None, False),
    "asked_name": ("a new name is copied exactly, and is the hero's", 0.95, False),
    "malformed": ("malformed words", 0.01, True),
    "slips": ("slips of language, of words", 0.005, True),
    "names_known": ("names that belong to somebody who was introduced", None, False),
    "contradictory_pages": ("pages that contradict what was told before", 0.03, True),
    "contradictory_stories": ("stories with such a page", None, True),
    "pages_illustrated": ("pages with a picture", None, False),
    "hero": ("pictures showing the hero their page means", 0.95, False),
    "place": ("pictures showing the place their page means", 0.97, False),
    "time": ("pictures showing the time their page means", 0.97, False),
    "thing": ("pictures showing the thing their page means", 0.85, False),
    "feeling": ("pictures showing the feeling their page means", None, False),
    "accessory": ("pictures showing what is worn as their page means it", 0.85, False),
    "same_hero": ("heroes that are seen as one and the same in all pictures of their story", 0.95, False),
    "all_right": ("pictures with everything right", None, False),
    "uninvited": ("things, feelings, hats and scarves where none is meant", None, True),
    "nothing_recognised": ("pictures without a recognisable hero", None, True),
}
SHEET = """![The first picture of each of the first 40 held-out stories](evaluation/contact-sheet.webp)

The first picture of each of the first 40 held-out stories, not chosen. Below each: the scene its page means; in red
what the judge sees instead."""
CURVES = "![Loss curves of every stage](evaluation/curves.webp)"
READING = """[evaluation/stories.md](evaluation/stories.md) has the first ten held-out stories, and what becomes of
prompts that this world does not know."""


def percent(value: float) -> str:
    return f"{100 * value:.1f} %"


def verdict(share: dict, floor: float | None, ceiling: bool) -> str:
    if floor is None:
        return ""
    met = share["value"] <= floor if ceiling else share["value"] >= floor
    return f"{'≤' if ceiling else '≥'} {percent(floor)} {'met' if met else '**missed**'}"


def numbers(report: dict) -> str:
    """The measures of told stories as a Markdown table."""
    told = report["told"]
    rows = ["| measure | value | 95 % interval | of | floor | simulator |", "|---|---|---|---|---|---|"]
    for name, (says, floor, ceiling) in MEASURES.items():
        if name not in told["shares"]:
            continue  # what the model was never taught
        share, best = told["shares"][name], told["simulator"].get(name, {"value": 1.0})
        interval = f"{percent(share['low'])} to {percent(share['high'])}"
        rows.append(
            f"| {says} | {percent(share['value'])} | {interval} | {share['of']} | {verdict(share, floor, ceiling)} | "
            f"{percent(best['value'])} |"
        )
    kinds = {kind: told["shares"][f"contradicts_{kind}"]["value"] for kind in KINDS}
    worst = ", ".join(f"{kind} {percent(value)}" for kind, value in sorted(kinds.items(), key=lambda k: -k[1]))
    ten = ", ".join(f"{found} for “{prompt}”" for prompt, found in told["different_of_ten"].items())
    return "\n".join(
        [
            f"{told['stories']} held-out prompts, {report['steps']} denoising steps, guidance {report['guidance']:g}.",
            "",
            *rows,
            "",
            f"* Contradictions by kind, of pages: {worst}.",
            f"* Ten stories from one prompt with ten seeds, how many differ in cast or in what some page means: {ten}.",
            f"* A story has {told['pages_per_story']} pages, {told['tokens_per_story']} tokens and "
            f"{told['pictures_per_page']} pictures a page.",
            f"* Of {told['unknown']} prompts from outside the world, {told['unknown_ended']} became stories that end.",
        ]
    )


JUDGED = {"felt": "feelings shown", "worn": "things worn", "all": "all"}


def judge_table(report: dict) -> str:
    found = report["judge"]
    kinds = [kind for kind in (*FIELDS, *JUDGED) if kind in found["drawn"]]
    names = " | ".join(JUDGED.get(kind, kind) for kind in kinds)
    rows = [f"| held-out drawings | {names} | blobs refused |", "|---|" + "---|" * (len(kinds) + 1)]
    for name, says in (("drawn", "as drawn"), ("after_autoencoder", "after the autoencoder")):
        cells = [percent(found[name][kind]) for kind in kinds]
        rows.append(f"| {says} | {' | '.join(cells)} | {percent(found['refuses_blobs'][name])} |")
    return "\n".join(rows)


def spread(kid: list[float]) -> str:
    return f"{kid[0]:.3f} ± {kid[1]:.3f}"


NETWORKS = {"judge": "the judge's features", "contrast": "the features of the small CLIP"}
FARTHEST = 1.5  # KID of told pictures over that of the limit, at most


def pictures_table(report: dict) -> str:
    """What is right, KID and FID: of told stories, and of the picture stage alone."""
    told, captions = report["told"], report["captions"]
    kinds = [kind for kind in FIELDS if kind in told["shares"]]
    rows = [f"| pictures | of | {' | '.join(kinds)} | KID | FID |", "|---|" + "---|" * (len(kinds) + 3)]
    for says, each in (("from vokens, in told stories", told), ("from captions, the picture stage alone", captions)):
        cells = [percent(each["shares"][kind]["value"]) for kind in kinds]
        far = each["distances"]["painted"]
        of = each["shares"]["hero"]["of"]
        rows.append(f"| {says} | {of} | {' | '.join(cells)} | {spread(far['kid'])} | {far['fid']:.1f} |")
    limits = (("autoencoder", "drawings after the autoencoder (the limit)"), ("drawn_again", "drawings"))
    for name, says in limits:
        far = told["distances"][name]
        rows.append(f"| {says} | |{' |' * len(kinds)} {spread(far['kid'])} | {far['fid']:.1f} |")
    worst = sorted(told["by_hero"].items(), key=lambda item: item[1]["value"])
    heroes = ", ".join(f"{hero} {percent(share['value'])} of {share['of']}" for hero, share in worst)
    far, limit = (told["distances"][name]["kid"][0] for name in ("painted", "autoencoder"))
    met = "met" if far <= FARTHEST * limit else "**missed**"
    said = f"KID and FID in {NETWORKS[report['features']]}. KID at most {FARTHEST:g} times the limit's: {met}."
    return "\n".join([*rows, "", said, "", f"Recognised in told stories, by hero: {heroes}."])


def diversity_table(report: dict) -> str:
    told, simulator = (report["told"]["diversity"][name] for name in ("told", "simulator"))
    rows = ["| measure | told | simulator |", "|---|---|---|"]
    return "\n".join(rows + [f"| {name.replace('_', ' ')} | {told[name]:g} | {simulator[name]:g} |" for name in told])


def trainings(runs: Path) -> str:
    rows = ["| stage | steps | minutes | last loss |", "|---|---|---|---|"]
    for stage in STAGES:
        if (path := runs / stage / "status.json").exists():
            status = json.loads(path.read_text())
            rows.append(f"| {stage} | {status['step']} | {status['minutes']:.0f} | {status['loss']:.3f} |")
    return "\n".join(rows)


def stories_page(told: list[Told], unknown: list[Told]) -> str:
    parts = ["# Stories", "Written by `python -m interleaf judge`; the first of a fixed list. ▣ is a picture."]
    parts += ["## Held-out prompts", *map(script, told), "## Prompts from outside the world", *map(script, unknown)]
    return "\n\n".join(parts) + "\n"


def fill(page: str, name: str, body: str) -> str:
    """Puts body between <!-- name --> and <!-- /name -->. ValueError where the marks are missing."""
    marks = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.S)
    if not marks.search(page):
        raise ValueError(f"The page has no <!-- {name} --> … <!-- /{name} -->. Put both marks where it belongs.")
    return marks.sub(lambda found: f"{found[1]}\n{body}\n\n{found[2]}", page)


def write(report: dict, judged: Path, runs: Path, docs: Path) -> None:
    """judged holds what the judge left; docs holds evaluation.md and gets the folder evaluation/."""
    page = (docs / "evaluation.md").read_text()
    bodies = {
        "numbers": numbers(report),
        "judge": judge_table(report),
        "diversity": diversity_table(report),
        "pictures": f"{SHEET}\n\n{pictures_table(report)}",
        "trainings": f"{CURVES}\n\n{trainings(runs)}",
        "stories": READING,
    }
    for name, body in bodies.items():
        page = fill(page, name, body)
    beside = docs / "evaluation"
    beside.mkdir(exist_ok=True)
    for name in ("contact-sheet.webp", "stories.md", "report.json"):
        shutil.copyfile(judged / name, beside / name)
    curves([runs / stage for stage in STAGES], beside / "curves.webp")
    (docs / "evaluation.md").write_text(page)
