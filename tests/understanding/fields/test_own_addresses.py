from __future__ import annotations

import pytest
from name_calls import call
from test_place_exchanges import NOON, TENANT

from qualify.tenant import FieldDefinition
from qualify.understanding.fields import find_fields

SAID = "C'est au 4 rue des Orfèvres, à Mende."


@pytest.mark.parametrize(
    ("label", "said", "expected"),
    [
        ("Adresse du bien", SAID, {"own": "4 rue des Orfèvres, Mende"}),
        ("Adresse du bien", "La maison est à Mende.", {"own": "Mende"}),
        ("Adresse du bien", "Je voudrais un rendez-vous.", {}),
        ("Adresse e-mail du gardien", SAID, {"address": "4 rue des Orfèvres", "city": "Mende"}),
        ("Numéro de lot", SAID, {"address": "4 rue des Orfèvres", "city": "Mende"}),
    ],
)
def test_an_own_field_for_an_address_holds_it_instead_of_the_standard_ones(
    label: str, said: str, expected: dict[str, str]
) -> None:
    tenant = TENANT.model_copy(update={"fields": (FieldDefinition(id="own", label=label, type="text"),)})
    transcript = call("A: Étude, bonjour.", f"C: {said}")
    found = find_fields(transcript, tenant, started_at=NOON, caller_number=None)
    assert {f: j.value for f, j in found.items() if f in ("own", "address", "city")} == expected
