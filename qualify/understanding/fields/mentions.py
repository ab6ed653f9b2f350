"""Every person named by the caller, with whom the words around say that it is.

One pass serves all finders of names: the same mention cannot be the caller for one and the person
concerned for another. The tables below are the rules: the words before a name, the words after it,
and what the agent has just asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from qualify.records import Transcript, Turn

from .lexicon import PARTICLES, TITLES, common_words, is_first_name, word_set
from .person_names import NameToken, PersonName, is_cased, is_function_word, name_tokens, read_name
from .phonetic import similarity
from .tokens import fold_word

Role = Literal["caller", "third", "other", "unknown"]
"""`other`: a company, a street, a town, someone else's name; `unknown`: nothing says."""

Ask = Literal["caller", "first", "third", "open", "none"]
"""Whose name the agent's last turn asks for; `open`: an account's, which may be another's."""

Rule = tuple[str, Role, float]
"""A pattern of folded words, and whose name it tells, how surely."""

RELATIVES = (
    r"(?:(?:belle|beau|grand|arriere|petite?|demi)[- ])?"
    r"(?:mere|pere|maman|papa|mari|femme|epouse|epoux|conjointe?|compagne|compagnon|concubine?|fils|fille|"
    r"enfant|bebe|garcon|gamine?|frere|soeur|tante|oncle|tonton|tata|niece|neveu|cousine?|parents?|filleule?|"
    r"marraine|parrain|mamie|papi|papy|meme|pepe|ex)"
)
OTHERS = (
    r"(?:amie?|copine|copain|voisine?|collegue|patron(?:ne)?|associee?|salariee?|employee?|apprentie?|stagiaire|"
    r"eleve|client(?:e)?|patiente?|locataire|proprietaire|bailleur|residente?|assuree?|titulaire|gardien(?:ne)?|"
    r"defunte?|beneficiaire|assistee?|protegee?|vendeur|vendeuse|acquereur|acheteur|acheteuse|mariee?|temoin|"
    r"passagere?|voyageuse?|voyageur|majeure? protegee?|aidant|aide a domicile|auxiliaire de vie|infirmiere?|"
    r"tutrice|tuteur|curateur|heritiere?|conducteur|conductrice|candidate?|occupante?|ingenieure?|colocataire|adherente?|"
    r"administree?|etudiante?|gamine?|confrere|gars|petit(?:-fils)?)"
)
_KIN = rf"(?:{RELATIVES}|{OTHERS})"
_TAIL = r"(?:(?: de [a-z]+| [a-z]+)?,? (?:alors|donc|feu|euh))?,? ?"


def _rules(frame: str, rows: Sequence[Rule]) -> tuple[tuple[re.Pattern[str], Role, float], ...]:
    """The rows with their patterns compiled, each set into the frame."""
    return tuple((re.compile(frame.format(pattern)), role, strength) for pattern, role, strength in rows)


_THEIR_KIN: tuple[Role, float] = ("third", 0.7)
"""«sa fille X»: the person concerned, or in answer to «vous êtes ?» the caller."""
_PLAIN: tuple[Role, float] = ("caller", 0.6)
"""«c'est X»: the caller where he has just picked up, or says a title or the whole name."""

_BEFORE = _rules(
    r"(?:^|[^a-z-])(?:{})$",
    (
        (r"(?:rue|avenue|boulevard|place|impasse|allee|chemin|quai|cours|square|route|residence|faubourg)"
         r"(?: (?:de la|de l'|de|du|des|d'|les?|la|l'))? ?", "other", 0.9),
        (r"(?:societes?|entreprises?|cabinet|agence|groupe|sarl|sci|sas|sa|eurl|etude|garage|hotel|restaurant|"
         r"mairie de|ville de|clinique|hopital|pharmacie|boulangerie|boucherie|residence|syndic|assurances?|"
         r"transports?|etablissements?|ets|maison|menuiserie|imprimerie|lycee|college|ecole|ehpad|foyer|"
         r"laboratoire|banque|magasin|boutique|fromagerie|librairie|brasserie|blanchisserie|negoce|ferme|domaine|"
         r"compagnie|association|service|domicile|fleurs|pressing|salon|camping|chateau|gite|moto|logiciel)"
         r"(?: (?:de|du|des|d'|de la|de l'))? ?", "other", 0.9),
        (r"(?:societe|entreprise|cabinet|agence|etude|syndic|service|garage|transports?|compagnie)[^,.?!]{2,40}, ",
         "caller", 0.7),
        (r"(?:mais )?(?:pas|plus) ", "other", 0.6),
        (r"(?:mon|un) prenom,? (?:c'est|est) |prenom,? (?:c'est )?|au prenom de ", "caller", 0.8),
        (rf"je suis (?:la |le |l')?{_KIN} (?:de |d'|du )", "third", 0.85),
        (rf"(?:ici|c'est|moi c'est|,) (?:la |le |l'|sa |son |un |une ){_KIN} (?:de |d'|du )", "third", 0.8),
        (rf"(?:ma|mon|notre|nos|mes|une?|leur|cette?) (?:[a-z]+ )?{_KIN}{_TAIL}", "third", 0.85),
        (rf"(?:ma|mon|notre|nos|mes|une?|des?|leur|l')[a-z' ]* ?{_KIN}[a-z' ]{{0,40}}[,.:?] ", "third", 0.7),
        (rf"(?:la|le|l'|les|des|du|de l'|au|sa|son|ses) ?(?:petite? )?{_KIN}{_TAIL}", *_THEIR_KIN),
        (rf"{_KIN},? (?:(?:elle|il),? )?(?:c'est|est|s'appelle|se nomme|qui s'appelle) ", "third", 0.85),
        (r"(?:elle|il|qui|on),? (?:s'appelle|se nomme|s'appelait) ", "third", 0.85),
        (r"(?:elle|lui),? (?:elle |il )?(?:c'est|c'etait) ", "third", 0.85),
        (r"(?:son|leur) (?:nom|prenom)(?: de famille)?,? (?:a (?:elle|lui),? )?(?:c'est|est) ", "third", 0.85),
        (r"(?:la|le) (?:defunte?|mariee|patiente?|locataire),? (?:c'est|est) ", "third", 0.85),
        (r"succession (?:de )?|tutelle de |curatelle de |obseques de |deces de |feue? ", "third", 0.75),
        (r"(?:je m'appelle|je me nomme|je me presente),? (?:c'est )?", "caller", 0.95),
        (r"(?<!passez )(?<!donnez )(?:et )?moi,? (?:je suis |je m'appelle |c'est )?", "caller", 0.93),
        (r"mon nom(?: de famille| de jeune fille| a moi)?,? (?:c'est|est|alors c'est) ", "caller", 0.95),
        (r"(?:le nom|nom de famille|mon nom),? (?:c'est |est )?", "caller", 0.75),
        (r"ici,? (?:le |la )?", "caller", 0.85),
        (r"(?:je suis|nous sommes),? (?:encore )?(?:le |la )?", "caller", 0.85),
        (r"(?:dites|dire|repondez|precisez|notez)(?:[ -](?:lui|leur|bien|juste|simplement))*,? que "
         r"(?:c'est |c'etait )?", "caller", 0.7),
        (r"(?:de|a) (?:la )?part de |a mon nom,? |rappele[rz] ", "caller", 0.7),
        (r"(?:au nom|aux noms) de |c'est au nom ", "caller", 0.6),
        (r"(?:allo|bonjour|bonsoir|salut|coucou|rebonjour)(?:,? (?:madame|monsieur|mademoiselle|oui|a vous|"
         r"encore))*,? ?(?:et )?(?:alors )?(?:c'est )?(?:encore )?", "caller", 0.8),
        (r"c'est (?:encore |toujours |bien |de nouveau )?(?:le |la |l')?", *_PLAIN),
        (r"(?:pour|concernant|au sujet de|a propos de|dossier(?: de)?|celui de|celle de|chez|avec|visite de|"
         r"rendez-vous de|de|par) ", "unknown", 0.0),
    )
)  # fmt: skip
"""What stands before a name (title left out), folded → whose it is; the first that matches rules."""

_AFTER = _rules(
    r"^(?:{})",
    (
        (r",? (?:a|au) l'appareil|,? au (?:telephone|bout du fil)", "caller", 0.95),
        (rf",? (?:c'est|c'etait) (?:ma|mon|notre|la|le|l'|un|une) ?{_KIN}", "third", 0.8),
        (rf",? (?:mon|ma) {_KIN}", "third", 0.7),
        (rf",? (?:je suis |moi c'est )?(?:sa|son) {_KIN}", "caller", 0.85),
        (r",? (?:vient|a) (?:d'appeler|appele|telephone|rappele)", "caller", 0.7),
        (r",? (?:je (?:vous )?(?:appelle|rappelle|suis|telephone)|j'(?:appelle|ai|avais|habite|aurais|aimerais))",
         "caller", 0.7),
        (r",? (?:de (?:la )?(?:societe|chez|l'entreprise)|de chez|du (?:cabinet|garage|syndic|labo)|"
         r"(?:la |le )?(?:maman|papa|mere|pere|fille|fils|femme|mari|soeur|frere|voisine?) (?:de|d'|du) )",
         "caller", 0.75),
        (r",? (?:elle|il|lui|qui) ", "third", 0.45),
    )
)  # fmt: skip
"""What stands after a name."""

_ASKS: tuple[tuple[str, Ask], ...] = (
    (r"votre nom|vos coordonnees|votre identite|vos nom|qui est a l'appareil|de (?:la )?part de|"
     r"qui dois-je|je note qui|vous vous appelez|vous appelez comment|qui etes[- ]vous|vous etes qui|"
     r"on rappelle qui|qui (?:me |nous )?(?:appelle|parle)|"
     r"vous etes,? ?(?:madame|monsieur|mademoiselle|m\.)?[ ,.…]*\?|"
     r"vous etes (?:sa|son|leur|la|le|une?|l')[a-z' -]*\?", "caller"),
    (r"(?:son|leur|sa|ses) (?:nom|prenom|identite)|s'appelle[- ]t[- ](?:il|elle)|(?:il|elle) s'appelle|"
     r"comment s'appel|s'appelle comment|(?:nom|prenom|identite)s?(?: et prenoms?)? (?:du|de la|de l'|de votre|"
     r"des|de vos|de cette?) ?(?!titulaire|dossier|contrat|compte|famille|societe|entreprise|loueur|residence|"
     r"rue|ville|client)[a-z]|que[l]le? (?:patiente?|enfant|locataire|salariee?|eleve|residente?)|"
     r"de quel enfant|pour qui|la personne concernee|qui est concerne", "third"),
    (rf"{_KIN}[a-z ]*,? c'est[ .…]*\?|votre {_KIN}(?:,? (?:s'appelle|c'est|se nomme)[a-z ,']*)?\?", "third"),
    (r"votre prenom|et le prenom|^prenom|prenom \?", "first"),
    (r"a quel nom|quel nom|(?:le|les|un) noms?\b|au nom de|nom (?:du|de la) (?:titulaire|dossier|contrat|client)|"
     r"titulaire", "open"),
)  # fmt: skip


@dataclass(frozen=True)
class Mention:
    """A person's name in a caller's turn, and whose it seems to be (`strength` in [0, 1])."""

    turn: int
    name: PersonName
    role: Role
    strength: float
    ask: Ask
    part: Literal["whole", "first"] = "whole"
    """`first`: given as the first name alone, to complete a family name."""
    corrects: bool = False
    """Whether the words before it take back what was said («non, pardon, …»)."""
    stands_alone: bool = False
    """Whether it is a full name between punctuation, that no word before it governs."""


def question_of(transcript: Transcript, turn: int) -> Ask:
    """Whose name the agent asks for in the turn just before a caller's turn."""
    if not turn or transcript.turns[turn - 1].speaker != "agent":
        return "none"
    asked = fold_word(transcript.turns[turn - 1].text)
    return next((ask for pattern, ask in _ASKS if re.search(pattern, asked)), "none")


def caller_mentions(transcript: Transcript) -> tuple[Mention, ...]:
    """All names in the caller's turns, in order."""
    turns = ((i, t) for i, t in enumerate(transcript.turns) if t.speaker == "caller")
    return tuple(
        m
        for i, turn in turns
        for m in _turn_mentions(i, turn, question_of(transcript, i), _echo(transcript, i))
    )


def _echo(transcript: Transcript, turn: int) -> tuple[str, ...]:
    """The folded names that the agent has just said back: the words after a form of address."""
    if not turn or transcript.turns[turn - 1].speaker != "agent":
        return ()
    tokens = name_tokens(transcript.turns[turn - 1].text)
    return tuple(b.fold for a, b in pairwise(tokens) if a.fold in TITLES or is_first_name(a.text))


def _turn_mentions(number: int, turn: Turn, ask: Ask, echo: Sequence[str]) -> Iterator[Mention]:
    tokens = name_tokens(turn.text)
    cased = is_cased(turn.text)
    at, said_to, asked = 0, 0, ask
    while at < len(tokens):
        if not _may_begin(tokens[at], cased=cased):
            at += 1
            continue
        start = tokens[at].start
        before = fold_word(turn.text[max(0, start - _CONTEXT) : start])
        cue = _cue(_BEFORE, before)
        due = _is_due(tokens, at, before, cue, asked, cased=cased, echo=echo)
        read = read_name(tokens, at, cased=cased, expected=due)
        if read is None:
            at += 1
            continue
        name, at = read
        follows = not turn.text[said_to : name.start].strip(" dDeEuU'’")
        mention = _judged(
            number,
            name,
            before,
            fold_word(turn.text[name.end : name.end + _CONTEXT]),
            cue,
            asked,
            follows=follows,
        )
        said_to = name.end
        if mention.role in ("caller", "third"):
            asked = "none"
        yield mention


def _may_begin(token: NameToken, *, cased: bool) -> bool:
    """A quick look, before the words around are read."""
    if token.fold in PARTICLES or token.fold in TITLES:
        return True
    return token.capital if cased else not is_function_word(token.fold)


def _cue(table: Sequence[tuple[re.Pattern[str], Role, float]], text: str) -> tuple[Role, float] | None:
    return next(((role, s) for pattern, role, s in table if pattern.search(text)), None)


def _is_due(
    tokens: Sequence[NameToken],
    at: int,
    before: str,
    cue: tuple[Role, float] | None,
    ask: Ask,
    *,
    cased: bool,
    echo: Sequence[str],
) -> bool:
    """Whether a name is to be expected at a word, so that an everyday word may be one."""
    if ask != "none" and all(t.fold in _ANSWER_OPENERS for t in tokens[:at]):
        return True
    if cue is not None and cue[0] == "caller" and cue[1] >= 0.9:
        return cased or not before.endswith("moi ")
    if before.endswith(("au nom de ", "au nom d'")):
        return tokens[at].fold not in common_words()
    if _TAKES_BACK.search(before) and any(0.5 <= similarity(tokens[at].fold, word) < 1 for word in echo):
        return True
    return any("appareil" in t.fold for t in tokens[at + 1 : at + 6] if not t.opens)


_ANSWER_OPENERS = word_set(
    "oui alors euh c'est c' est bien sur bonjour madame monsieur au nom de d' le la ben bah donc mon j' "
    "ah"
)


def _judged(
    number: int,
    name: PersonName,
    before: str,
    after: str,
    cue: tuple[Role, float] | None,
    ask: Ask,
    *,
    follows: bool,
) -> Mention:
    role, strength = _role(cue, _cue(_AFTER, after), ask)
    if (role, strength) == _PLAIN and (name.title or not name.single or number <= 1):
        strength = 0.8
    if (
        role == "third"
        and name.single
        and not (name.first or name.title or "," in before[-2:])
        and ask != "third"
    ):
        strength = min(strength, 0.5)
    if follows and _GENITIVE.search(before):
        role, strength = "other", 0.9
    part: Literal["whole", "first"] = "whole"
    if name.single and (
        (ask == "first" and role == "caller") or before.rstrip().endswith(("prenom", "prenom,"))
    ):
        part = "first"
    corrects = bool(_TAKES_BACK.search(before))
    alone = not name.single and is_first_name(name.first) and cue is None and not after[:2].strip(" .,;!?…")
    return Mention(number, name, role, strength, ask, part, corrects, alone)


_CONTEXT = 80
"""Characters on either side of a name that are looked at."""
_GENITIVE = re.compile(r" (?:de |du |d')$")
"""Between two names: the second is where the first comes from, «Odile de Foncia»."""
_TAKES_BACK = re.compile(
    r"(?:^|[ ,.])(?:non|pardon|plutot|je me trompe|excusez-moi|enfin|rectifie|attendez)[ ,.!…]*"
    r"(?:pas [a-z' -]+,? )?(?:c'est |moi c'est |c'etait )?(?:madame |monsieur )?$"
)


def _role(left: tuple[Role, float] | None, right: tuple[Role, float] | None, ask: Ask) -> tuple[Role, float]:
    if left and left[0] == "other":
        return left
    if right and right[1] >= 0.8 and (not left or left[1] < 0.85):
        return right
    if left and left == _THEIR_KIN and ask == "caller":
        return "caller", 0.85
    if left and left[1] >= 0.7:
        return left
    asked = _by_question(ask)
    if asked and (not left or left[1] > 0.0 or ask == "third"):
        return asked
    known = [c for c in (left, right) if c and c[1] > 0]
    return max(known, key=lambda c: c[1]) if known else ("unknown", 0.0)


def _by_question(ask: Ask) -> tuple[Role, float] | None:
    table: dict[Ask, tuple[Role, float]] = {
        "caller": ("caller", 0.9), "first": ("caller", 0.85), "third": ("third", 0.85), "open": ("caller", 0.75),
    }  # fmt: skip
    return table.get(ask)
