"""What the path says of words that were not clearly heard."""

from __future__ import annotations

from pathlib import Path

import pytest

from qualify.records import Judgment, Maker, Qualification, Transcript, Turn, Word
from qualify.review import doubts_of
from qualify.tenant import load_tenant

TENANT = load_tenant(Path(__file__).parents[1] / "examples" / "tenants" / "clinique-tilleuls.yaml")
MAKER = Maker(engine="test", version="1")
TEXT = "Je suis Julie Morel"


def transcript(confidences: list[float]) -> Transcript:
    words, start = [], 0
    for word, confidence in zip(TEXT.split(), confidences, strict=True):
        end = start + len(word)
        words.append(Word(start=start, end=end, start_s=start, end_s=end, confidence=confidence))
        start = end + 1
    greeting = Turn(speaker="agent", text="Bonjour")
    return Transcript(turns=(greeting, Turn(speaker="caller", text=TEXT, words=tuple(words))), made_by=MAKER)


@pytest.mark.parametrize(
    ("confidences", "codes"),
    [
        ([0.9, 0.9, 0.9, 0.9], []),
        ([0.9, 0.9, 0.5, 0.9], ["unclear_field"]),
        ([0.9, 0.9, 0.9, 0.1], ["unclear_field"]),
        ([0.1, 0.1, 0.9, 0.9], []),
    ],
    ids=["clear", "first name mumbled", "last name mumbled", "only words beside the name mumbled"],
)
def test_a_name_from_mumbled_words_is_reviewed(confidences: list[float], codes: list[str]) -> None:
    heard = transcript(confidences)
    name = Judgment(value="Julie Morel", confidence=0.9, evidence=(heard.evidence(1, 8, 19),))
    sure = Judgment(value="appointment", confidence=0.9)
    made = Qualification(
        intent=sure,
        urgency=Judgment(value="normal", confidence=0.9),
        disposition="message",
        fields={"caller_name": name},
        made_by=MAKER,
    )
    found = doubts_of(heard, made, TENANT)
    assert [r.code for r in found] == codes
    if codes:
        assert "Nom de l'appelant" in found[0].detail


def test_a_written_call_has_no_word_confidence_to_doubt() -> None:
    written = Transcript(turns=(Turn(speaker="caller", text=TEXT),), made_by=MAKER)
    name = Judgment(value="Julie Morel", confidence=0.9, evidence=(written.evidence(0, 8, 19),))
    made = Qualification(
        intent=Judgment(value="appointment", confidence=0.9),
        urgency=Judgment(value="normal", confidence=0.9),
        disposition="message",
        fields={"caller_name": name},
        made_by=MAKER,
    )
    assert doubts_of(written, made, TENANT) == ()


@pytest.mark.parametrize(
    ("starts", "codes"),
    [
        ([0.0, 4.0, 9.0], []),
        ([0.0, 9.0, 4.0], ["turns_out_of_order"]),
        ([None, None, None], []),
        ([3.0, None, 1.0], ["turns_out_of_order"]),
    ],
    ids=["in order", "swapped", "no times", "some times"],
)
def test_turns_out_of_order_are_reviewed(starts: list[float | None], codes: list[str]) -> None:
    turns = tuple(Turn(speaker="agent", text="Bonjour", start_s=start) for start in starts)
    made = Qualification(
        intent=Judgment(value="appointment", confidence=0.9),
        urgency=Judgment(value="normal", confidence=0.9),
        disposition="message",
        fields={},
        made_by=MAKER,
    )
    found = doubts_of(Transcript(turns=turns, made_by=MAKER), made, TENANT)
    assert [r.code for r in found] == codes
