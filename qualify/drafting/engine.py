"""The drafting seam: what any drafter offers, and the embedded one."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property
from typing import Protocol

from qualify.drafting import salience
from qualify.drafting.check import check
from qualify.drafting.compose import compose
from qualify.drafting.salience import Salience
from qualify.records import Maker, Message, Qualification, Transcript
from qualify.tenant import Tenant
from qualify.weights import sha256_of, shipped

VERSION = "2"


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


class EmbeddedDrafter:
    """The embedded engine: the proven fields, and the caller's clauses that a trained model picks."""

    @cached_property
    def salience(self) -> Salience:
        """The weights, read at the first draft; EngineError where the installation lacks them."""
        return salience.read(shipped("gist", "weights.npz"))

    def draft(
        self,
        transcript: Transcript,
        qualification: Qualification,
        tenant: Tenant,
        *,
        started_at: datetime | None,
    ) -> Message | None:
        """The composed message, after the grounding check; no use is made of `started_at`."""
        maker = Maker(
            engine="embedded-drafter",
            version=VERSION,
            weights_sha256=sha256_of(shipped("gist", "weights.npz")),
            instructions_sha256=tenant.sha256,
        )
        message = compose(transcript, qualification, tenant, self.salience, made_by=maker)
        return None if message is None else check(message, transcript, qualification, tenant)
