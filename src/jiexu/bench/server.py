"""The server a benchmark runs on, and the databases it makes there and takes away again."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict
from psycopg.rows import dict_row

from jiexu.bench.trouble import BenchTroubleError
from jiexu.exchange.atrest import KEY_BYTES, word
from jiexu.gateways.postgres.folder import DataFolder, write_private
from jiexu.gateways.postgres.node import writing
from jiexu.gateways.postgres.roles import Connections, create_database, on_socket, outside_url
from jiexu.gateways.postgres.server import ADMIN, Tell, embedded

KEYS = "bench_keys"
"""In the folder of secrets."""
KEPT = "jiexu_kept_"
"""What the names of databases begin with that outlive a measurement."""
ALL_KEPT = "SELECT datname AS name FROM pg_database WHERE starts_with(datname, %s)"
MADE = "made whole"
"""Said of such a database once it is."""
INDEX_FILES = (
    "SELECT pg_relation_filepath(i.indexrelid), pg_relation_size(i.indexrelid) FROM pg_index i "
    "JOIN pg_class c ON c.oid = i.indrelid WHERE c.relnamespace = 'public'::regnamespace ORDER BY 2"
)
SEGMENT, PIECE = 1 << 30, 64 << 20
"""Bytes of a file of the server's at most, and of what is read of it at a time."""
PAUSE_SECONDS = 0.02
MARK = "jiexu_bench_"
"""What the names of a benchmark's databases begin with."""
LEFT_BEHIND = (
    "SELECT datname AS name FROM pg_database d WHERE datname ~ %s AND pg_has_role(datdba, 'USAGE') AND NOT EXISTS "
    "(SELECT FROM pg_stat_activity a WHERE a.application_name <> '' AND starts_with(d.datname, a.application_name || '_')) ORDER BY 1"
)
"""Databases of benchmarks none of whose sessions is there any more."""


@dataclass(frozen=True, slots=True)
class Server:
    """A running server.

    ``admin``: connection string of whoever may create databases there; ``roles``: the three roles, to be sent to a
    database with ``to``; ``kind``: embedded or outside; ``folder``: where files of the benchmark lie.
    """

    kind: str
    admin: str
    roles: Connections
    folder: Path
    mark: str = field(default_factory=lambda: f"{MARK}{secrets.token_hex(3)}")
    made: list[str] = field(default_factory=list)

    def rows(self, query: str, values: Sequence[Any] = ()) -> list[dict[str, Any]]:
        """What a query answers that the administrator asks outside any database of ours."""
        with psycopg.connect(self.admin, autocommit=True, row_factory=dict_row) as admin:
            return admin.execute(query, values).fetchall()

    def new(self, name: str, *, like: Connections | None = None) -> Connections:
        """A new database; with ``like``, a copy of that one, to which nobody may be connected.

        Raises BenchTroubleError where this user may not make one.
        """
        whole, template = f"{self.mark}_{name}", database_of(like) if like else "template0"
        owner = (
            conninfo_to_dict(self.roles.owner).get("user")
            or self.rows("SELECT current_user AS name")[0]["name"]
        )
        with psycopg.connect(self.admin, autocommit=True) as admin:
            self.made.append(whole)
            try:
                create_database(connection=admin, name=whole, owner=str(owner), template=template)
            except psycopg.errors.InsufficientPrivilege:
                raise BenchTroubleError("no_databases") from None
        return self.roles.to(whole)

    def kept(self, name: str, make: Callable[[Connections], None]) -> Connections:
        """A database that outlives this measurement, made once: the next one finds it as it was left.

        ``name`` says what is in it, and for which tables; where ``make`` was broken off, it begins anew.
        """
        whole = f"{KEPT}{name}"
        done = self.rows(
            "SELECT shobj_description(oid, 'pg_database') AS said FROM pg_database WHERE datname = %s",
            [whole],
        )
        if not (done and done[0]["said"] == MADE):
            # In a folder of our own what was kept for other tables goes too: it may be 65 GB. Elsewhere somebody may use it.
            old = [row["name"] for row in self.rows(ALL_KEPT, [KEPT])] if self.kind == "embedded" else []
            other = replace(
                self, mark=KEPT.rstrip("_"), made=[whole, *(name for name in old if name != whole)]
            )
            other.clear()
            make(other.new(name))
            with psycopg.connect(self.admin, autocommit=True) as admin:
                said = sql.SQL("COMMENT ON DATABASE {} IS {}")
                admin.execute(said.format(sql.Identifier(whole), sql.Literal(MADE)))
        return self.roles.to(whole)

    def drop(self, database: Connections) -> None:
        """Take a database away, whoever is still connected."""
        self._drop(database_of(database))

    def clear(self) -> None:
        """Take away every database that was made."""
        for name in list(self.made):
            self._drop(name)

    def tidy(self) -> None:
        """Take away what benchmarks left behind that were killed; those that still run keep theirs."""
        for row in self.rows(LEFT_BEHIND, [f"^{MARK}[0-9a-f]{{6}}_"]):
            self.made.append(row["name"])
            self._drop(row["name"])

    @contextmanager
    def present(self) -> Iterator[None]:
        """A session under the mark for as long as databases with it are used, by which other benchmarks know that."""
        with psycopg.connect(self.admin, autocommit=True, application_name=self.mark):
            yield

    def _drop(self, name: str) -> None:
        with psycopg.connect(self.admin, autocommit=True) as admin:
            admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        self.made.remove(name)

    def checkpoint(self) -> float:
        """Write everything to disk; how many seconds it took. Raises BenchTroubleError where this user may not."""
        with psycopg.connect(self.admin, autocommit=True) as admin:
            began = time.monotonic()
            try:
                admin.execute("CHECKPOINT")
            except psycopg.errors.InsufficientPrivilege:
                raise BenchTroubleError("no_checkpoint") from None
            return time.monotonic() - began

    def warm(self, database: Connections) -> None:
        """Read every index of a database once: an office that is at work has them in memory, one just opened has not.

        Where this user may read no files of the server, nothing is read.
        """
        with psycopg.connect(database.owner, autocommit=True) as connection:
            paths = connection.execute(INDEX_FILES).fetchall()
        with psycopg.connect(self.admin, autocommit=True) as admin:
            for path, size in paths:
                try:
                    for segment, start in _pieces(size):
                        file = f"{path}.{segment}" if segment else path
                        admin.execute(
                            "SELECT length(pg_read_binary_file(%s, %s, %s, true))", [file, start, PIECE]
                        )
                except psycopg.errors.InsufficientPrivilege:
                    return

    def settle(self, database: Connections) -> None:
        """Return once no client is connected to a database: only then are its counters whole."""
        query = "SELECT 1 AS one FROM pg_stat_activity WHERE datname = %s AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
        with psycopg.connect(self.admin, autocommit=True) as admin:
            while admin.execute(query, [database_of(database)]).fetchone():
                time.sleep(PAUSE_SECONDS)

    def migrate(self, database: Connections) -> None:
        """Bring the tables of a database up to date, in a process of its own: Django keeps what it first connected to."""
        environment = {
            **os.environ,
            **database.environment(),
            "DJANGO_SETTINGS_MODULE": "jiexu.conf.settings",
        }
        command = [sys.executable, "-m", "django", "migrate", "--database", "owner", "--verbosity", "0"]
        subprocess.run(command, env=environment, check=True)  # noqa: S603 - ourselves


def _pieces(size: int) -> Iterator[tuple[int, int]]:
    """The pieces of a relation: which of its files, and from where."""
    for at in range(0, size, PIECE):
        yield divmod(at, SEGMENT)


def database_of(database: Connections) -> str:
    """The name of a database."""
    return str(conninfo_to_dict(database.owner)["dbname"])


def _node_keys(folder: DataFolder) -> str:
    """The keys of all databases measured in this folder, made once: some databases are kept."""
    file = folder.secrets / KEYS
    if not file.exists():
        write_private(file=file, text=word("bench", secrets.token_bytes(KEY_BYTES)))
    return file.read_text(encoding="utf-8").strip()


@contextmanager
def opened(*, folder: DataFolder, environment: Mapping[str, str], tell: Tell) -> Iterator[Server]:
    """The embedded server of a folder, or the one ``DATABASE_URL`` names; databases made there do not outlive this;
    where it was killed, the next one takes them away.

    Raises NodeTroubleError where the folder is in use or the server does not come up.
    """
    with writing(folder=folder, doing="bench", environment=environment, tell=tell) as roles:
        outside = outside_url(environment) is not None
        admin = (
            roles.owner if outside else on_socket(server=embedded(folder), role=ADMIN, database="postgres")
        )
        os.environ.setdefault("JIEXU_NODE_KEYS", _node_keys(folder))
        server = Server("outside" if outside else "embedded", admin, roles, folder.path)
        with server.present():
            server.tidy()
            try:
                yield server
            finally:
                server.clear()
