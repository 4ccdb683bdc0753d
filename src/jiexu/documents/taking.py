"""Taking in what another agency printed: the message on its machine-readable page, by the door of letters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from jiexu.documents import carrying, making
from jiexu.documents.errors import DocumentError
from jiexu.documents.proving import Verdict
from jiexu.exchange.bundle import receipt_from_json
from jiexu.exchange.canonical import parse
from jiexu.usecases import letters
from jiexu.usecases.letters import Letter
from jiexu.usecases.node import Node


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What became of a page. ``outcomes``: of each message, in order. ``receipt``: the signed bytes that go back."""

    letter: Letter
    outcomes: tuple[str, ...]
    receipt: bytes


def take(node: Node, texts: Sequence[str], *, day: date) -> TakenIn:
    """Verify and process the message whose codes were scanned; once, however often and by whatever way it comes.

    Raises DocumentError where codes are missing or unreadable, MalformedError and BundleError as a letter does.
    """
    letter = letters.read(carrying.joined(texts))
    receipt = letters.take_in(node, letter, day=day)
    given = receipt_from_json(parse(receipt))
    return TakenIn(letter, tuple(outcome for _, outcome in given.outcomes), receipt)


def check_is_here(verdict: Verdict) -> None:
    """Raises DocumentError where the agency of a paper is not on this node: its codes alone bring no message."""
    if verdict.said is None:
        raise DocumentError("scan_the_page")


def page_of(issuer: Node, verdict: Verdict, *, day: date, by: str) -> tuple[str, ...]:
    """The codes of a paper's machine-readable page, which its agency hands out once more to who shows the paper's code.

    Raises DocumentError where the paper stands for no message.
    """
    made = making.make(issuer, verdict.case_no, verdict.kind, day=day, by=by, number=verdict.number)
    if not made.issued.carrier:
        raise DocumentError("carries_nothing")
    return made.issued.carrier
