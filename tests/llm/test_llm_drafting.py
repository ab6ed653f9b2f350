"""What a model's message becomes: all of it stands, or the embedded drafter's goes out with the reason."""

from __future__ import annotations

from typing import Any

import pytest
from llm_calls import CALL, GIST, LEAK, NUMBER, PHONE, WHO, drafted, endpoint, gist, quote, tenant
from llm_fixtures import chat, known, message
from llm_server import Step, says, scripted_server

from qualify.drafting.engine import EmbeddedDrafter
from qualify.llm.answers import DraftingData
from qualify.llm.drafting import LlmDrafter
from qualify.llm.prompt import load_prompt
from qualify.records import Judgment, Message, Qualification, Rival
from qualify.tenant import Tenant

MADE = known()


def answered(*sentences: dict[str, Any], made: Qualification = MADE, **form: Any) -> Message:
    """What comes of those sentences, the only ones that the server gives."""
    with scripted_server(says(drafted(*sentences))) as server:
        written = message(server, made, client=tenant(message=form))
        assert len(server.requests) == (1 if written.made_by.engine == "llm modele" else 3)
        return written


def rules(made: Qualification = MADE, client: Tenant | None = None) -> Message:
    by_rules = EmbeddedDrafter().draft(CALL, made, client or tenant(), started_at=None)
    assert by_rules is not None
    return by_rules


def test_a_right_answer_is_the_message() -> None:
    written = answered()
    assert written.text == (
        "URGENT. Appel de Claire Renaud. Tél. 06 39 98 12 34."
        " Signale une fuite d'eau sous l'évier de la cuisine."
    )
    assert (written.recipient, written.reasons, written.notes) == ("Hélène Durand", (), ())
    assert (written.made_by.engine, written.made_by.prompt) == ("llm modele", "drafting")
    assert [e.quote for e in written.sentences[-1].evidence] == [LEAK]
    assert written.usage[0].stage == "drafting"


def test_the_model_is_given_sure_facts_as_they_must_be_written() -> None:
    doubt = Judgment(value="Batilor", confidence=0.4, evidence=MADE.intent.evidence, unsure=True)
    made = MADE.model_copy(update={"fields": {**MADE.fields, "company": doubt}, "missing": ("address",)})
    client = tenant(message={"max_words": 40, "address": "tu"})
    with scripted_server(says(drafted())) as server:
        message(server, made, client=client)
        content = server.requests[0]["messages"][1]["content"]
    data = DraftingData.model_validate_json(content.removeprefix("<donnees>\n").removesuffix("\n</donnees>"))
    assert [(f.field, f.value, f.mandatory) for f in data.facts] == [
        ("caller_name", "Claire Renaud", True),
        ("phone", "06 39 98 12 34", True),
    ]
    assert (data.urgency, data.intents, data.tenant["address"]) == ("high", ("Fuite d'eau",), "tu")
    closing = [s.text for s in rules(made, client).sentences if s.kind == "fixed" and s.text != "URGENT."]
    assert closing
    assert data.max_words == 40 - len("URGENT.".split()) - len(" ".join(closing).split())


STANDS = [
    gist("Fuite d'eau sous l'évier de la cuisine.", quote(1, LEAK)),
    gist("Objet : fuite d'eau.", quote(1, LEAK)),
    gist("Claire Renaud signale une fuite dans sa cuisine, la rappeler.", quote(1, LEAK)),
    gist("Rappeler au 06 39 98 12 34 pour une fuite.", quote(1, LEAK)),
    gist("Rappeler au +33 6 39 98 12 34 pour une fuite.", quote(1, LEAK)),
    gist("Habite au deuxième étage.", quote(5, "J'habite au deuxième étage")),
    GIST | {"kind": "quote", "text": f"« {LEAK} »."},
]


@pytest.mark.parametrize("sentence", STANDS)
def test_what_the_call_says_stands(sentence: dict[str, Any]) -> None:
    written = answered(WHO, PHONE, sentence)
    assert written.sentences[-1].text == sentence["text"]
    assert written.notes == ()


FALLS = {
    "a swapped digit": [WHO, PHONE | {"text": "Tél. 06 39 98 12 43."}, GIST],
    "two numbers": [WHO, PHONE | {"text": "Tél. 06 39 98 12 34 ou 06 39 98 12 35."}, GIST],
    "an invented number": [WHO, PHONE, gist("Rappeler au 06 11 22 33 44 pour la fuite.", quote(1, LEAK))],
    "a number in other groups": [
        WHO,
        PHONE,
        gist("Fuite, au 06, 39, 98, 34, 12.", quote(1, LEAK), quote(4, "06 39 98 12 34")),
    ],
    "a spoken number": [
        *(WHO, PHONE),
        gist("Zéro six, trente-neuf, quatre-vingt-dix-huit, trente-quatre, douze.", quote(3, NUMBER)),
    ],
    "an invented address": [WHO, PHONE, gist("Fuite, écrire à c@exemple.fr.", quote(1, LEAK))],
    "an invented amount": [WHO, PHONE, gist("Fuite d'eau, devis de 300 €.", quote(1, LEAK))],
    "an invented name": [WHO, PHONE, gist("Fuite d'eau chez Sophie sous l'évier.", quote(1, LEAK))],
    "an invented day": [WHO, PHONE, gist("Fuite d'eau sous l'évier depuis lundi.", quote(1, LEAK))],
    "an invented negation": [WHO, PHONE, gist("Pas de fuite d'eau sous l'évier.", quote(1, LEAK))],
    "words that nobody said": [
        WHO,
        PHONE,
        gist("Menace de porter plainte contre le voisin.", quote(1, LEAK)),
    ],
    "a quote that isn't one": [WHO, PHONE, GIST | {"kind": "quote", "text": "« c'est la catastrophe »"}],
    "what the agent said": [WHO, PHONE, gist("Votre numéro est noté.", quote(4, "c'est noté"))],
    "no quote": [WHO, PHONE, gist("Fuite d'eau sous l'évier.")],
    "a quote of another turn": [WHO, PHONE, gist("Fuite d'eau sous l'évier.", quote(3, LEAK))],
    "a field of another kind": [WHO, PHONE, GIST, GIST | {"kind": "field", "field": "floor"}],
    "a field that isn't established": [
        WHO,
        PHONE,
        GIST,
        PHONE | {"field": "email", "text": "E-mail a@b.fr."},
    ],
    "a name that is another's": [WHO | {"text": "Appel de Hélène Durand."}, PHONE, GIST],
    "an empty text": [WHO, PHONE, GIST, GIST | {"text": " "}],
    "no number": [WHO, GIST],
    "no name": [PHONE, GIST],
    "nothing of what is wanted": [WHO, PHONE],
}


@pytest.mark.parametrize("sentences", FALLS.values(), ids=FALLS)
def test_what_the_call_does_not_say_falls_back_to_the_embedded_message(
    sentences: list[dict[str, Any]],
) -> None:
    written = answered(*sentences)
    assert (written.sentences, written.reasons) == (rules().sentences, rules().reasons)
    assert written.made_by.engine == "embedded-drafter"
    (note,) = written.notes
    assert note.code == "llm_unsupported"
    assert note.detail.startswith("Rédaction par le moteur embarqué. ")
    assert written.usage[0].requests == 3


def test_an_empty_message_falls_back() -> None:
    with scripted_server(says({"sentences": []})) as server:
        written = message(server, MADE)
    assert (written.text, [n.code for n in written.notes]) == (rules().text, ["llm_unsupported"])


def test_a_message_beyond_the_tenants_limit_falls_back() -> None:
    long = gist(f"Fuite d'eau sous l'évier {'de la cuisine ' * 10}.", quote(1, LEAK))
    assert answered(WHO, PHONE, long, max_words=20).made_by.engine == "embedded-drafter"


def test_a_text_that_the_tenant_forbids_falls_back() -> None:
    assert answered(WHO, PHONE, GIST, forbid=["évier"]).made_by.engine == "embedded-drafter"


def test_the_tenants_order_comes_first() -> None:
    texts = [s.text for s in answered(GIST, WHO, PHONE, order=["phone", "caller_name"]).sentences]
    assert texts == ["URGENT.", PHONE["text"], WHO["text"], GIST["text"]]


def test_what_is_missing_or_uncertain_is_said_without_the_model() -> None:
    doubted = MADE.fields["phone"].model_copy(
        update={"unsure": True, "rivals": (Rival(value="+33639981243", confidence=0.4),)}
    )
    made = MADE.model_copy(update={"fields": {"phone": doubted}, "missing": ("caller_name",)})
    written = answered(GIST, made=made)
    closing = [s.text for s in rules(made).sentences if s.kind == "fixed" and s.text != "URGENT."]
    assert len(closing) == 2
    assert "Numéro incertain." in closing
    assert written.text == " ".join(["URGENT.", str(GIST["text"]), *closing])
    fallen = answered(GIST, PHONE, made=made)
    assert fallen.made_by.engine == "embedded-drafter"
    assert "98 12" not in fallen.text


@pytest.mark.parametrize(("urgency", "unsure", "flag"), [("high", True, False), ("normal", False, False)])
def test_urgent_is_said_of_calls_that_surely_are(urgency: str, unsure: bool, flag: bool) -> None:
    judged = MADE.urgency.model_copy(update={"value": urgency, "unsure": unsure})
    written = answered(made=MADE.model_copy(update={"urgency": judged}))
    assert written.text.startswith("URGENT") is flag


def test_the_model_is_told_what_was_struck_and_may_better_it() -> None:
    wrong = drafted(WHO, PHONE | {"text": "Tél. 06 39 98 12 43."}, GIST)
    with scripted_server(says(wrong), says(drafted())) as server:
        written = message(server, MADE)
        told = server.requests[1]["messages"][-1]["content"]
    assert written.made_by.engine == "llm modele"
    assert "n'est pas la valeur du champ phone" in told
    assert "ne donne pas : Téléphone" in told
    assert (written.usage[0].requests, written.usage[0].input_tokens) == (2, 2000)


@pytest.mark.parametrize(
    ("step", "code"),
    [
        (Step("Bonjour !"), "llm_invalid"),
        (says({"message": "Fuite."}), "llm_invalid"),
        (Step(status=500), "llm_unreachable"),
        (Step(status=429, headers={"retry-after": "0"}), "llm_limited"),
        (Step(None, refusal="Non."), "llm_refused"),
        (Step("{}", delay_s=0.6), "llm_timeout"),
    ],
)
def test_whatever_fails_the_message_leaves(step: Step, code: str) -> None:
    with scripted_server(step) as server:
        written = message(server, MADE, timeout_s=0.2 if code == "llm_timeout" else 5.0)
        assert len(server.requests) <= 3
    assert (written.text, [n.code for n in written.notes]) == (rules().text, [code])


def test_a_call_worth_no_message_is_not_sent() -> None:
    with scripted_server(says(drafted())) as server:
        settings = endpoint(server.url)
        made = MADE.model_copy(update={"disposition": "no_message"})
        drafter = LlmDrafter(settings, chat(settings), EmbeddedDrafter())
        assert drafter.draft(CALL, made, tenant(), started_at=None) is None
        assert server.requests == []


def test_words_of_a_dictation_are_no_gist_of_their_own() -> None:
    assert answered(WHO, PHONE, GIST, gist("Son numéro est 06 39 98 12 35.", quote(3, NUMBER))).notes


def test_the_prompt_forbids_what_falls() -> None:
    assert "N'écris rien que l'appel ne dit pas" in load_prompt("drafting", "1").text
