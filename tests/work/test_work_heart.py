"""Who is taken for dead, by whom, and who never is."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest
from work_calls import Workshop, workshop

from qualify.store import UnavailableError
from qualify.work.heart import Heart


@dataclass
class Ward:
    """A worker's heart, with time and take-overs in a test's hands."""

    shop: Workshop
    taken: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.heart = Heart(
            store=self.shop.store,
            worker="living",
            take_over=self._take_over,
            monotonic=lambda: self.shop.clock.now.timestamp(),
        )

    def _take_over(self, worker: str) -> int:
        self.taken.append(worker)
        return 1

    def beats(self, seconds: int, *, others: tuple[str, ...] = ()) -> None:
        """Let time pass, with a beat every three seconds."""
        for _ in range(seconds // 3):
            self.shop.clock.pass_(seconds=3)
            self.heart.beat()
            for other in others:
                self.shop.store.beat(other)


@pytest.fixture
def ward(tmp_path: Path) -> Ward:
    made = Ward(workshop(tmp_path))
    made.heart.beat()
    made.shop.store.beat("other")
    return made


def test_who_is_silent_is_taken_over_from_within_twenty_seconds_and_once(ward: Ward) -> None:
    ward.beats(12)
    assert ward.taken == []
    ward.beats(9)
    assert ward.taken == ["other"]
    ward.beats(30)
    assert ward.taken == ["other"]


def test_who_beats_is_left_alone(ward: Ward) -> None:
    ward.beats(60, others=("other",))
    assert ward.taken == []


def test_who_died_before_this_worker_started_is_taken_over_from_too(tmp_path: Path) -> None:
    shop = workshop(tmp_path)
    shop.store.beat("dead")
    shop.clock.pass_(minutes=5)
    ward = Ward(shop)
    ward.heart.beat()
    ward.beats(18)
    assert ward.taken == ["dead"]


def test_a_database_that_was_away_makes_nobody_dead(ward: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(worker: str) -> None:
        raise UnavailableError("away")

    ward.beats(18, others=("other",))
    with monkeypatch.context() as patched:
        patched.setattr(ward.shop.store, "beat", away)
        for _ in range(20):
            ward.shop.clock.pass_(seconds=3)
            ward.heart.beat()
    ward.beats(12, others=("other",))
    assert ward.taken == []


def test_a_worker_that_slept_takes_over_from_nobody_at_once(ward: Ward) -> None:
    ward.beats(18, others=("other",))
    ward.shop.clock.pass_(minutes=10)
    ward.heart.beat()
    ward.shop.store.beat("other")
    ward.beats(30, others=("other",))
    assert ward.taken == []


def test_a_worker_that_stopped_in_good_order_is_not_dead(ward: Ward) -> None:
    ward.shop.store.forget_worker("other")
    ward.beats(60)
    assert ward.taken == []
