"""The drafting seam: what any drafter offers, and the embedded one."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from qualify.drafting.check import check
from qualify.drafting.compose import compose
from qualify.records import Maker, Message, Qualification, Transcript
from qualify.tenant import Tenant

VERSION = "1"


class DraftingEngine(Protocol):
    """Writes the message that a qualified call is worth."""

    def draft(
        self,
        transcript: Transcript,
        qualification: Qualification,
        tenant: Tenant,
        *,
        started_at: datetime | None,
    ) -> Message | None:
        """The checked message; None where the disposition is `no_message`."""
        ...


class RulesDrafter:
    """The embedded engine: the caller's clauses and the proven fields, composed by rules."""

    def draft(
        self,
        transcript: Transcript,
        qualification: Qualification,
        tenant: Tenant,
        *,
        started_at: datetime | None,
    ) -> Message | None:
        """The composed message, after the grounding check; no use is made of `started_at`."""
        maker = Maker(engine="rules-drafter", version=VERSION, instructions_sha256=tenant.sha256)
        message = compose(transcript, qualification, tenant, made_by=maker)
        return None if message is None else check(message, transcript, qualification, tenant)
