"""How all routes under `/v1` are made: nobody gets in without a key, whatever the body says."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool

from qualify.service.auth import Permission, authenticate, needs
from qualify.service.parts import Parts
from qualify.service.problems import Code, FieldProblem, refuse, responses
from qualify.tenant.defects import did_you_mean

COMMON: tuple[Code, ...] = ("unauthenticated", "forbidden", "not_found", "invalid", "too_many_requests")
"""The problems that any route may answer with."""


class KeyedRoute(APIRoute):
    """A route that knows its caller before it reads the body, and ignores nothing that it is asked."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        answer, known = super().get_route_handler(), sorted(_query_names(self.dependant))

        async def keyed(request: Request) -> Response:
            parts: Parts = request.app.state.parts
            request.state.caller = await run_in_threadpool(authenticate, request, parts.store, parts.limiter)
            _check_query(request, known)
            return await answer(request)

        return keyed


def _query_names(dependant: Dependant) -> set[str]:
    """The query parameters that a route and its dependencies read."""
    return {parameter.alias for parameter in dependant.query_params}.union(
        *(_query_names(dependency) for dependency in dependant.dependencies)
    )


def _check_query(request: Request, known: Sequence[str]) -> None:
    """Refuse a parameter that does nothing: a misspelt filter must not give the whole list."""
    expected = f"un paramètre parmi {', '.join(known)}" if known else "aucun paramètre"
    unknown = [
        FieldProblem(key="query", found=f"paramètre inconnu{did_you_mean(name, known)}", expected=expected)
        for name in request.query_params
        if name not in known
    ]
    if unknown:
        raise refuse("invalid", errors=unknown)


def router(tag: str) -> APIRouter:
    """A router for one resource under `/v1`, whose routes all need a key."""
    return APIRouter(
        prefix="/v1", tags=[tag], route_class=KeyedRoute, responses=responses(*COMMON, "unavailable")
    )


def may(permission: Permission) -> list[Any]:
    """For a route's `dependencies=`: only callers whose role has the permission."""
    return [Depends(needs(permission))]
