"""People other than the caller: whom he asks for (`recipient`) and whom the call is about (`third_party`)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal, Protocol

from qualify.records import Evidence, Judgment, Rival, Transcript

from .identities import LEAST, Identity, identities, judged, named_by_caller
from .lexicon import TITLES, is_first_name
from .mentions import Mention
from .person_names import NameToken, is_function_word, name_tokens
from .phonetic import similarity
from .tokens import fold_word


class StaffMember(Protocol):
    """A person on the tenant's side, as the tenant's file gives them."""

    @property
    def name(self) -> str: ...
    @property
    def role(self) -> str: ...
    @property
    def aliases(self) -> Sequence[str]: ...


_ALIKE = 0.88
"""How alike a name heard and one of the tenant's file must be, spelling and sound together."""
_LEAST_UNASKED = 0.8
"""Strength below which a person concerned is left out where the tenant asks for none: 3 of 8 were right."""
_ASKS_FOR = re.compile(
    r"(?:^|[^a-z])(?:parler|discuter|echanger|m'entretenir|rendez-vous|rdv|consultation|avec|a|joindre|"
    r"avoir|passe[rz](?:[ -]moi)?|voir|"
    r"cherche|demande|veux|voulais|voudrais|souhaite|aimerais|rencontrer|contacter|prevenir|pour|"
    r"dites?|dire|laisser un message|message|l'attention de|rappel de|faut que|veux que|est-ce que)"
    r"(?: (?:avec|a|au|que|pour|de|du|a nouveau|directement))*(?: (?:le|la|l'|ce soit))*[ ']*$"
)
_NOT_HIM = re.compile(r"(?:^|[^a-z])(?:pas|plus|ni)(?: (?:avec|a|au|pour|de|chez|par))? ?(?:le |la |l')?$")
_TITLE_AT_END = re.compile(rf"(?:{'|'.join(TITLES)}) $")
_HOUSE = re.compile(
    r"(?:cabinet|agence|societe|etude|entreprise|maison|garage|rue|avenue|place)(?: (?:de|du))? ?$"
)


_Kind = Literal["name", "first", "last", "role"]


@dataclass(frozen=True)
class _Form:
    """A way to name someone, as folded words, and the people that it may mean."""

    words: tuple[str, ...]
    kind: _Kind
    names: tuple[str, ...]


@dataclass(frozen=True)
class _Sighting:
    """A place in the call where a member of staff is named."""

    evidence: Evidence
    person: str
    likeness: float
    asked: bool
    rivals: tuple[str, ...] = ()


def recipient(
    transcript: Transcript, *, people: Sequence[StaffMember], caller: str | None = None
) -> Judgment | None:
    """The member of staff whom the caller asks for or names, under the name of the tenant's file.

    `caller` is the caller's own name, never taken for a member of staff. A family name that two
    people share gives an unsure judgment with both.
    """
    forms = _forms(people)
    found = [s for i, turn in enumerate(transcript.turns) if turn.speaker == "caller"
             for s in _sightings(transcript, i, forms, caller)]  # fmt: skip
    if not found:
        return None
    best = max(found, key=lambda s: (s.asked, not s.rivals, s.likeness, -s.evidence.turn))
    settled = next((s for s in found if best.rivals and not s.rivals and s.person in best.rivals), None)
    best = settled or best
    same = tuple(s.evidence for s in found if s.person == best.person)
    confidence = best.likeness * (0.95 if best.asked else 0.8)
    rivals = tuple(Rival(value=name, confidence=round(confidence / 2, 3), evidence=(best.evidence,))
                   for name in best.rivals if name != best.person)  # fmt: skip
    return Judgment(
        value=best.person,
        confidence=round(confidence / (len(rivals) + 1), 3),
        evidence=same,
        rivals=rivals,
        unsure=bool(rivals),
    )


def _forms(people: Sequence[StaffMember]) -> tuple[_Form, ...]:
    """Every way to name someone of the tenant's file."""
    names: dict[tuple[tuple[str, ...], _Kind], list[str]] = {}
    for person in people:
        for words, kind in _ways(person):
            known = names.setdefault((words, kind), [])
            if person.name not in known:
                known.append(person.name)
    return tuple(_Form(words, kind, tuple(meant)) for (words, kind), meant in names.items())


def _ways(person: StaffMember) -> Iterator[tuple[tuple[str, ...], _Kind]]:
    name = tuple(w for w in _words(person.name) if w not in TITLES)
    if name:
        yield name, "name"
    if len(name) > 1:
        yield name[:1], "first"
        yield name[1:], "last"
    for alias in person.aliases:
        words = tuple(w for w in _words(alias) if w not in TITLES)
        if words:
            yield words, "name" if len(words) > 1 else "last"
    role = _words(person.role)
    if role:
        yield role, "role"


def _words(text: str) -> tuple[str, ...]:
    return tuple(t.fold for t in name_tokens(text) if t.fold not in ("le", "la", "l'", "les"))


def _sightings(
    transcript: Transcript, turn: int, forms: Sequence[_Form], caller: str | None
) -> list[_Sighting]:
    text = transcript.turns[turn].text
    tokens = name_tokens(text)
    found: list[_Sighting] = []
    at = 0
    while at < len(tokens):
        match = _match(text, tokens, at, forms)
        if match is None:
            at += 1
            continue
        form, likeness, asked = match
        evidence = transcript.evidence(turn, tokens[at].start, tokens[at + len(form.words) - 1].end)
        at += len(form.words)
        if caller is None or similarity(evidence.quote, caller) < _ALIKE:
            rivals = form.names if len(form.names) > 1 else ()
            found.append(_Sighting(evidence, form.names[0], likeness, asked, rivals))
    return found


def _match(
    text: str, tokens: Sequence[NameToken], at: int, forms: Sequence[_Form]
) -> tuple[_Form, float, bool] | None:
    """The longest form said from word number `at` on, how alike it is, and whether it is asked for."""
    alike = ((form, _likeness(tokens[at : at + len(form.words)], form.words)) for form in forms)
    near = sorted((f for f in alike if f[1] >= _ALIKE), key=lambda f: (-len(f[0].words), -f[1]))
    if not near:
        return None
    before = fold_word(text[max(0, tokens[at].start - 60) : tokens[at].start])
    before = _TITLE_AT_END.sub("", before)
    if _HOUSE.search(before) or _NOT_HIM.search(before):
        return None
    asked = bool(_ASKS_FOR.search(before))
    return next(((f, like, asked) for f, like in near if _fits(tokens, at, f, asked=asked)), None)


def _fits(tokens: Sequence[NameToken], at: int, form: _Form, *, asked: bool) -> bool:
    """Whether the words around allow a form: «Hélène» in «Hélène Moreau» is not Hélène Durand."""
    end = at + len(form.words)
    due = asked or tokens[at].capital or (at > 0 and tokens[at - 1].fold in TITLES)
    if form.kind == "role":
        return asked and len(form.names) == 1
    if form.kind == "first" and end < len(tokens) and tokens[end].joined and tokens[end].capital:
        return is_function_word(tokens[end].fold)
    if form.kind == "last" and at and tokens[at].joined and is_first_name(tokens[at - 1].text):
        return not tokens[at - 1].capital
    return due or form.kind == "name"


def _likeness(said: Sequence[NameToken], words: tuple[str, ...]) -> float:
    if len(said) < len(words):
        return 0.0
    if all(t.fold == w for t, w in zip(said, words, strict=True)):
        return 1.0
    if any(t.fold[0] != w[0] and len(w) < 5 for t, w in zip(said, words, strict=True)):
        return 0.0
    if not any(t.capital for t in said) or abs(len(said[0].fold) - len(words[0])) > 3:
        return 0.0
    return min(similarity(t.fold, w) for t, w in zip(said, words, strict=True))


def third_party(
    transcript: Transcript, *, caller: str | None = None, excluded: Sequence[str] = (), due: bool = True
) -> Judgment | None:
    """The person concerned who is not the caller, as «Prénom Nom» or the part that is given.

    `caller` is the caller's name, `excluded` the names of the tenant's people. `due` says whether the tenant
    asks for such a person: where it does not, others are often named who concern nobody, so it must be surer.
    """
    known = [m for m in named_by_caller(transcript) if not _is_known(m, caller, excluded)]
    mentions = [_not_the_callers(m) if m.role == "caller" and caller else m for m in known]
    loose = [m for m in mentions if m.role != "third"]
    persons = [p for p in identities(m for m in mentions if m.role == "third") if not _is_part(p, caller)]
    return judged(
        transcript,
        [person.corrected(loose).completed(loose) for person in persons],
        least=LEAST if due else _LEAST_UNASKED,
    )


def _is_part(person: Identity, caller: str | None) -> bool:
    """Whether all that is known of a person is a part of the caller's own name."""
    name = person.name
    return bool(caller) and name.single and not name.title and name.may_be(caller or "")


def _not_the_callers(mention: Mention) -> Mention:
    """The mention with the role that is left, since the caller is somebody else."""
    role, strength = mention.otherwise
    return replace(mention, role=role, strength=strength)


def _is_known(mention: Mention, caller: str | None, excluded: Sequence[str]) -> bool:
    """Whether a mention names the caller or one of the tenant's people."""
    if caller and _is_callers(mention, caller):
        return True
    return any(mention.name.may_be(other) for other in excluded)


def _is_callers(mention: Mention, caller: str) -> bool:
    """Whether a name is the caller's, a part of it, or a former one: «avant c'était Sylvie Faure»."""
    name, parts = mention.name, fold_word(caller).split()
    if similarity(name.value, caller) > 0.9:
        return True
    if name.single:
        return mention.role != "third" and fold_word(name.value) in parts
    return fold_word(name.first) in parts[:1]
