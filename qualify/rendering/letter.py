"""What an e-mail says of a call, before it is laid out as plain text or HTML."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from qualify.drafting.render import speak_phone
from qualify.records import Evidence, Judgment, Transcript
from qualify.rendering.source import (
    Fact,
    HandledCall,
    facts_of,
    full_moment,
    intent_label,
    mentions,
    one_line,
    open_field,
    reading_of,
    urgent_flag,
)
from qualify.tenant import Tenant

URGENCIES = {"critical": "critique", "high": "haute", "normal": "normale", "low": "basse"}
SPEAKERS = {"agent": "l'agent", "caller": "l'appelant"}


@dataclass(frozen=True, slots=True)
class Proof:
    """A fact, and the words of the call that prove it."""

    label: str
    value: str
    quotes: tuple[str, ...]
    """«« Julie Morel », dit par l'appelant à 0:07.»"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """The parts of an e-mail, from the first that is read to the last; French, one line each."""

    flag: str | None
    title: str
    recipient: str | None
    """Where the message's sentences do not name it."""
    first: tuple[str, ...]
    """The message's urgent sentence, who calls and which number."""
    rest: tuple[str, ...]
    """The message's other sentences."""
    phone: Fact | None
    email: Fact | None
    missing: tuple[str, ...]
    """Labels of the required fields that the call does not give and no sentence calls missing."""
    reasons: tuple[str, ...]
    proofs: tuple[Proof, ...]
    about: tuple[str, ...]
    """When the call was, which number was shown, how urgent it is."""


def letter(call: HandledCall) -> Letter:
    """The parts of the e-mail for a call."""
    facts, reading = facts_of(call), reading_of(call)
    by_field = {fact.field: fact for fact in facts}
    return Letter(
        flag=urgent_flag(call.qualification),
        title=intent_label(call) or "Message",
        recipient=_recipient(call),
        first=tuple(s.text for s in reading.first),
        rest=tuple(s.text for s in reading.rest),
        phone=by_field.get("phone"),
        email=by_field.get("email"),
        missing=_missing(call),
        reasons=tuple(one_line(reason.detail) for reason in call.reasons),
        proofs=_proofs(call, facts),
        about=_about(call),
    )


def _recipient(call: HandledCall) -> str | None:
    name = one_line(call.message.recipient or "")
    return name if name and not mentions(one_line(call.message.text), name) else None


def _missing(call: HandledCall) -> tuple[str, ...]:
    told = {open_field(sentence, call.tenant) for sentence in call.message.sentences}
    return tuple(_label(field, call.tenant) for field in call.qualification.missing if field not in told)


def _label(field: str, tenant: Tenant) -> str:
    known = tenant.fields_by_id.get(field)
    return one_line(known.label if known else field)


def _proofs(call: HandledCall, facts: tuple[Fact, ...]) -> tuple[Proof, ...]:
    proofs = [
        Proof(one_line(f.definition.label), f.value, _quotes(f.judgment, call.transcript)) for f in facts
    ]
    urgency = call.qualification.urgency
    quotes = _quotes(urgency, call.transcript)
    if quotes:
        proofs.insert(0, Proof("Urgence", _urgency(urgency), quotes))
    return tuple(proofs)


def _urgency(judgment: Judgment) -> str:
    return URGENCIES[str(judgment.value)] + (", à confirmer" if judgment.unsure else "")


def _quotes(judgment: Judgment, transcript: Transcript) -> tuple[str, ...]:
    """The proving words, one line a turn, in the call's order."""
    proven = sorted((e for e in judgment.evidence if transcript.supports(e)), key=lambda e: (e.turn, e.start))
    return tuple(_quote(list(group), transcript) for _, group in groupby(proven, key=lambda e: e.turn))


def _quote(evidence: list[Evidence], transcript: Transcript) -> str:
    first = evidence[0]
    words = " … ".join(dict.fromkeys(one_line(e.quote) for e in evidence))
    second = transcript.second_of(first)
    when = f"au tour {first.turn + 1}" if second is None else f"à {clock(second)}"
    return f"« {words} », dit par {SPEAKERS[transcript.turns[first.turn].speaker]} {when}"


def clock(seconds: float) -> str:
    """«1:05»: minutes and seconds from the start of the recording."""
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes}:{rest:02d}"


def _about(call: HandledCall) -> tuple[str, ...]:
    lines = []
    if call.started_at is not None:
        lines.append(f"Appel du {full_moment(call.started_at)}.")
    if call.caller_number is not None:
        lines.append(f"Numéro affiché : {one_line(speak_phone(call.caller_number))}.")
    lines.append(f"Urgence {_urgency(call.qualification.urgency)}.")
    return tuple(lines)
