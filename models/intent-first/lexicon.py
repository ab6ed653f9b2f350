"""First half of the recipe: token vectors from co-occurrence, then tuned so that callers meet intents."""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from qualify.understanding.similarity import Lexicon, tokens

DIMENSIONS = 96
MIN_COUNT = 2
WINDOW = 6
TOPIC_WEIGHT = 0.15
"""Weight of two tokens meeting in one topic (an intent, a call) against meeting in one window."""


Bag = Callable[[str], list[int]]
"""From a text to the rows of its tokens."""


@dataclass(frozen=True)
class Pairing:
    """What tuning learns from: utterances of one trade, and which text each of them means."""

    utterances: list[str]
    targets: list[int]
    documents: list[list[str]]
    """For each target, its texts: label and description first, then utterances to draw examples from."""


@dataclass(frozen=True)
class Rule:
    """A rule's words, and utterances that meet it or don't."""

    when: str
    yes: list[str]
    no: list[str]


def cooccurrence(topics: list[list[str]], index: dict[str, int]) -> Tensor:
    """How often tokens meet, in windows and (less) in topics."""
    counts: Counter[tuple[int, int]] = Counter()
    matrix = np.zeros((len(index), len(index)), dtype=np.float32)
    for topic in topics:
        everything: Counter[int] = Counter()
        for text in topic:
            rows = [index[t] for t in tokens(text) if t in index]
            everything.update(set(rows))
            for at, row in enumerate(rows):
                for other in rows[at + 1 : at + 1 + 2 * WINDOW]:
                    counts[row, other] += 1
        seen = np.array(list(everything), dtype=np.int64)
        share = np.sqrt(np.array([everything[i] for i in seen], dtype=np.float32))
        matrix[np.ix_(seen, seen)] += TOPIC_WEIGHT * np.outer(share, share) / math.sqrt(len(topic))
    for (row, other), count in counts.items():
        matrix[row, other] += count
        matrix[other, row] += count
    return torch.from_numpy(matrix)


def first_vectors(topics: list[list[str]]) -> Lexicon:
    """A lexicon from counts alone: SVD of the PPMI, weights by rarity."""
    texts = [t for topic in topics for t in topic]
    frequency = Counter(token for text in texts for token in set(tokens(text)))
    index = {t: i for i, t in enumerate(sorted(t for t, n in frequency.items() if n >= MIN_COUNT))}
    matrix = cooccurrence(topics, index)
    marginal = matrix.sum(1).clamp(min=1e-6)
    smoothed = marginal**0.75
    chance = marginal[:, None] * (smoothed / smoothed.sum())[None, :]
    ppmi = torch.log((matrix / chance).clamp(min=1.0))
    torch.manual_seed(0)
    left, scale, _ = torch.svd_lowrank(ppmi, q=DIMENSIONS + 16, niter=3)
    vectors = functional.normalize(left[:, :DIMENSIONS] * scale[:DIMENSIONS].sqrt(), dim=1)
    counts = torch.tensor([float(frequency[t]) for t in index])
    weights = 1e-3 / (1e-3 + counts / len(texts))
    return Lexicon(index, vectors.numpy(), weights.numpy())


class Encoder(torch.nn.Module):
    """The lexicon while it is tuned."""

    def __init__(self, lexicon: Lexicon) -> None:
        super().__init__()
        self.vectors = torch.nn.Parameter(torch.from_numpy(lexicon.vectors.copy()))
        self.log_weights = torch.nn.Parameter(torch.from_numpy(np.log(lexicon.weights)))
        self.scale = torch.nn.Parameter(torch.tensor(math.log(12.0)))
        self.rule_scale = torch.nn.Parameter(torch.tensor([6.0, -3.0]))

    def forward(self, bags: list[list[int]], dropout: float = 0.0) -> Tensor:
        flat = torch.tensor([i for bag in bags for i in bag], dtype=torch.long)
        offsets = torch.tensor([0, *np.cumsum([len(b) for b in bags])[:-1].tolist()], dtype=torch.long)
        weights = self.log_weights[flat].exp()
        if dropout:
            weights = weights * (torch.rand_like(weights) > dropout)
        summed = functional.embedding_bag(flat, self.vectors, offsets, mode="sum", per_sample_weights=weights)
        return functional.normalize(summed, dim=1)


def tune(lexicon: Lexicon, pairings: list[Pairing], rules: list[list[Rule]], *, epochs: int) -> Lexicon:
    """The lexicon tuned on both tasks at once; deterministic."""
    torch.manual_seed(0)
    dice = random.Random(0)
    encoder = Encoder(lexicon)
    first = encoder.vectors.detach().clone()
    optimiser = torch.optim.Adam(
        [
            {"params": [encoder.vectors], "lr": 5e-4},
            {"params": [encoder.log_weights], "lr": 1e-2},
            {"params": [encoder.scale, encoder.rule_scale], "lr": 1e-2},
        ]
    )
    cached: dict[str, list[int]] = {}

    def bag(text: str) -> list[int]:
        if text not in cached:
            cached[text] = lexicon.ids(text)
        return cached[text]

    for _ in range(epochs):
        order = list(range(len(pairings)))
        dice.shuffle(order)
        for at in order:
            loss = intent_loss(encoder, pairings[at], dice, bag) + rule_loss(encoder, rules[at], bag)
            loss = loss + 2e-3 * ((encoder.vectors - first) ** 2).sum(1).mean()
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimiser.step()
    return Lexicon(
        lexicon.index, encoder.vectors.detach().numpy(), encoder.log_weights.detach().exp().numpy()
    )


def intent_loss(encoder: Encoder, pairing: Pairing, dice: random.Random, bag: Bag) -> Tensor:
    """Each utterance against the trade's intents, each with none to three drawn examples."""
    drawn = [set(dice.sample(range(2, len(d)), dice.choice([0, 1, 2, 3]))) for d in pairing.documents]
    written = [
        [i for n, text in enumerate(d) if n < 2 or n in own for i in bag(text)]
        for d, own in zip(pairing.documents, drawn, strict=True)
    ]
    shown = {d[n] for d, own in zip(pairing.documents, drawn, strict=True) for n in own}
    kept = [
        (u, t) for u, t in zip(pairing.utterances, pairing.targets, strict=True) if u not in shown and bag(u)
    ]
    said = encoder([bag(u) for u, _ in kept], dropout=0.3)
    scores = said @ encoder(written).T * encoder.scale.exp()
    return functional.cross_entropy(scores, torch.tensor([t for _, t in kept]))


def rule_loss(encoder: Encoder, rules: list[Rule], bag: Bag) -> Tensor:
    """Utterances that meet a rule against look-alikes and what meets the trade's other rules."""
    pairs = [
        (n, u, own == n and met)
        for n in range(len(rules))
        for own, r in enumerate(rules)
        for met, us in ((True, r.yes), (False, r.no))
        for u in us
        if bag(u)
    ]
    whens = encoder([bag(r.when) for r in rules])
    said = encoder([bag(u) for _, u, _ in pairs], dropout=0.3)
    alike = (whens[torch.tensor([n for n, _, _ in pairs])] * said).sum(1)
    logits = alike * encoder.rule_scale[0] + encoder.rule_scale[1]
    target = torch.tensor([float(y) for _, _, y in pairs])
    return 0.5 * functional.binary_cross_entropy_with_logits(logits, target)
