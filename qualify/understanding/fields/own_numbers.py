"""A count, a measure or a sum that a tenant's own field asks for: «trois personnes», «au quatrième»."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from qualify.records import Transcript

from .amount import find_amounts
from .lexicon import word_set
from .numbers import find_numbers
from .sighting import Sighting
from .tokens import fold
from .topic import Topic, caller_turns, content, questions_before, same_stem

_UNITS = tuple(
    map(
        word_set,
        (
            "an ans annee annees",
            "m metre metres",
            "m2 m² metres",
            "litre litres l",
            "kilo kilos kg kilogrammes",
            "km kilometre kilometres kms",
            "heure heures",
            "jour jours",
            "mois",
            "euro euros",
            "tonne tonnes",
            "piece pieces",
            "colis cartons palettes",
            "personne personnes convives invites participants couverts adultes voyageurs pax",
        ),
    )
)
"""Words for one unit, folded."""
_MEASURES = {
    "age": "ans", "largeur": "metres", "hauteur": "metres", "longueur": "metres", "surface": "m2",
    "superficie": "m2", "poids": "kilos", "kilometrage": "km", "convives": "personnes",
    "participants": "personnes", "invites": "personnes", "couverts": "personnes",
    "voyageurs": "personnes",
}  # fmt: skip
"""What a label measures → its unit."""
_COUNTED = re.compile(r"\bnombre (?:total )?(?:de |d')(?P<noun>[^\W\d_]+)")
_IN = re.compile(r"\ben (?P<noun>[^\W\d_]+²?2?)")
_OTHER_UNIT = re.compile(
    r"^[ -]*(?:heures?\b|h\b|h \d|ans?\b|mois\b|jours?\b|semaines?\b|minutes?\b|euros?\b|€|%|pour ?cent\b|"
    r"fois\b|"
    r"metres?\b|m\b|kilos?\b|litres?\b|km\b|kilometres?\b|degres?\b|bis\b|ter\b|rue\b|avenue\b|allee\b|"
    r"janvier|fevrier|mars\b|avril|mai\b|juin\b|juillet|aout|septembre|octobre|novembre|decembre|"
    r"francs?\b|gr?ammes?\b|milligrammes?\b|mg\b|ml\b|[-.,/] ?\d)"
)
_BEING = re.compile(
    r"\b(?:on|nous|vous) (?:est|etait|sera|serait|serons|serions|sommes|soit|n'est|vient|viendra)"
    r" (?:que |plus que |a |bien |\w+ment |plutot )?$|\bdonc $"
)
_DENIED = re.compile(r"\b(?:pas|sauf|au lieu de|etai[ts]|avai[ts]) (?:a |de |les? |que )?$")
_TAKEN_BACK = re.compile(r"^[ ,.]*(?:euh[ ,.]*)?(?:non|pardon|enfin|plutot)\b")
_HOW_MANY = re.compile(
    r"combien(?! de temps)(?=.*\b(?:etes|voulez)\b)|"
    r"\b(?:en|serez|etes|seriez|faut|voulez|voudriez)\b.*combien"
)
_GROUND = re.compile(r"\brez[ -]de[ -]chaussee\b|\b(?:de )?plain[ -]pied\b")
"""Floor 0."""
_CENTIMETRES = re.compile(r"^ ?(?:m|metres?) (?P<more>[^.,;?!]*)")
_DICTATED = 4
"""Numbers in a row from which they are dictated digits."""
_READ_BACK, _UNITED, _NEAR, _ASKED = 0.9, 0.8, 0.6, 0.7


@dataclass(frozen=True)
class _Quantity:
    """A number of a turn."""

    value: int | float
    start: int
    end: int
    ordinal: bool = False
    article: bool = False
    """Whether it is «un» or «une», which may count nothing."""


@dataclass(frozen=True)
class _Measure:
    """What a label's number counts: words for its unit, or floors."""

    units: frozenset[str]
    floors: bool
    hours: bool
    persons: bool
    lengths: bool


def numbers(transcript: Transcript, topic: Topic) -> Iterator[Sighting]:
    """The numbers that the caller gives for the field, with how probable each is."""
    measure = _measure(topic)
    for turn in caller_turns(transcript):
        text = transcript.turns[turn].text
        asked = _asked(transcript, turn, topic, measure)
        for quantity in _quantities(text):
            strength = _strength(transcript, turn, quantity, topic, measure, asked=asked)
            if strength:
                yield Sighting(quantity.value, turn, quantity.start, quantity.end, strength)
        if measure.floors:
            yield from (Sighting(0, turn, *m.span(), _UNITED) for m in _GROUND.finditer(fold(text)))


def _measure(topic: Topic) -> _Measure:
    nouns = [m["noun"] for p in (_COUNTED, _IN) for m in p.finditer(topic.label)]
    nouns += [unit for word, unit in _MEASURES.items() if word in topic.words or word in content(topic.label)]
    units = frozenset(u for noun in nouns for u in ({noun, noun.rstrip("s")}))
    units |= frozenset(u for known in _UNITS if known & units for u in known)
    return _Measure(units, "etage" in topic.words, "heures" in units, "personnes" in units, "metres" in units)


def _asked(transcript: Transcript, turn: int, topic: Topic, measure: _Measure) -> bool:
    """Whether the agent asks for the field by a word of it or its unit, or just for how many."""
    for question in questions_before(transcript, turn):
        words = content(question)
        if topic.names(question) or any(u in words for u in measure.units if len(u) > 2):
            return True
        if measure.units and _HOW_MANY.search(fold(question)):
            return True
    return False


def _quantities(text: str) -> list[_Quantity]:
    """The numbers of a turn but those dictated in a row; metres take the centimetres said after them."""
    found: list[_Quantity] = []
    run = find_numbers(text)
    for at, number in enumerate(run):
        row = [n for n in run[max(0, at - 3) : at + 4] if abs(n.start - number.start) < 60]
        if found and number.start < found[-1].end:
            continue
        bare = fold(text[number.start : number.end])
        leading = number.value == 0 or (bare.isdigit() and bare.startswith("0"))
        if len(row) > _DICTATED or leading or _inside(text, number.start):
            continue
        value, end = _with_decimals(text, number.value, number.end)
        found.append(_Quantity(value, number.start, end, number.ordinal, bare in ("un", "une")))
    return found


def _inside(text: str, start: int) -> bool:
    """Whether digits belong to something longer: «12,5», «A31», «26-0588»."""
    before = text[max(0, start - 2) : start]
    return bool(re.search(r"\d[.,-]$|[^\W\d_]$", before)) and text[start].isdigit()


def _with_decimals(text: str, value: int, end: int) -> tuple[int | float, int]:
    decimals = re.match(r"[.,](\d{1,2})(?!\d)", text[end:])
    if decimals and text[end - 1].isdigit():
        return float(f"{value}.{decimals[1]}"), end + decimals.end()
    spoken = re.match(r" virgule ", text[end:])
    metres = _CENTIMETRES.match(fold(text[end:]))
    more = next(iter(find_numbers(text[end + spoken.end() :])), None) if spoken else None
    offset = end + spoken.end() if spoken else end
    if metres and not spoken:
        offset = end + metres.start("more")
        more = next(iter(find_numbers(text[offset:])), None)
    if more is None or more.start or not 1 <= more.value <= 99:
        return value, end
    digits = f"{more.value:02d}" if metres and not spoken else str(more.value)
    return float(f"{value}.{digits}"), offset + more.end


def _strength(
    transcript: Transcript, turn: int, quantity: _Quantity, topic: Topic, measure: _Measure, *, asked: bool
) -> float:
    """How probable it is that a number is the field's; 0 where nothing says so."""
    text = fold(transcript.turns[turn].text)
    before, after = text[max(0, quantity.start - 60) : quantity.start], text[quantity.end :]
    refused = _DENIED.search(before) or _TAKEN_BACK.match(after) or _other_dimension(after, topic)
    if refused or quantity.ordinal != measure.floors:
        return 0
    united = _is_united(before, after, topic, measure, quantity, asked)
    if not united and _OTHER_UNIT.match(after):
        return 0
    if (quantity.article and not united) or (measure.hours and not (united or asked)):
        return 0
    base = _UNITED if united else _ASKED if asked else _NEAR if _is_near(before, after, topic) else 0
    if base and _is_read_back(transcript, turn, quantity):
        return max(_READ_BACK, base)
    return min(base + 0.05 * (asked and united), 0.88)


_DIMENSION = re.compile(r"^ (?:de |en )(?P<side>haut|larg|long|profond|epais)")


def _other_dimension(after: str, topic: Topic) -> bool:
    """Whether what follows makes a length another than the field's: «un mètre soixante de haut»."""
    side = _DIMENSION.match(after)
    return side is not None and not any(word.startswith(side["side"]) for word in topic.words)


def _is_united(
    before: str, after: str, topic: Topic, measure: _Measure, quantity: _Quantity, asked: bool
) -> bool:
    """Whether the field's unit stands right after a number, or words that count it right before."""
    if measure.floors:
        return bool(re.match(r"^ ?etage", after) or topic.touches(before[-40:]))
    following = re.match(r"^[ -]*([^\W\d_]+[²2]?)", after)
    if measure.persons and _BEING.search(before) and not _OTHER_UNIT.match(after):
        return not quantity.article
    if following is None or following[1] not in measure.units:
        metres = isinstance(quantity.value, float) and measure.lengths
        return metres and (asked or _is_near(before, after, topic))
    if measure.lengths and not (asked or _is_near(before, after, topic)):
        return False
    rate = [w for w in topic.words if w not in measure.units]
    return not measure.hours or any(same_stem(w, c) for w in rate for c in content(after[:40]))


def _is_near(before: str, after: str, topic: Topic) -> bool:
    """Whether a word of the label stands in the same clause as a number."""
    clause_before, clause_after = re.split(r"[.?!;]", before)[-1], re.split(r"[.?!;,]", after)[0]
    around = content(clause_before)[-5:] + content(clause_after)[:3]
    return any(same_stem(a, b) for a in topic.words for b in around)


def _is_read_back(transcript: Transcript, turn: int, quantity: _Quantity) -> bool:
    """Whether the agent's next turn repeats the number among few."""
    if turn + 1 == len(transcript.turns) or transcript.turns[turn + 1].speaker != "agent":
        return False
    text = transcript.turns[turn + 1].text
    said = [n for n in find_numbers(text) if n.value == quantity.value]
    return bool(said) and len(find_numbers(text)) <= 2


def sums(transcript: Transcript, topic: Topic) -> Iterator[Sighting]:
    """Sums of money that the caller gives for the field; those of a general label even unasked."""
    general = any(w in _GENERAL_SUMS for w in topic.words)
    for turn in caller_turns(transcript):
        text = transcript.turns[turn].text
        asked = any(topic.touches(q) or "combien" in fold(q) for q in questions_before(transcript, turn))
        said = [_Quantity(_plain(a.value), a.start, a.end) for a in find_amounts(text)]
        unit_less = [q for q in _quantities(text) if asked or "euros ca fait" in fold(text[: q.start])[-20:]]
        for quantity in said or unit_less:
            yield from _sum(text, turn, quantity, topic, asked=asked, general=general, united=bool(said))


_GENERAL_SUMS = word_set("somme montant")
_NEAR_SUM, _UNASKED_SUM = 0.85, 0.65
_LEAST_SUM = 20
"""Euros below which a sum that nobody asks for is small change."""


def _sum(
    text: str, turn: int, quantity: _Quantity, topic: Topic, *, asked: bool, general: bool, united: bool
) -> Iterator[Sighting]:
    before, after = fold(text[max(0, quantity.start - 60) : quantity.start]), fold(text[quantity.end :])
    if _OTHER_UNIT.match(after) and not united:
        return
    near = _is_near(before, after, topic)
    unasked = _UNASKED_SUM if united and general and quantity.value >= _LEAST_SUM else 0
    strength = _NEAR_SUM if near else _ASKED if asked else unasked
    if strength:
        yield Sighting(quantity.value, turn, quantity.start, quantity.end, strength)


def _plain(value: float) -> int | float:
    return int(value) if value == int(value) else value
