"""How a tenant's messages are delivered: `delivery/<tenant-id>.yaml`, a file beside the instructions.

The instructions' format is fixed and says nothing of delivery; this file holds what a rendering must
know of it, who receives the messages, what may leave without a human, and who is told until someone
acknowledges. A tenant without a file has the defaults: nothing leaves by itself. No secret stands in it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, Literal, Self

from email_validator import EmailNotValidError, validate_email
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from qualify.records import Record, Urgency
from qualify.tenant import DefectError, Finding, Tenant, read_bytes, validated
from qualify.tenant.defects import did_you_mean, fault, kind_of, shown
from qualify.tenant.reading import decode, parse

INTENT = "intent"
"""Stands among the confidential fields for the kind of call, its label and the words that prove it."""
ONE_SMS, TWO_SMS = 160, 306
"""GSM-7 characters of one SMS, and of two that a phone shows as one (2 × 153)."""
MAX_MINUTES, MAX_ROUNDS = 24 * 60, 20
"""Longest wait for one contact, and how often at most a list of contacts is gone through."""
_NOTIFY_NAME = re.compile(r"[a-z][a-z0-9-]{0,39}", re.ASCII)


def _sms_length(characters: int) -> int:
    if characters not in (ONE_SMS, TWO_SMS):
        fault(kind_of(characters), f"{ONE_SMS} (un SMS) ou {TWO_SMS} (deux SMS joints)")
    return characters


SmsLength = Annotated[
    int,
    Field(strict=True, json_schema_extra={"enum": [ONE_SMS, TWO_SMS]}),
    AfterValidator(_sms_length),
]


def _email(address: str) -> str:
    """An address that every mail server takes: an accented domain in its ASCII form."""
    expected = "une adresse e-mail sans accent avant « @ », par exemple accueil@exemple.fr"
    try:
        ascii_form = validate_email(address, check_deliverability=False).ascii_email
    except EmailNotValidError:
        ascii_form = None
    return ascii_form or fault(kind_of(address), expected)


def _notify_name(name: str) -> str:
    """The name of a channel whose URL, which holds a key, is in the environment; a URL is never shown."""
    if not _NOTIFY_NAME.fullmatch(name):
        found = "une URL" if ":" in name else kind_of(name)
        fault(
            found, "un nom en minuscules, chiffres et tirets ; son URL dans la variable QUALIFY_NOTIFY_<NOM>"
        )
    return name


def _between(low: int, high: int) -> Callable[[int], int]:
    def checked(number: int) -> int:
        if not low <= number <= high:
            fault(kind_of(number), f"un nombre entier de {low} à {high}")
        return number

    return checked


EmailAddress = Annotated[str, AfterValidator(_email)]
WebhookId = Annotated[str, StringConstraints(min_length=1)]
NotifyName = Annotated[str, AfterValidator(_notify_name)]
Minutes = Annotated[
    int,
    Field(strict=True, json_schema_extra={"minimum": 1, "maximum": MAX_MINUTES}),
    AfterValidator(_between(1, MAX_MINUTES)),
]
Rounds = Annotated[
    int,
    Field(strict=True, json_schema_extra={"minimum": 1, "maximum": MAX_ROUNDS}),
    AfterValidator(_between(1, MAX_ROUNDS)),
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


class Destination(_Settings):
    """Where something is sent: at least one address."""

    email: tuple[EmailAddress, ...] = ()
    webhook: tuple[WebhookId, ...] = ()
    """Ids of webhooks that the tenant has registered."""
    notify: tuple[NotifyName, ...] = ()
    """Names of SMS or chat channels; the URL of `garde-sms` is in `QUALIFY_NOTIFY_GARDE_SMS`."""

    @model_validator(mode="after")
    def _somewhere(self) -> Self:
        if not (self.email or self.webhook or self.notify):
            fault("aucune adresse", "au moins une adresse sous « email », « webhook » ou « notify »")
        return self


class RecipientSettings(Destination):
    """Addresses that receive messages, and which ones."""

    person: str | None = None
    """Only messages for this person of the instructions; none: those for whom no other entry is."""
    from_urgency: Urgency = "low"
    """Only calls at least that urgent."""


class ContactSettings(Destination):
    """Somebody who is told until someone acknowledges."""

    name: Annotated[str, StringConstraints(min_length=1)]
    """A person of the instructions, skipped on days of absence, or anybody else."""
    minutes: Minutes = 10
    """Waited for an acknowledgement before the next contact is told."""


class EscalationSettings(_Settings):
    """Who is told, one after the other, until someone acknowledges the message of an urgent call."""

    urgencies: tuple[Urgency, ...] = ("critical", "high")
    contacts: Annotated[tuple[ContactSettings, ...], Field(min_length=1)]
    """In the order in which they are told."""
    rounds: Rounds = 3
    """How often the list is gone through before it is given up."""


class ReleaseSettings(_Settings):
    """The urgencies of the calls whose first message may leave before a human has read it."""

    ready: tuple[Urgency, ...] = ()
    """Of calls in which nothing is doubtful."""
    needs_review: tuple[Urgency, ...] = ()
    """Of calls with reasons to be reviewed; the message says them."""


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
    recipients: tuple[RecipientSettings, ...] = ()
    """Without any, messages wait for somebody to fetch them."""
    without_approval: ReleaseSettings = ReleaseSettings()
    escalation: EscalationSettings | None = None


MODELS: dict[tuple[str, ...], type[BaseModel]] = {
    (): DeliverySettings,
    ("sms",): SmsSettings,
    ("recipients",): RecipientSettings,
    ("without_approval",): ReleaseSettings,
    ("escalation",): EscalationSettings,
    ("escalation", "contacts"): ContactSettings,
}
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
    yield from _unknown_persons(settings, tenant)


def _unknown_persons(settings: DeliverySettings, tenant: Tenant) -> Iterator[Finding]:
    names = [person.name for person in tenant.people]
    for index, recipient in enumerate(settings.recipients):
        if recipient.person is not None and recipient.person not in names:
            found = f"personne inconnue « {shown(recipient.person)} »{did_you_mean(recipient.person, names)}"
            yield Finding(("recipients", index, "person"), found, "le nom d'une personne des consignes")
