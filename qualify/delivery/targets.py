"""Which addresses a webhook may be posted to: none that lies behind the service's own walls.

A name is resolved once, every address it has is judged, and the one that was judged is connected to, so
that no second resolution can lead elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import NamedTuple

import httpx

from qualify.errors import QualifyError
from qualify.records import Record

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

MAX_URL_CHARACTERS = 2000
NAT64 = IPv6Network("64:ff9b::/96")
"""IPv4 inside IPv6, RFC 6052."""
FORBIDDEN: tuple[Network, ...] = tuple(
    ip_network(network)
    for network in (
        "168.63.129.16/32",  # Azure's host, which answers on a public address
        "192.0.0.0/24",  # IETF's protocols; Oracle's metadata at 192.0.0.192
        "192.88.99.0/24",  # 6to4 relays
        "64:ff9b:1::/48",  # local NAT64, RFC 8215
        "::/96",  # IPv4-compatible, long out of use
        "fec0::/10",  # site-local, long out of use
    )
)
"""What the standard library takes for public, all the same."""


class TargetError(QualifyError):
    """A webhook's URL that nothing is posted to."""


class Target(Record):
    """A URL taken apart: nothing in it but what a request needs."""

    url: str
    host: str
    port: int
    secure: bool


class Judged(NamedTuple):
    """The address to connect to."""

    address: Address
    allowed: bool
    """Whether the operator allows it although it isn't public."""


def target_of(url: str) -> Target:
    """The URL's parts; TargetError where it is none that a webhook can have."""
    if len(url) > MAX_URL_CHARACTERS:
        raise TargetError(f"URL de plus de {MAX_URL_CHARACTERS} caractères.")
    try:
        parsed = httpx.URL(url)
        host = parsed.raw_host.decode("ascii")
    except (httpx.InvalidURL, UnicodeError) as error:
        raise TargetError("Ce n'est pas une URL.") from error
    if parsed.scheme not in ("http", "https") or not host:
        raise TargetError("L'URL d'un webhook commence par https:// et nomme un serveur.")
    if parsed.userinfo:
        raise TargetError("L'URL d'un webhook ne contient ni identifiant ni mot de passe.")
    secure = parsed.scheme == "https"
    port = (443 if secure else 80) if parsed.port is None else parsed.port
    if not 1 <= port <= 65535:
        raise TargetError("Le port de l'URL n'est pas entre 1 et 65535.")
    return Target(url=url, host=host, port=port, secure=secure)


def judged(target: Target, addresses: Sequence[str], allowed: Sequence[Network]) -> Judged:
    """The address of a target to connect to; TargetError where any of its addresses is out of bounds.

    `addresses` are all that its name resolves to. Those in `allowed` networks may be anywhere, and be
    talked to without TLS.
    """
    found = [_read(address) for address in addresses]
    if not found:
        raise TargetError("Le nom du serveur n'a pas d'adresse.")
    verdicts = [Judged(address, any(_inside(address, network) for network in allowed)) for address in found]
    if not all(verdict.allowed or is_public(verdict.address) for verdict in verdicts):
        raise TargetError("Ce serveur est sur un réseau privé ou réservé : rien n'y est envoyé.")
    if not target.secure and not all(verdict.allowed for verdict in verdicts):
        raise TargetError("Un webhook exige https://.")
    return verdicts[0]


def is_public(address: Address) -> bool:
    """Whether it is one machine on the public internet, also where it wraps another address."""
    inner = _inner(address)
    if inner is not None:
        return is_public(inner)
    forbidden = address.is_multicast or any(_inside(address, network) for network in FORBIDDEN)
    return address.is_global and not forbidden


def _inner(address: Address) -> IPv4Address | None:
    if isinstance(address, IPv4Address):
        return None
    if address in NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour


def _inside(address: Address, network: Network) -> bool:
    return address.version == network.version and address in network


def _read(address: str) -> Address:
    try:
        return ip_address(address)
    except ValueError as error:
        raise TargetError("Le nom du serveur n'a pas d'adresse utilisable.") from error
