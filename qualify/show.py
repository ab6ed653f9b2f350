"""One call laid out for a person at a terminal: what was understood, the message, and the proof."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape
from rich.panel import Panel
from rich.table import Table

from qualify.records import Evidence, Judgment, Outcome, Qualification, Transcript, Usage
from qualify.tenant import Tenant

_URGENCY = {"critical": "critique", "high": "haute", "normal": "normale", "low": "basse"}
_DISPOSITION = {
    "message": "message à transmettre",
    "transfer": "appel transféré",
    "no_message": "rien à transmettre",
}
_DOOR = {
    "ready": "[bold green]PRÊT[/] : peut partir",
    "needs_review": "[bold yellow]À RELIRE[/] par un humain",
    "failed": "[bold red]ÉCHEC[/]",
}
_STAGE = {
    "decoding": "décodage",
    "activity": "activité vocale",
    "transcription": "transcription",
    "understanding": "compréhension",
    "drafting": "rédaction",
}


def show(out: Console, outcome: Outcome, tenant: Tenant) -> None:
    """Print an outcome; in French, as an agent or a supervisor reads it."""
    if outcome.transcript is not None:
        _transcript(out, outcome.transcript)
    if outcome.qualification is not None and outcome.transcript is not None:
        _qualification(out, outcome.qualification, outcome.transcript, tenant)
    _message(out, outcome)
    out.print(_DOOR[outcome.status])
    for reason in outcome.reasons:
        out.print(f"  - {escape(reason.detail)} [dim]({reason.code})[/]")
    if outcome.failure is not None:
        out.print(f"  étape « {_STAGE[outcome.failure.stage]} » : {escape(outcome.failure.error)}")
    for note in outcome.notes:
        out.print(f"  [dim]note : {escape(note.detail)} ({note.code})[/]")
    _usage(out, outcome.usage)
    _timing(out, outcome.timing_s)


def _clock(seconds: float | None) -> str:
    if seconds is None:
        return ""
    minutes, tenths = divmod(round(seconds * 10), 600)
    return f"{minutes}:{tenths / 10:04.1f}"


def _transcript(out: Console, transcript: Transcript) -> None:
    table = Table(title="Transcription", title_justify="left", box=None, padding=(0, 1), show_header=False)
    table.add_column(style="dim", no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for turn in transcript.turns:
        who = "agent" if turn.speaker == "agent" else "[bold]appelant[/]"
        table.add_row(_clock(turn.start_s), who, escape(turn.text))
    out.print(table)
    out.print(f"[dim]Transcrit par {transcript.made_by.engine}.[/]\n")


def _qualification(out: Console, known: Qualification, transcript: Transcript, tenant: Tenant) -> None:
    table = Table(title="Compris", title_justify="left", box=None, padding=(0, 1), header_style="dim")
    for column in ("", "valeur", "sûr à", "dit par l'appel"):
        table.add_column(column, overflow="fold")
    label = tenant.intents_by_id[str(known.intent.value)].label
    _row(table, "Motif", label, known.intent, transcript)
    for other in known.other_intents:
        _row(table, "Autre motif", tenant.intents_by_id[str(other.value)].label, other, transcript)
    rule = f" (règle {known.urgency_rule})" if known.urgency_rule else ""
    _row(table, "Urgence", _URGENCY[str(known.urgency.value)] + rule, known.urgency, transcript)
    for field, judgment in known.fields.items():
        _row(table, tenant.field(field).label, str(judgment.value), judgment, transcript)
    out.print(table)
    if known.missing:
        out.print(f"Manque : {escape(', '.join(tenant.field(f).label for f in known.missing))}")
    outcome = {"followed": "suivie", "broken": "[red]non suivie[/]", "not_applicable": "sans objet"}
    for instruction in tenant.instructions:
        if instruction.id in known.instructions:
            judged = known.instructions[instruction.id]
            out.print(f"Consigne {outcome[judged.outcome]} : {escape(instruction.text)}")
    out.print(f"Suite : {_DISPOSITION[known.disposition]}\n")


def _row(table: Table, name: str, value: str, judgment: Judgment, transcript: Transcript) -> None:
    sure = f"{judgment.confidence:.0%}" + (" ?" if judgment.unsure else "")
    table.add_row(escape(name), escape(value), sure, escape(_quoted(judgment.evidence, transcript)))


def _quoted(evidence: Sequence[Evidence], transcript: Transcript) -> str:
    quotes = []
    for e in evidence:
        second = transcript.second_of(e)
        quotes.append(
            f"« {e.quote} »" + (f" à {_clock(second)}" if second is not None else f" tour {e.turn + 1}")
        )
    return " ; ".join(quotes)


def _message(out: Console, outcome: Outcome) -> None:
    if outcome.message is None or outcome.transcript is None:
        return
    recipient = f" pour {outcome.message.recipient}" if outcome.message.recipient else ""
    out.print(
        Panel(
            escape(outcome.message.text),
            title=escape(f"Message{recipient}"),
            title_align="left",
            padding=(1, 2),
        )
    )
    for sentence in outcome.message.sentences:
        if sentence.evidence:
            proof = _quoted(sentence.evidence, outcome.transcript)
            out.print(f"[dim]  {escape(sentence.text)} ← {escape(proof)}[/]")
    out.print()


def _usage(out: Console, usage: Sequence[Usage]) -> None:
    for spent in usage:
        cost = "" if spent.cost_eur is None else f", {spent.cost_eur:.6f} €"
        tokens = f"{spent.input_tokens} + {spent.output_tokens} jetons"
        stage = f"[dim]{_STAGE[spent.stage]} par {escape(spent.model)} : {spent.requests} demande(s)"
        out.print(f"{stage}, {tokens}, {spent.seconds:.1f} s{cost}[/]")


def _timing(out: Console, timing_s: dict[str, float]) -> None:
    stages = ", ".join(f"{_STAGE[s]} {t:.2f} s" for s, t in timing_s.items() if s in _STAGE)
    audio = f" pour {timing_s['audio']:.0f} s d'audio" if "audio" in timing_s else ""
    total = sum(t for s, t in timing_s.items() if s in _STAGE)
    out.print(f"[dim]{total:.2f} s{audio} : {stages}[/]")
