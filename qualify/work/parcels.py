"""What one delivery sends, made from what the store holds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from pydantic import JsonValue

from qualify.delivery.environment import DeliveryEnvironment
from qualify.delivery.events import Event, EventType, call_event, message_event
from qualify.delivery.result import SendResult, dead
from qualify.delivery.sending import send_event, send_message
from qualify.rendering.source import HandledCall
from qualify.store import NotFoundError, Store
from qualify.store.domain import Attempt, Call, Draft
from qualify.work.outbox import POLICY

Send = Callable[[], SendResult]
"""Hands a parcel over, once; raises nothing."""


@dataclass(frozen=True, kw_only=True)
class Packer:
    """Makes parcels; the operator's configuration says what they are sent with."""

    store: Store
    environment: DeliveryEnvironment
    clock: Callable[[], datetime]

    def parcel(self, attempt: Attempt) -> Send:
        """What a delivery sends, ready but not sent; what can't be made any more is a result as any other."""
        try:
            call = self.store.call(attempt.call)
            if attempt.channel == "webhook":
                return self._posted(attempt, call)
            return self._sent(attempt, call)
        except NotFoundError as error:
            gone = dead(f"{str(error).capitalize()}.")
            return lambda: gone

    def _sent(self, attempt: Attempt, call: Call) -> Send:
        handled, settings = self._handled(call, attempt.draft), self.store.delivery(call.tenant)
        environment, at = self.environment, self.clock()
        return lambda: send_message(attempt, handled, settings, environment=environment, at=at)

    def _posted(self, attempt: Attempt, call: Call) -> Send:
        hook = self.store.webhook(attempt.address)
        if not hook.active:
            return lambda: dead("Webhook désactivé.")
        secret, event = self.store.webhook_secret(hook.id), self._event(attempt, call)
        environment, at = self.environment, self.clock()
        return lambda: send_event(attempt, event, url=hook.url, secret=secret, environment=environment, at=at)

    def _event(self, attempt: Attempt, call: Call) -> Event:
        """The event of a delivery; a message for a webhook is posted as approved."""
        kind, at = cast(EventType, attempt.event or "message.approved"), attempt.created_at
        if attempt.draft is not None:
            handled = self._handled(call, attempt.draft)
            return message_event(kind, handled, call=call.id, draft=attempt.draft, at=at)
        return call_event(kind, call=call.id, tenant=call.tenant, at=at, **_facts(kind, call))

    def _handled(self, call: Call, number: int | None) -> HandledCall:
        """The call with one of its drafts; NotFoundError where its words are not kept any more."""
        draft = self.store.draft(call.id, number)
        outcome = self.store.outcome(call.id)
        if outcome is None or outcome.transcript is None or outcome.qualification is None:
            raise NotFoundError("la transcription de l'appel", call.id)
        return HandledCall(
            message=draft.message,
            qualification=outcome.qualification,
            transcript=outcome.transcript,
            tenant=self.store.instructions(call.tenant, call.revision),
            call_id=call.id,
            started_at=call.started_at,
            caller_number=call.caller_number,
            reasons=() if _read_by_a_person(draft) else outcome.reasons,
        )


def _facts(kind: EventType, call: Call) -> dict[str, JsonValue]:
    """What an event tells of a call without a word of it."""
    if kind == "call.failed":
        return {"code": call.reason}
    if kind == "qualification.created":
        return {"intent": call.intent, "urgency": call.urgency}
    return {}


def _read_by_a_person(draft: Draft) -> bool:
    return draft.state != "drafted" and draft.who not in (None, POLICY)
