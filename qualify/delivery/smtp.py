"""One e-mail to one address by SMTP, and what came of it.

Once the content may be on its way, a lost connection leaves it open whether the server has taken the
e-mail: that is `unknown`, and nothing sends it again by itself.
"""

from __future__ import annotations

import asyncio
import re
from contextlib import suppress
from email.message import EmailMessage
from pathlib import Path
from typing import Annotated, Literal, Self

import aiosmtplib
from pydantic import Field, SecretStr, model_validator

from qualify.delivery.result import SendResult, dead, retry, sent, unknown
from qualify.delivery.tls import trusted
from qualify.records import Record
from qualify.rendering.settings import EmailAddress

Security = Literal["starttls", "tls", "none"]
PORTS: dict[Security, int] = {"starttls": 587, "tls": 465, "none": 25}
"""The usual port of each."""
QUIT_S = 2.0
"""Waited for a server's good-bye after it has taken an e-mail."""
_ADDRESS = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[A-Za-z0-9.-]{1,255}", re.ASCII)


class SmtpSettings(Record):
    """The server that e-mails are handed to, for all tenants."""

    host: Annotated[str, Field(min_length=1)]
    port: int = Field(ge=1, le=65535)
    security: Security = "starttls"
    """Nothing is sent where the server doesn't offer it or its certificate doesn't hold."""
    username: str | None = None
    password: SecretStr | None = None
    sender: EmailAddress
    """In `From`, and where non-delivery is reported to."""
    ca_file: Path | None = None
    """Certificates that are trusted; None: the system's."""
    timeout_s: float = Field(default=30.0, gt=0)
    """For the connection and for each command."""
    content_timeout_s: float = Field(default=120.0, gt=0)
    """For the content until the server has taken it; a short wait leaves more e-mails `unknown`."""

    @model_validator(mode="after")
    def _secret_stays_secret(self) -> Self:
        if (self.username is None) != (self.password is None):
            raise ValueError("a username needs a password, and a password a username")
        if self.username is not None and self.security == "none":
            raise ValueError("a password is never sent without TLS")
        return self


def send_email(message: EmailMessage, *, address: str, settings: SmtpSettings) -> SendResult:
    """Hand an e-mail, complete with its headers, to the server; it tries once and raises nothing."""
    if not _ADDRESS.fullmatch(address):
        return dead("Adresse e-mail invalide.")
    return asyncio.run(_handed_over(message.as_bytes(), address, settings))


async def _handed_over(content: bytes, address: str, settings: SmtpSettings) -> SendResult:
    under_way = False
    try:
        client = _client(settings)
        await client.connect()
        await client.mail(settings.sender)
        await client.rcpt(address)
        under_way = True
        response = await client.data(content, timeout=settings.content_timeout_s)
    except aiosmtplib.SMTPResponseException as error:
        return _refused(error, under_way=under_way)
    except (aiosmtplib.SMTPException, OSError) as error:
        return _lost(error, under_way=under_way)
    await _good_bye(client)
    return sent(f"{response.code} {response.message}")


def _client(settings: SmtpSettings) -> aiosmtplib.SMTP:
    """A client that has not connected yet; OSError where the certificates can't be read."""
    encrypted = settings.security != "none"
    return aiosmtplib.SMTP(
        hostname=settings.host,
        port=settings.port,
        username=settings.username,
        password=settings.password.get_secret_value() if settings.password else None,
        local_hostname=settings.sender.rpartition("@")[2],
        timeout=settings.timeout_s,
        use_tls=settings.security == "tls",
        start_tls=settings.security == "starttls",
        tls_context=trusted(settings.ca_file) if encrypted else None,
    )


def _refused(error: aiosmtplib.SMTPResponseException, *, under_way: bool) -> SendResult:
    """What an answer means that is not the hoped-for one; its text, which may name people, isn't kept.

    Only the recipient and the content are refused for good: whatever else a server refuses, an operator
    can put right.
    """
    code = error.code
    if isinstance(error, aiosmtplib.SMTPAuthenticationError):
        return retry(f"Le serveur d'e-mail refuse l'identifiant ou le mot de passe ({code}).")
    if isinstance(error, aiosmtplib.SMTPRecipientRefused | aiosmtplib.SMTPDataError) and 500 <= code < 600:
        what = "le contenu" if under_way else "le destinataire"
        return dead(f"Le serveur d'e-mail refuse {what} ({code}).")
    if under_way and not 400 <= code < 500:
        return unknown(f"Le serveur d'e-mail a répondu autrement que prévu ({code}).")
    return retry(f"Le serveur d'e-mail refuse pour l'instant ({code}).")


def _lost(error: Exception, *, under_way: bool) -> SendResult:
    """What a lost or late connection means."""
    kind = type(error).__name__
    if under_way:
        return unknown(f"Réponse du serveur d'e-mail perdue : l'e-mail est peut-être parti ({kind}).")
    if type(error) is aiosmtplib.SMTPException:  # bare, where the server lacks what is wanted
        return retry("Le serveur d'e-mail ne propose pas STARTTLS, ou aucune authentification connue.")
    return retry(f"Serveur d'e-mail injoignable, ou connexion perdue avant l'envoi ({kind}).")


async def _good_bye(client: aiosmtplib.SMTP) -> None:
    with suppress(aiosmtplib.SMTPException, OSError):
        await client.quit(timeout=QUIT_S)
    client.close()
