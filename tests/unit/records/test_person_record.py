"""What a transfer does to months: nothing is lost, nothing is made, and a calendar month counts once."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jiexu.records.monthset import MonthSet
from jiexu.records.record import (
    Line,
    MonthKind,
    PersonRecord,
    RecordError,
    Tally,
    hand_over,
    take_in,
    undo_hand_over,
    undo_take_in,
)
from jiexu.values.month import Month

KUNMING, CHENGDU, GUANGZHOU = "530100", "510100", "440100"
EMPLOYEE, RESIDENT = "310", "390"
WINDOW = range(2020 * 12, 2020 * 12 + 24)


def run(first: str, last: str) -> MonthSet:
    return MonthSet.between(Month.parse(first), Month.parse(last))


def line(area: str, kind: MonthKind = MonthKind.PAID, scheme: str = EMPLOYEE) -> Line:
    return Line(scheme, area, kind)


def earned(agency: str, **kinds: MonthSet) -> PersonRecord:
    return PersonRecord(
        agency, {line(agency, MonthKind(kind)): Tally(months) for kind, months in kinds.items()}
    )


month_sets = st.sets(st.sampled_from(WINDOW), max_size=12).map(lambda plain: MonthSet.of(*map(Month, plain)))
all_lines = st.builds(
    Line,
    st.sampled_from([EMPLOYEE, RESIDENT]),
    st.sampled_from([KUNMING, CHENGDU, GUANGZHOU]),
    st.sampled_from(MonthKind),
)
forms = st.dictionaries(all_lines, month_sets, max_size=6)


@st.composite
def tallies(draw: st.DrawFn) -> Tally:
    first = draw(month_sets)
    moved_in = draw(month_sets) - first
    return Tally(first, moved_in, draw(month_sets) & (first | moved_in))


records = st.builds(PersonRecord, st.just(KUNMING), st.dictionaries(all_lines, tallies(), max_size=6))


def test_what_counts_is_what_is_held_and_not_moved_out() -> None:
    tally = Tally(run("2019-01", "2019-12"), run("2020-01", "2020-06"), run("2019-07", "2020-02"))
    assert tally.held == run("2019-01", "2020-06")
    assert tally.counted == run("2019-01", "2019-06") | run("2020-03", "2020-06")


def test_a_month_cannot_be_both_earned_and_moved_in() -> None:
    with pytest.raises(RecordError, match="2019-06 are both earned here and moved in"):
        Tally(run("2019-01", "2019-06"), run("2019-06", "2019-12"))


def test_a_month_that_was_never_here_cannot_be_moved_out() -> None:
    with pytest.raises(RecordError, match="2019-07~2019-08 are marked as moved out but were never here"):
        Tally(run("2019-01", "2019-06"), moved_out=run("2019-06", "2019-08"))


def test_a_record_keeps_no_line_that_holds_nothing_and_cannot_be_changed() -> None:
    given = {line(KUNMING): Tally(), line(CHENGDU): Tally(run("2019-01", "2019-06"))}
    record = PersonRecord(KUNMING, given)
    assert list(record.lines) == [line(CHENGDU)]
    with pytest.raises(TypeError):
        record.lines[line(KUNMING)] = Tally()  # type: ignore[index]
    given.clear()
    assert record.total(EMPLOYEE) == 6


def test_total_and_gaps_look_at_calendar_months_of_one_scheme() -> None:
    record = PersonRecord(
        KUNMING,
        {
            line(KUNMING): Tally(run("2019-01", "2019-06")),
            line(KUNMING, MonthKind.DEEMED): Tally(run("2019-05", "2019-07")),
            line(CHENGDU): Tally(moved_in=run("2019-10", "2019-12")),
            line(KUNMING, scheme=RESIDENT): Tally(run("2019-08", "2019-09")),
        },
    )
    assert record.total(EMPLOYEE) == 10
    assert record.gaps(EMPLOYEE) == run("2019-08", "2019-09")
    assert record.months(RESIDENT) == run("2019-08", "2019-09")
    assert record.total("410") == 0


def test_handing_over_keeps_what_was_earned_and_counts_nothing_more() -> None:
    before = earned(KUNMING, paid=run("2019-07", "2026-09"), deemed=run("2018-01", "2018-12"))
    after, moved = hand_over(before, EMPLOYEE)
    assert moved == before.counted(EMPLOYEE)
    assert after.total(EMPLOYEE) == 0
    assert after.lines[line(KUNMING)].earned == run("2019-07", "2026-09")


def test_a_second_handing_over_has_only_later_months() -> None:
    after, _ = hand_over(earned(KUNMING, paid=run("2019-07", "2020-06")), EMPLOYEE)
    assert hand_over(after, EMPLOYEE) == (after, {})


def test_paid_goes_before_made_up_before_deemed_and_then_the_lower_area_code() -> None:
    same = run("2020-01", "2020-03")
    form = {
        line(CHENGDU, MonthKind.DEEMED): same,
        line(CHENGDU, MonthKind.MADE_UP): same,
        line(CHENGDU): same,
        line(GUANGZHOU): same,
    }
    for first in ([], [line(GUANGZHOU)], [line(GUANGZHOU), line(CHENGDU)]):
        rest = {each: months for each, months in form.items() if each not in first}
        taken = take_in(PersonRecord(KUNMING), rest).taken
        assert len(taken) == 1
        assert next(iter(taken)) == min(
            rest, key=lambda each: (["paid", "made_up", "deemed"].index(each.kind), each.area)
        )


def test_a_calendar_month_counted_here_under_any_kind_is_not_added_again() -> None:
    here = earned(KUNMING, deemed=run("2020-01", "2020-06"))
    result = take_in(here, {line(CHENGDU): run("2020-04", "2020-09")})
    assert result.taken == {line(CHENGDU): run("2020-07", "2020-09")}
    assert result.already_counted == {line(CHENGDU): run("2020-04", "2020-06")}
    assert result.record.total(EMPLOYEE) == 9


def test_the_same_month_in_another_scheme_is_another_month() -> None:
    here = earned(KUNMING, paid=run("2020-01", "2020-06"))
    result = take_in(here, {line(CHENGDU, scheme=RESIDENT): run("2020-01", "2020-06")})
    assert result.already_counted == {}
    assert (result.record.total(EMPLOYEE), result.record.total(RESIDENT)) == (6, 6)


def test_months_that_come_home_are_the_earned_ones_again() -> None:
    home = earned(KUNMING, paid=run("2020-01", "2020-06"))
    gone, moved = hand_over(home, EMPLOYEE)
    back = take_in(gone, moved)
    assert back.record == home
    assert back.came_back == back.taken == moved


def test_undoing_a_return_puts_the_months_out_again() -> None:
    gone, moved = hand_over(earned(KUNMING, paid=run("2020-01", "2020-06")), EMPLOYEE)
    back = take_in(gone, {**moved, line(CHENGDU): run("2021-01", "2021-06")})
    assert back.record.total(EMPLOYEE) == 12
    assert undo_take_in(back.record, back.taken, back.came_back) == gone


def test_around_the_circle_every_month_counts_in_exactly_one_place() -> None:
    at_a, at_b, at_c = (
        earned(KUNMING, paid=run("2019-01", "2019-12")),
        earned(CHENGDU, paid=run("2019-11", "2020-12")),
        earned(GUANGZHOU, deemed=run("2021-01", "2021-03"), paid=run("2021-03", "2021-06")),
    )
    at_a, form = hand_over(at_a, EMPLOYEE)
    at_b = take_in(at_b, form).record
    at_b, form = hand_over(at_b, EMPLOYEE)
    at_c = take_in(at_c, form).record
    at_c, form = hand_over(at_c, EMPLOYEE)
    home = take_in(at_a, form)
    assert (home.record.total(EMPLOYEE), at_b.total(EMPLOYEE), at_c.total(EMPLOYEE)) == (30, 0, 0)
    assert home.came_back == {line(KUNMING): run("2019-01", "2019-10")}
    assert home.already_counted == {line(GUANGZHOU, MonthKind.DEEMED): run("2021-03", "2021-03")}


@given(records, forms)
def test_incoming_is_taken_and_already_counted_and_nothing_twice(
    record: PersonRecord, form: dict[Line, MonthSet]
) -> None:
    result = take_in(record, form)
    for each, months in form.items():
        taken = result.taken.get(each, MonthSet.EMPTY)
        already = result.already_counted.get(each, MonthSet.EMPTY)
        assert taken | already == months
        assert taken.isdisjoint(already)
        assert result.came_back.get(each, MonthSet.EMPTY).issubset(taken)
    assert set(result.taken) | set(result.already_counted) <= set(form)
    for scheme in (EMPLOYEE, RESIDENT):
        incoming = MonthSet.union(months for each, months in form.items() if each.scheme == scheme)
        assert result.record.months(scheme) == record.months(scheme) | incoming
        fresh = sum(months.count for each, months in result.taken.items() if each.scheme == scheme)
        assert result.record.total(scheme) == record.total(scheme) + fresh


@given(records, forms)
def test_taking_in_adds_exactly_what_it_says_to_each_line(
    record: PersonRecord, form: dict[Line, MonthSet]
) -> None:
    result = take_in(record, form)
    for each in {*record.lines, *form}:
        before, after = record.lines.get(each, Tally()), result.record.lines.get(each, Tally())
        assert after.earned == before.earned
        assert after.counted == before.counted | result.taken.get(each, MonthSet.EMPTY)


@given(records, forms)
def test_taking_the_same_form_in_again_changes_nothing(
    record: PersonRecord, form: dict[Line, MonthSet]
) -> None:
    once = take_in(record, form).record
    again = take_in(once, form)
    assert again.record == once
    assert again.taken == {}


@given(records, st.sampled_from([EMPLOYEE, RESIDENT]))
def test_handing_over_moves_all_of_one_scheme_and_undoing_it_restores_the_record(
    record: PersonRecord, scheme: str
) -> None:
    after, moved = hand_over(record, scheme)
    assert after.counted(scheme) == {}
    assert moved == record.counted(scheme)
    other = RESIDENT if scheme == EMPLOYEE else EMPLOYEE
    assert after.counted(other) == record.counted(other)
    assert all(after.lines[each].earned == tally.earned for each, tally in record.lines.items())
    assert undo_hand_over(after, moved) == record


@given(records, forms)
def test_undoing_what_was_taken_in_restores_the_record(
    record: PersonRecord, form: dict[Line, MonthSet]
) -> None:
    result = take_in(record, form)
    assert undo_take_in(result.record, result.taken, result.came_back) == record


@given(
    st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2), st.booleans()), max_size=12),
    st.lists(month_sets, min_size=3, max_size=3),
)
@settings(max_examples=200)
def test_on_any_journey_no_calendar_month_is_lost_or_made(
    moves: list[tuple[int, int, bool]], starts: list[MonthSet]
) -> None:
    areas = (KUNMING, CHENGDU, GUANGZHOU)
    places = [earned(area, paid=months) for area, months in zip(areas, starts, strict=True)]
    everything = MonthSet.union(starts)
    for origin, destination, withdrawn in moves:
        after, form = hand_over(places[origin], EMPLOYEE)
        if withdrawn:
            places[origin] = undo_hand_over(after, form)
            continue
        places[origin] = after
        places[destination] = take_in(places[destination], form).record
        assert MonthSet.union(place.months(EMPLOYEE) for place in places) == everything
        assert [
            place.lines[line(area)].earned
            for place, area in zip(places, areas, strict=True)
            if line(area) in place.lines
        ] == [months for months in starts if months]


def test_months_that_are_not_out_cannot_be_taken_back() -> None:
    record = earned(KUNMING, paid=run("2020-01", "2020-06"))
    with pytest.raises(
        RecordError, match="2020-06 of scheme 310, area 530100, paid are not moved out of 530100"
    ):
        undo_hand_over(record, {line(KUNMING): run("2020-06", "2020-06")})
    with pytest.raises(RecordError) as refused:
        undo_hand_over(record, {line(CHENGDU): run("2020-06", "2020-06")})
    assert refused.value.code == "record_not_out"


def test_months_that_are_not_in_cannot_be_given_back() -> None:
    record = earned(KUNMING, paid=run("2020-01", "2020-06"))
    same = {line(KUNMING): run("2020-06", "2020-06")}
    with pytest.raises(RecordError, match="do not count at 530100 as moved in"):
        undo_take_in(record, same, {})
    gone, _ = hand_over(record, EMPLOYEE)
    with pytest.raises(RecordError, match="look whether they were handed on"):
        undo_take_in(gone, same, same)
