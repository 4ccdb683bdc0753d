"""Years a person holds and still needs at a place, and what topping them up costs there."""

from __future__ import annotations

from datetime import date

from mission_cast import CHENGDU, POLICY, QUJING, ZHENGZHOU, answers, guide, record, texts

from jiexu.records.monthset import MonthSet
from jiexu.rules.held import Life, Stay
from jiexu.rules.inputs import Sex
from jiexu.rules.needed import Needed, Retiree, years_needed
from jiexu.rules.topup import top_up_cost
from jiexu.rules.working import Worked
from jiexu.values.month import Month

CHONGQING, TIANJIN, HANGZHOU = "500000", "120000", "330100"
MARCH_2027 = date(2027, 3, 1)


def months(first: int, last: int) -> MonthSet:
    """Whole years."""
    return MonthSet.between(Month.of(first, 1), Month.of(last, 12))


def needed(place: str, *stays: Stay, sex: Sex = Sex.MALE) -> Worked[Needed]:
    return years_needed(life=Life(stays), retiree=Retiree(place, sex, MARCH_2027), policy=POLICY)


def test_missing_months_are_computed_for_the_person_and_the_place() -> None:
    """S000-058 whether one pays on after retirement: the months still missing, and the ways the place offers.

    S000-063 years needed and the months missing for this person. 重庆 asks women for 25 years, ten of them there:
    20 years in all and 5 there lack 60 months of either kind.
    """
    worked = needed(
        CHONGQING, Stay(QUJING, months(2005, 2019)), Stay(CHONGQING, months(2020, 2024)), sex=Sex.FEMALE
    )
    by_name = {one.name: (one.asked.low, one.surely_missing) for one in worked.answer.conditions}
    assert by_name["total"] == (300, 60)
    assert by_name["local"] == (120, 60)
    assert worked.answer.missing_low == 60
    assert answers(worked.decisions)["R-081"] == "NOT_REACHED"
    assert record("ee.retire.topup.modes", CHONGQING).value == ("lump_sum", "monthly", "move_to_resident")


def test_the_ways_to_close_a_shortfall() -> None:
    """S001-095 pay on monthly, pay at once, or go over to resident insurance: what the place offers, with the cost known."""
    chongqing = top_up_cost(missing=60, place=CHONGQING, retires_on=MARCH_2027, policy=POLICY)
    assert chongqing.answer.modes == ("lump_sum", "monthly", "move_to_resident")
    unknown = top_up_cost(missing=60, place=QUJING, retires_on=MARCH_2027, policy=POLICY)
    assert (unknown.answer.modes, unknown.answer.options) == ((), ())
    assert answers(unknown.decisions) == {"LOC-03": "NOT_KNOWN"}


def test_what_paying_at_once_costs() -> None:
    """S002-035 the price of the missing months at once or monthly, by the place's numbers; without them it is not known.

    杭州 in 2024: 665.86 a month at once, 397.12 a month by the month; 24 months are 15,980.64 or 9,530.88.
    """
    worked = top_up_cost(missing=24, place=HANGZHOU, retires_on=date(2024, 6, 1), policy=POLICY)
    costs = {one.mode: one.total_fen for one in worked.answer.options}
    assert costs == {"lump_sum": 1_598_064, "monthly": 953_088}
    later = top_up_cost(missing=24, place=HANGZHOU, retires_on=MARCH_2027, policy=POLICY)
    assert later.answer.options == (), "the numbers of 2024 are not carried on"


def test_years_of_all_places_are_recognised_as_the_place_counts_them() -> None:
    """S001-096 S001-052 what was paid elsewhere counts in all; whether as paid or as deemed is the place's rule."""
    stays = (Stay(QUJING, months(2010, 2014)), Stay(TIANJIN, months(2015, 2024)))
    tianjin = needed(TIANJIN, *stays).answer.held
    zhengzhou = needed(
        ZHENGZHOU, Stay(QUJING, months(2010, 2014)), Stay(ZHENGZHOU, months(2015, 2024))
    ).answer.held
    assert (tianjin.total.low, tianjin.paid.high) == (180, 120)
    assert (zhengzhou.total.low, zhengzhou.paid.low) == (180, 180)


def test_home_again_into_resident_insurance() -> None:
    """S001-088 who goes home from work into resident insurance: whether it moves, what of the money, what of cover.

    S001-087 the pair of schemes decides: what becomes of years, of the balance, and of waiting, in one answer.
    """
    answer = guide(
        "move", "what", "money", "cover", "years",
        to_scheme="390", stopped_on="2026-08-31", last_paid="2026-08", first_paid="2026-11", insured_months="30",
    )  # fmt: skip
    assert "From employee to resident insurance: the transfer may be made." in texts(answer["move"])
    assert any("the origin decides; your months move all the same" in one for one in texts(answer["money"]))
    assert {"R-057", "R-059"} & {one["rule"] for one in answer["cover"]}
    assert "R-038" in {one["rule"] for one in answer["money"]}
    assert answer["places"][0]["data"]["there"] == CHENGDU


def test_a_plan_says_what_to_do_before_the_move() -> None:
    """S001-002 before the change of work: what must have stopped, what a step would change, and by which day to pay."""
    answer = guide(
        "move", "cover", "changes",
        stopped_on="2026-08-31", last_paid="2026-08", first_paid="2026-12", payer="flexible",
    )  # fmt: skip
    steps = texts(answer["changes"])
    assert steps[0] == "If you pay at the new place by 30 November 2026:"
    assert "There is no waiting period: care is paid for from November 2026." in steps
