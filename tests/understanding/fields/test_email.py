"""What callers say → the e-mail address, and whether it is sure."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualify.records import Maker, Transcript, Turn
from qualify.understanding.fields.email import email_address, find_emails

SURE = [
    # as a good transcriber writes
    ("jean.dupont@orange.fr", "jean.dupont@orange.fr"),
    ("C'est jean.dupont@orange.fr, merci.", "jean.dupont@orange.fr"),
    ("mon mail c'est Jean.Dupont@Orange.FR.", "jean.dupont@orange.fr"),
    ("jean.dupont arobase orange.fr", "jean.dupont@orange.fr"),
    ("jean-marc_dupont42@gmail.com", "jean-marc_dupont42@gmail.com"),
    ("contact@cabinet-durand.fr", "contact@cabinet-durand.fr"),
    ("j.dupont@sous.domaine.asso.fr", "j.dupont@sous.domaine.asso.fr"),
    ("la.poste@laposte.net", "la.poste@laposte.net"),
    # as spoken
    ("jean tiret marc point dupont arobase orange point fr", "jean-marc.dupont@orange.fr"),
    ("alors mon adresse mail c'est jean point dupont arobase wanadoo point fr", "jean.dupont@wanadoo.fr"),
    ("dupont arobase free point fr", "dupont@free.fr"),
    ("domi tiret bas leroy arobase yahoo point fr", "domi_leroy@yahoo.fr"),
    ("domi underscore leroy arobase yahoo point fr", "domi_leroy@yahoo.fr"),
    ("domi tiret du bas leroy arobase yahoo point fr", "domi_leroy@yahoo.fr"),
    ("domi tiret du huit leroy arobase yahoo point fr", "domi_leroy@yahoo.fr"),
    ("domi tiret du six leroy arobase yahoo point fr", "domi-leroy@yahoo.fr"),
    ("domi trait d'union leroy arobase yahoo point fr", "domi-leroy@yahoo.fr"),
    ("contact arrobase cabinet tiret durand point com", "contact@cabinet-durand.com"),
    ("contact a robase cabinet tiret durand point com", "contact@cabinet-durand.com"),
    ("contact at cabinet tiret durand point com", "contact@cabinet-durand.com"),
    ("contact arobas durand point com", "contact@durand.com"),
    ("jean point dupont quarante-deux arobase gmail point com", "jean.dupont42@gmail.com"),
    ("marie soixante-quinze arobase gmail point com", "marie75@gmail.com"),
    ("marie zéro six arobase gmail point com", "marie06@gmail.com"),
    ("marie point martin deux mille quatre arobase gmail point com", "marie.martin2004@gmail.com"),
    ("marie 2004 arobase gmail point com", "marie2004@gmail.com"),
    ("jean dupont tout attaché arobase gmail point com", "jeandupont@gmail.com"),
    ("jean dupont arobase gmail point com, tout attaché, tout en minuscules", "jeandupont@gmail.com"),
    ("jean point dupont arobase gmail point com tout en minuscules", "jean.dupont@gmail.com"),
    ("c'est sur contact arobase durand point pro", "contact@durand.pro"),
    (
        "vous pouvez m'écrire à contact arobase mairie tiret rennes point gouv point fr",
        "contact@mairie-rennes.gouv.fr",
    ),
    ("jean, point, dupont, arobase orange point fr", "jean.dupont@orange.fr"),
    ("jean point euh dupont arobase orange point fr", "jean.dupont@orange.fr"),
    # spelled
    ("D U P O N T arobase orange point fr", "dupont@orange.fr"),
    ("j m point dupont arobase orange point fr", "jm.dupont@orange.fr"),
    ("D comme Denis U P O N D arobase orange point fr", "dupond@orange.fr"),
    ("B O deux N E T arobase free point fr", "bonnet@free.fr"),
    ("jean point L E G O deux F arobase orange point fr", "jean.legoff@orange.fr"),
    # misheard domains
    ("dupont arobase gé mail point com", "dupont@gmail.com"),
    ("dupont arobase jay mail point com", "dupont@gmail.com"),
    ("dupont arobase g mail point com", "dupont@gmail.com"),
    ("dupont arobase hot mail point fr", "dupont@hotmail.fr"),
    ("dupont arobase hot mail point com", "dupont@hotmail.com"),
    ("dupont arobase wana dou point fr", "dupont@wanadoo.fr"),
    ("dupont arobase la poste point net", "dupont@laposte.net"),
    ("dupont arobase free point effe erre", "dupont@free.fr"),
    ("dupont arobase free point f r", "dupont@free.fr"),
    ("dupont arobase yahou point fr", "dupont@yahoo.fr"),
    ("dupont arobase out look point fr", "dupont@outlook.fr"),
    ("dupont arobase i cloud point com", "dupont@icloud.com"),
    ("dupont arobase s f r point fr", "dupont@sfr.fr"),
    ("dupont arobase esse effe erre point fr", "dupont@sfr.fr"),
    ("dupont arobase neuf point fr", "dupont@neuf.fr"),
    ("dupont arobase gmail point comme", "dupont@gmail.com"),
    ("dupont arobase orange fr", "dupont@orange.fr"),
    ("dupont arobase gmail.com", "dupont@gmail.com"),
    # corrections
    ("jean point dupont non pardon dupond arobase orange point fr", "jean.dupond@orange.fr"),
    ("dupont arobase orange, non pardon, free point fr", "dupont@free.fr"),
    ("dupont arobase orange point fr, non pardon, dupond arobase free point fr", "dupond@free.fr"),
    # remarks on the writing
    ("chloe point bernard douze, en chiffres, arobase free point fr", "chloe.bernard12@free.fr"),
    ("gaelle point roy, sans accent, arobase free point fr", "gaelle.roy@free.fr"),
    ("paul.roy, avec un point entre les deux, arobase free.fr", "paul.roy@free.fr"),
    ("lucie tout attaché morel, seize, arobase gmail point com", "luciemorel16@gmail.com"),
    ("marie point lenormand, avec deux N, arobase free point fr", "marie.lenormand@free.fr"),
    ("contact arobase toitures-roy.fr, avec le tiret du 6", "contact@toitures-roy.fr"),
    # a word, then its letters
    ("p point kowalski, K O W A L S K I, arobase laposte point net", "p.kowalski@laposte.net"),
    ("tm.ferrand, F E R R A N D, 44, arobase free.fr", "tm.ferrand44@free.fr"),
    ("s.villard, V I L A... enfin V I deux L A R D, arobase roy-conseil.fr", "s.villard@roy-conseil.fr"),
    ("l point garnier, G A R N I E R, arobase mairie tiret lunel point fr", "l.garnier@mairie-lunel.fr"),
    ("vous recevrez un mail de A point moreau arobase bbox point F R", "a.moreau@bbox.fr"),
    # «chez» for the «arobase», another number before
    ("jean point petit chez orange point fr", "jean.petit@orange.fr"),
    ("je suis chez orange, et mon mail c'est paul point roy arobase orange point fr", "paul.roy@orange.fr"),
    ("06 39 98 12 34, et paul.roy@free.fr", "paul.roy@free.fr"),
    ("06 39 98 12 34, paul.roy@free.fr", "paul.roy@free.fr"),
]


@pytest.mark.parametrize(("said", "address"), SURE)
def test_dictated_addresses(said: str, address: str) -> None:
    judgment = email_address(call(f"C: {said}"))
    assert judgment is not None
    assert (judgment.value, judgment.unsure) == (address, False)


DOUBTFUL = [
    # two bare words: one address or the end of the sentence before it?
    ("jean dupont arobase gmail point com", "jeandupont@gmail.com", "dupont@gmail.com"),
    ("dupont arobase cabinet durand point com", "dupont@cabinetdurand.com", None),
    # a provider without its ending, or with one that it does not have
    ("dupont arobase gmail", "dupont@gmail.com", None),
    ("dupont arobase gmail point fr", "dupont@gmail.fr", "dupont@gmail.com"),
    # a remark on the spelling that is not applied
    ("dupont arobase orange point fr avec un D à la fin", "dupont@orange.fr", None),
]


@pytest.mark.parametrize(("said", "address", "rival"), DOUBTFUL)
def test_a_doubtful_part_makes_the_address_unsure(said: str, address: str, rival: str | None) -> None:
    judgment = email_address(call(f"C: {said}"))
    assert judgment is not None
    assert (judgment.value, judgment.unsure) == (address, True)
    assert rival is None or rival in [r.value for r in judgment.rivals]


ADOPTED = [
    # the caller's words are unclear, the agent's are not
    (["C: jean dupont arobase free point fr", "A: jean.dupont@free.fr. Et un nom ?"], "jean.dupont@free.fr"),
    # the caller agrees to what he is read
    (["C: dupon@free.fr", "A: Donc dupont@free.fr ?", "C: Oui, c'est ça."], "dupont@free.fr"),
]


@pytest.mark.parametrize(("lines", "address"), ADOPTED)
def test_the_agents_version_stands(lines: list[str], address: str) -> None:
    judgment = email_address(call(*lines))
    assert judgment is not None
    assert (judgment.value, judgment.unsure) == (address, False)


def test_a_version_that_the_caller_refuses_does_not_stand() -> None:
    judgment = email_address(call("C: dupon@free.fr", "A: Donc dupont@free.fr ?", "C: Non, sans T."))
    assert judgment is not None
    assert (judgment.value, judgment.unsure) == ("dupon@free.fr", True)


NONE = [
    "je suis chez orange, point final",
    "je vous envoie un mail",
    "vous avez mon adresse mail",
    "c'est gmail point com",
    "arobase",
    "arobase orange point fr",
    "dupont arobase",
    "le point c'est que j'ai un dégât des eaux",
    "",
]


@pytest.mark.parametrize("said", NONE)
def test_no_address(said: str) -> None:
    assert find_emails(said) == ()


def call(*lines: str) -> Transcript:
    turns = tuple(
        Turn(speaker="agent" if line[0] == "A" else "caller", text=line[2:].strip() or "…") for line in lines
    )
    return Transcript(turns=turns, made_by=Maker(engine="test", version="1"))


def test_the_span_covers_the_address_only() -> None:
    said = "mon mail c'est jean point dupont arobase orange point fr et voilà"
    (email,) = find_emails(said)
    assert said[email.start : email.end] == "jean point dupont arobase orange point fr"


def test_two_addresses_in_one_turn() -> None:
    said = "dupont arobase orange point fr et sinon contact arobase durand point com"
    assert [e.value for e in find_emails(said)] == ["dupont@orange.fr", "contact@durand.com"]


def test_read_back_alike_makes_a_doubtful_address_sure() -> None:
    lines = ("C: jean dupont arobase gmail point com", "A: jeandupont@gmail.com ?", "C: oui")
    judgment = email_address(call(*lines))
    assert judgment is not None
    assert (judgment.value, judgment.unsure) == ("jeandupont@gmail.com", False)


def test_read_back_otherwise_is_unsure() -> None:
    judgment = email_address(call("C: dupont arobase orange point fr", "A: dupond@orange.fr, merci."))
    assert judgment is not None
    assert (judgment.value, judgment.unsure, judgment.rivals[0].value) == (
        "dupont@orange.fr",
        True,
        "dupond@orange.fr",
    )


def test_read_out_by_the_agent_and_confirmed() -> None:
    judgment = email_address(call("A: J'ai dupont@orange.fr, c'est ça ?", "C: Oui."))
    assert judgment is not None
    assert judgment.value == "dupont@orange.fr"
    assert email_address(call("A: J'ai dupont@orange.fr, c'est ça ?", "C: Non.")) is None


OVER_TURNS = [
    ("C: jean point dupont", "A: oui", "C: arobase orange point fr"),
    ("C: alors c'est jean point dupont.", "A: jean point dupont, oui ?", "C: Arobase orange point fr."),
    ("C: jean", "A: oui", "C: point dupont", "A: d'accord", "C: arobase orange", "A: oui", "C: point fr"),
]


@pytest.mark.parametrize("lines", OVER_TURNS)
def test_dictated_over_several_turns(lines: tuple[str, ...]) -> None:
    transcript = call(*lines)
    judgment = email_address(transcript)
    assert judgment is not None
    assert (judgment.value, judgment.unsure) == ("jean.dupont@orange.fr", False)
    assert len(judgment.evidence) == sum(line[0] == "C" for line in lines)
    assert all(transcript.supports(e) for e in judgment.evidence)


LOCALS = st.lists(st.sampled_from(["jean", "dupont", "compta", "marie", "leroux"]), min_size=1, max_size=3)
SIGNS = {".": ["point"], "-": ["tiret", "trait d'union"], "_": ["tiret bas", "underscore"]}


@given(
    words=LOCALS,
    data=st.data(),
    domain=st.sampled_from(["orange.fr", "gmail.com", "laposte.net", "durand.com"]),
)
def test_any_dictation_comes_back(words: list[str], data: st.DataObject, domain: str) -> None:
    local, said = words[0], words[0]
    for word in words[1:]:
        sign = data.draw(st.sampled_from(sorted(SIGNS)))
        local += sign + word
        said += f" {data.draw(st.sampled_from(SIGNS[sign]))} {word}"
    spoken = f"c'est {said} arobase {domain.replace('.', ' point ')}"
    assert [(e.value, e.doubtful) for e in find_emails(spoken)] == [(f"{local}@{domain}", False)]


@given(st.text(alphabet="abc@. ,-_é arobase point fr 1", max_size=60))
def test_any_text_gives_spans_within_it(text: str) -> None:
    assert all(0 <= e.start < e.end <= len(text) for e in find_emails(text))
