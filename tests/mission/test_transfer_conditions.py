"""Whether somebody may move their insurance, and what each side checks before it accepts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from mission_cast import (
    CHENGDU,
    GUANGZHOU,
    JOINED,
    KUNMING,
    LEFT,
    NANJING,
    POLICY,
    QUJING,
    SHENZHEN,
    TODAY,
    ZHENGZHOU,
    answers,
    asked,
    person,
    sentence,
)

from jiexu.gateways.policyfiles.areas import areas
from jiexu.rules.checks import accepted, destination_check, origin_check, refusal_codes, same_year
from jiexu.rules.inputs import Applicant, Enrolment, PersonFacts, Scheme, Sex, Status
from jiexu.rules.retirement import RetirementGroup, retirement_age
from jiexu.rules.scope import classify
from jiexu.texts import say
from jiexu.values.areas import Found

EMPLOYER = "Y1510100XN0000006Q"


def at_origin(who: PersonFacts | None, **more: object) -> dict[str, str]:
    return answers(origin_check(asked=asked(**more), person=who, today=TODAY, policy=POLICY))


def at_destination(who: PersonFacts | None, destination: str = CHENGDU, **more: object) -> dict[str, str]:
    request = asked(QUJING, destination, **more)
    return answers(destination_check(asked=request, person=who, today=TODAY, policy=POLICY))


def pool(name: str) -> str:
    found = areas().find(name, TODAY)
    assert isinstance(found, Found)
    return found.pool.code


def test_two_area_codes_decide_which_kind_of_move_it_is() -> None:
    """S000-004 same pooling area, same province or another province: told from two area codes alone.

    S001-062 a move inside a province is a transfer like any other, by its rule.
    """
    said = {
        where: answers(classify(asked=asked(origin, destination), policy=POLICY))
        for where, origin, destination in (
            ("same pool", SHENZHEN, SHENZHEN),
            ("same province", GUANGZHOU, SHENZHEN),
            ("other province", GUANGZHOU, CHENGDU),
            ("province that is one pool", "460100", "460200"),
        )
    }
    assert said["same pool"]["R-001"] == "NO_TRANSFER"
    assert said["province that is one pool"]["R-001"] == "NO_TRANSFER"
    assert said["same province"]["R-002"] == "INTRA_PROVINCE"
    assert said["same province"]["R-007"] == "EE"
    assert said["other province"]["R-003"] == "CROSS_PROVINCE"
    decided = classify(asked=asked(GUANGZHOU, SHENZHEN), policy=POLICY)
    assert refusal_codes(decided) == ()
    assert {article for one in decided for article in one.articles} >= {"nhsa-2021-43:3", "nhsa-2021-43:4"}


def test_between_counties_of_one_city_nothing_is_transferred() -> None:
    """S001-085 from one county to another of the same city is a change of registration, not a transfer."""
    kunshan, wujiang = pool("昆山"), pool("苏州吴江")
    assert (kunshan, wujiang) == ("320500", "320500")
    decisions = classify(asked=asked(kunshan, wujiang), policy=POLICY)
    assert refusal_codes(decisions) == ("NA-05",)
    assert "do nothing" in say("en", "refusals.NA-05_cure")


def test_the_level_of_pooling_is_a_dated_fact_of_the_area() -> None:
    """S001-092 at which level an area pools is an attribute of the area and the date."""
    record = areas().pool("460000", TODAY)
    assert (record.code, record.confidence, record.source) == ("460000", "medium", "area-facts-2026-11")
    assert pool("三亚") == "460000"
    assert pool("昆山") == "320500"
    [used] = [one for one in classify(asked=asked(), policy=POLICY) if one.rule == "R-004"]
    assert dict(used.inputs) == {"received_on": "2026-11-23"}


def test_the_old_insurance_must_have_stopped() -> None:
    """S000-011 cover at the old place must have ended: an end month is looked for, else blocked and explained."""
    running = person(replace(LEFT, status=Status.INSURED, stopped_on=None))
    ends_later = person(replace(LEFT, stopped_on=date(2026, 11, 30)))
    assert at_origin(person())["R-017"] == "STOPPED"
    for who in (running, ends_later):
        decisions = origin_check(asked=asked(), person=who, today=TODAY, policy=POLICY)
        assert refusal_codes(decisions) == ("NA-01",)
    assert "former employer to report you as having left" in say("en", "refusals.NA-01_cure")
    assert "it must stop before it can be transferred" in say("en", "outcomes.R-017.NOT_STOPPED")


def test_the_person_must_be_insured_at_the_destination() -> None:
    """S000-027 enrolment at the destination stands and its first month is looked at.

    S001-005 the first month with the new employer is checked.
    S001-014 where the place asks for a paid month the application is blocked until then; elsewhere the law asks
    for enrolment alone, and the answer says that the month is unpaid.
    """
    unpaid = replace(JOINED, first_month_paid=False)
    assert at_destination(person(JOINED))["R-018"] == "ENROLLED"
    assert at_destination(None)["R-018"] == "NOT_ENROLLED"
    assert at_destination(person(replace(JOINED, since=date(2026, 12, 1))))["R-018"] == "NOT_ENROLLED"
    request = asked(QUJING, NANJING)
    blocked = destination_check(asked=request, person=person(unpaid), today=TODAY, policy=POLICY)
    assert answers(blocked)["R-022"] == "MONTH_UNPAID"
    assert refusal_codes(blocked) == ("NA-06",)
    assert at_destination(person(JOINED), NANJING)["R-022"] == "MONTH_PAID"
    elsewhere = destination_check(asked=asked(), person=person(unpaid), today=TODAY, policy=POLICY)
    assert refusal_codes(elsewhere) == ()
    [asks] = [one for one in elsewhere if one.rule == "R-091"]
    assert sentence(asks).startswith("The first month at the destination is unpaid")


def test_each_side_validates_for_itself_and_gives_a_reason() -> None:
    """S000-019 the origin looks whether cover stopped, the destination whether it stands; each failure has a reason.

    S000-044 what must be fulfilled beforehand is answered item by item: passed, or not and why.
    """
    here = origin_check(asked=asked(), person=None, today=TODAY, policy=POLICY)
    there = destination_check(asked=asked(), person=None, today=TODAY, policy=POLICY)
    assert (refusal_codes(here), refusal_codes(there)) == (("NA-10",), ("NA-02",))
    both = accepted(on=TODAY, origin_check=here, destination_check=there)
    assert (both.outcome, both.refusals) == ("REFUSED", ("NA-02", "NA-10"))
    for code in both.refusals:
        assert say("zh", f"refusals.{code}")
        assert say("zh", f"refusals.{code}_cure")
    clean = accepted(
        on=TODAY,
        origin_check=origin_check(asked=asked(), person=person(), today=TODAY, policy=POLICY),
        destination_check=destination_check(asked=asked(), person=person(JOINED), today=TODAY, policy=POLICY),
    )
    assert (clean.outcome, clean.refusals) == ("ACCEPTED", ())


@pytest.mark.parametrize(
    ("from_scheme", "to_scheme", "rule", "modal"),
    [
        (Scheme.EMPLOYEE, Scheme.EMPLOYEE, "R-007", "should"),
        (Scheme.EMPLOYEE, Scheme.RESIDENT, "R-008", "may"),
        (Scheme.RESIDENT, Scheme.EMPLOYEE, "R-009", "may"),
        (Scheme.RESIDENT, Scheme.RESIDENT, "R-010", "may"),
    ],
)
def test_the_scheme_at_both_ends_decides(
    from_scheme: Scheme, to_scheme: Scheme, rule: str, modal: str
) -> None:
    """S000-025 employee, resident or none at each end: four directions, and none is refused with its reason."""
    request = asked(from_scheme=from_scheme, to_scheme=to_scheme)
    [kind] = [one for one in classify(asked=request, policy=POLICY) if one.rule == rule]
    assert dict(kind.inputs)["modal"] == modal
    without = origin_check(asked=request, person=person(enrolments=()), today=TODAY, policy=POLICY)
    assert refusal_codes(without) == ("NA-10",)


def test_retired_members_are_not_transferred() -> None:
    """S000-029 whoever draws retiree cover already is not transferred, and is told what to do instead."""
    retired = person(replace(LEFT, status=Status.RETIRED, stopped_on=None))
    decisions = origin_check(asked=asked(), person=retired, today=TODAY, policy=POLICY)
    assert refusal_codes(decisions) == ("NA-03",)
    assert "异地就医备案" in say("zh", "refusals.NA-03_cure")
    assert "NA-03" in refusal_codes(
        destination_check(
            asked=asked(),
            person=person(replace(JOINED, status=Status.RETIRED)),
            today=TODAY,
            policy=POLICY,
        )
    )


def test_age_is_judged_by_the_rising_retirement_age() -> None:
    """S001-063 below the statutory age: by the formula since 2025, not by a fixed 60, 55 or 50 (Zhengzhou's wording)."""
    man = {"sex": Sex.MALE, "enrolments": (JOINED,)}
    older, younger = replace(person(**man), birth=date(1966, 5, 1)), person(**man)
    age = retirement_age(birth=older.birth, group=RetirementGroup.MAN, on=TODAY, policy=POLICY)
    assert (age.months, age.month) == (60 * 12 + 5, date(2026, 10, 1))
    assert at_destination(older, ZHENGZHOU)["R-006"] == "AGE_REACHED"
    sixty_not_yet_of_age = replace(older, birth=date(1966, 9, 1))
    assert "R-006" not in at_destination(sixty_not_yet_of_age, ZHENGZHOU), (
        "60 years old, due in February 2027"
    )
    assert "R-006" not in at_destination(younger, ZHENGZHOU)


def test_only_who_may_apply_does() -> None:
    """S001-006 the receiving side takes an application from the person or the employer.

    S001-112 whether an employer receives the person is seen: the application names it and the agency compares.
    """
    employed = person(replace(JOINED, employer=EMPLOYER))
    own = at_destination(employed, applicant=Applicant.EMPLOYER, employer=EMPLOYER)
    foreign = at_destination(employed, applicant=Applicant.EMPLOYER, employer="Y1510100XN0000007M")
    none = at_destination(person(JOINED), applicant=Applicant.EMPLOYER, employer=EMPLOYER)
    assert (own["R-013"], foreign["R-013"], none["R-013"]) == ("ALLOWED", *["NOT_THE_EMPLOYER"] * 2)
    assert "R-013" not in at_destination(employed, applicant=Applicant.MEMBER)


def test_residents_wait_for_the_next_year() -> None:
    """S001-091 residents pay by the year and employees by the month: the year of cover decides for residents."""
    resident = Enrolment(
        Scheme.RESIDENT, Status.STOPPED, date(2026, 1, 1), date(2026, 10, 31), cover_year=2026
    )
    between = {"from_scheme": Scheme.RESIDENT, "to_scheme": Scheme.RESIDENT}

    def judged(joined: int) -> list[str]:
        return [
            one.outcome
            for one in same_year(
                asked=asked(**between), person=person(resident), joined=joined, policy=POLICY
            )
        ]

    assert judged(2026) == ["CURRENT_YEAR"]
    assert judged(2027) == ["NEXT_YEAR_JOINED"]
    assert at_origin(person(resident), from_scheme=Scheme.RESIDENT)["R-017"] == "STOPPED"


def test_a_place_adds_its_own_conditions_as_data() -> None:
    """S001-009 what a place asks beyond the nation is a record of that place, and a refusal by it says why."""
    ours, kunming = (POLICY.find("handling.refusals_added", area, on=TODAY) for area in (NANJING, KUNMING))
    assert getattr(ours, "value", None) == ("NA-06",)
    assert getattr(kunming, "value", None) is None
    assert "当月医保费缴清" in say("zh", "refusals.NA-06")
    assert say("zh", "refusals.NA-06_cure") == "请在当月费用到账后重新申请。"
