import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from ipaddress import ip_network

import pytest
from http_receiver import Receiver, http_receiver
from standardwebhooks import Webhook
from standardwebhooks.exceptions import WebhookVerificationError
from tls_certificates import certificates

from qualify.delivery.result import SendResult
from qualify.delivery.targets import TargetError
from qualify.delivery.webhook import (
    MAX_BODY_BYTES,
    WebhookOptions,
    check_target,
    new_secret,
    send_webhook,
    signed_headers,
)

SECRET = "whsec_" + "QUJD" * 8
HERE = (ip_network("127.0.0.0/8"),)
BODY = '{"type":"message.approved","data":{"name":"Léa"}}'.encode()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with http_receiver(Receiver()) as running:
        yield running


def post(receiver: Receiver, *, body: bytes = BODY, timeout_s: float = 5) -> SendResult:
    options = WebhookOptions(allowed=HERE, timeout_s=timeout_s)
    url = f"http://127.0.0.1:{receiver.port}/appels?client=1"
    return send_webhook(body, url=url, key="k1", secret=SECRET, at=datetime.now(UTC), options=options)


def test_a_receiver_can_verify_what_it_is_posted(receiver: Receiver) -> None:
    assert post(receiver) == SendResult(status="sent", receipt="204")
    [(path, headers, body)] = receiver.posted
    assert (path, body, headers["webhook-id"]) == ("/appels?client=1", BODY, "k1")
    assert headers["content-type"] == "application/json"
    assert Webhook(SECRET).verify(body, headers)["data"]["name"] == "Léa"
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(body.replace("Léa".encode(), b"Lea"), headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(new_secret()).verify(body, headers)


def test_the_signature_is_that_of_the_specification() -> None:
    at = datetime(2021, 2, 25, 15, 15, 30, tzinfo=UTC)
    headers = signed_headers(
        b'{"test": 2432232314}',
        key="msg_p5jXN8AQM9LWM0D4loKWxJek",
        secret="whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        at=at - timedelta(seconds=at.timestamp() - 1614265330),
    )
    assert headers["webhook-timestamp"] == "1614265330"
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_the_zone_of_a_time_changes_no_signature() -> None:
    at = datetime(2026, 11, 24, 8, 30, tzinfo=UTC)
    local = at.astimezone()
    assert signed_headers(BODY, key="k", secret=SECRET, at=at) == signed_headers(
        BODY, key="k", secret=SECRET, at=local
    )


def test_secrets_are_long_and_never_the_same() -> None:
    assert len({new_secret() for _ in range(100)}) == 100
    assert len(new_secret()) == len("whsec_") + 32


@pytest.mark.parametrize(
    ("status", "headers", "meaning", "wait_s"),
    [
        (200, {}, "sent", 0),
        (202, {}, "sent", 0),
        (301, {"Location": "https://exemple.fr/"}, "retry", 0),
        (307, {"Location": "/ailleurs"}, "retry", 0),
        (307, {"Location": "http://169.254.169.254/latest/meta-data/"}, "retry", 0),
        (400, {}, "retry", 0),
        (404, {}, "retry", 0),
        (410, {}, "dead", 0),
        (429, {"Retry-After": "120"}, "retry", 120),
        (503, {"Retry-After": "-3"}, "retry", 0),
        (503, {"Retry-After": "99999999999999999999"}, "retry", 0),
        (503, {"Retry-After": "bientôt".encode().decode("latin-1")}, "retry", 0),
        (500, {}, "retry", 0),
    ],
)
def test_what_an_answer_means(
    receiver: Receiver, status: int, headers: dict[str, str], meaning: str, wait_s: float
) -> None:
    receiver.status, receiver.headers = status, headers
    result = post(receiver)
    assert (result.status, result.wait_s) == (meaning, wait_s)
    assert len(receiver.posted) == 1


def test_a_wait_until_a_date(receiver: Receiver) -> None:
    receiver.status = 503
    receiver.headers = {"Retry-After": format_datetime(datetime.now(UTC) + timedelta(minutes=5))}
    assert post(receiver).wait_s == pytest.approx(300, abs=5)


def test_no_answer_without_end_holds_a_worker(receiver: Receiver) -> None:
    receiver.dribble = True
    begun = time.monotonic()
    result = post(receiver, timeout_s=0.3)
    assert (result.status, time.monotonic() - begun < 1.0) == ("retry", True)


def test_an_answers_body_is_not_read(receiver: Receiver) -> None:
    receiver.status, receiver.endless = 200, True
    assert post(receiver, timeout_s=1).status == "sent"


def test_an_event_beyond_measure_is_not_posted(receiver: Receiver) -> None:
    assert post(receiver, body=b"x" * (MAX_BODY_BYTES + 1)).status == "dead"
    assert receiver.posted == []


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "0x7f.1", "2130706433", "127.1", "[::ffff:7f00:1]"]
)
def test_however_it_is_written_our_own_machine_gets_nothing(receiver: Receiver, host: str) -> None:
    for scheme in ("http", "https"):
        result = send_webhook(
            BODY,
            url=f"{scheme}://{host}:{receiver.port}/",
            key="k1",
            secret=SECRET,
            at=datetime.now(UTC),
            options=WebhookOptions(timeout_s=5),
        )
        assert result.status == "dead"
    assert receiver.posted == []


class Resolved:
    """Gives these answers, one after the other."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self.answers = list(answers)

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        return self.answers.pop(0)


def options_of(*answers: Sequence[str], trusted: bool = True) -> WebhookOptions:
    verify = certificates().client if trusted else None
    return WebhookOptions(allowed=HERE, verify=verify, resolver=Resolved(*answers), timeout_s=5)


@pytest.mark.parametrize(
    ("host", "trusted", "status"),
    [
        ("crm.exemple.fr", True, "sent"),
        ("autre.exemple.fr", True, "retry"),
        ("crm.exemple.fr", False, "retry"),
    ],
)
def test_the_pinned_address_must_prove_the_name_in_the_url(host: str, trusted: bool, status: str) -> None:
    with ExitStack() as running:
        receiver = running.enter_context(http_receiver(Receiver(), certificates().server))
        url = f"https://{host}:{receiver.port}/appels"
        options = options_of(["127.0.0.1"], trusted=trusted)
        result = send_webhook(BODY, url=url, key="k1", secret=SECRET, at=datetime.now(UTC), options=options)
        assert result.status == status
        hosts = [headers["host"] for _, headers, _ in receiver.posted]
    assert hosts == ([f"{host}:{receiver.port}"] if status == "sent" else [])


def test_a_name_is_resolved_once_so_that_it_cannot_turn_inwards(receiver: Receiver) -> None:
    resolver = Resolved(["127.0.0.1"], ["169.254.169.254"])
    url = f"http://crm.exemple.fr:{receiver.port}/"
    options = WebhookOptions(allowed=HERE, resolver=resolver, timeout_s=5)
    result = send_webhook(BODY, url=url, key="k1", secret=SECRET, at=datetime.now(UTC), options=options)
    assert (result.status, resolver.answers) == ("sent", [["169.254.169.254"]])


async def unknown_name(host: str, port: int) -> Sequence[str]:
    raise OSError("inconnu")


def test_a_name_that_does_not_resolve_now_is_tried_again() -> None:
    options = WebhookOptions(resolver=unknown_name)
    url = "https://crm.exemple.fr/"
    result = send_webhook(BODY, url=url, key="k1", secret=SECRET, at=datetime.now(UTC), options=options)
    assert result.status == "retry"
    with pytest.raises(TargetError, match="pas d'adresse"):
        check_target(url, options=options)


@pytest.mark.parametrize("host", ["a" * 70 + ".fr", "a..b", "*"])
def test_a_name_that_can_be_none(host: str) -> None:
    url, at = f"https://{host}/", datetime.now(UTC)
    result = send_webhook(BODY, url=url, key="k1", secret=SECRET, at=at, options=WebhookOptions())
    assert result.status in ("dead", "retry")
    with pytest.raises(TargetError):
        check_target(url, options=WebhookOptions())


@pytest.mark.parametrize(("addresses", "fit"), [(["93.184.216.34"], True), (["10.0.0.1"], False)])
def test_a_target_is_checked_before_it_is_registered(addresses: list[str], fit: bool) -> None:
    options = options_of(addresses)
    if fit:
        check_target("https://crm.exemple.fr/", options=options)
    else:
        with pytest.raises(TargetError, match="privé"):
            check_target("https://crm.exemple.fr/", options=options)


def test_the_proxy_of_the_environment_is_not_asked(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9/")
    assert post(receiver).status == "sent"
