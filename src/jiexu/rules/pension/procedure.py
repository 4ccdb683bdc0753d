"""A pension transfer as a plan to follow: conditions, who applies where and with what, each step with its day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from jiexu.rules.calendar import Calendar
from jiexu.rules.clocks import Clock
from jiexu.rules.decision import Decision
from jiexu.rules.inputs import Payer
from jiexu.rules.pension.amount import adds_up, arrears
from jiexu.rules.pension.applying import statement_attached, who_applies, without_employer
from jiexu.rules.pension.course import Course, Days, State, course
from jiexu.rules.pension.route import inside_or_across, may_move
from jiexu.rules.pension.steps import Step, no_limit, online, step_due
from jiexu.rules.policy import Policy
from jiexu.rules.service import Subject, hotline, in_time, nothing_more, record_query
from jiexu.rules.working import Line, Worked, area, day, line, month, months, spoken, working_days
from jiexu.values.month import Month

AGENCIES_STEPS = (Step.REVIEW, Step.OUT, Step.INTO)


@dataclass(frozen=True, slots=True)
class Procedure:
    """``course``: how far it is, None where nothing is to be transferred. ``missing``: months without contribution
    between the last one at the old place and the first one at the new, first and last; None where there is none.
    ``due``: last day of each agency's step, by the days told, or at the latest where a step has not begun.
    """

    course: Course | None
    missing: tuple[Month, Month] | None
    due: tuple[tuple[Step, date], ...]


def pension_procedure(
    *,
    origin: str,
    destination: str,
    days: Days,
    on: date,
    calendar: Calendar,
    policy: Policy,
    payer: Payer = Payer.EMPLOYER,
    drawing: bool = False,
    between_systems: bool = False,
    arrears_months: int = 0,
    refuses_to_pay: bool = False,
) -> Worked[Procedure]:
    """The plan (PEN-01, PEN-02, PEN-06, PEN-09, PEN-10, PEN-23, PEN-25, PEN-32 … PEN-34).

    ``days``: what has happened. ``on``: the day of the answer. ``between_systems``: from a public body to an enterprise
    or back. Raises PensionCourseError for days that cannot be, NoClockError before the rule of 2010.
    """
    moves = may_move(drawing=drawing)
    if drawing:
        return Worked(Procedure(None, None, ()), (moves,), (), spoken(moves))
    between = inside_or_across(
        origin=origin, destination=destination, between_systems=between_systems, policy=policy, on=on
    )
    if between.outcome == "REGISTRATION_ONLY":
        return Worked(Procedure(None, None, ()), (moves, between), (spoken(moves),), spoken(between))
    found = course(days=days, today=on, calendar=calendar, policy=policy)
    conditions = (
        moves,
        between,
        adds_up(),
        no_limit(),
        arrears(months=arrears_months, refuses_to_pay=refuses_to_pay),
    )
    asked = _asking(destination, days, payer, arrears_months, policy, on)
    state, *_ = found.decisions
    clocks = _clocks(found.state, days, on, calendar, policy)
    missing = missing_between(days)
    lines = [spoken(one) for one in conditions]
    lines += _first_steps(origin, destination, days, found, missing, state)
    lines += [spoken(one) for one in asked]
    lines += [line("pension_course.ours", by=state), *_agencies(origin, destination, days, clocks)]
    notes = (statement_attached(), *_late(found, on))
    lines += [spoken(one) for one in (*notes, *_afterwards(destination, policy, on))]
    answer = Procedure(found, missing, tuple((step, clock.on) for step, _, clock in clocks))
    counted = tuple(one for _, _, clock in clocks for one in (clock.decision, clock.counting))
    decisions = (*conditions, *asked, state, *notes, *counted)
    return Worked(answer, decisions, tuple(lines), _closing(found, state))


def missing_between(days: Days) -> tuple[Month, Month] | None:
    """The months between the last paid at the old place and the first at the new, first and last; None: none."""
    if days.last_month is None or days.first_month is None or days.first_month <= days.last_month + 1:
        return None
    return days.last_month + 1, days.first_month - 1


def _asking(
    destination: str, days: Days, payer: Payer, arrears_months: int, policy: Policy, on: date
) -> tuple[Decision, ...]:
    """Who applies, where, with what, and whether it can be done online."""
    stopped = days.last_month is not None
    fits = online(
        both_open=days.first_month is not None,
        stopped=stopped,
        arrears_months=arrears_months,
        crosses=True,
    )
    alone = payer is not Payer.EMPLOYER
    elsewhere = (without_employer(destination=destination, policy=policy, on=on),) if alone else ()
    return (who_applies(payer=payer), *elsewhere, nothing_more(policy=policy, on=on), fits)


def _first_steps(
    origin: str,
    destination: str,
    days: Days,
    found: Course,
    missing: tuple[Month, Month] | None,
    by: Decision,
) -> list[Line]:
    """Joining at the new place and the rest of the old relation, with the months between."""
    first, lines = days.first_month, []
    if first is None:
        lines.append(line("pension_course.join", by=by, there=area(destination)))
    else:
        lines.append(line("pension_course.joined", by=by, there=area(destination), first=month(first)))
    since, until = found.rests or (None, None)
    if since is None:
        lines.append(line("pension_course.stop", by=by, here=area(origin)))
    elif until is None:
        lines.append(line("pension_course.rests", by=by, here=area(origin), since=month(since)))
    else:
        lines.append(
            line("pension_course.rested", by=by, here=area(origin), since=month(since), until=month(until))
        )
    if missing is not None:
        gone, last = missing
        count = months(last - gone + 1)
        lines.append(line("pension_course.missing", since=month(gone), until=month(last), count=count))
    return lines


SAID = {
    Step.REVIEW: ("pension_course.review_done", "pension_course.review_due", "pension_course.review_if"),
    Step.OUT: ("pension_course.out_done", "pension_course.out_due", "pension_course.out_if"),
    Step.INTO: ("pension_course.into_done", "pension_course.into_due", "pension_course.into_if"),
}
"""What is said of a step that is done, under way, or still to begin."""
CLOSING = {
    State.UNDER_REVIEW: "pension_course.closing_under_review",
    State.GOING_OUT: "pension_course.closing_going_out",
    State.WAITS_FOR_MONEY: "pension_course.closing_waits_for_money",
    State.WAITS_FOR_SHEET: "pension_course.closing_waits_for_sheet",
    State.COMING_IN: "pension_course.closing_coming_in",
}
Clocks = list[tuple[Step, bool, Clock]]


LAST = {State.REFUSED: Step.REVIEW, State.OUT_REFUSED: Step.OUT}
"""The step after which nothing follows, because it was refused."""


def _clocks(state: State, days: Days, on: date, calendar: Calendar, policy: Policy) -> Clocks:
    """Each step of an agency, whether its start is known, and its clock; else from the last day of the step before."""
    applied = days.applied_on or on
    both = days.sheet_on is not None and days.money_on is not None
    came = max(days.sheet_on or applied, days.money_on or applied) if both else None
    starts = {Step.REVIEW: days.applied_on, Step.OUT: days.letter_on, Step.INTO: came}
    found: Clocks = []
    latest = on
    for step in AGENCIES_STEPS:
        start = starts[step] or latest
        clock = step_due(step=step, start=start, applied_on=applied, calendar=calendar, policy=policy)
        found.append((step, starts[step] is not None, clock))
        latest = clock.on
        if LAST.get(state) is step:
            break
    return found


def _agencies(origin: str, destination: str, days: Days, clocks: Clocks) -> list[Line]:
    """The steps of the two agencies: done, with their day by law, or with the last day they may take."""
    done = {
        Step.REVIEW: days.letter_on is not None or days.refused_on is not None,
        Step.OUT: days.out_refused_on is not None
        or (days.sheet_on is not None and days.money_on is not None),
        Step.INTO: days.done_on is not None,
    }
    lines = []
    for step, begun, clock in clocks:
        place = area(origin if step is Step.OUT else destination)
        key_done, key_due, key_if = SAID[step]
        if done[step]:
            lines.append(line(key_done, by=clock.decision, place=place))
            continue
        count = working_days(int(str(clock.decision.inputs["days"])))
        key = key_due if begun else key_if
        lines.append(line(key, by=clock.decision, place=place, days=count, due=day(clock.on)))
    open_years = [clock for _, _, clock in clocks if clock.counting.inputs["provisional"]]
    return [*lines, *(line("deadline.provisional", by=clock.counting) for clock in open_years[:1])]


def _late(found: Course, on: date) -> tuple[Decision, ...]:
    """That the agency is late, where it is."""
    if found.clock is None or on <= found.clock.on:
        return ()
    return (in_time(due_on=found.clock.on, today=on, told=False),)


def _afterwards(destination: str, policy: Policy, on: date) -> tuple[Decision, ...]:
    """Looking at the record, and whom to call."""
    return (
        record_query(policy=policy, on=on),
        hotline(subject=Subject.PENSION, policy=policy, on=on, area=destination).decision,
    )


def _closing(found: Course, state: Decision) -> Line:
    """Where it stands; with the last day of the step under way."""
    if found.clock is None:
        return spoken(state)
    return line(CLOSING[found.state], by=found.clock.decision, due=day(found.clock.on))
