"""Exact measures of told stories: the oracle rebuilds from the text alone what every page means."""

from interleaf.stories import read_story
from interleaf.stories.oracle import QUOTED
from interleaf.tell import Told
from interleaf.world.vocabulary import HEROES, Scene

from .grammar import measure_grammar
from .prompts import HeldOut, measure_facts, mentions, texts_of
from .replay import INTRODUCED, Replay, measure_replays
from .share import Share, share
from .words import WORD, bare, is_name


def names_known(told: Told) -> list[bool]:
    """For every name in the story, in order: whether somebody of that name is introduced on this page or before."""
    known, found = set(), []
    for text in (QUOTED.sub(" ", text) for text in texts_of(told)):
        known |= {part for pattern in INTRODUCED for match in pattern.finditer(text) for part in match.groups()}
        found += [bare(word) in known for word in WORD.findall(text) if word[0].isupper() and is_name(word)]
    return found


def resolved(told: Told) -> bool:
    """Whether the story ends by itself, and nothing that was lost on the way is still lost."""
    reader = Replay()
    for text in texts_of(told):
        reader.read(text)
    return told.ended == "story" and not reader.gone


def measure_texts(stories: list[Told], asked: list[HeldOut]) -> dict[str, Share]:
    first = [next((scene.hero for scene in read_story(texts_of(told)) if scene), None) for told in stories]
    texts = [" ".join(texts_of(told)) for told in stories]
    return {
        "ended": share(told.ended == "story" for told in stories),
        "resolved": share(map(resolved, stories)),
        "prompt_hero": share(mentions(text, a.hero) for text, a in zip(texts, asked, strict=True)),
        "main_figure": share(hero == a.hero for hero, a in zip(first, asked, strict=True)),
        "names_known": share(known for told in stories for known in names_known(told)),
        "pages_illustrated": share(page.picture is not None for told in stories for page in told.pages),
    } | measure_facts(stories, asked) | measure_grammar(stories) | measure_replays(stories)  # fmt: skip


def fingerprint(told: Told) -> tuple[tuple[str, ...], tuple[Scene | None, ...]]:
    """What happens to whom, without the words: the cast, and what every page means."""
    cast = tuple(hero for hero in HEROES if mentions(" ".join(texts_of(told)), hero))
    return cast, tuple(read_story(texts_of(told)))


def different(stories: list[Told]) -> int:
    """How many of the stories differ from each other in cast, or in what some page means."""
    return len({fingerprint(told) for told in stories})


def script(told: Told) -> str:
    """The story as Markdown, ▣ where its pictures stand."""
    lines = [f"**{told.prompt.strip() or '(blank)'}**", ""]
    for number, page in enumerate(told.pages, start=1):
        at = len(page.text) if page.offset is None else page.offset
        mark = "" if page.offset is None else " ▣ "
        lines.append(f"{number}. {f'{page.text[:at]}{mark}{page.text[at:]}'.strip()}")
    return "\n".join(lines if told.ended == "story" else [*lines, "", "(did not end within its pages)"])
