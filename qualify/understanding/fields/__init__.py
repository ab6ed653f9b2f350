"""What a caller gives: one finder for each field, and the table of them.

A finder takes a call and gives a judgment whose evidence stands in the transcript, or None where the
call does not give the field.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from qualify.records import Judgment, Transcript
from qualify.tenant import FieldDefinition, FieldType, Tenant

from . import addresses, birth, cities, email, names, own, people, phone, requested, window
from . import company as firms
from .own_addresses import with_own_address
from .postal_code import find_postal_codes
from .reference import Reference, find_references
from .said import last_said
from .tokens import fold


@dataclass(frozen=True, kw_only=True)
class Heard:
    """A call as the finders read it."""

    transcript: Transcript
    tenant: Tenant
    started_at: datetime | None
    """Local time in the tenant's zone; None: no date can be resolved."""
    caller_number: str | None
    caller: str | None = None
    """The caller's name, once it is found."""

    @property
    def staff(self) -> tuple[str, ...]:
        """The names of the tenant's people."""
        return tuple(p.name for p in self.tenant.people)


Finder = Callable[[Heard], Judgment | None]


def _callback_window(call: Heard) -> Judgment | None:
    if call.started_at is None:
        return None
    return window.callback_window(call.transcript, started_at=call.started_at)


def _requested_datetime(call: Heard) -> Judgment | None:
    if call.started_at is None:
        return None
    hours = call.tenant.opening_hours
    return requested.requested_datetime(
        call.transcript, started_at=call.started_at, opening_hours=hours.model_dump() if hours else {}
    )


def _third_party(call: Heard) -> Judgment | None:
    due = any("third_party" in intent.required_fields for intent in call.tenant.intents)
    return people.third_party(call.transcript, caller=call.caller, excluded=call.staff, due=due)


def _date(call: Heard, field: FieldDefinition) -> Judgment | None:
    """A date of the tenant's own: of a birth, else told by its label."""
    if call.started_at is None or not _BIRTH.search(field.label):
        return _own(call, field)
    return birth.birth_date(call.transcript, started_at=call.started_at) or _own(call, field)


def _own(call: Heard, field: FieldDefinition) -> Judgment | None:
    others = (*call.staff, call.tenant.name, *((call.caller,) if call.caller else ()))
    return own.own_field(call.transcript, field=field, started_at=call.started_at, excluded=others)


def _reference(call: Heard, field: FieldDefinition) -> Judgment | None:
    """A reference after a word of its label or the agent's question for it; anywhere by a telling pattern."""
    label = [re.escape(w) for w in re.findall(r"\w{4,}", fold(field.label)) if w != "numero"]
    named = re.compile("|".join(_PAPERS if field.id == "reference" else label or _PAPERS))
    anywhere = field.id == "reference" or _TELLING.search(field.pattern or "") is not None
    others = _values_of_own(call) if field.id == "reference" else frozenset()

    def find(text: str, asked: bool) -> Sequence[Reference]:
        if anywhere or asked or named.search(fold(text)):
            found = find_references(text, pattern=field.pattern, asked=asked)
            return [r for r in found if r.value not in others]
        return ()

    return last_said(call.transcript, find, asking=re.compile(rf"(?:{named.pattern})[^.!]*(?:\?|$)"))


def _values_of_own(call: Heard) -> frozenset[str]:
    """The references that a call gives for fields of the tenant's own: `reference` is another one."""
    own = (f for f in call.tenant.fields_by_id.values() if f.type == "reference" and f.id != "reference")
    found = [j for f in own if (j := _reference(call, f)) is not None]
    return frozenset(str(j.value) for j in found) | {str(r.value) for j in found for r in j.rivals}


_PAPERS = (
    "reference",
    "numero de (?!tel|portable|mobile|rappel)",
    "dossier",
    "contrat",
    "commande",
    "sinistre",
    "facture",
)
_TELLING = re.compile(r"(?<!\\)[A-Za-z]")
"""A letter in a pattern: figures alone may be any number of the call."""


def _postal_code(call: Heard, field: FieldDefinition) -> Judgment | None:
    return last_said(
        call.transcript,
        lambda text, asked: find_postal_codes(text, region=call.tenant.region, asked=asked),
        asking=re.compile("code postal"),
    )


_BIRTH = re.compile(r"naissance|\bnée? le\b", re.IGNORECASE)


STANDARD: Mapping[str, Finder] = {
    "caller_name": lambda c: names.caller_name(c.transcript, excluded=c.staff),
    "phone": lambda c: phone.callback_number(
        c.transcript, caller_number=c.caller_number, region=c.tenant.region
    ),
    "company": lambda c: firms.company(
        c.transcript, excluded=(c.tenant.name, *((c.caller,) if c.caller else ()))
    ),
    "email": lambda c: email.email_address(c.transcript),
    "address": lambda c: addresses.address(c.transcript),
    "city": lambda c: cities.city(c.transcript),
    "recipient": lambda c: people.recipient(c.transcript, people=c.tenant.people, caller=c.caller),
    "third_party": _third_party,
    "callback_window": _callback_window,
    "requested_datetime": _requested_datetime,
}
"""Standard field id → its finder; `caller_name` comes first, since others look for somebody else."""

BY_TYPE: Mapping[FieldType, Callable[[Heard, FieldDefinition], Judgment | None]] = {
    "email": lambda c, _: STANDARD["email"](c),
    "date": _date,
    "reference": _reference,
    "postal_code": _postal_code,
}
"""Type of a field that `STANDARD` lacks → its finder; other types are `own`'s."""


def find_fields(
    transcript: Transcript, tenant: Tenant, *, started_at: datetime | None, caller_number: str | None
) -> dict[str, Judgment]:
    """Every standard field and field of the tenant's own that the call gives, by id."""
    call = Heard(transcript=transcript, tenant=tenant, started_at=started_at, caller_number=caller_number)
    found: dict[str, Judgment] = {}
    for field in tenant.fields_by_id.values():
        judgment = _find(call, field)
        if judgment is not None:
            found[field.id] = judgment
            if field.id == "caller_name":
                call = replace(call, caller=str(judgment.value))
    return with_own_address(found, tenant)


def _find(call: Heard, field: FieldDefinition) -> Judgment | None:
    if field.id in STANDARD:
        return STANDARD[field.id](call)
    if field.type in BY_TYPE:
        return BY_TYPE[field.type](call, field)
    return _own(call, field)
