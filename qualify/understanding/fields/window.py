"""When the caller can be reached: «plutôt après seize heures» → «après 16 h».

Words count as a window where they are about a call: their sentence speaks of calling or of being
reached, or it answers the agent's question about that, or it goes with the dictated number. A sentence about
a visit or an appointment never gives one. Where the agent reads it back, the agent's wording counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from qualify.records import Evidence, Judgment, Transcript

from .clock import NUMBER_WORD, fold, spoken
from .window_words import Piece, clusters, find_pieces, written

Basis = Literal["said", "asked", "number"]
"""Why words are about a call: they say so, the agent asked for it, or they go with a telephone number."""

_CONFIDENCE: dict[Basis, float] = {"said": 0.65, "asked": 0.62, "number": 0.55}
"""Near the share of right ones on labeled calls: 42 of 59 on all, 6 of 12 on tenants never looked at."""
_HOURS_BONUS = 0.03
"""Hours tell more than a day or a part of it, and are more surely a window."""
_EXCEPTION_MALUS = 0.02
"""Times when not to call, alone, tell less: «le matin, l'après-midi je dors, sauf lundi»."""
_READ_BACK_BONUS = 0.1

_WHO = r"(?:il|elle|on|ils|elles|quelqu'un|vous|monsieur \w+|madame \w+)"
_CALLING = spoken(
    r"\brappele[rz]|\brappels?\b(?! (?:de|du|des|d')\b)|\bm'appele[rz]\b|\bl'appele[rz]\b"
    r"|\bappele[rz] (?:moi|le|la|plutot|avant"
    r"|apres|entre|pas)|\bjoi(?:ndre|gnable|gnez)|"
    rf"(?:\bqu'|\bque |\bs'|\bsi ){_WHO}"
    r" (?:ne )?(?:me |m'|nous |l')(?:joigne|joint|appelle|rappelle|sonne|telephone)\w*"
    r"|\b(?:peu[tx]|pouvez|pourra\w*|pourrez|veut|voulez|veulent) (?:aussi |toujours |bien )?"
    r"(?:me |m'|nous )?r?appeler\b|\btelephone[rz]\b|\bm'avoir\b"
    r"|\b(?:me|nous) (?:contacter|recontacter|telephoner|sonner)"
    r"|\bcontactez|\brecontact|\bdecroch|\bje (?:reponds|suis (?:debout|reveille|joignable))"
    r"|\bsur (?:ce numero|mon portable|mon fixe)|\b(?:a|avez|ont) mon numero"
    r"|\bdispo(?:nible)?\b.{0,20}\btelephone"
)
_CALLER_CALLS = spoken(
    r"\b(?:je|j'ai|on) (?:vous |te |me permets de )*r?e?appel(?:le|lerai|ais|e)\b|\bje (?:vais|peux|dois) "
    r"(?:vous )?rappeler|\b(?:devait|devaient|auriez du|deviez|a dit qu|avait dit|m'avez|m'a|m'ont"
    r"|nous a) .{0,25}(?:r?appel|joindre)|\bvien\w* de (?:m'|nous |l')?r?appeler\b"
    r"|\b(?:avez|ai|a|ont) (?:essaye|tente|voulu|cherche)\b"
)
"""Calls of the past, and those that the caller makes."""
_CALLS_YOU = spoken(
    r"\bvous (?:r?appeler|joindre|contacter|telephoner|etes joignables?)\b"
    r"|\bappeler (?:le|la|les|l'|votre) ?\w+ (?!sur\b)"
    r"|\b(?:le|la|les|l'|votre|personne) ?\w* (?:ne )?decroche"
    r"|(?<!s')(?<!si\s)\b(?:ils?|elles?|ca) (?:ne )?(?:decroch|repond)\w* (?:pas|plus|jamais)\b"
)
"""What a caller says of calls to the tenant or to others."""
_ASKING = (
    r"\bjoindre|\bjoignable|\b(?:vous|te|l') ?joint\b|\brappel(?!le que)|\bcontact|\btelephoner"
    r"|\bvous (?:r?appel(?:er|le|lera)|recontact)|\bcreneau pour vous"
)
_ASKED = spoken(_ASKING)
_NUMBER_ASKED = spoken(
    rf"{_ASKING}|\bnumero\b(?! de (?:dossier|commande|reservation|contrat|serie|facture|client|secu))"
    r"|\b(?:telephone|portable|ligne directe)\b|\bvous r?appelle\b"
)
_DICTATED = spoken(
    r"\bzero (?:un|deux|trois|quatre|cinq|six|sept|neuf|zero)\b|\b0[1-79]\b|\+\d\d|"
    rf"\bplus {NUMBER_WORD}"
)
_FIGURE = spoken(rf"\d|{NUMBER_WORD}|\bzero\b")
_FIGURES_OF_A_NUMBER = 5
_PHONE = spoken(r"\b(?:mon|le) (?:portable|fixe)\b|\bsur (?:celui|ce numero)|\bcelui qui s'affiche\b")
_THAT_ONE = spoken(r"\bcelui (?:la|ci)\b")
"""A telephone number where the agent has just spoken of one."""
_MEETING = spoken(
    r"\brendez vous\b|\brdv\b|\bvisite|\bintervention|\b(?:un|de la|une) (?:trou|place|creneau)\b"
    r"|\b(?:(?:re)?pass(?:e|er|ez|ent|erai|era|erez)|venir|venez"
    r"|viendr\w+|vienne|livr\w+|seance|audience|consultation|reunion avec|deplac\w+|rappel de vaccin|depos\w+"
    r"|recuper\w+)\b"
)
_EVENT = spoken(
    r"\b(?:mariage|ceremonie|obseques|reunion|examen|audience|match|concert|fete|livraison|vaccin\w*"
    r"|train|avion|vol|spectacle|assemblee|signature|intervention)\b"
)
_HAPPENED = spoken(
    r"\b(?:(?:(?:il |elle |on |ca |qui |y |s'|l'|m'|nous )(?:est|a)|ont|avez|ai|avons)"
    r" (?:ete |deja |pas )?\w+(?:e|ee|es|i|is|it|u|us|ue)\b(?<!\bune)"
    r"|c'etait|depuis|devai\w+)"
)
_GOES_AT = spoken(
    r"\b(?:pars?|repars|commence|reprends?|embauche|ferme|ouvre|j'ai (?:un|une|ma|mon|cours|rendez)"
    r"|pour (?:vous )?(?:ouvrir|recevoir))\b"
)
_OF = re.compile(r"(?<!partir)(?<!debut)(?<!fin)(?<!milieu)(?<!courant) (?:de|du) $")
_REACHED_AT_HOME = spoken(
    r"\bje (?:suis|serai) (?:chez moi|a la maison|la|dispo\w*|joignable|libre|rentree?)\b"
)
_PASSED_ON = spoken(r"\b(?:transmet|message|r?appel)")
_WHEN = spoken(r"(?<!pour\s)\bquand\b|\bquel moment|\bquelle heure|\bpreference|\bhoraire|\bvous arrange")
_CONFIRMS = spoken(r"\bc'est (?:bien )?(?:ca|cela|juste|exact)\b|\bcorrect\b|\bd'accord\b")
_REFUSED = spoken(
    r"[\s,]*(?:(?:je|on|il|elle|nous)\b[^,.;?!]{0,15}\b(?:(?:peux|peut|pouvons|pourrai|pourra|suis|serai|est"
    r"|sera|sommes) pas|absente?|occupee?|prise?s?)\b|j'ai pas\b|(?:c'est|ca)\b[^,.;?!]{0,15}\b"
    r"(?:pas possible|impossible|complet|pas bon|va pas|ira pas|m'arrange pas)\b|impossible\b|pas possible\b"
    r"|non\b(?= ?[.;!]| ?$))"
)
_SENTENCE_END = re.compile(r"[.?!;…]+(?!\d)")
_COMMA = re.compile(r"[,:]")
_ACCEPTED = spoken(
    r"(?:[\s,.!]|(?:ah|ben|bon|alors|eh|bah)\b)*(?:oui|ouais|d'accord|ok|okay|parfait|tres bien|entendu"
    r"|ca marche|ca me va|ca va|ca ira|c'est bon|c'est ca|c'est parfait|c'est bien ca|impeccable|nickel|super"
    r"|voila|exact|exactement|tout a fait|va pour|volontiers|je prends|bien sur|absolument|ca me convient"
    r"|c'est tres bien)\b"
)
_BUT = re.compile(r"\b(?:mais|plutot|non|sauf|par contre)\b")
_RATHER = spoken(r"\bplutot $")
_NUMBER_TURNS = 5
"""How many turns the talk about a telephone number may last before a window goes with it."""
_READ_BACK_TURNS = 2


def accepts(folded: str) -> bool:
    """Whether a caller's turn, folded, agrees to what was said before, without a reserve."""
    return _ACCEPTED.match(folded) is not None and _BUT.search(folded) is None


def sentence_at(folded: str, start: int) -> tuple[int, int]:
    """The range of the sentence of a folded text around character `start`."""
    begin = 0
    for mark in _SENTENCE_END.finditer(folded):
        if mark.start() >= start:
            return begin, mark.end()
        begin = mark.end()
    return begin, len(folded)


def refused_after(folded: str, end: int) -> bool:
    """Whether what follows character `end` says that the time named there does not suit."""
    return _REFUSED.match(folded, end) is not None


def callback_basis(folded: Sequence[str], speakers: Sequence[str], turn: int, start: int) -> Basis | None:
    """Why the words at `start` of turn `turn` say when the caller can be reached; None where they don't.

    `folded` and `speakers` hold all turns of the call.
    """
    text = folded[turn]
    begin, end = sentence_at(text, start)
    sentence = text[begin:end]
    if _CALLER_CALLS.search(sentence) or (speakers[turn] == "caller" and _CALLS_YOU.search(sentence)):
        return None
    if _is_of_something_else(text, start):
        return None
    before = folded[turn - 1] if turn and speakers[turn - 1] == "agent" else ""
    if _CALLING.search(sentence) or (_REACHED_AT_HOME.search(sentence) and _PASSED_ON.search(before)):
        return "said"
    if _MEETING.search(text, *_clauses(text, start)) or speakers[turn] == "agent":
        return None
    if _ASKED.search(before) and not _asks_of_meeting(before):
        return "asked"
    previous, _ = sentence_at(text, max(0, begin - 2))
    if _MEETING.search(text, previous, start) and not _CALLING.search(text, previous, start):
        return None
    if _CALLING.search(text, 0, begin) or _goes_with_number(folded, speakers, turn, start):
        return "number"
    return None


def _is_of_something_else(text: str, start: int) -> bool:
    """Whether the words at `start` say when something was or will be, not when to call."""
    clause = _clause(text, start)
    if _CALLING.search(text, *clause):
        return _OF.search(text, 0, start) is not None
    if _EVENT.search(text, clause[0], start) or _HAPPENED.search(text, *clause):
        return True
    return _GOES_AT.search(text, clause[0], start) is not None and text.startswith("a ", start)


def _clause(text: str, start: int) -> tuple[int, int]:
    begin, end = sentence_at(text, start)
    before = [mark.end() for mark in _COMMA.finditer(text, begin, start)]
    after = _COMMA.search(text, start, end)
    return (before[-1] if before else begin), (after.start() if after else end)


def _clauses(text: str, start: int) -> tuple[int, int]:
    """The range of the clause around character `start`, with the one before it in its sentence."""
    begin, end = sentence_at(text, start)
    commas = [mark.end() for mark in _COMMA.finditer(text, begin, start)]
    following = _COMMA.search(text, start, end)
    return (commas[-2] if len(commas) > 1 else begin), (following.start() if following else end)


def _last_sentence(agent: str) -> str:
    begin, _ = sentence_at(agent, len(agent.rstrip(" ?!.")) - 1)
    return agent[begin:]


def _asks_of_meeting(agent: str) -> bool:
    """Whether the agent's last words ask about a visit, an appointment or something else than a call."""
    last = _last_sentence(agent)
    return _MEETING.search(last) is not None and _ASKED.search(last) is None


def _goes_with_number(folded: Sequence[str], speakers: Sequence[str], turn: int, start: int) -> bool:
    before = folded[turn - 1] if turn and speakers[turn - 1] == "agent" else ""
    if _PHONE.search(folded[turn], 0, start) or _dictates(folded[turn][:start]):
        return True
    if _THAT_ONE.search(folded[turn], 0, start) and _NUMBER_ASKED.search(before):
        return True
    answers = sentence_at(folded[turn], start)[0] == 0
    if _asks_of_meeting(before) or (answers and _asks_something_else(before)):
        return False
    recent = range(max(0, turn - _NUMBER_TURNS), turn)
    return _dictates(before) or (
        any(speakers[n] == "agent" and _NUMBER_ASKED.search(folded[n]) for n in recent)
        and any(_dictates(folded[n]) or _PHONE.search(folded[n]) for n in recent)
    )


def _asks_something_else(agent: str) -> bool:
    """Whether the agent's last words ask for no telephone number, and not when to call it."""
    last = _last_sentence(agent)
    of_number = any(pattern.search(last) for pattern in (_NUMBER_ASKED, _WHEN, _CONFIRMS))
    return "?" in last and not (of_number or _dictates(last))


def _dictates(folded: str) -> bool:
    """Whether a telephone number is said."""
    return _DICTATED.search(folded) is not None and (
        sum(1 for _ in _FIGURE.finditer(folded)) >= _FIGURES_OF_A_NUMBER
    )


@dataclass(frozen=True)
class CallTurns:
    """A call's turns, also folded, with who speaks them."""

    transcript: Transcript
    folded: tuple[str, ...]
    speakers: tuple[str, ...]
    started_at: datetime

    @classmethod
    def of(cls, transcript: Transcript, started_at: datetime) -> CallTurns:
        """The call with its turns folded once."""
        folded = tuple(fold(turn.text) for turn in transcript.turns)
        return cls(transcript, folded, tuple(turn.speaker for turn in transcript.turns), started_at)

    def question_before(self, turn: int) -> str:
        """What the agent says right before a caller's turn, folded."""
        return self.folded[turn - 1] if turn and self.speakers[turn - 1] == "agent" else ""

    def agreement(self, turn: int) -> tuple[Evidence, ...]:
        """The caller's reply to an agent's turn, where it accepts; else nothing."""
        reply = turn + 1
        if reply == len(self.folded) or self.speakers[reply] != "caller" or not accepts(self.folded[reply]):
            return ()
        return (self.transcript.evidence(reply, 0, sentence_at(self.folded[reply], 0)[1]),)


def callback_window(transcript: Transcript, *, started_at: datetime) -> Judgment | None:
    """When the caller can be reached, as a short French text with digits; None where nothing says it.

    The caller's own words win over an agent's proposal that the caller accepts, and the better
    founded words over others; among equals the last, for callers correct themselves.
    """
    return find_window(CallTurns.of(transcript, started_at))


def find_window(call: CallTurns) -> Judgment | None:
    """As `callback_window`, of a call whose turns are folded already."""
    for find in (_said, _accepted):
        found = [judgment for turn in range(len(call.folded)) for judgment in find(call, turn)]
        if found:
            return max(reversed(found), key=lambda judgment: judgment.confidence)
    return None


def _said(call: CallTurns, turn: int) -> Iterator[Judgment]:
    """The windows in the caller's own words, in a turn."""
    if call.speakers[turn] != "caller":
        return
    for basis, cluster in _windows(call, turn):
        if basis != "said" and _repeats(call, turn, cluster):
            continue
        confidence = _CONFIDENCE[basis] + _bonus(cluster)
        evidence: tuple[Evidence, ...] = (_evidence(call, turn, cluster),)
        again = _read_back(call, turn, cluster)
        if again is not None:
            evidence, confidence = (*evidence, again[1]), confidence + _READ_BACK_BONUS
        value = again[0] if again else written(cluster, call.folded[turn])
        yield Judgment(value=value, confidence=confidence, evidence=evidence)


def _bonus(cluster: Sequence[Piece]) -> float:
    """What the kinds of a window's pieces add to its confidence."""
    if all(piece.kind == "less" for piece in cluster):
        return -_EXCEPTION_MALUS
    return _HOURS_BONUS if any(piece.kind == "hours" for piece in cluster) else 0.0


def _evidence(call: CallTurns, turn: int, cluster: Sequence[Piece]) -> Evidence:
    return call.transcript.evidence(turn, cluster[0].start, cluster[-1].end)


def _repeats(call: CallTurns, turn: int, cluster: Sequence[Piece]) -> bool:
    """Whether the caller only repeats what the agent has just promised."""
    if not turn:
        return False
    agent = call.folded[turn - 1]
    said = {piece.said for piece in find_pieces(call.transcript.turns[turn - 1].text, agent)}
    return "?" not in agent and all(piece.said in said for piece in cluster)


_HOUR = re.compile(r"\d+ h(?: \d\d)?|mi(?:di|nuit)")


def _read_back(call: CallTurns, turn: int, cluster: Sequence[Piece]) -> tuple[str, Evidence] | None:
    """The same hours in the agent's next words, as the agent writes them down."""
    hours = set(_HOUR.findall(" ".join(piece.said for piece in cluster)))
    for later in range(turn + 1, min(turn + 1 + _READ_BACK_TURNS, len(call.folded))):
        if call.speakers[later] != "agent" or not hours:
            continue
        text = call.transcript.turns[later].text
        for again in clusters(find_pieces(text, call.folded[later]), call.folded[later]):
            value = written(again, call.folded[later])
            if hours == set(_HOUR.findall(value)) and not value.startswith("à "):
                return value, _evidence(call, later, again)
    return None


def _windows(call: CallTurns, turn: int) -> Iterator[tuple[Basis, list[Piece]]]:
    folded = call.folded[turn]
    pieces = find_pieces(call.transcript.turns[turn].text, folded)
    for cluster in clusters([p for p in pieces if not _is_over(p, call.started_at)], folded):
        basis = callback_basis(call.folded, call.speakers, turn, cluster[0].start)
        if basis is not None and not (basis == "number" and _is_loose(cluster, folded)):
            yield basis, cluster


def _is_loose(cluster: Sequence[Piece], folded: str) -> bool:
    """Whether words near a number are a mere day or «ce matin», which may be told of anything."""
    if _RATHER.search(folded, 0, cluster[0].start):
        return False
    return all((p.kind == "day" and not p.said.startswith("le ")) or p.said == "ce matin" for p in cluster)


def _is_over(piece: Piece, started_at: datetime) -> bool:
    return started_at.hour >= {"ce matin": 12, "ce midi": 14}.get(piece.said, 24)


def _accepted(call: CallTurns, turn: int) -> Iterator[Judgment]:
    """The windows that the agent proposes by a question and the caller accepts."""
    agreed = call.agreement(turn)
    if call.speakers[turn] != "agent" or not agreed:
        return
    for _, cluster in _windows(call, turn):
        if "?" in call.folded[turn][cluster[-1].end :]:
            proposed = _evidence(call, turn, cluster)
            value = written(cluster, call.folded[turn])
            yield Judgment(value=value, confidence=_CONFIDENCE["asked"], evidence=(proposed, *agreed))
