"""What stands in the context before each page, as in the browser (src/models/script.ts, pages.ts, history.ts)."""

import re
from dataclasses import dataclass, field

from interleaf import chapters
from interleaf.chapters import Chapter
from interleaf.config import ModelConfig
from interleaf.stories.corpus import neutral
from interleaf.stories.gate import gate


@dataclass
class WrittenPage:
    """A page as it was written."""

    text: str = ""  # as it was shown
    stopped: bool = False  # by a stop sequence
    before: list[int] = field(default_factory=list)  # ids before the picture; none without one
    rest: list[int] = field(default_factory=list)  # ids after it, or of the whole page
    ended: bool = False  # by an end sequence


def fill(template: str, **values) -> str:
    """{name}s, filled in at once, so that no value is taken for a template."""
    return re.sub(r"\{(\w+)\}", lambda found: str(values[found[1]]), template)


class Words:
    """text: the manifest's; tokenizer: the one it names."""

    def __init__(self, text: dict, tokenizer, config: ModelConfig):
        self.rules, self.tokenizer, self.config = text, tokenizer, config
        self.gate = text.get("gate")
        self.marks = [tokenizer.id_to_token(token) for token in (*config.voken_ids, config.image_token)]
        self.special = {token for token, added in tokenizer.get_added_tokens_decoder().items() if added.special}
        self.is_llama = tokenizer.token_to_id("<0x0A>") is not None

    def encode(self, text: str) -> list[int]:
        """With Q image tokens where it has <ImageHere>."""
        ids, image = self.tokenizer.encode(text, add_special_tokens=False).ids, self.config.image_token
        return [each for token in ids for each in [token] * (self.config.qformer.queries if token == image else 1)]

    def text(self, ids: list[int]) -> str:
        if not self.is_llama:
            return self.tokenizer.decode(ids, skip_special_tokens=True)
        # `tokenizers` takes all of a run of bytes for broken where one is; a browser, and so we, only what is broken.
        text = b""
        for token in ids:
            if token not in self.special:
                piece = self.tokenizer.id_to_token(token)
                byte = re.fullmatch("<0x([0-9A-F]{2})>", piece)
                text += bytes.fromhex(byte[1]) if byte else piece.replace("▁", " ").encode()
        return text.decode(errors="replace").removeprefix(" ")

    def prompt(self, typed: str) -> str:
        """Without what the rules' gate keeps out, neutral, and no longer than a quarter of the context."""
        passed = gate(typed) or self.gate["instead"] if self.gate else typed
        told, most = neutral(passed), self.config.language.context // 4
        while (over := len(self.encode(told)) - most) > 0:
            told = told[: -((over + 3) // 4)].rstrip()
        return told

    def plain(self, told: str) -> str:
        """Without what would be taken for a voken or the place of a picture."""
        for mark in self.marks:
            told = told.replace(mark, "")
        return told


@dataclass(frozen=True)
class Part:
    """Tokens that stand in the context: a page with what was fed before it, or what stands before the next one."""

    ids: list[int]
    sights: list


class PagesScript:
    """One context per story: pages as they were sampled, a picture's sight in the place of its vokens. A model that was
    taught chapters goes on in them, and forgets what its context has no room for."""

    given = ""

    def __init__(self, words: Words, prompt: str, pages: int, sight=None):
        self.words, self.pages, self.page = words, pages, 1
        self.templates = words.rules["templates"]
        self.rules = self.templates.get("chapters")
        self.stop = (words.rules["stop"] or [[]])[0]
        self.end = (words.rules["end"] or [self.stop])[0]
        self.sight = words.encode(self.templates["sight"])
        self.told: list[list[Part]] = []  # by chapter
        first = Chapter(chapters.length(pages, self.rules, True) if self.rules else pages)
        self._open(first, prompt, sight)
        last = words.encode(fill(self.templates["next"], page=pages, pages=pages))
        self.reserve = 1 + max(words.config.vokens, len(self.sight)) + len(self.stop) + len(last)

    def _open(self, chapter: Chapter, prompt: str, sight=None) -> None:
        template = self.templates["openWithPicture" if sight is not None else "open"]
        opening = self.words.encode(fill(template, prompt=self.words.prompt(prompt), pages=chapter.pages))
        bos = [] if self.told else [self.words.rules["bos"]]
        self.head, self.chapter, self.here = Part([*bos, *opening], [] if sight is None else [sight]), chapter, 1
        self.told.append([])

    def _fits(self, pages: list[Part]) -> bool:
        stands = len(self.head.ids) + sum(len(page.ids) for page in pages)
        return not self.rules or stands + self.words.rules["sampling"]["maxNewTokens"] <= self.rules["room"]

    def tokens(self) -> tuple[list[int], list]:
        stays = [*chapters.recalled(self.told, self._fits), self.head]
        return [each for part in stays for each in part.ids], [each for part in stays for each in part.sights]

    @property
    def opens(self) -> Chapter | None:
        """The chapter that the next page opens."""
        return self.chapter if self.rules and self.here == 1 else None

    def after(self, page: WrittenPage) -> str | None:
        """What a page like this ends beside itself: its `chapter`, after which another begins, or the `story`."""
        full = self.rules is not None and self.here >= self.chapter.pages
        if not (page.ended or full):
            return None
        left = self.pages - self.page
        if self.rules and left >= self.words.rules["minPages"]:
            return "chapter"
        return "story" if page.ended or left > 0 else None

    def add(self, page: WrittenPage, sight=None, goes_on: Chapter | None = None) -> None:
        """sight: [Q, D]. goes_on: a chapter for which the page's own is ended, and the story longer by its pages."""
        ends = goes_on or self.after(page) == "chapter"
        seen, rest = self.sight if sight is not None else [], page.rest
        if ends and page.stopped:
            stop = next(each for each in self.words.rules["stop"] if rest[-len(each) :] == each)
            rest = rest[: len(rest) - len(stop)]
        closing = [] if page.ended or (page.stopped and not ends) else self.end if ends else self.stop
        ids = [*self.head.ids, *page.before, *seen, *rest, *closing]
        self.told[-1].append(Part(ids, [*self.head.sights, *([] if sight is None else [sight])]))
        if goes_on:
            self.pages = self.page + goes_on.pages
        self.page += 1
        if ends:
            self._go_on(self.pages - self.page + 1, goes_on.prompt if goes_on else None)
        else:
            self.here += 1
            head = self.words.encode(fill(self.templates["next"], page=self.here, pages=self.chapter.pages))
            self.head = Part(head, [])

    def _go_on(self, left: int, prompt: str | None) -> None:
        asks = self.rules["goOn"]
        asked = asks[(len(self.told) - 1) % len(asks)] if prompt is None else prompt
        self._open(Chapter(chapters.length(left, self.rules, False), prompt), asked)


class HistoryScript:
    """What was told as text and pictures, then a question: MiniGPT-5's own."""

    opens = None

    def __init__(self, words: Words, prompt: str, pages: int, sight=None):
        self.words, self.templates, self.said = words, words.rules["templates"], words.prompt(prompt)
        told = self.templates["prompt"]["is"] == "told" or sight is not None
        self.items = [(self.said, sight)] if told else []
        config, sampling = words.config, words.rules["sampling"]
        self.reserve = config.vokens + 1
        self.room = min(sampling["maxNewTokens"] + config.vokens + 1, config.language.context // 2)

    @property
    def first(self) -> str | None:
        return self.templates.get("first") if not self.items else None

    @property
    def given(self) -> str:
        return self.said if self.first else ""

    def _ask(self) -> str:
        if not self.first:
            asks = self.templates["next"] or [""]
            return asks[len(self.items) % len(asks)]
        cleaning = self.templates["prompt"]
        blanks = str.maketrans({each: " " for each in cleaning.get("blank", "")})
        plain = " ".join(self.said.translate(blanks).split())
        return fill(self.first, prompt=plain.lower() if cleaning.get("lower") else plain)

    def _from(self, start: int) -> tuple[list[int], list]:
        whole, sights = self.templates["open"], []
        for at, (text, sight) in list(enumerate(self.items))[start:]:
            form = self.templates["told"][at % len(self.templates["told"])]
            seen = self.templates["sight"] if sight is not None else self.templates.get("unseen", "")
            whole += fill(form, text=self.words.plain(text.strip()), sight=seen)
            if sight is not None and "{sight}" in form:
                sights.append(sight)
        return [self.words.rules["bos"], *self.words.encode(whole + self._ask())], sights

    def tokens(self) -> tuple[list[int], list]:
        turn = max(len(self.templates["told"]), 1)
        start = -(-max(0, len(self.items) - self.templates["window"]) // turn) * turn
        while True:
            ids, sights = self._from(start)
            if len(ids) + self.room <= self.words.config.language.context or start >= len(self.items):
                return ids, sights
            start += turn

    def after(self, page: WrittenPage) -> str | None:
        return "story" if page.ended else None

    def add(self, page: WrittenPage, sight=None) -> None:
        self.items.append((page.text, sight))


def create_script(words: Words, prompt: str, pages: int, sight=None) -> PagesScript | HistoryScript:
    history = words.rules["templates"].get("layout") == "history"
    return (HistoryScript if history else PagesScript)(words, prompt, pages, sight)
