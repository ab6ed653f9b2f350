"""A data set that a test may write into, and people who answer from a list."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from qualify.eval.labels.answers import AnswerError
from qualify.eval.labels.questions import Form, Question

from qualify.dataset import load_call_input
from qualify.tenant import load_tenant

DATA = Path(__file__).parents[2] / "data" / "dataset"
CALL = DATA / "calls" / "atelier-morel" / "morel-001.json"
TENANT = load_tenant(DATA / "tenants" / "atelier-morel.yaml")
FORM = Form(load_call_input(CALL), TENANT)

FIRST_ANSWERS = {
    "intent": "réparation",
    "urgency": "n",
    "disposition": "message",
    "fields.caller_name": "Ana Pinto",
    "fields.phone": "ce numéro",
    "fields.bike_model": "Gazelle",
    "other_intents": "",
    "key_facts.0": "la chaîne saute | chaîne",
    "key_facts.1": "",
    "forbidden": "",
    "instructions.ask-model": "suivie",
    "instructions.no-price": "f",
    "message": "Ana Pinto, Gazelle : la chaîne saute. À rappeler au 081 22 33 44.",
    "tags": "number_shown",
}
"""What a person types for the call `morel-001`; fields left out are not given."""


def unlabeled(folder: Path, *, keep: tuple[str, ...] = ()) -> Path:
    """A copy of the data set whose first call has of its labels only `keep`; that call's file."""
    copied = Path(shutil.copytree(DATA, folder / "set"))
    path = copied / "calls" / "atelier-morel" / "morel-001.json"
    data = json.loads(path.read_text(encoding="utf-8"))
    for key in {"labels", "second_labels", "tags"} - set(keep):
        del data[key]
    path.write_text(json.dumps(data), encoding="utf-8")
    return path


class ByKey:
    """Answers each question by its key; breaks off at a question of `until`."""

    def __init__(self, answers: dict[str, str], *, until: str | None = None) -> None:
        self.answers, self.until = answers, until
        self.asked: list[str] = []
        self.refusals: list[str] = []

    def ask(self, question: Question, former: str | None) -> str:
        if question.key == self.until:
            raise KeyboardInterrupt
        self.asked.append(question.key)
        assert len(self.asked) < 200, "the interview does not end"
        return self.answers.get(question.key, "")

    def accepted(self, question: Question, value: Any) -> None:
        pass

    def refused(self, error: AnswerError) -> None:
        raise AssertionError(str(error))


class InOrder(ByKey):
    """Types one line after the other, then breaks off; refusals are kept."""

    def __init__(self, lines: Iterable[str]) -> None:
        super().__init__({})
        self._lines = iter(lines)

    def ask(self, question: Question, former: str | None) -> str:
        self.asked.append(question.key)
        line = next(self._lines, None)
        if line is None:
            raise KeyboardInterrupt
        return line

    def refused(self, error: AnswerError) -> None:
        self.refusals.append(str(error))
