"""Many cases in one transaction: by the same statements as one, and nobody's trouble is anybody else's."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
import pytest
from store_cast import CHENGDU, KUNMING, MONDAY, QUJING, asks, lives, plan

from jiexu.gateways.postgres.roles import Connections
from jiexu.store import files
from jiexu.store.db import Row, StoreGoneError
from jiexu.store.files import FileCache
from jiexu.usecases import delivery, waves
from jiexu.usecases.applications import take
from jiexu.usecases.inbox import inbox
from jiexu.usecases.node import Node, open_node
from jiexu.usecases.people import load_people
from jiexu.usecases.report import balanced, totals
from jiexu.usecases.running import go

BOTH = ",".join(sorted((QUJING, CHENGDU, KUNMING)))


@dataclass
class Recorded:
    """The statements a node sends, in order."""

    said: list[str] = field(default_factory=list)
    at: dict[str, Any] = field(default_factory=dict)


@pytest.fixture
def recorded(node: Node) -> Recorded:
    """Listens to what the node says to the database; ``at``: what to do when a statement with such words comes."""
    kept = Recorded()

    class Listening(psycopg.Cursor[Row]):
        def execute(self, query: Any, *more: Any, **named: Any) -> Any:
            text = query if isinstance(query, str) else query.as_string(self)
            kept.said.append(text)
            for words in [words for words in kept.at if words in text]:
                kept.at.pop(words)()
            return super().execute(query, *more, **named)

    node.store.connection.cursor_factory = Listening
    return kept


@pytest.fixture
def owner(database: Connections) -> Iterator[psycopg.Cursor]:
    """Who may break rows by hand."""
    with psycopg.connect(database.owner) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT set_config('jiexu.agencies', %s, false)", [BOTH])
        connection.commit()
        yield cursor


def people(node: Node, count: int) -> None:
    load_people(node, [each for one in range(count) for each in lives(one)], day=MONDAY, actor="test")


def states(node: Node) -> dict[str, set[str]]:
    """Case → states of its files' records."""
    with node.store.transaction("test.states", node.hosted) as cursor:
        found: dict[str, set[str]] = {}
        for row in cursor.execute("SELECT case_no, record_state FROM file").fetchall():
            found.setdefault(row["case_no"], set()).add(row["record_state"])
    return found


def test_one_case_and_five_hundred_are_written_by_the_same_statements(node: Node, recorded: Recorded) -> None:
    people(node, 501)
    recorded.said.clear()
    take(node, [asks(0)], day=MONDAY, actor="applicant")
    one = [text for text in recorded.said if "TEMP TABLE" not in text]
    recorded.said.clear()
    take(node, [asks(each) for each in range(1, 501)], day=MONDAY, actor="applicant")
    assert len(states(node)) == 501
    many = [text for text in recorded.said if "TEMP TABLE" not in text]
    assert many[: len(one)] == one


BROKEN = {
    "what was asked lacks a field": "UPDATE file SET asked = asked - 'origin' WHERE (agency, case_no) = ('530300', %s)",
    "a scheme nobody knows": "UPDATE enrolment e SET scheme = '999' FROM file f WHERE (f.agency, f.person) = (e.agency, e.person) AND (f.agency, f.case_no) = ('530300', %s)",
    "a check of the other side that is none": "UPDATE file SET asked = '[]' WHERE (agency, case_no) = ('530300', %s)",
}


@pytest.mark.parametrize("wrong", BROKEN)
def test_one_broken_case_among_many_stands_alone_and_the_others_end(
    node: Node, owner: psycopg.Cursor, wrong: str
) -> None:
    people(node, 9)
    before = totals(node)
    taken = take(node, [asks(each) for each in range(9)], day=MONDAY, actor="applicant")
    delivery.carry(node, day=MONDAY)
    bad = taken[4].case_no
    owner.execute(BROKEN[wrong], [bad])
    assert owner.rowcount == 1
    owner.connection.commit()
    node.files = FileCache()  # as a process that reads the rows for the first time

    done = go(node, plan([asks(each) for each in range(9)]))
    assert {case_no for _, case_no in done.exceptions} == {bad}
    ended = states(node)
    assert {case_no for case_no, both in ended.items() if both == {"in"}} == set(ended) - {bad}
    assert ended[bad] == {"accepted"}
    assert balanced(before, totals(node))
    # It lies in a clerk's inbox with a date, until it goes on.
    stuck = [row for row in inbox(node, QUJING) if row["state"] == "stuck"]
    assert [(row["case_no"], row["holder"]) for row in stuck] == [(bad, "clerk")]
    assert stuck[0]["due_on"] > MONDAY


def test_no_person_stands_twice_in_a_wave(node: Node) -> None:
    """Two destinations ask 曲靖 about the same person at once: two steps, in two transactions, and one case stands."""
    load_people(node, [*lives(1), *lives(1, QUJING, KUNMING)[1:]], day=MONDAY, actor="test")
    done = go(node, plan([asks(1), asks(1, QUJING, KUNMING)]))
    assert done.exceptions == {}
    query = (
        "SELECT j.agency, f.person, j.xmin::text AS transaction, count(*) AS steps FROM journal j JOIN file f ON (f.agency, f.case_no) = (j.agency, j.ref) "
        "WHERE j.kind = 'case' AND j.event <> 'Superseded' GROUP BY 1, 2, 3 HAVING count(*) > 1"
    )
    with node.store.transaction("test.waves", node.hosted) as cursor:
        assert cursor.execute(query).fetchall() == []
    assert sorted(sorted(each) for each in states(node).values()) == [["in"], ["refused"]]


def waits_for_a_lock(database: Connections, node: Node, work: Future[Any]) -> bool:
    """True once the node's own session waits for somebody's lock; False when its work ended first."""
    pid = node.store.connection.info.backend_pid
    with psycopg.connect(database.worker, autocommit=True) as other:
        while not work.done():
            query = "SELECT count(*) FROM pg_locks WHERE pid = %s AND NOT granted"
            if other.execute(query, [pid]).fetchone() != (0,):
                return True
    return False


def test_a_file_another_process_holds_is_left_for_later_and_then_done(
    node: Node, database: Connections, owner: psycopg.Cursor
) -> None:
    people(node, 5)
    taken = take(node, [asks(each) for each in range(5)], day=MONDAY, actor="applicant")
    while delivery.one_round(node, "destination", day=MONDAY):
        pass
    held = taken[2].case_no
    with psycopg.connect(database.worker) as other, ThreadPoolExecutor(1) as aside:
        other.execute("SELECT set_config('jiexu.agencies', %s, true)", [BOTH])
        other.execute("SELECT 1 FROM file WHERE case_no = %s FOR UPDATE", [held])
        work = aside.submit(delivery.one_round, node, "origin", day=MONDAY)
        assert waits_for_a_lock(database, node, work)
        owner.execute("SELECT count(*) FROM message WHERE agency = %s AND sender = %s", [CHENGDU, QUJING])
        assert owner.fetchone() == (4,), "the others did not wait"
        owner.connection.rollback()
        other.rollback()
        assert work.result(timeout=60) == 5
    owner.execute("SELECT DISTINCT outcome FROM message WHERE agency <> sender")
    assert owner.fetchall() == [("recorded",)]
    owner.connection.rollback()
    assert go(node, plan([asks(each) for each in range(5)])).exceptions == {}
    assert set(map(frozenset, states(node).values())) == {frozenset({"in"})}


def test_a_file_that_is_never_let_go_becomes_an_exception_and_its_message_comes_again(
    node: Node, database: Connections, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waves, "LONGEST_WAIT", "50ms")
    people(node, 3)
    taken = take(node, [asks(each) for each in range(3)], day=MONDAY, actor="applicant")
    while delivery.one_round(node, "destination", day=MONDAY):
        pass
    found: list[waves.Done] = []
    with psycopg.connect(database.worker) as other:
        other.execute("SELECT set_config('jiexu.agencies', %s, true)", [CHENGDU])
        other.execute("SELECT 1 FROM file WHERE case_no = %s FOR UPDATE", [taken[1].case_no])
        assert delivery.one_round(node, "origin", day=MONDAY, found=found.append) == 2
        other.rollback()
    assert [(work.case_no, error.split(":")[0]) for done in found for work, error in done.failed] == [
        (taken[1].case_no, "LockNotAvailable")
    ]
    assert delivery.one_round(node, "origin", day=MONDAY) == 1
    assert go(node, plan([asks(each) for each in range(3)])).exceptions == {}
    assert set(map(frozenset, states(node).values())) == {frozenset({"in"})}


@pytest.mark.parametrize(
    "words", ['INTO "file"', 'INTO "posting"', 'INTO "journal"', "DELETE FROM outbox", "INTO run_place"]
)
def test_a_database_that_goes_away_in_mid_wave_is_said_and_the_same_run_goes_on_to_the_end(
    node: Node, database: Connections, owner: psycopg.Cursor, recorded: Recorded, words: str
) -> None:
    people(node, 4)
    before = totals(node)
    run = plan([asks(each) for each in range(4)])
    pid = node.store.connection.info.backend_pid

    def cut() -> None:
        with psycopg.connect(database.worker, autocommit=True) as same_role:
            same_role.execute("SELECT pg_terminate_backend(%s, 10000)", [pid])

    recorded.at[words] = cut
    with pytest.raises(StoreGoneError, match=r"went away during '.+'.*run the same command again"):
        go(node, run)
    assert not recorded.at, "the cut was never made"
    owner.execute("SELECT count(*) FROM journal j FULL JOIN file f ON (f.agency, f.case_no) = (j.agency, j.ref) AND f.version = j.version WHERE j.kind IS DISTINCT FROM 'person' AND f.case_no IS NULL AND j.version > (SELECT max(version) FROM file x WHERE (x.agency, x.case_no) = (j.agency, j.ref))")  # fmt: skip
    assert owner.fetchone() == (0,), "a journal line without its file: a step half done"
    owner.connection.rollback()

    again = open_node(database.worker)
    assert go(again, run).exceptions == {}
    assert set(map(frozenset, states(again).values())) == {frozenset({"in"})}
    assert balanced(before, totals(again))
    again.store.close()


SAME_RUN = """
import sys
from store_cast import asks, plan
from jiexu.usecases.inbox import inbox
from jiexu.usecases.node import open_node
from jiexu.usecases.running import go
node = open_node(sys.argv[1])
sys.stdin.read(1)
done = go(node, plan([asks(each) for each in range(12)], key=sys.argv[2]))
print("exceptions:", sorted(done.exceptions.items()))
"""


@pytest.mark.parametrize(
    "keys", [("run", "run"), ("run", "other")], ids=["one run", "two runs of the same file"]
)
def test_two_processes_with_the_same_work_do_each_other_no_harm(
    node: Node, database: Connections, keys: tuple[str, str]
) -> None:
    people(node, 12)
    before = totals(node)
    here = Path(__file__).resolve().parent
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(here.parents[1] / "src"), str(here)])}
    both = [
        subprocess.Popen(
            [sys.executable, "-c", SAME_RUN, database.worker, key],
            env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for key in keys
    ]  # fmt: skip
    for each in both:
        assert each.stdin is not None
        each.stdin.write("x")
        each.stdin.flush()
    said = [each.communicate(timeout=120) for each in both]
    assert [each.returncode for each in both] == [0, 0], said
    assert [out.splitlines()[-1] for out, _ in said] == ["exceptions: []"] * 2, said

    # Whatever the two left to each other, a third look finds it done.
    assert go(node, plan([asks(each) for each in range(12)])).exceptions == {}
    assert set(map(frozenset, states(node).values())) == {frozenset({"in"})}
    assert len(states(node)) == 12
    assert balanced(before, totals(node))
    with node.store.transaction("test.once", node.hosted) as cursor:
        paid = "SELECT case_no, count(*) AS times FROM posting WHERE reason = 'paid_out' GROUP BY 1 HAVING count(*) > 1"
        assert cursor.execute(paid).fetchall() == []
        gap = "SELECT agency FROM journal GROUP BY agency HAVING max(seq) <> count(*)"
        assert cursor.execute(gap).fetchall() == []


def test_files_kept_in_memory_are_those_of_the_tables(node: Node) -> None:
    people(node, 5)
    go(node, plan([asks(each) for each in range(5)]))
    with node.store.transaction("test.files", node.hosted) as cursor:
        rows = cursor.execute("SELECT agency, case_no, version FROM file").fetchall()
        stored = files.load(cursor, [(row["agency"], row["case_no"]) for row in rows])
    assert len(stored) == 10
    kept = {key: node.files.find(key, file.file.version) for key, file in stored.items()}
    assert kept == stored
