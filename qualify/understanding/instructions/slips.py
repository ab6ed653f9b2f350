"""What agents say that instructions forbid: kinds of slips, how instructions name and agents make them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from qualify.understanding.fields.numbers import TENS, UNITS
from qualify.understanding.similarity import HEAD_SMOOTHING, Array, plain, stem

_NAMED = {
    "price": r"\bprix\b|tarif|montant|honoraires|\bcout|\bfrais\b|emolument|remuneration|salaire|taux|devis"
    r"|budget|facturer|fourchette|ordre de grandeur|loyer|franchise"
    r"|estim|reprise|chiffrer",
    "time": r"delai|\bheures?\b(?! d'ouverture)|\bdates?\b|\bjours?\b|\bquand\b|rapidite|\bpassage\b|arriver"
    r"|combien de temps|planning|attend(?:ent|re)",
    "care": r"medica|sante\b|symptome|\bsoins?\b|\bdoses?\b|posologie|traitement|douleur|aliment|remede"
    r"|conseil(?! (?:juri|fisc|de droit))|therap|grossesse|ordonnance"
    r"|anticoagulant|goutte|antibio",
    "law": r"juridi|\bdroits?\b|fiscal|recours|\bloi\b|procedure|responsab|litige|chances"
    r"|avis (?!sur (?:la douleur|un sympt))",
    "result": r"resultat|analyses?\b|compte[- ]rendu|examen",
    "availability": r"disponib|\bplaces?\b|stock|complet|rupture|\breste\b|\blibre|rayon|creneau",
    "contact": r"numeros?\b|portable|mobile|telephone|adresses?\b|coordonnees|e-?mail|identite|donnees"
    r"|nom (?:du|de la|d'un)? ?(?:proprietaire|locataire)|ligne directe|personnel(?:le)?s?\b"
    r"|\bnoms?\b",
    "absence": r"absen|conges?\b|vacances|ou se trouve|motif|agenda|planning|hospitalis|maladie|deplacement",
    "confirms": r"confirmer (?:\(|ni|qu|a )|\btiers\b|dossiers?\b|patient|client[e ]|suivie?\b|confidenti"
    r"|\b(?:dire|dise|indiquer|reveler|divulguer|communiquer|parler|donner)\b.*\b(?:si|qu')[ ]?"
    r"(?:une?|quelqu|la|le|il|elle|on|personne)|present|ce qu'elle prend|contenu|resident|eleve|locataire"
    r"|solde|chiffres?\b|operation|information",
    "refund": r"rembours|avoirs?\b|geste|indemni|compensation|remise|dedommag|gratuit|engag|penalite|acompte"
    r"|promotion|reduction",
    "handling": r"repar|manipul|bricol|depann|toucher|debray|deverrouill|ouvrir|courant|redemarr|guider"
    r"|expliquer comment|demont|purge|rearm|faire soi|manoeuvr",
    "coverage": r"mutuelle|garanti|assurance|prise? en charge|prend\w* en charge|couver|secu|rembours"
    r"|aides?\b|indemnis",
    "grants": r"accord|annul|resili|confirmer|accepte|signature|virement|arret de la procedure|valider"
    r"|enregistrer|engag|rendez-vous|\brdv\b|creneau|inscri|commande|report|suspen|autoris|promett",
    "promise": r"promett|promesse|garantir|assurer (?:qu|un)|remplac|mission|engag|esperer|embauche",
    "opinion": r"avis\b|opinion|comment|juge|confrere|concurren|collegue|responsab|erreur|litige|critiqu|tort"
    r"|prononcer|recommand|qualite"
    r"|remarque|culpabilis|griefs|contestation|discuter",
    "diagnosis": r"diagnosti|panne|cause|origine",
    "minimise": r"urgent|minimis|rassur|grave",
    "bank": r"carte|\brib\b|iban|bancaire",
    "code": r"\bcodes?\b|\bcles?\b|alarme|mot de passe",
    "inside": r"\bpersonnel\b(?! d)|deborde|externe|interne|attend|plateforme|effectif",
    "transfer": r"passer (?:d'|aucun|un|les|l')?\s?(?:appel|ligne)|ne pas (?:les |le |la )?passer|transfer",
}
NAMED: Mapping[str, re.Pattern[str]] = {kind: re.compile(pattern) for kind, pattern in _NAMED.items()}
"""Kind of slip → how a prohibition names it."""
ANY = "any"
KINDS = (*NAMED, ANY)
"""The kinds, and last a slip of any kind."""

_ASKED = {
    "price": r"combien|cher\b|prix|tarif|cout|paie|euros",
    "time": r"quand|combien de temps|quelle heure|quel jour|vite\b|aujourd'hui|demain|longtemps|delai|d'ici",
    "care": r"\bmal\b|grave|normal|prendre|donner|faire en attendant|fievre|inquiet|medicament",
    "law": r"le droit|oblige|legal|risque|tribunal|contester|payer|recours|qui (?:doit|paie)",
    "result": r"resultat|analyse|radio|prise de sang|examen",
    "availability": r"il (?:vous )?(?:en )?reste|vous (?:en )?avez|encore|libre|dispo|place|complet|stock",
    "contact": r"numero|adresse|portable|joindre|habite|coordonnees|qui (?:est|c'est)",
    "absence": r"\best la\b|pas la\b|absent|revient|rentre|pourquoi|parler a|ou est",
    "confirms": r"est(?:-| )(?:il|elle|ce)|vient|dossier|savoir si|chez vous",
    "refund": r"rembours|geste|avoir\b|paye|verse|acompte|caution|dedommag",
    "handling": r"comment (?:je|on|faire)|qu'est-ce que je|je peux (?:pas )?|moi-meme|bouton",
    "coverage": r"rembours|en charge|couvert|garanti|assurance|mutuelle",
    "grants": r"annul|decal|changer|delai|accept|possible|reserver|garder|payer|d'accord|inscri",
    "promise": r"quelqu'un|rempla|promett|sur(?:e)?\b|comptez|vous pouvez",
    "opinion": r"pensez|avis|normal|honte|scandal|incompet|erreur|faute",
    "diagnosis": r"d'ou|pourquoi|panne|bruit|qu'est-ce qu",
}
ASKED: Mapping[str, re.Pattern[str]] = {kind: re.compile(pattern) for kind, pattern in _ASKED.items()}
"""Kind of slip → what callers say before it."""

_ON_THE_PHONE = re.compile(r"\b(?:au|par) telephone\b")
_NUMBER_WORDS = frozenset(UNITS | TENS) - {"un", "une"}
_DAYS = frozenset("lundi mardi mercredi jeudi vendredi samedi dimanche".split())
_MONTHS = frozenset(
    "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre".split()
)
_PIECE = re.compile(r"\d+|[a-z]+|[?€]")
_NUMBER, _START = "#", "^"


def kinds_named(text: str) -> list[int]:
    """The kinds of slips that a prohibition names, as indices in `KINDS`."""
    said = _ON_THE_PHONE.sub(" ", plain(text))
    return [KINDS.index(kind) for kind, pattern in NAMED.items() if pattern.search(said)]


def asked_about(kinds: Sequence[int], text: str) -> bool:
    """Whether what a caller says, in plain letters, calls for a slip of one of these kinds."""
    return any(KINDS[k] in ASKED and ASKED[KINDS[k]].search(text) for k in kinds)


def marks(text: str) -> frozenset[str]:
    """Stems of a clause and pairs of neighbours; numbers, days and months by their class, with its start."""
    found = [_START]
    for piece in _PIECE.findall(plain(text)):
        mark = _mark(piece)
        if not mark == found[-1] == _NUMBER:
            found.append(mark)
    return frozenset(found[1:]) | frozenset(f"{one} {two}" for one, two in pairwise(found))


def numbers_said(text: str) -> frozenset[str]:
    """The figures and number words of a text."""
    pieces = _PIECE.findall(plain(text))
    return frozenset(p for p in pieces if p.isdigit() or p in _NUMBER_WORDS)


def _mark(piece: str) -> str:
    if piece.isdigit() or piece in _NUMBER_WORDS:
        return _NUMBER
    if piece in _DAYS:
        return "#day"
    if piece in _MONTHS:
        return "#month"
    return "euro" if piece == "€" else stem(piece)


@dataclass(frozen=True)
class SlipHeads:
    """Learned yes/no questions put to a clause of the agent's: whether it is a slip of each of `KINDS`."""

    weights: Mapping[str, Array]
    """Mark → a weight for each kind."""
    bias: Array

    def logits(self, said: frozenset[str]) -> Array:
        """The log-odds of each kind for the marks of a clause."""
        known = [self.weights[m] for m in sorted(said) if m in self.weights]
        if not known:
            return self.bias
        return np.asarray(np.sum(known, axis=0) / (len(known) + HEAD_SMOOTHING) ** 0.5 + self.bias)
