"""A service on an embedded store, two tenants, and calls in any state, for the tests of the routes."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from conftest import TENANT_FILE, scripted
from fastapi import FastAPI
from fastapi.testclient import TestClient

from qualify.pipeline import CallFacts, handle_transcript
from qualify.records import Maker, Transcript, Turn
from qualify.service.app import create_app
from qualify.service.settings import ServiceSettings
from qualify.store import Store
from qualify.store.domain import Call, NewCall, Role

OURS, THEIRS = "atelier-morel", "cabinet-durand"
YAML = TENANT_FILE.read_text(encoding="utf-8")
YAMLS = {OURS: YAML, THEIRS: YAML.replace(OURS, THEIRS).replace("Atelier Morel", "Cabinet Durand")}
YAML_TYPE = {"content-type": "application/yaml"}
SOUND = b"RIFF" + bytes(range(256)) * 300
LINK_KEY = b"a key of links"


@dataclass
class Service:
    """An application, its store, and what it asked to be done."""

    store: Store
    app: FastAPI
    enqueued: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)

    def client(self, role: Role = "admin", tenants: Sequence[str] | None = None) -> TestClient:
        """A client with a key of that role, for those tenants; None: for all."""
        _, secret = self.store.create_key(role, role, tenants=tenants, who="test")
        headers = {"Authorization": f"Bearer {secret}"}
        return TestClient(self.app, headers=headers, raise_server_exceptions=False)

    def nobody(self) -> TestClient:
        """A client without a key."""
        return TestClient(self.app, raise_server_exceptions=False)

    def accepted(self, tenant: str = OURS, **facts: object) -> Call:
        """A call that waits to be handled."""
        new = NewCall.model_validate({"tenant": tenant, "transcript": spoken(), **facts})
        return self.store.accept(new, who="test").call

    def handled(self, tenant: str = OURS, **facts: object) -> Call:
        """A call that is ready, with a draft."""
        call = self.accepted(tenant, **facts)
        self.store.begin(call.id, "test")
        outcome = handle_transcript(
            spoken(), self.store.instructions(tenant), scripted(), CallFacts(caller_number=call.caller_number)
        )
        return self.store.finish(call.id, outcome, revision=1, engine="scripted")


def open_service(folder: Path, *, settings: ServiceSettings | None = None, url: str | None = None) -> Service:
    """A service whose work is only noted; its store, a SQLite file where no `url` is, is to be closed."""
    keys = None if url is None else f"test:{base64.b64encode(bytes(32)).decode()}"
    store = Store(url or f"sqlite:///{folder / 'service.db'}", data_folder=folder, keys=keys)
    for yaml in YAMLS.values():
        store.put_revision(yaml, who="test")
    enqueued: list[str] = []
    changed: list[str] = []
    app = create_app(
        store,
        settings=settings or ServiceSettings(acknowledgement_keys=(LINK_KEY,)),
        enqueue=enqueued.append,
        changed=changed.append,
    )
    return Service(store, app, enqueued, changed)


def spoken() -> Transcript:
    """What was said in every call here."""
    turns = (
        Turn(speaker="agent", text="Atelier, bonjour.", start_s=0.0),
        Turn(speaker="caller", text="Bonjour, ma chaîne saute.", start_s=1.5),
    )
    return Transcript(turns=turns, made_by=Maker(engine="turns", version="1"))


def call_body(tenant: str = OURS, **facts: object) -> dict[str, object]:
    """The JSON of a call that comes in by its words."""
    turns = [{"speaker": turn.speaker, "text": turn.text} for turn in spoken().turns]
    return {"tenant": tenant, "turns": turns, **facts}
