"""The calendar counts working days from rows passed in; no file is read here."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiexu.rules.calendar import Calendar, CalendarYear, YearNotCoveredError

MAY_2026 = CalendarYear(
    year=2026,
    holidays=frozenset(date(2026, 5, day) for day in range(1, 6)),
    make_up_days=frozenset({date(2026, 5, 9)}),
)
CALENDAR = Calendar(years={2026: MAY_2026}, statutory={2027: frozenset({date(2027, 1, 1)})}, version="test.1")
DAYS = st.dates(min_value=date(2026, 1, 1), max_value=date(2027, 10, 31))


def test_a_weekend_day_is_worked_only_when_the_notice_says_so() -> None:
    assert CALENDAR.is_working_day(date(2026, 5, 9))
    assert not CALENDAR.is_working_day(date(2026, 5, 10))


def test_a_holiday_on_a_weekday_is_not_worked() -> None:
    assert not CALENDAR.is_working_day(date(2026, 5, 4))
    assert CALENDAR.is_working_day(date(2026, 5, 6))


def test_the_start_day_is_not_counted() -> None:
    assert CALENDAR.add_working_days(date(2026, 4, 29), 1).on == date(2026, 4, 30)


def test_an_unannounced_year_is_counted_by_law_and_said_to_be_provisional() -> None:
    due = CALENDAR.add_working_days(date(2026, 12, 31), 1)
    assert (due.on, due.provisional, due.calendar_version) == (date(2027, 1, 4), True, "test.1")
    assert not CALENDAR.add_working_days(date(2026, 12, 30), 1).provisional


def test_local_rest_days_are_skipped_and_named_in_the_version() -> None:
    local = CALENDAR.with_rest_days(days=[date(2026, 5, 7)], label="450000")
    assert local.add_working_days(date(2026, 5, 6), 1).on == date(2026, 5, 8)
    assert local.version == "test.1+450000"


def test_a_year_outside_the_data_is_an_error_that_names_the_file_to_add() -> None:
    with pytest.raises(YearNotCoveredError, match=r"policy/calendar/2028\.yaml"):
        CALENDAR.is_working_day(date(2028, 1, 3))
    with pytest.raises(YearNotCoveredError, match=r"policy/calendar/2028\.yaml"):
        CALENDAR.working_days_between(date(2027, 12, 31), date(2028, 1, 3))


def test_a_deadline_of_no_days_is_refused() -> None:
    with pytest.raises(ValueError, match="one day or more"):
        CALENDAR.add_working_days(date(2026, 5, 6), 0)


@given(start=DAYS, days=st.integers(min_value=1, max_value=30))
def test_a_due_day_is_a_working_day_with_exactly_that_many_working_days_before_it(
    start: date, days: int
) -> None:
    due = CALENDAR.add_working_days(start, days)
    assert CALENDAR.is_working_day(due.on)
    assert CALENDAR.working_days_between(start, due.on) == days
    assert CALENDAR.working_days_between(due.on, start) == -days


@given(start=DAYS)
def test_the_next_working_day_comes_after_the_day(start: date) -> None:
    after = CALENDAR.next_working_day(start)
    assert after > start
    assert CALENDAR.working_days_between(start, after) == 1


def test_no_day_lies_between_a_day_and_itself_whatever_the_year() -> None:
    assert CALENDAR.working_days_between(date(2031, 1, 1), date(2031, 1, 1)) == 0


@given(start=DAYS, end=DAYS, rest=st.sets(DAYS, max_size=5))
def test_days_between_are_those_counted_one_by_one(start: date, end: date, rest: set[date]) -> None:
    calendar = CALENDAR.with_rest_days(days=rest, label="test")
    first, last = sorted((start, end))
    days = (first + timedelta(days=step) for step in range(1, (last - first).days + 1))
    assert calendar.working_days_between(first, last) == sum(map(calendar.is_working_day, days))
    assert calendar.working_days_between(last, first) == -calendar.working_days_between(first, last)
