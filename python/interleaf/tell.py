"""`python -m interleaf tell "a turtle" --out story/`: a story in PyTorch, by the same rules as in the browser.

Many stories are told side by side: each page is written story by story, then all of its pictures are painted at once.
"""

import argparse
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from tqdm import tqdm
from transformers import DynamicCache

from interleaf import parts, random_numbers
from interleaf.sampling import Sampling, choose
from interleaf.stories import encode_prompt, tokens
from interleaf.stories.corpus import TEMPLATES
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


class Telling:
    """One story on its way."""

    def __init__(self, config, context: Context, prompt: str, limit: int, seed: int, sampling: Sampling):
        self.config, self.context, self.sampling = config, context, sampling
        self.told = Told(prompt, seed, limit)
        self.hidden = self.context.feed(encode_prompt(prompt, limit), [])[-1]
        self.over = False
        self.banned = [*config.voken_ids[1:], config.image_token]
        sight = tokens.encode(TEMPLATES["sight"])
        at = sight.index(config.image_token)
        self.sight = [*sight[:at], *[config.image_token] * config.qformer.queries, *sight[at + 1 :]]

    def write(self) -> torch.Tensor | None:
        """The next page. Vokens [K, D] if it has a picture."""
        config, page, number = self.config, ToldPage(), len(self.told.pages) + 1
        stop, image = tokens.load().token_to_id("###"), config.voken_ids[0]
        self.told.pages.append(page)
        before, self.rest, self.image_at, vokens, generated = [], [], None, None, []
        self.unfed = 0
        while (
            len(generated) < self.sampling.most and self.context.length + config.vokens + 1 <= config.language.context
        ):
            banned = self.banned + ([image] if vokens is not None else [])
            u = random_numbers.uniform(self.told.seed, random_numbers.page_stream(number), len(generated))
            token = choose(self.context.logits, self.sampling, banned, generated, u)
            generated.append(token)
            if token == image:
                self.image_at, first = self.context.length, self.hidden
                states = self.context.feed(list(config.voken_ids), [])
                vokens = torch.cat([first[None], states[:-1]])
                self.hidden, before, self.rest = states[-1], self.rest, []
                continue
            self.rest.append(token)
            if token in (stop, config.language.eos):
                self.unfed, self.over = 1, token == config.language.eos
                break
            self.hidden = self.context.feed([token], [])[-1]
        page.tokens, self.generated = len(generated), generated
        head = tokens.decode(before).lstrip()
        page.text = tokens.decode(before + self.rest).strip()
        page.offset = len(head) if vokens is not None else None
        self.stopped = bool(self.unfed)
        if self.over:
            self.told.ended = "story"
        self.over = self.over or number == self.told.limit
        return vokens

    def turn(self, sight: torch.Tensor | None) -> None:
        """Puts the picture's sight [Q, D] in the place of its vokens and feeds the next page's head."""
        number, stop = len(self.told.pages) + 1, [] if self.stopped else tokens.encode("###")
        after = stop + tokens.encode(TEMPLATES["next"].format(page=number, pages=self.told.limit))
        if self.image_at is None:
            unfed = self.rest[len(self.rest) - self.unfed :]
            self.hidden = self.context.feed(unfed + after, [])[-1]
            return
        self.context.rewind(self.image_at)
        seen = self.sight if sight is not None else []
        self.hidden = self.context.feed([*seen, *self.rest, *after], [sight] if sight is not None else [])[-1]


def paint(model, vokens: torch.Tensor, seeds: list[int], page: int, steps: int, guidance: float) -> torch.Tensor:
    """Pictures [n, 3, h, w] in -1…1 from vokens [n, K, D], from the noise of each seed and page."""
    c = model.config.unet
    stream = random_numbers.picture_stream(page)
    noise = np.stack([random_numbers.normals(seed, stream, (c.channels, c.size, c.size)) for seed in seeds])
    sample, heard = torch.from_numpy(noise), model.mapper(vokens)
    heard = torch.cat([model.null_conditioning.expand_as(heard), heard])
    sampler = parts.sampler(model.config)
    sampler.set_timesteps(steps)
    for t in sampler.timesteps:
        empty, full = model.unet(torch.cat([sample, sample]), t, heard).sample.chunk(2)
        sample = sampler.step(empty + guidance * (full - empty), t, sample).prev_sample
    parts_of = [model.autoencoder.decode(z / model.scaling_factor).sample for z in sample.split(8)]
    return torch.cat(parts_of).clamp(-1, 1)


@torch.no_grad()
def tell_many(
    model,
    prompts: list[str],
    limits: list[int],
    seeds: list[int],
    steps: int = 12,
    guidance: float = 3.0,
    sampling: Sampling = Sampling(),  # noqa: B008
) -> list[Told]:
    stories = [
        Telling(model.config, Context(model), *each, sampling) for each in zip(prompts, limits, seeds, strict=True)
    ]
    for number in tqdm(range(1, max(limits) + 1), desc="pages", ascii=True):
        written = {i for i, s in enumerate(stories) if not s.over}
        vokens = {i: v for i in written if (v := stories[i].write()) is not None}
        sights: dict[int, torch.Tensor] = {}
        for start in range(0, len(vokens), 32):
            few = list(vokens)[start : start + 32]
            seeds_of = [stories[i].told.seed for i in few]
            images = paint(model, torch.stack([vokens[i] for i in few]), seeds_of, number, steps, guidance)
            bytes_of = ((images + 1) * 127.5 + 0.5).floor().clamp(0, 255).byte()
            seen = model.eyes(normalised(bytes_of.float() / 127.5 - 1, model.config))
            for i, picture, sight in zip(few, bytes_of.permute(0, 2, 3, 1).numpy(), seen, strict=True):
                stories[i].told.pages[-1].picture, sights[i] = picture, sight
        for i, story in enumerate(stories):
            if i in written and not story.over:
                story.turn(sights.get(i))
    return [story.told for story in stories]


def tell(model, prompt: str, pages: int, seed: int, steps: int = 12, guidance: float = 3.0) -> Told:
    return tell_many(model, [prompt], [pages], [seed], steps, guidance)[0]


def main(argv: list[str] | None = None) -> None:
    from interleaf.model import load_tiny

    parser = argparse.ArgumentParser(prog="interleaf tell", description=__doc__)
    parser.add_argument("prompt")
    parser.add_argument("--pages", type=int, default=4)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--steps", type=int, default=12)
    parser.add_argument("--guidance", type=float, default=3.0)
    parser.add_argument("--out", type=Path, help="folder for the pictures")
    options = parser.parse_args(argv)
    torch.set_num_threads(1)
    told = tell(load_tiny(), options.prompt, options.pages, options.seed, options.steps, options.guidance)
    for number, page in enumerate(told.pages, start=1):
        at = len(page.text) if page.offset is None else page.offset
        print(f"{number}. {page.text[:at]}{'' if page.offset is None else ' ▣'}{page.text[at:]}")
        if options.out and page.picture is not None:
            options.out.mkdir(parents=True, exist_ok=True)
            Image.fromarray(page.picture).save(options.out / f"page-{number}.png")
