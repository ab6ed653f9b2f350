"""The service under load: accepted calls a second, latencies, seconds from POST to draft, throughput, memory.

    python -m qualify.eval.service_bench [--accepted 10000] [--handled 120] [--report FILE]

Starts real `qualify serve` and `qualify worker` processes on an SQLite file and, where the package `pgserver`
is installed, on a Postgres of its own, and talks to them by HTTP, clients on the same machine. Calls are
those of `examples/`, sent again and again. Figures are of this machine.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import httpx

EXAMPLES = Path(__file__).parents[1] / "examples"
TENANT, RECORDING = "clinique-tilleuls", "tilleuls-001"
QUALIFY = (sys.executable, "-c", "from qualify.cli import main; main()")
CLIENTS, READERS = 6, 2
"""Threads that post, and that read at the same time."""
IDLE_TRIES = 10
DONE = {"needs_review", "ready", "sent", "acknowledged", "skipped", "failed"}
START_S = 60.0


@dataclass
class Latencies:
    """Seconds that requests took, by any thread."""

    seconds: list[float] = field(default_factory=list)

    def quantile(self, share: float) -> float:
        """In milliseconds."""
        ordered = sorted(self.seconds)
        return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))]

    def __str__(self) -> str:
        return f"p50 {self.quantile(0.5):.1f} ms, p99 {self.quantile(0.99):.1f} ms (n={len(self.seconds)})"


@dataclass(frozen=True)
class Backend:
    """A database, and the folder that its processes share."""

    name: str
    folder: Path
    database: str | None

    @property
    def arguments(self) -> list[str]:
        return ["--data", str(self.folder), *(["--database", self.database] if self.database else [])]

    @property
    def environment(self) -> dict[str, str]:
        """One thread a process, and a key ring of its own."""
        keys = {} if self.database is None else {"QUALIFY_DATA_KEYS": "bench:" + "A" * 43 + "="}
        return {**os.environ, "OMP_NUM_THREADS": "1", **keys}


def main() -> None:
    """See the module's docstring."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--accepted", type=int, default=10_000)
    parser.add_argument("--handled", type=int, default=120)
    parser.add_argument("--report", type=Path)
    options = parser.parse_args()
    lines = [
        f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores; clients beside the server"
    ]
    with ExitStack() as stack:
        for backend in _backends(stack):
            for line in measured(backend, accepted=options.accepted, handled=options.handled):
                lines.append(line)
                sys.stdout.write(f"{line}\n")
                sys.stdout.flush()
    if options.report:
        options.report.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def _backends(stack: ExitStack) -> Iterator[Backend]:
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
    yield Backend("SQLite", folder / "sqlite", None)
    try:
        import pgserver
    except ImportError:
        return
    server = stack.enter_context(pgserver.get_server(folder / "postgres", cleanup_mode="delete"))  # type: ignore[attr-defined]
    yield Backend("Postgres", folder / "recordings", server.get_uri())


def measured(backend: Backend, *, accepted: int, handled: int) -> Iterator[str]:
    """A line for each figure of a backend."""
    made = subprocess.run(
        [*QUALIFY, "key", "bench", "--role", "admin", *backend.arguments],
        env=backend.environment, check=True, capture_output=True, text=True,
    )  # fmt: skip
    secret = made.stdout.strip().splitlines()[-1]
    yield f"{backend.name}:"
    with _serving(backend, secret) as (_, client):
        _instruct(client)
        yield from _idle(client)
    with _serving(backend, secret, "--only-accept") as (process, client):
        for workers in (1, 2):
            yield _throughput(backend, client, workers=workers, count=handled)
        yield from _accepting(process, client, accepted)


def _throughput(backend: Backend, client: httpx.Client, *, workers: int, count: int) -> str:
    """Calls that are waiting when the workers start, until the last is handled."""
    waiting = [_post(client, external_id=f"queued-{workers}-{n}") for n in range(count)]
    command = [*QUALIFY, "worker", *backend.arguments]
    started = [
        subprocess.Popen(command, env=backend.environment, stderr=subprocess.DEVNULL) for _ in range(workers)
    ]
    try:
        _wait(client, waiting[0])
        begun = time.perf_counter()
        for location in waiting[1:]:
            _wait(client, location)
        spent = time.perf_counter() - begun
    finally:
        for process in started:
            process.terminate()
        for process in started:
            process.wait(60)
    return f"  transcripts handled, workers: {workers}: {(count - 1) / spent:.1f} a second"


def _accepting(process: subprocess.Popen[bytes], client: httpx.Client, count: int) -> Iterator[str]:
    """Transcripts posted by several clients while others read; the server's memory early and late."""
    posts, gets = Latencies(), Latencies()
    tenth = count // 10
    _post_many(client, tenth, posts, gets, start=0)
    early = _memory_mib(process)
    begun = time.perf_counter()
    _post_many(client, count - tenth, posts, gets, start=tenth)
    spent = time.perf_counter() - begun
    yield f"  accepted: {(count - tenth) / spent:.0f} transcripts a second"
    yield f"  POST: {posts}"
    yield f"  GET under that load: {gets}"
    late = _memory_mib(process)
    yield f"  memory of the server: {early:.0f} MiB after {tenth} calls, {late:.0f} MiB after {count}"


def _post_many(client: httpx.Client, count: int, posts: Latencies, gets: Latencies, *, start: int) -> None:
    numbers = iter(range(start, start + count))
    lock, over = threading.Lock(), threading.Event()
    known: list[str] = []

    def post() -> None:
        while True:
            with lock:
                number = next(numbers, None)
            if number is None:
                return
            begun = time.perf_counter()
            location = _post(client, external_id=f"bench-{number}")
            posts.seconds.append(time.perf_counter() - begun)
            known.append(location)

    def get() -> None:
        while not over.is_set():
            if known:
                begun = time.perf_counter()
                client.get(known[-1]).raise_for_status()
                gets.seconds.append(time.perf_counter() - begun)
            time.sleep(0.005)

    writers = [threading.Thread(target=post) for _ in range(CLIENTS)]
    readers = [threading.Thread(target=get) for _ in range(READERS)]
    for thread in (*writers, *readers):
        thread.start()
    for thread in writers:
        thread.join()
    over.set()
    for thread in readers:
        thread.join()


def _idle(client: httpx.Client) -> Iterator[str]:
    """Seconds from POST to draft when nothing else is to be done."""
    seconds = []
    for number in range(IDLE_TRIES):
        begun = time.perf_counter()
        _wait(client, _post(client, external_id=f"idle-{number}"))
        seconds.append(time.perf_counter() - begun)
    yield f"  POST to draft of a transcript, idle: median {1000 * statistics.median(seconds):.0f} ms"
    begun = time.perf_counter()
    _wait(client, _post_recording(client))
    yield f"  POST to draft of a 52 s recording, idle: {time.perf_counter() - begun:.1f} s"


def _instruct(client: httpx.Client) -> None:
    text = (EXAMPLES / "tenants" / f"{TENANT}.yaml").read_bytes()
    headers = {"Content-Type": "application/yaml"}
    client.put(f"/v1/tenants/{TENANT}/instructions", content=text, headers=headers).raise_for_status()


@cache
def _body() -> str:
    """A transcript as JSON, but for its external id, made once: the clients share the server's cores."""
    path = EXAMPLES / "calls" / TENANT / f"{RECORDING}.json"
    known = json.loads(path.read_text(encoding="utf-8"))
    turns = [{"speaker": t["speaker"], "text": t["text"]} for t in known["turns"]]
    call = {"tenant": TENANT, "turns": turns, "caller_number": known["caller_number"], "external_id": "@"}
    return json.dumps(call, ensure_ascii=False)


def _post(client: httpx.Client, *, external_id: str) -> str:
    body = _body().replace("@", external_id).encode()
    answer = client.post("/v1/calls", content=body, headers={"Content-Type": "application/json"})
    answer.raise_for_status()
    return str(answer.headers["Location"])


def _post_recording(client: httpx.Client) -> str:
    path = EXAMPLES / "calls" / TENANT / f"{RECORDING}.wav"
    with path.open("rb") as file:
        files = {"recording": (path.name, file, "audio/wav")}
        answer = client.post("/v1/calls", data={"tenant": TENANT, "external_id": "recorded"}, files=files)
    answer.raise_for_status()
    return str(answer.headers["Location"])


def _wait(client: httpx.Client, location: str) -> str:
    """The state that the call comes to."""
    while True:
        state = str(client.get(location).raise_for_status().json()["state"])
        if state in DONE:
            return state
        time.sleep(0.01)


@contextmanager
def _serving(
    backend: Backend, secret: str, *options: str
) -> Iterator[tuple[subprocess.Popen[bytes], httpx.Client]]:
    """A server that is ready, and a client that may do everything."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [*QUALIFY, "serve", "--port", str(port), *options, *backend.arguments]
    with subprocess.Popen(command, env=backend.environment, stderr=subprocess.DEVNULL) as process:
        headers = {"Authorization": f"Bearer {secret}"}
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", headers=headers, timeout=60) as client:
            try:
                _wait_until_ready(client, process)
                yield process, client
            finally:
                process.terminate()
                process.wait(60)


def _wait_until_ready(client: httpx.Client, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + START_S
    while time.monotonic() < until and process.poll() is None:
        try:
            if client.get("/readyz").is_success:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise RuntimeError(f"the server is not ready after {START_S:.0f} s")


def _memory_mib(process: subprocess.Popen[bytes]) -> float:
    """Resident memory; of Linux."""
    status = Path(f"/proc/{process.pid}/status").read_text(encoding="ascii")
    kib = next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS"))
    return int(kib) / 1024


if __name__ == "__main__":
    main()
