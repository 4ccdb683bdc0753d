"""Kill -9 just before and just after every commit: the same command run again ends in the same state, byte for byte.

An undisturbed run lists its commits and the state each leaves. A point is then met from the state before its commit:
a child starts there, comes to that commit, is killed, has left exactly that state or the one after it, is started
again and must end as the undisturbed run ended. So a point costs the rest of a run and not the whole.
One case is killed on the server that comes along, the wave on another where there is one: both are met.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest
from prove_cast import ANOTHER, Children, State, as_admin, dump, founded, populated, restore
from psycopg import sql

from jiexu.usecases.node import open_node
from jiexu.usecases.seals import reader
from jiexu.usecases.verifying import verify

if TYPE_CHECKING:
    from conftest import Server

ONE = (0,)
WAVE = (1, 2, 6, 7, 10)
"""Money stays, is credited first, the person dies, money comes late, the bank pays too much: every name of a commit."""
SHARES = 4
"""The points of the wave, dealt to as many tests, so that processes can share them."""
MOMENTS = ("before", "after")
KILLED = str(-signal.SIGKILL)


@dataclass(slots=True)
class Proof:
    """One plan, and one database that is brought to any state of its run.

    ``commits``: names in order, of the undisturbed run. ``states``: before the first commit, and after each.
    """

    admin: psycopg.Connection[tuple[object, ...]]
    url: str
    children: Children
    people: tuple[int, ...]
    folder: Path
    states: list[State]
    commits: list[str] = field(default_factory=list)

    @property
    def seals(self) -> Path:
        return self.folder / "seals.jsonl"

    @property
    def log(self) -> Path:
        return self.folder / "commits"

    def start(self, **environment: str) -> str:
        """A child that runs the plan: its exit status, negative for a signal, or ``stopped``."""
        self.log.unlink(missing_ok=True)
        return self.children.start(
            url=self.url,
            people=self.people,
            seals=str(self.seals),
            environment={"JIEXU_TRANSACTION_LOG": str(self.log), **environment},
        )

    def met(self) -> list[str]:
        """Names of the commits the last child came to."""
        return [line.split(" ", 1)[1] for line in self.log.read_text(encoding="utf-8").splitlines()]

    def state(self) -> State:
        """Every row of every table, and the file of seals outside."""
        seals = self.seals.read_bytes() if self.seals.exists() else b""
        return {**dump(self.admin), "seals": seals}

    def back_to(self, state: State) -> None:
        """Bring database and seals to a state. Sessions of the dead end first: the server may not have noticed yet."""
        self.admin.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        restore(self.admin, {table: rows for table, rows in state.items() if table != "seals"})
        self.seals.write_bytes(state["seals"])

    def undisturbed(self) -> None:
        """Run to the end, looking after each commit; in the end verify finds nothing."""
        became = self.start(JIEXU_STOP_AFTER_COMMITS="1")
        while became == "stopped":
            self.states.append(self.state())
            became = self.children.ask("go on")
        assert became == "0"
        self.commits = self.met()
        assert len(self.states) == len(self.commits) + 1
        node = open_node(self.url)
        breaks = verify(node, reader(self.seals)).breaks
        node.store.close()
        assert breaks == ()

    def kill(self, at: int, moment: str) -> None:
        """Kill a child at a commit of the run.

        A start that finds its step half done first does again what is done and changes nothing, which is a commit
        more than the run had: such a commit is come to from further back.
        """
        for begun in reversed(range(at)):
            self.back_to(self.states[begun])
            became = self.start(JIEXU_DIE_AT=f"{at - begun}:{moment}")
            assert became == KILLED, f"commit {at} was not met: the child ended with {became}"
            if self.met() == self.commits[begun:at]:
                return
        pytest.fail(f"no run comes to commit {at} ({self.commits[at - 1]})")

    def left(self, at: int, moment: str) -> list[str]:
        """What a killed child left that is not what the undisturbed run had there; a seal may stand outside already."""
        before, after = self.states[at - 1], self.states[at]
        left = self.state()
        assert left["seals"] in {before["seals"], after["seals"]}
        return differences(left, (before if moment == "before" else after) | {"seals": left["seals"]})

    def ended(self) -> list[str]:
        """What differs from the undisturbed end after another start; a seal written twice counts once."""
        became = self.start()
        assert became == "0", f"started again it ended with {became}"
        return differences(self.state(), self.states[-1])


def differences(one: State, other: State) -> list[str]:
    return [
        table for table in other if list(dict.fromkeys(one[table].splitlines())) != other[table].splitlines()
    ]


@pytest.fixture(scope="module")
def proof(
    request: pytest.FixtureRequest,
    postgres: Server,
    children: Children,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Proof]:
    """A plan that was run once undisturbed."""
    people: tuple[int, ...] = request.param
    name = founded(postgres)
    database = postgres.template.to(name)
    node = open_node(database.worker)
    populated(node, people)
    node.store.close()
    with as_admin(postgres, database) as admin:
        place, start = tmp_path_factory.mktemp("killed"), {**dump(admin), "seals": b""}
        made = Proof(admin, database.worker, children, people, place, [start])
        made.undisturbed()
        yield made
    postgres.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def wrong_ends(proof: Proof, commits: range) -> dict[str, list[str]]:
    """Kill before and after each of these commits: where that left a trace, and in which tables."""
    found, points = {}, [(at, moment) for at in commits for moment in MOMENTS]
    for at, moment in points:
        proof.kill(at, moment)
        found[at, moment] = proof.left(at, moment) + proof.ended()
    assert len(found) == len(points) == 2 * len(commits)
    print(f"{len(proof.people)} cases: killed at {len(found)} points of {len(proof.commits)} commits")  # noqa: T201 - said with the result
    return {
        f"{moment} commit {at} ({proof.commits[at - 1]})": tables
        for (at, moment), tables in found.items()
        if tables
    }


@pytest.mark.parametrize("postgres", ["embedded"], indirect=True, scope="session")
@pytest.mark.parametrize("proof", [ONE], indirect=True, ids=["one case"])
def test_one_case_killed_at_every_commit_ends_as_if_nothing_had_happened(proof: Proof) -> None:
    assert wrong_ends(proof, range(1, len(proof.commits) + 1)) == {}


@pytest.mark.parametrize("postgres", [ANOTHER], indirect=True, scope="session")
@pytest.mark.parametrize("proof", [WAVE], indirect=True, ids=["a wave"])
@pytest.mark.parametrize("share", range(SHARES))
def test_a_wave_killed_at_every_commit_ends_as_if_nothing_had_happened(proof: Proof, share: int) -> None:
    """Every commit of the wave stands in one share."""
    assert wrong_ends(proof, range(1 + share, len(proof.commits) + 1, SHARES)) == {}


@pytest.mark.parametrize("postgres", [ANOTHER], indirect=True, scope="session")
@pytest.mark.parametrize("proof", [WAVE], indirect=True, ids=["a wave"])
def test_a_wave_killed_again_and_again_ends_as_if_nothing_had_happened(proof: Proof) -> None:
    """Killed, started, killed a little later, started: until one start comes to the end."""
    proof.back_to(proof.states[0])
    starts, became = 0, KILLED
    while became == KILLED:
        starts += 1
        assert starts <= len(proof.commits) + 1, "the run does not get on"
        became = proof.start(JIEXU_DIE_AT=f"{3 + starts % 4}:{MOMENTS[starts % 2]}")
    print(f"a wave: killed {starts - 1} times in one run of {len(proof.commits)} commits")  # noqa: T201 - said with the result
    assert became == "0"
    assert differences(proof.state(), proof.states[-1]) == []
