"""How many months a gap has (R-061), and until when it stays inside the limit.

No national text says how a gap is counted, nor whether a first month that was joined and not paid belongs to it: both
are switches of the place. Where the place has not said, every reading is counted and the answer lies between them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from jiexu.rules.between import Between
from jiexu.rules.decision import Basis, Confidence, Decision, Plain
from jiexu.rules.policy import Found, Policy, Unknown
from jiexu.rules.rule import Anchor, Entries, Rule
from jiexu.rules.terms import known
from jiexu.rules.working import Line, Reasoned, Worked, area, line, month, months
from jiexu.values.errors import ValueFault
from jiexu.values.month import Month

R_061 = Rule(
    "R-061",
    Anchor.RETURN_TO_COVER,
    ("COUNTED", "ONE_COUNT_BY_ANY_METHOD", "DEPENDS_ON_METHOD"),
    ("nhsa-2021-43:10",),
    Basis.DESIGN,
    Confidence.MEDIUM,
    parameters=("lapse.gap_method", "lapse.unpaid_first_month_is_gap"),
)


class GapMethod(StrEnum):
    """``months_between``: whole months strictly between the last and the first paid one. ``from_month_of_stop``: from
    the month of the stop, which counts, up to the month before the first paid one.
    """

    MONTHS_BETWEEN = "months_between"
    FROM_MONTH_OF_STOP = "from_month_of_stop"


class LapseError(ValueFault):
    """Months that cannot follow one another."""


@dataclass(frozen=True, slots=True)
class Lapse:
    """The months around a gap.

    ``last_paid``: last month paid at the origin. ``first_paid``: first month paid afterwards; not after the last means
    no gap. ``joined``: first month of enrolment at the destination where it came before the first paid one.
    ``stopped``: month of the stop at the origin; None: not known, then the last paid month or the one after it.
    Raises LapseError where the stop comes before the last paid month, or the enrolment after the first paid one.
    """

    last_paid: Month
    first_paid: Month
    joined: Month | None = None
    stopped: Month | None = None

    def __post_init__(self) -> None:
        """Refuses an order of months that cannot be."""
        if self.stopped is not None and self.stopped < self.last_paid:
            raise LapseError(
                "stopped_before_last_paid",
                "Cover cannot have stopped in {stopped} if {last} was paid; correct one of the months.",
                stopped=str(self.stopped),
                last=str(self.last_paid),
            )
        if self.joined is not None and self.joined > self.first_paid:
            raise LapseError(
                "joined_after_first_paid",
                "{first} cannot have been paid before joining in {joined}; correct one of the months.",
                first=str(self.first_paid),
                joined=str(self.joined),
            )


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to count. ``unpaid_counts``: whether an unpaid first month is part of the gap; None: there is none."""

    method: GapMethod
    unpaid_counts: bool | None
    months: Between[int]


@dataclass(frozen=True, slots=True)
class Gap:
    """``months``: from the shortest to the longest reading that the place allows."""

    months: Between[int]
    readings: tuple[Reading, ...]


def count_gap(*, lapse: Lapse, place: str, policy: Policy) -> Worked[Gap]:
    """R-061: the months of a gap as ``place``, the destination, counts them on the day cover is paid for again."""
    return gap_worked(gap_found(lapse=lapse, place=place, policy=policy), lapse=lapse, place=place)


def gap_worked(counted: Reasoned[Gap], *, lapse: Lapse, place: str) -> Worked[Gap]:
    """How a gap was counted, line by line."""
    found, (decision,) = counted.answer, counted.decisions
    closing = line("gap.closing" if found.months.sure else "gap.closing_open", months=months(found.months))
    return Worked(found, (decision,), tuple(_lines(lapse, found, place, decision)), closing)


def gap_found(*, lapse: Lapse, place: str, policy: Policy) -> Reasoned[Gap]:
    """R-061 by itself: the months and the decision, without the working."""
    on = lapse.first_paid.first_day()
    method = policy.find("lapse.gap_method", place, on=on)
    unpaid = policy.find("lapse.unpaid_first_month_is_gap", place, on=on)
    late = lapse.joined is not None and lapse.joined < lapse.first_paid
    readings = tuple(_readings(lapse, _methods(method), _unpaid(unpaid) if late else (None,)))
    found = Gap(Between.of(end for one in readings for end in (one.months.low, one.months.high)), readings)
    open_ = isinstance(method, Unknown) or (late and isinstance(unpaid, Unknown))
    inputs: dict[str, Plain] = {
        "first_paid": str(lapse.first_paid),
        "high": found.months.high,
        "last_paid": str(lapse.last_paid),
        "low": found.months.low,
        "place": place,
    }
    outcome = "COUNTED"
    if open_:
        outcome = "ONE_COUNT_BY_ANY_METHOD" if found.months.sure else "DEPENDS_ON_METHOD"
    asked = (method, unpaid) if late else (method,)
    # A switch nobody set is no doubt where every way of counting gives the same.
    facts = known(*asked) if found.months.sure else asked
    return Reasoned(found, (R_061.decide(outcome, facts=facts, inputs=inputs),))


def _methods(found: Found | Unknown) -> tuple[GapMethod, ...]:
    return (GapMethod(str(found.value)),) if isinstance(found, Found) else tuple(GapMethod)


def _unpaid(found: Found | Unknown) -> tuple[bool, ...]:
    return (found.value is True,) if isinstance(found, Found) else (True, False)


def _readings(
    lapse: Lapse, methods: tuple[GapMethod, ...], unpaid: tuple[bool | None, ...]
) -> Iterator[Reading]:
    for method in methods:
        whole = [lapse.first_paid - begin for begin in starts(lapse, method)]
        for counts in unpaid:
            less = 1 if counts is False else 0
            yield Reading(method, counts, Between.of(max(length - less, 0) for length in whole))


def starts(lapse: Lapse, method: GapMethod) -> tuple[Month, ...]:
    """The month with which a count begins; two where the month of the stop is not known."""
    if method is GapMethod.MONTHS_BETWEEN:
        return (lapse.last_paid.next(),)
    return (lapse.stopped,) if lapse.stopped is not None else (lapse.last_paid, lapse.last_paid.next())


def inside_until(*, lapse: Lapse, grace: int, place: str, policy: Policy) -> Between[Month]:
    """The last month in which paying again keeps the gap within ``grace`` months, by the strictest and mildest count."""
    found = policy.find("lapse.gap_method", place, on=lapse.first_paid.first_day())
    return Between.of(begin + grace for method in _methods(found) for begin in starts(lapse, method))


def _lines(lapse: Lapse, found: Gap, place: str, decision: Decision) -> Iterator[Line]:
    yield line("gap.asked", last=month(lapse.last_paid), first=month(lapse.first_paid))
    if decision.outcome != "COUNTED":
        yield line("gap.open", place=area(place), by=decision)
    ground = decision if decision.outcome == "COUNTED" else None
    for one in found.readings:
        yield line(f"gap.method_{one.method.value}", by=ground, months=months(one.months))
        if one.unpaid_counts is not None:
            assert lapse.joined is not None  # noqa: S101 - only a month joined and unpaid is asked about
            said = "gap.unpaid_counts" if one.unpaid_counts else "gap.unpaid_left_out"
            yield line(said, joined=month(lapse.joined))


ENTRIES: Entries = ((R_061, count_gap),)
