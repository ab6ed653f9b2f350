"""One attempt, sent once by its channel: what the store planned, the call it is about, what came of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import cast

from qualify.delivery.ack import Acknowledgement, ack_link
from qualify.delivery.content import email_to, notification, notification_title
from qualify.delivery.environment import DeliveryEnvironment
from qualify.delivery.events import Event
from qualify.delivery.notify import send_notification
from qualify.delivery.result import SendResult, retry
from qualify.delivery.smtp import send_email
from qualify.delivery.webhook import WebhookOptions, send_webhook
from qualify.records import Urgency
from qualify.rendering.settings import DeliverySettings, EscalationSettings
from qualify.rendering.source import HandledCall
from qualify.store.domain import Attempt

LINK_HOLDS = timedelta(days=7)
"""How long after it was sent a link acknowledges."""
URGENT: tuple[Urgency, ...] = EscalationSettings.model_fields["urgencies"].default
"""Calls whose messages carry a link where the settings have no escalation."""


def send_message(
    attempt: Attempt,
    call: HandledCall,
    settings: DeliverySettings,
    *,
    environment: DeliveryEnvironment,
    at: datetime,
) -> SendResult:
    """Send a message by e-mail, SMS or chat; ValueError for a webhook, which is posted events."""
    link = link_for(attempt, call, settings, environment=environment, at=at)
    match attempt.channel:
        case "email":
            return _emailed(attempt, call, settings, environment, at, link)
        case "notify":
            text, title = notification(call, settings, link=link), notification_title(call)
            return send_notification(text, title=title, name=attempt.address, urls=environment.notify_urls)
        case "webhook":
            raise ValueError("a webhook is posted events, by send_event")


def send_event(
    attempt: Attempt,
    event: Event,
    *,
    url: str,
    secret: str,
    environment: DeliveryEnvironment,
    at: datetime,
) -> SendResult:
    """Post an event to the webhook of an attempt, under the attempt's key."""
    options = WebhookOptions(allowed=environment.webhook_networks)
    return send_webhook(
        event.body(), url=url, key=attempt.idempotency_key, secret=secret, at=at, options=options
    )


def link_for(
    attempt: Attempt,
    call: HandledCall,
    settings: DeliverySettings,
    *,
    environment: DeliveryEnvironment,
    at: datetime,
) -> str | None:
    """The link that acknowledges an urgent call's message; None for others, or where none is configured."""
    urgencies = settings.escalation.urgencies if settings.escalation else URGENT
    urgent = cast(Urgency, call.qualification.urgency.value) in urgencies
    if not urgent or environment.public_url is None or not environment.link_keys:
        return None
    key = environment.link_keys[0].get_secret_value()
    claim = Acknowledgement(attempt=attempt.id, expires_at=at + LINK_HOLDS)
    return ack_link(claim, key=key, address=environment.public_url)


def _emailed(
    attempt: Attempt,
    call: HandledCall,
    settings: DeliverySettings,
    environment: DeliveryEnvironment,
    at: datetime,
    link: str | None,
) -> SendResult:
    smtp = environment.smtp
    if smtp is None:
        return retry("Aucun serveur d'e-mail n'est configuré. Remède : QUALIFY_SMTP_HOST.")
    message = email_to(
        attempt.address,
        call,
        settings,
        sender=smtp.sender,
        key=attempt.idempotency_key,
        at=at,
        link=link,
    )
    return send_email(message, address=attempt.address, settings=smtp)
