"""Where the caller's matter is: the postal address («12 bis rue des Lilas») and the town."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from text_to_num import alpha2digit, text2num

from qualify.records import Judgment, Transcript

from .days import MONTHS
from .lexicon import is_first_name, towns, word_set
from .person_names import NameToken, is_cased, is_function_word, name_tokens
from .tokens import fold_word

_WAYS = word_set(
    "rue avenue boulevard place impasse allee chemin quai cours square route ruelle sentier passage "
    "faubourg residence lotissement hameau lieu-dit lieudit cite esplanade promenade rond-point montee "
    "venelle traverse clos parvis chaussee grand-rue zone villa voie"
)
"""Words, folded, that begin the name of a way."""
_UNNUMBERED = word_set("residence lotissement hameau lieu-dit lieudit chemin zone clos impasse route cite")
"""Ways where a house may have no number."""
_LIVES = word_set("habite habitons adresse situe situee demeure loge suis sommes")
"""Words before a way that make it an address though it was not asked for."""
_INDEX = word_set("bis ter quater a b c d")
_NUMBER_WORDS = re.compile(
    r"(?:un|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|treize|quatorze|quinze|seize|"
    r"vingts?|trente|quarante|"
    r"cinquante|soixante|septante|huitante|octante|nonante|cents?|mille|et)(?:-(?:et|un|deux|trois|"
    r"quatre|cinq|six|sept|"
    r"huit|neuf|dix|onze|douze|treize|quatorze|quinze|seize|vingts?|quatre))*"
)
_BUILDINGS = word_set("batiment appartement escalier")
"""What may follow a way and belongs to the address, with its letter or number."""
_SMALL = word_set("de du des d' la le les l' et en sur sous aux a")
_STOPS = word_set(
    "a c' c'est dans je j' on il elle y pour est qui que chez code numero avec juste derriere devant "
    "mais alors euh voila oui non merci vous nous sans entre pres cote face sonnez interphone digicode "
    "etage appartement mon ma et la-bas donc ou si quand hein en au"
)
_MONTHS = re.compile(rf"\b(?:{'|'.join(MONTHS)})\b")
_NOT_ONE = word_set(
    "une la ma cette sa votre notre ta en mes des de cette ces aucune meme autre leur dans pleine"
)
_ASKS_ADDRESS = re.compile(
    r"adresse|ou (?:habitez|etes|est|se trouve|etes-vous|ca se|faut-il)|habite[- ]|quelle rue|"
    r"vous etes ou|quel endroit|"
    r"vos coordonnees|c'est ou|ou ca|quelle residence|quel immeuble|quelle ville|quelle commune|"
    r"ou exactement|a quel niveau|"
    r"quel secteur|quel lieu|d'ou |dans quel|quel site|quel chantier|vous etes a|destination|ou \?"
)
_ASKS_TOWN = re.compile(r"(?:quelle|la|votre) (?:ville|commune)|vous etes a\b|quel secteur|d'ou |vers quelle")
_TAKES_BACK = re.compile(
    r"(?:^|[ ,.])(?:non|pardon|plutot|enfin|excusez-moi)[ ,.!…]*(?:c'est |au |attendez,? )*$"
)


@dataclass(frozen=True)
class _Place:
    """A place said in a turn: its canonical text and its character range."""

    turn: int
    value: str
    start: int
    end: int
    strength: float
    corrects: bool = False


def address(transcript: Transcript) -> Judgment | None:
    """Number, way and name as one writes them, digits for numbers: «12 bis rue des Lilas».

    The town and the postal code are not part of it. Of several the one that the agent asked for,
    else the first; what the caller takes back is never the value.
    """
    return _judged(transcript, list(_addresses(transcript)))


def city(transcript: Transcript) -> Judgment | None:
    """The town that goes with the address or that the caller says he is in, as one spells it."""
    return _judged(transcript, list(_cities(transcript)))


def _judged(transcript: Transcript, found: Sequence[_Place]) -> Judgment | None:
    valid = [p for i, p in enumerate(found) if not any(q.corrects for q in found[i + 1 : i + 2])]
    best = max(valid, key=lambda p: (p.strength, -p.turn), default=None)
    if best is None:
        return None
    same = [p for p in valid if fold_word(p.value) == fold_word(best.value)]
    evidence = tuple(transcript.evidence(p.turn, p.start, p.end) for p in same)
    return Judgment(value=best.value, confidence=best.strength, evidence=evidence)


def _asked(transcript: Transcript, turn: int, pattern: re.Pattern[str]) -> bool:
    if not turn or transcript.turns[turn - 1].speaker != "agent":
        return False
    return bool(pattern.search(fold_word(transcript.turns[turn - 1].text)))


def _addresses(transcript: Transcript) -> Iterator[_Place]:
    for number, turn in enumerate(transcript.turns):
        if turn.speaker != "caller":
            continue
        tokens = name_tokens(turn.text)
        asked = _asked(transcript, number, _ASKS_ADDRESS)
        done = 0
        for at, token in enumerate(tokens):
            if at >= done and token.fold in _WAYS:
                place, done = _address_at(number, turn.text, tokens, at, asked=asked)
                if place is not None:
                    yield place


def _address_at(
    number: int, text: str, tokens: Sequence[NameToken], at: int, *, asked: bool
) -> tuple[_Place | None, int]:
    """The address whose way is word number `at`, and the word after it."""
    end = _way_end(tokens, at)
    house, begin = _house_number(tokens, at)
    name = _way_name(text, tokens[at:end])
    named = any(t.capital for t in tokens[at + 1 : end])
    if house == "1" and tokens[begin].fold in ("un", "une") and not named:
        return None, at + 1
    if name is None or not (house or _may_lack_number(tokens, at, end, asked=asked)):
        return None, at + 1
    strength = (0.85 if house else 0.55) + (0.08 if asked else 0.0)
    before = fold_word(text[max(0, tokens[begin].start - 40) : tokens[begin].start])
    more, stop = _complement(text, tokens[end - 1].end)
    value = f"{house} {name}{more}".strip()
    corrects = bool(_TAKES_BACK.search(before))
    return _Place(number, value, tokens[begin].start, stop, strength, corrects), end


_COMPLEMENT = re.compile(
    r"(?:,? à (?:[A-ZÀÉÈÊÎÔ][\w'’-]*[ ]?)+)?[,.] ?"
    r"(?P<more>(?:(?:[1-9]\d?(?:er|e|ème|ère)|premi(?:er|ère)|second|\w+ième) "
    r"(?:gauche|droite|montée|cage|porte)|(?:bâtiment|escalier|entrée|cage|hall|appartement|porte|bât)"
    r" (?:[A-Z]\b|\d{1,3}\b|principale|gauche|droite)))\b",
    re.IGNORECASE,
)
"""What follows an address, perhaps behind its town, and belongs to it: «troisième gauche», «escalier A»."""


def _complement(text: str, end: int) -> tuple[str, int]:
    """The address's complement as written after it, and where it ends."""
    match = _COMPLEMENT.match(text, end)
    if match is None:
        return "", end
    more = match["more"]
    return f", {more[:1].lower()}{more[1:]}", match.end("more")


def _house_number(tokens: Sequence[NameToken], at: int) -> tuple[str, int]:
    """The house number before a way, in digits with its index, and the word where it begins."""
    begin, index = at, ""
    if begin and tokens[begin - 1].fold in _INDEX and begin > 1 and _is_number(tokens[begin - 2]):
        index = tokens[begin - 1].text
        index = index.lower() if len(index) > 1 else index.upper()
        begin -= 1
    if begin and tokens[begin - 1].text.isdigit():
        return f"{tokens[begin - 1].text} {index}".strip(), begin - 1
    said: list[NameToken] = []
    while len(said) < begin and _is_number(tokens[begin - len(said) - 1]):
        said.insert(0, tokens[begin - len(said) - 1])
        if not said[0].joined:
            break
    while said and said[0].fold == "et":
        said.pop(0)
    digits = _digits(" ".join(t.text.lower() for t in said))
    return (f"{digits} {index}".strip(), begin - len(said)) if digits else ("", at)


def _is_number(token: NameToken) -> bool:
    return token.text.isdigit() or bool(_NUMBER_WORDS.fullmatch(token.fold))


def _digits(words: str) -> str:
    """A number in words as digits; empty where the words are no number."""
    try:
        return str(text2num(words, "fr")) if words else ""
    except ValueError:
        return ""


def _way_end(tokens: Sequence[NameToken], at: int) -> int:
    """The word after a way's name."""
    end = at + 1
    while end < min(len(tokens), at + 9) and not tokens[end].glue.strip(" -'’"):
        token = tokens[end]
        small = token.fold in _SMALL
        if token.fold in _BUILDINGS:
            break
        if token.fold in _STOPS and not token.capital and not (small and _goes_on(tokens, end)):
            break
        if token.text.isdigit() and not _is_date(tokens, end):
            break
        end += 1
    while end > at + 1 and tokens[end - 1].fold in _SMALL:
        end -= 1
    return _building_end(tokens, end)


def _building_end(tokens: Sequence[NameToken], end: int) -> int:
    """The word after «bâtiment B» where that follows the way; `end` where it does not."""
    follows = end + 1 < len(tokens) and tokens[end].fold in _BUILDINGS and not tokens[end].glue.strip(" ,")
    named = follows and (tokens[end + 1].text.isdigit() or len(tokens[end + 1].text) == 1)
    return end + 2 if named and tokens[end + 1].joined else end


def _goes_on(tokens: Sequence[NameToken], at: int) -> bool:
    """Whether a small word stands inside a name: «rue Bourg en Bresse», but «rue Pasteur à Lyon»."""
    inside = tokens[at].fold not in ("a", "et", "en") and at + 1 < len(tokens)
    return inside and tokens[at + 1].fold not in _STOPS


def _is_date(tokens: Sequence[NameToken], at: int) -> bool:
    near = tokens[max(0, at - 1) : at + 2]
    return any(_MONTHS.fullmatch(t.fold) for t in near)


def _may_lack_number(tokens: Sequence[NameToken], at: int, end: int, *, asked: bool) -> bool:
    named = any(t.capital for t in tokens[at + 1 : end])
    if at and tokens[at - 1].fold in _NOT_ONE and not named:
        return False
    if asked:
        return named or end - at > 1
    lives = any(t.fold in _LIVES for t in tokens[max(0, at - 3) : at])
    return named and (_stands_alone(tokens, at) or (lives and tokens[at].fold in _UNNUMBERED))


def _stands_alone(tokens: Sequence[NameToken], at: int) -> bool:
    """Whether a way begins a clause of its own: «madame Roux, rue Saint-Louis»."""
    return "," in tokens[at].glue or (tokens[at].opens and at > 0)


def _way_name(text: str, words: Sequence[NameToken]) -> str | None:
    """Way and name as one writes them; None where only the way's kind is said."""
    if all(t.fold in _SMALL or t.fold in _WAYS for t in words):
        return None
    said = text[words[0].start : words[-1].end]
    rest = words[1:]
    if not any(t.capital for t in rest):
        said = words[0].text + "".join(
            t.glue + (t.text if t.fold in _SMALL else _capital(t.text)) for t in rest
        )
    said = said[0].lower() + said[1:]
    return alpha2digit(said, "fr") if _MONTHS.search(fold_word(said)) else said


def _capital(word: str) -> str:
    folded = fold_word(word)
    if folded in _BUILDINGS or folded in _INDEX or _MONTHS.fullmatch(folded):
        return word
    return word[:1].upper() + word[1:]


_NAMED = 0.45
"""«à X»: the town that matters only where a place was asked for."""

_BEFORE_TOWN: tuple[tuple[re.Pattern[str], float], ...] = tuple(
    (re.compile(rf"(?:^|[^a-z-])(?:{pattern})$"), strength)
    for pattern, strength in (
        (r"\d{2} ?\d{3},? (?:a )?", 0.93),
        (r"(?:habite|habitons|habitent|habitait|vis|vit|reside|demeure|situee?|trouve|installee?s?|domicilie)"
         r"(?: [a-z]+)? (?:a|au|sur) ", 0.85),
        (r"(?:ville|commune|village|bourg|mairie|agglomeration) (?:de |d'|c'est )", 0.75),
        (r"(?:suis|sommes|est|etes|c'est|bien|maison|local|terrain|copropriete|residence|appartement|"
         r"logement|chantier) "
         r"(?:a|sur) ", 0.8),
        (r"(?:pars|part|partie?|vacances|deplacement|demenagee?|hopital|clinique|urgences|va|vais|vont|aller)"
         r"(?: [a-z]+)? (?:a|sur) ", 0.0),
        (r"(?:appelle|appelons|telephone) (?:de |d'|depuis )", 0.75),
        (r"(?:habite|habitons|habitent) ", 0.75),
        (r"(?:parle|dire|dites|demand|envoy|pass|donn|transm|laiss|appel)[a-z-]* a ", 0.0),
        (r"(?:a|au) ", _NAMED),
        (r"(?:pres|proche|a cote|sortie|direction|cote) (?:de |d')", _NAMED),
        (r"(?:sur|vers|de|d') ", 0.4),
    )
)  # fmt: skip


def _cities(transcript: Transcript) -> Iterator[_Place]:
    for number, turn in enumerate(transcript.turns):
        if turn.speaker == "caller":
            yield from _cities_in(transcript, number)


def _cities_in(transcript: Transcript, number: int) -> Iterator[_Place]:
    text = transcript.turns[number].text
    tokens = name_tokens(text)
    asks_address = _asked(transcript, number, _ASKS_ADDRESS)
    asks_town = _asked(transcript, number, _ASKS_TOWN)
    after_address = {_way_end(tokens, i) for i, t in enumerate(tokens) if t.fold in _WAYS}
    at = 0
    while at < len(tokens):
        end = _town_end(tokens, at, cased=is_cased(text))
        strength = _town_strength(text, tokens, at, after_address, asked=asks_town, address=asks_address)
        if end == at or strength < _LEAST:
            at += 1
            continue
        start, stop = tokens[at].start, tokens[end - 1].end
        corrects = bool(_TAKES_BACK.search(fold_word(text[max(0, start - 40) : start])))
        town = _with_article(tokens, at, _spelling(text[start:stop]))
        yield _Place(number, town, start, stop, strength, corrects)
        at = end


_STAYING = re.compile(r"jusqu")
"""After a town where somebody only stays."""
_LEAST = 0.5
"""Below this strength a place is left out."""


def _with_article(tokens: Sequence[NameToken], at: int, town: str) -> str:
    """A town with the article that «au» holds: «au Monteil» is at «Le Monteil»."""
    held = at > 0 and tokens[at - 1].fold in ("au", "du") and tokens[at].joined
    return f"Le {town}" if held and fold_word(town) not in towns() else town


def _town_strength(
    text: str,
    tokens: Sequence[NameToken],
    at: int,
    after_address: set[int],
    *,
    asked: bool,
    address: bool,
) -> float:
    follows = at in after_address or (at - 1 in after_address and tokens[at - 1].fold in ("a", "sur"))
    if follows:
        return 0.9
    start = tokens[at].start
    before = fold_word(text[max(0, start - 50) : start])
    said = next((s for pattern, s in _BEFORE_TOWN if pattern.search(before)), 0.0)
    if _STAYING.match(fold_word(text[start:]).partition(" ")[2]):
        return 0.0
    if asked and all(is_function_word(t.fold) for t in tokens[:at]):
        return max(said, 0.8)
    return max(said, 0.7) if address and said >= _NAMED else said


def _town_end(tokens: Sequence[NameToken], at: int, *, cased: bool) -> int:
    """The word after a town that begins with word `at`; `at` where none does."""
    for end in range(min(len(tokens), at + 5), at, -1):
        words = " ".join(t.fold for t in tokens[at:end]).replace("-", " ").replace("' ", "'")
        if words in towns() and (tokens[at].capital or not cased):
            return end
    first = tokens[at]
    shouted = any(t.text.isupper() and len(t.text) > 1 for t in tokens[at : at + 2])
    if not cased or not first.capital or shouted or is_first_name(first.text) or first.fold in _WAYS:
        return at
    if is_function_word(first.fold) and not (first.fold in ("la", "le", "les") and at + 1 < len(tokens)):
        return at
    end = at + 1
    while end < min(len(tokens), at + 6) and tokens[end].joined and _in_town(tokens, end):
        end += 1
    return at if first.fold in ("la", "le", "les") and end == at + 1 else end


def _in_town(tokens: Sequence[NameToken], at: int) -> bool:
    """Whether a word goes on with a town's name: «Saint Martin du Var»."""
    small = tokens[at].fold in _SMALL and tokens[at].fold not in ("a", "et") and at + 1 < len(tokens)
    return tokens[at].capital or (small and tokens[at + 1].capital)


def _spelling(said: str) -> str:
    """A town as one spells it: listed towns by the list, saints with hyphens."""
    listed = towns().get(fold_word(said).replace("-", " "))
    if listed is not None:
        return listed
    return re.sub(r"\s+", "-", said) if fold_word(said).startswith(("saint ", "sainte ")) else said
