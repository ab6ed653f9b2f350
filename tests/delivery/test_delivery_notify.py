import json
import logging
import sys
from collections.abc import Iterator

import pytest
from http_receiver import Receiver, http_receiver
from pydantic import SecretStr

from qualify.delivery.notify import send_notification, variable_of
from qualify.delivery.result import SendResult


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with http_receiver(Receiver(status=200)) as running:
        yield running


def send(url: str) -> SendResult:
    urls = {"QUALIFY_NOTIFY_GARDE_SMS": SecretStr(url)}
    return send_notification("L'eau coule.", title="URGENT", name="garde-sms", urls=urls)


def test_a_text_reaches_its_service_and_no_log(receiver: Receiver, caplog: pytest.LogCaptureFixture) -> None:
    pytest.importorskip("apprise")
    caplog.set_level(logging.DEBUG)
    assert send(f"json://127.0.0.1:{receiver.port}/").status == "sent"
    [(_, _, body)] = receiver.posted
    assert (json.loads(body)["title"], json.loads(body)["message"]) == ("URGENT", "L'eau coule.")
    assert "coule" not in caplog.text


def test_a_service_that_refuses_is_tried_again(receiver: Receiver) -> None:
    pytest.importorskip("apprise")
    receiver.status = 500
    assert send(f"json://127.0.0.1:{receiver.port}/").status == "retry"


def test_a_channel_that_is_not_configured_names_its_variable() -> None:
    pytest.importorskip("apprise")
    result = send_notification("Texte", title="", name="garde-sms", urls={})
    assert result.status == "retry"
    assert variable_of("garde-sms") in (result.error or "")


def test_a_bad_url_is_told_and_not_shown(caplog: pytest.LogCaptureFixture) -> None:
    pytest.importorskip("apprise")
    caplog.set_level(logging.DEBUG)
    result = send("nimportequoi://clef-secrete")
    assert result.status == "retry"
    assert "n'est pas une URL" in (result.error or "")
    assert "clef" not in (result.error or "") + caplog.text


def test_without_apprise_the_remedy_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "apprise", None)
    assert "qualify[notify]" in (send("json://x/").error or "")
