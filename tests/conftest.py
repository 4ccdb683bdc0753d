"""Real database servers for tests: always the embedded one, and one outside where the environment names it.

``JIEXU_TEST_DATABASE_URL``: a superuser's connection string on an outside server that lets jiexu's roles in
without a password (``trust`` for local connections). Tests of the store then run on both; whole ways a person goes,
which depend on no server, run on one each, by turns.
"""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import django
import hypothesis
import psycopg
import pytest
from django.db import connections
from psycopg import sql
from psycopg.conninfo import make_conninfo

from dealing import dealt
from jiexu.conf import settings
from jiexu.gateways.postgres.folder import DataFolder
from jiexu.gateways.postgres.node import writing
from jiexu.gateways.postgres.roles import (
    DESK,
    OWNER,
    WORKER,
    Connections,
    create_database,
    create_role,
    embedded_connections,
    on_socket,
    server_version,
)
from jiexu.gateways.postgres.server import ADMIN, embedded

# Time is not what tests are about: on a busy machine one slow example is no failure.
hypothesis.settings.register_profile("untimed", hypothesis.settings.default, deadline=None)
hypothesis.settings.load_profile("untimed")

ROOT = Path(__file__).resolve().parent.parent
IN_A_BROWSER = ROOT / "tests" / "web"
OUTSIDE = os.environ.get("JIEXU_TEST_DATABASE_URL")
# One key for every node of these tests; what a data folder does for itself is claimed in tests/journeys/test_node_keys.py.
os.environ["JIEXU_NODE_KEYS"] = f"test:{'A' * 43}"
KINDS = ("embedded", "outside") if OUTSIDE else ("embedded",)
RUN = f"jiexu_test_{os.getpid()}_{secrets.token_hex(2)}"
TESTED = pytest.StashKey[list[str]]()
SAID = pytest.StashKey[list[str]]()


DURABLE = ("fsync", "full_page_writes", "synchronous_commit")
"""What keeps data through a loss of power. A test's data need not outlive it, and every database that is dropped
would wait for the disk; ``test_start.py`` claims that a node people start has all three on.
"""


@dataclass(frozen=True, slots=True)
class Server:
    """A running server with jiexu's roles and a migrated template database named ``RUN``.

    ``kind``: embedded or outside. ``admin``: a superuser's connection string. ``template``: the three roles on
    the template, to be sent elsewhere with ``to``.
    """

    kind: str
    version: str
    admin: str
    template: Connections

    def execute(self, query: sql.Composed) -> None:
        """Runs one statement as the superuser, outside any transaction."""
        with psycopg.connect(self.admin, autocommit=True) as admin:
            admin.execute(query)

    def waits_for_the_disk(self, *, on: bool) -> None:
        """For sessions that begin from now on. An outside server is not ours: it stays as it is."""
        if self.kind == "outside":
            return
        value = "on" if on else "off"
        for name in DURABLE:
            self.execute(sql.SQL("ALTER SYSTEM SET {} = {}").format(sql.Identifier(name), sql.SQL(value)))
        self.execute(sql.SQL("SELECT pg_reload_conf()").format())
        while self.durable() != [value] * len(DURABLE):
            os.sched_yield()

    def durable(self) -> list[str]:
        """What a new session finds, in the order of ``DURABLE``."""
        with psycopg.connect(self.admin) as admin:
            asked = [admin.execute("SELECT current_setting(%s)", [name]).fetchone() for name in DURABLE]
        return [str(row[0]) for row in asked if row]


@contextmanager
def embedded_server() -> Iterator[tuple[str, Connections]]:
    """The server that comes along, in a folder of its own. Right under the temporary folder, because pytest's
    own folders are closed to the user root lends the server.
    """
    folder = DataFolder(path=Path(tempfile.gettempdir()) / RUN)
    try:
        with writing(folder=folder, doing="test", environment={}, tell=lambda _key, _data: None):
            server = embedded(folder)
            yield on_socket(server=server, role=ADMIN, database="postgres"), embedded_connections(server)
    finally:
        folder.remove()


@contextmanager
def outside_server() -> Iterator[tuple[str, Connections]]:
    """The server of ``JIEXU_TEST_DATABASE_URL``; databases made there are removed, the three roles stay."""
    url = OUTSIDE or ""
    with psycopg.connect(url, autocommit=True) as admin:
        for role in (OWNER, WORKER, DESK):
            create_role(connection=admin, role=role, password=None)
    owner, worker, desk = (make_conninfo(url, user=role) for role in (OWNER, WORKER, DESK))
    yield url, Connections(owner=owner, worker=worker, desk=desk)


def migrate(roles: Connections) -> None:
    """Migrates a database as its owner, in a process of its own: Django keeps what it first connected to."""
    environment = {**os.environ, **roles.environment(), "DJANGO_SETTINGS_MODULE": "jiexu.conf.settings"}
    environment["PYTHONPATH"] = str(ROOT / "src")
    command = [sys.executable, "-m", "django", "migrate", "--database", "owner", "--verbosity", "0"]
    subprocess.run(command, env=environment, check=True)


@contextmanager
def opened(kind: str) -> Iterator[Server]:
    """A running server of this kind with its template database."""
    with {"embedded": embedded_server, "outside": outside_server}[kind]() as (admin, roles):
        template = roles.to(RUN)
        with psycopg.connect(admin, autocommit=True) as connection:
            create_database(connection=connection, name=RUN, owner=OWNER)
            version = server_version(connection)
        try:
            migrate(template)
            server = Server(kind=kind, version=version, admin=admin, template=template)
            server.waits_for_the_disk(on=False)
            yield server
        finally:
            drop(admin=admin, name=RUN)


@dataclass(frozen=True, slots=True)
class Servers:
    """Each server from when a test first asks for it until the end, so that tests may change between them."""

    config: pytest.Config
    until_the_end: ExitStack
    running: dict[str, Server] = field(default_factory=dict)

    def of(self, kind: str) -> Server:
        if kind not in self.running:
            server = self.until_the_end.enter_context(opened(kind))
            self.config.stash[TESTED].append(f"{kind} PostgreSQL {server.version}")
            self.running[kind] = server
        return self.running[kind]

    def by_turns(self, file: Path) -> Server:
        """For a file of tests that depend on no server: its neighbour in the folder takes the next."""
        files = sorted(each.name for each in file.parent.glob("test_*.py"))
        return self.of(KINDS[files.index(file.name) % len(KINDS)])


@pytest.fixture(scope="session")
def servers(pytestconfig: pytest.Config) -> Iterator[Servers]:
    with ExitStack() as until_the_end:
        yield Servers(pytestconfig, until_the_end)


@pytest.fixture(scope="session", params=KINDS)
def postgres(request: pytest.FixtureRequest, servers: Servers) -> Server:
    """A running server; tests that ask for it run on each server there is."""
    return servers.of(request.param)


def drop(*, admin: str, name: str) -> None:
    """Removes a test's database, whoever is still connected."""
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture
def new_database(postgres: Server) -> Iterator[Callable[[], Connections]]:
    """Makes as many migrated databases as a test wants; all are removed afterwards."""
    names: list[str] = []

    def make() -> Connections:
        names.append(f"{RUN}_{secrets.token_hex(3)}")
        with psycopg.connect(postgres.admin, autocommit=True) as connection:
            create_database(connection=connection, name=names[-1], owner=OWNER, template=RUN)
        return postgres.template.to(names[-1])

    yield make
    for name in names:
        drop(admin=postgres.admin, name=name)


@pytest.fixture
def database(new_database: Callable[[], Connections]) -> Connections:
    """A migrated database of this test's own, as connection strings of the three roles."""
    return new_database()


@pytest.fixture
def django_database(database: Connections) -> Iterator[Connections]:
    """The same, with Django's connections (``worker``, ``default`` desk, ``owner``) pointed at it."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jiexu.conf.settings")
    django.setup()
    for alias, url in {"worker": database.worker, "default": database.desk, "owner": database.owner}.items():
        connections[alias].close()
        connections[alias].settings_dict.update(settings.database(url))
    yield database
    connections.close_all()


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Tests in a real browser run where they are asked for by name: ``start.py test-web``."""
    asked = [Path(each.partition("::")[0]).resolve() for each in config.args]
    left_out = collection_path == IN_A_BROWSER and not any(
        each.is_relative_to(IN_A_BROWSER) for each in asked
    )
    return True if left_out else None


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--sample-seed", default="20261123", help="the seed of the thousand applications")
    parser.addoption(
        "--evidence-places", type=int, default=150, help="bytes of an evidence file that are changed"
    )


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Where several processes share the run, each begins with its share of what takes long."""
    processes = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    if processes > 1:
        ordered = dealt(items, processes)
        assert len({id(item) for item in ordered}) == len(ordered) == len(items)
        items[:] = ordered


def pytest_configure(config: pytest.Config) -> None:
    config.stash[TESTED] = []
    config.stash[SAID] = []


@pytest.fixture
def say(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Says something with the result of the run, such as the seed of a search, whether the test passes or not."""
    return request.config.stash[SAID].append


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A process among several hands what it tested and said to the one that started it."""
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        output["tested"], output["said"] = session.config.stash[TESTED], session.config.stash[SAID]


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """The other end: called where the tests run in several processes, as each of them ends."""
    output = getattr(node, "workeroutput", {})
    for key, name in ((TESTED, "tested"), (SAID, "said")):
        node.config.stash[key] += output.get(name, [])


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Says on which servers database tests ran, so that a green result cannot hide what was left out."""
    tested = sorted(set(config.stash[TESTED])) or ["no server (no database test was asked for)"]
    left_out = "" if OUTSIDE else " (no outside server: JIEXU_TEST_DATABASE_URL is not set)"
    for sentence in (*config.stash[SAID], f"sample seed: {config.getoption('--sample-seed')}"):
        terminalreporter.write_line(sentence)
    terminalreporter.write_line(f"database tests ran on: {'; '.join(tested)}{left_out}")
