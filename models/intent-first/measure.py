"""The figures of the recipe, all on trades left out of what is measured."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from qualify.records import URGENCIES
from qualify.understanding.intent import LEARNED_BUILTINS
from qualify.understanding.similarity import Array, softmax
from qualify.understanding.urgency import ScoredRule, urgency_chances, verdict

if TYPE_CHECKING:
    from train import IntentCase, UrgencyCase

EVERYTHING = 1
"""The column of the baseline: likeness of an intent's words and the caller's beginning."""


def measure_intents(scored: list[tuple[IntentCase, Array]], heat: float) -> dict[str, Any]:
    """Accuracy on whole calls and lone utterances, and on each built-in intent."""
    groups: dict[str, list[tuple[IntentCase, Array]]] = {}
    for case, scores in scored:
        right = case.ids[case.right]
        kind = right if right in LEARNED_BUILTINS else "calls" if case.weight == 1.0 else "lone_utterances"
        groups.setdefault(kind, []).append((case, scores))
    found: dict[str, Any] = {kind: _accuracy(group) for kind, group in sorted(groups.items())}
    whole = [(c, s) for c, s in scored if c.weight == 1.0]
    return {
        "all_calls": _accuracy(whole),
        **found,
        "temperature": heat,
        "calibration_error": calibration(whole),
    }


def _accuracy(group: list[tuple[IntentCase, Array]]) -> dict[str, float]:
    first = [int(np.argmax(s)) == c.right for c, s in group]
    third = [c.right in np.argsort(-s)[:3] for c, s in group]
    likest = [int(np.argmax(c.rows[:, EVERYTHING])) == c.right for c, _ in group]
    return {
        "n": len(group),
        "accuracy": round(float(np.mean(first)), 3),
        "in_first_three": round(float(np.mean(third)), 3),
        "accuracy_of_likeness_alone": round(float(np.mean(likest)), 3),
    }


def calibration(group: list[tuple[IntentCase, Array]]) -> float:
    """Expected calibration error of the best intent's probability, ten equal bins."""
    pairs = [(float(softmax(s).max()), int(np.argmax(s)) == c.right) for c, s in group]
    error = 0.0
    for low in np.arange(0, 1, 0.1):
        part = [(p, ok) for p, ok in pairs if low < p <= low + 0.1]
        error += abs(sum(p for p, _ in part) - sum(ok for _, ok in part)) / len(pairs)
    return round(error, 3)


def measure_urgency(fitted: list[tuple[UrgencyCase, Array]]) -> dict[str, Any]:
    """Urgency of whole calls whose true intent is given, beside the intent's default alone."""
    truth, said, default = [], [], []
    for case, weights in fitted:
        if case.default is None:
            continue
        scored = [ScoredRule(r, _probability(row, weights)) for r, row in case.rules]
        truth.append(_level(case.urgency))
        default.append(_level(case.default))
        said.append(_level(verdict(urgency_chances(scored, {case.default: 1.0}))))
    return {
        "rules": _levels(np.array(truth), np.array(said)),
        "default_alone": _levels(np.array(truth), np.array(default)),
    }


def _levels(truth: Any, said: Any) -> dict[str, float]:
    critical = len(URGENCIES) - 1
    return {
        "n": len(truth),
        "accuracy": round(float((truth == said).mean()), 3),
        "quadratic_kappa": kappa(truth, said),
        "critical": int((truth == critical).sum()),
        "critical_found": int(((truth == critical) & (said == critical)).sum()),
        "false_critical": int(((truth < critical) & (said == critical)).sum()),
        "over": round(float((said > truth).mean()), 3),
        "under": round(float((said < truth).mean()), 3),
    }


def kappa(truth: Any, said: Any) -> float:
    """Quadratically weighted kappa over the urgencies."""
    size = len(URGENCIES)
    seen = np.zeros((size, size))
    np.add.at(seen, (truth, said), 1)
    cost = (np.arange(size)[:, None] - np.arange(size)[None, :]) ** 2
    chance = np.outer(seen.sum(1), seen.sum(0)) / seen.sum()
    return round(float(1 - (cost * seen).sum() / (cost * chance).sum()), 3)


def _level(urgency: str) -> int:
    return [str(u) for u in URGENCIES].index(urgency)


def _probability(row: Array, weights: Array) -> float:
    return float(1 / (1 + np.exp(-float(row @ weights))))
