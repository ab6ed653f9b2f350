"""What a model's reading becomes: ids, words and dictations hold it, and whatever fails falls back."""

from __future__ import annotations

from typing import Any

import pytest
from llm_calls import CALL, CALLER_NUMBER, LEAK, NUMBER, given, quote, tenant, transcript, understood
from llm_fixtures import Knows, known, qualified
from llm_server import Step, says, scripted_server

from qualify.llm.fields import ALONE, DOUBTED
from qualify.records import Qualification, Reason, Transcript, Usage
from qualify.review import doubts_of, proven

FALLBACK_KEEPS = (
    "intent",
    "urgency",
    "urgency_rule",
    "disposition",
    "fields",
    "missing",
    "instructions",
    "reasons",
)


def answered(answer: Any, call: Transcript = CALL, **changes: Any) -> Qualification:
    """What comes of that answer, the only one that the server gives."""
    with scripted_server(says(answer)) as server:
        made = qualified(server, call, tenant(**changes))
        assert len(server.requests) == (1 if made.made_by.engine == "llm modele" else 3)
        return made


def test_a_right_answer_is_the_qualification() -> None:
    made = answered(understood())
    assert (made.intent.value, made.urgency.value, made.disposition) == ("leak", "high", "message")
    assert {name: j.value for name, j in made.fields.items()} == {
        "caller_name": "Claire Renaud",
        "phone": CALLER_NUMBER,
        "floor": "deuxième étage",
    }
    assert (made.fields["floor"].confidence, made.fields["floor"].unsure) == (ALONE, False)
    assert ALONE > DOUBTED
    assert made.instructions["ask-phone"].outcome == "followed"
    assert (made.missing, made.reasons, made.notes) == ((), (), ())
    assert not doubts_of(CALL, made, tenant())
    assert proven(CALL, made) == made


def test_its_makers_are_named() -> None:
    maker = answered(understood()).made_by
    assert (maker.engine, maker.prompt, maker.prompt_version) == ("llm modele", "understanding", "1")
    assert maker.weights_sha256 == known().made_by.weights_sha256
    assert maker.instructions_sha256 == tenant().sha256


# ---------------------------------------------------------------- intents


def test_an_intent_that_two_engines_say_is_surer() -> None:
    doubted = known().intent.model_copy(update={"confidence": 0.6, "unsure": True})
    with scripted_server(says(understood())) as server:
        made = qualified(server, fallback=Knows(known().model_copy(update={"intent": doubted})))
    assert (made.intent.confidence, made.intent.unsure) == (0.9, False)
    assert answered(understood()).intent.confidence == known().intent.confidence > 0.9


def test_where_the_embedded_engine_is_sure_of_another_intent_a_human_decides() -> None:
    made = answered(understood(intent={"id": "estimate", "quotes": [quote(1, "une fuite")]}))
    assert (made.intent.value, made.intent.unsure) == ("estimate", True)
    assert made.intent.rivals[0].value == "leak"
    assert "intent_unsure" in {r.code for r in made.reasons}


def doubting(intent: str) -> Qualification:
    """What comes of that intent where the embedded engine is not sure of its own."""
    unsure = known().intent.model_copy(update={"unsure": True})
    answer = understood(intent={"id": intent, "quotes": [quote(1, LEAK)]})
    with scripted_server(says(answer)) as server:
        return qualified(server, fallback=Knows(known().model_copy(update={"intent": unsure})))


def test_where_the_embedded_engine_is_unsure_the_model_decides() -> None:
    made = doubting("estimate")
    assert (made.intent.value, made.intent.unsure, made.disposition) == ("estimate", False, "message")
    assert not [r for r in made.reasons if r.code == "intent_unsure"]


def test_no_call_is_thrown_away_on_the_models_word_alone() -> None:
    made = doubting("spam")
    assert (made.disposition, made.intent.unsure) == ("no_message", True)
    assert "intent_unsure" in {r.code for r in made.reasons}


def test_what_the_words_themselves_say_against_a_call_stays() -> None:
    lasting = Reason(code="phone_heard_once", detail="À réécouter.")
    before = known().model_copy(update={"reasons": (lasting,)})
    with scripted_server(says(understood())) as server:
        assert qualified(server, fallback=Knows(before)).reasons == (lasting,)


def test_further_intents_are_the_tenants_own_and_proven() -> None:
    others = [
        {"id": "estimate", "quotes": [quote(1, "la cuisine")]},
        {"id": "estimate", "quotes": [quote(1, "l'évier")]},
        {"id": "leak", "quotes": [quote(1, LEAK)]},
        {"id": "invoice", "quotes": [quote(1, LEAK)]},
        {"id": "other", "quotes": [quote(1, "jamais dit")]},
    ]
    made = answered(understood(other_intents=others))
    assert [j.value for j in made.other_intents] == ["estimate"]
    assert [(n.code, "3 élément(s)" in n.detail) for n in made.notes] == [("llm_dropped", True)]


@pytest.mark.parametrize(
    "intent",
    [
        {"id": "invoice", "quotes": [quote(1, LEAK)]},
        {"id": "leak", "quotes": []},
        {"id": "leak", "quotes": [quote(1, "une inondation")]},
        {"id": "leak", "quotes": [quote(2, LEAK)]},
    ],
)
def test_an_intent_that_does_not_stand_falls_back(intent: dict[str, Any]) -> None:
    made = answered(understood(intent=intent))
    assert made.made_by.engine == "embedded"
    assert [n.code for n in made.notes] == ["llm_unsupported"]


# ---------------------------------------------------------------- urgency

FLOOD = transcript("C: Bonjour, l'eau inonde tout mon logement et menace l'électricité, venez vite !")


def test_a_rule_that_is_proven_sets_the_urgency() -> None:
    made = answered(understood(urgency_rules=[{"id": "flood", "quotes": [quote(1, LEAK)]}]))
    assert (made.urgency.value, made.urgency_rule) == ("critical", "flood")
    assert [e.quote for e in made.urgency.evidence] == [LEAK]
    assert [r.value for r in made.urgency.rivals] == ["high"]


@pytest.mark.parametrize(
    "rule",
    [{"id": "fire", "quotes": [quote(1, LEAK)]}, {"id": "flood", "quotes": [quote(1, "tout est inondé")]}],
)
def test_a_rule_that_is_not_the_tenants_or_not_proven_sets_nothing(rule: dict[str, Any]) -> None:
    made = answered(understood(urgency_rules=[rule]))
    assert (made.urgency.value, made.urgency_rule) == ("high", None)
    assert [n.code for n in made.notes] == ["llm_dropped"]


def test_the_highest_of_a_calls_intents_counts() -> None:
    main = {"id": "estimate", "quotes": [quote(1, "la cuisine")]}
    other = {"id": "leak", "quotes": [quote(1, LEAK)]}
    assert answered(understood(intent=main)).urgency.value == "low"
    assert answered(understood(intent=main, other_intents=[other])).urgency.value == "high"


def test_a_critical_alarm_of_the_embedded_engine_is_never_played_down() -> None:
    assert known(FLOOD).urgency.value == "critical"
    calm = understood(intent={"id": "leak", "quotes": [quote(0, "l'eau")]}, fields=[], instructions=[])
    made = answered(calm, FLOOD)
    assert (made.urgency.value, made.urgency_rule, made.urgency.unsure) == ("critical", "flood", False)
    assert "high" in {r.value for r in made.urgency.rivals}
    assert [n.code for n in made.notes] == ["llm_less_urgent"]


# ---------------------------------------------------------------- fields


def fields(*some: dict[str, Any], call: Transcript = CALL) -> Qualification:
    opening = {"id": "leak", "quotes": [quote(1, LEAK)]}
    return answered(understood(intent=opening, fields=list(some), instructions=[]), call)


@pytest.mark.parametrize(
    ("value", "rival"),
    [("+33639981235", "+33639981235"), ("+33 6 39 98 43 12", "+33639984312"), ("0622189105", "+33622189105")],
)
def test_a_number_that_the_model_spells_otherwise_leaves_the_dictated_one_in_doubt(
    value: str, rival: str
) -> None:
    phone = fields(given("phone", value, quote(3, NUMBER))).fields["phone"]
    assert (phone.value, phone.unsure) == (CALLER_NUMBER, True)
    assert phone.rivals[-1].value == rival
    assert phone.confidence <= 0.5


@pytest.mark.parametrize("value", ["06 39 98 12 34", "+33639981234", "0033639981234"])
def test_the_dictated_number_however_the_model_writes_it_is_sure(value: str) -> None:
    made = fields(given("phone", value, quote(3, NUMBER)))
    assert made.fields["phone"] == known().fields["phone"]


def test_a_forgetful_model_loses_no_field() -> None:
    assert fields().fields == known().fields


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("email", "claire@exemple.fr"),
        ("postal_code", "75011"),
        ("reference", "AB12"),
        ("requested_datetime", "2026-11-25T10:00"),
    ],
)
def test_a_dictation_that_only_the_model_hears_is_unsure(name: str, value: str) -> None:
    judged = fields(given(name, value, quote(5, "Merci"))).fields[name]
    assert (judged.value, judged.unsure) == (value, True)


def test_even_its_own_words_do_not_prove_a_dictation() -> None:
    call = transcript("A: Bonjour.", f"C: {LEAK}, AB12.")
    assert "reference" not in known(call).fields
    assert fields(given("reference", "AB12", quote(1, "AB12")), call=call).fields["reference"].unsure


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("shoe_size", "42"),
        ("phone", "douze"),
        ("phone", "06 39"),
        ("email", "claire arobase exemple"),
        ("quote", "cher"),
        ("floor", "  "),
        ("floor", "…"),
    ],
)
def test_a_value_that_is_none_of_its_type_or_tenant_is_dropped(name: str, value: str) -> None:
    made = fields(given(name, value, quote(5, "Merci")))
    assert made.fields == known().fields
    assert [n.code for n in made.notes] == ["llm_dropped"]


@pytest.mark.parametrize(
    ("value", "unsure"),
    [("2026-11-25", False), ("2026-11-25T10:00", False), ("2026-11-25T11:00", True), ("2026-11-26", True)],
)
def test_a_date_is_the_grammars_and_the_model_may_leave_the_hour_out(value: str, unsure: bool) -> None:
    call = transcript("A: Bonjour.", f"C: {LEAK}, vous pouvez venir demain à dix heures ?")
    assert known(call).fields["requested_datetime"].value == "2026-11-25T10:00"
    judged = fields(given("requested_datetime", value, quote(1, "demain à dix heures")), call=call).fields
    made = judged["requested_datetime"]
    assert (made.value, made.unsure) == ("2026-11-25T10:00", unsure)


@pytest.mark.parametrize(
    ("name", "value", "words", "unsure"),
    [
        ("floor", "deuxième étage", "J'habite au deuxième étage", False),
        ("floor", "Étage DEUXIÈME", "deuxième étage", False),
        ("floor", "troisième étage", "deuxième étage", True),
        ("company", "Batilor", "Merci", True),
        ("quote", 2, "deuxième étage", True),
    ],
)
def test_a_value_is_sure_where_its_words_are_quoted(name: str, value: Any, words: str, unsure: bool) -> None:
    assert fields(given(name, value, quote(5, words))).fields[name].unsure is unsure


def test_amounts_are_read_from_spoken_numbers() -> None:
    call = transcript("A: Bonjour.", f"C: {LEAK}, le devis était de deux cent trente euros.")
    amount = fields(given("quote", "230 €", quote(1, "deux cent trente euros")), call=call).fields["quote"]
    assert (amount.value, amount.unsure) == (230, False)


def test_the_person_asked_for_may_be_named_by_an_alias() -> None:
    call = transcript("A: Bonjour.", f"C: {LEAK}, je voudrais la patronne.")
    judged = fields(given("recipient", "Hélène Durand", quote(1, "la patronne")), call=call).fields[
        "recipient"
    ]
    assert (judged.value, judged.unsure) == ("Hélène Durand", False)


@pytest.mark.parametrize(
    ("value", "settled", "unsure"),
    [
        ("Renaud", "Claire Renaud", False),
        ("claire renaud", "Claire Renaud", False),
        ("Claire Renaud Merci", "Claire Renaud", False),
        ("Vasseur", "Claire Renaud", True),
    ],
)
def test_two_names_are_one_where_one_holds_the_other(value: str, settled: str, unsure: bool) -> None:
    judged = fields(given("caller_name", value, quote(1, "Claire Renaud"))).fields["caller_name"]
    assert (judged.value, judged.unsure) == (settled, unsure)


def test_a_fuller_name_that_was_said_wins() -> None:
    call = transcript(
        "A: Bonjour.", f"C: {LEAK}.", "A: Votre nom ?", "C: Madame Renaud, Claire Renaud-Petit."
    )
    made = fields(given("caller_name", "Claire Renaud-Petit", quote(3, "Claire Renaud-Petit")), call=call)
    assert made.fields["caller_name"].value == "Claire Renaud-Petit"


# ---------------------------------------------------------------- instructions


@pytest.mark.parametrize(
    ("name", "outcome", "quotes", "judged"),
    [
        ("ask-phone", "broken", [], "broken"),
        ("ask-phone", "broken", [quote(4, "c'est noté")], "broken"),
        ("ask-phone", "broken", [quote(4, "jamais dit")], "followed"),
        ("smile", "broken", [], "followed"),
    ],
)
def test_an_instruction_is_judged_where_the_quotes_stand(
    name: str, outcome: str, quotes: list[dict[str, Any]], judged: str
) -> None:
    made = answered(understood(instructions=[{"id": name, "outcome": outcome, "quotes": quotes}]))
    assert {n: j.outcome for n, j in made.instructions.items()} == {"ask-phone": judged}


# ---------------------------------------------------------------- failures

CUT = Step('{"intent": {', finish_reason="length")
HTTP = {"retry-after": "0"}
UNUSABLE: list[tuple[tuple[Step, ...], str, int]] = [
    ((Step("Bien sûr, voici."),), "llm_invalid", 3),
    ((says({"intent": "leak"}),), "llm_invalid", 3),
    ((CUT,), "llm_invalid", 3),
    ((says(understood(intent={"id": "x", "quotes": []})),), "llm_unsupported", 3),
    ((Step(None, refusal="Je ne peux pas."),), "llm_refused", 1),
    ((Step(status=401),), "llm_denied", 1),
    ((Step(status=404),), "llm_unreachable", 1),
    ((Step(status=429, headers=HTTP),), "llm_limited", 3),
    ((Step(status=429, headers={"retry-after": "3600"}),), "llm_limited", 1),
    ((Step(status=500),), "llm_unreachable", 3),
    ((Step("{}", delay_s=1.0),), "llm_timeout", 3),
    ((Step(status=400),), "llm_bad_request", 2),
    ((Step(status=500), Step("Non."), Step(None, refusal="Non.")), "llm_refused", 3),
]


@pytest.mark.parametrize(("steps", "code", "requests"), UNUSABLE)
def test_what_cannot_be_used_falls_back_with_the_reason_after_three_attempts_at_most(
    steps: tuple[Step, ...], code: str, requests: int
) -> None:
    with scripted_server(*steps) as server:
        made = qualified(server, timeout_s=0.3 if code == "llm_timeout" else 5.0)
        assert len(server.requests) == requests
    for name in FALLBACK_KEEPS:
        assert getattr(made, name) == getattr(known(), name)
    assert made.made_by.engine == "embedded"
    (note,) = made.notes
    assert note.code == code
    assert note.detail.startswith("Compréhension par le moteur embarqué. ")
    assert not [t.text for t in CALL.turns if t.text in note.detail]
    (usage,) = made.usage
    assert (usage.stage, usage.model, usage.requests) == ("understanding", "modele", requests)


SECOND_TRIES = [Step("Voici."), Step(status=500), Step(status=400), Step(status=429, headers=HTTP)]


@pytest.mark.parametrize("first", SECOND_TRIES)
def test_a_second_attempt_may_succeed(first: Step) -> None:
    with scripted_server(first, says(understood())) as server:
        made = qualified(server)
        assert len(server.requests) == 2
    assert made.made_by.engine == "llm modele"
    assert made.notes == ()
    assert made.usage[0].requests == 2


def test_a_server_is_given_the_time_that_it_asks_for() -> None:
    busy = Step(status=429, headers={"retry-after": "0.3"})
    with scripted_server(busy, says(understood())) as server:
        assert qualified(server).usage[0].seconds >= 0.3


def test_a_server_that_refuses_the_schema_is_asked_without() -> None:
    with scripted_server(Step(status=400), Step(status=500), says(understood())) as server:
        qualified(server)
        assert ["response_format" in body for body in server.requests] == [True, False, False]


def test_the_model_is_told_what_was_wrong_and_only_of_its_last_answer() -> None:
    unknown = understood(intent={"id": "invoice", "quotes": []})
    with scripted_server(Step("Voici."), says(unknown), says(understood())) as server:
        assert qualified(server).made_by.engine == "llm modele"
        first, second, third = (body["messages"] for body in server.requests)
    assert [m["role"] for m in third] == ["system", "user", "user"]
    assert first == second[:2] == third[:2]
    assert "aucun objet JSON" in second[2]["content"]
    assert "tenant.intents : invoice" in third[2]["content"]
    assert "Voici" not in third[2]["content"]


def test_the_deadline_ends_all_attempts() -> None:
    with scripted_server(Step("{}", delay_s=0.5)) as server:
        made = qualified(server, timeout_s=0.4, deadline_s=0.6)
        assert len(server.requests) == 2
    assert [n.code for n in made.notes] == ["llm_timeout"]
    assert made.usage[0].seconds < 1.2


def test_a_call_that_is_too_long_is_not_sent() -> None:
    with scripted_server(says(understood())) as server:
        made = qualified(server, max_input_characters=2000)
        assert server.requests == []
    assert [n.code for n in made.notes] == ["llm_too_long"]
    assert made.usage == ()


def test_a_call_without_words_is_not_sent() -> None:
    with scripted_server(says(understood())) as server:
        made = qualified(server, transcript())
        assert server.requests == []
    assert (made.intent.value, made.notes, made.usage) == ("silent", (), ())


# ---------------------------------------------------------------- what it took


def spent(*steps: Step, **settings: Any) -> Usage:
    with scripted_server(*steps) as server:
        (usage,) = qualified(server, **settings).usage
        return usage


def test_tokens_and_cost_are_those_of_all_attempts() -> None:
    usage = spent(Step("Non."), says(understood()))
    assert (usage.requests, usage.input_tokens, usage.output_tokens) == (2, 2000, 200)
    assert usage.cost_eur == pytest.approx(2000 / 1e6 + 200 * 10 / 1e6)
    assert usage.seconds > 0


def test_without_prices_or_counts_the_cost_is_not_known() -> None:
    assert spent(says(understood()), input_price=None, output_price=None).cost_eur is None
    uncounted = spent(Step("Non.", usage=None), says(understood()))
    assert (uncounted.input_tokens, uncounted.cost_eur) == (1000, None)
