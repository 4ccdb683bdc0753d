"""To the word: what a step books and by which rule, what it tells people and the other side, until when, and what changes nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest
from cases_story import BY, CHENGDU, ISSUE, NANJING, PERSON, QUJING, SUZHOU, TAKE_IN, Story, refused, said

from jiexu.cases.decide import decide
from jiexu.cases.events import (
    BatchReturned,
    BatchReviewed,
    CreditReviewed,
    FormDisputed,
    FormRecalled,
    ModeDecided,
    MoneyCameLate,
    NotReceived,
    OrderedAgain,
    QueryAnswered,
    Receipted,
    RestSent,
    WithdrawAsked,
)
from jiexu.exchange.payloads import (
    FormDispute,
    LegEnded,
    LegNotice,
    MoneyCredited,
    MoneyQuery,
    Part,
    Payload,
    PaymentAdvice,
    RecordIn,
    WithdrawRequest,
)
from jiexu.records.monthset import MonthSet
from jiexu.rules.inputs import Scheme
from jiexu.rules.money import MoneyMode
from jiexu.simulation import population
from jiexu.simulation.world import HANDLED, REVIEWED
from jiexu.values.month import Month

EARLIER, THIS = 200_855, 120_000
WHOLE = EARLIER + THIS
PARTS = (Part("earlier_years", EARLIER), Part("this_year", THIS))
UNKNOWN = (Scheme.EMPLOYEE, Scheme.RESIDENT)


def mine(agency: str, part: str = "this_year") -> str:
    return f"personal:{agency}:{agency}-P{PERSON}:{part}"


def both(reason: str, rule: str, debit: str, credit: str) -> list[tuple[str, str, str, str, int]]:
    """The two postings of an amount in two parts; ``*`` stands for the person's account here."""
    return [
        (reason, rule, *(side.replace("*", part.part) for side in (debit, credit)), part.amount_fen)
        for part in PARTS
    ]


def paid_to_the_person() -> Story:
    story = Story(schemes=UNKNOWN).record_in()
    story.at_origin(ModeDecided(1, MoneyMode.TO_PERSON, "agreed by telephone", *BY))
    story.to_bank()
    story.world.settle(story.world.bank.transfers[0])
    story.post()
    return story


def too_much() -> Story:
    """77 fen more than the form says came, were asked about, and the origin stands by its form."""
    story = Story().settled()
    story.arrives(WHOLE + 77)
    story.post()
    story.at_origin(QueryAnswered(1, short=False))
    story.post()
    return story


def bounced() -> Story:
    story = Story().settled()
    story.world.bounce(story.world.bank.transfers[0])
    story.post()
    return story


# Booked, by which rule.

SENT = both("paid_out", "R-032", mine(QUJING, "*"), f"bank:{QUJING}")
CAME_IN = both("credited", "R-048", f"receipts:{CHENGDU}", mine(CHENGDU, "*"))


def test_an_excess_goes_back_from_the_receipts_by_the_rule_of_differences() -> None:
    story = too_much()
    story.at_destination(CreditReviewed(1, *BY))
    story.to_bank(101, at=CHENGDU)
    story.world.settle(story.world.bank.transfers[-1])
    gone = ("given_back", "R-048", f"receipts:{CHENGDU}", f"bank:{CHENGDU}", 77)
    assert story.booked() == [*SENT, *CAME_IN, gone]


def test_what_came_back_waits_apart_and_is_sent_again_from_there() -> None:
    story = bounced()
    story.at_origin(OrderedAgain(1, HANDLED))
    story.to_bank()
    story.world.settle(story.world.bank.transfers[-1])
    there = both("bounced", "R-032", f"bank:{QUJING}", f"returned:{QUJING}")
    again = both("sent_again", "R-032", f"returned:{QUJING}", f"bank:{QUJING}")
    assert story.booked() == [*SENT, *there, *again]


def test_what_the_persons_bank_returned_corrects_the_payment_and_is_held_under_a_number_of_its_own() -> None:
    story = paid_to_the_person()
    paid = [each for _, step in story.world.kept for each in step.postings]
    story.world.bounce(story.world.bank.transfers[0])
    out = both("paid_to_person", "design.mode", mine(QUJING, "*"), f"bank:{QUJING}")
    back = both("correction", "design.mode", f"bank:{QUJING}", mine(QUJING, "*"))
    assert story.booked() == [*out, *back]
    corrections = [each for _, step in story.world.kept for each in step.postings][len(paid) :]
    assert [each.corrects for each in corrections] == [each.id for each in paid]
    holds = story.world.nodes[QUJING].books.open_holds()
    assert {each.issue for each in holds} == {1001}


def test_credited_first_passes_through_the_clearing_accounts_of_both() -> None:
    story = Story(origin=NANJING, destination=SUZHOU).record_in()
    out = both("cleared_out", "R-036", mine(NANJING, "*"), f"clearing:{NANJING}:{SUZHOU}")
    come = both("cleared_in", "R-036", f"clearing:{SUZHOU}:{NANJING}", mine(SUZHOU, "*"))
    assert story.booked() == [*out, *come]


def test_the_heirs_money_comes_from_where_it_lay() -> None:
    held = Story().form_sent()
    population.die(held.world, QUJING, PERSON)
    estate = f"estate:{QUJING}:{held.case_no}"
    assert held.booked() == both("to_estate", "R-043", mine(QUJING, "*"), estate)
    returned = bounced()
    population.die(returned.world, QUJING, PERSON)
    estate = f"estate:{QUJING}:{returned.case_no}"
    assert returned.booked()[-2:] == both("to_estate", "R-043", f"returned:{QUJING}", estate)
    assert returned.o.money[0].held_by_issue is held.o.money[0].held_by_issue is None
    cleared = Story(origin=NANJING, destination=SUZHOU).form_sent()
    population.die(cleared.world, SUZHOU, PERSON)
    cleared.at_destination(TAKE_IN)
    estate = f"estate:{SUZHOU}:{cleared.case_no}"
    assert cleared.booked()[-2:] == both("to_estate", "R-043", f"clearing:{SUZHOU}:{NANJING}", estate)
    landed = Story().settled()
    population.die(landed.world, CHENGDU, PERSON)
    landed.arrives(WHOLE)
    estate = f"estate:{CHENGDU}:{landed.case_no}"
    assert landed.booked()[-2:] == both("to_estate", "R-043", f"receipts:{CHENGDU}", estate)


def test_who_handled_and_who_reviewed_stand_on_every_posting_of_every_way() -> None:
    returned = bounced()
    population.die(returned.world, QUJING, PERSON)
    cleared = Story(origin=NANJING, destination=SUZHOU).record_in()
    late = Story(origin=NANJING, destination=SUZHOU).record_in()
    population.money_comes_late(late.world, NANJING, PERSON, 45)
    given_back = paid_to_the_person()
    given_back.world.bounce(given_back.world.bank.transfers[0])
    for story in (returned, cleared, late, given_back):
        postings = [each for _, step in story.world.kept for each in step.postings]
        assert {(each.handled_by, each.reviewed_by) for each in postings} == {BY}


# Told to people.


def test_an_ordinary_transfer_is_told_stage_by_stage_with_its_figures() -> None:
    story = Story().settled()
    story.arrives(WHOLE)
    story.at_destination(TAKE_IN)
    story.post()
    assert story.told() == [
        (CHENGDU, "accepted", {"accepted_on": "2026-11-23"}),
        (QUJING, "accepted", {"accepted_on": "2026-11-23"}),
        (QUJING, "form_issued", {"months": 87}),
        (CHENGDU, "form_received", {"months": 87}),
        (QUJING, "money_sent", {"amount_fen": WHOLE}),
        (CHENGDU, "money_credited", {"amount_fen": WHOLE, "how": "credited"}),
        (CHENGDU, "record_in", {"taken": 87, "already_counted": 0}),
        (QUJING, "money_credited", {"amount_fen": WHOLE, "how": "credited"}),
        (QUJING, "record_in", {"taken": 87, "already_counted": 0}),
    ]


def test_a_difference_and_what_goes_back_are_told_with_both_figures() -> None:
    story = too_much()
    story.at_destination(CreditReviewed(1, *BY))
    assert story.told("money_differs", "money_given_back") == [
        (CHENGDU, "money_differs", {"received_fen": WHOLE + 77, "expected_fen": WHOLE}),
        (CHENGDU, "money_given_back", {"amount_fen": 77}),
    ]


def test_a_payment_that_came_back_is_told() -> None:
    assert bounced().told("money_bounced") == [(QUJING, "money_bounced", {"amount_fen": WHOLE})]


def test_money_without_a_known_way_is_told_when_it_waits_and_when_its_way_is_found() -> None:
    story = paid_to_the_person()
    keys = ("money_unknown", "money_announced", "money_ended", "money_sent")
    assert story.told(*keys) == [
        (QUJING, "money_unknown", {"amount_fen": WHOLE}),
        (QUJING, "money_sent", {"amount_fen": WHOLE}),
        (CHENGDU, "money_announced", {"amount_fen": WHOLE, "why": "mode_decided"}),
        (CHENGDU, "money_ended", {"why": "paid_to_person"}),
    ]


def test_money_that_stays_is_told_by_the_place_where_it_stays() -> None:
    story = Story(schemes=UNKNOWN).record_in()
    story.at_origin(ModeDecided(1, MoneyMode.KEEP, "agreed by telephone", *BY))
    assert story.told("money_stays") == [(QUJING, "money_stays", {"mode": "KEEP", "amount_fen": WHOLE})]


def test_a_returned_form_is_told_on_both_sides_with_its_reason() -> None:
    story = Story().form_sent()
    story.at_destination(FormDisputed("wrong-months"))
    story.post()
    why = {"reason": "wrong-months"}
    assert story.told("form_disputed") == [(CHENGDU, "form_disputed", why), (QUJING, "form_disputed", why)]


def test_months_that_count_already_are_told_beside_those_that_came() -> None:
    story = Story().form_sent()
    answer = story.hears(story.o, RecordIn(1, 80, 7))
    assert [(each.key, dict(each.data)) for each in answer.told] == [
        ("record_in", {"taken": 80, "already_counted": 7})
    ]


# Told to the other side.


def test_the_other_side_is_told_each_turn_of_the_money_in_the_words_of_the_messages() -> None:
    story = Story().settled()
    story.arrives(WHOLE - 100)
    story.post()
    story.at_origin(QueryAnswered(1, short=True), RestSent(1))
    story.post()
    story.arrives(100)
    assert story.sent(PaymentAdvice, MoneyQuery, LegNotice, MoneyCredited) == [
        PaymentAdvice(1, 1, WHOLE, "settled"),
        MoneyQuery(1, WHOLE - 100, WHOLE),
        LegNotice(1, "REMIT", PARTS, "rest_follows"),
        PaymentAdvice(1, 1, WHOLE, "settled"),
        MoneyCredited(1, WHOLE, "credited"),
    ]


def test_the_other_side_is_told_that_money_came_back_went_elsewhere_or_is_the_heirs() -> None:
    assert bounced().sent(PaymentAdvice)[-1] == PaymentAdvice(1, 1, WHOLE, "bounced")
    story = paid_to_the_person()
    assert story.sent(LegNotice, LegEnded) == [
        LegNotice(1, "TO_PERSON", PARTS, "mode_decided"),
        LegEnded(1, "paid_to_person"),
    ]
    died = Story().form_sent()
    population.die(died.world, QUJING, PERSON)
    assert died.sent(LegEnded) == [LegEnded(1, "estate")]
    landed = Story().settled()
    population.die(landed.world, CHENGDU, PERSON)
    landed.arrives(WHOLE)
    assert landed.sent(MoneyCredited) == [MoneyCredited(1, WHOLE, "estate")]


def test_the_form_is_returned_and_recalled_by_its_number_and_reason() -> None:
    story = Story().form_sent()
    assert said(story.at_destination(FormDisputed("wrong-months"))) == [FormDispute(1, "wrong-months")]
    other = Story().form_sent()
    assert said(other.at_origin(FormRecalled("own-error"))) == [WithdrawRequest("form", "own-error")]


# Decided, on what.


def test_money_that_came_late_or_waited_is_decided_on_its_amount_way_and_reason() -> None:
    story = Story(schemes=UNKNOWN).record_in()
    step = story.at_origin(ModeDecided(1, MoneyMode.REMIT, "agreed by telephone", *BY))
    [decision] = step.decisions
    assert (decision.rule, decision.outcome) == ("design.mode", "REMIT")
    assert dict(decision.inputs) == {"amount_fen": WHOLE, "why": "agreed by telephone"}
    later = Story().record_in()
    population.pay_in(later.world, QUJING, PERSON, {"this_year": 45}, late=True)
    step = later.at_origin(MoneyCameLate((Part("this_year", 45),), "interest", *BY))
    assert [dict(each.inputs) for each in step.decisions if each.rule == "R-051"] == [
        {"amount_fen": 45, "mode": "REMIT", "why": "interest"}
    ]


def test_a_returned_form_is_decided_on_the_reason_given() -> None:
    story = Story().form_sent()
    [decision] = story.hears(story.o, FormDispute(1, "wrong-months")).decisions
    assert decision.inputs["reason"] == "wrong-months"


def test_what_a_query_found_is_decided_on_and_kept_with_the_amount() -> None:
    story = Story().settled()
    step = story.hears(story.o, MoneyQuery(1, WHOLE - 100, WHOLE))
    assert [dict(each.inputs) for each in step.decisions] == [
        {"form_fen": WHOLE, "received_fen": WHOLE - 100}
    ]
    assert step.file is not None
    assert step.file.money[0].received_fen == WHOLE - 100


def test_months_are_decided_on_what_came_and_what_counted_already() -> None:
    story = Story().form_sent()
    twice = MonthSet.between(Month.of(2026, 8), Month.of(2026, 10))
    row = story.world.nodes[CHENGDU].find(population.number_of(PERSON))
    assert row is not None
    population.keep(story.world, row.earning(scheme=Scheme.EMPLOYEE, months=twice))
    step = story.at_destination(TAKE_IN)
    inputs = {each.rule: dict(each.inputs) for each in step.decisions}
    assert inputs["R-076"]["months"] == 85
    assert (inputs["R-077"]["taken"], inputs["R-077"]["duplicates"]) == (85, 2)


def test_every_move_of_months_names_the_issue_of_the_form_it_belongs_to() -> None:
    story = Story().form_sent()
    story.at_destination(FormDisputed("wrong-months"))
    story.post()
    story.at_origin(ISSUE)
    story.post()
    story.at_destination(TAKE_IN)
    moves = [(each.kind.value, each.issue) for _, step in story.world.kept for each in step.months]
    assert moves == [("out", 1), ("undone", 1), ("out", 2), ("in", 2)]


# Until when.


def until(story: Story, leg: int = 1, *, origin: bool = True) -> tuple[str, int]:
    """What this amount waits for, and in how many days from today."""
    waiting = story.money_at(story.o if origin else story.d, leg)
    return waiting.next_event.value, (waiting.due.on - story.world.today).days


def test_what_a_reviewer_took_out_is_ordered_again_as_soon_as_what_a_bank_returned() -> None:
    story = Story().form_sent()
    story.at_origin(BatchReviewed(1, REVIEWED))
    assert until(story) == ("send_batch", 14)
    story.at_origin(BatchReturned(1))
    assert until(story) == ("order_again", 2)


def test_until_the_receipt_is_here_an_amount_waits_one_working_day_for_it() -> None:
    story = Story().ordered()
    story.world.settle(story.world.bank.transfers[0])
    assert until(story) == ("receipt", 1)


def test_the_heirs_amount_that_the_form_or_a_credit_tells_of_waits_for_its_receipt_first() -> None:
    known = Story().accepted()
    row = known.world.nodes[QUJING].find(population.number_of(PERSON))
    assert row is not None
    population.keep(known.world, replace(row, died_on=known.world.today))
    known.at_origin(ISSUE)
    assert until(known) == ("receipt", 1)
    known.post()
    assert until(known) == ("pay_estate", 14)
    landed = Story().settled()
    population.die(landed.world, CHENGDU, PERSON)
    landed.arrives(WHOLE)
    assert until(landed, origin=False) == ("receipt", 1)
    landed.post()
    assert until(landed, origin=False) == ("pay_estate", 14)


def test_a_recall_waits_for_its_receipt_and_then_for_the_answer() -> None:
    story = Story().form_sent()
    story.at_origin(FormRecalled("own-error"))
    seq = story.o.record.handing_over
    assert seq is not None
    story.at_origin(Receipted(seq, story.world.today))
    waiting = story.record_at(story.o)
    assert (waiting.next_event.value, (waiting.due.on - story.world.today).days) == ("withdraw_answer", 7)


def test_the_form_sets_the_destinations_day_also_beside_the_record() -> None:
    story = Story().form_sent()
    assert story.d.destination_due == story.d.record.due


# Boundaries.


def test_the_last_fen_of_an_account_moves_too() -> None:
    story = Story(schemes=UNKNOWN, fen={"this_year": 1}).record_in()
    story.at_origin(ModeDecided(1, MoneyMode.REMIT, "agreed by telephone", *BY))
    assert story.held() == 1


def test_money_that_is_here_to_the_fen_cannot_be_missed() -> None:
    story = Story().settled()
    story.at_destination(FormDisputed("wrong-months"))
    story.arrives(WHOLE)
    assert refused(story.at_destination(NotReceived(1))) == "not_possible: money_is_here"


@pytest.mark.parametrize("leg", [1, 9])
def test_only_money_that_comes_in_can_be_missed(leg: int) -> None:
    story = Story().settled()
    assert refused(story.at_origin(NotReceived(leg))) == "already_done: not_advised"


def test_an_amount_nobody_knows_has_no_way_to_decide() -> None:
    story = Story(schemes=UNKNOWN).record_in()
    event = ModeDecided(9, MoneyMode.REMIT, "agreed by telephone", *BY)
    assert refused(story.at_origin(event)) == "already_done: mode_known"
    assert refused(story.at_destination(replace(event, leg=1))) == "already_done: mode_known"


def test_late_money_goes_to_the_bank_the_first_time_when_it_is_ordered() -> None:
    story = Story().record_in()
    population.money_comes_late(story.world, QUJING, PERSON, 45)
    story.at_origin(OrderedAgain(2, HANDLED))
    late = story.o.leg(2)
    assert late is not None
    assert (late.state.value, late.attempt) == ("due", 1)


def test_a_query_answered_once_is_forgotten_when_the_money_goes_out_again() -> None:
    story = Story().ordered()
    story.arrives(WHOLE - 1)
    story.post()
    story.world.settle(story.world.bank.transfers[0])
    assert (story.money()[0], story.o.money[0].early) == ("queried", "")
    story.world.bounce(story.world.bank.transfers[0])
    story.at_origin(OrderedAgain(1, HANDLED))
    story.to_bank()
    story.world.settle(story.world.bank.transfers[-1])
    assert story.money()[0] == "settled"


def test_what_goes_back_to_a_payer_is_paid_to_the_agency_and_is_no_part_of_an_account() -> None:
    story = too_much()
    story.at_destination(CreditReviewed(1, *BY))
    track = story.d.leg(101)
    assert track is not None
    assert (track.mode, track.parts) == (MoneyMode.REMIT, (Part("excess", 77),))


def test_both_sides_keep_how_an_amount_travels() -> None:
    story = Story().form_sent()
    assert [file.money[0].mode for file in (story.o, story.d)] == [MoneyMode.REMIT] * 2
    population.die(story.world, QUJING, PERSON)
    population.pay_in(story.world, QUJING, PERSON, {"this_year": 45}, late=True)
    story.at_origin(MoneyCameLate((Part("this_year", 45),), "interest", *BY))
    late = story.o.leg(2)
    assert late is not None
    assert late.mode is MoneyMode.ESTATE


# A corrected form.


def corrected(story: Story) -> Story:
    story.at_destination(FormDisputed("wrong-months"))
    story.post()
    story.at_origin(ISSUE)
    story.post()
    return story


def test_a_corrected_form_leaves_alone_what_the_bank_refused_once() -> None:
    story = Story().ordered()
    story.world.reject(story.world.bank.transfers[0])
    story.at_origin(OrderedAgain(1, HANDLED))
    corrected(story)
    track = story.o.money[0]
    assert (track.state.value, track.attempt, track.held_by_issue) == ("due", 2, 1)


def test_a_corrected_form_counts_no_fen_twice_and_frees_only_what_it_held() -> None:
    unknown = corrected(Story(schemes=UNKNOWN).form_sent())
    assert unknown.o.form is not None
    assert unknown.o.form.parts == PARTS
    story = Story(fen={"this_year": THIS}).form_sent()
    story.at_destination(FormDisputed("wrong-months"))
    story.post()
    population.pay_in(story.world, QUJING, PERSON, {"earlier_years": 45}, late=True)
    story.at_origin(ISSUE)
    assert story.o.form is not None
    assert sorted(story.o.form.parts, key=str) == [Part("earlier_years", 45), Part("this_year", THIS)]


def test_an_amount_a_corrected_form_ends_is_no_longer_held() -> None:
    story = Story().form_sent()
    story.at_destination(FormDisputed("wrong-months"))
    story.post()
    facts = story.facts(story.o)
    assert facts.person is not None
    step = decide(story.o, ISSUE, replace(facts, person=replace(facts.person, account=())))
    assert step.file is not None
    assert (step.file.money[0].state.value, step.file.money[0].held_by_issue) == ("ended", None)


def test_money_only_advised_is_not_asked_about_when_the_form_is_corrected() -> None:
    story = corrected(Story().settled())
    assert story.money() == ("settled", "settled")
    assert story.sent(MoneyQuery) == []


@pytest.mark.parametrize("fen", [1, WHOLE + 1])
def test_a_single_fen_is_asked_about_when_the_form_is_corrected(fen: int) -> None:
    story = Story().settled()
    story.at_destination(FormDisputed("wrong-months"))
    story.arrives(fen)
    story.post()
    story.at_origin(ISSUE)
    story.post()
    assert story.sent(MoneyQuery) == [MoneyQuery(1, fen, WHOLE)]


def test_money_credited_with_an_excess_stays_credited_when_the_form_is_corrected() -> None:
    story = too_much()
    story.at_destination(CreditReviewed(1, *BY))
    story.post()
    corrected(story)
    assert story.money() == ("credited", "credited")
    assert len(story.sent(MoneyQuery)) == 1


def test_what_came_is_compared_with_the_corrected_form_and_what_is_credited_keeps_its_amount() -> None:
    story = Story().settled()
    story.at_destination(FormDisputed("wrong-months"))
    story.arrives(WHOLE)
    assert story.d.form is not None
    other = replace(story.d.form, issue=2, parts=(Part("this_year", WHOLE - 5),))
    assert said(story.hears(story.d, other)) == [MoneyQuery(1, WHOLE, WHOLE - 5)]
    credited = Story().settled()
    credited.arrives(WHOLE)
    credited.at_destination(FormDisputed("wrong-months"))
    step = credited.hears(credited.d, other)
    assert step.file is not None
    assert step.file.money[0].amount_fen == WHOLE


def test_an_unknown_way_that_turns_out_to_be_the_heirs_ends_the_wait() -> None:
    story = Story(schemes=UNKNOWN).record_in()
    step = story.hears(story.d, LegNotice(1, "ESTATE", PARTS, "death"))
    assert step.file is not None
    assert [track.state.value for track in step.file.money] == ["ended"]


def test_a_form_that_crosses_a_withdrawal_says_so_and_no_other_form_does() -> None:
    story = Story().accepted()
    story.at_origin(ISSUE)
    story.at_destination(WithdrawAsked("changed-mind"))
    story.post_messages(CHENGDU)
    assert len(story.told("already_issued")) == 1
    assert Story().form_sent().told("already_issued") == []


def test_places_where_money_stayed_behind_are_told_by_name_when_there_are_any() -> None:
    story = Story().accepted()
    issued = decide(story.o, ISSUE, replace(story.facts(story.o), left_behind=("440100", "440300")))
    told = {each.key: dict(each.data) for each in story.hears(story.d, said(issued)[0]).told}
    assert told["left_behind"] == {"places": "440100 440300"}


# What comes late or twice.


@pytest.mark.parametrize(
    ("at_origin", "message", "why"),
    [
        (True, MoneyQuery(1, 1, WHOLE), "query_too_late"),
        (True, MoneyQuery(9, 1, WHOLE), "query_too_late"),
        (True, MoneyCredited(1, WHOLE, "credited"), "credited_already"),
        (True, MoneyCredited(9, WHOLE, "credited"), "credited_already"),
        (True, FormDispute(1, "wrong-months"), "dispute_too_late"),
        (True, RecordIn(1, 87, 0), "record_in_already"),
        (False, LegNotice(1, "REMIT", PARTS, "amount_confirmed"), "no_query_open"),
        (False, LegEnded(1, "estate"), "ended_already"),
        (False, LegEnded(9, "estate"), "ended_already"),
        (False, PaymentAdvice(1, 1, WHOLE, "settled"), "advised_already"),
        (False, PaymentAdvice(1, 1, WHOLE, "bounced"), "advised_already"),
        (False, PaymentAdvice(9, 1, WHOLE, "bounced"), "advised_already"),
    ],
)
def test_after_the_end_every_message_is_known_by_its_own_word(
    at_origin: bool, message: Payload, why: str
) -> None:
    story = Story().settled()
    story.arrives(WHOLE)
    story.at_destination(TAKE_IN)
    story.post()
    assert refused(story.hears(story.o if at_origin else story.d, message)) == f"already_done: {why}"


def test_a_form_taken_in_is_known_when_it_comes_again() -> None:
    story = Story().record_in()
    assert story.d.form is not None
    assert refused(story.hears(story.d, story.d.form)) == "already_done: form_received_already"


def test_a_credit_that_contradicts_a_return_leaves_the_file_as_it_was() -> None:
    story = bounced()
    answer = story.hears(story.o, MoneyCredited(1, WHOLE, "credited"))
    assert refused(answer) == "not_possible: credit_contradicts"


@pytest.mark.parametrize("fen", [0, WHOLE - 1, WHOLE + 1])
def test_a_credit_of_another_amount_than_was_sent_closes_nothing(fen: int) -> None:
    story = Story().settled()
    answer = story.hears(story.o, MoneyCredited(1, fen, "credited"))
    assert refused(answer) == "not_possible: credit_differs"
    assert story.money_at(story.o).due is not None


@pytest.mark.parametrize("what", ["mode", "form", "record"])
def test_without_a_person_nothing_is_decided_and_the_file_stays_as_it_was(what: str) -> None:
    story = Story(schemes=UNKNOWN)
    file, event = {
        "mode": lambda: (story.record_in().o, ModeDecided(1, MoneyMode.KEEP, "agreed by telephone", *BY)),
        "form": lambda: (story.accepted().o, ISSUE),
        "record": lambda: (story.form_sent().d, TAKE_IN),
    }[what]()
    step = decide(file, event, replace(story.facts(file), person=None, record=None))
    assert refused(step) == "not_possible: no_record_here"
    assert step.file is file


@pytest.mark.parametrize("missing", ["person", "record"])
def test_a_form_needs_both_the_persons_account_and_the_persons_months(missing: str) -> None:
    file = (story := Story().accepted()).o
    step = decide(file, ISSUE, replace(story.facts(file), **{missing: None}))
    assert refused(step) == "not_possible: no_record_here"
