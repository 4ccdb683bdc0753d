"""Facts about places: each with its days, source and how sure it is, and what is old or not known is said."""

from __future__ import annotations

from datetime import date

from mission_cast import (
    CHENGDU,
    GUANGZHOU,
    HOHHOT,
    NANJING,
    POLICY,
    QUJING,
    TODAY,
    XIAMEN,
    ZHENGZHOU,
    answered,
    record,
    said,
    sentence,
    told,
    value,
)

from jiexu.rules.edges import as_history, not_known
from jiexu.rules.facts import Bound
from jiexu.rules.policy import Unknown
from jiexu.rules.process import spending
from unit.cases.cases_story import Story


def test_what_was_said_long_ago_is_marked_stale() -> None:
    """S000-002 S001-001 every fact has the day of its source; what nobody confirmed for twelve months is listed as old.

    The article of 2023 that repeats the procedure of 2016 is history, and nothing rests on it.
    """
    stale = told("policy", "stale", "--older-than", "12m")
    assert len(stale["old"]) > len(told("policy", "stale", "--older-than", "24m")["old"])
    old = as_history(quality="article", published=date(2023, 4, 12), current_since=date(2021, 12, 1))
    before = as_history(quality="guide", published=date(2019, 1, 1), current_since=date(2021, 12, 1))
    now = as_history(quality="guide", published=date(2024, 1, 1), current_since=date(2021, 12, 1))
    assert (old.outcome, before.outcome, now.outcome) == ("HISTORY_ONLY", "HISTORY_ONLY", "CURRENT")


def test_every_local_answer_has_area_days_source_and_confidence() -> None:
    """S000-024 S004-055 local rules differ: each answer names area, days, source and confidence, and the office to ask.

    S002-052 the list of sources stands with the answer.
    """
    for held in told("policy", "show", NANJING, "--on", "2026-11-30")["holds"]:
        assert held["place"] in {NANJING, "320000", "nation"}
        assert held["confidence_here"] in {"high", "medium", "low"}
        assert held["sources"] or held["value"] is None or held["note"], held
    shown = said("policy", "show", NANJING, "--on", "2026-11-30")
    assert "Medical security hotline: 025-12393" in shown
    assert "source: Nanjing guide on transfers in (agency's guide)" in shown


def test_what_is_not_known_is_said_with_whom_to_ask() -> None:
    """S000-003 between two places it is shown what stands in the way: a mode, years or a connection that is not known."""
    mode = not_known(answer=answered("pa.intra_mode", QUJING), parameter="pa.intra_mode", area=QUJING)
    assert mode.outcome == "NOT_KNOWN_ASK"
    assert sentence(mode) == "The local rule is not known here; ask 12393 and the two agencies."
    known = not_known(answer=answered("pa.intra_mode", GUANGZHOU), parameter="pa.intra_mode", area=GUANGZHOU)
    assert known.outcome == "KNOWN"
    assert isinstance(answered("handling.on_platform", QUJING), Unknown)


def test_the_yearly_fee_of_residents_is_a_record_of_the_place_and_year() -> None:
    """S000-066 S000-051 what residents pay for a year: by place, group and the year covered, never beyond it."""
    assert str(value("resident.premium.amount", QUJING, on=date(2025, 6, 1))) == "400.00"
    assert isinstance(answered("resident.premium.amount", QUJING, on=date(2027, 6, 1)), Unknown)
    shanghai = [
        str(value("resident.premium.amount", "310000", group="adult", age=age)) for age in (40, 65, 75)
    ]
    assert shanghai == ["1040.00", "870.00", "700.00"]
    least = [
        str(value("resident.premium.minimum", on=date(year, 6, 1), paid_by="person")) for year in (2025, 2026)
    ]
    assert least == ["400.00", "400.00"]
    assert "Resident premium: last known 400.00 yuan a year (until 2025-12-31), not known since" in said(
        "policy", "show", QUJING, "--on", "2026-11-30"
    )


def test_the_old_pay_less_where_a_place_says_so() -> None:
    """S004-040 relief for the very old: the table of the place by age, or not known."""
    by_age = [
        str(value("resident.premium.amount", "310000", group="elderly", age=age)) for age in (69, 70, 90)
    ]
    assert by_age == ["870.00", "700.00", "700.00"]
    assert isinstance(answered("resident.premium.amount", QUJING, age=85), Unknown)


def test_contribution_rates_are_dated_and_never_carried_on() -> None:
    """S002-053 厦门: what is paid is a table by place, payer and day; what ran out is "last known".

    S002-043 rates of employer and person by place and day; no single ten to twelve per cent.
    """
    rates = {
        area: [record(name, area, on=on).value for name in ("ee.rate.employer", "ee.rate.individual")]
        for area, on in ((NANJING, date(2023, 6, 1)), ("310000", date(2025, 10, 1)))
    }
    assert {area: [str(each) for each in pair] for area, pair in rates.items()} == {
        NANJING: ["0.07", "0.02"],
        "310000": ["0.09", "0.02"],
    }
    assert isinstance(answered("ee.rate.employer", NANJING), Unknown)
    xiamen = record("ee.rate.employer", XIAMEN, on=date(2025, 6, 1))
    assert (str(xiamen.value), xiamen.sources != (), xiamen.confidence.value) == ("0.065", True, "medium")


def test_any_counter_in_the_four_districts_of_hohhot() -> None:
    """S003-034 呼和浩特: any counter where the person lives or in the four urban districts."""
    counters = record("agency.counters", HOHHOT)
    assert getattr(counters.value, "zh", None) == "居住地或市四区任一医保经办窗口"
    assert "in the four urban districts" in said("policy", "show", HOHHOT, "--on", "2026-11-30")


def test_whether_money_can_be_used_after_the_stop_is_local() -> None:
    """S003-079 S003-080 after the stop the account may be used or sealed: pages contradict each other, so it is the
    place's own flag, and where none was found that is said; before the stop it is used as ever.
    """
    before = spending(stopped=False, origin=QUJING, policy=POLICY, on=TODAY)
    after = spending(stopped=True, origin=QUJING, policy=POLICY, on=TODAY)
    assert (before.outcome, after.outcome) == ("MAY_BE_SPENT", "NOT_KNOWN")
    assert (
        sentence(after) == "Whether the account can be used after the stop is not known here; ask the origin."
    )


def test_balances_carry_over_the_years_with_interest() -> None:
    """S004-012 the balance never resets: what is left goes on as earlier years' money and bears interest by a rule."""
    rule = record("pa.interest_rule")
    assert (rule.start, rule.sources) == (date(1998, 12, 14), ("guofa-1998-44",))
    assert "what was carried over at the three-month fixed rate" in str(getattr(rule.value, "en", ""))
    story = Story().settled()
    story.arrives(320_855)
    carried = [story.balance(CHENGDU, part) for part in ("this_year", "earlier_years")]
    assert carried == [120_000, 200_855], "what earlier years left moves as such"


def test_nanjing_pays_nobody_out_after_thirty_days() -> None:
    """S004-021 南京: no payout thirty days after leaving; the article's number stands beside the better answer."""
    payout = record("pa.payout_promise_days", NANJING)
    assert payout.value is None
    assert "no right to a payout after an ordinary transfer" in payout.note
    [rival] = payout.rivals
    assert (rival.value, rival.confidence.value) == (30, "low")
    assert value("pa.intra_mode", NANJING) == "CREDIT_THEN_CLEAR"


def test_waits_and_limits_are_policies_of_places() -> None:
    """S002-022 what may be made up, the late fee and when cover is back: records of the place with their days.

    S002-034 only the last three months where a place says so; S002-051 a wait of at most six months.
    """
    shanghai = {"payer": "flexible", "situation": "resume"}
    assert value("lapse.grace_months", "310000", **shanghai) == 3
    assert value("lapse.benefit_from_month", "310000", **shanghai, gap="over_grace") == 7
    assert value("lapse.wait_ceiling", CHENGDU, situation="transfer") == 6
    assert value("lapse.wait_ceiling", NANJING, situation="switch_scheme") == 3
    assert str(value("late_fee.rate")) == "0.0005"
    assert isinstance(value("account.credit_rate"), Bound)
    assert value("lapse.benefit_from_month", ZHENGZHOU, **shanghai, gap="over_grace") == 4
