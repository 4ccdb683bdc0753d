"""Payments out and receipts in: reviewed batches, the bank's answers, matching by reference.

Every stage finds its work by query, so that a run killed anywhere goes on where it stopped. The bank itself is
behind ``gateways.demo_bank``; what an agency knows of it stands in ``bank_answer`` and ``bank_receipt``.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date

from jiexu.cases.events import (
    BankBounced,
    BankConfirmed,
    BankRejected,
    BatchReviewed,
    BatchSent,
    Event,
    ReceiptMatched,
    RestSent,
)
from jiexu.cases.money_in import OTHER_PAYER, payer_doubt
from jiexu.cases.step import Outcome
from jiexu.gateways.demo_bank import Credit
from jiexu.ledger.accounts import Account, AccountKind
from jiexu.ledger.entries import Posting, PostingReason, posting_id
from jiexu.store import atrest, bulk, steps
from jiexu.store.db import Cursor, Row
from jiexu.store.steps import Entry
from jiexu.usecases.accounts import numbers
from jiexu.usecases.deskwork import BY_HAND
from jiexu.usecases.node import Node
from jiexu.usecases.pages import batched, pages, work_through
from jiexu.usecases.reviewers import SYSTEM, check_reviewer
from jiexu.usecases.straight import LEFT_TO_PEOPLE
from jiexu.usecases.waves import Done, Work, run
from jiexu.values.bank import BankNumberError, validate_account
from jiexu.values.names import same_person

LEGS = (
    "SELECT m.agency, m.case_no, m.leg, m.attempt, m.amount_fen, m.reviewed_by FROM money_track m "
    "WHERE m.is_open AND m.way IN ('out', 'back') AND m.state = %s {more} ORDER BY m.agency, m.case_no, m.leg"
)
STRAIGHT = f"AND NOT EXISTS ({LEFT_TO_PEOPLE.format(of='m')})"
"""Without what people pay by hand."""
Seen = Mapping[tuple[str, int], int]
"""Amounts of a list somebody looked at: by case and number, the version of the file they were read from."""
ANSWERED = (
    "SELECT m.agency, m.case_no, m.leg, m.attempt, a.answer FROM money_track m "
    "JOIN bank_order o ON (o.agency, o.case_no, o.leg, o.attempt) = (m.agency, m.case_no, m.leg, m.attempt) "
    "JOIN bank_answer a ON (a.agency, a.reference) = (o.agency, o.reference)"
)
"""What the bank answered to the orders of amounts."""
Batch = tuple[str, str]
"""Agency, and who reviewed."""
Batches = dict[Batch, list[Row]]


def review_and_send(node: Node, *, day: date, reviewer: str, found: Callable[[Done], None]) -> int:
    """Straight-through: the reviewer looks at every batch (count, sum, list), and it is sent. How many orders were given."""
    review(node, day=day, reviewer=reviewer, found=found, straight=True)
    return send(node, day=day, by=SYSTEM, found=found, straight=True)


def review(
    node: Node,
    *,
    day: date,
    reviewer: str,
    found: Callable[[Done], None],
    agency: str = "",
    seen: Seen | None = None,
    straight: bool = False,
) -> int:
    """A second person reviews what is due for payment, of one agency or of all; how many amounts.

    What this person handled stays for somebody else. ``seen``: exactly these, as far as their files are still those that
    were looked at. ``straight``: without what people pay by hand. Raises ReviewerError where nobody reviews.
    """
    check_reviewer(reviewer)
    due = _legs(node, "bank.review.read", "due", agency, seen=seen, straight=straight)
    asked: Asked = [(row, BatchReviewed(row["leg"], reviewer)) for row in due]
    changed = 0
    for done in _in_turns(node, "bank.review", asked, seen, day=day, actor=reviewer):
        found(done)
        changed += sum(step.outcome is Outcome.DONE for _, step in done.steps)
    return changed


Asked = Sequence[tuple[Row, Event]]
"""What is asked for amounts of a list."""


def _in_turns(
    node: Node, name: str, asked: Asked, seen: Seen | None, *, day: date, actor: str
) -> Iterator[Done]:
    """Run it, amounts of one file after each other where a list was seen.

    Whoever saw two amounts of a file saw both at one version: the second is taken where nothing changed the file since but
    the first of the same press.
    """
    own: Counter[tuple[str, str]] = Counter()
    while asked:
        now: list[Work] = []
        later: list[tuple[Row, Event]] = []
        taken: set[tuple[str, str]] = set()
        for row, event in asked:
            key = row["agency"], row["case_no"]
            if seen is not None and key in taken:
                later.append((row, event))
            else:
                version = None if seen is None else seen[row["case_no"], row["leg"]] + own[key]
                now.append(Work(*key, event, seen=version))
                taken.add(key)
        for page in batched(now):
            done = run(node, name, page, day=day, actor=actor)
            own.update(work.key for work, step in done.steps if step.outcome is Outcome.DONE)
            yield done
        asked = later


def send(
    node: Node,
    *,
    day: date,
    by: str,
    found: Callable[[Done], None],
    agency: str = "",
    reviewer: str = "",
    seen: Seen | None = None,
    straight: bool = False,
) -> int:
    """Finance gives reviewed amounts to the bank, one batch an agency and reviewer; how many orders.

    A batch stands under the name of whoever reviewed its amounts; nobody sends what they reviewed themselves. ``reviewer``:
    only what this person reviewed. ``seen``, ``straight``: as for ``review``.
    """
    due = _legs(node, "bank.send.read", "reviewed", agency, seen=seen, straight=straight)
    batches = _reviewed(due, by=by, reviewer=reviewer)
    begun = _unfinished(node, batches)
    names = {key: begun.get(key) or batch_number(key[0], day, rows) for key, rows in batches.items()}
    make_batches(node, batches, names, day=day, by=by)
    asked: Asked = [
        (row, BatchSent(row["leg"], by, names[key])) for key, rows in batches.items() for row in rows
    ]
    orders = 0
    for done in _in_turns(node, "bank.send", asked, seen, day=day, actor=by):
        found(done)
        orders += sum(len(step.orders) for _, step in done.steps)
    return orders


def _reviewed(due: Sequence[Row], *, by: str, reviewer: str) -> Batches:
    """Reviewed amounts by agency and by who reviewed them, without what ``by`` reviewed."""
    batches: Batches = {}
    for row in due:
        who = row["reviewed_by"]
        if not same_person(who, by) and reviewer in {"", who}:
            batches.setdefault((row["agency"], who), []).append(row)
    return batches


LOOKED_BACK = 60
"""Days before the last batch within which one that was begun is found again: looking through all takes longer each year."""


def _unfinished(node: Node, batches: Batches) -> dict[Batch, str]:
    """Batches of which exactly these orders are still to be given: a run was killed in the middle of them.

    Looked for among the last weeks' batches under the same reviewer's name. One that is older, or of which a part went into a
    later batch, stays short, and ``verify`` tells it.
    """
    # OFFSET 0 keeps each look an index range; joined, PostgreSQL would rather go through all batches ever sent.
    query = (
        "SELECT b.agency, b.batch, b.reviewed_by, b.orders - given.orders AS orders, b.sum_fen - given.fen AS fen "
        "FROM unnest(%s::text[], %s::text[]) AS k(agency, reviewer) "
        "CROSS JOIN LATERAL (SELECT max(sent_on) AS day FROM bank_batch WHERE agency = k.agency AND reviewed_by = k.reviewer) last "
        "CROSS JOIN LATERAL (SELECT * FROM bank_batch WHERE agency = k.agency AND reviewed_by = k.reviewer AND sent_on >= last.day - %s OFFSET 0) b "
        "CROSS JOIN LATERAL (SELECT count(*) AS orders, coalesce(sum(amount_fen), 0)::bigint AS fen FROM bank_order "
        "WHERE (agency, batch) = (b.agency, b.batch)) given WHERE given.orders < b.orders ORDER BY b.sent_on, b.batch"
    )
    if not batches:
        return {}
    keys = sorted(batches)
    agencies = sorted({agency for agency, _ in keys})
    with node.store.transaction("bank.batch.read", agencies) as cursor:
        rows = cursor.execute(
            query, [[agency for agency, _ in keys], [who for _, who in keys], LOOKED_BACK]
        ).fetchall()
    due = {key: (len(legs), sum(leg["amount_fen"] for leg in legs)) for key, legs in batches.items()}
    begun = {}
    for row in rows:
        key = row["agency"], row["reviewed_by"]
        if due.get(key) == (row["orders"], row["fen"]):
            begun[key] = row["batch"]
    return begun


def batch_number(agency: str, day: date, rows: Sequence[Row]) -> str:
    """Derived from what is in the batch, so that making it twice makes it once."""
    content = ",".join(steps.order_reference(row["case_no"], row["leg"], row["attempt"]) for row in rows)
    return f"{agency}-{day:%Y%m%d}-{hashlib.sha256(content.encode()).hexdigest()[:8]}"


def make_batches(node: Node, batches: Batches, names: dict[Batch, str], *, day: date, by: str) -> None:
    """Record batches with count and sum under two names."""
    if not batches:
        return
    rows = [
        (key[0], names[key], day, len(legs), sum(leg["amount_fen"] for leg in legs), by, key[1], day)
        for key, legs in batches.items()
    ]
    with node.store.transaction("bank.batch", sorted({agency for agency, _ in batches})) as cursor:
        columns = ("agency", "batch", "made_on", "orders", "sum_fen", "handled_by", "reviewed_by", "sent_on")
        bulk.insert(cursor, "bank_batch", columns, rows)


def take_answers(node: Node, *, day: date, found: Callable[[Done], None]) -> int:
    """Bring the bank's answers to the files they belong to, under the names of the two people on each amount.

    What a person's own bank gave back comes to an amount that had reached its end already.
    """
    query = (
        f"{ANSWERED} WHERE m.is_open AND (m.state = 'ordered' AND a.answer IN ('confirmed', 'rejected') "
        "OR m.state IN ('settled', 'queried', 'chasing') AND a.answer = 'bounced' OR m.state = 'chasing' AND a.answer = 'rest_sent') "
        f"UNION {ANSWERED} WHERE a.answer = 'bounced' AND m.state = 'to_person' ORDER BY 1, 2, 3"
    )
    works = (
        [Work(row["agency"], row["case_no"], _answer(row)) for row in rows]
        for rows in pages(node, "bank.answers.read", query)
    )
    return work_through(node, "bank.answers", works, day=day, actor="bank", found=found)


def _answer(row: Row) -> Event:
    leg, attempt = row["leg"], row["attempt"]
    match row["answer"]:
        case "confirmed":
            return BankConfirmed(leg, attempt)
        case "rejected":
            return BankRejected(leg, attempt)
        case "bounced":
            return BankBounced(leg, attempt)
        case _:
            return RestSent(leg)


def book_receipts(node: Node, cursor: Cursor, receipts: Sequence[Credit], *, day: date) -> None:
    """Money that arrived, as the bank's statement says. Booked once, whatever it is for."""
    query = "SELECT r.agency, r.receipt FROM bank_receipt r JOIN {keys} ON (r.agency, r.receipt) = (k.agency, k.receipt)"
    rows = bulk.select_keys(cursor, query, [each[:2] for each in receipts], ("agency", "receipt"))
    known = {(row["agency"], row["receipt"]) for row in rows}
    fresh = [(*each[:5], _account(each[5]), day) for each in receipts if each[:2] not in known]
    if not fresh:
        return
    columns = ("agency", "receipt", "amount_fen", "remark", "payer", "payer_account", "received_on")
    sealed = [(*row[:5], atrest.sealed_account(row[5]), row[6]) for row in fresh]
    bulk.insert_all(cursor, "bank_receipt", columns, sealed)
    postings = [
        Posting(
            id=posting_id("received", agency, receipt),
            debit=Account(agency, AccountKind.BANK),
            credit=Account(agency, AccountKind.RECEIPTS),
            amount_fen=fen,
            reason=PostingReason.RECEIVED,
            rule="receipt",
            handled_by="bank",
        )
        for agency, receipt, fen, *_ in fresh
    ]
    steps.book(cursor, [(posting, None) for posting in postings], day)
    entries = [
        Entry(
            row[0],
            "receipt",
            row[1],
            1,
            "Received",
            "bank",
            {"receipt": list(row[1:6]), "posting": steps.posting_content(posting)},
            node.secrets[row[0]].salt,
        )
        for row, posting in zip(fresh, postings, strict=True)
    ]
    steps.journal(cursor, entries, day)


def _account(given: str) -> str:
    """The payer's account as the bank gives it, compact; empty where that is none: one odd line stops no statement."""
    try:
        return validate_account(given)
    except BankNumberError:
        return ""


def match(node: Node, *, day: date, reviewer: str, found: Callable[[Done], None]) -> int:
    """Match receipts to amounts by the reference in their remark and the account that paid; the rest stays with finance."""
    query = (
        "SELECT w.agency, w.receipt, r.amount_fen, r.remark, r.payer_account FROM receipt_waiting w "
        "JOIN bank_receipt r ON (r.agency, r.receipt) = (w.agency, w.receipt) ORDER BY w.agency, w.receipt"
    )
    works = (
        [
            Work(
                row["agency"],
                case_no,
                ReceiptMatched(
                    leg,
                    row["receipt"],
                    row["amount_fen"],
                    atrest.account_of(row["payer_account"]),
                    SYSTEM,
                    reviewer,
                ),
            )
            for row, case_no, leg, _ in referred(node, rows)
        ]
        for rows in pages(node, "bank.match.read", query)
    )
    return work_through(node, "bank.match", works, day=day, actor=SYSTEM, found=found)


def referred(node: Node, receipts: Sequence[Row]) -> Iterator[tuple[Row, str, int, str]]:
    """Receipts whose remark begins with case and number of an amount that is due here, as ``order_reference`` writes it.

    Each with case, number, and the agency from which the amount comes.
    """
    named = [(row, *row["remark"].split("/")[:2]) for row in receipts if "/" in row["remark"]]
    query = (
        "SELECT m.agency, m.case_no, m.leg, f.other FROM money_track m JOIN {keys} ON (m.agency, m.case_no) = (k.agency, k.case_no) "
        "JOIN file f ON (f.agency, f.case_no) = (m.agency, m.case_no) "
        "WHERE m.way = 'in' AND m.state NOT IN ('mode_unknown', 'cleared')"
    )
    keys = sorted({(row["agency"], case_no) for row, case_no, _ in named})
    with node.store.transaction("bank.match.amounts", node.hosted) as cursor:
        amounts = {
            (row["agency"], row["case_no"], str(row["leg"])): row["other"]
            for row in bulk.select_keys(cursor, query, keys, ("agency", "case_no"))
        }
    for row, case_no, leg in named:
        if other := amounts.get((row["agency"], case_no, leg)):
            yield row, case_no, int(leg), other


def why_waiting(node: Node, agency: str, receipts: Sequence[Row], *, day: date | None = None) -> list[str]:
    """Why each of these receipts belongs to no amount yet: a key of the texts, empty where nobody looked at it yet."""
    named = {row["receipt"]: other for row, _, _, other in referred(node, receipts)}
    with node.store.transaction("bank.match.payers", [agency]) as cursor:
        accounts = numbers(cursor, sorted(set(named.values())), day)
    return [
        payer_doubt(row["payer_account"], accounts.get(named[row["receipt"]]))
        if row["receipt"] in named
        else "no_reference"
        for row in receipts
    ]


def match_by_hand(
    node: Node,
    *,
    agency: str,
    receipt: str,
    case_no: str,
    leg: int,
    day: date,
    by: str,
    reviewer: str,
    other_payer: bool = False,
) -> Done | None:
    """A person says which amount a receipt belongs to; None where no such receipt waits.

    ``other_payer``: they say too that it is right although it came from another account than the approved one. Raises
    ReviewerError where nobody else reviews.
    """
    check_reviewer(reviewer, by=by)
    query = (
        "SELECT r.amount_fen, r.payer_account FROM receipt_waiting w JOIN bank_receipt r USING (agency, receipt) "
        "WHERE (r.agency, r.receipt) = (%s, %s)"
    )
    with node.store.transaction("bank.match.find", [agency]) as cursor:
        row = cursor.execute(query, [agency, receipt]).fetchone()
    if row is None:
        return None
    why = OTHER_PAYER if other_payer else BY_HAND
    payer = atrest.account_of(row["payer_account"])
    event = ReceiptMatched(leg, receipt, row["amount_fen"], payer, by, reviewer, why)
    return run(node, "bank.match.by_hand", [Work(agency, case_no, event)], day=day, actor=by)


def _legs(
    node: Node, name: str, state: str, agency: str, *, seen: Seen | None = None, straight: bool = False
) -> list[Row]:
    with node.store.transaction(name, [agency] if agency else node.own) as cursor:
        query = LEGS.format(more=STRAIGHT if straight else "")
        rows = cursor.execute(query, [state]).fetchall()
    return rows if seen is None else [row for row in rows if (row["case_no"], row["leg"]) in seen]
