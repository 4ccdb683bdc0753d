"""After a death that another agency tells, no fen moves by itself: two people at the desk set it aside, then pay it out."""

from __future__ import annotations

from datetime import timedelta

import pytest
from store_cast import MONDAY, QUJING, REVIEWER, asks, lives

from jiexu.store.db import Row
from jiexu.usecases import banking, delivery, straight
from jiexu.usecases.applications import take
from jiexu.usecases.deskwork import DeskEvent, Verb, perform
from jiexu.usecases.inbox import inbox
from jiexu.usecases.node import Node
from jiexu.usecases.people import load_people
from jiexu.usecases.reviewers import ReviewerError
from jiexu.usecases.verifying import verify
from jiexu.usecases.waves import Done

TUESDAY = MONDAY + timedelta(days=1)


def nothing(done: Done) -> None:
    """Nobody listens."""


def does(node: Node, number: str, verb: Verb, *, by: str = "财务甲", reviewer: str = REVIEWER) -> str:
    event = DeskEvent(verb.value, TUESDAY, verb, number)
    said = perform(node, "", [event], day=TUESDAY, by=by, reviewer=reviewer, found=nothing)[verb.value]
    delivery.carry(node, day=TUESDAY)
    return said


def everything_that_goes_by_itself(node: Node) -> None:
    for kind in straight.KINDS:
        straight.work(node, kind, day=TUESDAY, reviewer=REVIEWER, found=nothing)
    banking.review_and_send(node, day=TUESDAY, reviewer=REVIEWER, found=nothing)
    banking.match(node, day=TUESDAY, reviewer=REVIEWER, found=nothing)
    delivery.carry(node, day=TUESDAY)


def read(node: Node, query: str, *values: object) -> list[Row]:
    with node.store.transaction("test.read", [QUJING]) as cursor:
        return cursor.execute(query, values).fetchall()


def postings(node: Node) -> list[tuple[str, str, str]]:
    query = "SELECT reason, handled_by, reviewed_by FROM posting WHERE case_no IS NOT NULL ORDER BY reason"
    return [tuple(row.values()) for row in read(node, query)]


@pytest.fixture
def told(node: Node) -> str:
    """A case whose form is issued; Chengdu learned of the death and told Qujing, where the money still is."""
    load_people(node, lives(1), day=MONDAY, actor="test")
    number = take(node, [asks(1)], day=MONDAY, actor="applicant")[0].case_no
    delivery.carry(node, day=MONDAY)
    assert does(node, number, Verb.ISSUE_FORM) == "done"
    assert does(node, number, Verb.DEATH, by="窗口李") == "done"
    return number


def test_the_money_waits_with_finance_until_a_day_and_nothing_moves_it_but_two_people(
    node: Node, told: str
) -> None:
    everything_that_goes_by_itself(node)
    assert postings(node) == []
    (waiting,) = [row for row in inbox(node, QUJING) if row["leg"]]
    assert (waiting["state"], waiting["holder"], waiting["next_event"], waiting["due_kind"]) == (
        "stopped_by_death",
        "finance",
        "set_aside",
        "promise",
    )
    assert waiting["due_on"] > TUESDAY
    assert verify(node).breaks == ()
    with pytest.raises(ReviewerError):
        does(node, told, Verb.SET_ASIDE, reviewer="system")
    with pytest.raises(ReviewerError):
        does(node, told, Verb.SET_ASIDE, by=REVIEWER)
    assert does(node, told, Verb.PAY_ESTATE) == "already_done: no_estate"
    assert postings(node) == []


def test_two_people_set_it_aside_and_two_pay_the_heirs(node: Node, told: str) -> None:
    assert does(node, told, Verb.SET_ASIDE) == "done"
    assert postings(node) == [("to_estate", "财务甲", REVIEWER)]
    assert read(node, "SELECT state FROM money_track") == [{"state": "estate"}]
    assert verify(node).breaks == ()
    assert does(node, told, Verb.PAY_ESTATE) == "done"
    assert [reason for reason, _, _ in postings(node)] == ["estate_paid", "to_estate"]
    assert verify(node).breaks == ()
