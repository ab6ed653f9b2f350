"""Calls by HTTP: what is accepted, what is refused and how, and what can be asked of them."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from served import OURS, SOUND, THEIRS, Service, call_body, open_service

from qualify.service.limits import ServiceLimits
from qualify.service.parts import Parts
from qualify.service.settings import ServiceSettings
from qualify.store.errors import UnavailableError

KINDS = ["application/json", "multipart/form-data; boundary=b"]


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    service = open_service(tmp_path)
    yield service
    service.store.close()


@pytest.fixture
def client(service: Service) -> TestClient:
    return service.client("admin")


def send_recording(client: TestClient, *, sound: bytes = SOUND, **fields: str) -> Any:
    return client.post(
        "/v1/calls",
        data={"tenant": OURS, **fields},
        files={"recording": ("appel.wav", sound, "audio/wav")},
    )


def wrong_keys(answer: Any) -> list[str]:
    return [error["key"] for error in answer.json()["errors"]]


# ---------------------------------------------------------------- accepted


def test_a_transcript_is_accepted_and_handed_on(service: Service, client: TestClient) -> None:
    answer = client.post("/v1/calls", json=call_body(caller_number="+33639981234"))
    assert answer.status_code == 202
    call = answer.json()
    assert answer.headers["location"] == f"/v1/calls/{call['id']}"
    assert (call["state"], call["origin"], call["tenant"]) == ("queued", "transcript", OURS)
    assert service.enqueued == [call["id"]]
    turns = client.get(f"/v1/calls/{call['id']}/transcript").json()["turns"]
    assert [turn["text"] for turn in turns] == ["Atelier, bonjour.", "Bonjour, ma chaîne saute."]


def test_a_recording_is_accepted_and_read_back_to_the_byte(service: Service, client: TestClient) -> None:
    answer = send_recording(client, agent_channel="1", external_id="pbx-1")
    assert answer.status_code == 202
    call = answer.json()
    assert (call["origin"], call["agent_channel"], call["has_audio"]) == ("recording", 1, True)
    audio = client.get(f"/v1/calls/{call['id']}/audio")
    assert (audio.content, audio.headers["content-type"]) == (SOUND, "audio/wav")
    assert service.enqueued == [call["id"]]


def test_accents_apart_from_their_letters_are_put_together(client: TestClient) -> None:
    turns = [{"speaker": "caller", "text": "Cafe\u0301"}]
    call = client.post("/v1/calls", json={"tenant": OURS, "turns": turns}).json()
    assert client.get(f"/v1/calls/{call['id']}/transcript").json()["turns"][0]["text"] == "Café"


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("2026-11-24T09:30:00", "2026-11-24T09:30:00"),
        ("2026-11-24T08:30:00Z", "2026-11-24T09:30:00"),
        ("2026-07-24T08:30:00+00:00", "2026-07-24T10:30:00"),
        (None, None),
    ],
)
def test_a_call_begins_at_the_tenants_local_time(
    client: TestClient, sent: str | None, kept: str | None
) -> None:
    assert client.post("/v1/calls", json=call_body(started_at=sent)).json()["started_at"] == kept


def test_what_is_accepted_stays_accepted_where_work_cannot_be_asked_for(tmp_path: Path) -> None:
    service = open_service(tmp_path)

    def away(call_id: str) -> None:
        raise UnavailableError("file d'attente indisponible")

    parts: Parts = service.app.state.parts
    service.app.state.parts = Parts(**{**vars(parts), "enqueue": away})
    answer = service.client().post("/v1/calls", json=call_body())
    assert answer.status_code == 202
    assert service.store.call(answer.json()["id"]).state == "queued"
    service.store.close()


# ---------------------------------------------------------------- the same again


@pytest.mark.parametrize(
    ("facts", "headers", "key"),
    [
        ({"external_id": "pbx-1"}, {}, "body.external_id"),
        ({}, {"Idempotency-Key": "abc"}, "header.Idempotency-Key"),
    ],
)
def test_the_same_request_again_is_the_same_call(
    service: Service, client: TestClient, facts: dict[str, str], headers: dict[str, str], key: str
) -> None:
    first = client.post("/v1/calls", json=call_body(**facts), headers=headers)
    again = client.post("/v1/calls", json=call_body(**facts), headers=headers)
    assert (again.status_code, again.json()) == (202, first.json())
    assert service.enqueued == [first.json()["id"]]
    other = client.post("/v1/calls", json=call_body(called_number="+3281000000", **facts), headers=headers)
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_conflict")
    assert wrong_keys(other) == [key]


def test_the_same_call_sent_by_many_at_once_is_one_call(service: Service, client: TestClient) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(
            pool.map(lambda _: client.post("/v1/calls", json=call_body(external_id="1")), range(16))
        )
    assert {answer.status_code for answer in answers} == {202}
    assert len({answer.json()["id"] for answer in answers}) == len(service.enqueued) == 1


def test_two_tenants_may_use_the_same_external_id(client: TestClient) -> None:
    ours = client.post("/v1/calls", json=call_body(OURS, external_id="1")).json()
    theirs = client.post("/v1/calls", json=call_body(THEIRS, external_id="1")).json()
    assert ours["id"] != theirs["id"]


def test_a_recording_sent_twice_is_one_call(client: TestClient) -> None:
    first = send_recording(client, external_id="r").json()
    assert send_recording(client, external_id="r").json()["id"] == first["id"]
    assert send_recording(client, external_id="r", sound=SOUND[1:]).status_code == 409


# ---------------------------------------------------------------- refused


@pytest.mark.parametrize(
    ("change", "keys"),
    [
        ({"tenant": None}, ["body.tenant"]),
        ({"tenant": "Pas Un Nom"}, ["body.tenant"]),
        ({"turns": []}, ["body.turns"]),
        ({"turns": [{"speaker": "robot", "text": "Bonjour"}]}, ["body.turns[0].speaker"]),
        ({"turns": [{"speaker": "agent", "text": ""}]}, ["body.turns[0].text"]),
        ({"turns": [{"speaker": "agent", "text": "a", "start": -1}]}, ["body.turns[0].start"]),
        ({"caller_number": "0639981234"}, ["body.caller_number"]),
        ({"started_at": "hier"}, ["body.started_at"]),
        ({"started_at": "0001-01-01T00:00:00"}, ["body.started_at"]),
        ({"external_id": "a\u0000b"}, ["body.external_id"]),
        ({"engine": "unknown"}, ["body.engine"]),
        ({"batch": "unknown"}, ["body.batch"]),
        ({"unknown_key": 1, "revision": 0}, ["body.unknown_key", "body.revision"]),
    ],
)
def test_a_bad_call_is_refused_by_the_name_of_its_field(
    service: Service, client: TestClient, change: dict[str, Any], keys: list[str]
) -> None:
    answer = client.post("/v1/calls", json={**call_body(), **change})
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert sorted(wrong_keys(answer)) == sorted(keys)
    assert service.enqueued == []


@pytest.mark.parametrize(
    ("content", "kind", "status", "code"),
    [
        (b"{", "application/json", 400, "malformed"),
        (b'{"tenant": "\\ud800"}', "application/json", 400, "malformed"),
        (b"\xff\xfe", "application/json", 400, "malformed"),
        (b"[]", "application/json", 422, "invalid"),
        (b"", "application/json", 400, "malformed"),
        (b"tenant=a", "application/x-www-form-urlencoded", 415, "unsupported_media_type"),
        (b"{}", "", 415, "unsupported_media_type"),
        (b"nothing", "multipart/form-data", 400, "malformed"),
        (b"nothing", "multipart/form-data; boundary=x", 400, "malformed"),
    ],
)
def test_an_unreadable_body_is_refused(
    client: TestClient, content: bytes, kind: str, status: int, code: str
) -> None:
    answer = client.post("/v1/calls", content=content, headers={"content-type": kind})
    assert (answer.status_code, answer.json()["code"]) == (status, code)


@pytest.mark.parametrize(
    ("files", "keys"),
    [
        ({}, ["body.recording"]),
        ({"recording": ("a.wav", b"", "audio/wav")}, ["body.recording"]),
        ({"recording": ("a.html", b"<html>", "text/html")}, ["body.recording"]),
        ({"sound": ("a.wav", b"RIFF", "audio/wav")}, ["body.recording"]),
    ],
)
def test_a_form_without_a_recording_is_refused(
    client: TestClient, files: dict[str, Any], keys: list[str]
) -> None:
    parts = {"tenant": (None, OURS), **files}
    answer = client.post("/v1/calls", files=parts)
    assert (answer.status_code, wrong_keys(answer)) == (422, keys)


def test_a_form_gives_each_field_once(client: TestClient) -> None:
    parts = [
        ("tenant", (None, OURS)),
        ("tenant", (None, THEIRS)),
        ("recording", ("a.wav", SOUND, "audio/wav")),
    ]
    assert client.post("/v1/calls", files=parts).status_code == 422


def test_a_body_that_is_too_large_is_refused_before_it_is_read(tmp_path: Path) -> None:
    limits = ServiceLimits(body_bytes=1000, upload_bytes=2000)
    service = open_service(tmp_path, settings=ServiceSettings(limits=limits))
    client = service.client()
    words = client.post("/v1/calls", json=call_body(external_id="x" * 1000))
    sound = send_recording(client)
    assert (words.status_code, sound.status_code) == (413, 413)
    assert client.get("/v1/calls").json()["items"] == []
    service.store.close()


def test_a_recording_is_never_written_to_disk_in_clear(
    service: Service, client: TestClient, tmp_path: Path
) -> None:
    send_recording(client, sound=b"RIFF" + b"words in clear " * 200_000)
    assert [p for p in tmp_path.rglob("*") if p.is_file() and b"words in clear" in p.read_bytes()] == []


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    content=st.binary(max_size=300),
    kind=st.sampled_from(["application/json", "multipart/form-data; boundary=b"]),
)
def test_no_body_whatever_breaks_the_service(client: TestClient, content: bytes, kind: str) -> None:
    if kind.startswith("multipart"):
        content = b'--b\r\nContent-Disposition: form-data; name="recording"; filename="a"\r\n' + content
    answer = client.post("/v1/calls", content=content, headers={"content-type": kind})
    assert answer.status_code in (400, 422)


# ---------------------------------------------------------------- lists


def test_a_list_is_walked_by_its_cursor(service: Service, client: TestClient) -> None:
    made = [service.accepted(external_id=str(number)).id for number in range(5)]
    seen, cursor = [], None
    while True:
        page = client.get("/v1/calls", params={"limit": 2} | ({"cursor": cursor} if cursor else {})).json()
        seen += [call["id"] for call in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert seen == made[::-1]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, {"ready", "queued", "theirs"}),
        ({"tenant": OURS}, {"ready", "queued"}),
        ({"state": "ready"}, {"ready"}),
        ({"urgency": "normal"}, {"ready"}),
        ({"urgency": "critical"}, set()),
        ({"external_id": "queued"}, {"queued"}),
        ({"since": "2100-01-01T00:00:00Z"}, set()),
        ({"until": "2100-01-01T00:00:00Z"}, {"ready", "queued", "theirs"}),
    ],
)
def test_a_list_is_filtered(
    service: Service, client: TestClient, asked: dict[str, str], found: set[str]
) -> None:
    service.handled(external_id="ready")
    service.accepted(external_id="queued")
    service.accepted(THEIRS, external_id="theirs")
    answer = client.get("/v1/calls", params=asked)
    assert {call["external_id"] for call in answer.json()["items"]} == found


@pytest.mark.parametrize(
    ("asked", "key"),
    [
        ({"cursor": "nonsense"}, "query.cursor"),
        ({"state": "lost"}, "query.state"),
        ({"limit": "0"}, "query.limit"),
        ({"since": "2026-11-24T09:30:00"}, "query.since"),
        ({"stat": "failed"}, "query"),
    ],
)
def test_a_bad_filter_is_refused(client: TestClient, asked: dict[str, str], key: str) -> None:
    answer = client.get("/v1/calls", params=asked)
    assert (answer.status_code, wrong_keys(answer)) == (422, [key])


# ---------------------------------------------------------------- results


def test_a_handled_call_gives_all_that_was_made(service: Service, client: TestClient) -> None:
    call = service.handled(caller_number="+32470123456")
    base = f"/v1/calls/{call.id}"
    assert client.get(base).json()["state"] == "ready"
    assert client.get(f"{base}/qualification").json()["intent"]["value"] == "repair"
    assert client.get(f"{base}/outcome").json()["status"] == "ready"
    evidence = client.get(f"{base}/evidence").json()["items"]
    assert [(e["of"], e["quote"], e["speaker"], e["second"]) for e in evidence] == [
        ("intent", "Bonjour, ma chaîne saute.", "caller", 1.5),
        ("sentence:0", "Bonjour, ma chaîne saute.", "caller", 1.5),
    ]


@pytest.mark.parametrize("part", ["qualification", "outcome", "message", "audio"])
def test_what_is_not_made_yet_is_not_found(service: Service, client: TestClient, part: str) -> None:
    call = service.accepted()
    assert client.get(f"/v1/calls/{call.id}/{part}").status_code == 404


def test_a_call_is_handled_anew(service: Service, client: TestClient) -> None:
    call = service.handled()
    answer = client.post(f"/v1/calls/{call.id}/reprocess", json={"revision": 1, "engine": "embedded"})
    assert (answer.status_code, answer.json()["state"]) == (202, "queued")
    assert service.enqueued == [call.id]
    assert client.post(f"/v1/calls/{call.id}/reprocess").status_code == 409
    assert client.post(f"/v1/calls/{call.id}/reprocess", json={"engine": "other"}).status_code == 422
    assert client.post(f"/v1/calls/{service.handled().id}/reprocess", json={"revision": 9}).status_code == 404


def test_a_call_is_set_aside(service: Service, client: TestClient) -> None:
    call = service.handled()
    answer = client.post(f"/v1/calls/{call.id}/skip", json={"code": "duplicate"})
    assert (answer.json()["state"], answer.json()["reason"]) == ("skipped", "duplicate")
    assert client.post(f"/v1/calls/{call.id}/skip", json={"code": "Ses mots"}).status_code == 422


def test_a_calls_trail_says_who_did_what(service: Service, client: TestClient) -> None:
    call = service.handled()
    client.post(f"/v1/calls/{call.id}/message/approve")
    entries = client.get(f"/v1/calls/{call.id}/audit").json()["items"]
    assert entries[0]["who"].startswith("admin (key_")
    assert {entry["subject"] for entry in entries} == {call.id}


# ---------------------------------------------------------------- audio


@pytest.mark.parametrize(
    ("wanted", "status", "start", "end"),
    [
        (None, 200, 0, len(SOUND)),
        ("bytes=0-3", 206, 0, 4),
        ("bytes=70000-", 206, 70000, len(SOUND)),
        ("bytes=-5", 206, len(SOUND) - 5, len(SOUND)),
        ("bytes=0-9999999", 206, 0, len(SOUND)),
        ("bytes=0-1,5-6", 200, 0, len(SOUND)),
        ("lines=1-2", 200, 0, len(SOUND)),
    ],
)
def test_a_recording_is_heard_by_ranges(
    client: TestClient, wanted: str | None, status: int, start: int, end: int
) -> None:
    call = send_recording(client).json()["id"]
    answer = client.get(f"/v1/calls/{call}/audio", headers={"Range": wanted} if wanted else {})
    assert (answer.status_code, answer.content) == (status, SOUND[start:end])
    assert answer.headers["content-length"] == str(end - start)
    told = f"bytes {start}-{end - 1}/{len(SOUND)}" if status == 206 else None
    assert answer.headers.get("content-range") == told


def test_a_range_outside_the_recording_is_refused(client: TestClient) -> None:
    call = send_recording(client).json()["id"]
    answer = client.get(f"/v1/calls/{call}/audio", headers={"Range": f"bytes={len(SOUND)}-"})
    assert (answer.status_code, answer.headers["content-range"]) == (416, f"bytes */{len(SOUND)}")


def test_who_listens_is_written_down_once_a_hearing(service: Service, client: TestClient) -> None:
    call = send_recording(client).json()["id"]
    for wanted in ("bytes=0-9", "bytes=10-19", "bytes=20-"):
        client.get(f"/v1/calls/{call}/audio", headers={"Range": wanted})
    actions = [entry.action for entry in service.store.audit(subject=call).items]
    assert actions.count("audio.read") == 1


# ---------------------------------------------------------------- vCon


def test_a_call_exported_as_vcon_comes_back_as_one(service: Service, client: TestClient) -> None:
    call = service.handled(caller_number="+32470123456")
    exported = client.get(f"/v1/calls/{call.id}/vcon")
    assert exported.headers["content-type"] == "application/vcon"
    answer = client.post(
        f"/v1/tenants/{THEIRS}/vcons",
        content=exported.content,
        headers={"content-type": "application/vcon+json"},
    )
    assert answer.status_code == 202
    assert (answer.json()["tenant"], answer.json()["caller_number"]) == (THEIRS, "+32470123456")
    assert service.enqueued == [answer.json()["id"]]


def test_a_vcon_carries_the_recording_where_asked(client: TestClient) -> None:
    call = send_recording(client).json()["id"]
    assert "redacted" in client.get(f"/v1/calls/{call}/vcon").json()
    whole = client.get(f"/v1/calls/{call}/vcon", params={"audio": "true"})
    back = client.post(
        f"/v1/tenants/{THEIRS}/vcons", content=whole.content, headers={"content-type": "application/json"}
    ).json()
    assert client.get(f"/v1/calls/{back['id']}/audio").content == SOUND


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b"{", "application/vcon+json", (400, 422)),
        (b"{}", "application/vcon+json", (422,)),
        (b"{}", "text/plain", (415,)),
    ],
)
def test_a_bad_vcon_is_refused(
    client: TestClient, content: bytes, kind: str, status: tuple[int, ...]
) -> None:
    answer = client.post(f"/v1/tenants/{OURS}/vcons", content=content, headers={"content-type": kind})
    assert answer.status_code in status
