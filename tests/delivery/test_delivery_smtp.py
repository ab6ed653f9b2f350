import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

import pytest
from delivered_calls import KEY, NOW, handled, settings
from mail_server import PASSWORD, USER, Mailbox, free_port, mail_server
from pydantic import SecretStr, ValidationError
from tls_certificates import certificates

from qualify.delivery.content import email_to
from qualify.delivery.smtp import SmtpSettings, send_email

TO = "garnier@exemple.fr"
Start = Callable[..., SmtpSettings]


def letter() -> EmailMessage:
    return email_to(TO, handled(), settings(), sender="permanence@exemple.fr", key=KEY, at=NOW)


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts a server for a mailbox, and gives the settings by which to reach it."""
    with ExitStack() as running:

        def started(box: Mailbox, **changes: Any) -> SmtpSettings:
            port = running.enter_context(mail_server(box, certificates().server))
            usual = {
                "host": "localhost",
                "port": port,
                "username": USER,
                "password": PASSWORD,
                "sender": "permanence@exemple.fr",
                "ca_file": certificates().path,
                "timeout_s": 5,
                "content_timeout_s": 5,
            }
            return SmtpSettings.model_validate(usual | changes)

        yield started


def test_an_email_is_sent_by_starttls_with_a_password(start: Start) -> None:
    box = Mailbox()
    result = send_email(letter(), address=TO, settings=start(box))
    assert (result.status, result.receipt, result.error) == ("sent", "250 pris", None)
    [envelope] = box.taken
    assert box.greeted_by == "exemple.fr"
    assert (envelope.mail_from, envelope.rcpt_tos) == ("permanence@exemple.fr", [TO])
    content = envelope.content
    assert isinstance(content, bytes)
    made = message_from_bytes(content, policy=SMTP)
    assert made["Message-ID"] == f"<{KEY}@exemple.fr>"
    assert made["To"] == TO
    assert made["Subject"] == "TRÈS URGENT – Fuite d'eau – Léa Morin"
    plain = made.get_body(("plain",))
    assert plain is not None
    assert "L'eau coule du plafond." in plain.get_content()


@pytest.mark.parametrize(
    ("box", "status", "error"),
    [
        (Mailbox(rcpt_answer="550 inconnu"), "dead", "refuse le destinataire (550)"),
        (Mailbox(rcpt_answer="450 plus tard"), "retry", "refuse pour l'instant (450)"),
        (Mailbox(mail_answer="550 qui êtes-vous"), "retry", "refuse pour l'instant (550)"),
        (Mailbox(data_answer="554 refusé"), "dead", "refuse le contenu (554)"),
        (Mailbox(data_answer="451 plus tard"), "retry", "refuse pour l'instant (451)"),
        (Mailbox(data_answer="350 et puis"), "unknown", "autrement que prévu (350)"),
        (Mailbox(hang_up=True), "unknown", "peut-être parti"),
    ],
)
def test_what_a_servers_answer_means(start: Start, box: Mailbox, status: str, error: str) -> None:
    result = send_email(letter(), address=TO, settings=start(box))
    assert result.status == status
    assert error in (result.error or "")
    assert TO not in (result.error or "")


def test_an_answer_that_comes_too_late_is_unknown(start: Start) -> None:
    box = Mailbox(hang_s=1.0)
    result = send_email(letter(), address=TO, settings=start(box, content_timeout_s=0.2))
    assert result.status == "unknown"
    assert len(box.taken) == 1


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"password": "faux"}, "refuse l'identifiant ou le mot de passe (535)"),
        ({"ca_file": None}, "connexion perdue avant l'envoi"),
        ({"host": "127.0.0.1"}, "connexion perdue avant l'envoi"),
        ({"security": "tls"}, "connexion perdue avant l'envoi"),
        ({"ca_file": "/nulle/part.pem"}, "connexion perdue avant l'envoi"),
    ],
    ids=["password", "authority", "name", "tls", "no-file"],
)
def test_what_an_operator_can_put_right_is_tried_again(
    start: Start, changes: dict[str, Any], error: str
) -> None:
    box = Mailbox()
    result = send_email(letter(), address=TO, settings=start(box, **changes))
    assert (result.status, box.taken) == ("retry", [])
    assert error in (result.error or "")


def test_nothing_is_sent_to_a_server_without_starttls() -> None:
    box = Mailbox()
    with mail_server(box, None) as port:
        chosen = SmtpSettings(host="localhost", port=port, sender="p@exemple.fr", ca_file=certificates().path)
        result = send_email(letter(), address=TO, settings=chosen)
    assert (result.status, box.taken) == ("retry", [])
    assert "ne propose pas STARTTLS" in (result.error or "")


def test_a_server_that_nobody_runs_is_tried_again() -> None:
    chosen = SmtpSettings(host="127.0.0.1", port=free_port(), sender="p@exemple.fr")
    assert send_email(letter(), address=TO, settings=chosen).status == "retry"


def test_a_server_that_says_nothing_holds_nobody() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        chosen = SmtpSettings(host="127.0.0.1", port=port, sender="p@exemple.fr", timeout_s=0.2)
        begun = time.monotonic()
        assert send_email(letter(), address=TO, settings=chosen).status == "retry"
    assert time.monotonic() - begun < 2


def test_without_tls_where_the_operator_wants_it_so() -> None:
    box = Mailbox()
    with mail_server(box, None) as port:
        chosen = SmtpSettings(host="127.0.0.1", port=port, security="none", sender="p@exemple.fr")
        assert send_email(letter(), address=TO, settings=chosen).status == "sent"
    assert len(box.taken) == 1


@pytest.mark.parametrize(
    "address",
    ["", "x", "a@b> SIZE=1", "a@b\r\nRCPT TO:<c@d>", "a b@c.fr", "é@exemple.fr", "<a@b.fr>", "a\x00@b.fr"],
)
def test_an_address_that_could_become_a_command_is_sent_nowhere(start: Start, address: str) -> None:
    box = Mailbox()
    assert send_email(letter(), address=address, settings=start(box)).status == "dead"
    assert box.taken == []


@pytest.mark.parametrize(
    "keys",
    [
        {"username": "u"},
        {"password": SecretStr("p")},
        {"username": "u", "password": SecretStr("p"), "security": "none"},
        {"sender": "pas une adresse"},
        {"port": 0},
    ],
)
def test_settings_that_would_betray_a_password_or_lead_nowhere(keys: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        SmtpSettings.model_validate({"host": "localhost", "port": 25, "sender": "p@exemple.fr"} | keys)
