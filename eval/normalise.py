"""French text as words that can be compared: what two people who hear the same would both write.

Case, punctuation, hyphens, elisions, hesitations and the way numbers are written don't count: «Zéro six,
douze» and «06.12» are the same words, one a digit; «14h30» is «quatorze heures trente», an e-mail address
is what is said of it. Accents count, since they make words.
"""

from __future__ import annotations

import re
import unicodedata

from text_to_num import alpha2digit

HESITATIONS = frozenset({"euh", "heu", "hum", "hmm", "mmh", "hein", "ben", "bah"})
"""Words that one transcriber writes and the next does not."""

_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_SPOKEN_SIGNS = {"@": " arobase ", ".": " point ", "-": " tiret ", "_": " tiret bas ", "+": " plus "}
_WRITTEN = {
    **dict.fromkeys("'’ʼ`", "' "),
    " m. ": " monsieur ",
    "zero": "zéro",
    "€": " euros ",
    "%": " pour cent ",
    "œ": "oe",
    "æ": "ae",
}
"""How things are written in lower case, and how they are said or spelled."""
_TITLES = {"mme": "madame", "mlle": "mademoiselle", "dr": "docteur"}
_HOURS = re.compile(r"(?<=\d)\s*h(?![^\W\d_])")
_ORDINAL = re.compile(r"(?<=\d)(?:ers?|[eè]res?|[eè]mes?|e|nde?s?)\b")
_TOKEN = re.compile(r"\d|[^\W\d_]+")


def words(text: str) -> tuple[str, ...]:
    """The words of a text, lower-case, hesitations aside; every digit is one."""
    text = f" {unicodedata.normalize('NFKC', text).lower()}"
    if "@" in text:
        text = _EMAIL.sub(_as_said, text)
    for written, said in _WRITTEN.items():
        text = text.replace(written, said)
    text = _ORDINAL.sub("", alpha2digit(_HOURS.sub(" heures ", text), "fr", 0.0))
    return tuple(_TITLES.get(word, word) for word in _TOKEN.findall(text) if word not in HESITATIONS)


def _as_said(email: re.Match[str]) -> str:
    return "".join(_SPOKEN_SIGNS.get(sign, sign) for sign in email[0])
