"""What an agency has to do, by date: a query on the due date, nothing else decides the order.

What belongs to no case has a holder and a date too: receipts nobody can match, accounts nobody approved, and what came and was not taken.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import date

from jiexu.cases.states import Holder
from jiexu.rules.clocks import promise_due
from jiexu.store import atrest
from jiexu.store.db import Row
from jiexu.usecases import accounts, banking, not_taken
from jiexu.usecases.node import Node
from jiexu.values.bank import AgencyAccount

QUERY = """
SELECT record_due_on AS due_on, record_due_kind AS due_kind, case_no, side, 0 AS leg, 0 AS amount_fen, record_state AS state,
  record_holder AS holder, record_next AS next_event FROM file WHERE record_open AND record_holder <> 'other_agency'
UNION ALL
SELECT m.due_on, m.due_kind, m.case_no, f.side, m.leg, m.amount_fen, m.state, m.holder, m.next_event
  FROM money_track m JOIN file f USING (agency, case_no) WHERE m.is_open AND m.holder <> 'other_agency'
UNION ALL
SELECT s.due_on, 'promise', s.case_no, coalesce(f.side, ''), 0, 0, 'stuck', s.holder, s.said
  FROM stuck_case s LEFT JOIN file f USING (agency, case_no)
ORDER BY due_on, case_no, leg LIMIT %s
"""
UNMATCHED = """
SELECT r.agency, r.receipt, r.amount_fen, r.remark, r.payer, r.payer_account, r.received_on FROM receipt_waiting w JOIN bank_receipt r USING (agency, receipt)
ORDER BY r.received_on, r.receipt LIMIT %s
"""


def inbox(node: Node, agency: str, *, limit: int = 200) -> list[Row]:
    """Open tracks this agency itself answers for, earliest date first."""
    with node.store.transaction("inbox", [agency]) as cursor:
        return cursor.execute(QUERY, [limit]).fetchall()


def unmatched(node: Node, agency: str, *, limit: int = 200, day: date | None = None) -> list[Row]:
    """Receipts of this agency that belong to no amount yet, each with why: finance asks about them by our promise (R-047)."""
    with node.store.transaction("inbox.unmatched", [agency]) as cursor:
        rows = [
            {**row, "payer_account": atrest.account_of(row["payer_account"])}
            for row in cursor.execute(UNMATCHED, [limit])
        ]
    reasons = banking.why_waiting(node, agency, rows, day=day)
    rows = [{**row, "why": why} for row, why in zip(rows, reasons, strict=True)]
    return _dated(node, agency, rows, since="received_on", holder=Holder.FINANCE, promise="unmatched")


def _bank_data(account: AgencyAccount) -> Row:
    """All that is compared; whose account it is under a name of its own, since ``holder`` says who must act."""
    named = asdict(account)
    return {"account_holder": named.pop("holder"), **named}


def unapproved(node: Node, agency: str) -> list[Row]:
    """Accounts of this agency that somebody entered and nobody approved: a reviewer looks at them by our promise."""
    rows = [
        {**_bank_data(each.account), "number": each.number, "valid_from": each.valid_from, "entered_by": each.by, "entered_on": each.on}
        for each in accounts.waiting(node, agency)
    ]  # fmt: skip
    return _dated(node, agency, rows, since="entered_on", holder=Holder.REVIEWER, promise="account")


def untaken(node: Node, agency: str, *, limit: int = 200) -> list[Row]:
    """What came to this agency and was not taken: a clerk finds out why by our promise."""
    rows = not_taken.waiting(node, agency, limit=limit)
    return _dated(node, agency, rows, since="came_on", holder=Holder.CLERK, promise="not_taken")


def _dated(
    node: Node, agency: str, rows: Iterable[Row], *, since: str, holder: Holder, promise: str
) -> list[Row]:
    """The rows with who must act next and until when, counted from the day each came."""

    def due(came: date) -> date:
        return promise_due(
            what=promise, start=came, calendar=node.calendar, policy=node.policy, area=agency
        ).on

    return [{**row, "holder": holder.value, "due_on": due(row[since]), "due_kind": "promise"} for row in rows]
