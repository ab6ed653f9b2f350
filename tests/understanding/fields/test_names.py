from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from name_calls import answer, call, value_of

from qualify.records import unsupported
from qualify.understanding.fields.identities import identities, judged
from qualify.understanding.fields.mentions import Mention
from qualify.understanding.fields.names import caller_name
from qualify.understanding.fields.person_names import PersonName

NAME = "C'est à quel nom ?"
WHO = "Vous êtes ?"
HELLO = "Cabinet Durand, bonjour."

CALLS = [
    # he introduces himself
    ((f"A: {HELLO}", "C: Bonjour, c'est Sylvie Marchand, je voudrais un rendez-vous."), "Sylvie Marchand"),
    ((f"A: {HELLO}", "C: Bonjour, je suis madame Le Goff."), "Le Goff"),
    ((f"A: {HELLO}", "C: Oui bonjour, Karim Benhamou à l'appareil."), "Karim Benhamou"),
    ((f"A: {HELLO}", "C: Bonjour, je m'appelle Petit, Julie Petit."), "Julie Petit"),
    ((f"A: {HELLO}", "C: Mon nom c'est Roux."), "Roux"),
    ((f"A: {HELLO}", "C: Bonjour, ici le docteur Vasseur, de la clinique."), "Vasseur"),
    ((f"A: {HELLO}", "C: Bonjour, Nathalie Ferrand de la société Delmas."), "Nathalie Ferrand"),
    ((f"A: {HELLO}", "C: Bonjour, Hugo de Voltéa, je vous appelle pour votre contrat."), "Hugo"),
    ((f"A: {HELLO}", "C: Bonsoir, Jean-Pierre Martin-Dubois. J'ai une fuite."), "Jean-Pierre Martin-Dubois"),
    ((f"A: {HELLO}", "C: Allô oui, c'est encore monsieur Kowalczyk."), "Kowalczyk"),
    ((f"A: {HELLO}", "C: Bonjour, maître Hélène Carpentier, avocate."), "Hélène Carpentier"),
    ((f"A: {HELLO}", "C: Moi c'est Enzo, Enzo Da Silva."), "Enzo Da Silva"),
    ((f"A: {HELLO}", "C: Bonjour, Pruvost à l'appareil, je rappelle pour le devis."), "Pruvost"),
    ((f"A: {HELLO}", "C: Bonjour, je me présente, Aïcha El Amrani."), "Aïcha El Amrani"),
    ((f"A: {HELLO}", "C: Dites-lui que Fatou Ndiaye a appelé."), "Fatou Ndiaye"),
    ((f"A: {HELLO}", "C: Dites-lui que c'est Marc Lebrun, il comprendra."), "Marc Lebrun"),
    ((f"A: {HELLO}", "C: Bonjour. C'est pour annuler, Lucie Bonnet, mardi."), "Lucie Bonnet"),
    ((f"A: {HELLO}", "C: J'ai réservé une table au nom de Chevalier."), "Chevalier"),
    ((f"A: {HELLO}", "C: Bonjour, de la part de Bérengère Legrand."), "Bérengère Legrand"),
    ((f"A: {HELLO}", "C: Bonjour, je suis la maman de Léo, Sylvie Marchand."), "Sylvie Marchand"),
    ((f"A: {HELLO}", "C: Bonjour, Sylvie Marchand, la maman de Léo."), "Sylvie Marchand"),
    # he answers
    ((f"A: {NAME}", "C: Marchand."), "Marchand"),
    ((f"A: {NAME}", "C: Petit."), "Petit"),
    ((f"A: {NAME}", "C: Madame Petit."), "Petit"),
    ((f"A: {NAME}", "C: Au nom de Boulanger."), "Boulanger"),
    ((f"A: {NAME}", "C: Marchand, Sylvie."), "Sylvie Marchand"),
    ((f"A: {NAME}", "C: Marchand Sylvie."), "Sylvie Marchand"),
    ((f"A: {NAME}", "C: Marchand, prénom Sylvie."), "Sylvie Marchand"),
    ((f"A: {NAME}", "C: Alors, euh, Sylvie Marchand."), "Sylvie Marchand"),
    ((f"A: {NAME}", "C: C'est monsieur Van Damme."), "Van Damme"),
    ((f"A: {NAME}", "C: D'Hauteville."), "D'Hauteville"),
    ((f"A: {NAME}", "C: Charles de Montigny."), "Charles de Montigny"),
    ((f"A: {NAME}", "C: Ben Salah, Mehdi."), "Mehdi Ben Salah"),
    ((f"A: {NAME}", "C: N'Diaye, Moussa N'Diaye."), "Moussa N'Diaye"),
    ((f"A: {WHO}", "C: Son fils, Romain Garnier."), "Romain Garnier"),
    ((f"A: {WHO}", "C: Romain Garnier, son fils."), "Romain Garnier"),
    (("A: Vous êtes madame ?", "C: Lacroix. Mon mari est à l'hôpital."), "Lacroix"),
    (("A: Vous êtes madame… ?", "C: Lacroix, Jeanne."), "Jeanne Lacroix"),
    (("A: C'est de la part de qui ?", "C: De Paul Rivière, du garage."), "Paul Rivière"),
    (("A: Votre nom, s'il vous plaît ?", "C: Oui, c'est Thibault Poulain."), "Thibault Poulain"),
    (("A: Votre nom et votre numéro ?", "C: Chauvin, 06 22 18 91 05."), "Chauvin"),
    (("A: Qui est à l'appareil ?", "C: Élodie Fontaine."), "Élodie Fontaine"),
    # in two pieces
    (("A: Votre nom ?", "C: Marchand.", "A: Et votre prénom ?", "C: Sylvie."), "Sylvie Marchand"),
    (("A: Votre nom ?", "C: Marchand.", "A: Votre prénom ?", "C: Euh, c'est Azelma."), "Azelma Marchand"),
    ((f"A: {HELLO}", "C: Bonjour, c'est Sylvie.", "A: Votre nom ?", "C: Marchand."), "Sylvie Marchand"),
    (("A: Votre nom ?", "C: Marchand, et mon prénom c'est Sylvie."), "Sylvie Marchand"),
    (("A: Votre nom ?", "C: Madame Marchand, Sylvie Marchand."), "Sylvie Marchand"),
    # corrections: the first, wrong version never counts
    (("A: Votre nom ?", "C: Sylvie Marchal.", "A: Madame Marchand ?", "C: Non, Marchal."), "Sylvie Marchal"),
    (("A: Votre nom ?", "C: Marchand.", "A: Madame Marchant ?", "C: Non, Marchal."), "Marchal"),
    (("A: Votre nom ?", "C: Durant, enfin Durand avec un D."), "Durand"),
    (("A: Votre nom ?", "C: C'est pas Durand, c'est Duran."), "Duran"),
    # spelled: letters beat what was heard
    (("A: Votre nom ?", "C: Sylvie Marchal, M A R C H A N D."), "Sylvie Marchand"),
    (("A: Votre nom ?", "C: Madame Le Goff, L E plus loin G O deux F."), "Le Goff"),
    (("A: Votre nom ?", "C: Duret.", "A: Comment ça s'écrit ?", "C: D U R A I S."), "Durais"),
    (("A: Votre nom ?", "C: K O W A L C Z Y K."), "Kowalczyk"),
    (("A: Votre nom ?", "C: Lefèvre, L E F E V R E.", "A: Et le prénom ?", "C: Anne."), "Anne Lefèvre"),
    (("A: Votre nom ?", "C: Lefèvre, L E F E B V R E."), "Lefebvre"),
    (("A: Votre nom ?", "C: Fischer, F I S C H E R comme Robert."), "Fischer"),
    (("A: Votre nom ?", "C: Madame de Chazal, Odile. C H A Z A L."), "Odile de Chazal"),
    (("A: Votre nom ?", "C: Monsieur Pham, Pham Van Duc."), "Pham Van Duc"),
    ((f"A: {HELLO}", "C: Bonjour madame, Thi Mai Lecomte."), "Thi Mai Lecomte"),
    ((f"A: {HELLO}", "C: Bonjour, madame Rochat, Murielle, je rappelle."), "Murielle Rochat"),
    # written without capitals
    (("A: votre nom ?", "C: sylvie marchand"), "Sylvie Marchand"),
    (("A: votre nom ?", "C: alors marchand sylvie"), "Sylvie Marchand"),
    (("A: bonjour", "C: bonjour c'est sylvie le goff je vous appelle pour un devis"), "Sylvie Le Goff"),
    (("A: bonjour", "C: oui bonjour madame kowalczyk à l'appareil"), "Kowalczyk"),
    (("A: votre nom", "C: marchand", "A: et le prénom", "C: sylvie"), "Sylvie Marchand"),
    (("A: votre nom", "C: durant", "A: monsieur durand", "C: non durant avec un t"), "Durant"),
    # he speaks of others too
    (("A: Votre nom ?", "C: Pour ma mère, Yvonne Le Goff. Moi c'est Sylvie Marchand."), "Sylvie Marchand"),
    ((f"A: {HELLO}", "C: Bonjour, Paul Vidal. C'est pour mon fils, Enzo Vidal."), "Paul Vidal"),
    (("A: Le nom du patient ?", "C: Yvonne Le Goff. Et moi Sylvie Marchand."), "Sylvie Marchand"),
    # nobody is named
    ((f"A: {HELLO}", "C: Bonjour, c'est pour un rendez-vous."), None),
    ((f"A: {HELLO}", "C: Passez-moi le directeur, c'est urgent."), None),
    (("A: Votre nom ?", "C: Non, je préfère pas."), None),
    (("A: Votre nom ?", "C: Pourquoi ?"), None),
    ((f"A: {HELLO}", "C: C'est pour ma mère, Yvonne Le Goff."), None),
    ((f"A: {HELLO}", "C: J'habite rue Sylvie Marchand."), None),
    ((f"A: {HELLO}", "C: Bonjour, j'ai un souci avec ma Clio."), None),
]  # fmt: skip


@pytest.mark.parametrize(("turns", "name"), CALLS)
def test_caller_name(turns: tuple[str, ...], name: str | None) -> None:
    assert value_of(caller_name(call(*turns))) == name


@pytest.mark.parametrize(("turns", "name"), CALLS)
def test_evidence_stands_in_the_callers_words(turns: tuple[str, ...], name: str | None) -> None:
    transcript = call(*turns)
    judgment = caller_name(transcript)
    if judgment is None:
        return
    assert judgment.evidence
    assert not unsupported(transcript, judgment.evidence)
    assert all(transcript.turns[e.turn].speaker == "caller" for e in judgment.evidence)


def test_a_member_of_staff_who_is_named_is_not_the_caller() -> None:
    transcript = call("A: Bonjour.", "C: Bonjour, Hélène Durand, s'il vous plaît.")
    assert value_of(caller_name(transcript)) == "Hélène Durand"
    assert caller_name(transcript, excluded=["Hélène Durand"]) is None


def test_two_callers_names_as_likely_leave_it_unsure() -> None:
    transcript = answer("Votre nom ?", "Paul Vidal. Jean Roche.")
    names = (PersonName("Paul", "Vidal", "", 0, 10), PersonName("Jean", "Roche", "", 12, 22))
    judgment = judged(transcript, identities(Mention(1, name, "caller", 0.9) for name in names))
    assert judgment is not None
    assert judgment.unsure
    assert [r.value for r in judgment.rivals] == ["Jean Roche"]


@given(st.lists(st.text(min_size=1, max_size=80), min_size=1, max_size=6))
def test_never_raises_and_never_cites_what_is_not_there(texts: list[str]) -> None:
    transcript = call(*(f"{'AC'[i % 2]}: {text}" for i, text in enumerate(["Votre nom ?", *texts])))
    judgment = caller_name(transcript)
    assert judgment is None or not unsupported(transcript, judgment.evidence)
