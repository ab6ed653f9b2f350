"""Recordings on disk, encrypted in chunks so that any range can be read without the rest.

A file is a header (magic, key id, salt) and chunks of 64 KiB, each with its own tag. The file's key is
derived from the data key, the salt and the call's id; the nonce is the chunk's number and whether it is
the last (the STREAM construction of Hoang, Reyhanitabar, Rogaway and Vizár, 2015), so that chunks can be
neither exchanged nor cut off.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from qualify.store.errors import KeyRingError, NotFoundError, UnavailableError
from qualify.store.keyring import DataKey, KeyRing

CHUNK_BYTES = 65_536
ORPHAN_AFTER_S = 3600
"""A file that no call owns is an orphan after that time: before, its call may still be on its way in."""
_TAG_BYTES, _SALT_BYTES, _ID_BYTES = 16, 16, 32
_MAGIC = b"QAUDIO1\n"
_HEADER_BYTES = len(_MAGIC) + _ID_BYTES + _SALT_BYTES


class AudioReader:
    """A recording decrypted piece by piece; `size` is its length in bytes."""

    def __init__(self, path: Path, call_id: str, ring: KeyRing, media_type: str | None = None) -> None:
        self._path, self._call_id, self.media_type = path, call_id, media_type
        with _opened(path, call_id) as file:
            header = file.read(_HEADER_BYTES)
            sealed = os.fstat(file.fileno()).st_size - _HEADER_BYTES
        if sealed < _TAG_BYTES or not header.startswith(_MAGIC):
            raise KeyRingError(f"enregistrement altéré : appel « {call_id} »")
        self.key_id = header[len(_MAGIC) : -_SALT_BYTES].rstrip(b"\0").decode("ascii", "replace")
        self._cipher = _cipher(ring.key(self.key_id), header[-_SALT_BYTES:], call_id)
        self._count = -(-sealed // (CHUNK_BYTES + _TAG_BYTES))
        self.size = sealed - self._count * _TAG_BYTES

    def read(self, start: int, end: int) -> bytes:
        """Bytes [start, end) of the recording."""
        return b"".join(self.chunks(start, end))

    def chunks(self, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Bytes [start, end) in pieces of at most 64 KiB; KeyRingError where the file was altered."""
        end = self.size if end is None else min(end, self.size)
        if start >= end:
            return
        with _opened(self._path, self._call_id) as file:
            for number in range(start // CHUNK_BYTES, -(-end // CHUNK_BYTES)):
                begin = number * CHUNK_BYTES
                yield self._chunk(file, number)[max(0, start - begin) : end - begin]

    def _chunk(self, file: BinaryIO, number: int) -> bytes:
        file.seek(_HEADER_BYTES + number * (CHUNK_BYTES + _TAG_BYTES))
        sealed = file.read(CHUNK_BYTES + _TAG_BYTES)
        try:
            return self._cipher.decrypt(_nonce(number, last=number == self._count - 1), sealed, None)
        except InvalidTag as error:
            raise KeyRingError(f"enregistrement altéré : appel « {self._call_id} »") from error


class AudioFiles:
    """The folder of recordings."""

    def __init__(self, folder: Path, ring: KeyRing) -> None:
        self._folder, self._ring = folder, ring

    def path(self, call_id: str) -> Path:
        """Where a call's recording is, or would be."""
        return self._folder / call_id[-2:] / call_id

    def write(self, call_id: str, audio: BinaryIO) -> str:
        """Encrypt a recording to its place, on disk for good; gives the SHA-256 of what it was."""
        path, digest = self.path(call_id), hashlib.sha256()
        part = path.with_suffix(".new")
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                _encrypt(file, audio, self._ring.first, call_id, digest)
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
            _sync_folder(path.parent)
        except OSError as error:
            part.unlink(missing_ok=True)
            raise UnavailableError(f"enregistrement non écrit : {error.strerror or 'disque'}") from error
        return digest.hexdigest()

    def open(self, call_id: str, media_type: str | None = None) -> AudioReader:
        """NotFoundError where there is none."""
        return AudioReader(self.path(call_id), call_id, self._ring, media_type)

    def remove(self, call_id: str) -> bool:
        """Whether there was one."""
        try:
            self.path(call_id).unlink()
        except FileNotFoundError:
            return False
        return True

    def ids(self, *, older_than_s: float = 0.0) -> Iterator[str]:
        """Ids of the files, half-written ones too (`.new`), that were not touched for that long."""
        before = time.time() - older_than_s
        for path in self._folder.glob("*/*"):
            if path.stat().st_mtime <= before:
                yield path.name

    def rotate(self, call_id: str) -> bool:
        """Encrypt a recording under the ring's first key; False where it is already, or is gone."""
        try:
            reader = self.open(call_id)
        except NotFoundError:
            return False
        if reader.key_id == self._ring.first.id:
            return False
        self.write(call_id, _Stream(reader))  # type: ignore[arg-type]  # only read() is asked of it
        return True


class _Stream:
    """A reader as the stream that `write` reads."""

    def __init__(self, reader: AudioReader) -> None:
        self._chunks = reader.chunks()

    def read(self, size: int) -> bytes:
        return next(self._chunks, b"")


def _encrypt(file: BinaryIO, audio: BinaryIO, key: DataKey, call_id: str, digest: hashlib._Hash) -> None:
    salt = os.urandom(_SALT_BYTES)
    cipher = _cipher(key, salt, call_id)
    file.write(_MAGIC + key.id.encode().ljust(_ID_BYTES, b"\0") + salt)
    number, chunk = 0, _filled(audio)
    while True:
        following = _filled(audio) if len(chunk) == CHUNK_BYTES else b""
        digest.update(chunk)
        file.write(cipher.encrypt(_nonce(number, last=not following), chunk, None))
        if not following:
            return
        number, chunk = number + 1, following


def _filled(audio: BinaryIO) -> bytes:
    """The next full chunk: a stream may give less than it is asked for before its end."""
    pieces, lacking = [], CHUNK_BYTES
    while lacking and (piece := audio.read(lacking)):
        pieces.append(piece)
        lacking -= len(piece)
    return b"".join(pieces)


def _cipher(key: DataKey, salt: bytes, call_id: str) -> AESGCM:
    return AESGCM(key.derived(f"qualify audio {call_id}", salt=salt))


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])


def _opened(path: Path, call_id: str) -> BinaryIO:
    try:
        return path.open("rb")
    except FileNotFoundError as error:
        raise NotFoundError("l'enregistrement de l'appel", call_id) from error
    except OSError as error:
        raise UnavailableError(f"enregistrement illisible : {error.strerror}") from error


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
