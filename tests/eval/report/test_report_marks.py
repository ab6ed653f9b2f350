"""Words marked in place, and differing letters."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from qualify.eval.report.judgments import judgments
from qualify.eval.report.marks import Span, marked
from qualify.eval.report.message import messages, places
from reported import Elements, call

from qualify.dataset import SecondLabels


@pytest.mark.parametrize(
    ("spans", "expected"),
    [
        ([], "Rose Petit"),
        ([Span(0, 4, "a")], '<mark class="a">Rose</mark> Petit'),
        ([Span(5, 10, "a", "nom")], 'Rose <mark class="a" title="nom">Petit</mark><sup>nom</sup>'),
        (
            [Span(0, 10, "a"), Span(5, 10, "b", "nom")],
            '<mark class="a">Rose </mark><mark class="a b" title="nom">Petit</mark><sup>nom</sup>',
        ),
        ([Span(5, 99, "a"), Span(3, 3, "a"), Span(-1, 2, "a")], "Rose Petit"),
    ],
)
def test_spans_are_marked_where_they_stand(spans: list[Span], expected: str) -> None:
    assert marked("Rose Petit", spans) == expected


@given(
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc"])),
    st.lists(st.tuples(st.integers(), st.integers())),
)
def test_marking_keeps_every_letter(plain: str, ranges: list[tuple[int, int]]) -> None:
    page = Elements(marked(plain, [Span(start, end, "a") for start, end in ranges]))
    assert page.text == plain or any("\ufdd0" <= c <= "\ufdef" or ord(c) & 0xFFFE == 0xFFFE for c in plain)


@pytest.mark.parametrize(
    ("plain", "wording", "found"),
    [
        ("Tél. 06 12 34.", "0612", "06 12"),
        ("Émile Œuvrard", "emile", "Émile"),
        ("Rien.", "fume", None),
        ("Rien.", "…", None),
    ],
)
def test_a_wording_is_found_as_the_metrics_find_it(plain: str, wording: str, found: str | None) -> None:
    assert [plain[start:end] for start, end in places(plain, [wording])] == ([found] if found else [])


@pytest.mark.parametrize(
    ("wanted", "found", "shown"),
    [
        ("+33639981234", "+33639981243", '<b class="differs">'),
        ("Rose Petit", "rose petit", None),
        ("Rose Petit", "Xavier Quelconque", None),
        ("+33639981234", None, None),
    ],
)
def test_letters_that_differ_are_marked_where_values_are_alike(
    wanted: str, found: str | None, shown: str | None
) -> None:
    field = "phone" if wanted.startswith("+") else "caller_name"
    page = judgments(call("a", {"fields": {field: wanted}}, {"fields": {field: found} if found else {}}))
    assert ('class="differs"' in page) == (shown is not None)


@pytest.mark.parametrize(
    ("labels", "predicted", "verdict"),
    [
        ({"fields": {"phone": "+33639981234"}}, {}, "∅ manque"),
        ({}, {"fields": {"phone": "+33639981234"}}, "+ en trop"),
        ({"intent": "repair"}, {"intent": "price"}, "✗ faux"),
        ({"instructions": {"no-price": "broken"}}, {"instructions": {"no-price": "followed"}}, "✗ faux"),
    ],
)
def test_what_differs_has_a_word(
    labels: dict[str, object], predicted: dict[str, object], verdict: str
) -> None:
    assert f">{verdict}</td>" in judgments(call("a", labels, predicted))
    assert verdict not in judgments(call("a"))


def test_where_a_second_human_differs_is_told() -> None:
    labels = {"intent": "repair", "urgency": "normal", "disposition": "message", "fields": {}}
    same = SecondLabels.model_validate(labels)
    other = SecondLabels.model_validate({**labels, "urgency": "high", "fields": {"company": "Vélos Nord"}})
    assert "second humain" not in judgments(call("a", second=same))
    assert "autrement : urgence : haute ; Société : Vélos Nord." in judgments(call("a", second=other))


def test_facts_found_lost_and_forbidden_are_told_in_words() -> None:
    facts = [{"fact": "le vélo", "any_of": ["vélo"]}, {"fact": "la rue", "any_of": ["rue"]}]
    labels = {"key_facts": facts, "forbidden": ["06 00"], "message": "Un vélo, rue Haute."}
    page = messages(call("a", labels, {"message": "Un vélo. Tél. 06 00."}))
    assert "✓ transmis : le vélo" in page
    assert "✗ perdu : la rue" in page
    assert "<sup>⚠ interdit</sup>" in page
    assert page.count('<mark class="fact">') == 3
