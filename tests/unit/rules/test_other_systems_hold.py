"""What must hold of pension, unemployment, payouts, sharing and wallet whatever the figures are."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from jiexu.gateways.policyfiles.facts import shipped_policy
from jiexu.rules.family.sharing import pay_bill, quota
from jiexu.rules.family.wallet import plan, returned
from jiexu.rules.inputs import Sex
from jiexu.rules.pension.amount import Amount, transfer_amount
from jiexu.rules.pension.drawing import pension_months
from jiexu.rules.pension.linking import paid_twice
from jiexu.rules.pension.military import subsidy
from jiexu.rules.pension.overlap import overlap
from jiexu.rules.pension.place import Case, Place, benefit_place
from jiexu.rules.pension.stretches import Kind, Stretch
from jiexu.rules.pension.temporary import account_kind
from jiexu.rules.terms import equal_shares, full_years, share_of
from jiexu.rules.unemployment.entitlement import months_due
from jiexu.rules.unemployment.money import Due, money
from jiexu.values.month import Month
from jiexu.values.period import Period

POLICY = shipped_policy()
ON = date(2026, 11, 23)
WAGES = st.integers(0, 5_000_000)
PROVINCES = ("110000", "310000", "330000", "440000", "510000")


@st.composite
def records(draw: st.DrawFn) -> tuple[Stretch, ...]:
    """A record of one place: periods that follow one another, with gaps."""
    stretches, month = [], Month.of(1994, 1) + draw(st.integers(0, 60))
    for _ in range(draw(st.integers(0, 6))):
        month = month + draw(st.integers(0, 14))
        last = month + draw(st.integers(0, 40))
        stretches.append(Stretch(Period(month, last), draw(WAGES), draw(st.sampled_from(Kind))))
        month = last.next()
    return tuple(stretches)


def amount_of(stretches: tuple[Stretch, ...], **more: int) -> Amount:
    amount = transfer_amount(stretches=stretches, policy=POLICY, on=ON, **more).amount
    assert amount is not None
    return amount


@given(records(), st.integers(0, 10**8), st.integers(0, 10**8))
def test_the_parts_of_a_transfer_add_up_and_lie_within_a_fen_a_rate_of_the_exact_sum(
    record: tuple[Stretch, ...], before: int, interest: int
) -> None:
    amount = amount_of(record, own_before_fen=before, interest_fen=interest)
    exact = Decimal(0)
    for stretch in record:
        for month in stretch.period:
            if stretch.kind is Kind.PAID and month >= Month.of(1998, 1):
                rate = Decimal("0.11") if month.year <= 2005 else Decimal("0.08")
                exact += stretch.wage_fen * (rate + Decimal("0.12"))
    assert abs(amount.account_fen + amount.pooled_fen - exact) <= Decimal("1.5")
    assert amount.total_fen == before + interest + amount.account_fen + amount.pooled_fen
    assert amount.months_with_money <= amount.months


@given(records(), st.randoms(use_true_random=False))
def test_the_order_in_which_periods_are_written_changes_nothing(
    record: tuple[Stretch, ...], shuffle: object
) -> None:
    mixed = list(record)
    shuffle.shuffle(mixed)  # type: ignore[attr-defined]  # a Random of Hypothesis
    assert amount_of(tuple(mixed)) == amount_of(record)


@given(records(), WAGES, WAGES)
def test_more_wage_never_moves_less(record: tuple[Stretch, ...], one: int, other: int) -> None:
    later = Period(Month.of(2024, 1), Month.of(2024, 6))
    low, high = sorted((one, other))
    assert (
        amount_of((*record, Stretch(later, low))).total_fen
        <= amount_of((*record, Stretch(later, high))).total_fen
    )


@given(records(), st.integers(0, 10**7))
def test_what_is_recorded_never_changes_what_moves(record: tuple[Stretch, ...], recorded: int) -> None:
    later = Period(Month.of(2024, 1), Month.of(2024, 6))
    plain = amount_of((*record, Stretch(later, 400_000)))
    told = amount_of((*record, Stretch(later, 400_000, recorded_fen=recorded)))
    assert told.total_fen == plain.total_fen
    assert told.stays_fen - told.counted_up_fen == recorded - 6 * 400_000 * 8 // 100
    assert not (told.stays_fen and told.counted_up_fen)


@given(records(), records())
def test_months_paid_twice_are_those_of_both(one: tuple[Stretch, ...], other: tuple[Stretch, ...]) -> None:
    found = overlap(kept=one, cleared=[other], policy=POLICY)
    paid = [
        {month for each in record if each.kind is Kind.PAID for month in each.period}
        for record in (one, other)
    ]
    assert set(found.months) == paid[0] & paid[1]
    assert (found.refund_fen == 0) or found.months


@given(
    st.lists(
        st.builds(Place, st.sampled_from(PROVINCES), st.integers(0, 240), st.integers(0, 120), st.booleans()),
        max_size=5,
    ),
    st.sampled_from(PROVINCES),
)
def test_a_pension_is_drawn_at_home_or_where_ten_years_are(places: list[Place], home: str) -> None:
    found = benefit_place(places=places, registered_in=home, policy=POLICY, on=ON)
    months = dict.fromkeys(PROVINCES, 0)
    for place in places:
        months[place.area] += 0 if place.temporary else place.paid + place.deemed
    assert found.province is not None
    if found.case in {Case.LAST_PLACE, Case.EARLIER_PLACE}:
        assert found.province != home or months[home] >= 120
        assert months[found.province] >= 120
    else:
        assert found.province == home
    if found.case is Case.HOME_COLLECTS:
        assert all(months[place] < 120 for place in PROVINCES)


@given(
    st.sampled_from(Sex),
    st.dates(date(1950, 1, 1), date(2005, 12, 31)),
    st.dates(date(2011, 1, 1), date(2026, 11, 1)),
)
def test_nobody_becomes_younger_by_a_temporary_account(sex: Sex, birth: date, first_on: date) -> None:
    def temporary(day: date) -> bool:
        found = account_kind(
            sex=sex,
            birth=birth,
            registered_in="430000",
            destination="330100",
            first_on=day,
            policy=POLICY,
            on=ON,
        )
        assert found.temporary is not None
        return found.temporary

    assert temporary(first_on) <= temporary(first_on + timedelta(days=1))


@given(st.integers(0, 400), st.integers(2011, 2060), st.integers(1, 12))
def test_a_later_year_never_asks_for_fewer_months(months: int, year: int, month: int) -> None:
    here, later = (
        pension_months(months=months, reaches_age_on=date(each, month, 1), policy=POLICY)
        for each in (max(year, 2012), max(year, 2012) + 1)
    )
    assert here.needed is not None
    assert later.needed is not None
    assert 0 <= later.needed - here.needed <= 6
    assert here.missing == max(0, here.needed - months)


@given(st.integers(0, 600), WAGES)
def test_the_parts_of_the_armys_subsidy_add_up(months: int, wage: int) -> None:
    found = subsidy(months=months, wage_fen=wage, policy=POLICY, on=ON)
    assert found.total_fen is not None
    assert found.unit_fen is not None
    assert found.person_fen is not None
    assert found.unit_fen + found.person_fen == found.total_fen
    assert abs(found.unit_fen - Decimal(months * wage) * Decimal("0.12")) <= 1


@given(st.integers(0, 10**6), st.integers(0, 12))
def test_a_refund_of_months_is_never_more_than_the_year(year_fen: int, months: int) -> None:
    refund = paid_twice(resident_year_fen=year_fen, months=months).refund_fen
    assert 0 <= refund <= year_fen
    assert refund + paid_twice(resident_year_fen=year_fen, months=12 - months).refund_fen - year_fen in {0, 1}


@given(st.integers(12, 500), st.integers(0, 24), st.sampled_from(("440100", "310000")))
def test_months_of_benefit_stay_within_the_law_and_never_fall_with_more_paid(
    paid: int, undrawn: int, area: str
) -> None:
    here, more = (
        months_due(paid_months=each, area=area, policy=POLICY, on=ON, undrawn_before=undrawn)
        for each in (paid, paid + 1)
    )
    assert here.least is not None
    assert here.most is not None
    assert more.most is not None
    assert 0 <= here.least <= here.most <= more.most <= 24


@given(
    st.integers(0, 24),
    st.integers(0, 30),
    st.integers(0, 500_000),
    st.sampled_from(("500000", "310000", "410100")),
)
def test_money_that_moves_lies_between_its_two_readings(
    fixed: int, drawn: int, monthly: int, area: str
) -> None:
    found = money(due=Due(fixed, fixed, drawn, monthly), area=area, policy=POLICY, on=ON)
    assert found.least_fen is not None
    assert found.most_fen is not None
    left = max(0, fixed - drawn) * monthly
    assert left <= found.least_fen <= found.most_fen <= left + share_of(fixed * monthly, Decimal("0.5"))
    if area != "310000":
        assert found.least_fen == found.most_fen


@given(st.integers(0, 10**9), st.integers(1, 40))
def test_equal_shares_lose_no_fen_and_differ_by_one_at_most(fen: int, heads: int) -> None:
    shares = equal_shares(fen, heads)
    assert sum(shares) == fen
    assert len(shares) == heads
    assert max(shares) - min(shares) <= 1
    assert list(shares) == sorted(shares, reverse=True)


@given(st.integers(0, 10**7), st.integers(0, 10**7), st.integers(0, 10**7))
def test_a_bill_is_paid_to_the_fen_and_no_account_beyond_what_it_holds(
    cost: int, own: int, shared: int
) -> None:
    bill = pay_bill(cost_fen=cost, patient_fen=own, giver_fen=shared, area="510100", policy=POLICY, on=ON)
    assert bill.patient_fen + bill.giver_fen + bill.cash_fen == cost
    assert 0 <= bill.patient_fen <= own
    assert 0 <= bill.giver_fen <= shared
    assert bill.cash_fen == max(0, cost - own - shared)


@given(st.integers(0, 10**7), st.integers(0, 10**7))
def test_a_quota_returns_what_was_not_used(one: int, other: int) -> None:
    used, shared = sorted((one, other))
    found = quota(shared_fen=shared, used_fen=used, policy=POLICY, on=ON)
    assert found.returned_fen + used == shared


@given(
    st.integers(1, 20_000_000),
    st.datetimes(datetime(2025, 9, 18), datetime(2026, 12, 31)),  # noqa: DTZ001  # Beijing time without zone
    st.integers(0, 6),
)
def test_a_wallet_plan_sends_everything_within_limits_and_hours(
    amount: int, asked: datetime, sent: int
) -> None:
    sendings = plan(amount_fen=amount, asked_at=asked, policy=POLICY, sent_today=sent).sendings
    assert sendings is not None
    assert sum(each.fen for each in sendings) == amount
    assert all(0 < each.fen <= 200_000 for each in sendings)
    assert all(time(6) <= each.earliest.time() < time(22) for each in sendings)
    days = [each.earliest.date() for each in sendings]
    assert days == sorted(days)
    assert sendings[0].earliest >= asked
    assert all(days.count(day) <= (3 if day > asked.date() else max(0, 3 - sent)) for day in set(days))
    assert len(sendings) == -(-amount // 200_000)


@given(st.datetimes(datetime(2025, 9, 18), datetime(2026, 12, 31)))  # noqa: DTZ001  # Beijing time without zone
def test_money_not_accepted_is_back_the_next_morning(sent_at: datetime) -> None:
    back = returned(sent_at=sent_at, policy=POLICY).at
    assert back == datetime.combine(sent_at.date() + timedelta(days=1), time(6))


@given(st.dates(date(1930, 1, 1), date(2026, 1, 1)), st.integers(0, 90))
def test_a_year_of_age_comes_on_the_birthday(birth: date, years: int) -> None:
    if (birth.month, birth.day) != (2, 29) and birth.year + years < 2100:
        birthday = birth.replace(year=birth.year + years)
        assert full_years(birth=birth, on=birthday) == years
        assert full_years(birth=birth, on=birthday - timedelta(days=1)) == years - 1
