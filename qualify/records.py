"""The chain of records that a call passes through; each step takes one and returns the next.

Every record is immutable and serialises to JSON. Times within a recording are seconds from its
start (`_s`); character ranges are half-open and count Unicode code points of a turn's text.
This module imports nothing else of the package.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Speaker = Literal["agent", "caller"]
Urgency = Literal["critical", "high", "normal", "low"]
Disposition = Literal["message", "transfer", "no_message"]
InstructionOutcome = Literal["followed", "broken", "not_applicable"]
Status = Literal["ready", "needs_review", "failed"]
SentenceKind = Literal["field", "gist", "quote", "fixed"]
Value = str | float | int

URGENCIES: tuple[Urgency, ...] = ("low", "normal", "high", "critical")
"""From the least to the most urgent."""


class Record(BaseModel):
    """Base of all records: frozen, and closed to unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Maker(Record):
    """Provenance: what made a record. The same input and makers give the same output."""

    engine: str
    version: str
    weights_sha256: str | None = None
    prompt: str | None = None
    prompt_version: str | None = None
    instructions_sha256: str | None = None


class Reason(Record):
    """Why a call is not `ready`: a stable `code` for machines, a French `detail` for people."""

    code: str
    detail: str


class Usage(Record):
    """What one engine's requests to an endpoint took for one call, failed attempts included."""

    stage: str
    model: str
    requests: int = Field(ge=0)
    input_tokens: int = Field(default=0, ge=0)
    output_tokens: int = Field(default=0, ge=0)
    seconds: float = Field(default=0.0, ge=0)
    cost_eur: float | None = None
    """By the prices of the configuration; None where it gives none."""


class Recording(Record):
    """A call's audio and what the telephone network said of it."""

    sha256: str
    tenant: str
    started_at: datetime | None = None
    """Local time in the tenant's zone."""
    caller_number: str | None = None
    """E.164, as the network shows it; None where hidden or unknown."""
    called_number: str | None = None
    channels: int
    sample_rate_hz: int
    duration_s: float
    location: str


class Word(Record):
    """A transcribed word: `start`, `end` are its character range in the turn's text."""

    start: int
    end: int
    start_s: float
    end_s: float
    confidence: float = Field(ge=0, le=1)


class Turn(Record):
    """What one party says without the other taking over."""

    speaker: Speaker
    text: str = Field(min_length=1)
    start_s: float | None = None
    end_s: float | None = None
    confidence: float | None = Field(default=None, ge=0, le=1)
    """Mean word confidence; None for a transcript that says nothing of it."""
    words: tuple[Word, ...] = ()


class Evidence(Record):
    """The words that prove something: the range [start, end) of a turn's text, and that text."""

    turn: int = Field(ge=0)
    start: int = Field(ge=0)
    end: int
    quote: str


class Transcript(Record):
    """All turns of a call in the order of their starts."""

    turns: tuple[Turn, ...]
    language: str = "fr"
    reasons: tuple[Reason, ...] = ()
    """What the speech engine says against its own work (unclear, demo model…)."""
    made_by: Maker

    def evidence(self, turn: int, start: int, end: int) -> Evidence:
        """The evidence for characters [start, end) of turn number `turn`."""
        return Evidence(turn=turn, start=start, end=end, quote=self.turns[turn].text[start:end])

    def supports(self, evidence: Evidence) -> bool:
        """Whether the quoted words do stand there."""
        if evidence.turn >= len(self.turns) or not evidence.start < evidence.end:
            return False
        return self.turns[evidence.turn].text[evidence.start : evidence.end] == evidence.quote

    def second_of(self, evidence: Evidence) -> float | None:
        """When the quoted words begin in the recording, in seconds; None where no such time is known."""
        if evidence.turn >= len(self.turns):
            return None
        turn = self.turns[evidence.turn]
        spoken = (w.start_s for w in turn.words if w.end > evidence.start)
        return next(spoken, turn.start_s)


class Rival(Record):
    """What a judgment might be instead."""

    value: Value
    confidence: float = Field(ge=0, le=1)
    evidence: tuple[Evidence, ...] = ()


class Judgment(Record):
    """A value with the probability that it is right and the words that prove it.

    `unsure` means that sources disagree and nothing settles it: `rivals` holds them, and the value
    is the likeliest but must not be sent without a human.
    """

    value: Value
    confidence: float = Field(ge=0, le=1)
    evidence: tuple[Evidence, ...] = ()
    rivals: tuple[Rival, ...] = ()
    unsure: bool = False


class InstructionJudgment(Record):
    """Whether the agent followed one of the tenant's instructions, and the turn that shows it."""

    outcome: InstructionOutcome
    confidence: float = Field(ge=0, le=1)
    evidence: tuple[Evidence, ...] = ()


class Qualification(Record):
    """What the call is, by the tenant's instructions."""

    intent: Judgment
    other_intents: tuple[Judgment, ...] = ()
    urgency: Judgment
    urgency_rule: str | None = None
    """Id of the tenant's rule that set the urgency; None where it is the intent's default."""
    disposition: Disposition
    fields: dict[str, Judgment] = {}
    missing: tuple[str, ...] = ()
    """The intent's required fields that the call does not give."""
    instructions: dict[str, InstructionJudgment] = {}
    reasons: tuple[Reason, ...] = ()
    notes: tuple[Reason, ...] = ()
    """What a supervisor should know and needs no review: an engine that gave way to another, and why."""
    usage: tuple[Usage, ...] = ()
    made_by: Maker


class Sentence(Record):
    """One sentence (or line) of a message, and the words of the call that it rests on."""

    text: str = Field(min_length=1)
    kind: SentenceKind
    evidence: tuple[Evidence, ...] = ()
    field: str | None = None
    """The field that a `field` sentence states."""

    @model_validator(mode="after")
    def _proven(self) -> Self:
        if self.kind != "fixed" and not self.evidence:
            raise ValueError(f"a {self.kind} sentence needs evidence: {self.text!r}")
        return self


class Message(Record):
    """What the tenant receives."""

    sentences: tuple[Sentence, ...]
    recipient: str | None = None
    """The person on the tenant's side whom it is for."""
    revises: str | None = None
    reasons: tuple[Reason, ...] = ()
    """What the grounding check struck, and why."""
    notes: tuple[Reason, ...] = ()
    """As in the qualification."""
    usage: tuple[Usage, ...] = ()
    made_by: Maker

    @property
    def text(self) -> str:
        return " ".join(s.text for s in self.sentences)


class Delivery(Record):
    """One attempt to bring a message to its recipient."""

    channel: str
    address: str
    idempotency_key: str
    attempt: int = Field(ge=1)
    status: Literal["pending", "sent", "acknowledged", "failed"]
    receipt: str | None = None


class Failure(Record):
    """The stage that failed and its error; never part of a message."""

    stage: str
    error: str


class Outcome(Record):
    """A call at one of the three doors, with all that was made on the way."""

    status: Status
    reasons: tuple[Reason, ...] = ()
    recording: Recording | None = None
    transcript: Transcript | None = None
    qualification: Qualification | None = None
    message: Message | None = None
    failure: Failure | None = None
    notes: tuple[Reason, ...] = ()
    """Those of the qualification and of the message."""
    usage: tuple[Usage, ...] = ()
    timing_s: dict[str, float] = {}
    """Seconds by stage; `audio` is the recording's duration."""

    @model_validator(mode="after")
    def _one_door(self) -> Self:
        if (self.status == "failed") != (self.failure is not None):
            raise ValueError("a call is failed exactly where it has a failure")
        if self.status == "ready" and self.reasons:
            raise ValueError("a ready call has no reason to be reviewed")
        return self


def unsupported(transcript: Transcript, evidence: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """Those of `evidence` whose words do not stand in the transcript."""
    return tuple(e for e in evidence if not transcript.supports(e))
