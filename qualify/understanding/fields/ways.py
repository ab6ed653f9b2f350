"""The name of a street, estate or other way in a turn: where it ends and how one writes it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from text_to_num import alpha2digit

from .days import MONTHS
from .house_numbers import INDEX
from .lexicon import word_set
from .person_names import NameToken
from .tokens import fold_word

WAYS = word_set(
    "rue avenue boulevard place impasse allee chemin quai cours square route ruelle sentier passage "
    "faubourg residence lotissement hameau lieu-dit lieudit cite esplanade promenade rond-point montee "
    "venelle traverse clos parvis chaussee grand-rue grande-rue zone za zi zac villa voie rocade parc sente"
)
"""Words, folded, that begin the name of a way."""
ESTATES = word_set("residence lotissement hameau lieu-dit lieudit zone za zi zac parc cite clos")
"""Ways that hold streets of their own."""
BUILDINGS = word_set("batiment appartement escalier")
"""What may follow a way and belongs to the address, with its letter or number."""
SMALL = word_set("de du des d' la le les l' et en sur sous aux a")
"""Small words inside names of places."""
_STOPS = word_set(
    "a c' c'est dans je j' on il elle y pour est qui que chez code numero avec juste derriere devant "
    "mais alors euh voila oui non merci vous nous sans entre pres cote face sonnez interphone digicode "
    "etage appartement mon ma et la-bas donc ou si quand hein en au"
)
_MONTHS = re.compile(rf"\b(?:{'|'.join(MONTHS)})\b")
_FIRMS_OF_A_PARK = word_set("activites activite industriel tertiaire")


def begins_way(tokens: Sequence[NameToken], at: int) -> bool:
    """Whether a way may begin at a word; «parc» is one of firms only, «parc d'activités»."""
    if tokens[at].fold == "parc":
        return any(t.fold in _FIRMS_OF_A_PARK for t in tokens[at + 1 : at + 3])
    return tokens[at].fold in WAYS


def way_end(tokens: Sequence[NameToken], at: int) -> int:
    """The word after the name of the way that begins with word `at`."""
    end = at + 1
    while end < min(len(tokens), at + 9) and not tokens[end].glue.strip(" -'’"):
        token = tokens[end]
        small = token.fold in SMALL
        if token.fold in BUILDINGS:
            break
        if token.fold in _STOPS and not token.capital and not (small and _goes_on(tokens, end)):
            break
        if token.text.isdigit() and not _is_date(tokens, end) and not _is_ordinal(tokens, end):
            break
        end += 1
    while end > at + 1 and tokens[end - 1].fold in SMALL:
        end -= 1
    return _building_end(tokens, end)


def _building_end(tokens: Sequence[NameToken], end: int) -> int:
    """The word after «bâtiment B» where that follows the way; `end` where it does not."""
    follows = end + 1 < len(tokens) and tokens[end].fold in BUILDINGS and not tokens[end].glue.strip(" ,")
    named = follows and (tokens[end + 1].text.isdigit() or len(tokens[end + 1].text) == 1)
    return end + 2 if named and tokens[end + 1].joined else end


def _goes_on(tokens: Sequence[NameToken], at: int) -> bool:
    """Whether a small word stands inside a name: «rue Bourg en Bresse», but «rue Pasteur à Lyon»."""
    inside = tokens[at].fold not in ("a", "et", "en") and at + 1 < len(tokens)
    return inside and tokens[at + 1].fold not in _STOPS


def _is_ordinal(tokens: Sequence[NameToken], at: int) -> bool:
    """Whether digits are an ordinal's: «rue de la 2e Division»."""
    follows = at + 1 < len(tokens) and not tokens[at + 1].glue
    return follows and tokens[at + 1].fold in ("e", "er", "eme", "re")


def _is_date(tokens: Sequence[NameToken], at: int) -> bool:
    near = tokens[max(0, at - 1) : at + 2]
    return any(_MONTHS.fullmatch(t.fold) for t in near)


def way_name(text: str, words: Sequence[NameToken]) -> str | None:
    """Way and name as one writes them; None where only the way's kind is said."""
    whole = any(t.fold in ("grand-rue", "grande-rue", "grande", "grand") for t in words[:1])
    if not words or (not whole and all(t.fold in SMALL or t.fold in WAYS for t in words)):
        return None
    said = text[words[0].start : words[-1].end]
    rest = words[1:]
    if not any(t.capital for t in rest):
        said = words[0].text + "".join(
            t.glue + (t.text if t.fold in SMALL else _capital(t.text)) for t in rest
        )
    said = said[0].lower() + said[1:]
    return alpha2digit(said, "fr") if _MONTHS.search(fold_word(said)) else said


def _capital(word: str) -> str:
    folded = fold_word(word)
    if folded in BUILDINGS or folded in INDEX or _MONTHS.fullmatch(folded):
        return word
    return word[:1].upper() + word[1:]
