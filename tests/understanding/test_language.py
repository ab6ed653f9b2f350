"""Calls in another language go to a human."""

from __future__ import annotations

import pytest
from small import call, tenant

from qualify.understanding.engine import EmbeddedUnderstanding
from qualify.understanding.language import LEAST_WORDS, speaks_french

ENGLISH = "Hello, I would like to see the doctor because my daughter has had a fever since last night."
FRENCH = "Bonjour, je voudrais parler au docteur, ma fille a de la fièvre depuis hier et ne mange plus rien."


@pytest.mark.parametrize(
    ("said", "french"),
    [
        (FRENCH, True),
        (ENGLISH, False),
        (
            "Buenos días, quisiera hablar con el médico porque mi hija tiene fiebre desde ayer.",
            False,
        ),
        (
            "Guten Tag, ich möchte gern mit dem Arzt sprechen, meine Tochter hat seit gestern Fieber.",
            False,
        ),
        (
            "Buongiorno, vorrei parlare con il dottore mia figlia ha la febbre da ieri sera.",
            False,
        ),
        (
            "Moi plafond tombé, un petit morceau, eau noire, enfants dormir là, vous venir vite.",
            True,
        ),
        (
            "zéro six, trente-neuf, quatre-vingt-dix-huit, soixante-dix, zéro cinq, c'est le bon numéro",
            True,
        ),
        ("Hello?", True),
        ("", True),
    ],
)
def test_speaks_french(said: str, french: bool) -> None:
    assert speaks_french(call(f"C: {said}" if said else "A: Allô ?")) is french


def test_too_few_words_are_not_judged() -> None:
    words = [w for w in ENGLISH.replace(",", "").replace(".", "").split() if len(w) > 1]
    assert speaks_french(call("C: " + " ".join(words[: LEAST_WORDS - 1])))
    assert not speaks_french(call("C: " + " ".join(words[:LEAST_WORDS])))


def test_only_the_callers_words_count() -> None:
    assert not speaks_french(call(f"A: {FRENCH}", f"C: {ENGLISH}"))


@pytest.mark.parametrize(("said", "told"), [(ENGLISH, True), (FRENCH, False)])
def test_a_call_in_another_language_goes_to_review(said: str, told: bool) -> None:
    made = EmbeddedUnderstanding().qualify(call(f"C: {said}"), tenant(), started_at=None, caller_number=None)
    assert ("other_language" in {r.code for r in made.reasons}) is told
