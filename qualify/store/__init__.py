"""What is kept of calls: one `Store` on an embedded SQLite file or on Postgres, encrypted at rest.

Callers see the frozen records of `domain`; tables, ciphers and files stay inside.
"""

from qualify.store.errors import (
    IdempotencyError,
    KeyRingError,
    NotFoundError,
    StateError,
    StoreError,
    UnavailableError,
)
from qualify.store.store import Store

__all__ = [
    "IdempotencyError",
    "KeyRingError",
    "NotFoundError",
    "StateError",
    "Store",
    "StoreError",
    "UnavailableError",
]
