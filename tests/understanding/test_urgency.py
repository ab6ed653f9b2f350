"""How urgent a call is: the tenant's rules, then the intent's default."""

from __future__ import annotations

from typing import Any

import pytest
from small import GAS, call, models, tenant

from qualify.records import Judgment, Urgency
from qualify.tenant import UrgencyRule
from qualify.understanding.urgency import (
    APPLIES_FROM,
    UNSURE_WITHIN,
    ScoredRule,
    judge_urgency,
    score_rules,
)

INTENT = Judgment(value="leak", confidence=0.9)


def judged(*turns: str, default: Urgency = "normal", rules: Any = (GAS,)) -> tuple[object, str | None]:
    scored = score_rules(call(*turns), tenant(urgency_rules=list(rules)), models().urgency)
    judgment, rule = judge_urgency(scored, INTENT, [default])
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
    ("scored", "defaults", "expected"),
    [
        ([], ["low"], ("low", None)),
        ([], ["low", "high"], ("high", None)),
        ([rule("a", "high", 0.9), rule("b", "critical", 0.5)], ["normal"], ("critical", "b")),
        ([rule("a", "high", 0.5), rule("b", "high", 0.9)], ["normal"], ("high", "b")),
        ([rule("calm", "low", 0.9)], ["normal"], ("low", "calm")),
        ([rule("a", "critical", APPLIES_FROM["critical"] - 0.01)], ["high"], ("high", None)),
        ([rule("a", "critical", APPLIES_FROM["critical"])], ["high"], ("critical", "a")),
        ([rule("calm", "low", APPLIES_FROM["low"] - 0.01)], ["normal"], ("normal", None)),
    ],
)
def test_the_highest_rule_wins_over_the_default(
    scored: list[ScoredRule], defaults: list[Urgency], expected: tuple[str, str | None]
) -> None:
    judgment, name = judge_urgency(scored, INTENT, defaults)
    assert (judgment.value, name) == expected


@pytest.mark.parametrize(
    ("distance", "unsure"),
    [
        (-UNSURE_WITHIN - 0.01, False),
        (-UNSURE_WITHIN + 0.01, True),
        (0.01, True),
        (UNSURE_WITHIN + 0.01, False),
    ],
)
def test_a_critical_rule_near_its_bound_is_unsure(distance: float, unsure: bool) -> None:
    judgment, _ = judge_urgency(
        [rule("a", "critical", APPLIES_FROM["critical"] + distance)], INTENT, ["normal"]
    )
    assert judgment.unsure is unsure


def test_the_evidence_is_the_callers() -> None:
    said = call(
        "A: Bonjour, ça sent le gaz ?", "C: Je suis madame Renaud.", "C: Oui, une forte odeur de gaz."
    )
    scored = score_rules(said, tenant(), models().urgency)[0]
    assert [e.quote for e in scored.evidence] == ["Oui, une forte odeur de gaz."]


def test_a_missed_critical_weighs_more_than_a_false_alarm() -> None:
    assert APPLIES_FROM["critical"] < APPLIES_FROM["high"] < 0.5 < APPLIES_FROM["low"]
