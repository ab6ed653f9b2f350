"""The window in which the caller can be reached: «plutôt après seize heures» → «après 16 h».

Words count as a window where they are about a call: their sentence speaks of calling or of being
reached, or it answers the agent's question about that, or it goes with the dictated number. A sentence about
a visit or an appointment never gives one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from qualify.records import Judgment, Transcript

from .clock import HOUR, HOUR_OR_NUMBER, fold, read_clock, spoken

Basis = Literal["said", "asked", "number"]
"""Why words are about a call: they say so, the agent asked for it, or they go with a telephone number."""

_CONFIDENCE: dict[Basis, float] = {"said": 0.85, "asked": 0.8, "number": 0.65}
"""Rough values, to be calibrated on labeled calls."""

_CALLING = spoken(
    r"\brappel(?!le que)(?!le ici)|\bm'appel|\bl'appel(?:er|ez)|\bappele[rz] (?:moi|le|la|plutot|avant|apres"
    r"|entre)|\bjoi(?:ndre|gnable|gnez)|\bqu'(?:il|elle|on) (?:me |m')(?:joigne|appelle|sonne)"
    r"|\btelephone[rz]\b|\bm'avoir\b|\b(?:me|nous) (?:contacter|recontacter|telephoner|sonner)|\bcontactez"
    r"|\brecontact|\bdecroch|\bje reponds|\bsur (?:ce numero|mon portable|mon fixe)|\bdispo"
    r"(?:nible)?\b.{0,20}\btelephone"
)
_CALLER_CALLS = spoken(
    r"\b(?:je|j'ai|on) (?:vous |te |me permets de )*r?e?appel(?:le|lerai|ais|e)\b|\bje (?:vais|peux|dois) "
    r"(?:vous )?rappeler|\b(?:devait|devaient|auriez du|deviez|a dit qu|avait dit|m'avez|m'a|m'ont"
    r"|nous a) .{0,25}(?:rappel|joindre)"
)
_ASKED = spoken(
    r"\bjoindre|\bjoignable|\brappel|\bcontact|\btelephoner|\bappeler\b|\bcreneau pour vous|\bmoment pour"
    r"|\bquel moment"
)
_NUMBER_SAID = r"\bzero (?:un|deux|trois|quatre|cinq|six|sept|neuf)\b|\b0[1-79](?:[\s.]?\d\d){4}"
_NUMBER_READ = spoken(_NUMBER_SAID)
_PHONE = spoken(rf"{_NUMBER_SAID}|\b(?:mon|le) (?:portable|fixe)\b")
_MEETING = spoken(
    r"\brendez vous\b|\brdv\b|\bvisite|\bintervention|\b(?:passer|passez|passe|venir|venez|viendr\w+|vienne"
    r"|livr\w+|seance|audience|consultation|reunion avec|deplac\w+|rappel de vaccin|depos\w+|recuper\w+)\b"
)
_REFUSED = spoken(
    r"[\s,]*(?:(?:je|on|il|elle|nous)\b[^,.;?!]{0,15}\b(?:(?:peux|peut|pouvons|pourrai|pourra|suis|serai|est"
    r"|sera|sommes) pas|absente?|occupee?|prise?s?)\b|j'ai pas\b|(?:c'est|ca)\b[^,.;?!]{0,15}\b"
    r"(?:pas possible|impossible|complet|pas bon|va pas|ira pas|m'arrange pas)\b|impossible\b|pas possible\b"
    r"|non\b(?= ?[.;!]| ?$))"
)
_SENTENCE_END = re.compile(r"[.?!;…]+(?!\d)")
_ACCEPTED = spoken(
    r"(?:[\s,.!]|(?:ah|ben|bon|alors|eh|bah)\b)*(?:oui|ouais|d'accord|ok|okay|parfait|tres bien|entendu"
    r"|ca marche|ca me va|ca va|ca ira|c'est bon|c'est ca|c'est parfait|c'est bien ca|impeccable|nickel|super"
    r"|voila|exact|exactement|tout a fait|va pour|volontiers|je prends|bien sur|absolument|ca me convient"
    r"|c'est tres bien)\b"
)
_BUT = re.compile(r"\b(?:mais|plutot|non|sauf|par contre)\b")


def accepts(folded: str) -> bool:
    """Whether a caller's turn, folded, agrees to what was said before, without a reserve."""
    return _ACCEPTED.match(folded) is not None and _BUT.search(folded) is None


def sentence_at(folded: str, start: int) -> tuple[int, int]:
    """The range of the sentence of a folded text around character `start`."""
    begin = 0
    for mark in _SENTENCE_END.finditer(folded):
        if mark.start() >= start:
            return begin, mark.end()
        begin = mark.end()
    return begin, len(folded)


def refused_after(folded: str, end: int) -> bool:
    """Whether what follows character `end` says that the time named there does not suit."""
    return _REFUSED.match(folded, end) is not None


def callback_basis(folded: Sequence[str], speakers: Sequence[str], turn: int, start: int) -> Basis | None:
    """Why the words at `start` of turn `turn` say when the caller can be reached; None where they don't.

    `folded` and `speakers` hold all turns of the call.
    """
    text = folded[turn]
    begin, end = sentence_at(text, start)
    sentence = text[begin:end]
    if _CALLER_CALLS.search(sentence):
        return None
    if _CALLING.search(sentence):
        return "said"
    if _MEETING.search(sentence) or speakers[turn] == "agent":
        return None
    question = folded[turn - 1] if turn and speakers[turn - 1] == "agent" else ""
    if _ASKED.search(question) and not _MEETING.search(question):
        return "asked"
    return "number" if _PHONE.search(text, 0, start) or _NUMBER_READ.search(question) else None


_DAY_PLACE, _PART_PLACE, _HOURS_PLACE, _LESS_PLACE = range(4)
"""Order of a window's pieces; the last counts only where nothing says more («sauf le mercredi»)."""


@dataclass(frozen=True)
class _Piece:
    """Words of a window, and the place (day, part of a day, hours) that they take in its canonical form."""

    start: int
    end: int
    place: int
    said: str


def _hour(words: str, evening: bool) -> str | None:
    time = read_clock(words)
    if time is None:
        return None
    hour, minute = time
    if 1 <= hour < (12 if evening else 8) and not words.startswith("0"):
        hour += 12
    return f"{hour} h {minute:02d}" if minute else f"{hour} h"


_H = rf"(?:les )?(?P<from>{HOUR})"
_BUSY = (
    r"(?:travail\w*|boulot|bosse|reunion|cours|rendez vous|garde|occupee?|prise?|bloc|salle|dors|service"
    r"|consultation)"
)
_BETWEEN = rf"(?P<from>{HOUR_OR_NUMBER}) ?(?:et|a|-) ?(?P<to>{HOUR_OR_NUMBER})"
_BOUNDS: tuple[tuple[re.Pattern[str], str], ...] = (
    (spoken(rf"\bentre {_BETWEEN}"), "entre {} et {}"),
    (spoken(rf"\bde (?P<from>{HOUR_OR_NUMBER}) a (?P<to>{HOUR})"), "entre {} et {}"),
    (spoken(rf"(?<![\w,.])(?P<from>{HOUR}) ?(?:-|a) ?(?P<to>{HOUR})"), "entre {} et {}"),
    (spoken(rf"\b(?:pas|plus|jamais) (?:trop )?avant {_H}"), "après {}"),
    (spoken(rf"\b(?:pas|plus|jamais) apres {_H}"), "avant {}"),
    (spoken(rf"\b{_BUSY} (?:\w+ ){{0,3}}jusqu'a {_H}"), "après {}"),
    (
        spoken(rf"\b(?:finis|termine|sors|rentre|debauche|libre)(?: \w+){{0,3}} (?:qu'a|a|vers|des) {_H}"),
        "après {}",
    ),
    (spoken(rf"\b(?:apres|a partir de|des|passe) {_H}"), "après {}"),
    (spoken(rf"\bavant {_H}"), "avant {}"),
    (spoken(rf"\bjusqu'a {_H}"), "jusqu'à {}"),
    (spoken(rf"\b(?:vers|autour de|aux alentours de|aux environs de|sur les coups de) {_H}"), "vers {}"),
    (spoken(rf"\ba {_H}"), "à {}"),
)
_EVENING = spoken(r"\b(?:soir|soiree|apres midi)\b")

_DAY = spoken(
    r"\b(?:apres demain|demain|aujourd'hui|(?:(?:le|des|jusqu'a|avant|apres) )?"
    r"(?:(?:lun|mar|mercre|jeu|vendre|same)di|dimanche)(?: prochain)?|la semaine prochaine|cette semaine"
    r"|dans la semaine|en semaine|le week end|ce week end)\b"
)
_EVERY_DAY = spoken(r"\btous les jours(?: sauf le \w+)?\b")
_PART = spoken(
    r"\b(?:ce matin|ce midi|cet apres midi|ce soir|(?:(?:en|a la|vers la) )?(?:debut|fin|milieu) (?:de |d')"
    r"(?:la |l')?(?:matinee|apres midi|journee|soiree)|dans la (?:matinee|journee|soiree)|dans l'apres midi"
    r"|en (?:soiree|matinee|journee)|toute la (?:journee|matinee)|tout l'apres midi|(?:le |au |du )?(?:matin"
    r"|soir|midi)|(?:l')?apres midi|(?:a |pendant )?l'heure du dejeuner"
    r"|dans (?:l'heure|une heure|(?:une|la) demi heure|(?:le|un) quart d'heure|(?:cinq|dix|vingt) minutes))\b"
)
_NEVER = spoken(
    r"\b(?:sauf|pas|hormis|excepte|jamais) (?:pas )?(?:(?:le |l'|en |les )?(?:matin|soir|midi|apres midi"
    r"|week end|journee)|(?:le |les )?(?:(?:lun|mar|mercre|jeu|vendre|same)di|dimanche))\b"
)
_ANYTIME = spoken(
    r"\b(?:(?:a )?n'importe (?:quand|quelle heure)|quand (?:vous|il|elle) (?:voulez|veut|voudrez|pouvez|peut)"
    r"|a (?:tout|n'importe quel) moment|quand ca vous arrange|a toute heure|peu importe l'heure)\b"
)
_NEAR = spoken(
    r"(?:[\s,]|\b(?:et|plutot|de|dans|mais|ou|alors|disons|des|pour|si possible|surtout|par exemple)\b)*"
)

_WORDS: tuple[tuple[re.Pattern[str], int], ...] = (
    (_EVERY_DAY, _DAY_PLACE),
    (_NEVER, _LESS_PLACE),
    (_DAY, _DAY_PLACE),
    (_PART, _PART_PLACE),
)
"""Patterns whose words are kept as they are, and their places."""


def _bounds(folded: str) -> list[_Piece]:
    pieces = []
    for pattern, form in _BOUNDS:
        for match in pattern.finditer(folded):
            evening = _EVENING.search(folded, max(0, match.start() - 25), match.end() + 15) is not None
            hours = [_hour(words, evening) for words in match.groupdict().values()]
            if None not in hours:
                pieces.append(_Piece(*match.span(), _HOURS_PLACE, form.format(*hours)))
    return pieces


def _pieces(text: str, folded: str) -> list[_Piece]:
    """The pieces of a window in a turn, in their order, without overlaps."""
    pieces = [_Piece(*match.span(), _LESS_PLACE, "à tout moment") for match in _ANYTIME.finditer(folded)]
    pieces += _bounds(folded)
    for pattern, place in _WORDS:
        for match in pattern.finditer(folded):
            said = _plain(text[match.start() : match.end()])
            pieces.append(_Piece(*match.span(), place, said))
    kept: list[_Piece] = []
    for piece in pieces:
        if not any(piece.start < other.end and other.start < piece.end for other in kept):
            kept.append(piece)
    return sorted(kept, key=lambda piece: piece.start)


def _plain(words: str) -> str:
    lowered = " ".join(words.lower().split())
    return re.sub(r"^(?:pas|hormis|excepté|jamais) ", "sauf ", lowered)


def _clusters(pieces: Sequence[_Piece], folded: str) -> list[list[_Piece]]:
    """The pieces, those that stand together in one list."""
    clusters: list[list[_Piece]] = []
    for piece in pieces:
        if clusters and _NEAR.fullmatch(folded, clusters[-1][-1].end, piece.start):
            clusters[-1].append(piece)
        else:
            clusters.append([piece])
    return clusters


def _canonical(cluster: Sequence[_Piece]) -> str:
    """Day, part of the day and hours in that order, each the first of its place."""
    first: dict[int, str] = {}
    for piece in cluster:
        first.setdefault(piece.place, piece.said)
    if len(first) > 1:
        first.pop(_LESS_PLACE, None)
    return " ".join(first[place] for place in sorted(first))


@dataclass(frozen=True)
class _Call:
    """A call's turns, folded, with who speaks them."""

    transcript: Transcript
    folded: tuple[str, ...]
    speakers: tuple[str, ...]
    started_at: datetime


def callback_window(transcript: Transcript, *, started_at: datetime) -> Judgment | None:
    """When the caller can be reached, as a short French text with digits; None where nothing says it.

    The caller's own words win over an agent's proposal that the caller accepts, and the better
    founded words over others; among equals the last, for callers correct themselves.
    """
    folded = tuple(fold(turn.text) for turn in transcript.turns)
    call = _Call(transcript, folded, tuple(turn.speaker for turn in transcript.turns), started_at)
    for find in (_said, _accepted):
        found = [judgment for turn in range(len(folded)) for judgment in find(call, turn)]
        if found:
            return max(reversed(found), key=lambda judgment: judgment.confidence)
    return None


def _said(call: _Call, turn: int) -> Iterator[Judgment]:
    """The windows in the caller's own words, in a turn."""
    if call.speakers[turn] == "caller":
        for basis, cluster in _windows(call, turn):
            evidence = call.transcript.evidence(turn, cluster[0].start, cluster[-1].end)
            yield Judgment(value=_canonical(cluster), confidence=_CONFIDENCE[basis], evidence=(evidence,))


def _windows(call: _Call, turn: int) -> Iterator[tuple[Basis, list[_Piece]]]:
    folded = call.folded[turn]
    pieces = [
        piece
        for piece in _pieces(call.transcript.turns[turn].text, folded)
        if not (_is_over(piece, call.started_at) or refused_after(folded, piece.end))
    ]
    for cluster in _clusters(pieces, folded):
        basis = callback_basis(call.folded, call.speakers, turn, cluster[0].start)
        mere_day = all(piece.place == _DAY_PLACE for piece in cluster)
        if basis is not None and not (basis == "number" and mere_day):
            yield basis, cluster


def _is_over(piece: _Piece, started_at: datetime) -> bool:
    return started_at.hour >= {"ce matin": 12, "ce midi": 14}.get(piece.said, 24)


def _accepted(call: _Call, turn: int) -> Iterator[Judgment]:
    """The windows that the agent proposes by a question and the caller accepts."""
    reply = turn + 1
    if call.speakers[turn] != "agent" or reply == len(call.folded) or call.speakers[reply] != "caller":
        return
    if not accepts(call.folded[reply]):
        return
    agreed = call.transcript.evidence(reply, 0, sentence_at(call.folded[reply], 0)[1])
    for _, cluster in _windows(call, turn):
        if "?" in call.folded[turn][cluster[-1].end :]:
            proposed = call.transcript.evidence(turn, cluster[0].start, cluster[-1].end)
            yield Judgment(
                value=_canonical(cluster), confidence=_CONFIDENCE["asked"], evidence=(proposed, agreed)
            )
