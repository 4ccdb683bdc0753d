"""A death that was reported by mistake is taken back: what stopped goes on, what was set aside is the person's again."""

from __future__ import annotations

from dataclasses import replace

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
    done,
    refused,
    said,
)

from jiexu.cases.decide import decide
from jiexu.cases.events import (
    BatchReturned,
    Consented,
    DeathTakenBack,
    EstatePaid,
    FormDisputed,
    ModeDecided,
    MoneyCameLate,
    OrderedAgain,
    Received,
    SetAside,
    Superseded,
)
from jiexu.cases.states import Holder, Next
from jiexu.cases.step import Step
from jiexu.exchange.payloads import Death, LegEnded, LegNotice, Part, WrongDeath
from jiexu.rules.inputs import Scheme
from jiexu.rules.money import MoneyMode
from jiexu.simulation import population
from jiexu.simulation.quiet import come_to_rest, left_over
from jiexu.simulation.world import HANDLED

WHOLE = 320_855
BACK = DeathTakenBack(*BY)
UNKNOWN = (Scheme.EMPLOYEE, Scheme.RESIDENT)
EMPTY = "already_done: no_death_known"


def dies(story: Story, *agencies: str) -> None:
    for agency in agencies:
        population.die(story.world, agency, PERSON)
    story.post()


def lives_after_all(story: Story, *agencies: str, post: bool = True) -> Step:
    """Each agency takes its own word back; the step of the last at this case."""
    for agency in agencies:
        population.take_back_death(story.world, agency, PERSON)
    _, step = [each for each in story.world.kept if each[1].file and each[1].file.case_no == story.case_no][
        -1
    ]
    if post:
        story.post()
    return step


def at_rest(story: Story) -> None:
    come_to_rest(story.world)
    assert left_over(story.world) == []


def credited(story: Story, fen: int = WHOLE) -> None:
    """Everything runs to its end, and all of it is the person's at the destination."""
    at_rest(story)
    whole = sum(story.balance(story.destination, part) for part in ("this_year", "earlier_years"))
    assert (whole, story.estate(story.origin), story.estate(story.destination)) == (fen, 0, 0)
    assert story.months_at(story.destination) == 87


# By the other agency's word.


@pytest.mark.parametrize("state", ["due", "held_back", "residual", "returned"])
def test_what_the_others_word_stopped_goes_on_under_the_next_attempt(state: str) -> None:
    story = Story().form_sent() if state != "returned" else Story().settled()
    leg, fen = 1, WHOLE
    match state:
        case "held_back":
            story.at_origin(BatchReturned(1))
        case "returned":
            story.world.bounce(story.world.bank.transfers[0])
        case "residual":
            story.at_destination(TAKE_IN)
            come_to_rest(story.world)
            population.money_comes_late(story.world, QUJING, PERSON, 45)
            story.post()
            leg, fen = 2, WHOLE + 45
    booked = story.booked()
    dies(story, CHENGDU)
    lives_after_all(story, CHENGDU)
    assert story.booked() == booked, "no fen moved by a word"
    assert story.money(leg) == ("held_back", "awaited")
    waiting = story.money_at(story.o, leg)
    assert (waiting.holder, waiting.next_event) == (Holder.FINANCE, Next.ORDER_AGAIN)
    before = story.o.leg(leg)
    story.at_origin(OrderedAgain(leg, HANDLED))
    after = story.o.leg(leg)
    assert before is not None
    assert after is not None
    assert after.attempt == before.attempt + 1, "an attempt that the bank may know is never used again"
    credited(story, fen)


def test_unknown_money_is_undecided_again() -> None:
    story = Story(schemes=UNKNOWN).record_in()
    dies(story, CHENGDU)
    assert story.money() == ("stopped_by_death", "mode_unknown")
    lives_after_all(story, CHENGDU)
    assert story.money() == ("mode_unknown", "mode_unknown")
    assert story.money_at(story.o).next_event is Next.DECIDE_MODE
    assert done(story.at_origin(ModeDecided(1, MoneyMode.REMIT, "as agreed", *BY)))
    at_rest(story)


@pytest.mark.parametrize("leg_ended_arrives", [False, True])
def test_an_estate_waits_for_two_people_here_and_is_paid_to_nobody(leg_ended_arrives: bool) -> None:
    story = Story().form_sent()
    dies(story, CHENGDU)
    story.at_origin(SetAside(1, *BY))
    if leg_ended_arrives:
        story.post()
    booked = story.booked()
    population.take_back_death(story.world, CHENGDU, PERSON)
    story.post_messages(QUJING)
    assert story.o.leg(1).state.value == "estate_in_doubt"  # type: ignore[union-attr]  # the file has it
    assert story.booked() == booked
    assert story.money_at(story.o).next_event is (Next.BOOK_BACK if leg_ended_arrives else Next.RECEIPT)
    assert refused(story.at_origin(EstatePaid(1, *BY))) == "not_possible: estate_in_doubt"
    assert refused(story.at_origin(DeathTakenBack(HANDLED, HANDLED))) == "not_possible: same_person"
    step = story.at_origin(BACK)
    assert [type(each) for each in said(step)] == [LegNotice], "who took it back first need not be told"
    assert story.estate(QUJING) == 0
    assert story.held() == WHOLE
    story.post()
    assert story.money() == ("held_back", "awaited")
    credited(story)


def test_a_death_reported_again_makes_what_is_in_doubt_the_heirs_again() -> None:
    story = Story().form_sent()
    dies(story, CHENGDU)
    story.at_origin(SetAside(1, *BY))
    story.post()
    lives_after_all(story, CHENGDU)
    booked = story.booked()
    dies(story, QUJING)
    assert story.money()[0] == "estate"
    assert story.booked() == booked
    assert story.money_at(story.o).next_event is Next.PAY_ESTATE
    at_rest(story)


def test_what_an_agency_knows_itself_stands_and_is_told_again() -> None:
    story = Story().form_sent()
    dies(story, QUJING, CHENGDU)
    step = lives_after_all(story, CHENGDU, post=False)
    assert [type(each) for each in said(step)] == [WrongDeath]
    assert story.d.died_on is None
    story.post_messages(QUJING)
    assert story.o.died_on is not None
    assert story.money()[0] == "estate"
    assert story.told("death_stands") == [(QUJING, "death_stands", {"died_on": "2026-11-23"})]
    story.post()
    assert story.d.died_on == story.o.died_on
    lives_after_all(story, QUJING)
    assert (story.o.died_on, story.d.died_on) == (None, None)
    credited(story)


def test_two_takings_back_that_cross_change_nothing_twice() -> None:
    story = Story().form_sent()
    dies(story, QUJING, CHENGDU)
    lives_after_all(story, QUJING, CHENGDU)
    again = Received(story.case_no, WrongDeath(story.world.today))
    for file in (story.o, story.d):
        assert refused(decide(file, again, story.facts(file))) == EMPTY
    assert refused(story.at_origin(BACK)) == EMPTY
    credited(story)


def test_a_taking_back_that_crosses_the_others_own_report_ends_with_the_death_known_to_both() -> None:
    story = Story().form_sent()
    population.die(story.world, CHENGDU, PERSON)
    population.take_back_death(story.world, CHENGDU, PERSON)
    population.die(story.world, QUJING, PERSON)
    story.post()
    assert story.o.died_on == story.d.died_on == story.world.today
    at_rest(story)


def test_a_death_noted_again_meanwhile_stands() -> None:
    story = Story().form_sent()
    dies(story, QUJING)
    assert refused(story.at_origin(BACK)) == "already_done: death_known"


# Money at the origin that was set aside there.


def test_two_people_book_back_what_was_set_aside_and_it_is_announced_anew() -> None:
    story = Story().form_sent()
    dies(story, QUJING)
    assert story.money() == ("estate", "ended")
    step = lives_after_all(story, QUJING, post=False)
    assert said(step) == [
        WrongDeath(story.world.today),
        LegNotice(
            1, "REMIT", (Part("earlier_years", 200_855), Part("this_year", 120_000)), "death_taken_back"
        ),
    ]
    corrections = [each for each in step.postings if each.reason.value == "correction"]
    assert sum(each.amount_fen for each in corrections) == WHOLE
    assert {(each.handled_by, each.reviewed_by, each.rule) for each in corrections} == {
        (*BY, "design.death_taken_back")
    }
    assert {each.corrects for each in corrections} == {
        each.id
        for _, earlier in story.world.kept
        for each in earlier.postings
        if each.reason.value == "to_estate"
    }
    assert (story.estate(QUJING), story.held()) == (0, WHOLE)
    (decision,) = step.decisions
    assert (decision.rule, decision.outcome) == ("design.death_taken_back", "TAKEN_BACK")
    assert dict(decision.inputs) == {
        "for_heirs": 1, "paid_to_heirs": 0, "record": "form_sent", "stopped_by_death": 0,
    }  # fmt: skip
    assert (QUJING, "estate_back", {"amount_fen": WHOLE}) in story.told("estate_back")
    waiting = story.money_at(story.o)
    assert (waiting.holder, waiting.next_event) == (Holder.FINANCE, Next.RECEIPT)
    assert refused(story.at_origin(OrderedAgain(1, HANDLED))) == "not_possible: notice_not_receipted"
    story.post()
    assert story.money() == ("held_back", "awaited")
    assert story.money_at(story.o).next_event is Next.ORDER_AGAIN
    credited(story)


def test_what_came_back_from_the_bank_goes_back_to_where_it_waited() -> None:
    story = Story().settled()
    story.world.bounce(story.world.bank.transfers[0])
    dies(story, QUJING)
    assert (story.money(), story.estate(QUJING)) == (("estate", "ended"), WHOLE)
    lives_after_all(story, QUJING)
    assert story.held() == 0
    assert story.money() == ("held_back", "awaited")
    credited(story)


def test_money_that_goes_to_the_person_is_held_anew() -> None:
    story = Story(schemes=UNKNOWN).record_in()
    story.at_origin(ModeDecided(1, MoneyMode.TO_PERSON, "as agreed", *BY))
    story.to_bank()
    story.world.settle(story.world.bank.transfers[-1])
    story.world.bounce(story.world.bank.transfers[-1])
    story.post()
    dies(story, QUJING)
    assert story.estate(QUJING) == WHOLE
    lives_after_all(story, QUJING)
    assert (story.estate(QUJING), story.held()) == (0, WHOLE)
    at_rest(story)


def test_set_aside_taken_back_and_set_aside_again_are_bookings_of_their_own() -> None:
    story = Story().form_sent()
    for _ in range(3):
        dies(story, QUJING)
        assert story.estate(QUJING) == WHOLE
        lives_after_all(story, QUJING)
        assert story.held() == WHOLE
    ids = [each.id for _, step in story.world.kept for each in step.postings]
    assert len(ids) == len(set(ids))
    credited(story)


def test_a_stop_before_the_receipt_does_not_open_the_way_to_the_bank() -> None:
    story = Story().form_sent()
    dies(story, QUJING)
    population.take_back_death(story.world, QUJING, PERSON)
    population.die(story.world, CHENGDU, PERSON)
    population.take_back_death(story.world, CHENGDU, PERSON)
    story.post_messages(QUJING)
    assert story.o.leg(1).state.value == "held_back"  # type: ignore[union-attr]  # the file has it
    assert refused(story.at_origin(OrderedAgain(1, HANDLED))) == "not_possible: notice_not_receipted"
    story.post()
    credited(story)


def test_undecided_money_set_aside_is_undecided_again_and_waits_for_the_receipt() -> None:
    story = Story(schemes=UNKNOWN).record_in()
    dies(story, QUJING)
    assert story.money() == ("estate", "ended")
    lives_after_all(story, QUJING, post=False)
    early = ModeDecided(1, MoneyMode.REMIT, "as agreed", *BY)
    assert refused(story.at_origin(early)) == "not_possible: notice_not_receipted"
    story.post()
    assert story.money() == ("mode_unknown", "mode_unknown")
    assert done(story.at_origin(early))
    decided = story.o.leg(1)
    assert decided is not None
    assert decided.attempt == 2
    at_rest(story)


def test_two_undecided_amounts_become_one() -> None:
    story = Story(schemes=UNKNOWN).record_in()
    dies(story, QUJING)
    population.pay_in(story.world, QUJING, PERSON, {"this_year": 45}, late=True)
    story.at_origin(MoneyCameLate((Part("this_year", 45),), "interest", *BY))
    assert story.estate(QUJING) == WHOLE + 45
    step = lives_after_all(story, QUJING)
    assert len([each for each in said(step) if isinstance(each, LegNotice)]) == 1
    assert (story.money(1)[0], story.money(2)[0]) == ("mode_unknown", "ended")
    assert done(story.at_origin(ModeDecided(1, MoneyMode.REMIT, "as agreed", *BY)))
    assert story.held() == WHOLE + 45
    at_rest(story)


def test_late_money_set_aside_for_heirs_goes_the_way_of_the_places() -> None:
    story = Story().form_sent()
    dies(story, QUJING)
    population.pay_in(story.world, QUJING, PERSON, {"this_year": 45}, late=True)
    story.at_origin(MoneyCameLate((Part("this_year", 45),), "interest", *BY))
    assert story.money(2) == ("estate", "-")
    lives_after_all(story, QUJING)
    assert story.money(2) == ("held_back", "awaited")
    late = story.o.leg(2)
    assert late is not None
    assert (late.mode, late.rule) == (MoneyMode.REMIT, "R-032")
    credited(story, WHOLE + 45)


def test_where_money_stays_both_sides_name_the_rule_by_which_it_does() -> None:
    """Inside 广东 what is no more the heirs' stays at the origin, by R-037 at either side."""
    story = Story(origin=GUANGZHOU, destination=SHENZHEN).form_sent()
    dies(story, GUANGZHOU)
    population.pay_in(story.world, GUANGZHOU, PERSON, {"this_year": 45}, late=True)
    story.at_origin(MoneyCameLate((Part("this_year", 45),), "interest", *BY))
    lives_after_all(story, GUANGZHOU)
    here, there = story.o.leg(2), story.d.leg(2)
    assert here is not None
    assert there is not None
    assert (here.state.value, here.rule) == (there.state.value, there.rule) == ("stayed", "R-037")


@pytest.mark.parametrize(
    ("places", "after"),
    [((QUJING, CHENGDU), ("held_back", "awaited")), ((NANJING, SUZHOU), ("cleared", "cleared"))],
)
def test_a_form_that_named_the_heirs_is_put_right_by_a_notice(
    places: tuple[str, str], after: tuple[str, str]
) -> None:
    origin, destination = places
    story = Story(origin=origin, destination=destination).accepted()
    row = story.world.nodes[origin].find(population.number_of(PERSON))
    assert row is not None
    population.keep(story.world, replace(row, died_on=story.world.today))
    story.at_origin(ISSUE)
    story.post()
    assert story.money() == ("estate", "-")
    step = lives_after_all(story, origin)
    assert [type(each) for each in said(step)] == [LegNotice], "nobody was told of a death"
    assert story.told("death_taken_back") == []
    assert story.money() == after
    come_to_rest(story.world)
    assert story.money() == ("credited", "credited")
    assert story.balance(destination) == 120_000


def test_what_the_heirs_were_paid_stays_paid_and_is_said() -> None:
    story = Story().form_sent()
    dies(story, QUJING)
    story.at_origin(EstatePaid(1, *BY))
    story.post()
    step = lives_after_all(story, QUJING)
    assert step.postings == ()
    assert story.money() == ("estate_paid", "ended")
    assert story.told("estate_stays_paid") == [
        (QUJING, "estate_stays_paid", {"amount_fen": WHOLE}),
    ]
    population.money_comes_late(story.world, QUJING, PERSON, 45)
    story.post()
    assert story.money(2) == ("residual", "awaited"), "what is won back comes in as late money"
    at_rest(story)


def test_an_order_at_the_bank_that_is_refused_later_goes_again() -> None:
    story = Story().ordered()
    dies(story, CHENGDU)
    lives_after_all(story, CHENGDU)
    story.world.reject(story.world.bank.transfers[0])
    assert story.money()[0] == "held_back"
    credited(story)


# Money at the destination.


@pytest.mark.parametrize("places", [(QUJING, CHENGDU), (NANJING, SUZHOU)])
def test_what_was_set_aside_at_the_destination_is_credited_by_its_own_two_people(
    places: tuple[str, str],
) -> None:
    story = Story(origin=places[0], destination=places[1])
    if places == (QUJING, CHENGDU):
        story.settled()
        dies(story, places[0])
        story.arrives(WHOLE)
        story.at_destination(TAKE_IN)
    else:
        story.form_sent()
        dies(story, places[0])
        story.at_destination(TAKE_IN)
    assert story.estate(places[1]) == WHOLE
    story.post()
    lives_after_all(story, places[0])
    assert story.money() == ("credited", "estate_in_doubt")
    assert story.money_at(story.d).next_event is Next.BOOK_BACK
    assert refused(story.at_destination(EstatePaid(1, *BY))) == "not_possible: estate_in_doubt"
    others = ("财务二", "复核二")
    step = story.at_destination(DeathTakenBack(*others))
    assert said(step) == []
    amount = story.d.leg(1)
    assert amount is not None
    credit, rule = ("credited", "R-048") if places[0] == QUJING else ("cleared_in", amount.rule)
    booked = [(each.reason.value, each.rule) for each in step.postings]
    assert booked == [("correction", "design.death_taken_back"), (credit, rule)] * 2
    assert amount.rule != "R-048"
    assert {(each.handled_by, each.reviewed_by) for each in step.postings} == {others}
    assert (amount.handled_by, amount.reviewed_by) == others
    assert story.money() == ("credited", "credited")
    assert story.estate(places[1]) == 0
    assert story.balance(places[1]) == 120_000
    come_to_rest(story.world)
    assert not story.world.open_files()


def test_what_was_set_aside_at_the_destination_is_handed_over_until_the_receipt() -> None:
    story = Story().settled()
    dies(story, CHENGDU)
    story.arrives(WHOLE)
    lives_after_all(story, CHENGDU, post=False)
    credited_here = story.d.leg(1)
    assert credited_here is not None
    assert credited_here.state.value == "credited"
    assert credited_here.is_open
    assert story.money_at(story.d).next_event is Next.RECEIPT
    story.at_destination(TAKE_IN)
    story.post()
    assert story.money() == ("credited", "credited")
    credited(story)


def test_a_notice_that_comes_late_renews_no_amount_that_has_moved_since() -> None:
    """The notice of an amount that is no more the heirs' counts where the amount had ended, and nowhere else."""
    story = Story().settled()
    story.arrives(WHOLE)
    before = story.d.leg(1)
    assert before is not None
    notice = LegNotice(1, before.mode.value, before.parts, "death_taken_back")
    late = story.at_destination(Received(story.case_no, notice))
    assert refused(late) == "already_done: no_query_open"
    assert story.d.leg(1) == before


def test_what_is_still_on_its_way_is_credited_as_usual() -> None:
    story = Story().settled()
    dies(story, CHENGDU)
    lives_after_all(story, CHENGDU)
    story.arrives(WHOLE)
    assert story.money()[1] == "credited"
    story.at_destination(TAKE_IN)
    credited(story)


def test_money_that_comes_twice_for_an_estate_in_doubt_goes_back() -> None:
    story = Story().settled()
    dies(story, QUJING)
    story.arrives(WHOLE)
    lives_after_all(story, QUJING)
    assert story.money()[1] == "estate_in_doubt"
    story.arrives(WHOLE)
    assert story.d.leg(101) is not None


# The record.


@pytest.mark.parametrize("where", [(QUJING,), (CHENGDU,), (QUJING, CHENGDU)])
def test_a_record_that_ended_stays_ended_and_the_person_applies_anew(where: tuple[str, ...]) -> None:
    story = Story().accepted()
    dies(story, *where)
    assert story.records == ("died", "died")
    step = lives_after_all(story, *where)
    assert story.records == ("died", "died")
    assert [decision.outcome for decision in step.decisions] == ["APPLY_ANEW"]
    assert {agency for agency, _, _ in story.told("apply_anew")} == {QUJING, CHENGDU}
    first = story.case_no
    story.apply(lot="00000002")
    assert story.case_no != first
    story.post()
    story.at_origin(ISSUE)
    story.post()
    story.at_destination(TAKE_IN)
    credited(story)


def test_a_proposal_that_ended_says_so_and_tells_nobody() -> None:
    story = Story()
    story.apply(proposal=True)
    dies(story, CHENGDU)
    step = lives_after_all(story, CHENGDU)
    assert said(step) == []
    assert [key for _, key, _ in story.told("apply_anew")] == ["apply_anew"]


@pytest.mark.parametrize("proposal", [False, True])
def test_a_form_that_crossed_is_counted_and_the_new_application_yields(proposal: bool) -> None:
    story = Story().accepted()
    story.at_origin(ISSUE)
    population.die(story.world, CHENGDU, PERSON)
    population.take_back_death(story.world, CHENGDU, PERSON)
    first = story.case_no
    story.apply(lot="00000002", proposal=proposal)
    if proposal:
        story.at_destination(Consented())
    second, story.case_no = story.case_no, first
    story.post()
    assert story.records == ("form_sent", "form_received")
    yielded = story.world.nodes[CHENGDU].files[second]
    assert (yielded.record.state.value, yielded.refusals) == ("refused", ("NA-11",))
    assert not yielded.stands
    assert yielded.sent == (0 if proposal else 2)
    story.at_destination(TAKE_IN)
    credited(story)
    assert refused(story.at_destination(Superseded("x"))) == "already_done: checked_already"


def test_a_case_that_knows_of_no_death_has_nothing_to_take_back() -> None:
    story = Story().form_sent()
    assert refused(story.at_origin(BACK)) == EMPTY
    assert refused(story.hears(story.d, WrongDeath(story.world.today))) == EMPTY
    assert refused(decide(None, BACK, story.facts(story.o))) == "not_possible: no_such_case"


def test_an_agency_that_finds_nobody_goes_by_the_others_word() -> None:
    story = Story().form_sent()
    dies(story, CHENGDU)
    facts = replace(story.facts(story.o), person=None)
    step = decide(story.o, Received(story.case_no, WrongDeath(story.world.today)), facts)
    assert step.file is not None
    assert step.file.died_on is None


def test_a_corrected_form_leaves_alone_what_waits_for_its_receipt() -> None:
    story = Story(schemes=UNKNOWN).form_sent()
    dies(story, QUJING)
    story.at_destination(FormDisputed("months_differ"))
    story.post()
    lives_after_all(story, QUJING, post=False)
    story.at_origin(ISSUE)
    assert story.o.form is not None
    assert story.o.form.mode == "UNKNOWN"
    assert story.money_at(story.o).next_event is Next.RECEIPT
    story.post()
    story.at_destination(TAKE_IN)
    assert story.money() == ("mode_unknown", "mode_unknown")
    at_rest(story)


def test_a_corrected_form_goes_on_counting_attempts() -> None:
    """Booked for the heirs twice, under two names: a form corrected in between does not begin to count anew."""
    story = Story(schemes=UNKNOWN).form_sent()
    dies(story, QUJING)
    lives_after_all(story, QUJING)
    story.at_destination(FormDisputed("months_differ"))
    story.post()
    assert done(story.at_origin(ISSUE))
    again = story.o.leg(1)
    assert again is not None
    assert (again.state.value, again.attempt) == ("mode_unknown", 2)
    dies(story, QUJING)
    named = [each.id for _, step in story.world.kept for each in step.postings]
    assert len(named) == len(set(named))
    lives_after_all(story, QUJING)
    story.at_destination(TAKE_IN)
    at_rest(story)


def test_what_is_told_names_the_day_that_was_wrong() -> None:
    story = Story().form_sent()
    dies(story, CHENGDU)
    lives_after_all(story, CHENGDU)
    day = {"died_on": "2026-11-23"}
    assert story.told("death_taken_back") == [
        (CHENGDU, "death_taken_back", day),
        (QUJING, "death_taken_back", day),
    ]
    assert story.sent(Death, WrongDeath) == [Death(story.world.today), WrongDeath(story.world.today)]
    assert story.sent(LegEnded) == []


def test_an_amount_keeps_who_booked_it_back_and_where_it_waits_and_no_more() -> None:
    others = ("经办丙", "复核丁")
    story = Story().settled()
    story.world.bounce(story.world.bank.transfers[0])
    dies(story, QUJING)
    estate = story.o.leg(1)
    assert estate is not None
    assert estate.early == "came_back"
    population.keep(story.world, replace(_row(story), died_on=None))
    story.at_origin(DeathTakenBack(*others))
    back = story.o.leg(1)
    assert back is not None
    assert (back.early, back.attempt, back.held_by_issue) == ("", 2, None)
    assert (back.handled_by, back.reviewed_by) == others
    assert back.due_after is not None
    assert back.due_after.kind.value == "promise"
    assert story.money_at(story.o).next_event is Next.RECEIPT
    held = Story().form_sent()
    dies(held, QUJING)
    estate = held.o.leg(1)
    assert estate is not None
    assert estate.early == ""
    population.keep(held.world, replace(_row(held), died_on=None))
    held.at_origin(DeathTakenBack(*others))
    back = held.o.leg(1)
    assert back is not None
    assert (back.mode, back.rule, back.attempt, back.held_by_issue) == (MoneyMode.REMIT, "R-032", 2, 1002)
    assert (back.handled_by, back.reviewed_by) == (others[0], "")
    assert {(each.leg, each.issue) for each in held.world.nodes[QUJING].books.open_holds()} == {(1, 1002)}


def test_an_amount_that_joins_another_ends_when_the_other_side_knows() -> None:
    story = Story(schemes=UNKNOWN).record_in()
    dies(story, CHENGDU)
    population.pay_in(story.world, QUJING, PERSON, {"this_year": 45}, late=True)
    story.at_origin(MoneyCameLate((Part("this_year", 45),), "interest", *BY))
    story.at_origin(SetAside(1, *BY))
    assert story.money_at(story.o).next_event is Next.RECEIPT
    population.take_back_death(story.world, CHENGDU, PERSON)
    story.post_messages(QUJING)
    step = story.at_origin(BACK)
    assert (story.money(1)[0], story.money(2)[0]) == ("mode_unknown", "ended")
    joined = story.o.leg(2)
    assert joined is not None
    assert (joined.is_open, joined.handled_by, joined.reviewed_by) == (False, *BY)
    assert [each.leg for each in said(step) if isinstance(each, LegNotice)] == [1]
    story.post()
    at_rest(story)


def test_an_amount_that_joins_another_is_handed_over_until_the_receipt() -> None:
    others = ("经办丙", "复核丁")
    story = Story(schemes=UNKNOWN).record_in()
    dies(story, CHENGDU)
    story.at_origin(SetAside(1, *BY))
    population.take_back_death(story.world, CHENGDU, PERSON)
    story.post_messages(QUJING)
    population.money_comes_late(story.world, QUJING, PERSON, 45)
    story.at_origin(DeathTakenBack(*others))
    assert (story.money(1)[0], story.money(2)[0]) == ("ended", "mode_unknown")
    joined = story.o.leg(1)
    assert joined is not None
    assert (joined.is_open, joined.handled_by, joined.reviewed_by) == (True, *others)
    story.post()
    assert not story.o.money[0].is_open
    at_rest(story)


def _row(story: Story) -> population.Insured:
    row = story.world.nodes[QUJING].find(population.number_of(PERSON))
    assert row is not None
    return row
