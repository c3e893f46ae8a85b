"""How alike texts and pictures are to those that are wanted, by the field's own measures.

BLEU is sacreBLEU's, ROUGE-L rouge-score's. Cosines are of the small CLIP of this world, which stands in for CLIP and
S-BERT; they compare only with each other.
"""

import numpy as np
import torch

from interleaf.tell import Told

from . import contrastive
from .share import Mean, mean_of


def bleu(texts: list[str], wanted: list[str], order: int) -> float:
    """Corpus BLEU with n-grams up to `order`, of words, 0…1."""
    from sacrebleu.metrics import BLEU

    return BLEU(max_ngram_order=order).corpus_score(texts, [wanted]).score / 100


def rouge_l(texts: list[str], wanted: list[str]) -> Mean:
    """Mean F of the longest common subsequence, 0…1."""
    from rouge_score.rouge_scorer import RougeScorer

    scorer = RougeScorer(["rougeL"])
    return mean_of([[scorer.score(a, b)["rougeL"].fmeasure] for a, b in zip(wanted, texts, strict=True)])


def alike(texts: list[str], wanted: list[str], net: contrastive.Contrast) -> Mean:
    """Mean cosine of texts."""
    cosines = (contrastive.said(net, texts) * contrastive.said(net, wanted)).sum(1)
    return mean_of([[cosine] for cosine in cosines.tolist()])


def texts_like(texts: list[str], wanted: list[str], net: contrastive.Contrast | None) -> dict:
    found = {"bleu_1": round(bleu(texts, wanted, 1), 4), "bleu_2": round(bleu(texts, wanted, 2), 4)}
    found["rouge_l"] = rouge_l(texts, wanted).plain()
    return found | ({"cosine": alike(texts, wanted, net).plain()} if net is not None else {})


def soft_f1(similarity: float, told: int, wanted: int) -> float:
    """F1 where each of `told` elements hits as far as it is similar; similarity: the sum of these."""
    precision, recall = (similarity / max(count, 1) for count in (told, wanted))
    return 2 * precision * recall / (precision + recall) if precision + recall > 0 else 0.0


def relevance(told: Told, wanted: Told, net: contrastive.Contrast) -> float:
    """MM-Relevance: page by page, texts with texts and pictures with pictures, as cosines but none below 0; what is
    missing or too much counts as nothing alike."""
    pairs = list(zip(told.pages, wanted.pages, strict=False))
    words = [contrastive.said(net, [page.text for page in side]) for side in zip(*pairs, strict=True)]
    total = float((words[0] * words[1]).sum(1).clamp(min=0).sum())
    drawn = [(a.picture, b.picture) for a, b in pairs if a.picture is not None and b.picture is not None]
    if drawn:
        seen = [contrastive.seen(net, np.stack(side)) for side in zip(*drawn, strict=True)]
        total += float(torch.clamp((seen[0] * seen[1]).sum(1), min=0).sum())
    counts = (len(each.pages) + sum(page.picture is not None for page in each.pages) for each in (told, wanted))
    return soft_f1(total, *counts)
