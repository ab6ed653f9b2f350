"""How times are written for people, and that proof which doesn't stand never stops the showing."""

from __future__ import annotations

import pytest
from conftest import CALL_FILE, MAKER
from rich.console import Console

from qualify.dataset import load_call_input, to_transcript
from qualify.records import Evidence, Judgment, Outcome, Qualification
from qualify.show import _clock, show
from qualify.tenant import Tenant


@pytest.mark.parametrize(
    ("seconds", "written"),
    [
        (None, ""),
        (0.0, "0:00.0"),
        (4.44, "0:04.4"),
        (59.94, "0:59.9"),
        (59.97, "1:00.0"),
        (60.0, "1:00.0"),
        (3599.99, "60:00.0"),
    ],
)
def test_times_are_minutes_and_seconds(seconds: float | None, written: str) -> None:
    assert _clock(seconds) == written


def test_evidence_of_a_turn_that_does_not_exist_is_shown(morel: Tenant) -> None:
    proof = (Evidence(turn=99, start=0, end=4, quote="rien"),)
    made = Qualification(
        intent=Judgment(value="repair", confidence=0.8, evidence=proof),
        urgency=Judgment(value="normal", confidence=0.7),
        disposition="message",
        made_by=MAKER,
    )
    out = Console(record=True, width=200)
    show(
        out,
        Outcome(status="ready", transcript=to_transcript(load_call_input(CALL_FILE)), qualification=made),
        morel,
    )
    assert "« rien » tour 100" in out.export_text()
