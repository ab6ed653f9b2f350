"""What the operator configures for all tenants, secrets among it: read from environment variables.

A variable `NAME` may be given as `NAME_FILE`, the path of a file that holds its value. No value is ever
shown: an error names the variable.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from ipaddress import ip_network
from pathlib import Path
from typing import NoReturn, get_args

from pydantic import Field, SecretBytes, SecretStr, ValidationError

from qualify.delivery.notify import VARIABLE
from qualify.delivery.smtp import PORTS, Security, SmtpSettings
from qualify.delivery.targets import Network, TargetError, target_of
from qualify.errors import InputError
from qualify.records import Record

SMTP = "QUALIFY_SMTP_"
"""`HOST`, `PORT`, `SECURITY`, `USER`, `PASSWORD`, `FROM`, `CA_FILE`; without `HOST` no e-mail is sent."""
LINK_KEYS = "QUALIFY_LINK_KEYS"
"""Keys of acknowledgement links in base64, 32 bytes or more; the first signs, all are accepted."""
PUBLIC_URL = "QUALIFY_PUBLIC_URL"
"""Where those who receive a message reach the service."""
WEBHOOK_ALLOW = "QUALIFY_WEBHOOK_ALLOW"
"""Private networks that webhooks may be in, `10.1.2.0/24`."""
MIN_KEY_BYTES = 32

Environment = Mapping[str, str]


class DeliveryEnvironment(Record):
    """What sending needs of the operator; what is not configured is None or empty."""

    smtp: SmtpSettings | None = None
    link_keys: tuple[SecretBytes, ...] = ()
    public_url: str | None = None
    webhook_networks: tuple[Network, ...] = ()
    notify_urls: dict[str, SecretStr] = Field(default_factory=dict)
    """URLs of SMS and chat services by variable."""


def delivery_environment(env: Environment) -> DeliveryEnvironment:
    """The configuration in the environment; InputError, which names the variable, where it is wrong."""
    return DeliveryEnvironment(
        smtp=_smtp(env),
        link_keys=tuple(SecretBytes(_key(text)) for text in _words(env, LINK_KEYS)),
        public_url=_public_url(env),
        webhook_networks=tuple(_network(text) for text in _words(env, WEBHOOK_ALLOW)),
        notify_urls=_notify_urls(env),
    )


def value_of(env: Environment, name: str) -> str | None:
    """A variable's value, from itself or from its file; None where neither is set, or it is empty."""
    value, path = env.get(name, "").strip(), env.get(f"{name}_FILE", "").strip()
    if value and path:
        _wrong(name, f"« {name} » et « {name}_FILE » à la fois", "l'une des deux")
    if not path:
        return value or None
    try:
        return Path(path).read_text(encoding="utf-8").strip() or None
    except (OSError, UnicodeDecodeError):
        _wrong(f"{name}_FILE", "fichier illisible", "le chemin d'un fichier texte que le service peut lire")


def _smtp(env: Environment) -> SmtpSettings | None:
    host = value_of(env, f"{SMTP}HOST")
    if host is None:
        return None
    security = value_of(env, f"{SMTP}SECURITY") or "starttls"
    password, ca_file = value_of(env, f"{SMTP}PASSWORD"), env.get(f"{SMTP}CA_FILE", "").strip()
    if security not in PORTS:
        _wrong(f"{SMTP}SECURITY", "valeur inconnue", f"un mot parmi {', '.join(get_args(Security))}")
    try:
        return SmtpSettings(
            host=host,
            port=_port(env, PORTS[security]),
            security=security,
            username=value_of(env, f"{SMTP}USER"),
            password=SecretStr(password) if password else None,
            sender=value_of(env, f"{SMTP}FROM") or "",
            ca_file=Path(ca_file) if ca_file else None,
        )
    except ValidationError as error:
        _wrong(*_smtp_remedy(error))


def _smtp_remedy(error: ValidationError) -> tuple[str, str, str]:
    match error.errors()[0]["loc"]:
        case ("sender",):
            return f"{SMTP}FROM", "absente, ou pas une adresse", "l'adresse e-mail de l'expéditeur"
        case ("port",):
            return f"{SMTP}PORT", "hors limites", "un nombre de 1 à 65535"
        case _:
            remedy = "les deux, avec SECURITY=starttls ou tls, ou aucun des deux"
            return f"{SMTP}USER", "identifiant sans mot de passe, ou mot de passe sans TLS", remedy


def _port(env: Environment, usual: int) -> int:
    text = value_of(env, f"{SMTP}PORT") or str(usual)
    if not (text.isascii() and text.isdecimal()):
        _wrong(f"{SMTP}PORT", "ce n'est pas un nombre", "un nombre de 1 à 65535")
    return int(text[:9])


def _words(env: Environment, name: str) -> list[str]:
    return (value_of(env, name) or "").replace(",", " ").split()


def _key(text: str) -> bytes:
    try:
        key = base64.b64decode(text, validate=True)
    except ValueError:  # binascii.Error, or text that is not ASCII
        key = b""
    if len(key) < MIN_KEY_BYTES:
        _wrong(LINK_KEYS, "clé trop courte, ou pas en base64", f"{MIN_KEY_BYTES} octets au hasard, en base64")
    return key


def _public_url(env: Environment) -> str | None:
    url = value_of(env, PUBLIC_URL)
    try:
        return target_of(url).url if url else None
    except TargetError as error:
        _wrong(PUBLIC_URL, str(error).rstrip("."), "une adresse telle que https://appels.exemple.fr")


def _network(text: str) -> Network:
    try:
        return ip_network(text)
    except ValueError:
        _wrong(WEBHOOK_ALLOW, "ce n'est pas un réseau", "des réseaux tels que 10.1.2.0/24")


def _notify_urls(env: Environment) -> dict[str, SecretStr]:
    names = {name.removesuffix("_FILE") for name in env if name.startswith(VARIABLE)}
    found = {name: value_of(env, name) for name in sorted(names)}
    return {name: SecretStr(url) for name, url in found.items() if url}


def _wrong(name: str, found: str, expected: str) -> NoReturn:
    raise InputError("environnement", name, found, expected)
