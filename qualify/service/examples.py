"""An example of each kind of answer, for the OpenAPI document: one invented call and all that it leaves."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from pydantic import BaseModel, JsonValue

from qualify import __version__
from qualify.records import (
    InstructionJudgment,
    Judgment,
    Maker,
    Message,
    Outcome,
    Qualification,
    Sentence,
    Transcript,
    Turn,
)
from qualify.service.proofs import proofs
from qualify.service.schemas import (
    AuditState,
    DraftList,
    EvidenceList,
    Health,
    NewKey,
    NewWebhook,
    RevisionDiff,
    RevisionSummary,
    TenantSummary,
)
from qualify.store.domain import (
    Attempt,
    AuditCheck,
    AuditEntry,
    Batch,
    Call,
    Draft,
    Erasure,
    Held,
    HeldCall,
    Key,
    Page,
    Revision,
    Webhook,
)

_AT = datetime(2026, 11, 24, 8, 31, 7, tzinfo=UTC)
_DONE = _AT + timedelta(seconds=1)
_TENANT, _CALL_ID, _WHO = "clinique-tilleuls", "01JDF3W0R7", "standard (k_7Q2M)"
_HASH, _FIRST = "9f2c" * 16, "0" * 64

VCON: dict[str, JsonValue] = {
    "vcon": "0.4.0",
    "uuid": "018f6b1e-3a52-8c3d-9d0e-5b7c2a1f4e60",
    "created_at": "2026-11-24T08:31:07+00:00",
    "parties": [{"tel": "+33639981234"}, {"name": "Clinique des Tilleuls"}],
    "dialog": [
        {
            "type": "text",
            "start": "2026-11-24T08:30:00+00:00",
            "parties": [0, 1],
            "mediatype": "text/plain",
            "encoding": "none",
            "body": "Bonjour, je voudrais déplacer mon rendez-vous.",
        }
    ],
}

_MAKER = Maker(engine="embedded", version=__version__)
_TRANSCRIPT = Transcript(
    turns=(
        Turn(speaker="agent", text="Clinique des Tilleuls, bonjour.", start_s=0.4, end_s=2.1),
        Turn(speaker="caller", text="Bonjour, je voudrais déplacer mon rendez-vous.", start_s=2.5, end_s=5.0),
    ),
    made_by=_MAKER,
)
_SAID = _TRANSCRIPT.evidence(1, 9, 45)
_QUALIFICATION = Qualification(
    intent=Judgment(value="rendez-vous", confidence=0.97, evidence=(_SAID,)),
    urgency=Judgment(value="normal", confidence=0.93, evidence=(_SAID,)),
    disposition="message",
    fields={},
    missing=("phone",),
    instructions={"demander-nom": InstructionJudgment(outcome="broken", confidence=0.88)},
    made_by=_MAKER,
)
_MESSAGE = Message(
    sentences=(
        Sentence(text="Un patient souhaite déplacer son rendez-vous.", kind="gist", evidence=(_SAID,)),
    ),
    recipient="Dr Sorel",
    made_by=_MAKER,
)
_OUTCOME = Outcome(
    status="ready",
    transcript=_TRANSCRIPT,
    qualification=_QUALIFICATION,
    message=_MESSAGE,
    timing_s={"understanding": 0.11, "drafting": 0.02},
)
_CALL = Call(
    id=_CALL_ID,
    tenant=_TENANT,
    external_id="pbx-2026-11-24-0017",
    state="ready",
    origin="transcript",
    started_at=datetime(2026, 11, 24, 9, 30),
    received_at=_AT,
    updated_at=_DONE,
    intent="rendez-vous",
    urgency="normal",
    revision=3,
    engine="embedded",
    caller_number="+33639981234",
    attempts=1,
    accepted_by=_WHO,
)
_DRAFT = Draft(
    call=_CALL_ID, number=1, state="drafted", message=_MESSAGE, recipient="Dr Sorel", created_at=_DONE
)
_REVISION = Revision(
    tenant=_TENANT, number=3, sha256=_HASH, yaml="id: clinique-tilleuls\n", who=_WHO, created_at=_AT
)
_SUMMARY = RevisionSummary(**_REVISION.model_dump(exclude={"yaml"}))
_TENANT_SUMMARY = TenantSummary(
    id=_TENANT, name="Clinique des Tilleuls", revision=3, sha256=_HASH, updated_at=_AT
)
_BATCH = Batch(
    id="b_5H1K", tenant=_TENANT, state="running", counts={"queued": 12, "ready": 88}, created_at=_AT
)
_ATTEMPT = Attempt(
    id="a_3T9C",
    tenant=_TENANT,
    call=_CALL_ID,
    draft=1,
    channel="email",
    address="secretariat@tilleuls.example",
    idempotency_key="5d41402abc4b2a76b9719d911017c592",
    number=1,
    status="sent",
    due_at=_DONE,
    created_at=_DONE,
    receipt="250 2.0.0 OK",
)
_WEBHOOK = Webhook(
    id="w_8D4F",
    tenant=_TENANT,
    url="https://example.org/qualify",
    events=("message.sent", "call.failed"),
    active=True,
    created_at=_AT,
)
_KEY = Key(id="k_7Q2M", name="standard", role="integrator", tenants=(_TENANT,), created_at=_AT)
_ENTRY = AuditEntry(
    number=41,
    at=_DONE,
    who=_WHO,
    action="draft.approve",
    subject=_CALL_ID,
    detail={"number": 1},
    previous=_FIRST,
    hash=_HASH,
)
_CHECK = AuditCheck(entries=41, head=_HASH)
_HELD = HeldCall(
    call=_CALL,
    transcript=_TRANSCRIPT,
    qualification=_QUALIFICATION,
    outcome=_OUTCOME,
    drafts=(_DRAFT,),
    attempts=(_ATTEMPT,),
)
_EVIDENCE = EvidenceList(call=_CALL_ID, items=tuple(proofs(_TRANSCRIPT, _QUALIFICATION, _MESSAGE)))
_DIFF = "--- 2\n+++ 3\n@@ -1 +1 @@\n-name: Clinique\n+name: Clinique des Tilleuls\n"

EXAMPLES: dict[str, BaseModel] = {
    "Call": _CALL,
    "Page_Call_": Page[Call](items=(_CALL,), next=None),
    "Transcript": _TRANSCRIPT,
    "Qualification": _QUALIFICATION,
    "Outcome": _OUTCOME,
    "EvidenceList": _EVIDENCE,
    "Draft": _DRAFT,
    "DraftList": DraftList(items=(_DRAFT,)),
    "TenantSummary": _TENANT_SUMMARY,
    "Page_TenantSummary_": Page[TenantSummary](items=(_TENANT_SUMMARY,)),
    "Revision": _REVISION,
    "RevisionSummary": _SUMMARY,
    "Page_RevisionSummary_": Page[RevisionSummary](items=(_SUMMARY,)),
    "RevisionDiff": RevisionDiff(tenant=_TENANT, before=2, after=3, diff=_DIFF),
    "Batch": _BATCH,
    "Page_Batch_": Page[Batch](items=(_BATCH,)),
    "Attempt": _ATTEMPT,
    "Page_Attempt_": Page[Attempt](items=(_ATTEMPT,)),
    "Webhook": _WEBHOOK,
    "NewWebhook": NewWebhook(webhook=_WEBHOOK, secret="whsec_…"),
    "Page_Webhook_": Page[Webhook](items=(_WEBHOOK,)),
    "Key": _KEY,
    "NewKey": NewKey(key=_KEY, secret="qk_…"),
    "Page_Key_": Page[Key](items=(_KEY,)),
    "AuditState": AuditState(ok=True, check=_CHECK),
    "Page_AuditEntry_": Page[AuditEntry](items=(_ENTRY,)),
    "Held": Held(calls=(_HELD,)),
    "Erasure": Erasure(calls=(_CALL_ID,), audio=0, drafts=1, attempts=1),
    "Health": Health(status="ok", version=__version__),
}
"""By the name of the answer's schema."""
