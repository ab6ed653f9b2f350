"""The command line: `qualify call`, `batch`, `tenant check`, `demo`, `doctor`. The only module that prints.

Exit codes: 0 done (`call`: the message is ready); 1 an input cannot be used; 2 the command line is
wrong; 3 `call`: a human must look; 4 `call`: the call failed, `batch`: some calls failed.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from importlib import resources
from pathlib import Path
from typing import Annotated, NoReturn, TypeVar

import phonenumbers
import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from qualify import batch as batches
from qualify import doctor as examination
from qualify import engines, submitting
from qualify.dataset import Dataset, Prediction, load_call_input, to_transcript
from qualify.delivery.environment import value_of
from qualify.errors import InputError, QualifyError
from qualify.eval.commands import app as evaluation  # type: ignore[import-not-found]
from qualify.llm.settings import EndpointSettings, load_settings
from qualify.llm.tally import Tally
from qualify.pipeline import CallFacts, Engines, handle_recording, handle_transcript
from qualify.records import Outcome
from qualify.rendering.kinds import Kind
from qualify.rendering.kinds import render as rendering
from qualify.rendering.settings import DeliverySettings
from qualify.rendering.settings import load_settings as load_delivery
from qualify.rendering.source import HandledCall
from qualify.result_table import check_table, row_of, write_table
from qualify.service import commands as service
from qualify.show import show
from qualify.tenant import Tenant, check_tenant, load_tenant

READY, UNUSABLE, REVIEW, FAILED = 0, 1, 3, 4

T = TypeVar("T")

app = typer.Typer(
    help="Qualifie les appels d'une permanence téléphonique et rédige le message à transmettre.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
tenants = typer.Typer(help="Consignes des clients.", no_args_is_help=True)
app.add_typer(tenants, name="tenant")
app.add_typer(evaluation, name="eval")
for process in (service.serve, service.worker, service.key, service.rotate):
    app.command()(process)
out = Console(highlight=False)
err = Console(stderr=True, highlight=False, soft_wrap=True)

SpeechModel = Annotated[
    str,
    typer.Option(help="« nano » (embarqué, démonstration), ou un modèle openai-whisper par nom ou chemin."),
]

LlmFile = Annotated[
    Path | None,
    typer.Option("--llm", help="Configuration YAML d'un modèle de langage, à qui les appels sont envoyés."),
]


def _stop(error: QualifyError) -> NoReturn:
    err.print(f"[bold red]Erreur[/] : {escape(str(error))}", soft_wrap=True)
    raise typer.Exit(UNUSABLE)


def _number(text: str, tenant: Tenant) -> str:
    """A number as people write it, in E.164; InputError where it is none."""
    try:
        number = phonenumbers.parse(text, tenant.region)
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_possible_number(number):
        expected = "un numéro de téléphone, par exemple 06 39 98 12 34 ou +33639981234"
        raise InputError("--caller-number", "", f"« {text} » n'est pas un numéro", expected)
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def _moment(text: str, tenant: Tenant) -> datetime:
    """A moment in the tenant's local time; one with an offset is converted."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        expected = "une date et une heure ISO, par exemple 2026-11-24T09:30"
        raise InputError("--started-at", "", f"« {text} » n'est pas une date", expected) from None
    return moment.astimezone(tenant.zone).replace(tzinfo=None) if moment.tzinfo else moment


def _channel(number: int) -> int:
    if number not in (0, 1):
        expected = "0 (premier canal, gauche) ou 1 (second, droite)"
        raise InputError("--agent-channel", "", f"canal {number}", expected)
    return number


@app.command()
def call(
    recording: Annotated[Path, typer.Argument(help="Un enregistrement (WAV, MP3, Opus…) ou un appel .json.")],
    tenant: Annotated[Path, typer.Option(help="Le fichier YAML des consignes du client.")],
    caller_number: Annotated[str | None, typer.Option(help="Le numéro affiché de l'appelant.")] = None,
    started_at: Annotated[str | None, typer.Option(help="Début de l'appel, heure locale du client.")] = None,
    agent_channel: Annotated[
        int | None, typer.Option(help="Canal de l'agent, 0 (gauche) ou 1 (droite), si connu.")
    ] = None,
    speech_model: SpeechModel = engines.EMBEDDED,
    llm: LlmFile = None,
    json: Annotated[bool, typer.Option("--json", help="Tout le résultat, en JSON.")] = False,
    render: Annotated[
        Kind | None,
        typer.Option(help="Le message seul, tel qu'il part : texte, e-mail, SMS, CRM."),
    ] = None,
    delivery: Annotated[
        Path | None,
        typer.Option(help="Le YAML de livraison du client : SMS, champs confidentiels."),
    ] = None,
) -> None:
    """Traite un appel et montre ce qui a été compris, le message, et les mots qui prouvent chaque fait."""
    try:
        instructions = load_tenant(tenant)
        facts = CallFacts(
            started_at=_moment(started_at, instructions) if started_at else None,
            caller_number=_number(caller_number, instructions) if caller_number else None,
            agent_channel=None if agent_channel is None else _channel(agent_channel),
        )
        settings = _delivery(delivery, instructions)
        chosen = engines.load(speech_model=speech_model, llm=_llm_settings(llm))
        facts = _completed(facts, recording, instructions)
        outcome = _handled(recording, instructions, facts, chosen)
    except QualifyError as error:
        _stop(error)
    if render:
        _rendered(render, outcome, instructions, facts, settings)
    elif json:
        sys.stdout.write(f"{outcome.model_dump_json(indent=2)}\n")
    else:
        show(out, outcome, instructions)
    raise typer.Exit({"ready": READY, "needs_review": REVIEW, "failed": FAILED}[outcome.status])


def _llm_settings(path: Path | None) -> EndpointSettings | None:
    return None if path is None else load_settings(path)


def _delivery(path: Path | None, tenant: Tenant) -> DeliverySettings:
    return DeliverySettings(tenant=tenant.id) if path is None else load_delivery(path, tenant)


def _rendered(
    kind: Kind, outcome: Outcome, tenant: Tenant, facts: CallFacts, settings: DeliverySettings
) -> None:
    """Print the message as it leaves; without one, say so beside it."""
    if outcome.message is None or outcome.qualification is None or outcome.transcript is None:
        err.print("Aucun message à transmettre pour cet appel.")
        return
    handled = HandledCall(
        message=outcome.message,
        qualification=outcome.qualification,
        transcript=outcome.transcript,
        tenant=tenant,
        started_at=facts.started_at,
        caller_number=facts.caller_number,
        reasons=outcome.reasons,
    )
    sys.stdout.write(f"{rendering(kind, handled, settings=settings)}\n")


def _is_written(path: Path) -> bool:
    return path.suffix.lower() == ".json"


def _completed(facts: CallFacts, path: Path, tenant: Tenant) -> CallFacts:
    """What a written call says of itself, where the command line doesn't; InputError for another tenant's."""
    if not _is_written(path):
        return facts
    written = load_call_input(path)
    if written.tenant != tenant.id:
        expected = f"« {tenant.id} », le client des consignes données, ou les consignes de ce client"
        raise InputError(path, "tenant", f"« {written.tenant} »", expected)
    known = batches.facts_of(written)
    return CallFacts(
        started_at=facts.started_at or known.started_at,
        caller_number=facts.caller_number or known.caller_number,
        agent_channel=facts.agent_channel,
    )


def _handled(path: Path, tenant: Tenant, facts: CallFacts, chosen: Engines) -> Outcome:
    if _is_written(path):
        return handle_transcript(to_transcript(load_call_input(path)), tenant, chosen, facts)
    chosen.speech()
    return handle_recording(path, tenant, chosen, facts)


@dataclass(frozen=True)
class _Asked:
    """What the command line asks of a batch."""

    source: Path
    tenant: str | None
    from_audio: bool
    speech_model: str
    llm: EndpointSettings | None

    @property
    def is_manifest(self) -> bool:
        return self.source.suffix.lower() == ".csv"

    @property
    def hears(self) -> bool:
        """Whether recordings are handled, not written turns."""
        return self.from_audio or self.tenant is not None or self.is_manifest


@app.command()
def batch(
    source: Annotated[
        Path,
        typer.Argument(
            help="Un jeu de données (tenants/, calls/), un dossier d'enregistrements, ou un manifeste CSV : "
            "path, tenant, started_at, caller_number."
        ),
    ],
    predictions: Annotated[
        Path, typer.Option("--out", help="Le fichier predictions.jsonl à écrire ou à reprendre.")
    ],
    tenant: Annotated[
        str | None,
        typer.Option(help="Les consignes, pour un dossier d'enregistrements ; avec --server, ou leur id."),
    ] = None,
    from_audio: Annotated[
        bool, typer.Option("--from-audio", help="Partir des enregistrements du jeu de données.")
    ] = False,
    speech_model: SpeechModel = engines.EMBEDDED,
    llm: LlmFile = None,
    server: Annotated[
        str | None,
        typer.Option(help="Confier les appels au service à cette adresse ; la clé dans QUALIFY_API_KEY."),
    ] = None,
    table: Annotated[
        Path | None, typer.Option(help="Les résultats en un tableau : un fichier .csv, .jsonl ou .parquet.")
    ] = None,
) -> None:
    """Traite beaucoup d'appels ; relancée, la commande reprend là où elle s'est arrêtée."""
    tally = Tally()
    try:
        if table is not None:
            check_table(table)
        asked = _Asked(source, tenant, from_audio, speech_model, _llm_settings(llm))
        jobs, origin = _jobs(asked) if server is None else _handed_in(asked, server, predictions)
        counted = [replace(job, handle=tally.counting(job.handle)) for job in jobs]
        made = _run(counted, predictions, origin)
        if table is not None:
            write_table(table, map(row_of, made))
    except QualifyError as error:
        _stop(error)
    doors = Counter(prediction.status for prediction in made)
    by_door = ", ".join(f"{doors[s]} {s}" for s in ("ready", "needs_review", "failed"))
    err.print(f"{len(made)} appels : {by_door}. Prédictions : {escape(str(predictions))}")
    if llm is not None:
        err.print(str(tally))
    raise typer.Exit(FAILED if doors["failed"] else READY)


def _jobs(asked: _Asked) -> tuple[list[batches.Job], batches.Origin]:
    """The calls to be handled here, and what they are handled with."""
    chosen = engines.load(speech_model=asked.speech_model, llm=asked.llm)
    if asked.is_manifest:
        _no_tenant(asked)
        manifest = batches.Manifest.open(asked.source, with_tenants=True)
        served, jobs = manifest.tenants, batches.manifest_jobs(manifest, chosen)
    elif asked.tenant is not None:
        batches.recordings_in(asked.source)
        instructions = load_tenant(Path(asked.tenant))
        served = {instructions.id: instructions}
        jobs = batches.folder_jobs(asked.source, instructions, chosen)
    else:
        dataset = _dataset(asked.source)
        served, jobs = dataset.tenants, batches.dataset_jobs(dataset, chosen, from_audio=asked.hears)
    if asked.hears:
        chosen.speech()
    origin = batches.origin_of(
        asked.source, served, from_audio=asked.hears, speech_model=asked.speech_model, llm=asked.llm
    )
    return jobs, origin


def _handed_in(asked: _Asked, url: str, predictions: Path) -> tuple[list[batches.Job], batches.Origin]:
    """The calls, handed in to the service, and what they come from."""
    if asked.llm is not None or asked.speech_model != engines.EMBEDDED:
        found = "un moteur choisi ici, --llm ou --speech-model"
        raise InputError("--server", "", found, "aucun des deux : le service a les siens")
    key = value_of(os.environ, submitting.KEY)
    if key is None:
        expected = "une clé d'API du service, que « qualify key » y crée"
        raise InputError("environnement", submitting.KEY, "absente", expected)
    submissions = _submissions(asked)
    server = submitting.Server.at(url, key=key)
    origin = batches.Origin(
        source=str(asked.source.resolve()),
        mode="audio" if asked.hears else "turns",
        speech_model=None,
        server=url,
    )
    origin, done = submitting.begin(submissions, server, predictions, origin)
    for tenant, batch_id in origin.batches.items():
        err.print(f"Lot {escape(batch_id)} ({escape(tenant)})")
    jobs = submitting.hand_in(submissions, server, origin.batches, done=done)
    return list(_tracked("Confiés", jobs, total=len(submissions))), origin


def _submissions(asked: _Asked) -> list[submitting.Submission]:
    if asked.is_manifest:
        _no_tenant(asked)
        manifest = batches.Manifest.open(asked.source, with_tenants=False)
        return submitting.manifest_submissions(manifest)
    if asked.tenant is None:
        return submitting.dataset_submissions(_dataset(asked.source), from_audio=asked.hears)
    file = Path(asked.tenant)
    tenant = load_tenant(file).id if file.suffix.lower() in (".yaml", ".yml") else asked.tenant
    return submitting.folder_submissions(asked.source, tenant)


def _no_tenant(asked: _Asked) -> None:
    if asked.tenant is not None:
        found = "option donnée avec un manifeste"
        raise InputError("--tenant", "", found, "la colonne « tenant » du manifeste seule")


def _dataset(source: Path) -> Dataset:
    """The data set there; its unusable instructions are told."""
    dataset = Dataset.open(source)
    for error in dataset.errors:
        err.print(f"[yellow]Consignes inutilisables[/] : {escape(str(error))}")
    return dataset


def _run(jobs: Sequence[batches.Job], predictions: Path, origin: batches.Origin) -> list[Prediction]:
    made = []
    for prediction in _tracked("Traités", batches.run(jobs, predictions, origin=origin), total=len(jobs)):
        made.append(prediction)
        if prediction.status == "failed":
            name = escape(f"{prediction.tenant}/{prediction.id}")
            err.print(f"[red]{name}[/] : {escape(prediction.reasons[0].detail)}")
    return made


class _Rate(ProgressColumn):
    """How many calls a minute, over the last half minute."""

    def render(self, task: Task) -> Text:
        speed = task.finished_speed or task.speed
        return Text("" if speed is None else f"{60 * speed:.0f} appels/min")


def _tracked(label: str, items: Iterable[T], *, total: int) -> Iterator[T]:
    """The items, with a bar that shows how far they are and how fast they come."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), _Rate())
    with Progress(*columns, TimeRemainingColumn(), console=err) as progress:
        task = progress.add_task(label, total=total)
        for item in items:
            yield item
            progress.advance(task)


@tenants.command()
def check(files: Annotated[list[Path], typer.Argument(help="Fichiers YAML de consignes.")]) -> None:
    """Vérifie des consignes : chaque défaut avec sa clé, sa ligne, ce qui est attendu."""
    failed = False
    for path in files:
        try:
            defects = check_tenant(path)
        except QualifyError as error:
            out.print(f"[bold red]{escape(str(error))}[/]", soft_wrap=True)
            failed = True
            continue
        failed |= any(d.level == "error" for d in defects)
        told = f"{len(defects)} défaut(s)" if defects else "aucun défaut"
        out.print(f"[bold]{escape(str(path))}[/] : {told}", soft_wrap=True)
        for defect in defects:
            color = "red" if defect.level == "error" else "yellow"
            level = "erreur" if defect.level == "error" else "attention"
            out.print(f"  [{color}]{level}[/] {escape(str(defect))}", soft_wrap=True)
    raise typer.Exit(UNUSABLE if failed else READY)


DEMO = ("clinique-tilleuls", "tilleuls-001")


@app.command()
def demo() -> None:
    """Traite un enregistrement d'exemple, de l'audio au message."""
    tenant_id, call_id = DEMO
    try:
        with resources.as_file(resources.files("qualify.examples")) as folder:
            calls = folder / "calls" / tenant_id
            tenant = load_tenant(folder / "tenants" / f"{tenant_id}.yaml")
            facts = batches.facts_of(load_call_input(calls / f"{call_id}.json"))
            voices = "deux voix synthétiques au téléphone"
            out.print(f"[dim]Exemple : {call_id}.wav, {voices}, client « {tenant.name} »[/]")
            outcome = _handled(calls / f"{call_id}.wav", tenant, facts, engines.load())
    except QualifyError as error:
        _stop(error)
    show(out, outcome, tenant)
    raise typer.Exit(FAILED if outcome.status == "failed" else READY)


@app.command()
def doctor() -> None:
    """Vérifie l'installation, et le service s'il est configuré, et dit quoi faire."""
    unwell = False
    for finding in examination.examine(os.environ):
        unwell |= not finding.well
        mark = "[green]bon[/]" if finding.well else "[red]à corriger[/]"
        remedy = "" if finding.well else f" → {finding.remedy}"
        out.print(f"{mark}  {finding.name} : {escape(finding.seen + remedy)}", soft_wrap=True)
    raise typer.Exit(UNUSABLE if unwell else READY)


def main() -> None:
    """Entry point of the `qualify` command."""
    app()
