"""How far a pension transfer is, whose turn it is, and by when: a reading of the days told, no transfer of our own (PEN-34).

jiexu moves no pension money. The states are those of the measures of 2009, article 8: nothing leaves before the letter,
and nothing is finished before sheet and money have both come and the money is matched.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum

from jiexu.rules.calendar import Calendar
from jiexu.rules.clocks import Clock
from jiexu.rules.decision import Confidence, Decision, Plain
from jiexu.rules.pension.steps import Step, step_due
from jiexu.rules.policy import Policy
from jiexu.rules.rule import Anchor, Entries, Rule
from jiexu.values.errors import ValueFault
from jiexu.values.month import Month


class State(StrEnum):
    """Where a transfer stands. The comment names whose turn it is."""

    JOIN_FIRST = "JOIN_FIRST"  # person: insured at the new place, with a first month paid
    STOP_FIRST = "STOP_FIRST"  # person or old employer: the relation at the old place is suspended
    MAY_APPLY = "MAY_APPLY"  # person or employer
    UNDER_REVIEW = "UNDER_REVIEW"  # new place
    REFUSED = "REFUSED"  # person: mend, or object
    GOING_OUT = "GOING_OUT"  # old place
    OUT_REFUSED = "OUT_REFUSED"  # person
    WAITS_FOR_MONEY = "WAITS_FOR_MONEY"  # old place
    WAITS_FOR_SHEET = "WAITS_FOR_SHEET"  # old place
    COMING_IN = "COMING_IN"  # new place
    DONE = "DONE"


PEN_34 = Rule(
    "PEN-34",
    Anchor.EVENT,
    tuple(each.value for each in State),
    ("guobanfa-2009-66:8", "council-app-pension"),
)
BEFORE = frozenset({State.JOIN_FIRST, State.STOP_FIRST})
"""States before the application: what has to come first was seen on one official page only."""
CLOCKS = {
    State.UNDER_REVIEW: Step.REVIEW,
    State.GOING_OUT: Step.OUT,
    State.WAITS_FOR_MONEY: Step.OUT,
    State.WAITS_FOR_SHEET: Step.OUT,
    State.COMING_IN: Step.INTO,
}


class PensionCourseError(ValueFault):
    """Days of a pension transfer that cannot be: a step before the one it needs, or finished without the money."""


@dataclass(frozen=True, slots=True)
class Days:
    """What happened and when; None: not yet. In the order it may happen.

    ``first_month``: first month paid at the new place. ``last_month``: last month paid at the old one, once it is
    suspended. ``applied_on``: taken in writing at the new place. ``letter_on``: its letter reached the old place.
    ``sheet_on`` / ``money_on``: reached the new place, in either order. ``matched_on``: the money was matched to the
    person. ``done_on``: the person was told that it is finished.
    """

    first_month: Month | None = None
    last_month: Month | None = None
    applied_on: date | None = None
    refused_on: date | None = None
    letter_on: date | None = None
    out_refused_on: date | None = None
    sheet_on: date | None = None
    money_on: date | None = None
    matched_on: date | None = None
    done_on: date | None = None


NEEDS = (
    ("refused_on", "applied_on"),
    ("letter_on", "applied_on"),
    ("out_refused_on", "letter_on"),
    ("sheet_on", "letter_on"),
    ("money_on", "letter_on"),
    ("matched_on", "money_on"),
    ("done_on", "sheet_on"),
    ("done_on", "matched_on"),
)
"""What cannot happen before what: the old place hands over only after the letter, and the end needs sheet and money."""
INSTEAD = (
    ("refused_on", "letter_on"),
    ("out_refused_on", "sheet_on"),
    ("out_refused_on", "money_on"),
)
"""What stands instead of what: a transfer that was refused does not go on."""


@dataclass(frozen=True, slots=True)
class Course:
    """``clock``: of the step under way, None where no agency's clock runs. ``rests``: months from which to which the
    relation of the old place is suspended; the second is None until the transfer is done.
    """

    state: State
    clock: Clock | None
    rests: tuple[Month, Month | None] | None
    decisions: tuple[Decision, ...]


def course(*, days: Days, today: date, calendar: Calendar, policy: Policy) -> Course:
    """PEN-34: the state, with the clock of the step under way (PEN-23).

    Raises PensionCourseError for days that cannot be, NoClockError for an application from before the rule.
    """
    check(days, today)
    state = _state(days)
    clock = _clock(state, days, calendar, policy)
    rests = None
    if days.last_month is not None:
        rests = (days.last_month + 1, None if days.done_on is None else Month.containing(days.done_on))
    inputs: dict[str, Plain] = {"today": today.isoformat()}
    for each in fields(days):
        value = getattr(days, each.name)
        inputs[each.name] = None if value is None else str(value)
    links = (Confidence.MEDIUM,) if state in BEFORE else ()
    said = PEN_34.decide(state.value, inputs=inputs, links=links)
    counted = () if clock is None else (clock.decision, clock.counting)
    return Course(state, clock, rests, (said, *counted))


def check(days: Days, today: date) -> None:
    """Refuses days that cannot be. Raises PensionCourseError with one sentence."""
    for later, earlier in _days(days, NEEDS):
        first, second = getattr(days, earlier), getattr(days, later)
        if first is None:
            raise PensionCourseError(
                "pension_step_missing",
                "{later} cannot be without {earlier}; write that day too, or leave this one out.",
                later=later,
                earlier=earlier,
            )
        if second < first:
            raise PensionCourseError(
                "pension_days_out_of_order",
                "{later} ({second}) lies before {earlier} ({first}); correct one of the two.",
                later=later,
                second=second.isoformat(),
                earlier=earlier,
                first=first.isoformat(),
            )
    for refused, other in _days(days, INSTEAD):
        if getattr(days, other) is not None:
            raise PensionCourseError(
                "pension_refused_and_on",
                "{refused} and {other} cannot both be: what was refused does not go on; leave one out.",
                refused=refused,
                other=other,
            )
    ahead = [
        (each.name, day)
        for each in fields(days)
        if isinstance(day := getattr(days, each.name), date) and day > today
    ]
    if ahead:
        raise PensionCourseError(
            "pension_day_ahead",
            "{name} ({day}) lies after {on}; leave out what has not happened yet.",
            name=ahead[0][0],
            day=ahead[0][1].isoformat(),
            on=today.isoformat(),
        )


def _days(days: Days, pairs: tuple[tuple[str, str], ...]) -> Iterator[tuple[str, str]]:
    """The pairs whose first name was told."""
    return ((one, other) for one, other in pairs if getattr(days, one) is not None)


def _state(days: Days) -> State:
    if days.done_on is not None:
        return State.DONE
    arrived = (days.sheet_on is not None, days.money_on is not None)
    if any(arrived):
        return ARRIVED[arrived]
    if days.letter_on is not None:
        return State.GOING_OUT if days.out_refused_on is None else State.OUT_REFUSED
    if days.applied_on is not None:
        return State.UNDER_REVIEW if days.refused_on is None else State.REFUSED
    return BEFORE_APPLYING[days.first_month is not None, days.last_month is not None]


ARRIVED = {
    (True, False): State.WAITS_FOR_MONEY,
    (False, True): State.WAITS_FOR_SHEET,
    (True, True): State.COMING_IN,
}
"""Whether the sheet and the money have come."""
BEFORE_APPLYING = {
    (False, False): State.JOIN_FIRST,
    (False, True): State.JOIN_FIRST,
    (True, False): State.STOP_FIRST,
    (True, True): State.MAY_APPLY,
}
"""Whether a month is paid at the new place, and whether the old relation is suspended."""


def _clock(state: State, days: Days, calendar: Calendar, policy: Policy) -> Clock | None:
    """The clock of the step under way, from the day this step began."""
    if state not in CLOCKS or days.applied_on is None:
        return None
    start = days.applied_on
    if state is not State.UNDER_REVIEW and days.letter_on is not None:
        start = days.letter_on
    if state is State.COMING_IN and days.sheet_on is not None and days.money_on is not None:
        start = max(days.sheet_on, days.money_on)
    return step_due(
        step=CLOCKS[state], start=start, applied_on=days.applied_on, calendar=calendar, policy=policy
    )


ENTRIES: Entries = ((PEN_34, course),)
