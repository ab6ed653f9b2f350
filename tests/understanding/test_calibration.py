"""Confidences corrected: shifted by kind, kept within bounds, in the same order."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualify.errors import EngineError
from qualify.understanding import calibration
from qualify.understanding.calibration import LEAST, MOST, OWN, Calibration

SHIPPED = Path(__file__).parents[2] / "models" / "calibration" / "weights.json"
SOME = Calibration(1.0, {"intent": 0.0, "phone": 2.0, OWN: -2.0})


@pytest.mark.parametrize(
    ("name", "confidence", "expected"),
    [
        ("intent", 0.5, 0.5),
        ("phone", 0.5, 0.881),
        ("bike", 0.5, 0.119),
        ("email", 0.7, 0.7),
        ("intent", 1.0, MOST),
        ("intent", 0.0, LEAST),
    ],
    ids=[
        "no shift",
        "up",
        "a tenant's own field",
        "a standard field not learned",
        "never certain",
        "never 0",
    ],
)
def test_probability(name: str, confidence: float, expected: float) -> None:
    assert SOME.probability(name, confidence) == pytest.approx(expected, abs=1e-3)


@given(st.sampled_from(["intent", "urgency", "phone", "bike"]), st.floats(0, 1), st.floats(0, 1))
def test_the_shipped_corrections_keep_the_order(name: str, one: float, other: float) -> None:
    shipped = calibration.read(SHIPPED)
    low, high = sorted((one, other))
    assert shipped.probability(name, low) <= shipped.probability(name, high)


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"slope": 1}', '{"slope": "x", "shifts": {}}', '{"slope": 1, "shifts": 3}']
)
def test_a_broken_file_is_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / "weights.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(EngineError, match=r"weights\.json"):
        calibration.read(path)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match=r"absent\.json"):
        calibration.read(tmp_path / "absent.json")
