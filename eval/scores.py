"""The scores of each call: lines of `scores.jsonl`; pure."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from .metrics.metric import Metric, Score, score
from .scoring import Case

DECIMALS = 6


def scores_line(case: Case, metrics: Sequence[Metric]) -> str:
    """What every metric says of a call, as JSON; breakdowns are left to the reasons of what they break down.

    `value` is null where the call is `unscored` (which is not wrong), where it failed (`error` says why), and
    where only many calls have the figure.
    """
    data: dict[str, Any] = {"id": case.id, "tenant": case.tenant.id, "status": case.predicted.status}
    if case.failed:
        data["error"] = case.failure
    data["scores"] = {metric.id: _entry(score(metric, case)) for metric in metrics if not metric.detail}
    return json.dumps(data, ensure_ascii=False)


def _entry(said: Score) -> dict[str, Any]:
    if said.state != "scored":
        return {"value": None, said.state: True}
    return {"value": None if said.value is None else round(said.value, DECIMALS), "reason": said.reason}
