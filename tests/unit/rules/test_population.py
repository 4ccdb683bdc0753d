"""A population is answered as each of its people is, on every person and every rule that has columns."""

from datetime import date
from random import Random

import pytest

from jiexu.gateways.policyfiles.facts import shipped_policy
from jiexu.rules.inputs import AccountPart, Asked, PersonFacts, Scheme, Sex
from jiexu.rules.money import money_mode, movable_parts
from jiexu.rules.population import money_modes, retirement_months, years_reached
from jiexu.rules.retirement import RetirementGroup, retirement_age
from jiexu.rules.years import MonthsHeld, retiree_cover

POLICY = shipped_policy()
PEOPLE, SEED = 5_000, 20261130
AREAS = sorted({area for _, area in POLICY.facts if area != "nation"})
DAYS = (date(2021, 11, 30), date(2024, 12, 31), date(2025, 1, 1), date(2026, 11, 23), date(2031, 6, 1))


@pytest.mark.parametrize("on", DAYS)
def test_retirement_is_that_of_each_person(on: date) -> None:
    draw = Random(SEED)  # noqa: S311  # people for a test
    births = [draw.randrange(1940 * 12, 2016 * 12) for _ in range(PEOPLE)]
    groups = [draw.choice(tuple(RetirementGroup)) for _ in range(PEOPLE)]
    columns = retirement_months(births=births, groups=groups, on=on, policy=POLICY)
    one_by_one = [
        retirement_age(birth=date(birth // 12, birth % 12 + 1, 28), group=group, on=on, policy=POLICY)
        for birth, group in zip(births, groups, strict=True)
    ]
    assert columns == [(each.months, each.month.year * 12 + each.month.month - 1) for each in one_by_one]


@pytest.mark.parametrize("on", DAYS)
def test_years_are_reached_as_by_each_person(on: date) -> None:
    draw = Random(SEED)  # noqa: S311  # people for a test
    areas = [draw.choice(AREAS) for _ in range(PEOPLE)]
    sexes = [draw.choice(tuple(Sex)) for _ in range(PEOPLE)]
    held = [
        MonthsHeld(total=paid + draw.choice((0, 24)), paid=paid, local=draw.randint(0, paid))
        for paid in (draw.choice((0, 119, 120, 180, 240, 299, 300, 360, draw.randint(0, 420))) for _ in areas)
    ]
    columns = years_reached(
        areas=areas,
        sexes=sexes,
        total=[each.total for each in held],
        paid=[each.paid for each in held],
        local=[each.local for each in held],
        on=on,
        policy=POLICY,
    )
    one_by_one = [
        retiree_cover(held=months, sex=sex, area=area, policy=POLICY, on=on).outcome
        for months, sex, area in zip(held, sexes, areas, strict=True)
    ]
    assert columns == one_by_one
    assert len(set(columns)) > 1


@pytest.mark.parametrize("on", DAYS)
def test_money_goes_the_way_of_each_person(on: date) -> None:
    draw = Random(SEED)  # noqa: S311  # people for a test
    asked = [
        Asked(
            on,
            origin := draw.choice(AREAS),
            draw.choice([area for area in AREAS if area[:2] == origin[:2]] + AREAS[:20]),
            *(draw.choices(tuple(Scheme), (3, 1))[0] for _ in range(2)),
        )
        for _ in range(PEOPLE)
    ]
    people = [
        PersonFacts(
            birth=on, document_kind="01", account=tuple(part(draw) for _ in range(draw.randint(0, 3)))
        )
        for _ in asked
    ]
    columns = money_modes(
        origins=[each.origin for each in asked],
        destinations=[each.destination for each in asked],
        from_schemes=[each.from_scheme for each in asked],
        to_schemes=[each.to_scheme for each in asked],
        movable_fen=[sum(fen for _, fen in movable_parts(each.account)) for each in people],
        lowest_fen=[min((part.available_fen for part in each.account), default=0) for each in people],
        on=on,
        policy=POLICY,
    )
    one_by_one = [
        money_mode(asked=each, person=person, policy=POLICY, on=on).mode
        for each, person in zip(asked, people, strict=True)
    ]
    assert columns == one_by_one
    assert len(set(columns)) > 2


def part(draw: Random) -> AccountPart:
    balance = draw.choice((0, 120_000, 120_000, -300))
    return AccountPart("part", balance, draw.choice((0, max(balance, 0))), movable=draw.random() < 0.7)


def test_columns_of_different_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match="shorter"):
        retirement_months(births=[24000], groups=[], on=DAYS[2], policy=POLICY)
    with pytest.raises(ValueError, match="shorter"):
        years_reached(
            areas=["310000"], sexes=[Sex.MALE], total=[300], paid=[300], local=[], on=DAYS[3], policy=POLICY
        )
