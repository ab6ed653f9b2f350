"""Who is told next of an urgent call that nobody has acknowledged, and when."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from qualify.records import Record, Urgency
from qualify.rendering.settings import ContactSettings, EscalationSettings
from qualify.tenant import Person, Tenant


class Step(Record):
    """One contact to be told."""

    number: int
    """From 1, by the place in the list and the round: the same whoever is away."""
    contact: ContactSettings
    due_at: datetime
    until: datetime
    """When the next contact is due, or the escalation is given up."""


def steps(
    escalation: EscalationSettings | None, tenant: Tenant, *, urgency: Urgency, started_at: datetime
) -> tuple[Step, ...]:
    """Who is told when of a call of that urgency, until someone acknowledges; nobody for other urgencies.

    `started_at` is in the tenant's zone: contacts who are away on its date are passed over, unless all are.
    """
    if escalation is None or urgency not in escalation.urgencies:
        return ()
    numbered = list(enumerate(escalation.contacts * escalation.rounds, 1))
    there = [(at, c) for at, c in numbered if not _away(c, tenant, started_at.date())]
    made: list[Step] = []
    due = started_at
    for number, contact in there or numbered:
        until = due + timedelta(minutes=contact.minutes)
        made.append(Step(number=number, contact=contact, due_at=due, until=until))
        due = until
    return tuple(made)


def _away(contact: ContactSettings, tenant: Tenant, day: date) -> bool:
    person = next((p for p in tenant.people if contact.name in (p.name, *p.aliases)), None)
    return person is not None and _absent(person, day)


def _absent(person: Person, day: date) -> bool:
    return any(absence.first <= day <= absence.last for absence in person.absences)
