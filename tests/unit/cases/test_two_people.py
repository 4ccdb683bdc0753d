"""Two people on every amount: whoever handled it last, and another who reviewed it. Each amount has its own two."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from cases_story import BY, ISSUE, NANJING, PERSON, QUJING, SUZHOU, Story, refused

from jiexu.cases.events import (
    BatchReturned,
    BatchReviewed,
    BatchSent,
    CreditReviewed,
    Died,
    EstatePaid,
    Event,
    FormIssued,
    ModeDecided,
    MoneyCameLate,
    OrderedAgain,
    ReceiptMatched,
    SetAside,
    TakenIn,
)
from jiexu.cases.file import Due, MoneyTrack, TrackError
from jiexu.cases.states import MONEY_FINAL, DueKind, MoneyState, Way
from jiexu.exchange.payloads import Part
from jiexu.rules.money import MoneyMode
from jiexu.simulation import population
from jiexu.simulation.bank import account_of

CLERK, ZHAO, QIAN, SUN = BY[0], "复核赵", "复核钱", "财务孙"
TODAY = date(2026, 11, 23)


def hands(story: Story, leg: int = 1) -> tuple[str, str]:
    track = story.o.leg(leg)
    assert track is not None
    return track.handled_by, track.reviewed_by


def booked_by(story: Story, reason: str) -> list[tuple[int | None, str, str]]:
    return [
        (each.leg, each.handled_by, each.reviewed_by)
        for _, step in story.world.kept
        for each in step.postings
        if each.reason.value == reason
    ]


def arrives(story: Story, fen: int) -> None:
    """A receipt that one person matches and another reviews."""
    story.world.bring(story.world.bank.transfers[0], fen)
    agency, receipt = story.world.loose_receipts()[-1]
    story.world.nodes[agency].receipts.remove(receipt)
    story.at_destination(ReceiptMatched(1, receipt.number, fen, receipt.payer_account, SUN, ZHAO))


def two_amounts() -> Story:
    """The amount of the form, and 500 fen that came late."""
    story = Story(fen={"this_year": 120_000}).form_sent()
    population.money_comes_late(story.world, QUJING, PERSON, 500)
    story.at_origin(OrderedAgain(2, SUN))
    return story


def test_two_amounts_of_one_case_are_booked_under_the_names_of_their_own_reviewers() -> None:
    story = two_amounts()
    story.at_origin(BatchReviewed(1, ZHAO), BatchReviewed(2, QIAN))
    story.at_origin(BatchSent(1, SUN, "B1"), BatchSent(2, CLERK, "B2"))
    for transfer in story.world.bank.transfers:
        story.world.settle(transfer)
    assert booked_by(story, "paid_out") == [(1, SUN, ZHAO), (2, CLERK, QIAN)]


def test_who_issued_the_form_does_not_review_its_amount_and_may_review_another() -> None:
    story = two_amounts()
    assert refused(story.at_origin(BatchReviewed(1, CLERK))) == "not_possible: same_person"
    story.at_origin(BatchReviewed(2, CLERK))
    assert (hands(story, 1), hands(story, 2)) == ((CLERK, ""), (SUN, CLERK))


def test_who_ordered_an_amount_again_does_not_review_it() -> None:
    story = two_amounts()
    assert refused(story.at_origin(BatchReviewed(2, f" {SUN} "))) == "not_possible: same_person"


def test_who_reviewed_an_amount_does_not_send_it_however_the_name_is_written() -> None:
    story = Story().form_sent()
    story.at_origin(BatchReviewed(1, "Li Na"))
    assert refused(story.at_origin(BatchSent(1, "LI NA", "B1"))) == "not_possible: same_person"
    story.at_origin(BatchSent(1, SUN, "B1"))
    assert hands(story) == (SUN, "Li Na")


def test_what_was_taken_out_of_its_batch_is_reviewed_anew() -> None:
    story = Story().form_sent()
    story.at_origin(BatchReviewed(1, ZHAO), BatchReturned(1))
    assert hands(story) == (CLERK, "")
    story.at_origin(OrderedAgain(1, SUN))
    assert refused(story.at_origin(BatchSent(1, SUN, "B1"))) == "already_done: not_reviewed"
    story.at_origin(BatchReviewed(1, QIAN))
    assert hands(story) == (SUN, QIAN)


def test_what_came_back_keeps_its_two_people_until_it_is_ordered_again() -> None:
    story = Story().settled()
    story.world.bounce(story.world.bank.transfers[0])
    assert booked_by(story, "bounced") == [(1, *BY), (1, *BY)]
    story.at_origin(OrderedAgain(1, SUN))
    assert hands(story) == (SUN, "")


def test_credited_first_the_two_people_of_the_form_stand_on_the_amount() -> None:
    story = Story(origin=NANJING, destination=SUZHOU).accepted()
    story.at_origin(FormIssued(SUN, ZHAO))
    assert hands(story) == (SUN, ZHAO)
    assert set(booked_by(story, "cleared_out")) == {(1, SUN, ZHAO)}


def test_the_destination_names_who_credited_and_who_reviewed_it() -> None:
    story = Story().settled()
    arrives(story, 320_855)
    track = story.d.leg(1)
    assert track is not None
    assert (track.handled_by, track.reviewed_by) == (SUN, ZHAO)


def test_who_matched_what_came_too_much_does_not_review_its_return() -> None:
    story = Story().settled()
    arrives(story, 320_855)
    arrives(story, 77)
    assert refused(story.at_destination(BatchReviewed(101, SUN))) == "not_possible: same_person"


@pytest.mark.parametrize(
    "event",
    [
        FormIssued(ZHAO, ZHAO),
        TakenIn(ZHAO, ZHAO),
        ReceiptMatched(1, "R1", 5, account_of(QUJING), ZHAO, ZHAO),
        CreditReviewed(1, ZHAO, ZHAO),
        ModeDecided(1, MoneyMode.REMIT, "agreed", ZHAO, ZHAO),
        MoneyCameLate((Part("this_year", 5),), "interest", ZHAO, ZHAO),
        Died(TODAY, ZHAO, ZHAO),
        SetAside(1, ZHAO, ZHAO),
        EstatePaid(1, ZHAO, ZHAO),
    ],
    ids=lambda event: type(event).__name__,
)
def test_nobody_is_both_people_of_a_step_that_may_move_money(event: Event) -> None:
    story = Story().accepted()
    assert refused(story.at_origin(event)) == "not_possible: same_person"


TRACK = MoneyTrack(1, Way.OUT, MoneyState.ENDED, MoneyMode.REMIT, "R-032", (), None)


@pytest.mark.parametrize(
    ("hands", "said"),
    [(("", ""), "without two people"), (("", ZHAO), "without two people"), ((SUN, ""), "without two people")],
)
def test_an_amount_that_left_names_both(hands: tuple[str, str], said: str) -> None:
    with pytest.raises(TrackError, match=said):
        replace(TRACK, state=MoneyState.CREDITED, handled_by=hands[0], reviewed_by=hands[1])


@pytest.mark.parametrize("way", [Way.OUT, Way.BACK])
@pytest.mark.parametrize(
    "state",
    [
        "reviewed",
        "ordered",
        "settled",
        "cleared",
        "queried",
        "chasing",
        "returned",
        "to_person",
        "given_back",
    ],
)
def test_an_amount_on_its_way_names_both_whichever_way_it_goes(way: Way, state: str) -> None:
    due = None if MoneyState(state) in MONEY_FINAL else Due(date(2026, 12, 14), DueKind.PROMISE)
    with pytest.raises(TrackError, match="without two people"):
        replace(TRACK, way=way, state=MoneyState(state), due=due, handled_by=SUN)


def test_no_amount_was_ever_reviewed_by_whoever_handled_it() -> None:
    with pytest.raises(TrackError, match="let another person review"):
        replace(TRACK, handled_by="Li Na", reviewed_by="li na")
    said = r"^This amount moved without two people; name who handled and who reviewed it\.$"
    with pytest.raises(TrackError, match=said):
        replace(TRACK, reviewed_by=ZHAO)


def test_what_is_not_reviewed_yet_names_whoever_ordered_it() -> None:
    story = Story().accepted()
    story.at_origin(ISSUE)
    assert hands(story) == (CLERK, "")
