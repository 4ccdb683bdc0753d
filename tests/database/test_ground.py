"""A database that differs from the migrated one, or whose sessions are less durable, gives no ratio."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from jiexu.bench.ground import Ground, UnevenGroundError, look
from jiexu.bench.processes import postmaster, processor_seconds, run_child
from jiexu.bench.schema import Shape, shape_of
from jiexu.bench.server import Server, database_of
from jiexu.bench.trouble import BenchTroubleError
from jiexu.gateways.postgres.roles import Connections

if TYPE_CHECKING:
    from tests.conftest import Server as Running


@pytest.fixture(scope="module", autouse=True)
def durable(postgres: Running) -> Iterator[None]:
    """As servers are where people measure."""
    postgres.waits_for_the_disk(on=True)
    yield
    postgres.waits_for_the_disk(on=False)


@pytest.fixture
def database(new_database: Callable[[], Connections]) -> Connections:
    return new_database()


@pytest.fixture
def server(postgres: Running, tmp_path: Path) -> Iterator[Server]:
    """The test server as a benchmark sees it."""
    opened = Server(postgres.kind, postgres.admin, postgres.template, tmp_path)
    with opened.present():
        yield opened


@pytest.fixture(scope="session")
def migrated(postgres: Running) -> Shape:
    return shape_of(postgres.template)


def differences(server: Server, migrated: Shape, database: Connections) -> set[tuple[str, str]]:
    """What a look at a database finds: the kind of difference and what it names."""
    try:
        Ground(server, migrated).check_database(database, when="run 1")
    except UnevenGroundError as uneven:
        return {(each.key, each.data["name"]) for each in uneven.differences}
    return set()


def change(database: Connections, statement: str) -> None:
    with psycopg.connect(database.owner, autocommit=True) as owner:
        owner.execute(statement)


def test_a_database_that_was_only_migrated_is_even_ground(
    server: Server, migrated: Shape, database: Connections
) -> None:
    assert differences(server, migrated, database) == set()


@pytest.mark.parametrize(
    ("statement", "kind", "name"),
    [
        ("CREATE INDEX more ON journal (day)", "shape", "more"),
        ("DROP INDEX file_case", "shape", "file_case"),
        ("ALTER TABLE journal DISABLE TRIGGER append_only", "shape", "journal.append_only"),
        ("DROP TRIGGER book ON posting", "shape", "posting.book"),
        ("ALTER TABLE posting DROP CONSTRAINT accounts_differ", "shape", "posting.accounts_differ"),
        ("ALTER TABLE message ALTER payload SET STORAGE PLAIN", "shape", "message.payload"),
        ("ALTER TABLE file NO FORCE ROW LEVEL SECURITY", "shape", "file"),
        ("DROP POLICY own_agency ON file", "shape", "file.own_agency"),
        ("CREATE TABLE more (number integer)", "shape", "more.number"),
        ("ALTER TABLE event_once SET (fillfactor = 50)", "shape", "event_once"),
        ("ALTER TABLE notice SET UNLOGGED", "unlogged", "notice"),
        ("ALTER FUNCTION jiexu_book() SET synchronous_commit = off", "durability_off_in", "synchronous_commit"),
    ],
)  # fmt: skip
def test_whatever_makes_writing_cheaper_or_dearer_is_named(
    server: Server, migrated: Shape, database: Connections, statement: str, kind: str, name: str
) -> None:
    change(database, statement)
    assert (kind, name) in differences(server, migrated, database)


def test_foreign_keys_that_are_not_checked_are_named(
    postgres: Running, server: Server, migrated: Shape, database: Connections
) -> None:
    name = str(conninfo_to_dict(database.owner)["dbname"])
    with psycopg.connect(postgres.admin, dbname=name, autocommit=True) as admin:
        admin.execute("ALTER TABLE decision DISABLE TRIGGER ALL")
    found = {name for kind, name in differences(server, migrated, database) if kind == "shape"}
    assert any(name.startswith("decision.decision_agency_case_no_fkey") for name in found)


def test_a_role_whose_commits_are_not_waited_for_is_named_however_it_is_set(
    postgres: Running, server: Server, migrated: Shape, database: Connections
) -> None:
    name = str(conninfo_to_dict(database.owner)["dbname"])
    with psycopg.connect(postgres.admin, autocommit=True) as admin:
        admin.execute(f"ALTER ROLE jiexu_worker IN DATABASE {name} SET synchronous_commit = off")
    with pytest.raises(UnevenGroundError) as uneven:
        Ground(server, migrated).check_database(database, when="run 1")
    keys = {each.key for each in uneven.value.differences}
    assert keys == {"durability_off", "durability_off_for"}
    assert "jiexu_worker" in str(uneven.value)


def test_a_setting_for_one_database_alone_is_named(
    postgres: Running, server: Server, migrated: Shape, database: Connections
) -> None:
    ground = Ground(server, migrated)
    ground.check_session(look(postgres.template.owner), when="pgbench")
    name = str(conninfo_to_dict(database.owner)["dbname"])
    with psycopg.connect(postgres.admin, autocommit=True) as admin:
        admin.execute(f"ALTER DATABASE {name} SET work_mem = '1GB'")
    with pytest.raises(UnevenGroundError, match="work_mem is '1048576'"):
        ground.check_database(database, when="run 1")


def test_databases_of_a_benchmark_are_taken_away(server: Server) -> None:
    one = server.new("one")
    server.new("two", like=one)
    server.clear()
    assert server.rows("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [server.mark]) == []


def test_what_a_killed_benchmark_left_is_taken_away_and_what_a_running_one_has_is_not(
    server: Server, postgres: Running, tmp_path: Path
) -> None:
    killed = Server(postgres.kind, postgres.admin, postgres.template, tmp_path)
    running = Server(postgres.kind, postgres.admin, postgres.template, tmp_path)
    left, kept = killed.new("left"), running.new("kept")
    with running.present():
        server.tidy()
        names = {row["datname"] for row in server.rows("SELECT datname FROM pg_database")}
    running.clear()
    assert database_of(left) not in names
    assert database_of(kept) in names


def test_processor_time_counts_sessions_that_have_ended(server: Server, database: Connections) -> None:
    first = postmaster(server.admin)
    before = processor_seconds(first)
    if before is None:
        pytest.skip("this system does not count it")
    with psycopg.connect(database.owner) as busy:
        busy.execute("SELECT count(*) FROM generate_series(1, 2000000)")
    server.settle(database)
    after = processor_seconds(first)
    assert after is not None
    assert after > before


def test_a_child_ends_with_the_one_that_waits_for_it(tmp_path: Path) -> None:
    def ask_to_end(_number: int, _frame: object) -> None:
        raise SystemExit

    before = signal.signal(signal.SIGTERM, ask_to_end)
    try:
        # The child asks its parent to end, and would then go on for an hour.
        script = f"echo $$ > {tmp_path}/child; kill -TERM $PPID; exec sleep 3600"
        with pytest.raises(SystemExit):
            run_child(["/bin/sh", "-c", script], environment={}, log=tmp_path / "log")
    finally:
        signal.signal(signal.SIGTERM, before)
    assert not psutil.pid_exists(int((tmp_path / "child").read_text()))


def test_a_child_that_fails_is_said_with_the_end_of_its_log(tmp_path: Path) -> None:
    with pytest.raises(BenchTroubleError, match="status 3") as failed:
        run_child(["/bin/sh", "-c", "echo no room; exit 3"], environment={}, log=tmp_path / "log")
    assert "no room" in str(failed.value)
