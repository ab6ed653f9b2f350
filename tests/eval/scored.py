"""A labeled call and its prediction, right in all that a test does not change."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from qualify.eval.scoring import Case

from qualify.dataset import Labels, Prediction
from qualify.tenant import Tenant, load_tenant

TENANT = load_tenant(Path(__file__).parents[1] / "data" / "dataset" / "tenants" / "atelier-morel.yaml")


def case(
    labels: dict[str, Any] | None = None, predicted: dict[str, Any] | None = None, tenant: Tenant = TENANT
) -> Case:
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
    )
