"""The record's way: form, dispute, recall, months counted once, withdrawal; and messages that cross."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from cases_story import CHENGDU, ISSUE, PERSON, QUJING, TAKE_IN, Story, done, refused, said

from jiexu.cases.decide import decide
from jiexu.cases.events import (
    FormDisputed,
    FormRecalled,
    NotReceived,
    Receipted,
    Received,
    WithdrawAsked,
)
from jiexu.cases.states import DueKind, Holder, Next
from jiexu.exchange.payloads import Form, FormDispute, Notice, RecordIn, WithdrawAnswer, WithdrawRequest
from jiexu.records.monthset import MonthSet
from jiexu.simulation import population
from jiexu.values.month import Month

WRONG = FormDisputed("wrong-months")
RECALL = FormRecalled("own-error")
WITHDRAW = WithdrawAsked("changed-mind")


def without_person(story: Story, agency: str) -> object:
    node = story.world.nodes[agency]
    return replace(
        node._facts(story.world.today, node.files[story.case_no], story.case_no, ISSUE),
        person=None,
        record=None,
    )


# The form.


def test_the_form_carries_every_month_and_exactly_the_amount_that_is_held() -> None:
    story = Story().accepted()
    [form] = said(story.at_origin(ISSUE))
    assert isinstance(form, Form)
    assert (form.issue, form.mode) == (1, "REMIT")
    assert sum(each.months.count for each in form.months) == 87
    assert sum(part.amount_fen for part in form.parts) == story.held() == 320_855
    assert story.months_at(QUJING) == story.months_at(CHENGDU) == 0


def test_the_origin_stays_holder_until_the_receipt_of_its_form_is_here() -> None:
    story = Story().accepted()
    story.at_origin(ISSUE)
    story.post_messages(CHENGDU)
    waiting = story.record_at(story.o)
    assert (waiting.holder, waiting.next_event, waiting.due.on) == (
        Holder.CLERK,
        Next.RECEIPT,
        date(2026, 12, 7),
    )
    assert story.record_at(story.d).holder is Holder.CLERK
    story.post()
    assert story.record_at(story.o).holder is Holder.OTHER_AGENCY


@pytest.mark.parametrize(
    ("received", "due"),
    [(date(2026, 12, 7), date(2026, 12, 14)), (date(2026, 11, 23), date(2026, 11, 30))],
)
def test_the_destination_has_five_working_days_from_the_form(received: date, due: date) -> None:
    story = Story(on=date(2026, 11, 23)).accepted()
    story.world.today = received
    story.at_origin(ISSUE)
    story.post()
    waiting = story.record_at(story.d)
    assert (waiting.due.on, waiting.due.kind) == (due, DueKind.LEGAL)


def test_taken_in_the_months_count_at_the_destination_and_the_origin_keeps_its_record() -> None:
    story = Story().record_in()
    assert story.records == ("in", "in")
    assert (story.months_at(QUJING), story.months_at(CHENGDU)) == (0, 87)
    row = story.world.nodes[QUJING].find(population.number_of(PERSON))
    assert row is not None
    assert sum(tally.earned.count for tally in row.record.lines.values()) == 87


def test_a_month_paid_in_two_places_counts_once_and_is_itemised() -> None:
    story = Story().form_sent()
    twice = MonthSet.between(Month.of(2026, 8), Month.of(2026, 10))
    population.keep(story.world, _row(story, CHENGDU).earning(scheme=story.schemes[1], months=twice))
    step = story.at_destination(TAKE_IN)
    assert said(step)[0] == RecordIn(1, 85, 2)
    assert story.world.months.adjusted == 2
    assert story.months_at(CHENGDU) == 88


def test_who_comes_back_gets_the_months_back_where_they_were() -> None:
    story = Story().record_in()
    back = Story(origin=CHENGDU, destination=QUJING)
    back.world = story.world
    population.stop(story.world, CHENGDU, PERSON)
    population.join(story.world, QUJING, PERSON)
    story.case_no, _ = population.apply(
        story.world, QUJING, PERSON, population.asked(story.world, CHENGDU, QUJING), "00000009"
    )
    story.post()
    story.at_destination(ISSUE)
    story.post()
    story.at_origin(TAKE_IN)
    assert (story.months_at(QUJING), story.months_at(CHENGDU)) == (87, 0)


@pytest.mark.parametrize(
    ("file", "event", "why"),
    [
        ("o", ISSUE, "already_done: form_issued_already"),
        ("d", ISSUE, "already_done: form_issued_already"),
        ("o", RECALL, "done"),
        ("d", RECALL, "not_possible: no_form_to_recall"),
        ("o", WRONG, "not_possible: no_form_to_dispute"),
        ("o", TAKE_IN, "not_possible: no_form_yet"),
        ("o", WITHDRAW, "not_possible: already_issued"),
        ("d", NotReceived(1), "already_done: not_advised"),
    ],
)
def test_what_may_happen_after_the_form(file: str, event: object, why: str) -> None:
    story = Story().form_sent()
    step = (story.at_origin if file == "o" else story.at_destination)(event)  # type: ignore[arg-type]  # all are events
    assert (step.outcome.value if done(step) else refused(step)) == why


def test_before_acceptance_no_form_is_due() -> None:
    story = Story()
    story.apply()
    story.post_messages(QUJING)
    assert refused(story.at_origin(ISSUE)) == "not_possible: form_not_due"


def test_taken_in_twice_is_known_and_without_a_person_nothing_is_done() -> None:
    story = Story().record_in()
    assert refused(story.at_destination(TAKE_IN)) == "already_done: taken_in_already"
    open_case = Story().accepted()
    assert (
        refused(decide(open_case.o, ISSUE, without_person(open_case, QUJING)))
        == "not_possible: no_record_here"
    )  # type: ignore[arg-type]  # facts
    open_case.at_origin(ISSUE)
    open_case.post()
    assert (
        refused(decide(open_case.d, TAKE_IN, without_person(open_case, CHENGDU)))
        == "not_possible: no_record_here"
    )  # type: ignore[arg-type]  # facts


def test_places_where_money_stayed_behind_are_told_to_the_person() -> None:
    story = Story().accepted()
    node = story.world.nodes[QUJING]
    facts = node._facts(story.world.today, story.o, story.case_no, ISSUE)
    [form] = said(decide(story.o, ISSUE, replace(facts, left_behind=("440100",))))
    received = decide(
        story.d,
        Received(story.case_no, form),
        story.world.nodes[CHENGDU]._facts(story.world.today, story.d, "", ISSUE),
    )
    assert "left_behind" in {told.key for told in received.told}


# Returned for correction.


def test_a_disputed_form_is_the_origins_under_its_first_clock_and_comes_back_with_a_new_number() -> None:
    story = Story().form_sent()
    story.at_destination(WRONG)
    story.post()
    assert story.records == ("form_disputed", "form_disputed")
    assert story.record_at(story.o).due.on == date(2026, 12, 7)
    assert story.record_at(story.d).next_event is Next.CORRECTED_FORM
    story.days(1)
    [form] = said(story.at_origin(ISSUE))
    assert isinstance(form, Form)
    assert form.issue == 2
    story.post()
    assert story.record_at(story.d).due.on == date(2026, 12, 1)
    assert story.held() == 320_855
    story.at_destination(TAKE_IN)
    story.post()
    assert story.months_at(CHENGDU) == 87


def test_a_corrected_form_may_carry_another_amount_while_nothing_was_ordered() -> None:
    story = Story().form_sent()
    story.at_destination(WRONG)
    story.post()
    population.pay_in(story.world, QUJING, PERSON, {"this_year": 45}, late=True)
    story.at_origin(ISSUE)
    story.post()
    assert story.held() == 320_900
    assert story.d.leg(1) is not None
    assert story.d.money[0].amount_fen == 320_900


def test_a_corrected_form_with_nothing_left_to_move_ends_the_amount_on_both_sides() -> None:
    story = Story().form_sent()
    story.at_destination(WRONG)
    story.post()
    node = story.world.nodes[QUJING]
    facts = node._facts(story.world.today, story.o, story.case_no, ISSUE)
    assert facts.person is not None
    gone = replace(facts, person=replace(facts.person, account=()))
    step = decide(story.o, ISSUE, gone)
    assert step.file is not None
    assert step.file.money[0].state.value == "ended"
    assert step.file.money[0].is_open  # until the form is receipted
    form = said(step)[0]
    received = decide(story.d, Received(story.case_no, form), facts)
    assert received.file is not None
    assert received.file.money[0].state.value == "ended"


def test_an_empty_account_has_no_money_track_at_all() -> None:
    story = Story(fen={}).record_in()
    assert story.o.money == story.d.money == ()
    assert not story.o.is_open
    assert not story.d.is_open


@pytest.mark.parametrize("crossing", [False, True])
def test_the_origin_recalls_its_own_form_with_the_destinations_consent(crossing: bool) -> None:
    story = Story().form_sent()
    story.at_origin(RECALL)
    assert refused(story.at_origin(RECALL)) == "already_done: asked_already"
    if crossing:
        story.at_destination(WRONG)
        story.post_messages(QUJING)
        waiting = story.record_at(story.o)
        assert (story.o.record.state.value, waiting.next_event) == ("form_disputed", Next.RECEIPT)
        assert refused(story.at_origin(ISSUE)) == "not_possible: form_not_due"
    story.post()
    assert story.records == ("form_disputed", "form_disputed")
    assert story.o.withdrawing is None
    story.at_origin(ISSUE)
    story.post()
    assert story.records == ("form_sent", "form_received")


def test_a_form_counted_in_cannot_be_recalled() -> None:
    story = Story().form_sent()
    story.at_destination(TAKE_IN)
    story.at_origin(RECALL)
    story.post()
    assert story.records == ("in", "in")
    assert story.o.withdrawing is None


def test_a_recall_answered_no_before_the_record_in_arrives_leaves_the_form_standing() -> None:
    story = Story().form_sent()
    story.at_origin(RECALL)
    no = Received(story.case_no, WithdrawAnswer("form", granted=False, reason="already_in"))
    facts = story.world.nodes[QUJING]._facts(story.world.today, story.o, story.case_no, no)
    step = decide(story.o, no, facts)
    assert step.file is not None
    assert (step.file.record.state.value, step.file.withdrawing) == ("form_sent", None)


@pytest.mark.parametrize(
    "message", [FormDispute(7, "wrong-months"), WithdrawAnswer("form", granted=True, reason="")]
)
def test_a_dispute_of_another_issue_or_an_answer_nobody_asked_for_changes_nothing(
    message: FormDispute,
) -> None:
    story = Story().form_sent()
    facts = story.world.nodes[QUJING]._facts(story.world.today, story.o, story.case_no, ISSUE)
    assert refused(decide(story.o, Received(story.case_no, message), facts)).startswith("already_done")


@pytest.mark.parametrize("what", ["form", "record_in"])
def test_a_repeated_form_or_completion_changes_nothing(what: str) -> None:
    story = Story().record_in()
    assert story.d.form is not None
    file, message = (story.d, story.d.form) if what == "form" else (story.o, RecordIn(1, 87, 0))
    facts = story.world.nodes[file.agency]._facts(story.world.today, file, story.case_no, ISSUE)
    assert refused(decide(file, Received(story.case_no, message), facts)).startswith("already_done")


# Withdrawn.


@pytest.mark.parametrize("by_origin", [False, True])
@pytest.mark.parametrize("accepted", [False, True])
def test_a_case_is_withdrawn_with_the_other_sides_consent(by_origin: bool, accepted: bool) -> None:
    story = Story()
    story.apply()
    story.post_messages(QUJING)
    if accepted:
        story.post()
    (story.at_origin if by_origin else story.at_destination)(WITHDRAW)
    asking = story.o if by_origin else story.d
    assert asking.withdrawing == "case"
    assert refused((story.at_origin if by_origin else story.at_destination)(WITHDRAW)).startswith(
        "already_done"
    )
    story.post()
    assert story.records == ("withdrawn", "withdrawn")
    assert not story.o.is_open
    assert not story.d.is_open


def test_while_a_withdrawal_is_asked_the_other_side_holds_the_record() -> None:
    story = Story().accepted()
    story.at_destination(WITHDRAW)
    story.post_messages(QUJING)
    waiting = story.record_at(story.d)
    assert waiting.next_event is Next.RECEIPT
    seq = story.d.record.handing_over
    assert seq is not None
    story.at_destination(Receipted(seq, story.world.today))
    assert story.record_at(story.d).next_event is Next.WITHDRAW_ANSWER


def test_both_sides_withdrawing_at_once_is_a_withdrawal() -> None:
    story = Story().accepted()
    story.at_destination(WITHDRAW)
    story.at_origin(WITHDRAW)
    story.post()
    assert story.records == ("withdrawn", "withdrawn")
    assert story.o.withdrawing is story.d.withdrawing is None


def test_a_withdrawal_that_crosses_an_issued_form_is_answered_already_issued() -> None:
    story = Story().accepted()
    story.at_origin(ISSUE)
    story.at_destination(WITHDRAW)
    story.post()
    assert story.records == ("form_sent", "form_received")
    assert story.d.withdrawing is None


def test_a_withdrawal_that_crosses_the_notice_ends_the_case_and_no_form_is_issued() -> None:
    story = Story()
    story.apply()
    story.post_messages(QUJING)
    story.post_messages(CHENGDU)
    assert story.d.record.state.value == "accepted"
    story.at_origin(WITHDRAW)
    story.post_messages(QUJING)
    assert (story.o.record.state.value, story.o.withdrawing) == ("accepted", "case")
    assert refused(story.at_origin(ISSUE)) == "not_possible: form_not_due"
    story.post()
    assert story.records == ("withdrawn", "withdrawn")


def test_an_agency_that_declines_a_withdrawal_keeps_the_case_going() -> None:
    story = Story().accepted()
    story.at_destination(WITHDRAW)
    no = Received(story.case_no, WithdrawAnswer("case", granted=False, reason="already_issued"))
    facts = story.world.nodes[CHENGDU]._facts(story.world.today, story.d, story.case_no, no)
    step = decide(story.d, no, facts)
    assert step.file is not None
    assert (step.file.record.state.value, step.file.withdrawing) == ("accepted", None)


def test_a_withdrawal_asked_of_an_ended_case_needs_no_answer() -> None:
    story = Story().record_in()
    message = Received(story.case_no, WithdrawRequest("case", "changed-mind"))
    facts = story.world.nodes[QUJING]._facts(story.world.today, story.o, story.case_no, message)
    assert refused(decide(story.o, message, facts)) == "already_done: ended_already"
    assert refused(story.at_destination(WITHDRAW)) == "already_done: ended_already"


def _row(story: Story, agency: str) -> population.Insured:
    row = story.world.nodes[agency].find(population.number_of(PERSON))
    assert row is not None
    return row


def test_a_message_brings_along_receipts_and_lets_go_of_nothing_else() -> None:
    """The form is number 2 of the origin: its receipt lets go of the record, the receipt of another message does not."""
    story = Story().accepted()
    story.at_origin(ISSUE)
    file = story.world.nodes[story.origin].files[story.case_no]
    assert file.record.handing_over == 2
    for taken, left in (((), 2), ((1,), 2), ((1, 2), None)):
        step = decide(file, Received(story.case_no, Notice(story.on), taken), story.facts(file))
        assert step.file is not None
        assert step.file.record.handing_over == left, taken
