"""From a tenant's file to its instructions, or to all that is wrong with it."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path

from qualify.tenant.checks import cross_findings, warnings_of
from qualify.tenant.defects import Defect, DefectError, Finding, validated
from qualify.tenant.model import MODELS, Tenant
from qualify.tenant.reading import Document, decode, parse, read_bytes


def load_tenant(path: Path | str) -> Tenant:
    """The tenant's instructions in a file; DefectError, with all defects, where it has errors."""
    content = read_bytes(path)
    document = parse(path, decode(path, content))
    tenant, findings = _validate(document)
    if tenant is None:
        raise DefectError(path, document.defects(findings))
    tenant._file_sha256 = hashlib.sha256(content).hexdigest()
    return tenant


def check_tenant(path: Path | str, *, on: date | None = None) -> list[Defect]:
    """All defects of a tenant's file by line; warnings, as of `on` (today), once it has no error."""
    try:
        document = parse(path, decode(path, read_bytes(path)))
    except DefectError as error:
        return list(error.defects)
    tenant, findings = _validate(document)
    if tenant is not None:
        findings += warnings_of(tenant, on or date.today())
    return document.defects(findings)


def _validate(document: Document) -> tuple[Tenant | None, list[Finding]]:
    tenant, findings = validated(document.data, Tenant, MODELS, raw=document.raw)
    findings += cross_findings(document.data)
    return (None if findings or document.findings else tenant), findings
