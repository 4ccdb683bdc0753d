"""An evidence file holds what one agency knows of a case, is the same however often it is made, and passes both checkers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from prove_cast import WAYS, copied, founded, plan, populated

import check_evidence
from jiexu.exchange.evidence_check import check
from jiexu.usecases.caseview import sides
from jiexu.usecases.evidence import export
from jiexu.usecases.node import Node, directory_root, open_node
from jiexu.usecases.running import go
from jiexu.web.evidence import page

if TYPE_CHECKING:
    from conftest import Server

PEOPLE = tuple(range(len(WAYS)))


@pytest.fixture(scope="module")
def played(postgres: Server) -> Iterator[Node]:
    """A node on which twelve cases went twelve ways."""
    base = founded(postgres)
    node = open_node(copied(postgres, f"{base}_evidence", base).worker)
    populated(node, PEOPLE)
    assert not go(node, plan(PEOPLE)).exceptions
    yield node
    node.store.close()


def keys(node: Node) -> list[tuple[str, str]]:
    """Every file there is: case number and agency."""
    with node.store.transaction("test.files", node.hosted) as cursor:
        rows = cursor.execute("SELECT case_no, agency FROM file ORDER BY 1, 2").fetchall()
    return [(row["case_no"], row["agency"]) for row in rows]


@pytest.mark.parametrize("redact", [False, True])
def test_every_file_passes_both_checkers_and_is_the_same_when_made_again(played: Node, redact: bool) -> None:
    root = directory_root(played)
    for case_no, agency in keys(played):
        data = export(played, case_no=case_no, agency=agency, page=page, redact=redact)
        assert data == export(played, case_no=case_no, agency=agency, page=page, redact=redact)
        found = check(data, root=root)
        assert found.compared
        assert sides(played, case_no)[found.side] == agency
        assert all(lane.signed == lane.messages for lane in found.lanes)
        assert set(found.contents) == {"withheld" if redact else "here"}
        assert check_evidence.Check(data, root).root == root
