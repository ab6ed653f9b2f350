import re
from datetime import timedelta
from ipaddress import ip_network

import pytest
from delivered_calls import KEY, NOW, attempt, handled, settings
from http_receiver import Receiver, http_receiver
from mail_server import Mailbox, mail_server
from pydantic import SecretBytes, SecretStr

from qualify.delivery.ack import PATH, acknowledged
from qualify.delivery.environment import DeliveryEnvironment
from qualify.delivery.events import call_event
from qualify.delivery.sending import LINK_HOLDS, link_for, send_event, send_message
from qualify.delivery.smtp import SmtpSettings
from qualify.records import Urgency
from qualify.rendering.settings import DeliverySettings

LINKED = DeliveryEnvironment(
    link_keys=(SecretBytes(b"k" * 32),), public_url="https://appels.exemple.fr"
)  # fmt: skip
TO = "garnier@exemple.fr"


def escalated(*urgencies: str) -> DeliverySettings:
    contacts = [{"name": "Garde", "notify": ["garde"]}]
    return settings(escalation={"urgencies": urgencies, "contacts": contacts})


def test_an_urgent_email_can_be_acknowledged_by_its_link() -> None:
    box = Mailbox()
    with mail_server(box, None) as port:
        smtp = SmtpSettings(host="127.0.0.1", port=port, security="none", sender="p@exemple.fr")
        chosen = LINKED.model_copy(update={"smtp": smtp})
        result = send_message(attempt("email", TO), handled(), settings(), environment=chosen, at=NOW)
    assert result.status == "sent"
    [envelope] = box.taken
    content = envelope.content
    assert isinstance(content, bytes)
    assert f"Message-ID: <{KEY}@exemple.fr>".encode() in content
    flat = content.replace(b"=\r\n", b"").decode()
    found = re.search(re.escape(PATH) + r"(\S+?)\r\n", flat)
    assert found is not None
    claim = acknowledged(found[1], keys=[b"k" * 32], now=NOW + LINK_HOLDS - timedelta(seconds=1))
    assert claim.attempt == "a1"


@pytest.mark.parametrize(
    ("urgency", "chosen", "linked"),
    [
        ("critical", settings(), True),
        ("high", settings(), True),
        ("normal", settings(), False),
        ("high", escalated("critical"), False),
        ("normal", escalated("normal"), True),
    ],
)
def test_which_messages_carry_a_link(urgency: Urgency, chosen: DeliverySettings, linked: bool) -> None:
    link = link_for(attempt("email", TO), handled(urgency), chosen, environment=LINKED, at=NOW)
    assert (link is not None) is linked


@pytest.mark.parametrize("missing", ["link_keys", "public_url"])
def test_without_keys_or_an_address_there_is_no_link(missing: str) -> None:
    bare = DeliveryEnvironment(**{k: v for k, v in dict(LINKED).items() if k != missing})
    assert link_for(attempt("email", TO), handled(), settings(), environment=bare, at=NOW) is None


def test_without_a_mail_server_an_email_waits() -> None:
    bare = DeliveryEnvironment()
    result = send_message(attempt("email", TO), handled(), settings(), environment=bare, at=NOW)
    assert result.status == "retry"
    assert "QUALIFY_SMTP_HOST" in (result.error or "")


def test_a_notification_goes_to_the_channel_of_its_name() -> None:
    pytest.importorskip("apprise")
    with http_receiver(Receiver(status=200)) as receiver:
        urls = {"QUALIFY_NOTIFY_GARDE": SecretStr(f"json://127.0.0.1:{receiver.port}/")}
        chosen = LINKED.model_copy(update={"notify_urls": urls})
        made = send_message(attempt("notify", "garde"), handled(), settings(), environment=chosen, at=NOW)
    assert made.status == "sent"
    assert PATH.encode() in receiver.posted[0][2]


def test_an_event_is_posted_under_the_attempts_key() -> None:
    event = call_event("call.failed", call="c1", tenant="plomberie", at=NOW)
    chosen = DeliveryEnvironment(webhook_networks=(ip_network("127.0.0.0/8"),))
    with http_receiver(Receiver()) as receiver:
        url = f"http://127.0.0.1:{receiver.port}/"
        secret = "whsec_" + "QUJD" * 8
        made = send_event(attempt("webhook", "w1"), event, url=url, secret=secret, environment=chosen, at=NOW)
    assert made.status == "sent"
    assert receiver.posted[0][1]["webhook-id"] == KEY
    assert receiver.posted[0][2] == event.body()


def test_a_webhook_is_no_message() -> None:
    with pytest.raises(ValueError, match="send_event"):
        send_message(
            attempt("webhook", "w1"), handled(), settings(), environment=DeliveryEnvironment(), at=NOW
        )
