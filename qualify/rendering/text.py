"""The message as plain text for a phone or a pager: one short line a fact, read between two appointments."""

from __future__ import annotations

from qualify.rendering.source import HandledCall, full_moment, reading_of, urgent_flag


def text(call: HandledCall) -> str:
    """Urgent first, then who and which number, then what; every sentence of the message is kept."""
    lines = [*filter(None, [urgent_flag(call.qualification)]), *(s.text for s in reading_of(call).all)]
    if call.started_at is not None:
        lines.append(f"Appel du {full_moment(call.started_at)}.")
    return "\n".join(lines)
