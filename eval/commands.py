"""`qualify eval …`: runs, scores and compares data sets, and has people label calls. Texts are French.

Exit codes: 0 done; 1 an input cannot be used, or `compare` refuses; 4 `run`: some calls failed.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from qualify import engines
from qualify.dataset import Dataset, read_predictions
from qualify.errors import InputError, QualifyError
from qualify.llm.settings import load_settings

from . import provenance
from .compare_command import compare_command
from .compare_report import listed
from .cost import SHIPPED, cost_lines, load_parameters
from .labels.commands import import_command, label_command
from .provenance import Run
from .report.figures import Measured
from .report.french import GROUPS, bounds, number, within
from .results import Beside, Results, beside, conclude
from .run import Setup, defects, opened, run
from .run_folder import RunFolder, write_whole
from .scoring import Key, Mismatches

UNUSABLE, FAILED = 1, 4

app = typer.Typer(help="Mesure le moteur sur des appels étiquetés.", no_args_is_help=True)
out = Console(highlight=False)
err = Console(stderr=True, highlight=False, soft_wrap=True)

DatasetFolder = Annotated[Path, typer.Argument(help="Un jeu de données étiqueté (tenants/, calls/).")]
CostsFile = Annotated[
    Path,
    typer.Option("--costs", help="Les paramètres du coût caché.", show_default="eval/costs.yaml"),
]


@app.command("run")
def run_command(
    dataset: DatasetFolder,
    folder: Annotated[Path, typer.Option("--out", help="Le dossier du passage, à écrire ou à reprendre.")],
    from_audio: Annotated[
        bool, typer.Option("--from-audio", help="Partir des enregistrements ; les appels sans sont listés.")
    ] = False,
    speech_model: Annotated[
        str, typer.Option(help="« nano », ou un modèle openai-whisper par nom ou chemin.")
    ] = engines.EMBEDDED,
    llm: Annotated[Path | None, typer.Option(help="Configuration YAML d'un modèle de langage.")] = None,
    workers: Annotated[int, typer.Option(min=1, help="Appels traités à la fois, chacun son processus.")] = 1,
    costs: CostsFile = SHIPPED,
) -> None:
    """Traite chaque appel et note tout ; relancée, la commande reprend là où elle s'est arrêtée."""
    target = RunFolder(folder)
    try:
        parameters = load_parameters(costs)
        setup = Setup(
            dataset=dataset,
            from_audio=from_audio,
            speech_model=speech_model,
            llm=None if llm is None else load_settings(llm),
            workers=workers,
        )
        _refuse_defects(Dataset.open(dataset))
        data, mute = opened(dataset, from_audio=from_audio)
        _list("Appels sans enregistrement, hors de ce passage", mute)
        doors = _handled(setup, data, target, mute)
        results = conclude(_beside(target.predictions, data, target).cases, parameters, _card(target), target)
    except QualifyError as error:
        _stop(error)
    _show(results, target)
    raise typer.Exit(FAILED if doors["failed"] else 0)


@app.command("score")
def score_command(
    predictions: Annotated[Path, typer.Argument(help="Un dossier de passage, ou un predictions.jsonl.")],
    dataset: DatasetFolder,
    folder: Annotated[
        Path | None, typer.Option("--out", help="Où écrire scores.jsonl, costs.json et report.html.")
    ] = None,
    costs: CostsFile = SHIPPED,
) -> None:
    """Note des prédictions à nouveau, sans rien traiter."""
    file = RunFolder(predictions).predictions if predictions.is_dir() else predictions
    source = RunFolder(file.parent) if file == RunFolder(file.parent).predictions else None
    target = None if folder is None else RunFolder(folder)
    try:
        parameters = load_parameters(costs)
        made = None if source is None else source.read_card()
        data, mute = opened(dataset, from_audio=made is not None and made.mode == "audio")
        found = _beside(file, data, source)
        card = _rescored(made, dataset, data)
        if target is not None:
            target.write_card(card)
            _copy(file, source, target)
        results = conclude(found.cases, parameters, card, target)
    except QualifyError as error:
        _stop(error)
    _list("Appels sans enregistrement, hors de ce passage", mute)
    _tell_mismatches(found.mismatches)
    _show(results, target)


app.command("compare")(compare_command)
app.command("label")(label_command)
app.command("import")(import_command)


# ---------------------------------------------------------------- what is done


def _refuse_defects(dataset: Dataset) -> None:
    """All defects of the data set on the terminal, and the end of the command; nothing where it has none."""
    if found := defects(dataset):
        for defect in found:
            err.print(escape(str(defect)))
        err.print(f"[bold red]Jeu de données inutilisable[/] : {len(found)} fichier(s) avec des défauts.")
        raise typer.Exit(UNUSABLE)


def _handled(setup: Setup, dataset: Dataset, target: RunFolder, mute: Sequence[Key]) -> Counter[str]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    doors: Counter[str] = Counter()
    with Progress(*columns, console=err) as progress:
        task = progress.add_task("Appels", total=len(dataset.calls))
        for made in run(setup, dataset, target, mute=mute):
            doors[made.status] += 1
            if made.status == "failed":
                progress.print(f"[red]{made.tenant}/{made.id}[/] : {escape(made.reasons[0].detail)}")
            progress.advance(task)
    return doors


def _card(folder: RunFolder) -> Run:
    card = folder.read_card()
    if card is None:
        raise InputError(folder.card, "", "fichier disparu", "un dossier que rien d'autre ne modifie")
    return card


def _beside(file: Path, dataset: Dataset, source: RunFolder | None) -> Beside:
    """The predictions beside the labels; where the data set has defects, all of them end the command."""
    predictions = read_predictions(file)
    if dataset.errors:
        _refuse_defects(dataset)
    try:
        return beside(predictions, dataset, source)
    except InputError:
        _refuse_defects(dataset)
        raise


def _rescored(made: Run | None, path: Path, dataset: Dataset) -> Run:
    """How the predictions were made, as far as it is known, and what they are scored on now."""
    if made is not None:
        data = provenance.data_of(dataset, path=path, audio=made.mode == "audio")
        return made.model_copy(update={"rescored_on": data})
    instructions = {name: tenant.sha256 for name, tenant in sorted(dataset.tenants.items())}
    data = provenance.data_of(dataset, path=path)
    return Run(mode="given", dataset=data, instructions=instructions, **provenance.here().model_dump())


def _copy(file: Path, source: RunFolder | None, target: RunFolder) -> None:
    """The files that a later scoring needs, in the target folder too."""
    pairs = [(file, target.predictions)]
    if source is not None:
        pairs += [(source.transcripts, target.transcripts), (source.usage, target.usage)]
    for here, there in pairs:
        if here.is_file() and here.resolve() != there.resolve():
            write_whole(there, here.read_text(encoding="utf-8").removesuffix("\n").split("\n"))


# ---------------------------------------------------------------- what is said


def _stop(error: QualifyError) -> NoReturn:
    err.print(f"[bold red]Erreur[/] : {escape(str(error))}")
    raise typer.Exit(UNUSABLE)


def _tell_mismatches(found: Mismatches) -> None:
    _list("Prédictions d'appels inconnus, laissées de côté", found.unknown)
    _list("Appels prédits plusieurs fois, la dernière prédiction compte", found.doubled)
    _list("Appels sans prédiction, comptés en échec", found.absent)


def _list(what: str, keys: Sequence[Key]) -> None:
    for text in listed(what, keys):
        err.print(f"[yellow]{escape(text)}[/]")


def _show(results: Results, target: RunFolder | None) -> None:
    out.print(_table(results.figures))
    for text in cost_lines(results.costs):
        out.print(escape(text), soft_wrap=True)
    if target is not None:
        out.print(f"Rapport : {escape(str(target.report))}", soft_wrap=True)


def _table(figures: Sequence[Measured]) -> Table:
    """The figures by group; what had no case is left to the report."""
    table = Table("Mesure", "Valeur", "Intervalle à 95 %", "n", "Non notés", "Échecs", box=None)
    if any(one.ceiling for one in figures):
        table.add_column("Plafond humain")
    for column in table.columns[1:]:
        column.justify = "right"
    shown = [one for one in figures if not math.isnan(one.figure.value)]
    for group, title in GROUPS.items():
        of_group = [one for one in shown if one.metric.group == group]
        if of_group:
            table.add_row(f"[bold]{title}[/]")
        for one in of_group:
            ceiling = [within(one.ceiling)] if one.ceiling else []
            table.add_row(*_cells(one), *map(escape, ceiling))
    return table


def _cells(one: Measured) -> tuple[str, ...]:
    some = one.figure
    interval = "" if math.isnan(some.low) else bounds(some)
    counts = (str(n) for n in (some.n, one.unscored, one.failed))
    return f"  {escape(one.metric.title)}", number(some.value), escape(interval), *counts
