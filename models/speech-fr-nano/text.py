"""Sentences of telephone calls, in the words in which they are spoken, for training and measuring.

Half of them are the callers' and agents' lines of `models/material/corpus`, the rest dictated contact
details, short answers and shuffled words (so that the decoder can't guess what it doesn't hear).
Whole trades, and the names of `names.HELD_OUT_*`, are kept for measuring.
"""

from __future__ import annotations

import random
import re
from functools import cache
from pathlib import Path

import yaml

from models.material.fill import SLOT, Filler

CORPUS = Path(__file__).parents[1] / "material" / "corpus"
HELD_OUT_TRADES = {
    "couvreur",
    "dermatologue",
    "hotel-restaurant",
    "notaire",
    "expert-comptable",
    "salle-de-sport",
}

CONTACT = (
    """
{phone}.|{phone}.|{phone}.|Le {phone}.|C'est le {phone}.|Alors c'est le {phone}.|Mon numéro c'est le {phone}.|Au {phone}.
Vous pouvez me rappeler au {phone}.|Je suis joignable au {phone}, {callback_window}.|Le numéro c'est {phone}, je répète, {phone}.
Oui, {phone}.|Je note, {phone}.|{phone}, c'est bien ça ?|Donc je relis, {phone}.|Alors, {phone}, merci.|{phone} ?|Mon portable, {phone}.
{caller_name}.|C'est {caller_name}.|Je suis {caller_name}.|Je m'appelle {caller_name}, {spelled_name}.|{caller_last}, {spelled_name}.
{spelled_name}.|Ça s'écrit {spelled_name}.|Je vous épelle, {spelled_name}.|Alors, {spelled_name}.|Madame {caller_last}.|Monsieur {caller_last}.
Bonjour, {caller_name} à l'appareil.|C'est {caller_name}, de la société {company}.|Ici {caller_name}, {company}.|Au nom de {caller_last}.
{email}.|Mon mail c'est {email}.|L'adresse mail, {email}.|Alors, {email}, tout attaché.
{address}.|J'habite {address}, à {city}.|Au {address}, {postal_code} {city}.|{postal_code}.|{postal_code} {city}.|C'est à {city}, {address}.
{date}.|{date} à {time}.|{weekday} à {time}.|{time}.|{birth_date}.|Il est né {birth_date}.|Ma date de naissance, {birth_date}.
La référence {reference}.|{reference}.|C'est le dossier {reference}.|Numéro {reference}.|{amount}.|La facture est de {amount}.
Plutôt {callback_window}.|Vous pouvez me joindre {callback_window}.|{weekday} prochain {callback_window}.|C'est pour {third_party}.
Je voudrais parler à {recipient}.|Est-ce que {recipient} est là ?|Passez-moi {recipient}, s'il vous plaît.|De la part de {caller_name}.
Euh non pardon, {phone}.|Non, attendez, c'est le {phone}.|Je me suis trompé, c'est {phone}.|La plaque c'est {plate}.|Le code c'est {code}.
""".replace("\n", "|")
    .strip("|")
    .split("|")
)

SHORT = (
    """
Oui.|Non.|D'accord.|C'est ça.|Très bien.|Oui oui.|Merci.|Au revoir.|Bonjour.|Allô ?|Oui bonjour.|Bonne journée.|Je vous écoute.|C'est noté.
Je note.|Parfait.|Exactement.|Oui c'est bien ça.|Merci beaucoup, au revoir.|Bonne journée à vous.|C'est à quel nom ?|Et votre numéro ?
Vous pouvez épeler ?|Votre nom, s'il vous plaît ?|À quel numéro peut-on vous rappeler ?|Quelle est l'adresse ?|Ne quittez pas.|Un instant.
Je transmets le message.|Je préviens tout de suite.|Vous êtes là ?|Il y a quelqu'un ?|Allô, bonjour.|Je vous en prie.|Voilà.|Bien sûr.|Ah.|Euh.
C'est urgent.|Je ne sais pas.|Attendez.|Pardon ?|Je répète.|C'est bien ça ?|Tout à fait.|Entendu.|On vous rappelle.|Je vous remercie.
{company}, bonjour.|Cabinet {caller_last}, bonjour.|{company}, je vous écoute.|Bonjour, que puis-je faire pour vous ?|Au revoir madame.
Et votre date de naissance ?|C'est pour quand ?|Quel est le motif de votre appel ?|C'est de la part de qui ?|Bonne soirée.|À bientôt.
""".replace("\n", "|")
    .strip("|")
    .split("|")
)

_CLEAN = (
    ("…", "."),
    ("...", "."),
    ("!", "."),
    (";", ","),
    (":", ","),
    ("’", "'"),
    ("—", ","),
    ("–", ","),
    ("œ", "oe"),
)


def normalised(text: str) -> str:
    """The transcript's spelling: first letter a capital, only « , . ? » as signs, one at the end."""
    for old, new in _CLEAN:
        text = text.replace(old, new)
    text = re.sub(r"[«»\"()\[\]/*]", " ", text)
    text = re.sub(r"\s*([,.])(?:\s*[,.])*", r"\1 ", text)
    text = re.sub(r"\s*\?(?:\s*[?.,])*", " ? ", text)
    text = re.sub(r"\s+", " ", text).strip(" ,")
    text = text[:1].upper() + text[1:]
    return text if text.endswith((".", "?")) else f"{text}."


@cache
def lines(held_out: bool) -> tuple[str, ...]:
    """All lines of the corpus with their slots, from the trades that training sees or those it doesn't."""
    found: list[str] = []
    for path in sorted(CORPUS.glob("*.yaml")):
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
        trades = data.get("calls", []) if path.stem.startswith("calls-") else []
        if (path.stem in HELD_OUT_TRADES) != held_out and not trades:
            continue
        if not trades and "profession" not in data:
            continue
        for intent in data.get("intents", []):
            found += intent["utterances"]
        for rule in data.get("urgency", []):
            found += [*rule["yes"], *rule["no"]]
        for call in data.get("calls", []):
            if trades and held_out:
                continue
            found += [turn[2:].strip() for turn in call["turns"]]
    return tuple(t for t in found if not re.search(r"\d", SLOT.sub("", t)) and 1 < len(t) < 400)


@cache
def words(held_out: bool) -> tuple[str, ...]:
    """The corpus's distinct words in a fixed order."""
    text = normalised(" ".join(SLOT.sub(" ", line) for line in lines(held_out)))
    return tuple(sorted(set(re.findall(r"(?<![\w'-])[a-zà-ÿ](?:[a-zà-ÿ'-]*[a-zà-ÿ])(?![\w'-])", text))))


def sentence(rng: random.Random, filler: Filler, *, shuffled: bool = True) -> str:
    """One utterance as it is spoken and written; `shuffled` words among them, or sentences only."""
    way, held_out = rng.random() * (1 if shuffled else 0.92), filler.held_out
    if way < 0.52:
        text = _shortened(rng, rng.choice(lines(held_out)))
    elif way < 0.82:
        text = rng.choice(CONTACT)
    elif way < 0.92:
        text = rng.choice(SHORT)
    else:
        text = " ".join(rng.choice(words(held_out)) for _ in range(rng.randint(2, 7)))
    return normalised(filler.fill(text))


def _shortened(rng: random.Random, line: str) -> str:
    """Long lines are cut at a sign now and then, so that utterances last a few seconds."""
    pieces = [p for p in re.split(r"(?<=[,.?!…])\s+", line) if p.strip()]
    if len(line) < 90 or len(pieces) < 2 or rng.random() < 0.25:
        return line
    start = rng.randrange(len(pieces))
    text = pieces[start]
    while start + 1 < len(pieces) and len(text) < 60:
        start += 1
        text = f"{text} {pieces[start]}"
    return text


def speakable(rng: random.Random, accent: str, *, held_out: bool = False, shuffled: bool = True) -> str:
    """A sentence with fresh slot values."""
    return sentence(rng, Filler(rng, accent, held_out), shuffled=shuffled)
