"""Where the caller's matter is: the postal address («12 bis rue des Lilas») and the town."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

from text_to_num import alpha2digit

from qualify.records import Judgment, Transcript

from .days import MONTHS
from .house_numbers import INDEX, is_number, number_after, number_at, number_before
from .lexicon import common_words, is_first_name, towns, word_set
from .person_names import NameToken, is_cased, is_function_word, name_tokens
from .tokens import fold_word

_WAYS = word_set(
    "rue avenue boulevard place impasse allee chemin quai cours square route ruelle sentier passage "
    "faubourg residence lotissement hameau lieu-dit lieudit cite esplanade promenade rond-point montee "
    "venelle traverse clos parvis chaussee grand-rue grande-rue zone za zi zac villa voie rocade parc"
)
"""Words, folded, that begin the name of a way."""
_UNNUMBERED = word_set(
    "residence lotissement hameau lieu-dit lieudit chemin zone za zi zac clos impasse route cite parc"
)
"""Ways where a house may have no number."""
_LIVES = word_set("habite habitons adresse situe situee demeure loge suis sommes")
"""Words before a way that make it an address though it was not asked for."""
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
    r"quel secteur|quel lieu|d'ou |dans quel|quel site|quel chantier|vous etes a|destination|ou \?|ou ca|"
    r"la rue|quel numero|(?:a|ou) (?:livrer|intervenir)|lieu de residence|ou (?:devons|doit|faut|venir)"
)
_ASKS_TOWN = re.compile(
    r"(?:quelle|la|votre|quel) (?:ville|commune|village|secteur)|vous etes (?:bien )?a\b|d'ou |vers quelle|"
    r"code postal|habitez|residence|(?:^|[^a-z])a \?|(?:etes|venez|intervenir)[- a-z]* ou\b|\bou (?:est|etes)"
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
_TAKES_BACK = re.compile(
    r"(?:^|[ ,.])(?:non|pardon|plutot|enfin|excusez-moi)[ ,.!…]*(?:c'est |au |a |attendez,? )*$"
)
_BETWEEN = re.compile(r"\b(?:non|pardon|plutot|je me trompe|la nouvelle|maintenant)\b")
"""Words between two places of which the second is the right one."""


@dataclass(frozen=True)
class _Place:
    """A place said in a turn: its canonical text and its character range."""

    turn: int
    value: str
    start: int
    end: int
    strength: float
    corrects: bool = False
    estate: bool = False
    """Whether it is a residence or zone, which may have a street beside it."""
    number: tuple[int, int, int] | None = None
    """Turn and character range of a house number said apart."""


def address(transcript: Transcript) -> Judgment | None:
    """Number, way and name as one writes them, digits for numbers: «12 bis rue des Lilas».

    The town and the postal code are not part of it. Of several the one that the agent asked for,
    else the first; what the caller takes back is never the value.
    """
    found = [_with_late_number(transcript, place) for place in _addresses(transcript)]
    return _judged(transcript, [place for place in found if place.strength >= _LEAST])


def city(transcript: Transcript) -> Judgment | None:
    """The town that goes with the address or that the caller says he is in, as one spells it."""
    return _judged(transcript, list(_cities(transcript)))


def _judged(transcript: Transcript, found: Sequence[_Place]) -> Judgment | None:
    valid = [p for p, q in zip_longest(found, found[1:]) if q is None or not _replaces(transcript, p, q)]
    best = max(valid, key=lambda p: (p.strength, -p.turn), default=None)
    if best is None:
        return None
    same = [p for p in valid if fold_word(p.value) == fold_word(best.value)]
    spans = [s for p in same for s in ((p.turn, p.start, p.end), p.number) if s is not None]
    evidence = tuple(transcript.evidence(*span) for span in spans)
    return Judgment(value=best.value, confidence=best.strength, evidence=evidence)


def _replaces(transcript: Transcript, first: _Place, then: _Place) -> bool:
    """Whether a place is said in the stead of the one before it."""
    if then.corrects or first.turn != then.turn:
        return then.corrects
    between = fold_word(transcript.turns[first.turn].text[first.end : then.start])
    return len(between) < 40 and bool(_BETWEEN.search(between))


def _asked(transcript: Transcript, turn: int, pattern: re.Pattern[str]) -> bool:
    if not turn or transcript.turns[turn - 1].speaker != "agent":
        return False
    return bool(pattern.search(fold_word(transcript.turns[turn - 1].text)))


def _addresses(transcript: Transcript) -> Iterator[_Place]:
    for number, turn in enumerate(transcript.turns):
        if turn.speaker == "caller":
            asked = _asked(transcript, number, _ASKS_ADDRESS)
            yield from _joined(turn.text, list(_addresses_in(number, turn.text, asked=asked)))


def _addresses_in(number: int, text: str, *, asked: bool) -> Iterator[_Place]:
    tokens = name_tokens(text)
    done = 0
    for at, token in enumerate(tokens):
        if at >= done and token.fold in _WAYS and not (token.fold == "parc" and not _is_estate(tokens, at)):
            place, done = _address_at(number, text, tokens, at, asked=asked)
            if place is not None:
                yield place


def _is_estate(tokens: Sequence[NameToken], at: int) -> bool:
    """Whether «parc» is one of firms: «parc d'activités», not «le parc»."""
    return any(
        t.fold in ("activites", "activite", "industriel", "tertiaire") for t in tokens[at + 1 : at + 3]
    )


def _joined(text: str, found: Sequence[_Place]) -> list[_Place]:
    """Addresses with an estate and a street that follow each other made one: «ZI Nord, 4 rue Ampère»."""
    joined: list[_Place] = []
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


def _with_late_number(transcript: Transcript, place: _Place) -> _Place:
    """A street with the house number that the caller gives when asked for it in the next turns."""
    if place.value[0].isdigit() or place.estate:
        return place
    for turn in range(place.turn + 1, min(place.turn + 4, len(transcript.turns))):
        if transcript.turns[turn].speaker == "caller" and _asked(transcript, turn, _ASKS_HOUSE):
            tokens = name_tokens(transcript.turns[turn].text)
            at = next((i for i, t in enumerate(tokens) if is_number(t) and t.fold != "et"), len(tokens))
            house, stop = number_at(tokens, at)
            alone = not any(is_number(t) for t in tokens[stop:])
            if house and not house.startswith("0") and alone:
                said = turn, tokens[at].start, tokens[stop - 1].end
                return replace(place, value=f"{house} {place.value}", strength=0.85, number=said)
    return place


def _address_at(
    number: int, text: str, tokens: Sequence[NameToken], at: int, *, asked: bool
) -> tuple[_Place | None, int]:
    """The address whose way is word number `at`, and the word after it."""
    end = _way_end(tokens, at)
    house, begin = number_before(tokens, at)
    if at and tokens[at].fold == "rue" and tokens[at - 1].fold in ("grande", "grand"):
        at -= 1
        house, begin = number_before(tokens, at)
    name = _way_name(text, tokens[at:end])
    named = any(t.capital for t in tokens[at + 1 : end])
    if house == "1" and tokens[begin].fold in ("un", "une") and not named:
        return None, at + 1
    stop = end
    estate = tokens[at].fold in _ESTATES
    if name is not None and not house and not estate:
        house, stop = number_after(tokens, end, asked=asked)
    if name is None or not (house or _may_lack_number(tokens, at, end, asked=asked)):
        return None, max(end, at + 1) if name is None else at + 1
    before = fold_word(text[max(0, tokens[begin].start - 40) : tokens[begin].start])
    strength = (0.85 if house else 0.55) + (0.08 if asked else 0.0)
    strength *= 0.5 if _ELSEWHERE.search(before) else 1.0
    more, last = _complement(text, tokens[stop - 1].end)
    value = f"{house} {name}{more}".strip()
    corrects = bool(_TAKES_BACK.search(before))
    place = _Place(
        number, value, tokens[begin].start, last, round(strength, 3), corrects, estate=estate and not house
    )
    return place, stop


_ESTATES = word_set("residence lotissement hameau lieu-dit lieudit zone za zi zac parc cite clos")
"""Ways that hold streets of their own."""

_COMPLEMENT = re.compile(
    r"(?:,? à (?:[A-ZÀÉÈÊÎÔ][\w'’-]*[ ]?)+)?[,.] ?(?:c'est |je suis )?(?:à )?(?:le |la |l'|au )?"
    r"(?P<more>(?:(?:[1-9]\d?(?:er|e|ème|ère)|premi(?:er|ère)|second|\w+ième) "
    r"(?:porte (?:à )?)?(?:gauche|droite|montée|cage)"
    r"|(?:bâtiment|escalier|entrée|cage|hall|appartement|porte|bât|lot|villa)"
    r" (?:[A-Z]\b|\d{1,3}\b|principale|gauche|droite)))\b",
    re.IGNORECASE,
)
"""What follows an address, perhaps behind its town, and belongs to it: «troisième gauche», «escalier A»."""


def _complement(text: str, end: int) -> tuple[str, int]:
    """The address's complements as written after it, and where they end."""
    said = ""
    while (match := _COMPLEMENT.match(text, end)) is not None:
        more, end = match["more"], match.end("more")
        said += f", {more[:1].lower()}{more[1:]}"
    return said, end


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
        if token.text.isdigit() and not _is_date(tokens, end) and not _is_ordinal(tokens, end):
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


def _is_ordinal(tokens: Sequence[NameToken], at: int) -> bool:
    """Whether digits are an ordinal's: «rue de la 2e Division»."""
    return (
        at + 1 < len(tokens) and not tokens[at + 1].glue and tokens[at + 1].fold in ("e", "er", "eme", "re")
    )


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
    whole = any(t.fold in ("grand-rue", "grande-rue", "grande", "grand") for t in words[:1])
    if not words or (not whole and all(t.fold in _SMALL or t.fold in _WAYS for t in words)):
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
    if folded in _BUILDINGS or folded in INDEX or _MONTHS.fullmatch(folded):
        return word
    return word[:1].upper() + word[1:]


_NAMED = 0.45
"""«à X»: the town that matters only where a place was asked for."""

_BEFORE_TOWN: tuple[tuple[re.Pattern[str], float], ...] = tuple(
    (re.compile(rf"(?:^|[^a-z-])(?:{pattern})$"), strength)
    for pattern, strength in (
        (r"\d{2} ?\d{3},? (?:a )?", 0.93),
        (r"(?:fils|fille|soeur|frere|cousine?|amie?|neveu|niece) habite (?:a |sur )", _NAMED),
        (r"(?:achete|travaill|etudes|stage|mari|pacs)[a-z ',-]* a ", 0.0),
        (r"(?:habite|habitons|habitent|habitait|vis|vit|reside|demeure|situee?|trouve|installee?s?|domicilie)"
         r"(?: [a-z]+)? (?:a|au|sur) ", 0.85),
        (r"(?:ville|commune|village|bourg|mairie|agglomeration) (?:de |d'|c'est )", 0.75),
        (r"(?:suis|sommes|est|etes|c'est|bien|maison|local|terrain|copropriete|residence|appartement|"
         r"logement|chantier) "
         r"(?:a|sur) ", 0.8),
        (r"(?:pars|part|partie?|vacances|deplacement|demenagee?|hopital|clinique|urgences|va|vais|vont|aller)"
         r"(?: [a-z]+)? (?:a|sur) ", 0.0),
        (r"(?:appelle|appelons|telephone) (?:du |des |de |d'|depuis )", 0.75),
        (r"(?:suis|sommes|on est|viens|venons) (?:du |des |de |d')", 0.7),
        (r"(?:habite|habitons|habitent) (?:(?:a |au |aux )?(?:la |l'|le |les )?)?", 0.75),
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
    seen = _Surroundings(
        text=text,
        tokens=tokens,
        address=_asked(transcript, number, _ASKS_ADDRESS),
        town=_asked(transcript, number, _ASKS_TOWN),
        question=fold_word(transcript.turns[number - 1].text) if number else "",
        early=number < _EARLY,
        behind=_behind_addresses(tokens),
    )
    cased, at = is_cased(text), 0
    while at < len(tokens):
        end = _town_end(tokens, at, cased=cased, due=at in seen.behind)
        strength = seen.strength(at, end) if end > at else 0.0
        if strength < _LEAST:
            at += 1
            continue
        start, stop = tokens[at].start, tokens[end - 1].end
        corrects = bool(_TAKES_BACK.search(fold_word(text[max(0, start - 40) : start])))
        yield _Place(number, seen.town_said(at, end), start, stop, strength, corrects)
        at = end


_EARLY = 3
"""Turns in which callers present themselves."""
_ASIDE = word_set(
    "a au aux sur euh donc alors c' c'est est oui dans le la commune de ville bon voila code postal numero"
)
"""Words that may part a street from its town."""


def _behind_addresses(tokens: Sequence[NameToken]) -> dict[int, bool]:
    """Words at which a town may follow a street, and whether a word or number parts them."""
    behind: dict[int, bool] = {}
    for way, token in enumerate(tokens):
        if token.fold not in _WAYS:
            continue
        at = end = _way_end(tokens, way)
        while at < min(len(tokens), end + 9) and (tokens[at].fold in _ASIDE or is_number(tokens[at])):
            behind[at] = at > end
            at += 1
        behind[at] = at > end
    return behind


@dataclass(frozen=True)
class _Surroundings:
    """A caller's turn and what was asked before it, by which the towns said in it are weighed."""

    text: str
    tokens: Sequence[NameToken]
    address: bool
    town: bool
    question: str
    early: bool
    behind: Mapping[int, bool]

    def strength(self, at: int, end: int) -> float:
        """How likely the town from word `at` to `end` is the matter's; 0 where it is not."""
        tokens, start = self.tokens, self.tokens[at].start
        before = fold_word(self.text[max(0, start - 50) : start])
        listed = self.listed(at, end)
        said = next((s for pattern, s in _BEFORE_TOWN if pattern.search(before)), 0.0)
        if _DENIED.search(before) or _STAYING.match(fold_word(self.text[start:]).partition(" ")[2]):
            return 0.0
        beside = bool(_BESIDE.search(before))
        if (
            not beside
            and _BEFORE_STREET.match(fold_word(self.text[tokens[end - 1].end :]))
            and (said >= _NAMED or at == 0)
        ):
            return 0.85
        if _INSTEAD.search(before) and listed:
            return 0.8
        if at in self.behind and (listed or not self.behind[at] or tokens[at - 1].fold in ("a", "sur")):
            return 0.9
        if self.town and all(is_function_word(t.fold) or is_number(t) for t in tokens[:at]):
            return max(said, 0.8)
        if listed and not beside and self.named_by_agent(at, end):
            return max(said, 0.8)
        if beside and self.early:
            return 0.6 if self.address or self.town else 0.0
        if (self.address or (listed and self.town)) and said >= _NAMED:
            return max(said, 0.7)
        return max(said, self._presented(at, said, listed=listed))

    def _presented(self, at: int, said: float, *, listed: bool) -> float:
        """Strength of a town that goes with who calls: «madame Roux, de Tence», «Hôtel du Lac à Sète»."""
        back = at - 1
        while back > 0 and self.tokens[back].fold in ("la", "le", "les", "l'"):
            back -= 1
        if back < 1 or not self.early:
            return 0.0
        link, name = self.tokens[back], self.tokens[back - 1]
        apart = "," in link.glue
        named = (name.capital and not name.opens) or (apart and name.fold == "appareil")
        if link.fold in ("a", "au", "aux") and said == _NAMED and named and (apart or link.joined):
            return 0.62 if listed else 0.55
        return 0.6 if listed and named and apart and link.fold in ("de", "d'", "du", "des") else 0.0

    def listed(self, at: int, end: int) -> bool:
        """Whether the list has the town, with or without the article before it."""
        return _key(self.tokens[at:end]) in towns() or self._article(at, end) is not None

    def named_by_agent(self, at: int, end: int) -> bool:
        """Whether the agent's question names the town."""
        asks = self.question.rstrip().endswith("?")
        return asks and _key(self.tokens[at:end]) in self.question.replace("-", " ")

    def town_said(self, at: int, end: int) -> str:
        """The town as one spells it, with the article that stands before it: «au Mans» is at «Le Mans»."""
        town = _spelling(self.text[self.tokens[at].start : self.tokens[end - 1].end])
        return self._article(at, end) or town

    def _article(self, at: int, end: int) -> str | None:
        """The town with the article that the word before it is or holds; None where it has none."""
        before = self.tokens[at - 1].fold if at and self.tokens[at].joined else ""
        article = {"au": "le", "du": "le", "aux": "les", "des": "les"}.get(before, before)
        if article not in ("le", "la", "les", "l'"):
            return None
        town = _key(self.tokens[at:end])
        listed = towns().get(f"{article} {town}".replace("' ", "'"))
        if listed is not None or before != "au" or town in towns():
            return listed
        return f"Le {_spelling(self.text[self.tokens[at].start : self.tokens[end - 1].end])}"


def _key(words: Sequence[NameToken]) -> str:
    """Words as the list of towns holds them."""
    said = "".join(("'" if t.glue in ("'", "’") else " ") + t.fold for t in words)
    return said[1:].replace("-", " ").replace("' ", "'")


_BEFORE_STREET = re.compile(
    rf"[ ,.]*(?:(?:au|le|c'est|la|[a-z-]+|\d+|bis|ter)[ ,]+){{0,3}}(?:{'|'.join(sorted(_WAYS))}) "
)
"""After a town, a street of it."""
_INSTEAD = re.compile(r"pas (?:a )?[a-z' -]+, (?:mais )?(?:a )?$")
"""Before the town that is said in the stead of another."""
_BESIDE = re.compile(r"(?:pres|proche|cote|loin|sortie|direction) (?:de |d'|du )$")
_DENIED = re.compile(r"(?:^|[^a-z])(?:pas(?: a| de)?|ancienne?(?:ment)? a|plus a|dit a) $")
"""Before a town that is said not to be it."""
_STAYING = re.compile(r"jusqu")
"""After a town where somebody only stays."""
_LEAST = 0.5
"""Below this strength a place is left out."""


def _town_end(tokens: Sequence[NameToken], at: int, *, cased: bool, due: bool) -> int:
    """The word after a town that begins with word `at`; `at` where none does.

    `due` says that a town stands there with or without a capital.
    """
    first = tokens[at]
    if first.capital or not cased or due:
        for end in range(min(len(tokens), at + 8), at, -1):
            if _key(tokens[at:end]) in towns() and (first.capital or not _is_everyday(tokens[at:end])):
                return end
    shouted = any(t.text.isupper() and len(t.text) > 2 for t in tokens[at : at + 2])
    if not cased or not first.capital or shouted or is_first_name(first.text) or first.fold in _NO_TOWNS:
        return at
    if is_number(first):
        return at
    if is_function_word(first.fold) and not (first.fold in ("la", "le", "les") and at + 1 < len(tokens)):
        return at
    end = at + 1
    while end < min(len(tokens), at + 6) and tokens[end].joined and _in_town(tokens, end):
        end += 1
    return at if first.fold in ("la", "le", "les") and end == at + 1 else end


def _is_everyday(words: Sequence[NameToken]) -> bool:
    """Whether words without capitals say something else as likely: «à la montagne»."""
    return all(t.fold in common_words() or is_function_word(t.fold) for t in words)


_NO_TOWNS = (
    _WAYS | _BUILDINGS | word_set("entree porte cage hall lot tour monsieur madame france belgique suisse")
)


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
