"""Errors of the engine's own transcript."""

from __future__ import annotations

import jiwer
import pytest
from hypothesis import given
from hypothesis import strategies as st
from qualify.eval.intervals import figure
from qualify.eval.metrics.metric import score
from scored import BY_ID, case, heard, said, value


@pytest.mark.parametrize(
    ("labeled", "got", "wer"),
    [
        (["mon vélo est cassé"], ["Mon vélo est cassé."], 0),
        (["mon vélo est cassé"], ["mon vélo cassé"], 1 / 4),
        (["mon vélo est cassé"], ["mon beau vélo est classé"], 2 / 4),
        (["mon vélo"], ["mon", "vélo"], 0),
        (["A: bonjour", "mon vélo"], ["A: bonjour mon", "vélo"], 2 / 3),
        (["mon vélo"], [], 1),
    ],
    ids=["same", "left out", "put in and wrong", "other turns", "the other's word", "nothing heard"],
)
def test_word_errors(labeled: list[str], got: list[str], wer: float) -> None:
    assert value("wer", [case(turns=said(*labeled), heard=heard(*got))]) == pytest.approx(wer)


def test_character_errors() -> None:
    assert value("cer", [case(turns=said("le vélo"), heard=heard("le velo"))]) == pytest.approx(1 / 7)


WORDS = st.lists(st.sampled_from(["vélo", "roue", "frein", "cassé", "mon", "le"]), min_size=1, max_size=12)


@given(st.lists(st.tuples(WORDS, WORDS), min_size=1, max_size=4))
def test_as_jiwer_counts(pairs: list[tuple[list[str], list[str]]]) -> None:
    labeled, got = [[" ".join(side[n]) for side in pairs] for n in (0, 1)]
    some = [case(turns=said(a), heard=heard(b)) for a, b in zip(labeled, got, strict=True)]
    assert value("wer", some) == pytest.approx(jiwer.wer(labeled, got))
    assert value("cer", some) == pytest.approx(jiwer.cer(labeled, got))


@pytest.mark.parametrize(
    ("labeled", "got", "errors"),
    [
        ("zéro six douze trente-quatre", "06 12 34", 0),
        ("zéro six douze trente-quatre", "06 12 43", 1),
        ("zéro six douze, à quatorze heures", "0612 à 15 heures", 1 / 2),
        ("le douze, oui le douze", "le 12", 1 / 2),
        ("un vélo et vingt roues", "le vélo et 20 roues", 0),
    ],
    ids=["same", "swapped digits", "one of two", "once of twice", "a single digit is no number"],
)
def test_number_errors(labeled: str, got: str, errors: float) -> None:
    assert value("number_errors", [case(turns=said(labeled), heard=heard(got))]) == errors


@pytest.mark.parametrize(
    ("got", "errors"),
    [("Zoé Léglise pour Morel", 0), ("Zoé l'église pour Morel", 1 / 3), ("oui", 1)],
)
def test_name_errors(got: str, errors: float) -> None:
    labels = {"fields": {"caller_name": "Zoé Léglise"}}
    some = [case(labels, turns=said("Zoé Léglise pour madame Morel"), heard=heard(got))]
    assert value("name_errors", some) == pytest.approx(errors)


def test_words_invented_where_nobody_speaks() -> None:
    silent = case(turns=said("A: allô ?"), heard=heard("A: allô ?", "merci d'avoir regardé"))
    noise = case(turns=(), heard=())
    assert value("invented_words", [silent]) == 4
    assert figure(BY_ID["invented_words"], [silent, noise]).n == 3
    assert value("wer", [noise]) != value("wer", [noise]), "no word to be wrong about: no case"


@pytest.mark.parametrize("metric", ["wer", "cer", "number_errors", "name_errors", "invented_words"])
def test_calls_from_written_turns_are_unscored(metric: str) -> None:
    assert figure(BY_ID[metric], [case(turns=said("le 06 12, Morel"))]).unscored == 1


def test_the_reason_names_the_numbers_lost() -> None:
    some = case(turns=said("le 06 12"), heard=heard("le 06 21"))
    assert score(BY_ID["number_errors"], some).reason == "nombres non entendus : 0612"
