"""What the words around a telephone number say of it: whose it is, whether it is right."""

from __future__ import annotations

import re
from typing import Literal

Role = Literal["callback", "other_person", "old", "fax", "short", "given", "unknown"]
"""`callback`: reaches the caller; `old`: not to be called; `given` by the agent; `short`: 15, 3919…"""

_OLD_BEFORE = re.compile(
    r"(?<!c'est )(?<!c'etait )\b(?:mon|son|notre|l'|un) ?ancien\w*(?: numero| portable| fixe)?[ ,:]*"
    r"(?:(?:c'etait|c'est|etait|est)[ ,:]*)?(?:le |au )?\W*$|\bc'etait (?:avant )?(?:le |au )?\W*$"
)
_OLD_AFTER = re.compile(
    r"\b(?:ancien|plus (?:le bon|valable|en service|attribue)|n'est plus|marche plus|est resilie)"
)
_NOT_THAT_ONE = re.compile(
    r"(?<!hesitez )(?<!hesite )\bpas (?:a |sur |chez )?(?:(?:le|au|mon|du) )?(?:numero|portable|fixe|"
    r"mobile|telephone)?,? ?"
    r"(?:le |au )?\W{0,3}$"
)
"""«ne me rappelez pas au …», «pas le fixe, le …»."""
_FAX = re.compile(r"\b(?:fax|telecopie\w*)\b")
_FAX_BEFORE = re.compile(r"\b(?:fax|telecopie\w*)\b(?:(?!le bon)[^.?!]){0,20}$")
_WAS_FAX = re.compile(
    r"\bnon\W+(?:pardon\W+|attendez\W+)?(?:ca )?c'(?:est|etait) (?:le|leur|mon|notre) fax\b"
)
"""«… non, ça c'est le fax»: said of the number before."""
_RELATIVE = (
    r"(?:femme|mari|fils|fille|soeur|frere|mere|pere|maman|papa|voisine?|collegue|associee?|locataire|"
    r"gardien\w*|"
    r"assistante?|secretaire|patron\w*|client\w*|beau-\w+|belle-\w+|conjoint\w*|compagn\w+|cousine?|tante|"
    r"oncle|ami\w*|"
    r"infirmi\w+|medecin|docteur|notaire|plombier|syndic|pharmacie|chauffeur|proprietaire)"
)
_OTHER = re.compile(
    rf"\b(?:son|sa|leur) (?:numero|portable|tel\w*|fixe|ligne|mobile)\b|"
    rf"\b(?:numero|portable|telephone|fixe|celui|ligne) (?:de |du |d'|a )(?:(?:ma|mon|la|le|l'|mes|notre|"
    rf"sa|son) ?)?"
    rf"(?:{_RELATIVE}|madame|monsieur|mme|m\.)|\b(?:ma|mon|la|le|notre) {_RELATIVE}[^.?!]{{0,18}}$"
)
_OTHER_AFTER = re.compile(
    rf"^\W*(?:ca,? )?c'est (?:(?:celui|le (?:numero|portable|fixe)) (?:de |du |d'))?"
    rf"(?:(?:ma|mon|la|le) |l')?{_RELATIVE}\b"
)
_NOT_THE_CALLERS = re.compile(
    r"\b(?:c'est (?:bien )?ecrit|(?:il )?y a (?:ecrit|marque)|c'est marque|"
    r"j'ai (?:fait|compose|appele|essaye)|je croyais (?:faire|appeler)|on m'a dit d'appeler|"
    r"appel(?:ait|e|ee) (?:du|depuis)|un appel (?:du|de)|"
    r"inscrit sur|votre (?:collegue|numero)|(?:m'a|m'ont) (?:donne|laisse))\b[^.?!]{0,25}$"
)
"""The number that the caller meant to dial, or read somewhere."""
_OWN = re.compile(
    r"\b(?:mon|notre) (?:\w+ )?(?:numero|portable|fixe|telephone|tel|mobile)\b|\b(?:me|nous) (?:joindre|"
    r"rappel|contact|joign|"
    r"telephon|recontact)|\brappel(?!e que)|\bjoindre\b|\bjoignable|\bappelez[- ](?:moi|nous)\b|\bma ligne\b|"
    r"\ble mien\b|\brecontact|\bje suis (?:au|sur)\b|\bmoi c'est\b"
)
_ASKED = re.compile(
    r"\b(?:votre|quel|un|le|vos) (?:bon |meilleur )?(?:numero|telephone|tel|portable|mobile|fixe|"
    r"coordonnees|contact)\b|"
    r"\bjoindre\b|\bjoint\b|\brappel|\bcoordonnees\b|\btelephone\b|\brecontact"
)
_PHONE = re.compile(
    r"\b(?:numero|telephone|tel|portable|mobile|fixe|joindre|joint|joignable|rappel\w*|appel\w*|contact\w*|"
    r"recontact\w*|coordonnees|ligne)\b"
)
_PAPER = (
    r"(?:dossier|reference|commande|facture|contrat|client|adherent|securite sociale|secu|carte|siret|siren|"
    r"iban|police|sinistre|serie|immatricul\w+|code|devis|ticket|naissance|nee? le|allocataire|"
    r"fiscal|passeport)"
)
_NOT_A_PHONE = re.compile(rf"\b{_PAPER}\b")
_REACHES = re.compile(
    r"\b(?:telephone|tel|portable|mobile|fixe|joindre|joignable|rappel\w*|appel\w*|suis au|"
    r"(?:mon|votre|notre) numero(?! d))\b"
)
"""What, said after a paper, makes the digits that follow a telephone number all the same."""
_ITS_NUMBER = re.compile(
    r"(?:^\W*|\bnumero (?:de |du |d')?(?:(?:la|le|mon|ma|notre|votre) |l')?|"
    rf"(?<!pour )(?<!sur )\b(?:(?:la|le|mon|ma|notre|votre) |l')){_PAPER}"
    r"(?:,? (?:c'est|est|numero|porte|euh|alors|voila|donc|le|la|s'il vous plait)\b)*[ :]*$"
)
"""A paper's own number announced: «numéro de facture», «mon dossier, c'est le …»."""
_YES = re.compile(
    r"^\W*(?:(?:euh|ah|ben|bah|alors|oui|ouais|ouai|voila|hm+)\W+)*(?:oui|ouais|ouai|voila|"
    r"c'est (?:bien )?(?:ca|cela|bon|juste|exact"
    r"|correct|parfait)|exact\w*|tout a fait|parfait\w*|absolument|impeccable|correct|affirmatif|ok|"
    r"d'accord|nickel|"
    r"c'est le bon|parfaitement|c'est celui)\b"
)
_NO = re.compile(
    r"^\W*(?:(?:euh|ah|oh|ben|bah|alors|mais)\W+){0,3}(?:non|pas du tout|pardon|attendez|c'est pas|"
    r"ce n'est pas|erreur|"
    r"presque|(?:il )?y a une erreur|vous vous (?:etes )?tromp\w+)\b|"
    r"^\W*(?:oui|ouais|voila)\W+(?:(?:euh|enfin|ah|mais|pardon|attendez)\W+){0,2}(?:non|erreur|c'est pas|"
    r"ce n'est pas)\b"
)
_TAKEN_BACK = re.compile(
    r"\b(?:non|pardon|tromp\w+|erreur|oups|zut|mince|rectif\w+|corrig\w+|goure\w*|confond\w*|plutot|"
    r"attendez|desolee?|"
    r"excusez|l'ancien|mon ancien|le bon|le vrai|oubliez|annulez|pas ca|recommence|reprends|nouveau)\b"
)
_GIVEN_UP = re.compile(
    r"^\W*(?:(?:euh|ah|enfin|attendez)\W+)*(?:non|pardon)\b(?! merci)|\bc'est pas (?:ca|le bon)|\boubliez\b|"
    r"\b(?:sais|connais|souviens|rappelle) (?:plus|pas)\b|\bpas (?:bien )?sure?\b|\blaissez tomber\b"
)
_WITHDRAWN = re.compile(
    r"\b(?:tromp\w+|erreur|goure\w*|confond\w*|ancien|mauvais|le bon|le vrai|faux|oubliez|annulez|pas ca)\b"
)
"""What takes back even a number that the caller has confirmed."""
_ONE_MORE = re.compile(
    r"\b(?:ou|sinon|au cas ou|si (?:ca|je|jamais|il|elle|vous)|en cas|aussi|egalement|autre numero|"
    r"deuxieme|second|ainsi que|en plus|et (?:mon|le|un|ma|celui))\b"
)
_PREFERRED = re.compile(
    r"\b(?:plutot|de preference|(?:le|c'est|sera|ira|vaut|ce serait) mieux|mieux vaut|en priorite|d'abord|"
    r"preferez?|preferable|plus (?:simple|facile|pratique|sur))\b"
)


def role_of(before: str, after: str, question: str) -> Role:
    """The role of a caller's number, from the folded words around it and the question that it answers."""
    if _OLD_BEFORE.search(before) or _OLD_AFTER.search(after) or _NOT_THAT_ONE.search(before):
        return "old"
    if (_FAX_BEFORE.search(before) and not _WAS_FAX.search(before)) or _FAX.search(after[:18]):
        return "fax"
    if _NOT_THE_CALLERS.search(before):
        return "given"
    said = before[-70:]
    own, other = _last_end(_OWN, said), _last_end(_OTHER, said)
    if other > own or (own < 0 and _OTHER_AFTER.search(after)):
        return "other_person"
    if own >= 0:
        return "callback"
    return "callback" if _ASKED.search(question) else "unknown"


def _last_end(pattern: re.Pattern[str], text: str) -> int:
    """Where the last match ends; -1 where there is none."""
    return max((m.end() for m in pattern.finditer(text)), default=-1)


def asks_for_phone(text: str) -> bool:
    """Whether folded `text` asks for a number to reach the caller."""
    return _ASKED.search(text) is not None


def tells_of_zero(text: str) -> bool:
    """Whether folded `text` says that a zero comes first."""
    return re.search(r"\b(?:zero|0) (?:devant|au debut|en premier)\b", text) is not None


def speaks_of_phone(text: str) -> bool:
    """Whether folded `text` speaks of telephones at all."""
    return _PHONE.search(text) is not None


def may_be_another_number(before: str) -> bool:
    """Whether the last sentence of folded words before digits names a paper, and then no telephone."""
    said = _last_sentence(before)
    papers = [m.end() for m in _NOT_A_PHONE.finditer(said)]
    phones = [m.end() for m in _REACHES.finditer(said)]
    return bool(papers) and (not phones or phones[-1] < papers[-1])


def announces_another_number(before: str) -> bool:
    """Whether folded words right before digits say that they are a file, card or client number."""
    return may_be_another_number(before) and _ITS_NUMBER.search(_last_sentence(before)) is not None


def _last_sentence(before: str) -> str:
    return re.split(r"[.?!]", before[-60:])[-1]


_OTHER_QUESTION = re.compile(
    r"\b(?:autre|mail|nom|adresse|quel\w*|quand|code|quelque|souhait\w*|desir\w*|besoin|avez|voulez|"
    r"dossier|disponible)\b"
)
_NO_THANKS = re.compile(r"\bnon\W+(?:merci|c'est tout|ca (?:va|ira)|rien|pas (?:du tout|de)|aucun)\b")
_GIVES = re.compile(
    r"\b(?:essayez|composez|appelez|faites|contactez|(?<!vous )joindre|tapez|telephonez|rappelez|"
    r"son (?:portable|numero))\b"
)


def reply_to_read_back(reply: str, asked: str) -> bool | None:
    """Whether folded `reply` confirms (True) or refuses (False) what was read back; None if it does neither.

    `asked` is what the agent says after the number: a question of something else takes the answer.
    """
    if _OTHER_QUESTION.search(asked) or _NO_THANKS.search(reply):
        return None
    if _NO.search(reply):
        return False
    return True if _YES.search(reply) else None


def gives_a_number(before: str) -> bool:
    """Whether the agent's folded words before a number tell the caller to dial it."""
    return _GIVES.search(before[-60:]) is not None


def is_taken_back(between: str, after: str, *, confirmed: bool = False) -> bool:
    """Whether the folded words between two numbers, or after the second, say that the first was wrong.

    A number that the caller has `confirmed` takes clearer words than «attendez».
    """
    if re.search(r"\bl'autre c'(?:etait|est)\b|\bje confonds?\b|\bl'autre est faux\b", after):
        return True
    found = (_WITHDRAWN if confirmed else _TAKEN_BACK).search(between)
    return found is not None and not _ONE_MORE.search(between[found.end() :])


def is_given_up(after: str) -> bool:
    """Whether the folded words after a number say that it is, or may be, wrong: «non, je ne sais plus»."""
    return _GIVEN_UP.search(after[:60]) is not None


def adds_one_more(between: str) -> bool:
    """Whether the folded words between two numbers offer the second besides the first."""
    return _ONE_MORE.search(between) is not None


def is_preferred(before: str, after: str) -> bool:
    """Whether the caller would rather be called on this number."""
    return _PREFERRED.search(before[-40:]) is not None or _PREFERRED.search(after[:25]) is not None


_SHORT_NUMBER = re.compile(
    r"\b(?:appel\w*|compos\w*|fai\w*|joind\w*|joign\w*|contact\w*|tap\w*)\s+(?:vite |d'abord |"
    r"plutot )?(?:le|au|sur le)\s+$"
)
SHORT_NUMBERS = frozenset(
    {
        "15", "17", "18", "112", "113", "114", "115", "116", "119", "191", "196", "3114", "3117", "3919",
        "3977", "3624", "3639", "3646", "3949", "118"
    }
)  # fmt: skip
"""Emergency, helpline and directory numbers that callers and agents name."""


def introduces_short_number(before: str) -> bool:
    """Whether folded words such as «appelez le» stand just before."""
    return _SHORT_NUMBER.search(before) is not None


_CALL = r"(?:je |j'|on |vous |te |nous )+(?:appel|telephon|parl|utilis)\w*"
_DISPLAYED = re.compile(
    "|".join(
        (
            r"\b(?:sur|a|au) (?:ce|le) (?:meme )?(?:numero|portable|telephone|fixe|poste|mobile|"
            r"06)(?:[- ](?:la|ci))\b",
            r"\b(?:sur|a) ce (?:meme )?(?:numero|portable|telephone|fixe|poste|mobile)\b",
            r"\b(?:sur|a|au) celui[- ](?:ci|la)\b",
            r"\b(?:(?:le|au|du) )?(?:numero|celui|portable)? ?(?:qui |il |ca |elle |vous )?(?:a du |doit |"
            r"va |devrait )?(?:s'|vous )"
            r"(?:est )?(?:affich|inscri)\w*",
            r"\b(?:celui|numero) (?:que vous (?:voyez|avez (?:la|devant|sous))|qui (?:vous )?(?:apparait|"
            r"appelle|est affiche))",
            r"\b(?:il|ca|numero) (?:doit|devrait|a du) (?:vous )?(?:apparaitre|etre affiche)",
            r"\bvous (?:devez )?(?:le voyez|le voir|l'avez) (?:la|affiche|qui|devant|sous les yeux|"
            r"a l'ecran|sur (?:l'|votre )ecran)",
            r"\b(?:a partir duquel|depuis lequel|avec quoi) (?:je |j')\w*",
            rf"\b(?:avec lequel|avec laquelle|duquel|d'ou|depuis lequel|sur lequel|dont|par lequel|"
            rf"que) {_CALL}",
            rf"\b(?:numero|celui|telephone|portable|la) (?:d')?ou {_CALL}",
            r"\bnumero (?:d'appel|entrant|de l'appel|affiche)\b",
            r"\bvous (?:avez|devez avoir|voyez) (?:deja |donc |bien )?(?:mon|le|"
            r"notre) (?:numero|portable|mobile|fixe)\b(?! (?:dans|sur|au|de (?!tel)))",
            r"\bmon (?:numero|portable|mobile|fixe),? (?:la,? )?(?:hein,? )?vous l'avez\b"
            r"(?! (?:dans|deja|depuis|au))",
            r"\brappel\w*(?:[- ](?:moi|nous))? (?:la[- ])?dessus\b|\bsur cette ligne\b",
            r"\bcelui (?:de (?:l'|cet )appel|dont je me sers)\b",
            r"\bc'est (?:bien )?(?:ce numero|celui[- ](?:ci|la))\b",
            r"\bce numero(?:[- ](?:la|ci))?,? (?:c'est|ca|ira|est) (?:tres )?(?:bon|bien|parfait|le mien|"
            r"le bon|va|ira)",
            r"\b(?:le|au|sur le) meme numero\b",
        )
    )
)
_DENIED_BEFORE = re.compile(
    r"(?<!hesitez )(?<!hesite )\b(?:pas|jamais|ni|plutot que)\b(?! de (?:souci|probleme))[^.,;:!?]{0,25}$"
)
_DENIED_AFTER = re.compile(
    r"^[^.,;:!?]{0,14}\b(?:pas|plus|masque)\b|"
    r"^ sur (?:la|le|ma|mon|un|une) (?!tel|poste|standard|ecran|combine)"
)
"""Refused, or shown by something else: «le numéro qui s'affiche sur la chaudière»."""


def displayed_number(text: str) -> tuple[int, int] | None:
    """Where folded `text` says to use the number that the call comes from; None where it does not."""
    for match in _DISPLAYED.finditer(text):
        before, after = text[max(0, match.start() - 45) : match.start()], text[match.end() : match.end() + 24]
        if not _DENIED_BEFORE.search(before) and not _DENIED_AFTER.search(after):
            start = match.start() + len(match[0]) - len(match[0].lstrip())
            return start, match.end()
    return None


_THAT_ONE = re.compile(
    r"^\W*(?:(?:euh|ben|bah|alors|oui|ah|oh|toujours|le|sur)\W+)*(?:c'est )?"
    r"(?:celui[- ](?:ci|la)|celui que vous avez|le meme|ce numero(?:[- ](?:la|ci))?)\b|"
    r"\bprenez celui[- ](?:ci|la)\b|\bla ou vous m'avez\b|"
    r"\b(?:il|c')(?:est| est) (?:affiche|marque|inscrit|ecrit)[^.?!]{0,12}"
    r"(?:ecran|chez vous|je (?:suppose|pense)|$)"
)
_RATHER = re.compile(r"\b(?:mais|plutot|non|finalement|en fait|mieux|preferez?)\b[^.?!]{0,40}$")


_AGREES = re.compile(
    r"\b(?:oui|ouais|voila|bien sur|evidemment|parfait\w*|volontiers|sans (?:probleme|souci)|"
    r"pas de (?:probleme|souci)|s'il vous plait|gardez|ca (?:me )?va|ca marche|"
    r"c'est (?:mieux|bon|le bon|bien|ca|parfait)|quand vous voulez|d'accord|allez-y|"
    r"tout a fait|exact\w*|absolument|si vous voulez)\b"
)
_REFUSES = re.compile(r"\b(?:non|pas (?!de)|plutot|prefere|jamais|surtout)\b")


def agrees_to_displayed(answer: str) -> bool:
    """Whether a folded answer to «sur ce numéro ?» accepts it."""
    return _AGREES.search(answer) is not None and _REFUSES.search(answer) is None


def means_displayed(answer: str) -> tuple[int, int] | None:
    """Where a folded answer to «votre numéro ?» says «celui-là»; None where it does not."""
    match = _THAT_ONE.search(answer)
    return match.span() if match else None


def prefers(before: str) -> bool:
    """Whether folded words before «sur ce numéro» prefer it to a number said before."""
    return _RATHER.search(before[-60:]) is not None
