"""Which day something is due, and whether the law, a promise or an unannounced year says so (R-024 … R-031)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Literal

from jiexu.rules.calendar import Calendar, Due
from jiexu.rules.decision import Basis, Confidence, Decision, Plain
from jiexu.rules.facts import Bound
from jiexu.rules.policy import Found, Policy, Unknown
from jiexu.rules.rule import NO_INPUTS, Anchor, Entries, Rule

ClockKind = Literal["legal", "promise", "provisional"]


class Stage(StrEnum):
    """Stages of the contact-letter route, each with a time limit of its own place.

    ``letter``: the destination writes its contact letter. ``out``: the origin has the letter and hands over.
    ``in``: the destination has the form and takes in.
    """

    LETTER = "letter"
    OUT = "out"
    IN = "in"


class NoClockError(ValueError):
    """No rule in force gives a number of days for this step on this date."""


@dataclass(frozen=True, slots=True)
class Clock:
    """A due day and how firm it is.

    ``kind``: ``promise`` where the day is somebody's word; where it is the law's, ``provisional`` as long as the count
    touches a year that is not announced, else ``legal``.
    ``decision``: the rule that sets the number of days; ``counting``: how they were counted (R-029).
    """

    on: date
    kind: ClockKind
    calendar_version: str
    decision: Decision
    counting: Decision


R_024 = Rule(
    "R-024", Anchor.ACCEPTANCE, ("DUE",), ("nhsa-2021-43:7",), parameters=("handling.transfer_out_days",)
)
R_025 = Rule("R-025", Anchor.EVENT, ("DUE",), ("nhsa-2021-43:8",), parameters=("handling.transfer_in_days",))
R_026 = Rule(
    "R-026",
    Anchor.EVENT,
    ("PROMISED",),
    ("nhsa-2021-43:9",),
    Basis.LOCAL,
    parameters=(
        "handling.promise_out_days",
        "handling.promise_in_days",
    ),
)
R_027 = Rule(
    "R-027",
    Anchor.EVENT,
    ("PROMISED", "AFTER_MATCHING"),
    ("nhsa-2021-43:8",),
    Basis.LOCAL,
    parameters=(
        "pa.credit_days",
        "promise.credit",
    ),
)
R_028 = Rule(
    "R-028", Anchor.EVENT, ("OVERDUE", "IN_TIME"), ("sil:83", "handling-2023:16", "handling-2023:52")
)
R_029 = Rule(
    "R-029", Anchor.EVENT, ("COUNTED",), ("civil-code:201", "civil-code:203"), confidence=Confidence.MEDIUM
)
R_030 = Rule(
    "R-030",
    Anchor.APPLICATION,
    ("DUE",),
    ("mohrss-2016-94",),
    confidence=Confidence.MEDIUM,
    parameters=("handling.old_stage_days",),
)
R_031 = Rule(
    "R-031",
    Anchor.APPLICATION,
    ("LOCAL_DAYS", "NOT_KNOWN"),
    ("suzhou-offline",),
    Basis.LOCAL,
    Confidence.MEDIUM,
    parameters=(
        "handling.offline_letter_days",
        "handling.offline_out_days",
        "handling.offline_in_days",
    ),
)

LEGAL = frozenset({"DUE", "LOCAL_DAYS"})
"""Outcomes by which the law sets the day, national or local; every other day is somebody's promise."""
LOCAL_PROMISES = {
    "transfer_out": "handling.promise_out_days",
    "transfer_in": "handling.promise_in_days",
    "credit": "pa.credit_days",
}


def origin_due(*, accepted_on: date, calendar: Calendar, policy: Policy) -> Clock:
    """R-024: the origin's due day, counted from acceptance. Old procedure before 2021-12: R-030."""

    def due() -> Clock:
        found = policy.find("handling.transfer_out_days", on=accepted_on)
        if isinstance(found, Unknown):
            return old_procedure(start=accepted_on, anchor=accepted_on, calendar=calendar, policy=policy)
        return clock(R_024, found, accepted_on, calendar)

    return policy.kept(("origin", accepted_on, calendar.version), due)


def destination_due(
    *, form_received_on: date, calendar: Calendar, policy: Policy, accepted_on: date | None = None
) -> Clock:
    """R-025: the destination's due day, counted from receipt of the information form.

    ``accepted_on`` chooses the procedure where it is known: a case accepted under the old one stays there.
    """
    anchor = accepted_on or form_received_on
    found = policy.find("handling.transfer_in_days", on=anchor)
    if isinstance(found, Unknown):
        return old_procedure(start=form_received_on, anchor=anchor, calendar=calendar, policy=policy)
    return clock(R_025, found, form_received_on, calendar)


def old_procedure(*, start: date, anchor: date, calendar: Calendar, policy: Policy) -> Clock:
    """R-030: each stage of the 2016 procedure. Raises NoClockError before that."""
    found = policy.find("handling.old_stage_days", on=anchor)
    if isinstance(found, Unknown):
        raise NoClockError(
            f"No clock is known for a case of {anchor.isoformat()}: the oldest rule held here is that of 2016-09-01. "
            "Correct the date, or record the older rule in policy/nation.yaml."
        )
    return clock(R_030, found, start, calendar)


def local_promise(*, what: str, start: date, calendar: Calendar, policy: Policy, area: str) -> Clock | None:
    """R-026, R-027: the area's own published promise for ``transfer_out``, ``transfer_in`` or ``credit``, if any.

    It never replaces the legal day; both are shown.
    """
    if what not in LOCAL_PROMISES:
        return None
    found = policy.find(LOCAL_PROMISES[what], area, on=start)
    if isinstance(found, Unknown):
        return None
    return clock(R_027 if what == "credit" else R_026, found, start, calendar, outcome="PROMISED")


def promise_due(
    *, what: str, start: date, calendar: Calendar, policy: Policy, area: str | None = None
) -> Clock:
    """When something we promise is due: the area's own promise where it made one, else the product's.

    ``what``: a name of policy/promises.yaml, such as ``check`` or ``credit``. Raises UnknownParameterError for a
    promise nobody makes, NoClockError where none is in force on the day.
    """

    def due() -> Clock:
        return _promise_due(what=what, start=start, calendar=calendar, policy=policy, area=area)

    return policy.kept(("promise", what, start, calendar.version, area), due)


def _promise_due(*, what: str, start: date, calendar: Calendar, policy: Policy, area: str | None) -> Clock:
    local = None
    if area is not None:
        local = local_promise(what=what, start=start, calendar=calendar, policy=policy, area=area)
    if local is not None:
        return local
    ours = policy.find(f"promise.{what}", on=start)
    if isinstance(ours, Unknown):
        raise NoClockError(
            f"policy/promises.yaml says nothing for {what!r} on {start.isoformat()}; add a record."
        )
    if what == "credit":
        return clock(R_027, ours, start, calendar, outcome="AFTER_MATCHING")
    return clock(_our_promise(what), ours, start, calendar, outcome="PROMISED")


def _our_promise(what: str) -> Rule:
    """Our own promises are no rules of law: they are cited by their name and shown as ours."""
    name = f"promise.{what}"
    return Rule(name, Anchor.EVENT, ("PROMISED",), (), Basis.DESIGN, parameters=(name,))


def clock(
    rule: Rule,
    found: Found,
    start: date,
    calendar: Calendar,
    *,
    outcome: str = "DUE",
    said: Mapping[str, Plain] = NO_INPUTS,
) -> Clock:
    """The clock a rule sets by a number of working days of the policy; the start day is not counted.

    ``outcome``: of the rule; one outside ``LEGAL`` makes it a promise. ``said``: further inputs of the decision.
    """
    days = _days(found)
    due, counting = counted(start=start, days=days, calendar=calendar)
    inputs: dict[str, Plain] = {
        "days": days,
        "on": due.on.isoformat(),
        "start": start.isoformat(),
        **said,
    }
    decision = rule.decide(outcome, facts=(found,), inputs=inputs)
    return Clock(
        on=due.on,
        kind="promise" if outcome not in LEGAL else "provisional" if due.provisional else "legal",
        calendar_version=due.calendar_version,
        decision=decision,
        counting=counting,
    )


def _days(found: Found) -> int:
    """Whole days; of a range its end, because that is what a person can rely on."""
    return int(str(found.value.high if isinstance(found.value, Bound) else found.value))


def counted(*, start: date, days: int, calendar: Calendar) -> tuple[Due, Decision]:
    """R-029: the start day is not counted; holidays and swapped days are those of the yearly notice."""
    due = calendar.add_working_days(start, days)
    inputs: dict[str, Plain] = {
        "calendar": due.calendar_version,
        "days": days,
        "on": due.on.isoformat(),
        "provisional": due.provisional,
        "start": start.isoformat(),
    }
    return due, R_029.decide("COUNTED", inputs=inputs)


def counted_days(*, start: date, days: int, calendar: Calendar) -> tuple[date, Decision]:
    """R-029: the last of so many calendar days after a day, which is not counted; one without work moves on to the next.

    Raises ValueError for fewer than one day, YearNotCoveredError past the calendar.
    """
    if days < 1:
        raise ValueError(f"A limit of {days} days cannot be counted; give one day or more.")
    last = start + timedelta(days=days)
    provisional = not calendar.announced(last.year)
    if not calendar.is_working_day(last):
        last = calendar.next_working_day(last)
    inputs: dict[str, Plain] = {
        "calendar": calendar.version,
        "days": days,
        "on": last.isoformat(),
        "provisional": provisional or not calendar.announced(last.year),
        "start": start.isoformat(),
    }
    return last, R_029.decide("COUNTED", inputs=inputs)


def overdue(*, due_on: date, today: date, done: bool) -> Decision:
    """R-028: past the day and not done: query, 12393, complaint, reconsideration, in this order."""
    late = today > due_on and not done
    inputs: dict[str, Plain] = {"done": done, "due_on": due_on.isoformat(), "today": today.isoformat()}
    return R_028.decide("OVERDUE" if late else "IN_TIME", inputs=inputs)


def offline_due(
    *, stage: Stage, area: str, start: date, applied_on: date, calendar: Calendar, policy: Policy
) -> Clock | Decision:
    """R-031: the contact-letter route runs on the days its place published; the 2016 maxima are history, no answer.

    ``area``: whose stage it is. ``start``: the day the stage begins, not counted. ``applied_on``: the day that picks
    the days. Where the place's days are not known, only the decision that says so: then the law's own clock counts.
    """
    found = policy.find(f"handling.offline_{stage.value}_days", area, on=applied_on)
    said: dict[str, Plain] = {"area": area, "stage": stage.value}
    if isinstance(found, Unknown):
        return R_031.decide("NOT_KNOWN", facts=(found,), inputs=said)
    return clock(R_031, found, start, calendar, outcome="LOCAL_DAYS", said=said)


ENTRIES: Entries = (
    (R_024, origin_due),
    (R_025, destination_due),
    (R_026, local_promise),
    (R_027, promise_due),
    (R_028, overdue),
    (R_029, counted),
    (R_030, old_procedure),
    (R_031, offline_due),
)
