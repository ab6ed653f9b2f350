"""What a transcript says against itself: speech that no understood word stands for."""

from __future__ import annotations

import pytest

from qualify.audio.activity import Segment
from qualify.records import Speaker, Turn, Word
from qualify.transcription.doubts import doubts


def said(speaker: Speaker, *times_s: float, confidence: float = 0.9) -> Turn:
    """A turn with a word of 0.4 s at each of the times."""
    words = tuple(
        Word(start=4 * i, end=4 * i + 3, start_s=t, end_s=t + 0.4, confidence=confidence)
        for i, t in enumerate(times_s)
    )
    return Turn(speaker=speaker, text=" ".join(["mot"] * len(times_s)), words=words)


def speech(*stretches_s: tuple[float, float]) -> list[Segment]:
    return [Segment(start, end) for start, end in stretches_s]


AGENT = said("agent", 0.5)
GREETING = speech((0, 2))
LONG = [(10.0 + 10 * i, 20.0 + 10 * i) for i in range(11)]


@pytest.mark.parametrize(
    ("words_s", "stretches_s", "codes"),
    [
        ([11.0], LONG, ["speech_not_understood"]),
        ([11.0 + 10 * i for i in range(11)], LONG, []),
        ([], [(3, 4)], ["speech_not_understood"]),
        ([], [(3, 3.9)], []),
        ([3.5], [(3, 10), (11, 13.9)], []),
        ([3.5], [(3, 10), (11, 14)], ["speech_not_understood"]),
        ([3.5], [(3, 12), (20, 23.1)], ["speech_not_understood"]),
        ([3.5], [(3, 13), (20, 23)], []),
        ([2.8], [(3, 10)], []),
        ([10.0], [(3, 10)], ["speech_not_understood"]),
    ],
    ids=[
        "one word in 110 s",
        "a word in each stretch",
        "no word in 1 s",
        "less than 1 s",
        "2.9 s missed",
        "3 s missed",
        "more than a quarter missed",
        "less than a quarter missed",
        "a word that begins before the stretch",
        "a word after the stretch",
    ],
)
def test_speech_without_an_understood_word_is_a_doubt(
    words_s: list[float], stretches_s: list[tuple[float, float]], codes: list[str]
) -> None:
    turns = [AGENT, said("caller", *words_s)] if words_s else [AGENT]
    channels = [(("agent",), GREETING), (("caller",), speech(*stretches_s))]
    assert [r.code for r in doubts(turns, channels)] == codes


def test_how_much_was_not_understood_is_said() -> None:
    channels = [(("agent",), GREETING), (("caller",), speech(*LONG))]
    (found,) = doubts([AGENT, said("caller", 11.0)], channels)
    assert found.detail == "100 s sur 110 s de parole de l'appelant dont aucun mot n'a été compris."


def test_on_one_channel_the_words_of_both_parties_count() -> None:
    turns = [said("agent", 0.5, 11.0), said("caller", 5.5)]
    both = (("agent", "caller"), speech((0, 4), (5, 9), (10, 14)))
    assert doubts(turns, [both]) == ()
    (found,) = doubts(turns[:1], [both])
    assert found.detail.startswith("4 s sur 12 s de parole de l'agent ou de l'appelant")


def test_each_party_is_judged_by_its_own_words() -> None:
    turns = [AGENT, said("caller", 3.0, confidence=0.3)]
    found = doubts(turns, [(("agent", "caller"), speech((0, 2), (2.5, 4)))])
    assert [(r.code, "l'appelant" in r.detail) for r in found] == [("unclear_speech", True)]
