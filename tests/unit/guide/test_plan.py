"""The table of places: the same numbers as the rules give for each place alone, those with least left first."""

from dataclasses import replace
from datetime import date

import pytest
from guide_cast import TODAY, moving
from hypothesis import given, settings

from jiexu.gateways.policyfiles.areas import areas
from jiexu.gateways.policyfiles.calendar import working_days
from jiexu.gateways.policyfiles.facts import shipped_policy
from jiexu.guide.case import Case
from jiexu.guide.opening import opened
from jiexu.guide.plan import plan
from jiexu.guide.situation import Situation, Stretch
from jiexu.rules.inputs import Scheme, Sex
from jiexu.texts import LANGS, Lang
from jiexu.values.month import Month
from jiexu.wording.guide import Words
from jiexu.wording.plan import plan_as_json, plan_lines


def stretch(area: str, first: str, last: str) -> Stretch:
    return Stretch(area, Scheme.EMPLOYEE, Month.parse(first), Month.parse(last))


def case_of(told: Situation, on: date = TODAY) -> Case:
    case = opened(told, policy=shipped_policy(), calendar=working_days(), areas=areas(), on=on)
    assert isinstance(case, Case)
    return case


SEVERAL = Situation(
    "曲靖",
    "成都",
    from_scheme=Scheme.EMPLOYEE,
    to_scheme=Scheme.EMPLOYEE,
    birth=date(1970, 5, 17),
    sex=Sex.MALE,
    history=(
        stretch("曲靖", "2004-03", "2012-06"),
        stretch("上海", "2012-07", "2020-12"),
        stretch("广州", "2021-01", "2024-03"),
        stretch("浙江省杭州市", "2024-04", "2026-10"),
    ),
)


def test_every_place_with_months_and_the_destination_stands_in_the_table() -> None:
    found = plan(case_of(SEVERAL))
    assert {row.standing.area for row in found.rows} == {"530300", "310000", "440100", "330100", "510100"}
    assert found.retires is not None
    assert str(found.retires.month) == "2031-10"
    by_area = {row.standing.area: row for row in found.rows}
    assert by_area["440100"].months_here == 39
    assert by_area["510100"].months_here == 0


def test_guangzhou_asks_for_thirty_years_and_ten_of_its_own() -> None:
    row = next(row for row in plan(case_of(SEVERAL)).rows if row.standing.area == "440100")
    asked = {one.name: one.asked.low for one in row.standing.now.answer.conditions}
    assert asked["total"] == 30 * 12
    assert asked["local"] == 10 * 12
    # 272 months in all: 360 - 272 = 88 missing, less 59 that are paid until 2031-10.
    assert row.standing.now.answer.missing_low == 88
    assert row.standing.left.low == 88 - 59


def test_what_is_known_stands_before_what_is_not() -> None:
    lefts = [row.standing.left for row in plan(case_of(SEVERAL)).rows]
    known = [left for left in lefts if left.high is not None]
    assert lefts[: len(known)] == known


def test_a_place_with_all_conditions_known_has_an_earliest_month() -> None:
    longer = replace(SEVERAL, destination="杭州", history=(stretch("杭州", "1996-01", "2026-10"),))
    row = plan(case_of(longer)).rows[0]
    assert row.standing.area == "330100"
    assert (row.standing.left.high == 0) == (row.standing.earliest is not None)
    assert row.unknown or row.standing.earliest == plan(case_of(longer)).retires.month  # type: ignore[union-attr]  # told


def test_what_has_to_be_known_is_asked_for() -> None:
    asked = plan(case_of(Situation("曲靖", "成都")))
    assert [question.field for question in asked.questions] == ["history", "birth", "sex"]
    assert asked.rows == ()


@pytest.mark.parametrize("lang", LANGS)
def test_the_table_is_printed_in_columns(lang: Lang) -> None:
    words = Words(lang, shipped_policy().parameters)
    found = plan(case_of(SEVERAL))
    printed = list(plan_lines(found, words, legal=True))
    assert len([line for line in printed if line and not line.startswith(" ")]) >= 2 + 2 * len(found.rows)
    assert [row["area"] for row in plan_as_json(found, words)["rows"]] == [
        row.standing.area for row in found.rows
    ]


@settings(max_examples=40, deadline=None)
@given(asked=moving())
def test_a_plan_never_fails_and_never_promises_less_than_nothing(asked: tuple[Situation, date]) -> None:
    told, on = asked
    case = opened(told, policy=shipped_policy(), calendar=working_days(), areas=areas(), on=on)
    if not isinstance(case, Case):
        return
    for row in plan(case).rows:
        assert (row.standing.left.low or 0) >= 0
        assert row.standing.earliest is None or row.standing.earliest >= Month.containing(on)
        assert row.sentences
