"""The run folder's files: whole or absent, whole lines, the last line of each call."""

from __future__ import annotations

from pathlib import Path

import pytest
from qualify.eval.run_folder import Heard, HeardTurn, RunFolder, Taken, append, read_lines, tidy, write_whole
from qualify.eval.scoring import read_transcripts

from qualify.errors import InputError
from qualify.records import Maker, Usage

FIRST = Taken(id="a", tenant="t", memory_mib=10.0)
SECOND = Taken(
    id="b",
    tenant="t",
    made_by={"drafting": Maker(engine="e", version="1")},
    usage=(Usage(stage="drafting", model="m", requests=2, cost_eur=0.01),),
)


def test_lines_come_back_as_they_were_written(tmp_path: Path) -> None:
    for taken in (FIRST, SECOND):
        append(tmp_path / "usage.jsonl", taken)
    assert list(read_lines(tmp_path / "usage.jsonl", Taken).values()) == [FIRST, SECOND]


def test_without_the_file_there_are_no_lines(tmp_path: Path) -> None:
    assert read_lines(tmp_path / "usage.jsonl", Taken) == {}


def test_a_call_tried_anew_has_its_last_line(tmp_path: Path) -> None:
    path, anew = tmp_path / "usage.jsonl", FIRST.model_copy(update={"memory_mib": 20.0})
    for taken in (FIRST, SECOND, anew):
        append(path, taken)
    assert read_lines(path, Taken)["t", "a"] == anew


def test_a_line_cut_short_is_dropped_and_the_next_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "usage.jsonl"
    append(path, FIRST)
    with path.open("a", encoding="utf-8") as file:
        file.write(SECOND.model_dump_json()[:40])
    assert list(read_lines(path, Taken).values()) == [FIRST]
    tidy(path, Taken, [("t", "a"), ("t", "b")])
    append(path, SECOND)
    assert list(read_lines(path, Taken).values()) == [FIRST, SECOND]


def test_tidy_keeps_the_calls_order_and_no_others(tmp_path: Path) -> None:
    path, stranger = tmp_path / "usage.jsonl", Taken(id="c", tenant="t")
    for taken in (SECOND, stranger, FIRST):
        append(path, taken)
    tidy(path, Taken, [("t", "a"), ("t", "b")])
    assert list(read_lines(path, Taken).values()) == [FIRST, SECOND]


def test_tidy_makes_no_file(tmp_path: Path) -> None:
    tidy(tmp_path / "usage.jsonl", Taken, [])
    assert not list(tmp_path.iterdir())


def test_a_line_that_is_none_is_named(tmp_path: Path) -> None:
    path = tmp_path / "usage.jsonl"
    path.write_text(f'{FIRST.model_dump_json()}\n{{"id": 3}}\n', encoding="utf-8")
    with pytest.raises(InputError, match=r"« ligne 2 » : ligne illisible\. Attendu : .* id, tenant"):
        read_lines(path, Taken)


def test_what_was_heard_is_what_scoring_reads(tmp_path: Path) -> None:
    path = tmp_path / "transcripts.jsonl"
    append(path, Heard(id="a", tenant="t", turns=(HeardTurn(speaker="caller", text="Bonjour."),)))
    ((turn,),) = read_transcripts(path).values()
    assert (turn.speaker, turn.text) == ("caller", "Bonjour.")


def test_a_file_is_replaced_as_a_whole(tmp_path: Path) -> None:
    path = tmp_path / "neuf" / "scores.jsonl"
    write_whole(path, ["un", "deux"])

    def dying() -> list[str]:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_whole(path, (line for line in dying()))
    assert path.read_text(encoding="utf-8") == "un\ndeux\n"


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "pris").write_text("", encoding="utf-8")
    with pytest.raises(InputError, match="écriture impossible"):
        write_whole(tmp_path / "pris" / "scores.jsonl", [])
    with pytest.raises(InputError, match="écriture impossible"):
        append(tmp_path / "absent" / "usage.jsonl", FIRST)


def test_a_card_that_is_none_is_named(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path)
    assert folder.read_card() is None
    folder.card.write_text('{"mode": "turns"}', encoding="utf-8")
    with pytest.raises(InputError, match=r"run\.json, « packages » : description de passage illisible"):
        folder.read_card()
