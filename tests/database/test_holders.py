"""Promise 2 beyond the tracks: a case that stands alone, a receipt of nobody, a message not taken: each has a holder and a day."""

from __future__ import annotations

import pytest
from store_cast import CHENGDU, MONDAY, QUJING, asks, lives

from jiexu.cases.events import DayBegan
from jiexu.gateways.demo_bank import Fault
from jiexu.gateways.postgres.roles import Connections
from jiexu.usecases import bankday, caseview, reading
from jiexu.usecases.applications import take
from jiexu.usecases.bankfaults import BankEvent
from jiexu.usecases.inbox import inbox, unmatched, untaken
from jiexu.usecases.node import Node
from jiexu.usecases.people import load_people
from jiexu.usecases.receiving import Delivery, receive
from jiexu.usecases.sight import Work
from jiexu.usecases.waves import _stands_alone


@pytest.fixture
def stuck(node: Node) -> str:
    """A case one step of which could not be done, neither with others nor alone."""
    load_people(node, lives(1), day=MONDAY, actor="test")
    number = take(node, [asks(1)], day=MONDAY, actor="applicant")[0].case_no
    _stands_alone(node, "wave", Work(CHENGDU, number, DayBegan()), "SomeError: what it said", day=MONDAY)
    return number


def test_a_case_that_stands_alone_lies_with_a_clerk_until_a_day(node: Node, stuck: str) -> None:
    (row,) = [each for each in inbox(node, CHENGDU) if each["state"] == "stuck"]
    assert (row["case_no"], row["holder"], row["due_on"].isoformat()) == (stuck, "clerk", "2026-11-24")


def test_whoever_looks_at_the_case_sees_that_too(node: Node, stuck: str, database: Connections) -> None:
    seen = caseview.look(node, stuck)
    assert seen is not None
    assert [(row["agency"], row["holder"], row["due_on"].isoformat()) for row in seen.stuck] == [
        (CHENGDU, "clerk", "2026-11-24")
    ]
    reader = reading.open_reader(database.desk)
    page = reading.case(reader, case_no=stuck)
    reader.close()
    assert [(each.held.role, each.held.side, each.held.place.code) for each in page.stuck] == [
        ("clerk", "destination", CHENGDU)
    ]
    assert page.stuck[0].due.on.isoformat() == "2026-11-24"


def test_a_step_that_failed_where_no_file_is_yet_is_seen_by_whoever_looks_at_the_case(
    node: Node, database: Connections
) -> None:
    load_people(node, lives(1), day=MONDAY, actor="test")
    number = take(node, [asks(1)], day=MONDAY, actor="applicant")[0].case_no
    _stands_alone(node, "wave", Work(QUJING, number, DayBegan()), "SomeError: what it said", day=MONDAY)
    reader = reading.open_reader(database.desk)
    page = reading.case(reader, case_no=number)
    reader.close()
    assert [(each.held.side, each.held.place.code) for each in page.stuck] == [("origin", QUJING)]


def test_a_receipt_of_nobody_lies_with_finance_until_a_day(node: Node) -> None:
    strange = BankEvent("row-2", MONDAY, Fault.NONE, destination=QUJING, arrives_fen=700)
    bankday.statement_in(node, day=MONDAY, strange=[strange])
    (row,) = unmatched(node, QUJING)
    assert (row["holder"], row["due_on"].isoformat(), row["due_kind"]) == (
        "finance",
        "2026-11-26",
        "promise",
    )
    assert unmatched(node, CHENGDU) == []


def test_what_could_not_be_taken_lies_with_a_clerk_until_a_day(node: Node) -> None:
    receive(node, [Delivery(QUJING, b"no delivery at all")], day=MONDAY)
    (row,) = untaken(node, QUJING)
    assert (row["holder"], row["due_on"].isoformat(), row["due_kind"]) == ("clerk", "2026-11-25", "promise")
