"""The `Range` header: which bytes of a recording are asked for (RFC 9110, section 14)."""

from __future__ import annotations

import re
from typing import NamedTuple

_ONE_RANGE = re.compile(r"bytes=\s*(\d{0,18})-(\d{0,18})\s*", re.ASCII)


class ByteRange(NamedTuple):
    """Bytes [start, end) of a file."""

    start: int
    end: int


class UnsatisfiableError(ValueError):
    """No byte of the file is in the range."""


def byte_range(header: str | None, size: int) -> ByteRange | None:
    """The range that a header asks for; None: the whole file.

    Also where the header is not understood or asks for several ranges: RFC 9110 lets a server ignore it.
    UnsatisfiableError where the range lies outside the file.
    """
    asked = _ONE_RANGE.fullmatch(header or "")
    if asked is None or asked.groups() == ("", ""):
        return None
    first, last = asked.groups()
    if not first:
        start, end = max(0, size - int(last)), size
    else:
        start, end = int(first), min(size, int(last) + 1 if last else size)
    if last and first and int(last) < int(first):
        return None
    if start >= end:
        raise UnsatisfiableError
    return ByteRange(start, end)
