"""The bank of the demonstration, inside the node's own process and database.

It stands outside every agency: it takes orders, answers on bank days, and may be told beforehand to fail the way
banks fail. Files to and from a real bank take its place with settlement.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date
from enum import StrEnum

from jiexu.store import atrest
from jiexu.store.db import Cursor, Row


class Fault(StrEnum):
    """What a bank can do wrong with one payment."""

    NONE = ""
    REJECTED = "rejected"
    BOUNCED = "bounced"
    SHORT = "short"
    OVER = "over"
    DUPLICATE = "duplicate"
    NO_REFERENCE = "no_reference"


Credit = tuple[str, str, int, str, str, str]
"""A line of a payee's statement: agency, receipt, fen, remark, payer, and the account that paid."""
Returned = tuple[str, str, int, str]
"""What was done with a receipt that was to go back: agency, receipt, attempt, confirmed or rejected."""
NOBODY = "000999999999"
"""The account from which money comes that nobody announced: no agency of the demonstration has it."""
HEALTHY = "(SELECT ''::text AS case_no, ''::text AS fault, 0::bigint AS fen WHERE false)"
"""No case has a fault."""


def alone(cursor: Cursor) -> None:
    """Waits until no other process has the bank act; the bank is this transaction's until its end."""
    cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('jiexu demo bank', 0))")


def take_orders(cursor: Cursor, *, on_day: date, ills: str = HEALTHY, day: date | None = None) -> int:
    """Take every order not taken yet; answered from ``on_day``. How many.

    ``ills``: a query in brackets for case_no, fault and fen, which may ask for ``day``: the fault of the first attempt
    at the first amount of a case, and what the payee gets where that is wrong. Whatever is sent again goes well.
    An agency pays from the account it is paid on. What goes back makes good the bank's own error: it delivered more
    than it debited, so it books that itself and the account that paid gets nothing more.
    """
    query = f"""
INSERT INTO demo_bank_transfer (id, payer, payer_account, payee, remark, amount_fen, deliver_fen, fault, on_day)
SELECT reference, agency, coalesce((
    SELECT e.account FROM agency_account e JOIN agency_account_approval p USING (code, number)
    WHERE e.code = taken.agency AND e.valid_from <= %(on_day)s ORDER BY e.number DESC LIMIT 1), ''), CASE WHEN back THEN 'bank' ELSE payee END, CASE WHEN fault = 'no_reference' THEN '' ELSE reference END, amount_fen, arrives,
  CASE WHEN 0 < arrives AND arrives < amount_fen THEN 'short' ELSE fault END, %(on_day)s
FROM (
  SELECT o.*, coalesce(i.fault, '') AS fault,
    CASE WHEN i.fault IN ('rejected', 'bounced') THEN 0 WHEN i.fault IN ('short', 'over') THEN i.fen ELSE o.amount_fen END AS arrives
  FROM order_waiting w JOIN bank_order o USING (agency, reference)
    LEFT JOIN {ills} i ON i.case_no = o.case_no AND o.attempt = 1 AND o.leg = 1 AND NOT o.back) taken
ORDER BY taken.reference ON CONFLICT DO NOTHING
"""
    return cursor.execute(query, {"on_day": on_day, "day": day}).rowcount


OF_RETURN = "'R/' || r.agency || '/' || r.receipt || '/' || r.attempt"
"""By what the bank knows the return of a receipt."""


def take_returns(cursor: Cursor, *, on_day: date) -> int:
    """Take every order to send a receipt back that is not taken yet; answered from ``on_day``. How many.

    What an agency's own account paid arrives there again; any other account is outside all agencies.
    """
    query = f"""
INSERT INTO demo_bank_transfer (id, payer, payer_account, payee, remark, amount_fen, deliver_fen, fault, on_day)
SELECT {OF_RETURN}, r.agency, coalesce((
    SELECT e.account FROM agency_account e JOIN agency_account_approval p USING (code, number)
    WHERE e.code = r.agency AND e.valid_from <= %(on_day)s ORDER BY e.number DESC LIMIT 1), ''), coalesce((
    SELECT e.code FROM agency_account e JOIN agency_account_approval p USING (code, number)
    WHERE e.account = r.payee_account ORDER BY e.code LIMIT 1), 'outside'), {OF_RETURN}, r.amount_fen, r.amount_fen, '', %(on_day)s
FROM return_ordered o JOIN receipt_return r USING (agency, receipt, attempt) ORDER BY 1 ON CONFLICT DO NOTHING
"""
    return cursor.execute(query, {"on_day": on_day}).rowcount


def returned(cursor: Cursor, day: date) -> list[Returned]:
    """What the bank does by this day with receipts that go back."""
    query = (
        "SELECT r.agency, r.receipt, r.attempt, CASE t.fault WHEN 'rejected' THEN 'rejected' ELSE 'confirmed' END AS answer "
        f"FROM return_ordered o JOIN receipt_return r USING (agency, receipt, attempt) JOIN demo_bank_transfer t ON t.id = {OF_RETURN} "
        "WHERE NOT t.done AND t.on_day <= %s ORDER BY t.id"
    )
    rows = cursor.execute(query, [day]).fetchall()
    return [(row["agency"], row["receipt"], row["attempt"], row["answer"]) for row in rows]


def due(cursor: Cursor, day: date) -> Iterator[list[Row]]:
    """Transfers the bank acts on by this day, in a fixed order, some hundreds at a time."""
    query = (
        "SELECT * FROM demo_bank_transfer WHERE NOT done AND on_day <= %s AND id > %s ORDER BY id LIMIT 500"
    )
    after = ""
    while rows := cursor.execute(query, [day, after]).fetchall():
        after = rows[-1]["id"]
        yield rows


def answer(cursor: Cursor, day: date) -> int:
    """The payers' statements: what was done with every order the bank acts on by this day; how many."""
    query = (
        "INSERT INTO bank_answer (agency, reference, answer, answered_on) SELECT payer, id, "
        "CASE fault WHEN 'rejected' THEN 'rejected' WHEN 'bounce_due' THEN 'bounced' ELSE 'confirmed' END, %(day)s "
        "FROM demo_bank_transfer t WHERE NOT done AND on_day <= %(day)s AND EXISTS ("
        "SELECT 1 FROM bank_order o WHERE (o.agency, o.reference) = (t.payer, t.id)) ORDER BY id ON CONFLICT DO NOTHING"
    )
    return cursor.execute(query, {"day": day}).rowcount


def receipts(row: Row) -> list[Credit]:
    """What the payee's statement says, nothing where nothing arrives."""
    if (
        row["fault"] in {"bounce_due", Fault.REJECTED}
        or row["deliver_fen"] == 0
        or not row["payee"].isdigit()
    ):
        return []
    copies = 2 if row["fault"] == Fault.DUPLICATE else 1
    # A statement that lost the reference does not say it in its own number either.
    name = row["id"] if row["remark"] else hashlib.sha256(row["id"].encode()).hexdigest()[:12].upper()
    return [
        (
            row["payee"],
            f"{name}#{copy + 1}",
            row["deliver_fen"],
            row["remark"],
            row["payer"],
            atrest.account_of(row["payer_account"]),
        )
        for copy in range(copies)
    ]


def finish(cursor: Cursor, day: date, next_day: date) -> int:
    """Mark what the bank acted on by this day as done; one that will bounce does so on the next bank day. How many."""
    later = "UPDATE demo_bank_transfer SET fault = 'bounce_due', on_day = %(next)s WHERE NOT done AND on_day <= %(day)s AND fault = 'bounced'"
    done = "UPDATE demo_bank_transfer SET done = true WHERE NOT done AND on_day <= %(day)s"
    days = {"day": day, "next": next_day}
    return cursor.execute(later, days).rowcount + cursor.execute(done, days).rowcount


def rests(cursor: Cursor) -> list[Row]:
    """Transfers that delivered too little and are being chased, with what is still owed."""
    query = (
        "SELECT t.*, t.amount_fen - t.deliver_fen AS owed FROM demo_bank_transfer t JOIN bank_order o ON o.reference = t.id "
        "JOIN money_track m ON (m.agency, m.case_no, m.leg, m.attempt) = (o.agency, o.case_no, o.leg, o.attempt) "
        "WHERE t.done AND t.fault = 'short' AND t.deliver_fen < t.amount_fen AND m.state = 'chasing' ORDER BY t.id"
    )
    return cursor.execute(query).fetchall()


def rest_receipt(row: Row) -> Credit:
    """The receipt by which the rest arrives."""
    return (
        row["payee"],
        f"{row['id']}#rest",
        row["owed"],
        row["remark"],
        row["payer"],
        atrest.account_of(row["payer_account"]),
    )


def rest_paid(cursor: Cursor, rows: list[Row]) -> None:
    query = "UPDATE demo_bank_transfer SET deliver_fen = amount_fen, fault = '' WHERE id = ANY(%s)"
    cursor.execute(query, [[row["id"] for row in rows]])
