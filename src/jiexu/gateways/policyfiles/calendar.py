"""Reads the working-day calendar from policy/calendar: a file for each announced year, and statutory days."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from jiexu.gateways.policyfiles import policy_folder
from jiexu.gateways.policyfiles.marked import Flaw, Marked, PolicyFileError, read
from jiexu.rules.calendar import SATURDAY, Calendar, CalendarYear

YEAR_FILES = "[0-9][0-9][0-9][0-9].yaml"


@cache
def working_days() -> Calendar:
    """The calendar shipped with this version, read once."""
    return load_calendar(policy_folder() / "calendar")


def load_calendar(folder: Path) -> Calendar:
    """The calendar in a folder. Raises PolicyFileError listing every flaw of every file.

    The version is the last announced year's own version and eight characters of a digest over all days, so
    that a corrected file gives another version.
    """
    flaws: list[Flaw] = []
    years: dict[int, CalendarYear] = {}
    versions: dict[int, str] = {}
    for file in sorted(folder.glob(YEAR_FILES)):
        loaded = read(file)
        year, wrong = _year(file, loaded)
        flaws += wrong
        years[year.year], versions[year.year] = year, str(loaded.get("version", ""))
    if flaws or not years:
        nothing = Flaw(str(folder), 0, "No year is announced.", "Add a file such as 2026.yaml.")
        raise PolicyFileError(flaws or [nothing])
    statutory = _statutory(read(folder / "statutory.yaml"))
    return Calendar(
        years=years, statutory=statutory, version=f"{versions[max(years)]}-{_digest(years, statutory)}"
    )


def _days(loaded: Marked, key: str) -> list[tuple[date, int]]:
    """Days of a list with their lines; the list written as ``[]`` gives none."""
    return [(row["day"], row.line) for row in loaded.get(key, []) if row]


def _year(file: Path, loaded: Marked) -> tuple[CalendarYear, list[Flaw]]:
    number = int(file.stem)
    holidays, make_up = _days(loaded, "holidays"), _days(loaded, "make_up_working_days")
    flaws = []
    if loaded.get("year") != number:
        flaws.append(
            Flaw(str(file), loaded.line, f"The file is for {loaded.get('year')}.", "Rename one or the other.")
        )
    if not loaded.get("notices"):
        flaws.append(Flaw(str(file), loaded.line, "No notice is named.", "Give its number, or `unknown`."))
    seen: set[date] = set()
    for day, line in [*holidays, *make_up]:
        if day.year != number:
            flaws.append(Flaw(str(file), line, f"{day} is not in {number}.", "Move it to its year's file."))
        if day in seen:
            flaws.append(Flaw(str(file), line, f"{day} stands twice.", "Keep one of the two."))
        seen.add(day)
    flaws += [
        Flaw(str(file), line, f"{day} is worked anyway.", "A make-up working day is a Saturday or Sunday.")
        for day, line in make_up
        if day.weekday() < SATURDAY
    ]
    return (
        CalendarYear(
            year=number,
            holidays=frozenset(day for day, _ in holidays),
            make_up_days=frozenset(day for day, _ in make_up),
        ),
        flaws,
    )


def _statutory(loaded: Marked) -> dict[int, frozenset[date]]:
    computed = loaded["computed"]
    days: dict[int, frozenset[date]] = {}
    for key, festivals in computed["years"].items():
        fixed = {date(int(key), row["month"], row["day"]) for row in loaded["fixed"]}
        moving = {
            first + timedelta(days=offset)
            for name, first in festivals.items()
            for offset in computed["offsets"][name]
        }
        days[int(key)] = frozenset(fixed | moving)
    return days


def _digest(years: dict[int, CalendarYear], statutory: dict[int, frozenset[date]]) -> str:
    lines = [
        f"{kind} {day.isoformat()}"
        for year in sorted(years)
        for kind, days in (("off", years[year].holidays), ("on", years[year].make_up_days))
        for day in sorted(days)
    ]
    lines += [f"law {day.isoformat()}" for year in sorted(statutory) for day in sorted(statutory[year])]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:8]
