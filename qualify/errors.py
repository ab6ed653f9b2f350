"""The errors that callers can meet. Messages are French: users read them."""

from __future__ import annotations

from pathlib import Path


class QualifyError(Exception):
    """Base of all named errors of the package."""


class InputError(QualifyError):
    """A file that cannot be used as it is: names the file, the key, what was found, the remedy."""

    def __init__(self, path: Path | str, key: str, found: str, expected: str) -> None:
        self.path, self.key, self.found, self.expected = str(path), key, found, expected
        where = f"{self.path}, « {key} »" if key else self.path
        super().__init__(f"{where} : {found}. Attendu : {expected}.")


class AudioError(InputError):
    """A recording that cannot be read or is out of bounds."""


class EngineError(QualifyError):
    """An engine could not do its work (weights not found, endpoint not answering…)."""
