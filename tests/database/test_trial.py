"""Numbers of invented people are taken where there are no others, and nowhere else."""

from __future__ import annotations

from itertools import islice

import pytest
from store_cast import MONDAY, lives

from jiexu.gateways.policyfiles.areas import areas
from jiexu.gateways.policyfiles.calendar import working_days
from jiexu.gateways.tables import Context, FaultyRow
from jiexu.gateways.tables.people import COLUMNS, people_of
from jiexu.gateways.tables.reading import Row
from jiexu.simulation import sample
from jiexu.usecases import demonstration
from jiexu.usecases.node import Node
from jiexu.usecases.people import load_people
from jiexu.usecases.peoplefile import load_file
from jiexu.usecases.trial import Seen, TrialError, settle, takes_synthetic

PASSPORT, CARD = "16", "01"


def read(node: Node) -> list[str]:
    """Codes of what is wrong with a file of three invented people, read against this node; loaded where nothing is."""
    setting = sample.Setting(seed=3, on=MONDAY, areas=areas(), calendar=working_days())
    titles = {column.name: column.title("zh") for column in COLUMNS}
    people = islice(sample.people(setting, count=3), 3)
    rows = [Row(at, row.cells(), titles) for at, row in enumerate(people, start=2)]
    context = Context(areas=node.areas, today=MONDAY, demonstration=takes_synthetic(node))
    wrong: list[FaultyRow] = []
    load_file(node, people_of(rows, context=context), day=MONDAY, actor="test", faulty=wrong.append)
    return [fault.code for each in wrong for fault in each.faults]


def test_the_first_file_of_invented_people_makes_a_node_theirs(node: Node) -> None:
    assert not demonstration.is_invented(node)
    assert read(node) == []
    assert demonstration.is_invented(node)
    # The second file, and a declaration that comes too late, change nothing.
    demonstration.note_real(node)
    assert read(node) == []


def test_a_node_of_real_people_refuses_numbers_of_invented_ones(node: Node) -> None:
    demonstration.note_real(node)
    assert read(node) == ["citizen_synthetic"] * 3
    assert not demonstration.is_invented(node)
    # No demonstration is loaded there either.
    assert demonstration.has_others(node)
    assert not takes_synthetic(node, said=True)


def test_where_people_are_who_were_not_said_to_be_invented_there_are_real_ones(node: Node) -> None:
    load_people(node, lives(1), day=MONDAY, actor="test")
    assert read(node) == ["citizen_synthetic"] * 3
    assert takes_synthetic(node, said=True), "unless who runs the node says that they are invented"


def test_a_file_of_both_is_loaded_nowhere(node: Node) -> None:
    seen = Seen()
    seen.note(PASSPORT, "E1234567")
    seen.note(CARD, "00")
    settle(node, Seen())
    assert not demonstration.is_invented(node)
    seen.note(CARD, "11")
    with pytest.raises(TrialError) as refused:
        settle(node, seen)
    assert refused.value.code == "people_mixed"
    assert not demonstration.is_invented(node)
    demonstration.note_invented(node)
    settle(node, seen)
