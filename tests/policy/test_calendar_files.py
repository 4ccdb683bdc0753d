"""The shipped calendar: every day of every year, and the dates the law file expects."""

import re
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import chinese_calendar
import pytest

from jiexu.gateways.policyfiles import policy_folder
from jiexu.gateways.policyfiles.calendar import load_calendar, working_days
from jiexu.gateways.policyfiles.marked import PolicyFileError, read

CALENDAR = working_days()
FOLDER = policy_folder() / "calendar"
YEARS = range(2010, 2027)


@pytest.mark.parametrize("year", YEARS)
def test_every_day_of_the_year_agrees_with_the_calendar_package(year: int) -> None:
    day = date(year, 1, 1)
    while day.year == year:
        assert CALENDAR.is_working_day(day) == chinese_calendar.is_workday(day), day
        day += timedelta(days=1)


@pytest.mark.parametrize(
    ("accepted", "due"),
    [
        ("2026-11-23", "2026-12-07"),
        ("2026-09-28", "2026-10-16"),
        ("2026-11-21", "2026-12-04"),
        ("2026-11-22", "2026-12-04"),
        ("2026-10-10", "2026-10-23"),
        ("2026-10-01", "2026-10-20"),
    ],
)
def test_ten_working_days_after_acceptance(accepted: str, due: str) -> None:
    counted = CALENDAR.add_working_days(date.fromisoformat(accepted), 10)
    assert (counted.on.isoformat(), counted.provisional) == (due, False)


@pytest.mark.parametrize(("received", "due"), [("2026-12-07", "2026-12-14"), ("2026-11-23", "2026-11-30")])
def test_five_working_days_after_the_form_was_received(received: str, due: str) -> None:
    assert CALENDAR.add_working_days(date.fromisoformat(received), 5).on.isoformat() == due


def test_a_deadline_across_an_unannounced_new_year_is_provisional() -> None:
    due = CALENDAR.add_working_days(date(2026, 12, 25), 10)
    assert (due.on, due.provisional) == (date(2027, 1, 11), True)


@pytest.mark.parametrize("year", range(2027, 2036))
def test_every_unannounced_year_has_the_thirteen_statutory_days_or_says_why_not(year: int) -> None:
    """Thirteen days; one fewer where 中秋节 falls into 国庆节 (2028, 2031)."""
    coincide = {2028, 2031}
    assert len(CALENDAR.statutory[year]) == 13 - (year in coincide)
    assert not CALENDAR.announced(year)


def test_every_year_names_its_notice_by_number() -> None:
    for year in YEARS:
        for notice in read(FOLDER / f"{year}.yaml")["notices"]:
            assert re.fullmatch(r"国(办)?发明电〔\d{4}〕\d+号", notice["number"]), (year, notice)


def test_the_notice_text_counts_as_many_days_off_as_the_data() -> None:
    """共3天 + 共9天 … of the quoted text against the list below it: a slip shows at a glance.

    The package leaves out one weekend day inside 端午节 in 2011 (5 June) and 2012 (23 June), off anyway.
    """
    left_out = {2011: 1, 2012: 1}
    for year in YEARS:
        loaded = read(FOLDER / f"{year}.yaml")
        if loaded["text"]:
            said = sum(int(days) for line in loaded["text"] for days in re.findall(r"共(\d+)天", line))
            assert said == len(loaded["holidays"]) + left_out.get(year, 0), year


def test_the_files_are_what_the_tool_writes() -> None:
    tool = Path(__file__).parents[2] / "tools" / "make_calendar.py"
    assert (
        subprocess.run([sys.executable, str(tool), "--check"], check=False, capture_output=True).returncode
        == 0
    )


def test_every_flaw_of_a_calendar_file_is_named_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "2027.yaml").write_text(
        "year: 2026\nversion: '2027.1'\nholidays:\n  - {day: 2026-01-01, holiday: 元旦}\n"
        "make_up_working_days:\n  - {day: 2027-01-04, holiday: 元旦}\n  - {day: 2027-01-04, holiday: 元旦}\n",
        encoding="utf-8",
    )
    with pytest.raises(PolicyFileError) as raised:
        load_calendar(tmp_path)
    said = [(flaw.line, flaw.what) for flaw in raised.value.flaws]
    assert said == [
        (1, "The file is for 2026."),
        (1, "No notice is named."),
        (4, "2026-01-01 is not in 2027."),
        (7, "2027-01-04 stands twice."),
        (6, "2027-01-04 is worked anyway."),
        (7, "2027-01-04 is worked anyway."),
    ]


def test_a_folder_without_years_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PolicyFileError, match="No year is announced"):
        load_calendar(tmp_path)


def test_an_announced_year_added_by_file_gives_a_new_version(tmp_path: Path) -> None:
    for file in FOLDER.glob("*.yaml"):
        (tmp_path / file.name).write_text(file.read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "2027.yaml").write_text(
        "year: 2027\nversion: '2027.1'\nnotices: [{number: unknown}]\nholidays:\n"
        "  - {day: 2027-01-01, holiday: 元旦}\nmake_up_working_days: []\n",
        encoding="utf-8",
    )
    added = load_calendar(tmp_path)
    assert added.announced(2027)
    assert added.version != CALENDAR.version
    assert not added.add_working_days(date(2026, 12, 25), 10).provisional
