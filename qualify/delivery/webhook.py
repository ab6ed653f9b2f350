"""One event to one webhook: signed as Standard Webhooks 1.0 wants it, and posted where it is safe to.

The receiver knows a repeated event by its id, so that whatever is in doubt is simply sent again.
"""

from __future__ import annotations

import asyncio
import base64
import secrets
import socket
import ssl
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Protocol, TypeVar

import httpx
from standardwebhooks import Webhook

from qualify.delivery.result import SendResult, dead, retry, sent
from qualify.delivery.targets import Network, Target, TargetError, judged, target_of
from qualify.delivery.tls import trusted

_Made = TypeVar("_Made")

MAX_BODY_BYTES = 1_000_000
GONE = 410
"""The one answer by which a receiver says that it wants no more."""


class Resolver(Protocol):
    """What turns a name into addresses."""

    def __call__(self, host: str, port: int) -> Awaitable[Sequence[str]]:
        """All addresses, in the order in which they should be tried; OSError where there are none."""
        ...


async def resolve(host: str, port: int) -> Sequence[str]:
    """The addresses that the system knows for a name; TargetError where it can be none."""
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError as error:
        raise TargetError("Le nom du serveur n'est pas valable.") from error
    return tuple(dict.fromkeys(str(address[0]) for *_, address in found))


@dataclass(frozen=True, kw_only=True)
class WebhookOptions:
    """Where webhooks may be, and how long one may take."""

    allowed: tuple[Network, ...] = ()
    """Private networks that an operator opens to webhooks, also without TLS."""
    timeout_s: float = 15.0
    """From resolving the name to the answer's status."""
    verify: ssl.SSLContext | None = None
    """Certificates that are trusted; None: the system's."""
    resolver: Resolver = resolve


def new_secret() -> str:
    """A webhook's secret: `whsec_` and 24 random bytes in base64."""
    return f"whsec_{base64.b64encode(secrets.token_bytes(24)).decode()}"


def signed_headers(body: bytes, *, key: str, secret: str, at: datetime) -> dict[str, str]:
    """The headers by which a receiver knows who sent a body, when, and whether it had it before.

    `key` is the event's id, the same at every try; `at` the time of this try.
    """
    at = at.astimezone(UTC)
    return {
        "webhook-id": key,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(secret).sign(key, at, body.decode()),
    }


def check_target(url: str, *, options: WebhookOptions) -> None:
    """TargetError where nothing would be posted to that URL now; for those who register one."""
    try:
        asyncio.run(_within(_address_of(target_of(url), options), options.timeout_s))
    except OSError as error:  # a TimeoutError among them
        raise TargetError("Le nom du serveur n'a pas d'adresse.") from error


def send_webhook(
    body: bytes, *, url: str, key: str, secret: str, at: datetime, options: WebhookOptions
) -> SendResult:
    """Post a body once; any answer of 200 to 299 means that the receiver has it. Raises nothing."""
    if len(body) > MAX_BODY_BYTES:
        return dead("Événement trop grand pour un webhook.")
    headers = signed_headers(body, key=key, secret=secret, at=at)
    try:
        target = target_of(url)
        return asyncio.run(_within(_posted(body, target, headers, options), options.timeout_s))
    except TargetError as error:
        return dead(str(error))
    except TimeoutError:
        return retry("Le serveur du webhook n'a pas répondu à temps.")
    except (httpx.HTTPError, OSError) as error:
        return retry(f"Serveur du webhook injoignable ({type(error).__name__}).")


async def _within(work: Awaitable[_Made], seconds: float) -> _Made:
    async with asyncio.timeout(seconds):
        return await work


async def _address_of(target: Target, options: WebhookOptions) -> str:
    addresses = await options.resolver(target.host, target.port)
    return str(judged(target, addresses, options.allowed).address)


async def _posted(
    body: bytes, target: Target, headers: Mapping[str, str], options: WebhookOptions
) -> SendResult:
    """Post to the judged address under the name in the URL; the answer's body is never read."""
    address = await _address_of(target, options)
    named = httpx.URL(target.url)
    client = httpx.AsyncClient(
        verify=options.verify or trusted(),
        timeout=options.timeout_s,
        follow_redirects=False,
        trust_env=False,
    )
    all_headers = {
        **headers,
        "Host": named.netloc.decode("ascii"),
        "Content-Type": "application/json",
        "User-Agent": "qualify",
    }
    request = client.build_request(
        "POST",
        named.copy_with(host=address),
        content=body,
        headers=all_headers,
        extensions={"sni_hostname": target.host},
    )
    async with client:
        response = await client.send(request, stream=True)
        await response.aclose()
    return _meaning(response)


def _meaning(response: httpx.Response) -> SendResult:
    code = response.status_code
    if response.is_success:
        return sent(str(code))
    if code == GONE:
        return dead(f"Le serveur du webhook n'en veut plus ({code}).")
    if response.is_redirect:
        return retry(f"Le serveur du webhook renvoie ailleurs ({code}), ce qui n'est pas suivi.")
    wait_s = _asked_wait(response.headers.get("retry-after", ""), datetime.now(UTC))
    return retry(f"Le serveur du webhook refuse ({code}).", wait_s=wait_s)


def _asked_wait(text: str, now: datetime) -> float:
    """Seconds that a `Retry-After` header asks to wait, as a number or a date; 0 where it says neither."""
    if text.isascii() and text.isdecimal() and len(text) < 10:
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return 0.0
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (moment - now).total_seconds())
