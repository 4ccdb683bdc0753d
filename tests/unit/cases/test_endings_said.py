"""How a case ends before its time, word for word: what is answered, decided and told, and who holds it meanwhile."""

from __future__ import annotations

from cases_story import BY, CHENGDU, PERSON, QUJING, Story, refused, said

from jiexu.cases.decide import decide
from jiexu.cases.events import Died, EstatePaid, FormRecalled, Received, WithdrawAsked
from jiexu.cases.states import Holder, Next
from jiexu.cases.step import Step
from jiexu.exchange.payloads import WithdrawAnswer, WithdrawRequest
from jiexu.simulation import population

OTHERS = ("收款复核甲", "收款复核乙")


def answers(step: Step) -> list[tuple[str, str]]:
    return [(each.rule, each.outcome) for each in step.decisions if each.rule.startswith("design.")]


def test_a_withdrawal_is_one_more_trip_is_granted_before_the_form_and_told_to_both() -> None:
    story = Story().accepted()
    story.at_destination(WithdrawAsked("changed-mind"))
    assert story.d.trips == 2
    story.post_messages(QUJING)
    _, step = story.world.kept[-1]
    assert said(step) == [WithdrawAnswer("case", True, "")]
    assert answers(step) == [("design.withdrawal", "CONSENTED")]
    story.post()
    assert story.told("withdrawn") == [(QUJING, "withdrawn", {}), (CHENGDU, "withdrawn", {})]


def test_a_withdrawal_that_crossed_the_form_is_answered_so_and_the_person_is_told() -> None:
    story = Story().form_sent()
    request = Received(story.case_no, WithdrawRequest("case", "changed-mind"))
    step = decide(story.o, request, story.facts(story.o))
    assert said(step) == [WithdrawAnswer("case", False, "already_issued")]
    assert answers(step) == [("design.withdrawal", "ALREADY_ISSUED")]
    asked = decide(story.d, WithdrawAsked("x"), story.facts(story.d))
    assert refused(asked) == "not_possible: already_issued"
    crossed = Story().accepted()
    crossed.at_destination(WithdrawAsked("changed-mind"))
    heard = crossed.hears(crossed.d, WithdrawAnswer("case", False, "already_issued"))
    assert [each.key for each in heard.told] == ["already_issued"]


def test_what_ended_already_and_what_was_never_asked_change_nothing() -> None:
    story = Story().record_in()
    step = story.hears(story.d, WithdrawRequest("case", "changed-mind"))
    assert refused(step) == "already_done: ended_already"
    assert step.file is story.d
    assert refused(story.hears(story.d, WithdrawAnswer("case", True, ""))) == "already_done: nothing_asked"


def test_a_recalled_form_is_handed_back_by_an_answer_that_must_be_receipted() -> None:
    story = Story().form_sent()
    story.at_origin(FormRecalled("own-error"))
    story.post_messages(CHENGDU)
    _, step = story.world.kept[-1]
    assert said(step) == [WithdrawAnswer("form", True, "")]
    assert answers(step) == [("design.withdrawal", "CONSENTED")]
    waiting = story.record_at(story.d)
    assert (waiting.holder, waiting.next_event) == (Holder.CLERK, Next.RECEIPT)


def test_a_form_that_is_counted_in_is_not_handed_back() -> None:
    story = Story().record_in()
    step = story.hears(story.d, WithdrawRequest("form", "own-error"))
    assert said(step) == [WithdrawAnswer("form", False, "already_in")]
    assert answers(step) == [("design.withdrawal", "ALREADY_ISSUED")]


def test_a_death_is_told_with_its_day_and_decided_on_the_state_of_the_record() -> None:
    story = Story().form_sent()
    population.die(story.world, CHENGDU, PERSON)
    story.post()
    day = {"died_on": "2026-11-23"}
    assert story.told("died") == [(CHENGDU, "died", day), (QUJING, "died", day)]
    records = [
        each.inputs["record"]
        for _, step in story.world.kept
        for each in step.decisions
        if each.rule == "R-043"
    ]
    assert records == ["form_received", "form_sent"]


def test_who_paid_the_heirs_stands_on_the_amount_and_the_sum_is_told() -> None:
    story = Story().form_sent()
    story.at_origin(Died(story.world.today, *BY), EstatePaid(1, *OTHERS))
    paid = story.o.leg(1)
    assert paid is not None
    assert (paid.handled_by, paid.reviewed_by) == OTHERS
    assert story.told("estate_paid") == [(QUJING, "estate_paid", {"amount_fen": 320_855})]
