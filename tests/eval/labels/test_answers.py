"""What people type, and the canonical value that it is read as."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from labeled import FORM, TENANT
from qualify.eval.labels.answers import (
    AnswerError,
    Asked,
    field_value,
    forms,
    is_canonical,
    message_problems,
    one_of,
    several_of,
)
from qualify.eval.labels.moments import told

from qualify.tenant import FieldDefinition, FieldType

PARIS = TENANT.model_copy(update={"timezone": "Europe/Paris"})
CALL = FORM.call.model_copy(update={"started_at": datetime(2026, 11, 19, 9, 12)})
"""A Thursday."""


def asked(kind: FieldType = "text", name: str = "own") -> Asked:
    return Asked(FieldDefinition(id=name, label=name, type=kind), CALL, PARIS)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("2026-11-24", "mardi 2026-11-24"),
        ("2026-11-24T09:30", "mardi 2026-11-24T09:30"),
        ("courant janvier", "courant janvier"),
    ],
)
def test_a_date_is_told_back_with_its_weekday(value: str, shown: str) -> None:
    assert told(value) == shown


RECIPIENT = asked("name", "recipient")
REQUESTED = asked("datetime", "requested_datetime")


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("phone", "06 39 98 12 34", "+33639981234"),
        ("phone", "06.39.98.12.34", "+33639981234"),
        ("phone", "0033 6 39 98 12 34", "+33639981234"),
        ("phone", "+33 (0)6 39 98 12 34", "+33639981234"),
        ("phone", "+32 81 22 33 44", "+3281223344"),
        ("phone", "Ce numéro", "+3281223344"),
        ("email", "Jean.Petit@Exemple.FR", "jean.petit@exemple.fr"),
        ("postal_code", "44000", "44000"),
        ("postal_code", "2a 004", "2A 004"),
        ("reference", "ab 12-84", "AB12-84"),
        ("date", "11/11/1938", "1938-11-11"),
        ("date", "1er mars 2026", "2026-03-01"),
        ("datetime", "2026-11-24T09:30", "2026-11-24T09:30"),
        ("number", "12", 12),
        ("money", "1 250,50 €", 1250.5),
        ("money", "80 euros", 80),
        ("text", "  deux   mots ", "deux mots"),
        ("name", "Zoe\u0301 Petit", "Zoé Petit"),
    ],
)
def test_text_becomes_the_canonical_value_of_its_type(kind: FieldType, text: str, value: object) -> None:
    assert field_value(text, asked(kind)) == value


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("phone", "06 39 98 12"),
        ("phone", "mon portable"),
        ("email", "jean.petit"),
        ("email", "jean@@exemple.fr"),
        ("postal_code", "Nantes ville"),
        ("date", "11/11"),
        ("date", "31/02/2026"),
        ("date", "24/11/2026 9h30"),
        ("datetime", "24/11/2026 25h"),
        ("number", "une douzaine"),
        ("text", "   "),
    ],
)
def test_what_is_no_value_is_refused_with_what_is_expected(kind: FieldType, text: str) -> None:
    with pytest.raises(AnswerError, match=r"ttendu : ."):
        field_value(text, asked(kind))


def test_a_hidden_number_cannot_be_the_one_to_call_back() -> None:
    hidden = asked("phone")._replace(call=CALL.model_copy(update={"caller_number": None}))
    with pytest.raises(AnswerError, match="masqué"):
        field_value("ce numéro", hidden)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("24/11", "2026-11-24"),
        ("24.11.2026", "2026-11-24"),
        ("mardi 24 novembre", "2026-11-24"),
        ("mardi 24 novembre à 9 h", "2026-11-24T09:00"),
        ("24/11 14h30", "2026-11-24T14:30"),
        ("19/11", "2026-11-19"),
        ("3 janvier", "2027-01-03"),
        ("29 février", "2028-02-29"),
        ("= courant janvier", "courant janvier"),
        ("= 24/11", "2026-11-24"),
    ],
)
def test_a_requested_date_is_to_come_or_the_callers_words(text: str, value: str) -> None:
    assert field_value(text, REQUESTED) == value


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("lundi 24 novembre", "ne convient pas"),
        ("jeudi en huit", "une date, comme"),
        ("18/11/2026", "une date passée"),
        ("=", "une date, comme"),
    ],
)
def test_a_requested_date_that_is_past_or_relative_is_refused(text: str, said: str) -> None:
    with pytest.raises(AnswerError, match=said):
        field_value(text, REQUESTED)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("lucie morel", "Lucie Morel"),
        ("Madame Morel", "Lucie Morel"),
        ("= Madame Morel", "Lucie Morel"),
        ("= Paul Inconnu", "Paul Inconnu"),
    ],
)
def test_a_recipient_has_the_name_of_the_tenants_file(text: str, name: str) -> None:
    assert field_value(text, RECIPIENT) == name


def test_a_recipient_whom_the_file_does_not_know_must_be_meant() -> None:
    with pytest.raises(AnswerError, match="vouliez-vous dire « Lucie Morel »"):
        field_value("Lucie Maurel", RECIPIENT)


@pytest.mark.parametrize(
    ("value", "question", "canonical"),
    [
        ("+33639981234", asked("phone"), True),
        ("06 39 98 12 34", asked("phone"), False),
        ("AB12", asked("reference"), True),
        ("ab 12", asked("reference"), False),
        (1250.5, asked("money"), True),
        ("Lucie Morel", RECIPIENT, True),
        ("madame Morel", RECIPIENT, False),
        ("Paul Inconnu", RECIPIENT, True),
        ("courant janvier", REQUESTED, True),
        ("24/11", REQUESTED, False),
        ("2020-01-01", REQUESTED, False),
    ],
)
def test_canonical_is_what_is_read_as_itself(value: str | float, question: Asked, canonical: bool) -> None:
    assert is_canonical(value, question) is canonical


@given(st.text(), st.sampled_from(["phone", "email", "postal_code", "reference", "date", "number", "text"]))
def test_whatever_is_typed_gives_a_canonical_value_or_a_refusal(text: str, kind: FieldType) -> None:
    question = asked(kind)
    try:
        value = field_value(text, question)
    except AnswerError:
        return
    assert is_canonical(value, question)


@given(st.text())
def test_whatever_is_typed_for_a_requested_date_too(text: str) -> None:
    try:
        value = field_value(f"={text}", REQUESTED)
    except AnswerError:
        return
    assert is_canonical(value, REQUESTED)


CHOICES = {"repair": "Réparation", "quote": "Devis", "rental": "Location de vélos"}


@pytest.mark.parametrize(
    ("text", "chosen"),
    [("1", "repair"), ("repair", "repair"), ("devis", "quote"), ("loc", "rental"), ("REPARATION", "repair")],
)
def test_a_choice_is_made_by_number_id_label_or_their_beginning(text: str, chosen: str) -> None:
    assert one_of(text, CHOICES) == chosen


@pytest.mark.parametrize("text", ["", "4", "0", "r", "un"])
def test_no_choice_and_two_choices_are_refused(text: str) -> None:
    with pytest.raises(AnswerError, match="repair, quote, rental"):
        one_of(text, CHOICES)


def test_an_unknown_choice_is_told_its_neighbour() -> None:
    with pytest.raises(AnswerError, match="vouliez-vous dire « quote »"):
        one_of("qoute", CHOICES)


def test_several_choices_each_once() -> None:
    assert several_of("devis, 1, quote", CHOICES) == ("quote", "repair")
    assert several_of(" ", CHOICES) == ()


def test_forms_are_separated_by_a_bar() -> None:
    assert forms("mardi 24 | 24/11 |") == ("mardi 24", "24/11")
    with pytest.raises(AnswerError, match="deux caractères"):
        forms("mardi | 2")


@pytest.mark.parametrize(
    ("message", "problems"),
    [
        ("La chaîne saute.", []),
        ("la CHAINE saute", []),
        ("Le frein grince.", ["il manque « chaîne »"]),
        ("Chaîne, au 06 39 98 12 35", ["« 0639981235 » ne doit pas y figurer"]),
        ("Chaîne, devis gratuit", ["« gratuit » ne doit pas y figurer"]),
        ("chaîne " * 61, ["61 mots, au plus 60"]),
    ],
)
def test_a_message_must_fit_its_labels_and_the_tenant(message: str, problems: list[str]) -> None:
    facts, forbidden = [("chaîne", "transmission")], ["0639981235"]
    assert message_problems(message, facts=facts, forbidden=forbidden, tenant=TENANT) == problems
