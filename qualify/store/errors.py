"""The store's errors, in French: the service shows them as problem documents."""

from __future__ import annotations

from qualify.errors import QualifyError


class StoreError(QualifyError):
    """Base of what the store refuses or cannot do."""


class NotFoundError(StoreError):
    """There is no such thing: `kind` in French with its article (« l'appel »), and its id."""

    def __init__(self, kind: str, name: str) -> None:
        self.kind, self.name = kind, name
        super().__init__(f"introuvable : {kind} « {name} »")


class StateError(StoreError):
    """The thing exists, but its state does not allow what is asked."""


class IdempotencyError(StoreError):
    """The same key or external id came before with another body; `field` says which of the two."""

    def __init__(self, field: str, value: str) -> None:
        self.field, self.value = field, value
        super().__init__(f"« {field} » « {value} » a déjà servi pour un autre contenu")


class UnavailableError(StoreError):
    """The database or the disk does not answer now; the same request may work later."""


class KeyRingError(StoreError):
    """Data keys are missing, malformed, or not those that the data was encrypted with."""


class CursorError(StoreError):
    """A list's cursor that the store did not give."""

    def __init__(self, cursor: str) -> None:
        self.cursor = cursor
        super().__init__("« cursor » illisible. Attendu : la valeur « next » d'une page précédente")
