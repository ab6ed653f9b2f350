"""Why the caller calls, judged for tenants that the models have never seen."""

from __future__ import annotations

import pytest
from small import LEAK, call, intent, models, tenant

from qualify.understanding.intent import (
    NO_MESSAGE_UNSURE_BELOW,
    UNSURE_BELOW,
    Scored,
    certainty_due,
    judge_intent,
    score_intents,
    second_intents,
)


def best(*turns: str, **more: object) -> str:
    return score_intents(call(*turns), tenant(**more), models().intent)[0].intent  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("turns", "expected"),
    [
        (["C: Bonjour, j'ai une fuite d'eau sous le lavabo."], "leak"),
        (["C: allô oui ça goutte sans arrêt du plafond, le carrelage est trempé"], "leak"),
        (["A: Bonjour.", "C: Bonjour.", "C: Je voudrais un devis pour refaire ma salle de bains."], "quote"),
        (["C: J'ai reçu une facture et je ne comprends pas le montant."], "billing"),
        (
            [
                "A: Plomberie Vasseur, bonjour.",
                "C: Bonjour, je vous appelle pour vous proposer une offre sur vos contrats d'énergie.",
                "A: Nous ne sommes pas intéressés, merci.",
            ],
            "spam",
        ),
        (
            [
                "A: Plomberie Vasseur, bonjour.",
                "C: Bonjour, c'est pour un rendez-vous chez le coiffeur.",
                "A: Vous avez fait un mauvais numéro, ici c'est une plomberie.",
                "C: Ah pardon, excusez-moi, j'ai dû me tromper de numéro.",
            ],
            "wrong_number",
        ),
    ],
)
def test_the_intent_of_a_call(turns: list[str], expected: str) -> None:
    assert best(*turns) == expected


@pytest.mark.parametrize(
    "turns",
    [
        [],
        ["A: Plomberie Vasseur, bonjour. Allô ? Allô ?"],
        ["A: Bonjour.", "C: …"],
        ["A: Bonjour.", "C: [bruit de fond]"],
        ["C: Allô ? Allô ?"],
    ],
)
def test_nobody_speaks(turns: list[str]) -> None:
    assert best(*turns) == "silent"


@pytest.mark.parametrize("said", ["0639981234", "Oui, 06 39 98 12 34.", "Allô, 12"])
def test_a_caller_who_says_digits_is_not_silent(said: str) -> None:
    assert best(f"C: {said}") != "silent"


def test_an_unknown_language_is_still_judged() -> None:
    scored = score_intents(call("C: xyzzy qwrt plugh"), tenant(), models().intent)
    assert sum(s.probability for s in scored) == pytest.approx(1, abs=1e-4)


def test_probabilities_sum_to_one_and_are_sorted() -> None:
    scored = score_intents(call("C: J'ai une fuite."), tenant(), models().intent)
    probabilities = [s.probability for s in scored]
    assert sum(probabilities) == pytest.approx(1, abs=1e-4)
    assert probabilities == sorted(probabilities, reverse=True)


def test_the_evidence_is_the_clause_that_says_it() -> None:
    said = call("C: Bonjour, Madame Renaud. J'ai une fuite d'eau. Mon numéro est le même.")
    scored = score_intents(said, tenant(), models().intent)[0]
    assert [e.quote for e in scored.evidence] == ["J'ai une fuite d'eau."]
    assert said.supports(scored.evidence[0])


def test_one_intent_takes_all_its_calls() -> None:
    assert best("C: J'ai une fuite d'eau sous l'évier.", **{"intents": [LEAK]}) == "leak"


def test_fifty_intents() -> None:
    subjects = [f"objet{n}" for n in range(49)]
    many = [intent(s, f"Question {s}", f"L'appelant parle de {s}.") for s in subjects]
    assert best("C: J'ai une fuite d'eau sous l'évier.", intents=[*many, LEAK]) == "leak"


def test_a_tenant_may_define_a_built_in_intent() -> None:
    own = intent("spam", "Démarchage", "Un commercial propose quelque chose.", disposition="no_message")
    ids = [s.intent for s in score_intents(call("C: J'ai une fuite."), tenant(LEAK, own), models().intent)]
    assert ids.count("spam") == 1


@pytest.mark.parametrize(
    ("turns", "expected"),
    [
        (["C: J'ai une fuite d'eau. Et autre chose, je n'ai pas compris ma facture."], ["billing"]),
        (["C: J'ai une fuite. Tant que j'y suis, je n'ai pas compris ma facture."], ["billing"]),
        (
            ["C: J'ai une fuite.", "A: Oui ?", "C: Deuxième point, je ne comprends pas ma facture."],
            ["billing"],
        ),
        (["C: J'ai une fuite. La deuxième fois, j'ai payé la facture."], []),
        (["C: J'ai une fuite d'eau sous l'évier, ça coule beaucoup."], []),
        (["C: J'ai une fuite. Autre chose, la fuite d'eau coule encore sous l'évier."], []),
    ],
)
def test_second_requests(turns: list[str], expected: list[str]) -> None:
    found = second_intents(call(*turns), tenant(), "leak", models().intent)
    assert [s.intent for s in found] == expected


def test_the_likeliest_is_judged_with_its_rivals() -> None:
    judged = judge_intent([Scored("leak", 0.6), Scored("quote", 0.3)])
    assert (judged.value, judged.confidence) == ("leak", 0.6)
    assert [r.value for r in judged.rivals] == ["quote"]


@pytest.mark.parametrize(
    ("name", "fields", "due"),
    [
        ("leak", (), UNSURE_BELOW),
        ("leak", ("phone",), UNSURE_BELOW),
        ("other", ("phone",), UNSURE_BELOW),
        ("spam", (), NO_MESSAGE_UNSURE_BELOW),
        ("spam", ("city",), NO_MESSAGE_UNSURE_BELOW),
        ("wrong_number", (), NO_MESSAGE_UNSURE_BELOW),
        ("silent", (), NO_MESSAGE_UNSURE_BELOW),
        ("spam", ("phone",), float("inf")),
        ("wrong_number", ("caller_name",), float("inf")),
    ],
)
def test_dropping_a_call_takes_more_certainty(name: str, fields: tuple[str, ...], due: float) -> None:
    assert certainty_due(name, tenant(), fields) == due


def test_an_intent_of_the_tenants_own_is_judged_like_any_other() -> None:
    own = intent("spam", "Démarchage", "Un commercial propose quelque chose.", disposition="no_message")
    assert certainty_due("spam", tenant(LEAK, own), ["phone"]) == UNSURE_BELOW
