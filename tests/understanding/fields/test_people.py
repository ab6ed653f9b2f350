from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st
from name_calls import answer, call, value_of

from qualify.records import unsupported
from qualify.understanding.fields.people import recipient, third_party


@dataclass(frozen=True)
class Member:
    name: str
    role: str = ""
    aliases: Sequence[str] = ()


STAFF = (
    Member("Hélène Durand", "médecin généraliste", ("docteur Durand", "la doctoresse Durand")),
    Member("Marc Lefèvre", "médecin remplaçant"),
    Member("Sonia Belkacem", "comptable", ("Sonia du bureau",)),
)
HELLO = "Cabinet, bonjour."

ASKED_FOR = [
    ("Je voudrais parler au docteur Durand.", "Hélène Durand"),
    ("Je voudrais un rendez-vous avec Hélène Durand.", "Hélène Durand"),
    ("Passez-moi monsieur Lefèvre, s'il vous plaît.", "Marc Lefèvre"),
    ("Est-ce que Marc Lefèvre est là ?", "Marc Lefèvre"),
    ("Il faut que Sonia Belkacem me rappelle.", "Sonia Belkacem"),
    ("Dites à Sonia que c'est réglé.", "Sonia Belkacem"),
    ("C'est Sonia du bureau qui s'occupe de moi.", "Sonia Belkacem"),
    ("Passez-moi la comptable.", "Sonia Belkacem"),
    ("J'ai rendez-vous avec le docteur Lefebvre.", "Marc Lefèvre"),
    ("J'ai rendez-vous avec le docteur Durant.", "Hélène Durand"),
    ("Je veux que ce soit madame Belkassem qui me rappelle.", "Sonia Belkacem"),
    ("La doctoresse Durand m'avait dit de rappeler.", "Hélène Durand"),
    ("je voudrais parler à hélène durand", "Hélène Durand"),
    ("passez moi le docteur durand", "Hélène Durand"),
    ("Le docteur Durand, pas le docteur Lefèvre.", "Hélène Durand"),
    ("Bonjour, Marc Lefèvre est dans le coin ?", "Marc Lefèvre"),
    ("J'ai été opéré par madame Durand, j'ai une question.", "Hélène Durand"),
    ("C'est pour le docteur Durand.", "Hélène Durand"),
    ("Bonjour, je cherche à joindre Sonia Belkacem.", "Sonia Belkacem"),
    ("Je préfère Marc.", "Marc Lefèvre"),
    ("Je suis bien au cabinet Durand ?", None),
    ("C'est bien rue Durand ?", None),
    ("Bonjour, c'est Hélène Moreau.", None),
    ("Je voudrais parler à la comptabilité.", None),
    ("Je voudrais un rendez-vous demain.", None),
    ("Pas avec le docteur Lefèvre, hein.", None),
    ("La comptable de mon entreprise va vous rappeler.", None),
]


@pytest.mark.parametrize(("said", "person"), ASKED_FOR)
def test_recipient(said: str, person: str | None) -> None:
    assert value_of(recipient(answer(HELLO, said), people=STAFF)) == person


def test_the_one_asked_for_wins_over_one_merely_named() -> None:
    transcript = answer(HELLO, "Marc Lefèvre m'a opéré. Je voudrais parler à Sonia Belkacem.")
    assert value_of(recipient(transcript, people=STAFF)) == "Sonia Belkacem"


def test_a_family_name_that_two_bear_is_unsure_until_the_first_name_settles_it() -> None:
    people = (Member("Hélène Durand"), Member("Paul Durand"))
    judgment = recipient(answer(HELLO, "Je voudrais parler à Durand."), people=people)
    assert judgment is not None
    assert judgment.unsure
    assert {judgment.value, *(r.value for r in judgment.rivals)} == {"Hélène Durand", "Paul Durand"}
    settled = answer(HELLO, "Je voudrais parler à Durand, Paul Durand.")
    assert value_of(recipient(settled, people=people)) == "Paul Durand"


def test_the_callers_own_name_is_no_recipient() -> None:
    transcript = answer(HELLO, "Bonjour, c'est Hélène Durand.")
    assert recipient(transcript, people=STAFF, caller="Hélène Durand") is None


def test_who_is_named_by_the_agent_only_is_not_asked_for() -> None:
    assert recipient(call("A: Hélène Durand est absente.", "C: Ah bon."), people=STAFF) is None


CONCERNED = [
    ((f"A: {HELLO}", "C: C'est pour ma mère, Yvonne Le Goff."), "Yvonne Le Goff"),
    ((f"A: {HELLO}", "C: J'appelle pour mon fils Enzo, Enzo Marchand."), "Enzo Marchand"),
    ((f"A: {HELLO}", "C: C'est pour mon mari, Karim Benhamou."), "Karim Benhamou"),
    ((f"A: {HELLO}", "C: La patiente c'est Yvonne Le Goff."), "Yvonne Le Goff"),
    ((f"A: {HELLO}", "C: Le locataire, monsieur Kowalczyk, ne répond plus."), "Kowalczyk"),
    ((f"A: {HELLO}", "C: Je suis la fille de Jeanne Lacroix."), "Jeanne Lacroix"),
    ((f"A: {HELLO}", "C: Je suis le voisin de monsieur Perrin."), "Perrin"),
    ((f"A: {HELLO}", "C: C'est l'auxiliaire de vie de Jeanne Lacroix."), "Jeanne Lacroix"),
    ((f"A: {HELLO}", "C: Ma voisine, elle s'appelle Odile Garnier."), "Odile Garnier"),
    ((f"A: {HELLO}", "C: C'est la succession de Robert Vidal."), "Robert Vidal"),
    ((f"A: {HELLO}", "C: Mon collègue, Damien Berger, est malade."), "Damien Berger"),
    ((f"A: {HELLO}", "C: Au nom de ma femme, Lucie Bonnet."), "Lucie Bonnet"),
    ((f"A: {HELLO}", "C: Je viens de la part de ma tante, Rose Caron."), "Rose Caron"),
    ((f"A: {HELLO}", "C: Feu mon mari, Jean Roche, avait un contrat."), "Jean Roche"),
    ((f"A: {HELLO}", "C: Jeanne Lacroix, c'est ma mère."), "Jeanne Lacroix"),
    ((f"A: {HELLO}", "C: Il s'appelle Enzo."), "Enzo"),
    ((f"A: {HELLO}", "C: Notre salarié, Moussa Traoré, est en arrêt."), "Moussa Traoré"),
    ((f"A: {HELLO}", "C: bonjour c'est pour ma mère yvonne le goff"), "Yvonne Le Goff"),
    (("A: Le nom du patient ?", "C: Yvonne Le Goff."), "Yvonne Le Goff"),
    (("A: Comment s'appelle votre fils ?", "C: Enzo Marchand."), "Enzo Marchand"),
    (("A: Comment s'appelle-t-elle ?", "C: Jeanne Lacroix."), "Jeanne Lacroix"),
    (("A: Son nom ?", "C: Petit. Sandrine Petit."), "Sandrine Petit"),
    (("A: Quel est le nom de votre mère ?", "C: Lacroix, L A C R O I X."), "Lacroix"),
    (("A: Son nom ?", "C: Le Gof, L E plus loin G O deux F."), "Le Goff"),
    (("A: Quel patient ?", "C: Madame Perrin."), "Perrin"),
    (("A: De quel enfant ?", "C: Léa Fontaine."), "Léa Fontaine"),
    (("A: Votre nom ?", "C: Elle c'est madame Le Goff. Et moi c'est Sylvie Marchand."), "Le Goff"),
    # nobody but the caller
    ((f"A: {HELLO}", "C: Bonjour, c'est pour ma mère."), None),
    ((f"A: {HELLO}", "C: C'est ma petite Clio, elle démarre plus."), None),
    (("A: Votre nom ?", "C: Sylvie Marchand."), None),
    ((f"A: {HELLO}", "C: Bonjour, Sylvie Marchand à l'appareil."), None),
    ((f"A: {HELLO}", "C: Je voudrais parler à Hélène Durand."), None),
    ((f"A: {HELLO}", "C: Mon nom a changé, elle c'était Sylvie Faure."), None),
    (("A: À quel nom ?", "C: Celui de mon mari, Marchand, M A R C H A N D. Moi c'est Sylvie."), None),
]


@pytest.mark.parametrize(("turns", "person"), CONCERNED)
def test_third_party(turns: tuple[str, ...], person: str | None) -> None:
    transcript = call(*turns)
    judgment = third_party(transcript, caller="Sylvie Marchand", excluded=[m.name for m in STAFF])
    assert value_of(judgment) == person
    assert judgment is None or not unsupported(transcript, judgment.evidence)


BYSTANDERS = [
    "Bonjour, Sylvie Marchand. Mon voisin, monsieur Cordier, il a fait poser la même.",
    "Bonjour, Sylvie Marchand, j'ai une fuite. Ma copine Léa elle m'a dit de vous appeler.",
]


@pytest.mark.parametrize("said", BYSTANDERS)
def test_who_is_only_spoken_of_is_not_the_one_concerned(said: str) -> None:
    assert third_party(answer(HELLO, said), caller="Sylvie Marchand") is None


def test_a_woman_named_later_is_no_correction_of_a_man() -> None:
    uncle = "C: Je suis la nièce de monsieur Vidal, Lucien Vidal."
    transcript = call(f"A: {HELLO}", uncle, "A: À combien ?", "C: À deux, ah non Sylvie elle vient aussi.")
    assert value_of(third_party(transcript, caller="Bernadette Morel")) == "Lucien Vidal"


def test_a_person_concerned_must_be_surer_where_the_tenant_asks_for_none() -> None:
    def found(said: str) -> list[object]:
        transcript = answer(HELLO, said)
        return [value_of(third_party(transcript, due=due)) for due in (True, False)]

    assert found("C'est pour ma mère, Yvonne Le Goff.") == ["Yvonne Le Goff", "Yvonne Le Goff"]
    assert found("Le locataire, monsieur Kowalczyk, ne répond plus.") == ["Kowalczyk", None]


def test_one_of_the_family_who_is_named_after_the_caller_is_the_one_concerned() -> None:
    transcript = call("A: Bonjour.", "C: Bonjour, c'est Marc Delmas.", "A: Son nom ?", "C: Odette Delmas.")
    assert value_of(third_party(transcript, caller="Marc Delmas")) == "Odette Delmas"


@given(st.lists(st.text(min_size=1, max_size=80), min_size=1, max_size=6))
def test_never_raises_and_never_cites_what_is_not_there(texts: list[str]) -> None:
    transcript = call(*(f"{'AC'[i % 2]}: {text}" for i, text in enumerate(["Son nom ?", *texts])))
    for judgment in (recipient(transcript, people=STAFF), third_party(transcript, caller="Durand")):
        assert judgment is None or not unsupported(transcript, judgment.evidence)
