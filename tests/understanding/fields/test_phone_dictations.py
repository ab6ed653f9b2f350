"""Any valid French number, dictated in any way, is found again to the digit."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from num2words import num2words

from qualify.records import Maker, Transcript, Turn
from qualify.understanding.fields.numbering import to_e164
from qualify.understanding.fields.phone import callback_number, find_phones

FILLERS = ("", "", "", " euh", ", alors", ", et puis", " tiret", " point", ", donc", ", ensuite")
CORRECTIONS = (
    "non pardon",
    "euh non",
    "attendez non",
    "je me trompe",
    "pardon",
    "non c'est",
    "enfin non",
    "oups",
)
REPLIES = ("oui", "D'accord.", "Je vous écoute.", "Oui, et ensuite ?", "Très bien.", "mmh")

digits = st.from_regex(r"0[1-9][0-9]{8}", fullmatch=True).filter(
    lambda d: (to_e164(d, "FR") or ("", False))[1]
)
"""Numbers that can be assigned."""


def spoken(group: str) -> str:
    """A group of digits in words, its leading zeros said one by one."""
    zeros = len(group) - len(group.lstrip("0"))
    rest = [num2words(int(group), lang="fr")] if group.strip("0") else []
    return " ".join(["zéro"] * zeros + rest)


@st.composite
def groupings(draw: st.DrawFn, number: str) -> list[str]:
    """The number cut as people do: pairs, threes after four digits, or digit by digit."""
    style = draw(st.sampled_from(("pairs", "pairs", "threes", "digits")))
    if style == "threes":
        return [number[:2], number[2:4], number[4:7], number[7:]]
    step = 2 if style == "pairs" else 1
    return [number[n : n + step] for n in range(0, 10, step)]


@st.composite
def dictations(draw: st.DrawFn, number: str) -> str:
    """What a caller says, with fillers, in words or digits, and at most one correction."""
    groups = draw(groupings(number))
    written = draw(st.sampled_from(("words", "digits", "mixed")))
    wrong = draw(st.one_of(st.none(), st.integers(1, len(groups) - 2)))
    said = []
    for n, group in enumerate(groups):
        in_words = written == "words" or (written == "mixed" and draw(st.booleans()))
        text = spoken(group) if in_words else group
        if n == wrong:
            other = draw(st.from_regex(rf"[1-9][0-9]{{{len(group) - 1}}}", fullmatch=True))
            said.append(f"{spoken(other) if in_words else other}, {draw(st.sampled_from(CORRECTIONS))}")
        said.append(text + draw(st.sampled_from(FILLERS)))
    return draw(st.sampled_from(("", "c'est le ", "Alors, mon numéro, "))) + ", ".join(said)


def transcript(*lines: tuple[str, str]) -> Transcript:
    turns = tuple(Turn.model_validate({"speaker": speaker, "text": text}) for speaker, text in lines)
    return Transcript(turns=turns, made_by=Maker(engine="test", version="1"))


@settings(deadline=None)
@given(st.data())
def test_any_dictation_is_found_exactly(data: st.DataObject) -> None:
    number = data.draw(digits)
    call = transcript(("caller", data.draw(dictations(number))))
    judgment = callback_number(call, caller_number=None)
    assert judgment is not None
    assert judgment.value == (to_e164(number, "FR") or ("",))[0]
    assert all(call.supports(e) for e in judgment.evidence)


@settings(deadline=None)
@given(st.data())
def test_any_dictation_over_several_turns_is_found_exactly(data: st.DataObject) -> None:
    number = data.draw(digits)
    lines: list[tuple[str, str]] = []
    for start in range(0, 10, 2):
        pair = number[start : start + 2]
        lines.append(("caller", data.draw(st.sampled_from((spoken(pair), pair)))))
        lines.append(("agent", data.draw(st.sampled_from((*REPLIES, spoken(pair), pair)))))
    judgment = callback_number(transcript(*lines), caller_number=None)
    assert judgment is not None
    assert (judgment.value, judgment.unsure) == ((to_e164(number, "FR") or ("",))[0], False)


@settings(deadline=None)
@given(st.data())
def test_pairs_without_hyphens_or_pauses_are_found_or_unsure(data: st.DataObject) -> None:
    number = data.draw(digits)
    said = " ".join(spoken(number[n : n + 2]) for n in range(0, 10, 2)).replace("-", " ")
    judgment = callback_number(transcript(("caller", said)), caller_number=None)
    assert judgment is not None
    assert judgment.unsure or judgment.value == (to_e164(number, "FR") or ("",))[0]


@settings(deadline=None)
@given(number=digits, length=st.integers(min_value=6, max_value=9))
def test_no_incomplete_dictation_becomes_a_number(number: str, length: int) -> None:
    said = ", ".join(spoken(number[:length][n : n + 2]) for n in range(0, length, 2))
    judgment = callback_number(transcript(("caller", f"mon numéro c'est {said}")), caller_number=None)
    assert judgment is None or (judgment.unsure and not str(judgment.value).startswith("+"))


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(("caller", "agent")), st.text(min_size=1, max_size=60)), max_size=6)
)
def test_any_text_gives_evidence_that_stands_there(lines: list[tuple[str, str]]) -> None:
    call = transcript(*lines)
    assert all(call.supports(e) for m in find_phones(call) for e in m.evidence)


WORDS = ("zéro", "six", "vingt", "deux", "double", "fois", "le", "non", "pardon", "pas", "plus", "06", "22")
WORDS += ("cent", "mille", "si", ",", ".", "attendez", "je", "répète", "+", "0033")


@settings(deadline=None)
@given(st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=14), min_size=1, max_size=4))
def test_any_mumble_of_digit_words_is_survived(turns: list[list[str]]) -> None:
    call = transcript(*(("caller" if n % 2 else "agent", " ".join(words)) for n, words in enumerate(turns)))
    for mention in find_phones(call):
        assert mention.evidence
        assert all(call.supports(e) for e in mention.evidence)
