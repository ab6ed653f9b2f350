import re

import pytest
from delivered_calls import settings

from qualify.delivery.plan import idempotency_key, planned, planned_for
from qualify.records import Urgency
from qualify.rendering.settings import ContactSettings

RECIPIENTS = settings(
    recipients=[
        {"email": ["accueil@exemple.fr"], "webhook": ["w1"]},
        {"person": "Anne Roussel", "email": ["anne@exemple.fr", "accueil@exemple.fr"]},
        {"person": "Anne Roussel", "from_urgency": "high", "notify": ["anne-sms"]},
        {"person": "Denis Picard", "from_urgency": "critical", "email": ["denis@exemple.fr"]},
        {"from_urgency": "critical", "email": ["accueil@exemple.fr"], "notify": ["garde"]},
    ]
)


@pytest.mark.parametrize(
    ("person", "urgency", "addresses"),
    [
        (None, "normal", ["accueil@exemple.fr", "w1"]),
        (None, "critical", ["accueil@exemple.fr", "w1", "garde"]),
        ("Anne Roussel", "normal", ["anne@exemple.fr", "accueil@exemple.fr"]),
        ("Anne Roussel", "high", ["anne@exemple.fr", "accueil@exemple.fr", "anne-sms"]),
        ("Denis Picard", "high", ["accueil@exemple.fr", "w1"]),
        ("Denis Picard", "critical", ["denis@exemple.fr"]),
        ("Inconnue", "low", ["accueil@exemple.fr", "w1"]),
    ],
)
def test_whom_a_message_goes_to(person: str | None, urgency: Urgency, addresses: list[str]) -> None:
    made = planned(RECIPIENTS, call="c1", draft=1, person=person, urgency=urgency)
    assert [parcel.address for parcel in made] == addresses


def test_without_recipients_a_message_goes_nowhere() -> None:
    assert planned(settings(), call="c1", draft=1, person=None, urgency="critical") == ()


def test_the_same_delivery_has_the_same_key_and_any_other_another() -> None:
    def keys(call: str, draft: int) -> list[str]:
        made = planned(RECIPIENTS, call=call, draft=draft, person=None, urgency="critical")
        return [parcel.idempotency_key for parcel in made]

    assert keys("c1", 1) == keys("c1", 1)
    assert len({*keys("c1", 1), *keys("c1", 2), *keys("c2", 1)}) == 9


def test_a_key_is_fit_for_headers_and_tells_no_address() -> None:
    assert re.fullmatch("[0-9a-f]{32}", idempotency_key("c1/1/message", "email", "anne@exemple.fr"))


def test_each_step_of_an_escalation_is_a_delivery_of_its_own() -> None:
    contact = ContactSettings(name="Garde", email=("garde@exemple.fr",), notify=("garde",))
    first, second = (planned_for(contact, call="c1", draft=1, step=step) for step in (1, 3))
    assert [(parcel.channel, parcel.address) for parcel in first] == [
        ("email", "garde@exemple.fr"),
        ("notify", "garde"),
    ]
    assert not {p.idempotency_key for p in first} & {p.idempotency_key for p in second}
