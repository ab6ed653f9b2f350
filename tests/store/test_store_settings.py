"""Tenants' instructions, API keys, webhooks and the audit log."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from kept import DATABASES, OTHER, OTHER_YAML, TENANT, YAML, Kept, opened
from sqlalchemy import create_engine, text

from qualify.rendering.settings import DeliverySettings
from qualify.store import NotFoundError, Store
from qualify.store.database import url_of
from qualify.tenant import DefectError, load_tenant

EDITED = YAML + "\n# relu\n"


@pytest.fixture(params=DATABASES)
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Kept]:
    with opened(request.param, tmp_path) as kept:
        yield kept


def spoil(kept: Kept, statement: str) -> None:
    """Change the database behind the store's back."""
    engine = create_engine(url_of(kept.url))
    with engine.begin() as connection:
        connection.execute(text(statement))
    engine.dispose()


def test_instructions_are_kept_as_written_and_numbered(kept: Kept, tmp_path: Path) -> None:
    assert kept.store.put_revision(YAML, who="lucie").number == 1
    second = kept.store.put_revision(EDITED, who="lucie")
    assert (second.number, second.tenant, second.who, second.yaml) == (2, TENANT, "lucie", EDITED)
    assert kept.store.revision(TENANT) == second
    assert kept.store.revision(TENANT, 1).yaml == YAML
    assert [r.number for r in kept.store.revisions(TENANT).items] == [2, 1]
    assert kept.store.tenants() == (OTHER, TENANT)
    assert kept.store.tenants(among=[TENANT, "x"]) == (TENANT,)
    file = tmp_path / "tenant.yaml"
    file.write_text(EDITED, encoding="utf-8")
    assert kept.store.instructions(TENANT).sha256 == load_tenant(file).sha256 == second.sha256


def test_wrong_instructions_are_refused_with_all_their_defects(kept: Kept) -> None:
    with pytest.raises(DefectError) as caught:
        kept.store.put_revision(YAML.replace("timezone: ", "timezone: x"), who="lucie")
    assert [defect.key for defect in caught.value.defects] == ["timezone"]
    assert str(caught.value).startswith("consignes, ligne")
    with pytest.raises(DefectError):
        kept.store.put_revision("\ud800", who="lucie")


@pytest.mark.parametrize(
    ("tenant", "number"), [("nobody", None), ("nobody", 1), (TENANT, 2), (TENANT, 2**70)]
)
def test_a_revision_that_is_not_there(kept: Kept, tenant: str, number: int | None) -> None:
    with pytest.raises(Exception, match=r"introuvable|ne peut pas tenir"):
        kept.store.revision(tenant, number)


def test_delivery_settings_are_checked_against_the_instructions(kept: Kept) -> None:
    assert kept.store.delivery(TENANT) == DeliverySettings(tenant=TENANT)
    kept.store.put_delivery(TENANT, f"tenant: {TENANT}\nconfidential: [intent]\n", who="lucie")
    assert kept.store.delivery(TENANT).confidential == ("intent",)
    with pytest.raises(DefectError):
        kept.store.put_delivery(TENANT, f"tenant: {OTHER}\n", who="lucie")
    with pytest.raises(NotFoundError):
        kept.store.put_delivery("nobody", "tenant: nobody\n", who="lucie")


def test_a_key_opens_by_its_secret_until_revoked(kept: Kept) -> None:
    key, secret = kept.store.create_key("standard", "integrator", tenants=[TENANT], who="admin")
    assert kept.store.key_for(secret) == key == kept.store.key(key.id)
    assert (key.role, key.tenants) == ("integrator", (TENANT,))
    assert kept.store.key_for(secret[:-1]) is None
    assert kept.store.revoke_key(key.id, who="admin") == kept.store.revoke_key(key.id, who="admin")
    assert kept.store.key_for(secret) is None
    (listed,) = kept.store.keys()
    assert (listed.id, listed.revoked_at) == (key.id, kept.clock.now)


def test_a_webhook_shows_its_secret_once(kept: Kept) -> None:
    hook, secret = kept.store.create_webhook(TENANT, "https://x.example/a", ["message.sent"], who="admin")
    assert len(base64.b64decode(secret.removeprefix("whsec_"))) == 32
    assert kept.store.webhook_secret(hook.id) == secret
    changed = kept.store.set_webhook(hook.id, who="admin", active=False, events=[])
    assert (changed.url, changed.events, changed.active) == ("https://x.example/a", (), False)
    assert kept.store.webhooks(tenants=[TENANT]) == (changed,)
    assert kept.store.webhooks(tenants=[OTHER]) == ()
    kept.store.remove_webhook(hook.id, who="admin")
    with pytest.raises(NotFoundError):
        kept.store.webhook(hook.id)
    with pytest.raises(NotFoundError):
        kept.store.create_webhook("nobody", "https://x.example", [], who="admin")


def _act(store: Store) -> None:
    for number in range(3):
        store.note("lucie", "audio.hear", f"call_{number}", seconds=number)


def test_the_audit_log_is_a_chain(kept: Kept) -> None:
    _act(kept.store)
    check = kept.store.verify_audit()
    assert check.ok
    last, *_, first = kept.store.audit(limit=500).items
    assert (last.hash, last.number, first.number) == (check.head, check.entries, 1)
    (trail,) = kept.store.audit(subject="call_1").items
    assert (trail.who, trail.action, trail.detail) == ("lucie", "audio.hear", {"seconds": 1})


@pytest.mark.parametrize(
    ("statement", "broken"),
    [
        ("UPDATE audit SET who = 'paul' WHERE number = 3", 3),
        ("UPDATE audit SET detail = '{}' WHERE number = 4", 4),
        ("DELETE FROM audit WHERE number = 4", 4),
        ("DELETE FROM audit WHERE number = 1", 1),
        ("DELETE FROM audit WHERE number = 5", 5),
        ("DELETE FROM audit", 1),
        ("UPDATE audit SET number = 9 WHERE number = 5", 5),
        ("DELETE FROM audit_head", 6),
    ],
)
def test_a_log_that_was_touched_shows_it(kept: Kept, statement: str, broken: int) -> None:
    _act(kept.store)
    assert kept.store.verify_audit().entries == 5
    spoil(kept, statement)
    assert kept.store.verify_audit().broken == broken


def _reprocess(kept: Kept) -> None:
    kept.store.reprocess(kept.handled().id, who="lucie")


@pytest.mark.parametrize(
    ("act", "action"),
    [
        (lambda kept: kept.store.put_revision(EDITED, who="lucie"), "instructions.put"),
        (lambda kept: kept.store.put_delivery(TENANT, f"tenant: {TENANT}", who="lucie"), "delivery.put"),
        (lambda kept: kept.store.create_key("k", "admin", tenants=None, who="lucie"), "key.create"),
        (lambda kept: kept.store.create_batch(TENANT, who="lucie"), "batch.create"),
        (lambda kept: kept.store.approve(kept.handled().id, who="lucie"), "draft.approve"),
        (lambda kept: kept.store.reject(kept.handled().id, who="lucie"), "draft.reject"),
        (lambda kept: kept.store.edit(kept.handled().id, ["Oui."], who="lucie"), "draft.edit"),
        (lambda kept: kept.store.skip(kept.handled().id, code="x", who="lucie"), "call.skip"),
        (_reprocess, "call.reprocess"),
        (lambda kept: kept.store.held_on(number="0612345678", who="lucie"), "person.export"),
        (lambda kept: kept.store.rotate(who="lucie"), "store.rotate"),
        (lambda kept: kept.store.create_webhook(OTHER, "https://x", [], who="lucie"), "webhook.create"),
    ],
)
def test_what_people_do_is_in_the_log(kept: Kept, act: Callable[[Kept], object], action: str) -> None:
    act(kept)
    entry = kept.store.audit(limit=1).items[0]
    assert (entry.who, entry.action) == ("lucie", action)
    assert kept.store.verify_audit().ok


def test_what_did_not_happen_is_not_in_the_log(kept: Kept) -> None:
    before = kept.store.verify_audit().entries
    with pytest.raises(NotFoundError):
        kept.store.revoke_key("key_0", who="lucie")
    kept.store.put_revision(OTHER_YAML, who="lucie")
    assert kept.store.verify_audit().entries == before
