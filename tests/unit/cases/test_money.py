"""An amount's way: ordered, confirmed, received, credited; and every way a bank or an agency can go wrong."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from cases_story import (
    BY,
    CHENGDU,
    GUANGZHOU,
    ISSUE,
    NANJING,
    PERSON,
    QUJING,
    SHENZHEN,
    SUZHOU,
    TAKE_IN,
    Story,
    refused,
    said,
)

from jiexu.cases.decide import decide
from jiexu.cases.events import (
    BankBounced,
    BankConfirmed,
    BankRejected,
    BatchReturned,
    BatchReviewed,
    BatchSent,
    CreditReviewed,
    FormDisputed,
    ModeDecided,
    MoneyCameLate,
    NotReceived,
    OrderedAgain,
    QueryAnswered,
    Receipted,
    ReceiptMatched,
    Received,
    RestSent,
    SetAside,
)
from jiexu.cases.states import Holder, Next
from jiexu.exchange.payloads import LegEnded, MoneyCredited, Part
from jiexu.ledger.accounts import AccountKind
from jiexu.rules.inputs import Scheme
from jiexu.rules.money import MoneyMode
from jiexu.simulation import population
from jiexu.simulation.bank import account_of
from jiexu.simulation.quiet import come_to_rest, left_over
from jiexu.simulation.world import HANDLED, REVIEWED

WHOLE = 320_855
UNKNOWN = (Scheme.EMPLOYEE, Scheme.RESIDENT)
"""No rule is known in 曲靖 for employees who become residents."""


def decided(mode: MoneyMode, leg: int = 1) -> ModeDecided:
    return ModeDecided(leg, mode, "agreed by telephone", *BY)


def facts_at(story: Story, agency: str, **changes: object) -> object:
    node = story.world.nodes[agency]
    return replace(node._facts(story.world.today, node.files[story.case_no], story.case_no, ISSUE), **changes)  # type: ignore[arg-type]  # names of Facts


# The ordinary way.


def test_money_is_ordered_confirmed_advised_matched_credited_and_both_sides_close() -> None:
    story = Story().form_sent()
    assert story.money_at(story.o).holder is Holder.REVIEWER
    assert story.money_at(story.d).holder is Holder.OTHER_AGENCY
    step = story.at_origin(BatchReviewed(1, REVIEWED), BatchSent(1, HANDLED, "B1"))
    assert [(each.amount_fen, each.payee, each.batch) for each in step.orders] == [(WHOLE, CHENGDU, "B1")]
    story.world.settle(story.world.bank.transfers[0])
    assert (story.held(), story.balance(QUJING)) == (0, 0)
    assert story.money_at(story.o).next_event is Next.RECEIPT
    story.post()
    assert story.money() == ("settled", "settled")
    assert story.money_at(story.d).holder is Holder.FINANCE
    story.arrives(WHOLE)
    assert (story.balance(CHENGDU), story.balance(CHENGDU, "earlier_years")) == (120_000, 200_855)
    assert story.money_at(story.d).next_event is Next.RECEIPT
    story.post()
    assert story.money() == ("credited", "credited")


def test_money_that_arrives_before_our_own_bank_answered_is_credited_all_the_same() -> None:
    story = Story().ordered()
    story.arrives(WHOLE)
    story.post()
    assert story.money() == ("ordered", "credited")
    story.world.settle(story.world.bank.transfers[0])
    assert story.money() == ("credited", "credited")


def test_a_receipt_before_its_form_belongs_to_no_amount_yet() -> None:
    story = Story().accepted()
    event = ReceiptMatched(1, "R9", 5, account_of(QUJING), *BY)
    assert refused(story.at_destination(event)) == "not_possible: no_such_amount"


@pytest.mark.parametrize(
    ("event", "why"),
    [
        (BatchReviewed(1, REVIEWED), "not_in_this_state"),
        (BatchReviewed(9, REVIEWED), "not_in_this_state"),
        (BatchReturned(1), "not_in_this_state"),
        (BatchSent(1, HANDLED), "not_reviewed"),
        (BankConfirmed(1, 1), "confirmed_already"),
        (BankRejected(1, 1), "rejected_already"),
        (BankBounced(1, 2), "bounced_already"),
        (OrderedAgain(1, HANDLED), "nothing_to_order"),
        (QueryAnswered(1, short=False), "no_query"),
        (RestSent(1), "no_rest_due"),
        (decided(MoneyMode.REMIT), "mode_known"),
        (SetAside(1, *BY), "nothing_to_set_aside"),
        (Receipted(1, date(2026, 11, 23)), "receipt_known"),
    ],
)
def test_what_the_desk_did_already_stays_done(event: object, why: str) -> None:
    story = Story().settled()
    assert refused(story.at_origin(event)) == f"already_done: {why}"  # type: ignore[arg-type]  # all are events


# Short, over, twice, never.


def test_too_little_is_queried_and_the_rest_completes_it() -> None:
    story = Story().settled()
    story.arrives(WHOLE - 100)
    story.post()
    assert story.money() == ("queried", "mismatch")
    assert story.balance(CHENGDU) == 0
    story.at_origin(QueryAnswered(1, short=True))
    story.post()
    assert story.money() == ("chasing", "awaited")
    story.at_origin(RestSent(1))
    story.post()
    assert story.money() == ("settled", "settled")
    story.arrives(100)
    story.post()
    assert story.money() == ("credited", "credited")


def test_too_much_is_queried_credited_to_the_fen_and_the_excess_goes_back_reviewed_like_any_amount() -> None:
    story = Story().settled()
    story.arrives(WHOLE + 77)
    story.post()
    story.at_origin(QueryAnswered(1, short=False))
    story.post()
    assert story.money() == ("settled", "settled")
    story.at_destination(CreditReviewed(1, *BY))
    story.post()
    assert story.money() == ("credited", "credited")
    assert story.money(101) == ("-", "due")
    story.to_bank(101, at=CHENGDU)
    story.world.settle(story.world.bank.transfers[-1])
    assert story.money(101) == ("-", "given_back")
    come_to_rest(story.world)
    assert left_over(story.world) == []


def test_a_refused_return_of_an_excess_is_ordered_again() -> None:
    story = Story().settled()
    story.arrives(WHOLE)
    story.arrives(WHOLE)
    story.to_bank(101, at=CHENGDU)
    story.world.reject(story.world.bank.transfers[-1])
    story.at_destination(OrderedAgain(101, HANDLED))
    story.to_bank(101, at=CHENGDU)
    story.world.settle(story.world.bank.transfers[-1])
    come_to_rest(story.world)
    assert left_over(story.world) == []


def test_a_payment_delivered_twice_is_credited_once_and_given_back_once_for_each_time() -> None:
    story = Story().settled()
    for _ in range(3):
        story.arrives(WHOLE)
    assert story.balance(CHENGDU) == 120_000
    assert (story.money(101), story.money(102)) == (("-", "due"), ("-", "due"))


def test_a_query_that_comes_before_our_banks_answer_waits_for_it() -> None:
    story = Story().ordered()
    story.arrives(WHOLE - 1)
    story.post()
    assert story.money() == ("ordered", "mismatch")
    story.world.settle(story.world.bank.transfers[0])
    story.post()
    assert story.money() == ("queried", "mismatch")


def test_advised_but_not_received_finance_asks_the_origin() -> None:
    story = Story().settled()
    story.at_destination(NotReceived(1))
    story.post()
    assert story.money() == ("queried", "mismatch")
    story.at_origin(QueryAnswered(1, short=False))
    story.post()
    assert story.money() == ("settled", "settled")
    assert refused(story.at_destination(CreditReviewed(1, *BY))) == "not_possible: money_not_complete"


def test_what_is_here_in_full_cannot_be_missed() -> None:
    story = Story().settled()
    story.arrives(WHOLE + 1)
    story.post()
    story.at_origin(QueryAnswered(1, short=False))
    story.post()
    assert refused(story.at_destination(NotReceived(1))) == "not_possible: money_is_here"


def test_a_second_query_while_the_rest_is_chased_is_looked_at_again() -> None:
    story = Story().settled()
    story.arrives(WHOLE - 100)
    story.post()
    story.at_origin(QueryAnswered(1, short=True))
    story.post()
    story.arrives(40)
    story.post()
    assert story.money() == ("queried", "mismatch")
    story.at_origin(QueryAnswered(1, short=True))
    story.arrives(60)
    story.post()
    assert story.money() == ("credited", "credited")


# Refused and given back by the bank.


def test_an_order_the_bank_refuses_stays_held_and_goes_out_under_the_next_attempt() -> None:
    story = Story().ordered()
    story.world.reject(story.world.bank.transfers[0])
    assert (story.money()[0], story.held()) == ("held_back", WHOLE)
    assert refused(story.at_origin(BankRejected(1, 1))) == "already_done: rejected_already"
    story.at_origin(OrderedAgain(1, HANDLED))
    story.to_bank()
    assert story.world.bank.transfers[-1].attempt == 2
    come_to_rest(story.world)
    assert left_over(story.world) == []


def test_a_bounced_payment_waits_with_the_agency_and_is_sent_again() -> None:
    story = Story().settled()
    story.world.bounce(story.world.bank.transfers[0])
    story.post()
    assert story.money() == ("returned", "awaited")
    assert refused(story.at_origin(BankBounced(1, 1))) == "already_done: bounced_already"
    story.at_origin(OrderedAgain(1, HANDLED))
    story.to_bank()
    story.world.settle(story.world.bank.transfers[-1])
    story.post()
    story.arrives(WHOLE)
    story.post()
    assert story.money() == ("credited", "credited")


def test_a_bounce_that_contradicts_a_credit_is_for_a_person_to_look_at() -> None:
    story = Story().settled()
    story.arrives(WHOLE)
    story.post()
    assert refused(story.at_origin(BankBounced(1, 1))) == "not_possible: bounce_contradicts"


def test_a_credit_that_contradicts_a_return_is_for_a_person_to_look_at() -> None:
    story = Story().settled()
    story.world.bounce(story.world.bank.transfers[0])
    message = Received(story.case_no, MoneyCredited(1, WHOLE, "credited"))
    assert refused(decide(story.o, message, facts_at(story, QUJING))) == "not_possible: credit_contradicts"  # type: ignore[arg-type]  # facts


def test_a_reviewer_takes_an_amount_out_of_the_batch_and_finance_orders_it_again() -> None:
    story = Story().form_sent()
    story.at_origin(BatchReturned(1))
    assert story.money_at(story.o).next_event is Next.ORDER_AGAIN
    story.at_origin(OrderedAgain(1, HANDLED))
    assert story.money()[0] == "due"
    assert refused(story.at_origin(SetAside(1, *BY))) == "not_possible: nobody_died"


# Money under way and a form that is corrected.


def test_money_that_comes_while_the_form_is_disputed_waits_for_the_corrected_form() -> None:
    story = Story().settled()
    story.at_destination(FormDisputed("wrong-months"))
    story.arrives(WHOLE)
    assert story.money()[1] == "settled"
    assert refused(story.at_destination(CreditReviewed(1, *BY))) == "not_possible: money_not_complete"
    story.post()
    story.at_origin(ISSUE)
    story.post()
    story.at_destination(CreditReviewed(1, *BY))
    story.post()
    assert story.money() == ("credited", "credited")


def test_a_wrong_amount_that_came_during_the_dispute_is_queried_with_the_corrected_form() -> None:
    story = Story().settled()
    story.at_destination(FormDisputed("wrong-months"))
    story.arrives(WHOLE - 5)
    story.post()
    story.at_origin(ISSUE)
    story.post()
    assert story.money() == ("queried", "mismatch")


def test_a_corrected_form_leaves_alone_what_came_back_from_the_bank() -> None:
    story = Story().settled()
    story.world.bounce(story.world.bank.transfers[0])
    story.at_destination(FormDisputed("wrong-months"))
    story.post()
    story.at_origin(OrderedAgain(1, HANDLED), ISSUE)
    story.post()
    track = story.o.leg(1)
    assert track is not None
    assert (track.state.value, track.attempt, track.amount_fen) == ("due", 2, WHOLE)
    come_to_rest(story.world)
    assert left_over(story.world) == []


# Ways to travel other than a payment.


def test_inside_guangdong_money_stays_where_it_is() -> None:
    story = Story(origin=GUANGZHOU, destination=SHENZHEN).record_in()
    assert story.money() == ("stayed", "stayed")
    assert story.balance(GUANGZHOU) == 120_000
    assert not story.o.is_open
    assert not story.d.is_open


def test_inside_jiangsu_the_destination_credits_with_the_record_and_the_agencies_clear_later() -> None:
    story = Story(origin=NANJING, destination=SUZHOU).form_sent()
    assert story.money() == ("cleared", "cleared")
    assert (story.balance(NANJING), story.balance(SUZHOU)) == (0, 0)
    assert (
        refused(story.at_destination(ReceiptMatched(1, "R1", 5, account_of(NANJING), *BY)))
        == "not_possible: nothing_expected"
    )
    story.at_destination(TAKE_IN)
    assert story.balance(SUZHOU) == 120_000
    story.post()
    assert story.money() == ("credited", "credited")


def test_unknown_money_stops_nothing_but_itself() -> None:
    story = Story(schemes=UNKNOWN).record_in()
    assert story.records == ("in", "in")
    assert story.money() == ("mode_unknown", "mode_unknown")
    assert story.held() == 0
    assert story.money_at(story.o).next_event is Next.DECIDE_MODE
    assert story.money_at(story.d).next_event is Next.MODE_DECIDED


@pytest.mark.parametrize(
    ("mode", "after"),
    [
        (MoneyMode.REMIT, ("due", "awaited")),
        (MoneyMode.STAY, ("stayed", "stayed")),
        (MoneyMode.KEEP, ("kept", "kept")),
        (MoneyMode.TO_PERSON, ("due", "awaited")),
        (MoneyMode.CREDIT_THEN_CLEAR, ("cleared", "cleared")),
        (MoneyMode.INSTANT, ("cleared", "cleared")),
    ],
)
def test_unknown_money_decided_later_goes_its_way(mode: MoneyMode, after: tuple[str, str]) -> None:
    story = Story(schemes=UNKNOWN).record_in()
    population.spend(story.world, QUJING, PERSON, 855)
    story.at_origin(decided(mode))
    assert story.o.is_open
    story.post()
    assert story.money() == after
    assert story.d.money[0].amount_fen == 320_000
    if after == ("cleared", "cleared"):
        story.at_destination(CreditReviewed(1, *BY))
    come_to_rest(story.world)
    assert left_over(story.world) == []


def test_a_decision_needs_a_way_and_a_person() -> None:
    story = Story(schemes=UNKNOWN).record_in()
    for mode in (MoneyMode.UNKNOWN, MoneyMode.NONE, MoneyMode.ESTATE):
        assert refused(story.at_origin(decided(mode))) == "not_possible: mode_undecided"
    nobody = facts_at(story, QUJING, person=None)
    assert refused(decide(story.o, decided(MoneyMode.STAY), nobody)) == "not_possible: no_record_here"  # type: ignore[arg-type]  # facts


def test_unknown_money_that_was_spent_before_the_decision_ends_on_both_sides() -> None:
    story = Story(schemes=UNKNOWN).record_in()
    population.spend(story.world, QUJING, PERSON, WHOLE)
    assert said(story.at_origin(decided(MoneyMode.REMIT))) == [LegEnded(1, "nothing_left")]
    story.post()
    assert story.money() == ("ended", "ended")


def test_money_paid_to_the_person_ends_the_destinations_track() -> None:
    story = Story(schemes=UNKNOWN).record_in()
    story.at_origin(decided(MoneyMode.TO_PERSON))
    story.post()
    story.to_bank()
    assert story.world.bank.transfers[0].payee == "person"
    story.world.settle(story.world.bank.transfers[0])
    story.post()
    assert story.money() == ("to_person", "ended")


def test_what_the_persons_own_bank_gives_back_is_held_for_the_person_and_paid_again() -> None:
    story = Story(schemes=UNKNOWN).record_in()
    story.at_origin(decided(MoneyMode.TO_PERSON))
    story.to_bank()
    story.world.settle(story.world.bank.transfers[0])
    story.world.bounce(story.world.bank.transfers[0])
    assert (story.money()[0], story.held()) == ("returned", WHOLE)
    story.post()
    story.at_origin(OrderedAgain(1, HANDLED))
    story.to_bank()
    story.world.settle(story.world.bank.transfers[-1])
    come_to_rest(story.world)
    assert story.money() == ("to_person", "ended")
    assert left_over(story.world) == []


# Late money.


def late(fen: int) -> MoneyCameLate:
    return MoneyCameLate((Part("this_year", fen),), "interest", *BY)


def test_money_that_comes_after_the_form_is_an_amount_of_its_own_and_opens_both_files_again() -> None:
    story = Story().record_in()
    come_to_rest(story.world)
    assert not story.o.is_open
    population.money_comes_late(story.world, QUJING, PERSON, 45)
    assert (story.money(2)[0], story.held()) == ("residual", 45)
    story.post()
    assert story.money(2) == ("residual", "awaited")
    come_to_rest(story.world)
    assert story.money(2) == ("credited", "credited")
    assert left_over(story.world) == []


def test_money_that_comes_before_the_form_goes_with_it() -> None:
    story = Story().accepted()
    population.pay_in(story.world, QUJING, PERSON, {"this_year": 45}, late=True)
    assert refused(story.at_origin(late(45))) == "already_done: comes_with_the_form"
    story.at_origin(ISSUE)
    assert story.held() == WHOLE + 45


def test_money_that_comes_while_the_way_is_undecided_joins_the_first_amount() -> None:
    story = Story(schemes=UNKNOWN).record_in()
    population.pay_in(story.world, QUJING, PERSON, {"this_year": 45}, late=True)
    assert refused(story.at_origin(late(45))) == "already_done: joins_undecided"
    story.at_origin(decided(MoneyMode.REMIT))
    assert story.held() == WHOLE + 45


def test_late_money_without_a_transfer_or_without_anything_movable_opens_nothing() -> None:
    story = Story(stops=False)
    story.apply()
    story.post()
    assert refused(story.at_origin(late(45))) == "not_possible: no_transfer_here"
    moved = Story(fen={}).record_in()
    assert refused(moved.at_origin(late(45))) == "not_possible: nothing_to_move"


def test_late_money_stays_where_the_first_amount_stayed() -> None:
    story = Story(origin=GUANGZHOU, destination=SHENZHEN).record_in()
    population.money_comes_late(story.world, GUANGZHOU, PERSON, 45)
    story.post()
    assert story.money(2) == ("stayed", "stayed")


def test_late_money_is_credited_first_where_the_first_amount_was() -> None:
    story = Story(origin=NANJING, destination=SUZHOU).record_in()
    population.money_comes_late(story.world, NANJING, PERSON, 45)
    story.post()
    assert story.money(2) == ("cleared", "cleared")
    story.at_destination(CreditReviewed(2, *BY))
    assert refused(story.at_destination(CreditReviewed(2, *BY))) == "already_done: nothing_to_credit"


def test_a_credit_is_not_reviewed_where_nothing_came() -> None:
    story = Story().form_sent()
    assert refused(story.at_destination(CreditReviewed(1, *BY))) == "already_done: nothing_to_credit"
    assert story.world.nodes[CHENGDU].books.accounts() == ()


def test_two_different_people_stand_on_every_posting_that_is_not_a_statement() -> None:
    story = Story().settled()
    story.arrives(WHOLE + 3)
    come_to_rest(story.world)
    postings = [each for node in story.world.nodes.values() for each in node.books.postings()]
    assert all(each.handled_by != each.reviewed_by for each in postings)
    assert {each.debit.kind for each in postings} >= {
        AccountKind.PERSONAL,
        AccountKind.RECEIPTS,
        AccountKind.BANK,
    }
