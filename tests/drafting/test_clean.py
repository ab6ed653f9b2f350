import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualify.drafting.clean import (
    denied_names,
    joined,
    kept_tokens,
    near_miss,
    plain,
    repetitions,
    superseded,
    tokenize,
)


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("Oui bonjour, euh, j'ai une fuite.", "j'ai une fuite"),
        ("Allô ? Oui, bonjour monsieur. Le portail est bloqué", "Le portail est bloqué"),
        ("ben voilà, en fait la chaudière fume, quoi", "la chaudière fume"),
        ("Alors, donc, je rappelle demain, merci beaucoup.", "je rappelle demain"),
        ("le le portail est est bloqué", "le portail est bloqué"),
        ("c'est chaud chaud", "c'est chaud"),
        ("ça marche pas", "ça marche pas"),
        ("Ça marche, merci.", ""),
        ("la porte claque, je", "la porte claque"),
        ("Excusez-moi de téléphoner si tard, l'alarme sonne", "l'alarme sonne"),
        ("bonjour madame je cherche le docteur Petit", "je cherche le docteur Petit"),
        ("Madame Le Goff attend", "Madame Le Goff attend"),
        ("non, plus rien ne marche", "plus rien ne marche"),
        ("il faut venir, là, pour la fuite", "il faut venir, pour la fuite"),
        ("vous vous trompez", "vous vous trompez"),
        ("mais seulement si c'est autorisé", "mais seulement si c'est autorisé"),
    ],
)
def test_what_is_kept(said: str, kept: str) -> None:
    assert joined([t.text for t in kept_tokens(said)]) == kept


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("lundi, euh non, mardi matin", "mardi matin"),
        ("à dix heures, pardon, onze heures trente", "à onze heures trente"),
        ("deux, non, trois clés", "trois clés"),
        ("c'est Martin, euh non pardon, Moreau", "c'est Moreau"),
        ("le quatorze, enfin non, le quinze mars", "le quinze mars"),
        ("en janvier, je veux dire février", "en février"),
        ("j'habite à Lyon, ou plutôt à Nantes", "j'habite à Nantes"),
    ],
)
def test_what_is_taken_back_goes(said: str, kept: str) -> None:
    assert joined([t.text for t in kept_tokens(said)]) == kept


@pytest.mark.parametrize(
    "said", ["non, je ne veux pas", "il a dit non", "pardon, je cherche la mairie", "c'est mardi"]
)
def test_what_only_sounds_like_a_slip_stays(said: str) -> None:
    assert superseded(said) == ()


def test_repeated_numbers_stay() -> None:
    assert len(repetitions(tokenize("zéro zéro sept sept"))) == 4


@given(st.text())
def test_plain_keeps_every_offset(text: str) -> None:
    assert len(plain(text)) == len(text)


@given(st.text(alphabet="abé ,.?!'’-12 jeuhnonmardilundi", max_size=80))
def test_tokens_stand_where_they_say(text: str) -> None:
    assert all(text[t.start : t.end] == t.text for t in kept_tokens(text))


@pytest.mark.parametrize(
    ("said", "names"),
    [
        ("C'est Moreau, pas Martin", {"martin"}),
        ("Non, pas madame Le Goff, Le Gall", {"le", "goff"}),
        ("Je ne veux pas Karim", set()),
        ("pas demain", set()),
    ],
)
def test_names_said_to_be_wrong(said: str, names: set[str]) -> None:
    assert denied_names(said) == names


@pytest.mark.parametrize(
    ("word", "near"),
    [
        ("Moreaux", True),
        ("Morau", True),
        ("Moreau", False),
        ("Petit", False),
        ("moreaux", False),
        ("Roi", False),
    ],
)
def test_a_name_almost_proven_is_a_slip(word: str, near: bool) -> None:
    assert near_miss(word, frozenset({"moreau", "roy"})) is near
