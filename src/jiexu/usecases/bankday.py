"""The demonstration's bank for one day: it takes orders, and its statements reach payers and payees."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from jiexu.gateways import demo_bank
from jiexu.store.db import Cursor
from jiexu.usecases import banking
from jiexu.usecases.bankfaults import BankEvent, ills, strange_receipts
from jiexu.usecases.node import Node

ONE_DAY = timedelta(days=1)


def hand_over(node: Node, *, day: date, events: Sequence[BankEvent] = ()) -> None:
    """The bank takes today's orders; it acts on them on its next working day."""
    with node.store.transaction("bank.orders", node.hosted) as cursor:
        demo_bank.alone(cursor)
        known = ills(cursor, [event for event in events if event.on <= day])
        demo_bank.take_orders(cursor, known, on_day=node.calendar.next_working_day(day))


def statement_out(node: Node, *, day: date) -> int:
    """The payers' statements: what the bank did with their orders."""
    with node.store.transaction("bank.statement.out", node.hosted) as cursor:
        demo_bank.alone(cursor)
        rows = demo_bank.due(cursor, day)
        for row in rows:
            _answer(cursor, row["payer"], row["id"], demo_bank.answer(row), day)
    return len(rows)


def statement_in(node: Node, *, day: date, events: Sequence[BankEvent] = ()) -> int:
    """The payees' statements: what arrived. The bank counts these transfers as done."""
    next_day = node.calendar.next_working_day(day)
    with node.store.transaction("bank.statement.in", node.hosted) as cursor:
        demo_bank.alone(cursor)
        rows, owed = demo_bank.due(cursor, day), demo_bank.rests(cursor)
        arrived = [
            receipt for row in rows if row["fault"] != "bounce_due" for receipt in demo_bank.receipts(row)
        ]
        rests = [demo_bank.rest_receipt(row) for row in owed]
        banking.book_receipts(node, cursor, [*arrived, *rests, *strange_receipts(events, day)], day=day)
        for row in owed:
            _answer(cursor, row["payer"], row["id"], "rest_sent", day)
        demo_bank.finish(cursor, rows, next_day)
        demo_bank.rest_paid(cursor, owed)
    return len(rows) + len(owed)


def statements(node: Node, *, day: date) -> int:
    """Both sides of a bank day."""
    return statement_out(node, day=day) + statement_in(node, day=day)


def _answer(cursor: Cursor, agency: str, reference: str, answer: str, day: date) -> None:
    cursor.execute(
        "INSERT INTO bank_answer (agency, reference, answer, answered_on) VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING",
        [agency, reference, answer, day],
    )
