from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from name_calls import answer, call, value_of

from qualify.records import unsupported
from qualify.understanding.fields.company import company

HELLO = "Cabinet, bonjour."

CALLS = [
    (HELLO, "Bonjour, Nathalie Ferrand de la société Delmas.", "Delmas"),
    (HELLO, "Bonjour, société Nord Façades, je vous appelle pour un devis.", "Nord Façades"),
    (HELLO, "Je suis Karim, de chez Voltéa.", "Voltéa"),
    (HELLO, "J'appelle pour le compte de Garonne Fret.", "Garonne Fret"),
    (HELLO, "Bonjour, Paul Vidal, chef d'atelier chez Méca Services.", "Méca Services"),
    (HELLO, "Bonjour, Karim au dépôt Garonne Thermique, j'ai une palette.", "Garonne Thermique"),
    (HELLO, "Bonjour, Paul Vidal, Crédit Populaire de Tarbes.", "Crédit Populaire de Tarbes"),
    (HELLO, "Je travaille pour Axelor Services.", "Axelor Services"),
    (HELLO, "Bonjour, Odile de Foncia, je vous propose un audit.", "Foncia"),
    (HELLO, "Bonjour, entreprise Les Trois Chênes.", "Les Trois Chênes"),
    (HELLO, "Je vous appelle de la société Lepic et fils.", "Lepic et fils"),
    (HELLO, "Bonjour, c'est la SCI Bellevue.", "SCI Bellevue"),
    (HELLO, "Bonjour, agence Delmas Immobilier.", "Delmas Immobilier"),
    (HELLO, "Bonjour, la mairie de Vertou.", "Mairie de Vertou"),
    (HELLO, "C'est le garage Tissier.", "Garage Tissier"),
    (HELLO, "Je suis le gérant de la pharmacie Pasteur.", "Pharmacie Pasteur"),
    (HELLO, "Bonjour, Paul Vidal, du cabinet Sergent.", "Cabinet Sergent"),
    (HELLO, "Bonjour, ici l'étude Carpentier.", "Étude Carpentier"),
    (HELLO, "Bonjour, Marie, du restaurant La Marée.", "Restaurant La Marée"),
    (HELLO, "Paul Vidal, directeur chez Habitat Plus.", "Habitat Plus"),
    (HELLO, "Bonjour, transports Morel, c'est pour une livraison.", "Transports Morel"),
    ("Quelle société ?", "Delmas.", "Delmas"),
    ("Le nom de votre entreprise ?", "C'est Nord Façades.", "Nord Façades"),
    ("Votre société ?", "nord façades", "Nord Façades"),
    (HELLO, "bonjour sylvie de la société voltéa", "Voltéa"),
    (HELLO, "Bonjour, je suis infirmier au centre de soins de Brissac.", "Centre de soins de Brissac"),
    (HELLO, "Bonjour, cabinet d'expertise Garrigue, c'est pour un rapport.", "Cabinet d'expertise Garrigue"),
    (HELLO, "Bonjour, Anne Roux, intendante au lycée Simone de Mende.", "Lycée Simone de Mende"),
    (HELLO, "Bonjour, nous reprenons l'hôtel des Cèdres à Mende.", "Hôtel des Cèdres"),
    (HELLO, "Bonjour, cabinet Vidal Garrigue.", "Cabinet Vidal Garrigue"),
    (HELLO, "Bonjour, cabinet Garrigue Gestion.", "Garrigue Gestion"),
    (HELLO, "Ma tante doit aller à la clinique des Cèdres.", None),
    (HELLO, "Le dossier est au nom de Garrigue et Vidal.", None),
    (HELLO, "J'ai un litige contre Garrigue Services.", None),
    ("Quelle entreprise était venue ?", "Garrigue Services.", None),
    ("Votre société ?", "J'ai été licencié, c'était Garrigue Services.", None),
    (HELLO, "Bonjour, c'est Sylvie Marchand.", None),
    (HELLO, "Je voudrais un rendez-vous.", None),
    (HELLO, "Je suis chez moi, rue du Général de Gaulle.", None),
    (HELLO, "Il faut sonner chez Schneider.", None),
    ("Votre nom ?", "Marchand, M A R C H A N D.", None),
]


@pytest.mark.parametrize(("question", "said", "name"), CALLS)
def test_company(question: str, said: str, name: str | None) -> None:
    transcript = answer(question, said)
    judgment = company(transcript)
    assert value_of(judgment) == name
    assert judgment is None or not unsupported(transcript, judgment.evidence)


def test_the_tenant_is_not_the_callers_company() -> None:
    transcript = answer(HELLO, "Je suis bien à la société Delmas ?")
    assert company(transcript, excluded=["Delmas Immobilier"]) is None


@given(st.lists(st.text(min_size=1, max_size=80), min_size=1, max_size=6))
def test_never_raises_and_never_cites_what_is_not_there(texts: list[str]) -> None:
    transcript = call(*(f"{'AC'[i % 2]}: {text}" for i, text in enumerate(["Quelle société ?", *texts])))
    judgment = company(transcript)
    assert judgment is None or not unsupported(transcript, judgment.evidence)
