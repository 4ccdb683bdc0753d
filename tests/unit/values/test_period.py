"""A period is a run of months with both ends."""

import pytest

from jiexu.values.month import Month, MonthError
from jiexu.values.period import Period, PeriodError

SEVEN_YEARS = Period(Month.of(2019, 7), Month.of(2026, 9))


@pytest.mark.parametrize(
    "text",
    [
        "2019-07~2026-09",
        "2019-07～2026-09",
        "201907-202609",
        "2019-07 - 2026-09",
        "2019-07 to 2026-09",
        "2019年7月至2026年9月",
        "2019年7月-2026年9月",
        "2019/7——2026/9",
        "2019-07..2026-09",
    ],
)
def test_a_period_is_read_however_people_write_it(text: str) -> None:
    assert Period.parse(text) == SEVEN_YEARS


def test_a_lone_month_is_a_period_of_one() -> None:
    assert Period.parse("2026-03") == Period(Month.of(2026, 3), Month.of(2026, 3))
    assert Period.parse("2026-03").count == 1


def test_a_period_that_ends_before_it_begins_names_both_months() -> None:
    with pytest.raises(PeriodError, match="ends in 2019-07 before it begins in 2026-09; exchange"):
        Period(Month.of(2026, 9), Month.of(2019, 7))


def test_three_months_are_no_period() -> None:
    with pytest.raises(PeriodError, match="is not one period; write it as 2019-07~2026-09"):
        Period.parse("2019-07~2020-01~2026-09")


@pytest.mark.parametrize("text", ["", "~", "2019-07~", "2019~2026", "2019-07-2026-09"])
def test_a_half_that_is_no_month_is_refused_as_a_month(text: str) -> None:
    with pytest.raises(MonthError, match="is not a month"):
        Period.parse(text)


def test_count_membership_and_iteration_include_both_ends() -> None:
    assert SEVEN_YEARS.count == 87
    assert next(iter(SEVEN_YEARS)) == Month.of(2019, 7)
    assert list(SEVEN_YEARS)[-1] == Month.of(2026, 9)
    assert len(list(SEVEN_YEARS)) == 87
    assert Month.of(2019, 7) in SEVEN_YEARS
    assert Month.of(2026, 9) in SEVEN_YEARS
    assert Month.of(2019, 6) not in SEVEN_YEARS
    assert Month.of(2026, 10) not in SEVEN_YEARS


def test_text_and_back_is_the_same_period() -> None:
    assert str(SEVEN_YEARS) == "2019-07~2026-09"
    assert Period.parse(str(SEVEN_YEARS)) == SEVEN_YEARS
