"""The small regressions of the recipe, all convex, fitted with L-BFGS: the same data, the same weights."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from qualify.understanding.similarity import HEAD_SMOOTHING, Array, WordHead, softmax

MIN_CALLS = 3
"""Calls that a token must stand in to have a weight in a head."""


def minimise(loss_of: Callable[[Tensor], Tensor], columns: int) -> Array:
    """The weights at which `loss_of` is least, from zero."""
    weights = torch.zeros(columns, requires_grad=True)
    optimiser = torch.optim.LBFGS([weights], max_iter=200, line_search_fn="strong_wolfe")

    def closure() -> Tensor:
        optimiser.zero_grad()
        loss = loss_of(weights)
        loss.backward()  # type: ignore[no-untyped-call]
        return loss

    optimiser.step(closure)  # type: ignore[no-untyped-call]
    return np.asarray(weights.detach().numpy(), dtype=np.float32)


def logistic(rows: Array, truth: Sequence[bool], weight: Sequence[float], *, l2: float) -> Array:
    """Weights of a logistic regression; the last column is the bias and not penalised."""
    x, y = torch.from_numpy(rows), torch.tensor([float(t) for t in truth])
    w = torch.tensor(list(weight)) / sum(weight)

    def loss(weights: Tensor) -> Tensor:
        each = functional.binary_cross_entropy_with_logits(x @ weights, y, reduction="none")
        return (each * w).sum() + l2 * (weights[:-1] ** 2).sum()

    return minimise(loss, rows.shape[1])


def word_head(
    said: Sequence[frozenset[str]], truth: Sequence[bool], weight: Sequence[float], *, l2: float
) -> WordHead:
    """A head that tells the calls where `truth` holds by their tokens."""
    counts = Counter(t for s in said for t in s)
    index = {t: i for i, t in enumerate(sorted(t for t, n in counts.items() if n >= MIN_CALLS))}
    rows = np.zeros((len(said), len(index) + 1), dtype=np.float32)
    rows[:, -1] = 1.0
    for row, tokens in zip(rows, said, strict=True):
        known = [index[t] for t in tokens if t in index]
        row[known] = 1 / (len(known) + HEAD_SMOOTHING) ** 0.5
    fitted = logistic(rows, truth, weight, l2=l2)
    return WordHead(dict(zip(index, fitted[:-1].tolist(), strict=True)), float(fitted[-1]))


def choice(sets: Sequence[tuple[Array, int, float]], *, l2: float) -> Array:
    """Weights of a softmax over candidates: each set holds its rows, the right row and its weight."""
    width = max(len(rows) for rows, _, _ in sets)
    x = torch.from_numpy(np.concatenate([rows for rows, _, _ in sets]))
    at = torch.full((len(sets), width), len(x))
    start = 0
    for line, (rows, _, _) in zip(at, sets, strict=True):
        line[: len(rows)] = torch.arange(start, start + len(rows))
        start += len(rows)
    y = torch.tensor([right for _, right, _ in sets])
    w = torch.tensor([weight for _, _, weight in sets])
    w = w / w.sum()
    nothing = torch.tensor([-1e4])

    def loss(weights: Tensor) -> Tensor:
        scores = torch.cat([x @ weights, nothing])[at]
        return (functional.cross_entropy(scores, y, reduction="none") * w).sum() + l2 * (weights**2).sum()

    return minimise(loss, x.shape[1])


def temperature(scored: Sequence[tuple[Array, int]]) -> float:
    """The divisor at which held-out scores of candidates are least surprised by the right one."""

    def surprise(t: float) -> float:
        return -sum(float(np.log(softmax(scores / t)[right] + 1e-9)) for scores, right in scored)

    return min((t / 20 for t in range(10, 61)), key=surprise)
