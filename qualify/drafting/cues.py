"""What betrays that a clause matters to the message, or doesn't; matched against `plain` text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from qualify.drafting.clean import plain, words_of
from qualify.records import Evidence

CONTACT_QUESTION = re.compile(
    r"quel nom|votre nom|vous etes\b.*\?|vous vous appelez|s'appelle|votre (?:numero|telephone|adresse"
    r"|mail|prenom)"
    r"|un (?:numero|telephone)|vous joindre|vous joint|vous rappel|epel|coordonnees|date de naissance"
    r"|l'adresse"
)
CONTACT = re.compile(
    r"\b(?:mon (?:numero|portable|mail|adresse|nom)|mon fixe|numero de telephone|arobase|point com"
    r"|point fr|comme \w+,|j'epelle"
    r"|je vous epelle|ca s'ecrit|m'appelle|a l'appareil|rappelez-moi au|c'est le zero|je suis (?:madame"
    r"|monsieur))\b|@"
)
REQUEST = re.compile(
    r"\b(?:voudr|voula|souhait|aimer|besoin|faudr|il faut|faut |est-ce|demand|savoir|pouvez|pourri"
    r"|possible|dites-|annul"
    r"|report|decal|deplac|rappel|urgent|envoy|confirm|prevenir|veux|refus|attend|exig|devis|rendez-vous)"
)
CHATTER = re.compile(
    r"\b(?:vous comprenez|vous imaginez|franchement|honnetement|je plaisante|ca va et vous|comment allez"
    r"|je rigole"
    r"|on verra|c'est complique|j'espere|vous me remettez|vous connaissez|c'est gentil|tant pis"
    r"|pensez-vous|a mon age|(?:deux|trois) choses|faire vite)\b"
)
ASKED_OPENLY = re.compile(r"\b(?:quel\w*|quoi|pourquoi|passe|sujet|concerne|depuis|comment)\b")
"""In an agent's question: what is wanted, not who or where."""
PAST_STORY = re.compile(
    r"\b(?:l'an (?:dernier|passe)|l'annee (?:derniere|passee)|la (?:derniere|premiere) fois"
    r"|l'autre (?:fois|jour)|a l'epoque|autrefois|avant c'etait|deja arrive"
    r"|il y a (?:des|quelques|\w+) (?:ans|annees|mois)|chez (?:un|le) concurrent"
    r"|(?:ma|mon|un|une|le|la) (?:copine|copain|amie?|voisine?|collegue|cousine?|beau-frere|belle-soeur"
    r"|oncle|tante)|j'ai (?:regarde|appele|demande) (?:a|chez|a cote))\b"
)
"""Stories beside the request: other times, other people, other firms."""
IDLE_NEGATION = re.compile(
    r"\b(?:pas (?:de (?:souci|probleme)|grave|mal|vrai)|pourquoi pas|n'est-ce pas|(?:si )?(?:ca"
    r"|cela) (?:ne )?(?:vous )?derange pas"
    r"|non|je (?:ne )?sais pas|vous n'au\w+ pas|est-ce que vous n'au\w+ pas|(?:ne )?vous inquietez pas"
    r"|ne quittez pas|sans doute"
    r"|n'importe \w+|plus ou moins|pas mal|rien de grave|sans faute)\b"
)
"""Negations that deny nothing that a message must keep."""
STOPWORDS = words_of(
    """a ai ainsi alors apres as au aucun aussi autre aux avait avant avec avez avoir bien bon c ca car ce
    cela celle celui ces cet cette chez chose ci combien comme comment d dans de deja depuis des deux
    dire dit dites doit donc du elle elles en encore enfin entre est et etait etaient etc ete etes etre
    eu fait faire fais faut faudrait fois font hein ici il ils j je jusqu juste l la là le les leur lui
    ma mais me mes mieux moi moins mon n ne non nos notre nous on ont ou oui par parce pas peu peut peux
    plus plutot pour pourquoi pouvez pouvoir qu quand que quel quelle qui quoi rien s sa sais sans
    savoir se ses si soit son sont suis sur t ta te tes toi ton toujours tous tout toute toutes tres
    trop tu un une va vais vers veux veut voila voir vos votre voudrais voulais vous vraiment vu y ya
    chose truc machin madame monsieur merci bonjour petit petite dont meme puis sera serait aurait avais
    etais peut-etre vient allez aller met mettre quelque"""
)


def content(words: Iterable[str]) -> set[str]:
    """Stems of the words that mean something: the first six letters, without accents."""
    simple = (plain(w) for w in words)
    return {w[:6] for w in simple if (len(w) > 2 and w.isalpha() and w not in STOPWORDS) or w.isdigit()}


@dataclass(frozen=True, slots=True)
class Clues:
    """What else is known of the call when its clauses are weighed."""

    urgent: tuple[Evidence, ...] = ()
    intent: tuple[Evidence, ...] = ()
    fields: tuple[Evidence, ...] = ()
    """Words that field sentences state already."""
    stated: frozenset[str] = frozenset()
    """Stems of the field sentences."""
    names: frozenset[str] = frozenset()
    """Words of the fields' values, `plain`: a clause with a name that is almost one of them is not told."""
    trade: frozenset[str] = frozenset()
    """Stems of the tenant's vocabulary, intents and urgency rules."""
    wanted: frozenset[str] = frozenset()
    """Stems of the likeliest intent's label and description."""
    strangers: frozenset[tuple[int, int, int]] = frozenset()
    """Turn, start, end of names in passing; see `bystanders`."""
