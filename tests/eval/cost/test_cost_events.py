"""What each kind of error costs: one damage, and the items that it raises."""

from __future__ import annotations

from typing import Any

import pytest
from costed import FACTS, FIELDS, MESSAGE, PARAMETERS, PRICED, SWAPPED, TENANT, bill, case, reasons
from qualify.eval.cost import ITEMS, call_euros, charges
from qualify.eval.cost.events import ERRORS
from qualify.eval.cost.number import number_state, says_number
from qualify.eval.cost.parameters import NAMES

from qualify.tenant import Costs

CALL_BACK = 6 / 60 * 38.7
CLARIFICATION = 0.5 * 3 / 60 * 38.7
REVIEW = 2 / 60 * 28.0
BY_HAND = 7 / 60 * 28.0

SPAM = {"intent": "spam", "disposition": "no_message", "message": None, "key_facts": [], "urgency": "low"}
QUOTE = {"intent": "quote"}
TWO = {"other_intents": ["quote"], "key_facts": [*FACTS, {"fact": "le devis", "any_of": ["devis"]}]}


NUMBERLESS = {"fields": {}, "message": MESSAGE.replace("06 39 98 12 34", "numéro non communiqué")}
REVIEWED = {"status": "needs_review"}


def test_a_right_call_costs_its_machine_only() -> None:
    (made,) = call_euros(case(), PARAMETERS.central)
    assert made[0].item == "machine"
    assert made[1] == pytest.approx(3.6 / 3600 * 0.1)


@pytest.mark.parametrize(
    ("labels", "predicted", "expected"),
    [
        ({}, SWAPPED, {"call_back": CALL_BACK, "lost_request": 0}),
        ({}, {"fields": SWAPPED["fields"]}, {"call_back": CALL_BACK, "lost_request": 0}),
        ({}, {"message": SWAPPED["message"]}, {"call_back": CALL_BACK, "lost_request": 0}),
        (QUOTE, SWAPPED, {"call_back": CALL_BACK, "lost_request": 0.3 * 120}),
        ({"intent": "invoice"}, SWAPPED, {"call_back": CALL_BACK, "lost_request": 0.3 * 15}),
        (QUOTE, NUMBERLESS, {"call_back": CALL_BACK, "lost_request": 0.3 * 120}),
        (QUOTE, {"message": None}, {"call_back": CALL_BACK, "lost_request": 0.5 * 120}),
        (QUOTE, {"message": "  "}, {"call_back": CALL_BACK, "lost_request": 0.5 * 120}),
        ({}, {"message": MESSAGE.replace("Porte claquée", "Rappeler")}, {"clarification": CLARIFICATION}),
        ({}, {"message": "06 39 98 12 34"}, {"clarification": CLARIFICATION}),
        ({}, {"fields": {**FIELDS, "caller_name": "Jean Navel"}}, {"clarification": CLARIFICATION}),
        ({}, {"fields": {**FIELDS, "email": "a@exemple.fr"}}, {"clarification": CLARIFICATION}),
        ({}, {"fields": {**FIELDS, "city": "Lille"}}, {}),
        ({"forbidden": ["Navel"]}, {"message": MESSAGE + " Ou Navel."}, {"clarification": CLARIFICATION}),
        ({}, {"intent": "quote"}, {"clarification": CLARIFICATION}),
        ({}, {"intent": "invoice"}, {}),
        ({}, {"fields": {**FIELDS, "recipient": "Paul Vidal"}}, {"clarification": CLARIFICATION}),
        (TWO, {"message": MESSAGE + " Veut un devis.", "other_intents": []}, {}),
        (TWO, {"other_intents": []}, {"clarification": CLARIFICATION, "lost_request": 0.3 * 120}),
        (TWO, {}, {"clarification": CLARIFICATION}),
        ({}, {"urgency": "high"}, {"over_triage": 10 / 60 * 38.7}),
        ({}, {"urgency": "critical"}, {"over_triage": 10 / 60 * 38.7}),
        ({"urgency": "low"}, {"urgency": "normal"}, {}),
        ({"urgency": "high"}, {"urgency": "critical"}, {}),
        ({"urgency": "high"}, {"urgency": "normal"}, {"under_triage": 0.2 * 200}),
        ({}, {"urgency": "low"}, {"under_triage": 0.2 * CALL_BACK}),
        ({"urgency": "high"}, {"urgency": "low"}, {}),
        ({"urgency": "critical"}, {"urgency": "high"}, {}),
        ({"urgency": "critical"}, {"urgency": None}, {}),
        (SPAM, {"message": "Démarchage."}, {"needless_message": 1 / 60 * 38.7}),
        (SPAM, {"fields": {"phone": "+33612000000"}}, {}),
        ({}, REVIEWED, {"review": REVIEW}),
        ({}, {**REVIEWED, **SWAPPED}, {"review": REVIEW, "call_back": 0.2 * CALL_BACK, "lost_request": 0}),
        ({}, {"status": "failed", "message": None, "fields": {}, "urgency": None}, {"by_hand": BY_HAND}),
        ({"fields": {"city": "Lille"}}, {"fields": {"phone": "+33639981234"}}, {"call_back": CALL_BACK}),
    ],
)  # fmt: skip
def test_what_an_error_costs(
    labels: dict[str, Any], predicted: dict[str, Any], expected: dict[str, float]
) -> None:
    found = bill(case(labels, predicted))
    assert found == {item: pytest.approx(euros) for item, euros in expected.items()}


def test_a_message_without_judgments_is_costed_by_what_it_says() -> None:
    bare = {"fields": {}, "intent": None, "urgency": None, "disposition": None, "other_intents": []}
    assert bill(case({}, {**bare, "message": MESSAGE})) == {}
    assert set(bill(case(QUOTE, {**bare, "message": SWAPPED["message"]}))) == {"call_back", "lost_request"}
    assert set(bill(case(TWO, {**bare, "message": MESSAGE}))) == {"clarification", "lost_request"}


def test_paid_requests_are_part_of_the_machine() -> None:
    made = [
        (c.item, e) for c, e in call_euros(case(), {**PARAMETERS.central, "machine_hour": 0}, spent_eur=0.02)
    ]
    assert made == [("machine", 0), ("machine", 0.02)]


def test_a_tenant_with_its_own_figures_pays_by_them() -> None:
    assert bill(case({}, SWAPPED, tenant=PRICED))["call_back"] == pytest.approx(10 / 60 * 60)
    short = {"message": "06 39 98 12 34"}
    assert bill(case({}, short, tenant=PRICED))["clarification"] == pytest.approx(0.5 * 5 / 60 * 60)
    costly = TENANT.model_copy(update={"costs": Costs(urgent_miss=900)})
    late = case({"urgency": "high"}, {"urgency": "normal"}, tenant=costly)
    assert bill(late) == {"under_triage": pytest.approx(0.2 * 900)}


def test_the_defaults_of_the_instructions_are_no_figures_of_the_tenant() -> None:
    assert bill(case({}, SWAPPED, tenant=TENANT.model_copy(update={"costs": Costs()}))) == bill(
        case({}, SWAPPED)
    )


def test_reasons_are_told() -> None:
    damaged = case(TWO, {"other_intents": [], "urgency": "high", "status": "needs_review"})
    assert reasons(damaged) == [
        "à relire",
        "fait absent : le devis",
        "seconde demande oubliée : quote",
        "urgence attendue : normale, trouvée : haute",
    ]
    misrouted = case(
        {}, {"intent": "quote", "status": "needs_review", "reasons": [{"code": "x", "detail": "x"}]}
    )
    assert reasons(misrouted) == ["à relire (x)", "pour Ana Roux, adressé à Paul Vidal"]


@pytest.mark.parametrize(
    ("labeled", "field", "message", "state"),
    [
        ("+33639981234", "+33639981234", MESSAGE, "right"),
        ("+33639981234", None, "Rappeler le 06.39.98.12.34", "right"),
        ("+33639981234", None, "Rappeler le +33 6 39 98 12 34", "right"),
        ("+33639981234", "+33639981234", "Rappeler.", "right"),
        ("+33639981234", "+33639981243", MESSAGE, "wrong"),
        ("+33639981234", "+33639981234", "Rappeler le 06 39 98 12 43", "wrong"),
        ("+33639981234", None, "Rappeler le 06 39 98 12 43", "wrong"),
        ("+33639981234", None, "Dossier 2024-118, rappeler.", "missing"),
        ("+33639981234", None, "Siren 123 456 789, le 03/12/2026.", "missing"),
        (None, "+33639981234", "Rappeler.", "invented"),
        (None, None, "Rappeler.", "not_given"),
    ],
)
def test_what_becomes_of_a_number(labeled: str | None, field: str | None, message: str, state: str) -> None:
    given = {"phone": labeled} if labeled else {}
    found = {"phone": field} if field else {}
    assert number_state(case({"fields": given}, {"fields": found, "message": message})) == state


def test_what_is_no_number_is_said_nowhere() -> None:
    assert not says_number("06 39 98 12 34", "inconnu")


def test_every_charge_is_made_of_known_parameters_and_items() -> None:
    damages: list[tuple[dict[str, Any], dict[str, Any]]] = [
        (TWO, SWAPPED), (TWO, {"message": "x", "other_intents": []}), (QUOTE, {"message": None}),
        (SPAM, {"message": "x"}), ({}, {"urgency": "high"}), ({}, {"urgency": "low"}),
        ({"urgency": "high"}, {"urgency": "normal"}), ({}, {"status": "failed"}),
        ({"intent": "invoice"}, {"message": None}),
    ]  # fmt: skip
    both = [{}, REVIEWED]
    made = [c for w, p in damages for more in both for c in charges(case(w, {**p, **more}))]
    assert {c.item for c in made} == set(ITEMS)
    assert {factor for c in made for factor in c.factors} == set(NAMES)


def test_every_error_costs_a_right_call_nothing() -> None:
    for event in ERRORS:
        assert list(event(case())) == []
