"""What must be true of the policy data whatever they say: amounts in order, places known, limits kept."""

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import yaml

from jiexu.gateways.policyfiles import policy_folder
from jiexu.gateways.policyfiles.areas import areas
from jiexu.gateways.policyfiles.facts import record_files, shipped_policy, shipped_sources
from jiexu.gateways.policyfiles.refusals import shipped_refusals
from jiexu.rules.facts import Bound, Fact, FactStatus, Number, meet
from jiexu.rules.policy import NATION, Inheritance
from jiexu.values.areas import Level

POLICY = shipped_policy()
FACTS = [fact for facts in POLICY.facts.values() for fact in facts]
CHINESE = re.compile(r"[\u4e00-\u9fff]")
PLACES = sorted({fact.area for fact in FACTS} - {NATION})


def live(parameter: str) -> Iterator[Fact]:
    """Records of a parameter that can answer somebody, with a value."""
    for fact in FACTS:
        usable = fact.status is not FactStatus.DRAFT and fact.withdrawn is None
        if fact.parameter == parameter and usable and fact.value is not None:
            yield fact


def least(fact: Fact) -> Number:
    """The smallest number a record can mean."""
    value = fact.value.low if isinstance(fact.value, Bound) else fact.value
    return value if isinstance(value, int | Decimal) else 0


def most(fact: Fact) -> Number:
    """The largest number a record can mean."""
    value = fact.value.high if isinstance(fact.value, Bound) else fact.value
    assert isinstance(value, int | Decimal)
    return value


def together(one: str, other: str) -> Iterator[tuple[Fact, Fact]]:
    """Records of two parameters that can answer the same person in the same place on the same day."""
    for first in live(one):
        for second in live(other):
            days = first.start <= (second.until or date.max) and second.start <= (first.until or date.max)
            if first.area == second.area and days and meet(first.scope, second.scope):
                yield first, second


def test_no_lowest_base_lies_above_the_highest() -> None:
    """Nor is the highest asserted to be five times the lowest: 北京, 江苏, 浙江 and others differ lawfully."""
    pairs = [
        *together("ee.base.lower", "ee.base.upper"),
        *together("pension.base.lower", "pension.base.upper"),
    ]
    assert len(pairs) > 60
    for lower, upper in pairs:
        assert least(lower) <= most(upper), (lower.id, upper.id)


AT_ODDS = {
    "520000": "one weak page asks 25 paid years of who began to work since 2017, and of women 20 in all"
}


def test_nobody_needs_more_years_here_than_in_all() -> None:
    for part in ("local_years", "province_years", "paid_years", "scheme_years"):
        for years, total in together(f"ee.retire.{part}", "ee.retire.total_years"):
            if (
                total.value != 0 and total.area not in AT_ODDS
            ):  # 0 is "no limit": 内蒙古, joined by 2005 without a break
                assert least(years) <= most(total), (years.id, total.id)


def test_the_shares_of_employer_and_employee_are_small() -> None:
    for employer, person in together("ee.rate.employer", "ee.rate.individual"):
        assert most(employer) + most(person) <= Decimal("0.15"), (employer.id, person.id)


def test_no_place_promises_later_than_the_nation_allows() -> None:
    """Errata row 63: out at most 10, in at most 5 working days; both together at most 15."""
    on = date(2026, 11, 30)
    for name, limit in (("out", 10), ("in", 5)):
        national = POLICY.find(f"handling.transfer_{name}_days", on=on)
        assert getattr(national, "value", None) == limit
        assert all(most(fact) <= limit for fact in live(f"handling.promise_{name}_days"))
    assert all(most(fact) < 15 for fact in live("handling.promise_total_days"))


def test_every_range_of_days_or_months_has_an_end_to_rely_on() -> None:
    for fact in FACTS:
        if isinstance(fact.value, Bound) and fact.parameter.startswith(("handling.", "pa.")):
            assert fact.value.high is not None, fact.id


def test_no_employee_who_moves_waits_longer_than_six_months() -> None:
    for fact in live("lapse.wait_ceiling"):
        assert 0 <= most(fact) <= 6, fact.id


def test_every_place_with_records_is_a_pooling_area_or_a_province() -> None:
    provinces = {row.code for row in areas().divisions() if row.level is Level.PROVINCE}
    pools = {pool.code for pool in areas().pools()}
    assert [place for place in PLACES if place not in pools | provinces] == []


def test_every_file_is_called_as_its_place_is() -> None:
    named = {row.code: row.name for row in areas().divisions() if row.until_year is None}
    named |= {pool.code: pool.name for pool in areas().pools() if pool.code not in named}
    for file in record_files(policy_folder()):
        said = yaml.safe_load(file.read_text(encoding="utf-8").split("records:")[0])
        if said["area"] not in {NATION, "419900"}:
            assert said["name"] == named[said["area"]], file


def test_what_every_place_takes_from_the_nation_is_recorded_there() -> None:
    national = {fact.parameter for fact in FACTS if fact.area == NATION}
    missing = [
        parameter.name
        for parameter in POLICY.parameters.values()
        if parameter.inheritance is Inheritance.FROM_NATION and parameter.name not in national
    ]
    assert missing == []


def test_a_switch_the_national_text_leaves_open_is_said_to_be_unknown() -> None:
    for switch in (
        "resident.wait.first_missed_year_counts",
        "resident.wait.missed_years_from",
        "resident.wait.starts",
        "lapse.gap_method",
        "lapse.wait_starts",
        "lapse.unpaid_first_month_is_gap",
    ):
        [record] = POLICY.facts[switch, NATION]
        assert record.value is None
        assert record.note


def test_nothing_a_tool_imported_is_surer_than_its_pages() -> None:
    weak = {key for key, source in shipped_sources().items() if source.seen in {"farm", "memory", "article"}}
    for fact in FACTS:
        assert not (fact.sources and set(fact.sources) <= weak and fact.confidence.value == "high"), fact.id


def test_every_rival_says_why_it_is_not_used() -> None:
    """In the language of whoever reads: Chinese in Chinese words, English in none."""
    rivals = [(fact.id, rival) for fact in FACTS for rival in fact.rivals]
    assert len(rivals) > 100
    for where, rival in rivals:
        assert rival.source, where
        assert CHINESE.search(rival.why.zh or ""), where
        assert rival.why.en, where
        assert not CHINESE.search(rival.why.en), where


def test_nobody_is_said_to_have_tried_a_channel() -> None:
    """Whoever tries one writes the day; until then the register says so."""
    assert {channel.checked_on for channel in POLICY.channels} == {None}
    assert {channel.area for channel in POLICY.channels} <= {*PLACES, NATION, "610100", "360100", "430100"}


def test_a_place_adds_only_refusals_of_the_closed_list() -> None:
    assert set(POLICY.parameters["handling.refusals_added"].words) <= set(shipped_refusals())


def test_ids_are_unique() -> None:
    assert len({fact.id for fact in FACTS}) == len(FACTS)
