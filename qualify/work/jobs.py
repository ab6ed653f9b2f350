"""The kinds of work, each on a queue of its own, and how one piece of it is named."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from qualify.store.domain import Attempt, Call

Kind = Literal["recording", "transcript", "delivery", "announcement"]
KINDS: tuple[Kind, ...] = ("recording", "transcript", "delivery", "announcement")
CLAIMED_AHEAD: dict[Kind, int] = {"recording": 1, "transcript": 16, "delivery": 4, "announcement": 8}
"""How much work a process claims for each piece that it does at once: a queue is looked at some times a
second, so short work is claimed ahead, while a recording would only wait behind another one."""


@dataclass(frozen=True, slots=True)
class Job:
    """One piece of work: what it is about, and a number that sets it apart from earlier ones on the same.

    The same job asked for twice is one job.
    """

    kind: Kind
    subject: str
    """The id of a call or of a delivery."""
    number: int = 0

    @property
    def id(self) -> str:
        """The name under which the durable engine knows it."""
        return f"{self.kind}:{self.subject}:{self.number}"


def handling(call: Call) -> Job:
    """Handle a call, once in each of its generations."""
    return Job(call.origin, call.id, call.generation)


def delivering(attempt: Attempt) -> Job:
    """Make the next try of a delivery, or end the one that was begun."""
    ended = attempt.number if attempt.started_at is None else attempt.number - 1
    return Job("delivery", attempt.id, ended)


def announcing(call: Call) -> Job:
    """Plan what leaves because a call changed."""
    return Job("announcement", call.id, int(call.updated_at.timestamp() * 1e6))
