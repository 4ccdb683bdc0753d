"""Every step says on which rules it rests, and nothing waits a day longer or shorter than it must."""

from __future__ import annotations

from dataclasses import replace

import pytest
from cases_story import BY, CHENGDU, ISSUE, PERSON, QUJING, TAKE_IN, Story, refused

from jiexu.cases.decide import decide
from jiexu.cases.events import (
    CreditReviewed,
    Died,
    EstatePaid,
    FormDisputed,
    ModeDecided,
    NotReceived,
    Receipted,
    Received,
    SetAside,
    WithdrawAsked,
)
from jiexu.cases.file import File
from jiexu.cases.states import Next
from jiexu.cases.step import NOT_LOOKED_UP, Facts, NotLookedUpError, Step
from jiexu.exchange.payloads import Check, WithdrawRequest
from jiexu.rules.inputs import Scheme
from jiexu.rules.money import MoneyMode
from jiexu.simulation import population


def facts(story: Story, file: File) -> Facts:
    node = story.world.nodes[file.agency]
    return node._facts(story.world.today, file, file.case_no, ISSUE)


def rules(step: Step) -> set[str]:
    return {decision.rule for decision in step.decisions}


def rule_and_outcome(step: Step) -> set[tuple[str, str]]:
    return {(decision.rule, decision.outcome) for decision in step.decisions}


# Why.


def test_an_application_says_who_may_apply_what_kind_of_case_it_is_and_that_the_person_is_enrolled() -> None:
    step = Story().apply()
    assert rules(step) >= {"R-003", "R-004", "R-007", "R-012", "R-015", "R-016", "R-018"}


def test_a_refusal_at_once_carries_its_reasons_too() -> None:
    story = Story().accepted()
    step = story.apply(lot="00000002")
    assert ("R-086", "OPEN_CASE_EXISTS") in rule_and_outcome(step)


def test_the_origins_check_says_that_cover_stopped() -> None:
    story = Story()
    story.apply()
    story.post_messages(QUJING)
    asked = story.world.nodes[QUJING].files[story.case_no]
    assert asked.own_check == ()
    assert asked.other_check == ()


def test_acceptance_and_refusal_say_so_and_the_clock_is_cited() -> None:
    story = Story()
    story.apply()
    positive = decide(story.d, Received("X", Check(positive=True, refusals=())), facts(story, story.d))
    assert rules(positive) >= {"R-019", "R-024"}
    negative = decide(
        story.d, Received("X", Check(positive=False, refusals=("NA-01",))), facts(story, story.d)
    )
    assert rule_and_outcome(negative) == {("R-020", "REFUSED")}
    assert negative.file is not None
    assert negative.file.other_check == ("NA-01",)
    assert negative.file.record.handing_over == 2


def test_form_and_record_cite_money_months_and_clock() -> None:
    story = Story().accepted()
    assert rules(story.at_origin(ISSUE)) >= {"R-032"}
    assert story.d.form is None
    form = story.o.form
    assert form is not None
    received = decide(story.d, Received("X", form), facts(story, story.d))
    assert rules(received) == {"R-025", "R-029"}
    story.post()
    assert rules(story.at_destination(TAKE_IN)) == {"R-076", "R-049"}


def test_a_dispute_a_withdrawal_and_a_difference_cite_theirs() -> None:
    story = Story().settled()
    assert rules(story.at_destination(NotReceived(1))) == {"R-048"}
    request = Received("X", WithdrawRequest("case", "changed-mind"))
    assert len(rules(decide(story.o, request, facts(story, story.o)))) == 1


@pytest.mark.parametrize(("state", "outcome"), [("accepted", "NO_MONEY"), ("form", "ESTATE_AT_ORIGIN")])
def test_a_death_says_where_the_money_becomes_estate(state: str, outcome: str) -> None:
    story = Story().accepted()
    if state == "form":
        story.at_origin(ISSUE)
    told = rule_and_outcome(decide(story.o, Died(story.world.today, *BY), facts(story, story.o)))
    assert ("R-043", outcome) in told
    assert (("R-043", "REFUSED_BEFORE_ACCEPTANCE") in told) == (state == "accepted")


def test_an_agencys_own_decision_is_kept_with_its_reason() -> None:
    story = Story(schemes=(Scheme.EMPLOYEE, Scheme.RESIDENT)).record_in()
    step = story.at_origin(ModeDecided(1, MoneyMode.STAY, "agreed by telephone", *BY))
    [decision] = [each for each in step.decisions if each.rule == "design.mode"]
    assert decision.inputs["why"] == "agreed by telephone"


def test_what_happens_is_told_to_the_person() -> None:
    story = Story()
    assert {told.key for told in story.apply(proposal=True).told} == {"proposed"}
    form = Story().accepted().at_origin(ISSUE)
    assert {told.key for told in form.told} == {"form_issued"}


# How long.


def test_a_proposal_may_be_answered_on_its_last_day() -> None:
    story = Story()
    story.apply(proposal=True)
    story.days((story.record_at(story.d).due.on - story.world.today).days)
    assert story.d.record.state.value == "proposed"
    story.days(1)
    assert story.d.record.state.value == "lapsed"


def test_money_of_the_other_side_is_not_reminded_of_before_its_day_has_passed() -> None:
    story = Story(schemes=(Scheme.EMPLOYEE, Scheme.RESIDENT)).record_in()
    before = story.money_at(story.d).due
    story.days((before.on - story.world.today).days)
    assert story.money_at(story.d).due == before
    story.days(1)
    assert story.money_at(story.d).due != before


def test_the_amount_on_the_form_is_due_with_the_form() -> None:
    story = Story().form_sent()
    assert story.money_at(story.o).due == story.o.origin_due


# What a file forgets, and what it must not.


def test_a_death_ends_a_withdrawal_that_was_asked() -> None:
    story = Story().accepted()
    story.at_destination(WithdrawAsked("changed-mind"))
    population.die(story.world, CHENGDU, PERSON)
    assert story.d.withdrawing is None
    assert story.record_at(story.d).next_event is Next.RECEIPT
    story.post()
    # Each side keeps the word it came to; both are true, and nothing moved.
    assert story.records == ("withdrawn", "died")
    assert not story.o.is_open
    assert not story.d.is_open


def test_the_same_form_again_is_not_the_corrected_one() -> None:
    story = Story().form_sent()
    form = story.d.form
    assert form is not None
    story.at_destination(FormDisputed("wrong-months"))
    assert refused(decide(story.d, Received("X", form), facts(story, story.d))).startswith("already_done")


def test_a_form_for_a_case_that_was_withdrawn_is_not_taken() -> None:
    sent = Story().form_sent()
    assert sent.o.form is not None
    story = Story().accepted()
    story.at_destination(WithdrawAsked("changed-mind"))
    story.post()
    assert refused(decide(story.d, Received("X", sent.o.form), facts(story, story.d))).startswith(
        "already_done"
    )


@pytest.mark.parametrize("leg", [1, 101, 9])
def test_only_money_that_leaves_is_set_aside_or_paid_to_heirs(leg: int) -> None:
    story = Story().settled()
    story.arrives(320_855)
    story.arrives(320_855)
    assert refused(story.at_destination(EstatePaid(leg, *BY))) == "already_done: no_estate"
    assert refused(story.at_destination(SetAside(leg, *BY))) == "already_done: nothing_to_set_aside"
    assert refused(story.at_destination(CreditReviewed(leg, *BY))) == "already_done: nothing_to_credit"


def test_a_receipt_of_another_message_lets_go_of_nothing() -> None:
    story = Story().accepted()
    story.at_origin(ISSUE)
    assert refused(story.at_origin(Receipted(1, story.world.today))) == "already_done: receipt_known"
    assert story.o.record.handing_over == story.o.sent
    assert replace(story.o.record, due_after=None).is_open


def test_a_person_who_was_not_looked_up_is_no_person_without_cover_but_an_error() -> None:
    with pytest.raises(NotLookedUpError, match="'enrolments' of a person was asked for"):
        _ = NOT_LOOKED_UP.enrolments
