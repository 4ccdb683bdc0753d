"""The way back of money that belongs to no case: asked by one person, agreed by another, ordered, answered by the bank.

A receipt goes back whole, to the account that paid it. Until the bank confirms, the money stands among what was received;
what the bank refuses waits with finance again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from psycopg.errors import CheckViolation

from jiexu.gateways.demo_bank import Returned
from jiexu.ledger.accounts import Account, AccountKind
from jiexu.ledger.entries import Posting, PostingReason, posting_id
from jiexu.rules.process import R_047
from jiexu.store import atrest, steps
from jiexu.store.db import Cursor, Row
from jiexu.store.steps import Entry
from jiexu.usecases.node import Node
from jiexu.usecases.reviewers import check_handler, check_reviewer
from jiexu.values.errors import ValueFault
from jiexu.values.names import same_person

JOURNAL_KIND: Final = "receipt_return"
ASKED, ENDED, ANSWERED = 1, 2, 3
"""Versions of the three lines about one return."""
WHY = ("no_case", "twice", "meant_for_another")
"""Why a receipt goes back: it belongs to no case, came a second time, or was meant for another agency."""
AGREED, SENT_BACK, TAKEN_BACK = "agreed", "sent_back", "taken_back"


class ReturnError(ValueFault):
    """A receipt that cannot go back so. The sentence says why, and what to do instead."""


@dataclass(frozen=True, slots=True)
class Return:
    """A receipt that somebody asks to send back: in fen, to which account, why. ``attempt``: how often it was asked."""

    receipt: str
    attempt: int
    amount_fen: int
    payee_account: str
    why: str
    asked_by: str
    asked_on: date


ASKED_FOR = (
    "SELECT r.* FROM receipt_return r WHERE r.agency = %s AND NOT EXISTS (SELECT 1 FROM receipt_return_end e "
    "WHERE (e.agency, e.receipt, e.attempt) = (r.agency, r.receipt, r.attempt)) "
)


def waiting(node: Node, agency: str, *, limit: int = 100) -> list[Return]:
    """Returns of a desk that wait for a second person, the first asked first."""
    with node.store.transaction("return.list", [agency]) as cursor:
        rows = cursor.execute(
            ASKED_FOR + "ORDER BY r.asked_on, r.receipt LIMIT %s", [agency, limit]
        ).fetchall()
    return [_return(row) for row in rows]


def ask(node: Node, agency: str, receipt: str, *, why: str, by: str, on: date) -> Return:
    """Ask a second person to let a receipt go back to who paid it. The same one waiting already is answered again.

    Raises ReturnError where it does not wait here, nobody knows who paid it or ``why`` is none of ``WHY``, ReviewerError
    for a nameless handler.
    """
    check_handler(by)
    if why not in WHY:
        raise ReturnError("return_why", "Choose why the money goes back.")
    query = (
        "SELECT r.amount_fen, r.payer_account, (SELECT coalesce(max(b.attempt), 0) + 1 FROM receipt_return b "
        "WHERE (b.agency, b.receipt) = (r.agency, r.receipt)) AS attempt "
        "FROM receipt_waiting w JOIN bank_receipt r USING (agency, receipt) WHERE (r.agency, r.receipt) = (%s, %s)"
    )
    with node.store.transaction("return.ask", [agency]) as cursor:
        _alone(cursor, agency, receipt)
        row = cursor.execute(query, [agency, receipt]).fetchone()
        if row is None:
            raise _gone(receipt)
        if not row["payer_account"]:
            raise ReturnError(
                "return_payer_unnamed",
                "The bank does not say who paid receipt {receipt}; ask the bank for the account first.",
                receipt=receipt,
            )
        waits = cursor.execute(ASKED_FOR + "AND r.receipt = %s", [agency, receipt]).fetchone()
        if waits is not None:
            return _return(waits)
        payer = atrest.account_of(row["payer_account"])
        asked = Return(receipt, row["attempt"], row["amount_fen"], payer, why, by, on)
        cursor.execute(
            "INSERT INTO receipt_return (agency, receipt, attempt, amount_fen, payee_account, why, asked_by, asked_on) "
            "VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
            [agency, receipt, asked.attempt, asked.amount_fen, row["payer_account"], why, by, on],
        )
        line = asked_content(asked.amount_fen, asked.payee_account, why, by, on)
        _line(node, cursor, agency, (receipt, asked.attempt), ASKED, "ReturnAsked", by, line, on)
    return asked


def agree(node: Node, agency: str, receipt: str, *, attempt: int, by: str, on: date) -> Return:
    """The second person agrees: the bank has the order to pay the receipt back.

    Raises ReturnError where nothing waits under that number any more or the receipt found its amount meanwhile,
    ReviewerError where the first person reviews.
    """
    return _end(node, agency, receipt, attempt, AGREED, "", by=by, on=on)


def send_back(node: Node, agency: str, receipt: str, *, attempt: int, by: str, on: date, why: str) -> Return:
    """The second person does not agree; the receipt stays with finance. Raises as ``agree``, and without a reason."""
    if not why.strip():
        raise ReturnError("return_said", "Say why it does not go back; the first person reads it.")
    return _end(node, agency, receipt, attempt, SENT_BACK, why.strip(), by=by, on=on)


def take_back(node: Node, agency: str, receipt: str, *, attempt: int, by: str, on: date) -> Return:
    """The first person takes back what they asked. Raises ReturnError where another asked or nothing waits."""
    return _end(node, agency, receipt, attempt, TAKEN_BACK, "", by=by, on=on)


def _end(
    node: Node, agency: str, receipt: str, attempt: int, outcome: str, said: str, *, by: str, on: date
) -> Return:
    with node.store.transaction("return.end", [agency]) as cursor:
        _alone(cursor, agency, receipt)
        row = cursor.execute(
            ASKED_FOR + "AND (r.receipt, r.attempt) = (%s, %s)", [agency, receipt, attempt]
        ).fetchone()
        if row is None:
            raise _gone(receipt)
        asked = _return(row)
        if outcome != TAKEN_BACK:
            check_reviewer(by, by=asked.asked_by)
        elif not same_person(by, asked.asked_by):
            raise ReturnError(
                "return_not_yours", "{name} asked for this; only they take it back.", name=asked.asked_by
            )
        try:
            cursor.execute(
                "INSERT INTO receipt_return_end (agency, receipt, attempt, outcome, said, ended_by, ended_on) "
                "VALUES (%s, %s, %s, %s, %s, %s, %s)",
                [agency, receipt, attempt, outcome, said, by, on],
            )
        except CheckViolation as error:
            if error.diag.constraint_name == "receipt_waits":
                raise _gone(receipt) from error
            raise
        _line(
            node,
            cursor,
            agency,
            (receipt, attempt),
            ENDED,
            "ReturnEnded",
            by,
            ended_content(outcome, said, by, on),
            on,
        )
    return asked


def take_answers(node: Node, cursor: Cursor, answers: Sequence[Returned], *, day: date) -> int:
    """What the bank did with returns: noted, and what it paid is booked, under the two names on each. How many were new."""
    done = 0
    for agency, receipt, attempt, answer in answers:
        row = cursor.execute(
            "SELECT r.amount_fen, r.asked_by, e.ended_by FROM return_ordered o JOIN receipt_return r USING (agency, receipt, attempt) "
            "JOIN receipt_return_end e USING (agency, receipt, attempt) WHERE (o.agency, o.receipt, o.attempt) = (%s, %s, %s)",
            [agency, receipt, attempt],
        ).fetchone()
        if row is None:
            continue
        cursor.execute(
            "INSERT INTO receipt_return_answer (agency, receipt, attempt, answer, answered_on) VALUES (%s, %s, %s, %s, %s)",
            [agency, receipt, attempt, answer, day],
        )
        _line(
            node,
            cursor,
            agency,
            (receipt, attempt),
            ANSWERED,
            "ReturnAnswered",
            "bank",
            answered_content(answer, day),
            day,
        )
        if answer == "confirmed":
            _book(node, cursor, agency, receipt, attempt, row, day)
        done += 1
    return done


def _book(node: Node, cursor: Cursor, agency: str, receipt: str, attempt: int, row: Row, day: date) -> None:
    posting = Posting(
        id=posting_id("returned", agency, receipt, attempt),
        debit=Account(agency, AccountKind.RECEIPTS),
        credit=Account(agency, AccountKind.BANK),
        amount_fen=row["amount_fen"],
        reason=PostingReason.GIVEN_BACK,
        rule=R_047.id,
        handled_by=row["asked_by"],
        reviewed_by=row["ended_by"],
    )
    steps.book(cursor, [(posting, None)], day)
    content = steps.posting_content(posting)
    entry = Entry(
        agency,
        "statement",
        posting.id,
        1,
        posting.reason.value,
        row["asked_by"],
        content,
        node.secrets[agency].salt,
    )
    steps.journal(cursor, [entry], day)


def asked_content(amount_fen: int, account: str, why: str, by: str, on: date) -> list[object]:
    """What the journal hashes of an ask."""
    return [amount_fen, account, why, by, on.isoformat()]


def ended_content(outcome: str, said: str, by: str, on: date) -> list[object]:
    """What the journal hashes of an end."""
    return [outcome, said, by, on.isoformat()]


def answered_content(answer: str, on: date) -> list[object]:
    """What the journal hashes of the bank's answer."""
    return [answer, on.isoformat()]


def line_ref(receipt: str, attempt: int) -> str:
    """What the journal's lines about one return speak of."""
    return f"{receipt}~{attempt}"


def _line(
    node: Node,
    cursor: Cursor,
    agency: str,
    which: tuple[str, int],
    version: int,
    event: str,
    by: str,
    content: list[object],
    day: date,
) -> None:
    entry = Entry(
        agency, JOURNAL_KIND, line_ref(*which), version, event, by, content, node.secrets[agency].salt
    )
    steps.journal(cursor, [entry], day)


def _alone(cursor: Cursor, agency: str, receipt: str) -> None:
    """One answer about one receipt's return at a time."""
    cursor.execute(
        "SELECT pg_advisory_xact_lock(hashtextextended('jiexu return ' || %s || ' ' || %s, 0))",
        [agency, receipt],
    )


def _gone(receipt: str) -> ReturnError:
    return ReturnError(
        "return_gone",
        "Receipt {receipt} does not wait here: it found its amount, was split or sent back, or somebody has answered.",
        receipt=receipt,
    )


def _return(row: Row) -> Return:
    return Return(
        row["receipt"],
        row["attempt"],
        row["amount_fen"],
        atrest.account_of(row["payee_account"]),
        row["why"],
        row["asked_by"],
        row["asked_on"],
    )
