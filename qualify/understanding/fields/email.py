"""Dictated e-mail addresses: «jean tiret marc point dupont arobase orange point fr»."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from typing import Literal

from email_validator import EmailNotValidError, validate_email

from qualify.records import Evidence, Judgment, Rival, Speaker, Transcript

from .numbers import read_number
from .phone_cues import reply_to_read_back
from .spelling import read_letter
from .tokens import Token, fold, tokenize

Words = tuple[str, ...]

_AT: tuple[Words, ...] = (
    ("@",), ("arobase",), ("arobases",), ("arobaze",), ("arobas",), ("arrobase",), ("arobaz",),
    ("arobass",), ("a", "robase"),
    ("a", "robas"), ("a", "robaze"), ("a", "commercial"), ("at",), ("arrobas",), ("arrobaze",),
    ("ah", "robase"), ("la", "robase"),
)  # fmt: skip
_MAY_HOLD_ONE = re.compile(r"@|\b(?:ar+oba[sz]|(?:a|ah|la) robas?z?|a commercial|at\b|chez\b)")
"""Whether any of `_AT`, or «chez», may stand in folded text."""
_UNDERSCORE: tuple[Words, ...] = (
    ("underscore",), ("under", "score"), ("tiret", "bas"), ("tiret", "du", "bas"),
    ("tiret", "d", "'", "en", "bas"),
    ("tiret", "du", "huit"), ("tiret", "du", "8"), ("tiret", "8"), ("souligne",), ("_",),
    ("andeurscore",), ("underscor",),
)  # fmt: skip
_HYPHEN: tuple[Words, ...] = (
    ("tiret", "du", "six"), ("tiret", "du", "6"), ("tiret", "du", "milieu"), ("tiret", "haut"),
    ("trait", "d", "'", "union"),
    ("tiret",), ("tirer",), ("tirets",), ("-",),
)  # fmt: skip
_DOT: tuple[Words, ...] = (("point",), ("points",), ("poing",), ("dot",), (".",))
_SEPARATORS: tuple[tuple[Words, str], ...] = tuple(
    (words, sign) for sign, forms in (("_", _UNDERSCORE), ("-", _HYPHEN), (".", _DOT)) for words in forms
)
_PROVIDERS: dict[str, tuple[str, ...]] = {
    "gmail": ("gmail", "g mail", "ge mail", "jay mail", "j mail", "geai mail", "gimail", "jimail", "gmel",
    "gi mail", "ji mail",
              "jet mail", "jmail", "gemail"),
    "hotmail": ("hotmail", "hot mail", "otmail", "hotmel", "haute mail", "ot mail", "autmail"),
    "wanadoo": ("wanadoo", "wana dou", "wanadou", "wana do", "wanado", "ouanadou", "wana doo", "vanadou",
    "ouana dou"),
    "yahoo": ("yahoo", "yahou", "yaou", "ya hou", "yaoo", "yaho", "ya hoo", "iahou"),
    "laposte": ("laposte", "la poste"),
    "free": ("free", "fri", "frit", "frie", "freee"),
    "orange": ("orange", "oranges", "aurange"),
    "sfr": ("sfr", "s f r", "esse effe erre", "es ef er"),
    "outlook": ("outlook", "out look", "aoutlook", "outlouk", "out louk", "aout look"),
    "icloud": ("icloud", "i cloud", "ail cloud", "aie cloud", "eye cloud", "i claude", "aie claude"),
    "live": ("live", "laive", "laiv"),
    "msn": ("msn", "m s n", "emme esse enne"),
    "bbox": ("bbox", "b box", "be box"),
    "neuf": ("neuf", "9"),
    "aol": ("aol", "a o l"),
    "protonmail": ("protonmail", "proton mail"),
    "numericable": ("numericable", "numeri cable"),
    "club-internet": ("club internet",),
    "gmx": ("gmx", "g m x"),
}  # fmt: skip
"""Mail providers as said and as speech recognition writes them."""
_PROVIDER_FORMS = sorted(
    ((tuple(form.split()), label) for label, forms in _PROVIDERS.items() for form in forms),
    key=lambda f: -len(f[0]),
)
_ONLY_TLD = {
    "gmail": ("com",), "wanadoo": ("fr",), "laposte": ("net",), "free": ("fr",), "orange": ("fr", "com"),
    "sfr": ("fr",), "icloud": ("com",), "bbox": ("fr",), "neuf": ("fr",), "club-internet": ("fr",),
}  # fmt: skip
_TLD_FORMS: tuple[tuple[Words, str], ...] = tuple(
    (tuple(form.split()), tld)
    for tld, forms in {
        "fr": ("fr", "f r", "effe erre", "ef er", "f erre", "effe r", "ef r", "france"),
        "com": ("com", "comme", "kom", "come", "comm", "c o m", "ce o emme", "con"),
        "net": ("net", "nette", "nete", "n e t"), "org": ("org", "orgue", "o r g"), "eu": ("eu", "e u"),
        "be": ("be", "b e"),
        "ch": ("ch", "c h", "ce hache"), "lu": ("lu", "l u"), "info": ("info",), "pro": ("pro",),
        "io": ("io", "i o"),
        "bzh": ("bzh", "b z h"), "paris": ("paris",), "notaires": ("notaires",), "immo": ("immo",),
        "uk": ("uk",), "de": ("de",),
        "it": ("it",), "es": ("es",), "asso": ("asso",), "gouv": ("gouv",), "co": ("co",), "biz": ("biz",),
    }.items()
    for form in forms
)  # fmt: skip
_SECOND_LEVEL = frozenset(("asso", "gouv", "co", "notaires", "pro"))
_STOP = frozenset(
    {
        "c", "est", "mon", "ma", "mes", "notre", "adresse", "mail", "mails", "email", "e-mail", "courriel",
        "electronique", "alors", "euh", "heu", "donc", "sur", "le", "la", "les", "un", "une", "c'est", "vous",
        "pouvez", "m", "envoyer", "ecrire", "ecrivez", "envoyez", "voila", "oui", "non", "pardon", "bah",
        "ben", "j", "ai", "ce", "sera", "et", "ou", "puis", "a", "ensuite", "note", "notez", "l", "d", "que",
        "qui", "au", "aux", "pour", "moi", "je", "vais", "donner", "donne", "ok", "bonjour", "ici", "dire",
        "plutot", "attendez", "hein", "merci", "bien", "via", "par", "chez", "tout", "attache", "attachee",
        "minuscule", "minuscules", "colle", "colles", "ecrit", "son", "sa", "leur", "repete", "redis",
        "corrige", "enfin", "sinon", "aussi", "mettez", "mets", "marquez"
    }
)  # fmt: skip
_TOGETHER = re.compile(r"\b(?:tout |bien )?(?:attache\w*|colle\w*|en un (?:seul )?mot|sans espace)\b")
_REMARKS = re.compile(
    r"\b(?:(?:et |le |c'est |bien )*(?:tout )?(?:en )?(?:attache\w*|colle\w*|un (?:seul )?mot|chiffres?|"
    r"lettres|minuscules?|majuscules?)|sans (?:les? |l'|aucun )?(?:accents?|espaces?|points?|tirets?|"
    r"majuscules?|cedille|trema)(?: (?:sur|au) (?:le|la|les|l')? ?\w+)?|"
    r"avec (?:un|le) (?:point|tiret)(?: du (?:six|6|milieu))? (?:entre(?: les deux)?|au milieu))(?![\w@])"
)
"""What is said about the writing of an address and is no part of it."""
_LETTERS_OF_IT = re.compile(
    r"\bavec (?:un|deux) [a-z](?: et (?:un|deux) [a-z])*(?: a la fin| au debut)?(?![\w@])"
)
"""What is said of a word's letters: it leaves the word in doubt."""
_REMARK = re.compile(r"\b(?:avec (?:un|une|deux)|sans)\b")
_BEFORE_AT = frozenset(
    {
        ",", "euh", "heu", "…", "tout", "attache", "attachee", "colle", "en", "minuscule", "minuscules",
        "donc", "alors", "et", "un", "seul", "mot"
    }
)  # fmt: skip
"""What may stand between the local part and the «arobase»."""
_NOT_FIRST = frozenset(("de", "du", "des"))
"""Words that stand within an address, but hardly at its beginning."""
_TAKING_BACK = frozenset(("non", "pardon"))
_FULL_STOP = re.compile(r"[.,…!?]+\s*$")
_SURE, _DOUBTFUL, _CONFIRMED, _ADOPTED = 0.93, 0.5, 0.98, 0.85
_FEWEST_SPELLED = 3
_FARTHEST_SPELLED = 16
"""Most tokens, a spelling begun and taken back among them, between a word and its spelling."""
_ALIKE = 0.6
"""Least likeness of two versions of a word, or of an address."""


@dataclass(frozen=True, slots=True)
class Email:
    """An e-mail address: [start, end) are its characters in the turn."""

    value: str
    """Lower case."""
    start: int
    end: int
    doubtful: bool = False
    """Whether a part of it is a guess."""
    rivals: tuple[str, ...] = ()
    """What it may be instead."""


@dataclass(frozen=True, slots=True)
class _Part:
    text: str
    first: int
    next: int
    kind: Literal["word", "letters", "number", "sign"]


@dataclass
class _Side:
    """One side of the address, with the tokens that it takes."""

    text: str = ""
    first: int = 0
    next: int = 0
    doubtful: bool = False
    rivals: list[str] = field(default_factory=list)


def find_emails(text: str) -> tuple[Email, ...]:
    """The e-mail addresses of a turn, written or dictated."""
    if not _MAY_HOLD_ONE.search(fold(text)):
        return ()
    tokens = _without_remarks(text)
    found: list[Email] = []
    floor = 0
    for at, after in _ats(tokens, text):
        if at < floor:
            continue
        local, domain = _local(tokens, at, floor, text), _domain(tokens, after, text)
        email = _email(local, domain, tokens, text)
        if email is not None:
            found.append(email)
            floor = domain.next
    return tuple(found)


def _without_remarks(text: str) -> tuple[Token, ...]:
    """The tokens of `text` but those of «tout attaché», «sans accent», «avec un point entre les deux»."""
    folded = fold(text)
    remarks = [m.span() for pattern in (_REMARKS, _LETTERS_OF_IT) for m in pattern.finditer(folded)]
    return tuple(t for t in tokenize(text) if not any(s <= t.start < e for s, e in remarks))


def _ats(tokens: Sequence[Token], text: str) -> Iterator[tuple[int, int]]:
    """Places of an «arobase» and of the token after it."""
    for at in range(1, len(tokens)):
        if tokens[at].text == "chez" and _at_provider(tokens, at + 1):
            yield at, at + 1
        for words in _AT:
            if _said(tokens, at, words):
                yield at, at + len(words)
                break


def _at_provider(tokens: Sequence[Token], at: int) -> bool:
    """Whether a provider's whole domain is said at `at`: «chez orange point fr»."""
    provider = _provider(tokens, at)
    point = _separator(tokens, provider[1]) if provider else None
    return (
        provider is not None
        and point is not None
        and point[0] == "."
        and (_tld(tokens, point[1], f"{provider[0]}.", provider[0]) is not None)
    )


def _said(tokens: Sequence[Token], at: int, words: Words) -> bool:
    return all(at + n < len(tokens) and tokens[at + n].text == word for n, word in enumerate(words))


def _separator(tokens: Sequence[Token], at: int) -> tuple[str, int] | None:
    """The sign that is said at token `at`, and the token after it."""
    for words, sign in _SEPARATORS:
        if _said(tokens, at, words):
            return sign, at + len(words)
    return None


def _glued(tokens: Sequence[Token], at: int) -> bool:
    """Whether no white space stands before token `at`."""
    return at > 0 and tokens[at - 1].end == tokens[at].start


def _local(tokens: Sequence[Token], at: int, floor: int, text: str) -> _Side:
    """What stands before the «arobase» at token `at`, read backwards from it."""
    best = _Side(first=at, next=at)
    parts = _with_spelled(_parts(tokens, floor, at, text))
    kept: list[_Part] = []
    for part in reversed(parts):
        if (
            kept
            and part.next != kept[-1].first
            and not _only_commas(tokens, part.next, kept[-1].first, kept[-1], part)
        ):
            break
        kept.append(part)
    kept.reverse()
    while kept and (kept[0].kind == "sign" or (len(kept) > 1 and kept[0].text in _NOT_FIRST)):
        kept.pop(0)
    if not kept or any(t.text not in _BEFORE_AT for t in tokens[kept[-1].next : at]):
        return best
    return _joined(kept, tokens, text)


def _with_spelled(parts: Sequence[_Part]) -> list[_Part]:
    """`parts` with words that are spelled after they are said («carvalho, C A R V A L H O») taken once."""
    made: list[_Part] = []
    at = 0
    while at < len(parts):
        end = at
        while end < len(parts) and parts[end].kind == "letters":
            end += 1
        letters = "".join(p.text for p in parts[at:end])
        said = _spelled_before(made, letters, parts[at].first) if len(letters) >= _FEWEST_SPELLED else None
        if said is not None:
            made[said:] = [_Part(letters, made[said].first, parts[end - 1].next, "word")]
        else:
            made += parts[at : max(end, at + 1)]
        at = max(end, at + 1)
    return made


def _spelled_before(parts: Sequence[_Part], letters: str, start: int) -> int | None:
    """Which of `parts` is the word that `letters`, from token `start` on, spell."""
    for n in range(len(parts) - 1, -1, -1):
        if start - parts[n].next > _FARTHEST_SPELLED:
            return None
        if parts[n].kind == "word" and SequenceMatcher(None, parts[n].text, letters).ratio() >= _ALIKE:
            return n
    return None


def _only_commas(tokens: Sequence[Token], first: int, last: int, one: _Part, other: _Part) -> bool:
    """Whether only pauses stand between two parts, one of them a sign or spelled."""
    pauses = all(t.text in (",", "euh", "heu", "…") for t in tokens[first:last])
    return pauses and (
        first == last
        or bool({one.kind, other.kind} & {"sign", "letters"})
        or one.kind == "number"
        or tokens[first].kind == "word"
    )


def _parts(tokens: Sequence[Token], first: int, last: int, text: str) -> list[_Part]:
    """The words, letters, numbers and signs from token `first` up to `last`; stop words leave gaps."""
    parts: list[_Part] = []
    at = first
    while at < last:
        part = _part(tokens, at, text)
        if part is not None and tokens[at].text in _TAKING_BACK and parts:
            parts.pop()
            at += 1
            while at < last and tokens[at].text in (*_TAKING_BACK, "euh", ","):
                at += 1
            parts = [replace(p, next=at) if n == len(parts) - 1 else p for n, p in enumerate(parts)]
            continue
        if part is not None and part.next <= last and part.text:
            parts.append(part)
        at = part.next if part is not None else at + 1
    return parts


def _part(tokens: Sequence[Token], at: int, text: str) -> _Part | None:
    token = tokens[at]
    separator = _separator(tokens, at)
    if separator is not None:
        sentence_end = token.text in ".-" and not (
            _glued(tokens, at) and _glued(tokens, min(at + 1, len(tokens) - 1))
        )
        return _Part("" if sentence_end else separator[0], at, separator[1], "sign")
    if token.text == "+":
        return _Part("+", at, at + 1, "sign")
    if token.text in _TAKING_BACK:
        return _Part("", at, at + 1, "word")
    number = _number(tokens, at)
    if number is not None:
        return number
    letter = _letter(tokens, at, text)
    if letter is not None:
        return letter
    if token.kind != "word" or (token.text in _STOP and not _glued_word(tokens, at)):
        return None
    return _Part(token.text, at, at + 1, "word")


def _glued_word(tokens: Sequence[Token], at: int) -> bool:
    """Whether a written sign stands right before or after the word: «la.poste@»."""
    after = at + 1 < len(tokens) and tokens[at + 1].text in "._-@" and _glued(tokens, at + 1)
    return after or (at > 0 and tokens[at - 1].text in "._-" and _glued(tokens, at))


def _letter(tokens: Sequence[Token], at: int, text: str) -> _Part | None:
    if tokens[at].text in _STOP - {"a", "d", "l", "m", "j", "c"}:
        return None
    letter = read_letter(tokens, at, text)
    if letter is None or letter.kind != "letter" or not letter.sure:
        return None
    if tokens[at].text in _STOP and not (tokens[at].text.isupper() or text[tokens[at].start].isupper()):
        spelled = at + 1 < len(tokens) and len(tokens[at + 1].text) == 1 and tokens[at + 1].kind == "word"
        before = at > 0 and len(tokens[at - 1].text) == 1 and tokens[at - 1].kind == "word"
        initial = (_separator(tokens, at + 1) or ("", 0))[0] == "." and text[tokens[at].end :][:1] == " "
        if not (spelled or before or initial) or (tokens[at].text in ("c", "a") and not before):
            return None
    return _Part(fold(letter.text), at, letter.next, "letters")


def _number(tokens: Sequence[Token], at: int) -> _Part | None:
    if tokens[at].kind == "digits":
        return _Part(tokens[at].text, at, at + 1, "number")
    if tokens[at].text in ("deux", "double") and at + 1 < len(tokens) and len(tokens[at + 1].text) == 1:
        return None
    number = read_number(tokens, at)
    if number is None or number.ordinal or tokens[at].text == "une":
        return None
    return _Part(str(number.value), at, number.next, "number")


def _joined(parts: Sequence[_Part], tokens: Sequence[Token], text: str) -> _Side:
    """The local part that the parts make; two bare words next to each other are doubtful."""
    side = _Side("".join(p.text for p in parts), parts[0].first, parts[-1].next)
    for n in range(len(parts) - 1, 0, -1):
        if parts[n].kind == parts[n - 1].kind == "word" and not _glued(tokens, parts[n].first):
            side.doubtful = True
            side.rivals.append("".join(p.text for p in parts[n:]))
    return side


def _domain(tokens: Sequence[Token], at: int, text: str) -> _Side:
    """What stands after the «arobase», up to the top-level domain."""
    side, position, known = _Side(first=at, next=at), at, ""
    while position < len(tokens):
        if (
            position > at
            and tokens[position].text in (*_TAKING_BACK, ",", "euh", "alors")
            and (not side.text or _goes_on(tokens, position))
        ):
            back = tokens[position].text in _TAKING_BACK
            side.text, known = ("", "") if back else (side.text, known)
            position += 1
            continue
        provider = None if side.text and side.text[-1] not in "." else _provider(tokens, position)
        if provider is not None and not side.text:
            known, position = provider
            side.text, side.next = known, position
            continue
        tld = _tld(tokens, position, side.text, known)
        if tld is not None:
            return _ended(side, tld, known, tokens)
        separator = _separator(tokens, position)
        if separator is not None and side.text:
            sentence_end = tokens[position].text == "." and not (
                position + 1 < len(tokens) and _glued(tokens, position + 1)
            )
            if sentence_end:
                break
            side.text, position = side.text + separator[0], separator[1]
            continue
        part = _part(tokens, position, text)
        if part is None or not part.text or part.kind == "sign":
            break
        side.doubtful |= bool(side.text) and side.text[-1].isalnum() and part.kind == "word"
        side.text, position, side.next = side.text + part.text, part.next, part.next
    return _unended(side, known)


def _goes_on(tokens: Sequence[Token], at: int) -> bool:
    """Whether a domain may go on after a pause or a «non» at token `at`."""
    ahead = [
        t.text for t in tokens[at : at + 8] if t.text not in (*_TAKING_BACK, ",", "euh", "c", "'", "est")
    ]
    corrected = any(t.text in _TAKING_BACK for t in tokens[at : at + 2])
    return bool(ahead) and (corrected or ahead[0] in ("point", "tiret"))


def _provider(tokens: Sequence[Token], at: int) -> tuple[str, int] | None:
    for words, label in _PROVIDER_FORMS:
        if _said(tokens, at, words):
            return label, at + len(words)
    return None


def _tld(tokens: Sequence[Token], at: int, text: str, known: str) -> tuple[str, int] | None:
    """The top-level domain said at `at`, and the token after it; a provider needs no point before."""
    if not text or not (text.endswith(".") or text == known):
        return None
    for words, tld in _TLD_FORMS:
        if _said(tokens, at, words):
            after = at + len(words)
            goes_on = tld in _SECOND_LEVEL and (_separator(tokens, after) or ("", 0))[0] == "."
            spoken = text.endswith(".") or tld in ("fr", "com", "net")
            return None if goes_on or not spoken else (tld, after)
    return None


def _ended(side: _Side, tld: tuple[str, int], known: str, tokens: Sequence[Token]) -> _Side:
    label = side.text.rstrip(".")
    usual = _ONLY_TLD.get(label, ())
    side.text, side.next = f"{label}.{tld[0]}", tld[1]
    if usual and tld[0] not in usual:
        side.doubtful = True
        side.rivals.append(f"{label}.{usual[0]}")
    return side


def _unended(side: _Side, known: str) -> _Side:
    """A domain without top-level domain: a known provider's is supplied, but doubtful."""
    if known and side.text.rstrip(".") == known:
        side.text, side.doubtful = f"{known}.{_ONLY_TLD.get(known, ('com',))[0]}", True
        return side
    return _Side()


def _email(local: _Side, domain: _Side, tokens: Sequence[Token], text: str) -> Email | None:
    """The address of both sides; None where they make none that could exist."""
    if not local.text or not domain.text:
        return None
    value = _valid(f"{local.text}@{domain.text}")
    if value is None:
        return None
    start, end = tokens[local.first].start, tokens[domain.next - 1].end
    folded = fold(text)
    around = folded[start:end] + folded[end : end + 40]
    together = _TOGETHER.search(around) or _TOGETHER.search(folded[max(0, start - 25) : start])
    doubtful = (local.doubtful and not together) or (domain.doubtful and not (together and not domain.rivals))
    remark = _REMARK.search(_REMARKS.sub("", folded[end : end + 60])[:30]) is not None
    rivals = [f"{r}@{domain.text}" for r in local.rivals if not together] + [
        f"{local.text}@{r}" for r in domain.rivals
    ]
    valid = tuple(v for r in rivals if (v := _valid(r)) is not None)
    return Email(value, start, end, doubtful or remark, valid)


def _valid(address: str) -> str | None:
    try:
        return validate_email(address, check_deliverability=False, test_environment=True).normalized.lower()
    except EmailNotValidError:
        return None


@dataclass(frozen=True, slots=True)
class _Mention:
    email: Email
    evidence: tuple[Evidence, ...]
    speaker: Speaker

    @property
    def turn(self) -> int:
        return self.evidence[-1].turn


def email_address(transcript: Transcript) -> Judgment | None:
    """The caller's e-mail address: the last that he dictates, or one read to him that he confirms.

    `unsure` where a part of it is a guess, or the agent reads another one back and nothing settles it.
    """
    said = [
        _Mention(e, (transcript.evidence(n, e.start, e.end),), t.speaker)
        for n, t in enumerate(transcript.turns)
        for e in find_emails(t.text)
    ]
    callers = [m for m in said if m.speaker == "caller"] or list(_over_turns(transcript))
    if not callers:
        return _read_out(transcript, said)
    best = next((m for m in reversed(callers) if not m.email.doubtful), callers[-1])
    agents = [m for m in said if m.speaker == "agent"]
    adopted = _adopted(transcript, best, agents)
    if adopted is not None:
        return adopted
    agreed = any(m.email.value == best.email.value for m in agents)
    later = (m.email.value for m in agents if m.turn > best.turn and m.email.value != best.email.value)
    other = None if agreed else next(later, None)
    rivals = tuple(dict.fromkeys((*best.email.rivals, *((other,) if other else ()))))
    unsure = (best.email.doubtful and not agreed) or other is not None
    confidence = _DOUBTFUL if unsure else _CONFIRMED if agreed else _SURE
    return Judgment(
        value=best.email.value,
        confidence=confidence,
        evidence=best.evidence,
        rivals=_rivals(rivals, confidence),
        unsure=unsure,
    )


def _adopted(transcript: Transcript, best: _Mention, agents: Sequence[_Mention]) -> Judgment | None:
    """The address as the agent reads it back, where the caller confirms it or his own words are unclear."""
    for mention in agents:
        value = mention.email.value
        alike = SequenceMatcher(None, value, best.email.value).ratio() >= _ALIKE
        if mention.turn < best.turn or mention.email.doubtful or value == best.email.value or not alike:
            continue
        verdict = _verdict(transcript, mention)
        if verdict or (best.email.doubtful and verdict is None):
            return Judgment(value=value, confidence=_ADOPTED, evidence=(*best.evidence, *mention.evidence))
    return None


def _verdict(transcript: Transcript, mention: _Mention) -> bool | None:
    """What the caller answers to an address that the agent reads out."""
    following = transcript.turns[mention.turn + 1 : mention.turn + 3]
    answer = next((fold(t.text) for t in following if t.speaker == "caller"), "")
    asked = fold(transcript.turns[mention.turn].text[mention.evidence[-1].end :])
    return reply_to_read_back(answer, asked)


def _over_turns(transcript: Transcript) -> Iterator[_Mention]:
    """Addresses that the caller dictates over two to four turns while the agent takes notes."""
    turns = [n for n, t in enumerate(transcript.turns) if t.speaker == "caller"]
    for count in (2, 3, 4):
        for first in range(len(turns) - count + 1):
            window = turns[first : first + count]
            if window[-1] - window[0] <= 2 * (count - 1):
                yield from _over_window(transcript, window)


def _over_window(transcript: Transcript, window: Sequence[int]) -> Iterator[_Mention]:
    text, starts = "", []
    for turn in window:
        starts.append(len(text))
        text += _FULL_STOP.sub(lambda m: " " * len(m[0]), transcript.turns[turn].text) + " "
    for email in find_emails(text):
        evidence = []
        for turn, start in zip(window, starts, strict=True):
            low = max(email.start - start, 0)
            high = min(email.end - start, len(transcript.turns[turn].text))
            if low < high:
                evidence.append(transcript.evidence(turn, low, high))
        if len(evidence) == len(window):
            yield _Mention(email, tuple(evidence), "caller")


def _rivals(values: Sequence[str], confidence: float) -> tuple[Rival, ...]:
    return tuple(Rival(value=v, confidence=round((1 - confidence) / len(values), 3)) for v in values)


def _read_out(transcript: Transcript, said: Sequence[_Mention]) -> Judgment | None:
    """An address that only the agent says, and the caller confirms."""
    for mention in reversed(said):
        if _verdict(transcript, mention):
            email = mention.email
            return Judgment(
                value=email.value, confidence=_SURE, evidence=mention.evidence, unsure=email.doubtful
            )
    return None
