"""Under which names jiexu connects: owner migrates, worker runs the loops, desk serves people (design §8)."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import quote

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from jiexu.gateways.postgres.folder import DataFolder
from jiexu.gateways.postgres.server import ADMIN, PORT, EmbeddedServer
from jiexu.gateways.postgres.trouble import NodeTroubleError

DATABASE = "jiexu"
OWNER, WORKER, DESK = "jiexu_owner", "jiexu_worker", "jiexu_desk"
OLDEST_SERVER = 150000
"""PostgreSQL 15, as the server counts its versions."""


@dataclass(frozen=True, slots=True)
class Connections:
    """One connection string for each of the three roles, all to the same database."""

    owner: str
    worker: str
    desk: str

    def environment(self) -> dict[str, str]:
        """As ``jiexu.conf.settings`` reads them."""
        return {"JIEXU_OWNER_URL": self.owner, "JIEXU_WORKER_URL": self.worker, "JIEXU_DESK_URL": self.desk}

    def to(self, database: str) -> Connections:
        """The same roles in another database of the same server."""
        return replace(
            self,
            owner=make_conninfo(self.owner, dbname=database),
            worker=make_conninfo(self.worker, dbname=database),
            desk=make_conninfo(self.desk, dbname=database),
        )


def on_socket(*, server: EmbeddedServer, role: str, database: str = DATABASE) -> str:
    """A connection string through the embedded server's socket. No password: the system vouches for the user."""
    folder = quote(str(server.socket_folder), safe="")
    return f"postgresql://{role}@/{database}?host={folder}&port={PORT}"


def embedded_connections(server: EmbeddedServer, database: str = DATABASE) -> Connections:
    """The three roles on the embedded server. Nothing is created; see ``prepare_embedded``."""
    owner, worker, desk = (
        on_socket(server=server, role=role, database=database) for role in (OWNER, WORKER, DESK)
    )
    return Connections(owner=owner, worker=worker, desk=desk)


def prepare_embedded(server: EmbeddedServer) -> Connections:
    """Creates roles and database on the embedded server where they are missing."""
    with psycopg.connect(on_socket(server=server, role=ADMIN, database="postgres"), autocommit=True) as admin:
        for role in (OWNER, WORKER, DESK):
            create_role(connection=admin, role=role, password=None)
        create_database(connection=admin, name=DATABASE, owner=OWNER)
    return embedded_connections(server)


def prepare_outside(*, url: str, folder: DataFolder, environment: Mapping[str, str]) -> Connections:
    """The three roles on an outside server: owner from the URL, the others given or created.

    Worker and desk are created with a password kept (0600) in the data folder, unless ``JIEXU_WORKER_URL`` and
    ``JIEXU_DESK_URL`` name them. Raises NodeTroubleError where the server is out of reach, too old, or where
    the owner may not create roles.
    """
    try:
        connection = psycopg.connect(url, autocommit=True, connect_timeout=10)
    except psycopg.OperationalError as error:
        raise NodeTroubleError("outside_unreachable", reason=str(error).strip()) from None
    with connection:
        check_age(connection)
        worker = environment.get("JIEXU_WORKER_URL") or outside_role(
            connection=connection, role=WORKER, url=url, folder=folder
        )
        desk = environment.get("JIEXU_DESK_URL") or outside_role(
            connection=connection, role=DESK, url=url, folder=folder
        )
    return Connections(owner=url, worker=worker, desk=desk)


def outside_role(*, connection: psycopg.Connection, role: str, url: str, folder: DataFolder) -> str:
    """The connection string of a role that this data folder keeps the password of."""
    has_password = (folder.secrets / role).exists()
    named = make_conninfo(url, user=role, password=folder.secret(role) if has_password else "")
    if role_exists(connection=connection, role=role):
        if connects(named):
            return named
        raise NodeTroubleError("role_not_ours", role=role, variable=f"{role.upper()}_URL")
    password = folder.secret(role)
    try:
        create_role(connection=connection, role=role, password=password)
    except psycopg.errors.InsufficientPrivilege:
        raise NodeTroubleError("role_not_allowed", role=role, variable=f"{role.upper()}_URL") from None
    return make_conninfo(url, user=role, password=password)


def connects(url: str) -> bool:
    """Whether the server lets this user in."""
    try:
        psycopg.connect(url, connect_timeout=10).close()
    except psycopg.OperationalError:
        return False
    return True


def role_exists(*, connection: psycopg.Connection, role: str) -> bool:
    return connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone() is not None


def create_role(*, connection: psycopg.Connection, role: str, password: str | None) -> None:
    """A role that may log in and nothing else: row security binds it (NOBYPASSRLS). Existing ones stay."""
    if role_exists(connection=connection, role=role):
        return
    query = sql.SQL("CREATE ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS PASSWORD {}")
    connection.execute(query.format(sql.Identifier(role), sql.Literal(password)))


def create_database(
    *, connection: psycopg.Connection, name: str, owner: str, template: str = "template0"
) -> None:
    """A database only jiexu's roles may enter. An existing one stays as it is."""
    if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
        return
    database, roles = sql.Identifier(name), sql.SQL(", ").join([sql.Identifier(WORKER), sql.Identifier(DESK)])
    create = sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}")
    connection.execute(create.format(database, sql.Identifier(owner), sql.Identifier(template)))
    connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(database))
    # TEMP, because bulk goes by COPY into a temporary table (design §8).
    connection.execute(sql.SQL("GRANT CONNECT, TEMPORARY ON DATABASE {} TO {}").format(database, roles))


def check_age(connection: psycopg.Connection) -> None:
    """Raises NodeTroubleError where the server is older than PostgreSQL 15."""
    if connection.info.server_version < OLDEST_SERVER:
        raise NodeTroubleError("outside_too_old", version=server_version(connection))


def server_version(connection: psycopg.Connection) -> str:
    """As people say it: 18.4."""
    version = connection.info.server_version
    return f"{version // 10000}.{version % 10000}"


def database_of(url: str) -> str:
    """The database's name in a connection string, empty where it names none."""
    return str(conninfo_to_dict(url).get("dbname") or "")


def outside_url(environment: Mapping[str, str] = os.environ) -> str | None:
    """``DATABASE_URL``, when an outside server is to be used instead of the embedded one."""
    return environment.get("DATABASE_URL") or None
