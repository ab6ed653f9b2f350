"""Errors on names: words of known names that are said and not heard.

Definition: of the words said in a call that belong to a name (labeled fields of type `name`, the company
and the city, the people of the tenant), the share that the same party's heard words don't hold as often;
words of fewer than three letters («de», «le») and titles aside. Range: 0 to 1. Source: ours. Unscored:
calls handled from written turns, and those in which no known name is said as a word (spelled letters are no
word).
"""

from __future__ import annotations

from collections import Counter

from ..normalise import words
from ..scoring import Case
from .metric import rate

LEAST_LETTERS = 3
NAMED = ("company", "city")
"""Fields of type `text` that hold names."""
TITLES = frozenset({"monsieur", "madame", "mademoiselle", "docteur", "professeur", "maître"})


def _name_words(case: Case) -> frozenset[str]:
    fields = case.labels.fields.items()
    names = [str(v) for f, v in fields if f in NAMED or case.field_types[f] == "name"]
    names += [name for person in case.tenant.people for name in (person.name, *person.aliases)]
    return frozenset(word for word in words(" ".join(names)) if len(word) >= LEAST_LETTERS) - TITLES


def _names(case: Case) -> tuple[Counter[str], Counter[str]]:
    """The names' words that are said, and those of them that are not heard."""
    known, heard = _name_words(case), case.heard_words or {}
    said: Counter[str] = Counter()
    lost: Counter[str] = Counter()
    for party, spoken in case.said_words.items():
        names = Counter(word for word in spoken if word in known)
        said += names
        lost += names - Counter(heard.get(party, ()))
    return said, lost


def _errors(case: Case) -> tuple[int, int]:
    if case.heard is None:
        return 0, 0
    said, lost = _names(case)
    return lost.total(), said.total()


def _reason(case: Case) -> str | None:
    lost = _names(case)[1]
    return f"noms non entendus : {', '.join(lost)}" if lost else None


NAME_ERRORS = rate(
    "name_errors",
    "names not heard",
    _errors,
    title="Noms mal entendus",
    group="transcription",
    lower=True,
    reason=_reason,
)
