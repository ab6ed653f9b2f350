import json
from dataclasses import replace
from typing import get_args

import pytest
from rendered_calls import VALUES, changed, handled

from qualify.records import Evidence, Reason
from qualify.rendering.crm import CrmCall, crm
from qualify.rendering.kinds import Kind, render
from qualify.rendering.letter import letter
from qualify.rendering.settings import DeliverySettings

PLAIN = DeliverySettings(tenant="cabinet")


def test_a_fact_with_its_value_its_words_and_its_proof() -> None:
    made = {field.id: field for field in crm(handled()).fields}
    phone = made["phone"]
    assert (phone.label, phone.type, phone.value) == ("Téléphone", "phone", "+33622189105")
    assert (phone.text, phone.confidence, phone.unsure, phone.in_message) == (
        "06 22 18 91 05",
        0.9,
        False,
        True,
    )
    assert [q.model_dump() for q in phone.quotes] == [
        {"turn": 2, "speaker": "caller", "quote": "+33622189105", "second": 20.0}
    ]
    assert list(made) == list(VALUES)


def test_an_unsure_fact_is_told_as_such() -> None:
    made = {field.id: field for field in crm(handled(unsure=["phone"])).fields}
    assert made["phone"].unsure
    assert not made["phone"].in_message
    assert made["caller_name"].in_message


def test_the_call() -> None:
    call = replace(handled(urgency="high", missing=["city"]), call_id="appel-7", caller_number="+33240000000")
    made = json.loads(crm(call).model_dump_json())
    assert made["format_version"] == 1
    assert (made["call_id"], made["tenant"], made["started_at"]) == (
        "appel-7",
        "cabinet",
        "2026-11-24T09:30:00",
    )
    assert (made["intent"]["id"], made["intent"]["label"]) == ("visit", "Demande de visite")
    assert (made["urgency"]["value"], made["urgency"]["rule"]) == ("high", None)
    assert made["missing"] == [{"id": "city", "label": "Ville"}]
    assert made["caller_number"] == "+33240000000"
    assert (made["status"], made["reasons"]) == ("ready", [])


def test_the_message_is_told_whole() -> None:
    call = handled(recipient="Paul Petit")
    made = crm(call).message
    assert (made.text, made.recipient) == (call.message.text, "Paul Petit")
    assert [s.text for s in made.sentences] == [s.text for s in call.message.sentences]
    assert all(s.quotes for s in made.sentences)


def test_reasons_and_notes() -> None:
    reason, note = Reason(code="a", detail="À relire."), Reason(code="b", detail="Repli.")
    made = crm(changed(handled(reasons=[reason]), notes=(note,)))
    assert (made.status, made.reasons, made.notes) == ("needs_review", (reason,), (note,))


@pytest.mark.parametrize(
    ("kind", "begins"),
    [
        ("text", "Appel de Nadia Moreau.\n"),
        ("sms", "Nadia Moreau\n06 22 18 91 05\n"),
        ("email", "Subject: "),
        ("json", '{\n  "format_version": 1,'),
    ],
)
def test_each_kind_by_name(kind: Kind, begins: str) -> None:
    assert render(kind, handled(), settings=PLAIN).startswith(begins)


def test_every_kind_is_tested() -> None:
    assert set(get_args(Kind)) == {"text", "sms", "email", "json"}


def test_json_reads_back() -> None:
    call = handled(urgency="critical", missing=["city"])
    assert CrmCall.model_validate_json(render("json", call, settings=PLAIN)) == crm(call)


def test_words_that_do_not_stand_in_the_call_are_not_quoted() -> None:
    call = handled()
    false = (
        Evidence(turn=1, start=0, end=4, quote="Jean"),
        Evidence(turn=99, start=0, end=4, quote="Jean"),
    )
    urgency = call.qualification.urgency.model_copy(update={"evidence": false})
    assert crm(changed(call, urgency=urgency)).urgency.quotes == ()
    assert "Urgence" not in [proof.label for proof in letter(changed(call, urgency=urgency)).proofs]
