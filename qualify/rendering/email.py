"""The message as an e-mail: a subject, plain text, and HTML for a phone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP

from qualify.rendering.confidential import confidential_of
from qualify.rendering.letter import Letter, letter
from qualify.rendering.letter_html import letter_html
from qualify.rendering.settings import INTENT, DeliverySettings
from qualify.rendering.shorten import shortened
from qualify.rendering.source import HandledCall, facts_of, intent_label, urgent_flag

SUBJECT_CHARACTERS = 78
"""Longest subject: a header line without its fold (RFC 5322, section 2.1.1)."""
POLICY = SMTP.clone(max_line_length=998)
"""Lines as long as RFC 5322 allows: the standard library loses a space where it folds a header's accents."""


@dataclass(frozen=True, slots=True)
class EmailRendering:
    """An e-mail without its addresses, which delivery knows."""

    subject: str
    """One line of at most 78 characters; nothing that the tenant calls confidential."""
    plain: str
    html: str

    def message(self) -> EmailMessage:
        """The e-mail for the standard library's clients; sender and recipient are to be set."""
        made = EmailMessage(policy=POLICY)
        made["Subject"] = self.subject
        made.set_content(self.plain, cte="quoted-printable")
        made.add_alternative(self.html, subtype="html", cte="quoted-printable")
        return made


def email(call: HandledCall, settings: DeliverySettings) -> EmailRendering:
    """The e-mail for a call: all that the message says, and where each fact was said."""
    parts = letter(call)
    return EmailRendering(_subject(call, settings), _plain(parts), letter_html(parts))


def _subject(call: HandledCall, settings: DeliverySettings) -> str:
    """«URGENT – Fuite d'eau – Nadia Moreau»; the label gives way before the name."""
    secret = confidential_of(call, settings)
    name = next((f for f in facts_of(call) if f.field == "caller_name" and not secret.in_fact(f)), None)
    label = None if INTENT in secret.fields else intent_label(call)
    if label is None or secret.in_text(label):
        label = "Message"
    head = ["À relire"] if call.reasons else []
    head += filter(None, [urgent_flag(call.qualification)])
    called = _cut(name.value, SUBJECT_CHARACTERS // 2) if name else None
    room = SUBJECT_CHARACTERS - len(_titled([*head, "", *filter(None, [called])]))
    return _titled([*head, _cut(label, room), *filter(None, [called])])


def _titled(parts: Sequence[str]) -> str:
    return " – ".join(parts)


def _cut(text: str, room: int) -> str:
    """The text in that many characters, cut between words where it can be."""
    return shortened(text, lambda t: len(t) <= room, mark="…") or f"{text[: room - 1]}…"


def _plain(parts: Letter) -> str:
    blocks = [
        [*filter(None, [parts.flag]), parts.title, *([f"Pour {parts.recipient}"] if parts.recipient else [])],
        [*parts.first, *parts.rest],
        _listed("À relire avant envoi", parts.reasons),
        _listed("Non communiqué", parts.missing),
        _listed("Où chaque fait a été dit", list(_proof_lines(parts))),
        list(parts.about),
    ]
    return "\n\n".join("\n".join(block) for block in blocks if block) + "\n"


def _listed(heading: str, lines: Sequence[str]) -> list[str]:
    return [f"{heading} :", *(f"- {line}" for line in lines)] if lines else []


def _proof_lines(parts: Letter) -> Iterator[str]:
    for proof in parts.proofs:
        yield f"{proof.label} : {proof.value} ({' ; '.join(proof.quotes)})"
