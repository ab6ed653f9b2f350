"""The field values of a message: which may be stated, which must be, and in which words."""

from __future__ import annotations

import re
import unicodedata

from qualify.drafting.clean import plain
from qualify.drafting.render import speak, speak_date
from qualify.records import Judgment, Qualification, Transcript, unsupported
from qualify.tenant import Tenant

WHO_AND_NUMBER = ("caller_name", "company", "phone", "third_party", "recipient")
"""What a reader looks for first."""
CONTACT = (
    "callback_window",
    "email",
    "address",
    "postal_code",
    "city",
    "reference",
    "requested_datetime",
)
PLACE = ("address", "postal_code", "city")
ALWAYS = ("caller_name", "phone")
"""Fields that no shortening may lose, whatever the tenant says."""

LINES = {
    "company": "Société {}.",
    "third_party": "Concerne {}.",
    "recipient": "Pour {}.",
    "phone": "Tél. {}.",
    "email": "E-mail {}.",
    "address": "Adresse : {}.",
    "postal_code": "Code postal {}.",
    "city": "Ville : {}.",
    "reference": "Référence {}.",
    "requested_datetime": "Date : {}.",
}


def fold(text: str) -> str:
    """Case, accents, spacing and punctuation aside, as messages are compared with what they must hold."""
    text = unicodedata.normalize("NFKD", text).casefold()
    return re.sub(r"[^\w@+€%]", "", "".join(c for c in text if not unicodedata.combining(c)))


def usable(judgment: Judgment | None, transcript: Transcript) -> bool:
    """Whether a value may be stated as a fact: sure, and proven by words that stand in the transcript."""
    if judgment is None or judgment.unsure or not judgment.evidence:
        return False
    return not unsupported(transcript, judgment.evidence)


def stated(field: str, judgment: Judgment, tenant: Tenant) -> str:
    """The field's value as the message writes it."""
    if field == "requested_datetime":
        return speak_date(str(judgment.value))
    definition = tenant.fields_by_id.get(field)
    return speak(judgment.value, definition.type if definition else "text")


def field_line(field: str, value: str, tenant: Tenant) -> str:
    """The sentence that states a field, given the value as the message writes it."""
    if field == "caller_name":
        return f"Appel {'d’' if fold(value)[:1] in set('aeiouy') else 'de '}{value}.".replace("’", "'")
    if field == "callback_window":
        return f"Joignable {': ' if re.match(r'(?:pas|sauf|jamais) ', value) else ''}{value}."
    if field in LINES:
        return LINES[field].format(value)
    definition = tenant.fields_by_id.get(field)
    return f"{definition.label if definition else field} : {value}."


def place_line(values: dict[str, str]) -> str:
    """Address, postal code and city on one line: «Adresse : 12 rue des Lilas, 44000 Nantes.»"""
    town = " ".join(values[f] for f in ("postal_code", "city") if f in values)
    return f"Adresse : {', '.join(part for part in (values.get('address', ''), town) if part)}."


def missing_line(field: str, tenant: Tenant) -> str:
    """The fixed sentence for a required field that was asked and the call does not give."""
    known = {"phone": "Numéro non communiqué.", "caller_name": "Nom non communiqué."}
    return known.get(field) or f"Non communiqué : {_label(field, tenant)}."


def unasked_line(field: str, tenant: Tenant) -> str:
    """The fixed sentence for a required field that nobody asked for."""
    known = {"phone": "Numéro non demandé.", "caller_name": "Nom non demandé."}
    return known.get(field) or f"Non demandé : {_label(field, tenant)}."


def uncertain_line(field: str, tenant: Tenant) -> str:
    """The fixed sentence for a field whose sources disagree: the rivals are never printed."""
    known = {"phone": "Numéro incertain.", "caller_name": "Nom incertain."}
    return known.get(field) or f"Incertain : {_label(field, tenant)}."


def _label(field: str, tenant: Tenant) -> str:
    definition = tenant.fields_by_id.get(field)
    label = definition.label if definition else field
    return lower_first(label)


def lower_first(text: str) -> str:
    """The text without its capital, acronyms («SAV») aside."""
    return text if re.match(r"[^\W\d_]{2}", text) and text[:2].isupper() else text[:1].lower() + text[1:]


URGENT = "URGENT."


def fixed_lines(tenant: Tenant) -> frozenset[str]:
    """All sentences that a message of the tenant may hold without evidence."""
    fields = tenant.fields_by_id
    return frozenset(
        {URGENT, *(line(f, tenant) for f in fields for line in (missing_line, unasked_line, uncertain_line))}
    )


def mandatory_fields(qualification: Qualification, tenant: Tenant) -> tuple[str, ...]:
    """The call's fields that every shortening must keep: in the tenant's order, required, or `ALWAYS`."""
    intent = tenant.intents_by_id.get(str(qualification.intent.value))
    required = intent.required_fields if intent else ()
    wanted = dict.fromkeys((*tenant.message.order, *required, *ALWAYS))
    return tuple(f for f in wanted if f in qualification.fields)


def proven_names(qualification: Qualification) -> frozenset[str]:
    """The words of the sure fields' texts, `plain`: any name that is almost one of them is a slip."""
    sure = (str(j.value) for j in qualification.fields.values() if not j.unsure)
    return frozenset(plain(word) for value in sure for word in re.findall(r"[^\W\d_]+", value))


def told_fields(transcript: Transcript, qualification: Qualification) -> dict[str, Judgment]:
    """The fields that the message states."""
    return {name: j for name, j in qualification.fields.items() if usable(j, transcript)}
