"""Money: balances and holds are the sums of their rows, orders and receipts agree with postings, and no fen is lost.

Each query answers with the rows that are wrong, so that the database does the adding up and only breaks travel.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from jiexu.ledger.conserve import Totals, conservation
from jiexu.ledger.entries import PostingReason
from jiexu.store import atrest
from jiexu.store.db import Cursor
from jiexu.usecases.verifying.report import Findings
from jiexu.values.writing import masked


@dataclass(frozen=True, slots=True)
class Query:
    """A kind of break and the query that finds it; columns named ``where_…`` say where."""

    kind: str
    sql: str


BOOKED = """
SELECT agency, key, part, sum(fen)::bigint AS fen FROM (
  SELECT agency, debit_key AS key, debit_part AS part, -amount_fen AS fen FROM posting WHERE debit_kind = 'personal'
  UNION ALL
  SELECT agency, credit_key, credit_part, amount_fen FROM posting WHERE credit_kind = 'personal') x GROUP BY 1, 2, 3
"""
HELD = """
SELECT h.agency, h.person, h.part, sum(h.amount_fen)::bigint AS fen FROM hold h
WHERE NOT EXISTS (SELECT 1 FROM hold_resolution r WHERE (r.agency, r.hold_id) = (h.agency, h.id)) GROUP BY 1, 2, 3
"""
OF_AGENCIES = """
SELECT agency, kind, key, sum(fen)::bigint AS fen FROM (
  SELECT agency, debit_kind AS kind, debit_key AS key, -amount_fen AS fen FROM posting WHERE debit_kind <> 'personal'
  UNION ALL
  SELECT agency, credit_kind, credit_key, amount_fen FROM posting WHERE credit_kind <> 'personal') x GROUP BY 1, 2, 3
"""
CAPTURED = """
SELECT r.agency, r.hold_id, r.version, each.id FROM hold_resolution r, unnest(r.posting_ids) AS each(id) WHERE r.how = 'captured'
"""
PAID = "('paid_out', 'paid_to_person', 'sent_again', 'given_back')"

QUERIES = (
    Query(
        "balance_differs",
        f"""SELECT coalesce(a.agency, b.agency) AS where_1, coalesce(a.person, b.key) AS where_2, coalesce(a.part, b.part) AS where_3,
          coalesce(a.balance_fen, 0) AS stored_fen, coalesce(b.fen, 0) AS booked_fen
        FROM account a FULL JOIN ({BOOKED}) b ON a.agency = b.agency AND a.person = b.key AND a.part = b.part
        WHERE coalesce(a.balance_fen, 0) <> coalesce(b.fen, 0) ORDER BY 1, 2, 3""",
    ),
    Query(
        "held_differs",
        f"""SELECT coalesce(a.agency, h.agency) AS where_1, coalesce(a.person, h.person) AS where_2, coalesce(a.part, h.part) AS where_3,
          coalesce(a.held_fen, 0) AS stored_fen, coalesce(h.fen, 0) AS booked_fen
        FROM account a FULL JOIN ({HELD}) h ON a.agency = h.agency AND a.person = h.person AND a.part = h.part
        WHERE coalesce(a.held_fen, 0) <> coalesce(h.fen, 0) ORDER BY 1, 2, 3""",
    ),
    Query(
        "below_zero",
        """SELECT agency AS where_1, person AS where_2, part AS where_3, balance_fen, held_fen FROM account
        WHERE balance_fen < 0 OR held_fen < 0 OR balance_fen < held_fen ORDER BY 1, 2, 3""",
    ),
    Query(
        "agency_account_below_zero",
        f"""SELECT agency AS where_1, kind AS where_2, key AS where_3, fen FROM ({OF_AGENCIES}) s
        WHERE kind IN ('receipts', 'returned', 'estate') AND fen < 0 ORDER BY 1, 2, 3""",
    ),
    Query(
        "two_people",
        """SELECT agency AS where_1, id AS where_2, handled_by, reviewed_by FROM posting
        WHERE reason NOT IN ('opening', 'received') AND (handled_by = '' OR reviewed_by = '' OR handled_by = reviewed_by) ORDER BY 1, 2""",
    ),
    Query(
        "capture_differs",
        f"""SELECT c.agency AS where_1, c.hold_id AS where_2, coalesce(h.amount_fen, 0) AS held_fen, coalesce(sum(p.amount_fen), 0)::bigint AS posted_fen
        FROM ({CAPTURED}) c LEFT JOIN hold h ON h.agency = c.agency AND h.id = c.hold_id
        LEFT JOIN posting p ON p.agency = c.agency AND p.id = c.id AND p.debit_kind = 'personal' AND p.debit_key = h.person
          AND p.debit_part = h.part AND p.case_no = h.case_no AND p.leg = h.leg AND p.version = c.version
        GROUP BY 1, 2, 3 HAVING coalesce(sum(p.amount_fen), 0) <> coalesce(h.amount_fen, 0) OR count(p.id) <> count(*) ORDER BY 1, 2""",
    ),
    Query(
        "paid_without_hold",
        f"""SELECT p.agency AS where_1, p.id AS where_2, p.amount_fen, count(c.id)::int AS captures FROM posting p
        LEFT JOIN ({CAPTURED}) c ON c.agency = p.agency AND c.id = p.id
        WHERE p.reason IN ('paid_out', 'paid_to_person') GROUP BY 1, 2, 3 HAVING count(c.id) <> 1 ORDER BY 1, 2""",
    ),
    Query(
        "batch_differs",
        """SELECT b.agency AS where_1, b.batch AS where_2, b.orders AS said, b.sum_fen AS said_fen, count(o.reference)::int AS given,
          coalesce(sum(o.amount_fen), 0)::bigint AS given_fen
        FROM bank_batch b LEFT JOIN bank_order o ON o.agency = b.agency AND o.batch = b.batch
        WHERE NOT EXISTS (SELECT 1 FROM money_track t WHERE t.agency = b.agency AND t.state = 'reviewed')
        GROUP BY 1, 2, 3, 4 HAVING b.orders <> count(o.reference) OR b.sum_fen <> coalesce(sum(o.amount_fen), 0) ORDER BY 1, 2""",
    ),
    Query(
        "batch_two_people",
        """SELECT agency AS where_1, batch AS where_2, handled_by, reviewed_by FROM bank_batch
        WHERE handled_by = '' OR reviewed_by = '' OR handled_by = reviewed_by ORDER BY 1, 2""",
    ),
    # What a bank confirmed and what was booked for it: equal, but for confirmations whose step is still to come.
    Query(
        "paid_differs",
        f"""WITH said AS (
          SELECT o.agency, o.case_no, o.leg, sum(o.amount_fen)::bigint AS fen FROM bank_order o
          JOIN bank_answer a ON a.agency = o.agency AND a.reference = o.reference AND a.answer = 'confirmed'
          WHERE NOT EXISTS (SELECT 1 FROM money_track m WHERE m.agency = o.agency AND m.case_no = o.case_no AND m.leg = o.leg
            AND m.attempt = o.attempt AND m.state = 'ordered') GROUP BY 1, 2, 3),
        done AS (SELECT agency, case_no, leg, sum(amount_fen)::bigint AS fen FROM posting WHERE reason IN {PAID} AND case_no IS NOT NULL GROUP BY 1, 2, 3)
        SELECT coalesce(s.agency, d.agency) AS where_1, coalesce(s.case_no, d.case_no) AS where_2, coalesce(s.leg, d.leg) AS where_3,
          coalesce(s.fen, 0) AS confirmed_fen, coalesce(d.fen, 0) AS booked_fen
        FROM said s FULL JOIN done d ON s.agency = d.agency AND s.case_no = d.case_no AND s.leg = d.leg
        WHERE coalesce(s.fen, 0) <> coalesce(d.fen, 0) ORDER BY 1, 2, 3""",
    ),
    Query(
        "bounce_differs",
        """WITH said AS (
          SELECT o.agency, o.case_no, o.leg, sum(o.amount_fen)::bigint AS fen FROM bank_order o
          JOIN bank_answer a ON a.agency = o.agency AND a.reference = o.reference AND a.answer = 'bounced' GROUP BY 1, 2, 3)
        SELECT p.agency AS where_1, p.case_no AS where_2, p.leg AS where_3, coalesce(s.fen, 0) AS returned_fen, sum(p.amount_fen)::bigint AS booked_fen
        FROM posting p LEFT JOIN said s ON s.agency = p.agency AND s.case_no = p.case_no AND s.leg = p.leg
        LEFT JOIN posting o ON o.agency = p.agency AND o.id = p.corrects
        WHERE p.reason = 'bounced' OR (p.reason = 'correction' AND o.reason IS DISTINCT FROM 'to_estate') GROUP BY 1, 2, 3, 4 HAVING sum(p.amount_fen) > coalesce(s.fen, 0) ORDER BY 1, 2, 3""",
    ),
    Query(
        "receipts_differ",
        """SELECT coalesce(r.agency, p.agency) AS where_1, coalesce(r.fen, 0) AS received_fen, coalesce(p.fen, 0) AS booked_fen
        FROM (SELECT agency, sum(amount_fen)::bigint AS fen FROM bank_receipt b WHERE NOT EXISTS (
          SELECT 1 FROM receipt_split s WHERE (s.agency, s.part_receipt) = (b.agency, b.receipt)) GROUP BY 1) r
        FULL JOIN (SELECT agency, sum(amount_fen)::bigint AS fen FROM posting WHERE reason = 'received' GROUP BY 1) p ON p.agency = r.agency
        WHERE coalesce(r.fen, 0) <> coalesce(p.fen, 0) ORDER BY 1""",
    ),
    Query(
        "receipt_waiting_differs",
        """SELECT coalesce(r.agency, w.agency) AS where_1, coalesce(r.receipt, w.receipt) AS where_2
        FROM (SELECT agency, receipt FROM bank_receipt EXCEPT SELECT agency, receipt FROM receipt_match
          EXCEPT SELECT agency, receipt FROM receipt_split EXCEPT
          SELECT e.agency, e.receipt FROM receipt_return_end e LEFT JOIN receipt_return_answer a USING (agency, receipt, attempt)
          WHERE e.outcome = 'agreed' AND a.answer IS DISTINCT FROM 'rejected') r
        FULL JOIN receipt_waiting w ON (w.agency, w.receipt) = (r.agency, r.receipt)
        WHERE r.agency IS NULL OR w.agency IS NULL ORDER BY 1, 2""",
    ),
    # A receipt leaves by one door: matched, split or back to its payer. Its parts are the whole, and go as it came.
    Query(
        "receipt_gone_twice",
        """SELECT agency AS where_1, receipt AS where_2, count(*)::int AS doors FROM (
          SELECT agency, receipt FROM receipt_match UNION ALL SELECT DISTINCT agency, receipt FROM receipt_split UNION ALL
          SELECT e.agency, e.receipt FROM receipt_return_end e LEFT JOIN receipt_return_answer a USING (agency, receipt, attempt)
          WHERE e.outcome = 'agreed' AND a.answer IS DISTINCT FROM 'rejected') d GROUP BY 1, 2 HAVING count(*) > 1 ORDER BY 1, 2""",
    ),
    Query(
        "parts_differ",
        """SELECT s.agency AS where_1, s.receipt AS where_2, coalesce(w.amount_fen, 0) AS whole_fen, sum(coalesce(p.amount_fen, 0))::bigint AS parts_fen
        FROM receipt_split s LEFT JOIN bank_receipt w ON (w.agency, w.receipt) = (s.agency, s.receipt)
        LEFT JOIN bank_receipt p ON (p.agency, p.receipt, p.amount_fen, p.payer_account, p.received_on) = (s.agency, s.part_receipt, s.amount_fen, w.payer_account, w.received_on)
        GROUP BY 1, 2, 3 HAVING coalesce(w.amount_fen, 0) <> sum(coalesce(p.amount_fen, 0)) ORDER BY 1, 2""",
    ),
    Query(
        "return_elsewhere",
        """SELECT t.agency AS where_1, t.receipt AS where_2, t.payee_account AS account, t.amount_fen FROM receipt_return t
        LEFT JOIN bank_receipt r ON (r.agency, r.receipt, r.amount_fen, r.payer_account) = (t.agency, t.receipt, t.amount_fen, t.payee_account)
        WHERE r.receipt IS NULL ORDER BY 1, 2""",
    ),
    Query(
        "return_two_people",
        """SELECT t.agency AS where_1, t.receipt AS where_2, t.asked_by, e.ended_by FROM receipt_return t
        JOIN receipt_return_end e USING (agency, receipt, attempt) WHERE e.outcome = 'agreed' AND NOT jiexu_two_people(t.asked_by, e.ended_by) ORDER BY 1, 2""",
    ),
    # What the bank sent back and what was booked for it, in all and never without an order.
    Query(
        "returned_differs",
        """WITH said AS (
          SELECT t.agency, sum(t.amount_fen)::bigint AS fen FROM receipt_return t JOIN receipt_return_end e USING (agency, receipt, attempt)
          JOIN receipt_return_answer a USING (agency, receipt, attempt) WHERE e.outcome = 'agreed' AND a.answer = 'confirmed' GROUP BY 1),
        done AS (SELECT agency, sum(amount_fen)::bigint AS fen FROM posting WHERE reason = 'given_back' AND case_no IS NULL GROUP BY 1)
        SELECT coalesce(s.agency, d.agency) AS where_1, coalesce(s.fen, 0) AS returned_fen, coalesce(d.fen, 0) AS booked_fen
        FROM said s FULL JOIN done d ON d.agency = s.agency WHERE coalesce(s.fen, 0) <> coalesce(d.fen, 0) ORDER BY 1""",
    ),
    Query(
        "return_ordered_differs",
        """SELECT coalesce(r.agency, o.agency) AS where_1, coalesce(r.receipt, o.receipt) AS where_2
        FROM (SELECT agency, receipt, attempt FROM receipt_return_end WHERE outcome = 'agreed'
          EXCEPT SELECT agency, receipt, attempt FROM receipt_return_answer) r
        FULL JOIN return_ordered o ON (o.agency, o.receipt, o.attempt) = (r.agency, r.receipt, r.attempt)
        WHERE r.agency IS NULL OR o.agency IS NULL ORDER BY 1, 2""",
    ),
    Query(
        "order_waiting_differs",
        """SELECT coalesce(o.agency, w.agency) AS where_1, coalesce(o.reference, w.reference) AS where_2
        FROM (SELECT agency, reference FROM bank_order EXCEPT SELECT payer, id FROM demo_bank_transfer) o
        FULL JOIN order_waiting w ON (w.agency, w.reference) = (o.agency, o.reference)
        WHERE o.agency IS NULL OR w.agency IS NULL ORDER BY 1, 2""",
    ),
    # What was matched to a case stands on its amounts, or goes back to the payer.
    Query(
        "matched_differs",
        """WITH matched AS (
          SELECT x.agency, x.case_no, sum(r.amount_fen)::bigint AS fen FROM receipt_match x
          JOIN bank_receipt r ON r.agency = x.agency AND r.receipt = x.receipt GROUP BY 1, 2),
        stands AS (
          SELECT agency, case_no, sum(CASE WHEN way = 'back' THEN amount_fen
            WHEN state IN ('credited', 'estate', 'estate_in_doubt', 'estate_paid') THEN least(amount_fen, received_fen) ELSE received_fen END)::bigint AS fen
          FROM money_track WHERE way IN ('in', 'back') GROUP BY 1, 2)
        SELECT coalesce(m.agency, s.agency) AS where_1, coalesce(m.case_no, s.case_no) AS where_2, coalesce(m.fen, 0) AS matched_fen, coalesce(s.fen, 0) AS stands_fen
        FROM matched m FULL JOIN stands s ON s.agency = m.agency AND s.case_no = m.case_no
        WHERE coalesce(m.fen, 0) <> coalesce(s.fen, 0) ORDER BY 1, 2""",
    ),
    # An agency is paid on an account that was approved for it, and whoever paid too much on the account that paid.
    Query(
        "order_elsewhere",
        """SELECT o.agency AS where_1, o.reference AS where_2, o.payee, o.payee_account AS account FROM bank_order o
        JOIN agency a ON a.code = o.payee WHERE NOT EXISTS (
          SELECT 1 FROM agency_account e JOIN agency_account_approval p USING (code, number) WHERE e.code = o.payee AND e.account = o.payee_account)
        ORDER BY 1, 2""",
    ),
    Query(
        "given_back_elsewhere",
        """WITH back AS (
          SELECT agency, case_no, payee_account AS account, sum(amount_fen)::bigint AS fen
          FROM (SELECT DISTINCT agency, case_no, leg, payee_account, amount_fen FROM bank_order WHERE back) o GROUP BY 1, 2, 3),
        came AS (
          SELECT x.agency, x.case_no, r.payer_account AS account, sum(r.amount_fen)::bigint AS fen
          FROM receipt_match x JOIN bank_receipt r ON r.agency = x.agency AND r.receipt = x.receipt GROUP BY 1, 2, 3)
        SELECT b.agency AS where_1, b.case_no AS where_2, b.account, b.fen AS back_fen, coalesce(c.fen, 0) AS came_fen
        FROM back b LEFT JOIN came c ON c.agency = b.agency AND c.case_no = b.case_no AND c.account = b.account
        WHERE b.fen > coalesce(c.fen, 0) ORDER BY 1, 2, 3""",
    ),
    # Two agencies' clearing positions are opposite: what one credited first, the other owes for the same amount.
    Query(
        "clearing_differs",
        """WITH owed AS (
          SELECT agency, credit_key AS other, case_no, leg, sum(amount_fen)::bigint AS fen FROM posting WHERE credit_kind = 'clearing' AND corrects IS NULL GROUP BY 1, 2, 3, 4),
        credited AS (
          SELECT agency, CASE debit_kind WHEN 'clearing' THEN debit_key ELSE credit_key END AS other, case_no, leg,
            sum(CASE debit_kind WHEN 'clearing' THEN amount_fen ELSE -amount_fen END)::bigint AS fen
          FROM posting WHERE debit_kind = 'clearing' OR (credit_kind = 'clearing' AND corrects IS NOT NULL) GROUP BY 1, 2, 3, 4)
        SELECT c.agency AS where_1, c.case_no AS where_2, c.leg AS where_3, c.other, c.fen AS credited_fen, coalesce(o.fen, 0) AS owed_fen
        FROM credited c LEFT JOIN owed o ON o.agency = c.other AND o.other = c.agency AND o.case_no = c.case_no AND o.leg = c.leg
        WHERE c.other = ANY(%(hosted)s) AND c.fen <> coalesce(o.fen, 0) ORDER BY 1, 2, 3""",
    ),
)


def check(cursor: Cursor, hosted: tuple[str, ...], findings: Findings) -> None:
    """Run every query, then put the whole together."""
    for query in QUERIES:
        for row in cursor.execute(query.sql, {"hosted": list(hosted)}):
            where = [row.pop(name) for name in list(row) if name.startswith("where_")]
            if "account" in row:
                row["account"] = masked(atrest.account_if_it_opens(row["account"]))
            findings.add(query.kind, *where, **row)
    _conserved(cursor, findings)
    for table in ("posting", "account", "hold", "bank_order", "bank_receipt"):
        found = cursor.execute(f"SELECT count(*) AS n FROM {table}").fetchone()
        findings.count(f"{table}s", found["n"] if found else 0)


def _conserved(cursor: Cursor, findings: Findings) -> None:
    """Nothing lost or made over all agencies together: people's balances as stored against flows as booked."""
    reasons = [reason for reason in PostingReason if reason is not PostingReason.CORRECTION]
    moved: dict[PostingReason, int] = dict.fromkeys(reasons, 0)
    flows = (
        "SELECT coalesce(o.reason, p.reason) AS reason, sum(CASE WHEN p.corrects IS NULL THEN p.amount_fen ELSE -p.amount_fen END)::bigint AS fen "
        "FROM posting p LEFT JOIN posting o ON o.agency = p.agency AND o.id = p.corrects GROUP BY 1"
    )
    for row in cursor.execute(flows).fetchall():
        if row["reason"] in set(moved):
            moved[PostingReason(row["reason"])] += row["fen"]
    after = _totals(cursor, moved)
    statement = conservation(before=Totals(), after=after, moved=moved)
    if not statement.holds:
        findings.add(
            "money_not_conserved",
            "node",
            difference_fen=statement.difference_fen,
            unbacked_fen=statement.unbacked_fen,
        )
    for name in ("personal", "estate", "receipts", "returned", "on_the_way", "clearing"):
        findings.counted[f"{name}_fen"] = getattr(after, name)
    # Money that no agency's account paid never left another agency, so it is no arrival of what is on the way.
    strange = cursor.execute(
        "SELECT coalesce(sum(r.amount_fen), 0)::bigint AS fen FROM bank_receipt r WHERE r.remark = '' "
        "AND NOT EXISTS (SELECT 1 FROM agency_account a WHERE a.account = r.payer_account) "
        "AND NOT EXISTS (SELECT 1 FROM receipt_split s WHERE (s.agency, s.part_receipt) = (r.agency, r.receipt)) "
        "AND NOT EXISTS (SELECT 1 FROM receipt_return_answer b WHERE (b.agency, b.receipt, b.answer) = (r.agency, r.receipt, 'confirmed'))"
    ).fetchone()
    findings.counted["without_reference_fen"] = strange["fen"] if strange else 0
    findings.counted["on_the_way_fen"] += findings.counted["without_reference_fen"]


def _totals(cursor: Cursor, moved: Mapping[PostingReason, int]) -> Totals:
    row = cursor.execute("SELECT coalesce(sum(balance_fen), 0)::bigint AS fen FROM account").fetchone()
    kinds = cursor.execute(
        f"SELECT kind, sum(fen)::bigint AS fen FROM ({OF_AGENCIES}) s GROUP BY 1"
    ).fetchall()
    held = {each["kind"]: each["fen"] for each in kinds}
    left = moved[PostingReason.PAID_OUT] + moved[PostingReason.SENT_AGAIN] - moved[PostingReason.BOUNCED]
    arrived = moved[PostingReason.RECEIVED] - moved[PostingReason.GIVEN_BACK]
    return Totals(
        personal=row["fen"] if row else 0,
        estate=held.get("estate", 0),
        receipts=held.get("receipts", 0),
        returned=held.get("returned", 0),
        clearing=held.get("clearing", 0),
        bank=-held.get("bank", 0),
        on_the_way=left - arrived,
    )
