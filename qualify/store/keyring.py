"""Encryption at rest: AES-256-GCM under a ring of keys; the first encrypts, all decrypt.

A sealed value is a version byte, the key's id with its length, a random 96-bit nonce (NIST SP 800-38D)
and the ciphertext with its tag. Its place (table, column, row) is authenticated with it, so that a value
moved elsewhere does not open. Look-ups go by HMAC-SHA256 under a key derived from the same ring.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import re
import secrets
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from qualify.store.errors import KeyRingError

KEYS_VARIABLE, KEYS_FILE_VARIABLE = "QUALIFY_DATA_KEYS", "QUALIFY_DATA_KEYS_FILE"
_VERSION = 1
_KEY_BYTES, _NONCE_BYTES = 32, 12
_ID = re.compile(r"[A-Za-z0-9_-]{1,32}")
_EXPECTED = "« identifiant:clé », la clé étant 32 octets en base64, plusieurs séparées par des virgules"


@dataclass(frozen=True)
class DataKey:
    """One key of the ring."""

    id: str
    secret: bytes = field(repr=False)

    def derived(self, purpose: str, *, salt: bytes | None = None) -> bytes:
        """A key of 32 bytes for that purpose alone (HKDF, RFC 5869)."""
        return HKDF(SHA256(), _KEY_BYTES, salt, purpose.encode()).derive(self.secret)


class KeyRing:
    """The data keys in use."""

    def __init__(self, keys: tuple[DataKey, ...]) -> None:
        self.first = keys[0]
        self._keys = {key.id: key for key in keys}
        self._ciphers = {key.id: AESGCM(key.derived("qualify value")) for key in keys}
        self._lookups = tuple(key.derived("qualify lookup") for key in keys)

    def key(self, key_id: str) -> DataKey:
        """KeyRingError where the ring has no such key."""
        if key_id not in self._keys:
            raise KeyRingError(f"la clé de données « {key_id} » manque au trousseau {KEYS_VARIABLE}")
        return self._keys[key_id]

    def seal(self, value: bytes, place: str) -> bytes:
        """The value encrypted under the first key, for that place only."""
        nonce, name = os.urandom(_NONCE_BYTES), self.first.id.encode()
        sealed = self._ciphers[self.first.id].encrypt(nonce, value, place.encode())
        return bytes([_VERSION, len(name)]) + name + nonce + sealed

    def open(self, sealed: bytes, place: str) -> bytes:
        """The value; KeyRingError where the key is lacking, the value was altered or is elsewhere's."""
        key_id = key_of(sealed)
        self.key(key_id)
        body = sealed[2 + len(key_id) :]
        try:
            return self._ciphers[key_id].decrypt(body[:_NONCE_BYTES], body[_NONCE_BYTES:], place.encode())
        except InvalidTag as error:
            raise KeyRingError(f"donnée altérée, ou clé « {key_id} » changée : {place}") from error

    def lookups(self, value: str) -> tuple[str, ...]:
        """The value's keyed hashes, under the first key first: an index that tells nothing."""
        return tuple(hmac.new(key, value.encode(), hashlib.sha256).hexdigest() for key in self._lookups)


def key_of(sealed: bytes) -> str:
    """Id of the key that a value is sealed under."""
    if len(sealed) < 2 or sealed[0] != _VERSION:
        raise KeyRingError("donnée chiffrée d'un format inconnu")
    return sealed[2 : 2 + sealed[1]].decode("ascii", "replace")


def parse_keys(text: str) -> KeyRing:
    """The ring that a text of `id:base64` items gives; KeyRingError tells which is wrong, not the key."""
    keys = tuple(_parse(number, item) for number, item in enumerate(re.split(r"[\s,]+", text.strip()), 1))
    if len({key.id for key in keys}) < len(keys):
        raise KeyRingError(
            "trousseau de clés : deux clés du même identifiant. Attendu : des identifiants distincts"
        )
    return KeyRing(keys)


def _parse(number: int, item: str) -> DataKey:
    key_id, _, encoded = item.partition(":")
    try:
        secret = base64.b64decode(encoded, validate=True)
    except ValueError:
        secret = b""
    if not _ID.fullmatch(key_id) or len(secret) != _KEY_BYTES:
        raise KeyRingError(f"trousseau de clés, clé n° {number} : illisible. Attendu : {_EXPECTED}")
    return DataKey(key_id, secret)


def new_key(key_id: str) -> str:
    """A fresh random key as the ring's text writes it."""
    return f"{key_id}:{base64.b64encode(secrets.token_bytes(_KEY_BYTES)).decode()}"


def configured_keys(environment: Mapping[str, str]) -> str | None:
    """The ring's text from the variable, or from the file that the other variable names; None without."""
    if text := environment.get(KEYS_VARIABLE):
        return text
    name = environment.get(KEYS_FILE_VARIABLE)
    try:
        return Path(name).read_text(encoding="ascii") if name else None
    except (OSError, UnicodeDecodeError) as error:
        raise KeyRingError(f"{KEYS_FILE_VARIABLE} : fichier « {name} » illisible") from error


def keys_beside(database: Path, tell: Callable[[str], None]) -> str:
    """The ring's text in the file beside an SQLite database, made, mode 600, with a new database.

    KeyRingError where the database is there and its key file is gone: a new key would open nothing.
    """
    path = database.with_name(database.name + ".keys")
    if not path.exists():
        if database.exists() and database.stat().st_size:
            raise KeyRingError(f"le fichier de clés {path} manque, sans lequel la base ne se relit pas")
        _make_key_file(path, tell)
    return path.read_text(encoding="ascii")


def _make_key_file(path: Path, tell: Callable[[str], None]) -> None:
    """Whole or not at all, and once, however many processes start."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(new_key("k1") + "\n")
            file.flush()
            os.fsync(file.fileno())
        os.link(name, path)
    except FileExistsError:
        return
    finally:
        os.unlink(name)
    tell(
        f"Clé de chiffrement créée : {path}. Sans elle, rien ne se relit : la sauvegarder à part de la base, "
        f"ou donner {KEYS_VARIABLE}."
    )
