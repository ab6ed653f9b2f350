"""Who asks, and what they may do: API keys, roles, and the tenants that a key is for."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import Depends, Request, Security
from fastapi.security import HTTPBearer

from qualify.service.limits import RateLimiter
from qualify.service.problems import FieldProblem, refuse
from qualify.store import Store
from qualify.store.domain import Key, Role

Permission = Literal["read", "submit", "review", "connect", "configure", "administer"]

ALLOWED: dict[Permission, frozenset[Role]] = {
    "read": frozenset(("reader", "integrator", "agent", "supervisor", "admin")),
    "submit": frozenset(("integrator", "agent", "supervisor", "admin")),
    "review": frozenset(("agent", "supervisor", "admin")),
    "connect": frozenset(("integrator", "supervisor", "admin")),
    "configure": frozenset(("supervisor", "admin")),
    "administer": frozenset(("admin",)),
}
"""The roles that may read calls; bring calls in; approve messages; manage webhooks and deliveries; change
instructions and have calls handled anew; manage keys, read the audit log, answer persons' requests."""

MAX_SECRET = 200
"""Characters of a header that can be one of our keys."""

SCHEME_NAME = "api_key"
SCHEME = HTTPBearer(auto_error=False, scheme_name=SCHEME_NAME, description="Une clé d'API, `qk_…`.")


@dataclass(frozen=True)
class Caller:
    """Who sent a request: the key that they showed."""

    key: Key

    @property
    def who(self) -> str:
        """As the audit log names them: the name may be given twice, the id is unique."""
        return f"{self.key.name} ({self.key.id})"

    @property
    def tenants(self) -> tuple[str, ...] | None:
        """The tenants that they see; None: all."""
        return self.key.tenants

    def sees(self, tenant: str) -> bool:
        """Whether that tenant, and anything of it, exists for them."""
        return self.tenants is None or tenant in self.tenants

    def covers(self, key: Key) -> bool:
        """Whether that key opens nothing that they don't see."""
        if self.tenants is None or key.tenants is None:
            return self.tenants is None
        return set(key.tenants) <= set(self.tenants)

    def require(self, tenant: str, *, key: str = "") -> None:
        """Refuse what is another tenant's as if it did not exist; `key` is the field that names it."""
        if not self.sees(tenant):
            named = [FieldProblem(key=key, found="inconnu de cette clé", expected="un identifiant connu")]
            raise refuse("not_found", errors=named if key else ())

    def require_all(self) -> None:
        """Refuse a key that is for some tenants only: what is asked concerns all."""
        if self.tenants is not None:
            raise refuse("forbidden", "Réservé aux clés valables pour tous les clients.")


def authenticate(request: Request, store: Store, limiter: RateLimiter) -> Caller:
    """The caller by the request's key; a problem where there is no good one, or too much was asked.

    A good key is taken however many wrong ones its address has shown: one telephone system set up badly
    must not lock out the desks behind the same address.
    """
    secret = _secret(request.headers.get("authorization", ""))
    key = store.key_for(secret) if secret else None
    if key is None:
        if secret:
            address = request.client.host if request.client else ""
            limiter.guess(address)
            limiter.refused(address)
        raise refuse("unauthenticated")
    limiter.request(key.id)
    return Caller(key)


def _secret(header: str) -> str | None:
    scheme, _, secret = header.partition(" ")
    secret = secret.strip()
    usable = scheme.lower() == "bearer" and 0 < len(secret) <= MAX_SECRET and secret.isascii()
    return secret if usable else None


async def _caller(request: Request, _documented: Annotated[object, Security(SCHEME)]) -> Caller:
    """The caller whom the route has authenticated, before it read the body."""
    caller: Caller = request.state.caller
    return caller


Who = Annotated[Caller, Depends(_caller)]


def needs(permission: Permission) -> Callable[[Caller], Awaitable[None]]:
    """A dependency that refuses callers whose role does not have the permission."""

    async def check(caller: Who) -> None:
        if caller.key.role not in ALLOWED[permission]:
            raise refuse("forbidden", f"Le rôle « {caller.key.role} » ne permet pas cette opération.")

    return check
