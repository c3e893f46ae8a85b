"""Measures of arms that tell the same prompts, and the differences between them, story by story."""

from collections.abc import Callable

import numpy as np

from interleaf.config import Knowledge
from interleaf.tell import Told
from interleaf.world.draw import draw

from . import contrastive
from .arms import ARMS
from .distance import distances
from .known import fields
from .network import Judge
from .painted import ALWAYS, Features, Painted, alike, painted, right
from .preference import coherence, continuity, equal, near, preferred, qualities
from .share import mean_of, share


def by_story(pictures: list[Painted], count: int, last: bool) -> list[list[Painted]]:
    """The pictures of each of `count` stories; of each the last alone."""
    groups: list[list[Painted]] = [[] for _ in range(count)]
    for p in pictures:
        groups[p.story].append(p)
    return [group[-1:] if last else group for group in groups]


def hits(groups: list[list[Painted]], field: str) -> list[list[float]]:
    """By story: whether each picture that means a field shows it; `all_right`: whether it shows all that is meant."""
    if field == "all_right":
        return [[float(p.seen == p.meant) for p in group] for group in groups]
    return [[float(right(p, field)) for p in group if field in ALWAYS or getattr(p.meant, field)] for group in groups]


def likeness(groups: list[list[Painted]], net: contrastive.Contrast) -> dict:
    """CLIP-I to a drawing of what is meant, CLIP-T to the page's text, in the small CLIP of this world."""
    flat = [p for group in groups for p in group]
    of = contrastive.seen(net, np.stack([p.image for p in flat]))
    true = contrastive.seen(net, np.stack([draw(p.meant, 1, p.image.shape[0]) for p in flat]))
    words = contrastive.said(net, [p.text for p in flat])
    cuts = np.cumsum([len(group) for group in groups])[:-1]
    cosines = {"clip_i": (of * true).sum(1).numpy(), "clip_t": (of * words).sum(1).numpy()}
    return {name: mean_of(np.split(values, cuts)).plain() for name, values in cosines.items()}


class Comparison:
    """told_by gives the stories of an arm, by its name. see: the features in which pictures are near to drawings."""

    def __init__(
        self,
        told_by: Callable[[str], list[Told]],
        judge: Judge,
        knows: Knowledge,
        see: Features,
        net: contrastive.Contrast | None = None,
    ):
        self.told_by, self.judge, self.knows, self.see, self.net = told_by, judge, knows, see, net
        self.right: dict[str, list[list[float]]] = {}  # by arm: of each story, whether its pictures are all right

    def pictures(self, name: str) -> list[list[Painted]]:
        stories = self.told_by(name)
        return by_story(painted(stories, self.judge, self.knows), len(stories), ARMS[name].last)

    def measures(self, name: str) -> dict:
        groups = self.pictures(name)
        self.right[name] = hits(groups, "all_right")
        flat = [p for group in groups for p in group]
        found = {"says": ARMS[name].says, "stories": len(groups), "pictures": len(flat)}
        found["shares"] = {f: mean_of(hits(groups, f)).plain() for f in (*fields(self.knows), "all_right")}
        found["shares"]["same_hero"] = share(alike(flat)).plain()
        if len(flat) >= 4:
            size = flat[0].image.shape[0]
            plain = self.see(np.stack([draw(p.meant, number, size) for number, p in enumerate(flat)]))
            found["distance"] = distances(plain, {"": self.see(np.stack([p.image for p in flat]))})[""]
        if self.net is not None and flat:
            found["likeness"] = likeness(groups, self.net)
        return found

    def difference(self, name: str) -> dict:
        """Mean over stories of the arm's share of pictures with everything right, minus that of the arm it is compared
        with, where both have pictures."""
        for each in (name, ARMS[name].against):
            if each not in self.right:
                self.right[each] = hits(self.pictures(each), "all_right")
        pairs = zip(self.right[name], self.right[ARMS[name].against], strict=True)
        return mean_of([[np.mean(a) - np.mean(b)] for a, b in pairs if a and b]).plain()

    def preference(self, name: str, other: str) -> dict[str, dict]:
        """How often the first tells better than the second: `ours`, `theirs`, `tie`."""
        ours, theirs = self.scores(name), self.scores(other)
        ties = {"continuity": equal, "quality": near, "coherence": equal}
        return {kind: preferred(ours[kind], theirs[kind], tie) for kind, tie in ties.items()}

    def scores(self, name: str) -> dict[str, list[float | None]]:
        groups = self.pictures(name)
        return {
            "continuity": [continuity(told) for told in self.told_by(name)],
            "quality": [float(np.mean(qualities(group, self.see))) if group else None for group in groups],
            "coherence": [coherence(group, self.knows) for group in groups],
        }
