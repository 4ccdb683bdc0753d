"""What somebody meets who starts, stops and loses a node: real processes, real folders."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import urllib.request
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo

from jiexu.cli.node import state
from jiexu.gateways.postgres.folder import DataFolder, holder
from jiexu.gateways.postgres.roles import embedded_connections
from jiexu.gateways.postgres.server import embedded

SOURCE = Path(__file__).resolve().parents[2] / "src"
ENDED_WELL, REFUSED = 0, 1


def free_port() -> int:
    with socket.socket() as opened:
        opened.bind(("127.0.0.1", 0))
        return int(opened.getsockname()[1])


@dataclass(frozen=True, slots=True)
class Node:
    """A data folder and the command that works on it, as a person at a terminal uses them."""

    folder: Path
    port: int

    def run(
        self, *words: str, lang: str = "en", before: Sequence[str] = (), **environment: str
    ) -> subprocess.CompletedProcess[str]:
        known = {
            name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "JIEXU_DATA"}
        }
        return subprocess.run(
            [
                *before,
                sys.executable,
                "-m",
                "jiexu.cli.main",
                *words,
                "--data",
                str(self.folder),
                "--lang",
                lang,
            ],
            env={**known, "PYTHONPATH": str(SOURCE), **environment},
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    def up(self, **environment: str) -> subprocess.CompletedProcess[str]:
        return self.run("up", "--port", str(self.port), **environment)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def page(self) -> str:
        with urllib.request.urlopen(self.address, timeout=10) as answer:  # noqa: S310 - our own address
            return str(answer.read().decode())

    def state(self) -> dict[str, Any]:
        return state(DataFolder(path=self.folder))

    def server(self) -> psutil.Process:
        return psutil.Process(int((self.folder / "postgres" / "postmaster.pid").read_text().split("\n")[0]))

    def pages(self) -> psutil.Process:
        return psutil.Process(int(self.state()["pid"]))  # int: psutil takes None for ourselves

    def kill(self, *doomed: psutil.Process) -> None:
        """As the kernel does when memory runs out: no goodbye."""
        for each in doomed:
            each.send_signal(signal.SIGKILL)
        while any(each.is_running() and each.status() != psutil.STATUS_ZOMBIE for each in doomed):
            os.sched_yield()


@pytest.fixture
def node() -> Iterator[Node]:
    """A node not yet started. Right under the temporary folder, where root's server user can get at it."""
    made = Node(
        folder=Path(tempfile.gettempdir()) / f"jiexu-journey-{uuid.uuid4().hex[:12]}", port=free_port()
    )
    yield made
    if holder(DataFolder(path=made.folder)) or embedded(DataFolder(path=made.folder)).pid():
        made.run("down")
    shutil.rmtree(made.folder, ignore_errors=True)


def test_a_node_starts_answers_survives_a_kill_and_stops(node: Node) -> None:
    first = node.up()
    assert first.returncode == ENDED_WELL, first.stderr
    assert first.stdout == f"jiexu is running: {node.address}\n"
    assert "接续" in node.page()

    again = node.up()
    assert (again.returncode, again.stdout) == (ENDED_WELL, first.stdout)

    node.kill(node.pages(), node.server(), *node.server().children())
    assert node.state()["running"] is False
    recovered = node.up()
    assert recovered.returncode == ENDED_WELL, recovered.stderr
    assert "接续" in node.page()

    stopped = node.run("down")
    assert stopped.returncode == ENDED_WELL
    assert str(node.folder) in stopped.stdout
    assert json.loads(node.run("status", "--json").stdout)["running"] is False
    assert not (node.folder / "postgres" / "postmaster.pid").exists()
    assert node.run("down").returncode == ENDED_WELL


def test_a_second_writer_is_refused_and_told_who_writes(node: Node) -> None:
    node.up()
    writer = """
import sys
from pathlib import Path
from jiexu.gateways.postgres.folder import DataFolder
from jiexu.gateways.postgres.node import writing
from jiexu.gateways.postgres.trouble import NodeTroubleError
try:
    with writing(folder=DataFolder(path=Path(sys.argv[1])), doing="run", environment={}, tell=print):
        print("wrote")
except NodeTroubleError as trouble:
    print(trouble.key, trouble)
"""
    said = subprocess.run(
        [sys.executable, "-c", writer, str(node.folder)],
        env={**os.environ, "PYTHONPATH": str(SOURCE)},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert said.startswith("locked_by_serve")
    assert str(node.pages().pid) in said
    assert "jiexu down" in said
    node.run("down")
    alone = [sys.executable, "-c", writer, str(node.folder)]
    environment = {**os.environ, "PYTHONPATH": str(SOURCE)}
    done = subprocess.run(alone, env=environment, capture_output=True, text=True, check=True).stdout
    assert done.endswith("wrote\n")


def test_commands_write_alone_and_look_beside_a_running_node(node: Node) -> None:
    command = """
import sys
from pathlib import Path
import psycopg
from jiexu.cli.opened import at_work, looking
from jiexu.gateways.postgres.folder import DataFolder
folder = DataFolder(path=Path(sys.argv[1]))
with looking(folder=folder) if sys.argv[2] == "look" else at_work(folder=folder, doing="run") as connections:
    from django.db import connection
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        print(cursor.fetchone()[0])
"""
    environment = {**os.environ, "PYTHONPATH": str(SOURCE)}

    def tried(how: str) -> subprocess.CompletedProcess[str]:
        words = [sys.executable, "-c", command, str(node.folder), how]
        return subprocess.run(words, env=environment, capture_output=True, text=True, check=False)

    assert tried("write").stdout == "jiexu_desk\n"
    assert tried("look").stdout == "jiexu_desk\n"
    assert node.state()["doing"] is None
    node.up()
    assert tried("look").stdout == "jiexu_desk\n"
    refused = tried("write")
    assert refused.returncode == REFUSED
    assert "one writer at a time" in refused.stderr
    assert node.state()["running"] is True


@pytest.mark.parametrize("lost", ["pages", "server"])
def test_up_mends_a_node_that_lost_a_part(node: Node, lost: str) -> None:
    node.up()
    node.kill(getattr(node, lost)())
    assert node.state()["running"] is False
    mended = node.up()
    assert mended.returncode == ENDED_WELL, mended.stderr
    assert node.state()["running"] is True


def test_a_taken_port_is_named_with_its_holder_and_the_cure(node: Node) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", node.port))
        other.listen()
        refused = node.up()
    assert refused.returncode == REFUSED
    assert f"Port {node.port} is taken by" in refused.stderr
    assert str(os.getpid()) in refused.stderr
    assert "--port" in refused.stderr
    assert node.state()["doing"] is None


def test_data_of_another_postgresql_are_left_alone_and_the_cure_is_said(node: Node) -> None:
    node.up()
    node.run("down")
    mark = node.folder / "postgres" / "PG_VERSION"
    mark.write_text("14\n")
    refused = node.up()
    assert refused.returncode == REFUSED
    assert re.search(r"belong to PostgreSQL 14; this version brings PostgreSQL \d+", refused.stderr)
    assert "Traceback" not in refused.stderr
    assert mark.read_text() == "14\n"


def test_a_stale_pid_file_that_names_a_stranger_does_not_stop_the_start(node: Node) -> None:
    node.up()
    node.run("down")
    stale = node.folder / "postgres" / "postmaster.pid"
    stale.write_text(f"{os.getpid()}\n{node.folder}/postgres\n1\n5432\n\n\n1 1\nready\n")
    started = node.up()
    assert started.returncode == ENDED_WELL, started.stderr


def test_reset_removes_what_jiexu_made_and_nothing_else(node: Node) -> None:
    node.folder.mkdir()
    (node.folder / "diary.txt").write_text("mine")
    assert "already holds other things" in node.up().stderr
    assert "not made by jiexu" in node.run("reset", "--yes").stderr
    assert (node.folder / "diary.txt").read_text() == "mine"
    shutil.rmtree(node.folder)

    node.up()
    kept = subprocess.run(
        [sys.executable, "-m", "jiexu.cli.main", "reset", "--data", str(node.folder), "--lang", "en"],
        env={**os.environ, "PYTHONPATH": str(SOURCE)},
        input="n\n",
        capture_output=True,
        text=True,
        check=True,
    )
    assert "Nothing was removed" in kept.stdout
    assert node.state()["running"] is True
    assert node.run("reset", "--yes").returncode == ENDED_WELL
    assert not node.folder.exists()


def test_nobody_else_may_look_into_the_data_and_nothing_listens_but_the_page(node: Node) -> None:
    node.up()
    for private in (node.folder, node.folder / "postgres", node.folder / "logs", node.folder / "secrets"):
        assert private.stat().st_mode & 0o077 == 0, private
    listening = [each.laddr.port for each in node.server().net_connections("tcp") if each.status == "LISTEN"]
    assert listening == []
    assert os.geteuid() != 0 or node.server().username() == "jiexu-pg"


def test_what_is_committed_on_a_started_node_stays_committed(node: Node) -> None:
    """The servers of other tests are told to forget sooner; one that people start is not."""
    node.up()
    lasting = ("fsync", "full_page_writes", "synchronous_commit")
    with psycopg.connect(embedded_connections(embedded(DataFolder(path=node.folder))).owner) as owner:
        said = [owner.execute("SELECT current_setting(%s)", [name]).fetchone() for name in lasting]
    assert said == [("on",)] * len(lasting)


def test_a_folder_with_a_very_long_name_still_gets_a_socket(node: Node) -> None:
    deep = Node(folder=node.folder / ("long" * 30) / "数据 folder", port=node.port)
    node.folder.mkdir(mode=0o755)
    started = deep.up()
    assert started.returncode == ENDED_WELL, started.stderr
    assert deep.run("reset", "--yes").returncode == ENDED_WELL


def test_an_outside_server_is_used_and_none_of_ours_is_started(node: Node) -> None:
    url = os.environ.get("JIEXU_TEST_DATABASE_URL")
    if url is None:
        unreachable = node.up(DATABASE_URL=f"postgresql://nobody@127.0.0.1:{free_port()}/nothing")
        assert unreachable.returncode == REFUSED
        assert "cannot be reached" in unreachable.stderr
        return
    name = f"jiexu_journey_{uuid.uuid4().hex[:8]}"
    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    try:
        started = node.up(DATABASE_URL=make_conninfo(url, dbname=name))
        assert started.returncode == ENDED_WELL, started.stderr
        assert not (node.folder / "postgres").exists()
        assert "接续" in node.page()
        assert node.run("down").returncode == ENDED_WELL
    finally:
        with psycopg.connect(url, autocommit=True) as admin:
            admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def test_a_full_disk_is_said_in_a_sentence(node: Node) -> None:
    """On a disk of 24 MB, less than an empty PostgreSQL takes, seen by this one command only."""
    node.folder.mkdir(mode=0o755)
    small = Node(folder=node.folder / "data", port=node.port)
    lent = [] if os.geteuid() == 0 else ["--user", "--map-current-user", "--keep-caps"]
    mounted = 'mount -t tmpfs -o size=24m,mode=755 tmpfs "$0" && exec "$@"'
    refused = small.run(
        "up",
        "--port",
        str(node.port),
        before=["unshare", "--mount", *lent, "sh", "-c", mounted, str(node.folder)],
    )
    assert refused.returncode == REFUSED
    assert f"disk is full: there is no room left where {small.folder}" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert list(node.folder.iterdir()) == [], "the full disk was another one"


def test_the_doctor_names_each_problem_with_its_cure(node: Node) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", node.port))
        other.listen()
        said = node.run("doctor", "--port", str(node.port))
    assert said.returncode == REFUSED
    problems = [line for line in said.stdout.splitlines() if line.startswith("problem")]
    assert len(problems) == 1
    assert "choose another with --port" in problems[0]
    assert said.stdout.count("ok: ") == said.stdout.count("\n") - 1


def test_everything_is_said_in_chinese_too(node: Node) -> None:
    assert "没有运行" in node.run("status", lang="zh").stdout
    assert "启动节点并显示网址" in node.run("--help", lang="zh").stdout


def test_a_started_node_sends_messages_by_itself_where_a_channel_is_set_up(node: Node) -> None:
    assert node.up(JIEXU_SMS_SPOOL=str(node.folder / "spool")).returncode == 0
    log = (node.folder / "logs" / "web.log").read_text(encoding="utf-8")
    assert "messages_loop" in log
    assert "sms" in log
    assert node.run("down").returncode == 0


def test_a_provider_that_is_not_whole_stops_the_start_with_a_sentence(node: Node) -> None:
    began = node.run("up", "--empty", "--port", str(node.port), JIEXU_OIDC="city")
    assert began.returncode != 0
    assert "JIEXU_OIDC_CITY_ISSUER is missing" in began.stdout + began.stderr
