"""The usual things that instructions want asked or said, and how agents and callers say them."""

from __future__ import annotations

import re
from typing import NamedTuple

from qualify.records import Transcript
from qualify.understanding.similarity import plain


class Ask(NamedTuple):
    """A usual question: how instructions name it, how agents ask it, how callers answer it unasked."""

    wanted: re.Pattern[str]
    asked: re.Pattern[str]
    given: re.Pattern[str]


def _ask(wanted: str, asked: str, given: str = r"(?!)") -> Ask:
    return Ask(re.compile(wanted), re.compile(asked), re.compile(given))


_PAPER = (
    r"(?:dossier|contrat|commande|client|sinistre|facture|police|lot|bon|reservation|adherent|devis"
    r"|allocataire)"
)
_MONTH = r"(?:janvier|fevrier|mars|avril|mai|juin|juillet|aout|septembre|octobre|novembre|decembre)"
_NUMBER = (
    r"(?:\d+|une?|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|quinze|vingt|trente|quarante"
    r"|cent|mille)"
)
ASKS = (
    _ask(
        r"numero (?:de )?(?:telephone|rappel|portable|mobile)|coordonnees|son numero$|ou (?:le "
        r"|la )?(?:joindre|rappeler)",
        r"numero|(?:vous|le|la|l') ?(?:joindre|joint|rappeler?)|portable|telephone|coordonnees",
    ),
    _ask(
        r"\bnoms?\b(?! (?:de (?:la|l) ?(?:societe|entreprise)|et l'espece))|identite",
        r"\bnoms?\b|a l'appareil|de la part de|vous (?:etes|vous appelez)|votre prenom|s'appelle",
        r"je m'appelle|je suis (?:madame|monsieur)|a l'appareil|c'est (?:madame|monsieur)",
    ),
    _ask(
        r"epel|orthographe",
        r"epel|s'ecrit|lettre|orthographe",
        r"s'ecrit|j'epelle|comme (?:ca|le|la)|(?:\b[a-z]\b[ .,-]+){3}",
    ),
    _ask(
        r"naissance|ne\(?e?\)? le",
        r"naissance|nee? (?:le|quand|en)|quelle annee",
        rf"\bnee? (?:le|en)\b|naissance|(?:il|elle) est d[eu] (?:{_NUMBER}|{_MONTH})",
    ),
    _ask(
        rf"numeros? (?:ou le nom )?(?:du |de |d'){_PAPER}|reference",
        rf"(?:numero|quel|nom) (?:\w+ ){{0,3}}{_PAPER}|reference|{_PAPER}.{{0,40}}numero"
        rf"|en haut (?:de|a)|sous les yeux",
        rf"{_PAPER} (?:numero |c'est |le )*[a-z]?\W*\d|reference|numero (?:de |du |d'){_PAPER}"
        rf"|(?:\b[a-z] ?){{2}}.{{0,8}}\d",
    ),
    _ask(
        r"adresse(?! (?:e-?)?mail| electronique)|lieu (?:d'|de l'|a |du )|ou (?:a lieu|se trouve)"
        r"|commune|ville|lieu-dit|code postal",
        r"adresse|quelle (?:rue|ville|commune)|ou (?:habitez|etes|ca se|se trouve|est-ce)"
        r"|chez vous c'est|habitez"
        r"|a quel endroit|c'est ou\b|vous etes ou|commune|lieu-dit|dans quelle|d'ou|(?:situe"
        r"|trouve).{0,12}ou\b|quel (?:coin|secteur|village)",
        rf"\b{_NUMBER}? ?(?:bis |ter )?(?:,? )?(?:rue|avenue|boulevard|impasse|chemin|place|allee"
        rf"|quai|route|cours|lieu-dit|residence)\b"
        r"|j'habite|on habite|je suis a\b",
    ),
    _ask(r"etage", r"etage", r"etage|rez-de"),
    _ask(
        r"batiment|montee|residence|escalier",
        r"batiment|montee|residence|escalier|entree|immeuble",
        r"batiment|montee|escalier|residence|entree",
    ),
    _ask(r"code (?:de|d'|porte)|digicode", r"\bcode\b|entrer", r"\bcode\b"),
    _ask(r"interphone", r"interphone|sonner?", r"interphone|sonnez"),
    _ask(r"e-?mail|courriel|adresse electronique", r"mail|courriel|arobase", r"arobase|@"),
    _ask(r"immatriculation|plaque", r"immatricul|plaque", r"immatricul|plaque|(?:\b[a-z] ?){2}\W*\d"),
    _ask(
        r"joignable|creneau|disponibilite|(?:quand|heure|moment).*(?:rappel|joindre)",
        r"quand|quelle heure|quel moment|creneau|joignable|disponible|plutot|a partir de",
        r"(?:apres|avant|entre|jusqu'a) \w+ ?h|apres-midi|le matin|le soir|toute la journee|n'importe quand",
    ),
    _ask(
        r"depuis (?:quand|combien)",
        r"depuis|quand",
        r"depuis|hier|ce matin|cette nuit|aujourd'hui|tout a l'heure",
    ),
    _ask(r"temperature|fievre", r"temperature|fievre|combien", r"\b3[6-9]|\b40|trente-|quarante|fievre"),
    _ask(r"\bage\b", r"\bage\b|quel age|\bans\b|\bmois\b", r"\bans\b|\bmois\b|semaines"),
    _ask(
        r"\bmarque",
        r"marque|quel modele|c'est quoi comme|quelle? (?:chaudiere|appareil|moteur|machine)",
        r"marque|modele|c'est (?:une? |du |de la )?[A-Z]",
    ),
    _ask(r"modele|reference de l'appareil", r"modele|quel type|c'est quoi comme", r"modele"),
    _ask(
        r"code erreur|code affiche|voyant|message affiche",
        r"code|affiche|ecran|voyant|marque quelque chose",
        r"code|affiche|voyant",
    ),
    _ask(r"coupe", r"coupe|ferme|robinet|vanne|compteur", r"coupe|ferme"),
    _ask(
        r"deja (?:client|patient|venu|adherent|locataire|suivi)|premiere (?:fois|visite)"
        r"|patient connu|nouveau patient",
        r"deja|premiere (?:fois|visite)|connai[st]|client chez|nouveau|nouvelle",
        r"deja|premiere fois|jamais venu|client|je suis venu|je viens|(?:il|elle) m'avait"
        r"|l'an dernier|suivie? (?:par|chez)|nouveau|nouvelle",
    ),
    _ask(
        r"connus?\b|recommande|comment il a entendu|adresse (?:le|la) patient",
        r"connus?\b|recommand|envoye|entendu parler|adresse",
        r"recommand|sur internet|de la part|m'a (?:dit|envoye|adresse)|m'envoie|m'adresse|par (?:le"
        r"|mon) (?:docteur|medecin|bouche)",
    ),
    _ask(
        r"medecin traitant|qui (?:l')?adresse|prescripteur|adresseur",
        r"medecin|traitant|envoie|adresse|prescri|docteur",
        r"docteur|medecin|m'envoie|adresse",
    ),
    _ask(
        r"societe|entreprise|raison sociale",
        r"societe|entreprise|de la part|maison|raison sociale|quelle boite",
        r"societe|entreprise|de chez|\bsarl\b|\bsas\b",
    ),
    _ask(r"siret|siren", r"siret|siren", r"siret|siren"),
    _ask(
        r"quantite|combien (?:de |d')(?!personne|heure)|nombre (?:de |d')(?!personne|enfant|adulte)"
        r"|litres|volume|metrage|surface|superficie",
        r"combien|quantite|nombre|litres|metres|surface|volume",
        rf"{_NUMBER} (?:litres?|metres?|cartons?|palettes?|sacs?|boites?|exemplaires?|pieces?|kilos?"
        rf"|m2|tonnes?|places?)|\d+ ?m",
    ),
    _ask(
        r"(?:nombre|combien) (?:de |d')?(?:personnes?|enfants?|adultes?|participants?|passagers?"
        r"|couverts)|combien (?:viennent|seront)|combien de personnes",
        r"combien|personnes|(?:vous )?ser(?:ez|ont|iez)|nombre|seul\b",
        rf"(?:on est|on sera(?:it)?|nous sommes|nous serons|pour) {_NUMBER}|{_NUMBER} (?:personnes"
        rf"|adultes|enfants|gars|ouvriers|soudeurs)",
    ),
    _ask(r"heures par semaine|nombre d'heures|volume horaire", r"heures|combien|frequence", r"heures"),
    _ask(
        r"\banimal\b|animaux|espece|race\b",
        r"animal|animaux|chien|chat|chienne|espece|race|comment (?:il|elle) s'appelle|c'est un[e ]|s'appelle",
        r"\b(?:chien|chienne|chat|chatte|lapin|cheval|jument|vache|perruche|chaton|chiot|caniche"
        r"|labrador|berger|poney|brebis|furet|tortue|poule)s?\b",
    ),
    _ask(
        r"poids|taille (?:et|de l'animal)|pointure",
        r"poids|pese|kilos|taille|gros|grand",
        r"kilos?\b|\bpese|taille",
    ),
    _ask(
        r"dosage|contenance|taille (?:du|de la)|\bdose\b|format|conditionnement",
        r"dosage|combien|contenance|taille|milligrammes?|quel format|grande?|boite|flacon",
        r"milligrammes?|\bmg\b|millilitres?|\bml\b|grammes?|taille|grande? (?:boite|modele)"
        r"|petite? (?:boite|modele)|litres?",
    ),
    _ask(
        r"dimension|mesure|largeur|hauteur|longueur",
        r"dimension|taille|mesure|largeur|hauteur|long|grand|combien",
        r"\bcm\b|centimetres?|metres?|\d+ ?(?:x|sur|par) ?\d+|mm\b",
    ),
    _ask(
        r"matricule|numero d'(?:adherent|agent|interimaire|employe|identification)|identifiant"
        r"|numero de badge",
        r"matricule|numero|badge|identifiant",
        r"matricule|badge|identifiant|\b[a-z] ?[a-z]\W+\d",
    ),
    _ask(
        r"numero (?:de l'appareil|d'appareil|de serie|de l'ascenseur|de la machine)|plaque signaletique",
        r"appareil|numero (?:sur|de|affiche|qui)|plaque|serie|numero.{0,20}(?:cabine|machine)",
        r"numero|appareil|plaque|serie",
    ),
    _ask(
        r"emplacement|numero de (?:location|chambre|lot|place|logement|salle)|location\b",
        r"emplacement|location|chambre|\blot\b|quel(?:le)? (?:numero|place|logement)|ou etes"
        r"|dans quelle|mobil",
        r"emplacement|\blot\b|chambre|\b[a-z] ?\d{1,3}\b|mobil|cottage|location",
    ),
    _ask(
        r"praticien|avec (?:qui|quel)|quel (?:medecin|docteur|intervenant|notaire|conseiller"
        r"|collaborateur|kine)|interlocuteur|(?:qui|conseiller|gestionnaire) (?:suit|habituel)",
        r"avec (?:qui|quel|lequel|laquelle)|quel (?:medecin|docteur|praticien|notaire|conseiller)"
        r"|docteur|preference|praticien|qui (?:vous )?suit|habitude|c'est \w+ (?:qui|que)",
        r"docteur|avec (?:madame|monsieur|le|la|camille|yann)|maitre|conseill|praticien|suivi par",
    ),
    _ask(
        r"date (?:de |du )?(?:debut|commencement|depart|arrivee|souhait|voulu|prevu)"
        r"|quand (?:commenc|debut)|dates?\b.*(?:souhait|voulu|sejour|location)|a partir de quand"
        r"|pour quand",
        r"quand|quelle? (?:date|jour)|a partir|debut|partir de|pour (?:le|lundi|mardi|mercredi|jeudi"
        r"|vendredi)|dates?|du .* au",
        rf"\b(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|demain|{_MONTH})\b|a partir d|du \w+ au",
    ),
    _ask(
        r"dates?\b",
        r"quand|quelle? (?:date|jour)|date|le combien",
        rf"{_MONTH}|\b(?:hier|demain|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche)\b",
    ),
    _ask(
        r"deces|defunt",
        r"deces|decede|defunt|perdu|mort|condoleance",
        r"decede|mort|deces|perdu|enterrement|obseques",
    ),
    _ask(
        r"(?:quelqu'un|personne|des gens).*(?:dans (?:la|l')|cabine|bloque|coince|interieur)|bloque|coince",
        r"dedans|dans (?:la|l')|quelqu'un|bloque|coince|interieur|enferme|personne n",
        r"dedans|personne (?:dans|dedans|n'est)|quelqu'un (?:dans|dedans)|coince|bloque|enferme|interieur",
    ),
    _ask(
        r"bless|victime",
        r"bless|mal\b|va bien|secours|touche",
        r"bless|personne n'a rien|rien de casse|mal au",
    ),
    _ask(
        r"va bien|etat de (?:la|l')|comment (?:va|se sent)",
        r"va bien|(?:va|allez|porte|sent)\b.*\?|ca va|comment (?:va|est|elle|il)|en ce moment",
        r"(?:elle|il) va bien|ca va\b|pas bien|va mal",
    ),
    _ask(r"danger|securite|risque", r"danger|risque|securite|personne ne|eloign", r"danger|risque"),
    _ask(
        r"personne (?:concernee|aidee)|beneficiaire|pour qui|nom d(?:e la|u) (?:patient|personne"
        r"|beneficiaire|resident|eleve|enfant|salarie|locataire)|de qui",
        r"(?:c'est |vous |)(?:pour|chez) (?:qui|vous)|s'appelle|nom\b|qui est|concerne|chez (?:qui"
        r"|quelle)|de qui|prenom",
        r"pour (?:mon|ma|mes|moi)|chez (?:madame|monsieur)|(?:ma|mon) (?:mere|pere|mari|femme|fils"
        r"|fille|maman|papa)",
    ),
    _ask(
        r"camion|acces\b|petit porteur|passage|stationn|approcher|parking",
        r"acces|camion|passe|porteur|approcher|garer|stationn|parking|accede",
        r"camion|porteur|acces|chemin|garer|etroit",
    ),
    _ask(
        r"motif|objet|raison|sujet|nature",
        r"c'est (?:a quel sujet|pour quoi|pourquoi)|quel (?:sujet|motif)|raison|objet"
        r"|que (?:se passe|puis)|qu'est-ce qu|dites-moi|je vous ecoute|souhaitez|expliqu",
        r"c'est pour|je vous appelle (?:pour|parce|au sujet|car)|je voudrais|je voulais|j'aurais|au sujet",
    ),
    _ask(
        r"mutuelle|assureur|assurance|caisse",
        r"mutuelle|assureur|assurance|caisse|assure chez",
        r"mutuelle|assur|\bmaif\b|\bmgen\b|\baxa\b|\bmacif\b|\bmaaf\b|caisse",
    ),
    _ask(
        r"proprietaire|locataire",
        r"proprietaire|locataire|bailleur",
        r"proprietaire|locataire|je loue|on loue|bailleur",
    ),
    _ask(r"ordonnance|prescription", r"ordonnance|prescri", r"ordonnance|prescri"),
    _ask(r"carte vitale|apporter|munir", r"carte vitale|apport|prenez|amene|oubli", r"carte vitale"),
    _ask(
        r"traitement|medicament|produit",
        r"traitement|medicament|produit|lequel|quoi|prenez",
        r"comprime|traitement|medicament|boite de",
    ),
    _ask(r"allergi|regime", r"allergi|regime|intoleran", r"allergi|intoleran|sans gluten|vegetarien"),
    _ask(
        r"enceinte|grossesse|terme",
        r"enceinte|grossesse|terme|combien de (?:mois|semaines)|semaines",
        r"enceinte|grossesse|terme|semaines",
    ),
    _ask(
        r"symptome|douleur|ce qu'il ressent",
        r"mal\b|ressent|douleur|symptome|qu'est-ce qu|comment",
        r"mal (?:a|au|aux)|douleur|ca fait mal|j'ai",
    ),
    _ask(
        r"vehicule|voiture|engin|machine|materiel|appareil",
        r"vehicule|voiture|quel(?:le)? (?:engin|machine|materiel|appareil|modele)|c'est quoi"
        r"|quoi comme|lequel|laquelle",
        r"voiture|clio|camion|machine|pelle|nacelle|chaudiere|appareil|vehicule",
    ),
    _ask(r"kilometrage", r"kilomet|combien", r"kilomet|\bkm\b|mille"),
    _ask(
        r"entretien|revision|derniere visite", r"entretien|revision|derniere", r"entretien|revision|derniere"
    ),
    _ask(
        r"police|plainte|gendarm",
        r"police|plainte|gendarm|commissariat",
        r"police|plainte|gendarm|commissariat",
    ),
    _ask(r"budget|prix souhaite", r"budget|combien|mettre", r"budget|euros|€"),
    _ask(
        r"enfants?\b.*(?:bas age|logement)|personnes? (?:agees?|fragiles?|vulnerable)",
        r"enfant|bebe|agee|fragile|seul|petits",
        r"enfant|bebe|agee|\bans\b|petits",
    ),
    _ask(
        r"fauteuil|se deplace|allonge|assis|mobilite|transport",
        r"fauteuil|allonge|assis|marche|deplace|brancard|valide|canne",
        r"fauteuil|allonge|assis|marche|brancard|deambulateur",
    ),
    _ask(
        r"windows|mac\b|systeme|poste", r"windows|mac\b|systeme|poste|autres", r"windows|mac\b|poste|autres"
    ),
    _ask(r"facture", r"factur", r"factur"),
    _ask(r"fixe", r"fixe", r"fixe"),
    _ask(r"retour|sens du trajet|aller", r"retour|aller|ramene|attend", r"retour|aller"),
    _ask(r"\b15\b|samu|quinze", r"\b15\b|quinze|samu"),
    _ask(r"\b18\b|pompiers|112", r"\b18\b|dix-huit|112|cent douze|pompiers"),
    _ask(r"antipoison", r"antipoison|\b15\b|quinze"),
    _ask(r"sortir|evacuer|quitter les lieux|aerer", r"sort(?:ez|ir)|evacu|dehors|aer|fenetres"),
    _ask(
        r"ne (?:plus|pas|rien) (?:y )?touche|couper le courant|disjoncteur",
        r"touch|coupe|courant|disjoncteur|ne (?:faites|bougez)",
    ),
    _ask(r"arrivee d'eau|couper l'eau|robinet|compteur", r"robinet|arrivee|coup|ferm|vanne|compteur"),
    _ask(
        r"justificatif|certificat|arret de travail|attestation",
        r"justificatif|certificat|arret\b|attestation|papier|document|envoyer",
    ),
    _ask(
        r"rappele|sous (?:\d+|vingt|quarante|48) ?\w* ?(?:h|heures|jours)|dans la journee"
        r"|delai (?:de rappel|est)|rappel se fait",
        r"rappel|dans la journee|sous (?:\d+|vingt|quarante|deux)|heures|d'ici",
    ),
    _ask(r"condoleance", r"condoleance|sincerement|desolee? (?:pour|de)"),
    _ask(r"enregistr", r"enregistr"),
    _ask(
        r"transf|mettre en relation|passer l'appel|basculer",
        r"transf|passe|relation|bascul|ne quittez|mets en",
    ),
    _ask(r"laisser un message|prendre (?:le |un )?message", r"message|transmet|note|lui dire|commission"),
    _ask(r"horaires|heures d'ouverture|ouvert", r"ouvert|horaires|de \w+ (?:heures )?a|jusqu'a|ferme"),
    _ask(
        r"souhait.*(?:journee|soiree|bonne)|terminer par|formule|remerci",
        r"merci|bonne (?:journee|soiree)|belle (?:journee|soiree)|souhaite",
    ),
    _ask(r"site (?:internet|web)|en ligne", r"site|internet|en ligne|point fr"),
    _ask(r"garde\b|3237", r"garde|3237|trente-deux"),
    _ask(
        r"relire le message|reformuler|recapitul|repeter (?:le|jour|la)",
        r"je (?:recapitule|resume|relis|repete|reprends|reformule)|donc|c'est bien (?:ca|cela)|alors",
    ),
    _ask(
        r"astreinte|(?:appeler|joindre|prevenir) (?:l'|le |la |un )|passer (?:tout |l'|un )?appel",
        r"j'appelle|je (?:le |la |les )?(?:previens|joins|contacte|passe|bascule|transfere)"
        r"|je vous passe|astreinte|ne quittez",
    ),
    _ask(
        r"a quel titre|qualite|(?:proprietaire|proche|voyageur|particulier)\b.*\b(?:ou|professionnel"
        r"|prestataire|voisin)",
        r"vous etes|titre|qualite|proprietaire|locataire|particulier|professionnel",
        r"je suis|en tant que|proprietaire|locataire|particulier",
    ),
    _ask(r"temoin", r"temoin|quelqu'un a vu", r"temoin|a vu"),
    _ask(r"hopital|clinique", r"hopital|clinique|ou (?:est|a-t)|emmene", r"hopital|clinique|urgences|chu\b"),
    _ask(r"photo", r"photo", r"photo"),
    _ask(r"voisin", r"voisin|les autres", r"voisin"),
    _ask(r"odeur|fumee|brule", r"odeur|sent\b|fumee|brule", r"odeur|ca sent|fumee|brule"),
    _ask(r"abri\b|securite", r"abri|securite|eloign|danger", r"abri|securite"),
    _ask(r"puce|tatouage|collier", r"puce|tatou|collier", r"puce|tatou|collier"),
    _ask(r"cle\b|cles\b", r"\bcles?\b|ouvr", r"\bcles?\b"),
    _ask(r"combien (?:ils|elles|de)|nombre\b", r"combien|nombre", rf"{_NUMBER} (?:\w+)"),
    _ask(r"qui (?:a|donne|detient|paie|regle)", r"qui (?:est|a|donne|paie|regle|vous)|a quel nom"),
    _ask(r"annulation|annuler", r"annul|prevenir|la veille", r"annul"),
    _ask(r"reserves|emballage", r"reserves|emballage|bon de livraison", r"reserves|emballage"),
    _ask(r"rendez-vous|\brdv\b", r"rendez-vous|\brdv\b|creneau|quand"),
)


def wanted_asks(text: str) -> list[Ask]:
    """The usual questions that an instruction wants asked."""
    said = plain(text)
    return [a for a in ASKS if a.wanted.search(said)]


def shares(transcript: Transcript, asks: list[Ask], *, either: bool) -> tuple[float, float]:
    """Shares of `asks` that the agent asks or says, and that are said at all; `either`: one is enough."""
    if not asks:
        return 0.0, 0.0
    agent = [plain(t.text) for t in transcript.turns if t.speaker == "agent"]
    caller = [plain(t.text) for t in transcript.turns if t.speaker == "caller"]
    asked = [any(a.asked.search(t) for t in agent) for a in asks]
    given = [done or any(a.given.search(t) for t in caller) for a, done in zip(asks, asked, strict=True)]
    if either:
        return float(any(asked)), float(any(given))
    return sum(asked) / len(asks), sum(given) / len(asks)
