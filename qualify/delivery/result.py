"""What came of sending one parcel once."""

from __future__ import annotations

from typing import Literal

from qualify.records import Record

SendStatus = Literal["sent", "unknown", "retry", "dead"]
"""`unknown`: the other side may have it, its answer was lost; only a human may send it again."""


class SendResult(Record):
    """The outcome of one attempt; `error` is French and tells nothing of the call or of its people."""

    status: SendStatus
    receipt: str | None = None
    """What the other side answered, cut short."""
    error: str | None = None
    wait_s: float = 0.0
    """Seconds that the other side asks to wait before another attempt."""


def sent(receipt: str) -> SendResult:
    """The other side has it."""
    return SendResult(status="sent", receipt=receipt[:200])


def unknown(error: str) -> SendResult:
    """Perhaps the other side has it."""
    return SendResult(status="unknown", error=error)


def retry(error: str, *, wait_s: float = 0.0) -> SendResult:
    """The other side does not have it, and may take it later, or once an operator has acted."""
    return SendResult(status="retry", error=error, wait_s=wait_s)


def dead(error: str) -> SendResult:
    """The other side does not have it and never will."""
    return SendResult(status="dead", error=error)
