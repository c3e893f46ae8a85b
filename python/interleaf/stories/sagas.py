"""Stories in chapters: each prompt continues what was told before, with the same hero, who still wears what was worn.

A chapter is a tale of its own in the same world: another family, another thing, mostly the next day. The old friend comes
along or a new one is met. What does not fit into the model's context is left out by `recalled`, in training as in telling."""

from dataclasses import replace
from random import Random

from interleaf.chapters import recalled as remembered
from interleaf.stories import names, wearing
from interleaf.stories.corpus import chapters, segments
from interleaf.stories.families import FAMILIES
from interleaf.stories.oracle import read_story
from interleaf.stories.prompts import settled
from interleaf.stories.slips import noise
from interleaf.stories.state import Character, Facts, Page, Story
from interleaf.stories.tale import OVERNIGHT, Tale
from interleaf.stories.telling import CAST_NATS, asked_for, attempt, draw, perform, story
from interleaf.stories.titles import filled, needed
from interleaf.stories.words import TRAITS
from interleaf.world.vocabulary import HEROES, PLACES, THINGS

GO_ON = (
    "|go on", "|what happens next?", "|and then?", "|more please", "|continue", "|tell me more", "|next chapter", "|and the next day?", "|another one", "|keep going", "|one more chapter please", "|again!",
    "|and then they go {p}", "|what happens {w}?", "|now with {at}", "|the next day {p}", "|then somebody finds {at}", "|continue {p} {w}", "|and now a story with {at} {p}", "|more about the {t}", "|now they are {p}",
    "|chapter two: the {t}", "|what about {at}?", "|and {w}?", "|please go on, with {af}", "|then they meet {af}", "|now {af} comes along", "lost and found|oh no, the {t} is gone!", "wish|what does everybody wish for? {at}!",
    "mystery|now a mystery", "a little brave|something strange happens {p}", "making|can they make {at}?", "there and back|now a journey {p}", "try again|now learn something with the {t}", "surprise|it is somebody's birthday",
    "new friend|they find a new friend", "helping|somebody needs help", "evening|and in the evening there is a party",
)  # fmt: skip
ROOM = 900  # tokens of a whole saga with its pictures; the context holds 1024
TWO, MORE = 0.1, 0.05  # shares of lessons with two chapters, and with more
SOFT = 8  # tokens of a picture


def saga(seed: int, count: int = 2, pages: int | None = None, split: str = "train") -> Story:
    """A story of `count` prompts, each of `pages` pages or of 3 to 5."""
    random = Random(f"saga {split} {seed}")
    while True:
        told = one(random, count, pages, split)
        if told:
            return told


def one(random: Random, count: int, pages: int | None, split: str) -> Story | None:
    from interleaf.stories.prompts import prompt_for

    facts, describe = prompt_for(random, pages or random.randint(3, 5), split)
    tale = draw(facts, random, split)
    first = attempt(facts, random, split, tale)
    if first is None:
        return None
    told = replace(first, prompt=describe(first))
    for number in range(2, count + 1):
        for _ in range(20):
            following = sequel(tale, told.pages, number, random, pages, split)
            if following:
                break
        else:
            return None
        tale, more = following
        told = replace(told, pages=(*told.pages, *more), nats=told.nats + tale.nats + CAST_NATS / 2)
    return told


def sequel(
    last: Tale, before: tuple[Page, ...], number: int, random: Random, pages: int | None, split: str
) -> tuple[Tale, tuple[Page, ...]] | None:
    """The next chapter after `before`, as the tale and its pages; None if this try cannot be told."""
    frame = random.choice(GO_ON)
    facts = Facts(
        pages=pages or random.randint(3, 5), family=frame.partition("|")[0] or None, hero=last.cast["h"].species
    )
    for fact in needed(frame) - {"hero"}:
        options = {"place": PLACES, "thing": THINGS, "time": OVERNIGHT[last.time], "friend": HEROES}[fact]
        setattr(
            facts,
            fact,
            random.choice(
                [
                    v
                    for v in options
                    if v not in (facts.hero, last.home, *(p.species for p in last.cast.values() if p.met))
                ]
            ),
        )
    if settled(replace(facts)) != facts:
        return None
    tale = carried(last, facts, number, random, split)
    family = facts.family or random.choice([f for f in FAMILIES if f != "new friend" or not tale.cast["f"].known])
    if family == "new friend" and tale.cast["f"].known:
        return None
    told = perform(tale, family, split, before)
    if told is None or not asked_for(told, tale, " ".join(page.text for page in told).lower()):
        return None
    asked = noise(filled(frame, facts, random), random, None, 0.05)
    return tale, (replace(told[0], asked=asked), *told[1:])


def carried(last: Tale, facts: Facts, number: int, random: Random, split: str) -> Tale:
    """A tale that begins where the last one ended: the same hero at home, with what is worn, and the friend or a new one."""
    seen = {person.species for person in last.cast.values() if person.met}
    hero, friend = replace(last.cast["h"], met=False, known=True), replace(last.cast["f"], met=False, known=True)
    free = [species for species in HEROES if species not in seen and species != facts.friend]
    if facts.friend or not last.cast["f"].met or random.random() < 0.35:
        name = names.name(random, split, hero.name) if random.random() < 0.85 else None
        if name and friend.name and name[0] == friend.name[0]:
            name = None
        species = facts.friend or free.pop(random.randrange(len(free)))
        friend = Character("f", species, name, random.choice(("he", "she")), random.choice(TRAITS))
    helper = Character("g", random.choice(free), None, random.choice(("he", "she")), "old")
    far = facts.place or random.choice([place for place in PLACES if place != last.home])
    thing = facts.thing or random.choice([thing for thing in THINGS if thing != last.thing])
    time = facts.time or random.choice(OVERNIGHT[last.time])
    tale = Tale(
        random, facts, {"h": hero, "f": friend, "g": helper}, last.home, far, time, thing, last.thing, facts.pages or 4
    )
    tale.chapter, tale.told_place, tale.before = number, last.told_place, last.before
    tale.focus, tale.reader, tale.used = last.focus, last.reader.copy(), set(last.used)
    tale.wardrobe = wearing.plan(random, facts, tale.count)
    if hero.wears:
        tale.wardrobe |= {"worn": hero.wears, "begun": True, "carried": True}
    if friend.known:
        tale.wardrobe["friend"], friend.wears = friend.wears, None
    tale.wardrobe |= {"from": max(2, tale.wardrobe["from"]), "until": max(2, tale.wardrobe["until"])}
    return tale


def recalled(told: Story, room: int = ROOM) -> Story:
    """The story as a model with little room remembers it. Numbers of pages stay as they were told."""
    numbered = [[replace(p, of=(n, len(each))) for n, p in enumerate(each, 1)] for each in chapters(told)]

    def of(pages: list[Page]) -> Story:
        return replace(told, pages=tuple(pages))

    return of(remembered(numbered, lambda pages: size(of(pages)) <= room))


def lesson(seed: int) -> Story:
    """A story to learn from: mostly of one chapter, one in ten of two, one in twenty of more, as far as it is remembered.
    Never longer than ROOM."""
    kind = Random(f"lesson {seed}").random()
    if kind > TWO + MORE:
        return story(seed)
    told = saga(seed) if kind < TWO else recalled(saga(seed, 3 if kind < TWO + MORE / 2 else 5))
    return told if reads(told) and size(told) <= ROOM else story(seed)


def size(told: Story) -> int:
    """Tokens with soft tokens."""
    return sum(
        len(s.head) + len(s.before) + len(s.after) + 2 * SOFT * (s.page.scene is not None) for s in segments(told)
    )


def reads(told: Story) -> bool:
    """Whether the scenes can be read from these pages."""
    seen = read_story([page.text for page in told.pages])
    return all(page.scene in (None, scene) for page, scene in zip(told.pages, seen, strict=True))
