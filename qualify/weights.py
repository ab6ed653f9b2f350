"""Weights on disk: found, and named by their hash."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from importlib import resources
from pathlib import Path
from pickle import UnpicklingError

from qualify.errors import EngineError

UNREADABLE = (OSError, RuntimeError, KeyError, TypeError, EOFError, UnpicklingError)
"""What loading a file that holds no such weights raises."""


@lru_cache(maxsize=16)
def sha256_of(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def shipped(folder: str, name: str) -> Path:
    """A file of `models/`; EngineError where the installation lacks it."""
    path = Path(str(resources.files("qualify.models"))) / folder / name
    if not path.is_file():
        raise EngineError(f"{path} : poids absents. Remède : réinstaller le paquet ou relancer la recette.")
    return path
