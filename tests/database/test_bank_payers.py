"""Money counts for a case when its origin paid it, and what came too much goes back to the account that paid."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from store_cast import CHENGDU, MONDAY, QUJING, REVIEWER, asks, lives

from jiexu.gateways.demo_bank import NOBODY
from jiexu.store import atrest
from jiexu.store.db import Row
from jiexu.store.steps import order_reference
from jiexu.usecases import bankday, banking, delivery
from jiexu.usecases.accounts import approve, enter, invented
from jiexu.usecases.applications import take
from jiexu.usecases.deskwork import CLERK, DeskEvent, Verb, perform
from jiexu.usecases.inbox import unmatched
from jiexu.usecases.node import Node
from jiexu.usecases.people import load_people
from jiexu.usecases.verifying import verify
from jiexu.usecases.waves import Done
from jiexu.values.bank import AgencyAccount

TUESDAY = MONDAY + timedelta(days=1)
WHOLE = 320_855
ORIGIN = invented(QUJING, "曲靖市").account


def nothing(done: Done) -> None:
    """Nobody listens."""


def paid(node: Node) -> str:
    """A case whose money the origin's bank sent on Monday and Chengdu was advised of; nothing of it is booked yet."""
    load_people(node, lives(1), day=MONDAY, actor="test")
    number = take(node, [asks(1)], day=MONDAY, actor="applicant")[0].case_no
    delivery.carry(node, day=MONDAY)
    for verb in (Verb.ISSUE_FORM, Verb.TAKE_IN):
        event = DeskEvent(verb.value, MONDAY, verb, number)
        perform(node, "", [event], day=MONDAY, reviewer=REVIEWER, found=nothing)
        delivery.carry(node, day=MONDAY)
    banking.review_and_send(node, day=MONDAY, reviewer=REVIEWER, found=nothing)
    bankday.hand_over(node, day=MONDAY)
    bankday.statement_out(node, day=TUESDAY)
    banking.take_answers(node, day=TUESDAY, found=nothing)
    delivery.carry(node, day=TUESDAY)
    return number


def came(node: Node, receipt: str, fen: int, number: str, account: str) -> None:
    """A line of Chengdu's bank statement that names the case."""
    line = (CHENGDU, receipt, fen, order_reference(number, 1, 1), "whoever", account)
    with node.store.transaction("test.receipt", [CHENGDU]) as cursor:
        banking.book_receipts(node, cursor, [line], day=TUESDAY)


def matched(node: Node) -> int:
    return banking.match(node, day=TUESDAY, reviewer=REVIEWER, found=nothing)


def by_hand(node: Node, receipt: str, number: str, *, other_payer: bool) -> str:
    done = banking.match_by_hand(
        node, agency=CHENGDU, receipt=receipt, case_no=number, leg=1, day=TUESDAY, by="财务甲", reviewer=REVIEWER,
        other_payer=other_payer,
    )  # fmt: skip
    assert done is not None
    ((_, step),) = done.steps
    return step.reason or step.outcome.value


def states(node: Node, number: str) -> list[tuple[int, str, str]]:
    query = "SELECT leg, way, state FROM money_track WHERE (agency, case_no) = (%s, %s) ORDER BY leg"
    with node.store.transaction("test.read", [CHENGDU]) as cursor:
        return [tuple(row.values()) for row in cursor.execute(query, [CHENGDU, number])]


def orders_back(node: Node) -> list[Row]:
    """Reviews and sends what is due; the orders by which Chengdu gives money back."""
    banking.review_and_send(node, day=TUESDAY, reviewer=REVIEWER, found=nothing)
    query = "SELECT payee, payee_account, amount_fen FROM bank_order WHERE back ORDER BY reference"
    with node.store.transaction("test.read", [CHENGDU]) as cursor:
        return [
            {**row, "payee_account": atrest.account_of(row["payee_account"])} for row in cursor.execute(query)
        ]


def test_the_banks_statement_names_the_account_of_the_origin_and_its_money_is_credited(node: Node) -> None:
    number = paid(node)
    bankday.statement_in(node, day=TUESDAY)
    (row,) = unmatched(node, CHENGDU, day=TUESDAY)
    assert (row["payer"], row["payer_account"], row["why"]) == (QUJING, ORIGIN, "")
    assert matched(node) == 1
    assert states(node, number) == [(1, "in", "credited")]
    assert unmatched(node, CHENGDU) == []
    assert verify(node).breaks == ()


def test_money_from_another_account_waits_with_finance_whatever_its_remark_says(node: Node) -> None:
    number = paid(node)
    came(node, "R-1", WHOLE, number, NOBODY)
    assert matched(node) == 0
    (row,) = unmatched(node, CHENGDU, day=TUESDAY)
    assert (row["receipt"], row["payer_account"], row["why"], row["holder"]) == (
        "R-1", NOBODY, "payer_differs", "finance",
    )  # fmt: skip
    assert by_hand(node, "R-1", number, other_payer=False) == "payer_differs"
    assert states(node, number) == [(1, "in", "settled")]
    assert verify(node).breaks == ()


@pytest.mark.parametrize("account", [ORIGIN, NOBODY], ids=["the origin", "another"])
def test_what_comes_too_much_goes_back_to_the_account_that_paid_it(node: Node, account: str) -> None:
    number = paid(node)
    bankday.statement_in(node, day=TUESDAY)
    assert matched(node) == 1
    came(node, "R-2", 77, number, account)
    if account == ORIGIN:
        assert matched(node) == 1
    else:
        assert by_hand(node, "R-2", number, other_payer=True) == "done"
    assert states(node, number) == [(1, "in", "credited"), (101, "back", "due")]
    assert orders_back(node) == [{"payee": "payer", "payee_account": account, "amount_fen": 77}]
    assert verify(node).breaks == ()


@pytest.mark.parametrize("given", ["", "内部账", "12"])
def test_a_receipt_without_an_account_is_matched_by_nobody(node: Node, given: str) -> None:
    number = paid(node)
    came(node, "R-3", WHOLE, number, given)
    assert matched(node) == 0
    (row,) = unmatched(node, CHENGDU, day=TUESDAY)
    assert row["why"] == "payer_unnamed"
    assert by_hand(node, "R-3", number, other_payer=True) == "payer_unnamed"


def test_money_from_an_account_that_only_one_person_entered_for_the_origin_waits(node: Node) -> None:
    number = paid(node)
    new = invented(QUJING, "改名的市")
    entered = enter(node, replaced(new), valid_from=TUESDAY, day=TUESDAY, by=CLERK)
    came(node, "R-4", WHOLE, number, entered.account.account)
    assert matched(node) == 0
    approve(node, QUJING, entered.number, day=TUESDAY, by=REVIEWER)
    assert matched(node) == 1
    assert states(node, number) == [(1, "in", "credited")]


def replaced(account: AgencyAccount) -> AgencyAccount:
    return replace(account, account="6222000000000001")


def test_an_order_names_the_account_approved_on_the_day_it_was_given(node: Node) -> None:
    paid(node)
    query = "SELECT payee, payee_account FROM bank_order"
    with node.store.transaction("test.read", [QUJING]) as cursor:
        found = cursor.execute(query).fetchall()
    account = invented(CHENGDU, "成都市").account
    assert found == [{"payee": CHENGDU, "payee_account": atrest.sealed_account(account)}]
