"""Pages that mean something only after the pages before them: do a model's pictures use the context?

The same seed tells the same story of an owl and of a cat: where only a name or "he" says who it is, the page's text is
the same in both, and only what was told before tells the pictures apart. Kinds:

* pair: one page, two histories, two scenes; `twin` numbers belong together.
* distance: what the page means was last said 1 to 5 pages before.
* distractor: somebody else, of the same pronoun or not, was told of in between.
* change: what was worn has been given away, lost or taken off.
* return: "home again" or "back there" is where it is.
* shift: the hour was changed by the page before, not by this one.
* blank: a pair's page with no history: it must not be known better than the page alone says.
* exchanged: the page with another story's history: the scene follows that history.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import count as numbers
from itertools import islice
from random import Random

from interleaf.stories import names
from interleaf.stories.oracle import Reader, read_story
from interleaf.stories.state import Page, Story
from interleaf.stories.telling import story_for
from interleaf.world.vocabulary import ACCESSORIES, HEROES, PLACES, TIMES, Scene

KINDS = ("pair", "distance", "distractor", "change", "return", "shift", "blank", "exchanged")
VALUES = {"hero": HEROES, "place": PLACES, "time": TIMES, "accessory": ACCESSORIES}
COUNT = 200  # cases of a kind


@dataclass(frozen=True)
class Case:
    """history: the pages before, with their pictures; last: the page that is asked about. What its picture must show in
    `field` is `expected`; None means that nothing shows or, if blank, that the page alone does not say. pages: of the story."""

    kind: str
    prompt: str
    pages: int
    history: tuple[Page, ...]
    last: Page
    field: str
    expected: str | None
    twin: int = 0
    distance: int = 0  # pages since the page that said it


def alone(page: Page) -> Scene | None:
    return read_story([page.text])[0]


def said(page: Page, field: str) -> bool:
    """Whether this page alone says what it shows there, though it may not say the rest."""
    reader = Reader()
    reader.read(page.text)
    if field == "accessory":
        return page.scene is not None and page.scene.accessory in reader.worn.values()
    return getattr(reader, field) is not None


def case(kind: str, told: Story, at: int, field: str, **more) -> Case:
    """Page number `at` (from 0) of a story; how far back it was said is counted."""
    history, last = told.pages[:at], told.pages[at]
    value = getattr(last.scene, field)
    far = next((n for n, page in enumerate(reversed(history), 1) if said(page, field)), 0)
    return Case(kind, told.prompt, len(told.pages), history, last, field, value, distance=far, **more)


def twins(random: Random, field: str, pages: int | None = None) -> Iterator[tuple[Story, Story, int]]:
    """Two stories of one seed that differ in one field, and a page of theirs with one text and two scenes."""
    seed, pronoun = random.randrange(1 << 40), random.choice(("he", "she"))
    name = names.name(random, None)
    common = {
        "pages": pages or random.randint(4, 8),
        "name": name,
        "pronoun": pronoun,
        "place": random.choice(PLACES),
        "hero": random.choice(HEROES),
    }
    values = random.sample(VALUES[field], 2)
    try:
        pair = [story_for(common | {field: value}, seed) for value in values]
    except ValueError:
        return
    for at, (one, two) in enumerate(zip(*(each.pages for each in pair), strict=True)):
        if (
            at
            and one.text == two.text
            and one.scene
            and two.scene
            and getattr(one.scene, field) != getattr(two.scene, field)
        ):
            yield pair[0], pair[1], at


def pairs(random: Random, kind: str) -> Iterator[Case]:
    for twin in numbers():
        field = random.choice(tuple(VALUES))
        found = list(twins(random, field))
        if found:
            one, two, at = random.choice(found)
            yield case(kind, one, at, field, twin=twin)
            yield case(kind, two, at, field, twin=twin)


def distances(random: Random, count: int) -> Iterator[Case]:
    """As many of each distance."""
    seen = dict.fromkeys(range(1, 6), 0)
    for twin in numbers():
        field = random.choice(("hero", "time", "accessory", "accessory", "place"))
        for one, two, at in twins(random, field, 8):
            found = case("distance", one, at, field, twin=twin), case("distance", two, at, field, twin=twin)
            far = found[0].distance
            if far in seen and far == found[1].distance and seen[far] < -(-count // 5):
                seen[far] += 2
                yield from found


def distractors(random: Random) -> Iterator[Case]:
    """Of heroes, where the page before tells of somebody else."""
    for twin in numbers():
        for one, two, at in twins(random, "hero"):
            friend = one.cast.get("f")
            called = friend and (friend["name"] or friend["species"])
            if called and called in one.pages[at - 1].text and called not in one.pages[at].text:
                yield case("distractor", one, at, "hero", twin=twin)
                yield case("distractor", two, at, "hero", twin=twin)
                break


def simulated(random: Random) -> Iterator[tuple[Story, int]]:
    """Every page with a picture, but the first, of endless stories, half of them with something worn."""
    while True:
        facts = {"pages": random.randint(4, 8), "name": names.name(random, None)}
        told = story_for(facts, random.randrange(1 << 40))
        yield from ((told, at) for at, page in enumerate(told.pages) if at and page.scene)


def changes(random: Random) -> Iterator[Case]:
    for told, at in simulated(random):
        now = told.pages[at].scene
        worn = [page.scene.accessory for page in told.pages[:at] if page.scene and page.scene.hero == now.hero]
        if any(worn) and worn[-1] != now.accessory and now.accessory is None and not said_worn(told.pages[at]):
            yield case("change", told, at, "accessory")
        elif worn and worn[-1] is None and any(worn) and now.accessory is None and not said_worn(told.pages[at]):
            yield case("change", told, at, "accessory")


def said_worn(page: Page) -> bool:
    return any(worn in page.text for worn in ACCESSORIES)


def returns(random: Random) -> Iterator[Case]:
    for told, at in simulated(random):
        page, before = told.pages[at], told.pages[at - 1].scene
        if (
            re.search(r"\b(?:home|back there)\b", page.text)
            and not said(page, "place")
            and before
            and before.place != page.scene.place
        ):
            yield case("return", told, at, "place")


def shifts(random: Random) -> Iterator[Case]:
    for told, at in simulated(random):
        times = [page.scene.time for page in told.pages[: at + 1] if page.scene]
        if len(times) > 2 and times[-3] != times[-2] == times[-1] and not said(told.pages[at], "time"):
            yield case("shift", told, at, "time")


def blanks(random: Random) -> Iterator[Case]:
    for found in pairs(random, "blank"):
        read = alone(found.last)
        yield replace(found, history=(), expected=getattr(read, found.field) if read else None)


def exchanged(random: Random) -> Iterator[Case]:
    """Pages that name nobody, after pages of somebody else's story."""
    for told, at in simulated(random):
        page = told.pages[at]
        reader = Reader()
        reader.read(page.text)
        if (
            not re.match(r"(?:He|She)\b", page.text)
            or reader.hero
            or any(p["name"] and p["name"] in page.text for p in told.cast.values())
        ):
            continue
        other = story_for({"pages": len(told.pages)}, random.randrange(1 << 40))
        reader = Reader()
        for before in other.pages[:at]:
            reader.read(before.text)
        scene, field = reader.read(page.text), random.choice(("hero", "place"))
        if scene and getattr(scene, field) != getattr(page.scene, field):
            yield case("exchanged", replace(other, pages=(*other.pages[:at], replace(page, scene=scene))), at, field)


def context_cases(kind: str, count: int = COUNT, seed: int = 0) -> list[Case]:
    """`count` cases of one of KINDS; the same seed gives the same cases. No training story has such a seed."""
    random = Random(f"context {kind} {seed}")
    if kind not in KINDS:
        raise ValueError(f"no context test {kind!r}: choose one of {', '.join(KINDS)}")
    source = {"pair": lambda: pairs(random, kind), "distance": lambda: distances(random, count), "distractor": lambda: distractors(random),
              "change": lambda: changes(random), "return": lambda: returns(random), "shift": lambda: shifts(random), "blank": lambda: blanks(random),
              "exchanged": lambda: exchanged(random)}[kind]()  # fmt: skip
    return list(islice(source, count))
