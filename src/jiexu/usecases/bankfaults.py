"""What an events file says the bank did: faults of payments, and money from nobody knows where.

Only the bank's adapter reads these; no machine and no rule can.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from jiexu.cases.states import Side
from jiexu.exchange.payloads import Document
from jiexu.gateways.demo_bank import Fault, Ill
from jiexu.store.db import Cursor, Row
from jiexu.usecases.deskwork import DeskEvent, Verb, find_file


@dataclass(frozen=True, slots=True)
class BankEvent:
    """One line about the bank. ``fault`` empty: a receipt without a case arrives at ``destination``."""

    key: str
    on: date
    fault: Fault
    case_no: str = ""
    document: Document | None = None
    origin: str = ""
    destination: str = ""
    arrives_fen: int = 0


def ills(cursor: Cursor, events: Sequence[BankEvent]) -> Mapping[str, Ill]:
    """Faults by case number, for the cases that exist by now."""
    known = {}
    for event in events:
        if event.fault is Fault.NONE:
            continue
        row = _file(cursor, event)
        if row is not None:
            known[row["case_no"]] = Ill(event.fault, event.arrives_fen)
    return known


def _file(cursor: Cursor, event: BankEvent) -> Row | None:
    asked = DeskEvent(
        event.key,
        event.on,
        Verb.ISSUE_FORM,
        event.case_no,
        event.document,
        event.origin,
        event.destination,
        side=Side.ORIGIN,
    )
    return find_file(cursor, asked)


def strange_receipts(events: Sequence[BankEvent], day: date) -> list[tuple[str, str, int, str, str]]:
    """Receipts up to this day that carry no reference: (agency, receipt, fen, remark, payer).

    Numbered by what they are, not by their row: two files of events may tell of two receipts on the same row, and
    one receipt may stand in two files.
    """
    return [
        (
            event.destination,
            f"unreferenced-{event.on.isoformat()}-{event.arrives_fen}",
            event.arrives_fen,
            "",
            "unknown",
        )
        for event in events
        if event.fault is Fault.NONE and event.on <= day
    ]
