"""What an events file says the bank did: faults of payments, and money from nobody knows where.

Only the bank's adapter reads these; no machine and no rule can.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from jiexu.exchange.payloads import Document
from jiexu.gateways.demo_bank import NOBODY, Credit, Fault


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


def strange_receipts(events: Sequence[BankEvent]) -> list[Credit]:
    """Receipts that carry no reference, each once.

    Numbered by what they are, not by their row: two files of events may tell of two receipts on the same row, and
    one receipt may stand in two files.
    """
    receipts = (
        (
            each.destination,
            f"unreferenced-{each.on.isoformat()}-{each.arrives_fen}",
            each.arrives_fen,
            "",
            "unknown",
            NOBODY,
        )
        for each in events
    )
    return list(dict.fromkeys(receipts))
