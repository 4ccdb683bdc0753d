"""Who looked at what: noted without waiting for each other, gathered under lines of the journal, missed where taken away."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime

import psycopg
import pytest

from jiexu.gateways.postgres.roles import Connections
from jiexu.store.db import Store
from jiexu.usecases import looks, persons
from jiexu.usecases.doors import Subject
from jiexu.usecases.looks import Seen, What
from jiexu.usecases.node import Node, open_node
from jiexu.usecases.verifying import verify, verify_audit
from waiting_cast import one_that_waits

QUJING, CHENGDU, DAY = "530300", "510100", date(2026, 11, 24)
AT = datetime(2026, 11, 24, 2, 30, tzinfo=UTC)


def looked(url: str, case_no: str, by: str) -> None:
    """Somebody at Qujing's desk opens the case and a list."""
    store = Store(url)
    with store.transaction("looks.test", [QUJING]) as cursor:
        looks.note_case(cursor, QUJING, case_no, by=by, role="clerk", at=AT)
        looks.note(cursor, [Seen(QUJING, What.LIST, looks.WORK, by, "clerk", AT, shown=12)])
    store.close()


@pytest.fixture
def node(database: Connections) -> Iterator[Node]:
    opened = open_node(database.worker)
    yield opened
    opened.store.close()


def test_a_look_is_shown_to_the_person_and_stands_under_a_line(node: Node, database: Connections) -> None:
    case_no = one_that_waits(node)
    looked(database.desk, case_no, "何文静")
    looked(database.desk, case_no, "罗建平")
    assert looks.gather(node, day=DAY) == 4
    assert looks.gather(node, day=DAY) == 0
    with node.store.transaction("looks.read", [QUJING]) as cursor:
        person = cursor.execute("SELECT person FROM file WHERE case_no = %s", [case_no]).fetchone()
        assert person is not None
        found = looks.of_people(cursor, [(QUJING, person["person"])])
    assert [(row["looked_by"], row["what"], row["why"], row["looked_at"]) for row in found] == [
        ("罗建平", "case", "work", AT),
        ("何文静", "case", "work", AT),
    ]
    report = verify_audit(node)
    assert (report.breaks, report.counted["looks"]) == ((), 4)
    assert verify(node).breaks == ()


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ("DELETE FROM look WHERE looked_by = '何文静' AND what = 'case'", "journal_rows_differ"),
        ("UPDATE look SET looked_by = '罗建平'", "journal_rows_differ"),
        ("DELETE FROM journal WHERE kind = 'looks'", "row_without_line"),
    ],
)
def test_the_owner_who_hides_a_look_is_found_out(
    node: Node, database: Connections, change: str, named: str
) -> None:
    case_no = one_that_waits(node)
    looked(database.desk, case_no, "何文静")
    looks.gather(node, day=DAY)
    with psycopg.connect(database.owner) as owner:
        table = change.split()[1] if change.startswith("UPDATE") else change.split()[2]
        owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        owner.execute("SELECT set_config('jiexu.agencies', %s, true)", [QUJING])
        assert owner.execute(change).rowcount > 0
        owner.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    assert named in {each.kind for each in verify(node).breaks}
    assert verify_audit(node).breaks == verify(node).breaks


def test_a_desk_takes_back_no_look_and_sees_no_other_agencys(node: Node, database: Connections) -> None:
    looked(database.desk, one_that_waits(node), "何文静")
    with psycopg.connect(database.desk) as desk:
        desk.execute("SELECT set_config('jiexu.agencies', %s, false)", [CHENGDU])
        assert desk.execute("SELECT count(*) FROM look").fetchone() == (0,)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            desk.execute("DELETE FROM look")
        desk.rollback()


def test_a_person_is_the_same_wherever_an_agency_knows_the_document(node: Node) -> None:
    case_no = one_that_waits(node)
    with node.store.transaction("persons.read", node.hosted) as cursor:
        rows = cursor.execute("SELECT agency, person FROM file WHERE case_no = %s", [case_no]).fetchall()
        known = {row["agency"]: row["person"] for row in rows}
        subject = Subject(CHENGDU, known[CHENGDU])
        assert persons.everywhere(cursor, subject) == ((CHENGDU, known[CHENGDU]), (QUJING, known[QUJING]))
        assert persons.everywhere(cursor, Subject(CHENGDU, "nobody")) == ()
