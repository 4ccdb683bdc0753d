"""Kill -9 just before and just after every commit: the same command run again ends in the same state, byte for byte."""

from __future__ import annotations

import json
import os
import random
import secrets
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest
from prove_cast import as_admin, dump, founded, populated, restore
from psycopg import sql

from jiexu.usecases.node import open_node
from jiexu.usecases.seals import reader
from jiexu.usecases.verifying import verify

if TYPE_CHECKING:
    from conftest import Server

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
ONE = (0,)
WAVE = (0, 1, 2, 3, 4, 6, 7, 8)
"""Remitted, stays, credited first, too little, bounced, death, late money, overlapping months."""
SEED = int(os.environ.get("JIEXU_TEST_SEED", "0")) or secrets.randbelow(10**9)
DRAWN = 4
"""Commits of the wave drawn by the seed, besides the first of every name."""
ANOTHER = "outside" if os.environ.get("JIEXU_TEST_DATABASE_URL") else "embedded"
"""One case is killed on the server that comes along, the wave on another where there is one: both are met."""


@pytest.fixture(scope="module")
def children() -> Iterator[subprocess.Popen[str]]:
    """The process that forks the children."""
    path = os.pathsep.join([str(ROOT / "src"), str(HERE), str(HERE.parent)])
    process = subprocess.Popen(
        [sys.executable, str(HERE / "killed_child.py")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": path},
    )
    with process:
        yield process
        assert process.stdin is not None
        process.stdin.close()


@dataclass(frozen=True, slots=True)
class Proof:
    """What is needed to run one plan as often as it has commits: one database, brought back to ``start`` each time."""

    admin: psycopg.Connection[tuple[object, ...]]
    url: str
    children: subprocess.Popen[str]
    people: tuple[int, ...]
    folder: Path
    start: dict[str, bytes]

    def run(self, name: str, **environment: str) -> int:
        """One child; its exit status, negative for a signal."""
        asked = {
            "url": self.url,
            "people": self.people,
            "seals": str(self.folder / f"{name}.jsonl"),
            "environment": environment,
        }
        stdin, stdout = self.children.stdin, self.children.stdout
        assert stdin is not None
        assert stdout is not None
        stdin.write(json.dumps(asked) + "\n")
        stdin.flush()
        status = int(stdout.readline())
        # The server may not have noticed yet that the child is dead.
        self.admin.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        return status

    def state(self, name: str) -> dict[str, bytes]:
        """Every row of every table, and the seals outside, each once."""
        seals = [json.dumps(seal, sort_keys=True) for seal in reader(self.folder / f"{name}.jsonl")]
        return {**dump(self.admin), "seals outside": "\n".join(seals).encode()}

    def undisturbed(self) -> tuple[list[str], dict[str, bytes]]:
        """Names of all commits in order, and the final state, in which verify finds nothing."""
        log = self.folder / "commits"
        restore(self.admin, self.start)
        assert self.run("whole", JIEXU_TRANSACTION_LOG=str(log)) == 0
        node = open_node(self.url)
        breaks = verify(node, reader(self.folder / "whole.jsonl")).breaks
        node.store.close()
        assert breaks == ()
        commits = [line.split(" ", 1)[1] for line in log.read_text(encoding="utf-8").splitlines()]
        return commits, self.state("whole")

    def killed(self, commit: int, moment: str) -> dict[str, bytes]:
        """The final state after being killed at a commit and started again."""
        name = f"{commit}{moment}"
        restore(self.admin, self.start)
        died = self.run(name, JIEXU_DIE_AT=f"{commit}:{moment}")
        assert died == -signal.SIGKILL, f"commit {commit} was not met: the child ended with {died}"
        assert self.run(name) == 0, f"killed {moment} commit {commit}, it did not run to the end"
        return self.state(name)


@pytest.fixture
def proof(
    request: pytest.FixtureRequest,
    postgres: Server,
    children: subprocess.Popen[str],
    tmp_path: Path,
) -> Iterator[Proof]:
    people: tuple[int, ...] = request.param
    name = founded(postgres)
    database = postgres.template.to(name)
    node = open_node(database.worker)
    populated(node, people)
    node.store.close()
    with as_admin(postgres, database) as admin:
        yield Proof(admin, database.worker, children, people, tmp_path, dump(admin))
    postgres.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def differences(one: dict[str, bytes], other: dict[str, bytes]) -> list[str]:
    return [table for table in one if one[table] != other[table]]


def wrong_ends(
    proof: Proof, commits: list[str], state: dict[str, bytes], chosen: set[int]
) -> dict[str, list[str]]:
    """Where a kill left a trace: the point, and the tables that differ."""
    found = {
        f"{moment} commit {at} ({commits[at - 1]})": differences(state, proof.killed(at, moment))
        for at in sorted(chosen)
        for moment in ("before", "after")
    }
    return {where: tables for where, tables in found.items() if tables}


@pytest.mark.parametrize("postgres", ["embedded"], indirect=True, scope="session")
@pytest.mark.parametrize("proof", [ONE], indirect=True, ids=["one case"])
def test_one_case_killed_at_every_commit_ends_as_if_nothing_had_happened(proof: Proof) -> None:
    """All points: before and after each commit of the run."""
    commits, state = proof.undisturbed()
    chosen = set(range(1, len(commits) + 1))
    print(f"one case: killed at all {2 * len(chosen)} points of {len(commits)} commits")  # noqa: T201 - said with the result
    assert wrong_ends(proof, commits, state, chosen) == {}


@pytest.mark.parametrize("postgres", [ANOTHER], indirect=True, scope="session")
@pytest.mark.parametrize("proof", [WAVE], indirect=True, ids=["a wave"])
def test_a_wave_killed_at_commits_of_every_name_ends_as_if_nothing_had_happened(proof: Proof) -> None:
    """The first commit of every name, and more drawn by a printed seed; each before and after."""
    commits, state = proof.undisturbed()
    chosen = {commits.index(name) + 1 for name in commits}
    chosen |= set(random.Random(SEED).sample(range(1, len(commits) + 1), DRAWN))  # noqa: S311 - a draw, no secret
    print(f"a wave: JIEXU_TEST_SEED={SEED}, {2 * len(chosen)} points of {len(commits)} commits, all {len(set(commits))} names")  # noqa: T201 - said with the result  # fmt: skip
    assert wrong_ends(proof, commits, state, chosen) == {}


@pytest.mark.parametrize("postgres", [ANOTHER], indirect=True, scope="session")
@pytest.mark.parametrize("proof", [WAVE], indirect=True, ids=["a wave"])
def test_a_wave_killed_again_and_again_ends_as_if_nothing_had_happened(proof: Proof) -> None:
    """Killed, started, killed a little later, started: until one start comes to the end."""
    commits, state = proof.undisturbed()
    restore(proof.admin, proof.start)
    starts, status = 0, -signal.SIGKILL
    while status == -signal.SIGKILL:
        starts += 1
        assert starts <= len(commits) + 1, "the run does not get on"
        status = proof.run("again", JIEXU_DIE_AT=f"{3 + starts % 4}:{('before', 'after')[starts % 2]}")
    print(f"a wave: killed {starts - 1} times in one run of {len(commits)} commits")  # noqa: T201 - said with the result
    assert status == 0
    assert differences(state, proof.state("again")) == []
