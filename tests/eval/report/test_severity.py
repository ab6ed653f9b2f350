"""The worst calls first."""

from __future__ import annotations

import pytest
from qualify.eval.report.severity import PROBLEMS, examined
from qualify.eval.scoring import Case
from reported import BROKEN, CALLS, FORBIDDEN, LOOKED_AT, LOST, MISSED, RIGHT, WRONG_PHONE, call


def test_calls_come_by_their_gravest_problem() -> None:
    order = ["missed", "phone", "forbidden", "broken", "looked-at", "lost", "right"]
    assert [one.case.id for one in examined(CALLS)] == order


@pytest.mark.parametrize(
    ("one", "titles"),
    [
        (RIGHT, []),
        (MISSED, ["Urgence manquée, sans relecture"]),
        (WRONG_PHONE, ["Coordonnées fausses non signalées"]),
        (LOOKED_AT, ["Coordonnées fausses, à relire"]),
        (FORBIDDEN, ["Texte interdit dans le message"]),
        (LOST, ["Faits essentiels perdus"]),
        (BROKEN, ["En échec"]),
        (call("a", {"urgency": "low"}), ["Urgence mal jugée"]),
        (call("a", {"intent": "price"}), ["Motif faux"]),
        (call("a", {"message": None}), ["Message manquant ou inutile"]),
        (call("a", {}, {"message": None}), ["Message manquant ou inutile"]),
        (call("a", {"disposition": "transfer"}), ["Suite fausse"]),
        (call("a", {"fields": {"company": "Dupont"}}), ["Champs faux ou manquants"]),
        (call("a", {"instructions": {"x": "broken"}}), ["Consignes mal jugées"]),
        (call("a", {}, {"evidence": {"message": []}}), ["Phrases sans preuve"]),
        (
            call("a", {"urgency": "critical"}, {"status": "needs_review", "urgency": "high"}),
            ["Urgence manquée, à relire"],
        ),
    ],
)
def test_problems_have_names(one: Case, titles: list[str]) -> None:
    assert [problem.title for problem in examined([one])[0].problems] == titles


def test_every_kind_of_problem_is_told_apart() -> None:
    assert len({problem.title for problem in PROBLEMS}) == len(PROBLEMS)


def test_more_of_the_gravest_comes_first() -> None:
    one, two = ({"forbidden": forbidden} for forbidden in (["06 00"], ["06 00", "01 00"]))
    calls = [
        call(name, labels, {"message": "Tél. 06 00 ou 01 00."}) for name, labels in [("a", one), ("b", two)]
    ]
    assert [each.case.id for each in examined(calls)] == ["b", "a"]
