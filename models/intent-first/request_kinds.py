"""The kinds of request, learned from all trades at once: how clients write of them, how callers say them."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
import yaml
from torch import Tensor
from torch.nn import functional
from trades import Trade, transcript, unslotted

from qualify.understanding.kinds import KindHead, Kinds, grams
from qualify.understanding.similarity import HEAD_SMOOTHING, Array

MIN_TRADES = 2
"""Trades in which a token must stand: a trade's own nouns tell nothing of the kind."""
CALL_WEIGHT = 3.0
"""Weight of a whole call's beginning beside one of an intent's lone utterances."""
CALL_TURNS = 3
SPOKEN_PENALTY, WRITTEN_PENALTY = 2e-5, 2e-4


@dataclass(frozen=True)
class Sample:
    """A text of a trade, how likely it is of each kind, and how much it counts."""

    trade: str
    text: str
    kinds: Array
    weight: float = 1.0


def read_kinds(file: Path) -> dict[str, list[str]]:
    """For each kind the intents (`id`, or `trade/id`) that are of it."""
    kinds: dict[str, list[str]] = yaml.safe_load(file.read_text(encoding="utf-8"))
    return kinds


SAME = {
    "tracking": "follow_up",
    "callback": "follow_up",
    "document": "documents",
    "job": "staff",
    "advice": "information",
    "transfer_person": "professional",
    "other": "notice",
}
"""Names of kinds in the material → those of the table."""


def kinds_of(kinds: dict[str, list[str]], trade: str, intent: dict[str, Any]) -> Array:
    """The kinds of an intent, equally likely: its own, or the table's; KeyError where neither has any."""
    named = {SAME.get(k, k) for k in intent.get("kinds", ())}
    own = [k in named for k in kinds]
    if not any(own):
        own = [f"{trade}/{intent['id']}" in ids for ids in kinds.values()]
    if not any(own):
        own = [intent["id"] in ids for ids in kinds.values()]
    if not any(own):
        raise KeyError(f"{trade}/{intent['id']}")
    return np.asarray([o / sum(own) for o in own], dtype=np.float32)


def learn_kinds(trades: list[Trade], kinds: dict[str, list[str]]) -> Kinds:
    """Both heads, from these trades' intents, utterances and calls."""
    written, spoken = [], []
    for trade in trades:
        name = trade.raw["profession"]
        own = {i["id"]: kinds_of(kinds, name, i) for i in trade.raw["intents"]}
        for i in trade.raw["intents"]:
            written.append(Sample(name, f"{i['label']} . {i['description']}", own[i["id"]]))
            spoken += [Sample(name, unslotted(u), own[i["id"]]) for u in i["utterances"]]
        spoken += [
            Sample(name, _beginning(c["turns"]), own[c["intent"]], CALL_WEIGHT)
            for c in trade.raw["calls"]
            if c["intent"] in own
        ]
    return Kinds(kind_head(written, l2=WRITTEN_PENALTY), kind_head(spoken, l2=SPOKEN_PENALTY))


def _beginning(turns: list[str]) -> str:
    caller = [t.text for t in transcript(turns).turns if t.speaker == "caller"]
    return " . ".join(caller[:CALL_TURNS])


def kind_head(samples: list[Sample], *, l2: float) -> KindHead:
    """A softmax regression over the kinds, fitted with L-BFGS from zero."""
    said = [grams(s.text) for s in samples]
    trades_of: dict[str, set[str]] = defaultdict(set)
    for sample, own in zip(samples, said, strict=True):
        for gram in own:
            trades_of[gram].add(sample.trade)
    index = {g: n for n, g in enumerate(sorted(g for g, t in trades_of.items() if len(t) >= MIN_TRADES))}
    bags = [sorted(index[g] for g in own if g in index) for own in said]
    truth = torch.from_numpy(np.array([s.kinds for s in samples]))
    weight = torch.tensor([s.weight for s in samples])
    fitted = _fit(bags, len(index), truth, weight / weight.sum(), l2=l2)
    return KindHead(index, fitted[:-1], fitted[-1])


def _fit(bags: list[list[int]], size: int, truth: Tensor, weight: Tensor, *, l2: float) -> Array:
    """A row for each token, then the bias."""
    flat = torch.tensor([row for bag in bags for row in bag])
    starts = torch.tensor([0, *np.cumsum([len(b) for b in bags])[:-1].tolist()])
    scale = torch.tensor([1 / math.sqrt(len(b) + HEAD_SMOOTHING) for b in bags])[:, None]
    rows = torch.zeros(size, truth.shape[1], requires_grad=True)
    bias = torch.zeros(truth.shape[1], requires_grad=True)
    optimiser = torch.optim.LBFGS([rows, bias], max_iter=60, line_search_fn="strong_wolfe")

    def closure() -> Tensor:
        optimiser.zero_grad()
        scores = functional.embedding_bag(flat, rows, starts, mode="sum") * scale + bias
        surprise = -(scores.log_softmax(1) * truth).sum(1)
        loss = (surprise * weight).sum() + l2 * (rows**2).sum()
        loss.backward()  # type: ignore[no-untyped-call]
        return loss

    optimiser.step(closure)  # type: ignore[no-untyped-call]
    return np.asarray(torch.cat([rows, bias[None]]).detach().numpy(), dtype=np.float32)
