"""The fields: each value against the labeled one, and the contact details by themselves."""

from __future__ import annotations

from collections.abc import Collection

from ..scoring import Case
from .intent import f1
from .metric import Metric, Parts, ratio, share

CONTACTS = ("phone", "email")


def _counts(case: Case, chosen: Collection[str] | None) -> Parts:
    wanted = [f for f in case.labels.fields if chosen is None or f in chosen]
    found = [f for f in case.predicted.fields if chosen is None or f in chosen]
    return sum(map(case.right, wanted)), len(found), len(wanted)


def fields_f1(
    chosen: Collection[str] | None = None, *, id: str = "fields", label: str = "fields, F1"
) -> Metric:
    """F1 over the values of all fields, or of the `chosen` ids; from 0 to 1.

    A value is right where it is the labeled one: to the character for numbers, e-mails, references and
    dates, without regard to case and accents for names and text. A wrong value counts against both
    precision and recall.
    """
    return Metric(
        id=id, label=label, parts=lambda c: _counts(c, chosen), value=f1, count=lambda s: float(s[2])
    )


FIELDS = fields_f1()
PRECISION = Metric(
    id="fields_precision",
    label="fields, precision",
    parts=lambda c: _counts(c, None),
    value=lambda s: ratio(s[[0, 1]]),
    count=lambda s: float(s[1]),
)
RECALL = Metric(
    id="fields_recall",
    label="fields, recall",
    parts=lambda c: _counts(c, None),
    value=lambda s: ratio(s[[0, 2]]),
    count=lambda s: float(s[2]),
)


def own_fields(standard: Collection[str]) -> Metric:
    """F1 of the fields that are not `standard`: the tenants' own."""

    def parts(case: Case) -> Parts:
        return _counts(case, {f for f in (*case.labels.fields, *case.predicted.fields) if f not in standard})

    return Metric(
        id="own_fields", label="tenants' own fields, F1", parts=parts, value=f1, count=lambda s: float(s[2])
    )


CALL_BACK = share(
    "call_back", "call-back number right", lambda c: c.right("phone") if "phone" in c.labels.fields else None
)
"""Share of calls with a number to call back in which it is found to the digit."""


def _wrong_contact(case: Case) -> bool | None:
    if case.predicted.status != "ready":
        return None
    return any(f in case.predicted.fields and not case.right(f) for f in CONTACTS)


WRONG_READY = share("wrong_ready", "ready calls with a wrong number or e-mail", _wrong_contact, lower=True)
"""Contact details that would go out unflagged; calls that a human looks at are unscored."""


def _serious(case: Case) -> bool | None:
    """A ready call with a wrong contact detail, or a critical one taken for calmer."""
    if case.predicted.status != "ready":
        return None
    missed = case.labels.urgency == "critical" != case.predicted.urgency
    return bool(_wrong_contact(case)) or missed


SERIOUS_READY = share("serious_ready", "ready calls with a serious error", _serious, lower=True)
READY = share("ready", "calls that are ready", lambda c: c.predicted.status == "ready")
