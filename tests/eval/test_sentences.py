"""Where French sentences end."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from qualify.eval.sentences import sentences


@pytest.mark.parametrize(
    "found",
    [
        [],
        ["Sans point"],
        ["Appel de Zoé Roy.", "Tél. 06 39 98 00 01.", "Fuite d'eau."],
        ["Appel de M. Roy.", "Pour Mme. Colin."],
        ["M. J. Roy rappellera.", "Réf. AB12."],
        ["Joignable après 17 h.", "Date : mardi 24 novembre à 9 h. 30."],
        ["Au 3 av. Foch.", "Merci."],
        ["Il apportera les clés, etc. et passera.", "Rien d'autre."],
        ["Clés, etc.", "Il passera."],
        ["« C'est cassé. Venez vite. ».", "Appel de Zoé."],
        ["« Venez ! »", "Appel de Zoé."],
        ["Il dit « non. Jamais » au voisin.", "Il part."],
        ["Vraiment ?!", "Oui…", "Non."],
        ["Elle attend... depuis hier.", "3 appels."],
        ["Budget : 12.50 euros.", "Voir www.exemple.fr."],
    ],
    ids=lambda found: " | ".join(found) or "nothing",
)
def test_sentences(found: list[str]) -> None:
    assert sentences(" ".join(found)) == tuple(found)


def test_a_line_ends_a_sentence() -> None:
    assert sentences("URGENT\nFuite\n\nRappeler.") == ("URGENT", "Fuite", "Rappeler.")


@given(st.text("aB .!?«»\n", max_size=60))
def test_nothing_is_lost(text: str) -> None:
    assert "".join("".join(sentences(text)).split()) == "".join(text.split())
