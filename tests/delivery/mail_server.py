"""A real SMTP server that does what a test tells it, with STARTTLS and authentication."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

USER, PASSWORD = "permanence", "un mot de passe"


@dataclass
class Mailbox:
    """Takes e-mails, or does something worse."""

    rcpt_answer: str = "250 OK"
    mail_answer: str = "250 OK"
    data_answer: str = "250 pris"
    hang_up: bool = False
    """Take the content, then drop the connection instead of answering."""
    hang_s: float = 0.0
    """Seconds before the content is answered."""
    greeted_by: str | None = None
    """The name that the last client gave itself."""
    taken: list[Envelope] = field(default_factory=list)

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.mail_from, self.greeted_by = address, session.host_name
        return self.mail_answer

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.rcpt_tos.append(address)
        return self.rcpt_answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.data_answer.startswith("2"):
            self.taken.append(envelope)
        if self.hang_up and isinstance(server.transport, asyncio.WriteTransport):
            server.transport.abort()
        await asyncio.sleep(self.hang_s)
        return self.data_answer


def _authenticated(server: Any, session: Any, envelope: Any, mechanism: str, auth_data: Any) -> AuthResult:
    known = isinstance(auth_data, LoginPassword) and auth_data.password == PASSWORD.encode()
    return AuthResult(success=known and auth_data.login == USER.encode(), handled=False)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextmanager
def mail_server(box: Mailbox, tls: ssl.SSLContext | None) -> Iterator[int]:
    """The port of a running server; with TLS it wants STARTTLS and a password."""
    strict = tls is not None
    controller = Controller(
        box,
        hostname="127.0.0.1",
        port=free_port(),
        tls_context=tls,
        require_starttls=strict,
        auth_required=strict,
        authenticator=_authenticated,
    )
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()
