"""A caller's clause told of him: «j'ai une fuite» becomes «A une fuite».

Rules apply only where they are safe; a clause in which a first person is left is not rewritten.
"""

from __future__ import annotations

import re
from typing import Literal

from qualify.drafting.clean import joined, plain, words_of

Address = Literal["vous", "tu"]

IRREGULAR = {
    "ai": "a", "suis": "est", "vais": "va", "veux": "veut", "peux": "peut", "vaux": "vaut", "mets": "met",
    "promets": "promet", "permets": "permet", "bats": "bat", "sens": "sent", "pars": "part", "sors": "sort",
    "dors": "dort", "sers": "sert", "cours": "court", "connais": "connaît", "crains": "craint",
    "rejoins": "rejoint",
    "perds": "perd", "attends": "attend", "entends": "entend", "vends": "vend", "rends": "rend",
    "prends": "prend",
    "réponds": "répond", "descends": "descend", "dépends": "dépend", "reprends": "reprend",
    "comprends": "comprend",
    "apprends": "apprend", "tiens": "tient", "viens": "vient", "reviens": "revient", "obtiens": "obtient",
    "dois": "doit", "vois": "voit", "crois": "croit", "reçois": "reçoit", "bois": "boit",
    "aperçois": "aperçoit",
    "fais": "fait", "sais": "sait", "finis": "finit", "vis": "vit", "dis": "dit", "lis": "lit",
    "écris": "écrit",
    "conduis": "conduit", "fus": "fut", "remplis": "remplit", "choisis": "choisit", "subis": "subit",
    "suffis": "suffit", "aie": "ait", "sois": "soit",
}  # fmt: skip
PLURAL = {
    "avons": "ont", "sommes": "sont", "allons": "vont", "voulons": "veulent",
    "pouvons": "peuvent", "devons": "doivent", "savons": "savent",
    "attendons": "attendent",
    "mettons": "mettent",
    "partons": "partent", "vendons": "vendent",
    "entendons": "entendent", "perdons": "perdent", "voyons": "voient", "croyons": "croient",

}  # fmt: skip
STRONG = (
    ("prenons", "prennent"),
    ("tenons", "tiennent"),
    ("venons", "viennent"),
    ("faisons", "font"),
    ("cevons", "çoivent"),
    ("ppelons", "ppellent"),
)
"""Endings of verbs whose stem changes in the plural («reprenons», «obtenons»)."""
TU = {
    "pouvez": "peux", "avez": "as", "êtes": "es", "faites": "fais", "venez": "viens", "voulez": "veux",
    "savez": "sais", "devez": "dois", "allez": "vas",
    "prenez": "prends", "pourriez": "pourrais", "auriez": "aurais",
    "seriez": "serais", "aviez": "avais", "étiez": "étais",
    "envoyez": "envoies", "passez": "passes", "gardez": "gardes",
}  # fmt: skip
YOUR = {"votre": "ton", "vos": "tes"}
POSSESSIVES = {"mon": "son", "ma": "sa", "mes": "ses", "notre": "leur", "nos": "leurs"}
FIRST = words_of("je j' me m' moi mon ma mes nous notre nos mien mienne miens miennes tu te t' toi")
FIRST_SUFFIX = re.compile(r"-(?:moi|nous|je|toi)$|^(?:moi|nous)-")
AMBIGUOUS_PLUS = re.compile(r"\b(?:j'|je |on )(?:ai|a|veux|peux) plus\b(?! (?:rien|du tout))")
"""«j'ai plus d'eau» is spoken for none left and written for more: only the caller's own words are safe."""
BELIEF = re.compile(r"[\s,]*\bje (?:crois|pense)(?: bien)?$")
STRESSED = re.compile(r"\b(?:moi|nous),? (?=je\b|j'|c'est\b|nous\b|on\b)", re.IGNORECASE)
HEADS = words_of("et mais ou donc alors puis car , ; . :")
"""After these a clause of one person needs no subject."""
CLITICS = words_of("ne n' me m' nous vous le la l' les lui leur y en")
HAVE = words_of("a ont avait avaient aurait auraient as avez")
GIVEN = re.compile(
    r"(?:bien |deja |toujours )?(?:dit|donn|envoy|demand|propos|fait|promis|expliqu|confirm|repondu|factur"
    r"|livr|prelev|rendu|vole|ecrit|apport|pris|pos|install|vendu|mis|transmis|remis|montr|conseill"
    r"|annonc|ouvert|refus|coup|chang|rempla|laisse un|laisse l)"
)
"""Participles whose «m'» is a dative: «m'a dit» is «lui a dit»."""
MADE_DO = re.compile(r"(?:fait|laisse) \w+(?:er|ir|re)\b")
MET = re.compile(
    r"(?:bien |deja |toujours )?(?:r?appel|contact|recontact|joint|prevenu|oubli|vu|recu|plant|envoye voir)"
)
"""Participles whose «m'» is an object: «m'a rappelé» is «l'a rappelé»."""
TO_HIM = words_of(
    "dire donner envoyer faire expliquer confirmer rendre indiquer demander proposer "
    "montrer prêter expédier renvoyer transmettre faut faudrait fallait faudra fait donne envoie manque "
    "reste "
    "répondre apporter réserver garder changer refaire laisser plaît convient conviendrait"
)
"""Verbs before which «me» is a dative, and so «lui» of anyone («m'a dit», «il me faut»)."""
CALL_BACK = re.compile(r"(?:re)?(?:appel|contact|joind|prend)\w*|rappel\w*|recevoir|prévenir|tenir")
"""Verbs whose object «me» may go: «me rappeler» can only be to call the caller back."""

CALLS = r"(?:je|j') ?(?:vous |t')?(?:appelle|appelais|telephone|contacte) (?:juste |simplement )?"
WISHES = (
    r"(?:(?:je|j') ?(?:voudrais|voulais|aimerais|souhaite|souhaiterais|desire|desirerais|aurais (?:voulu"
    r"|aime|souhaite))"
    r"|(?:nous|on) (?:voudrions|aimerions|souhaitons|souhaiterions|voudrait|aimerait|souhaite"
    r"|souhaiterait)) (?:bien )?"
)
INFINITIVE = r"(?=[\w'-]+(?:er|ir|re|oir)\b)"
CAN = r"(?:vous pouvez|vous pourriez|pouvez-vous|pourriez-vous|(?:il|elle) peut|(?:ils|elles) peuvent) "
CALLED_BACK = r"(?:me |m')(?=(?:re)?(?:appel|joind|contact|rappel))"
OPENINGS: tuple[tuple[str, str], ...] = (
    (CALLS + r"(?:parce qu|car|c'est qu)(?:e |')", ""),
    (CALLS + r"pour (?:savoir|demander) si ", "demande si "),
    (CALLS + r"(?:pour|au sujet de|concernant) " + INFINITIVE, "veut "),
    (CALLS, "appelle "),
    (r"c'est (?:juste )?pour (?:savoir|demander) si ", "demande si "),
    (r"c'est (?:juste )?pour " + INFINITIVE, "veut "),
    (r"c'est (?:au sujet|a propos) d", "au sujet d"),
    (r"c'est (?:juste )?(?:pour|par rapport a|concernant) ", "pour "),
    (WISHES + r"(?:savoir|demander|voir) si ", "demande si "),
    (WISHES, "souhaite "),
    (r"est-ce qu(?:e |')(?:ce serait|ca serait|c'est|c'etait) possible ", "demande s'il est possible "),
    (r"est-ce qu(?:e |')(?=ils?\b)", "demande s'"),
    (r"est-ce qu(?:e |')", "demande si "),
    (CAN + CALLED_BACK, "demande à être "),
    (r"pouvez-vous ", "demande si vous pouvez "),
    (r"pourriez-vous ", "demande si vous pourriez "),
    (r"(?=ils? [^.!,]*\?)", "demande s'"),
    (r"(?=(?:vous|elles?|ca|c'est|c'etait) ?[^.!,]*\?)", "demande si "),
    (r"(?:dites|dis)-(?:lui|leur) (?:bien )?d", "demande d"),
    (r"(?:dites|dis)-(?:lui|leur) (?:bien )?qu(?:e |')", ""),
)  # fmt: skip
"""How a clause opens, in `plain` text, and what the message says instead."""

PASSIVE = (
    ("rappeler", "rappelé"),
    ("recontacter", "recontacté"),
    ("joindre", "joint"),
    ("contacter", "contacté"),
    ("appeler", "appelé"),
)
AUXILIARY_VOWEL = re.compile(r"^[aeiouyhàâéèêëîïôû]", re.IGNORECASE)


def third_verb(verb: str, *, plural: bool = False) -> str | None:
    """The third person of a verb in the first, of the same tense; None where it is not known."""
    word = verb.lower()
    if plural:
        return _third_plural(word)
    if word in IRREGULAR:
        return IRREGULAR[word]
    if word.endswith("rai"):
        return word[:-1]
    if word.endswith("ais"):
        return word[:-1] + "t"
    return word if word.endswith("e") else None


def _third_plural(word: str) -> str | None:
    if word in PLURAL:
        return PLURAL[word]
    for ending, other in STRONG:
        if word.endswith(ending):
            return word[: -len(ending)] + other
    if word.endswith("rons") and word[:-3].endswith(("er", "ir", "ur", "aur", "dr")):
        return word[:-3] + "ont"
    for ending, other in (("ions", "aient"), ("yons", "ient"), ("eons", "ent"), ("ons", "ent")):
        if word.endswith(ending):
            return re.sub(r"é([^aeiouyéèêà]+)ent$", r"è\1ent", word[: -len(ending)] + other)
    return None


def third_person(words: list[str], *, caller: str = "l'appelant", address: Address = "vous") -> str | None:
    """The clause as a message tells it, without capital or full stop; None where no rule is safe.

    `caller` names the caller where a subject is needed within the clause.
    """
    text = _opened(BELIEF.sub(f" (selon {caller})", joined(words)))
    told = _subjects(_split(STRESSED.sub("", text)), caller)
    if told is None:
        return None
    told = _objects(told, caller)
    if told is None or any(plain(w) in FIRST or FIRST_SUFFIX.search(plain(w)) for w in told):
        return None
    if AMBIGUOUS_PLUS.search(plain(joined(words))) or ("?" in words and "demande" not in told[:1]):
        return None
    if address == "tu":
        told = _familiar(told)
    if told is None:
        return None
    text = _negated(joined(told)).rstrip(" ?").replace("aujourd’hui", "aujourd'hui")
    return re.sub(r" \? (\w)", lambda m: f", {m[1].lower()}", text)


def _split(text: str) -> list[str]:
    return re.findall(
        r"\d+(?:[.,:/]\d+)+|[^\W_]+(?:-[^\W_]+)*['’]?|[^\w\s]|\S+", text.replace("aujourd'hui", "aujourd’hui")
    )


def _opened(text: str) -> str:
    """The clause with its opening told; «demande à être rappelé» needs its verb changed too."""
    simple = plain(text)
    for pattern, told in OPENINGS:
        found = re.match(pattern, simple)
        if not found or (found.end() == 0 and not told):
            continue
        rest = text[found.end() :]
        if told.endswith("être "):
            infinitive = next(((i, p) for i, p in PASSIVE if plain(rest).startswith(i)), None)
            if infinitive is None:
                continue
            return told + infinitive[1] + rest[len(infinitive[0]) :]
        return told + (rest if found.end() else rest[:1].lower() + rest[1:])
    return text


def _subjects(words: list[str], caller: str) -> list[str] | None:
    """«je» and «nous» with their verbs in the third person («on» stays); None for an unknown verb."""
    told: list[str] = []
    i = 0
    while i < len(words):
        word = plain(words[i])
        if not (word in {"je", "j'"} or (word == "nous" and _is_subject(words, i))):
            told.append(words[i])
            i += 1
            continue
        j = i + 1
        clitics = []
        while j < len(words) and plain(words[j]) in CLITICS:
            clitics.append({"me": "se", "m'": "s'", "nous": "se"}.get(plain(words[j]), words[j]))
            j += 1
        verb = third_verb(words[j], plural=word == "nous") if j < len(words) else None
        if verb is None:
            return None
        if _lacks_ne(clitics, words[j + 1 : j + 3]):
            clitics.insert(0, "ne")
        told += [*_subject(told, caller, plural=word == "nous"), *_elided(clitics, verb), verb]
        i = j + 1
    return told


def _lacks_ne(clitics: list[str], after: list[str]) -> bool:
    """Whether a negation follows a verb that has no «ne»."""
    following = [plain(w) for w in [*after, "", ""][:2]]
    negates = following[0] in {"pas", "jamais", "rien", "aucun", "aucune"} or following == ["plus", "rien"]
    return negates and not {"ne", "n'"} & {plain(c) for c in clitics}


def _is_subject(words: list[str], i: int) -> bool:
    following = next((w for w in words[i + 1 :] if plain(w) not in CLITICS), "")
    return plain(following).endswith("ons") or plain(following) == "sommes"


def _subject(before: list[str], caller: str, *, plural: bool) -> list[str]:
    """Nothing for one person at the head of a clause or after «et», «mais» and marks, else who it is."""
    if not plural and (not before or plain(before[-1]) in HEADS):
        return []
    name = "ils" if plural else caller
    last = plain(before[-1]) if before else ""
    if last in {"qu'", "lorsqu'", "puisqu'"} and not plural and not AUXILIARY_VOWEL.match(name):
        before[-1] = before[-1][:-1] + "e"
    if last in {"que", "lorsque", "puisque"} and AUXILIARY_VOWEL.match(name):
        before[-1] = before[-1][:-1] + "'"
    return [name]


def _elided(clitics: list[str], verb: str) -> list[str]:
    """Clitics as they stand before that verb («n'» before «a», «ne» before «peut»)."""
    out = []
    for clitic, following in zip(clitics, [*clitics, verb][1:], strict=True):
        stem = plain(clitic).rstrip("'e") if plain(clitic) in {"ne", "n'", "se", "s'"} else ""
        if not stem:
            out.append(clitic)
        else:
            out.append(stem + ("'" if AUXILIARY_VOWEL.match(following) else "e"))
    return out


def _objects(words: list[str], caller: str) -> list[str] | None:
    """Possessives and «me» told of the caller; None for a «me» that no rule covers."""
    told: list[str] = []
    for i, word in enumerate(words):
        simple = plain(word)
        following = words[i + 1].lower() if i + 1 < len(words) else ""
        if simple in POSSESSIVES:
            told.append(_cased(POSSESSIVES[simple], word))
        elif simple == "moi" and told and plain(told[-1]) == "chez":
            told[-1:] = ["à", "son", "domicile"]
        elif simple == "moi" and told and plain(told[-1]) in {"pour", "avec", "sans"}:
            told.append(caller)
        elif simple == "nous" and told and plain(told[-1]) == "chez":
            told[-1:] = ["à", "leur", "domicile"]
        elif simple in {"me", "m'"} and following in HAVE:
            after = plain(" ".join(words[i + 2 : i + 4]))
            if not (GIVEN.match(after) or MET.match(after)) or MADE_DO.match(after):
                return None
            told.append("lui" if GIVEN.match(after) else "l'")
        elif simple in {"me", "m'"} and following in TO_HIM:
            told.append("lui")
        elif simple in {"me", "m'"} and CALL_BACK.fullmatch(following):
            if told and plain(told[-1]) == "de" and AUXILIARY_VOWEL.match(following):
                told[-1] = "d'"
        elif simple == "nous" and CALL_BACK.fullmatch(following):
            told.append("les")
        elif re.fullmatch(r"(?:r?appelez|recontactez|contactez|joignez)-moi", simple):
            told += ["demande", "à", "être", "appelé" if simple.startswith("appel") else "rappelé"]
        elif simple in {"envoyez-moi", "donnez-moi", "dites-moi"}:
            told += [
                "demande",
                "de",
                "lui",
                {"e": "envoyer", "d": "donner"}[simple[0]] if simple != "dites-moi" else "dire",
            ]
        else:
            told.append(word)
    return told


def _cased(word: str, like: str) -> str:
    return word.capitalize() if like[:1].isupper() else word


def _familiar(words: list[str]) -> list[str] | None:
    """«vous» to «tu», with its verb; None where the verb is not known."""
    told: list[str] = []
    for before, word, after in zip(["", *words], words, [*words[1:], ""], strict=False):
        if plain(before) == "vous" and word.lower() in TU:
            told.append(TU[word.lower()])
        elif plain(word) == "vous":
            pronoun = _you(before, after)
            if pronoun is None:
                return None
            told.append(pronoun)
        elif word.lower().endswith("ez") and plain(word) not in {"chez", "assez", "nez"}:
            return None
        else:
            told.append(YOUR.get(plain(word), word))
    return told


def _you(before: str, after: str) -> str | None:
    """The «tu», «toi» or «te» that a «vous» between these words is; None where that can't be told."""
    if after.lower() in TU:
        return "tu"
    if after.lower().endswith("ez"):
        return None
    if plain(before) in {"chez", "pour", "avec", "a", "de", "sans"}:
        return "toi"
    return "t'" if AUXILIARY_VOWEL.match(after) else "te"


def _negated(text: str) -> str:
    """The written negation of spoken «y a pas», «c'est pas», «ça marche pas», «a plus d'eau»."""
    text = re.sub(r"^(?:il )?y(?: |')a (?=pas\b|plus\b|rien\b|aucun)", "il n'y a ", text, flags=re.IGNORECASE)
    text = re.sub(r"^y(?: |')a ", "il y a ", text, flags=re.IGNORECASE)
    text = re.sub(r"^(?:il )?faut (?=pas\b)", "il ne faut ", text, flags=re.IGNORECASE)
    text = re.sub(
        r"^(faut|faudrait|faudra) ", lambda m: f"il {m.group(1).lower()} ", text, flags=re.IGNORECASE
    )
    text = re.sub(r"\bde (?=pas \w+(?:er|ir|re)\b)", "de ne ", text)
    text = re.sub(r"\bc'est (?=pas\b|plus\b)", "ce n'est ", text, flags=re.IGNORECASE)
    return re.sub(r"\b(il|elle|ça|ils|elles) (l'|s')?(?!n[e'])(\w+) (?=pas\b|jamais\b)", _with_ne, text)


def _with_ne(found: re.Match[str]) -> str:
    pronoun, clitic, verb = found.group(1), found.group(2) or "", found.group(3)
    if plain(verb) in {"ne", "n", "est-ce"}:
        return found.group()
    particle = "ne " if clitic or not AUXILIARY_VOWEL.match(verb) else "n'"
    return f"{pronoun} {particle}{clitic}{verb} "
