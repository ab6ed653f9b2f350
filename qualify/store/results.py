"""What was made of a call, kept in one transaction, and read again as one outcome."""

from __future__ import annotations

from qualify.records import Failure, Outcome, Qualification, Transcript
from qualify.store import artefacts, calls, drafts, persons
from qualify.store.database import Transaction
from qualify.store.domain import Call, CallState
from qualify.store.revisions import numbered, read_instructions
from qualify.store.tables import CallRow

NO_MESSAGE = "no_message"
"""Reason of a call that was understood and has nothing to transmit."""


def finish(
    tx: Transaction,
    call_id: str,
    outcome: Outcome,
    *,
    revision: int,
    engine: str,
    generation: int | None,
) -> Call:
    """Keep the outcome, unless the call no longer waits for it."""
    row = calls.row_of(tx.session, call_id, locked=True)
    if not _waits(row, generation):
        return calls.call_of(tx, row)
    row.revision, row.engine, row.outcome_draft = revision, engine, None
    _keep(tx, row, outcome)
    _note_persons(tx, row, outcome.qualification)
    row.intent = str(outcome.qualification.intent.value) if outcome.qualification else None
    row.urgency = str(outcome.qualification.urgency.value) if outcome.qualification else None
    row.state, row.reason = _state_of(tx, row, outcome)
    calls.touched(tx, row)
    return calls.call_of(tx, row)


def fail(tx: Transaction, call_id: str, *, code: str, detail: str, generation: int | None) -> Call:
    """The call could not be handled at all; what was made of it before stays."""
    row = calls.row_of(tx.session, call_id, locked=True)
    if _waits(row, generation):
        failed = Outcome(status="failed", failure=Failure(stage=code, error=detail))
        artefacts.put(tx, call_id, "outcome", failed)
        row.state, row.reason, row.outcome_draft = "failed", code, None
        calls.touched(tx, row)
    return calls.call_of(tx, row)


def read(tx: Transaction, call_id: str) -> Outcome | None:
    """The last outcome with its parts; its message is the draft that it made."""
    row = calls.row_of(tx.session, call_id)
    rest = artefacts.read(tx, call_id, "outcome", Outcome)
    if rest is None:
        return None
    draft = row.outcome_draft
    return rest.model_copy(
        update={
            "transcript": artefacts.read(tx, call_id, "transcript", Transcript),
            "qualification": artefacts.read(tx, call_id, "qualification", Qualification),
            "message": None if draft is None else drafts.one(tx, call_id, draft).message,
        }
    )


def _waits(row: CallRow, generation: int | None) -> bool:
    return row.state in calls.OPEN and generation in (None, row.generation)


def _keep(tx: Transaction, row: CallRow, outcome: Outcome) -> None:
    if outcome.transcript is not None:
        artefacts.put(tx, row.id, "transcript", outcome.transcript)
    artefacts.put(tx, row.id, "qualification", outcome.qualification)
    rest = outcome.model_copy(update={"transcript": None, "qualification": None, "message": None})
    if rest.recording is not None:
        recording = rest.recording.model_copy(update={"location": f"call:{row.id}"})
        rest = rest.model_copy(update={"recording": recording})
    artefacts.put(tx, row.id, "outcome", rest)


def _note_persons(tx: Transaction, row: CallRow, qualification: Qualification | None) -> None:
    tenant = read_instructions(numbered(tx.session, row.tenant, row.revision).yaml)
    number = tx.opened(row, "caller_number") or None
    persons.put(tx, row.id, persons.persons_of(number, qualification, tenant))


def _state_of(tx: Transaction, row: CallRow, outcome: Outcome) -> tuple[CallState, str | None]:
    if outcome.failure is not None:
        return "failed", outcome.failure.stage
    draft = drafts.keep_engines(tx, row, outcome.message)
    if draft is not None and draft.state in ("sent", "acknowledged"):
        return draft.state, None
    if outcome.status == "needs_review":
        return "needs_review", None
    if draft is None:
        return "skipped", NO_MESSAGE
    return "ready", None
