"""The bank of the demonstration, inside the node's own process and database.

It stands outside every agency: it takes orders, answers on bank days, and may be told beforehand to fail the way
banks fail. Files to and from a real bank take its place with settlement.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from jiexu.store import bulk
from jiexu.store.db import Cursor, Row


class Fault(StrEnum):
    """What a bank can do wrong with one payment."""

    NONE = ""
    REJECTED = "rejected"
    BOUNCED = "bounced"
    SHORT = "short"
    OVER = "over"
    DUPLICATE = "duplicate"


@dataclass(frozen=True, slots=True)
class Ill:
    """A fault for the first payment of a case. ``arrives_fen``: what the payee gets, where that is wrong."""

    fault: Fault
    arrives_fen: int = 0


WELL = Ill(Fault.NONE)


def alone(cursor: Cursor) -> None:
    """Waits until no other process has the bank act; the bank is this transaction's until its end."""
    cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('jiexu demo bank', 0))")


def take_orders(cursor: Cursor, ills: Mapping[str, Ill], *, on_day: date) -> int:
    """Take every order not taken yet; answered from ``on_day``. ``ills``: faults by case number, for first attempts."""
    query = (
        "SELECT o.agency, o.reference, o.case_no, o.leg, o.attempt, o.amount_fen, o.payee, o.back FROM bank_order o "
        "WHERE NOT EXISTS (SELECT 1 FROM demo_bank_transfer t WHERE t.id = o.reference) ORDER BY o.reference"
    )
    rows = [_transfer(order, _ill(order, ills), on_day) for order in cursor.execute(query).fetchall()]
    columns = ("id", "payer", "payee", "remark", "amount_fen", "deliver_fen", "fault", "on_day")
    return bulk.insert(cursor, "demo_bank_transfer", columns, rows)


def _ill(order: Row, ills: Mapping[str, Ill]) -> Ill:
    """The fault of the first attempt at the first amount of a case; whatever is sent again goes well."""
    is_first = order["attempt"] == 1 and order["leg"] == 1 and not order["back"]
    return ills.get(order["case_no"], WELL) if is_first else WELL


def _transfer(order: Row, ill: Ill, on_day: date) -> tuple[object, ...]:
    reference, amount = order["reference"], order["amount_fen"]
    payee = "bank" if order["back"] else order["payee"]
    arrives = {
        Fault.REJECTED: 0,
        Fault.BOUNCED: 0,
        Fault.SHORT: ill.arrives_fen,
        Fault.OVER: ill.arrives_fen,
    }.get(ill.fault, int(amount))
    fault = Fault.SHORT if 0 < arrives < amount else ill.fault
    return reference, order["agency"], payee, reference, amount, arrives, fault.value, on_day


def due(cursor: Cursor, day: date) -> list[Row]:
    """Transfers the bank acts on by this day, in a fixed order."""
    return cursor.execute(
        "SELECT * FROM demo_bank_transfer WHERE NOT done AND on_day <= %s ORDER BY id", [day]
    ).fetchall()


def answer(row: Row) -> str:
    """What the payer's statement says of a transfer."""
    return (
        "rejected"
        if row["fault"] == Fault.REJECTED
        else "bounced"
        if row["fault"] == "bounce_due"
        else "confirmed"
    )


def receipts(row: Row) -> list[tuple[str, str, int, str, str]]:
    """What the payee's statement says: (agency, receipt, fen, remark, payer), none where nothing arrives."""
    if row["deliver_fen"] == 0 or not row["payee"].isdigit():
        return []
    copies = 2 if row["fault"] == Fault.DUPLICATE else 1
    return [
        (row["payee"], f"{row['id']}#{copy + 1}", row["deliver_fen"], row["remark"], row["payer"])
        for copy in range(copies)
    ]


def finish(cursor: Cursor, rows: list[Row], next_day: date) -> None:
    """Mark transfers done; one that will bounce does so on the next bank day, a short one may owe a rest."""
    for row in rows:
        if row["fault"] == Fault.BOUNCED:
            cursor.execute(
                "UPDATE demo_bank_transfer SET fault = 'bounce_due', on_day = %s WHERE id = %s",
                [next_day, row["id"]],
            )
        else:
            cursor.execute("UPDATE demo_bank_transfer SET done = true WHERE id = %s", [row["id"]])


def rests(cursor: Cursor) -> list[Row]:
    """Transfers that delivered too little and are being chased, with what is still owed."""
    query = (
        "SELECT t.*, t.amount_fen - t.deliver_fen AS owed FROM demo_bank_transfer t JOIN bank_order o ON o.reference = t.id "
        "JOIN money_track m ON (m.agency, m.case_no, m.leg, m.attempt) = (o.agency, o.case_no, o.leg, o.attempt) "
        "WHERE t.done AND t.fault = 'short' AND t.deliver_fen < t.amount_fen AND m.state = 'chasing' ORDER BY t.id"
    )
    return cursor.execute(query).fetchall()


def rest_receipt(row: Row) -> tuple[str, str, int, str, str]:
    """The receipt by which the rest arrives."""
    return row["payee"], f"{row['id']}#rest", row["owed"], row["remark"], row["payer"]


def rest_paid(cursor: Cursor, rows: list[Row]) -> None:
    for row in rows:
        cursor.execute(
            "UPDATE demo_bank_transfer SET deliver_fen = amount_fen, fault = '' WHERE id = %s", [row["id"]]
        )
