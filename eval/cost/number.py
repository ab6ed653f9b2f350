"""Whether the reader of a message can call back: the number given, against those that reach him."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

import phonenumbers

from ..scoring import Case

NumberState = Literal["right", "wrong", "missing", "invented", "not_given"]


def number_state(case: Case) -> NumberState:
    """What became of the call-back number on its way to the reader.

    It reaches him in the field `phone` or in the message. `wrong`: a number that is not the caller's
    stands in the field, or in the message instead of the right one; `missing`: none reaches him;
    `invented`: the caller gave none, and the field has one; `not_given`: none was given, none is there.
    """
    wanted, found = case.labels.fields.get("phone"), case.predicted.fields.get("phone")
    if wanted is None:
        return "not_given" if found is None else "invented"
    if found is not None and not case.right("phone"):
        return "wrong"
    message = case.predicted.message or ""
    if says_number(message, str(wanted)):
        return "right"
    if _holds_number(message, case.tenant.region):
        return "wrong"
    return "missing" if found is None else "right"


def says_number(text: str, number: str) -> bool:
    """Whether a number (E.164) stands in a text, however its digits are grouped."""
    digits = _national(number)
    return bool(digits) and digits in re.sub(r"\D", "", text)


@lru_cache(maxsize=4096)
def _national(number: str) -> str:
    """The digits that every way of writing a number shares; empty where it is none."""
    try:
        return str(phonenumbers.parse(number).national_number)
    except phonenumbers.NumberParseException:
        return ""


def _holds_number(text: str, region: str) -> bool:
    """Whether a text has any number that one could dial; references of as many digits don't begin so."""
    matcher = phonenumbers.PhoneNumberMatcher(text, region, leniency=phonenumbers.Leniency.POSSIBLE)
    return any(match.raw_string.startswith(("0", "+")) for match in matcher)
