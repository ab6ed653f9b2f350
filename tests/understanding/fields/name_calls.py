"""Mini-calls for the tests of names: turns as «A: …» (agent) and «C: …» (caller)."""

from __future__ import annotations

from qualify.records import Judgment, Maker, Transcript, Turn


def call(*turns: str) -> Transcript:
    """A transcript of the turns given."""
    return Transcript(turns=tuple(map(_turn, turns)), made_by=Maker(engine="test", version="0"))


def answer(question: str, reply: str) -> Transcript:
    """The agent's question and the caller's reply."""
    return call(f"A: {question}", f"C: {reply}")


def value_of(judgment: Judgment | None) -> object:
    """The judgment's value, or None."""
    return None if judgment is None else judgment.value


def _turn(line: str) -> Turn:
    who, _, text = line.partition(": ")
    return Turn(speaker={"A": "agent", "C": "caller"}[who], text=text)  # type: ignore[arg-type]
