"""Webhooks: where a tenant wants events posted."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import ip_address
from typing import Annotated

from fastapi import Query, Response

from qualify.delivery.targets import Network, TargetError, judged, target_of
from qualify.service.auth import Who
from qualify.service.problems import responses
from qualify.service.routes.routing import may, router
from qualify.service.schemas import NewWebhook, WebhookChange, WebhookIn
from qualify.service.scope import SLUG_PATTERN, Kept, Served, VisibleWebhook, visible
from qualify.store.domain import Page, Webhook

route = router("webhooks")


@route.post(
    "/webhooks",
    dependencies=may("connect"),
    status_code=201,
    summary="Créer un webhook",
    responses=responses("malformed"),
)
def create_webhook(body: WebhookIn, parts: Served, caller: Who, response: Response) -> NewWebhook:
    """Its secret, by which posts are signed (Standard Webhooks), is shown this once."""
    caller.require(body.tenant, key="body.tenant")
    check_url(body.url, parts.settings.webhook_networks)
    webhook, secret = parts.store.create_webhook(body.tenant, body.url, body.events, who=caller.who)
    response.headers["Location"] = f"/v1/webhooks/{webhook.id}"
    return NewWebhook(webhook=webhook, secret=secret)


@route.get("/webhooks", dependencies=may("read"), summary="Les webhooks")
def list_webhooks(
    store: Kept,
    caller: Who,
    tenant: Annotated[str | None, Query(pattern=SLUG_PATTERN, max_length=100)] = None,
) -> Page[Webhook]:
    """All on one page, without their secrets."""
    return Page(items=store.webhooks(tenants=visible(caller, tenant, key="query.tenant")))


@route.get("/webhooks/{webhook_id}", dependencies=may("read"), summary="Un webhook")
async def get_webhook(webhook: VisibleWebhook) -> Webhook:
    """Without its secret."""
    return webhook


@route.patch(
    "/webhooks/{webhook_id}",
    dependencies=may("connect"),
    summary="Modifier un webhook",
    responses=responses("malformed"),
)
def change_webhook(webhook: VisibleWebhook, body: WebhookChange, parts: Served, caller: Who) -> Webhook:
    """What is left out stays; a webhook that is not active is posted nothing."""
    if body.url is not None:
        check_url(body.url, parts.settings.webhook_networks)
    return parts.store.set_webhook(
        webhook.id, who=caller.who, url=body.url, events=body.events, active=body.active
    )


@route.delete(
    "/webhooks/{webhook_id}", dependencies=may("connect"), status_code=204, summary="Supprimer un webhook"
)
def remove_webhook(webhook: VisibleWebhook, store: Kept, caller: Who) -> None:
    """What was to be posted to it is not."""
    store.remove_webhook(webhook.id, who=caller.who)


def check_url(url: str, allowed: Sequence[Network]) -> None:
    """TargetError for an address that nothing would be posted to; a name is judged when posting."""
    target = target_of(url)
    try:
        ip_address(target.host.strip("[]"))
    except ValueError:
        if not target.secure and not allowed:
            raise TargetError("une adresse https://") from None
        return
    judged(target, [target.host.strip("[]")], allowed)
