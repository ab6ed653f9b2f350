"""The words of a window, as a person would note them: «après dix-sept heures» → «après 17 h».

The caller's words stay, in the order in which they are said; only hours are written in figures, and
fillers («plutôt», «si possible») are left out. What keeps the caller busy counts for its opposite
(«je finis à 17 h» → «après 17 h», «le mercredi je suis pas là» → «sauf le mercredi») or not at all
(«l'après-midi je dors»).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from .clock import HOUR, HOUR_OR_NUMBER, read_clock, spoken

Kind = Literal["day", "part", "hours", "less", "any"]
"""What words tell: a day, a part of the day, hours, when not («sauf le mercredi»), or that any time suits."""


@dataclass(frozen=True)
class Piece:
    """Words of a window at [start, end) of a turn: what they tell and how they are written."""

    start: int
    end: int
    kind: Kind
    said: str


_H = rf"(?:les |environ )?(?P<from>{HOUR})"
_BUSY = (
    r"(?:travail\w*|boulot|bosse|reunion|cours|rendez vous|garde|occupee?|prise?|bloc|salle|dors|service"
    r"|consultation|chantier|usine|bureau|ecole|conduite|route)"
)
_EXCEPT = r"(?:sauf|hormis|excepte|a part)"
_ENDS = r"(?:finis|termine|sors|rentre|debauche|suis libre|me libere)"
_TWO = rf"(?P<from>{HOUR_OR_NUMBER}) ?(?:et|a|-) ?(?P<to>{HOUR_OR_NUMBER})"
_BOUNDS: tuple[tuple[re.Pattern[str], str], ...] = (
    (spoken(rf"\b{_EXCEPT} entre {_TWO}"), "sauf entre {} et {}"),
    (spoken(rf"\b{_EXCEPT} de (?P<from>{HOUR_OR_NUMBER}) a (?P<to>{HOUR})"), "sauf de {} à {}"),
    (spoken(rf"\bentre {_TWO}"), "entre {} et {}"),
    (spoken(rf"\bde (?P<from>{HOUR_OR_NUMBER}) a (?P<to>{HOUR})"), "de {} à {}"),
    (spoken(rf"(?<![\w,.])(?P<from>{HOUR}) ?(?:-|a) ?(?P<to>{HOUR})"), "de {} à {}"),
    (spoken(rf"\b(?:pas|plus|jamais) (?:trop )?avant {_H}"), "pas avant {}"),
    (spoken(rf"\b(?:pas|plus|jamais) apres {_H}"), "pas après {}"),
    (spoken(rf"\b{_BUSY} (?:\w+ ){{0,3}}jusqu(?:'a|e) {_H}"), "après {}"),
    (spoken(rf"\b{_ENDS}(?: \w+){{0,3}} (?:qu'a|a|vers|des) {_H}"), "après {}"),
    (spoken(rf"\b(?:apres|passe) {_H}"), "après {}"),
    (spoken(rf"\ba partir de {_H}"), "à partir de {}"),
    (spoken(rf"\bdes {_H}"), "dès {}"),
    (spoken(rf"\bavant {_H}"), "avant {}"),
    (spoken(rf"\bjusqu(?:'a|e) {_H}"), "jusqu'à {}"),
    (spoken(rf"\b(?:vers|autour de|aux alentours de|aux environs de|sur les coups de) {_H}"), "vers {}"),
    (spoken(rf"\ba {_H}"), "à {}"),
)
"""What bounds a window, the wider patterns first, and how it is written."""
_EVENING_BEFORE = spoken(r"\b(?:soir|soiree|apres midi)\b[\s\w,]{0,20}$")
_EVENING_AFTER = spoken(r" (?:du |ce |le )?soir\b| (?:de |cet )?(?:l')?apres midi\b")
_FAREWELL = re.compile(r"(?<![\w'])a +$")

_WEEKDAY = r"(?:(?:lun|mar|mercre|jeu|vendre|same)di|dimanche)"
_DAY_PART = r"(?: (?:matin|soir|midi|apres midi)\b)?"
_ANY = spoken(
    r"\b(?:(?:a )?n'importe (?:quand|quelle heure)|quand (?:vous|il|elle) (?:voulez|veut|voudrez|pouvez|peut)"
    r"|a (?:tout|n'importe quel) moment|quand ca vous arrange|a toute heure|peu importe l'heure)\b"
    r"(?:,? meme (?:la nuit|le soir|tard|le week end|le dimanche)\b)?"
)
_NEVER = spoken(
    r"\b(?:sauf|pas|hormis|excepte|jamais) (?:pas )?(?:(?:le |l'|en |les |ce |cet )?(?:matin|soir|midi"
    rf"|apres midi|week end|journee)|(?:(?:le |les |ce )?{_WEEKDAY}s?|demain|aujourd'hui)\b{_DAY_PART})\b"
)
_DAY = spoken(
    r"\b(?:apres demain|demain|aujourd'hui|(?:(?:le|des|jusqu'a|avant|apres|a partir de|a partir du) )?"
    rf"{_WEEKDAY}(?: prochain)?|tous les (?:jours|matins|soirs|apres midis)|la semaine prochaine"
    r"|cette semaine|dans la semaine|en semaine|(?:le|ce) week end)\b"
)
_PART = spoken(
    r"\b(?:ce matin|ce midi|cet apres midi|ce soir|(?:(?:en|a la|vers la) )?(?:debut|fin|milieu) (?:de |d')"
    r"(?:la |l')?(?:matinee|apres midi|journee|soiree)|(?:dans|pendant) (?:la (?:matinee|journee|soiree)"
    r"|l'apres midi)|en (?:soiree|matinee|journee)|toute la (?:journee|matinee|soiree)|tout l'apres midi"
    r"|(?:le |au |du )?(?:matin|soir|midi)|(?:l')?apres midi|(?:a |pendant )?l'heure (?:du|des)"
    r" (?:dejeuner|midi|the|repas)|(?:avant|apres|pendant)"
    r" (?:le (?:dejeuner|diner|repas|petit dejeuner|travail|boulot)|la (?:sieste|messe)|l'ecole|manger"
    r"|les cours)"
    r"|dans (?:l'heure|une heure|(?:une|la) demi heure|(?:le|un) quart d'heure|(?:cinq|dix|vingt) minutes))\b"
)
_WORDS: tuple[tuple[re.Pattern[str], Kind], ...] = (
    (_ANY, "any"),
    (_NEVER, "less"),
    (_DAY, "day"),
    (_PART, "part"),
)

_UNAVAILABLE = (
    r"(?:je |j'|on )(?!y (?:suis|serai|est|sera)\b"
    r"|(?:y |l')?(?:suis|serai|est|sera|serais)(?: toujours| plutot| surtout)?"
    r" (?:la\b|chez (?:moi|nous)|a la maison|dispo|joignable|libre|reveill|debout|rentre|tranquille)"
    r"|(?:peux|peut|reponds|decroche|pourr\w+)(?! pas)|prefer|aim|vous|pense|crois"
    r"|voudr|veux|voul|souhait|dis|serai|appell?e)\w+"
)
_BUSY_AFTER = spoken(rf"(?: prochain)? {_UNAVAILABLE}")
_BUSY_BEFORE = spoken(rf"\b{_UNAVAILABLE}[^,.;:?!]{{0,30}} $")
_ABSENT_AFTER = spoken(
    r"[\s,]*(?:(?:je|on|il|elle|nous)\b[^,.;?!]{0,12}\b(?:suis|est|sommes|serai|sera|peux|peut"
    r"|pourrai|pourra) pas\b|(?:je suis|on est) absente?s?\b|c'est pas possible\b|ca va pas\b|impossible\b)"
)
_FILLER = (
    r"(?:[\s,]|\b(?:et|plutot|de preference|de|dans|mais|alors|disons|des|pour|si possible|surtout"
    r"|par exemple|c'est (?:mieux|bien|parfait|l'ideal)|ce serait (?:mieux|bien)|je suis (?:la|chez moi"
    r"|a la maison|disponible|dispo|joignable))\b)*"
)
_NEAR = spoken(_FILLER)
_OR = spoken(rf"{_FILLER}\b(?:ou bien|ou alors|ou sinon|ou)\b{_FILLER}")


def find_pieces(text: str, folded: str) -> list[Piece]:
    """The pieces of a window in a turn, in their order, without overlaps."""
    kept: list[Piece] = []
    for piece in _all_pieces(text, folded):
        if not any(piece.start < other.end and other.start < piece.end for other in kept):
            kept.append(piece)
    turned = (_turned(piece, folded) for piece in sorted(kept, key=lambda piece: piece.start))
    return [piece for piece in turned if piece is not None]


def _all_pieces(text: str, folded: str) -> Iterator[Piece]:
    for match in _ANY.finditer(folded):
        yield Piece(*match.span(), "any", _plain(text[match.start() : match.end()]))
    for pattern, form in _BOUNDS:
        for match in pattern.finditer(folded):
            hours = _hours(match, folded)
            if None not in hours:
                between = ("12 h" if hour == "midi" and "14 h" in hours else hour for hour in hours)
                yield Piece(*match.span(), "hours", form.format(*between))
    for pattern, kind in _WORDS:
        for match in pattern.finditer(folded):
            yield Piece(*match.span(), kind, _plain(text[match.start() : match.end()]))


_MORNING = 8
"""An hour before this one is meant in the afternoon, where no later hour of its window is."""


def _hours(match: re.Match[str], folded: str) -> list[str | None]:
    """The clock times that a bound names, in figures, «midi» and «minuit» as they are; None for no time."""
    words = list(match.groupdict().values())
    evening = _EVENING_BEFORE.search(folded, 0, match.start()) or _EVENING_AFTER.match(folded, match.end())
    hours: list[str | None] = []
    early = True
    for said in reversed(words):
        time = read_clock(said)
        early = early and time is not None and 1 <= time[0] < (12 if evening else _MORNING) and said[0] != "0"
        named = said if said in ("midi", "minuit") else None
        hours.insert(0, named if time is None or named else _figures(time[0] + 12 * early, time[1]))
    return hours


def _figures(hour: int, minute: int) -> str:
    return f"{hour} h {minute:02d}" if minute else f"{hour} h"


def _plain(words: str) -> str:
    return " ".join(words.lower().replace("’", "'").split())


def _turned(piece: Piece, folded: str) -> Piece | None:
    """The piece, the reverse of a time at which the caller is absent, None of one with something else on."""
    if piece.kind not in ("day", "part"):
        return piece
    if _ABSENT_AFTER.match(folded, piece.end):
        return Piece(piece.start, piece.end, "less", f"sauf {piece.said}")
    if (
        _FAREWELL.search(folded, 0, piece.start)
        or _BUSY_AFTER.match(folded, piece.end)
        or _BUSY_BEFORE.search(folded, 0, piece.start)
    ):
        return None
    return piece


def clusters(pieces: Sequence[Piece], folded: str) -> list[list[Piece]]:
    """The pieces, those that stand together in one list."""
    found: list[list[Piece]] = []
    for piece in pieces:
        if found and _joins(found[-1][-1].end, piece.start, folded):
            found[-1].append(piece)
        else:
            found.append([piece])
    return found


def _joins(end: int, start: int, folded: str) -> bool:
    return any(glue.fullmatch(folded, end, start) for glue in (_NEAR, _OR))


def written(cluster: Sequence[Piece], folded: str) -> str:
    """The window that a cluster says: «le soir après 18 h», «après 20 h ou à midi»."""
    words: list[str] = []
    kinds: set[Kind] = set()
    for before, piece in zip((None, *cluster), cluster, strict=False):
        if before is not None and _OR.fullmatch(folded, before.end, piece.start):
            words.append("ou")
            kinds.clear()
        if not _adds(piece, kinds):
            continue
        kinds.add(piece.kind)
        words.append(piece.said)
    return " ".join(words).removesuffix(" ou")


def _adds(piece: Piece, kinds: set[Kind]) -> bool:
    """Whether a piece tells more: not a second of its kind, nor which part of the day isn't meant."""
    if piece.kind == "less":
        return not kinds or piece.said.startswith("sauf")
    return piece.kind not in kinds and not (kinds and piece.kind == "any")
