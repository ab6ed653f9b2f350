from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from delivered_calls import settings, tenant

from qualify.delivery.escalation import Step, steps
from qualify.records import Urgency

START = datetime(2026, 11, 24, 23, 50, tzinfo=ZoneInfo("Europe/Paris"))
PEOPLE = [
    {
        "name": "Paul Garnier",
        "aliases": ["le patron"],
        "absences": [{"from": "2026-11-20", "to": "2026-11-24"}],
    },
    {"name": "Inès Roy", "absences": [{"from": "2026-12-01", "to": "2026-12-02"}]},
]
ESCALATION = settings(
    escalation={
        "rounds": 2,
        "contacts": [
            {"name": "le patron", "notify": ["patron"], "minutes": 5},
            {"name": "Inès Roy", "notify": ["ines"], "minutes": 10},
            {"name": "Astreinte", "email": ["garde@exemple.fr"], "minutes": 15},
        ],
    }
).escalation


def made(started_at: datetime, urgency: Urgency = "critical") -> tuple[Step, ...]:
    return steps(ESCALATION, tenant(people=PEOPLE), urgency=urgency, started_at=started_at)


def told(all_steps: tuple[Step, ...], start: datetime) -> list[tuple[int, str, float]]:
    """Number, contact and minute of each step."""
    return [(s.number, s.contact.name, (s.due_at - start).total_seconds() / 60) for s in all_steps]


def test_each_contact_has_its_minutes_and_the_list_starts_anew() -> None:
    start = START.replace(day=26)
    assert told(made(start), start) == [
        (1, "le patron", 0),
        (2, "Inès Roy", 5),
        (3, "Astreinte", 15),
        (4, "le patron", 30),
        (5, "Inès Roy", 35),
        (6, "Astreinte", 45),
    ]
    assert (made(start)[-1].until - start).total_seconds() == 3600


def test_who_is_away_is_passed_over_and_the_others_keep_their_numbers() -> None:
    assert told(made(START), START)[:3] == [
        (2, "Inès Roy", 0),
        (3, "Astreinte", 10),
        (5, "Inès Roy", 25),
    ]


def test_where_all_are_away_all_are_told() -> None:
    alone = settings(escalation={"contacts": [{"name": "Paul Garnier", "notify": ["p"]}], "rounds": 1})
    [step] = steps(alone.escalation, tenant(people=PEOPLE), urgency="high", started_at=START)
    assert step.contact.name == "Paul Garnier"


@pytest.mark.parametrize(("urgency", "count"), [("critical", 4), ("high", 4), ("normal", 0), ("low", 0)])
def test_only_urgent_calls_are_escalated(urgency: Urgency, count: int) -> None:
    assert len(made(START, urgency)) == count


def test_without_an_escalation_nobody_is_told() -> None:
    assert steps(settings().escalation, tenant(), urgency="critical", started_at=START) == ()
