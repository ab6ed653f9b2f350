"""The gate as a JUnit file: one test case a metric, so that CI shows which one fails and why."""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement, indent, tostring

from .compare_report import told
from .gate import Check, Gate

SUITE = "qualify.eval.compare"


def junit(gate: Gate) -> str:
    """The XML text; metrics are named by their id, within a class that is their group."""
    common = bool(gate.comparison.pairs)
    suite = Element(
        "testsuite",
        name=SUITE,
        tests=str(len(gate.checks) + 1),
        failures=str(len(gate.failed) + (not common)),
        errors="0",
        skipped=str(sum(check.outcome == "skipped" for check in gate.checks)),
    )
    pairing = SubElement(suite, "testcase", classname=f"{SUITE}.pairing", name="calls")
    if not common:
        SubElement(pairing, "failure", message="aucun appel commun aux deux passages", type="pairing")
    for check in gate.checks:
        _case(suite, check)
    suites = Element("testsuites")
    suites.append(suite)
    indent(suites)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{tostring(suites, encoding="unicode")}\n'


def _case(suite: Element, check: Check) -> None:
    metric = check.compared.metric
    case = SubElement(suite, "testcase", classname=f"{SUITE}.{metric.group}", name=metric.id)
    if check.outcome == "failed":
        failure = SubElement(case, "failure", message=told(check), type=",".join(check.faults))
        failure.text = f"{metric.title} : {told(check)}"
    elif check.outcome == "skipped":
        SubElement(case, "skipped", message="rien à comparer")
