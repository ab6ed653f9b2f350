"""Tenants' instructions and delivery settings: every state is kept as it was written."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Literal, TypeVar

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from qualify.rendering.settings import DeliverySettings, load_settings
from qualify.store import audit
from qualify.store.database import Transaction
from qualify.store.domain import Page, Revision
from qualify.store.errors import NotFoundError
from qualify.store.lists import page
from qualify.store.tables import RevisionRow
from qualify.tenant import DefectError, Tenant, load_tenant

Kind = Literal["instructions", "delivery"]
TENANT = "le client"

T = TypeVar("T")


@lru_cache(maxsize=512)
def read_instructions(yaml: str) -> Tenant:
    """The instructions that a YAML text holds; DefectError with all its defects."""
    return _read(yaml, "consignes", load_tenant)


@lru_cache(maxsize=512)
def read_delivery(yaml: str, instructions: str) -> DeliverySettings:
    """The delivery settings that a YAML text holds, for a tenant of those instructions; DefectError."""
    tenant = read_instructions(instructions)
    return _read(yaml, "livraison", lambda path: load_settings(path, tenant))


def _read(yaml: str, name: str, load: Callable[[Path], T]) -> T:
    """Read a text as the file that it might be, under a name that users know."""
    with tempfile.TemporaryDirectory(prefix="qualify-") as folder:
        path = Path(folder, f"{name}.yaml")
        path.write_bytes(yaml.encode("utf-8", "surrogatepass"))
        try:
            return load(path)
        except DefectError as error:
            raise DefectError(name, error.defects) from None


def put(tx: Transaction, tenant: str, kind: Kind, yaml: str, *, who: str) -> Revision:
    """Keep a text, checked before, as the newest revision; the same text again is the present one."""
    newest = latest(tx.session, tenant, kind)
    digest = hashlib.sha256(yaml.encode()).hexdigest()
    if newest is not None and newest.sha256 == digest:
        return newest
    row = RevisionRow(
        tenant=tenant,
        kind=kind,
        number=newest.number + 1 if newest else 1,
        sha256=digest,
        yaml=yaml,
        who=who,
        created_at=tx.now,
    )
    tx.session.add(row)
    audit.append(tx, who, f"{kind}.put", tenant, {"number": row.number, "sha256": digest})
    return _revision(row)


def latest(session: Session, tenant: str, kind: Kind) -> Revision | None:
    """The newest revision; None where there is none."""
    query = _of(tenant, kind).order_by(col(RevisionRow.number).desc()).limit(1)
    row = session.exec(query).one_or_none()
    return _revision(row) if row else None


def numbered(session: Session, tenant: str, number: int | None) -> Revision:
    """A revision of the instructions, the newest without number; NotFoundError."""
    if number is None:
        found = latest(session, tenant, "instructions")
    else:
        row = session.exec(_of(tenant, "instructions").where(RevisionRow.number == number)).one_or_none()
        found = _revision(row) if row else None
    if found is None:
        raise NotFoundError(TENANT, tenant) if number is None else NotFoundError("la révision", str(number))
    return found


def listed(session: Session, tenant: str, *, cursor: str | None, limit: int) -> Page[Revision]:
    """The revisions of the instructions, the newest first."""
    return page(session, _of(tenant, "instructions"), RevisionRow, _revision, cursor=cursor, limit=limit)


def tenants(session: Session, among: Sequence[str] | None) -> tuple[str, ...]:
    """The tenants that have instructions."""
    query = select(RevisionRow.tenant).distinct().order_by(RevisionRow.tenant)
    if among is not None:
        query = query.where(col(RevisionRow.tenant).in_(among))
    return tuple(session.exec(query).all())


def _of(tenant: str, kind: Kind) -> SelectOfScalar[RevisionRow]:
    return select(RevisionRow).where(RevisionRow.tenant == tenant, RevisionRow.kind == kind)


def _revision(row: RevisionRow) -> Revision:
    return Revision(
        tenant=row.tenant,
        number=row.number,
        sha256=row.sha256,
        yaml=row.yaml,
        who=row.who,
        created_at=row.created_at,
    )
