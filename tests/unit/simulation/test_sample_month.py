"""A month of a province: as many rows as asked, on the days people come, with the slips the mix names and no other."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from itertools import islice, pairwise
from pathlib import Path

import pytest
from click.testing import CliRunner

from jiexu.cli.sample_month import rows_of_people
from jiexu.cli.sample_month import sample as command
from jiexu.gateways.policyfiles.areas import areas
from jiexu.gateways.policyfiles.calendar import working_days
from jiexu.gateways.policyfiles.facts import shipped_policy
from jiexu.gateways.tables import (
    Application,
    Context,
    FaultyRow,
    people_of,
    read_applications,
    read_events,
    read_people,
)
from jiexu.simulation import sample_month_mix as mix
from jiexu.simulation.sample import Setting, Written, month
from jiexu.simulation.sample_month import in_season, shape, weight
from jiexu.values.areas import Ask, Found, UnknownAreaError

SICHUAN, CHENGDU, ON = "510000", "510100", date(2026, 11, 23)
SETTING = Setting(seed=7, on=ON, areas=areas(), calendar=working_days())
CASES = 3000
FILES = ("people.csv", "applications.csv", "events.csv")


def drawn(cases: int, area: str = SICHUAN, setting: Setting = SETTING) -> list[Written]:
    return list(month(setting, area=area, policy=shipped_policy(), cases=cases))


@pytest.fixture(scope="module")
def november() -> list[Written]:
    return drawn(CASES)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("month")
    answer = run("--cases", str(CASES), "--seed", "7", "--out", str(out))
    assert answer["applications"] == CASES
    return out


def run(*words: str) -> dict[str, object]:
    result = CliRunner().invoke(command, ["month", "--area", SICHUAN, "--json", *words])
    assert result.exit_code == 0, result.output
    said: dict[str, object] = json.loads(result.output.splitlines()[-1])
    return said


# ------------------------------------------------------------------ the rates


@pytest.mark.parametrize(
    "rates",
    [
        mix.KINDS, mix.RELOCATED, mix.PAPERS, mix.APPLICANTS, mix.ON_THE_WAY, mix.DIRECTIONS, mix.SIZES,
        mix.APPLICATION_SLIPS, mix.PEOPLE_SLIPS,
    ],
)  # fmt: skip
def test_every_table_of_rates_adds_up_to_a_thousand(rates: Mapping[object, int]) -> None:
    assert sum(rates.values()) == 1000


@pytest.mark.parametrize("season", mix.SEASONS.values(), ids=map(str, mix.SEASONS))
def test_every_season_keeps_the_thousand(season: mix.Season) -> None:
    changed = in_season(mix.MONTH, season)
    assert sum(changed.kinds.values()) == sum(changed.on_the_way.values()) == 1000
    assert min(*changed.kinds.values(), *changed.on_the_way.values()) > 0


# ------------------------------------------------------------------ how many, where, when


@pytest.mark.parametrize("cases", [1, 2, 49, 500])
def test_a_month_has_exactly_as_many_applications_as_asked(cases: int) -> None:
    assert sum(len(each.applications) for each in drawn(cases)) == cases


def test_a_month_begins_at_once_however_many_are_asked() -> None:
    """Nothing is prepared for all of it: memory does not depend on the number."""
    endless = month(SETTING, area=SICHUAN, policy=shipped_policy(), cases=10**12)
    assert len(list(islice(endless, 3))) == 3


def test_every_move_touches_the_province(november: list[Written]) -> None:
    here = {pool.code for pool in areas().pools(ON) if pool.province == SICHUAN}
    for written in november:
        assert here & places(written), written


def test_one_pooling_area_alone_has_a_month_too() -> None:
    for written in drawn(300, CHENGDU):
        assert CHENGDU in places(written), written


def places(written: Written) -> set[str]:
    """Where the people of a life are known, and what the places of their applications mean or may mean."""
    known = {row["area"] for row in written.people}
    for row in written.applications:
        for text in (row["origin"], row["destination"]):
            match areas().find(text, ON):
                case Found(pool=pool):
                    known.add(pool.code)
                case Ask(matches=matches):
                    known |= {each.pool.code for each in matches}
    return known


def test_a_place_that_is_none_is_refused_before_anything_is_drawn() -> None:
    with pytest.raises(UnknownAreaError):
        month(SETTING, area="519999", policy=shipped_policy(), cases=5)


@pytest.mark.parametrize("first", [date(2026, month, 1) for month in range(1, 13)], ids=str)
def test_the_days_of_every_month_share_all_cases_in_order(first: date) -> None:
    quotas = list(shape(working_days(), first, 100_003))
    assert quotas[-1].until == 100_003
    assert [each.day.day for each in quotas] == list(range(1, len(quotas) + 1))
    assert all(one.until <= other.until for one, other in pairwise(quotas))
    assert sum(each.relocated for each in quotas) == 100_003 * mix.SEASONS[first.month].relocating // 1000
    works = {each.day for each in quotas if working_days().is_working_day(each.day)}
    for each in quotas:
        if each.relocated:
            week = {day for day in works if day.isocalendar()[:2] == each.day.isocalendar()[:2]}
            assert each.day == min(week), "employers hand in on the first working day of a week"


def test_counters_are_full_on_mondays_and_after_a_break_and_empty_on_days_of_rest() -> None:
    calendar = working_days()
    monday, friday, sunday = (weight(calendar, date(2026, 11, day)) for day in (23, 27, 29))
    assert monday > friday > 5 * sunday
    national_day, after, ordinary = (weight(calendar, date(2026, 10, day)) for day in (1, 8, 15))
    assert national_day == sunday
    assert after > ordinary
    worked_saturday = weight(calendar, date(2026, 10, 10))
    assert sunday < worked_saturday < friday


def test_while_accounts_are_closed_for_the_year_fewer_ask() -> None:
    calendar = working_days()
    first_days = [weight(calendar, date(2026, 1, day)) for day in (4, 5, 6, 7, 8)]
    assert max(first_days) < weight(calendar, date(2026, 1, 9)) == mix.WEEKDAYS[4] * 100


def test_an_employer_moves_its_people_on_one_day_from_one_place_to_another(november: list[Written]) -> None:
    staffs: dict[str, list[Mapping[str, str]]] = {}
    for written in november:
        for row in written.applications[:1]:
            staffs.setdefault(row["employer"], []).append(row)
    moved = {employer: rows for employer, rows in staffs.items() if employer and len(rows) > 9}
    assert moved
    for rows in moved.values():
        days = {date.fromisoformat(row["received_on"]) for row in rows}
        assert {day.weekday() for day in days} == {0}
        assert len(days) == 1
        assert {row["applicant"] for row in rows} == {"单位"}
    assert 200 < sum(map(len, moved.values())) < 320


def test_january_brings_late_money_and_carried_over_accounts() -> None:
    late = {}
    for on in (date(2027, 1, 15), date(2026, 6, 15)):
        rows = [event for each in drawn(2000, setting=replace(SETTING, on=on)) for event in each.events]
        late[on.month] = Counter(row["event"] for row in rows)["迟到资金"]
    assert late[1] > 2 * late[6]


# ------------------------------------------------------------------ what is written wrong

SAID = {
    mix.Slip.PLACE: {"area_ask", "area_unknown", "area_resembles"},
    mix.Slip.NUMBER: {"citizen_check"},
    mix.Slip.ROUNDED: {"document_scientific"},
    mix.Slip.SCHEME: {"word_unknown"},
    mix.Slip.TWICE: {"application_twice"},
    mix.Slip.DIFFERS: {"application_differs"},
    mix.Slip.FUTURE: {"months_future"},
    mix.Slip.STOP: {"stop_missing"},
    mix.Slip.BIRTH: {"birth_differs"},
    mix.Slip.AMOUNT: {"amount_decimals"},
}
NOT_A_FAULT = {mix.Slip.NONE, mix.Slip.NAME, mix.Slip.AGAIN}
"""What every row may say, and what only an agency can see."""
CONTEXT = Context(areas=areas(), today=ON.replace(day=1), demonstration=True)


def test_what_is_written_wrong_is_what_the_mix_names_and_the_rest_is_read(folder: Path) -> None:
    listed = {**mix.APPLICATION_SLIPS, **mix.PEOPLE_SLIPS}
    assert set(SAID) | NOT_A_FAULT == set(listed)
    read = [
        row for name, reader in zip(FILES, (read_people, read_applications, read_events), strict=True)
        for row in reader(folder / name, context=CONTEXT)
    ]  # fmt: skip
    faults = Counter(fault.code for row in read if isinstance(row, FaultyRow) for fault in row.faults)
    assert set(faults) <= set().union(*SAID.values()), faults
    for slip, codes in SAID.items():
        met = sum(faults[code] for code in codes)
        assert 0 < met <= 1.5 * CASES * listed[slip] / 1000 + 2, slip
    applied = [row for row in read if isinstance(row, Application)]
    again = Counter(row.document.key for row in applied)
    assert sum(count > 1 for count in again.values()) > 10


def test_events_concern_applications_of_the_file(november: list[Written]) -> None:
    asked = {row["document_number"] for each in november for row in each.applications}
    assert {row["document_number"] for each in november for row in each.events} - {""} <= asked


def test_nobody_stands_in_a_month_twice_and_every_number_is_invented(november: list[Written]) -> None:
    numbers = [each.people[0]["document_number"] for each in november]
    assert len(set(numbers)) == len(numbers)
    assert all(number.startswith(("00", "ZZ", "H", "M")) or len(number) == 8 for number in numbers)


# ------------------------------------------------------------------ files


def test_what_is_loaded_is_what_is_written(folder: Path, november: list[Written]) -> None:
    straight = people_of(rows_of_people(november), context=CONTEXT)
    assert list(straight) == list(read_people(folder / "people.csv", context=CONTEXT))


def test_a_month_that_goes_nowhere_is_refused() -> None:
    result = CliRunner().invoke(command, ["month", "--area", SICHUAN, "--cases", "5"])
    assert result.exit_code == 1
    assert "--out" in result.output


def test_the_same_seed_writes_the_same_bytes_and_another_does_not(folder: Path, tmp_path: Path) -> None:
    run("--cases", str(CASES), "--seed", "7", "--out", str(tmp_path / "again"))
    run("--cases", "20", "--seed", "8", "--out", str(tmp_path / "other"))
    for name in FILES:
        assert (tmp_path / "again" / name).read_bytes() == (folder / name).read_bytes()
        assert (tmp_path / "other" / name).read_bytes()[:400] != (folder / name).read_bytes()[:400]


def test_a_seed_that_was_drawn_is_told_and_draws_the_same_again(tmp_path: Path) -> None:
    told = run("--cases", "20", "--out", str(tmp_path / "drawn"))
    run("--cases", "20", "--seed", str(told["seed"]), "--out", str(tmp_path / "again"))
    for name in FILES:
        assert (tmp_path / "drawn" / name).read_bytes() == (tmp_path / "again" / name).read_bytes()


@pytest.mark.parametrize(
    ("words", "said"),
    [(["--area", "519999"], "519999"), (["--area", SICHUAN, "--on", "2150-01-01"], "policy/calendar/2150.yaml")],
)  # fmt: skip
def test_what_cannot_be_drawn_is_said_and_leaves_nothing(tmp_path: Path, words: list[str], said: str) -> None:
    result = CliRunner().invoke(command, ["month", *words, "--cases", "5", "--out", str(tmp_path / "none")])
    assert result.exit_code == 1
    assert said in result.output
    assert not list(tmp_path.iterdir())
