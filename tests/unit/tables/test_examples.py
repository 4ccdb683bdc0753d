"""The example files of the README: two deliberate mistakes, and nothing else is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest
from tables_help import DEMONSTRATION

from jiexu.gateways.tables import Application, FaultyRow, PersonRow, read_applications, read_people

EXAMPLES = Path(__file__).parents[3] / "examples"
MISTAKES = [
    "第 5 行“转出地”列，值“朝阳”：叫“朝阳”的地方不止一个，您说的是哪一个？请写出省市，或写后面的代码；可写其中一个代码：北京市 110000、朝阳市 211300、长春市 220100。",
    "第 8 行：与第 2 行完全相同；请删去其中一行。",
]


@pytest.fixture(scope="module")
def applications() -> list[Application | FaultyRow]:
    return list(read_applications(EXAMPLES / "applications.csv", context=DEMONSTRATION))


def test_the_example_has_two_mistakes_and_says_both(applications: list[Application | FaultyRow]) -> None:
    faults = [fault for row in applications if isinstance(row, FaultyRow) for fault in row.faults]
    assert [fault.sentence("zh") for fault in faults] == MISTAKES
    assert len(applications) == 8


def test_everybody_in_the_example_is_known_at_the_place_that_is_left(
    applications: list[Application | FaultyRow],
) -> None:
    people = list(read_people(EXAMPLES / "people.csv", context=DEMONSTRATION))
    assert not [row for row in people if isinstance(row, FaultyRow)]
    known = {row.person() for row in people if isinstance(row, PersonRow)}
    assert all(
        (*row.document.key, row.origin) in known for row in applications if isinstance(row, Application)
    )
