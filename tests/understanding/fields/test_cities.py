from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from name_calls import answer, call, value_of

from qualify.records import unsupported
from qualify.understanding.fields.cities import city

WHERE = "Votre adresse ?"
HELLO = "Dépannage, bonjour."

CITIES = [
    (HELLO, "J'habite au Nayrac.", "Le Nayrac"),
    (HELLO, "J'habite Trignac.", "Trignac"),
    (HELLO, "Je vous appelle de Namur.", "Namur"),
    (HELLO, "Je suis à Bordeaux jusqu'à lundi.", None),
    (HELLO, "Je pars à Bordeaux.", None),
    ("Vous êtes à quelle mutuelle ?", "La MGEN.", None),
    (WHERE, "12 rue des Lilas, 44100 Nantes.", "Nantes"),
    (WHERE, "12 rue des Lilas, à Saint-Herblain.", "Saint-Herblain"),
    (WHERE, "12 rue des Lilas, Trébeurden.", "Trébeurden"),
    (WHERE, "12 rue des Lilas à La Chapelle-sur-Erdre.", "La Chapelle-sur-Erdre"),
    (WHERE, "12 rue des lilas à nantes", "Nantes"),
    (WHERE, "12 rue des lilas à saint herblain", "Saint-Herblain"),
    (WHERE, "44 100 Nantes.", "Nantes"),
    (WHERE, "C'est à Plouguerneau.", "Plouguerneau"),
    (WHERE, "À Lausanne.", "Lausanne"),
    ("Dans quelle ville ?", "Mazamet.", "Mazamet"),
    ("Quelle commune ?", "Aix-en-Provence, vers la gare.", "Aix-en-Provence"),
    ("Vous êtes à ?", "Bron.", "Bron"),
    (HELLO, "J'habite à Montreuil, j'ai une fuite.", "Montreuil"),
    (HELLO, "J'habite sur Lyon.", "Lyon"),
    (HELLO, "Nous sommes à Saint Martin du Var.", "Saint-Martin-du-Var"),
    (HELLO, "J'ai un chantier à Vertou.", "Vertou"),
    (HELLO, "J'ai dit à Hélène de rappeler.", None),
    (HELLO, "Je veux parler à Durand.", None),
    (HELLO, "Je rentre de Paris ce soir.", None),
    (HELLO, "J'ai une fuite.", None),
    (HELLO, "C'est chez mes parents, à Mende, ils n'ont plus d'eau.", "Mende"),
    (HELLO, "On a acheté une ferme à Mende.", "Mende"),
    (HELLO, "C'est pour la maison de Mende.", "Mende"),
    (HELLO, "C'est pour ma mère qui est à Mende.", "Mende"),
    (HELLO, "Mon frère habite à Toulon, il ne peut pas venir.", None),
    (HELLO, "Sa tante, elle habite à Toulon.", None),
    (HELLO, "Ma voisine dit que c'est le compteur mais elle est à Toulon.", None),
    (HELLO, "Moi je suis à Toulon.", None),
    (HELLO, "Je suis à Toulon, moi, je ne peux pas y aller.", None),
    (HELLO, "Je suis à Toulon toute la semaine.", None),
    (HELLO, "Je suis sur Toulon le mardi.", None),
    (HELLO, "J'ai un chantier à Toulon cet après-midi.", None),
    (HELLO, "On habite encore à Toulon.", None),
    (HELLO, "J'ai l'acte de la mairie de Toulon.", None),
    (HELLO, "Je vous appelle de Guadeloupe.", None),
    ("Résidence du Lac, bonjour.", "C'est madame Brissac, bonjour.", None),
    ("Vous habitez où ?", "Je suis madame de Brissac.", None),
    ("Il était dans quel état ?", "C'était déjà pareil à Pâques.", None),
    ("Vous habitez toujours Mende ?", "Oui, toujours.", "Mende"),
    ("Vous habitez toujours Mende ?", "Non, plus depuis un an.", None),
]


@pytest.mark.parametrize(("question", "said", "value"), CITIES)
def test_city(question: str, said: str, value: str | None) -> None:
    transcript = answer(question, said)
    judgment = city(transcript)
    assert value_of(judgment) == value
    assert judgment is None or not unsupported(transcript, judgment.evidence)


@given(st.lists(st.text(min_size=1, max_size=80), min_size=1, max_size=6))
def test_never_raises_and_never_cites_what_is_not_there(texts: list[str]) -> None:
    transcript = call(*(f"{'AC'[i % 2]}: {text}" for i, text in enumerate([WHERE, *texts])))
    judgment = city(transcript)
    assert judgment is None or not unsupported(transcript, judgment.evidence)
