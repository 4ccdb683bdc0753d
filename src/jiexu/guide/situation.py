"""What a person tells the guide: where from, where to, which schemes, how far it is, and the months so far."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import pairwise

from jiexu.records.record import MonthKind
from jiexu.rules.inputs import Payer, Scheme, Sex, Status
from jiexu.rules.retirement import RetirementGroup
from jiexu.values.errors import ValueFault
from jiexu.values.month import Month


class ImpossibleSituationError(ValueFault):
    """What was told contradicts itself or the calendar. The sentence names what, and how to mend it."""


class Topic(StrEnum):
    """Parts of an answer, in the order they are read."""

    PLACES = "places"
    MOVE = "move"
    STEPS = "steps"
    WHAT = "what"
    MONEY = "money"
    TIME = "time"
    COVER = "cover"
    CHANGES = "changes"
    PAY = "pay"
    YEARS = "years"
    BRING = "bring"
    WHERE = "where"
    LATE = "late"
    SHARING = "sharing"
    OTHERS = "others"
    MYTHS = "myths"
    DOUBTS = "doubts"


class Career(StrEnum):
    """Work whose pension moves in a way of its own: left the army, left a public body."""

    SOLDIER = "soldier"
    PUBLIC = "public"


@dataclass(frozen=True, slots=True)
class Stretch:
    """Months without a break in one scheme at one place, both ends inside. ``area``: a code, or a name as written."""

    area: str
    scheme: Scheme
    first: Month
    last: Month
    kind: MonthKind = MonthKind.PAID


@dataclass(frozen=True, slots=True)
class Situation:
    """A person about to move. None everywhere means: not told; what is needed and not told is asked for.

    ``origin`` / ``destination``: places as written, name or code. ``status``: of the enrolment at the origin;
    ``stopped_on``: its last day, which may lie ahead. ``joined_on``: first day of cover at the destination, which
    may lie ahead; ``joined`` False: not yet, and no day is set. ``cover_year_here`` / ``cover_year_there``: calendar
    years of resident cover paid at the origin and at the destination. ``balance_fen``: account balance in fen, 0 where
    there is none. ``document_kind``: of the identity document, as in ``nhsa:psn_cert_type``. ``last_paid`` / ``first_paid``: last month paid at the origin, first month paid or to be paid at the
    destination; where not told, read from ``history``. ``insured_months``: consecutive months insured before the
    move. ``made_up``: whether the gap is or will be paid for. ``missed_years`` / ``repaired_years``: resident years
    without cover before returning, and how many of them are paid for. ``base_fen``: monthly contribution base. ``registered_in``: place of the household registration.
    ``arrears_months``: months unpaid at the origin. ``applied_on``, ``accepted_on``,
    ``form_received_on``, ``record_in_on``: days on which a running transfer got so far. ``wants``: topics asked for,
    empty = all. ``wants_cash``: the balance in cash. ``sharing_open``: family sharing (家庭共济) is open.
    ``career``: somebody who left the army or a public body; None: neither, or not told.
    """

    origin: str
    destination: str
    document_kind: str = "01"
    from_scheme: Scheme | None = None
    to_scheme: Scheme | None = None
    status: Status | None = None
    stopped_on: date | None = None
    joined: bool | None = None
    joined_on: date | None = None
    cover_year_here: int | None = None
    cover_year_there: int | None = None
    balance_fen: int | None = None
    history: tuple[Stretch, ...] = ()
    last_paid: Month | None = None
    first_paid: Month | None = None
    insured_months: int | None = None
    made_up: bool | None = None
    missed_years: int | None = None
    repaired_years: int = 0
    birth: date | None = None
    sex: Sex | None = None
    group: RetirementGroup | None = None
    registered_in: str | None = None
    arrears_months: int = 0
    payer: Payer | None = None
    base_fen: int | None = None
    applied_on: date | None = None
    accepted_on: date | None = None
    form_received_on: date | None = None
    record_in_on: date | None = None
    wants: frozenset[Topic] = frozenset()
    wants_cash: bool = False
    sharing_open: bool | None = None
    career: Career | None = None

    @property
    def from_employee(self) -> bool:
        return self.from_scheme is Scheme.EMPLOYEE

    @property
    def to_employee(self) -> bool:
        return self.to_scheme is Scheme.EMPLOYEE

    def asks_about(self, topic: Topic) -> bool:
        """Whether the person wants to know about a topic; which places are meant is always said."""
        return not self.wants or topic in self.wants or topic is Topic.PLACES


def check(told: Situation, on: date) -> None:
    """Refuses what cannot be. Raises ImpossibleSituationError with one sentence for the first contradiction."""
    _check_days(told, on)
    for stretch in told.history:
        _check_stretch(stretch, told, on)
    counts = (told.insured_months, told.missed_years, told.repaired_years, told.arrears_months)
    if any(count is not None and count < 0 for count in counts):
        raise ImpossibleSituationError(
            "guide_negative_count", "A number of months or years is below zero; write 0 or more."
        )
    if told.missed_years is not None and told.repaired_years > told.missed_years:
        raise ImpossibleSituationError(
            "guide_repairs_too_many",
            "{repaired} years were paid for but only {missed} were missed; correct one of the two.",
            repaired=told.repaired_years,
            missed=told.missed_years,
        )


def _check_days(told: Situation, on: date) -> None:
    if told.birth is not None and told.birth > on:
        raise ImpossibleSituationError(
            "guide_born_later",
            "The date of birth {birth} lies after {on}; correct it.",
            birth=told.birth.isoformat(),
            on=on.isoformat(),
        )
    _check_paid_after_birth(told)
    if told.status is Status.INSURED and told.stopped_on is not None and told.stopped_on < on:
        raise ImpossibleSituationError(
            "guide_stopped_and_insured",
            "Insurance stopped on {day} and is said to run still on {on}; correct the day or the status.",
            day=told.stopped_on.isoformat(),
            on=on.isoformat(),
        )
    if told.joined is False and told.joined_on is not None and told.joined_on <= on:
        raise ImpossibleSituationError(
            "guide_joined_and_not",
            "Insurance at the destination began on {day} and is said not to have begun; correct one of the two.",
            day=told.joined_on.isoformat(),
        )
    _check_course(told, on)


def _check_paid_after_birth(told: Situation) -> None:
    """Nobody was insured before birth."""
    paid = ((name, getattr(told, name)) for name in ("last_paid", "first_paid"))
    for name, month in paid:
        if told.birth is not None and month is not None and month.last_day() < told.birth:
            raise ImpossibleSituationError(
                "guide_paid_before_birth",
                "{name} ({month}) lies before the birth on {birth}; correct one of the two.",
                name=name,
                month=str(month),
                birth=told.birth.isoformat(),
            )


COURSE = ("applied_on", "accepted_on", "form_received_on", "record_in_on")


def _check_course(told: Situation, on: date) -> None:
    """Days of a running transfer follow one another, and none lies ahead but the day of applying."""
    days = [(name, day) for name in COURSE if (day := getattr(told, name)) is not None]
    for (earlier_name, earlier), (later_name, later) in pairwise(days):
        if later < earlier:
            raise ImpossibleSituationError(
                "guide_days_out_of_order",
                "{later_name} ({later}) lies before {earlier_name} ({earlier}); correct one of the two.",
                later_name=later_name,
                later=later.isoformat(),
                earlier_name=earlier_name,
                earlier=earlier.isoformat(),
            )
    ahead = [(name, day) for name, day in days if day > on and name != "applied_on"]
    if ahead:
        raise ImpossibleSituationError(
            "guide_day_ahead",
            "{name} ({day}) lies after {on}; leave out what has not happened yet.",
            name=ahead[0][0],
            day=ahead[0][1].isoformat(),
            on=on.isoformat(),
        )


def _check_stretch(stretch: Stretch, told: Situation, on: date) -> None:
    if stretch.last < stretch.first:
        raise ImpossibleSituationError(
            "guide_stretch_reversed",
            "The months {first} to {last} at {area} end before they begin; exchange or correct them.",
            area=stretch.area,
            first=str(stretch.first),
            last=str(stretch.last),
        )
    if stretch.last > Month.containing(on):
        raise ImpossibleSituationError(
            "guide_months_ahead",
            "The months at {area} go to {last}, which lies after {on}; write only months that are paid.",
            area=stretch.area,
            last=str(stretch.last),
            on=on.isoformat(),
        )
    if told.birth is not None and stretch.first.last_day() < told.birth:
        raise ImpossibleSituationError(
            "guide_months_before_birth",
            "The months at {area} begin in {first}, before the birth on {birth}; correct one of the two.",
            area=stretch.area,
            first=str(stretch.first),
            birth=told.birth.isoformat(),
        )
