from dataclasses import replace
from datetime import datetime

import pytest
from rendered_calls import VALUES, changed, handled, tenant

from qualify.records import Value
from qualify.rendering.source import facts_of, full_moment, intent_label, mentions, one_line, reading_of
from qualify.rendering.text import text


def test_urgent_first_then_who_then_what() -> None:
    call = handled(urgency="critical", missing=["city"], values=dict(reversed(VALUES.items())))
    assert text(call).splitlines() == [
        "TRÈS URGENT",
        "Son fils a une bronchite depuis mardi.",
        "Concerne Karim Benali.",
        "Tél. 06 22 18 91 05.",
        "Appel de Nadia Moreau.",
        "Étage de la visite : deuxième.",
        "Motif médical (symptômes) : bronchite.",
        "E-mail nadia.moreau@exemple.fr.",
        "Souhaite un rendez-vous demain matin.",
        "Non communiqué : ville.",
        "Appel du mardi 24 novembre 2026 à 9 h 30.",
    ]


def test_a_call_that_can_wait_has_no_flag() -> None:
    assert text(handled(gist=())).splitlines()[0] == "Appel de Nadia Moreau."


def test_the_tenants_first_fields_stand_with_who_calls() -> None:
    call = handled(instructions=tenant(order=["illness"]), gist=())
    assert "Motif médical (symptômes) : bronchite." in [s.text for s in reading_of(call).first]
    assert "Étage de la visite : deuxième." in [s.text for s in reading_of(call).rest]


def test_a_bare_flag_is_told_once() -> None:
    values: dict[str, Value] = {"caller_name": "Nadia Moreau"}
    lines = text(handled(values=values, urgency="high", gist=())).splitlines()
    assert lines[:2] == ["URGENT", "Appel de Nadia Moreau."]


def test_no_time_where_it_is_not_known() -> None:
    assert "Appel du" not in text(replace(handled(), started_at=None))


def test_a_fact_is_what_the_message_states() -> None:
    call = handled(values={"caller_name": "Nadia Moreau", "floor": "deuxième"})
    kept = tuple(s for s in call.message.sentences if s.field != "floor")
    struck = replace(call, message=call.message.model_copy(update={"sentences": kept}))
    assert [f.field for f in facts_of(call)] == ["caller_name", "floor"]
    assert [f.field for f in facts_of(struck)] == ["caller_name"]


def test_an_unsure_value_is_no_fact() -> None:
    assert "phone" not in [f.field for f in facts_of(handled(unsure=["phone"]))]


def test_facts_that_must_not_be_lost_come_first_in_the_tenants_order() -> None:
    of = tenant(order=["third_party"], required=["floor"])
    facts = facts_of(handled(instructions=of))
    assert [f.field for f in facts if f.mandatory] == ["third_party", "floor", "caller_name", "phone"]
    assert [f.field for f in facts][4:] == ["email", "illness"]


def test_a_place_is_mandatory_as_a_whole() -> None:
    values = {"address": "12 rue des Lilas", "city": "Nantes"}
    facts = facts_of(handled(values=values, instructions=tenant(required=["address"])))
    assert [(f.field, f.mandatory) for f in facts] == [("address", True), ("city", True)]


@pytest.mark.parametrize(
    ("said", "value", "held"),
    [
        ("Tél. 06 22 18 91 05.", "06 22 18 91 05", True),
        ("Tél. 0622189105.", "06 22 18 91 05", True),
        ("Tél. 06 22 18 91 05.", "5", False),
        ("Étage : 5.", "5", True),
        ("Madame ETIENNE-Dupré appelle", "Étienne Dupre", True),
        ("Il est marié", "Mari", False),
        ("Rien", "?", False),
    ],
)
def test_a_text_mentions_a_value_as_words_of_its_own(said: str, value: str, held: bool) -> None:
    assert mentions(said, value) is held


@pytest.mark.parametrize(
    ("given", "shown"),
    [("a\r\nBcc: x", "a Bcc: x"), ("a\tb\x00c", "a bc"), ("\u202egnp.exe", "gnp.exe")],
)
def test_one_line_without_what_controls_or_turns_round(given: str, shown: str) -> None:
    assert one_line(given) == shown


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (datetime(2026, 11, 24, 9, 30), "mardi 24 novembre 2026 à 9 h 30"),
        (datetime(2027, 1, 1, 14), "vendredi 1er janvier 2027 à 14 h"),
    ],
)
def test_a_moment_in_words(moment: datetime, words: str) -> None:
    assert full_moment(moment) == words


def test_an_unsure_value_is_no_fact_though_a_sentence_holds_its_words() -> None:
    call = handled(values={"floor": "deuxième"}, gist=["Monter au deuxième."], unsure=["floor"])
    assert facts_of(call) == ()


def test_the_catch_all_is_no_label() -> None:
    call = handled()
    other = call.qualification.intent.model_copy(update={"value": "other"})
    assert intent_label(call) == "Demande de visite"
    assert intent_label(changed(call, intent=other)) is None
