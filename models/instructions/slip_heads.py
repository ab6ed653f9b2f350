"""Learning the heads of slips: which of an agent's clauses do what prohibitions of each kind forbid."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
import torch
from cases import Example, Slips
from fitting import minimise
from torch.nn import functional

from qualify.understanding.instructions.slips import ANY, KINDS, SlipHeads, kinds_named
from qualify.understanding.similarity import HEAD_SMOOTHING, Array

PENALTY = 1e-5
LEAST_SEEN = 2
"""Clauses that a mark must stand in to have a weight."""
OTHER_KIND = 0.15
"""How much a slip of one kind counts against the others: some are of two."""
ORDINARY = 0.3
"""How much a clause of a whole call counts as none."""
FOLLOWED = 0.5
"""How much a clause counts as none of an instruction's kinds where an excerpt's instruction is followed."""
LABELED_FOLLOWED = 0.3
BESIDE = 0.15
"""The same for the other turns of an excerpt in which it is broken."""
ROUNDS = 2
"""Times that the clause that breaks an instruction is looked for anew."""

Row = tuple[frozenset[str], Array, Array]
"""A clause's marks, for each kind whether it is one, and how much that counts."""


def learn_heads(written: Slips, ordinary: Counter[frozenset[str]], examples: Sequence[Example]) -> SlipHeads:
    """Heads from what is written down, then with the clauses of the examples that these find likeliest."""
    base = [*_written(written), *((m, _none(), _each(ORDINARY * n**0.5)) for m, n in ordinary.items() if m)]
    heads = fit(base)
    for _ in range(ROUNDS):
        heads = fit([*base, *(row for e in examples for row in _rows(heads, e))])
    return heads


def fit(rows: Sequence[Row]) -> SlipHeads:
    """One logistic regression for each kind, all at once."""
    counts = Counter(mark for said, _, _ in rows for mark in said)
    index = {m: i for i, m in enumerate(sorted(m for m, n in counts.items() if n >= LEAST_SEEN))}
    cells, values = [], []
    for row, (said, _, _) in enumerate(rows):
        known = sorted(index[m] for m in said if m in index)
        cells += [(row, i) for i in known]
        values += [1 / (len(known) + HEAD_SMOOTHING) ** 0.5] * len(known)
    size = (len(rows), len(index))
    x = torch.sparse_coo_tensor(
        torch.tensor(cells).T, torch.tensor(values), size, check_invariants=True
    ).coalesce()
    truth = torch.from_numpy(np.array([t for _, t, _ in rows]))
    share = torch.from_numpy(np.array([s for _, _, s in rows]))
    share = share / share.sum(0)

    def loss(flat: torch.Tensor) -> torch.Tensor:
        weights = flat.view(len(index) + 1, len(KINDS))
        logits = torch.sparse.mm(x, weights[:-1]) + weights[-1]
        each = functional.binary_cross_entropy_with_logits(logits, truth, reduction="none")
        return (each * share).sum() + PENALTY * (weights[:-1] ** 2).sum()

    fitted = minimise(loss, (len(index) + 1) * len(KINDS)).reshape(len(index) + 1, len(KINDS))
    return SlipHeads(dict(zip(index, fitted[:-1], strict=True)), fitted[-1])


def _written(written: Slips) -> list[Row]:
    rows = [(said, _none(), _each(1.0)) for said in written.keeps]
    for kind, said in written.does:
        truth, share = _none(), _each(OTHER_KIND)
        own = [KINDS.index(kind), KINDS.index(ANY)]
        truth[own], share[own] = 1.0, 1.0
        rows.append((said, truth, share))
    return rows


def _rows(heads: SlipHeads, example: Example) -> list[Row]:
    """The clauses of a prohibition's example: the likeliest is the slip where it is broken."""
    named = kinds_named(example.instruction.text)
    said = [s for s in example.call.statements if s.marks]
    if example.instruction.kind == "do" or not said:
        return []
    watched = named if example.labeled else [*named, KINDS.index(ANY)]
    if example.outcome == "followed":
        share = LABELED_FOLLOWED if example.labeled else FOLLOWED
        return [(s.marks, _none(), _only(watched, share)) for s in said]
    suspects = [s for s in said if example.turn in (None, s.turn)]
    slip = max(suspects, key=lambda s: max(heads.logits(s.marks)[k] for k in watched), default=None)
    rows = [(s.marks, _none(), _only(watched, BESIDE)) for s in said if s not in suspects]
    if slip is None:
        return rows
    logits = heads.logits(slip.marks)
    own = [*([max(named, key=lambda k: float(logits[k]))] if named else []), KINDS.index(ANY)]
    truth = _none()
    truth[own] = 1.0
    return [*rows, (slip.marks, truth, _only(own, 1.0))]


def _none() -> Array:
    return np.zeros(len(KINDS), dtype=np.float32)


def _each(share: float) -> Array:
    return np.full(len(KINDS), share, dtype=np.float32)


def _only(kinds: Sequence[int], share: float) -> Array:
    shares = _none()
    shares[list(kinds)] = share
    return shares
