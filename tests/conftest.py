"""Real database servers for tests: always the embedded one, and one outside where the environment names it.

``JIEXU_TEST_DATABASE_URL``: a superuser's connection string on an outside server that lets jiexu's roles in
without a password (``trust`` for local connections); every database test then runs on both.
"""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import django
import psycopg
import pytest
from django.db import connections
from psycopg import sql
from psycopg.conninfo import make_conninfo

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

ROOT = Path(__file__).resolve().parent.parent
OUTSIDE = os.environ.get("JIEXU_TEST_DATABASE_URL")
RUN = f"jiexu_test_{os.getpid()}_{secrets.token_hex(2)}"
TESTED = pytest.StashKey[list[str]]()
SAID = pytest.StashKey[list[str]]()


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


@pytest.fixture(scope="session", params=["embedded", *(["outside"] if OUTSIDE else [])])
def postgres(request: pytest.FixtureRequest) -> Iterator[Server]:
    """A running server, once for all tests; tests that ask for it run on each server there is."""
    opened = {"embedded": embedded_server, "outside": outside_server}[request.param]
    with opened() as (admin, roles):
        template = roles.to(RUN)
        with psycopg.connect(admin, autocommit=True) as connection:
            create_database(connection=connection, name=RUN, owner=OWNER)
            version = server_version(connection)
        try:
            migrate(template)
            request.config.stash[TESTED].append(f"{request.param} PostgreSQL {version}")
            yield Server(kind=request.param, version=version, admin=admin, template=template)
        finally:
            drop(admin=admin, name=RUN)


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


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--sample-seed", default="20261123", help="the seed of the thousand applications")
    parser.addoption(
        "--evidence-places", type=int, default=150, help="bytes of an evidence file that are changed"
    )


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
