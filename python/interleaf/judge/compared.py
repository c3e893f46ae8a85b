"""The comparisons as tables for docs/evaluation.md."""

import shutil
from pathlib import Path

from interleaf.tell import Told

from .contact import bars, side_by_side
from .document import NETWORKS, fill, percent, spread
from .network import FIELDS

GROUPS = {
    "Given stories": ("vokens", "true-captions", "two-stage", "no-guidance", "steps-4", "steps-20"),
    "Trained anew": ("full", "no-alignment", "no-unimodal", "no-ldm", "k1", "k4", "k16"),
    "The last page of given stories": ("both-context", "text-context", "picture-context"),
    "Told by themselves": ("own", "own-unseen", "own-two-stage"),
}
# What the paper found, as the sign of the arm's difference to the one it is compared with.
CLAIMS = (
    ("two-stage", -1, "vokens serve better than a caption and a picture model in two stages"),
    ("true-captions", 1, "the picture model alone is better still at single true captions (CC3M)"),
    ("no-guidance", -1, "guidance helps"),
    ("no-alignment", -1, "caption alignment helps"),
    ("no-unimodal", -1, "the unimodal stage helps"),
    ("no-ldm", -1, "the LDM loss helps"),
    ("k1", -1, "one voken is too few"),
    ("k4", -1, "four vokens are worse than eight"),
    ("k16", 1, "sixteen vokens are better than eight"),
    ("text-context", -1, "pictures as context help"),
    ("picture-context", -1, "text as context helps"),
)
# Readers who preferred MiniGPT-5, and the two-stage baseline, on VIST; the rest saw a tie.
READERS = {
    "continuity": ("language continuity", 55, 35),
    "quality": ("picture quality", 52, 38),
    "coherence": ("coherence of text and pictures", 57, 29),
}
MARGIN = 0.28  # of coherence, the paper's: 57 % less 29 %
FEWER_STEPS = 0.02  # that four steps may be worse than twenty
SHOWN = 8  # stories on the contact sheet


def interval(mean: dict) -> str:
    return f"{percent(mean['value'])} ({percent(mean['low'])} to {percent(mean['high'])})"


def points(difference: dict) -> str:
    return f"{100 * difference['value']:+.1f} ({100 * difference['low']:+.1f} to {100 * difference['high']:+.1f})"


def arms_table(found: dict) -> str:
    arms = found["arms"]
    kinds = [kind for kind in FIELDS if any(kind in each["shares"] for each in arms.values())]
    clip = any("likeness" in each for each in arms.values())
    columns = [*kinds, "everything right", "difference, points", "KID", *(("CLIP-I", "CLIP-T") if clip else ())]
    rows = [f"| | pictures | {' | '.join(columns)} |", "|---|" + "---|" * (len(columns) + 1)]
    for group, names in GROUPS.items():
        named = [name for name in names if name in arms]
        rows += [f"| **{group}** |" + " |" * (len(columns) + 1)] if named else []
        for name in named:
            each = arms[name]
            cells = [percent(each["shares"][kind]["value"]) if kind in each["shares"] else "" for kind in kinds]
            cells.append(interval(each["shares"]["all_right"]))
            cells.append(points(each["difference"]) if "difference" in each else "")
            cells.append(spread(each["distance"]["kid"]) if "distance" in each else "")
            if clip:
                cells += [f"{each['likeness'][kind]['value']:.3f}" for kind in ("clip_i", "clip_t")]
            rows.append(f"| {each['says']} | {each['pictures']} | {' | '.join(cells)} |")
    return "\n".join(rows)


def verdict(difference: dict, sign: int) -> str:
    """Whether the interval lies on the paper's side of 0, on the other, or on both."""
    low, high = sorted((sign * difference["low"], sign * difference["high"]))
    return "agrees" if low > 0 else "**does not agree**" if high < 0 else "too close to tell"


def claims_table(found: dict) -> str:
    rows = ["| the paper | everything right, points | this world |", "|---|---|---|"]
    for name, sign, says in CLAIMS:
        difference = found["arms"].get(name, {}).get("difference")
        if difference:
            rows.append(f"| {says} | {points(difference)} | {verdict(difference, sign)} |")
    return "\n".join(rows)


def few_steps(found: dict) -> str:
    """What becomes of pictures in four steps instead of twenty."""
    difference = found["arms"].get("steps-4", {}).get("difference")
    if not difference:
        return ""
    met = "met" if difference["value"] >= -FEWER_STEPS else "**missed**"
    return f"Four steps less twenty: {points(difference)}; the floor is {-100 * FEWER_STEPS:.0f} points: {met}."


def preferences_table(found: dict) -> str:
    rows = ["| | ours better | theirs better | tie | the paper's readers |", "|---|---|---|---|---|"]
    against = {"own-two-stage": "two stages", "own-unseen": "not seeing its own pictures"}
    for name, kinds in found["preferences"].items():
        for kind, shares in kinds.items():
            says, ours, theirs = READERS[kind]
            paper = f"{ours} % to {theirs} %" if name == "own-two-stage" else ""
            cells = " | ".join(interval(shares[side]) for side in ("ours", "theirs", "tie"))
            rows.append(f"| {says}, against {against[name]} | {cells} | {paper} |")
    if "own-two-stage" in found["preferences"]:
        shares = found["preferences"]["own-two-stage"]["coherence"]
        lead = shares["ours"]["value"] - shares["theirs"]["value"]
        met = "met" if lead >= MARGIN else "**missed**"
        rows += [
            "",
            f"Coherent more often by {100 * lead:.1f} points; the floor is the paper's {100 * MARGIN:.0f}: {met}.",
        ]
    return "\n".join(rows)


def context_table(found: dict) -> str:
    rows = ["| context test | pictures right | cases | both of a pair | by what is asked |", "|---|---|---|---|---|"]
    for kind, shares in found.get("context", {}).items():
        if "all" not in shares:
            continue
        parts = [f"{name} {percent(s['value'])}" for name, s in shares.items() if name not in ("all", "both")]
        both = percent(shares["both"]["value"]) if "both" in shares else ""
        rows.append(f"| {kind} | {interval(shares['all'])} | {shares['all']['of']} | {both} | {', '.join(parts)} |")
    return "\n".join(rows)


def tasks_table(found: dict) -> str:
    tasks = found["tasks"]
    rows = ["| task | measure | the model | beside it |", "|---|---|---|---|"]
    ours, theirs = (tasks["cc3m"][source] for source in ("vokens", "captions"))
    for kind in (kind for kind in (*FIELDS, "all_right") if kind in ours["shares"]):
        both = (interval(each["shares"][kind]) for each in (ours, theirs))
        rows.append(f"| a picture for a caption | {kind.replace('_', ' ')} | {' | '.join(both)} |")
    for kind in (kind for kind in ("clip_i", "clip_t") if kind in ours):
        both = (f"{each[kind]['value']:.3f}" for each in (ours, theirs))
        rows.append(f"| a picture for a caption | {kind.replace('_', '-').upper()} | {' | '.join(both)} |")
    told, another = tasks["vist"]["told"], tasks["vist"]["another"]
    for kind in told:
        both = (
            f"{each[kind]['value'] if isinstance(each[kind], dict) else each[kind]:.3f}" for each in (told, another)
        )
        rows.append(f"| the next page | {kind.replace('_', '-')} | {' | '.join(both)} |")
    if "mmdialog" in tasks:
        both = (f"{tasks['mmdialog'][name]['value']:.3f}" for name in ("told", "another"))
        rows.append(f"| a story, page by page | MM-Relevance | {' | '.join(both)} |")
    return "\n".join(rows)


HEAD = """{stories} held-out stories, {steps} denoising steps, guidance {guidance:g}. Intervals are 95 %, by bootstrap
over stories. Distances are in {features}."""
PLOT = "![Share of pictures with everything right, by arm](evaluation/comparisons.png)"
SHEET = """![The last picture of the first eight stories, by arm](evaluation/comparisons.webp)

The last picture of each of the first eight stories, one row for every arm, not chosen."""


def write(found: dict, told: dict[str, list[Told]], out: Path, docs: Path) -> None:
    """Fills in the marks `comparisons`, `claims`, `preferences`, `context` and `tasks` of docs/evaluation.md."""
    head = HEAD.format(**{**found, "features": NETWORKS[found["features"]]})
    bodies = {
        "comparisons": f"{head}\n\n{arms_table(found)}\n\n{PLOT}\n\n{SHEET}",
        "claims": f"{claims_table(found)}\n\n{few_steps(found)}".strip(),
        "preferences": preferences_table(found),
        "context": context_table(found),
    }
    if "tasks" in found:
        bodies["tasks"] = tasks_table(found)
    beside = docs / "evaluation"
    beside.mkdir(exist_ok=True)
    names = [name for group in GROUPS.values() for name in group if name in found["arms"]]
    bars({name: found["arms"][name]["shares"]["all_right"] for name in names}, beside / "comparisons.png")
    side_by_side({name: told[name][:SHOWN] for name in names}, beside / "comparisons.webp")
    shutil.copyfile(out / "comparisons.json", beside / "comparisons.json")
    page = (docs / "evaluation.md").read_text()
    for name, body in bodies.items():
        page = fill(page, name, body)
    (docs / "evaluation.md").write_text(page)
