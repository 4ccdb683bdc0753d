"""Breaks in contributions: what they do to cover, what making up costs, what wait there is, and who owes a late fee."""

from __future__ import annotations

from datetime import date

import pytest
from mission_cast import (
    CHENGDU,
    NANJING,
    POLICY,
    QUJING,
    TODAY,
    answers,
    guide,
    record,
    sentence,
    texts,
    value,
)

from jiexu.records.monthset import MonthSet
from jiexu.rules.gaps import Lapse, count_gap
from jiexu.rules.inputs import Payer
from jiexu.rules.late_fee import arrears_at_origin, employer_does_not_report, late_fee, paying_for_employer
from jiexu.rules.makeup import Contributor, make_up
from jiexu.rules.waiting import Cover, Return, Situation, cover_after_gap
from jiexu.values.month import Month

QINGDAO, NANTONG, SHANGHAI, BAZHONG = "370200", "320600", "310000", "511900"


def month(year: int, number: int) -> Month:
    return Month.of(year, number)


def cover(
    last: Month, first: Month, place: str = CHENGDU, *, made_up: bool = True, **more: object
) -> tuple[Cover, dict[str, str]]:
    """Cover of a mover paid to ``last`` at the old place and from ``first`` at the new one."""
    back = Return(more.pop("situation", Situation.TRANSFER), Payer.FLEXIBLE, made_up, **more)  # type: ignore[arg-type]  # words of Return
    worked = cover_after_gap(lapse=Lapse(last, first), back=back, place=place, policy=POLICY)
    return worked.answer, answers(worked.decisions)


def test_a_short_gap_made_up_is_covered_from_the_month_of_payment() -> None:
    """S002-023 up to three months and made up: cover from the month of payment, the gap paid back; not "next month".

    S003-014 a window of three months with its last month. S002-030 costs of the gap are paid back under that condition.
    """
    answer, why = cover(month(2026, 8), month(2026, 10))
    assert answer.wait is not None
    assert (answer.wait.low, answer.wait.high) == (0, 0)
    assert answer.begins is not None
    assert answer.begins.low == answer.begins.high == month(2026, 10)
    assert answer.paid_back is True
    assert why["R-054"] == "FROM_PAYMENT"
    assert answer.inside_until is not None
    assert (answer.inside_until.low, answer.inside_until.high) == (month(2026, 11), month(2026, 12))


def test_a_long_gap_waits_at_most_six_months() -> None:
    """S003-015 S002-024 over three months: not covered, and a wait the nation caps at six. S002-038 by place and gap.

    S002-025 the month cover is back follows from payment and wait. S002-051 six is the ceiling; some places have less.
    """
    answer, why = cover(month(2026, 1), month(2026, 10))
    assert why["R-056"] == "AT_MOST_THE_CEILING"
    assert answer.wait is not None
    assert (answer.wait.low, answer.wait.high) == (0, 6)
    assert answer.begins is not None
    assert (answer.begins.low, answer.begins.high) == (month(2026, 10), month(2027, 5))
    assert value("lapse.wait_ceiling", NANJING, situation="switch_scheme") == 3


def test_when_cover_is_back_is_a_function_of_the_place() -> None:
    """S000-062 from when making up takes effect: by place. 巴中 gives a switcher with a long gap its seventh month.

    S002-037 "from the month after payment" is data of a place (南通), not a national rule.
    """
    switcher = {"situation": Situation.SWITCH, "insured_months": 30}
    there, why = cover(month(2026, 1), month(2026, 12), BAZHONG, **switcher)
    assert why["R-059"] == "LOCAL_WAIT"
    assert there.begins is not None
    assert there.begins.low == there.begins.high == month(2027, 6)
    elsewhere, _ = cover(month(2026, 1), month(2026, 12), CHENGDU, **switcher)
    assert elsewhere.begins is not None
    assert elsewhere.begins.low != elsewhere.begins.high
    resumed = {"payer": "flexible", "situation": "resume", "gap": "over_grace"}
    assert value("lapse.benefit_from_month", NANTONG, **resumed) == 2


def test_how_a_gap_is_counted_is_said_where_it_is_open() -> None:
    """S002-021 the cause and the length decide: who pays, how many months, and by which count of the place."""
    lapse = Lapse(month(2026, 8), month(2026, 12), stopped=month(2026, 8))
    open_ = count_gap(lapse=lapse, place=CHENGDU, policy=POLICY)
    assert (open_.answer.months.low, open_.answer.months.high) == (3, 4)
    assert answers(open_.decisions) == {"R-061": "DEPENDS_ON_METHOD"}
    known = count_gap(lapse=lapse, place=QINGDAO, policy=POLICY)
    assert (known.answer.months.low, known.answer.months.high) == (4, 4)
    by_employer = late_fee(
        arrears_fen=100_000,
        first_day=date(2026, 9, 1),
        last_day=date(2026, 9, 30),
        payer=Payer.EMPLOYER,
        policy=POLICY,
    )
    by_person = late_fee(
        arrears_fen=100_000,
        first_day=date(2026, 9, 1),
        last_day=date(2026, 9, 30),
        payer=Payer.FLEXIBLE,
        policy=POLICY,
    )
    assert (by_employer.answer.owed_by, by_person.answer.owed_by) == ("employer", "nobody")


def test_the_last_safe_day_is_told() -> None:
    """S003-011 S004-054 whoever joins late is warned with the last day on which paying keeps the gap inside the limit."""
    planned = guide(
        "cover", stopped_on="2026-08-31", last_paid="2026-08", first_paid="2026-12", payer="flexible"
    )
    told = texts(planned["cover"])
    assert (
        "Pay at the new place by 30 November 2026 at the latest, so that the gap stays within the limit."
        in told
    )
    missed = guide(
        "cover", stopped_on="2026-08-31", last_paid="2026-03", first_paid="2026-12", payer="flexible"
    )
    assert any("had to be paid by 31 July 2026, which has passed" in one for one in texts(missed["cover"]))


def test_the_months_without_cover_are_told() -> None:
    """S002-041 in the wait nothing is paid: from when to when, as narrow as it can be known.

    S002-048 effects listed: cover, wait, and years that are not lost.
    """
    answer = guide("cover", "years", last_paid="2026-03", first_paid="2026-12", payer="flexible")
    told = texts(answer["cover"])
    assert any(
        "care is paid for from December 2026 at the earliest, July 2027 at the latest" in one for one in told
    )
    assert "Employee months add up across places, and a break takes none away." in texts(answer["years"])


def test_what_making_up_costs_is_months_times_base_times_rate() -> None:
    """S002-042 the amount: each month by the base and rate of that month, the base within its limits.

    上海, January and February 2026, on 10,000 yuan: 2 % = 200 of the person, 9 % = 900 of the employer, twice.
    S002-054 whether, and how much, for the person's place, cause and gap.
    """
    missed = MonthSet.between(month(2026, 1), month(2026, 2))
    employed = make_up(
        missed=missed,
        contributor=Contributor(Payer.EMPLOYER, 1_000_000),
        paid_in=month(2026, 3),
        place=SHANGHAI,
        policy=POLICY,
    )
    assert (employed.answer.person_fen, employed.answer.employer_fen) == (40_000, 180_000)
    below = make_up(
        missed=MonthSet.of(month(2026, 1)),
        contributor=Contributor(Payer.EMPLOYER, 500_000),
        paid_in=month(2026, 3),
        place=SHANGHAI,
        policy=POLICY,
    )
    assert below.answer.due[0].base_fen == 746_000, "a wage under the floor counts as the floor"
    unknown = make_up(
        missed=missed,
        contributor=Contributor(Payer.FLEXIBLE, 1_000_000),
        paid_in=month(2026, 3),
        place=QUJING,
        policy=POLICY,
    )
    assert answers(unknown.decisions) == {"R-062": "NOT_KNOWN"}


def test_a_flexible_worker_makes_up_what_the_limit_allows() -> None:
    """S002-031 S002-036 who pays alone: months within the limit can be paid for, by both parts; more cannot."""
    alone = Contributor(Payer.FLEXIBLE, 746_000)
    two = make_up(
        missed=MonthSet.between(month(2026, 1), month(2026, 2)),
        contributor=alone,
        paid_in=month(2026, 3),
        place=SHANGHAI,
        policy=POLICY,
    )
    assert (two.answer.person_fen, two.answer.employer_fen) == (149_200, 0)
    five = make_up(
        missed=MonthSet.between(month(2026, 1), month(2026, 5)),
        contributor=alone,
        paid_in=month(2026, 6),
        place=SHANGHAI,
        policy=POLICY,
    )
    assert answers(five.decisions) == {"R-062": "NOT_BEYOND_THE_LIMIT"}
    assert five.answer.person_fen is None


def test_the_late_fee_is_the_employers() -> None:
    """S002-027 S002-029 the employer's break: the employer owes arrears and fee, and the person bears nothing.

    S002-033 0.05 % a day: 1,000.00 yuan × 0.0005 × 30 days = 15.00. Three times that much may be the fine.
    """
    worked = late_fee(
        arrears_fen=100_000,
        first_day=date(2026, 9, 1),
        last_day=date(2026, 9, 30),
        payer=Payer.EMPLOYER,
        policy=POLICY,
    )
    assert (worked.answer.fee_fen, worked.answer.days, worked.answer.owed_by) == (1_500, 30, "employer")
    [owes] = worked.decisions
    assert owes.articles == ("sil:86", "hrss-2011-13:20")
    assert sentence(owes) == "The employer owes the late fee and may not make the employee bear it."
    assert paying_for_employer(on=TODAY).outcome == "NOT_PROVIDED"


def test_no_late_fee_on_a_person_without_a_local_text() -> None:
    """S002-044 a late fee on a person exists only where a local text says so; by default there is none, with the law."""
    worked = late_fee(
        arrears_fen=100_000,
        first_day=date(2026, 9, 1),
        last_day=date(2026, 9, 30),
        payer=Payer.FLEXIBLE,
        policy=POLICY,
    )
    [none] = worked.decisions
    assert (worked.answer.fee_fen, none.outcome, none.articles) == (0, "NO_FEE", ("sil:86",))
    assert sentence(none) == "Paying late for oneself makes a gap, not a fee."
    local = record("late_fee.owed_by", SHANGHAI, payer="flexible")
    assert (local.value, local.area) == ("nobody", SHANGHAI)


def test_arrears_at_the_old_place_are_no_national_ground() -> None:
    """S000-028 arrears: with their months; no national ground of refusal, the place may ask for them to be settled first."""
    asked = arrears_at_origin(months=3, place=QUJING, on=TODAY, policy=POLICY)
    assert (asked.outcome, asked.refusals, dict(asked.inputs)["months"]) == ("NOT_A_NATIONAL_GROUND", (), 3)
    assert sentence(asked).startswith("The national text does not list arrears as a reason to refuse")


def test_an_employer_that_does_not_report_a_leaver() -> None:
    """S002-028 what to do against an employer that does not act: complain, with what the law says it owes."""
    silent = employer_does_not_report(place=QUJING, on=TODAY, policy=POLICY)
    assert silent.outcome == "COMPLAIN"
    assert (
        sentence(silent)
        == "The employer must report who left in good time; if it does not, you can complain."
    )


@pytest.mark.parametrize("last", [month(2026, 9), month(2026, 10)])
def test_no_gap_needs_nothing(last: Month) -> None:
    """S002-049 cover ends with the last paid month: who is paid for without a break is covered without a break."""
    answer, _ = cover(last, month(2026, 10))
    assert answer.wait is not None
    assert answer.wait.high == 0
