"""What tells whose name is said: the words before it, the words after it, the agent's question.

All patterns read folded words (lower case, no accents).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from .lexicon import is_first_name
from .tokens import fold_word

Role = Literal["caller", "third", "other", "unknown"]
"""`other`: a company, a street, a town, someone else's name; `unknown`: nothing says."""

Ask = Literal["caller", "first", "third", "open", "none"]
"""Whose name the agent's last turn asks for; `open`: an account's, which may be another's."""

Cue = tuple[Role, float]
"""Whose name it is, and how surely, in [0, 1]."""

Rule = tuple[str, Role, float]
"""A pattern of folded words, and the cue that it is."""

RELATIVES = (
    r"(?:(?:belle|beau|grand|arriere|petite?|demi)[- ])?"
    r"(?:mere|pere|maman|papa|mari|femme|epouse|epoux|conjointe?|compagne|compagnon|concubine?|fils|fille|"
    r"enfant|bebe|garcon|gamine?|frere|soeur|tante|oncle|tonton|tata|niece|neveu|cousine?|parents?|filleule?|"
    r"marraine|parrain|mamie|papi|papy|meme|pepe|ex)"
)
OTHERS = (
    r"(?:amie?|copine|copain|voisine?|collegue|patron(?:ne)?|associee?|salariee?|employee?|apprentie?|"
    r"stagiaire|"
    r"eleve|client(?:e)?|patiente?|locataire|proprietaire|bailleur|residente?|assuree?|titulaire|"
    r"gardien(?:ne)?|"
    r"defunte?|beneficiaire|assistee?|protegee?|vendeur|vendeuse|acquereur|acheteur|acheteuse|mariee?|temoin|"
    r"passagere?|voyageuse?|voyageur|majeure? protegee?|aidant|aide a domicile|auxiliaire de vie|infirmiere?|"
    r"tutrice|tuteur|curateur|heritiere?|conducteur|conductrice|candidate?|occupante?|ingenieure?|"
    r"colocataire|adherente?|"
    r"administree?|etudiante?|gamine?|confrere|gars|petit(?:-fils)?)"
)
KIN = rf"(?:{RELATIVES}|{OTHERS})"
_TAIL = r"(?:(?: de [a-z]+| [a-z]+)?,? (?:alors|donc|feu|euh))?,? ?"


def _rules(frame: str, rows: Sequence[Rule]) -> tuple[tuple[re.Pattern[str], Role, float], ...]:
    """The rows with their patterns compiled, each set into the frame."""
    return tuple((re.compile(frame.format(pattern)), role, strength) for pattern, role, strength in rows)


def _asks(rows: Sequence[tuple[str, Ask]]) -> tuple[tuple[re.Pattern[str], Ask], ...]:
    return tuple((re.compile(pattern), ask) for pattern, ask in rows)


THEIR_KIN: Cue = ("third", 0.7)
"""«sa fille X»: the person concerned, or in answer to «vous êtes ?» the caller."""
PLAIN: Cue = ("caller", 0.6)
"""«c'est X»: the caller where he has just picked up, or says a title or the whole name."""

BEFORE = _rules(
    r"(?:^|[^a-z-])(?:{})$",
    (
        (r"(?:rue|avenue|boulevard|place|impasse|allee|chemin|quai|cours|square|route|residence|faubourg)"
         r"(?: (?:de la|de l'|de|du|des|d'|les?|la|l'))? ?", "other", 0.9),
        (r"(?:societes?|entreprises?|cabinet|agence|groupe|sarl|sci|sas|sa|eurl|etude|garage|hotel|"
         r"restaurant|"
         r"mairie de|ville de|clinique|hopital|pharmacie|boulangerie|boucherie|residence|syndic|assurances?|"
         r"transports?|etablissements?|ets|maison|menuiserie|imprimerie|lycee|college|ecole|ehpad|foyer|"
         r"laboratoire|banque|magasin|boutique|fromagerie|librairie|brasserie|blanchisserie|negoce|"
         r"ferme|domaine|"
         r"compagnie|association|service|domicile|fleurs|pressing|salon|camping|chateau|gite|moto|logiciel)"
         r"(?: (?:de|du|des|d'|de la|de l'))? ?", "other", 0.9),
        (r"(?:societe|entreprise|cabinet|agence|etude|syndic|service|garage|transports?|"
         r"compagnie)[^,.?!]{2,40}, ",
         "caller", 0.7),
        (r"(?:mais )?(?:pas|plus) ", "other", 0.6),
        (r"(?:mon|un) prenom,? (?:c'est|est) |prenom ?[,:]? (?:c'est )?|au prenom de ", "caller", 0.8),
        (rf"je suis (?:la |le |l')?{KIN} (?:de |d'|du )", "third", 0.85),
        (rf"(?:^|(?:ici|c'est|oui|,) )(?:la |le |l'|sa |son |un |une ){KIN} (?:de |d'|du )", "third", 0.8),
        (rf"(?:ma|mon|notre|nos|mes|une?|leur|cette?) (?:[a-z]+ )?{KIN}{_TAIL}", "third", 0.85),
        (rf"(?:ma|mon|notre|nos|mes|une?|des?|leur|l')[a-z' ]* ?{KIN}[a-z' ]{{0,40}}[,.:?] ", "third", 0.7),
        (rf"(?:je suis|c'est|ici) (?:la |le |l'){KIN} (?:de |d'|du )[a-z' -]+, (?:et )?(?:c'est |je suis )?",
         "caller", 0.8),
        (rf"(?:la|le|l'|les|des|du|de l'|au|sa|son|ses) ?(?:petite? )?{KIN}{_TAIL}", *THEIR_KIN),
        (rf"{KIN},? (?:(?:elle|il),? )?(?:c'est|est|s'appelle|se nomme|qui s'appelle) ", "third", 0.85),
        (r"(?:elle|il|qui|on),? (?:s'appelle|se nomme|s'appelait) ", "third", 0.85),
        (r"(?:elle|lui),? (?:elle |il )?(?:c'est|c'etait) ", "third", 0.85),
        (r"(?:son|leur) (?:nom|prenom)(?: de famille)?,? (?:a (?:elle|lui),? )?(?:c'est|"
         r"est) ", "third", 0.85),
        (r"(?:la|le) (?:defunte?|mariee|patiente?|locataire),? (?:c'est|est) ", "third", 0.85),
        (r"succession (?:de )?|tutelle de |curatelle de |obseques de |deces de |feue? ", "third", 0.75),
        (r"(?:je m'appelle|je me nomme|je me presente),? (?:c'est )?", "caller", 0.95),
        (r"(?<!passez )(?<!donnez )(?:et )?moi,? (?:je suis |je m'appelle |c'est )?", "caller", 0.93),
        (r"mon nom(?: de famille| de jeune fille| a moi)?,? (?:c'est|est|alors c'est) ", "caller", 0.95),
        (r"nom(?: de famille)?,? (?:c'est |est )?", "caller", 0.75),
        (r"ici,? (?:le |la )?", "caller", 0.85),
        (r"(?:je suis|nous sommes),? (?:encore )?(?:le |la )?", "caller", 0.85),
        (r"(?:dites|dire|repondez|precisez|notez)(?:[ -](?:lui|leur|bien|juste|simplement))*,? que "
         r"(?:c'est |c'etait )?", "caller", 0.7),
        (r"(?:de|a) (?:la )?part de |a mon nom,? |rappele[rz] ", "caller", 0.7),
        (r"demandez ", "caller", 0.7),
        (r"(?:au nom|aux noms) de |c'est au nom ", "caller", 0.6),
        (r"(?:allo|bonjour|bonsoir|salut|coucou|rebonjour)(?:,? (?:madame|monsieur|mademoiselle|oui|a vous|"
         r"encore))*,? ?(?:et )?(?:alors )?(?:c'est )?(?:encore )?", "caller", 0.8),
        (r"c'est (?:encore |toujours |bien |de nouveau )?(?:le |la |l')?", *PLAIN),
        (r"(?:pour|concernant|au sujet de|a propos de|dossier(?: de)?|celui de|celle de|chez|avec|visite de|"
         r"rendez-vous de|de|par) ", "unknown", 0.0),
    )
)  # fmt: skip
"""What stands before a name (title left out), folded → whose it is; the first that matches rules."""

AFTER = _rules(
    r"^(?:{})",
    (
        (r",? (?:a|au) l'appareil|,? au (?:telephone|bout du fil)", "caller", 0.95),
        (rf",? (?:c'est|c'etait) (?:ma|mon|notre|la|le|l'|un|une) ?{KIN}", "third", 0.8),
        (rf",? (?:mon|ma) {KIN}", "third", 0.7),
        (rf",? (?:je suis |moi c'est )?(?:sa|son) {KIN}", "caller", 0.85),
        (r",? (?:vient|a) (?:d'appeler|appele|telephone|rappele)", "caller", 0.7),
        (r",? (?:je (?:vous )?(?:appelle|rappelle|suis|telephone)|j'(?:appelle|ai|avais|habite|aurais|"
         r"aimerais))",
         "caller", 0.7),
        (r",? (?:de (?:la )?(?:societe|chez|l'entreprise)|de chez|du (?:cabinet|garage|syndic|labo)|"
         r"(?:la |le )?(?:maman|papa|mere|pere|fille|fils|femme|mari|soeur|frere|voisine?) (?:de|d'|du) )",
         "caller", 0.75),
        (r",? (?:et )?(?:mon |le )?prenom\b(?! de)|,? (?:c'est )?(?:le|mon) nom(?: de famille)?\b",
         "caller", 0.8),
        (r",? (?:elle|il|lui|qui) ", "third", 0.45),
    )
)  # fmt: skip
"""What stands after a name."""

ASKS = _asks(
    (
        (r"votre nom|vos coordonnees|votre identite|vos nom|qui est a l'appareil|de (?:la )?part de|"
         r"qui dois-je|je note qui|vous vous appelez|vous appelez comment|qui etes[- ]vous|vous etes qui|"
         r"on rappelle qui|qui (?:me |nous )?(?:appelle|parle)|"
         r"a qui (?:ai-je|je parle|j'ai affaire)|qui j'annonce|j'annonce qui|^noms?\b|"
         r"\bnom,? (?:et )?(?:le |votre )?prenom|(?:madame|monsieur|mademoiselle) comment|"
         r"(?:vous etes|c'est),? ?(?:madame|monsieur|mademoiselle|m\.)[ ,.…]*(?:\?|$)|"
         r"vous etes[ ,.…]*(?:\?|$)|"
         r"vous etes (?:sa|son|leur|la|le|une?|l')[a-z' -]*\?", "caller"),
        (r"(?:son|leur|sa|ses) (?:nom|prenom|identite)|s'appelle[- ]t[- ](?:il|elle)|(?:il|elle) s'appelle|"
         r"comment s'appel|s'appelle comment|(?:nom|prenom|identite)s?(?: et prenoms?)? (?:du|de la|"
         r"de l'|de votre|"
         r"des|de vos|de cette?) ?(?!titulaire|dossier|contrat|compte|famille|societe|entreprise|loueur|"
         r"residence|"
         r"rue|ville|client)[a-z]|quel(?:le)? (?:patiente?|enfant|locataire|salariee?|eleve|residente?)|"
         r"de quel enfant|pour qui|la personne concernee|qui est concerne", "third"),
        (rf"{KIN}[a-z ]*,? c'est[ .…]*\?|votre {KIN}(?:,? (?:s'appelle|c'est|"
         rf"se nomme)[a-z ,']*)?\?", "third"),
        (r"votre prenom|et le prenom|^prenom|prenom[^.!,]*\?|prenom[ .…]*$|petit nom", "first"),
        (r"a quel nom|quel nom|(?:le|les|un) noms?\b|au nom de|nom (?:du|de la) (?:titulaire|dossier|"
         r"contrat|client)|"
         r"titulaire", "open"),
    )
)  # fmt: skip

GENITIVE = re.compile(r" (?:de |du |d')$")
"""Between two names: the second is where the first comes from, «Odile de Foncia»."""

TAKES_BACK = re.compile(
    r"(?:^|[ ,.])pas [a-z'-]+(?: [a-z'-]+)?,? c'est (?:madame |monsieur )?$|"
    r"(?:^|[ ,.])(?:non|pardon|plutot|je me trompe|excusez-moi|enfin|rectifie|attendez)[ ,.!…]*"
    r"(?:pas [a-z' -]+,? )?(?:(?:(?:moi|(?:le|mon) nom(?: de famille)?),? )?c'est |c'etait )?"
    r"(?:madame |monsieur )?$"
)
"""What a caller says before the right name, after a wrong one."""

BY_QUESTION: dict[Ask, Cue] = {
    "caller": ("caller", 0.9), "first": ("caller", 0.85), "third": ("third", 0.85), "open": ("caller", 0.75),
}  # fmt: skip
"""Whose a name in answer to a question is, where no word beside it tells."""


SPELL = re.compile(r"epel|s'ecri[tv]|s'orthographie|orthographe|(?:vous|l')ecrivez")
"""How the agent asks for a name's letters (folded)."""
_REST = re.compile(r"(?:^|[^a-z-])([a-z-]+) comment[ ,.…]*(?:\?|$)")
"""«Marion comment ?»: how the agent asks for the family name."""


def question(asked: str) -> Ask:
    """Whose name an agent's turn asks for."""
    folded = fold_word(asked)
    rest = _REST.search(folded)
    if rest and is_first_name(rest.group(1)):
        return "caller"
    return next((ask for pattern, ask in ASKS if pattern.search(folded)), "none")


def cue(rules: Sequence[tuple[re.Pattern[str], Role, float]], words: str) -> Cue | None:
    """What the first of the rules that matches says."""
    return next(((role, strength) for pattern, role, strength in rules if pattern.search(words)), None)
