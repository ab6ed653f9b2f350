"""`qualify eval label` and `qualify eval import`: thin, French, for the command line to mount.

Exit codes: 0 done; 1 an input cannot be used; 130 broken off, with the draft kept.
"""

from __future__ import annotations

import getpass
from datetime import datetime
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console
from rich.markup import escape

from qualify.errors import QualifyError

from .blind import SECOND
from .corrections import Imported, import_corrections
from .files import draft_path
from .label import FIRST, Opened, label_call, open_call
from .terminal import Terminal, show_form

UNUSABLE, BROKEN_OFF = 1, 130

Data = Annotated[Path, typer.Option("--dataset", help="Le jeu de données (tenants/, calls/).")]


def label_command(
    call: Annotated[Path, typer.Argument(help="Le fichier .json de l'appel à étiqueter.")],
    dataset: Data,
    second: Annotated[
        bool, typer.Option("--second", help="Seconde étiquette, sans voir la première.")
    ] = False,
    by: Annotated[str | None, typer.Option(help="Qui étiquette ; sinon l'utilisateur du système.")] = None,
) -> None:
    """Ouvre un appel pour qu'une personne l'étiquette ; interrompue, elle reprend où elle en était."""
    console = Console(highlight=False)
    try:
        opened = open_call(call, dataset, SECOND if second else FIRST, by=by or getpass.getuser())
        _label(opened, console)
    except QualifyError as error:
        _stop(console, error)
    console.print(f"[green]Étiqueté[/] : {escape(str(call))}", soft_wrap=True)


def _label(opened: Opened, console: Console) -> None:
    show_form(console, opened.form)
    if opened.draft.answers:
        console.print(f"Brouillon repris : {len(opened.draft.answers)} réponse(s).")
    try:
        label_call(opened, Terminal(console, opened.form), at=datetime.now().astimezone())
    except KeyboardInterrupt:
        kept = draft_path(opened.path, opened.sitting.key)
        console.print(f"\nInterrompu ; la même commande reprend le brouillon {escape(kept.name)}.")
        raise typer.Exit(BROKEN_OFF) from None


def import_command(
    corrections: Annotated[Path, typer.Argument(help="L'export des relectures, une par ligne (JSON).")],
    dataset: Data,
) -> None:
    """Fait des relectures des appels étiquetés ; ceux qui existent déjà restent tels quels."""
    console = Console(highlight=False)
    try:
        imported = import_corrections(corrections, dataset)
    except QualifyError as error:
        _stop(console, error)
    for line in imported_lines(imported):
        console.print(escape(line), soft_wrap=True)


def imported_lines(imported: Imported) -> list[str]:
    """What became of the export, for people."""
    told = [
        f"{len(imported.written)} appel(s) écrit(s), {len(imported.existing)} déjà dans le jeu de données, "
        f"{len(imported.partial)} relu(s) en partie"
    ]
    told += [f"  écrit : {path}" for path in imported.written]
    told += [f"  laissé tel quel : {path}" for path in imported.existing]
    told += [f"  pas relu : {p.tenant}/{p.id}, {', '.join(p.unseen)}" for p in imported.partial]
    return told


def _stop(console: Console, error: QualifyError) -> NoReturn:
    console.print(f"[bold red]Erreur[/] : {escape(str(error))}", soft_wrap=True)
    raise typer.Exit(UNUSABLE)
