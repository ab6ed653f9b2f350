"""Links by which somebody acknowledges a message without an account: signed, and good for some days.

A link names the delivery that it was sent with, so that no name, number or address stands in it or in
any log of addresses visited. Mail scanners open links too: opening one must only show a page, whose
button acknowledges.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Sequence
from datetime import UTC, datetime

from pydantic import AwareDatetime

from qualify.errors import QualifyError
from qualify.records import Record

PATH = "/v1/acknowledge/"
"""What stands before the token in a link, after the service's address."""
_SIGNATURE_BYTES = 16
"""Of HMAC-SHA256: 128 bits, which keep a link short enough for an SMS."""
_TOKEN = re.compile(r"([\w-]{1,64})\.(\d{1,11})\.([\w-]{22})", re.ASCII)


class AckError(QualifyError):
    """A link that acknowledges nothing; `expired` where it once did."""

    def __init__(self, *, expired: bool) -> None:
        self.expired = expired
        told = "Ce lien a expiré." if expired else "Ce lien n'est pas valable."
        super().__init__(f"{told} Le message reste à confirmer, par téléphone ou par un lien plus récent.")


class Acknowledgement(Record):
    """What a link stands for."""

    attempt: str
    """Id of the delivery that the link was sent with: it tells the call, the draft and to whom."""
    expires_at: AwareDatetime
    """To the second."""


def ack_link(acknowledgement: Acknowledgement, *, key: bytes, address: str) -> str:
    """The link to acknowledge by, on the service at that public address (`https://…`)."""
    return f"{address.rstrip('/')}{PATH}{signed(acknowledgement, key=key)}"


def signed(acknowledgement: Acknowledgement, *, key: bytes) -> str:
    """The token that proves a link is ours, in characters that URLs take."""
    claim = f"{acknowledgement.attempt}.{int(acknowledgement.expires_at.timestamp())}"
    token = f"{claim}.{_signature(claim, key)}"
    if not _TOKEN.fullmatch(token):
        raise ValueError("an attempt's id has letters, digits, - and _ only, 64 at most")
    return token


def acknowledged(token: str, *, keys: Sequence[bytes], now: datetime) -> Acknowledgement:
    """What a token stands for; AckError where none of the keys has signed it or it has expired.

    After a rotation the older keys stay among `keys` as long as links signed by them are to hold.
    """
    parts = _TOKEN.fullmatch(token)
    if parts is None:
        raise AckError(expired=False)
    attempt, expiry, signature = parts.groups()
    claim = f"{attempt}.{expiry}"
    if not any(hmac.compare_digest(_signature(claim, key), signature) for key in keys):
        raise AckError(expired=False)
    expires_at = datetime.fromtimestamp(int(expiry), UTC)
    if now >= expires_at:
        raise AckError(expired=True)
    return Acknowledgement(attempt=attempt, expires_at=expires_at)


def _signature(claim: str, key: bytes) -> str:
    digest = hmac.digest(key, claim.encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(digest[:_SIGNATURE_BYTES]).decode().rstrip("=")
