"""To whom a message goes: one parcel an address, each with a key under which it is sent once."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator

from qualify.records import URGENCIES, Record, Urgency
from qualify.rendering.settings import ContactSettings, DeliverySettings, Destination, RecipientSettings
from qualify.store.domain import Channel


class Planned(Record):
    """One address that a draft is to be sent to."""

    channel: Channel
    address: str
    """An e-mail address, a webhook's id, or the name of a notify channel."""
    idempotency_key: str
    """The same for the same draft, address and occasion, whoever plans it and however often."""


def planned(
    settings: DeliverySettings, *, call: str, draft: int, person: str | None, urgency: Urgency
) -> tuple[Planned, ...]:
    """Where draft number `draft` of a call goes; nowhere where no entry of the settings takes it.

    The entries that name `person` are taken; where none does, or none for that urgency, those that
    name nobody.
    """
    takers = [r for r in settings.recipients if _takes(r, urgency)]
    chosen = [r for r in takers if r.person is not None and r.person == person]
    chosen = chosen or [r for r in takers if r.person is None]
    return _each(chosen, f"{call}/{draft}/message")


def planned_for(contact: ContactSettings, *, call: str, draft: int, step: int) -> tuple[Planned, ...]:
    """Where step number `step` of an escalation tells a contact."""
    return _each([contact], f"{call}/{draft}/escalation/{step}")


def idempotency_key(occasion: str, channel: str, address: str) -> str:
    """32 hexadecimal digits: fit for a Message-ID and a webhook's id, and no address can be read from it."""
    return hashlib.sha256(f"{occasion}\n{channel}\n{address}".encode()).hexdigest()[:32]


def _takes(recipient: RecipientSettings, urgency: Urgency) -> bool:
    return URGENCIES.index(urgency) >= URGENCIES.index(recipient.from_urgency)


def _each(destinations: Iterable[Destination], occasion: str) -> tuple[Planned, ...]:
    """Every address once, in the order of the settings."""
    found = dict.fromkeys(pair for destination in destinations for pair in _addresses(destination))
    return tuple(
        Planned(channel=channel, address=address, idempotency_key=idempotency_key(occasion, channel, address))
        for channel, address in found
    )


def _addresses(destination: Destination) -> Iterator[tuple[Channel, str]]:
    yield from (("email", address) for address in destination.email)
    yield from (("webhook", webhook) for webhook in destination.webhook)
    yield from (("notify", name) for name in destination.notify)
