"""The kinds of renderings, by name."""

from __future__ import annotations

from typing import Literal, assert_never

from qualify.rendering.crm import crm
from qualify.rendering.email import email
from qualify.rendering.settings import DeliverySettings
from qualify.rendering.sms import sms
from qualify.rendering.source import HandledCall
from qualify.rendering.text import text

Kind = Literal["text", "email", "sms", "json"]


def render(kind: Kind, call: HandledCall, *, settings: DeliverySettings) -> str:
    """The rendering as it is written out: an e-mail as an Internet message (.eml), JSON indented."""
    match kind:
        case "text":
            return text(call)
        case "email":
            return email(call, settings).message().as_string()
        case "sms":
            return sms(call, settings).text
        case "json":
            return crm(call).model_dump_json(indent=2)
        case _:
            assert_never(kind)
