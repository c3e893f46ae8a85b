"""From a seed, or from facts that are given, to one checked story."""

import re
from dataclasses import replace
from functools import partial
from random import Random
from zlib import crc32

from interleaf.stories import names, troubles, wearing
from interleaf.stories.families import FAMILIES
from interleaf.stories.oracle import Reader, read_story
from interleaf.stories.prompts import PAGE_COUNTS, prompt_for
from interleaf.stories.state import Character, Facts, Page, Story
from interleaf.stories.tale import Tale
from interleaf.stories.wordings import FITTING
from interleaf.stories.words import HELPER_TRAITS, TRAITS
from interleaf.world.vocabulary import HEROES, PLACES, THINGS, TIMES

ENDINGS = "(?:s|es|y|ing|ed|ened|drops?)?"  # of a word that must not appear
CAST_NATS = 30.0  # who, where, when, with what, and two names
rejected = {"told": 0, "held out": 0, "misread": 0, "repeated picture": 0, "avoid": 0}


def held_out(hero: str, place: str, thing: str | None) -> bool:
    """One triple in twenty is never shown in training."""
    return thing is not None and crc32(f"{hero} {place} {thing}".encode()) % 20 == 0


def story(seed: int, pages: int | None = None, split: str = "train") -> Story:
    """The story of this seed: first its prompt's facts, then a story that satisfies them, then the prompt's words."""
    random = Random(f"{split} {seed}")
    facts, describe = prompt_for(random, pages, split)
    told = tell(facts, random, split)
    return replace(told, prompt=describe(told))


def story_for(facts: dict, seed: int, split: str | None = None) -> Story:
    """A story that satisfies the given facts (see state.Facts) and is otherwise free."""
    return tell(Facts(**facts), Random(f"for {seed}"), split)


def tell(facts: Facts, random: Random, split: str | None = None) -> Story:
    for _ in range(400):
        told = attempt(facts, random, split)
        if told:
            return told
    raise ValueError(f"no story fits these facts: {facts}")


def attempt(facts: Facts, random: Random, split: str | None, tale: Tale | None = None) -> Story | None:
    tale = tale or draw(facts, random, split)
    triples = [
        (person.species, place, tale.thing)
        for person in (tale.cast["h"], tale.cast["f"])
        for place in (tale.home, tale.far)
    ]
    fixed = bool(facts.hero and facts.place and facts.thing)
    if split == "train" and not fixed and any(held_out(*triple) for triple in triples):
        return None
    if split == "held-out" and not fixed and not held_out(*triples[0]):
        return None
    family = facts.family or tale.pick(FITTING.get(facts.feeling) or tuple(FAMILIES))
    rejected["told"] += 1
    pages = perform(tale, family, split)
    if pages is None:
        return None
    cast = {role: {"species": p.species, "name": p.name} for role, p in tale.cast.items() if p.met}
    given = {key: value for key, value in vars(facts).items() if value}
    return Story("", pages, given, family, cast, tale.nats + CAST_NATS)


def perform(tale: Tale, family: str, split: str | None, before: tuple[Page, ...] = ()) -> tuple[Page, ...] | None:
    """The pages of a tale, if it can be told and read. before: the pages of earlier chapters."""
    for write in scheduled(FAMILIES[family](tale), tale) or ():
        write(tale)
    pages = illustrate(tale, tale.random, before)
    return pages if pages and sound(pages, tale, split, before) else None


def draw(facts: Facts, random: Random, split: str | None) -> Tale:
    """Everybody and everything of one tale."""

    def choose(options, *taken):
        return random.choice([option for option in options if option not in taken and option not in facts.avoid])

    hero = facts.hero or choose(HEROES, facts.friend)
    friend = facts.friend or choose(HEROES, hero)
    helper = choose(HEROES, hero, friend)
    place = facts.place or choose(PLACES)
    far = choose(PLACES, place)
    if facts.place and random.random() < 0.15:
        place, far = far, place
    thing = facts.thing or choose(THINGS)
    time = facts.time or choose(TIMES)
    named = facts.name or (names.name(random, split) if random.random() < 0.88 else None)
    second = names.name(random, split, named) if random.random() < 0.85 else None
    he = facts.pronoun or random.choice(("he", "she"))
    other = he if random.random() < 0.35 else ("she" if he == "he" else "he")
    cast = {"h": Character("h", hero, named, he, random.choice(TRAITS)),
            "f": Character("f", friend, second, other, random.choice(TRAITS)),
            "g": Character("g", helper, None, random.choice(("he", "she")), random.choice(HELPER_TRAITS))}  # fmt: skip
    pages = facts.pages or random.choice(PAGE_COUNTS)
    tale = Tale(random, facts, cast, place, far, time, thing, choose(THINGS, thing), pages)
    tale.wardrobe = wearing.plan(random, facts, pages)
    return tale


def scheduled(beats: list, tale: Tale) -> list | None:
    """What happens on which page. Core beats (True) always; the pages that are left over go to other beats (False) and to
    troubles at the family's "way" marks, each on one page or on two. None if there is not enough to tell."""
    spare = tale.count - sum(1 for kind, _ in beats if kind is True)
    marks = [index for index, (kind, _) in enumerate(beats) if kind == "way"]
    others = [index for index, (kind, _) in enumerate(beats) if kind is False]
    shares = ((1.0,), (0.5, 0.5), (0.15, 0.6, 0.25), (0.0, 0.45, 0.55))[max(0, min(spare, 3))]
    count = tale.random.choices(range(len(shares)), shares)[0] if spare > 0 else 0
    where = sorted(tale.random.choice(marks) for _ in range(count))
    pages = [1] * count
    extra = [("page", n) for n in range(count)] + [("beat", index) for index in others]
    if not 0 <= spare - count <= len(extra):
        return None
    chosen = set()
    for kind, index in tale.random.sample(extra, spare - count):
        if kind == "page":
            pages[index] = 2
        else:
            chosen.add(index)
    found = []
    for index, (kind, write) in enumerate(beats):
        found += [
            partial(troubles.tell, pages=n, far=write) for mark, n in zip(where, pages, strict=True) if mark == index
        ]
        if kind is True or index in chosen:
            found.append(write)
    tale.troubles = count
    return found


def illustrate(tale: Tale, random: Random, before: tuple[Page, ...] = ()) -> tuple[Page, ...] | None:
    """Pages with their pictures; a picture that would repeat the last one is left out."""
    if len(tale.pages) != tale.count:
        return None
    pages, reader = [], Reader()
    for page in before:
        reader.read(page.text)
    shown = next((page.scene for page in reversed(before) if page.scene), None)
    for number, (text, scene) in enumerate(tale.pages):
        changes = 6 if shown is None or scene is None else sum(
            getattr(scene, part) != getattr(shown, part) for part in vars(scene))  # fmt: skip
        if changes == 0 or (changes == 1 and random.random() < 0.12):
            scene = None
        at = None
        if scene:
            shown = scene
            at = picture_at(text, scene, reader, random, number)
        reader.read(text)
        pages.append(Page(text, scene, at))
    if sum(page.scene is not None for page in pages) < 0.6 * len(pages):
        rejected["repeated picture"] += 1
        return None
    return tuple(pages)


def picture_at(text: str, scene, reader: Reader, random: Random, number: int) -> int:
    """Mostly the end of the text; earlier only where everything the picture shows has been said by then."""
    if random.random() < 0.75:
        return len(text)
    cut = text.find(". ") + 1
    for at in (0, cut):
        if (at or number) and at < len(text):
            early = reader.copy()
            if text[:at].count('"') % 2 == 0 and early.read(text[:at]) == scene:
                return at
    return len(text)


def sound(pages: tuple[Page, ...], tale: Tale, split: str | None, before: tuple[Page, ...] = ()) -> bool:
    """The oracle must read every scene back from the text alone; nothing unwanted may be in it."""
    read = read_story([page.text for page in (*before, *pages)])[len(before) :]
    if any(page.scene and page.scene != seen for page, seen in zip(pages, read, strict=True)):
        rejected["misread"] += 1
        return False
    if split == "train" and any(
        page.scene and held_out(page.scene.hero, page.scene.place, page.scene.thing) for page in pages
    ):
        rejected["held out"] += 1
        return False
    text = " ".join(page.text for page in pages).lower()
    if any(re.search(rf"\b{word}{ENDINGS}\b", text) for word in tale.facts.avoid) or not asked_for(pages, tale, text):
        rejected["avoid"] += 1
        return False
    return True


def asked_for(pages: tuple[Page, ...], tale: Tale, text: str) -> bool:
    """What was asked for is in the story, and in a picture if it can be drawn."""
    scenes = [page.scene for page in pages if page.scene]
    facts = tale.facts
    asked = all(not getattr(facts, part) or any(getattr(scene, part) == getattr(facts, part) for scene in scenes)
                for part in ("hero", "place", "time", "thing", "feeling", "accessory"))  # fmt: skip
    words = (facts.friend, facts.name)
    return asked and all(not word or word.lower() in text for word in words)
