"""Every day of a transfer at once: what the law sets for each side, and what places promise beyond it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from jiexu.rules.calendar import Calendar
from jiexu.rules.clocks import Clock, destination_due, local_promise, old_procedure, origin_due
from jiexu.rules.decision import Decision
from jiexu.rules.policy import Policy, Unknown
from jiexu.rules.working import Line, Worked, area, day, line, working_days
from jiexu.values.errors import ValueFault


class DeadlineError(ValueFault):
    """Days that cannot follow one another."""


@dataclass(frozen=True, slots=True)
class Deadlines:
    """``out``: when the origin must have handed over. ``into``: when the destination must have taken in.

    ``form_received_on``: the day the second clock starts; where it has not come, ``latest`` is true and ``into``
    counts from the last day of the first clock. ``promises``: what the places themselves promise, by name
    (``transfer_out``, ``transfer_in``); they never replace the legal days. No law sets a day for the money.
    """

    out: Clock
    into: Clock
    form_received_on: date
    latest: bool
    promises: tuple[tuple[str, Clock], ...]


def transfer_deadlines(
    *,
    accepted_on: date,
    calendar: Calendar,
    policy: Policy,
    form_received_on: date | None = None,
    origin: str | None = None,
    destination: str | None = None,
    letter_received_on: date | None = None,
    balance_received_on: date | None = None,
) -> Worked[Deadlines]:
    """The days of a transfer that was accepted on a day (R-024, R-025, R-026, R-029; R-030 before 2021-12).

    ``origin`` and ``destination``: division codes, asked for their own promises. ``letter_received_on`` and
    ``balance_received_on`` start the steps of the procedure of 2016 alone: the origin's with the contact letter, the
    destination's when form and balance have both arrived. Raises DeadlineError where the form
    came before the acceptance, NoClockError where no rule of the day is held, YearNotCoveredError past the calendar.
    """
    if form_received_on is not None and form_received_on < accepted_on:
        raise DeadlineError(
            "form_before_acceptance",
            "The form came on {form}, before the application was accepted on {accepted}; correct one of the days.",
            form=form_received_on.isoformat(),
            accepted=accepted_on.isoformat(),
        )
    letter = letter_received_on if _is_old(accepted_on, policy) else None
    balance = balance_received_on if _is_old(accepted_on, policy) else None
    if letter is None:
        out = origin_due(accepted_on=accepted_on, calendar=calendar, policy=policy)
    else:
        out = old_procedure(start=letter, anchor=accepted_on, calendar=calendar, policy=policy)
    start = form_received_on or out.on
    both = form_received_on is not None and balance is not None and balance > form_received_on
    if both and balance is not None:
        start = balance
    into = destination_due(form_received_on=start, accepted_on=accepted_on, calendar=calendar, policy=policy)
    asked = (("transfer_out", accepted_on, origin), ("transfer_in", start, destination))
    promised = [
        (what, begin, place, clock)
        for what, begin, place in asked
        if place is not None
        and (clock := local_promise(what=what, start=begin, calendar=calendar, policy=policy, area=place))
    ]
    answer = Deadlines(
        out, into, start, form_received_on is None, tuple((what, clock) for what, _, _, clock in promised)
    )
    lines = [
        *([] if letter is None else [line("deadline.old_letter", by=out.decision, start=day(letter))]),
        _legal("deadline.out", letter or accepted_on, out),
        *_form_line(answer),
        *([line("deadline.old_both", by=into.decision, start=day(start))] if both else []),
        _legal("deadline.into", start, into),
    ]
    lines += [
        line(
            f"deadline.promise_{what}",
            by=clock.decision,
            place=area(place),
            start=day(begin),
            days=working_days(_days(clock)),
            due=day(clock.on),
        )
        for what, begin, place, clock in promised
    ]
    clocks = (out, into, *(clock for _, clock in answer.promises))
    lines += [line("deadline.provisional", by=out.counting)] if _provisional(clocks) else []
    lines.append(line("deadline.money"))
    said = "deadline.closing_latest" if answer.latest else "deadline.closing"
    return Worked(answer, _decisions(clocks), tuple(lines), line(said, out=day(out.on), into=day(into.on)))


def _is_old(accepted_on: date, policy: Policy) -> bool:
    """Whether the procedure of 2016, with its contact letter, was in force."""
    return isinstance(policy.find("handling.transfer_out_days", on=accepted_on), Unknown)


def _legal(key: str, start: date, clock: Clock) -> Line:
    return line(key, by=clock.decision, start=day(start), days=working_days(_days(clock)), due=day(clock.on))


def _form_line(answer: Deadlines) -> list[Line]:
    return [line("deadline.form_not_yet", start=day(answer.form_received_on))] if answer.latest else []


def _days(clock: Clock) -> int:
    return int(str(clock.decision.inputs["days"]))


def _provisional(clocks: tuple[Clock, ...]) -> bool:
    return any(clock.counting.inputs["provisional"] for clock in clocks)


def _decisions(clocks: tuple[Clock, ...]) -> tuple[Decision, ...]:
    return tuple(decision for clock in clocks for decision in (clock.decision, clock.counting))
