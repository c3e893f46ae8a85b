"""Do pictures use what was told before? Pages of the context tests (`stories.context_tests`), each with the one field
that only earlier pages say, and the share of pictures that show it."""

from collections.abc import Callable

from tqdm import tqdm

from interleaf.config import Denoising, Knowledge
from interleaf.stories import Story
from interleaf.stories.context_tests import KINDS, Case, context_cases
from interleaf.tell import Told, tell_many
from interleaf.world.vocabulary import Scene

from .classifier import read
from .known import EVERYTHING, fields, within
from .network import Judge
from .share import Share, share
from .shelf import Shelf
from .tellings import following

TOGETHER = 24  # cases that are painted side by side


def answerable(case: Case, knows: Knowledge) -> bool:
    """Whether the model knows all that the pages show."""
    scenes = [page.scene for page in (*case.history, case.last) if page.scene]
    return case.pages <= knows.pages and case.field in fields(knows) and all(within(s, knows) == s for s in scenes)


def cases(kind: str, count: int, knows: Knowledge = EVERYTHING) -> list[Case]:
    """`count` cases of a kind that the model knows all of; always the same. Fewer if that is rare."""
    return [case for case in context_cases(kind, count * (1 if knows == EVERYTHING else 6)) if answerable(case, knows)][
        :count
    ]


def story_of(case: Case) -> Story:
    return Story(case.prompt, (*case.history, case.last), {}, case.kind, {})


def painted(found: list[Case], model, how: Denoising, shelf: Shelf) -> list[Told]:
    """Each case as a story whose last picture is the model's; those that are not on the shelf are painted now."""
    stories = {number: story_of(case) for number, case in enumerate(found)}
    new = [number for number, case in enumerate(found) if not shelf.has(number, case)]
    for start in tqdm(range(0, len(new), TOGETHER), desc=shelf.folder.name, ascii=True, disable=not new):
        few = new[start : start + TOGETHER]
        told = tell_many(
            model,
            [stories[n].prompt for n in few],
            [found[n].pages for n in few],
            few,
            how,
            telling=following(stories, last=True),
        )
        for number, each in zip(few, told, strict=True):
            shelf.put(number, each, found[number])
    return [shelf.get(number) for number in stories]


def shows(seen: Scene, case: Case) -> bool:
    return getattr(seen, case.field) == case.expected


def measure(found: list[Case], seen: list[Scene | None]) -> dict[str, Share]:
    """By what is asked: `all`, each field, each distance; `both` of twins. What a page does not say without its history
    is not asked of pages that have none."""
    pairs = [
        (case, scene is not None and shows(scene, case))
        for case, scene in zip(found, seen, strict=True)
        if not (case.kind == "blank" and case.expected is None)
    ]
    twins: dict[int, list[bool]] = {}
    for case, hit in pairs:
        twins.setdefault(case.twin, []).append(hit)
    shares = {"all": share(hit for _, hit in pairs)}
    shares |= {
        f: share(hit for case, hit in pairs if case.field == f) for f in dict.fromkeys(c.field for c, _ in pairs)
    }
    far = sorted({case.distance for case, _ in pairs if case.kind == "distance"})
    shares |= {f"{n} pages back": share(hit for case, hit in pairs if case.distance == n) for n in far}
    return shares | {"both": share(all(hits) for hits in twins.values() if len(hits) == 2)}


def measure_context(
    model, judge: Judge, knows: Knowledge, count: int, how: Denoising, shelf_of: Callable[[str], Shelf]
) -> dict[str, dict]:
    """Shares by kind of case. shelf_of: where the pictures of a name are kept."""
    report = {}
    for kind in KINDS:
        found = cases(kind, count, knows)
        told = painted(found, model, how, shelf_of(f"context-{kind}"))
        pictures = [each.pages[-1].picture for each in told]
        seen = [None if picture is None else read(judge, picture[None])[0] for picture in pictures]
        report[kind] = {name: each.plain() for name, each in measure(found, seen).items() if each.of}
    return report
