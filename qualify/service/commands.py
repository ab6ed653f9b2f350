"""`qualify serve`, `worker`, `key` and `rotate`: the service's processes, who may talk to it, its encryption.

Secrets come from the environment or from files that it names, never from the command line, which anybody
on the machine can read.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
import uvicorn

from qualify import engines
from qualify.delivery.environment import DeliveryEnvironment, delivery_environment, value_of
from qualify.errors import QualifyError
from qualify.service import logs
from qualify.service.app import create_app
from qualify.service.metrics import Metrics
from qualify.service.settings import ServiceSettings
from qualify.store import Store
from qualify.store.domain import Retention, Role
from qualify.work import engine_names
from qualify.work.engine_names import NamedEngines
from qualify.work.running import Told, Work, launch
from qualify.work.settings import WorkSettings

UNUSABLE = 1
"""Exit code where an input cannot be used."""
DATABASE = "QUALIFY_DATABASE"
"""Where the database is; `QUALIFY_DATABASE_FILE` names a file that says it, for it may hold a password."""
DATA_KEYS = "QUALIFY_DATA_KEYS"
"""The key ring that data is encrypted with; `QUALIFY_DATA_KEYS_FILE` names a file that holds it."""
COMMAND_LINE = "command line"
"""Who made a key here, as the audit log has it."""
DATA = Path("qualify-data")
GRACE_HTTP_S = 5
"""How long a stop waits for requests that are being answered."""

log = logging.getLogger(__name__)

Data = Annotated[
    Path,
    typer.Option(
        "--data",
        envvar="QUALIFY_DATA",
        help="Le dossier des enregistrements chiffrés, commun à tous les processus.",
    ),
]
Database = Annotated[
    str | None,
    typer.Option(
        help="postgresql://… ou QUALIFY_DATABASE ; sans elle, un fichier SQLite dans le dossier des données."
    ),
]
SpeechModel = Annotated[
    str, typer.Option(envvar="QUALIFY_SPEECH_MODEL", help="« nano », ou un modèle openai-whisper.")
]
LlmFile = Annotated[
    Path | None,
    typer.Option("--llm", envvar="QUALIFY_LLM", help="Configuration YAML d'un modèle de langage."),
]
AtOnce = Annotated[
    int, typer.Option(min=1, envvar="QUALIFY_AT_ONCE", help="Appels traités à la fois par ce processus.")
]
Grace = Annotated[
    float, typer.Option(min=0, help="Secondes laissées à l'arrêt pour finir les appels en cours.")
]


KeepAudio = Annotated[
    int | None,
    typer.Option(
        min=0,
        envvar="QUALIFY_KEEP_AUDIO_DAYS",
        help="Jours de garde des enregistrements ; sans limite.",
    ),
]
KeepTranscripts = Annotated[
    int | None,
    typer.Option(min=0, envvar="QUALIFY_KEEP_TRANSCRIPT_DAYS", help="De même pour les transcriptions."),
]
KeepMessages = Annotated[
    int | None,
    typer.Option(min=0, envvar="QUALIFY_KEEP_MESSAGE_DAYS", help="De même pour les messages et contacts."),
]


@dataclass(frozen=True, kw_only=True)
class _Setup:
    """What a process of the service is made of."""

    store: Store
    engines: NamedEngines
    environment: DeliveryEnvironment
    metrics: Metrics
    settings: WorkSettings


def serve(
    data: Data = DATA,
    database: Database = None,
    host: Annotated[str, typer.Option(envvar="QUALIFY_HOST", help="Adresse d'écoute.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, envvar="QUALIFY_PORT")] = 8080,
    only_accept: Annotated[
        bool, typer.Option("--only-accept", help="Recevoir seulement ; des « qualify worker » traitent.")
    ] = False,
    speech_model: SpeechModel = engines.EMBEDDED,
    llm: LlmFile = None,
    at_once: AtOnce = 2,
    grace_s: Grace = 30.0,
    keep_audio_days: KeepAudio = None,
    keep_transcript_days: KeepTranscripts = None,
    keep_message_days: KeepMessages = None,
) -> None:
    """Démarre le service : reçoit les appels par HTTP, les traite et transmet les messages."""
    with _told_errors(), _asked_to_stop():
        settings = WorkSettings(
            database=_url(data, database),
            works=not only_accept,
            at_once=at_once,
            grace_s=grace_s,
            retention=_retention(keep_audio_days, keep_transcript_days, keep_message_days),
        )
        setup = _set_up(data, settings, speech_model=speech_model, llm=llm)
        with _working(setup) as work:
            _listen(setup, work, host=host, port=port)


def worker(
    data: Data = DATA,
    database: Database = None,
    speech_model: SpeechModel = engines.EMBEDDED,
    llm: LlmFile = None,
    at_once: AtOnce = 2,
    grace_s: Grace = 30.0,
    keep_audio_days: KeepAudio = None,
    keep_transcript_days: KeepTranscripts = None,
    keep_message_days: KeepMessages = None,
) -> None:
    """Traite des appels et transmet des messages, sans écouter ; autant de processus que de machines."""
    with _told_errors(), _asked_to_stop() as stopped:
        settings = WorkSettings(
            database=_url(data, database),
            at_once=at_once,
            grace_s=grace_s,
            retention=_retention(keep_audio_days, keep_transcript_days, keep_message_days),
        )
        with _working(_set_up(data, settings, speech_model=speech_model, llm=llm)):
            stopped.wait()


def key(
    name: Annotated[str, typer.Argument(help="À qui ou à quoi la clé est donnée.")],
    role: Annotated[Role, typer.Option(help="Ce que la clé permet.")] = "integrator",
    tenant: Annotated[list[str] | None, typer.Option(help="Un client ; sans cette option, tous.")] = None,
    data: Data = DATA,
    database: Database = None,
) -> None:
    """Crée une clé d'API et la montre, cette seule fois."""
    with _told_errors():
        store = _store(data, _url(data, database))
        made, secret = store.create_key(name, role, tenants=tenant or None, who=COMMAND_LINE)
        store.close()
    typer.echo(f"Clé « {made.name} » ({made.role}) : à conserver, elle ne sera plus montrée.", err=True)
    typer.echo(secret)


def _retention(audio: int | None, transcript: int | None, message: int | None) -> Retention:
    return Retention(audio_days=audio, transcript_days=transcript, message_days=message)


def rotate(data: Data = DATA, database: Database = None) -> None:
    """Rechiffre avec la première clé tout ce qui ne l'est pas ; les autres clés ne servent plus ensuite."""
    with _told_errors():
        store = _store(data, _url(data, database))
        done = store.rotate(who=COMMAND_LINE)
        store.close()
    typer.echo(f"Rechiffré : {done.values} valeur(s), {done.audio} enregistrement(s).", err=True)


def _url(data: Path, database: str | None) -> str:
    """Where the database is: the one that was named, or a file beside the recordings."""
    return database or value_of(os.environ, DATABASE) or f"sqlite:///{data.absolute() / 'qualify.db'}"


def _store(data: Path, url: str) -> Store:
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    return Store(url, data_folder=data, keys=value_of(os.environ, DATA_KEYS), tell=_tell)


def _set_up(data: Path, settings: WorkSettings, *, speech_model: str, llm: Path | None) -> _Setup:
    logs.set_up(sys.stderr)
    return _Setup(
        environment=delivery_environment(os.environ),
        engines=engine_names.load(speech_model=speech_model, llm=llm),
        store=_store(data, settings.database),
        metrics=Metrics(),
        settings=settings,
    )


@contextmanager
def _working(setup: _Setup) -> Iterator[Work]:
    """Take part in the work until this block is left; what is being done then ends first."""
    told = Told(handled=setup.metrics.outcome, delivered=setup.metrics.delivery)
    work = launch(
        setup.store, setup.settings, engines=setup.engines, environment=setup.environment, told=told
    )
    log.info("working", extra={"worker": work.worker})
    try:
        yield work
    finally:
        work.stop()
        setup.store.close()


def _listen(setup: _Setup, work: Work, *, host: str, port: int) -> None:
    """Answer requests until this process is asked to stop."""
    settings = ServiceSettings(
        engines=tuple(setup.engines.by_name),
        acknowledgement_keys=tuple(key.get_secret_value() for key in setup.environment.link_keys),
        webhook_networks=setup.environment.webhook_networks,
    )
    app = create_app(
        setup.store,
        settings=settings,
        enqueue=work.enqueue,
        changed=work.changed,
        metrics=setup.metrics,
    )
    if not setup.store.keys():
        _tell("Aucune clé d'API : en créer une par « qualify key NOM --role admin ».")
    uvicorn.run(app, host=host, port=port, log_config=None, timeout_graceful_shutdown=GRACE_HTTP_S)


@contextmanager
def _asked_to_stop() -> Iterator[threading.Event]:
    """The event that SIGTERM and SIGINT set: they end this process in good order, never at once."""
    stopped = threading.Event()
    numbers = (signal.SIGTERM, signal.SIGINT)
    before = {number: signal.signal(number, lambda *_: stopped.set()) for number in numbers}
    try:
        yield stopped
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _told_errors() -> Iterator[None]:
    """An error of ours is told in its own words; the exit code is that of an unusable input."""
    try:
        yield
    except QualifyError as error:
        _tell(f"Erreur : {error}")
        raise typer.Exit(UNUSABLE) from error


def _tell(text: str) -> None:
    typer.echo(text, err=True)
