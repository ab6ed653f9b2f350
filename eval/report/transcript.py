"""A call's words, with what the engine rests on marked in place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from qualify.dataset import CallTurn
from qualify.records import Turn

from ..scoring import Case
from .french import counted
from .html import Html, details, el, join
from .marks import Span, marked
from .severity import field_label

_JUDGMENTS = {"intent": "motif", "urgency": "urgence"}
_PARTY = {"agent": "Agent", "caller": "Appelant"}


def transcript(case: Case) -> Html:
    """The transcript that the engine read, its evidence marked; the labeled one folded where it differs."""
    read: Sequence[CallTurn | Turn] = case.turns if case.heard is None else case.heard
    lines = [_turn(turn, list(_spans(case, n))) for n, turn in enumerate(read)]
    spoken = el("ol", *lines, class_="turns") if lines else el("p", "Aucune transcription.")
    return join([el("h4", "Appel"), _astray(case), spoken, _reference(case)])


def _turn(turn: CallTurn | Turn, spans: Sequence[Span]) -> Html:
    said = el("bdi", marked(turn.text, spans))
    return el("li", el("b", _PARTY[turn.speaker]), " ", said, class_=turn.speaker)


def _spans(case: Case, turn: int) -> Iterator[Span]:
    for key, proofs in case.predicted.evidence.items():
        for proof in proofs:
            if proof.turn == turn and case.stands(proof):
                if key == "message":
                    yield Span(proof.start, proof.end, "said")
                else:
                    name = _JUDGMENTS.get(key) or field_label(case, key)
                    yield Span(proof.start, proof.end, "proof", name)


def _astray(case: Case) -> Html | None:
    """A warning for evidence whose words do not stand where it says."""
    astray = sum(not case.stands(proof) for proofs in case.predicted.evidence.values() for proof in proofs)
    if not astray:
        return None
    told = counted(astray, "une preuve citée ne figure pas", "preuves citées ne figurent pas")
    return el("p", f"⚠ {told} dans la transcription.", class_="warn")


def _reference(case: Case) -> Html | None:
    """What was really said, where the engine listened by itself."""
    if case.heard is None or not case.turns:
        return None
    said = [_turn(turn, ()) for turn in case.turns]
    return details("Transcription de référence", el("ol", *said, class_="turns"))
