"""A labeled call beside what was predicted of it: what every metric reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qualify.dataset import Dataset, LabeledCall, Labels, Prediction
from qualify.drafting.facts import fold
from qualify.errors import InputError
from qualify.tenant import FieldType, Tenant

EXACT: frozenset[FieldType] = frozenset({"phone", "email", "postal_code", "reference", "date", "datetime"})
"""Types whose values are right to the character or wrong."""


@dataclass(frozen=True)
class Case:
    """One call's labels, prediction and tenant."""

    id: str
    tenant: Tenant
    labels: Labels
    predicted: Prediction
    tags: tuple[str, ...] = ()

    def right(self, field: str) -> bool:
        """Whether a field was given and found, and is the same."""
        wanted, found = self.labels.fields.get(field), self.predicted.fields.get(field)
        if wanted is None or found is None:
            return False
        if self.field_type(field) in EXACT:
            return str(wanted) == str(found)
        return fold(str(wanted)) == fold(str(found))

    def field_type(self, field: str) -> FieldType:
        """The field's type; `text` where the tenant has no such field."""
        known = self.tenant.fields_by_id.get(field)
        return known.type if known else "text"


def cases(dataset: Dataset, predictions: Sequence[Prediction]) -> list[Case]:
    """Labels and predictions side by side; InputError where a call's file or prediction is wanting."""
    made = {(p.tenant, p.id): p for p in predictions}
    found = []
    for file, call in dataset.labeled():
        if not isinstance(call, LabeledCall):
            raise call
        if call.labels is None or (call.tenant, call.id) not in made:
            raise InputError(file.path, "", "ni étiquettes ni prédiction", "les deux")
        predicted = made[call.tenant, call.id]
        found.append(Case(call.id, dataset.tenants[call.tenant], call.labels, predicted, call.tags))
    return found
