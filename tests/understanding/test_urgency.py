"""How urgent a call is: the tenant's rules, then the intent's default."""

from __future__ import annotations

from typing import Any

import pytest
from small import GAS, call, models, tenant

from qualify.records import Judgment, Urgency
from qualify.tenant import UrgencyRule
from qualify.understanding.urgency import (
    AT_LEAST,
    CRITICAL_FROM,
    UNSURE_ABOVE,
    ScoredRule,
    judge_urgency,
    score_rules,
    urgency_chances,
)

INTENT = Judgment(value="leak", confidence=0.9)


def judged(*turns: str, default: Urgency = "normal", rules: Any = (GAS,)) -> tuple[object, str | None]:
    scored = score_rules(call(*turns), tenant(urgency_rules=list(rules)), models().urgency)
    judgment, rule = judge_urgency(scored, {default: 1.0}, INTENT)
    return judgment.value, rule


@pytest.mark.parametrize(
    ("turns", "expected"),
    [
        (["C: Ça sent très fort le gaz dans toute la cuisine, j'ai peur."], ("critical", "gas")),
        (
            [
                "C: l'eau coule sur le tableau électrique ça fait des étincelles",
                "A: Sortez et appelez le 18.",
            ],
            ("critical", "gas"),
        ),
        (["C: Je voudrais un devis pour changer un robinet, rien ne presse."], ("normal", None)),
        (["C: C'est très très urgent, je veux un rendez-vous pour un devis."], ("normal", None)),
    ],
)
def test_a_rule_applies_by_what_is_described(turns: list[str], expected: tuple[str, str | None]) -> None:
    assert judged(*turns) == expected


@pytest.mark.parametrize("turns", [[], ["A: Allô ?"], ["C: …"]])
def test_no_rule_is_met_where_nobody_speaks(turns: list[str]) -> None:
    assert judged(*turns) == ("normal", None)


@pytest.mark.parametrize("when", ["", "   ", "…"])
def test_a_rule_without_words_never_applies(when: str) -> None:
    rule = {"id": "empty", "when": when, "urgency": "critical"}
    assert judged("C: Au secours, il y a le feu, il ne respire plus !", rules=[rule]) == ("normal", None)


def rule(name: str, urgency: Urgency, probability: float) -> ScoredRule:
    return ScoredRule(UrgencyRule(id=name, when="…", urgency=urgency), probability)


@pytest.mark.parametrize(
    ("scored", "intents", "expected"),
    [
        ([], {"low": 1.0}, ("low", None)),
        ([], {"low": 0.3, "high": 0.7}, ("high", None)),
        ([], {"low": 0.6, "high": 0.4}, ("low", None)),
        ([rule("a", "high", 0.9), rule("b", "critical", 0.5)], {"normal": 1.0}, ("critical", "b")),
        ([rule("a", "high", 0.5), rule("b", "high", 0.9)], {"normal": 1.0}, ("high", "b")),
        ([rule("calm", "low", 0.9)], {"normal": 1.0}, ("low", "calm")),
        ([rule("calm", "low", 0.9)], {"high": 1.0}, ("low", "calm")),
        ([rule("calm", "low", 0.9), rule("a", "high", 0.9)], {"normal": 1.0}, ("high", "a")),
        ([rule("a", "critical", CRITICAL_FROM - 0.01)], {"high": 1.0}, ("high", None)),
        ([rule("a", "critical", CRITICAL_FROM + 0.01)], {"high": 1.0}, ("critical", "a")),
        ([rule("a", "high", AT_LEAST["high"] - 0.01)], {"normal": 1.0}, ("normal", None)),
        ([rule("a", "high", AT_LEAST["high"] + 0.01)], {"normal": 1.0}, ("high", "a")),
        ([rule("calm", "low", 0.4)], {"normal": 1.0}, ("normal", None)),
    ],
)
def test_the_highest_rule_wins_over_the_default(
    scored: list[ScoredRule], intents: dict[Urgency, float], expected: tuple[str, str | None]
) -> None:
    judgment, name = judge_urgency(scored, intents, INTENT)
    assert (judgment.value, name) == expected


def test_chances_of_rules_and_intents() -> None:
    chances = urgency_chances(
        [rule("a", "critical", 0.5), rule("b", "high", 0.5), rule("c", "high", 0.5)],
        {"normal": 0.8, "low": 0.2},
    )
    assert chances == pytest.approx({"critical": 0.5, "high": 0.375, "normal": 0.1, "low": 0.025})


@pytest.mark.parametrize(
    ("probability", "unsure"),
    [(UNSURE_ABOVE["critical"] - 0.01, False), (UNSURE_ABOVE["critical"] + 0.01, True), (0.9, False)],
    ids=["far below", "nearly critical", "critical"],
)
def test_a_call_that_may_be_critical_is_unsure(probability: float, unsure: bool) -> None:
    judgment, _ = judge_urgency([rule("a", "critical", probability)], {"normal": 1.0}, INTENT)
    assert judgment.unsure is unsure


def test_the_evidence_is_the_callers() -> None:
    said = call(
        "A: Bonjour, ça sent le gaz ?", "C: Je suis madame Renaud.", "C: Oui, une forte odeur de gaz."
    )
    scored = score_rules(said, tenant(), models().urgency)[0]
    assert [e.quote for e in scored.evidence] == ["Oui, une forte odeur de gaz."]


def test_a_missed_critical_weighs_more_than_a_false_alarm() -> None:
    assert CRITICAL_FROM < AT_LEAST["normal"] <= AT_LEAST["high"]
