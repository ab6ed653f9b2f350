"""By which numbers and names a call can be found again, without a number or a name in clear.

Numbers go by E.164, names word by word, without case, accents, order and titles: «Mme Dupont» finds every
call of a Dupont, «Jeanne Dupont» those of both words in one name.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

import phonenumbers
from sqlmodel import Session, col, delete, select

from qualify.records import Judgment, Qualification
from qualify.store.database import Transaction
from qualify.store.errors import StoreError
from qualify.store.lists import blocks
from qualify.store.tables import CallRow, PersonRow
from qualify.tenant import Tenant

_TITLES = frozenset(
    "m mr mme mlle monsieur madame mademoiselle messieurs mesdames dr docteur docteure me maitre pr".split()
)
Found = tuple[str, ...]
"""What one number or one name is looked up by: a single word `+33…`, or the name's words."""


def number_words(number: str, *, region: str = "FR") -> Found:
    """A telephone number in E.164, or its digits where it is none."""
    try:
        parsed = phonenumbers.parse(number, region)
    except phonenumbers.NumberParseException:
        digits = re.sub(r"\D", "", number)
        return (digits,) if digits else ()
    return (phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164),)


def name_words(name: str) -> Found:
    """The words of a name, folded, in alphabetical order, titles left out."""
    plain = unicodedata.normalize("NFKD", name.casefold().replace("œ", "oe").replace("æ", "ae"))
    words = re.findall(r"[^\W\d_]+", "".join(c for c in plain if not unicodedata.combining(c)))
    return tuple(sorted({word for word in words if word not in _TITLES}))


def persons_of(
    caller_number: str | None, qualification: Qualification | None, tenant: Tenant
) -> tuple[Found, ...]:
    """The numbers and names that a call holds; rivals count, the tenant's own people don't."""
    found = [number_words(caller_number)] if caller_number else []
    for field, judgment in (qualification.fields if qualification else {}).items():
        known = tenant.fields_by_id.get(field)
        if known is not None and field != "recipient" and known.type in ("phone", "name"):
            words = number_words if known.type == "phone" else name_words
            found += [words(value) for value in _values(judgment)]
    return tuple(dict.fromkeys(words for words in found if words))


def _values(judgment: Judgment) -> Iterator[str]:
    yield str(judgment.value)
    yield from (str(rival.value) for rival in judgment.rivals)


def put(tx: Transaction, call_id: str, persons: Sequence[Found]) -> None:
    """Note the persons of a call, in place of those noted before."""
    tx.session.exec(delete(PersonRow).where(col(PersonRow.call_id) == call_id))
    put_new(tx, call_id, persons)


def put_new(tx: Transaction, call_id: str, persons: Sequence[Found]) -> None:
    """Note the persons of a call that has none noted."""
    for person, words in enumerate(persons):
        for number, word in enumerate(words):
            row = PersonRow(
                call_id=call_id, person=person, word=number, digest=tx.ring.lookups(word)[0], value=b""
            )
            row.value = tx.sealed(row, "value", word)
            tx.session.add(row)


def calls_of(
    tx: Transaction, *, number: str | None, name: str | None, tenants: Sequence[str] | None
) -> tuple[str, ...]:
    """Ids of the calls that hold the number and the name given; StoreError where neither says anything."""
    asked = [words for words in (number_words(number or ""), name_words(name or "")) if words]
    if not asked or (number and not number_words(number)) or (name and not name_words(name)):
        raise StoreError("personne non désignée. Attendu : un numéro de téléphone ou un nom")
    found = set.intersection(*(_holding(tx, words) for words in asked))
    calls: list[tuple[int | None, str]] = []
    for block in blocks(sorted(found)):
        query = select(CallRow.seq, CallRow.id).where(col(CallRow.id).in_(block))
        if tenants is not None:
            query = query.where(col(CallRow.tenant).in_(tenants))
        calls += tx.session.exec(query).all()
    return tuple(call_id for _, call_id in sorted(calls, key=lambda call: call[0] or 0))


def _holding(tx: Transaction, words: Found) -> set[str]:
    """Calls that hold all the words in one person; each word goes by its hash under any key of the ring."""
    per_word = [_with_word(tx.session, tx.ring.lookups(word)) for word in words]
    return {call_id for call_id, _ in set.intersection(*per_word)}


def _with_word(session: Session, digests: Sequence[str]) -> set[tuple[str, int]]:
    query = select(PersonRow.call_id, PersonRow.person).where(col(PersonRow.digest).in_(digests))
    return set(session.exec(query).all())
