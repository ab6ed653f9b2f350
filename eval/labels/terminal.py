"""A call and its tenant's instructions shown at a terminal, in French, and a person's answers read there."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from qualify.dataset import CallInput
from qualify.tenant import Tenant

from .answers import SHOWN_NUMBER, AnswerError
from .label import BACK, NONE
from .questions import URGENCIES, Form, Question

_AGAIN = "?"
"""Typed: show the call and the instructions again."""
_PARTY = {"agent": "agent", "caller": "appelant"}


class Terminal:
    """An `Answerer` at a console."""

    def __init__(self, console: Console, form: Form) -> None:
        self._console, self._form = console, form

    def ask(self, question: Question, former: str | None) -> str:
        """What is typed. End of input breaks off as Ctrl-C does."""
        while True:
            self._put(question, former)
            try:
                typed = self._console.input("› ")
            except EOFError:
                raise KeyboardInterrupt from None
            if typed.strip() != _AGAIN:
                return typed
            show_form(self._console, self._form)

    def accepted(self, question: Question, value: Any) -> None:
        """Tell back what was understood."""
        told = "rien" if value is None or value == () else question.echo(value)
        self._console.print(f"  [green]{escape(told)}[/]")

    def refused(self, error: AnswerError) -> None:
        """Tell why."""
        self._console.print(f"  [red]{escape(str(error))}[/]")

    def _put(self, question: Question, former: str | None) -> None:
        self._console.print(f"\n[bold]{escape(question.text)}[/]")
        for number, (name, label) in enumerate((question.choices or {}).items(), start=1):
            self._console.print(f"  {number}. {escape(label)} [dim]({escape(name)})[/]")
        if former:
            self._console.print(f"  [dim]Entrée garde : {escape(former)}[/]")


def show_form(console: Console, form: Form) -> None:
    """The tenant's instructions, the call, and the keys."""
    _tenant(console, form.tenant)
    _call(console, form.call)
    keys = f"Entrée : rien, ou garder ; {NONE} : rien ; {BACK} : question d'avant ; {_AGAIN} : tout revoir"
    console.print(f"[dim]{keys} ; Ctrl-C : s'arrêter, le brouillon reste.[/]")


def _tenant(console: Console, tenant: Tenant) -> None:
    console.print(f"[bold]{escape(tenant.name)}[/] : {escape(tenant.activity)}")
    intents = _table("Motifs", ("", "", "d'office", "champs requis"))
    for name, intent in tenant.intents_by_id.items():
        meaning = f"{intent.label} : {intent.description}"
        intents.add_row(
            *map(escape, (name, meaning, _level(intent.urgency), ", ".join(intent.required_fields)))
        )
    console.print(intents)
    rules = _table("Règles d'urgence", ("", ""))
    for rule in tenant.urgency_rules:
        rules.add_row(_level(rule.urgency), escape(rule.when))
    console.print(rules)
    people = _table("Personnes", ("", "", ""))
    for person in tenant.people:
        people.add_row(*map(escape, (person.name, person.role, ", ".join(person.aliases))))
    console.print(people)


def _level(urgency: str) -> str:
    return URGENCIES[urgency].partition(" :")[0]


def _call(console: Console, call: CallInput) -> None:
    shown = call.caller_number or "masqué"
    title = f"Appel {call.id}, {call.started_at:%d/%m/%Y %H:%M}, numéro affiché : {shown}"
    console.print(f"{escape(title)} [dim](« {SHOWN_NUMBER} » y renvoie)[/]")
    turns = _table("", ("", ""))
    for turn in call.turns:
        turns.add_row(_PARTY[turn.speaker], escape(turn.text))
    console.print(turns)


def _table(title: str, columns: tuple[str, ...]) -> Table:
    table = Table(title=title or None, title_justify="left", box=None, padding=(0, 1), header_style="dim")
    table.show_header = any(columns)
    for column in columns:
        table.add_column(column, overflow="fold")
    return table
