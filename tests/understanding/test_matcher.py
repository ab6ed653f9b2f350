"""The matcher's comparisons on a small made-up vocabulary, and the shipped one on plain French."""

from __future__ import annotations

import numpy as np
import pytest
from small import models

from qualify.understanding.matcher import COMPARISONS, Matcher, Side, pieces

WORDS = ["fuit", "robinet", "factur", "fuit robinet"]


def matcher() -> Matcher:
    """Each word is a dimension of its own; the pair of stems is near both its words."""
    vectors = np.eye(4, dtype=np.float32)
    vectors[3, :2] = 1.0
    plain = Side(np.eye(4, dtype=np.float32), np.zeros(4, dtype=np.float32), np.zeros(4, dtype=np.float32))
    return Matcher(
        {w: n for n, w in enumerate(WORDS)},
        vectors,
        plain,
        plain,
        np.ones(COMPARISONS, dtype=np.float32),
        np.ones(COMPARISONS + 1, dtype=np.float32),
    )


def test_pieces_are_tokens_then_pairs_each_once() -> None:
    assert pieces("la fuite, la fuite") == ["la", "fuit", "la fuit", "fuit la"]


@pytest.mark.parametrize("text", ["", "   ", "…", "xyzzy"])
def test_a_text_without_known_words_is_like_nothing(text: str) -> None:
    made = matcher()
    known = made.read("fuite")
    assert (made.compare(made.hear(text), [known]) == -1).all()
    assert (made.compare(made.hear("fuite"), [made.read(text)]) == -1).all()
    assert (made.compare(made.hear("fuite"), []) == -1).all()


def test_the_same_words_are_as_alike_as_can_be() -> None:
    made = matcher()
    assert made.compare(made.hear("fuite"), [made.read("fuite")]) == pytest.approx([1, 1, 1, 1])


def test_the_best_of_several_texts_counts() -> None:
    made = matcher()
    one, two = made.read("facture"), made.read("fuite")
    alone, both = made.compare(made.hear("fuite"), [two]), made.compare(made.hear("fuite"), [one, two])
    assert both[1:] == pytest.approx(alone[1:])
    assert both[0] == pytest.approx(1 / np.sqrt(2))


def test_each_word_finds_its_own_partner() -> None:
    made = matcher()
    alike = made.compare(made.hear("facture"), [made.read("facture fuite")])
    assert alike[1] == pytest.approx(1)
    assert alike[2] == pytest.approx(0.5)


def test_unknown_words_change_nothing() -> None:
    made = matcher()
    said, more = made.hear("fuite"), made.hear("fuite xyzzy")
    assert np.allclose(made.compare(said, [made.read("fuite")]), made.compare(more, [made.read("fuite")]))


def test_scores_are_mixtures_of_comparisons() -> None:
    made = matcher()
    said, read = made.hear("fuite"), made.read("fuite")
    assert made.intent_score(said, [read]) == pytest.approx(4)
    assert made.rule_score(said, read) == pytest.approx(5)


@pytest.mark.parametrize(
    ("said", "near", "far"),
    [
        (
            "ça goutte du plafond et le parquet gondole",
            "Fuite d'eau, dégât des eaux",
            "Question sur une facture",
        ),
        ("on m'a prélevé deux fois ce mois-ci", "Question sur une facture", "Fuite d'eau, dégât des eaux"),
        ("je peux pas venir demain à dix heures", "Déplacer ou annuler un rendez-vous", "Demande de devis"),
        (
            "combien vous prenez pour refaire le toit",
            "Demande de devis",
            "Déplacer ou annuler un rendez-vous",
        ),
    ],
)
def test_the_shipped_matcher_knows_other_words_for_it(said: str, near: str, far: str) -> None:
    made = models().intent.matcher
    heard = made.hear(said)
    assert made.intent_score(heard, [made.read(near)]) > made.intent_score(heard, [made.read(far)])


@pytest.mark.parametrize(
    ("met", "not_met"),
    [
        ("ça sent le gaz dans la cuisine là maintenant", "le gaz c'était la semaine dernière, c'est réparé"),
        ("mon père est tombé il ne répond plus", "mon père était tombé l'an dernier, il va très bien"),
    ],
)
def test_the_shipped_matcher_tells_what_happens_from_what_is_over(met: str, not_met: str) -> None:
    made = models().intent.matcher
    rule = made.read("Odeur de gaz, ou personne inconsciente ou blessée.")
    assert made.rule_score(made.hear(met), rule) > made.rule_score(made.hear(not_met), rule)
