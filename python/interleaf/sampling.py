"""The next token from logits, exactly as the browser chooses it (src/models/choice.ts)."""

from dataclasses import dataclass

import numpy as np

NAMES = ("temperature", "topP", "topK", "repetitionPenalty", "maxNewTokens")


@dataclass(frozen=True)
class Sampling:
    temperature: float = 0.5
    top_p: float = 0.95
    top_k: int = 50
    penalty: float = 1.0  # of generated tokens; 1 is off
    most: int = 128  # new tokens per page: three of the simulator's pages in ten thousand are longer
    penalised: tuple[int, ...] = ()  # from the beginning of every page
    draw_by: int | None = None  # where every page is to have a picture: the token that is [IMG0] at the latest

    @classmethod
    def of(cls, settings: dict) -> "Sampling":
        """From the manifest's `text.sampling`."""
        return cls(*(settings[name] for name in NAMES), tuple(settings.get("penalised", ())), settings.get("drawBy"))

    @property
    def settings(self) -> dict[str, float]:
        """Those of a story, as the manifest names them."""
        return dict(zip(NAMES, (self.temperature, self.top_p, self.top_k, self.penalty, self.most), strict=True))


def choose(logits: np.ndarray, sampling: Sampling, banned: list[int], generated: list[int], u: float) -> int:
    """Penalty, temperature, top-k, top-p, softmax, then the inverse of the cumulative sum at u. logits [V]."""
    scores = logits.astype(np.float64)
    seen = np.array(sorted(set(generated)), dtype=int)
    factor = np.where(scores[seen] < 0, sampling.penalty, 1 / sampling.penalty)
    scores[seen] *= factor
    scores[banned] = -np.inf
    if sampling.temperature == 0:
        return int(np.argmax(scores))
    scores /= sampling.temperature
    order = np.argsort(-scores, kind="stable")[: sampling.top_k or None]
    chances = np.exp(scores[order] - scores[order[0]])
    total = chances.sum() if sampling.top_k else np.exp(scores - scores[order[0]]).sum()
    chances /= total
    before = np.cumsum(chances) - chances
    kept = chances[(before < sampling.top_p) | (np.arange(len(chances)) == 0)]
    at = int(np.searchsorted(np.cumsum(kept), u * kept.sum(), side="right"))
    return int(order[min(at, len(kept) - 1)])
