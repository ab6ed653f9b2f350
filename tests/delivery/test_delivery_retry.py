from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualify.delivery.retry import (
    FIRST_WAIT_S,
    GIVE_UP_AFTER,
    JITTER,
    LONGEST_WAIT_S,
    next_due,
)

START = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)


def tries(key: str) -> list[datetime]:
    """When a delivery is tried that fails at once each time."""
    made, due = [START], next_due(1, key=key, first_at=START, now=START)
    while due is not None:
        made.append(due)
        due = next_due(len(made), key=key, first_at=START, now=due)
    return made


def test_it_is_tried_for_24_hours_and_not_longer() -> None:
    made = tries("a")
    assert made[-1] == START + GIVE_UP_AFTER
    assert 15 < len(made) < 30


def test_waits_grow_to_the_longest_one() -> None:
    waits = [(b - a).total_seconds() for a, b in pairwise(tries("a"))][:-1]
    assert waits[0] == pytest.approx(FIRST_WAIT_S, rel=JITTER)
    assert waits[5] == pytest.approx(FIRST_WAIT_S * 32, rel=JITTER)
    assert max(waits) <= LONGEST_WAIT_S * (1 + JITTER)


def test_what_failed_together_is_spread_and_each_case_is_the_same_again() -> None:
    due = [next_due(3, key=f"key-{i}", first_at=START, now=START) for i in range(50)]
    assert len(set(due)) == 50
    assert due == [next_due(3, key=f"key-{i}", first_at=START, now=START) for i in range(50)]


@pytest.mark.parametrize(
    ("asked_s", "waited_s"), [(0, 15), (5, 15), (600, 600), (1e9, LONGEST_WAIT_S), (float("inf"), 7200)]
)
def test_a_wait_that_is_asked_for_is_kept_within_bounds(asked_s: float, waited_s: float) -> None:
    due = next_due(1, key="a", first_at=START, now=START, asked_s=asked_s)
    assert due is not None
    assert (due - START).total_seconds() == pytest.approx(waited_s, rel=JITTER)


@given(number=st.integers(1, 10**9), hours=st.floats(0, 100))
def test_no_try_is_in_the_past_or_after_the_end(number: int, hours: float) -> None:
    now = START + timedelta(hours=hours)
    due = next_due(number, key="a", first_at=START, now=now)
    if now >= START + GIVE_UP_AFTER:
        assert due is None
    else:
        assert due is not None
        assert now < due <= START + GIVE_UP_AFTER
