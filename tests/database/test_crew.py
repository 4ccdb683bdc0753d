"""Two processes share a run: it ends as the run of one does, and killed anywhere it goes on to the same end."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest
from prove_cast import ANOTHER, WAYS, Children, State, as_admin, dump, founded, populated, restore
from psycopg import sql

from jiexu.usecases.crew import share_of
from jiexu.usecases.node import open_node
from jiexu.usecases.seals import reader
from jiexu.usecases.verifying import verify

if TYPE_CHECKING:
    from conftest import Server

PEOPLE = tuple(range(len(WAYS)))
ENDED = "0"
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes share runs on Linux alone")


class Shared:
    """A plan with every way a transfer goes, run by one process or by two, from one state of one database."""

    def __init__(
        self, admin: psycopg.Connection[tuple[object, ...]], url: str, folder: Path, children: Children
    ) -> None:
        self.admin, self.url, self.seals, self.children = admin, url, folder / "seals.jsonl", children
        self.log = folder / "commits"
        self.first = dump(admin)

    def start(self, processes: int, **environment: str) -> str:
        """Run the plan in a process of its own: its exit status, negative for a signal."""
        self.log.unlink(missing_ok=True)
        return self.children.start(
            url=self.url,
            people=PEOPLE,
            seals=str(self.seals),
            processes=processes,
            environment={"JIEXU_TRANSACTION_LOG": str(self.log), **environment},
        )

    def back(self) -> None:
        """To the state before the run. Sessions of the dead end first."""
        self.admin.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        restore(self.admin, self.first)
        self.seals.unlink(missing_ok=True)

    def end(self) -> State:
        """Every row of every table, but for the run's own note of where it stands."""
        return {table: rows for table, rows in dump(self.admin).items() if table != "run_place"}


@pytest.fixture(scope="module")
def shared(
    postgres: Server, children: Children, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Shared]:
    name = founded(postgres)
    database = postgres.template.to(name)
    node = open_node(database.worker)
    populated(node, PEOPLE)
    node.store.close()
    with as_admin(postgres, database) as admin:
        yield Shared(admin, database.worker, tmp_path_factory.mktemp("shared"), children)
    postgres.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture(scope="module")
def alone(shared: Shared) -> State:
    """What one process makes of it."""
    shared.back()
    assert shared.start(1) == ENDED
    return shared.end()


@pytest.fixture(scope="module")
def together(shared: Shared) -> State:
    """What two processes make of it, nobody disturbing them."""
    shared.back()
    assert shared.start(2) == ENDED
    counted = [line.split()[0] for line in shared.log.read_text(encoding="utf-8").splitlines()]
    assert counted.count("9") == 2, "both processes counted commits of their own"
    return shared.end()


def but_for_signatures(state: State) -> State:
    """The same, but for what bundles and receipts are signed with: each process signs page by page what its own receivers get."""
    return {**state, "bundle": re.sub(rb"\\\\x[0-9a-f]+", _unsigned, state["bundle"])}


def _unsigned(shown: re.Match[bytes]) -> bytes:
    said = json.loads(bytes.fromhex(shown[0][3:].decode()))
    return json.dumps(
        {name: each for name, each in said.items() if name not in {"signature", "joint"}}
    ).encode()


def differing(one: State, other: State) -> list[str]:
    return [table for table in other if one[table] != other[table]]


def test_both_processes_have_agencies_and_each_agency_has_one_of_them() -> None:
    codes = sorted({code for way in WAYS for code in way})
    shares = [share_of(codes, part, 2) for part in range(2)]
    assert all(shares)
    assert sorted(shares[0] + shares[1]) == codes


def test_a_run_that_two_share_ends_as_the_run_of_one(together: State, alone: State) -> None:
    assert differing(together, alone) == ["bundle"]
    assert differing(but_for_signatures(together), but_for_signatures(alone)) == []


@pytest.mark.parametrize("postgres", [ANOTHER], indirect=True, scope="session")
@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("at", [3, 9, 20, 35])
def test_killed_anywhere_it_goes_on_to_the_same_end(
    shared: Shared, together: State, at: int, moment: str
) -> None:
    """Whichever of the two comes to that commit of its own first dies there, and the other with it."""
    shared.back()
    assert shared.start(2, JIEXU_DIE_AT=f"{at}:{moment}") != ENDED
    assert shared.start(2) == ENDED
    assert differing(shared.end(), together) == []
    node = open_node(shared.url)
    breaks = verify(node, reader(shared.seals)).breaks
    node.store.close()
    assert breaks == ()
