"""`python -m interleaf stories`: stories to read, or figures about many of them beside what they should be."""

import argparse
import re
import time
from collections import Counter
from importlib import import_module
from itertools import combinations
from math import log, log2
from pkgutil import walk_packages
from statistics import mean, median

import interleaf.stories as package
from interleaf.stories import read_story, segments, story
from interleaf.stories.frames import sentences
from interleaf.stories.state import Story
from interleaf.stories.words import TRAITS
from interleaf.world.vocabulary import ACCESSORIES, HEROES, PLACES, THINGS

FIELDS = ("hero", "place", "time", "thing", "feeling", "accessory")
WORLD = re.compile(rf"\b({'|'.join((*HEROES, *PLACES, *THINGS, *ACCESSORIES, *TRAITS))})\b")
# What the figures should be: (at least, at most); None where there is no bound.
TARGETS = {
    "event types": (90, None), "frames": (900, None), "frames per event": (3, None), "commonest opening": (None, 0.03), "commonest ending": (None, 0.03),
    "word types": (1200, None), "words per sentence": (6.5, 11), "sentences per page": (1, 6), "tokens per story": (90, 260), "longest with prompt": (None, 900),
    "with dialogue": (0.35, None), "read by the oracle": (1, 1), "read from the page alone": (0.25, 0.55), "nats per token": (0.35, 1.5), "with an accessory": (0.3, 0.5),
    "pictures with a feeling": (0.4, 0.6), "largest mutual information": (None, 0.02),
}  # fmt: skip


def groups() -> dict[str, tuple[str, ...]]:
    """Every kind of event that text can tell, with its frames: the constants of families, troubles and what goes with them."""
    found: dict[str, tuple[str, ...]] = {}

    def add(name: str, value) -> None:
        if isinstance(value, dict):
            for key, inner in value.items():
                add(f"{name}.{key}", inner)
        elif isinstance(value, tuple) and value and all(isinstance(each, str) and "{" in each for each in value):
            found[name] = value
        elif isinstance(value, tuple):
            for index, inner in enumerate(value):
                add(f"{name}.{index}", inner)
        elif hasattr(value, "arises"):
            add(f"{name}.arises", value.arises)
            add(name, {**value.solved, **value.props})

    modules = ["feelings", "wearing", "tale"] + [
        m.name.split(".", 2)[2]
        for m in walk_packages(package.__path__, "interleaf.stories.")
        if m.name.split(".")[2] in ("families", "troubles")
    ]
    for module in modules:
        for name, value in vars(import_module(f"interleaf.stories.{module}")).items():
            if name.isupper() and name not in ("WAY", "GOODS", "HEARTS", "TROUBLES", "PROPS", "FRIENDS", "FAMILIES"):
                add(f"{module}.{name}", value)
    return found


def shape(sentence: str, told: Story) -> str:
    """A sentence without its names and things, so that two of one mould are alike."""
    for person in told.cast.values():
        sentence = re.sub(rf"\b{re.escape(person['name'])}\b", "N", sentence) if person["name"] else sentence
    return re.sub(r"\b(?:[Tt]he X|[Aa]n? (?:X )?X)\b", "N", WORLD.sub("X", sentence))


def information(pairs: list[tuple]) -> float:
    """Mutual information in bits, less what chance alone gives (Miller-Madow)."""
    n, both = len(pairs), Counter(pairs)
    left, right = Counter(a for a, _ in pairs), Counter(b for _, b in pairs)
    raw = sum(k / n * log2(k * n / (left[a] * right[b])) for (a, b), k in both.items())
    return raw - (len(left) - 1) * (len(right) - 1) / (2 * n * log(2))


def measure(told: list[Story]) -> dict[str, float]:
    events, pages = groups(), [page for each in told for page in each.pages]
    pictures = [page for page in pages if page.scene]
    first = Counter(shape(sentences(each.pages[0].text)[0], each) for each in told)
    last = Counter(shape(sentences(each.pages[-1].text)[-1], each) for each in told)
    lines = [line for page in pages for line in sentences(page.text)]
    lengths = [sum(len(s.before) + len(s.after) for s in segments(each)) for each in told]
    whole = [sum(len(s.head) + len(s.before) + len(s.after) + 8 * 2 for s in segments(each)) for each in told]
    read = [zip(each.pages, read_story([p.text for p in each.pages]), strict=True) for each in told]
    tied = {
        pair: information([tuple(getattr(p.scene, f) for f in pair) for p in pictures])
        for pair in combinations(FIELDS, 2)
    }
    return {
        "event types": len(events), "frames": sum(map(len, events.values())), "frames per event": median(map(len, events.values())),
        "commonest opening": first.most_common(1)[0][1] / len(told), "commonest ending": last.most_common(1)[0][1] / len(told),
        "word types": len({w for page in pages for w in re.findall(r"[a-z]+", page.text)}),
        "words per sentence": mean(len(line.split()) for line in lines), "sentences per page": len(lines) / len(pages),
        "tokens per story": mean(lengths), "longest with prompt": max(whole), "with dialogue": mean('"' in " ".join(p.text for p in each.pages) for each in told),
        "read by the oracle": mean(page.scene in (None, seen) for each in read for page, seen in each),
        "read from the page alone": mean(read_story([page.text])[0] == page.scene for page in pictures),
        "nats per token": mean(each.nats / length for each, length in zip(told, lengths, strict=True)),
        "with an accessory": mean(any(p.scene and p.scene.accessory for p in each.pages) for each in told),
        "pictures with a feeling": mean(page.scene.feeling is not None for page in pictures),
        "largest mutual information": max(tied.values()),
        **{f"  {a} and {b}": bits for (a, b), bits in sorted(tied.items(), key=lambda item: -item[1])[:4]},
    }  # fmt: skip


def met(name: str, value: float) -> bool:
    low, high = TARGETS.get(name, (None, None))
    return (low is None or value >= low) and (high is None or value <= high)


def show(told: Story) -> str:
    pages = "\n".join(
        f"  {page.text}" + (f"\n    ▣ {', '.join(v for v in vars(page.scene).values() if v)}" if page.scene else "")
        for page in told.pages
    )
    return f"{told.prompt!r} ({told.family})\n{pages}\n"


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="interleaf stories", description=__doc__)
    parser.add_argument("--stats", type=int, metavar="N", help="figures about N stories, beside what they should be")
    parser.add_argument("--show", type=int, metavar="N", default=5, help="N stories to read")
    parser.add_argument("--seed", type=int, default=0, help="the first story's seed")
    options = parser.parse_args(argv)
    if not options.stats:
        print("\n".join(show(story(options.seed + n)) for n in range(options.show)))
        return 0
    start = time.process_time()
    told = [story(options.seed + n) for n in range(options.stats)]
    speed = len(told) / (time.process_time() - start)
    figures = measure(told) | {"stories per second": speed}
    for name, value in figures.items():
        low, high = TARGETS.get(name, (None, None))
        aim = f"{'' if low is None else low} … {'' if high is None else high}" if (low, high) != (None, None) else ""
        print(f"{name:28} {value:10.3f}   {aim:14} {'' if met(name, value) else 'MISSED'}")
    return 0
