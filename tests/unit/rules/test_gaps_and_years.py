"""What must hold for every gap, wait, late fee and life, whatever the place says."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiexu.gateways.policyfiles.facts import shipped_policy
from jiexu.records.monthset import MonthSet
from jiexu.rules.between import Between
from jiexu.rules.gaps import Lapse, count_gap, inside_until
from jiexu.rules.held import Life, Stay, months_held
from jiexu.rules.inputs import Payer, Sex
from jiexu.rules.late_fee import late_fee
from jiexu.rules.needed import Retiree, years_needed
from jiexu.rules.residents import ResidentReturn, resident_wait
from jiexu.rules.topup import top_up_cost
from jiexu.rules.waiting import Return, Situation, cover_after_gap, cover_reasoned
from jiexu.values.month import Month

POLICY = shipped_policy()
PLACES = st.sampled_from(
    ["530300", "370200", "350500", "320500", "310000", "511900", "620100", "420100", "150000"]
)
MONTHS = st.integers(Month.of(2022, 1).index, Month.of(2030, 12).index).map(Month)
LENGTHS = st.integers(0, 40)
BACKS = st.builds(
    Return,
    situation=st.sampled_from(Situation),
    payer=st.sampled_from([Payer.EMPLOYER, Payer.FLEXIBLE]),
    made_up=st.booleans(),
    insured_months=st.none() | st.integers(0, 400),
)
SETS = st.builds(
    lambda first, length: MonthSet.between(first, first + length),
    st.integers(Month.of(1995, 1).index, Month.of(2020, 1).index).map(Month),
    st.integers(0, 80),
)


@given(MONTHS, LENGTHS, st.integers(0, 3), PLACES)
def test_a_gap_is_never_negative_and_a_later_payment_never_shortens_it(
    last: Month, length: int, later: int, place: str
) -> None:
    short, long = (
        count_gap(lapse=Lapse(last, last + length + more), place=place, policy=POLICY).answer.months
        for more in (0, later)
    )
    assert 0 <= short.low <= short.high
    assert short.low <= long.low
    assert short.high <= long.high


@given(MONTHS, LENGTHS, PLACES)
def test_who_pays_by_the_strictest_last_month_stays_inside(last: Month, length: int, place: str) -> None:
    asked = Lapse(last, last + length)
    until = inside_until(lapse=asked, grace=3, place=place, policy=POLICY)
    in_time = Lapse(last, max(min(until.low, asked.first_paid), last))
    assert count_gap(lapse=in_time, place=place, policy=POLICY).answer.months.high <= 3


@given(MONTHS, LENGTHS, BACKS, PLACES)
def test_a_wait_of_employees_is_inside_the_national_ceiling_or_reported(
    last: Month, length: int, back: Return, place: str
) -> None:
    worked = cover_after_gap(lapse=Lapse(last, last + length), back=back, place=place, policy=POLICY)
    cover, outcomes = worked.answer, {decision.outcome for decision in worked.decisions}
    assert (cover.wait is None) == (cover.begins is None)
    if cover.wait is not None and cover.begins is not None:
        assert 0 <= cover.wait.low <= cover.wait.high
        assert cover.wait.high <= 6 or "CONFLICT_WITH_NATIONAL_RULE" in outcomes
        assert last + length <= cover.begins.low <= cover.begins.high
    assert worked.closing.key.startswith("cover.closing")


@given(MONTHS, st.integers(1, 3), PLACES)
def test_making_up_never_makes_the_wait_longer(last: Month, length: int, place: str) -> None:
    waits = [
        cover_after_gap(
            lapse=Lapse(last, last + length, stopped=last.next()),
            back=Return(Situation.TRANSFER, Payer.EMPLOYER, made_up=made_up),
            place=place,
            policy=POLICY,
        ).answer.wait
        for made_up in (True, False)
    ]
    made, not_made = waits
    if made is not None and not_made is not None:
        assert made.high <= not_made.high


@given(st.integers(2025, 2035), st.integers(0, 12), st.integers(0, 12), PLACES)
def test_each_repaired_year_shortens_a_residents_wait_or_leaves_it(
    year: int, missed: int, repaired: int, place: str
) -> None:
    repaired = min(repaired, missed)
    paid = date(year, 3, 1)
    waits = [
        resident_wait(back=ResidentReturn(year, paid, missed, each), place=place, policy=POLICY).answer
        for each in range(repaired + 1)
    ]
    highs = [one.wait.high for one in waits if one.wait is not None]
    assert len(highs) == len(waits)
    assert highs == sorted(highs, reverse=True)
    assert all(one.begins is not None and one.begins.high >= Month.containing(paid) for one in waits)


@given(st.integers(1, 10**9), st.integers(0, 4000), st.integers(1, 4000))
def test_a_late_fee_of_two_stretches_is_the_fee_of_the_whole_but_for_rounding(
    arrears: int, before: int, after: int
) -> None:
    first = date(2009, 1, 1)
    cut, last = first + timedelta(before), first + timedelta(before + after)

    def fee(begin: date, end: date) -> int:
        since = date(2011, 7, 1)
        return sum(
            round(arrears * rate * days)
            for rate, days in (
                (Decimal("0.002"), max((min(end, since - timedelta(1)) - begin).days + 1, 0)),
                (Decimal("0.0005"), max((end - max(begin, since)).days + 1, 0)),
            )
        )

    found = [
        late_fee(
            arrears_fen=arrears, first_day=begin, last_day=end, payer=Payer.EMPLOYER, policy=POLICY
        ).answer
        for begin, end in ((first, cut), (cut + timedelta(1), last), (first, last))
    ]
    known = [one.fee_fen for one in found]
    if None not in known:
        assert abs(known[0] + known[1] - known[2]) <= 1  # type: ignore[operator]  # None is not in it
        assert abs(known[2] - fee(first, last)) <= 1  # type: ignore[operator]


@given(st.lists(st.tuples(PLACES, SETS), min_size=1, max_size=4), PLACES)
def test_months_add_up_once_and_no_counter_exceeds_the_whole(
    stays: list[tuple[str, MonthSet]], place: str
) -> None:
    life = Life(tuple(Stay(area, paid) for area, paid in stays))
    held = months_held(life=life, place=place, on=date(2027, 3, 1), policy=POLICY).answer
    every = MonthSet.union(paid for _, paid in stays)
    assert held.total == Between(every.count, every.count)
    assert held.local <= held.province <= held.total.high
    assert held.local <= held.paid.low <= held.paid.high <= held.total.high
    assert held.moved_in == any(
        area != place and paid - MonthSet.union(p for a, p in stays if a == place) for area, paid in stays
    )


@given(PLACES, SETS, st.sampled_from(Sex), st.integers(2022, 2040))
def test_paying_on_never_makes_more_months_missing(place: str, paid: MonthSet, sex: Sex, year: int) -> None:
    more = paid | MonthSet.between(Month.of(2021, 1), Month.of(2021, 12))
    fewer, further = (
        years_needed(
            life=Life((Stay(place, months),)),
            retiree=Retiree(place, sex, date(year, 6, 1), joined=date(2006, 1, 1)),
            policy=POLICY,
        ).answer
        for months in (paid, more)
    )
    assert further.missing_low <= fewer.missing_low
    assert (fewer.missing_high is None) == (further.missing_high is None)


@given(st.integers(1, 400), st.integers(1, 400))
def test_a_longer_top_up_costs_more_by_each_month(few: int, more: int) -> None:
    def cost(missing: int) -> int:
        found = top_up_cost(
            missing=missing, place="440100", retires_on=date(2027, 3, 1), policy=POLICY, own_base_fen=600000
        ).answer
        return sum(option.total_fen for option in found.options)

    assert cost(few + more) == cost(few) + cost(more)


def test_a_range_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="one possible answer"):
        Between.of([])


@given(st.integers(0, 9), st.sampled_from(Situation), st.sampled_from(Payer), st.booleans())
def test_who_does_not_read_the_working_is_answered_the_same(
    gap: int, situation: Situation, payer: Payer, made_up: bool
) -> None:
    last = Month.of(2025, 12)
    lapse = Lapse(last, last + (gap + 1))
    back = Return(situation, payer, made_up, insured_months=30)
    asked = {"lapse": lapse, "back": back, "place": "350000", "policy": shipped_policy()}
    worked, reasoned = cover_after_gap(**asked), cover_reasoned(**asked)
    assert (reasoned.answer, reasoned.decisions) == (worked.answer, worked.decisions)


def test_who_joined_in_the_month_of_the_first_payment_has_joined_in_time() -> None:
    last, first = Month.of(2026, 3), Month.of(2026, 7)
    assert Lapse(last, first, joined=first).joined == first
