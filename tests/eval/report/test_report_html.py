"""Markup: what is plain text stays text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from qualify.eval.report.html import Html, el, join, listed, row, table, text
from reported import Elements


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (text("<b> & \"x\" 'y'"), "&lt;b&gt; &amp; &quot;x&quot; &#x27;y&#x27;"),
        (text("a\x00b\ud800c\n"), "a\ufffdb\ufffdc\n"),
        (el("p", "a < b"), "<p>a &lt; b</p>"),
        (el("p", el("b", "x"), None, " y"), "<p><b>x</b> y</p>"),
        (el("p", el("b", "x") + "<i>"), "<p>&lt;b&gt;x&lt;/b&gt;&lt;i&gt;</p>"),
        (el("td", "1", class_="n", data_label='"', style=None), '<td class="n" data-label="&quot;">1</td>'),
        (el("details", open=True), "<details open></details>"),
        (el("details", open=False), "<details></details>"),
        (el("meta", charset="utf-8"), '<meta charset="utf-8">'),
        (row(["a", "b"]), '<tr><th scope="row">a</th><td>b</td></tr>'),
        (row([el("td", "a"), el("td", "b")]), "<tr><td>a</td><td>b</td></tr>"),
        (listed(["a", "b"]), "<ul><li>a</li><li>b</li></ul>"),
    ],
)
def test_markup(made: Html, expected: str) -> None:
    assert made == expected


def test_an_empty_list_is_none() -> None:
    assert listed([]) is None


def test_a_table_scrolls_by_itself() -> None:
    assert table(["a"], [row(["b"])]).startswith('<div class="scroll"><table><thead>')


@given(st.text(), st.text())
def test_no_text_makes_a_tag_or_leaves_an_attribute(content: str, value: str) -> None:
    page = Elements(join([el("p", content, title=value)]))
    assert page.found == [("p", {"title": str(Elements(text(value)).text)})]
    assert page.open == []
