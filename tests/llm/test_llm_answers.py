"""From a model's text to its answer, and from its quotes to the call's words."""

from __future__ import annotations

import json
from contextlib import suppress

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st
from llm_calls import given, quote, transcript, understood

from qualify.llm.answers import (
    MAX_OBJECTS,
    DraftingAnswer,
    InvalidAnswerError,
    Quoted,
    UnderstandingAnswer,
    read_answer,
)
from qualify.llm.evidence import locate, located

ANSWER = json.dumps(understood(), ensure_ascii=False)
DRAFT = json.dumps(understood(fields=[given("floor", "un étage " * 99, quote(5, "étage"))]))
RIGHT = UnderstandingAnswer.model_validate(understood())


@pytest.mark.parametrize(
    "text",
    [
        ANSWER,
        f"```json\n{ANSWER}\n```",
        f"Voici la réponse demandée :\n\n{ANSWER}\n\nN'hésitez pas.",
        f"<think>Peut-être {DRAFT} ? Non.</think>{ANSWER}",
        f"Format : {{}} puis {ANSWER}",
        f"{{ l'appelant {ANSWER}",
        f"{'{ ' * (MAX_OBJECTS - 1)}{ANSWER}",
    ],
)
def test_the_object_is_found_whatever_stands_around_it(text: str) -> None:
    assert read_answer(text, UnderstandingAnswer) == RIGHT


@pytest.mark.parametrize(
    ("text", "defect"),
    [
        ("", "aucun objet JSON complet"),
        ("Je ne peux pas répondre à cette demande.", "aucun objet JSON complet"),
        (ANSWER[:20], "aucun objet JSON complet"),
        (ANSWER[:-20], "sentences"),
        ("{ " * MAX_OBJECTS + ANSWER, "aucun objet JSON complet"),
        ("[1, 2]", "aucun objet JSON complet"),
        ('{"sentences": NaN}', "aucun objet JSON complet"),
        ("{" * 5000, "aucun objet JSON complet"),
        ('{"a":' * 100_000, "aucun objet JSON complet"),
        ("{}", "sentences"),
        ('{"sentences": [], "note": 1}', "note"),
        ('{"sentences": [{"text": "a", "kind": "fixed", "field": null, "quotes": []}]}', "sentences.0.kind"),
        ('{"sentences": [{"text": "\\ud800", "kind": "gist", "field": null, "quotes": []}]}', "caractère"),
    ],
)
def test_what_is_no_answer_is_named(text: str, defect: str) -> None:
    with pytest.raises(InvalidAnswerError) as raised:
        read_answer(text, DraftingAnswer)
    assert any(defect in told for told in raised.value.defects)


@pytest.mark.parametrize("number", ["NaN", "Infinity", "1e999"])
def test_a_value_is_a_number_that_exists(number: str) -> None:
    text = ANSWER.replace('"+33639981234"', number)
    with pytest.raises(InvalidAnswerError):
        read_answer(text, UnderstandingAnswer)


@drawn(st.text(alphabet='{}[]":,\\ a1<>/think`', max_size=200))
def test_any_text_is_an_answer_or_an_invalid_one(text: str) -> None:
    with suppress(InvalidAnswerError):
        read_answer(text, DraftingAnswer)


# ---------------------------------------------------------------- quotes

SPOKEN = transcript("A: Allô ?", "C: J'ai  une fuite,\nÀ la cave. L'évier, l'EAU coule. Nonante euros.")


@pytest.mark.parametrize(
    ("quote", "found"),
    [
        ("une fuite", "une fuite"),
        ("J'ai une fuite", "J'ai  une fuite"),
        ("une fuite, à la cave", "une fuite,\nÀ la cave"),
        ("l’eau coule", "l'EAU coule"),
        ("« L'évier ».", "L'évier"),
        ("évier", "évier"),
    ],
)
def test_a_quote_is_found_though_case_accents_and_spacing_differ(quote: str, found: str) -> None:
    evidence = locate(Quoted(turn=1, text=quote), SPOKEN)
    assert evidence is not None
    assert evidence.quote == found
    assert SPOKEN.supports(evidence)


@pytest.mark.parametrize(
    ("turn", "quote"),
    [
        (1, "deux fuites"),
        (1, "non"),
        (1, "ante"),
        (1, "fuite à la cave"),
        (1, ""),
        (1, " …"),
        (0, "une fuite"),
        (-1, "une fuite"),
        (9, "une fuite"),
    ],
)
def test_what_does_not_stand_in_its_turn_is_not_found(turn: int, quote: str) -> None:
    assert locate(Quoted(turn=turn, text=quote), SPOKEN) is None


def test_quotes_are_given_once_and_those_not_found_left_out() -> None:
    quotes = [Quoted(turn=1, text=t) for t in ("fuite", "fuites", "Fuite")]
    assert [e.quote for e in located(quotes, SPOKEN)] == ["fuite"]


@drawn(st.integers(-2, 3), st.text(max_size=30) | st.text(alphabet="aàÀeé '’.(\\[\nœŒ", max_size=30))
def test_any_quote_is_found_rightly_or_not_at_all(turn: int, text: str) -> None:
    call = transcript("A: Allô ?", f"C: . {text} fin")
    evidence = locate(Quoted(turn=turn, text=text), call)
    assert evidence is None or call.supports(evidence)
