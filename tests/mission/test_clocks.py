"""By when each step must be done: by law, by promise, and by which version of the law."""

from __future__ import annotations

from datetime import date

import pytest
from mission_cast import CALENDAR, POLICY, answers, record, said, sentence, value

from jiexu.cases.events import DayBegan
from jiexu.cases.file import money_waiting, record_waiting
from jiexu.cases.states import Holder
from jiexu.rules.checks import channel
from jiexu.rules.clocks import Stage, destination_due, local_promise, offline_due, origin_due, overdue
from jiexu.texts import say
from unit.cases.cases_story import Story

MONDAY = date(2026, 11, 23)


def out(accepted_on: date) -> date:
    return origin_due(accepted_on=accepted_on, calendar=CALENDAR, policy=POLICY).on


def into(received_on: date, accepted_on: date | None = None) -> date:
    return destination_due(
        form_received_on=received_on, accepted_on=accepted_on, calendar=CALENDAR, policy=POLICY
    ).on


def test_each_step_has_its_own_legal_day_in_working_days() -> None:
    """S000-022 S004-014 a deadline for each step, by the rule in force, in working days with public holidays.

    S000-041 S004-017 ten working days for the origin from acceptance. S002-013 the last lawful day of the whole is
    acceptance and ten and then five working days.
    """
    clock = origin_due(accepted_on=MONDAY, calendar=CALENDAR, policy=POLICY)
    assert (clock.on, clock.kind, clock.decision.rule) == (date(2026, 12, 7), "legal", "R-024")
    assert into(clock.on) == date(2026, 12, 14)
    over_the_holiday = out(date(2026, 9, 28))
    assert over_the_holiday == date(2026, 10, 16), "1-7 October are free, 10 October is worked"
    unannounced = origin_due(accepted_on=date(2026, 12, 25), calendar=CALENDAR, policy=POLICY)
    assert (unannounced.on, unannounced.kind) == (date(2027, 1, 11), "provisional")


def test_a_day_that_passes_is_overdue_and_names_the_next_steps() -> None:
    """S000-042 ten and five working days in all; past the day it is flagged and goes on to the next instance.

    S003-023 after the day there is a step to take: ask the agency, then 12393, then complain.
    """
    due = into(out(MONDAY))
    assert overdue(due_on=due, today=due, done=False).outcome == "IN_TIME"
    late = overdue(due_on=due, today=date(2026, 12, 15), done=False)
    assert (due, late.outcome) == (date(2026, 12, 14), "OVERDUE")
    asks = "ask the agency, then call 12393, then complain or ask for reconsideration"
    assert asks in sentence(late)
    assert set(late.articles) == {"sil:83", "handling-2023:16", "handling-2023:52"}
    story = Story().accepted()
    story.world.today = date(2026, 12, 8)
    step = story.at_destination(DayBegan())
    [said_late] = [each for each in step.decisions if each.rule == "R-028"]
    assert (said_late.outcome, said_late.inputs["due_on"]) == ("OVERDUE", "2026-12-07")


@pytest.mark.parametrize("accepted_on", [date(2016, 9, 1), date(2021, 11, 30)])
def test_the_older_procedure_keeps_its_own_days(accepted_on: date) -> None:
    """S001-007 three times fifteen working days are the rule from 2016-09-01 to 2021-11-30, and only then.

    S003-012 S003-013 fifteen days out and in are shown for that time alone; today it is ten and five.
    S004-016 two versions with their days: forty-five working days in all became fifteen.
    """
    clock = origin_due(accepted_on=accepted_on, calendar=CALENDAR, policy=POLICY)
    assert (clock.decision.rule, dict(clock.decision.inputs)["days"]) == ("R-030", 15)
    assert into(date(2021, 12, 20), date(2021, 11, 30)) == date(2022, 1, 11)
    first_of_the_new = origin_due(accepted_on=date(2021, 12, 1), calendar=CALENDAR, policy=POLICY)
    assert (first_of_the_new.decision.rule, dict(first_of_the_new.decision.inputs)["days"]) == ("R-024", 10)
    told = said("policy", "diff", "2021-11-30", "2021-12-01", "--area", "nation")
    assert "Time limit of each stage before 2021-12: 15 working days → not known" in told
    assert "Time limit of the origin: not known → 10 working days" in told
    assert "Time limit of the destination: not known → 5 working days" in told


def test_a_place_may_promise_less_and_never_more() -> None:
    """S004-015 a province may be quicker, never slower: its promise stands beside the legal day."""
    promised = local_promise(
        what="transfer_out", start=MONDAY, area="350500", calendar=CALENDAR, policy=POLICY
    )
    assert promised is not None
    assert (promised.on, promised.kind) == (date(2026, 12, 3), "promise")
    assert promised.on < out(MONDAY)
    assert value("handling.promise_total_days", "370100", move="inside_province") == 9
    limits = {
        name: POLICY.parameters[name].bounds
        for name in ("handling.promise_out_days", "handling.promise_in_days")
    }
    assert {name: int(high) for name, (_, high) in limits.items() if high} == {
        "handling.promise_out_days": 10,
        "handling.promise_in_days": 5,
    }


def test_the_clock_of_the_contact_letter_runs_from_its_arrival() -> None:
    """S001-010 on paper the origin's days run from the day the contact letter is there."""
    offline = offline_due(
        stage=Stage.OUT,
        area="320500",
        start=date(2026, 11, 27),
        applied_on=MONDAY,
        calendar=CALENDAR,
        policy=POLICY,
    )
    assert answers([offline.decision]) == {"R-031": "LOCAL_DAYS"}  # type: ignore[union-attr]  # 苏州 published its days
    assert offline.on == date(2026, 12, 11)  # type: ignore[union-attr]  # as above
    assert record("handling.old_stage_days", on=date(2021, 11, 30)).until == date(2021, 11, 30)


def test_the_person_acts_once() -> None:
    """S002-001 who leaves a job needs one act: the application, which the report counts.

    S003-033 everything goes online: from application to credited balance no step waits for the person.
    """
    story = Story().record_in()
    story.to_bank()
    story.world.settle(story.world.bank.transfers[-1])
    story.post()
    story.arrives(320_855)
    story.post()
    assert (story.records, story.money()) == (("in", "in"), ("credited", "credited"))
    files = [step.file for _, step in story.world.kept if step.file is not None]
    waits = [waiting for file in files for waiting in (record_waiting(file), *map(money_waiting, file.money))]
    holders = {waiting.holder for waiting in waits if waiting is not None}
    assert holders == {Holder.CLERK, Holder.REVIEWER, Holder.FINANCE, Holder.OTHER_AGENCY}
    assert {file.trips for file in files} == {1}, "the application itself"
    assert answers([channel(asked=story.asked())]) == {"R-015": "ONLINE"}
    assert say("en", "outcomes.R-015.ONLINE") == "Applied for online, without going to a counter."


def test_the_procedure_of_2016_counted_from_the_letter_and_from_both_arrivals() -> None:
    """S001-010 under the procedure of 2016 the origin's 15 working days run from the contact letter, and today from nothing of it.

    S001-012 the destination's from the later of form and balance.
    """
    old = ("calc", "deadline", "--accepted", "2020-06-01", "--letter", "2020-06-10", "--form", "2020-06-15")
    text = said(*old, "--balance-on", "2020-06-19")
    assert "the origin's time runs from 2020-06-10, when the contact letter arrived." in text
    assert "the destination's time runs from 2020-06-19, when form and balance had both arrived." in text
    assert "The origin must be done by 2020-07-02, the destination by 2020-07-13." in text
    now = said(
        "calc", "deadline", "--accepted", "2026-11-23", "--letter", "2026-11-30", "--form", "2026-12-07"
    )
    assert "The origin must be done by 2026-12-07" in now
