"""Policy answers with what is recorded, says what is not, and never borrows a neighbour's rule."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from jiexu.rules.decision import Confidence
from jiexu.rules.facts import Fact, FactStatus, Given, Number, Scope, Span, in_fen, meet
from jiexu.rules.policy import (
    MOST_KEPT,
    AmbiguousFactsError,
    Found,
    Inheritance,
    Parameter,
    Policy,
    Unknown,
    UnknownParameterError,
    Way,
    ways,
)
from jiexu.values.money import AmountError

TODAY = date(2026, 11, 23)
LEARNT = date(2026, 11, 21)
PROVINCIAL = Parameter("days", "number", Inheritance.FROM_PROVINCE, "event", "working_day")
NATIONAL = Parameter("limit", "number", Inheritance.FROM_NATION, "event", "working_day")
WHOLE = Parameter("years", "number", Inheritance.IF_WHOLE_PROVINCE, "retirement", "year")
OWN = Parameter("own", "bool", Inheritance.NONE, "event")
EITHER = Parameter("ceiling", "number", Inheritance.FROM_PROVINCE_OR_NATION, "return_to_cover", "month")
BOUND = Parameter("military", "word", Inheritance.IF_WHOLE_PROVINCE_OR_NATION, "month")


def fact(parameter: str, area: str, value: int | None, **changes: object) -> Fact:
    made = Fact(
        id=f"{area}/{parameter}",
        parameter=parameter,
        area=area,
        value=value,
        start=date(2020, 1, 1),
        until=None,
        known_since=LEARNT,
        confidence=Confidence.HIGH,
    )
    return replace(made, **changes)  # type: ignore[arg-type]  # names are those of Fact


def policy(*facts: Fact) -> Policy:
    empty = Policy(
        parameters={one.name: one for one in (PROVINCIAL, NATIONAL, WHOLE, OWN, EITHER, BOUND)},
        facts={},
        digest="d0",
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


def test_where_the_province_says_nothing_the_nation_answers() -> None:
    held = policy(fact("ceiling", "320000", 3), fact("ceiling", "nation", 6))
    assert held.find("ceiling", "320500", on=TODAY) == Found(3, ("320000/ceiling",), Confidence.MEDIUM)
    assert held.find("ceiling", "530300", on=TODAY) == Found(6, ("nation/ceiling",), Confidence.HIGH)


def test_a_province_that_does_not_bind_its_cities_leaves_them_to_the_nation() -> None:
    nation = fact("military", "nation", 1)
    fund_only, binding = fact("military", "440000", 2), fact("military", "440000", 2, whole_province=True)
    assert policy(nation, fund_only).find("military", "440100", on=TODAY) == Found(
        1, ("nation/military",), Confidence.HIGH
    )
    assert policy(nation, binding).find("military", "440100", on=TODAY) == Found(
        2, ("440000/military",), Confidence.MEDIUM
    )


@pytest.mark.parametrize(
    ("scope", "given", "met"),
    [
        ({"age": Span(60, 69)}, {"age": 60}, True),
        ({"age": Span(60, 69)}, {"age": 69}, True),
        ({"age": Span(60, 69)}, {"age": 70}, False),
        ({"age": Span(60, 69)}, {}, False),
        ({"age": Span(low=70)}, {"age": 103}, True),
        ({"joined": Span(high=date(2008, 12, 31))}, {"joined": date(2008, 12, 31)}, True),
        ({"joined": Span(high=date(2008, 12, 31))}, {"joined": date(2009, 1, 1)}, False),
        ({"joined": Span(high=date(2008, 12, 31))}, {"joined": 2008}, False),
        ({"group": ("adult", "elderly")}, {"group": "elderly"}, True),
        ({"group": ("adult", "elderly")}, {"group": "child"}, False),
        ({"group": ("adult", "elderly"), "tier": "high"}, {"group": "adult"}, False),
    ],
)
def test_a_record_is_for_its_words_and_the_inside_of_its_ranges(
    scope: Scope, given: Given, met: bool
) -> None:
    held = policy(fact("limit", "nation", 1, scope=scope))
    assert isinstance(held.find("limit", on=TODAY, scope=given), Found) is met


@pytest.mark.parametrize(
    ("one", "other", "can"),
    [
        ({}, {"sex": "male"}, True),
        ({"sex": "male"}, {"sex": "female"}, False),
        ({"sex": "male"}, {"payer": "flexible"}, True),
        ({"group": ("adult", "elderly")}, {"group": ("child", "adult")}, True),
        ({"age": Span(19, 59)}, {"age": Span(60, 69)}, False),
        ({"age": Span(19, 60)}, {"age": Span(60, 69)}, True),
        ({"age": Span(low=70)}, {"age": Span(high=69)}, False),
        ({"age": Span()}, {"age": Span(high=69)}, True),
    ],
)
def test_two_groups_meet_where_one_person_can_be_in_both(one: Scope, other: Scope, can: bool) -> None:
    assert meet(one, other) is can
    assert meet(other, one) is can


def test_a_withdrawn_record_no_longer_answers_but_is_still_held() -> None:
    taken_back = fact("limit", "nation", 10, withdrawn=date(2027, 1, 10))
    successor = fact("limit", "nation", 9, id="newer", known_since=date(2027, 1, 10), scope={"sex": "male"})
    held = policy(taken_back, successor)
    assert isinstance(held.find("limit", on=TODAY), Unknown)
    assert held.fact("nation/limit") is taken_back


@pytest.mark.parametrize(
    ("known_on", "value"),
    [(date(2026, 11, 21), 10), (date(2027, 1, 9), 10), (date(2027, 1, 10), 9), (None, 9)],
)
def test_the_data_can_be_asked_as_they_stood_on_a_day(known_on: date | None, value: int) -> None:
    held = policy(
        fact("limit", "nation", 10, withdrawn=date(2027, 1, 10)),
        fact("limit", "nation", 9, id="newer", known_since=date(2027, 1, 10)),
    )
    answer = held.find("limit", on=TODAY, known_on=known_on)
    assert isinstance(answer, Found)
    assert (answer.value, answer.reconstructed) == (value, False)


@pytest.mark.parametrize(
    ("known_on", "known"), [(date(2026, 7, 15), False), (date(2026, 8, 20), False), (date(2026, 8, 21), True)]
)
def test_before_our_first_record_only_what_was_published_is_known(known_on: date, known: bool) -> None:
    """The bases of 2026-07 were published on 2026-08-21: nobody could know them in July."""
    base = fact("limit", "nation", 7270, start=date(2026, 7, 1), published=date(2026, 8, 21))
    answer = policy(base).find("limit", on=date(2026, 7, 1), known_on=known_on)
    assert isinstance(answer, Found) is known
    assert not isinstance(answer, Found) or answer.reconstructed


def test_without_a_day_of_publication_a_rule_is_public_on_its_first_day() -> None:
    held = policy(fact("limit", "nation", 10))
    answers = [held.find("limit", on=TODAY, known_on=on) for on in (date(2019, 12, 31), date(2020, 1, 1))]
    assert [isinstance(answer, Found) for answer in answers] == [False, True]


def test_our_data_began_with_their_first_record() -> None:
    assert policy(fact("limit", "nation", 10), fact("own", "nation", 1, known_since=TODAY)).began == LEARNT
    assert policy().began == date.max


def test_a_draft_is_not_applied_as_known_on_any_day_either() -> None:
    draft = policy(fact("limit", "nation", 10, status=FactStatus.DRAFT))
    for known_on in (date(2020, 1, 1), LEARNT, TODAY):
        assert isinstance(draft.find("limit", on=TODAY, known_on=known_on), Unknown)


@pytest.mark.parametrize(("yuan", "fen"), [(Decimal("4053.6"), 405360), (2000, 200000), (Decimal("0.01"), 1)])
def test_an_amount_of_the_law_is_fen_without_rounding(yuan: Number, fen: int) -> None:
    assert in_fen(yuan) == fen


def test_parts_of_a_fen_are_not_rounded_in_passing() -> None:
    with pytest.raises(AmountError):
        in_fen(Decimal("0.005"))


def test_a_range_and_a_word_mean_nobody_together() -> None:
    assert not meet({"born": Span(None, 3)}, {"born": "3"})
    assert not meet({"born": "3"}, {"born": Span(None, 3)})
    assert not meet({"born": ("3", "4")}, {"born": Span(3, None)})


def test_what_is_kept_of_answers_stays_bounded_and_answers_stay_the_same() -> None:
    held = policy()
    asked = [held.kept(question, lambda question=question: question + 1) for question in range(2 * MOST_KEPT)]
    assert asked == [question + 1 for question in range(2 * MOST_KEPT)]
    assert len(held._kept) <= MOST_KEPT
    assert held.kept(2 * MOST_KEPT - 1, lambda: 0) == 2 * MOST_KEPT, "made once"


def test_where_a_value_is_looked_for_follows_what_its_parameter_declares() -> None:
    def asked(inheritance: Inheritance, area: str) -> tuple[Way, ...]:
        return ways(Parameter("limit", "number", inheritance, "event"), area)

    city, province, nation = ("320500", False, False), ("320000", True, False), ("nation", False, False)
    assert asked(Inheritance.NONE, "320500") == (city,)
    assert asked(Inheritance.FROM_PROVINCE, "320500") == (city, province)
    assert asked(Inheritance.FROM_NATION, "320500") == (city, nation)
    assert asked(Inheritance.FROM_PROVINCE_OR_NATION, "320500") == (city, province, nation)
    assert asked(Inheritance.IF_WHOLE_PROVINCE, "320500") == (city, ("320000", True, True))
    assert asked(Inheritance.FROM_PROVINCE_OR_NATION, "320000") == (("320000", False, False), nation)
    assert asked(Inheritance.FROM_PROVINCE_OR_NATION, "nation") == (nation,)
