"""The postal address of the caller's matter: «12 bis rue des Lilas»."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from qualify.records import Judgment, Transcript

from .house_numbers import is_number, number_after, number_at, number_before
from .lexicon import word_set
from .person_names import NameToken, name_tokens
from .said_places import ASKS_ADDRESS, LEAST, Place, asked, judged, takes_back
from .tokens import fold_word
from .ways import ESTATES, begins_way, way_end, way_name

_UNNUMBERED = ESTATES | word_set("chemin impasse route")
"""Ways where a house may have no number."""
_LIVES = word_set("habite habitons adresse situe situee demeure loge suis sommes locataire locataires")
"""Words before a way that make it an address though it was not asked for."""
_NOT_ONE = word_set(
    "une la ma cette sa votre notre ta en mes des de cette ces aucune meme autre leur dans pleine"
)
_ASKS_HOUSE = re.compile(
    r"a quel numero|numero (?:de|dans) (?:la |votre )?(?:rue|voie|maison)|"
    r"^(?:et )?(?:c'est )?(?:le|quel) numero ?\?"
)
_ELSEWHERE = re.compile(
    r"(?:voisine?s? du|ancienne (?:adresse )?(?:c'est|etait)|demenage d|habita(?:is|it)|habitions|"
    r"rendez-vous|c'est bien|situes \?)[^.]*$"
)
"""Words before an address that is not the one of the matter."""
_COMPLEMENT = re.compile(
    r"(?:,? à (?:[A-ZÀÉÈÊÎÔ][\w'’-]*[ ]?)+)?[,.] ?(?:c'est |je suis )?(?:à )?(?:le |la |l'|au )?"
    r"(?P<more>(?:(?:[1-9]\d?(?:er|e|ème|ère)|premi(?:er|ère)|second|\w+ième) "
    r"(?:porte (?:à )?)?(?:gauche|droite|montée|cage)"
    r"|(?:bâtiment|escalier|entrée|cage|hall|appartement|porte|bât|lot|villa)"
    r" (?:[A-Z]\b|\d{1,3}\b|principale|gauche|droite)))\b",
    re.IGNORECASE,
)
"""What follows an address, perhaps behind its town, and belongs to it: «troisième gauche», «escalier A»."""


def address(transcript: Transcript) -> Judgment | None:
    """Number, way and name as one writes them, digits for numbers: «12 bis rue des Lilas».

    The town and the postal code are not part of it. Of several the one that the agent asked for,
    else the first; what the caller takes back is never the value.
    """
    found = [_with_late_number(transcript, place) for place in _addresses(transcript)]
    return judged(transcript, [place for place in found if place.strength >= LEAST])


def _addresses(transcript: Transcript) -> Iterator[Place]:
    for number, turn in enumerate(transcript.turns):
        if turn.speaker == "caller":
            due = asked(transcript, number, ASKS_ADDRESS)
            yield from _joined(turn.text, list(_addresses_in(number, turn.text, asked=due)))


def _addresses_in(number: int, text: str, *, asked: bool) -> Iterator[Place]:
    tokens = name_tokens(text)
    done = 0
    for at in range(len(tokens)):
        if at >= done and begins_way(tokens, at):
            place, done = _address_at(number, text, tokens, at, asked=asked)
            if place is not None:
                yield place


def _joined(text: str, found: Sequence[Place]) -> list[Place]:
    """Addresses with an estate and a street that follow each other made one: «ZI Nord, 4 rue Ampère»."""
    joined: list[Place] = []
    for place in found:
        last = joined[-1] if joined else None
        apart = text[last.end : place.start] if last is not None else ""
        if last is not None and apart.strip() == "," and last.estate != place.estate:
            value = f"{last.value}, {place.value}"
            joined[-1] = replace(
                last, value=value, end=place.end, strength=max(last.strength, place.strength)
            )
        else:
            joined.append(place)
    return joined


def _with_late_number(transcript: Transcript, place: Place) -> Place:
    """A street with the house number that the caller gives when asked for it in the next turns."""
    if place.value[0].isdigit() or place.estate:
        return place
    for turn in range(place.turn + 1, min(place.turn + 4, len(transcript.turns))):
        if transcript.turns[turn].speaker == "caller" and asked(transcript, turn, _ASKS_HOUSE):
            tokens = name_tokens(transcript.turns[turn].text)
            at = next((i for i, t in enumerate(tokens) if is_number(t) and t.fold != "et"), len(tokens))
            house, stop = number_at(tokens, at)
            alone = not any(is_number(t) for t in tokens[stop:])
            if house and not house.startswith("0") and alone:
                said = turn, tokens[at].start, tokens[stop - 1].end
                return replace(place, value=f"{house} {place.value}", strength=0.85, apart=said)
    return place


def _address_at(
    number: int, text: str, tokens: Sequence[NameToken], at: int, *, asked: bool
) -> tuple[Place | None, int]:
    """The address whose way is word number `at`, and the word after it."""
    end = way_end(tokens, at)
    house, begin = number_before(tokens, at)
    if at and tokens[at].fold == "rue" and tokens[at - 1].fold in ("grande", "grand"):
        at -= 1
        house, begin = number_before(tokens, at)
    name = way_name(text, tokens[at:end])
    named = any(t.capital for t in tokens[at + 1 : end])
    if house == "1" and tokens[begin].fold in ("un", "une") and not named:
        return None, at + 1
    stop = end
    estate = tokens[at].fold in ESTATES
    if name is not None and not house and not estate:
        house, stop = number_after(tokens, end, asked=asked)
    if name is None or not (house or _may_lack_number(tokens, at, end, asked=asked)):
        return None, max(end, at + 1) if name is None else at + 1
    before = fold_word(text[max(0, tokens[begin].start - 40) : tokens[begin].start])
    strength = (0.85 if house else 0.55) + (0.08 if asked else 0.0)
    strength *= 0.5 if _ELSEWHERE.search(before) else 1.0
    more, last = _complement(text, tokens[stop - 1].end)
    place = Place(
        number,
        f"{house} {name}{more}".strip(),
        tokens[begin].start,
        last,
        round(strength, 3),
        takes_back(before),
        estate=estate and not house,
    )
    return place, stop


def _complement(text: str, end: int) -> tuple[str, int]:
    """The address's complements as written after it, and where they end."""
    said = ""
    while (match := _COMPLEMENT.match(text, end)) is not None:
        more, end = match["more"], match.end("more")
        said += f", {more[:1].lower()}{more[1:]}"
    return said, end


def _may_lack_number(tokens: Sequence[NameToken], at: int, end: int, *, asked: bool) -> bool:
    named = any(t.capital for t in tokens[at + 1 : end])
    if at and tokens[at - 1].fold in _NOT_ONE and not named:
        return False
    if asked:
        return named or end - at > 1
    lives = any(t.fold in _LIVES for t in tokens[max(0, at - 3) : at])
    at_once = at > 0 and tokens[at - 1].fold in _LIVES
    dwells = at_once or (lives and tokens[at].fold in _UNNUMBERED)
    return named and (dwells or _stands_alone(tokens, at))


def _stands_alone(tokens: Sequence[NameToken], at: int) -> bool:
    """Whether a way begins a clause of its own: «madame Roux, rue Saint-Louis»."""
    return "," in tokens[at].glue or (tokens[at].opens and at > 0)
