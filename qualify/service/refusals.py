"""The store's refusals as problem documents: what is kept stays inside, what to do is told."""

from __future__ import annotations

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

from qualify.delivery.targets import TargetError
from qualify.errors import QualifyError
from qualify.service.problems import FieldProblem, Problem, problem, response
from qualify.store.errors import (
    CursorError,
    IdempotencyError,
    KeyRingError,
    NotFoundError,
    StateError,
    StoreError,
    UnavailableError,
)

RETRY_S = 5
"""When to try again while the database is away, in seconds."""
_CURSOR = FieldProblem(
    key="query.cursor", found="un curseur inconnu", expected="le « next » d'une page de la même liste"
)


def problem_of_refusal(error: QualifyError) -> Problem:
    """What a refusal of the store, or of a webhook's address, is to the client.

    What is not there and what the key may not see give the same document, to the byte.
    """
    match error:
        case NotFoundError():
            return problem("not_found")
        case StateError():
            return problem("conflict", str(error))
        case IdempotencyError():
            key = "body.external_id" if error.field == "external_id" else f"header.{error.field}"
            return problem(
                "idempotency_conflict",
                errors=[FieldProblem(key=key, found="déjà utilisé", expected="une valeur nouvelle")],
            )
        case CursorError():
            return problem("invalid", errors=[_CURSOR])
        case TargetError():
            found = FieldProblem(key="body.url", found="une adresse refusée", expected=str(error))
            return problem("invalid", errors=[found])
        case UnavailableError():
            return problem("unavailable")
        case StoreError() if not isinstance(error, KeyRingError):
            return problem("invalid", str(error))
        case _:
            return problem("internal")


def install(app: FastAPI) -> None:
    """Let the store's errors be answered by their problems."""

    async def answer(_: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, QualifyError)
        headers = {"Retry-After": str(RETRY_S)} if isinstance(error, UnavailableError) else None
        return response(problem_of_refusal(error), headers=headers)

    for kind in (StoreError, TargetError):
        app.add_exception_handler(kind, answer)
