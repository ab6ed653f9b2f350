"""Calls handed in to a real server on this machine: what is sent, what comes back, what a second run does."""

from __future__ import annotations

import json
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
import uvicorn
from conftest import CALL_FILE, DATASET, TENANT_FILE, scripted
from typer.testing import CliRunner

from qualify import cli
from qualify.batch import Manifest, Origin, StoppedError, run
from qualify.dataset import Dataset, Prediction, read_predictions
from qualify.errors import InputError
from qualify.pipeline import CallFacts, handle_recording, handle_transcript
from qualify.records import Outcome
from qualify.service.app import create_app
from qualify.service.settings import ServiceSettings
from qualify.store import Store
from qualify.store.domain import Call, CallFilter, Role
from qualify.submitting import (
    TRIES,
    Server,
    Submission,
    begin,
    dataset_submissions,
    folder_submissions,
    hand_in,
    manifest_submissions,
)

Record = Callable[[Path], Path]
OURS = "atelier-morel"


@dataclass
class Service:
    """A service that handles each call with scripted engines as soon as it comes in."""

    store: Store
    folder: Path
    url: str = ""
    came_in: list[str] = field(default_factory=list)

    def handle(self, call_id: str) -> None:
        self.came_in.append(call_id)
        call = self.store.begin(call_id, "test")
        self.store.finish(call_id, self._outcome(call), revision=1, engine="embedded")

    def _outcome(self, call: Call) -> Outcome:
        tenant, facts = self.store.instructions(call.tenant), CallFacts(caller_number=call.caller_number)
        transcript = self.store.transcript(call.id)
        if transcript is not None:
            return handle_transcript(transcript, tenant, scripted(), facts)
        audio = self.store.open_audio(call.id)
        path = self.folder / "heard.wav"
        path.write_bytes(b"".join(audio.chunks(0, audio.size)))
        return handle_recording(path, tenant, scripted(), facts)

    def key(self, role: Role = "integrator") -> str:
        return self.store.create_key(role, role, tenants=None, who="test")[1]

    def calls(self) -> list[Call]:
        return sorted(self.store.calls(CallFilter()).items, key=lambda call: call.external_id or "")


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    """Listening on a port of its own, with one tenant."""
    folder = tmp_path / "service"
    folder.mkdir()
    store = Store(f"sqlite:///{folder / 'service.db'}", data_folder=folder)
    store.put_revision(TENANT_FILE.read_text(encoding="utf-8"), who="test")
    service = Service(store, folder)
    app = create_app(store, settings=ServiceSettings(), enqueue=service.handle)
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="off"))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        service.url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        while not server.started:
            time.sleep(0.01)
        yield service
        server.should_exit = True
        thread.join()
    store.close()


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    """Two calls of one tenant, of the same words."""
    shutil.copytree(DATASET, tmp_path / "jeu")
    call = {**json.loads(CALL_FILE.read_text(encoding="utf-8")), "id": "morel-002", "caller_number": None}
    (tmp_path / "jeu" / "calls" / OURS / "morel-002.json").write_text(json.dumps(call), encoding="utf-8")
    return tmp_path / "jeu"


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "predictions.jsonl"


@pytest.fixture
def folder(tmp_path: Path, recording: Record) -> Path:
    for name in ("a.wav", "b.wav"):
        recording(tmp_path / "appels" / name)
    return tmp_path / "appels"


def handed_in(submissions: list[Submission], server: Server, out: Path) -> list[Prediction]:
    origin = Origin(source="x", mode="turns", speech_model=None, server=str(server.client.base_url))
    origin, done = begin(submissions, server, out, origin)
    jobs = list(hand_in(submissions, server, origin.batches, done=done))
    return list(run(jobs, out, origin=origin))


def qualify(*arguments: str | Path, key: str | None = None) -> tuple[int, str]:
    """The exit code, and what is told on one line."""
    result = CliRunner().invoke(cli.app, [str(a) for a in arguments], env={"QUALIFY_API_KEY": key})
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, " ".join(result.stderr.split())


# ---------------------------------------------------------------- against a real server


def test_a_data_sets_calls_come_back_as_predictions(service: Service, dataset: Path, out: Path) -> None:
    submissions = dataset_submissions(Dataset.open(dataset), from_audio=False)
    made = handed_in(submissions, Server.at(service.url, key=service.key()), out)
    assert [(p.id, p.tenant, p.status) for p in made] == [
        ("morel-001", OURS, "ready"),
        ("morel-002", OURS, "ready"),
    ]
    assert read_predictions(out) == made
    assert made[0].fields["phone"] == "+3281223344"
    assert made[0].message == json.loads(CALL_FILE.read_text(encoding="utf-8"))["turns"][-1]["text"]
    first, second = service.calls()
    assert (first.external_id, str(first.started_at)) == ("morel-001", "2026-11-19 09:12:00")
    assert first.batch == second.batch is not None


def test_a_run_without_its_results_gives_the_same_calls_and_opens_another_batch(
    service: Service, dataset: Path, out: Path, tmp_path: Path
) -> None:
    submissions = dataset_submissions(Dataset.open(dataset), from_audio=False)
    server = Server.at(service.url, key=service.key())
    once = handed_in(submissions, server, out)
    before = service.calls()
    assert handed_in(submissions, server, tmp_path / "again.jsonl") == once
    assert service.calls() == before
    assert len(service.came_in) == 2


def test_a_run_that_goes_on_hands_in_only_the_rest_in_the_same_batch(
    service: Service, dataset: Path, out: Path
) -> None:
    submissions = dataset_submissions(Dataset.open(dataset), from_audio=False)
    server = Server.at(service.url, key=service.key())
    origin = Origin(source="x", mode="turns", speech_model=None, server=str(server.client.base_url))
    origin, done = begin(submissions, server, out, origin)
    next(hand_in(submissions, server, origin.batches, done=done))  # stopped after the first
    assert [p.id for p in handed_in(submissions, server, out)] == ["morel-001", "morel-002"]
    assert {call.batch for call in service.calls()} == set(origin.batches.values())
    away = httpx.MockTransport(lambda request: pytest.fail("all is done: the server is asked nothing"))
    idle = Server(httpx.Client(base_url=service.url, transport=away))
    assert len(handed_in(submissions, idle, out)) == 2


def test_a_batch_of_another_source_is_not_joined(service: Service, dataset: Path, out: Path) -> None:
    submissions = dataset_submissions(Dataset.open(dataset), from_audio=False)
    server = Server.at(service.url, key=service.key())
    first, second = (
        begin(submissions, server, out, Origin(source=s, mode="turns", speech_model=None))[0] for s in "xy"
    )
    assert set(first.batches) == set(second.batches) == {OURS}
    assert first.batches != second.batches


def test_recordings_of_a_folder_are_heard_by_the_server(service: Service, folder: Path, out: Path) -> None:
    server = Server.at(service.url, key=service.key())
    made = handed_in(folder_submissions(folder, OURS), server, out)
    said = "Bonjour, je vous appelle pour mon vélo, ma chaîne saute."
    assert [(p.id, p.status, p.message) for p in made] == [("a.wav", "ready", said), ("b.wav", "ready", said)]
    assert {(call.origin, call.audio_type) for call in service.calls()} == {("recording", "audio/x-wav")}


def test_a_manifests_facts_come_with_its_recordings(service: Service, folder: Path, out: Path) -> None:
    manifest = folder / "appels.csv"
    manifest.write_text(
        f"path,tenant,started_at,caller_number\na.wav,{OURS},2026-11-24T09:30,+3281223344\nb.wav,{OURS},,\n"
    )
    submissions = manifest_submissions(Manifest.open(manifest, with_tenants=False))
    made = handed_in(submissions, Server.at(service.url, key=service.key()), out)
    assert [p.fields.get("phone") for p in made] == ["+3281223344", None]
    assert [str(call.started_at) for call in service.calls()] == ["2026-11-24 09:30:00", "None"]


def test_what_the_server_refuses_costs_one_call(service: Service, folder: Path, out: Path) -> None:
    (folder / f"{'x' * 210}.wav").write_bytes(b"RIFF")
    submissions = [
        *folder_submissions(folder, OURS),
        Submission("c", "inconnu", lambda: (CallFacts(), folder / "a.wav")),
        Submission("d", OURS, lambda: (CallFacts(), folder / "absent.wav")),
    ]
    made = handed_in(submissions, Server.at(service.url, key=service.key()), out)
    assert [p.status for p in made] == ["ready", "ready", "failed", "failed", "failed"]
    long, unknown, absent = (p.reasons[0].detail for p in made[2:])
    assert "« body.external_id » : " in long
    assert "refusé par le service, client « inconnu » : " in unknown
    assert "absent.wav : fichier illisible" in absent


def test_another_call_under_the_same_id_is_refused(service: Service, folder: Path, out: Path) -> None:
    server = Server.at(service.url, key=service.key())
    handed_in(folder_submissions(folder, OURS), server, out)
    other = [Submission("a.wav", OURS, lambda: (CallFacts(), folder / "b.wav"))]
    (folder / "b.wav").write_bytes((folder / "b.wav").read_bytes() + b"\0\0")
    (made,) = handed_in(other, server, out.with_name("other.jsonl"))
    assert made.status == "failed"
    assert "external_id" in made.reasons[0].detail


@pytest.mark.parametrize("role", ["reader", None])
def test_a_key_that_may_not_submit_stops_the_run(service: Service, out: Path, role: Role | None) -> None:
    server = Server.at(service.url, key=service.key(role) if role else "qk_wrong")
    with pytest.raises(StoppedError, match="Le service refuse la clé"):
        handed_in(dataset_submissions(Dataset.open(DATASET), from_audio=False), server, out)
    assert not out.exists()


# ---------------------------------------------------------------- a service that is away


CALL = {"id": "call_1", "tenant": OURS, "state": "queued"}


def scripted_server(*answers: httpx.Response | Exception) -> tuple[Server, list[float]]:
    """A server that gives these answers in turn, and the seconds that were waited."""
    left, waited = list(answers), list[float]()

    def answer(request: httpx.Request) -> httpx.Response:
        given = left.pop(0)
        if isinstance(given, Exception):
            raise given
        return given

    client = httpx.Client(transport=httpx.MockTransport(answer), base_url="http://service")
    return Server(client, wait=waited.append), waited


def one() -> Submission:
    return dataset_submissions(Dataset.open(DATASET), from_audio=False)[0]


def test_a_request_is_repeated_as_the_service_asks() -> None:
    done = Outcome(status="needs_review").model_dump_json()
    server, waited = scripted_server(
        httpx.Response(429, headers={"Retry-After": "7"}),
        httpx.ConnectError("down"),
        httpx.Response(503, headers={"Retry-After": "3600"}),
        httpx.Response(202, json=CALL),
        httpx.Response(200, json={**CALL, "state": "processing"}),
        httpx.Response(200, json={**CALL, "state": "needs_review"}),
        httpx.Response(200, text=done),
    )
    assert server.submit(one(), None).handle().status == "needs_review"
    assert waited == [7.0, 2.0, 30.0, 0.1, 0.2]


def test_a_service_that_stays_away_stops_the_run_and_says_how_to_go_on(out: Path) -> None:
    server, waited = scripted_server(*[httpx.Response(503)] * TRIES)
    with pytest.raises(StoppedError, match=r"service indisponible \(réponse 503\).*relancée, reprend"):
        server.submit(one(), None)
    assert waited == [1.0, 2.0, 4.0, 8.0, 16.0]


def test_a_service_lost_while_a_call_is_awaited_leaves_no_line_for_it(out: Path) -> None:
    server, _ = scripted_server(httpx.Response(202, json=CALL), *[httpx.ReadTimeout("slow")] * TRIES)
    with pytest.raises(StoppedError, match="ReadTimeout"):
        list(run([server.submit(one(), None)], out))
    assert out.read_bytes() == b""


def test_a_call_whose_result_is_gone_is_failed() -> None:
    gone = {**CALL, "state": "skipped", "reason": "erased"}
    missing = httpx.Response(404, json={"detail": "Rien de tel pour cet appel."})
    server, _ = scripted_server(httpx.Response(202, json=gone), missing)
    outcome = server.submit(one(), None).handle()
    assert outcome.failure is not None
    assert outcome.failure.error == "résultat absent (erased) : Rien de tel pour cet appel."


@pytest.mark.parametrize("body", ["<html>", "[]", "{}"])
def test_what_is_no_service_of_ours_stops_the_run(body: str) -> None:
    server, _ = scripted_server(httpx.Response(200, text=body))
    with pytest.raises(StoppedError, match="Attendu : un service qualify"):
        server.submit(one(), None)


@pytest.mark.parametrize(
    "url", ["", "appels.fr", "ftp://appels.fr", "http://", "http://u:p@appels.fr", "http://[", "http://a:b"]
)
def test_an_address_that_is_none_is_said_and_not_repeated(url: str) -> None:
    with pytest.raises(InputError, match="--server : adresse inutilisable"):
        Server.at(url, key="k")


# ---------------------------------------------------------------- the command


def test_the_command_hands_in_waits_and_tells(
    service: Service, dataset: Path, out: Path, tmp_path: Path
) -> None:
    command = ["batch", dataset, "--out", out, "--server", service.url, "--table", tmp_path / "t.csv"]
    key = service.key()
    for _ in range(2):
        code, told = qualify(*command, key=key)
        assert code == 0
        assert "2 appels : 2 ready, 0 needs_review, 0 failed." in told
        assert f"({OURS})" in told
    assert "Confiés" in told
    assert "appels/min" in told
    assert key not in told
    assert (tmp_path / "t.csv").read_text(encoding="utf-8-sig").count("morel-00") == 2
    assert len(service.came_in) == 2


def test_the_commands_tenant_may_be_an_id_or_a_file(service: Service, folder: Path, out: Path) -> None:
    for number, tenant in enumerate((OURS, TENANT_FILE)):
        place = out.with_name(f"{number}.jsonl")
        code, _ = qualify(
            "batch", folder, "--tenant", tenant, "--server", service.url, "--out", place, key=service.key()
        )
        assert (code, len(service.came_in)) == (0, 2)


@pytest.mark.parametrize(
    ("options", "key", "said"),
    [
        ([], None, "« QUALIFY_API_KEY » : absente"),
        (["--llm", "conf"], "k", "fichier introuvable"),
        (["--speech-model", "turbo"], "k", "le service a les siens"),
        ([], "clé", "« QUALIFY_API_KEY » : ce n'est pas une clé"),
    ],
)
def test_what_the_command_cannot_do_is_said_at_once(
    out: Path, options: list[str], key: str | None, said: str
) -> None:
    code, told = qualify("batch", DATASET, "--out", out, "--server", "http://127.0.0.1:1", *options, key=key)
    assert code == 1
    assert said in told


def test_a_call_without_words_is_refused_by_the_server_alone(service: Service, out: Path) -> None:
    made = handed_in(
        dataset_submissions(Dataset.open(DATASET), from_audio=False),
        Server.at(service.url, key=service.key()),
        out,
    )
    assert [p.status for p in made] == ["ready", "failed"]
    assert "« body.turns » : " in made[1].reasons[0].detail
