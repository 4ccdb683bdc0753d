"""Waits of residents who come late or come back (R-063 … R-067), from 2025 on, with years repaired.

The national sentence gives a fixed part, a part for every missed year, a floor after long absences, and lets each
year that is paid afterwards take a month off the second part. It does not say whether the first missed year counts,
from which year years are counted, or when the wait begins: switches of the place. Open switches give every reading.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from jiexu.rules.between import Between
from jiexu.rules.decision import Basis, Confidence, Decision, Plain
from jiexu.rules.policy import Found, Policy, Unknown
from jiexu.rules.rule import Anchor, Entries, Rule
from jiexu.rules.terms import known, whole, words
from jiexu.rules.working import Line, Worked, area, calendar_days, count, day, line, month, months, years
from jiexu.values.errors import ValueFault
from jiexu.values.month import Month

FIXED = ("resident.wait.fixed_months", "resident.wait.fixed_days", "resident.wait.starts")
MISSED = (
    *FIXED,
    "resident.wait.per_missed_year",
    "resident.wait.first_missed_year_counts",
    "resident.wait.missed_years_from",
    "resident.wait.floor_months",
    "resident.wait.floor_from_missed_years",
)
WAITS = ("WAIT", "DEPENDS_ON_COUNTING", "NOT_KNOWN")
R_063 = Rule(
    "R-063",
    Anchor.RETURN_TO_COVER,
    ("NO_WAIT", "FIXED_WAIT", "NOT_KNOWN"),
    ("guobanfa-2024-38",),
    parameters=FIXED,
)
R_064 = Rule("R-064", Anchor.RETURN_TO_COVER, WAITS, ("guobanfa-2024-38",), parameters=MISSED)
R_065 = Rule(
    "R-065",
    Anchor.RETURN_TO_COVER,
    WAITS,
    ("guobanfa-2024-38",),
    parameters=(*MISSED, "resident.wait.repair_per_year"),
)
R_066 = Rule(
    "R-066",
    Anchor.RETURN_TO_COVER,
    ("NO_WAIT",),
    ("guobanfa-2024-38",),
    parameters=("resident.wait.exempt",),
)
R_067 = Rule(
    "R-067",
    Anchor.RETURN_TO_COVER,
    ("NO_WAIT", "NOT_KNOWN"),
    ("notice-2022-residents",),
    Basis.LAW,
    Confidence.MEDIUM,
    parameters=("resident.wait.exempt", "lapse.grace_months"),
)
COVER_JUST_ENDED = "employee_cover_just_ended"
MONTHS = 12


class ResidentError(ValueFault):
    """Years that cannot be."""


@dataclass(frozen=True, slots=True)
class ResidentReturn:
    """How a resident joins for a year of cover.

    ``cover_year``: the year that is paid for. ``paid_on``: the day of payment. ``missed``: years without cover in a
    row, right before the year of cover; 0 for somebody covered without a break, or joining for the first time.
    ``repaired``: how many of them are paid afterwards. ``in_window``: paid within the place's enrolment window.
    ``exempt``: ``newborn`` or ``special_groups`` where the person is one. Raises ResidentError for years that cannot be.
    """

    cover_year: int
    paid_on: date
    missed: int
    repaired: int = 0
    in_window: bool = True
    exempt: str | None = None

    def __post_init__(self) -> None:
        """Refuses years that cannot be."""
        if not 0 <= self.repaired <= self.missed:
            raise ResidentError(
                "repaired_more_than_missed",
                "{repaired} missed years cannot be paid afterwards where {missed} were missed; correct one number.",
                repaired=self.repaired,
                missed=self.missed,
            )
        if not self.cover_year - 1 <= self.paid_on.year <= self.cover_year:
            raise ResidentError(
                "paid_outside_cover_year",
                "A payment of {paid} is not for the year {year}: residents pay in the year before or in it.",
                paid=self.paid_on.isoformat(),
                year=self.cover_year,
            )


@dataclass(frozen=True, slots=True)
class WaitReading:
    """One way to count: ``years`` the place looks at, ``counted`` of them add months, and the ``months`` that follow."""

    years: int
    counted: int
    first_left_out: bool
    months: int


@dataclass(frozen=True, slots=True)
class ResidentWait:
    """``wait``: months, 0 for none; None: not known. ``begins``: month of benefits, None where not known.

    ``fixed_days``: the place counts the fixed part in days, which are no months (90 days are not 3 months).
    """

    wait: Between[int] | None
    begins: Between[Month] | None
    readings: tuple[WaitReading, ...] = ()
    fixed_days: int | None = None


@dataclass(frozen=True, slots=True)
class _Terms:
    """What the policy says for one place on one day."""

    fixed: Found | Unknown
    days: Found | Unknown
    starts: Found | Unknown
    each: Found | Unknown
    repair: Found | Unknown
    floor: Found | Unknown
    floor_from: Found | Unknown
    first: Found | Unknown
    since: Found | Unknown

    @classmethod
    def of(cls, policy: Policy, place: str, on: date) -> _Terms:
        names = (
            "fixed_months",
            "fixed_days",
            "starts",
            "per_missed_year",
            "repair_per_year",
            "floor_months",
            "floor_from_missed_years",
            "first_missed_year_counts",
            "missed_years_from",
        )
        return cls(*(policy.find(f"resident.wait.{name}", place, on=on) for name in names))


def resident_wait(*, back: ResidentReturn, place: str, policy: Policy) -> Worked[ResidentWait]:
    """R-063 … R-066: the wait of a resident at ``place``, read on the day of payment.

    Newborns and special groups do not wait (R-066). Without a missed year: the fixed part outside the enrolment
    window, nothing inside it (R-063). With missed years the fixed part and a month a year (R-064), less what is
    repaired, with a floor for long absences (R-065).
    """
    on = back.paid_on
    exempt = policy.find("resident.wait.exempt", place, on=on)
    if back.exempt is not None and isinstance(exempt, Found) and back.exempt in words(exempt):
        return _exempt(back, exempt)
    terms = _Terms.of(policy, place, on)
    if not back.missed:
        return _without_gap(back, place, terms)
    return _with_gap(back, place, terms, policy)


def _exempt(back: ResidentReturn, exempt: Found) -> Worked[ResidentWait]:
    decision = R_066.decide("NO_WAIT", facts=(exempt,), inputs={"group": back.exempt})
    closing = line("resident.closing_exempt")
    answer = ResidentWait(Between(0, 0), None)
    return Worked(answer, (decision,), (line("resident.exempt", by=decision),), closing)


def _without_gap(back: ResidentReturn, place: str, terms: _Terms) -> Worked[ResidentWait]:
    inputs: dict[str, Plain] = {
        "cover_year": back.cover_year,
        "in_window": back.in_window,
        "missed": 0,
        "place": place,
    }
    if back.in_window:
        decision = R_063.decide("NO_WAIT", inputs=inputs)
        january, paid = Month.of(back.cover_year, 1), Month.containing(back.paid_on)
        # A window that runs into the year of cover: whether its first months are covered is for the place to say.
        begins = Between(january, max(january, paid))
        return _result(
            back, place, decision, Between(0, 0), begins, [line("resident.in_window", by=decision)]
        )
    fixed = whole(terms.fixed)
    if fixed is None:
        return _unknown(R_063.decide("NOT_KNOWN", facts=(terms.fixed,), inputs=inputs), place)
    wait = Between(fixed, fixed)
    facts = (terms.fixed, *known(terms.days), terms.starts)
    decision = R_063.decide("FIXED_WAIT", facts=facts, inputs=inputs)
    lines = [line("resident.late", by=decision, fixed=months(fixed))]
    return _result(back, place, decision, wait, begins_after(back, wait, terms.starts), lines, terms=terms)


def _with_gap(back: ResidentReturn, place: str, terms: _Terms, policy: Policy) -> Worked[ResidentWait]:
    rule = R_065 if back.repaired else R_064
    inputs: dict[str, Plain] = {
        "cover_year": back.cover_year,
        "missed": back.missed,
        "place": place,
        "repaired": back.repaired,
    }
    if whole(terms.fixed) is None or whole(terms.each) is None:
        lacking = rule.decide("NOT_KNOWN", facts=(terms.fixed, terms.each), inputs=inputs)
        return _unknown(lacking, place)
    readings = tuple(_readings(back, terms, _first_year(terms, policy)))
    facts = _facts(back, terms, readings)
    wait = Between.of(one.months for one in readings)
    decision = rule.decide("WAIT" if wait.sure else "DEPENDS_ON_COUNTING", facts=facts, inputs=inputs)
    lines = list(_reading_lines(back, terms, readings, decision, place))
    begins = begins_after(back, wait, terms.starts)
    return _result(back, place, decision, wait, begins, lines, readings, terms)


def _facts(back: ResidentReturn, terms: _Terms, readings: tuple[WaitReading, ...]) -> list[Found | Unknown]:
    """What the wait rests on. A switch nobody set is no doubt where every year that was missed counts anyway."""
    same_years = len({one.years for one in readings}) == 1
    facts = [terms.fixed, terms.each, terms.first, terms.floor, terms.floor_from, terms.starts]
    facts += known(terms.since) if same_years else [terms.since]
    return [*facts, *([terms.repair] if back.repaired else []), *known(terms.days)]


def _first_year(terms: _Terms, policy: Policy) -> int:
    """The first year of the rule: no missed year before it needs to count where the place has not said."""
    return policy.fact(terms.each.fact_ids[0]).start.year


def _readings(back: ResidentReturn, terms: _Terms, first_year: int) -> Iterator[WaitReading]:
    """Every way the place may count: from which year, and with or without the first missed one."""
    first_missed = back.cover_year - back.missed
    since = whole(terms.since)
    begins = (since,) if since is not None else (first_missed, first_year)
    lengths = {min(back.missed, max(back.cover_year - begin, 0)) for begin in begins}
    without_first = {terms.first.value is not True} if isinstance(terms.first, Found) else {False, True}
    for length in sorted(lengths, reverse=True):
        for left_out in sorted(without_first):
            counted = max(length - 1, 0) if left_out else length
            yield WaitReading(length, counted, left_out, _months(back, terms, length, counted))


def _months(back: ResidentReturn, terms: _Terms, length: int, counted: int) -> int:
    """Fixed part, plus what is left of the part for missed years, but not below the floor after long absences."""
    fixed, each, repair = (whole(term) or 0 for term in (terms.fixed, terms.each, terms.repair))
    total = fixed + max(counted * each - back.repaired * repair, 0)
    floor, floor_from = whole(terms.floor), whole(terms.floor_from)
    if floor is not None and floor_from is not None and length >= floor_from:
        return max(total, floor)
    return total


def begins_after(back: ResidentReturn, wait: Between[int], starts: Found | Unknown) -> Between[Month]:
    """The month of benefits after a wait, by every beginning the place may mean; never before the year of cover."""
    paid, january = Month.containing(back.paid_on), Month.of(back.cover_year, 1)
    begins = {
        "month_of_payment": paid,
        "month_after_payment": paid.next(),
        "cover_year_start": max(january, paid),
    }
    said = [begins[str(starts.value)]] if isinstance(starts, Found) else list(begins.values())
    return Between(max(min(said) + wait.low, january), max(max(said) + wait.high, january))


def after_employee_cover(*, gap_months: int, paid_on: date, place: str, policy: Policy) -> Decision:
    """R-067: cover of 2022 only: joining as a resident soon after employee cover ended means no wait.

    Later years: R-057 and R-058 answer, which ask for two years insured without a break.
    """
    exempt = policy.find("resident.wait.exempt", place, on=paid_on)
    grace = policy.find("lapse.grace_months", place, on=paid_on, scope={"situation": "switch_scheme"})
    limit = whole(grace)
    inputs: dict[str, Plain] = {"gap": gap_months, "paid_on": paid_on.isoformat(), "place": place}
    free = (
        isinstance(exempt, Found)
        and COVER_JUST_ENDED in words(exempt)
        and limit is not None
        and gap_months <= limit
    )
    return R_067.decide("NO_WAIT" if free else "NOT_KNOWN", facts=(exempt, grace), inputs=inputs)


def _unknown(decision: Decision, place: str) -> Worked[ResidentWait]:
    lines = (line("resident.unknown", by=decision, place=area(place)),)
    return Worked(ResidentWait(None, None), (decision,), lines, line("resident.closing_unknown"))


def _result(
    back: ResidentReturn,
    place: str,
    decision: Decision,
    wait: Between[int],
    begins: Between[Month],
    lines: list[Line],
    readings: tuple[WaitReading, ...] = (),
    terms: _Terms | None = None,
) -> Worked[ResidentWait]:
    days = whole(terms.days) if terms is not None else None
    asked = line(
        "resident.asked", paid=day(back.paid_on), year=count(back.cover_year), missed=years(back.missed)
    )
    more = [] if days is None else [line("resident.fixed_days", place=area(place), days=calendar_days(days))]
    if terms is not None and isinstance(terms.starts, Unknown):
        more.append(line("resident.start_open", place=area(place)))
    closing = (
        line(
            "resident.closing" if wait.sure and begins.sure else "resident.closing_open",
            wait=months(wait),
            begins=month(begins),
        )
        if wait.high
        else line("resident.closing_none", begins=month(begins))
    )
    answer = ResidentWait(wait, begins, readings, days)
    return Worked(answer, (decision,), (asked, *lines, *more), closing)


def _reading_lines(
    back: ResidentReturn,
    terms: _Terms,
    readings: tuple[WaitReading, ...],
    decision: Decision,
    place: str,
) -> Iterator[Line]:
    fixed, each = months(whole(terms.fixed) or 0), months(whole(terms.each) or 0)
    if decision.outcome == "DEPENDS_ON_COUNTING":
        yield line("resident.open", place=area(place))
    for number, one in enumerate(readings):
        yield line(
            "resident.first_left_out" if one.first_left_out else "resident.first_counts",
            by=decision if number == 0 else None,
            counted=years(one.counted),
            fixed=fixed,
            each=each,
            repaired=years(back.repaired),
            wait=months(one.months),
        )


ENTRIES: Entries = (
    (R_063, resident_wait),
    (R_064, resident_wait),
    (R_065, resident_wait),
    (R_066, resident_wait),
    (R_067, after_employee_cover),
)
