"""The month of the statutory age for every birth month of 1955 to 2015 and all groups, by two independent ways.

The engine divides; the second way walks the births of a group one by one and adds a month of delay each time as many
births have passed as the measures say (国务院关于渐进式延迟法定退休年龄的办法 art. 1), with the numbers written down here
from that text. No table published by an authority was found to compare with.
"""

from collections.abc import Iterator
from datetime import date

import pytest

from jiexu.gateways.policyfiles.facts import shipped_policy
from jiexu.rules.retirement import RetirementGroup, retirement_age
from jiexu.values.month import Month

POLICY, ON = shipped_policy(), date(2026, 11, 23)
FIRST, LAST = Month.of(1955, 1), Month.of(2015, 12)
# Old age in years, first birth month that retires later, births to one month of delay, age in years it ends at.
TEXT = {
    RetirementGroup.MAN: (60, Month.of(1965, 1), 4, 63),
    RetirementGroup.WOMAN_55: (55, Month.of(1970, 1), 4, 58),
    RetirementGroup.WOMAN_50: (50, Month.of(1975, 1), 2, 55),
}


def walked(group: RetirementGroup) -> Iterator[tuple[Month, int, Month]]:
    """Each birth month with the age in months and the month of retirement, by walking through all births."""
    old, first, births, end = TEXT[group]
    age, since = old * 12, 0
    for index in range(FIRST.index, LAST.index + 1):
        birth = Month(index)
        if birth >= first and age < end * 12:
            if since % births == 0:
                age += 1
            since += 1
        yield birth, age, birth + age


@pytest.mark.parametrize("group", RetirementGroup)
def test_both_ways_agree_for_every_birth_month(group: RetirementGroup) -> None:
    compared = 0
    for birth, age, reached in walked(group):
        found = retirement_age(birth=birth.first_day(), group=group, on=ON, policy=POLICY)
        assert (found.months, Month.containing(found.month)) == (age, reached), str(birth)
        compared += 1
    assert compared == 61 * 12


@pytest.mark.parametrize("group", RetirementGroup)
def test_nobody_retires_before_somebody_born_earlier(group: RetirementGroup) -> None:
    reached = [month for _, _, month in walked(group)]
    assert reached == sorted(reached)
