"""Policy answers with what is recorded, says what is not, and never borrows a neighbour's rule."""

from dataclasses import replace
from datetime import date

import pytest

from jiexu.rules.decision import Confidence
from jiexu.rules.policy import (
    AmbiguousFactsError,
    Fact,
    FactStatus,
    Found,
    Inheritance,
    Parameter,
    Policy,
    Unknown,
    UnknownParameterError,
)

TODAY = date(2026, 11, 23)
PROVINCIAL = Parameter("days", "number", Inheritance.FROM_PROVINCE, "event", "working_day")
NATIONAL = Parameter("limit", "number", Inheritance.FROM_NATION, "event", "working_day")
WHOLE = Parameter("years", "number", Inheritance.IF_WHOLE_PROVINCE, "retirement", "year")
OWN = Parameter("own", "bool", Inheritance.NONE, "event")


def fact(parameter: str, area: str, value: int | None, **changes: object) -> Fact:
    made = Fact(
        id=f"{area}/{parameter}",
        parameter=parameter,
        area=area,
        value=value,
        start=date(2020, 1, 1),
        until=None,
        known_since=date(2026, 11, 21),
        confidence=Confidence.HIGH,
    )
    return replace(made, **changes)  # type: ignore[arg-type]  # names are those of Fact


def policy(*facts: Fact) -> Policy:
    empty = Policy(
        parameters={one.name: one for one in (PROVINCIAL, NATIONAL, WHOLE, OWN)}, facts={}, digest="d0"
    )
    return empty.with_facts(facts, digest="d1")


def test_a_citys_own_value_is_as_sure_as_its_record() -> None:
    held = policy(fact("days", "320500", 5), fact("days", "320000", 9))
    assert held.find("days", "320500", on=TODAY) == Found(5, ("320500/days",), Confidence.HIGH)


def test_a_provinces_value_is_one_step_weaker_in_its_cities() -> None:
    held = policy(fact("days", "320000", 9))
    assert held.find("days", "320500", on=TODAY) == Found(9, ("320000/days",), Confidence.MEDIUM)
    assert held.find("days", "320000", on=TODAY) == Found(9, ("320000/days",), Confidence.HIGH)


def test_a_city_never_speaks_for_its_province_or_a_neighbour() -> None:
    held = policy(fact("days", "320500", 5))
    assert held.find("days", "320000", on=TODAY) == Unknown("days", "320000")
    assert held.find("days", "320100", on=TODAY) == Unknown("days", "320100")


def test_a_province_that_does_not_bind_its_cities_does_not_speak_for_them() -> None:
    fund_only, binding = fact("years", "330000", 20), fact("years", "330000", 20, whole_province=True)
    assert policy(fund_only).find("years", "330100", on=TODAY) == Unknown("years", "330100")
    assert policy(fund_only).find("years", "330000", on=TODAY) == Found(
        20, ("330000/years",), Confidence.HIGH
    )
    assert policy(binding).find("years", "330100", on=TODAY) == Found(
        20, ("330000/years",), Confidence.MEDIUM
    )


def test_a_value_that_is_not_inherited_stays_where_it_is() -> None:
    held = policy(fact("own", "320000", 1))
    assert held.find("own", "320500", on=TODAY) == Unknown("own", "320500")


def test_a_national_value_holds_everywhere_undiminished() -> None:
    held = policy(fact("limit", "nation", 10))
    expected = Found(10, ("nation/limit",), Confidence.HIGH)
    assert held.find("limit", "320500", on=TODAY) == expected
    assert held.find("limit", on=TODAY) == expected
    assert held.find("limit", "nation", on=TODAY) == expected


def test_a_record_that_says_unknown_stops_the_search_and_is_cited() -> None:
    held = policy(fact("days", "320500", None), fact("days", "320000", 9))
    assert held.find("days", "320500", on=TODAY) == Unknown("days", "320500", ("320500/days",))


def test_a_record_holds_from_its_first_to_its_last_day() -> None:
    held = policy(fact("limit", "nation", 15, start=date(2016, 9, 1), until=date(2021, 11, 30)))
    answers = [
        isinstance(held.find("limit", on=on), Found)
        for on in (date(2016, 8, 31), date(2016, 9, 1), date(2021, 11, 30), date(2021, 12, 1))
    ]
    assert answers == [False, True, True, False]


def test_a_doubtful_start_weakens_the_first_days_only() -> None:
    held = policy(fact("limit", "nation", 10, sure_from=date(2020, 2, 1)))
    assert [held.find("limit", on=on).confidence for on in (date(2020, 1, 31), date(2020, 2, 1))] == [  # type: ignore[union-attr]  # both are found
        Confidence.MEDIUM,
        Confidence.HIGH,
    ]


def test_a_draft_is_never_applied() -> None:
    assert isinstance(
        policy(fact("limit", "nation", 10, status=FactStatus.DRAFT)).find("limit", on=TODAY), Unknown
    )


def test_a_later_record_succeeds_an_earlier_one() -> None:
    held = policy(
        fact("limit", "nation", 10), fact("limit", "nation", 9, id="newer", known_since=date(2026, 12, 1))
    )
    assert held.find("limit", on=TODAY) == Found(9, ("newer",), Confidence.HIGH)


def test_every_axis_a_record_names_must_be_given_and_match() -> None:
    held = policy(fact("limit", "nation", 720, scope={"sex": "male"}))
    assert isinstance(held.find("limit", on=TODAY, scope={"sex": "male"}), Found)
    assert isinstance(held.find("limit", on=TODAY, scope={"sex": "female"}), Unknown)
    assert isinstance(held.find("limit", on=TODAY), Unknown)


def test_two_records_for_one_question_are_an_error_and_not_a_choice() -> None:
    held = policy(fact("limit", "nation", 10), fact("limit", "nation", 11))
    with pytest.raises(AmbiguousFactsError, match="Withdraw all but one"):
        held.find("limit", on=TODAY)


def test_a_parameter_nobody_declared_is_an_error() -> None:
    with pytest.raises(UnknownParameterError, match=r"parameters\.yaml"):
        policy().find("pa.magic", on=TODAY)


def test_a_setting_of_an_agency_changes_the_digest_and_only_the_copy() -> None:
    before = policy(fact("own", "320500", 1))
    after = before.with_facts([fact("own", "320100", 1)], digest="d2")
    assert after.digest == "d2"
    assert isinstance(after.find("own", "320100", on=TODAY), Found)
    assert isinstance(before.find("own", "320100", on=TODAY), Unknown)
