"""An e-mail's parts as HTML that a phone shows well: one column, inline styles, nothing fetched.

The tree is built and serialised by the standard library, so that no text of a call can make a tag.
The page names no colour for its text and ground, which the reader's light or dark mode decides; where
it names one, it names both, with a contrast of 4.5 or more. Urgency is a word before it is a colour.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import quote
from xml.etree import ElementTree as ET

from qualify.rendering.letter import Letter, Proof
from qualify.rendering.source import URGENT, Fact

FONT = "font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif"
PAGE = f"max-width:600px;margin:0 auto;padding:16px;font-size:17px;line-height:1.45;{FONT}"
BADGE = "display:inline-block;margin:0 0 10px;padding:4px 12px;border-radius:4px;font-weight:bold;"
BADGES = {
    URGENT["critical"]: f"{BADGE}background-color:#b00020;color:#ffffff;border:2px solid #ffffff",
    URGENT["high"]: f"{BADGE}background-color:#8a4600;color:#ffffff;border:2px solid #ffffff",
}
TITLE = "margin:0 0 8px;font-size:22px;line-height:1.25"
LINE = "margin:0 0 8px;overflow-wrap:anywhere"
BUTTON = (
    "display:block;margin:14px 0;padding:13px 16px;border-radius:8px;background-color:#0b57a4;"
    "color:#ffffff;font-size:20px;font-weight:bold;text-align:center;text-decoration:none"
)
BOX = "margin:16px 0;padding:10px 14px;border:1px solid #808080;border-radius:8px"
HEADING = "margin:24px 0 8px;padding-top:12px;border-top:1px solid #808080;font-size:16px"
SMALL = "margin:0 0 10px;font-size:15px;overflow-wrap:anywhere"
E164 = re.compile(r"\+\d{7,15}", re.ASCII)
ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)


def letter_html(letter: Letter) -> str:
    """The whole document."""
    page = ET.Element("html", {"lang": "fr"})
    _head(page, letter)
    body = ET.SubElement(page, "body", {"style": "margin:0;padding:0"})
    main = ET.SubElement(body, "div", {"style": PAGE})
    _top(main, letter)
    _lines(main, letter.first)
    _links(main, letter)
    _lines(main, letter.rest)
    _box(main, "À relire avant envoi", letter.reasons)
    _box(main, "Non communiqué", letter.missing)
    _proofs(main, letter.proofs)
    _footer(main, letter)
    return f"<!DOCTYPE html>\n{ET.tostring(page, encoding='unicode', method='html')}\n"


def _add(parent: ET.Element, tag: str, style: str, text: str) -> ET.Element:
    child = ET.SubElement(parent, tag, {"style": style})
    child.text = text
    return child


def _head(page: ET.Element, letter: Letter) -> None:
    head = ET.SubElement(page, "head")
    ET.SubElement(head, "meta", {"charset": "utf-8"})
    for name, content in (
        ("viewport", "width=device-width, initial-scale=1"),
        ("color-scheme", "light dark"),
        ("supported-color-schemes", "light dark"),
        ("format-detection", "telephone=no"),
    ):
        ET.SubElement(head, "meta", {"name": name, "content": content})
    ET.SubElement(head, "title").text = letter.title


def _top(main: ET.Element, letter: Letter) -> None:
    if letter.flag:
        _add(main, "p", BADGES[letter.flag], letter.flag)
    _add(main, "h1", TITLE, letter.title)
    if letter.recipient:
        _add(main, "p", LINE, f"Pour {letter.recipient}")


def _lines(main: ET.Element, lines: Sequence[str]) -> None:
    for line in lines:
        _add(main, "p", LINE, line)


def _links(main: ET.Element, letter: Letter) -> None:
    """A button that calls back, and one that writes."""
    for fact, address, verb in (
        (letter.phone, _tel(letter.phone), "Rappeler le"),
        (letter.email, _mailto(letter.email), "Écrire à"),
    ):
        if fact and address:
            _add(main, "a", BUTTON, f"{verb} {fact.value}").set("href", address)


def _tel(phone: Fact | None) -> str | None:
    value = str(phone.judgment.value) if phone else ""
    return f"tel:{value}" if E164.fullmatch(value) else None


def _mailto(email: Fact | None) -> str | None:
    value = str(email.judgment.value) if email else ""
    return f"mailto:{quote(value, safe='@')}" if ADDRESS.fullmatch(value) else None


def _box(main: ET.Element, heading: str, lines: Sequence[str]) -> None:
    if not lines:
        return
    box = ET.SubElement(main, "div", {"style": BOX})
    _add(box, "strong", "", heading)
    for line in lines:
        _add(box, "div", "overflow-wrap:anywhere", line)


def _proofs(main: ET.Element, proofs: Sequence[Proof]) -> None:
    if not proofs:
        return
    _add(main, "h2", HEADING, "Où chaque fait a été dit")
    for proof in proofs:
        row = ET.SubElement(main, "p", {"style": SMALL})
        ET.SubElement(row, "strong").text = f"{proof.label} : {proof.value}"
        for quoted in proof.quotes:
            ET.SubElement(row, "br").tail = f"{quoted}."


def _footer(main: ET.Element, letter: Letter) -> None:
    _add(main, "h2", HEADING, "L'appel")
    for line in letter.about:
        _add(main, "p", SMALL, line)
