"""What every rendering is made from: a handled call, and the facts that its message states."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime

from qualify.drafting.facts import (
    PLACE,
    WHO_AND_NUMBER,
    mandatory_fields,
    missing_line,
    stated,
    uncertain_line,
    usable,
)
from qualify.drafting.render import DAYS, speak_full_date
from qualify.records import Judgment, Message, Qualification, Reason, Sentence, Transcript
from qualify.tenant import FieldDefinition, Tenant

URGENT = {"critical": "TRÈS URGENT", "high": "URGENT"}
"""What a rendering says first of a call that cannot wait."""
FLAG = re.compile(r"URGENT(?:\.| :)\s*")
"""How a message flags its urgent sentence; a rendering that has its own flag does not repeat it."""
_DIRECTIONS = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Marks that make text read otherwise than it is written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HandledCall:
    """A call that is worth a message, and what the telephone system says of it."""

    message: Message
    qualification: Qualification
    transcript: Transcript
    tenant: Tenant
    call_id: str | None = None
    started_at: datetime | None = None
    """Local time in the tenant's zone."""
    caller_number: str | None = None
    """E.164, as the network shows it."""
    reasons: tuple[Reason, ...] = ()
    """Why a human must look first; none for a call that is ready."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A proven value that the message states."""

    definition: FieldDefinition
    value: str
    """As messages write it, on one line."""
    judgment: Judgment
    mandatory: bool

    @property
    def field(self) -> str:
        """The field's id."""
        return self.definition.id


def facts_of(call: HandledCall) -> tuple[Fact, ...]:
    """The message's facts: those that no shortening may lose, in the tenant's order, then the others.

    A place is kept whole: where one of its parts is mandatory, all are.
    A value that the message does not state, because the tenant forbids it or a check struck it, is none.
    """
    fields, tenant = call.qualification.fields, call.tenant
    mandatory = mandatory_fields(call.qualification, tenant)
    if set(PLACE) & set(mandatory):
        mandatory = (*mandatory, *(f for f in PLACE if f in fields))
    facts = []
    for field in dict.fromkeys((*mandatory, *fields)):
        definition, judgment = tenant.fields_by_id.get(field), fields[field]
        if definition is None or not usable(judgment, call.transcript):
            continue
        value = one_line(stated(field, judgment, tenant))
        if mentions(one_line(call.message.text), value):
            facts.append(Fact(definition, value, judgment, field in mandatory))
    return tuple(facts)


def urgent_flag(qualification: Qualification) -> str | None:
    """«URGENT» or «TRÈS URGENT» where the urgency is sure; None for a call that can wait."""
    return None if qualification.urgency.unsure else URGENT.get(str(qualification.urgency.value))


def intent_label(call: HandledCall) -> str | None:
    """The kind of call in the tenant's words; None where it is unsure, unproven or the catch-all."""
    known = call.tenant.intents_by_id.get(str(call.qualification.intent.value))
    if known is None or known.id == "other" or not usable(call.qualification.intent, call.transcript):
        return None
    return one_line(known.label)


@dataclass(frozen=True, slots=True)
class Reading:
    """A message's sentences on one line each, in the order in which they are read."""

    first: tuple[Sentence, ...]
    """The urgent one, then who calls, which number and what the tenant wants first."""
    rest: tuple[Sentence, ...]

    @property
    def all(self) -> tuple[Sentence, ...]:
        """All of them, in order."""
        return (*self.first, *self.rest)


def reading_of(call: HandledCall) -> Reading:
    """The message's sentences, without their flag where `urgent_flag` gives one; a bare flag is none."""
    flagged = urgent_flag(call.qualification) is not None
    who = {*call.tenant.message.order, *WHO_AND_NUMBER}
    places: tuple[list[Sentence], ...] = ([], [], [])
    for sentence in call.message.sentences:
        text = one_line(sentence.text)
        flag = FLAG.match(text) if flagged else None
        text = text[flag.end() :] if flag else text
        if text:
            place = 0 if flag else 1 if fields_stated(sentence) & who else 2
            places[place].append(sentence.model_copy(update={"text": text}))
    urgent, stating, rest = places
    return Reading((*urgent, *stating), tuple(rest))


def open_field(sentence: Sentence, tenant: Tenant) -> str | None:
    """The field that a fixed sentence says is missing or uncertain; None for any other sentence."""
    if sentence.kind != "fixed":
        return None
    for field in tenant.fields_by_id:
        lines = (missing_line(field, tenant), uncertain_line(field, tenant))
        if one_line(sentence.text) in map(one_line, lines):
            return field
    return None


def fields_stated(sentence: Sentence) -> frozenset[str]:
    """The fields that a sentence states or leaves open: a place's line may hold all three."""
    return frozenset(PLACE) if sentence.field in PLACE else frozenset(filter(None, [sentence.field]))


def mentions(text: str, value: str) -> bool:
    """Whether a text holds a value as words of its own: case, accents, spacing and punctuation aside."""
    marks = r"\W*".join(re.sub(r"\W", "", _bare(value)))
    return bool(marks) and bool(re.search(rf"(?<!\w){marks}(?!\w)", _bare(text)))


def _bare(text: str) -> str:
    text = unicodedata.normalize("NFKD", text).casefold()
    return "".join(c for c in text if not unicodedata.combining(c))


def one_line(text: str) -> str:
    """The text on one line, without characters that control, hide or turn round what is read."""
    shown = (" " if c.isspace() else c for c in text)
    kept = (c for c in shown if c not in _DIRECTIONS and unicodedata.category(c) != "Cc")
    return " ".join("".join(kept).split())


def full_moment(moment: datetime) -> str:
    """«mardi 24 novembre 2026 à 9 h 30»."""
    return f"{DAYS[moment.weekday()]} {speak_full_date(moment.isoformat())}"
