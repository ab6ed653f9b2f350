"""How one process takes part in the work."""

from __future__ import annotations

from pydantic import Field

from qualify.records import Record
from qualify.store.domain import Retention
from qualify.work.heart import BEAT_S, DEAD_AFTER_S
from qualify.work.jobs import Kind


class WorkSettings(Record):
    """What a process does at once, and its rhythms."""

    database: str
    """The store's, as SQLAlchemy writes it."""
    works: bool = True
    """Whether it handles calls and delivers, or only accepts calls for others to handle."""
    at_once: int = Field(default=2, ge=1)
    """Calls of each origin that it handles at once; deliveries mostly wait, so that it makes more of them."""
    deliveries_at_once: int = Field(default=8, ge=1)
    sweep_s: float = Field(default=1.0, gt=0)
    """Between two looks for work that nobody has, in seconds."""
    review_s: float = Field(default=30.0, gt=0)
    """Between two looks at all that waits."""
    beat_s: float = Field(default=BEAT_S, gt=0)
    dead_after_s: float = Field(default=DEAD_AFTER_S, gt=0)
    grace_s: float = Field(default=30.0, ge=0)
    """How long a stop waits for what is being done; the rest is taken over by others."""

    retention: Retention = Retention()
    """How long artefacts are kept; by default without limit."""
    purge_s: float = Field(default=3600.0, gt=0)
    """Between two purges of what is past its clock."""

    @property
    def slots(self) -> dict[Kind, int]:
        """Jobs of each kind that it does at once."""
        return {
            "recording": self.at_once,
            "transcript": self.at_once,
            "delivery": self.deliveries_at_once,
            "announcement": 1,
        }
