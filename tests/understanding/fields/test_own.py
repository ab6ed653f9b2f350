from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

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
DOOR = Definition("Code d'accès")
CHILD = Definition("Prénom de l'enfant")
FAULT = Definition("Nature de la panne")
BOILER = Definition("Marque de la chaudière", examples=("Saunier Duval", "De Dietrich"))
AREA = Definition("Surface en m²", type="number")
BUDGET = Definition("Budget", type="money")
PEOPLE = Definition("Nombre de personnes", type="number")
FLOOR = Definition("Étage de l'appartement", type="number")
AGE = Definition("Âge du patient", type="number")
WIDTH = Definition("Largeur de la porte en mètres", type="number")
SUM = Definition("Montant contesté", type="money")
ANIMAL = Definition("Nom de l'animal")
SPECIES = Definition("Espèce de l'animal", examples=("chien", "chat"))
RESIDENCE = Definition("Nom de la résidence")
MACHINE = Definition("Machine louée")
DOCTOR = Definition("Médecin traitant", type="name")
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
    (PLATE, "L'immatriculation ?", "A B, cent vingt-trois, C D.", "AB123CD"),
    (DOOR, "Quel est le code d'accès ?", "Quarante-cinq B douze.", "45B12"),
    (CHILD, "Je vous écoute.", "C'est pour mon fils, Maël.", "Maël"),
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
    (PEOPLE, "Vous serez combien ?", "Alors nous deux et les enfants, donc cinq.", 5),
    (PEOPLE, "Je vous écoute.", "On était trois, on serait finalement huit.", 8),
    (PEOPLE, "Je vous écoute.", "C'est pour six personnes, à dix-neuf heures.", 6),
    (PEOPLE, "Votre numéro ?", "Zéro six, douze, treize, quatorze, quinze.", None),
    (FLOOR, "C'est à quel étage ?", "Au troisième.", 3),
    (FLOOR, "Je vous écoute.", "Je suis au rez-de-chaussée.", 0),
    (FLOOR, "Je vous écoute.", "C'est le deuxième appel.", None),
    (AGE, "Je vous écoute.", "Ma fille a 12 ans.", 12),
    (AGE, "Je vous écoute.", "J'attends depuis 12 jours.", None),
    (WIDTH, "Quelle largeur ?", "Deux mètres quarante, et un mètre dix de haut.", 2.4),
    (WIDTH, "Je vous écoute.", "Il s'arrête à un mètre du sol.", None),
    (SUM, "Je vous écoute.", "On m'a prélevé 480 euros deux fois.", 480),
    (SUM, "Je vous écoute.", "Il me reste 3 euros en poche.", None),
    (ANIMAL, "Je vous écoute.", "C'est pour mon chien, Biscotte.", "Biscotte"),
    (ANIMAL, "Je vous écoute.", "C'est pour Praline, ma petite chatte.", "Praline"),
    (ANIMAL, "Je vous écoute.", "Ma chienne boite.", None),
    (RESIDENCE, "Je vous écoute.", "Je suis de la résidence Les Bleuets.", "Les Bleuets"),
    (RESIDENCE, "Je vous écoute.", "Je suis gardien des Bleuets.", "Les Bleuets"),
    (SPECIES, "Je vous écoute.", "Ma chienne ne mange plus.", "chien"),
    (SPECIES, "Je vous écoute.", "C'est pas le chat.", None),
    (MACHINE, "Je vous écoute.", "La nacelle ne démarre plus, votre machine est en panne.", "nacelle"),
    (DOCTOR, "Je vous écoute.", "C'est le docteur Verdier qui m'envoie.", "Verdier"),
    (DOCTOR, "Je vous écoute.", "Je suis de Quimper.", None),
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


DEATH = Definition("Date du décès", type="date")
LEAVING = Definition("Date de départ", type="date")
ARRIVAL = Definition("Date d'arrivée", type="date")
CALLED = datetime(2026, 3, 4, 10)

DATES = [
    (DEATH, "À quelle date est-il décédé ?", "Le douze février.", "2026-02-12"),
    (DEATH, "Je vous écoute.", "Mon père est mort le 20 décembre.", "2025-12-20"),
    (DEATH, "Je vous écoute.", "Je voudrais un rendez-vous le 20 mars.", None),
    (LEAVING, "Je vous écoute.", "On vient du trois au dix juillet.", "2026-07-10"),
    (ARRIVAL, "Je vous écoute.", "On vient du trois au dix juillet.", "2026-07-03"),
    (LEAVING, "Votre date de départ ?", "Le 14 août.", "2026-08-14"),
]


@pytest.mark.parametrize(("field", "question", "said", "value"), DATES)
def test_own_date(field: Definition, question: str, said: str, value: object) -> None:
    judgment = own_field(answer(question, said), field=field, started_at=CALLED)
    assert value_of(judgment) == value


def test_no_date_without_the_time_of_the_call() -> None:
    assert own_field(answer("À quelle date est-il décédé ?", "Le douze février."), field=DEATH) is None


def test_a_name_of_somebody_else_is_left_out() -> None:
    transcript = answer("Quel est votre médecin traitant ?", "Le docteur Verdier.")
    assert own_field(transcript, field=DOCTOR, excluded=("Anne Verdier",)) is None


def test_what_the_agent_takes_up_as_a_name() -> None:
    transcript = call("C: C'est Biscotte, elle boite.", "A: Biscotte, c'est une chienne ?", "C: Oui.")
    assert value_of(own_field(transcript, field=ANIMAL)) == "Biscotte"


def test_a_greeting_asks_for_nothing() -> None:
    transcript = call("A: Chaleur et Confort, bonjour.", "C: Bonjour madame.")
    assert own_field(transcript, field=Definition("Marque de la pompe à chaleur")) is None


@given(
    st.lists(st.text(min_size=1, max_size=80), min_size=1, max_size=6),
    st.sampled_from([c[0] for c in (*CALLS, *DATES)]),
)
def test_never_raises_and_never_cites_what_is_not_there(texts: list[str], field: Definition) -> None:
    question = f"Quel {field.label} ?"
    transcript = call(*(f"{'AC'[i % 2]}: {text}" for i, text in enumerate([question, *texts])))
    judgment = own_field(transcript, field=field, started_at=CALLED)
    assert judgment is None or not unsupported(transcript, judgment.evidence)
