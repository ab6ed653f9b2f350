"""A call that costs nothing but its machine, for tests to damage."""

from __future__ import annotations

from datetime import date
from typing import Any

from qualify.eval.cost import Parameters, call_euros, load_parameters
from qualify.eval.scoring import Case

from qualify.dataset import Labels, Prediction
from qualify.tenant import Costs as TenantCosts
from qualify.tenant import Intent, Person, Tenant

PARAMETERS = load_parameters()


def intent(name: str, **more: Any) -> Intent:
    return Intent(
        id=name,
        label=name,
        description=f"Demande {name}.",
        examples=("bonjour",),
        **{"urgency": "normal", "disposition": "message", "required_fields": (), **more},
    )


TENANT = Tenant(
    id="serrurerie-nord",
    name="Serrurerie Nord",
    activity="Dépannage de serrures.",
    language="fr",
    timezone="Europe/Paris",
    updated_on=date(2026, 10, 1),
    people=(Person(name="Ana Roux"), Person(name="Paul Vidal")),
    intents=(
        intent("lockout", required_fields=("caller_name", "phone", "address"), recipient="Ana Roux", value=0),
        intent("quote", recipient="Paul Vidal", value=120),
        intent("invoice", recipient="Ana Roux"),
    ),
)
PRICED = TENANT.model_copy(
    update={
        "id": "serrurerie-sud",
        "costs": TenantCosts(hourly_rate=60, callback_minutes=10, clarify_minutes=5),
    }
)
"""The same tenant with its own figures."""

FIELDS = {"caller_name": "Jean Ravel", "phone": "+33639981234", "address": "3 rue Haute"}
MESSAGE = "Appel de Jean Ravel, 06 39 98 12 34. Porte claquée au 3 rue Haute."
FACTS = [
    {"fact": "le nom", "any_of": ["Jean Ravel"]},
    {"fact": "le numéro", "any_of": ["06 39 98 12 34", "+33639981234"]},
    {"fact": "ce qui arrive", "any_of": ["porte claquée", "enfermé dehors"]},
]


def case(
    labels: dict[str, Any] | None = None,
    predicted: dict[str, Any] | None = None,
    *,
    tenant: Tenant = TENANT,
    id: str = "a",
) -> Case:
    right: dict[str, Any] = {
        "intent": "lockout", "other_intents": [], "urgency": "normal", "disposition": "message",
        "fields": FIELDS, "missing": [], "key_facts": FACTS, "forbidden": ["06 39 98 12 43"],
        "instructions": {}, "message": MESSAGE, **(labels or {}),
    }  # fmt: skip
    said: dict[str, Any] = {
        "id": id, "tenant": tenant.id, "status": "ready", "intent": right["intent"],
        "urgency": right["urgency"], "disposition": right["disposition"], "fields": right["fields"],
        "other_intents": right["other_intents"], "message": right["message"],
        "timing": {"understanding": 3.6, "audio": 90.0}, **(predicted or {}),
    }  # fmt: skip
    return Case(id, tenant, Labels.model_validate(right), Prediction.model_validate(said))


def bill(some: Case, parameters: Parameters = PARAMETERS) -> dict[str, float]:
    """Euros of each item with all parameters central, the machine apart."""
    euros: dict[str, float] = {}
    for charge, amount in call_euros(some, parameters.central):
        euros[charge.item] = euros.get(charge.item, 0.0) + amount
    euros.pop("machine", None)
    return euros


def reasons(some: Case) -> list[str]:
    """Why the call costs what it does, the machine apart."""
    return [c.why for c, _ in call_euros(some, PARAMETERS.central) if c.item != "machine"]


def with_parameter(name: str, **values: Any) -> Parameters:
    """The shipped parameters with one of them changed."""
    changed = PARAMETERS.by_name[name].model_copy(update=values)
    return PARAMETERS.model_copy(update={name: changed})


SWAPPED = {
    "fields": {**FIELDS, "phone": "+33639981243"},
    "message": MESSAGE.replace("12 34", "12 43"),
}
"""The right call with two digits of the number swapped, in the field and in the message."""
