"""By when: the legal days and local promises, apart, from the day of acceptance on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from jiexu.guide.case import Case, Part
from jiexu.guide.sentence import AreaCode, Data, Due, DueKind, Sentence
from jiexu.rules.calendar import YearNotCoveredError
from jiexu.rules.clocks import (
    R_028,
    R_029,
    Clock,
    NoClockError,
    destination_due,
    local_promise,
    origin_due,
    overdue,
)
from jiexu.rules.decision import Decision
from jiexu.rules.edges import R_102
from jiexu.rules.policy import Found
from jiexu.rules.service import Against, Remedy, Subject, hotline, remedy, review


@dataclass(frozen=True, slots=True)
class Clocks:
    """The two legal days. ``accepted_on``: told, or the day of the answer as if it were accepted then.

    ``form_on``: the day the information form reached the destination, or the last day on which it may.
    """

    accepted_on: date
    form_on: date
    origin: Clock
    destination: Clock


def clocks_of(case: Case) -> Clocks | None:
    """The legal days of this case; None where no rule or no calendar is known for them."""
    told = case.told
    accepted = told.accepted_on or case.day
    try:
        out = origin_due(accepted_on=accepted, calendar=case.calendar, policy=case.policy)
        form_on = told.form_received_on or out.on
        into = destination_due(
            form_received_on=form_on, accepted_on=accepted, calendar=case.calendar, policy=case.policy
        )
    except (NoClockError, YearNotCoveredError):
        return None
    return Clocks(accepted, form_on, out, into)


def time_topic(case: Case, clocks: Clocks | None) -> Part:
    """Each legal day, then what the places promise, then what may still move."""
    tell = case.voice.tell
    if clocks is None:
        return Part((tell(R_102.decide("HISTORY_ONLY"), "guide.time_not_known", {"day": case.day}),))
    accepted = case.told.accepted_on is not None
    sent = case.told.form_received_on is not None
    out = "guide.out_due" if accepted else "guide.out_due_if"
    # Once its form is there and the day of acceptance is not told, the origin's clock says nothing.
    first = [] if sent and not accepted else [_legal(case, clocks.origin, out, clocks.accepted_on)]
    said = [
        *first,
        _legal(case, clocks.destination, "guide.in_due" if sent else "guide.in_due_if", clocks.form_on),
        *_promises(case, clocks),
    ]
    if "provisional" in {clocks.origin.kind, clocks.destination.kind}:
        said.append(tell(clocks.destination.counting, "guide.calendar_open"))
    said.append(tell(R_029.decide("COUNTED")))
    return Part(tuple(said))


def _legal(case: Case, clock: Clock, key: str, start: date) -> Sentence:
    data: Data = {"start": start, "due": clock.on, "days": _days(clock)}
    kind = DueKind.PROVISIONAL if clock.kind == "provisional" else DueKind.LEGAL
    return case.voice.tell(clock.decision, key, data, due=Due(clock.on, kind))


def _days(clock: Clock) -> int:
    return int(str(clock.decision.inputs["days"]))


def _promises(case: Case, clocks: Clocks) -> list[Sentence]:
    """What the two places promise beyond the law; nothing where none is published."""
    said = []
    for what, area, start in (
        ("transfer_out", case.here.code, clocks.accepted_on),
        ("transfer_in", case.there.code, clocks.form_on),
    ):
        # Never longer than the legal days, so the calendar reaches as far.
        promise = local_promise(what=what, start=start, calendar=case.calendar, policy=case.policy, area=area)
        if promise is not None:
            data: Data = {"area": AreaCode(area), "days": _days(promise), "due": promise.on}
            said.append(
                case.voice.tell(
                    promise.decision, f"guide.promise_{what}", data, due=Due(promise.on, DueKind.PROMISE)
                )
            )
    return said


def late_topic(case: Case, clocks: Clocks | None) -> Part:
    """What to do where an agency is late, in order, and until when reconsideration can be asked for."""
    tell = case.voice.tell
    state = lateness(case, clocks)
    said = [] if state is None else [tell(state)]
    late = R_028.decide("OVERDUE")
    said.append(tell(late, "guide.late_query"))
    line = hotline(subject=Subject.MEDICAL, policy=case.policy, on=case.day, area=case.there.code)
    if line.number is not None:
        said.append(tell(line.decision, "guide.late_call", {"line": line.number}))
    said.append(tell(late, "guide.late_complain"))
    return Part((*said, *_reconsideration(case, is_late=state is not None and state.outcome == "OVERDUE")))


def lateness(case: Case, clocks: Clocks | None) -> Decision | None:
    """R-028 for a running transfer: whether the side whose turn it is has passed its day; None where none runs."""
    if clocks is None or case.told.accepted_on is None:
        return None
    sent = case.told.form_received_on is not None
    due = clocks.destination.on if sent else clocks.origin.on
    return overdue(due_on=due, today=case.on, done=case.told.record_in_on is not None)


def remedy_from_today(case: Case) -> Remedy | None:
    """LAW-01, counted from today, the day the person knows of the delay; None past the calendar."""
    try:
        return remedy(against=Against.AGENCY, known_on=case.on, calendar=case.calendar, policy=case.policy)
    except YearNotCoveredError:
        return None


def _reconsideration(case: Case, *, is_late: bool) -> Iterator[Sentence]:
    """Until when reconsideration can be asked for: a day to keep only where an agency is late."""
    days = case.policy.find("remedy.reconsideration_days", on=case.on)
    way = remedy_from_today(case)
    if way is not None and way.until is not None and isinstance(days, Found):
        due = Due(way.until, DueKind.LEGAL) if is_late else None
        data: Data = {"days": int(str(days.value)), "until": way.until, "on": case.on}
        yield case.voice.tell(way.decisions[0], "guide.late_reconsider", data, due=due)
        yield case.voice.tell(review(policy=case.policy, on=case.on).decision)
