"""What an agency has to do, by date: a query on the due date, nothing else decides the order."""

from __future__ import annotations

from jiexu.store.db import Row
from jiexu.usecases.node import Node

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
SELECT r.receipt, r.amount_fen, r.remark, r.payer, r.received_on FROM receipt_waiting w JOIN bank_receipt r USING (agency, receipt)
ORDER BY r.received_on, r.receipt LIMIT %s
"""


def inbox(node: Node, agency: str, *, limit: int = 200) -> list[Row]:
    """Open tracks this agency itself answers for, earliest date first."""
    with node.store.transaction("inbox", [agency]) as cursor:
        return cursor.execute(QUERY, [limit]).fetchall()


def unmatched(node: Node, agency: str, *, limit: int = 200) -> list[Row]:
    """Receipts of this agency that belong to no amount yet (R-047)."""
    with node.store.transaction("inbox.unmatched", [agency]) as cursor:
        return cursor.execute(UNMATCHED, [limit]).fetchall()
