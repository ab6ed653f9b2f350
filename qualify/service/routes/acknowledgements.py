"""Acknowledgement by a signed link, without an account: a page, and its button.

Mail scanners open links; so opening one changes nothing.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import HTMLResponse

from qualify.delivery.ack import PATH, AckError, acknowledged
from qualify.service.parts import Parts
from qualify.service.problems import responses
from qualify.service.scope import Served
from qualify.store import NotFoundError, StateError
from qualify.store.domain import Attempt

router = APIRouter(
    tags=["accusés de réception"],
    responses={
        404: {"description": "Lien non valable", "content": {"text/html": {"schema": {"type": "string"}}}},
        410: {"description": "Lien expiré", "content": {"text/html": {"schema": {"type": "string"}}}},
        **responses("invalid", "too_many_requests", "unavailable"),
    },
)

Token = Annotated[str, Path(max_length=200, description="La fin du lien reçu avec le message.")]
HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; form-action 'self'; frame-ancestors 'none'",
}
_PAGE = """<!doctype html>
<html lang="fr"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Accusé de réception</title></head><body><h1>{title}</h1>{body}</body></html>
"""
_BUTTON = (
    "<p>Confirmez que vous avez pris connaissance du message.</p>"
    '<form method="post"><button type="submit">J\'ai pris connaissance du message</button></form>'
)


@router.get(PATH + "{token}", summary="La page du lien", response_class=HTMLResponse)
def show(token: Token, request: Request, parts: Served) -> HTMLResponse:
    """A button; nothing is acknowledged by opening it."""
    found = _attempt(token, request, parts)
    return found if isinstance(found, HTMLResponse) else _page("Message reçu", _BUTTON)


@router.post(PATH + "{token}", summary="Accuser réception", response_class=HTMLResponse)
def acknowledge(token: Token, request: Request, parts: Served) -> HTMLResponse:
    """Ends the escalation, and proves that this delivery arrived; a second time changes nothing."""
    found = _attempt(token, request, parts)
    if isinstance(found, HTMLResponse):
        return found
    try:
        parts.store.acknowledge(found.call, who=f"lien ({found.id})", number=found.draft)
        parts.store.record_attempt(found.id, "acknowledged")
    except (StateError, NotFoundError):
        told = "<p>Ce message n'est plus à confirmer : il a été remplacé ou retiré.</p>"
        return _page("Rien à confirmer", told, status=410)
    parts.follow_up(found.call)
    return _page("Merci", "<p>Votre confirmation est enregistrée. Vous pouvez fermer cette page.</p>")


def _attempt(token: str, request: Request, parts: Parts) -> Attempt | HTMLResponse:
    """The delivery that the link was sent with, or the page that says why there is none."""
    address = request.client.host if request.client else ""
    parts.limiter.guess(address)
    try:
        link = acknowledged(token, keys=parts.settings.acknowledgement_keys, now=datetime.now(UTC))
        return parts.store.attempt(link.attempt)
    except AckError as error:
        if not error.expired:
            parts.limiter.refused(address)
        return _page("Lien non valable", f"<p>{error}</p>", status=410 if error.expired else 404)
    except NotFoundError:
        return _page("Lien non valable", "<p>Ce message n'existe plus.</p>", status=404)


def _page(title: str, body: str, *, status: int = 200) -> HTMLResponse:
    return HTMLResponse(_PAGE.format(title=title, body=body), status, HEADERS)
