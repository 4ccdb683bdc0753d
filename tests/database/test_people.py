"""People of a file at their agencies: the same whatever the order of rows and however many there are."""

from __future__ import annotations

import random
import tracemalloc
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

import psycopg
import pytest
from prove_cast import as_admin, dump, restore
from store_cast import CHENGDU, MONDAY, QUJING, lives, number_of

from jiexu.gateways.policyfiles.areas import areas
from jiexu.gateways.policyfiles.calendar import working_days
from jiexu.gateways.postgres.roles import Connections
from jiexu.gateways.tables import FaultyRow, PersonRow, RowFault, gather
from jiexu.simulation import sample
from jiexu.store import arriving
from jiexu.store.db import StoreGoneError
from jiexu.usecases import peoplefile
from jiexu.usecases.intake import people_in
from jiexu.usecases.node import Node, open_node
from jiexu.usecases.people import Loaded, load_people
from jiexu.usecases.peoplefile import load_file

if TYPE_CHECKING:
    from conftest import Server

SETTING = sample.Setting(seed=3, on=MONDAY, areas=areas(), calendar=working_days())
TABLES = ("person", "identity_document", "enrolment", "month_entry", "month_line", "account", "posting")
SEALED = "CASE WHEN to_jsonb(t) ? 'seek' THEN 'number' ELSE '' END"
"""A document's number is sealed anew each time; what it is found by stays the same."""
ROWS = 120


def rows(count: int = ROWS) -> list[PersonRow]:
    """Rows of many kinds of people, some of them twice at one agency: also retired, also resident."""
    listed = list(islice(sample.people(SETTING, count=count), count))
    twice = [
        replace(row, enrolment=replace(row.enrolment, since=row.birth), months={}, account=())
        for row in listed[::7]
    ]
    return [*listed, *twice]  # fmt: skip


def loaded(node: Node, file: Sequence[PersonRow | FaultyRow], told: list[FaultyRow] | None = None) -> Loaded:
    """The answer of loading a file, its faulty rows in ``told``."""
    faulty: Callable[[FaultyRow], None] = (told if told is not None else []).append
    return load_file(node, iter(file), day=MONDAY, actor="test", faulty=faulty)


def state(node: Node) -> dict[str, set[str]]:
    """Every row about people, and what the journal says of each, without its number."""
    with node.store.transaction("test.state", node.hosted) as cursor:
        found = {
            table: {
                row["row"]
                for row in cursor.execute(
                    f"SELECT (to_jsonb(t) - {SEALED})::text AS row FROM {table} t"
                ).fetchall()
            }
            for table in TABLES
        }
        query = "SELECT (agency, ref, hash, day)::text AS row FROM journal WHERE kind = 'person'"
        found["journal"] = {row["row"] for row in cursor.execute(query).fetchall()}
    return found


def test_a_file_loads_the_same_in_any_order_as_if_all_were_given_at_once(
    node: Node, postgres: Server, database: Connections
) -> None:
    listed = rows()
    shuffled = random.Random(5).sample(listed, len(listed))  # noqa: S311  # an order, no secret
    states = []
    with as_admin(postgres, database) as admin:
        empty = dump(admin)
        for one_way in (
            lambda: load_people(node, people_in(gather(listed)), day=MONDAY, actor="test"),
            lambda: loaded(node, listed),
            lambda: loaded(node, shuffled),
        ):
            restore(admin, empty)
            assert one_way() == Loaded(new=ROWS)
            states.append(state(node))
    assert len(states[0]["person"]) == ROWS
    assert len(states[0]["enrolment"]) == len(listed)
    assert states[0] == states[1]
    # The name and what is told first of a person come from their first row; here the rows say the same.
    assert states[0] == states[2]


def test_the_same_file_again_changes_nothing(node: Node) -> None:
    listed = rows(20)
    assert loaded(node, listed) == Loaded(new=20)
    before = state(node)
    assert loaded(node, listed) == Loaded(there_already=20)
    assert state(node) == before


def test_a_document_known_at_an_agency_names_one_person_there(node: Node) -> None:
    """Somebody else with the same second document is taken for the one who is there, in one file as in two."""
    one, _ = lives(1)
    other = replace(lives(2)[0], documents=(("01", number_of(2), None, None), *one.documents))
    assert load_people(node, [one, other], day=MONDAY, actor="test") == Loaded(new=1, there_already=1)
    assert load_people(node, [other], day=MONDAY, actor="test") == Loaded(there_already=1)
    elsewhere = replace(other, agency=CHENGDU)
    assert load_people(node, [elsewhere], day=MONDAY, actor="test") == Loaded(new=1)
    assert one.agency == QUJING


def test_faulty_rows_are_told_and_stop_nothing(node: Node) -> None:
    listed = rows(10)
    faulty = FaultyRow(7, (RowFault(7, "出生日期", "2199", "day_unreadable"),))
    told: list[FaultyRow] = []
    assert loaded(node, [faulty, *listed, faulty], told) == Loaded(new=10)
    assert told == [faulty, faulty]


def test_rows_of_a_file_are_not_held_in_memory(node: Node, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(peoplefile, "PEOPLE_AT_A_TIME", 25)
    monkeypatch.setattr(arriving, "AT_A_TIME", 25)
    peaks = []
    for seed, count in ((100, 75), (200, 600)):
        setting = replace(SETTING, seed=seed)
        tracemalloc.start()
        assert load_file(
            node, islice(sample.people(setting, count=count), count), day=MONDAY, actor="test", faulty=lambda row: None
        ).new == count  # fmt: skip
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.5 * peaks[0], peaks


def test_a_load_that_was_cut_off_goes_on_with_the_same_file(
    node: Node, database: Connections, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(peoplefile, "PEOPLE_AT_A_TIME", 10)
    listed = rows(30)

    def cut(stage: str, done: int) -> None:
        if (stage, done) == ("loaded", 10):
            with psycopg.connect(database.worker, autocommit=True) as other:
                pid = node.store.connection.info.backend_pid
                other.execute("SELECT pg_terminate_backend(%s, 10000)", [pid])

    with pytest.raises((StoreGoneError, psycopg.OperationalError)):
        load_file(node, iter(listed), day=MONDAY, actor="test", faulty=lambda row: None, tell=cut)
    again = open_node(database.worker)
    try:
        assert loaded(again, listed) == Loaded(new=20, there_already=10)
    finally:
        again.store.close()
