"""A MonthSet is a plain set of integers, only written as spans: every operation is checked against one."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiexu.records.monthset import MonthSet, MonthSetError
from jiexu.values.month import FIRST_INDEX, LAST_INDEX, Month, MonthError

# A narrow window makes spans meet, touch and overlap often; both ends of the calendar are tried on their own.
WINDOW = range(2020 * 12, 2020 * 12 + 40)
plain_sets = st.sets(st.sampled_from(WINDOW)) | st.sets(
    st.sampled_from(
        [FIRST_INDEX, FIRST_INDEX + 1, FIRST_INDEX + 3, LAST_INDEX - 2, LAST_INDEX - 1, LAST_INDEX]
    )
)


def months_of(plain: set[int]) -> MonthSet:
    return MonthSet.of(*map(Month, plain))


def plain_of(months: MonthSet) -> set[int]:
    return {month.index for month in months}


def is_normal(months: MonthSet) -> bool:
    edges = [edge for span in months.spans for edge in span]
    return all(here < there for here, there in pairwise(edges))


@given(plain_sets)
def test_months_in_are_months_out_in_order(plain: set[int]) -> None:
    months = months_of(plain)
    assert [month.index for month in months] == sorted(plain)
    assert is_normal(months)


@given(plain_sets, plain_sets)
def test_union_intersection_and_difference_are_those_of_plain_sets(one: set[int], other: set[int]) -> None:
    here, there = months_of(one), months_of(other)
    for ours, plain in (
        (here | there, one | other),
        (here & there, one & other),
        (here - there, one - other),
    ):
        assert plain_of(ours) == plain
        assert is_normal(ours)


@given(plain_sets, plain_sets)
def test_comparisons_are_those_of_plain_sets(one: set[int], other: set[int]) -> None:
    here, there = months_of(one), months_of(other)
    assert here.isdisjoint(there) == one.isdisjoint(other)
    assert here.issubset(there) == (one <= other)
    assert (here == there) == (one == other)
    assert (hash(here) == hash(there)) or one != other
    assert bool(here) == bool(one)
    assert here.count == len(one)


@given(plain_sets)
def test_first_last_membership_and_gaps_are_those_of_plain_sets(plain: set[int]) -> None:
    months = months_of(plain)
    assert months.first == (Month(min(plain)) if plain else None)
    assert months.last == (Month(max(plain)) if plain else None)
    assert {index for index in WINDOW if Month(index) in months} == plain & set(WINDOW)
    between = set(range(min(plain), max(plain))) - plain if plain else set()
    assert plain_of(months.gaps()) == between


@given(st.lists(st.tuples(st.sampled_from(WINDOW), st.integers(0, 6))))
def test_spans_in_any_order_touching_or_overlapping_become_one_form(pairs: list[tuple[int, int]]) -> None:
    spans = [(begin, begin + length) for begin, length in pairs]
    months = MonthSet.from_spans(spans)
    assert plain_of(months) == {index for begin, end in spans for index in range(begin, end)}
    assert is_normal(months)
    assert MonthSet(tuple(spans)) == months


@given(st.lists(plain_sets))
def test_union_of_many_is_the_union_of_plain_sets(plains: list[set[int]]) -> None:
    assert plain_of(MonthSet.union(map(months_of, plains))) == set().union(*plains)


@given(plain_sets)
def test_database_text_and_json_come_back_as_the_same_set(plain: set[int]) -> None:
    months = months_of(plain)
    assert MonthSet.parse_pg(months.to_pg()) == months
    assert MonthSet.from_json(months.to_json()) == months


def test_the_written_forms_are_these() -> None:
    months = MonthSet.between(Month.of(2019, 7), Month.of(2026, 9)) | MonthSet.of(Month.of(2027, 1))
    assert months.to_pg() == "{[24234,24321),[24324,24325)}"
    assert months.to_json() == [["2019-07", "2026-09"], ["2027-01", "2027-01"]]
    assert str(months) == "2019-07~2026-09, 2027-01"
    assert (MonthSet.EMPTY.to_pg(), MonthSet.EMPTY.to_json(), str(MonthSet.EMPTY)) == ("{}", [], "-")


def test_the_whole_calendar_is_a_set_and_nothing_is_outside_it() -> None:
    everything = MonthSet.from_spans([(FIRST_INDEX, LAST_INDEX + 1)])
    assert everything - everything == MonthSet.EMPTY
    assert everything - MonthSet.EMPTY == everything


def test_between_backwards_names_both_months() -> None:
    with pytest.raises(MonthSetError, match="from 2026-09 to 2019-07, which is backwards"):
        MonthSet.between(Month.of(2026, 9), Month.of(2019, 7))


@pytest.mark.parametrize("span", [(24320, 24319), (FIRST_INDEX - 1, 24319), (24319, LAST_INDEX + 2)])
def test_an_impossible_span_is_refused(span: tuple[int, int]) -> None:
    with pytest.raises(MonthSetError, match=r"reversed or leaves 1949-01 to 2199-12"):
        MonthSet.from_spans([span])


@pytest.mark.parametrize(
    "text", ["", "[1,2)", "{[24318,24320]}", "{(24318,24320)}", "{[24318,24320),}", "{ }", "{[24318,)}"]
)
def test_database_text_of_another_form_is_refused(text: str) -> None:
    with pytest.raises(MonthSetError, match=r"is not an int4multirange such as {\[24318,24405\)}") as refused:
        MonthSet.parse_pg(text)
    assert refused.value.code == "months_pg_unreadable"


@pytest.mark.parametrize(
    "outside", [None, {}, "2019-07", [["2019-07"]], [["2019-07", 202609]], ["2019-07", "2026-09"], [[1, 2]]]
)
def test_json_that_is_not_pairs_of_months_is_refused(outside: object) -> None:
    with pytest.raises(MonthSetError, match="Periods are a list of pairs such as"):
        MonthSet.from_json(outside)


def test_json_that_names_a_month_twice_is_the_senders_mistake() -> None:
    with pytest.raises(MonthSetError, match="named in two of the 2 periods; the sender must correct"):
        MonthSet.from_json([["2019-07", "2020-01"], ["2020-01", "2020-05"]])


def test_json_periods_may_touch_and_come_in_any_order() -> None:
    assert MonthSet.from_json([["2020-02", "2020-05"], ["2019-07", "2020-01"]]).to_json() == [
        ["2019-07", "2020-05"]
    ]


def test_json_with_a_month_that_is_none_is_refused_as_a_month() -> None:
    with pytest.raises(MonthError, match="months run from 1 to 12"):
        MonthSet.from_json([["2019-07", "2019-13"]])
