"""Recipe of the model of dates asked for: `python models/requested-date/train.py`, seconds on one core, seeded.

A logistic regression over the clues at each day of a call, measured on tenants that it was not learned from.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parents[1]), str(HERE)]

from days_said import DayCall, Said, labeled_calls, marked_calls, written_exchanges  # noqa: E402

from qualify.understanding.fields.requested import LEAST_LIKELY, DateModel  # noqa: E402

MATERIAL = HERE.parent / "material"
MARKED_WEIGHT = 0.3
"""Weight of a day of the corpus: there any date that is spoken of is marked, at times."""
PENALTY = 2.0
WORD_PENALTY = 4 * PENALTY
"""Single words are many and rare: they count only where they are told often."""
LEAST_SEEN = 3
_WORD = re.compile(r"(?:before|right before|after|with|asked|says) .")
_TOLD = "here past"
"""Days of the corpus told in the past are left out: some are marked as the field, against its meaning."""


WRITTEN_WEIGHT = 1.0


def learn(labeled: Sequence[DayCall], marked: Sequence[DayCall], written: Sequence[DayCall]) -> DateModel:
    """The regression, by L-BFGS from zero: the same days, the same weights."""
    told = [said for call in marked for said in call.days if _TOLD not in said.day.clues]
    asked = [said for call in labeled for said in call.days]
    short = [said for call in written for said in call.days]
    days = [*asked, *told, *short]
    share = np.repeat([1.0, MARKED_WEIGHT, WRITTEN_WEIGHT], [len(asked), len(told), len(short)])
    seen = Counter(clue for said in days for clue in said.day.clues)
    names = sorted(clue for clue, n in seen.items() if n >= LEAST_SEEN)
    rows = _rows(days, names)
    truth = np.array([float(said.asked) for said in days])
    penalty = np.array([WORD_PENALTY if _WORD.match(name) else PENALTY for name in names] + [0.0])

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        score = rows @ weights
        wrong = share * (1 / (1 + np.exp(-score)) - truth)
        value = (share * (np.logaddexp(0, score) - truth * score)).sum() + (penalty * weights**2).sum() / 2
        return float(value), rows.T @ wrong + penalty * weights

    found = minimize(loss, np.zeros(len(penalty)), jac=True, method="L-BFGS-B").x
    weights = {name: round(float(w), 3) for name, w in zip([*names, ""], found, strict=True)}
    return DateModel({name: w for name, w in weights.items() if abs(w) >= 0.01 or not name})


def _rows(days: Sequence[Said], names: Sequence[str]) -> NDArray[np.float64]:
    """A row a day, a column a clue, and a last column of ones."""
    column = {name: i for i, name in enumerate(names)}
    rows = np.zeros((len(days), len(names) + 1))
    rows[:, -1] = 1
    for row, said in enumerate(days):
        rows[row, [column[clue] for clue in said.day.clues if clue in column]] = 1
    return rows


def measured(calls: Sequence[DayCall], models: Mapping[str, DateModel]) -> dict[str, float]:
    """Calls whose value is right, found and wanted, each call judged by its source's model."""
    found = [(call, _chosen(call, models[call.source])) for call in calls]
    right = sum(value is not None and value == call.wanted for call, value in found)
    counts = {
        "right": right,
        "found": sum(value is not None for _, value in found),
        "wanted": sum(call.wanted is not None for call in calls),
    }
    return {**counts, "f1": round(2 * right / (counts["found"] + counts["wanted"]), 3)}


def _chosen(call: DayCall, model: DateModel) -> str | None:
    likely = [(model.probability(said.day), said.day.value) for said in call.days]
    best = max(likely, key=lambda pair: pair[0], default=(0.0, ""))
    return best[1] if best[0] >= LEAST_LIKELY else None


def main() -> None:
    """See the module's docstring."""
    labeled, marked = list(labeled_calls(MATERIAL / "labeled")), list(marked_calls(MATERIAL / "corpus"))
    held_out = list(labeled_calls(MATERIAL / "labeled", held_out=True))
    written = list(written_exchanges(HERE / "exchanges.yaml"))
    model = learn(labeled, marked, written)
    left_out = {
        s: learn([c for c in labeled if c.source != s], marked, written) for s in {c.source for c in labeled}
    }
    metrics = {
        "days": {
            "labeled": sum(len(c.days) for c in labeled),
            "marked": sum(len(c.days) for c in marked),
            "written": sum(len(c.days) for c in written),
        },
        "labeled_tenants_left_out": measured(labeled, left_out),
        "held_out_tenants": measured(held_out, dict.fromkeys({c.source for c in held_out}, model)),
    }
    for name, content in (("weights", model.weights), ("metrics", metrics)):
        text = json.dumps(content, ensure_ascii=False, indent=1) + "\n"
        (HERE / f"{name}.json").write_text(text, encoding="utf-8")
    sys.stdout.write(json.dumps(metrics, indent=1) + "\n")


if __name__ == "__main__":
    main()
