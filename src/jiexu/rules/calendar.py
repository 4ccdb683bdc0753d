"""The working-day calendar: which days an agency works, and when a number of working days has passed.

A calendar is built from rows passed in (the State Council's yearly notice, kept as policy data); it reads no
clock and no file. Days of a year without a notice are counted by weekends and the statutory days of
全国年节及纪念日放假办法 alone, and every due date that touches them is provisional: make-up days and substitute
days are not known before the notice. All days are Beijing days.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

ONE_DAY = timedelta(days=1)
SATURDAY = 5


class YearNotCoveredError(ValueError):
    """A day lies in a year for which there is neither a notice nor a table of statutory days."""


@dataclass(frozen=True, slots=True)
class CalendarYear:
    """One announced year: days off, weekends within a holiday included, and weekend days that are worked."""

    year: int
    holidays: frozenset[date]
    make_up_days: frozenset[date]


@dataclass(frozen=True, slots=True)
class Due:
    """The day on which a number of working days has passed.

    ``provisional``: the count touched a year that is not announced yet; the day may still move.
    ``calendar_version``: the version of the calendar that counted, to be kept with the deadline.
    """

    on: date
    provisional: bool
    calendar_version: str


@dataclass(frozen=True, slots=True)
class Calendar:
    """Announced years, statutory days of years to come, and local rest days where an area has some.

    ``version`` names the data exactly: two calendars with the same version count every day alike.
    """

    years: Mapping[int, CalendarYear]
    statutory: Mapping[int, frozenset[date]]
    version: str
    rest_days: frozenset[date] = field(default_factory=frozenset)

    def announced(self, year: int) -> bool:
        """Whether the State Council's notice for the year is in this calendar."""
        return year in self.years

    def is_working_day(self, day: date) -> bool:
        """Whether agencies work on the day. Raises YearNotCoveredError outside the data."""
        if day in self.rest_days:
            return False
        known = self.years.get(day.year)
        if known is not None:
            return day in known.make_up_days or (day.weekday() < SATURDAY and day not in known.holidays)
        statutory = self.statutory.get(day.year)
        if statutory is None:
            raise _not_covered(day.year)
        return day.weekday() < SATURDAY and day not in statutory

    def next_working_day(self, day: date) -> date:
        """The first working day after the day."""
        return self.add_working_days(day, 1).on

    def add_working_days(self, start: date, days: int) -> Due:
        """The day on which ``days`` working days after ``start`` have passed.

        The start day is not counted (民法典 art. 201). A last day that is no working day cannot occur: only
        working days are counted (art. 203 is met by construction). Raises ValueError for fewer than one day.
        """
        if days < 1:
            raise ValueError(f"A deadline of {days} working days cannot be counted; give one day or more.")
        day, left, provisional = start, days, False
        while left:
            day += ONE_DAY
            provisional = provisional or not self.announced(day.year)
            left -= self.is_working_day(day)
        return Due(on=day, provisional=provisional, calendar_version=self.version)

    def working_days_between(self, start: date, end: date) -> int:
        """Working days after ``start`` up to and including ``end``; negative where ``end`` comes first."""
        if end < start:
            return -self.working_days_between(end, start)
        if end == start:
            return 0
        others = [day for day in self._other_days(start, end) if start < day <= end]
        moved = sum(self.is_working_day(day) - (day.weekday() < SATURDAY) for day in others)
        return _weekdays_until(end) - _weekdays_until(start) + moved

    def _other_days(self, start: date, end: date) -> set[date]:
        """Days of these years that may be other than their weekday says. Raises YearNotCoveredError outside the data."""
        days = set(self.rest_days)
        for year in range((start + ONE_DAY).year, end.year + 1):
            known = self.years.get(year)
            if known is not None:
                days |= known.holidays | known.make_up_days
            elif year in self.statutory:
                days |= self.statutory[year]
            else:
                raise _not_covered(year)
        return days

    def with_rest_days(self, *, days: Iterable[date], label: str) -> Calendar:
        """The same calendar with an area's own rest days (such as 三月三 in 广西), named in its version."""
        return replace(self, rest_days=self.rest_days | frozenset(days), version=f"{self.version}+{label}")


def _not_covered(year: int) -> YearNotCoveredError:
    return YearNotCoveredError(
        f"No working-day calendar covers {year}: add policy/calendar/{year}.yaml from the State Council's notice for {year}."
    )


def _weekdays_until(day: date) -> int:
    """Mondays to Fridays from the first day of our reckoning, which was a Monday, to this one."""
    weeks, rest = divmod(day.toordinal(), 7)
    return 5 * weeks + min(rest, SATURDAY)
