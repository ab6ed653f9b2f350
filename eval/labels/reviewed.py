"""The labels of a wholly reviewed call, and what keeps a line of an export from becoming one.

A prediction has no key facts and no forbidden strings. Where the reviewer gives none, the facts are the right
fields that stand in the approved message; wrong names and numbers that are not in it are forbidden.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import phonenumbers

from qualify.dataset import CallInput, FieldValues, KeyFact, LabeledCall, Labels, label_defects
from qualify.drafting.facts import fold
from qualify.records import Value
from qualify.tenant import FieldType, Tenant
from qualify.tenant.defects import Finding, did_you_mean, kind_of

from .answers import Asked, is_canonical, message_problems
from .exchange import Correction, unseen

TAGS = ("from_review", "unchecked_turns")
"""On every imported call: its turns are what the engine heard, so nothing of hearing is measured on it."""

_FORBIDDEN_TYPES: frozenset[FieldType] = frozenset({"phone", "email", "name", "reference"})
"""Fields whose wrong value, once corrected, no message may hold; a wrong recipient may well be spoken of."""


def labels_of(correction: Correction, tenant: Tenant) -> Labels:
    """The labels of a wholly reviewed call."""
    predicted, corrected = correction.prediction, correction.review.corrected
    right = {**predicted.model_dump(), **corrected.model_dump(exclude_unset=True)}
    intent, message, fields = right["intent"], right["message"], right_fields(correction)
    required = tenant.intents_by_id[intent].required_fields if intent in tenant.intents_by_id else ()
    wrong = (s for s in _wrong_values(correction, tenant, fields) if fold(s) not in fold(message or ""))
    facts = corrected.key_facts
    return Labels(
        intent=intent,
        other_intents=tuple(other for other in right["other_intents"] if other != intent),
        urgency=right["urgency"],
        disposition=right["disposition"],
        fields=fields,
        missing=tuple(f for f in required if f not in fields),
        key_facts=_facts(fields, message, tenant) if facts is None else facts,
        forbidden=tuple(dict.fromkeys((*corrected.forbidden, *wrong))),
        instructions={**predicted.instructions, **corrected.instructions},
        message=message,
    )


def right_fields(correction: Correction) -> FieldValues:
    """The predicted fields as the reviewer left them."""
    corrected = correction.review.corrected
    fields = {**correction.prediction.fields, **corrected.fields}
    return {name: value for name, value in fields.items() if name not in corrected.not_given}


def labeled_call(correction: Correction, tenant: Tenant) -> LabeledCall:
    """A wholly reviewed call with its labels."""
    call = {key: getattr(correction.call, key) for key in CallInput.model_fields}
    return LabeledCall(**call, labels=labels_of(correction, tenant), tags=TAGS)


# ---------------------------------------------------------------- what is derived


def spellings(value: Value, kind: FieldType, region: str) -> tuple[str, ...]:
    """How a value may stand in a message: a number in national form too."""
    if kind != "phone":
        return (str(value),)
    number = phonenumbers.parse(str(value), region)
    national = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)
    return (str(national), str(value))


def _facts(fields: FieldValues, message: str | None, tenant: Tenant) -> tuple[KeyFact, ...]:
    """The right fields that stand in the message which the reviewer took for good."""
    known = tenant.fields_by_id
    found = []
    for name, value in fields.items():
        any_of = spellings(value, known[name].type, tenant.region)
        if message is not None and any(len(s) > 1 and fold(s) in fold(message) for s in any_of):
            found.append(KeyFact(fact=f"{known[name].label} : {any_of[0]}", any_of=any_of))
    return tuple(found)


def _wrong_values(correction: Correction, tenant: Tenant, right: FieldValues) -> Iterator[str]:
    """The contact details that the engine had wrong; not one that is part of what is right."""
    kept = " | ".join(fold(str(value)) for value in right.values())
    corrected = correction.review.corrected
    for name in sorted({*corrected.fields, *corrected.not_given} - {"recipient"}):
        wrong, kind = correction.prediction.fields.get(name), tenant.fields_by_id[name].type
        if wrong is not None and kind in _FORBIDDEN_TYPES and fold(str(wrong)) not in kept:
            yield from (s for s in spellings(wrong, kind, tenant.region) if len(s) > 1)


# ---------------------------------------------------------------- what is wrong with a line


def findings(correction: Correction, tenants: Mapping[str, Tenant]) -> Iterator[Finding]:
    """What is wrong with a line; of a call that is no label yet, only what keeps it from being read."""
    call, predicted = correction.call, correction.prediction
    tenant = tenants.get(call.tenant)
    if tenant is None:
        found = f"client inconnu « {call.tenant} »{did_you_mean(call.tenant, tenants)}"
        yield Finding(("call", "tenant"), found, "un client du jeu de données")
        return
    if (predicted.tenant, predicted.id) != (call.tenant, call.id):
        found = f"« {predicted.tenant}/{predicted.id} »"
        yield Finding(("prediction", "id"), found, f"« {call.tenant}/{call.id} », l'appel de la ligne")
    broken = [*_empty_confirmations(correction), *_wrong_fields(correction, tenant)]
    yield from broken
    if not broken and not unseen(correction, tenant):
        yield from _label_findings(correction, tenant)


def _empty_confirmations(correction: Correction) -> Iterator[Finding]:
    """Judgments that the engine did not give, which nobody can confirm."""
    review, predicted = correction.review, correction.prediction
    for key in ("intent", "urgency", "disposition"):
        given = key in review.corrected.model_fields_set or getattr(predicted, key) is not None
        if key in review.confirmed and not given:
            found = f"« {key} » confirmé, mais la prédiction n'en dit rien"
            yield Finding(("review", "confirmed"), found, f"une valeur pour « {key} » dans corrected")


def _wrong_fields(correction: Correction, tenant: Tenant) -> Iterator[Finding]:
    """Fields that the tenant has not, and values that are not written as their type wants."""
    corrected, known = correction.review.corrected, tenant.fields_by_id
    named = {**right_fields(correction), **dict.fromkeys(corrected.not_given)}
    for name, value in named.items():
        side = ("review", "corrected") if name in corrected.fields else ("prediction",)
        if name not in known:
            found = f"champ inconnu « {name} »{did_you_mean(name, known)}"
            yield Finding((*side, "fields", name), found, f"un champ parmi {', '.join(known)}")
        elif value is not None and not is_canonical(value, Asked(known[name], correction.call, tenant)):
            yield Finding((*side, "fields", name), kind_of(value), f"une valeur de type {known[name].type}")


def _label_findings(correction: Correction, tenant: Tenant) -> Iterator[Finding]:
    labels = labels_of(correction, tenant)
    for defect in label_defects(labeled_call(correction, tenant), tenant):
        yield Finding((defect.key,), defect.found, defect.expected)
    if labels.message is not None:
        facts = [fact.any_of for fact in labels.key_facts]
        for problem in message_problems(
            labels.message, facts=facts, forbidden=labels.forbidden, tenant=tenant
        ):
            yield Finding(("labels", "message"), problem, "un message qui convient à ses étiquettes")
