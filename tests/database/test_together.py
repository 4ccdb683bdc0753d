"""A page's questions are parts of one transaction: it sees one moment, and keeps all it writes or nothing."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from jiexu.gateways.postgres.roles import Connections
from jiexu.store.db import Store
from jiexu.usecases import looks
from jiexu.usecases.node import Node

HERE, THERE = "510100", "530300"
COUNTED = "SELECT count(*) AS n FROM look"


def look(store: Store) -> None:
    with store.transaction("a.look", [HERE]) as cursor:
        at = datetime(2026, 11, 30, tzinfo=UTC)
        looks.note(cursor, [looks.Seen(HERE, looks.What.LIST, looks.WORK, "somebody", "clerk", at)])


def counted(store: Store) -> int:
    with store.transaction("counted", [HERE]) as cursor:
        row = cursor.execute(COUNTED).fetchone()
    assert row is not None
    return int(row["n"])


@pytest.fixture
def desk(node: Node, database: Connections) -> Store:
    store = Store(database.desk)
    assert counted(node.store) == 0
    return store


def test_what_a_page_writes_is_kept_at_its_end_and_seen_by_its_own_questions(node: Node, desk: Store) -> None:
    with desk.together("page", [HERE]):
        look(desk)
        assert counted(desk) == 1
        assert counted(node.store) == 0
    assert counted(node.store) == 1
    desk.close()


def test_a_page_sees_one_moment_whatever_is_written_meanwhile(node: Node, desk: Store) -> None:
    with desk.together("page", [HERE]):
        assert counted(desk) == 0
        look(node.store)
        assert counted(desk) == 0
    assert counted(desk) == 1
    desk.close()


def test_nothing_is_kept_of_a_page_that_was_not_made(node: Node, desk: Store) -> None:
    def fail() -> None:
        with desk.together("page", [HERE]):
            look(desk)
            raise LookupError

    with pytest.raises(LookupError):
        fail()
    assert counted(node.store) == 0
    assert desk.is_idle
    look(desk)
    assert counted(node.store) == 1
    desk.close()


def test_a_part_speaks_for_no_other_agency_than_the_whole(node: Node, desk: Store) -> None:
    def ask() -> None:
        with desk.together("page", [HERE]), desk.transaction("a.question", [THERE]):
            pass

    with pytest.raises(ValueError, match=r"a\.question"):
        ask()
    assert counted(node.store) == 0
    desk.close()
