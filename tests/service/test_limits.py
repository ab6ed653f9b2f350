from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from fastapi import FastAPI, Request, UploadFile
from fastapi.testclient import TestClient
from pydantic import BaseModel

from qualify.service.limits import BodyLimit, RateLimiter, ServiceLimits
from qualify.service.problems import MEDIA_TYPE, ProblemError, install

SMALL = ServiceLimits(body_bytes=1000, upload_bytes=20_000, vcon_bytes=5000, idle_s=0.1)


class Text(BaseModel):
    text: str


@pytest.fixture(scope="module")
def app() -> FastAPI:
    app = FastAPI()
    install(app)
    app.add_middleware(BodyLimit, limits=SMALL)

    @app.post("/text")
    def text(body: Text) -> int:
        return len(body.text)

    @app.post("/upload")
    def upload(recording: UploadFile) -> int | None:
        return recording.size

    @app.post("/raw")
    async def raw(request: Request) -> int:
        return len(await request.body())

    return app


def chunks(size: int) -> Iterator[bytes]:
    """A body without a stated length."""
    for _ in range(size // 100):
        yield b"a" * 100


def multipart(size: int) -> tuple[bytes, dict[str, str]]:
    head = b'--b\r\nContent-Disposition: form-data; name="recording"; filename="a.wav"\r\n\r\n'
    body = head + b"a" * size + b"\r\n--b--\r\n"
    return body, {"content-type": "multipart/form-data; boundary=b"}


JSON = {"content-type": "application/json"}
VCON = {"content-type": "Application/vCon; charset=utf-8"}
BODIES: list[tuple[str, str, Any, dict[str, str], int]] = [
    ("a small text", "/text", b'{"text": "a"}', JSON, 200),
    ("a text that states its size", "/text", b'{"text": "' + b"a" * 2000 + b'"}', JSON, 413),
    ("a text that grows", "/text", lambda: chunks(2000), JSON, 413),
    ("a text within the limit that states none", "/raw", lambda: chunks(900), {}, 200),
    ("an upload", "/upload", multipart(10_000)[0], multipart(0)[1], 200),
    ("an upload too large", "/upload", multipart(30_000)[0], multipart(0)[1], 413),
    ("an upload that grows", "/upload", lambda: iter([multipart(30_000)[0]]), multipart(0)[1], 413),
    ("a vCon", "/raw", b"a" * 4000, VCON, 200),
    ("a vCon too large", "/raw", b"a" * 6000, VCON, 413),
    ("bytes of another type", "/raw", b"a" * 4000, {"content-type": "audio/wav"}, 413),
]


@pytest.mark.parametrize(
    ("path", "body", "headers", "status"), [b[1:] for b in BODIES], ids=[b[0] for b in BODIES]
)
def test_bodies_are_cut_off_at_their_limit(
    app: FastAPI, path: str, body: bytes | Callable[[], Iterator[bytes]], headers: dict[str, str], status: int
) -> None:
    content = body if isinstance(body, bytes) else body()
    answer = TestClient(app).post(path, content=content, headers=headers)
    assert answer.status_code == status
    if status == 413:
        assert answer.headers["content-type"] == MEDIA_TYPE
        assert answer.headers["connection"] == "close"
        assert "Mo" in answer.json()["detail"]


def test_a_false_length_does_not_help(app: FastAPI) -> None:
    sent = [{"type": "http.request", "body": b"a" * 600, "more_body": True}] * 3
    assert asyncio.run(spoken(app, "/raw", sent, headers=[(b"content-length", b"10")])) == 413


def test_a_body_that_stands_still_is_given_up(app: FastAPI) -> None:
    sent = [{"type": "http.request", "body": b"a", "more_body": True}]
    assert asyncio.run(spoken(app, "/raw", sent)) == 408


def test_after_the_body_nothing_hurries() -> None:
    async def slow(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        assert (await receive())["type"] == "http.disconnect"
        await send({"type": "http.response.start", "status": 204, "headers": []})

    sent = [{"type": "http.request", "body": b"", "more_body": False}]
    assert asyncio.run(spoken(BodyLimit(slow, limits=SMALL), "/", sent, leaves_after_s=0.3)) == 204


async def spoken(
    app: Any,
    path: str,
    sent: list[dict[str, Any]],
    *,
    headers: list[tuple[bytes, bytes]] | None = None,
    leaves_after_s: float = 60,
) -> int:
    """The status that `app` answers to parts of a body, after which the client waits."""
    parts = iter(sent)
    statuses: list[int] = []

    async def receive() -> dict[str, Any]:
        if (part := next(parts, None)) is None:
            await asyncio.sleep(leaves_after_s)
            return {"type": "http.disconnect"}
        return part

    async def send(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    scope = {"type": "http", "method": "POST", "path": path, "query_string": b"", "headers": headers or []}
    await app(scope, receive, send)
    return statuses[0]


def test_other_connections_pass() -> None:
    seen: list[str] = []

    async def inner(scope: Any, receive: Any, send: Any) -> None:
        seen.append(scope["type"])

    asyncio.run(BodyLimit(inner, limits=SMALL)({"type": "lifespan"}, None, None))  # type: ignore[arg-type]
    assert seen == ["lifespan"]


def test_each_key_has_its_own_minute() -> None:
    limiter = RateLimiter(ServiceLimits(requests_per_minute=3))
    for _ in range(3):
        limiter.request("one")
    with pytest.raises(ProblemError) as caught:
        limiter.request("one")
    limiter.request("other")
    assert caught.value.problem.code == "too_many_requests"
    assert caught.value.headers is not None
    assert 1 <= int(caught.value.headers["Retry-After"]) <= 120


def test_who_guesses_must_wait_and_others_need_not() -> None:
    limiter = RateLimiter(ServiceLimits(refusals_per_minute=2))
    for _ in range(2):
        limiter.guess("192.0.2.1")
        limiter.refused("192.0.2.1")
    with pytest.raises(ProblemError):
        limiter.guess("192.0.2.1")
    limiter.guess("192.0.2.2")
    limiter.request("192.0.2.1")


def test_looking_is_not_guessing() -> None:
    limiter = RateLimiter(ServiceLimits(refusals_per_minute=1))
    for _ in range(9):
        limiter.guess("192.0.2.1")


def test_the_decoder_is_held_to_the_same_limits() -> None:
    audio = ServiceLimits(upload_bytes=7, recording_s=9.0).audio
    assert (audio.max_bytes, audio.max_duration_s) == (7, 9.0)
