"""A server that speaks the OpenAI protocol over real HTTP and answers what a test tells it, step by step."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Step:
    """One response: a completion with that content, or whatever else the fields make of it."""

    content: str | None = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes | None = None
    """The raw body instead of a completion."""
    delay_s: float = 0.0
    byte_delay_s: float = 0.0
    """Seconds between two bytes: a server that never stops, and never ends."""
    missing: int = 0
    """Bytes that never come, though they were announced."""
    refusal: str | None = None
    finish_reason: str = "stop"
    usage: dict[str, int] | None = field(
        default_factory=lambda: {"prompt_tokens": 1000, "completion_tokens": 100, "total_tokens": 1100}
    )

    def bytes(self) -> bytes:
        if self.body is not None:
            return self.body
        if self.status != 200:
            return b'{"error": {"message": "le num\\u00e9ro 06 99 99 99 99 est refus\\u00e9"}}'
        message = {"role": "assistant", "content": self.content, "refusal": self.refusal}
        choice = {"index": 0, "message": message, "finish_reason": self.finish_reason}
        completion = {"id": "x", "object": "chat.completion", "created": 0, "model": "m", "choices": [choice]}
        return json.dumps(completion | ({"usage": self.usage} if self.usage else {})).encode()


def says(answer: Any, **more: Any) -> Step:
    """The step that answers with that value as JSON."""
    return Step(content=json.dumps(answer, ensure_ascii=False), **more)


@dataclass
class Server:
    """Where it listens and what it was asked; after the last step that one is repeated."""

    url: str = ""
    steps: Sequence[Step] = ()
    requests: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)


@contextmanager
def scripted_server(*steps: Step, number: int = 0) -> Iterator[Server]:
    """A server that takes these steps; `number` 1 is another one, for a test of two."""
    server = _started(number)
    server.steps, server.requests, server.headers = steps, [], []
    yield server


@cache
def _started(number: int) -> Server:
    """A server that runs until the tests end: starting one for each would take most of their time."""
    server = Server()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            step = server.steps[min(len(server.requests), len(server.steps) - 1)]
            server.requests.append(json.loads(body))
            server.headers.append({name.lower(): value for name, value in self.headers.items()})
            time.sleep(step.delay_s)
            with suppress(OSError):  # the client may have given up, as it should
                self._send(step)

        def _send(self, step: Step) -> None:
            content = step.bytes()
            self.send_response(step.status)
            for name, value in {**step.headers, "Content-Length": str(len(content) + step.missing)}.items():
                self.send_header(name, value)
            self.end_headers()
            size = 1 if step.byte_delay_s else len(content)
            for start in range(0, len(content), size):
                self.wfile.write(content[start : start + size])
                time.sleep(step.byte_delay_s)
            self.close_connection = bool(step.missing)

        def log_message(self, *_: Any) -> None:
            return

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    listening.daemon_threads = True
    server.url = f"http://127.0.0.1:{listening.server_address[1]}/v1"
    threading.Thread(target=listening.serve_forever, daemon=True).start()
    return server
