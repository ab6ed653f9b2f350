from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from name_calls import answer, call, value_of

from qualify.records import unsupported
from qualify.understanding.fields.addresses import address

WHERE = "Votre adresse ?"
HELLO = "Dépannage, bonjour."

ADDRESSES = [
    (WHERE, "12 bis rue des Lilas.", "12 bis rue des Lilas"),
    (WHERE, "Au douze bis rue des Lilas, à Nantes.", "12 bis rue des Lilas"),
    (WHERE, "C'est le 14 avenue Jean Jaurès.", "14 avenue Jean Jaurès"),
    (WHERE, "14, avenue Jean Jaurès, 44100 Nantes.", "14 avenue Jean Jaurès"),
    (WHERE, "quatre-vingt-dix-sept boulevard de la République", "97 boulevard de la République"),
    (WHERE, "cent dix route de Paris", "110 route de Paris"),
    (WHERE, "deux cent quatre rue Pasteur", "204 rue Pasteur"),
    (WHERE, "trois impasse du Moulin c'est au fond", "3 impasse du Moulin"),
    (WHERE, "12 B rue des Lilas", "12 B rue des Lilas"),
    (WHERE, "19 ter quai Victor Hugo, au troisième.", "19 ter quai Victor Hugo"),
    (WHERE, "45 rue du Général de Gaulle à Vertou", "45 rue du Général de Gaulle"),
    (WHERE, "8 rue du 8 mai 1945.", "8 rue du 8 mai 1945"),
    (WHERE, "onze rue du onze novembre", "11 rue du 11 novembre"),
    (WHERE, "Chemin du Moulin, sans numéro.", "chemin du Moulin"),
    (WHERE, "Résidence les Acacias bâtiment B.", "résidence les Acacias bâtiment B"),
    (WHERE, "12 rue des Lilas à Nantes, troisième gauche.", "12 rue des Lilas, troisième gauche"),
    (WHERE, "12 rue des Lilas, escalier A.", "12 rue des Lilas, escalier A"),
    (HELLO, "C'est madame Roux, rue Saint-Antoine.", "rue Saint-Antoine"),
    (HELLO, "Il me faut un passage du soir.", None),
    (WHERE, "12 rue des Lilas, bâtiment C, deuxième étage.", "12 rue des Lilas, bâtiment C"),
    (WHERE, "12 rue des lilas", "12 rue des Lilas"),
    (WHERE, "12 rue des lilas à nantes", "12 rue des Lilas"),
    (WHERE, "Six place de l'Église, interphone Marchand.", "6 place de l'Église"),
    (WHERE, "Le 12, non pardon, le 14 rue des Lilas.", "14 rue des Lilas"),
    (WHERE, "12 rue des Lilas, non pardon, 14 rue des Tilleuls.", "14 rue des Tilleuls"),
    (HELLO, "J'habite 27 allée des Tilleuls et j'ai une fuite.", "27 allée des Tilleuls"),
    (HELLO, "J'habite chemin du Moulin.", "chemin du Moulin"),
    (HELLO, "Je suis locataire rue des Orfèvres, au-dessus du fleuriste.", "rue des Orfèvres"),
    (HELLO, "C'est neuf sente des Grands Prés.", "9 sente des Grands Prés"),
    (HELLO, "C'est au 5 cours Gambetta que ça se passe.", "5 cours Gambetta"),
    (HELLO, "C'est en pleine rue Pasteur.", None),
    (HELLO, "Il y a de l'eau dans la rue.", None),
    (HELLO, "Je suis dans la rue, j'ai mis 12 minutes à venir.", None),
    ("À quel numéro on vous rappelle ?", "Appelez la place Bellevue.", None),
    (WHERE, "Je préfère ne pas la donner.", None),
]


@pytest.mark.parametrize(("question", "said", "value"), ADDRESSES)
def test_address(question: str, said: str, value: str | None) -> None:
    transcript = answer(question, said)
    judgment = address(transcript)
    assert value_of(judgment) == value
    assert judgment is None or not unsupported(transcript, judgment.evidence)


def test_the_address_that_was_asked_for_wins_over_one_in_passing() -> None:
    transcript = call(
        f"A: {HELLO}", "C: J'ai déménagé du 3 rue Pasteur.", f"A: {WHERE}", "C: 14 avenue Jean Jaurès."
    )
    assert value_of(address(transcript)) == "14 avenue Jean Jaurès"


@given(st.lists(st.text(min_size=1, max_size=80), min_size=1, max_size=6))
def test_never_raises_and_never_cites_what_is_not_there(texts: list[str]) -> None:
    transcript = call(*(f"{'AC'[i % 2]}: {text}" for i, text in enumerate([WHERE, *texts])))
    judgment = address(transcript)
    assert judgment is None or not unsupported(transcript, judgment.evidence)


@given(st.text(alphabet="12 rue bisd'àéL,.un", min_size=1, max_size=60))
def test_never_raises_on_words_like_an_address(text: str) -> None:
    transcript = answer(WHERE, text)
    assert (judgment := address(transcript)) is None or not unsupported(transcript, judgment.evidence)
