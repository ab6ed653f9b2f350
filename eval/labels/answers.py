"""What a person types, read as the canonical value of a field's type; refused in French where it is none.

Reading is plain on purpose: it shares no grammar with the engine whose answers the labels will judge. A
canonical value, read again, gives itself.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import NamedTuple, NoReturn

import phonenumbers

from qualify.dataset import CallInput
from qualify.drafting.facts import fold
from qualify.errors import QualifyError
from qualify.records import Value
from qualify.tenant import FieldDefinition, Tenant
from qualify.tenant.defects import did_you_mean, shown

from .moments import moment, requested_moment

AS_IT_IS = "="
"""Before a recipient or a requested date: take the words as they are."""
SHOWN_NUMBER = "ce numéro"
"""For a phone: the number that the network shows, where the caller says to use it."""

_EMAIL = re.compile(r"[a-z0-9._%+-]+@[a-z0-9-]+(\.[a-z0-9-]+)*\.[a-z]{2,}", re.ASCII)
_POSTAL_CODE = re.compile(r"[0-9A-Z][0-9A-Z -]{2,8}[0-9A-Z]", re.ASCII)
_NUMBER = re.compile(r"-?\d+(\.\d+)?", re.ASCII)
_CURRENCY = re.compile(r"(€|euros?|eur)$", re.IGNORECASE)


class AnswerError(QualifyError):
    """An answer that is no value of what was asked; says what is expected, in French."""


class Asked(NamedTuple):
    """The field that an answer is for, and the call and tenant that it is read by."""

    field: FieldDefinition
    call: CallInput
    tenant: Tenant


def plain(text: str) -> str:
    """One line, composed accents, single spaces."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def field_value(text: str, asked: Asked) -> Value:
    """The canonical value of a field; AnswerError where the text is none."""
    words = plain(text)
    if not words:
        raise AnswerError("Réponse vide. Attendu : une valeur, ou « - » si l'appel ne la donne pas.")
    if asked.field.id == "recipient":
        return _recipient(words, asked.tenant)
    if asked.field.id == "requested_datetime":
        return _requested(words, asked.call)
    return _typed(words, asked)


def is_canonical(value: Value, asked: Asked) -> bool:
    """Whether a value is written as the format wants it: read again, it is the same."""
    literal = asked.field.id in ("recipient", "requested_datetime") and isinstance(value, str)
    try:
        return field_value(f"{AS_IT_IS}{value}" if literal else str(value), asked) == value
    except AnswerError:
        return False


def _typed(words: str, asked: Asked) -> Value:
    match asked.field.type:
        case "phone":
            return _phone(words, asked)
        case "email":
            return _matching(_EMAIL, words.lower().replace(" ", ""), "une adresse, comme nom@exemple.fr")
        case "postal_code":
            return _matching(_POSTAL_CODE, words.upper(), "un code postal, comme 44000")
        case "reference":
            return words.upper().replace(" ", "")
        case "date" | "datetime":
            return moment(words, timed=asked.field.type == "datetime") or _refuse(
                words, "une date avec son année, comme 24/11/2026" + _hour(asked.field)
            )
        case "number" | "money":
            return _number(words)
        case _:
            return words


def _hour(field: FieldDefinition) -> str:
    return ", avec ou sans heure" if field.type == "datetime" else ", sans heure"


def _phone(words: str, asked: Asked) -> str:
    if fold(words) == fold(SHOWN_NUMBER):
        return asked.call.caller_number or _refuse(words, "un numéro dicté : l'appel est masqué")
    try:
        number = phonenumbers.parse(words, asked.tenant.region)
    except phonenumbers.NumberParseException:
        _refuse(words, f"un numéro, comme 06 39 98 12 34, ou « {SHOWN_NUMBER} »")
    if not phonenumbers.is_possible_number(number) or number.extension:
        _refuse(words, "un numéro entier, sans chiffre de trop ni de moins")
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def _matching(pattern: re.Pattern[str], value: str, expected: str) -> str:
    return value if pattern.fullmatch(value) else _refuse(value, expected)


def _number(words: str) -> float | int:
    figure = _CURRENCY.sub("", words.replace(" ", "")).replace(",", ".")
    if not _NUMBER.fullmatch(figure) or not math.isfinite(float(figure)):
        _refuse(words, "un nombre, comme 1 250,50")
    return int(float(figure)) if float(figure).is_integer() else float(figure)


def _recipient(words: str, tenant: Tenant) -> str:
    """The name that the tenant's file gives; another only after `=`, as nobody of the file answers to it."""
    names = {fold(alias): person.name for person in tenant.people for alias in person.aliases}
    names |= {fold(person.name): person.name for person in tenant.people}
    literal = plain(words.removeprefix(AS_IT_IS))
    known = names.get(fold(literal))
    if known is None and (not words.startswith(AS_IT_IS) or not literal):
        people = [person.name for person in tenant.people]
        expected = f"l'une des personnes du client ({', '.join(people)}), ou « {AS_IT_IS} nom »"
        _refuse(words, expected, did_you_mean(words, people))
    return known or literal


def _requested(words: str, call: CallInput) -> str:
    literal = plain(words.removeprefix(AS_IT_IS))
    day = call.started_at.date()
    found = requested_moment(literal, day)
    if found is not None and found[:10] < day.isoformat():
        _refuse(found, "une date à venir : une date passée n'est pas souhaitée")
    if found is None and (not words.startswith(AS_IT_IS) or not literal):
        expected = (
            f"une date, comme 24/11 ou 24/11 14h30 ; ou, si rien ne la fixe, « {AS_IT_IS} courant mai »"
        )
        _refuse(words, expected)
    return found or literal


def one_of(text: str, choices: Mapping[str, str]) -> str:
    """The id meant among `choices` (id → label): by its place from 1, id, label, or the start of one."""
    wanted = fold(text)
    ids = list(choices)
    if wanted.isdecimal() and 1 <= int(wanted) <= len(ids):
        return ids[int(wanted) - 1]
    exact = [i for i in ids if wanted in (fold(i), fold(choices[i]))]
    starting = [i for i in ids if fold(i).startswith(wanted) or fold(choices[i]).startswith(wanted)]
    found = exact or starting
    if not wanted or len(found) != 1:
        _refuse(text, f"un choix parmi {', '.join(ids)}", did_you_mean(plain(text), ids))
    return found[0]


def several_of(text: str, choices: Mapping[str, str]) -> tuple[str, ...]:
    """The ids meant, separated by commas; each once."""
    return tuple(dict.fromkeys(one_of(part, choices) for part in text.split(",") if part.strip()))


def forms(text: str) -> tuple[str, ...]:
    """Texts separated by `|`, each of two characters at least."""
    found = tuple(plain(part) for part in text.split("|") if part.strip())
    for short in (form for form in found if len(form) < 2):
        _refuse(short, "au moins deux caractères")
    return found


def message_problems(
    message: str, *, facts: Iterable[tuple[str, ...]], forbidden: Iterable[str], tenant: Tenant
) -> list[str]:
    """Why a message can't stand beside its labels: facts it lacks, strings it may not hold, its length."""
    written = fold(message)
    found = [
        f"il manque « {any_of[0]} »" for any_of in facts if not any(fold(form) in written for form in any_of)
    ]
    found += [
        f"« {text} » ne doit pas y figurer"
        for text in (*forbidden, *tenant.message.forbid)
        if fold(text) in written
    ]
    count, limit = len(message.split()), tenant.message.max_words
    if limit is not None and count > limit:
        found.append(f"{count} mots, au plus {limit}")
    return found


def _refuse(found: str, expected: str, near: str = "") -> NoReturn:
    raise AnswerError(f"« {shown(found)} » ne convient pas{near}. Attendu : {expected}.")
