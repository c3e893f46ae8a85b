"""`python -m interleaf tell "a turtle" --out story/`: a story in PyTorch, by the same rules as in the browser.

Many stories are told side by side: each page is written story by story, then all of its pictures are painted at once.
"""

import argparse
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from tqdm import tqdm
from transformers import DynamicCache

from interleaf import random_numbers
from interleaf.chapters import Chapter
from interleaf.config import Denoising
from interleaf.exporting import manifest
from interleaf.latents import denoised
from interleaf.sampling import Sampling, choose
from interleaf.script import Words, WrittenPage, create_script
from interleaf.stories import tokens
from interleaf.stories.corpus import TEMPLATES
from interleaf.stories.gate import beginning, clean
from interleaf.train.vision import normalised


@dataclass
class ToldPage:
    text: str = ""
    offset: int | None = None  # characters of text before the picture
    picture: np.ndarray | None = None  # uint8 [h, w, 3]
    tokens: int = 0


@dataclass
class Told:
    prompt: str
    seed: int
    limit: int
    pages: list[ToldPage] = field(default_factory=list)
    ended: str = "limit"  # or "story"


class Context:
    """One story's key/value cache, and the last thought."""

    def __init__(self, model):
        self.model, self.cache, self.length = model, DynamicCache(), 0
        self.logits: np.ndarray | None = None  # [V], of the last token fed

    def feed(self, ids: list[int], sights: list[torch.Tensor]) -> torch.Tensor:
        """Final hidden states [n, D]. sights: [Q, D] each, for the <ImageHere> in ids."""
        language, config = self.model.language, self.model.config
        embeds = language.get_input_embeddings()(torch.tensor([ids]))
        rows = [i for i, token in enumerate(ids) if token == config.image_token]
        if rows:
            embeds[0, rows] = torch.cat(sights)
        positions = torch.arange(self.length, self.length + len(ids))[None]
        out = language.model(inputs_embeds=embeds, past_key_values=self.cache, position_ids=positions, use_cache=True)
        self.length += len(ids)
        hidden = out.last_hidden_state[0]
        self.logits = language.lm_head(hidden[-1]).numpy()
        return hidden

    def rewind(self, length: int) -> None:
        if length < self.length:
            self.cache.crop(length - self.length)
        self.length = length


@cache
def tiny_rules(config) -> dict:
    return manifest.text(config, tokens.load(), TEMPLATES, "tokenizer.json")


def joined(given: str, own: str) -> str:
    return f"{given} {own}" if given and own else given + own


class Telling:
    """One story on its way. words: the model's rules and tokenizer, those of the shipped model where none are given.
    sight: [Q, D], of a picture that opens the story. draws: every page is to have a picture."""

    def __init__(self, config, context: Context, prompt: str, limit: int, seed: int, sampling: Sampling,
                 words: Words | None = None, sight: torch.Tensor | None = None, draws: bool = False):  # fmt: skip
        self.config, self.context, self.sampling, self.draws = config, context, sampling, draws
        self.words = words or Words(tiny_rules(config), tokens.load(), config)
        self.told = Told(prompt, seed, limit)
        self.script = create_script(self.words, prompt, limit, sight)
        self.ids, self.sights = [], []  # what the context holds
        self.over = False
        self._hold()

    def _feed(self, ids: list[int], sights: list[torch.Tensor]) -> torch.Tensor:
        self.ids, self.sights = self.ids + ids, self.sights + sights
        return self.context.feed(ids, sights)

    def _hold(self) -> None:
        """Makes the context hold what stands before the next page: what it holds already is kept."""
        ids, sights = self.script.tokens()
        image, queries = self.config.image_token, max(self.config.qformer.queries, 1)
        most, at, soft = min(len(self.ids), len(ids) - 1), 0, 0
        while at < most and self.ids[at] == ids[at]:
            if ids[at] == image:
                if self.sights[soft // queries] is not sights[soft // queries]:
                    break
                soft += 1
            at += 1
        at -= soft % queries  # whole pictures only
        kept = soft // queries
        self.ids, self.sights = self.ids[:at], self.sights[:kept]
        self.context.rewind(at)
        self.hidden = self._feed(ids[at:], sights[kept:])[-1]

    def _must_draw(self, token: int, generated: int) -> bool:
        """What would begin the page's end, and what would come too late, is [IMG0] instead."""
        ends = [*self.words.rules["stop"], *self.words.rules["end"]]
        draw_by = self.sampling.draw_by or -(-self.sampling.most // 2)
        return generated + 1 >= draw_by or any(end[0] == token for end in ends)

    def imagine(self) -> torch.Tensor:
        """Feeds the vokens. What a picture is painted from, [K, D]: the states that predict them."""
        first, states = self.hidden, self._feed(list(self.config.voken_ids), [])
        self.hidden = states[-1]
        return torch.cat([first[None], states[:-1]])

    def _cut(self, closing: list[int], writing: bool = False) -> bool:
        """Cuts the page before a word that the gate keeps out, if there is one. closing: the stop or end sequence that
        it ends with; of these an end stays. writing: its last word may not be whole yet."""
        if not self.words.gate:
            return False
        before, rest = self.page.before, self.page.rest
        ids = before + rest[: len(rest) - len(closing)]
        told = re.sub(r"\s*\S*$", "", self.words.text(ids)) if writing else self.words.text(ids)
        if clean(told):
            return False
        kept = beginning(told)
        while len(" ".join(self.words.text(ids).split())) > len(kept):
            ids.pop()
        self.page.rest = ids[len(before) :] + (closing if closing in self.words.rules["end"] else [])
        return True

    def write(self) -> torch.Tensor | None:
        """The next page. Vokens [K, D] if it has a picture."""
        config, page, number = self.config, ToldPage(), len(self.told.pages) + 1
        rules, image = self.words.rules, config.voken_ids[0]
        self.told.pages.append(page)
        self.page, vokens, generated = WrittenPage(), None, []
        ended = []  # the stop or end sequence that was sampled
        room = config.language.context - self.script.reserve
        while not ended and len(generated) < self.sampling.most and self.context.length <= room:
            banned = self.banned + ([image] if vokens is not None else [])
            u = random_numbers.uniform(self.told.seed, random_numbers.page_stream(number), len(generated))
            known = [*self.sampling.penalised, *generated]
            token = choose(self.context.logits, self.sampling, banned, known, u)
            if self.draws and vokens is None and self._must_draw(token, len(generated)):
                token = image
            generated.append(token)
            if token == image:
                if self._cut([]):
                    break
                vokens = self.imagine()
                self.page.before, self.page.rest = self.page.rest, []
                continue
            self.page.rest.append(token)
            ended = next((e for e in [*rules["end"], *rules["stop"]] if self.page.rest[-len(e) :] == e), [])
            if not ended:
                if self._cut([], writing=True):
                    break
                self.hidden = self._feed([token], [])[-1]
        if self._cut(ended) and ended in rules["stop"]:
            ended = []
        page.tokens, self.generated = len(generated), generated
        shown = [self.page.before, self.page.before + self.page.rest[: len(self.page.rest) - len(ended)]]
        # Half a character is none.
        head, own = (self.words.text(ids).lstrip().rstrip("\ufffd") for ids in shown)
        page.text = self.page.text = joined(self.script.given, own).strip()
        page.offset = len(joined(self.script.given, head)) if vokens is not None else None
        self.page.stopped, self.page.ended = ended in rules["stop"], ended in rules["end"]
        if self.script.after(self.page) == "story":
            self.told.ended, self.over = "story", True
        self.over = self.over or number == self.told.limit
        return vokens

    @property
    def banned(self) -> list[int]:
        return [*self.config.voken_ids[1:], self.config.image_token]

    def turn(self, sight: torch.Tensor | None) -> None:
        """Takes the page in, with its picture's sight [Q, D], and asks for the next."""
        self.script.add(self.page, sight)
        self._hold()

    def go_on(self, prompt: str, pages: int, sight: torch.Tensor | None = None) -> None:
        """Takes a story's last page in and asks for more, in another chapter. For models that were taught chapters."""
        self.script.add(self.page, sight, Chapter(pages, prompt))
        self.told.limit, self.told.ended, self.over = len(self.told.pages) + pages, "limit", False
        self._hold()


def paint(model, vokens: Iterable[torch.Tensor], seeds: list[int], page: int, how: Denoising) -> torch.Tensor:
    """Pictures [n, 3, h, w] in -1…1 from vokens [K, D] each, from the noise of each seed and page."""
    return paint_from(model, model.mapper(torch.stack(list(vokens))), model.null_conditioning, seeds, page, how)


def paint_from(model, heard, unheard, seeds: list[int], page: int, how: Denoising) -> torch.Tensor:
    """The same from conditioning [n, L, C]. unheard: [1, L, C], what guidance leads away from."""
    c = model.config.unet
    stream = random_numbers.picture_stream(page)
    noise = np.stack([random_numbers.normals(seed, stream, (c.channels, c.size, c.size)) for seed in seeds])

    def predict(sample, t, told):
        return model.unet(sample, t, told).sample

    sample = denoised(predict, torch.from_numpy(noise), heard, unheard, model.config, how)
    parts_of = [model.autoencoder.decode(z / model.scaling_factor).sample for z in sample.split(8)]
    return torch.cat(parts_of).clamp(-1, 1)


@torch.no_grad()
def tell_many(
    model,
    prompts: list[str],
    limits: list[int],
    seeds: list[int],
    how: Denoising | None = None,
    sampling: Sampling = Sampling(),
    telling: type[Telling] = Telling,
    painting: Callable[..., torch.Tensor] = paint,
    sees: bool = True,
) -> list[Told]:
    """how: the model's own way, where it is not given. painting: as `paint`, from what `telling` imagines. sees:
    whether a picture is seen before the next page."""
    how = how or model.config.denoising
    stories = [
        telling(model.config, Context(model), *each, sampling) for each in zip(prompts, limits, seeds, strict=True)
    ]
    for number in tqdm(range(1, max(limits) + 1), desc="pages", ascii=True):
        written = {i for i, s in enumerate(stories) if not s.over}
        vokens = {i: v for i in written if (v := stories[i].write()) is not None}
        sights: dict[int, torch.Tensor] = {}
        for start in range(0, len(vokens), 32):
            few = list(vokens)[start : start + 32]
            seeds_of = [stories[i].told.seed for i in few]
            images = painting(model, [vokens[i] for i in few], seeds_of, number, how)
            bytes_of = ((images + 1) * 127.5 + 0.5).floor().clamp(0, 255).byte()
            seen = model.eyes(normalised(bytes_of.float() / 127.5 - 1, model.config))
            for i, picture, sight in zip(few, bytes_of.permute(0, 2, 3, 1).numpy(), seen, strict=True):
                stories[i].told.pages[-1].picture, sights[i] = picture, sight
        for i, story in enumerate(stories):
            if i in written and not story.over:
                story.turn(sights.get(i) if sees else None)
    return [story.told for story in stories]


def tell(model, prompt: str, pages: int, seed: int, how: Denoising | None = None) -> Told:
    return tell_many(model, [prompt], [pages], [seed], how)[0]


def main(argv: list[str] | None = None) -> None:
    from interleaf.model import load_tiny

    parser = argparse.ArgumentParser(prog="interleaf tell", description=__doc__)
    parser.add_argument("prompt")
    parser.add_argument("--pages", type=int, default=4)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--steps", type=int, help="of denoising; the model's own where not given")
    parser.add_argument("--guidance", type=float, help="1 is none; the model's own where not given")
    parser.add_argument("--out", type=Path, help="folder for the pictures")
    options = parser.parse_args(argv)
    torch.set_num_threads(1)
    model = load_tiny()
    try:
        how = model.config.denoising.asked(steps=options.steps, guidance=options.guidance)
    except ValueError as error:
        parser.error(str(error))
    told = tell(model, options.prompt, options.pages, options.seed, how)
    for number, page in enumerate(told.pages, start=1):
        at = len(page.text) if page.offset is None else page.offset
        print(f"{number}. {page.text[:at]}{'' if page.offset is None else ' ▣'}{page.text[at:]}")
        if options.out and page.picture is not None:
            options.out.mkdir(parents=True, exist_ok=True)
            Image.fromarray(page.picture).save(options.out / f"page-{number}.png")
