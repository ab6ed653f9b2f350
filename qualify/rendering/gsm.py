"""The alphabet of SMS, GSM 03.38 (3GPP TS 23.038, section 6.2.1), and what stands in for other characters."""

from __future__ import annotations

import re
import unicodedata

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    "ÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
"""One septet each."""
EXTENSION = frozenset("^{}\\[~]|€")
"""Two septets each: an escape comes first."""
SINGLE, JOINED = 160, 153
"""Septets of an SMS alone, and of one that is joined to others."""

_STAND_INS = str.maketrans(
    {
        "ç": "c", "œ": "oe", "Œ": "OE", "’": "'", "‘": "'", "“": '"', "”": '"', "„": '"', "‹": '"', "›": '"',
        "–": "-", "—": "-", "‑": "-", "−": "-", "•": "-", "·": "-", "…": "...", "°": "o", "×": "x", "→": "->",
        "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ı": "i", "þ": "th", "Þ": "Th", "ð": "d", "`": "'", "´": "'",
    }
)  # fmt: skip
_QUOTES = re.compile(r"«\s*|\s*»")


def gsm_text(text: str) -> str:
    """The text in the alphabet, as a French reader reads it nearest: «déjà reçu» → «déjà recu».

    A letter or digit that nothing stands in for is «?», so that a loss is seen; other signs go.
    """
    text = _QUOTES.sub('"', unicodedata.normalize("NFC", text)).translate(_STAND_INS)
    return "".join(map(_nearest, text))


def _nearest(character: str) -> str:
    if character in BASIC or character in EXTENSION:
        return character
    if character.isspace():
        return " "
    plain = unicodedata.normalize("NFKD", character)
    kept = "".join(c for c in plain if c in BASIC or c in EXTENSION)
    digit = unicodedata.decimal(character, None)
    if kept.strip() or digit is not None:
        return kept.strip() or str(digit)
    return "?" if character.isalnum() else ""


def septets(text: str) -> int:
    """Length of a text of the alphabet, in septets."""
    return sum(2 if c in EXTENSION else 1 for c in text)


def segments(text: str) -> int:
    """How many SMS a text of the alphabet takes; an escape and its character are never parted."""
    if septets(text) <= SINGLE:
        return 1
    count, room = 1, JOINED
    for character in text:
        needed = septets(character)
        if needed > room:
            count, room = count + 1, JOINED
        room -= needed
    return count
