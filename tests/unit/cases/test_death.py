"""A death in process (R-043): nothing is credited any more, and every fen becomes estate where it is or comes to rest."""

from __future__ import annotations

from dataclasses import replace

import pytest
from cases_story import BY, CHENGDU, ISSUE, NANJING, PERSON, QUJING, SUZHOU, TAKE_IN, Story, refused, said

from jiexu.cases.decide import decide
from jiexu.cases.events import (
    BankRejected,
    BatchReturned,
    BatchReviewed,
    BatchSent,
    Died,
    EstatePaid,
    FormDisputed,
    ModeDecided,
    MoneyCameLate,
    OrderedAgain,
    Received,
    SetAside,
)
from jiexu.cases.states import Holder, Next
from jiexu.exchange.payloads import Death, Part
from jiexu.rules.inputs import Scheme
from jiexu.rules.money import MoneyMode
from jiexu.simulation import population
from jiexu.simulation.quiet import come_to_rest, left_over
from jiexu.simulation.world import HANDLED, REVIEWED

WHOLE = 320_855
UNKNOWN = (Scheme.EMPLOYEE, Scheme.RESIDENT)


def dies(story: Story, *agencies: str) -> None:
    for agency in agencies:
        population.die(story.world, agency, PERSON)
    story.post()


def at_rest(story: Story) -> None:
    come_to_rest(story.world)
    assert left_over(story.world) == []


# Before the form.


@pytest.mark.parametrize("where", [(QUJING,), (CHENGDU,), (QUJING, CHENGDU)])
@pytest.mark.parametrize("accepted", [False, True])
def test_before_the_form_the_case_ends_and_money_and_months_stay_at_the_origin(
    where: tuple[str, ...], accepted: bool
) -> None:
    story = Story()
    story.apply()
    if accepted:
        story.post()
    else:
        story.post_messages(QUJING)
    dies(story, *where)
    assert story.records == ("died", "died")
    assert story.balance(QUJING) == 120_000
    at_rest(story)


def test_a_proposal_ends_without_a_word_to_anybody() -> None:
    story = Story()
    story.apply(proposal=True)
    dies(story, CHENGDU)
    assert story.d.record.state.value == "died"
    assert story.d.sent == 0


def test_a_form_that_crosses_the_death_is_taken_in_all_the_same() -> None:
    story = Story().accepted()
    story.at_origin(ISSUE)
    population.die(story.world, CHENGDU, PERSON)
    assert story.d.record.state.value == "died"
    story.post()
    assert story.records == ("form_sent", "form_received")
    assert story.money() == ("stopped_by_death", "awaited")
    story.at_origin(SetAside(1, *BY))
    story.post()
    assert story.money() == ("estate", "ended")
    story.at_destination(TAKE_IN)
    at_rest(story)
    assert story.months_at(CHENGDU) == 87


def test_a_notice_that_crosses_the_death_still_sets_the_clock_for_a_form_behind_it() -> None:
    story = Story()
    story.apply(at=QUJING)
    story.post_messages(CHENGDU)
    population.die(story.world, CHENGDU, PERSON)
    story.world.deliver(_check(story))
    story.at_origin(ISSUE)
    story.post_messages(CHENGDU)
    assert story.d.origin_due is not None
    story.at_destination(FormDisputed("wrong-months"))
    at_rest(story)


def _check(story: Story) -> int:
    """Place on the wire of the first message to the origin."""
    wire = story.world.wire
    return next(
        at
        for at, letter in enumerate(wire)
        if getattr(letter, "envelope", None) and letter[0].receiver == QUJING
    )


# After the form.


@pytest.mark.parametrize("state", ["due", "reviewed", "held_back", "residual"])
def test_what_has_not_left_the_origin_becomes_estate_there(state: str) -> None:
    story = Story().form_sent()
    leg, fen = 1, WHOLE
    if state == "reviewed":
        story.at_origin(BatchReviewed(1, REVIEWED))
    if state == "held_back":
        story.at_origin(BatchReturned(1))
    if state == "residual":
        story.at_destination(TAKE_IN)
        come_to_rest(story.world)
        population.money_comes_late(story.world, QUJING, PERSON, 45)
        leg, fen = 2, 45
    dies(story, QUJING)
    assert story.money(leg) == ("estate", "ended")
    assert (story.estate(QUJING), story.held()) == (fen, 0)
    assert story.money_at(story.o, leg).next_event is Next.PAY_ESTATE
    story.at_origin(EstatePaid(leg, *BY))
    assert story.estate(QUJING) == 0
    assert refused(story.at_origin(EstatePaid(leg, *BY))) == "already_done: no_estate"
    at_rest(story)


@pytest.mark.parametrize("state", ["due", "reviewed", "held_back", "residual", "returned"])
def test_a_death_the_other_agency_tells_moves_no_fen_before_two_people_here_looked(state: str) -> None:
    story = Story().form_sent() if state != "returned" else Story().settled()
    leg = 1
    match state:
        case "reviewed":
            story.at_origin(BatchReviewed(1, REVIEWED))
        case "held_back":
            story.at_origin(BatchReturned(1))
        case "returned":
            story.world.bounce(story.world.bank.transfers[0])
        case "residual":
            story.at_destination(TAKE_IN)
            come_to_rest(story.world)
            population.money_comes_late(story.world, QUJING, PERSON, 45)
            story.post()
            leg = 2
    before = story.booked()
    dies(story, CHENGDU)
    assert story.booked() == before
    assert story.money(leg) == ("stopped_by_death", "awaited")
    waiting = story.money_at(story.o, leg)
    assert (waiting.holder, waiting.next_event) == (Holder.FINANCE, Next.SET_ASIDE)
    assert waiting.due.kind.value == "promise"
    track = story.o.leg(leg)
    assert track is not None
    assert track.reviewed_by == "", "whoever reviewed the payment did not review this"
    story.days(30)
    assert story.booked() == before, "no day moves it"
    assert refused(story.at_origin(BatchReviewed(leg, REVIEWED))) == "already_done: not_in_this_state"
    assert refused(story.at_origin(BatchSent(leg, HANDLED))) == "already_done: not_reviewed"
    assert refused(story.at_origin(OrderedAgain(leg, HANDLED))) == "not_possible: person_died"
    assert refused(story.at_origin(EstatePaid(leg, *BY))) == "already_done: no_estate"
    assert refused(story.at_origin(SetAside(leg, HANDLED, HANDLED))) == "not_possible: same_person"
    story.at_origin(SetAside(leg, *BY))
    story.post()
    assert story.money(leg) == ("estate", "ended")
    fen = 45 if leg == 2 else WHOLE
    assert (story.estate(QUJING), story.held()) == (fen, 0)
    assert {row[1] for row in story.booked()[len(before) :]} == {"R-043"}
    story.at_origin(EstatePaid(leg, *BY))
    assert story.estate(QUJING) == 0
    at_rest(story)


def test_what_the_bank_gives_back_after_the_death_waits_for_two_people_too() -> None:
    story = Story().settled()
    dies(story, CHENGDU)
    story.world.bounce(story.world.bank.transfers[0])
    story.post()
    assert story.money() == ("stopped_by_death", "awaited")
    story.at_origin(SetAside(1, *BY))
    assert story.estate(QUJING) == WHOLE


def test_what_the_persons_own_bank_gives_back_after_the_death_waits_for_two_people_too() -> None:
    story = Story(schemes=UNKNOWN).record_in()
    story.at_origin(ModeDecided(1, MoneyMode.TO_PERSON, "agreed by telephone", *BY))
    story.to_bank()
    story.world.settle(story.world.bank.transfers[0])
    dies(story, QUJING)
    story.world.bounce(story.world.bank.transfers[0])
    assert story.money()[0] == "stopped_by_death"
    assert refused(story.at_origin(OrderedAgain(1, HANDLED))) == "not_possible: person_died"
    story.at_origin(SetAside(1, *BY))
    assert (story.estate(QUJING), story.held()) == (WHOLE, 0)


@pytest.mark.parametrize("again", [False, True])
def test_what_the_bank_gave_back_becomes_estate_at_the_origin(again: bool) -> None:
    story = Story().settled()
    story.world.bounce(story.world.bank.transfers[0])
    if again:
        story.at_origin(OrderedAgain(1, HANDLED))
    dies(story, QUJING)
    assert story.money() == ("estate", "ended")
    assert story.estate(QUJING) == WHOLE
    at_rest(story)


def test_the_heirs_may_be_paid_before_the_other_side_heard_that_nothing_comes() -> None:
    story = Story().form_sent()
    population.die(story.world, QUJING, PERSON)
    story.at_origin(EstatePaid(1, *BY))
    assert story.o.money[0].state.value == "estate_paid"
    waiting = story.money_at(story.o)
    assert (waiting.holder, waiting.next_event) == (Holder.FINANCE, Next.RECEIPT)
    story.post()
    assert not story.o.money[0].is_open


@pytest.mark.parametrize("reported_at", [QUJING, CHENGDU])
def test_what_is_on_the_way_becomes_estate_where_it_lands(reported_at: str) -> None:
    story = Story().settled()
    dies(story, reported_at)
    story.arrives(WHOLE)
    story.post()
    assert story.money() == ("credited", "estate")
    assert (story.estate(CHENGDU), story.balance(CHENGDU)) == (WHOLE, 0)
    at_rest(story)


def test_an_order_the_bank_refuses_after_the_death_is_set_aside_and_never_ordered_again() -> None:
    story = Story().ordered()
    dies(story, QUJING)
    assert story.money()[0] == "ordered"
    story.at_origin(BankRejected(1, 1))
    assert refused(story.at_origin(OrderedAgain(1, HANDLED))) == "not_possible: person_died"
    story.at_origin(SetAside(1, *BY))
    story.post()
    assert story.money() == ("estate", "ended")


def test_credited_first_cleared_later_lands_with_the_heirs_at_the_destination() -> None:
    story = Story(origin=NANJING, destination=SUZHOU).form_sent()
    dies(story, SUZHOU)
    story.at_destination(TAKE_IN)
    assert story.estate(SUZHOU) == WHOLE
    come_to_rest(story.world)
    assert not story.world.open_files()


@pytest.mark.parametrize(("spent", "after"), [(0, ("estate", "ended")), (WHOLE, ("ended", "ended"))])
def test_unknown_money_becomes_estate_at_the_origin_as_far_as_there_is_any(
    spent: int, after: tuple[str, str]
) -> None:
    story = Story(schemes=UNKNOWN).record_in()
    population.spend(story.world, QUJING, PERSON, spent)
    dies(story, CHENGDU)
    assert story.money() == ("stopped_by_death", "mode_unknown")
    again = ModeDecided(1, MoneyMode.REMIT, "as agreed", *BY)
    assert refused(story.at_origin(again)) == "not_possible: person_died"
    story.at_origin(SetAside(1, *BY))
    story.post()
    assert story.money() == after
    at_rest(story)


def test_unknown_money_of_a_person_who_is_not_found_ends() -> None:
    story = Story(schemes=UNKNOWN).record_in()
    node = story.world.nodes[QUJING]
    event = Died(story.world.today, *BY)
    facts = node._facts(story.world.today, story.o, story.case_no, event)
    step = decide(story.o, event, replace(facts, person=None))
    assert step.file is not None
    assert step.file.money[0].state.value == "ended"


def test_late_money_after_the_death_is_the_heirs_and_the_destination_need_not_know() -> None:
    story = Story().form_sent()
    dies(story, QUJING)
    population.pay_in(story.world, QUJING, PERSON, {"this_year": 45}, late=True)
    step = story.at_origin(MoneyCameLate((Part("this_year", 45),), "interest", *BY))
    assert said(step) == []
    assert story.estate(QUJING) == WHOLE + 45
    assert story.money(2) == ("estate", "-")
    late = story.o.leg(2)
    assert late is not None
    assert late.rule == "R-042"
    story.at_origin(EstatePaid(2, *BY))
    assert story.money(2) == ("estate_paid", "-")


def test_a_death_known_to_the_record_but_not_told_to_the_file_reaches_no_account() -> None:
    story = Story().accepted()
    population.keep(story.world, replace(_row(story), died_on=story.world.today))
    story.at_origin(ISSUE)
    story.post()
    assert story.money() == ("estate", "-")
    assert story.estate(QUJING) == WHOLE


def test_money_that_came_late_after_a_death_only_the_record_knows_is_the_heirs_too() -> None:
    story = Story().record_in()
    come_to_rest(story.world)
    population.keep(story.world, replace(_row(story), died_on=story.world.today))
    population.money_comes_late(story.world, QUJING, PERSON, 45)
    story.post()
    assert story.money(2) == ("estate", "-")


def test_a_death_is_told_once_and_not_about_a_closed_case() -> None:
    story = Story().form_sent()
    dies(story, QUJING, CHENGDU)
    assert story.o.died_on == story.d.died_on
    again = Received(story.case_no, Death(story.world.today))
    facts = story.world.nodes[QUJING]._facts(story.world.today, story.o, story.case_no, again)
    assert refused(decide(story.o, again, facts)) == "already_done: death_known"
    assert refused(story.at_origin(Died(story.world.today, *BY))) == "already_done: death_known"
    closed = Story().record_in()
    come_to_rest(closed.world)
    assert said(closed.at_origin(Died(closed.world.today, *BY))) == []


def _row(story: Story) -> population.Insured:
    row = story.world.nodes[QUJING].find(population.number_of(PERSON))
    assert row is not None
    return row
