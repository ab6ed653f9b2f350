"""The store: everything that is kept, behind one class.

Every method is synchronous, thread-safe and one short transaction. `who` is written into the audit log:
a key's name, `policy`, `worker`… Each may raise UnavailableError where the database or disk is away.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, TypeVar

from sqlalchemy.exc import IntegrityError

from qualify.records import Outcome, Qualification, Transcript
from qualify.rendering.settings import DeliverySettings
from qualify.store import (
    artefacts,
    audit,
    batches,
    calls,
    deliveries,
    drafts,
    keys,
    persons,
    results,
    revisions,
    rotation,
    webhooks,
    workers,
)
from qualify.store import retention as expiry
from qualify.store.audio_files import ORPHAN_AFTER_S, AudioFiles, AudioReader
from qualify.store.database import Database, Transaction, url_of
from qualify.store.domain import (
    Accepted,
    Attempt,
    AttemptStatus,
    AuditCheck,
    AuditEntry,
    Batch,
    Call,
    CallFilter,
    Channel,
    Draft,
    Erasure,
    Held,
    HeldCall,
    Key,
    NewCall,
    Page,
    Purge,
    Retention,
    Revision,
    Role,
    Rotation,
    Stats,
    Webhook,
)
from qualify.store.errors import KeyRingError, NotFoundError, StoreError, UnavailableError
from qualify.store.keyring import keys_beside, parse_keys
from qualify.store.lists import new_id
from qualify.store.plain_file import plain_file
from qualify.store.tables import SEALED_TABLES, Row
from qualify.tenant import Tenant

T = TypeVar("T")


def _now() -> datetime:
    return datetime.now(UTC)


class Store:
    """All that the service keeps."""

    def __init__(
        self,
        url: str,
        *,
        data_folder: Path,
        keys: str | None = None,
        clock: Callable[[], datetime] = _now,
        tell: Callable[[str], None] = lambda text: None,
    ) -> None:
        """Open the database, bring its tables up to date.

        `url`: `sqlite:///path` or `postgresql://…`. `data_folder` holds the encrypted recordings and must
        be shared by all processes. `keys`: the key ring's text (`QUALIFY_DATA_KEYS`), `id:base64` items;
        None: on SQLite a key file is made beside the database, and `tell` is told so, on Postgres
        KeyRingError. UnavailableError where the database cannot be reached.
        """
        address = url_of(url)
        on_sqlite = address.drivername == "sqlite"
        if not keys and not on_sqlite:
            raise KeyRingError("aucune clé de données. Attendu : QUALIFY_DATA_KEYS ou QUALIFY_DATA_KEYS_FILE")
        self._database = Database(address)
        self._ring = parse_keys(keys or keys_beside(Path(str(address.database)), tell))
        self._folder = data_folder / "audio"
        self._files, self._clock = AudioFiles(self._folder, self._ring), clock
        _make_folder(self._folder)
        self._database.migrate()

    def close(self) -> None:
        """Give all connections back."""
        self._database.close()

    def ping(self) -> None:
        """UnavailableError where the database or the data folder is away."""
        with self._read() as tx:
            workers.dead(tx, 0.0)
        if not os.access(self._folder, os.W_OK):
            raise UnavailableError(f"dossier de données indisponible : {self._folder}")

    # Tenants and their settings

    def put_revision(self, yaml: str, *, who: str) -> Revision:
        """Keep a tenant's instructions, the tenant being the YAML's `id`.

        The same text again gives the present revision. DefectError, with all defects, where it has errors.
        """
        tenant = revisions.read_instructions(yaml)
        return self._once_or_again(lambda tx: revisions.put(tx, tenant.id, "instructions", yaml, who=who))

    def revision(self, tenant: str, number: int | None = None) -> Revision:
        """A revision by number, the newest without; NotFoundError."""
        with self._read() as tx:
            return revisions.numbered(tx.session, tenant, number)

    def revisions(self, tenant: str, *, cursor: str | None = None, limit: int = 50) -> Page[Revision]:
        """The revisions, the newest first."""
        with self._read() as tx:
            return revisions.listed(tx.session, tenant, cursor=cursor, limit=limit)

    def tenants(self, *, among: Sequence[str] | None = None) -> tuple[str, ...]:
        """The ids of all tenants in alphabetical order, or of those `among` the given ones."""
        with self._read() as tx:
            return revisions.tenants(tx.session, among)

    def instructions(self, tenant: str, number: int | None = None) -> Tenant:
        """The instructions of a revision, ready for the pipeline; NotFoundError."""
        return revisions.read_instructions(self.revision(tenant, number).yaml)

    def put_delivery(self, tenant: str, yaml: str, *, who: str) -> Revision:
        """Keep how a tenant's messages are delivered; DefectError, with all defects, where it has errors."""
        revisions.read_delivery(yaml, self.revision(tenant).yaml)
        return self._once_or_again(lambda tx: revisions.put(tx, tenant, "delivery", yaml, who=who))

    def delivery_revision(self, tenant: str) -> Revision | None:
        """The newest delivery settings as YAML; None where the tenant has none."""
        with self._read() as tx:
            return revisions.latest(tx.session, tenant, "delivery")

    def delivery(self, tenant: str) -> DeliverySettings:
        """The newest delivery settings, the defaults where the tenant has none."""
        newest = self.delivery_revision(tenant)
        if newest is None:
            return DeliverySettings(tenant=tenant)
        return revisions.read_delivery(newest.yaml, self.revision(tenant).yaml)

    # Calls

    def accept(self, new: NewCall, *, who: str, audio: BinaryIO | None = None) -> Accepted:
        """Keep a call, for good once this returns; `audio` is read to its end and encrypted.

        Exactly one of `new.transcript` and `audio`. The same external id or idempotency key with the same
        body gives the earlier call; with another body IdempotencyError. NotFoundError for a tenant,
        revision or batch that is not there.
        """
        if (new.transcript is None) == (audio is None):
            raise StoreError(
                "un appel arrive avec sa transcription ou avec son enregistrement, l'un des deux"
            )
        call_id = new_id("call")
        digest = self._files.write(call_id, audio) if audio is not None else ""
        try:
            accepted = self._accept(call_id, new, digest, who)
        except UnavailableError:
            raise  # whether the row is there is unknown: the file stays, a purge removes it if no call has it
        except Exception:
            self._files.remove(call_id)
            raise
        if not accepted.new:
            self._files.remove(call_id)
        return accepted

    def call(self, call_id: str) -> Call:
        """NotFoundError where there is none."""
        with self._read() as tx:
            return calls.call_of(tx, calls.row_of(tx.session, call_id))

    def calls(
        self, which: CallFilter | None = None, *, cursor: str | None = None, limit: int = 50
    ) -> Page[Call]:
        """Calls, the last received first; StoreError for a cursor that is none of ours."""
        with self._read() as tx:
            return calls.listed(tx, which or CallFilter(), cursor=cursor, limit=limit)

    def begin(self, call_id: str, worker: str) -> Call:
        """Note that `worker` handles the call: queued or processing become processing.

        A call in another state comes back as it is, and is not to be handled.
        """
        with self._write() as tx:
            return calls.begin(tx, call_id, worker)

    def finish(
        self,
        call_id: str,
        outcome: Outcome,
        *,
        revision: int,
        engine: str,
        generation: int | None = None,
    ) -> Call:
        """Keep all that was made of a call, in one transaction.

        Nothing happens where the call is not queued or processing, or where `generation` is not the
        call's any more. A message becomes a new draft that revises the one before it; the same words for
        the same recipient make no new draft. ready without a message is skipped, reason `no_message`.
        """
        with self._write() as tx:
            return results.finish(
                tx, call_id, outcome, revision=revision, engine=engine, generation=generation
            )

    def fail(self, call_id: str, *, code: str, detail: str, generation: int | None = None) -> Call:
        """The call could not be handled; nothing happens where `finish` would do nothing."""
        with self._write() as tx:
            return results.fail(tx, call_id, code=code, detail=detail, generation=generation)

    def skip(self, call_id: str, *, code: str, who: str) -> Call:
        """Nothing is to be sent for this call; StateError where something was."""
        with self._write() as tx:
            call = calls.skip(tx, call_id, code, who=who)
            drafts.reject_open(tx, call_id)
            return call

    def reprocess(
        self, call_id: str, *, who: str, revision: int | None = None, engine: str | None = None
    ) -> Call:
        """Queue the call again, in its next generation.

        `revision` None: the newest instructions. StateError where its words are gone or it waits already;
        NotFoundError for a revision that is not there.
        """
        with self._write() as tx:
            return calls.reprocess(tx, call_id, who=who, revision=revision, engine=engine)

    def transcript(self, call_id: str) -> Transcript | None:
        """What was said; None where not known yet, or purged."""
        with self._read() as tx:
            calls.row_of(tx.session, call_id)
            return artefacts.read(tx, call_id, "transcript", Transcript)

    def qualification(self, call_id: str) -> Qualification | None:
        """None where not known yet, or purged."""
        with self._read() as tx:
            calls.row_of(tx.session, call_id)
            return artefacts.read(tx, call_id, "qualification", Qualification)

    def outcome(self, call_id: str) -> Outcome | None:
        """The last outcome with all its parts, the message as the engine drafted it; None as above."""
        with self._read() as tx:
            return results.read(tx, call_id)

    def open_audio(self, call_id: str) -> AudioReader:
        """The recording, for range requests; NotFoundError where there is none, or it was purged."""
        call = self.call(call_id)
        if not call.has_audio:
            raise NotFoundError("l'enregistrement de l'appel", call_id)
        return self._files.open(call_id, call.audio_type)

    @contextmanager
    def plain_audio(self, call_id: str) -> Iterator[Path]:
        """The recording as a private file for a decoder, in memory where possible, gone on leaving."""
        with plain_file(self.open_audio(call_id).chunks()) as path:
            yield path

    # Work

    def queued_without_work(self, *, older_than_s: float = 5.0, limit: int = 500) -> tuple[Call, ...]:
        """Queued calls, the oldest first, that nobody said (`mark_enqueued`) to have a workflow."""
        with self._read() as tx:
            return calls.queued_without_work(tx, older_than_s=older_than_s, limit=limit)

    def mark_enqueued(self, call_id: str, generation: int) -> None:
        """The call's workflow for that generation is in the durable queue."""
        with self._write() as tx:
            calls.mark_enqueued(tx, call_id, generation)

    def beat(self, worker: str) -> None:
        """A worker says that it is alive."""
        self._once_or_again(lambda tx: workers.beat(tx, worker))

    def dead_workers(self, *, older_than_s: float) -> tuple[str, ...]:
        """Workers whose last beat is older."""
        with self._read() as tx:
            return workers.dead(tx, older_than_s)

    def forget_worker(self, worker: str) -> None:
        """The worker stopped in good order, or its work was taken over."""
        with self._write() as tx:
            workers.forget(tx, worker)

    # Drafts

    def drafts(self, call_id: str) -> tuple[Draft, ...]:
        """All drafts by number."""
        with self._read() as tx:
            return drafts.listed(tx, call_id)

    def draft(self, call_id: str, number: int | None = None) -> Draft:
        """A draft by number, the last without; NotFoundError."""
        with self._read() as tx:
            return drafts.one(tx, call_id, number)

    def approve(self, call_id: str, *, who: str, number: int | None = None) -> Draft:
        """The last draft may leave; idempotent.

        StateError where `number` is not the last, it was rejected, or the call waits to be handled.
        """
        with self._write() as tx:
            return drafts.approve(tx, call_id, number, who=who)

    def edit(
        self, call_id: str, sentences: Sequence[str], *, who: str, recipient: str | None = None
    ) -> Draft:
        """A new draft in a person's words, that revises the last one, which is rejected if not yet sent.

        A sentence that stood in the last draft keeps its kind and evidence; others are `fixed`: the person
        answers for them. `recipient` None keeps the last one's.
        """
        with self._write() as tx:
            return drafts.edit(tx, call_id, sentences, who=who, recipient=recipient)

    def reject(self, call_id: str, *, who: str, number: int | None = None) -> Draft:
        """The last draft may not leave; the call needs review. StateError where it was sent."""
        with self._write() as tx:
            return drafts.reject(tx, call_id, number, who=who)

    def acknowledge(self, call_id: str, *, who: str, number: int | None = None) -> Draft:
        """The client has seen the message; idempotent. StateError where none was approved or sent."""
        with self._write() as tx:
            return drafts.acknowledge(tx, call_id, number, who=who)

    # Deliveries

    def plan_attempt(
        self,
        call_id: str,
        *,
        channel: Channel,
        address: str,
        idempotency_key: str,
        due_at: datetime,
        draft: int | None = None,
        event: str | None = None,
    ) -> Attempt:
        """A delivery to make; the same idempotency key gives the one that was planned before."""
        return self._once_or_again(
            lambda tx: (
                deliveries.planned(tx, idempotency_key)
                or deliveries.plan(
                    tx,
                    call_id,
                    channel=channel,
                    address=address,
                    idempotency_key=idempotency_key,
                    due_at=due_at,
                    draft=draft,
                    event=event,
                )
            )
        )

    def attempt(self, attempt_id: str) -> Attempt:
        """NotFoundError where there is none."""
        with self._read() as tx:
            return deliveries.one(tx, attempt_id)

    def attempts(
        self,
        *,
        call_id: str | None = None,
        tenants: Sequence[str] | None = None,
        status: AttemptStatus | None = None,
        cursor: str | None = None,
        limit: int = 50,
    ) -> Page[Attempt]:
        """Deliveries, the last planned first."""
        statuses = None if status is None else (status,)
        with self._read() as tx:
            return deliveries.listed(
                tx, call_id=call_id, tenants=tenants, statuses=statuses, cursor=cursor, limit=limit
            )

    def begin_attempt(self, attempt_id: str) -> bool:
        """Note, for good, that a try begins now, and count it.

        False where it may not: it is not pending, or an earlier try was begun and its result never
        recorded; an e-mail is then `unknown`, never sent again by itself.
        """
        with self._write() as tx:
            return deliveries.begin(tx, attempt_id)

    def record_attempt(
        self,
        attempt_id: str,
        status: AttemptStatus,
        *,
        due_at: datetime | None = None,
        receipt: str | None = None,
        error: str | None = None,
    ) -> Attempt:
        """The result of a try: `pending` with `due_at` for a retry, else final.

        `sent` (of a message, not of an event) makes the draft and the call sent. What was sent or
        acknowledged stays so.
        """
        with self._write() as tx:
            return deliveries.record(tx, attempt_id, status, due_at=due_at, receipt=receipt, error=error)

    def due_attempts(self, *, limit: int = 100) -> tuple[Attempt, ...]:
        """Pending deliveries whose time has come, the oldest first."""
        with self._read() as tx:
            return deliveries.due(tx, limit)

    def dead_letters(
        self, *, tenants: Sequence[str] | None = None, cursor: str | None = None, limit: int = 50
    ) -> Page[Attempt]:
        """Deliveries that a person must look at: dead or unknown."""
        statuses = deliveries.FOR_A_PERSON
        with self._read() as tx:
            return deliveries.listed(
                tx, call_id=None, tenants=tenants, statuses=statuses, cursor=cursor, limit=limit
            )

    def replay(self, attempt_id: str, *, who: str) -> Attempt:
        """Make a dead or unknown delivery due now, under the same key; StateError for another one."""
        with self._write() as tx:
            return deliveries.replay(tx, attempt_id, who=who)

    # Webhooks

    def create_webhook(
        self, tenant: str, url: str, events: Sequence[str], *, who: str
    ) -> tuple[Webhook, str]:
        """The webhook and its secret (`whsec_…`), which is shown this once."""
        self.revision(tenant)
        with self._write() as tx:
            return webhooks.create(tx, tenant, url, events, who=who)

    def webhooks(self, *, tenants: Sequence[str] | None = None) -> tuple[Webhook, ...]:
        """By creation; removed ones are not there."""
        with self._read() as tx:
            return webhooks.listed(tx, tenants)

    def webhook(self, webhook_id: str) -> Webhook:
        """NotFoundError where there is none."""
        with self._read() as tx:
            return webhooks.one(tx, webhook_id)

    def webhook_secret(self, webhook_id: str) -> str:
        """For signing only."""
        with self._read() as tx:
            return webhooks.secret(tx, webhook_id)

    def set_webhook(
        self,
        webhook_id: str,
        *,
        who: str,
        url: str | None = None,
        events: Sequence[str] | None = None,
        active: bool | None = None,
    ) -> Webhook:
        """Change what is not None."""
        with self._write() as tx:
            return webhooks.change(tx, webhook_id, who=who, url=url, events=events, active=active)

    def remove_webhook(self, webhook_id: str, *, who: str) -> None:
        """NotFoundError where there is none."""
        with self._write() as tx:
            webhooks.remove(tx, webhook_id, who=who)

    # API keys

    def create_key(
        self, name: str, role: Role, *, tenants: Sequence[str] | None, who: str
    ) -> tuple[Key, str]:
        """The key and its secret (`qk_…`), which is shown this once; `tenants` None: all."""
        with self._write() as tx:
            return keys.create(tx, name, role, tenants=tenants, who=who)

    def key_for(self, secret: str) -> Key | None:
        """The key of a secret; None where there is none or it was revoked."""
        with self._read() as tx:
            return keys.by_secret(tx.session, secret)

    def key(self, key_id: str) -> Key:
        """NotFoundError where there is none."""
        with self._read() as tx:
            return keys.one(tx.session, key_id)

    def keys(self) -> tuple[Key, ...]:
        """All keys by creation, the revoked ones too."""
        with self._read() as tx:
            return keys.listed(tx.session)

    def revoke_key(self, key_id: str, *, who: str) -> Key:
        """From now on the key opens nothing; idempotent."""
        with self._write() as tx:
            return keys.revoke(tx, key_id, who=who)

    # Batches

    def create_batch(self, tenant: str, *, who: str) -> Batch:
        """A batch without calls; `accept` adds them."""
        self.revision(tenant)
        with self._write() as tx:
            batch = batches.create(tx, tenant)
            audit.append(tx, who, "batch.create", batch.id, {"tenant": tenant})
            return batch

    def batch(self, batch_id: str) -> Batch:
        """NotFoundError where there is none."""
        with self._read() as tx:
            return batches.one(tx.session, batch_id)

    def batches(
        self, *, tenants: Sequence[str] | None = None, cursor: str | None = None, limit: int = 50
    ) -> Page[Batch]:
        """The newest first."""
        with self._read() as tx:
            return batches.listed(tx.session, tenants=tenants, cursor=cursor, limit=limit)

    # Audit, retention, persons, keys of encryption

    def note(
        self, who: str, action: str, subject: str, **detail: str | int | float | bool | None
    ) -> AuditEntry:
        """Write into the audit log what the store does not note itself (audio heard, export made…)."""
        with self._write() as tx:
            return audit.append(tx, who, action, subject, detail)

    def audit(
        self, *, subject: str | None = None, cursor: str | None = None, limit: int = 50
    ) -> Page[AuditEntry]:
        """The audit log, the newest first; with `subject`, the trail of one call, key…"""
        with self._read() as tx:
            return audit.entries(tx.session, subject=subject, cursor=cursor, limit=limit)

    def verify_audit(self) -> AuditCheck:
        """Read the whole chain again."""
        with self._read() as tx:
            return audit.verify(tx.session)

    def purge(
        self,
        retention: Retention,
        *,
        who: str,
        tenants: Mapping[str, Retention] | None = None,
        now: datetime | None = None,
    ) -> Purge:
        """Remove what is past its clock; `tenants` have their own clocks. Audited, with its proof."""
        moment = now or self._clock()
        with self._read() as tx:
            clocks = {name: (tenants or {}).get(name, retention) for name in expiry.tenants(tx.session)}
        removed = [part for clock in clocks.items() for part in self._purge_tenant(*clock, moment)]
        orphans = self._remove_orphans()
        self._database.forget_deleted()
        with self._write() as tx:
            then = replace(tx, now=moment)
            proof = Purge(
                at=moment,
                audio=sum(len(one.audio) for one in removed),
                transcripts=sum(one.transcripts for one in removed),
                messages=sum(one.messages for one in removed),
                orphans=orphans,
                overdue=sum(expiry.count_overdue(then, *clock) for clock in clocks.items())
                + sum(self._files.path(call_id).exists() for one in removed for call_id in one.audio),
                waiting=sum(expiry.count_waiting(then, *clock) for clock in clocks.items()),
            )
            audit.append(tx, who, "store.purge", "store", proof.model_dump(exclude={"at"}))
            return proof

    def held_on(
        self,
        *,
        who: str,
        number: str | None = None,
        name: str | None = None,
        tenants: Sequence[str] | None = None,
    ) -> Held:
        """All that is held on a person, by telephone number, by name (all its words), or both."""
        with self._read() as tx:
            call_ids = persons.calls_of(tx, number=number, name=name, tenants=tenants)
            held = Held(calls=tuple(_held_call(tx, call_id) for call_id in call_ids))
        self.note(who, "person.export", "store", calls=len(call_ids))
        return held

    def erase(
        self,
        *,
        who: str,
        number: str | None = None,
        name: str | None = None,
        tenants: Sequence[str] | None = None,
    ) -> Erasure:
        """Remove all that is held on a person; of each call its id stays, skipped, reason `erased`."""
        with self._write() as tx:
            call_ids = persons.calls_of(tx, number=number, name=name, tenants=tenants)
            drafts_, attempts = expiry.erase(tx, list(call_ids))
            for call_id in call_ids:
                audit.append(tx, who, "call.erase", call_id, {})
        audio = sum(self._files.remove(call_id) for call_id in call_ids)
        self._database.forget_deleted()
        return Erasure(calls=call_ids, audio=audio, drafts=drafts_, attempts=attempts)

    def rotate(self, *, who: str) -> Rotation:
        """Encrypt all anew that is not under the ring's first key; then the others can be dropped."""
        values = sum(self._rotate_table(table) for table in SEALED_TABLES)
        audio = sum(self._files.rotate(call_id) for call_id in list(self._files.ids()))
        with self._write() as tx:
            audit.append(tx, who, "store.rotate", "store", {"values": values, "audio": audio})
        return Rotation(values=values, audio=audio)

    def stats(self) -> Stats:
        """Counts for the metrics."""
        with self._read() as tx:
            return workers.stats(tx.session)

    # Inside

    @contextmanager
    def _read(self) -> Iterator[Transaction]:
        with self._database.read() as session:
            yield Transaction(session, self._ring, self._clock())

    @contextmanager
    def _write(self) -> Iterator[Transaction]:
        with self._database.write() as session:
            yield Transaction(session, self._ring, self._clock())

    def _once_or_again(self, step: Callable[[Transaction], T]) -> T:
        """Run a step that looks before it creates; again where another process created it in between."""
        try:
            with self._write() as tx:
                return step(tx)
        except IntegrityError:
            with self._write() as tx:
                return step(tx)

    def _accept(self, call_id: str, new: NewCall, audio_sha256: str, who: str) -> Accepted:
        body = calls.body_sha256(new, audio_sha256)

        def step(tx: Transaction) -> Accepted:
            if (earlier := calls.known(tx, new, body)) is not None:
                return Accepted(call=earlier, new=False)
            call = calls.create(tx, call_id, new, body=body, has_audio=new.transcript is None, who=who)
            return Accepted(call=call, new=True)

        return self._once_or_again(step)

    def _purge_tenant(self, tenant: str, retention: Retention, moment: datetime) -> Iterator[expiry.Removed]:
        """In blocks, so that no transaction is long, until nothing is left to remove."""
        while True:
            with self._write() as tx:
                removed = expiry.remove_overdue(replace(tx, now=moment), tenant, retention)
            for call_id in removed.audio:
                self._files.remove(call_id)
            if not removed:
                return
            yield removed

    def _remove_orphans(self) -> int:
        """Files that no call owns: what a crash left between a file and its row."""
        found = list(self._files.ids(older_than_s=ORPHAN_AFTER_S))
        with self._read() as tx:
            owned = calls.with_audio(tx.session, found)
        return sum(self._files.remove(name) for name in found if name not in owned)

    def _rotate_table(self, table: type[Row]) -> int:
        after: int | None = 0
        values = 0
        while after is not None:
            with self._write() as tx:
                after, changed = rotation.rotate_block(tx, table, after)
                values += changed
        return values


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise UnavailableError(f"dossier de données : {folder} : {error.strerror}") from error


def _held_call(tx: Transaction, call_id: str) -> HeldCall:
    return HeldCall(
        call=calls.call_of(tx, calls.row_of(tx.session, call_id)),
        transcript=artefacts.read(tx, call_id, "transcript", Transcript),
        qualification=artefacts.read(tx, call_id, "qualification", Qualification),
        outcome=results.read(tx, call_id),
        drafts=drafts.listed(tx, call_id),
        attempts=deliveries.of_call(tx, call_id),
    )
