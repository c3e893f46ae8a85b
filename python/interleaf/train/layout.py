"""A story as one masked sequence that is computed at once and equals the runtime's step-by-step, rewound computation.

Every page with a picture appears twice after its [IMG0]: as it is told (vokens, then the rest of the text) and as
later pages remember it (sight, then the rest of the text). Both branches begin at the same position; later pages attend
to the second one only. So no page ever sees an earlier page's vokens, just as after the runtime's rewind.
"""

from dataclasses import dataclass, field, replace
from functools import cache
from random import Random

import torch
from torch.nn import functional as F
from transformers import DynamicCache

from interleaf.config import ModelConfig
from interleaf.stories import tokens
from interleaf.stories.corpus import TEMPLATES, ids_of, segments
from interleaf.stories.state import Story
from interleaf.world.captions import caption
from interleaf.world.vocabulary import Scene

IGNORE = -100


@dataclass
class Sequence:
    """ids, positions and labels [T]; branch: 0 for what everybody later sees, p for the told branch of page p."""

    ids: list[int] = field(default_factory=list)
    positions: list[int] = field(default_factory=list)
    labels: list[int] = field(default_factory=list)  # the token each row predicts, or IGNORE
    branch: list[int] = field(default_factory=list)
    sights: list[tuple[int, Scene]] = field(default_factory=list)  # row of the first of Q <ImageHere>, what is seen
    vokens: list[tuple[list[int], Scene]] = field(
        default_factory=list
    )  # the K rows that predict [IMG0]…, what is meant
    own: set[int] = field(default_factory=set)  # what its names, animals and places begin with

    def add(self, ids, position: int, branch: int) -> int:
        """Appends ids from this position on; returns the position after them."""
        self.ids.extend(ids)
        self.positions.extend(range(position, position + len(ids)))
        self.labels.extend([IGNORE] * len(ids))
        self.branch.extend([branch] * len(ids))
        return position + len(ids)


def sequence(story: Story, config: ModelConfig, random: Random, opening: Scene | None = None) -> Sequence:
    """`opening`: what a reader's own picture shows. One picture in twenty is not seen again, as if it failed. A model
    that writes captions has [IMG0], a caption and </Img> in the place of the vokens."""
    cast = [word for each in story.cast.values() for word in each.values() if word]
    s, position = Sequence(own={begins(w) for w in (*cast, *(p.scene.place for p in story.pages if p.scene))}), 0
    sight = _expand(tokens.encode(TEMPLATES["sight"]), config)
    for number, page in enumerate(segments(story, opening is not None), start=1):
        position = s.add(head := _expand(page.head, config), position, 0)
        if number == 1 and opening:
            s.sights.append((len(s.ids) - len(head) + head.index(config.image_token), opening))
        start = len(s.ids) - 1  # the row that predicts the page's first token
        position = s.add(page.before, position, 0)
        rows = list(range(start, len(s.ids)))
        if page.page.scene is None:
            position = s.add(page.after, position, 0)
            _predict(s, [*rows, *range(rows[-1] + 1, len(s.ids) - 1)], (*page.before, *page.after))
            continue
        _predict(s, rows, (*page.before, config.voken_ids[0]))
        first = len(s.ids)
        said = captioned(page.page.scene, config) if config.captions else config.voken_ids
        after = s.add(said, position, number)
        s.add(page.after, after, number)
        if config.captions:
            _predict(s, range(first, first + len(said) - 1), said[1:])
        else:
            s.vokens.append(([rows[-1], *range(first, first + config.vokens - 1)], page.page.scene))
        _predict(s, range(first + len(said) - 1, len(s.ids) - 1), page.after)
        if random.random() < 0.95:
            s.sights.append((len(s.ids) + sight.index(config.image_token), page.page.scene))
            position = s.add(sight, position, 0)
        position = s.add(page.after, position, 0)
    return s


@cache
def begins(word: str) -> int:
    """The first token of a word within a text. A tokenizer may have the space before it as one of its own."""
    first, *rest = tokens.encode(f" {word}")
    return rest[0] if tokens.decode([first]).strip() == "" else first


def captioned(scene: Scene, config: ModelConfig) -> tuple[int, ...]:
    """[IMG0], the scene's caption, </Img>"""
    return (config.voken_ids[0], *tokens.encode(" " + caption(scene)), *ids_of("</Img>"))


def _expand(ids, config: ModelConfig) -> list[int]:
    """Every <ImageHere> of the tokenizer becomes Q of the model's."""
    (here,), count = ids_of("<ImageHere>"), config.qformer.queries
    return [token for i in ids for token in ([config.image_token] * count if i == here else [i])]


def _predict(s: Sequence, rows, targets) -> None:
    for row, target in zip(rows, targets, strict=True):
        s.labels[row] = target


@dataclass
class Batch:
    ids: torch.Tensor  # [B, T]
    positions: torch.Tensor  # [B, T]
    labels: torch.Tensor  # [B, T]
    mask: torch.Tensor  # [B, 1, T, T] bool, True where row may attend to column
    sequences: list[Sequence]
    first_voken: int  # id of [IMG0]

    def on(self, device: torch.device) -> "Batch":
        moved = {name: getattr(self, name).to(device) for name in ("ids", "positions", "labels", "mask")}
        return replace(self, **moved)


def collate(sequences: list[Sequence], config: ModelConfig) -> Batch:
    # Whole multiples of 32: every other shape would have plans of its own in oneDNN's cache, which fill the memory.
    length = -(-max(len(s.ids) for s in sequences) // 32) * 32

    def padded(rows: list[list[int]], value: int) -> torch.Tensor:
        return torch.tensor([row + [value] * (length - len(row)) for row in rows])

    ids = padded([s.ids for s in sequences], 0)
    branch = padded([s.branch for s in sequences], 0)
    causal = torch.ones(length, length, dtype=torch.bool).tril()
    visible = (branch[:, None, :] == 0) | (branch[:, None, :] == branch[:, :, None])  # [B, row, column]
    mask = (causal & visible)[:, None]
    positions, labels = padded([s.positions for s in sequences], 0), padded([s.labels for s in sequences], IGNORE)
    return Batch(ids, positions, labels, mask, sequences, config.voken_ids[0])


def think(
    language,
    batch: Batch,
    sights: torch.Tensor | None = None,
    vokens: torch.Tensor | None = None,
    prefix: list[tuple[torch.Tensor, torch.Tensor]] | None = None,
):
    """Final hidden states [B, T, D]. sights [n, Q, D]: the soft tokens of all `Sequence.sights`, in order; without them
    the embedding of <ImageHere> stands in. vokens [K, D]: used for [IMG0]… instead of the model's own rows. prefix:
    keys and values [B, heads, P, D / heads] of each layer, which every row attends to."""
    embeds = language.get_input_embeddings()(batch.ids)
    if vokens is not None:
        rows, first = batch.ids - batch.first_voken, batch.first_voken
        of_voken = (batch.ids >= first) & (batch.ids < first + len(vokens))
        embeds = torch.where(of_voken[..., None], vokens[rows.clamp(0, len(vokens) - 1)], embeds)
    if sights is not None:
        embeds = embeds.clone()
        at = [(b, row) for b, s in enumerate(batch.sequences) for row, _ in s.sights]
        for (b, row), sight in zip(at, sights, strict=True):
            embeds[b, row : row + len(sight)] = sight
    mask = torch.where(batch.mask, 0.0, torch.finfo(embeds.dtype).min).to(embeds.dtype)
    positions, past = batch.positions, None
    if prefix:
        past, length = DynamicCache(prefix), prefix[0][0].shape[2]
        mask, positions = F.pad(mask, (length, 0)), positions + length
    return language.model(
        inputs_embeds=embeds, attention_mask=mask, position_ids=positions, past_key_values=past, use_cache=False
    ).last_hidden_state


def text_loss(
    language,
    hidden: torch.Tensor,
    batch: Batch,
    voken_head: torch.Tensor | None = None,
    weights: torch.Tensor | None = None,
) -> torch.Tensor:
    """Mean cross entropy of the rows that have a label. voken_head [D]: used for [IMG0] instead of the model's own row.
    weights [V]: how much each token counts."""
    wanted = batch.labels != IGNORE
    rows = hidden[wanted]
    logits = language.lm_head(rows)
    if voken_head is not None:
        first = batch.first_voken
        logits = torch.cat([logits[:, :first], (rows @ voken_head)[:, None], logits[:, first + 1 :]], dim=1)
    return torch.nn.functional.cross_entropy(logits, batch.labels[wanted], weight=weights)


def mistaken_loss(language, hidden: torch.Tensor, batch: Batch) -> torch.Tensor:
    """Unlikelihood (Welleck et al. 2020) of a story's other names, animals and places where one of them stands, mean
    over these places. Where somebody new is introduced any of a thousand names may follow, each with a small chance:
    cross entropy says little against the one that is taken already, and at a low temperature that one wins."""
    most = max(1, *(len(s.own) for s in batch.sequences))
    own = torch.tensor([[*s.own, *[IGNORE - 1] * (most - len(s.own))] for s in batch.sequences]).to(hidden.device)
    here = (batch.labels[:, :, None] == own[:, None]).any(-1)  # [B, T]
    others = own[here.nonzero()[:, 0]]  # [n, most]
    wrong = (others >= 0) & (others != batch.labels[here][:, None])
    chances = language.lm_head(hidden[here]).float().softmax(-1).gather(1, others.clamp(min=0))
    return -(torch.log1p(-chances.clamp(max=0.999)) * wrong).sum() / max(1, len(others))
