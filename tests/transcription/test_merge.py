"""Utterances of two parties to turns."""

from __future__ import annotations

from qualify.records import Speaker
from qualify.transcription.engine import HeardWord, Utterance
from qualify.transcription.merge import JOIN_GAP_S, turns_of


def said(text: str, start_s: float, *, step_s: float = 0.3, confidence: float = 0.9) -> Utterance:
    words = text.split()
    return Utterance(
        tuple(
            HeardWord(w, start_s + i * step_s, start_s + (i + 1) * step_s, confidence)
            for i, w in enumerate(words)
        )
    )


def turns(*spoken: tuple[Speaker, Utterance]) -> list[tuple[str, str]]:
    return [(t.speaker, t.text) for t in turns_of(spoken)]


def test_turns_follow_the_clock_whatever_the_channel() -> None:
    assert turns(
        ("caller", said("Oui bonjour.", 2.0)),
        ("caller", said("Merci.", 9.0)),
        ("agent", said("Allô ?", 0.0)),
        ("agent", said("Votre nom ?", 5.0)),
    ) == [("agent", "Allô ?"), ("caller", "Oui bonjour."), ("agent", "Votre nom ?"), ("caller", "Merci.")]


def test_a_party_that_goes_on_after_a_short_pause_is_in_one_turn() -> None:
    first = said("zéro six", 1.0)
    assert turns(("caller", first), ("caller", said("vingt-deux", first.end_s + JOIN_GAP_S - 0.1))) == [
        ("caller", "zéro six vingt-deux")
    ]


def test_a_long_pause_parts_turns() -> None:
    first = said("zéro six", 1.0)
    assert len(turns(("caller", first), ("caller", said("allô", first.end_s + JOIN_GAP_S + 0.1)))) == 2


def test_the_other_partys_word_parts_turns() -> None:
    assert turns(
        ("caller", said("zéro six", 1.0)), ("agent", said("oui", 1.8)), ("caller", said("vingt-deux", 2.2))
    ) == [("caller", "zéro six"), ("agent", "oui"), ("caller", "vingt-deux")]


def test_words_point_into_the_turns_text_and_keep_their_times() -> None:
    (turn,) = turns_of([("caller", said("c'est le zéro six", 4.0, confidence=0.5))])
    assert [turn.text[w.start : w.end] for w in turn.words] == ["c'est", "le", "zéro", "six"]
    assert (turn.start_s, turn.words[2].start_s, turn.confidence) == (4.0, 4.6, 0.5)


def test_accents_are_part_of_their_letters() -> None:
    (turn,) = turns_of([("caller", said("je\u0301te\u0301 là", 0.0))])
    assert turn.text == "jété là"
    assert [turn.text[w.start : w.end] for w in turn.words] == ["jété", "là"]


def test_no_words_no_turns() -> None:
    assert turns_of([]) == ()
