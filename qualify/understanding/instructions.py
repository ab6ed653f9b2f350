"""Whether the agent did what the tenant's instructions say, and which turn shows it.

What the instruction wants asked is looked up in a table of usual questions; anything else is compared
by words and vectors with what the agent says. Read-backs are told by the digits that come back.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from qualify.records import Evidence, InstructionJudgment, Transcript
from qualify.tenant import Instruction, Tenant
from qualify.understanding.fields.numbers import TENS, UNITS
from qualify.understanding.similarity import AGENT_PREFIX, Array, Lexicon, WordHead, plain, tokens

BREAKS_FROM = 0.75
"""Probability from which an instruction counts as broken: agents mostly follow them, and none is to be
accused on an even chance."""
DICTATED_DIGITS = 8
"""Digits in the caller's turns from which a number was dictated (a French number has ten)."""
READ_BACK_DIGITS = 6
"""Digits in one later turn of the agent's that make a read-back."""
NOTHING_TO_DO = frozenset({"spam", "wrong_number", "silent"})
"""Built-in intents in which no `do` has its occasion."""
OCCASION_ALIKE = 0.35
"""Likeness of the caller's words to an instruction's condition from which its occasion came."""
CERTAIN, LIKELY = 0.95, 0.8
"""Confidence of what the tenant's file settles, and of what a rule of ours tells from the turns."""
COLUMNS = 6
"""Features of an instruction in a call; see `InstructionModel.features`."""


class Ask(NamedTuple):
    """A usual question: how instructions name it, how agents ask it, how callers answer it unasked."""

    wanted: re.Pattern[str]
    asked: re.Pattern[str]
    given: re.Pattern[str]


def _ask(wanted: str, asked: str, given: str = r"(?!)") -> Ask:
    return Ask(re.compile(wanted), re.compile(asked), re.compile(given))


_PAPER = r"(?:dossier|contrat|commande|client|sinistre|facture|police|lot|bon)"
ASKS = (
    _ask(
        r"numero (?:de )?(?:telephone|rappel|portable|mobile)|coordonnees|son numero$",
        r"numero|(?:vous|le|la) (?:joindre|joint|rappeler?)|portable|telephone|coordonnees",
    ),
    _ask(
        r"\bnoms?\b(?! de (?:la|l) ?(?:societe|entreprise))|identite",
        r"\bnom\b|a l'appareil|de la part de|vous (?:etes|vous appelez)|votre prenom",
        r"je m'appelle|je suis (?:madame|monsieur)|a l'appareil|c'est (?:madame|monsieur)",
    ),
    _ask(r"epel", r"epel|s'ecrit|lettre|orthographe", r"s'ecrit|j'epelle|comme (?:ca|le|la)"),
    _ask(r"naissance", r"naissance|nee? (?:le|quand|en)|quelle annee", r"\bnee? (?:le|en)\b"),
    _ask(
        rf"numeros? (?:du |de |d'){_PAPER}|reference",
        rf"(?:numero|quel) (?:\w+ ){{0,3}}{_PAPER}|reference",
        r"(?:dossier|contrat|commande|reference|sinistre|facture) (?:numero )?[a-z]?\W*\d|reference",
    ),
    _ask(
        r"adresse(?! (?:e-?)?mail| electronique)|lieu (?:d'|de l')intervention",
        r"adresse|quelle (?:rue|ville)|ou (?:habitez|etes|ca se|se trouve)|chez vous c'est",
        r"\b\d* ?(?:rue|avenue|boulevard|impasse|chemin|place|allee|quai) ",
    ),
    _ask(r"etage", r"etage", r"etage|rez-de"),
    _ask(r"code (?:de|d'|porte)|digicode", r"\bcode\b|entrer", r"\bcode\b"),
    _ask(r"interphone", r"interphone|sonner?", r"interphone|sonnez"),
    _ask(r"e-?mail|courriel|adresse electronique", r"mail|courriel|arobase", r"arobase|@"),
    _ask(r"immatriculation|plaque", r"immatricul|plaque", r"immatricul|plaque"),
    _ask(
        r"joignable|creneau|disponibilite|(?:quand|heure|moment).*rappel",
        r"quand|quelle heure|quel moment|creneau|joignable|disponible|plutot",
        r"(?:apres|avant|entre|jusqu'a) \w+ ?h|apres-midi|le matin|toute la journee",
    ),
    _ask(r"depuis (?:quand|combien)", r"depuis|quand", r"depuis|hier|ce matin|cette nuit"),
    _ask(r"temperature|fievre", r"temperature|fievre|combien", r"\b3[6-9]|\b40|trente-|quarante"),
    _ask(r"\bage\b", r"\bage\b|quel age", r"\bans\b|\bmois\b"),
    _ask(r"\bmarque", r"marque|quel modele|c'est quoi comme", r"marque|modele"),
    _ask(r"code erreur|code affiche", r"code|affiche|ecran", r"code|affiche"),
    _ask(r"coupe", r"coupe|ferme|robinet|vanne|compteur", r"coupe|ferme"),
    _ask(
        r"deja (?:client|patient|venu)",
        r"deja|premiere fois|connai[st]|client chez",
        r"deja|premiere fois|client",
    ),
    _ask(
        r"connus?\b|recommande",
        r"connus?\b|recommand|envoye|entendu parler",
        r"recommand|sur internet|de la part",
    ),
    _ask(r"societe|entreprise", r"societe|entreprise|de la part|maison", r"societe|entreprise|de chez"),
    _ask(r"\b15\b|samu", r"\b15\b|quinze|samu"),
    _ask(r"\b18\b|pompiers", r"\b18\b|dix-huit|112|cent douze|pompiers"),
)


class Slip(NamedTuple):
    """A usual prohibition: how instructions name it, and how agents break it."""

    forbidden: re.Pattern[str]
    said: re.Pattern[str]


def _slip(forbidden: str, said: str) -> Slip:
    return Slip(re.compile(forbidden), re.compile(said))


SLIPS = (
    _slip(r"\bprix\b|tarif|montant|honoraires|\bcout", r"\beuros?\b|€|\bcentaines?\b|gratuit|pas cher"),
    _slip(
        r"delai|heure|promett|promesse|engage",
        r"dans (?:l'heure|la (?:journee|matinee|soiree)|\w+ (?:minutes?|heures?|jours?))|d'ici"
        r"|\bavant (?:ce |midi|\d)|sans faute|je vous promets|c'est (?:sur|promis|garanti)|aujourd'hui meme"
        r"|(?:passe|vient|rappelle)\w* (?:demain|ce)",
    ),
    _slip(r"rembours|avoir\b|geste", r"vous ser\w+ rembours|on (?:va )?(?:vous )?rembours|un avoir\b|geste"),
    _slip(
        r"medica|sante|diagnosti",
        r"\b(?:prenez|mettez|donnez)(?:-| )(?:lui|en|un|une|du|de la)\b|doliprane|paracetamol|rien de grave"
        r"|pas grave|c'est (?:surement|certainement|normal|viral)|ca (?:va )?passe",
    ),
    _slip(
        r"juridi|avis\b|responsab|litige",
        r"vous avez (?:raison|tort|le droit)|en tort|a mon avis|c'est (?:lui|eux|elle) qui",
    ),
    _slip(r"resultat|analyse", r"negati|positi|normal|taux|c'est bon"),
    _slip(r"carte", r"carte (?:bleue|bancaire)|numero de (?:la )?carte|cryptogramme"),
    _slip(r"tutoy|prenom", r"\b(?:tu|toi|te|ton|tes)\b"),
    _slip(
        r"ou se trouve|absen|conge|planning|agenda",
        r"en (?:vacances|conges?|deplacement|audience|reunion)|rentre|revient",
    ),
    _slip(r"confrere|concurren", r"ca m'etonne|serieux|les yeux fermes|reputation|pas terrible"),
    _slip(r"code|cle|alarme", r"le code (?:c'est|est)|c'est (?:le )?\d|sous le pot"),
    _slip(
        r"numero (?:personnel|perso|direct)|portable|mobile",
        r"(?:\d[ .-]?){8}|zero (?:six|sept)|son (?:portable|numero)",
    ),
    _slip(
        r"repar|manipul|bricol|depann",
        r"\b(?:coupez|tournez|appuyez|debranchez|devissez|essayez|redemarrez|enlevez)\b",
    ),
)
_READ_BACK = re.compile(
    r"(?:reli|repet|repete|reformul|confirm\w+ le|redi)\w*.*(?:numero|telephone)|numero.*(?:reli|repet)"
)
_DIGITS_OF = {word: 1 if value < 10 else 2 for word, value in (UNITS | TENS).items() if value != 1}
"""Number word → how many digits it stands for; «un» is mostly an article."""
_WORD = re.compile(r"[a-z]+")
_CONDITION = re.compile(
    r"^(?P<head>[^:→]{3,80}?)\s*[:→]"
    r"|\b(?:si|en cas d[e']|lorsque|quand|pour (?:toute?s?|une?|les?|tout nouveau)|apres|avant)\b"
    r"(?P<clause>[^,.:;]+)"
)


@dataclass(frozen=True)
class InstructionModel:
    """The learned part, the same for every tenant."""

    lexicon: Lexicon
    oversteps: WordHead
    """Whether one turn of an agent's does something that instructions forbid."""
    done: Array
    """Weights of `features`: whether a `do` was done."""
    forbidden: Array
    """Weights of `features`: whether a `do_not` was broken."""

    def occasion_came(self, transcript: Transcript, text: str) -> bool:
        """Whether the caller says something like the instruction's condition, or it has none."""
        condition = condition_of(text)
        wanted, vector = frozenset(tokens(condition)), self.lexicon.embed(condition)
        said = [t.text for t in transcript.turns if t.speaker == "caller"]
        return not condition or any(
            wanted & frozenset(tokens(t)) or float(vector @ self.lexicon.embed(t)) >= OCCASION_ALIKE
            for t in said
        )

    def features(self, transcript: Transcript, instruction: Instruction) -> Array:
        """`COLUMNS` features: usual questions, usual slips, likeness of the agent's words, overstepping."""
        agent = [t.text for t in transcript.turns if t.speaker == "agent"]
        vector, wanted = self.lexicon.embed(instruction.text), frozenset(tokens(instruction.text))
        return np.asarray(
            [
                share_asked(transcript, instruction.text),
                slipped(agent, instruction.text),
                max((float(vector @ self.lexicon.embed(t)) for t in agent), default=0.0),
                max((self.lexicon.overlap(frozenset(tokens(t)), wanted) for t in agent), default=0.0),
                max((self._overstep(t) for t in agent), default=0.0),
                1.0,
            ],
            dtype=np.float32,
        )

    def showing_turn(self, transcript: Transcript, instruction: Instruction) -> int | None:
        """The agent's turn that is most about the instruction; None where the agent says nothing."""
        agent = [n for n, t in enumerate(transcript.turns) if t.speaker == "agent"]
        vector, asks = self.lexicon.embed(instruction.text), wanted_asks(instruction.text)

        def about(n: int) -> float:
            text = transcript.turns[n].text
            asked = 1.0 * sum(bool(a.asked.search(plain(text))) for a in asks)
            if instruction.kind == "do_not":
                asked = 2.0 * max(slipped([text], instruction.text), 0.0) + 0.2 * self._overstep(text)
            return asked + float(vector @ self.lexicon.embed(text))

        return max(agent, key=about, default=None)

    def _overstep(self, text: str) -> float:
        return self.oversteps.logit(frozenset(AGENT_PREFIX + t for t in tokens(text)))


def wanted_asks(text: str) -> list[Ask]:
    """The usual questions that an instruction wants asked."""
    return [a for a in ASKS if a.wanted.search(plain(text))]


def share_asked(transcript: Transcript, text: str) -> float:
    """Share of the wanted questions that are asked, or answered unasked, from -1 to 1; 0 where none is."""
    asks = wanted_asks(text)
    if not asks:
        return 0.0
    shown = [
        any((a.asked if t.speaker == "agent" else a.given).search(plain(t.text)) for t in transcript.turns)
        for a in asks
    ]
    return 2.0 * sum(shown) / len(shown) - 1.0


def slipped(agent: Sequence[str], text: str) -> float:
    """1 where the agent says what such a prohibition usually means, -1 where not, 0 for other texts."""
    slips = [s for s in SLIPS if s.forbidden.search(plain(text))]
    if not slips:
        return 0.0
    return 1.0 if any(s.said.search(plain(said)) for s in slips for said in agent) else -1.0


def condition_of(text: str) -> str:
    """The occasion that an instruction names (« en cas de fuite, … »); empty where it holds always."""
    found = _CONDITION.search(plain(text))
    return (found["head"] or found["clause"]).strip() if found else ""


def judge_instructions(
    transcript: Transcript, tenant: Tenant, intents: Sequence[str], model: InstructionModel
) -> dict[str, InstructionJudgment]:
    """Each of the tenant's instructions by id, for a call of these intents (the main one first)."""
    return {i.id: _judge(transcript, i, intents, model) for i in tenant.instructions}


def _judge(
    transcript: Transcript, instruction: Instruction, intents: Sequence[str], model: InstructionModel
) -> InstructionJudgment:
    if instruction.kind == "do":
        if instruction.intents and not set(instruction.intents) & set(intents):
            return InstructionJudgment(outcome="not_applicable", confidence=CERTAIN)
        if intents[0] in NOTHING_TO_DO or not model.occasion_came(transcript, instruction.text):
            return InstructionJudgment(outcome="not_applicable", confidence=LIKELY)
        if _READ_BACK.search(plain(instruction.text)):
            return _read_back(transcript)
    return _weigh(transcript, instruction, model)


def _weigh(transcript: Transcript, instruction: Instruction, model: InstructionModel) -> InstructionJudgment:
    does = instruction.kind == "do"
    score = float(model.features(transcript, instruction) @ (-model.done if does else model.forbidden))
    breach = 1 / (1 + math.exp(-score))
    broken = breach >= BREAKS_FROM
    shown = None if does == broken else model.showing_turn(transcript, instruction)
    return InstructionJudgment(
        outcome="broken" if broken else "followed",
        confidence=breach if broken else 1 - breach,
        evidence=_turn_evidence(transcript, shown),
    )


def _read_back(transcript: Transcript) -> InstructionJudgment:
    """Whether digits that the caller dictates come back from the agent."""
    dictated = 0
    for number, turn in enumerate(transcript.turns):
        digits = digits_said(turn.text)
        if turn.speaker == "caller":
            dictated += digits
        elif dictated >= DICTATED_DIGITS and digits >= READ_BACK_DIGITS:
            evidence = _turn_evidence(transcript, number)
            return InstructionJudgment(outcome="followed", confidence=LIKELY, evidence=evidence)
    missing = dictated >= DICTATED_DIGITS
    return InstructionJudgment(outcome="broken" if missing else "not_applicable", confidence=LIKELY)


def digits_said(text: str) -> int:
    """About how many digits a turn says: figures, and two for each number word of ten or more."""
    written = plain(text)
    return sum(_DIGITS_OF.get(w, 0) for w in _WORD.findall(written)) + sum(c.isdigit() for c in written)


def _turn_evidence(transcript: Transcript, turn: int | None) -> tuple[Evidence, ...]:
    if turn is None:
        return ()
    return (transcript.evidence(turn, 0, len(transcript.turns[turn].text)),)
