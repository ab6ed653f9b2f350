"""Telephone numbers as said: found in each party's words, not yet weighed against the other's."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from qualify.records import Evidence, Speaker, Transcript

from . import phone_cues as cues
from .amendment import amend, where_said
from .dictation import Dictated, Fragment, Pieces, read
from .digits import Run, SpokenTurn, read_turn, runs
from .numbering import NO_TRUNK, to_e164
from .numbers import find_numbers
from .phone_cues import Role

_FEWEST_DIGITS = 6
"""Digits that make an incomplete number; fewer are something else."""
_MOST_DIGITS = 15
_SURE = 0.93
_INCOMPLETE = 0.1
_WITHOUT_ZERO, _WITHOUT_ZERO_SURE = 9, 0.6
"""Digits of a French number said without its first zero, and how sure it is."""
_MAYBE_A_PAPERS = 0.5
"""Most confidence in a number that may be a file's or an invoice's."""
_DOUBTFUL_COST = 1.0
"""From this cost on, a reading is doubtful."""
_WINDOW = 90
"""Characters around a number that may say whose it is."""
_QUESTION_ENDS = " ?!.…"
_EXTENSION = re.compile(r"^\W*(?:et |puis |au |le )*(?:poste|extension)\s+(?:numero )?")


@dataclass(frozen=True, slots=True)
class PhoneMention:
    """A telephone number said in a call."""

    e164: str | None
    """E.164 («+33622189105»), the short number as dialled («15»), or None for an incomplete number."""
    digits: str
    """As dictated: «0622189105»."""
    evidence: tuple[Evidence, ...]
    speaker: Speaker
    confidence: float
    superseded: bool = False
    """Whether it is taken back later."""
    confirmed: bool | None = None
    """What the caller answered when it was read back; None where it was not, or nothing clear was said."""
    read_back: bool = False
    """Whether both parties said this number."""
    role: Role = "unknown"
    doubtful: bool = False
    """Whether the words allow another number, or the number cannot be assigned."""
    rivals: tuple[str, ...] = ()
    """Other numbers that it may be, E.164."""
    extension: str | None = None
    preferred: bool = False
    """Whether the caller would rather be called there than elsewhere."""

    @property
    def begin(self) -> tuple[int, int]:
        """Turn and character where it begins."""
        return self.evidence[0].turn, self.evidence[0].start

    @property
    def end(self) -> tuple[int, int]:
        """Turn and character where it ends."""
        return self.evidence[-1].turn, self.evidence[-1].end


@dataclass(frozen=True)
class Call:
    """A transcript with its turns cut into digit words."""

    transcript: Transcript
    turns: tuple[SpokenTurn, ...]
    region: str

    def check(self, digits: str) -> bool | None:
        """Whether digits are a number of the region that can be assigned; None where they are no number."""
        found = to_e164(digits, self.region)
        return None if found is None else found[1]

    def question_before(self, turn: int) -> str:
        """The folded words of the other party just before turn number `turn`."""
        speaker = self.turns[turn].speaker
        if turn == 0 or self.turns[turn - 1].speaker == speaker:
            return ""
        return self.turns[turn - 1].folded

    def evidence(self, run: Run, pieces: Pieces) -> tuple[Evidence, ...]:
        """The words of the groups of a number; groups said in one go give one range."""
        spans: list[tuple[int, int, int, int]] = []
        for piece in pieces:
            first, last = run.atoms[piece.first], run.atoms[piece.last]
            if spans and spans[-1][3] + 1 == piece.first and spans[-1][0] == first.turn:
                spans[-1] = (first.turn, spans[-1][1], last.end, piece.last)
            else:
                spans.append((first.turn, first.start, last.end, piece.last))
        return tuple(self.transcript.evidence(turn, start, end) for turn, start, end, _ in spans)


def prepare(transcript: Transcript, region: str) -> Call:
    """Cut a transcript into digit words."""
    return Call(transcript, tuple(read_turn(n, t) for n, t in enumerate(transcript.turns)), region)


def mentions(call: Call) -> list[PhoneMention]:
    """All numbers of a call, incomplete and taken back ones too, in the order in which they end."""
    whole = {t.number for t in call.turns if _holds_a_number(call, t)}
    found = [*_said_by(call, "caller", whole), *_said_by(call, "agent", whole), *_short_numbers(call)]
    return sorted(found, key=lambda m: (m.end, not m.superseded))


def _holds_a_number(call: Call, turn: SpokenTurn) -> bool:
    if sum(len(a.digits) for a, _ in turn.atom_at.values()) < 4:
        return False
    return any(read(r, call.check, _starts(call.region))[0] for r in runs([turn], turn.speaker, breaks=()))


def _starts(region: str) -> Callable[[Run, int], bool]:
    """Whether a number may begin at an atom of a run, in `region`."""

    def starts(run: Run, at: int) -> bool:
        atom = run.atoms[at]
        if atom.kind == "plus" or region in NO_TRUNK:
            return True
        if atom.kind == "repeat":
            return at + 1 < len(run.atoms) and run.atoms[at + 1].value == 0
        return atom.digits.startswith("0")

    return starts


def _said_by(call: Call, speaker: Speaker, breaks: Collection[int]) -> Iterator[PhoneMention]:
    for run in runs(call.turns, speaker, breaks=breaks):
        numbers, fragments = read(run, call.check, _starts(call.region))
        for position, number in enumerate(numbers):
            until = numbers[position + 1].first if position + 1 < len(numbers) else None
            yield from _from_dictation(call, number, until)
        if not numbers and speaker == "caller":
            yield from (m for f in fragments if (m := _incomplete(call, f)) is not None)


def _from_dictation(call: Call, number: Dictated, until: int | None) -> Iterator[PhoneMention]:
    evidence = call.evidence(number.run, number.reading.pieces)
    before, after = _around(call, number, until)
    question = call.question_before(evidence[0].turn)
    about = before if before.strip() else question.rstrip(_QUESTION_ENDS)
    of_a_paper = cues.may_be_another_number(about)
    if of_a_paper and (not number.reading.valid or cues.announces_another_number(about)):
        return
    if (
        call.region in NO_TRUNK
        and not number.reading.digits.startswith(("+", "00"))
        and not cues.speaks_of_phone(question + " " + before)
    ):
        return
    speaker = call.turns[evidence[0].turn].speaker
    preferred = cues.is_preferred(before, after)
    role = cues.role_of(before, after, question)
    if of_a_paper:
        role = "unknown"
    elif preferred and role == "other_person":
        role = "callback"
    rivals = _other_amendments(call, number)
    for taken_back in number.superseded:
        e164 = _e164(call, taken_back.digits)
        words = call.evidence(number.run, taken_back.pieces)
        yield PhoneMention(e164, taken_back.digits, words, speaker, 0.0, superseded=True)
    yield PhoneMention(
        _e164(call, number.reading.digits),
        number.reading.digits,
        evidence,
        speaker,
        min(_confidence(number), _MAYBE_A_PAPERS) if of_a_paper else _confidence(number),
        role=role,
        doubtful=_is_doubtful(number, after) or bool(rivals) or of_a_paper or cues.is_given_up(after),
        rivals=tuple(e for r in number.rivals if (e := _e164(call, r.digits)) is not None) + rivals,
        extension=_extension(after),
        preferred=preferred,
    )


def _other_amendments(call: Call, number: Dictated) -> tuple[str, ...]:
    """What a whole number may be too, when some digits follow that do not say which ones they replace."""
    if not number.superseded:
        return ()
    whole, pieces = number.superseded[-1], number.reading.pieces
    last = whole.pieces[-1].last
    right = "".join(p.digits for p in pieces if p.first > last)
    same_places = len(whole.digits) == len(number.reading.digits) and 0 < len(right) < len(whole.digits)
    if not same_places or not number.reading.digits.endswith(right):
        return ()
    atom = number.run.atoms[number.last]
    words = call.turns[atom.turn].folded
    where = where_said(words[number.run.atoms[last].end if number.run.atoms[last].turn == atom.turn else 0 :])
    likeliest = amend(whole.digits, right, None, where=where)
    nearer = [
        d for d in likeliest if _distance(d, whole.digits) < _distance(number.reading.digits, whole.digits)
    ]
    return tuple(e for d in nearer if call.check(d) and (e := _e164(call, d)))


def _distance(one: str, other: str) -> int:
    return sum(a != b for a, b in zip(one, other, strict=True))


def _e164(call: Call, digits: str) -> str | None:
    found = to_e164(digits, call.region)
    return found[0] if found else None


def _around(call: Call, number: Dictated, until: int | None) -> tuple[str, str]:
    """The folded words before and after a number, up to the next numbers of the run."""
    at = number.reading.pieces[0].first
    first, last = number.run.atoms[at], number.run.atoms[number.last]
    start = 0
    if at > 0 and number.run.atoms[at - 1].turn == first.turn:
        start = number.run.atoms[at - 1].end
    before = call.turns[first.turn].folded[max(start, first.start - _WINDOW) : first.start]
    end = last.end + _WINDOW
    if until is not None and number.run.atoms[until].turn == last.turn:
        end = number.run.atoms[until].start
    return before, call.turns[last.turn].folded[last.end : end]


def _confidence(number: Dictated) -> float:
    sure = _SURE - 0.2 * number.reading.cost - 0.15 * bool(number.rivals) - 0.25 * bool(number.left_over)
    return round(max(0.2, sure), 3)


def _is_doubtful(number: Dictated, after: str) -> bool:
    left_over = number.left_over and _EXTENSION.match(after) is None
    return bool(
        number.reading.cost >= _DOUBTFUL_COST or number.rivals or not number.reading.valid or left_over
    )


def _extension(after: str) -> str | None:
    match = _EXTENSION.match(after)
    numbers = find_numbers(after[match.end() : match.end() + 40]) if match else ()
    if not numbers or numbers[0].start > 3:
        return None
    said = [numbers[0]]
    for number in numbers[1:]:
        if number.start - said[-1].end > 2:
            break
        said.append(number)
    return "".join(str(n.value) for n in said)


def _incomplete(call: Call, fragment: Fragment) -> PhoneMention | None:
    """Digits of the caller that look like a part of a telephone number."""
    digits = fragment.reading.digits
    if not _FEWEST_DIGITS <= len(digits) <= _MOST_DIGITS:
        return None
    first, last = fragment.run.atoms[0], fragment.run.atoms[-1]
    before = call.turns[first.turn].folded[max(0, first.start - _WINDOW) : first.start]
    question = call.question_before(first.turn)
    if cues.may_be_another_number(before) or cues.may_be_another_number(question.rstrip(_QUESTION_ENDS)):
        return None
    if not (digits.startswith(("06", "07")) or cues.speaks_of_phone(before) or cues.asks_for_phone(question)):
        return None
    evidence = call.evidence(fragment.run, fragment.reading.pieces)
    if not evidence:
        return None
    number = to_e164(f"0{digits}", call.region) if len(digits) == _WITHOUT_ZERO and digits[0] != "0" else None
    if number is None or not number[1] or call.region != "FR":
        return PhoneMention(None, digits, evidence, "caller", _INCOMPLETE, doubtful=True)
    told = cues.tells_of_zero(call.turns[last.turn].folded)
    sure = _SURE if told else _WITHOUT_ZERO_SURE
    return PhoneMention(
        number[0],
        f"0{digits}",
        evidence,
        "caller",
        sure,
        role=cues.role_of(before, "", question),
        doubtful=not told,
    )


def _short_numbers(call: Call) -> Iterator[PhoneMention]:
    for turn in call.turns:
        if not turn.atom_at:
            continue
        text = call.transcript.turns[turn.number].text
        for start, end, digits in _spoken_digits(text):
            if digits in cues.SHORT_NUMBERS and cues.introduces_short_number(turn.folded[:start]):
                evidence = (call.transcript.evidence(turn.number, start, end),)
                yield PhoneMention(digits, digits, evidence, turn.speaker, _SURE, role="short")


def _spoken_digits(text: str) -> Iterator[tuple[int, int, str]]:
    """Numbers of `text`, two that follow each other («trente-neuf dix-neuf») taken together."""
    numbers = find_numbers(text)
    position = 0
    while position < len(numbers):
        number, end, digits = numbers[position], numbers[position].end, str(numbers[position].value)
        while position + 1 < len(numbers) and numbers[position + 1].start - end <= 1:
            position += 1
            end, digits = numbers[position].end, digits + str(numbers[position].value)
        yield number.start, end, digits
        position += 1
