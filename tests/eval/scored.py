"""A labeled call and its prediction, right in all that a test does not change."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from qualify.eval.intervals import figure
from qualify.eval.metrics import ALL
from qualify.eval.metrics.metric import Metric
from qualify.eval.scoring import Case

from qualify.dataset import CallTurn, Labels, Prediction
from qualify.records import Turn
from qualify.tenant import Tenant, load_tenant

TENANT = load_tenant(Path(__file__).parents[1] / "data" / "dataset" / "tenants" / "atelier-morel.yaml")
BY_ID = {m.id: m for m in ALL}
FAILED = {
    "status": "failed", "intent": None, "urgency": None, "disposition": None, "message": None,
    "reasons": [{"code": "failed", "detail": "transcription : mémoire insuffisante"}],
}  # fmt: skip
"""What a prediction of a failed call says."""


def case(
    labels: dict[str, Any] | None = None,
    predicted: dict[str, Any] | None = None,
    tenant: Tenant = TENANT,
    **known: Any,
) -> Case:
    """`known` is what else is known of the call: `turns`, `heard`, `usage`…"""
    right: dict[str, Any] = {
        "intent": "repair", "other_intents": [], "urgency": "normal", "disposition": "message", "fields": {},
        "missing": [], "key_facts": [], "forbidden": [], "instructions": {}, "message": "Un message.",
    }  # fmt: skip
    said: dict[str, Any] = {
        "id": "a", "tenant": tenant.id, "status": "ready", "intent": "repair", "urgency": "normal",
        "disposition": "message", "message": "Un message.",
    }  # fmt: skip
    return Case(
        "a",
        tenant,
        Labels.model_validate({**right, **(labels or {})}),
        Prediction.model_validate({**said, **(predicted or {})}),
        **known,
    )


def said(*texts: str) -> tuple[CallTurn, ...]:
    """Turns of the labeled transcript; a text that begins with «A:» is the agent's."""
    return tuple(CallTurn(speaker=speaker, text=text) for speaker, text in map(_party, texts))


def heard(*texts: str) -> tuple[Turn, ...]:
    """Turns as the engine heard them, written as for `said`."""
    return tuple(Turn(speaker=speaker, text=text) for speaker, text in map(_party, texts))


def _party(text: str) -> tuple[Any, str]:
    return ("agent", text[2:].strip()) if text.startswith("A:") else ("caller", text)


def value(metric: Metric | str, cases: Sequence[Case]) -> float:
    """The figure of some calls, without its interval."""
    return figure(BY_ID[metric] if isinstance(metric, str) else metric, cases).value
