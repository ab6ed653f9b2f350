"""A call that was accepted, taken through the pipeline; its outcome is kept in the store, nowhere else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from qualify.audio.sandbox import decode_apart
from qualify.errors import EngineError
from qualify.pipeline import CallFacts, Engines, handle_recording, handle_transcript, told
from qualify.records import Outcome
from qualify.store import Store
from qualify.store.domain import Call
from qualify.store.errors import NotFoundError
from qualify.tenant import Tenant
from qualify.work.engine_names import NamedEngines

MOST_BEGUN = 5
"""How often handling is begun before a call is taken for one that kills whoever handles it."""
GIVEN_UP = "given_up"
"""Code of a call that was begun that often in vain."""


@dataclass(frozen=True, kw_only=True)
class CallHandler:
    """Handles calls in the name of one worker."""

    store: Store
    engines: NamedEngines
    worker: str
    announce: Callable[[str], None]
    """Plans what the call's new state lets leave."""
    handled: Callable[[Outcome], None] = lambda outcome: None
    """Told of each outcome, for the metrics."""

    def __call__(self, call_id: str) -> None:
        """Handle a call if it is still to be handled, and have what follows from it planned.

        The second time changes nothing: whoever died in between left one of the two undone.
        """
        call = self.store.begin(call_id, self.worker)
        if call.state == "processing":
            self._handle(call)
        self.announce(call_id)

    def _handle(self, call: Call) -> None:
        if call.attempts > MOST_BEGUN:
            self._fail(call, GIVEN_UP, f"traitement interrompu {MOST_BEGUN} fois, sans résultat")
            return
        try:
            number = self.store.revision(call.tenant, call.revision).number
            tenant = self.store.instructions(call.tenant, number)
            name, engines = self.engines.named(call.engine)
            outcome = self._outcome(call, tenant, engines)
        except (NotFoundError, EngineError) as error:
            self._fail(call, "preparation", told(error))
            return
        self.store.finish(call.id, outcome, revision=number, engine=name, generation=call.generation)
        self.handled(outcome)

    def _outcome(self, call: Call, tenant: Tenant, engines: Engines) -> Outcome:
        facts = CallFacts(
            started_at=call.started_at,
            caller_number=call.caller_number,
            called_number=call.called_number,
            agent_channel=call.agent_channel,
        )
        if call.origin == "transcript":
            transcript = self.store.transcript(call.id)
            if transcript is None:
                raise NotFoundError("la transcription de l'appel", call.id)
            return handle_transcript(transcript, tenant, engines, facts)
        with self.store.plain_audio(call.id) as path:
            return handle_recording(path, tenant, engines, facts, decoder=decode_apart)

    def _fail(self, call: Call, code: str, detail: str) -> None:
        self.store.fail(call.id, code=code, detail=detail, generation=call.generation)
