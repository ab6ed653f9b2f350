"""The bill as people read it."""

from __future__ import annotations

from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest
from costed import PARAMETERS, SWAPPED, TENANT, case, with_parameter
from qualify.eval.cost import Costs, cost_lines, cost_of, cost_section, tornado_svg
from qualify.eval.cost.french import euros, percent, plain

SVG = "{http://www.w3.org/2000/svg}"
DAMAGED = [
    case({}, SWAPPED, id="a"),
    case({"urgency": "critical"}, {"urgency": "normal"}, id="b"),
    case({"urgency": "critical"}, {"status": "failed", "urgency": None}, id="c"),
    case({}, {"status": "needs_review"}, id="d"),
]


@pytest.fixture(scope="module")
def costs() -> Costs:
    return cost_of(DAMAGED, PARAMETERS, draws=200)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (euros(1234.5), "1\u202f234,50\u202f€"),
        (euros(0), "0,00\u202f€"),
        (percent(0.1234), "12,3\u202f%"),
        (plain(0.5), "0,5"),
        (plain(12.0), "12"),
    ],
)
def test_figures_are_written_in_french(written: str, expected: str) -> None:
    assert written == expected


def test_the_terminal_names_missed_emergencies_first_and_every_item(costs: Costs) -> None:
    lines = list(cost_lines(costs))
    assert lines[0].startswith("Urgences manquées, hors de toute somme : 1 sur 2, dont sans relecture : 1")
    assert "Urgences sans niveau" in lines[1]
    assert "appels : 4, en échec : 1, clients : 1, donc sans la variation" in lines[2]
    text = "\n".join(lines)
    for said in ("Rappels inutiles", "Relecture", "Appels repris à la main", "hypothèse", "publié"):
        assert said in text
    assert "Éclaircissements" not in text


def test_the_chart_has_a_bar_for_each_parameter_in_order(costs: Costs) -> None:
    chart = ElementTree.fromstring(tornado_svg(costs))
    bars = chart.findall(f".//{SVG}rect")
    widths = [float(bar.attrib["width"]) for bar in bars]
    assert len(bars) == len(costs.tornado)
    assert widths == sorted(widths, reverse=True)
    right = float(chart.attrib["viewBox"].split()[2])
    assert all(
        float(b.attrib["x"]) >= 0 and float(b.attrib["x"]) + float(b.attrib["width"]) < right for b in bars
    )
    orange = [bar for bar in bars if bar.attrib["fill"] == "#c77d3a"]
    kinds = [costs.parameters.by_name[swing.parameter].kind for swing in costs.tornado]
    assert len(orange) == kinds.count("assumption")


def test_there_is_no_chart_where_nothing_matters() -> None:
    assert tornado_svg(cost_of([], PARAMETERS, draws=20)) == ""
    assert "<svg" not in cost_section(cost_of([], PARAMETERS, draws=20))


class _Balance(HTMLParser):
    """Whether all tags are closed in order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: object) -> None:
        pass

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_section_stands_alone(costs: Costs) -> None:
    page = cost_section(costs)
    parser = _Balance()
    parser.feed(page)
    assert parser.open == []
    for outside in ("<script", "href", "src=", "url("):
        assert outside not in page
    assert "serrurerie-nord/b : critique, jugée normale (partie sans relecture)" in page
    for parameter in PARAMETERS.by_name.values():
        assert parameter.label.split("'")[0] in page


def test_other_predictions_stand_beside(costs: Costs) -> None:
    page = cost_section(costs, beside={"Messages des agents": cost_of([case()], PARAMETERS, draws=20)})
    assert '<th scope="col">Messages des agents</th>' in page
    assert page.count(" sur 2</td>") == 1
    assert page.count(" sur 0</td>") == 1


def test_what_users_write_is_escaped() -> None:
    hostile = with_parameter("hourly_rate", label="<script>alert(1)</script>", source="<b>&</b>")
    evil = TENANT.model_copy(update={"id": "<i>"})
    damaged = [case({}, SWAPPED, tenant=evil), case({"urgency": "critical"}, {"urgency": "low"}, tenant=evil)]
    page = cost_section(cost_of(damaged, hostile, draws=20), beside={"<u>": cost_of([], hostile, draws=20)})
    for tag in ("<script", "<b>", "<i>", "<u>"):
        assert tag not in page
    ElementTree.fromstring(tornado_svg(cost_of(damaged, hostile, draws=20)))
