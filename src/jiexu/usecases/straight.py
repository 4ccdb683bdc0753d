"""Straight-through work: what an agency does without a hand where nothing is in doubt.

Work is found by query, ordered by key and done in waves; whatever needs a person (an unknown mode, an estate, a
consent) is left lying with its holder and date. So is a case that was left to people (``by_hand``).
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date

from jiexu.cases.events import (
    CreditReviewed,
    Event,
    FormIssued,
    OrderedAgain,
    QueryAnswered,
    TakenIn,
)
from jiexu.store import bulk
from jiexu.store.db import Row
from jiexu.usecases.node import Node
from jiexu.usecases.pages import pages, work_through
from jiexu.usecases.reviewers import SYSTEM
from jiexu.usecases.waves import Done, Work


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of work: its name, the query that finds it, and the event it makes of a row."""

    name: str
    query: str
    event: Callable[[Row, str], Event]


LEFT_TO_PEOPLE = "SELECT 1 FROM by_hand h WHERE (h.agency, h.case_no) = ({of}.agency, {of}.case_no)"
"""Whether a case is done by hand here; goes in a NOT EXISTS."""
RECORD = (
    "SELECT f.agency, f.case_no FROM file f WHERE f.record_open AND f.record_state = '{state}' AND f.side = '{side}' AND f.withdrawing IS NULL {more} "
    f"AND NOT EXISTS ({LEFT_TO_PEOPLE.format(of='f')}) ORDER BY f.agency, f.case_no"
)
MONEY = (
    "SELECT m.agency, m.case_no, m.leg, m.amount_fen, m.received_fen FROM money_track m JOIN file f USING (agency, case_no) "
    "WHERE m.is_open AND m.way = '{way}' AND {which} "
    f"AND NOT EXISTS ({LEFT_TO_PEOPLE.format(of='m')}) ORDER BY m.agency, m.case_no, m.leg"
)

KINDS = (
    Kind(
        "straight.issue_form",
        RECORD.format(state="accepted", side="origin", more="AND f.record_handing_over IS NULL"),
        lambda row, who: FormIssued(SYSTEM, who),
    ),
    Kind(
        "straight.correct_form",
        RECORD.format(state="form_disputed", side="origin", more=""),
        lambda row, who: FormIssued(SYSTEM, who),
    ),
    Kind(
        "straight.take_in",
        RECORD.format(state="form_received", side="destination", more=""),
        lambda row, who: TakenIn(SYSTEM, who),
    ),
    Kind(
        "straight.order_again",
        MONEY.format(way="out", which="m.state IN ('residual', 'returned', 'held_back')"),
        lambda row, who: OrderedAgain(row["leg"], SYSTEM),
    ),
    Kind(
        "straight.give_back_again",
        MONEY.format(way="back", which="m.state = 'held_back'"),
        lambda row, who: OrderedAgain(row["leg"], SYSTEM),
    ),
    Kind(
        "straight.credit_cleared",
        MONEY.format(way="in", which="m.state = 'cleared'"),
        lambda row, who: CreditReviewed(row["leg"], SYSTEM, who),
    ),
    Kind(
        "straight.credit_confirmed",
        MONEY.format(way="in", which="m.state = 'settled' AND m.received_fen >= m.amount_fen"),
        lambda row, who: CreditReviewed(row["leg"], SYSTEM, who),
    ),
    Kind(
        "straight.answer_query",
        MONEY.format(way="out", which="m.state = 'queried'"),
        lambda row, who: QueryAnswered(row["leg"], short=row["received_fen"] < row["amount_fen"]),
    ),
)


def leave_to_people(node: Node, cases: Collection[tuple[str, str]], *, since: date) -> None:
    """From a day on straight-through work leaves these cases lying at these desks (agency and case number)."""
    rows = [(agency, number, since) for agency, number in cases]
    with node.store.transaction("straight.by_hand", sorted({agency for agency, _ in cases})) as cursor:
        bulk.insert(cursor, "by_hand", ("agency", "case_no", "since"), rows)


def work(node: Node, kind: Kind, *, day: date, reviewer: str, found: Callable[[Done], None]) -> int:
    """One pass over one kind; how many pieces of work changed something."""
    works = (
        [Work(row["agency"], row["case_no"], kind.event(row, reviewer)) for row in rows]
        for rows in pages(node, f"{kind.name}.read", kind.query)
    )
    return work_through(node, kind.name, works, day=day, actor=SYSTEM, found=found)
