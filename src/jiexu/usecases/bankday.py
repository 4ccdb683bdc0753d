"""The demonstration's bank for one day: it takes orders, and its statements reach payers and payees."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from jiexu.gateways import demo_bank
from jiexu.store.db import Cursor
from jiexu.usecases import banking, returning
from jiexu.usecases.bankfaults import BankEvent, strange_receipts
from jiexu.usecases.node import Node


def hand_over(node: Node, *, day: date, ills: str = demo_bank.HEALTHY) -> None:
    """The bank takes today's orders; it acts on them on its next working day. ``ills``: as ``demo_bank.take_orders``."""
    with node.store.transaction("bank.orders", node.hosted) as cursor:
        demo_bank.alone(cursor)
        following = node.calendar.next_working_day(day)
        demo_bank.take_orders(cursor, on_day=following, ills=ills, day=day)
        demo_bank.take_returns(cursor, on_day=following)


def statement_out(node: Node, *, day: date) -> int:
    """The payers' statements: what the bank did with their orders."""
    with node.store.transaction("bank.statement.out", node.hosted) as cursor:
        demo_bank.alone(cursor)
        returned = returning.take_answers(node, cursor, demo_bank.returned(cursor, day), day=day)
        return demo_bank.answer(cursor, day) + returned


def statement_in(node: Node, *, day: date, strange: Sequence[BankEvent] = ()) -> int:
    """The payees' statements: what arrived, and what nobody announced. The bank counts these transfers as done."""
    with node.store.transaction("bank.statement.in", node.hosted) as cursor:
        demo_bank.alone(cursor)
        for rows in demo_bank.due(cursor, day):
            arrived = [receipt for row in rows for receipt in demo_bank.receipts(row)]
            banking.book_receipts(node, cursor, arrived, day=day)
        owed = _chased(node, cursor, day)
        banking.book_receipts(node, cursor, strange_receipts(strange), day=day)
        return demo_bank.finish(cursor, day, node.calendar.next_working_day(day)) + owed


def _chased(node: Node, cursor: Cursor, day: date) -> int:
    """What the bank still owes of short payments that are chased arrives now; how many."""
    owed = demo_bank.rests(cursor)
    banking.book_receipts(node, cursor, [demo_bank.rest_receipt(row) for row in owed], day=day)
    cursor.executemany(
        "INSERT INTO bank_answer (agency, reference, answer, answered_on) VALUES (%s, %s, 'rest_sent', %s) ON CONFLICT DO NOTHING",
        [(row["payer"], row["id"], day) for row in owed],
    )
    demo_bank.rest_paid(cursor, owed)
    return len(owed)


def statements(node: Node, *, day: date) -> int:
    """Both sides of a bank day."""
    return statement_out(node, day=day) + statement_in(node, day=day)
