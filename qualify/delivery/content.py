"""What is sent: the renderings of a message with what a channel adds, an address, a key and a link."""

from __future__ import annotations

from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from html import escape

from qualify.rendering.email import EmailRendering, email
from qualify.rendering.letter_html import BUTTON
from qualify.rendering.settings import DeliverySettings
from qualify.rendering.sms import sms
from qualify.rendering.source import HandledCall, urgent_flag

CONFIRM = "J'ai lu ce message"
"""On the button and before the link that acknowledges."""


def email_to(
    address: str,
    call: HandledCall,
    settings: DeliverySettings,
    *,
    sender: str,
    key: str,
    at: datetime,
    link: str | None = None,
) -> EmailMessage:
    """The whole e-mail; its Message-ID is the idempotency key at the sender's domain.

    `at` is aware; `link` acknowledges. ValueError where an address could end a header.
    """
    rendered = email(call, settings)
    made = (with_link(rendered, link) if link else rendered).message()
    made["From"] = sender
    made["To"] = address
    made["Date"] = format_datetime(at)
    made["Message-ID"] = f"<{key}@{sender.rpartition('@')[2]}>"
    made["Auto-Submitted"] = "auto-generated"
    return made


def with_link(rendered: EmailRendering, link: str) -> EmailRendering:
    """The e-mail with a link to acknowledge by, the last thing read."""
    button = f'<p><a style="{escape(BUTTON)}" href="{escape(link)}">{escape(CONFIRM)}</a></p>'
    body, end, rest = rendered.html.rpartition("</body>")
    return EmailRendering(
        rendered.subject, f"{rendered.plain}\n{CONFIRM} :\n{link}\n", f"{body}{button}{end}{rest}"
    )


def notification(call: HandledCall, settings: DeliverySettings, *, link: str | None = None) -> str:
    """The text for an SMS or chat service: the SMS, then the link that acknowledges, on a line of its own.

    The link comes beyond the characters that the settings allow the SMS.
    """
    text = sms(call, settings).text
    return f"{text}\n{link}" if link else text


def notification_title(call: HandledCall) -> str:
    """A title for services that show one; it tells nothing of the call but how urgent it is."""
    return urgent_flag(call.qualification) or "Message"
