"""Numbering plans: which dictated digits are a telephone number, and its E.164 form."""

from __future__ import annotations

from functools import lru_cache

import phonenumbers

_FICTIONAL = ("019900", "026191", "035301", "046571", "053649", "063998")
"""French numbers kept for works of fiction: never assigned, but examples and tests use them."""
_OVERSEAS = {
    "0262": "RE", "0692": "RE", "0693": "RE", "0263": "RE", "0590": "GP", "0690": "GP", "0691": "GP",
    "0594": "GF",
    "0694": "GF", "0596": "MQ", "0696": "MQ", "0697": "MQ", "0269": "YT", "0639": "YT",
}  # fmt: skip
"""French overseas departments: dialled like other French numbers, with country codes of their own."""
_LENGTHS = {"FR": (10,), "CH": (10,), "BE": (9, 10), "LU": (5, 6, 7, 8, 9, 11)}
"""Digits of a national number with its trunk prefix."""
NO_TRUNK = frozenset(("LU", "MC"))
"""Regions whose numbers do not begin with 0."""


@lru_cache(maxsize=4096)
def to_e164(digits: str, region: str) -> tuple[str, bool] | None:
    """The E.164 form of dialled `digits` («0622189105», «+3247…», «0032…»), and whether it can be assigned.

    None where they are no number in `region`, an ISO 3166 code such as "FR".
    """
    if digits.startswith("00") or "+" in digits:
        return _international("+" + digits.removeprefix("00").replace("+", ""))
    if region not in NO_TRUNK and (digits[:1] != "0" or digits[1:2] == "0"):
        return None
    if region in _LENGTHS and len(digits) not in _LENGTHS[region]:
        return None
    if region == "FR" and digits.startswith(_FICTIONAL):
        return f"+33{digits[1:]}", True
    return _national(digits, region)


def _international(number: str) -> tuple[str, bool] | None:
    try:
        parsed = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(parsed):
        national = f"0{parsed.national_number}"
        return to_e164(national, "FR") if parsed.country_code == 33 and len(national) == 10 else None
    return _written(parsed), True


def _national(digits: str, region: str) -> tuple[str, bool] | None:
    if region == "FR":
        region = _OVERSEAS.get(digits[:4], region)
    try:
        parsed = phonenumbers.parse(digits, region)
    except phonenumbers.NumberParseException:
        return None
    if phonenumbers.is_valid_number(parsed):
        return _written(parsed), True
    dialled = region in _LENGTHS and region not in NO_TRUNK and phonenumbers.is_possible_number(parsed)
    return (_written(parsed), False) if dialled else None


def _written(parsed: phonenumbers.PhoneNumber) -> str:
    return str(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164))
