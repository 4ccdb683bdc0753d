"""How many years a place asks for cover as a retiree: dated records, with what articles say kept beside them."""

from __future__ import annotations

from datetime import date

import pytest
from mission_cast import (
    CHENGDU,
    GUANGZHOU,
    NANJING,
    POLICY,
    QUJING,
    SHENZHEN,
    TODAY,
    answered,
    record,
    said,
    sentence,
    value,
)

from jiexu.rules.inputs import Sex
from jiexu.rules.policy import Unknown
from jiexu.rules.years import MonthsHeld, pension_minimum, retiree_cover, top_up

TOTAL, LOCAL, PAID = (f"ee.retire.{name}_years" for name in ("total", "local", "paid"))
BEIJING, TIANJIN, SHANGHAI, CHONGQING, HANGZHOU = "110000", "120000", "310000", "500000", "330100"


def of(area: str, on: date = TODAY) -> tuple[object, object]:
    """Years of men and of women."""
    return value(TOTAL, area, on=on, sex="male"), value(TOTAL, area, on=on, sex="female")


def rivals(area: str, sex: str, on: date = TODAY) -> dict[object, str]:
    """What others say instead, and why it is not used."""
    return {rival.value: str(rival.why.en) for rival in record(TOTAL, area, on=on, sex=sex).rivals}


def test_years_are_asked_by_place_sex_and_day() -> None:
    """S004-041 years needed are a question of place, sex and day. S000-059 with a source, or "not known" without a record.

    S004-051 years change: the old value stays beside the new one.
    """
    assert of(BEIJING) == (25, 20)
    assert of("330600", date(2021, 6, 30)) == (15, 15)
    assert of("330600", date(2021, 7, 1)) == (20, 20)
    assert record(TOTAL, "330600", sex="male").sources == ("zhejiang-2021",)
    assert isinstance(answered(TOTAL, QUJING, sex="male"), Unknown)
    unknown = retiree_cover(
        held=MonthsHeld(total=240, paid=240, local=0), sex=Sex.MALE, area=QUJING, policy=POLICY, on=TODAY
    )
    assert unknown.outcome == "NOT_KNOWN"
    steps = said("policy", "history", "深圳", TOTAL)
    assert "2014-01-01 to 2014-12-31 · 15 years" in steps
    assert "2024-01-01 to 2024-12-31 · 25 years" in steps


def test_beijing_asks_25_and_20_years() -> None:
    """S004-042 S001-094 北京: men 25, women 20, with source and day."""
    men, women = (record(TOTAL, BEIJING, sex=sex) for sex in ("male", "female"))
    assert (men.value, women.value) == (25, 20)
    assert men.sources
    assert men.sources == women.sources
    assert men.confidence.value in {"high", "medium"}


def test_shanghai_asks_years_in_the_city_too() -> None:
    """S004-043 上海: 15 for both, and since 2025 years in the city as well, whose number nobody found."""
    assert of(SHANGHAI) == (15, 15)
    city = record(LOCAL, SHANGHAI)
    assert (city.value, city.start, city.sources) == (None, date(2025, 3, 1), ("shanghai-2024",))
    assert isinstance(answered(LOCAL, SHANGHAI), Unknown)
    enough = retiree_cover(
        held=MonthsHeld(total=180, paid=180, local=0), sex=Sex.MALE, area=SHANGHAI, policy=POLICY, on=TODAY
    )
    assert enough.outcome == "NOT_KNOWN", "15 years in all do not answer the question of the city"


def test_tianjin_is_doubtful_and_says_what_the_article_says() -> None:
    """S004-044 天津: better pages give 25 and 20 with 5 paid; the article's 30 and 25 with 10 stand beside, unsettled."""
    assert of(TIANJIN) == (25, 20)
    assert record(TOTAL, TIANJIN, sex="male").confidence.value == "low"
    assert 30 in rivals(TIANJIN, "male")
    assert 25 in rivals(TIANJIN, "female")
    assert value(PAID, TIANJIN) == 5
    [ten] = record(PAID, TIANJIN).rivals
    assert (ten.value, "deemed" in str(ten.why.en)) == (10, True)


def test_chongqing_asks_30_and_25_with_ten_in_the_city() -> None:
    """S004-045 重庆: 30 and 25, of which ten paid in the city itself."""
    assert of(CHONGQING) == (30, 25)
    assert value(LOCAL, CHONGQING) == 10
    short = retiree_cover(
        held=MonthsHeld(total=360, paid=360, local=119), sex=Sex.MALE, area=CHONGQING, policy=POLICY, on=TODAY
    )
    enough = retiree_cover(
        held=MonthsHeld(total=360, paid=360, local=120), sex=Sex.MALE, area=CHONGQING, policy=POLICY, on=TODAY
    )
    assert (short.outcome, enough.outcome) == ("NOT_REACHED", "NOT_KNOWN")


def test_shenzhen_climbs_year_by_year() -> None:
    """S004-046 深圳: a ladder from 15 in 2014 to 25 in 2024, not two numbers around 2023; ten local years since 12/2022."""
    ladder = [value(TOTAL, SHENZHEN, on=date(year, 6, 1), sex="male") for year in range(2014, 2025)]
    assert ladder == list(range(15, 26))
    assert [value(LOCAL, SHENZHEN, on=on) for on in (date(2022, 11, 30), date(2022, 12, 1))] == [15, 10]
    wrong = rivals(SHENZHEN, "male", date(2023, 6, 1))
    assert wrong == {25: "the ladder gives 24 for 2023 and 25 from 2024"}
    assert record(TOTAL, SHENZHEN, on=date(2026, 6, 1), sex="male").status.value == "assumed"


def test_guangzhou_by_the_day_of_joining_until_2021() -> None:
    """S004-047 广州: ten or fifteen by the day of joining, at most until 2021; what holds until 2029 is not known."""
    old = date(2021, 12, 31)
    assert value(TOTAL, GUANGZHOU, on=old, sex="male", joined=date(2013, 12, 31)) == 10
    assert value(TOTAL, GUANGZHOU, on=old, sex="male", joined=date(2014, 1, 1)) == 15
    now = {"sex": "male", "joined": date(2012, 1, 1)}
    assert isinstance(answered(TOTAL, GUANGZHOU, **now), Unknown)
    assert [rival.value for rival in record(TOTAL, GUANGZHOU, **now).rivals] == [10, 15]
    assert of(GUANGZHOU, date(2030, 1, 1)) == (30, 25)


def test_hangzhou_asks_20_and_offers_both_ways_to_make_them_up() -> None:
    """S004-048 杭州: 20 years for both; what is missing may be paid monthly or at once."""
    assert of(HANGZHOU) == (20, 20)
    offered = top_up(area=HANGZHOU, policy=POLICY, on=TODAY)
    assert offered.outcome == "LOCAL_MODES"
    assert set(str(dict(offered.inputs)["modes"]).split(", ")) == {"monthly", "lump_sum"}
    province = record("ee.retire.topup.modes", "330000")
    assert province.sources == ("zhejiang-2021",)


def test_nanjing_asks_25_and_20_and_the_articles_30_is_contradicted() -> None:
    """S004-049 南京: 25 and 20 by the province's regulation; the article's 30 and 25 and its paid ten stand beside."""
    assert of(NANJING) == (25, 20)
    assert rivals(NANJING, "male") == {30: "article value; contradicted by the provincial regulation 25/20"}
    paid_here = record(LOCAL, NANJING)
    assert (paid_here.value, paid_here.status.value) == (10, "assumed")
    assert any("flexible workers" in str(rival.why.en) for rival in paid_here.rivals)


def test_no_number_of_years_is_national() -> None:
    """S004-050 60 and 55, 25 and 20, fifteen paid: no such national rule; years are the places', the age rises.

    The pension's minimum is no number of medical insurance either.
    """
    nation = record(TOTAL)
    assert nation.value is None
    assert nation.sources == ("sil",)
    assert {rival.value for rival in nation.rivals} == {25, 20}
    assert all("no national number exists" in str(rival.why.en) for rival in nation.rivals)
    minimum = pension_minimum(years=15)
    assert (
        sentence(minimum)
        == "The minimum years of the pension are no rule of medical insurance and are not used."
    )


def test_years_of_other_places_count_unless_the_place_asks_for_its_own() -> None:
    """S001-096 years elsewhere are recognised; where the place asks for years of its own, those are counted apart."""
    held = MonthsHeld(total=240, paid=240, local=12)
    chengdu = retiree_cover(held=held, sex=Sex.FEMALE, area=CHENGDU, policy=POLICY, on=TODAY)
    chongqing = retiree_cover(
        held=MonthsHeld(total=300, paid=300, local=12),
        sex=Sex.FEMALE,
        area=CHONGQING,
        policy=POLICY,
        on=TODAY,
    )
    assert dict(chengdu.inputs)["local"] == 12
    assert chongqing.outcome == "NOT_REACHED"
    recognised = record("ee.retire.recognises", CHONGQING)
    assert recognised.value == (CHENGDU,)
    assert value("ee.retire.moved_in_years_count_as", TIANJIN) == "deemed"


@pytest.mark.parametrize("sex", ["male", "female"])
def test_a_number_nobody_verified_is_marked(sex: str) -> None:
    """S000-046 places are compared by what each asks: years, waiting, money, each with its source and how sure it is."""
    shown = {area: said("policy", "show", area, "--on", "2026-11-30") for area in (NANJING, CHONGQING)}
    words = {"male": "(men)", "female": "(women)"}[sex]
    assert f"Years needed at retirement {words}: {of(NANJING)[sex == 'female']} years" in shown[NANJING]
    assert f"Years needed at retirement {words}: {of(CHONGQING)[sex == 'female']} years" in shown[CHONGQING]
    assert "Account money inside the province: credited at once, cleared later" in shown[NANJING]
