"""Many calls handed to a service by HTTP, and its results read back.

A call goes under an id of its sender's, so that handing it in again gives the same call: a run that was
stopped is simply begun again. Requests are repeated while the service is away or asks to wait.
"""

from __future__ import annotations

import mimetypes
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote, urlsplit

import httpx
from pydantic import BaseModel

from qualify.batch import (
    Job,
    Manifest,
    ManifestCall,
    Origin,
    StoppedError,
    batches_before,
    done_before,
    facts_of,
    keep_origin,
    recordings_in,
)
from qualify.dataset import CallFile, CallInput, Dataset
from qualify.errors import InputError, QualifyError
from qualify.pipeline import CallFacts
from qualify.records import Failure, Outcome

KEY = "QUALIFY_API_KEY"
"""The environment variable that holds the API key; it is never given on the command line."""
OPEN = ("queued", "processing")
"""States of a call that is yet to be handled."""
AGAIN = (408, 429, 502, 503, 504)
"""Answers after which the same request may go well."""
SHUT = (401, 403)
"""Answers that any other request would get too."""
TRIES = 6
LONGEST_WAIT_S = 30.0
FIRST_POLL_S, LONGEST_POLL_S = 0.1, 5.0
TIMEOUT_S = 120.0
"""For each part of a request: the connection, a piece of an upload, the beginning of the answer."""

RESUME = "Ce qui est fait est gardé ; la même commande, relancée, reprend."

_Model = TypeVar("_Model", bound=BaseModel)
Send = Callable[[], httpx.Response]


class RefusedError(QualifyError):
    """The service does not take a request, and would not take it again."""


class _CallState(BaseModel):
    """What is looked at of a call that the service tells of."""

    id: str
    state: str
    reason: str | None = None


class _BatchId(BaseModel):
    id: str


class _Field(BaseModel):
    key: str = ""
    found: str = ""
    expected: str = ""


class _Problem(BaseModel):
    """What is looked at of a problem document (RFC 9457)."""

    detail: str = ""
    errors: tuple[_Field, ...] = ()


@dataclass(frozen=True)
class Submission:
    """A call to hand in; `content` raises InputError where it cannot be used."""

    id: str
    tenant: str
    content: Callable[[], tuple[CallFacts, CallInput | Path]]
    """What is known of it, and its words or its recording."""

    @property
    def key(self) -> str:
        return f"{self.tenant}/{self.id}"


def dataset_submissions(dataset: Dataset, *, from_audio: bool) -> list[Submission]:
    """The calls of a data set, labels unseen, by their ids: their written turns, or their recordings."""

    def submission(file: CallFile) -> Submission:
        def content() -> tuple[CallFacts, CallInput | Path]:
            call = dataset.input(file)
            if not from_audio:
                return facts_of(call), call
            if file.audio is None:
                found, expected = "aucun enregistrement à côté de l'appel", "un fichier audio de même nom"
                raise InputError(file.path, "", found, expected)
            return facts_of(call), file.audio

        return Submission(file.path.stem, file.tenant, content)

    return [submission(file) for file in dataset.calls]


def folder_submissions(folder: Path, tenant: str) -> list[Submission]:
    """The recordings of a folder, all of one tenant, by their files' names."""

    def submission(path: Path) -> Submission:
        return Submission(path.name, tenant, lambda: (CallFacts(), path))

    return [submission(path) for path in recordings_in(folder)]


def manifest_submissions(manifest: Manifest) -> list[Submission]:
    """The recordings of a manifest, by their paths as they are written there."""

    def submission(call: ManifestCall) -> Submission:
        return Submission(call.path, call.tenant, lambda: (call.facts, manifest.recording(call)))

    return [submission(call) for call in manifest.calls]


@dataclass(frozen=True)
class Server:
    """A service, spoken to with one API key."""

    client: httpx.Client
    wait: Callable[[float], None] = time.sleep

    @classmethod
    def at(cls, url: str, *, key: str) -> Server:
        """The service at a URL such as `https://appels.exemple.fr`; InputError where it is none."""
        if not _is_address(url):
            expected = "une adresse telle que https://appels.exemple.fr ou http://127.0.0.1:8080"
            raise InputError("--server", "", "adresse inutilisable", expected)
        if not (key.isascii() and key.isprintable()):
            raise InputError("environnement", KEY, "ce n'est pas une clé", "une clé, par « qualify key »")
        headers = {"Authorization": f"Bearer {key}"}
        return cls(httpx.Client(base_url=url, headers=headers, timeout=TIMEOUT_S))

    def batch(self, tenant: str) -> str | None:
        """A new batch of that tenant; None where the service refuses it, as it will each of its calls."""
        try:
            return self._ask(lambda: self._post("/v1/batches", {"tenant": tenant}), _BatchId).id
        except RefusedError:
            return None

    def submit(self, submission: Submission, batch: str | None) -> Job:
        """Hand a call in; the job waits for what comes out. StoppedError where the service takes none."""
        try:
            call = self._ask(self._sending(submission, batch), _CallState)
        except InputError as error:
            return Job(submission.id, submission.tenant, _raising(error))
        except RefusedError as error:
            told = RefusedError(f"refusé par le service, client « {submission.tenant} » : {error}")
            return Job(submission.id, submission.tenant, _raising(told))
        return Job(submission.id, submission.tenant, lambda: self._outcome(call))

    def _sending(self, submission: Submission, batch: str | None) -> Send:
        facts, content = submission.content()
        known = {
            "tenant": submission.tenant,
            "external_id": submission.id,
            "started_at": facts.started_at.isoformat() if facts.started_at else None,
            "caller_number": facts.caller_number,
            "batch": batch,
        }
        said = {key: value for key, value in known.items() if value is not None}
        if isinstance(content, Path):
            return lambda: self._upload(content, said)
        turns = [turn.model_dump(exclude_none=True) for turn in content.turns]
        return lambda: self._post("/v1/calls", {**said, "turns": turns})

    def _post(self, path: str, body: Mapping[str, Any]) -> httpx.Response:
        return self.client.post(path, json=body)

    def _upload(self, recording: Path, fields: Mapping[str, str]) -> httpx.Response:
        guessed = mimetypes.MimeTypes().guess_type(recording.name)[0]  # the same on every machine
        media_type = guessed or "application/octet-stream"
        try:
            with recording.open("rb") as file:
                files = {"recording": (recording.name, file, media_type)}
                return self.client.post("/v1/calls", data=dict(fields), files=files)
        except OSError as error:
            found = f"fichier illisible ({error.strerror})"
            raise InputError(recording, "", found, "un enregistrement lisible") from error

    def _outcome(self, call: _CallState) -> Outcome:
        """What came out, once the call is handled."""
        path, pause_s = f"/v1/calls/{quote(call.id, safe='')}", FIRST_POLL_S
        while call.state in OPEN:
            self.wait(pause_s)
            pause_s = min(2 * pause_s, LONGEST_POLL_S)
            call = self._ask(lambda: self.client.get(path), _CallState)
        try:
            return self._ask(lambda: self.client.get(f"{path}/outcome"), Outcome)
        except RefusedError as error:
            found = f"résultat absent ({call.reason or call.state}) : {error}"
            return Outcome(status="failed", failure=Failure(stage="server", error=found))

    def _ask(self, send: Send, model: type[_Model]) -> _Model:
        """The answer to a request, repeated while that may help.

        RefusedError where this request is refused, StoppedError where any would be.
        """
        found = ""
        for attempt in range(TRIES):
            answer = None
            try:
                answer = send()
            except httpx.TransportError as error:
                found = type(error).__name__
            if answer is not None and answer.status_code not in AGAIN:
                return _taken(answer, model)
            if answer is not None:
                found = f"réponse {answer.status_code}"
            if attempt < TRIES - 1:
                self.wait(_pause_s(answer, attempt))
        raise StoppedError(f"{self.client.base_url} : service indisponible ({found}). {RESUME}")


def begin(
    submissions: Sequence[Submission], server: Server, out: Path, origin: Origin
) -> tuple[Origin, frozenset[str]]:
    """Open a batch for each tenant with calls to hand in; the origin with them, and the keys that are done.

    The origin is on disk before a call is handed in, so that the batches are the same when a run that was
    stopped goes on. InputError as by `done_before`, StoppedError where the service can't be reached.
    """
    done = done_before(out, origin)
    batches = batches_before(out, origin)
    for tenant in dict.fromkeys(s.tenant for s in submissions if s.key not in done):
        if tenant not in batches and (batch := server.batch(tenant)):
            batches[tenant] = batch
    begun = origin.model_copy(update={"batches": batches})
    keep_origin(out, begun)
    return begun, frozenset(done)


def hand_in(
    submissions: Iterable[Submission], server: Server, batches: Mapping[str, str], *, done: Collection[str]
) -> Iterator[Job]:
    """Hand in each call whose key is not among `done`, in order; a job for each, to be run afterwards.

    StoppedError where the service can't be reached or refuses the key.
    """

    def later(submission: Submission) -> Job:
        def handle() -> Outcome:
            return server.submit(submission, batches.get(submission.tenant)).handle()

        return Job(submission.id, submission.tenant, handle)

    for submission in submissions:
        if submission.key in done:
            yield later(submission)
        else:
            yield server.submit(submission, batches.get(submission.tenant))


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        httpx.URL(url)
    except (ValueError, httpx.InvalidURL):
        return False
    plain = not (parts.username or parts.password or parts.query or parts.fragment)
    return parts.scheme in ("http", "https") and bool(parts.hostname) and plain


def _raising(error: QualifyError) -> Callable[[], Outcome]:
    def handle() -> Outcome:
        raise error

    return handle


def _pause_s(answer: httpx.Response | None, attempt: int) -> float:
    asked = answer.headers.get("Retry-After", "") if answer is not None else ""
    wanted = float(asked) if asked.isascii() and asked.isdecimal() else float(2**attempt)
    return min(wanted, LONGEST_WAIT_S)


def _taken(answer: httpx.Response, model: type[_Model]) -> _Model:
    if answer.status_code in SHUT:
        raise StoppedError(f"Le service refuse la clé : {_told(answer)}")
    if not answer.is_success:
        raise RefusedError(_told(answer))
    try:
        return model.model_validate_json(answer.content)
    except ValueError as error:
        found = f"{answer.url} : réponse illisible"
        raise StoppedError(f"{found}. Attendu : un service qualify de la même version.") from error


def _told(answer: httpx.Response) -> str:
    """What the service says is wrong."""
    status = f"réponse {answer.status_code} du service"
    try:
        problem = _Problem.model_validate_json(answer.content)
    except ValueError:
        return status
    fields = [f"« {e.key} » : {e.found}. Attendu : {e.expected}." for e in problem.errors]
    return " ".join((problem.detail or status, *fields))
