"""The commands at a terminal, without one: lines typed, what is shown, exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from labeled import FIRST_ANSWERS, FORM, unlabeled
from qualify.eval.labels import FIRST
from qualify.eval.labels.commands import import_command, label_command
from qualify.eval.labels.files import draft_path
from typer.testing import CliRunner

from qualify.dataset import load_call

APP = typer.Typer()
APP.command("label")(label_command)
APP.command("import")(import_command)


def typed() -> list[str]:
    """The lines that answer the call, one a question."""
    return [FIRST_ANSWERS.get(q.key, "") for q in FIRST.questions(FORM, FIRST_ANSWERS)]


def run(path: Path, lines: list[str], *options: str) -> tuple[int, str]:
    told = CliRunner().invoke(
        APP,
        ["label", str(path), "--dataset", str(path.parents[2]), "--by", "Nadia", *options],
        input="".join(f"{line}\n" for line in lines),
        env={"COLUMNS": "200"},
    )
    return told.exit_code, told.output


def test_a_call_is_shown_and_labeled(tmp_path: Path) -> None:
    path = unlabeled(tmp_path)
    code, told = run(path, typed())
    assert code == 0, told
    assert load_call(path).labels is not None
    for shown in (
        "Ana Pinto, ma chaîne saute",
        "immobilisé au bord d'une route",
        "+3281223344",
        "Modèle du vélo (bike_model, requis par ce motif, par exemple Gazelle Arroyo)",
        "14 mots",
        "  number_shown\n",
        "Étiqueté",
    ):
        assert shown in told


def test_a_wish_that_nothing_fixes_is_told_back_as_it_is(tmp_path: Path) -> None:
    keys = [q.key for q in FIRST.questions(FORM, FIRST_ANSWERS)]
    lines = typed()
    lines[keys.index("fields.requested_datetime")] = "= courant janvier"
    path = unlabeled(tmp_path)
    code, told = run(path, lines)
    labels = load_call(path).labels
    assert (code, labels and labels.fields["requested_datetime"]) == (0, "courant janvier"), told


def test_broken_off_it_says_so_and_goes_on(tmp_path: Path) -> None:
    path = unlabeled(tmp_path)
    code, told = run(path, typed()[:3])
    assert code == 130
    assert "morel-001.labels.draft" in told
    assert draft_path(path, "labels").exists()
    code, told = run(path, typed()[3:])
    assert code == 0
    assert "Brouillon repris : 3 réponse(s)" in told


def test_a_question_mark_shows_the_call_again(tmp_path: Path) -> None:
    once, twice = run(unlabeled(tmp_path / "a"), []), run(unlabeled(tmp_path / "b"), ["?"])
    assert (once[1].count("ma chaîne saute"), twice[1].count("ma chaîne saute")) == (1, 2)


def test_the_second_person_sees_no_label(tmp_path: Path) -> None:
    path = unlabeled(tmp_path, keep=("labels", "tags"))
    code, told = run(path, typed(), "--second")
    assert code == 0, told
    assert "la chaîne saute. À rappeler" not in told
    assert "number_shown" not in told
    assert load_call(path).second_labels is not None


@pytest.mark.parametrize("text", ["[bold]x[/]", "[/]"])
def test_a_call_is_shown_as_it_is_whatever_it_holds(tmp_path: Path, text: str) -> None:
    path = unlabeled(tmp_path)
    data = json.loads(path.read_text(encoding="utf-8"))
    data["turns"][0]["text"] = text
    path.write_text(json.dumps(data), encoding="utf-8")
    assert text in run(path, [])[1]


def test_what_cannot_be_labeled_is_told_in_one_line(tmp_path: Path) -> None:
    code, told = run(unlabeled(tmp_path, keep=("labels",)), [])
    assert code == 1
    assert "appel déjà étiqueté" in told


def test_an_import_is_counted(tmp_path: Path) -> None:
    path = unlabeled(tmp_path)
    source = tmp_path / "relectures.jsonl"
    source.write_text("\n", encoding="utf-8")
    told = CliRunner().invoke(APP, ["import", str(source), "--dataset", str(path.parents[2])])
    assert told.exit_code == 0
    assert "0 appel(s) écrit(s), 0 déjà dans le jeu de données, 0 relu(s) en partie" in told.output
    source.write_text("{\n", encoding="utf-8")
    told = CliRunner().invoke(APP, ["import", str(source), "--dataset", str(path.parents[2])])
    assert told.exit_code == 1
