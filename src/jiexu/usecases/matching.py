"""Money that arrived at a desk: what found its amount and why, what waits, what may be proposed, and matching by hand.

Matching by hand takes two people: finance asks, a reviewer agrees (``reviews``), receipt by receipt. One receipt over
several people is first split into parts that make up the whole; splitting moves nothing, and each part is asked for by itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from psycopg.errors import CheckViolation

from jiexu.cases.money_in import OTHER_PAYER, payer_doubt
from jiexu.cases.suggest import Came, Expected, Suggestion, named, suggest
from jiexu.rules.clocks import promise_due
from jiexu.store import atrest, bulk, steps
from jiexu.store.db import Cursor, Row
from jiexu.store.steps import Entry
from jiexu.usecases import banking, reviews
from jiexu.usecases.accounts import numbers
from jiexu.usecases.deskwork import BY_HAND, Verb
from jiexu.usecases.node import Node
from jiexu.usecases.reviewers import check_handler
from jiexu.values.errors import ValueFault
from jiexu.values.money import format_yuan

JOURNAL_KIND: Final = "receipt_split"
SHOWN = 100
"""Receipts of one page; the next begins after the last of this one."""
LATEST = 30
"""Of what was matched or sent back, the newest."""
MOST_EXPECTED = 2000
"""Amounts looked through for one page's proposals."""


class MatchError(ValueFault):
    """A receipt that cannot be matched so. The sentence says why, and what to do instead; nothing was done."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A receipt that belongs to no amount yet: why, until when finance asks about it, and what may be proposed."""

    receipt: str
    amount_fen: int
    remark: str
    payer: str
    payer_account: str
    received_on: date
    why: str
    due_on: date
    suggestion: Suggestion
    asked: bool
    whole: str

    @property
    def key(self) -> str:
        """From where the next page goes on."""
        return f"{self.received_on.isoformat()}.{self.receipt}"


@dataclass(frozen=True, slots=True)
class Matched:
    """A receipt that found its amount. ``why``: ``reference`` by itself, ``by_hand`` or ``other_payer`` by two people."""

    receipt: str
    case_no: str
    leg: int
    name: str
    amount_fen: int
    why: str
    handled_by: str
    reviewed_by: str
    matched_on: date


@dataclass(frozen=True, slots=True)
class GoneBack:
    """A receipt on its way back, or gone. ``state``: ordered, confirmed, rejected, sent_back or taken_back; ``said``: why not."""

    receipt: str
    amount_fen: int
    payee_account: str
    state: str
    said: str
    on: date


@dataclass(frozen=True, slots=True)
class CameBack:
    """An amount of ours that came back or was taken out: it is paid again, or decided otherwise."""

    case_no: str
    leg: int
    name: str
    amount_fen: int
    state: str


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything finance looks at. ``after``: key of the next page of waiting receipts."""

    waiting: tuple[Waiting, ...]
    count: int
    after: str
    matched: tuple[Matched, ...]
    gone_back: tuple[GoneBack, ...]
    came_back: tuple[CameBack, ...]


QUEUE = """
  SELECT r.*, coalesce(s.receipt, '') AS whole, w.n FROM (
    SELECT r.receipt, count(*) OVER () AS n FROM receipt_waiting w JOIN bank_receipt r USING (agency, receipt) WHERE w.agency = %(agency)s) w
  JOIN bank_receipt r ON r.agency = %(agency)s AND r.receipt = w.receipt
  LEFT JOIN receipt_split s ON (s.agency, s.part_receipt) = (r.agency, r.receipt)
  WHERE (r.received_on, r.receipt) > (%(on)s, %(no)s) AND (%(one)s = '' OR r.receipt = %(one)s)
  ORDER BY r.received_on, r.receipt LIMIT %(size)s
"""
EXPECTED = """
  SELECT m.case_no, m.leg, m.amount_fen - m.received_fen AS missing_fen, f.name, f.other FROM money_track m
  JOIN file f ON (f.agency, f.case_no) = (m.agency, m.case_no)
  WHERE m.agency = %(agency)s AND m.is_open AND m.way = 'in' AND m.state IN ('awaited', 'settled', 'mismatch')
    AND m.amount_fen > m.received_fen AND (m.amount_fen - m.received_fen = ANY(%(fens)s) OR m.case_no = ANY(%(named)s) OR f.other IN (
      SELECT e.code FROM agency_account e WHERE e.account = ANY(%(accounts)s)))
  ORDER BY m.case_no, m.leg LIMIT %(most)s
"""
MATCHED = """
  SELECT x.*, r.amount_fen, f.name FROM receipt_match x JOIN bank_receipt r USING (agency, receipt)
  JOIN file f ON (f.agency, f.case_no) = (x.agency, x.case_no) WHERE x.agency = %s ORDER BY x.matched_on DESC, x.receipt LIMIT %s
"""
GONE_BACK = """
  SELECT r.receipt, r.amount_fen, r.payee_account, e.said, coalesce(a.answer, CASE e.outcome WHEN 'agreed' THEN 'ordered' ELSE e.outcome END) AS state,
    coalesce(a.answered_on, e.ended_on) AS day
  FROM receipt_return r JOIN receipt_return_end e USING (agency, receipt, attempt) LEFT JOIN receipt_return_answer a USING (agency, receipt, attempt)
  WHERE r.agency = %s ORDER BY day DESC, r.receipt, r.attempt DESC LIMIT %s
"""
CAME_BACK = """
  SELECT m.case_no, m.leg, f.name, m.amount_fen, m.state FROM money_track m JOIN file f USING (agency, case_no)
  WHERE m.agency = %s AND m.is_open AND m.way IN ('out', 'back') AND m.state IN ('returned', 'held_back', 'residual') ORDER BY m.due_on, m.case_no, m.leg LIMIT %s
"""


def desk(node: Node, agency: str, *, day: date, after: str = "") -> Desk:
    """What waits at a desk, oldest first, and what became of the rest lately. ``after``: key of the last row seen."""
    with node.store.transaction("matching.desk", [agency]) as cursor:
        rows = _queue(cursor, agency, after=after)
        amounts = _expected(cursor, agency, rows, day)
        asked = _asked(cursor, agency)
        matched = cursor.execute(MATCHED, [agency, LATEST]).fetchall()
        gone = [
            {**row, "payee_account": atrest.account_of(row["payee_account"])}
            for row in cursor.execute(GONE_BACK, [agency, LATEST])
        ]
        came = cursor.execute(CAME_BACK, [agency, SHOWN]).fetchall()
    waiting = _waiting(node, agency, rows, amounts, asked, day)
    return Desk(
        waiting[:SHOWN],
        rows[0]["n"] if rows else 0,
        waiting[SHOWN - 1].key if len(waiting) > SHOWN else "",
        tuple(
            Matched(*(row[name] for name in ("receipt", "case_no", "leg", "name", "amount_fen", "why", "handled_by", "reviewed_by", "matched_on")))
            for row in matched
        ),
        tuple(GoneBack(*(row[name] for name in ("receipt", "amount_fen", "payee_account", "state", "said", "day"))) for row in gone),
        tuple(CameBack(*(row[name] for name in ("case_no", "leg", "name", "amount_fen", "state"))) for row in came),
    )  # fmt: skip


def one(node: Node, agency: str, receipt: str, *, day: date) -> Waiting | None:
    """One receipt that waits at a desk; None where it does not."""
    with node.store.transaction("matching.one", [agency]) as cursor:
        rows = _queue(cursor, agency, one=receipt) if receipt else []
        amounts = _expected(cursor, agency, rows, day)
        asked = _asked(cursor, agency)
    return next(iter(_waiting(node, agency, rows, amounts, asked, day)), None)


def _queue(cursor: Cursor, agency: str, *, after: str = "", one: str = "") -> list[Row]:
    day, _, number = after.partition(".")
    try:
        on = date.fromisoformat(day)
    except ValueError:
        on, number = date.min, ""
    given = {"agency": agency, "on": on, "no": number, "one": one, "size": SHOWN + 1}
    return [
        {**row, "payer_account": atrest.account_of(row["payer_account"])}
        for row in cursor.execute(QUEUE, given)
    ]


def _asked(cursor: Cursor, agency: str) -> frozenset[str]:
    """Receipts about which a second person is asked already."""
    query = (
        "SELECT r.word FROM review r WHERE r.agency = %s AND r.verb = 'match_receipt' AND NOT EXISTS ("
        "SELECT 1 FROM review_end e WHERE (e.agency, e.id) = (r.agency, r.id)) "
        "UNION ALL SELECT ':' || r.receipt FROM receipt_return r WHERE r.agency = %s AND NOT EXISTS ("
        "SELECT 1 FROM receipt_return_end e WHERE (e.agency, e.receipt, e.attempt) = (r.agency, r.receipt, r.attempt))"
    )
    return frozenset(row["word"].partition(":")[2] for row in cursor.execute(query, [agency, agency]))


def _expected(cursor: Cursor, agency: str, rows: Sequence[Row], day: date) -> list[Expected]:
    """Amounts that any of these receipts may belong to, each with the account its agency pays from."""
    if not rows:
        return []
    given = {
        "agency": agency,
        "fens": [row["amount_fen"] for row in rows],
        "named": sorted({word for row in rows for word in named(row["remark"])}),
        "accounts": sorted(
            {atrest.sealed_account(row["payer_account"]) for row in rows if row["payer_account"]}
        ),
        "most": MOST_EXPECTED,
    }
    found = cursor.execute(EXPECTED, given).fetchall()
    accounts = numbers(cursor, sorted({row["other"] for row in found}), day)
    return [
        Expected(row["case_no"], row["leg"], row["missing_fen"], row["name"], accounts.get(row["other"], ""))
        for row in found
    ]


def _waiting(
    node: Node,
    agency: str,
    rows: Sequence[Row],
    amounts: Sequence[Expected],
    asked: frozenset[str],
    day: date,
) -> tuple[Waiting, ...]:
    whys = banking.why_waiting(node, agency, rows, day=day)
    return tuple(
        Waiting(
            row["receipt"],
            row["amount_fen"],
            row["remark"],
            row["payer"],
            row["payer_account"],
            row["received_on"],
            why,
            promise_due(
                what="unmatched",
                start=row["received_on"],
                calendar=node.calendar,
                policy=node.policy,
                area=agency,
            ).on,
            suggest(Came(row["amount_fen"], row["remark"], row["payer_account"]), amounts),
            row["receipt"] in asked,
            row["whole"],
        )
        for row, why in zip(rows, whys, strict=True)
    )


# ---------------------------------------------------------------- matching by hand

Choice = tuple[str, int]
"""Case and number of an amount."""
CHOSEN = (
    "SELECT m.case_no, m.leg, greatest(m.amount_fen - m.received_fen, 0) AS missing_fen, m.state, f.other FROM money_track m "
    "JOIN file f ON (f.agency, f.case_no) = (m.agency, m.case_no) JOIN {keys} ON (m.case_no, m.leg::text) = (k.case_no, k.leg) "
    "WHERE m.way = 'in' AND m.state NOT IN ('mode_unknown', 'cleared')"
)


def ask(
    node: Node,
    agency: str,
    receipt: str,
    choices: Sequence[Choice],
    *,
    by: str,
    on: date,
    other_payer: bool = False,
) -> list[str]:
    """Ask a second person to agree that a receipt belongs to these amounts; the reviews' ids, one an amount.

    One amount takes the receipt whole, whatever is missing of it: a difference is asked about at the origin (R-048).
    Several take what is missing of each; what is left over stays a part that waits. ``other_payer``: the money is right
    although another account paid it. Raises MatchError and ReviewError where that cannot be, ReviewerError for a nameless
    handler; nothing was split or asked then.
    """
    check_handler(by)
    wanted = list(dict.fromkeys(choices))
    with node.store.transaction("matching.chosen", [agency]) as cursor:
        came = next(iter(_queue(cursor, agency, one=receipt)), None) if receipt else None
        if came is None:
            raise MatchError(
                "match_gone",
                "Receipt {receipt} does not wait here; it was matched, split or sent back.",
                receipt=receipt,
            )
        if receipt in _asked(cursor, agency):
            raise MatchError(
                "match_asked",
                "A colleague is asked about receipt {receipt} already; that is answered first.",
                receipt=receipt,
            )
        rows = bulk.select_keys(
            cursor, CHOSEN, [(case_no, str(leg)) for case_no, leg in wanted], ("case_no", "leg")
        )
        found = {(row["case_no"], row["leg"]): row for row in rows}
        accounts = numbers(cursor, sorted({row["other"] for row in rows}), on)
    _check(came, wanted, found, accounts, other_payer=other_payer)
    parts = _parts(came["amount_fen"], [found[each]["missing_fen"] for each in wanted])
    names = [receipt] if len(wanted) == 1 else split(node, agency, receipt, parts, by=by, on=on)
    return [
        reviews.ask(
            node, agency, case_no, Verb.MATCH_RECEIPT, by=by, on=on, leg=leg, amount_fen=fen,
            word=f"{OTHER_PAYER if other_payer else BY_HAND}:{name}",
        )
        for (case_no, leg), name, fen in zip(wanted, names, parts, strict=False)
    ]  # fmt: skip


def _check(
    came: Row,
    wanted: Sequence[Choice],
    found: Mapping[Choice, Row],
    accounts: Mapping[str, str],
    *,
    other_payer: bool,
) -> None:
    """Raise MatchError where these amounts cannot take the receipt."""
    if not wanted:
        raise MatchError("match_nothing", "Choose an amount, or write a case number.")
    for case_no, leg in wanted:
        if (case_no, leg) not in found:
            raise MatchError(
                "match_no_amount",
                "Case {case_no} has no amount {leg} that money may come for at this desk.",
                case_no=case_no,
                leg=leg,
            )
        doubt = payer_doubt(
            came["payer_account"],
            accounts.get(found[case_no, leg]["other"]),
            why=OTHER_PAYER if other_payer else BY_HAND,
        )
        if doubt == "payer_unnamed":
            raise MatchError(
                "match_payer_unnamed",
                "The bank does not say who paid this; ask the bank for the account first.",
            )
        if doubt:
            raise MatchError(
                "match_other_payer",
                "The other agency of case {case_no} pays from another account than the one that paid this. Where the money is right all the same, say so below.",
                case_no=case_no,
            )
    total = sum(found[each]["missing_fen"] for each in wanted)
    if len(wanted) > 1 and (
        total > came["amount_fen"] or any(not found[each]["missing_fen"] for each in wanted)
    ):
        raise MatchError(
            "match_sum",
            "The chosen amounts still miss {total} yuan together, and the receipt is {came}; choose fewer.",
            total=format_yuan(total),
            came=format_yuan(came["amount_fen"]),
        )


def _parts(whole: int, missing: Sequence[int]) -> list[int]:
    """What each amount gets, in fen: the whole for one, what is missing for several, and last what is left over."""
    if len(missing) == 1:
        return [whole]
    rest = whole - sum(missing)
    return [*missing, rest] if rest else list(missing)


def split(node: Node, agency: str, receipt: str, parts: Sequence[int], *, by: str, on: date) -> list[str]:
    """Split a receipt that waits into parts in fen; their names. Moves nothing: each part waits as the whole did.

    Raises MatchError where it does not wait any more or the parts, two or more, are not exactly the whole.
    """
    check_handler(by)
    names = [f"{receipt}+{number}" for number in range(1, len(parts) + 1)]
    rows = [
        (agency, receipt, number, name, fen, by, on)
        for number, (name, fen) in enumerate(zip(names, parts, strict=True), start=1)
    ]
    columns = ("agency", "receipt", "part", "part_receipt", "amount_fen", "split_by", "split_on")
    try:
        with node.store.transaction("matching.split", [agency]) as cursor:
            bulk.insert_all(cursor, "receipt_split", columns, rows)
            content = split_content([(name, fen) for name, fen in zip(names, parts, strict=True)], by, on)
            entry = Entry(
                agency, JOURNAL_KIND, receipt, 1, "ReceiptSplit", by, content, node.secrets[agency].salt
            )
            steps.journal(cursor, [entry], on)
    except (CheckViolation, bulk.NotNewError) as error:
        raise MatchError(
            "match_split",
            "Receipt {receipt} waits no more, or these parts are not exactly the whole of it.",
            receipt=receipt,
        ) from error
    return names


def split_content(parts: Sequence[tuple[str, int]], by: str, on: date) -> list[object]:
    """What the journal hashes of a split."""
    return [[list(part) for part in parts], by, on.isoformat()]
