"""A month is an integer that knows its calendar."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiexu.values.month import FIRST_INDEX, LAST_INDEX, Month, MonthError

months = st.integers(FIRST_INDEX, LAST_INDEX).map(Month)


@pytest.mark.parametrize(
    "text",
    [
        "2026-03",
        "202603",
        "2026/3",
        "2026/03",
        "2026.3",
        "2026年3月",
        "2026年03月",
        "２０２６－０３",
        " 2026 年 3 月 ",
    ],
)
def test_a_month_is_read_however_people_write_it(text: str) -> None:
    assert Month.parse(text) == Month.of(2026, 3)


@pytest.mark.parametrize(
    "text",
    ["", "2026", "2026-3-1", "26-03", "20263", "March 2026", "2026-03-", "٢٠٢٦-٠٣", "2026年3", "-2026-03"],
)
def test_what_is_no_month_is_refused_with_the_way_to_write_it(text: str) -> None:
    with pytest.raises(MonthError, match=r"write it as 2026-03") as refused:
        Month.parse(text)
    assert refused.value.code == "month_unreadable"
    assert refused.value.data == {"given": text}


@pytest.mark.parametrize(("year", "month"), [(2026, 0), (2026, 13), (2026, -1)])
def test_a_month_outside_the_year_is_refused(year: int, month: int) -> None:
    with pytest.raises(MonthError, match="months run from 1 to 12"):
        Month.of(year, month)


@pytest.mark.parametrize(("year", "month"), [(1948, 12), (2200, 1), (0, 1), (20260, 3)])
def test_a_month_outside_the_range_is_refused(year: int, month: int) -> None:
    with pytest.raises(MonthError, match=f"{year}-{month} lies outside 1949-01 to 2199-12"):
        Month.of(year, month)


def test_the_first_and_the_last_month_are_inside_the_range() -> None:
    assert str(Month.of(1949, 1)) == "1949-01"
    assert str(Month.of(2199, 12)) == "2199-12"
    with pytest.raises(MonthError):
        Month.of(1949, 1).previous()
    with pytest.raises(MonthError):
        Month.of(2199, 12).next()


def test_the_index_is_year_times_twelve_plus_month_minus_one() -> None:
    assert Month.of(2026, 3).index == 2026 * 12 + 2


@given(months)
def test_text_and_back_is_the_same_month(month: Month) -> None:
    assert Month.parse(str(month)) == month
    assert Month.of(month.year, month.month) == month


@given(months)
def test_a_month_begins_and_ends_where_the_calendar_says(month: Month) -> None:
    assert Month.containing(month.first_day()) == month
    assert month.first_day().day == 1
    assert Month.containing(month.last_day()) == month
    assert (month.last_day() + timedelta(days=1)).day == 1


def test_february_has_its_leap_day() -> None:
    assert Month.of(2024, 2).last_day() == date(2024, 2, 29)
    assert Month.of(2026, 2).last_day() == date(2026, 2, 28)


@given(months, months)
def test_months_subtract_and_order_as_their_indexes(one: Month, other: Month) -> None:
    assert one + (other - one) == other
    assert other - (other - one) == one
    assert (one < other) == (one.index < other.index)


def test_next_and_previous_cross_the_year() -> None:
    assert Month.of(2026, 12).next() == Month.of(2027, 1)
    assert Month.of(2027, 1).previous() == Month.of(2026, 12)
