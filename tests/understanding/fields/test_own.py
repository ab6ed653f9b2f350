from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st
from name_calls import answer, call, value_of

from qualify.records import unsupported
from qualify.understanding.fields.own import own_field


@dataclass(frozen=True)
class Definition:
    label: str
    type: str = "text"
    pattern: str | None = None
    examples: Sequence[str] = ()


MEDICINE = Definition("Médicament", examples=("Lévothyrox", "Kardégic"))
PLATE = Definition("Immatriculation", pattern=r"^[A-Z]{2}-?\d{3}-?[A-Z]{2}$")
FAULT = Definition("Nature de la panne")
BOILER = Definition("Marque de la chaudière", examples=("Saunier Duval", "De Dietrich"))
AREA = Definition("Surface en m²", type="number")
BUDGET = Definition("Budget", type="money")
TEACHER = Definition("Moniteur", type="name")

CALLS = [
    (MEDICINE, "Bonjour.", "Il me faudrait mon Lévothyrox.", "Lévothyrox"),
    (MEDICINE, "Quel médicament ?", "Du kardegic.", "Kardégic"),
    (MEDICINE, "Quel médicament ?", "Du Lévotirox.", "Lévothyrox"),
    (MEDICINE, "Quel médicament ?", "C'est du Doliprane.", "Doliprane"),
    (MEDICINE, "Quel médicament ?", "Je ne sais pas.", None),
    (MEDICINE, "Bonjour.", "Je ne prends pas de Kardégic.", None),
    (MEDICINE, "Bonjour.", "Je voudrais un rendez-vous.", None),
    (BOILER, "Quelle est la marque de la chaudière ?", "Une Saunier-Duval.", "Saunier Duval"),
    (BOILER, "Bonjour.", "ma de dietrich fait du bruit", "De Dietrich"),
    (PLATE, "L'immatriculation ?", "AB-123-CD.", "AB-123-CD"),
    (PLATE, "L'immatriculation ?", "C'est AB 123 CD.", "AB123CD"),
    (PLATE, "Bonjour.", "Ma voiture, AB-123-CD, est en panne.", "AB-123-CD"),
    (PLATE, "L'immatriculation ?", "Je l'ai pas sous les yeux.", None),
    (FAULT, "Quelle panne ?", "Alors, le moteur cale, c'est pénible.", "moteur cale"),
    (FAULT, "Votre nom ?", "Le moteur cale.", None),
    (AREA, "Quelle surface ?", "Cent vingt mètres carrés.", 120),
    (AREA, "Quelle surface ?", "82,5 mètres carrés.", 82.5),
    (AREA, "Bonjour.", "J'ai une surface de 300 mètres.", 300),
    (AREA, "Bonjour.", "J'attends depuis 20 minutes.", None),
    (BUDGET, "Quel budget ?", "Trois cent cinquante euros.", 350),
    (BUDGET, "Quel budget ?", "350 euros.", 350),
    (BUDGET, "Bonjour.", "On a un budget de 1200 euros.", 1200),
    (BUDGET, "Quel budget ?", "Douze euros cinquante.", 12.5),
    (BUDGET, "Quel budget ?", "1 250,50 €.", 1250.5),
    (BUDGET, "Quel budget ?", "Mille deux cents euros et cinquante centimes.", 1200.5),
    (BUDGET, "Quel budget ?", "Deux virgule cinq millions d'euros.", 2_500_000),
    (BUDGET, "Quel budget ?", "Pour 3 personnes, 900 euros.", 900),
    (BUDGET, "Quel budget ?", "Dans les 1200.", 1200),
    (BUDGET, "Quel budget ?", "12,5.", 12.5),
    (BUDGET, "Bonjour.", "La facture fait 80 euros.", None),
    (TEACHER, "Avec quel moniteur ?", "Karim Benhamou.", "Karim Benhamou"),
    (TEACHER, "Bonjour.", "Mon moniteur, c'est Karim.", "Karim"),
    (Definition("Rendez-vous", type="datetime"), "Quel rendez-vous ?", "Demain.", None),
]


@pytest.mark.parametrize(("field", "question", "said", "value"), CALLS)
def test_own_field(field: Definition, question: str, said: str, value: object) -> None:
    transcript = answer(question, said)
    judgment = own_field(transcript, field=field)
    assert value_of(judgment) == value
    assert judgment is None or not unsupported(transcript, judgment.evidence)


def test_two_examples_said_alike_leave_it_unsure() -> None:
    judgment = own_field(answer("Bonjour.", "Du Lévothyrox et du Kardégic."), field=MEDICINE)
    assert judgment is not None
    assert judgment.unsure
    assert {judgment.value, *(r.value for r in judgment.rivals)} == {"Lévothyrox", "Kardégic"}


@given(
    st.lists(st.text(min_size=1, max_size=80), min_size=1, max_size=6), st.sampled_from([c[0] for c in CALLS])
)
def test_never_raises_and_never_cites_what_is_not_there(texts: list[str], field: Definition) -> None:
    question = f"Quel {field.label} ?"
    transcript = call(*(f"{'AC'[i % 2]}: {text}" for i, text in enumerate([question, *texts])))
    judgment = own_field(transcript, field=field)
    assert judgment is None or not unsupported(transcript, judgment.evidence)
