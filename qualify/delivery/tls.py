"""Whose certificates are trusted: read once a process, since it takes long."""

from __future__ import annotations

import functools
import ssl
from pathlib import Path


@functools.cache
def trusted(ca_file: Path | None = None) -> ssl.SSLContext:
    """The certificates of a file, else the system's; OSError where the file holds none that can be read."""
    return ssl.create_default_context(cafile=ca_file)
