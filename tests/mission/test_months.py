"""Months somebody paid: counted once, kept for ever, attributable, never fewer after a move or a gap."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from mission_cast import POLICY, TODAY, answers

from jiexu.records.monthset import MonthSet
from jiexu.records.record import Line, MonthKind, PersonRecord, Tally, hand_over, take_in
from jiexu.rules.edges import separate_origins
from jiexu.rules.years import added, counted_once, deemed, months_rule, resident
from jiexu.values.month import Month
from unit.cases.cases_story import CHENGDU, MONTHS, QUJING, Story

EE = "310"
PAID_HERE = Line(EE, QUJING, MonthKind.PAID)
JANUARY_2010 = Month.of(2010, 1).index


def months(*spans: tuple[int, int, int, int]) -> MonthSet:
    return MonthSet.union(MonthSet.between(Month.of(a, b), Month.of(c, d)) for a, b, c, d in spans)


def with_months(area: str, held: MonthSet) -> PersonRecord:
    return PersonRecord(area, {Line(EE, area, MonthKind.PAID): Tally(held)})


def test_a_month_paid_in_two_places_counts_once() -> None:
    """S001-029 S004-013 months of all places are added, overlaps counted once.

    S001-105 afterwards there are as many as before, less those that were double.
    """
    here = with_months(QUJING, months((2015, 1, 2020, 6)))
    there = with_months(CHENGDU, months((2020, 4, 2021, 12)))
    after, form = hand_over(here, EE)
    taken = take_in(there, form)
    assert here.total(EE) + there.total(EE) - taken.record.total(EE) == 3
    assert sum(each.count for each in taken.already_counted.values()) == 3
    assert taken.record.total(EE) == 7 * 12
    assert after.total(EE) == 0
    assert after.lines[PAID_HERE].earned == months((2015, 1, 2020, 6)), (
        "the record itself stays where it was made"
    )
    assert answers([counted_once(taken=63, duplicates=3)]) == {"R-077": "COUNTED_ONCE"}


@given(st.sets(st.integers(0, 120)), st.sets(st.integers(0, 120)))
def test_no_month_is_lost_or_made_by_a_move(one: set[int], other: set[int]) -> None:
    """S001-105 for any two records: the months afterwards are those of both together, each once."""
    here, there = (
        MonthSet(tuple((JANUARY_2010 + at, JANUARY_2010 + at + 1) for at in each)) for each in (one, other)
    )
    _, form = hand_over(with_months(QUJING, here), EE)
    assert take_in(with_months(CHENGDU, there), form).record.months(EE) == here | there


def test_a_break_takes_no_month_away() -> None:
    """S002-047 S002-045 S000-064 what was paid before a break goes on counting: no month is deleted.

    S002-050 months without payment count nothing. S002-020 the break itself is found in the record.
    """
    record = with_months(QUJING, months((2018, 1, 2020, 12), (2021, 4, 2022, 3)))
    assert record.total(EE) == 36 + 12
    assert record.gaps(EE) == months((2021, 1, 2021, 3))
    later = with_months(QUJING, record.months(EE) | months((2026, 1, 2026, 1)))
    assert later.total(EE) == record.total(EE) + 1
    assert later.gaps(EE).count == 3 + 45


def test_who_comes_back_finds_every_month_again() -> None:
    """S001-054 home again after years elsewhere, with a gap between: the gap shows, no earlier month is lost."""
    home = with_months(QUJING, months((2015, 1, 2017, 12)))
    left, form = hand_over(home, EE)
    away = take_in(with_months(CHENGDU, months((2018, 3, 2019, 12))), form).record
    assert away.gaps(EE) == months((2018, 1, 2018, 2))
    _, form_back = hand_over(away, EE)
    again = take_in(left, form_back)
    assert again.record.total(EE) == 36 + 22
    assert sum(each.count for each in again.came_back.values()) == 36
    assert again.record.gaps(EE) == months((2018, 1, 2018, 2))


def test_paid_and_deemed_months_are_two_counters() -> None:
    """S001-052 total and actual months both go on: deemed months are handed over in a counter of their own."""
    deemed_line, paid_line = (Line(EE, QUJING, kind) for kind in (MonthKind.DEEMED, MonthKind.PAID))
    record = PersonRecord(
        QUJING,
        {deemed_line: Tally(months((1990, 1, 1991, 12))), paid_line: Tally(months((2000, 1, 2009, 12)))},
    )
    _, form = hand_over(record, EE)
    arrived = take_in(PersonRecord(CHENGDU), form).record.counted(EE)
    assert {line.kind.value: held.count for line, held in arrived.items()} == {"deemed": 24, "paid": 120}
    assert months_rule(scheme=EE, kind=MonthKind.DEEMED) == "R-078"
    assert answers([deemed(months=24), added(months=120)]) == {"R-078": "SEPARATE_COUNTER", "R-076": "ADDED"}


def test_resident_years_are_a_counter_of_their_own() -> None:
    """S001-087 between the two schemes of today one may switch: years of residents are no employee years.

    Only where a place converts them (重庆, eight to one) do they count there, and that is said.
    """
    apart = resident(months=96, area=CHENGDU, policy=POLICY, on=TODAY)
    converted = resident(months=96, area="500000", policy=POLICY, on=TODAY)
    assert (apart.outcome, converted.outcome) == ("SEPARATE_COUNTER", "CONVERTED_LOCALLY")
    [fact] = converted.facts
    assert POLICY.fact(fact).value == 8


def test_each_place_keeps_its_own_record() -> None:
    """S001-060 what a place recorded is not changed by a move, and every month names the place that recorded it."""
    story = Story().record_in()
    origin, destination = (story.world.nodes[each] for each in (QUJING, CHENGDU))
    [kept] = [row.record for row in origin.people.values()]
    [now] = [row.record for row in destination.people.values()]
    assert kept.lines[PAID_HERE].earned == MONTHS
    assert kept.total(EE) == 0
    assert {line.area for line in now.counted(EE)} == {QUJING}
    assert separate_origins(origins=2).outcome == "ONE_CASE_EACH"
