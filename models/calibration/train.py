"""Recipe of the calibration: `python models/calibration/train.py`, a minute on one core.

Raw confidences of all judgments of the labeled material against whether they are right: one slope for all,
a shift for each kind of judgment, shrunk towards the common one where there are few. Measured on tenants
left out. Run it after every other recipe of understanding.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parents[1])]

from qualify.eval.bench import handled  # noqa: E402
from qualify.eval.metrics.calibration import binned, error  # noqa: E402
from qualify.eval.scoring import Case, cases  # noqa: E402

from qualify import engines  # noqa: E402
from qualify.dataset import Dataset  # noqa: E402
from qualify.tenant import STANDARD_FIELDS  # noqa: E402
from qualify.understanding.calibration import OWN, Calibration, log_odds  # noqa: E402
from qualify.understanding.engine import EmbeddedUnderstanding  # noqa: E402

MATERIAL = HERE.parent / "material" / "labeled-2"
SHRINK = 1.0
"""Strength of the pull towards the common shift, on squared shifts beside the surprise of each judgment."""

Judged = tuple[str, str, float, bool]
"""Tenant, kind of judgment, raw confidence, whether it is right."""


def judged(case: Case) -> list[Judged]:
    """All of a call's judgments."""
    said, known = case.predicted.confidence, case.tenant.id
    rows = [
        (known, "intent", said["intent"], case.predicted.intent == case.labels.intent),
        (known, "urgency", said["urgency"], case.predicted.urgency == case.labels.urgency),
    ]
    rows += [
        (known, field if field in STANDARD_FIELDS else OWN, said[field], case.right(field))
        for field in case.predicted.fields
    ]
    return rows


def fit(rows: list[Judged]) -> Calibration:
    """The slope and the shifts that make the judgments least surprising."""
    names = sorted({name for _, name, _, _ in rows})
    at = torch.tensor([names.index(name) for _, name, _, _ in rows])
    odds = torch.tensor([log_odds(c) for _, _, c, _ in rows])
    truth = torch.tensor([float(right) for *_, right in rows])
    free = torch.zeros(2 + len(names), requires_grad=True)
    optimiser = torch.optim.LBFGS([free], max_iter=200, line_search_fn="strong_wolfe")

    def closure() -> torch.Tensor:
        optimiser.zero_grad()
        slope, common, shifts = free[0] + 1, free[1], free[2:]
        loss = functional.binary_cross_entropy_with_logits(
            slope * odds + common + shifts[at], truth, reduction="sum"
        )
        loss = loss + SHRINK * (shifts**2).sum() + (free[0] ** 2)
        loss.backward()  # type: ignore[no-untyped-call]
        return loss

    optimiser.step(closure)  # type: ignore[no-untyped-call]
    learned = free.detach()
    shifts = {n: round(float(learned[1] + learned[2 + k]), 4) for k, n in enumerate(names)}
    return Calibration(round(float(learned[0]) + 1, 4), shifts)


def calibration_error(rows: list[Judged], corrections: dict[str, Calibration] | None) -> float:
    """The expected calibration error, raw or with each tenant's corrections."""
    meant = [
        (corrections[tenant].probability(name, confidence) if corrections else confidence, right)
        for tenant, name, confidence, right in rows
    ]
    return round(error(np.asarray(binned(meant))), 3)


def main() -> None:
    """Fit, measure on tenants left out, write the corrections and the figures beside this file."""
    torch.set_num_threads(1)
    dataset = Dataset.open(MATERIAL)
    raw = replace(engines.load(), understanding=EmbeddedUnderstanding(calibrated=False))
    predictions = handled(dataset, raw)
    rows = [row for case in cases(dataset, predictions) for row in judged(case)]
    left_out = {t: fit([r for r in rows if r[0] != t]) for t in sorted({r[0] for r in rows})}
    final = fit(rows)
    kinds = Counter(name for _, name, _, _ in rows)
    metrics = {
        "material": f"{len(predictions)} labeled calls of {len(left_out)} tenants, written for this project",
        "judgments": len(rows),
        "by_kind": {
            name: {
                "n": n,
                "right": round(sum(r[3] for r in rows if r[1] == name) / n, 3),
                "error_raw": calibration_error([r for r in rows if r[1] == name], None),
                "error_on_tenants_left_out": calibration_error([r for r in rows if r[1] == name], left_out),
            }
            for name, n in kinds.most_common()
        },
        "error_raw": calibration_error(rows, None),
        "error_on_tenants_left_out": calibration_error(rows, left_out),
    }
    weights = {"slope": final.slope, "shifts": final.shifts}
    for name, known in (("weights.json", weights), ("metrics.json", metrics)):
        (HERE / name).write_text(json.dumps(known, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
