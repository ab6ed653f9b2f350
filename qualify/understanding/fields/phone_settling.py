"""What stands in the end: numbers read back, confirmed, corrected in part, replaced."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from . import phone_cues as cues
from .amendment import Said, amend, parts, where_said
from .digits import runs
from .numbering import to_e164
from .phone_mentions import Call, PhoneMention

_CONFIRMED = 0.98
_REPEATED = 0.97
_AMENDED = 0.88
_ADOPTED = 0.85
_DISPUTED = 0.6
_NEAR = 4
"""Most digits in which a number read back, or said again, differs from the first."""
_ALIKE = 3


def settle(call: Call, found: Sequence[PhoneMention]) -> tuple[PhoneMention, ...]:
    """The mentions with what the rest of the call says of them, and those that corrections make."""
    settling = _Settling(call)
    for mention in found:
        if mention.superseded or mention.role == "short":
            settling.mentions.append(mention)
        elif mention.speaker == "caller":
            settling.hear(mention)
        else:
            settling.read_back(mention)
    settling.amend_late()
    return tuple(settling.mentions)


class _Settling:
    """The mentions so far; each new one may change those before it."""

    def __init__(self, call: Call) -> None:
        self.call = call
        self.mentions: list[PhoneMention] = []

    def _caller_numbers(self) -> list[int]:
        """Places in the list of the caller's numbers that still stand, the latest first."""
        standing = (n for n, m in enumerate(self.mentions) if m.speaker == "caller" and not m.superseded)
        return sorted((n for n in standing if self.mentions[n].role != "short"), reverse=True)

    def _change(self, at: int, **changes: object) -> None:
        self.mentions[at] = replace(self.mentions[at], **changes)  # type: ignore[arg-type]

    def hear(self, mention: PhoneMention) -> None:
        """The caller says a number: it may repeat, replace or add to those before."""
        for at in self._caller_numbers():
            earlier = self.mentions[at]
            if earlier.e164 is not None and earlier.e164 == mention.e164:
                mention = replace(mention, confidence=_REPEATED, doubtful=False, role=_role(earlier, mention))
                self._change(at, superseded=True)
            elif mention.e164 is None:
                taken_back = earlier.e164 is not None and self._taken_back(earlier, mention)
                self._change(at, doubtful=earlier.doubtful or taken_back)
            else:
                mention = self._replace(at, mention)
        self.mentions.append(mention)

    def _replace(self, at: int, mention: PhoneMention) -> PhoneMention:
        """Let `mention` replace the earlier number at `at` where the words, or its likeness, say so."""
        earlier = self.mentions[at]
        if earlier.e164 is None or self._taken_back(earlier, mention) or earlier.confirmed is False:
            self._change(at, superseded=True)
            return replace(mention, role=_role(earlier, mention))
        alike = _distance(earlier.digits, mention.digits) <= _ALIKE
        if not alike or cues.adds_one_more(self._between(earlier, mention)):
            return mention
        self._change(at, superseded=True)
        return replace(
            mention, doubtful=True, rivals=(*mention.rivals, earlier.e164), role=_role(earlier, mention)
        )

    def _taken_back(self, earlier: PhoneMention, later: PhoneMention) -> bool:
        last, end = later.end
        between, after = self._between(earlier, later), self.call.turns[last].folded[end : end + 60]
        return cues.is_taken_back(between, after, confirmed=earlier.confirmed is True)

    def _between(self, earlier: PhoneMention, later: PhoneMention) -> str:
        """The caller's folded words between two mentions."""
        (first, start), (last, end) = earlier.end, later.begin
        if first == last:
            return self.call.turns[first].folded[start:end]
        own = [t.folded for t in self.call.turns[first + 1 : last] if t.speaker == "caller"]
        return " ".join((self.call.turns[first].folded[start:], *own, self.call.turns[last].folded[:end]))

    def read_back(self, mention: PhoneMention) -> None:
        """The agent says a number: the caller's, one to confirm, or one to call."""
        at = next((n for n in self._caller_numbers() if _same_number(self.mentions[n], mention)), None)
        verdict = self._verdict(mention)
        if at is None:
            self._offer(mention, verdict)
        elif self.mentions[at].e164 == mention.e164:
            self._echo(at, mention, verdict)
        else:
            self._differ(at, mention, verdict)

    def _offer(self, mention: PhoneMention, verdict: bool | None) -> None:
        """A number that the caller did not say."""
        turn, start = mention.begin
        if verdict is None or cues.gives_a_number(self.call.turns[turn].folded[:start]):
            self.mentions.append(replace(mention, role="given"))
            return
        role: cues.Role = mention.role if mention.role in ("old", "fax", "other_person") else "callback"
        sure = _CONFIRMED if verdict else mention.confidence
        self.mentions.append(
            replace(mention, role=role, confirmed=verdict, confidence=sure, superseded=not verdict)
        )
        if not verdict:
            self._amend(mention, known=())

    def _echo(self, at: int, mention: PhoneMention, verdict: bool | None) -> None:
        """The caller's number, read back right."""
        caller = self.mentions[at]
        self.mentions.append(replace(mention, role=caller.role, confirmed=verdict))
        if verdict is False:
            amended = self._amend(mention, known=())
            self._change(at, confirmed=False, superseded=amended)
            self._change(len(self.mentions) - 1 - amended, superseded=amended)
            return
        sure = _CONFIRMED if verdict else max(caller.confidence, _REPEATED)
        self._change(at, confirmed=verdict, read_back=True, confidence=sure, doubtful=False, rivals=())

    def _differ(self, at: int, mention: PhoneMention, verdict: bool | None) -> None:
        """The caller's number, read back otherwise than it was heard."""
        caller = self.mentions[at]
        settled = verdict is not False and caller.doubtful and self._said_too(caller, mention)
        if verdict is True or settled:
            self._adopt(at, mention, verdict, settled=settled or caller.e164 is None)
            return
        self.mentions.append(replace(mention, role="unknown", confirmed=verdict, superseded=True))
        if verdict is False and self._amend(mention, known=(caller.digits,)):
            self._merge(at)
        elif caller.e164 is not None and not (verdict is False and self._says_a_number(mention)):
            doubt = (*caller.rivals, *((mention.e164,) if mention.e164 else ()))
            self._change(at, doubtful=True, rivals=doubt, confidence=min(caller.confidence, _DISPUTED))

    def _said_too(self, caller: PhoneMention, agent: PhoneMention) -> bool:
        """Whether the caller's doubtful words may be, or first were, the number that the agent reads back."""
        before = {m.e164 for m in self.mentions if m.speaker == "caller" and m.superseded}
        return agent.e164 in before or agent.e164 in caller.rivals

    def _adopt(self, at: int, mention: PhoneMention, verdict: bool | None, *, settled: bool) -> None:
        """Let the agent's version stand; unless `settled`, the caller's stays its rival."""
        caller = self.mentions[at]
        heard = () if settled or caller.e164 is None else (caller.e164,)
        self._change(at, superseded=True, confirmed=False if verdict else caller.confirmed)
        adopted = replace(mention, role=_role(caller, mention), confirmed=verdict, read_back=True)
        sure = _ADOPTED if settled else _DISPUTED
        self.mentions.append(replace(adopted, rivals=heard, doubtful=bool(heard), confidence=sure))

    def _says_a_number(self, mention: PhoneMention) -> bool:
        """Whether the caller's answer to a read-back dictates digits again."""
        answer = self._answer(mention)
        return answer is not None and len(self.call.turns[answer].atom_at) >= 4

    def _merge(self, at: int) -> None:
        """Drop the caller's first version of a number just amended, or the amendment that restores it."""
        amended = self.mentions[-1]
        if amended.e164 == self.mentions[at].e164:
            self.mentions.pop()
            self._change(at, confirmed=True, confidence=_CONFIRMED, doubtful=False, rivals=())
        else:
            self._change(at, superseded=True)

    def _answer(self, mention: PhoneMention) -> int | None:
        """Number of the caller's turn that answers a read-back."""
        last = mention.end[0]
        return next((t.number for t in self.call.turns[last + 1 :] if t.speaker == "caller"), None)

    def _verdict(self, mention: PhoneMention) -> bool | None:
        answer = self._answer(mention)
        if answer is None or answer > mention.end[0] + 2:
            return None
        last, end = mention.end
        asked = self.call.turns[last].folded[end:]
        return cues.reply_to_read_back(self.call.turns[answer].folded, asked)

    def _amend(self, base: PhoneMention, known: tuple[str, ...]) -> bool:
        """Apply the caller's partial correction to a number just read back; False where there is none."""
        answer = self._answer(base)
        if answer is None:
            return False
        turn = self.call.turns[answer]
        said = parts(runs([turn], "caller", breaks=()), turn.folded)
        right = next((s for s in said if not s.wrong and len(s.digits) < len(base.digits) - 1), None)
        if right is None or any(len(s.digits) >= len(base.digits) for s in said):
            return False
        wrong = next((s.digits for s in said if s.wrong), None)
        return self._append_amended(base, right, wrong, turn.folded, known)

    def amend_late(self) -> None:
        """Apply corrections such as «pour le numéro, c'est dix-huit, pas dix-sept» of later turns."""
        at = next((n for n in self._caller_numbers() if self.mentions[n].e164 is not None), None)
        if at is None or self.mentions[at].confirmed is False:
            return
        base = self.mentions[at]
        for turn in self.call.turns[base.end[0] + 1 :]:
            if turn.speaker != "caller" or not turn.atom_at:
                continue
            said = parts(runs([turn], "caller", breaks=()), turn.folded)
            right = next((s for s in said if not s.wrong), None)
            wrong = next((s.digits for s in said if s.wrong), None)
            if (
                right is not None
                and wrong is not None
                and self._append_amended(base, right, wrong, turn.folded, ())
            ):
                self._change(at, superseded=True)
                return

    def _append_amended(
        self, base: PhoneMention, right: Said, wrong: str | None, folded: str, known: tuple[str, ...]
    ) -> bool:
        numbers = amend(base.digits, right.digits, wrong, where=where_said(folded), known=known)
        valid = [e for n in numbers if (e := to_e164(n, self.call.region)) is not None and e[1]]
        if valid:
            self.mentions.append(self._amended(base, right, valid, numbers[0]))
        return bool(valid)

    def _amended(
        self, base: PhoneMention, right: Said, valid: list[tuple[str, bool]], digits: str
    ) -> PhoneMention:
        evidence = (*base.evidence, *self.call.evidence(right.run, right.pieces))
        role: cues.Role = "callback" if base.role == "unknown" else base.role
        return PhoneMention(
            valid[0][0],
            digits,
            evidence,
            "caller",
            _AMENDED if len(valid) == 1 else 0.5,
            role=role,
            doubtful=len(valid) > 1,
            rivals=tuple(e for e, _ in valid[1:]),
        )


def _role(earlier: PhoneMention, later: PhoneMention) -> cues.Role:
    """The role of a number said twice or corrected: what the second time says, else the first."""
    return earlier.role if later.role == "unknown" and earlier.role != "old" else later.role


def _distance(one: str, other: str) -> int:
    if len(one) != len(other):
        return _NEAR + 1
    return sum(a != b for a, b in zip(one, other, strict=True))


def _same_number(caller: PhoneMention, agent: PhoneMention) -> bool:
    """Whether the agent's number is meant to be the caller's."""
    if caller.e164 is not None and caller.e164 == agent.e164:
        return True
    if caller.e164 is not None:
        return _distance(caller.digits, agent.digits) <= _NEAR
    return agent.digits[:4] == caller.digits[:4] or agent.digits[-4:] == caller.digits[-4:]
