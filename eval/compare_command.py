"""`qualify eval compare`: one run against another, for people and, by its exit code, for CI; in French."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from qualify.dataset import Dataset, read_predictions
from qualify.errors import InputError, QualifyError

from .compare import compare
from .compare_report import as_json, lines, listed
from .gate import Gate, gate
from .junit import junit
from .metrics import of_calls
from .pairing import paired
from .results import Beside, beside
from .run import defects, opened
from .run_folder import RunFolder, write_whole
from .scoring import Mismatches

WORSE = 1
"""Exit code where a metric doesn't pass, and where an input can't be used."""

Passage = Annotated[Path, typer.Argument(help="Un dossier de passage, ou un predictions.jsonl.")]


def compare_command(
    run_a: Passage,
    run_b: Passage,
    dataset: Annotated[
        Path | None, typer.Option(help="Le jeu de données étiqueté ; par défaut, celui du passage A.")
    ] = None,
    margin: Annotated[
        float | None, typer.Option(min=0, help="Une même marge pour toutes les parts et tous les indices.")
    ] = None,
    junit_file: Annotated[Path | None, typer.Option("--junit", help="Fichier JUnit à écrire.")] = None,
    json_file: Annotated[Path | None, typer.Option("--json", help="Fichier JSON à écrire.")] = None,
) -> None:
    """Compare le passage B au passage A, appel par appel ; code 1 où B est moins bon au-delà d'une marge."""
    try:
        folder = dataset or _dataset_of(run_a)
        if found := defects(Dataset.open(folder)):
            _stop(*found)
        a, b = _read(run_a, folder), _read(run_b, folder)
        metrics = of_calls(paired(a.cases, b.cases).a)
        gated = gate(compare(a.cases, b.cases, metrics, margin=margin))
        _write(gated, junit_file, json_file)
    except QualifyError as error:
        _stop(error)
    for text in (*_told("A", a.mismatches), *_told("B", b.mismatches), *lines(gated)):
        typer.echo(text)
    raise typer.Exit(0 if gated.passed else WORSE)


def _dataset_of(run: Path) -> Path:
    """The data set that a run was made or last scored on; InputError where nothing says it."""
    folder, _ = _files(run)
    card = folder.read_card()
    if card is None:
        expected = "l'option --dataset, ou un dossier écrit par « qualify eval run »"
        raise InputError(folder.card, "", "fichier introuvable, jeu de données inconnu", expected)
    return Path((card.rescored_on or card.dataset).path)


def _files(run: Path) -> tuple[RunFolder, Path]:
    """A run's folder and its predictions."""
    folder = RunFolder(run if run.is_dir() else run.parent)
    return folder, folder.predictions if run.is_dir() else run


def _read(run: Path, dataset: Path) -> Beside:
    folder, predictions = _files(run)
    card = folder.read_card() if predictions == folder.predictions else None
    data, _ = opened(dataset, from_audio=card is not None and card.mode == "audio")
    return beside(read_predictions(predictions), data, folder)


def _write(gated: Gate, junit_file: Path | None, json_file: Path | None) -> None:
    if junit_file is not None:
        write_whole(junit_file, [junit(gated).rstrip("\n")])
    if json_file is not None:
        write_whole(json_file, [json.dumps(as_json(gated), ensure_ascii=False, indent=2)])


def _told(name: str, found: Mismatches) -> Iterator[str]:
    yield from listed(f"Prédictions de {name} pour des appels inconnus, laissées de côté", found.unknown)
    yield from listed(f"Appels prédits plusieurs fois dans {name}, la dernière compte", found.doubled)
    yield from listed(f"Appels sans prédiction dans {name}, comptés en échec", found.absent)


def _stop(*errors: QualifyError) -> NoReturn:
    for error in errors:
        typer.echo(f"Erreur : {error}", err=True)
    raise typer.Exit(WORSE)
