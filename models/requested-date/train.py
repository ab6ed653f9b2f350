"""Recipe of the model of dates asked for: `python models/requested-date/train.py`, seconds on one core, seeded.

A regression over the clues at each day of a call, which shares the probability among its days and none. Its
probabilities are scaled, and its bound is chosen, on calls of tenants, trades and exchanges that it was not
learned from.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parents[1]), str(HERE)]

from days_said import DayCall, Said, judged_calls, labeled_calls, written_exchanges  # noqa: E402

from qualify.understanding.fields.requested import LEAST_LIKELY, DateModel  # noqa: E402

MATERIAL = HERE.parent / "material"
SHARES = {"labeled": 2.0, "corpus": 1.0, "first exchanges": 1.0, "exchanges": 1.0}
"""Weight of a call of each part: the labeled ones were judged by the format's rules."""
FOLDS = {"labeled": 12, "corpus": 5, "exchanges": 10}
"""Parts whose sources (tenants, trades) are left out in turns, and in how many."""
PENALTY, WORD_PENALTY = 2.0, 12.0
"""Single words are many and rare: they count only where they are told often."""
LEAST_SEEN = 4
BOUNDS = (0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6)
BINS = 5
_WORD = re.compile(r"(?:before|right before|after|with|asked) .")

Parts = Mapping[str, Sequence[DayCall]]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Judged:
    """A call, its likeliest value and how likely that is, by a model which has not seen its source."""

    call: DayCall
    value: str | None
    probability: float


def learn(parts: Parts) -> DateModel:
    """The regression, by L-BFGS from zero: the same calls, the same weights."""
    calls = [(call, SHARES[part]) for part, some in parts.items() for call in some if call.days]
    days = [said for call, _ in calls for said in call.days]
    seen = Counter(clue for said in days for clue in said.day.clues)
    names = sorted(clue for clue, n in seen.items() if n >= LEAST_SEEN)
    penalty = np.array([WORD_PENALTY if _WORD.match(name) else PENALTY for name in names] + [0.0])
    loss = _loss(_rows(days, names), calls, penalty)
    found = minimize(loss, np.zeros(len(penalty)), jac=True, method="L-BFGS-B").x
    return DateModel({name: float(weight) for name, weight in zip([*names, ""], found, strict=True)})


def _rows(days: Sequence[Said], names: Sequence[str]) -> Floats:
    """A row a day, a column a clue, and a last column of ones."""
    column = {name: i for i, name in enumerate(names)}
    rows = np.zeros((len(days), len(names) + 1))
    rows[:, -1] = 1
    for row, said in enumerate(days):
        rows[row, [column[clue] for clue in said.day.clues if clue in column]] = 1
    return rows


def _loss(
    rows: Floats, calls: Sequence[tuple[DayCall, float]], penalty: Floats
) -> Callable[[Floats], tuple[float, Floats]]:
    """The penalized logarithmic loss of calls, and its slope, as a function of the weights."""
    sizes = [len(call.days) for call, _ in calls]
    first, of_call = np.cumsum([0, *sizes[:-1]]), np.repeat(np.arange(len(calls)), sizes)
    share = np.array([share for _, share in calls])
    asked = np.array([float(said.asked) for call, _ in calls for said in call.days])
    none = np.add.reduceat(asked, first) == 0

    def loss(weights: Floats) -> tuple[float, Floats]:
        odds = np.exp(np.clip(rows @ weights, -30, 30))
        total, right = 1 + np.add.reduceat(odds, first), none + np.add.reduceat(odds * asked, first)
        value = (share * (np.log(total) - np.log(right))).sum() + (penalty * weights**2).sum() / 2
        wrong = odds / total[of_call] - odds * asked / right[of_call]
        return float(value), rows.T @ (share[of_call] * wrong) + penalty * weights

    return loss


def left_out(parts: Parts, part: str) -> Iterator[tuple[DateModel, DayCall]]:
    """Each call of a part beside a model learned without its source."""
    sources = sorted({call.source for call in parts[part]})
    for fold in range(FOLDS[part]):
        out = set(sources[fold :: FOLDS[part]])
        model = learn({**parts, part: [call for call in parts[part] if call.source not in out]})
        yield from ((model, call) for call in parts[part] if call.source in out)


def scaling(seen: Sequence[tuple[DateModel, DayCall]]) -> tuple[float, float]:
    """The factor and the offset of all scores with which calls left out are likeliest."""
    scored = [
        (np.array([model.score(said.day) for said in call.days]), [said.asked for said in call.days])
        for model, call in seen
        if call.days
    ]

    def loss(scale: Floats) -> float:
        odds = [(np.exp(scale[0] * scores + scale[1]), asked) for scores, asked in scored]
        return float(sum(np.log(1 + o.sum()) - np.log(o[a].sum() if any(a) else 1.0) for o, a in odds))

    factor, offset = minimize(loss, np.array([1.0, 0.0]), method="Nelder-Mead").x
    return float(factor), float(offset)


def scaled(model: DateModel, scale: tuple[float, float]) -> DateModel:
    """The model with its scores scaled, weights rounded and those of no effect left out."""
    weights = {name: round(weight * scale[0], 3) for name, weight in model.weights.items() if name}
    weights = {name: weight for name, weight in weights.items() if abs(weight) >= 0.01}
    return DateModel({**weights, "": round(model.weights[""] * scale[0] + scale[1], 3)})


def judged(model: DateModel, call: DayCall) -> Judged:
    """The call's likeliest day."""
    days = [said.day for said in call.days]
    best = max(zip(model.probabilities(days), days, strict=True), key=lambda pair: pair[0], default=None)
    return Judged(call, best[1].value, best[0]) if best else Judged(call, None, 0.0)


def measured(calls: Sequence[Judged], bound: float = LEAST_LIKELY) -> dict[str, float]:
    """Calls whose value is right, found and wanted."""
    taken = [each for each in calls if each.value is not None and each.probability >= bound]
    right = sum(each.value == each.call.wanted for each in taken)
    wanted = sum(each.call.wanted is not None for each in calls)
    return {
        "right": right,
        "found": len(taken),
        "wanted": wanted,
        "f1": round(2 * right / (len(taken) + wanted), 3),
    }


def calibration(calls: Sequence[Judged]) -> dict[str, object]:
    """How far confidences of values lie from the share of right ones, in bins of as many values each."""
    told = sorted((j.probability, j.value == j.call.wanted) for j in calls if j.probability >= LEAST_LIKELY)
    bins = [told[i * len(told) // BINS : (i + 1) * len(told) // BINS] for i in range(BINS)]
    means = [(sum(p for p, _ in b) / len(b), sum(r for _, r in b) / len(b), len(b)) for b in bins]
    error = sum(abs(p - right) * n for p, right, n in means) / len(told)
    return {
        "values": len(told),
        "error": round(error, 3),
        "confidence_and_right": [[round(p, 2), round(right, 2)] for p, right, _ in means],
    }


def main() -> None:
    """See the module's docstring."""
    trades = list(written_exchanges(HERE / "exchanges-by-trade.yaml"))
    held_back = set(list(dict.fromkeys(call.source for call in trades))[2::3])
    parts: Parts = {
        "labeled": list(labeled_calls(MATERIAL / "labeled")),
        "corpus": list(judged_calls(MATERIAL / "corpus", HERE / "corpus-days.yaml")),
        "first exchanges": list(written_exchanges(HERE / "exchanges.yaml")),
        "exchanges": [call for call in trades if call.source not in held_back],
    }
    model = learn(parts)
    back = [(model, call) for call in trades if call.source in held_back]
    tenants, corpus = list(left_out(parts, "labeled")), list(left_out(parts, "corpus"))
    scale = scaling([*tenants, *corpus, *back])
    held_out = [(model, call) for call in labeled_calls(MATERIAL / "labeled", held_out=True)]
    seen = {
        "labeled_tenants_left_out": tenants,
        "corpus_trades_left_out": corpus,
        "exchanges_held_back": back,
        "held_out_tenants": held_out,
    }
    values = {name: [judged(scaled(m, scale), call) for m, call in some] for name, some in seen.items()}
    chosen_on = [*values["labeled_tenants_left_out"], *values["exchanges_held_back"]]
    metrics = {
        "calls": {name: len(some) for name, some in parts.items()},
        "days": {name: sum(len(call.days) for call in some) for name, some in parts.items()},
        "scale": [round(each, 3) for each in scale],
        **{name: measured(some) for name, some in values.items()},
        "bounds_on_left_out_tenants_and_exchanges": {str(b): measured(chosen_on, b) for b in BOUNDS},
        "calibration_left_out": calibration([*chosen_on, *values["corpus_trades_left_out"]]),
    }
    for name, content in (("weights", scaled(model, scale).weights), ("metrics", metrics)):
        text = json.dumps(content, ensure_ascii=False, indent=1) + "\n"
        (HERE / f"{name}.json").write_text(text, encoding="utf-8")
    sys.stdout.write(json.dumps(metrics, indent=1) + "\n")


if __name__ == "__main__":
    main()
