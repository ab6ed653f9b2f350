"""A tenant's own fields of the types that no grammar covers: text, name, number, money, date.

What such a field means is known only from the tenant's file: its label (whose words and their kin the
agent's question and the caller repeat), its examples (which the caller says, more or less) and its
pattern.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from qualify.records import Judgment, Transcript

from .own_dates import dates
from .own_names import names
from .own_numbers import numbers, sums
from .own_texts import texts
from .sighting import Sighting, judged
from .topic import topic

_LAST_COUNTS = frozenset({"number", "money"})
"""Types of which a later value replaces an earlier one."""


class FieldLike(Protocol):
    """A field as the tenant's file defines it."""

    @property
    def label(self) -> str: ...
    @property
    def type(self) -> str: ...
    @property
    def pattern(self) -> str | None: ...
    @property
    def examples(self) -> Sequence[str]: ...


def own_field(
    transcript: Transcript,
    *,
    field: FieldLike,
    started_at: datetime | None = None,
    excluded: Sequence[str] = (),
) -> Judgment | None:
    """What the caller gives for a tenant's own field of type text, name, number, money or date.

    `excluded` are names of others than a field of type name means. A text takes the spelling of the
    example that it matches; numbers and euros are numbers. None where the call gives none, for a date
    where `started_at` is not known, and for types that have finders of their own.
    """
    found = _sightings(transcript, field, started_at, excluded)
    return judged(transcript, found, last=field.type in _LAST_COUNTS)


def _sightings(
    transcript: Transcript, field: FieldLike, started_at: datetime | None, excluded: Sequence[str]
) -> list[Sighting]:
    about = topic(field.label)
    match field.type:
        case "text":
            return list(
                texts(transcript, about, pattern=field.pattern, examples=field.examples, excluded=excluded)
            )
        case "name":
            return list(names(transcript, about, excluded=excluded))
        case "number":
            return list(numbers(transcript, about))
        case "money":
            return list(sums(transcript, about))
        case "date" if started_at is not None:
            return list(dates(transcript, about, started_at=started_at))
    return []
