"""A recording in clear, as a file that a decoder can open and that no crash leaves behind."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def plain_file(chunks: Iterable[bytes]) -> Iterator[Path]:
    """The chunks as a file of this user only, gone on leaving.

    On Linux it is in memory (memfd_create(2)) and goes with this process, however it ends; a child opens
    it by its path too. Elsewhere it is a temporary file.
    """
    if sys.platform == "linux":
        with os.fdopen(os.memfd_create("qualify-recording"), "wb") as file:
            os.fchmod(file.fileno(), 0o600)
            file.writelines(chunks)
            file.flush()
            yield Path(f"/proc/{os.getpid()}/fd/{file.fileno()}")
    else:
        with tempfile.NamedTemporaryFile(prefix="qualify-") as named:
            named.writelines(chunks)
            named.flush()
            yield Path(named.name)
