"""How a tenant's messages are delivered: `delivery/<tenant-id>.yaml`, a file beside the instructions.

The instructions' format is fixed and says nothing of delivery; this file holds what a rendering must
know of it. A tenant without a file has the defaults.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from qualify.records import Record
from qualify.tenant import DefectError, Finding, Tenant, read_bytes, validated
from qualify.tenant.defects import did_you_mean, fault, kind_of, shown
from qualify.tenant.reading import decode, parse

INTENT = "intent"
"""Stands among the confidential fields for the kind of call, its label and the words that prove it."""
ONE_SMS, TWO_SMS = 160, 306
"""GSM-7 characters of one SMS, and of two that a phone shows as one (2 × 153)."""


def _sms_length(characters: int) -> int:
    if characters not in (ONE_SMS, TWO_SMS):
        fault(kind_of(characters), f"{ONE_SMS} (un SMS) ou {TWO_SMS} (deux SMS joints)")
    return characters


SmsLength = Annotated[
    int,
    Field(strict=True, json_schema_extra={"enum": [ONE_SMS, TWO_SMS]}),
    AfterValidator(_sms_length),
]


class _Settings(Record):
    """Base of the file's mappings: the docstrings of their keys are the schema's descriptions."""

    model_config = ConfigDict(use_attribute_docstrings=True)


class SmsSettings(_Settings):
    """What may leave by SMS, and how long it is."""

    characters: SmsLength = ONE_SMS
    """Most characters of the GSM-7 alphabet: 160 for one SMS, 306 for two joined."""
    gist: Literal["keep", "omit"] = "keep"
    """Whether what the caller said may leave by SMS, beside the facts that stand in fields."""


class DeliverySettings(_Settings):
    """How one tenant's messages are delivered."""

    tenant: str
    """The tenant's id."""
    confidential: tuple[str, ...] = ()
    """Field ids, or `intent` for the kind of call: no SMS and no e-mail's subject tells them.

    A sentence that tells a value or rests on the same words goes too; other wordings of the same thing
    are only kept out by `gist: omit`. Never `phone`.
    """
    sms: SmsSettings = SmsSettings()


MODELS: dict[tuple[str, ...], type[BaseModel]] = {(): DeliverySettings, ("sms",): SmsSettings}
"""The model of each mapping in a file, by the keys that lead to it."""


def load_settings(path: Path | str, tenant: Tenant) -> DeliverySettings:
    """The delivery settings in a tenant's file; DefectError, with all defects, where it has errors."""
    document = parse(path, decode(path, read_bytes(path)))
    settings, findings = validated(document.data, DeliverySettings, MODELS, raw=document.raw)
    if settings is not None:
        findings += cross_findings(settings, tenant)
    if settings is None or findings or document.findings:
        raise DefectError(path, document.defects(findings))
    return settings


def cross_findings(settings: DeliverySettings, tenant: Tenant) -> Iterator[Finding]:
    """What the file says that the tenant's instructions contradict."""
    if settings.tenant != tenant.id:
        expected = f"« {tenant.id} », le client des consignes données"
        yield Finding(("tenant",), f"« {shown(settings.tenant)} »", expected)
    known = [INTENT, *(field for field in tenant.fields_by_id if field != "phone")]
    for index, name in enumerate(settings.confidential):
        if name == "phone":
            found = "« phone », le numéro sans lequel un message ne sert à rien"
            yield Finding(("confidential", index), found, "les autres champs confidentiels")
        elif name not in known:
            found = f"champ inconnu « {shown(name)} »{did_you_mean(name, known)}"
            yield Finding(("confidential", index), found, f"un identifiant parmi {', '.join(known)}")
