"""Whose money came, and to whom an excess goes back: the account that paid, never whoever ought to have paid."""

from __future__ import annotations

from dataclasses import replace

import pytest
from cases_story import BY, CHENGDU, QUJING, Story, refused

from jiexu.cases.events import BatchReviewed, BatchSent, CreditReviewed, QueryAnswered, ReceiptMatched
from jiexu.cases.file import Payer, TrackError
from jiexu.cases.money_in import OTHER_PAYER
from jiexu.cases.states import Way
from jiexu.cases.step import BankOrder, Step
from jiexu.simulation.bank import account_of
from jiexu.simulation.world import HANDLED, REVIEWED

WHOLE = 320_855
ORIGIN, STRANGER = account_of(QUJING), "STRANGER001"


def came(story: Story, fen: int, account: str, why: str = "reference") -> Step:
    """The bank brings money from an account, and somebody matches it."""
    story.world.bring(story.world.bank.transfers[0], fen, payer_account=account)
    agency, receipt = story.world.loose_receipts()[-1]
    step = story.at_destination(ReceiptMatched(1, receipt.number, fen, account, *BY, why))
    if not step.reason:
        story.world.nodes[agency].receipts.remove(receipt)
    return step


def settled() -> Story:
    return Story().record_in().settled()


def explained(story: Story) -> None:
    """The origin says that it sent what the form says; the destination credits that much."""
    story.post()
    story.at_origin(QueryAnswered(1, short=False))
    story.post()
    story.at_destination(CreditReviewed(1, *BY))
    story.post()


def given_back(story: Story) -> list[tuple[str, str, int]]:
    """Payee, account and amount of every order by which the destination gives back what came too much."""
    orders: list[BankOrder] = []
    for track in story.d.money:
        if track.way is Way.BACK:
            story.at_destination(BatchReviewed(track.leg, REVIEWED))
            orders += story.at_destination(BatchSent(track.leg, HANDLED, "B")).orders
    return [(each.payee, each.payee_account, each.amount_fen) for each in orders]


@pytest.mark.parametrize("why", ["reference", "by_hand"])
def test_money_from_another_account_does_not_count_by_its_reference_alone(why: str) -> None:
    story = settled()
    assert refused(came(story, WHOLE, STRANGER, why)) == "not_possible: payer_differs"
    assert story.money() == ("settled", "settled")


def test_what_a_stranger_paid_with_the_reference_of_a_credited_amount_waits_with_finance() -> None:
    story = settled()
    came(story, WHOLE, ORIGIN)
    story.post()
    assert refused(came(story, 7, STRANGER)) == "not_possible: payer_differs"
    assert given_back(story) == []


def test_two_people_may_say_that_another_account_is_right_and_its_excess_goes_back_there() -> None:
    story = settled()
    came(story, WHOLE + 77, STRANGER, OTHER_PAYER)
    explained(story)
    assert story.money() == ("credited", "credited")
    assert given_back(story) == [("payer", STRANGER, 77)]


def test_what_the_origin_paid_twice_goes_back_to_its_account() -> None:
    story = settled()
    came(story, WHOLE, ORIGIN)
    came(story, WHOLE, ORIGIN)
    assert given_back(story) == [("payer", ORIGIN, WHOLE)]


def test_what_one_account_brought_too_much_in_two_payments_goes_back_in_one() -> None:
    story = settled()
    came(story, WHOLE + 10, ORIGIN)
    came(story, 100, STRANGER, OTHER_PAYER)
    came(story, 5, ORIGIN)
    explained(story)
    assert given_back(story) == [("payer", ORIGIN, 15), ("payer", STRANGER, 100)]


def test_each_who_paid_too_much_gets_back_what_they_brought_too_much_the_last_first() -> None:
    story = settled()
    came(story, WHOLE + 10, ORIGIN)
    came(story, 100, STRANGER, OTHER_PAYER)
    explained(story)
    track = story.d.leg(1)
    assert track is not None
    assert track.payers == (Payer(ORIGIN, WHOLE + 10), Payer(STRANGER, 100))
    assert given_back(story) == [("payer", STRANGER, 100), ("payer", ORIGIN, 10)]


@pytest.mark.parametrize("why", ["reference", "by_hand", OTHER_PAYER])
def test_money_whose_payer_the_bank_does_not_name_counts_for_nothing(why: str) -> None:
    """It could not go back."""
    step = settled().at_destination(ReceiptMatched(1, "R1", WHOLE, "", *BY, why))
    assert refused(step) == "not_possible: payer_unnamed"


@pytest.mark.parametrize(
    ("why", "said"), [("reference", ("not_possible", "payer_unlisted")), (OTHER_PAYER, ("done", ""))]
)
def test_without_an_approved_account_of_the_origin_nothing_can_be_compared(
    why: str, said: tuple[str, str]
) -> None:
    story = settled()
    story.world.nodes[CHENGDU].unpayable = frozenset({QUJING})
    step = came(story, WHOLE, ORIGIN, why)
    assert (step.outcome.value, step.reason) == said


def test_an_order_names_the_approved_account_and_none_is_given_without_one() -> None:
    story = Story().ordered()
    (order,) = [order for _, step in story.world.kept for order in step.orders]
    assert (order.payee, order.payee_account) == (CHENGDU, account_of(CHENGDU))
    late = Story().form_sent()
    late.at_origin(BatchReviewed(1, REVIEWED))
    late.world.nodes[QUJING].unpayable = frozenset({CHENGDU})
    assert refused(late.at_origin(BatchSent(1, HANDLED, "B"))) == "not_possible: bank_data_missing"


@pytest.mark.parametrize(
    "payers", [(), (Payer(ORIGIN, WHOLE - 1),), (Payer(ORIGIN, WHOLE), Payer(STRANGER, 1))]
)
def test_no_amount_is_written_whose_payers_are_not_what_came(payers: tuple[Payer, ...]) -> None:
    story = settled()
    came(story, WHOLE, ORIGIN)
    (track,) = story.d.money
    assert track.payers == (Payer(ORIGIN, WHOLE),)
    with pytest.raises(
        TrackError,
        match=r"^This amount does not say which accounts it came from or goes back to; name them\.$",
    ):
        replace(track, payers=payers)
