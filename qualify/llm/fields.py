"""A model's fields beside those that the grammars find: it adds and doubts, it overrules no dictation."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from qualify.drafting.check import numbers_of
from qualify.drafting.facts import fold
from qualify.llm.answers import GivenField
from qualify.llm.evidence import located
from qualify.records import Evidence, Judgment, Rival, Transcript, Value
from qualify.tenant import FieldDefinition, FieldType, Tenant
from qualify.understanding.fields.numbering import to_e164

ALONE = 0.7
"""Confidence in what only the model says; an assumption, no model's answers have been measured."""
DOUBTED = 0.5
"""Confidence, at most, in a value that another stands against."""
DICTATED: frozenset[FieldType] = frozenset(("phone", "email", "postal_code", "reference", "date", "datetime"))
"""Types of which one wrong sign makes another value: the model's own spelling proves nothing."""


def merged_fields(
    given: Sequence[GivenField], found: Mapping[str, Judgment], transcript: Transcript, tenant: Tenant
) -> tuple[dict[str, Judgment], int]:
    """The fields by id, in the tenant's order, and how many of the model's were dropped.

    `found` are those of the embedded grammars. A field is dropped where the tenant has none of that id,
    its value isn't of its type, or none of its quotes stands in the call.
    """
    fields, dropped = dict(found), 0
    for one in given:
        judged = _judged(one, transcript, tenant)
        if judged is None:
            dropped += 1
        else:
            fields[one.id] = _settled(judged, fields.get(one.id), tenant.field(one.id))
    return {name: fields[name] for name in tenant.fields_by_id if name in fields}, dropped


def _judged(given: GivenField, transcript: Transcript, tenant: Tenant) -> Judgment | None:
    """What the model says alone; unsure where its quotes don't hold the value's own words."""
    field, evidence = tenant.fields_by_id.get(given.id), located(given.quotes, transcript)
    value = canonical(given.value, field, tenant.region) if field is not None else None
    if field is None or value is None or not evidence:
        return None
    proven = field.type not in DICTATED and says(evidence, value, _names_meant(evidence, field, tenant))
    confidence = ALONE if proven else DOUBTED
    return Judgment(value=value, confidence=confidence, evidence=evidence, unsure=not proven)


def _settled(judged: Judgment, found: Judgment | None, field: FieldDefinition) -> Judgment:
    """One judgment of two: the grammar's where both agree (the model may leave the hour out), of texts the
    fuller one where one holds the other; else the grammar's, in doubt."""
    if found is None:
        return judged
    one, other = fold(str(judged.value)), fold(str(found.value))
    if one == other or (field.type == "datetime" and other.startswith(one)):
        return found
    if field.type in ("text", "name") and (one in other or other in one):
        return found if judged.unsure or found.unsure or one in other else judged
    rival = Rival(value=judged.value, confidence=judged.confidence, evidence=judged.evidence)
    return found.model_copy(
        update={
            "confidence": min(found.confidence, DOUBTED),
            "rivals": (*found.rivals, rival),
            "unsure": True,
        }
    )


def says(evidence: Sequence[Evidence], value: Value, also: Sequence[str] = ()) -> bool:
    """Whether the quoted words, and `also`, hold each word and number of the value."""
    words = " ; ".join([*(e.quote for e in evidence), *also])
    known = {fold(w) for w in _WORD.findall(words)}
    text = str(value)
    return {fold(w) for w in _WORD.findall(text)} <= known and numbers_of(text) <= numbers_of(words)


_WORD = re.compile(r"[^\W\d_]+")


def _names_meant(evidence: Sequence[Evidence], field: FieldDefinition, tenant: Tenant) -> list[str]:
    """The names of the tenant's people whom the words mean by an alias; for the person asked for only."""
    said = fold(" ".join(e.quote for e in evidence))
    people = tenant.people if field.id == "recipient" else ()
    return [p.name for p in people if any(fold(a) and fold(a) in said for a in p.aliases)]


def canonical(value: Value, field: FieldDefinition, region: str) -> Value | None:
    """The value as its type writes it; None where it is none of that type."""
    text = " ".join(str(value).split())
    write = _CANONICAL.get(field.type)
    if not fold(text):
        return None
    return text if write is None else write(text, region)


def _phone(text: str, region: str) -> str | None:
    found = to_e164(re.sub(r"[^\d+]", "", text), region)
    return found[0] if found else None


def _email(text: str, _: str) -> str | None:
    return text.lower() if re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", text) else None


def _date(text: str, _: str) -> str | None:
    moment = _moment(text)
    return moment.date().isoformat() if moment else None


def _datetime(text: str, _: str) -> str:
    """ISO; words that can't be resolved stay what they are."""
    moment = _moment(text)
    if moment is None:
        return text
    whole_day = len(text) == len("2026-11-24")
    return (
        moment.date().isoformat() if whole_day else moment.replace(tzinfo=None).isoformat(timespec="minutes")
    )


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _number(text: str, _: str) -> float | int | None:
    plain = re.sub(r"\s|€|euros?", "", text.lower()).replace(",", ".")
    if not re.fullmatch(r"-?\d{1,12}(\.\d{1,6})?", plain):
        return None
    number = float(plain)
    return int(number) if number.is_integer() else number


_CANONICAL: Mapping[FieldType, Callable[[str, str], Value | None]] = {
    "phone": _phone,
    "email": _email,
    "postal_code": lambda text, _: text.replace(" ", ""),
    "reference": lambda text, _: text.replace(" ", "").upper(),
    "date": _date,
    "datetime": _datetime,
    "number": _number,
    "money": _number,
}
