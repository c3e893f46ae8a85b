"""How much the stories repeat each other, and the stories that were trained on.

Compression ratio and Self-BLEU are hardly correlated (Shaib et al. 2024), so both are here. Self-BLEU is sacreBLEU's.
"""

import gzip
import random
import re
from collections import Counter
from functools import cache

from interleaf.stories import story as world_story

TOKEN = re.compile(r"[\w'’]+|[.,!?\"]")
TRAINED_ON = 3000  # stories of the simulator that novelty is measured against


def ngrams(text: str, n: int) -> list[tuple[str, ...]]:
    found = TOKEN.findall(text.lower())
    return [tuple(found[i : i + n]) for i in range(len(found) - n + 1)]


def compression_ratio(texts: list[str]) -> float:
    """Bytes over gzipped bytes: the higher, the more is said again."""
    plain = "\n".join(texts).encode()
    return len(plain) / len(gzip.compress(plain, 9))


def distinct(texts: list[str], n: int) -> float:
    """Share of n-grams that are different."""
    found = [gram for text in texts for gram in ngrams(text, n)]
    return len(set(found)) / max(len(found), 1)


def most_common(parts: list[str]) -> float:
    """Share of the most common one."""
    return max(Counter(parts).values(), default=0) / max(len(parts), 1)


def widespread(texts: list[str], n: int = 6, share: float = 0.02) -> int:
    """How many n-grams stand in more than this share of the texts (in at least two)."""
    counts = Counter(gram for text in texts for gram in set(ngrams(text, n)))
    return sum(count > max(1, share * len(texts)) for count in counts.values())


def self_bleu(texts: list[str], references: int = 50, seed: int = 0) -> float:
    """Mean BLEU of a text against others, 0…1."""
    from sacrebleu.metrics import BLEU

    bleu, rng, scores = BLEU(effective_order=True), random.Random(seed), []
    for number, text in enumerate(texts[:100]):
        others = texts[:number] + texts[number + 1 :]
        scores.append(bleu.sentence_score(text, rng.sample(others, min(references, len(others)))).score / 100)
    return sum(scores) / max(len(scores), 1)


@cache
def _trained_on(n: int) -> frozenset[tuple[str, ...]]:
    rng = random.Random("novelty")
    stories = (world_story(rng.randrange(1 << 40)) for _ in range(TRAINED_ON))
    return frozenset(gram for told in stories for gram in ngrams(" ".join(page.text for page in told.pages), n))


def novelty(texts: list[str], n: int = 8) -> float:
    """Share of n-grams that do not stand in as many stories of the simulator as make a good part of a training."""
    found = [gram for text in texts for gram in ngrams(text, n)]
    return sum(gram not in _trained_on(n) for gram in found) / max(len(found), 1)


def measure_diversity(texts: list[str]) -> dict[str, float]:
    """All measures of a set of stories, each a text of its own."""
    openings = [text[: text.find(".") + 1] for text in texts]
    endings = [re.split(r"(?<=[.!?]) ", text)[-1] for text in texts]
    found = {
        "compression_ratio": compression_ratio(texts),
        "self_bleu": self_bleu(texts),
        **{f"distinct_{n}": distinct(texts, n) for n in (1, 2, 3, 4)},
        "commonest_opening": most_common(openings),
        "commonest_ending": most_common(endings),
        "widespread_6_grams": widespread(texts),
        "novel_8_grams": novelty(texts),
        "told_twice": 1 - len(set(texts)) / max(len(texts), 1),
    }
    return {name: round(value, 4) for name, value in found.items()}
