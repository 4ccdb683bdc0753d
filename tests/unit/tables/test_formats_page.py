"""docs/formats.md names every column, event, rate and fault, and no other."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from jiexu.gateways.tables import applications, events, people
from jiexu.gateways.tables.columns import Column
from jiexu.gateways.tables.faults import CURE_AFTER
from jiexu.gateways.tables.vocabulary import EVENTS
from jiexu.simulation import sample_month_mix as month
from jiexu.simulation.sample_mix import KINDS
from jiexu.texts import catalogue

PAGE = (Path(__file__).parents[3] / "docs" / "formats.md").read_text(encoding="utf-8")
PARTS = {part.split("\n", 1)[0]: part for part in PAGE.split("\n## ")}
TABLES = {"applications": applications.COLUMNS, "people": people.COLUMNS, "events": events.COLUMNS}


def rows(part: str) -> list[list[str]]:
    """Cells of every row of the tables of a part, heads and rules included."""
    return [re.split(r" *\| *", line)[1:-1] for line in PARTS[part].splitlines() if line.startswith("|")]


@pytest.mark.parametrize(("part", "columns"), TABLES.items())
def test_every_column_stands_on_the_page_in_order(part: str, columns: Sequence[Column]) -> None:
    wanted = [[f"`{each.name}`{' *' if each.required else ''}", each.title("zh")] for each in columns]
    assert [row[:2] for row in rows(part)][2 : 2 + len(columns)] == wanted


def test_every_event_stands_on_the_page_with_its_words() -> None:
    listed = [row[:2] for row in rows("events") if len(row) == 5][2:]
    assert listed == [[f"`{EVENTS.en[kind]}`", EVENTS.zh[kind]] for kind in EVENTS.zh]


def test_every_rate_stands_on_the_page() -> None:
    assert rows("Samples")[2:] == [[kind.value, str(rate)] for kind, rate in KINDS.items()]


def test_every_rate_of_a_month_stands_on_the_page() -> None:
    kinds = [[kind.value, str(rate)] for kind, rate in month.KINDS.items()]
    seasons = [
        [str(at), str(season.leaving), str(season.relocating), str(season.residents), str(season.late)]
        for at, season in month.SEASONS.items()
    ]
    slips = [
        [slip.value, str(rate)]
        for rates in (month.APPLICATION_SLIPS, month.PEOPLE_SLIPS)
        for slip, rate in rates.items()
        if slip is not month.Slip.NONE
    ]
    written = [row for row in rows("A month of a province") if row[-1].isdecimal()]
    assert written == [*kinds, *seasons, *slips]


def test_every_fault_stands_on_the_page_as_it_is_said() -> None:
    said = {
        code: texts["en"].split(CURE_AFTER["en"], 1)[0]
        for code, texts in catalogue("tables").items()
        if not code.startswith(("column_", "row_fault"))
    }
    assert rows("What can be wrong")[2:] == [[f"`{code}`", what] for code, what in said.items()]
