"""The ground a measurement stands on: durability as PostgreSQL ships it, the schema as migrated, the same for both parts.

What is not even is listed in sentences, and no ratio is given: a number from uneven ground says nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import psycopg
from psycopg.conninfo import conninfo_to_dict

from jiexu.bench.schema import Shape, differing, shape_of
from jiexu.bench.server import Server
from jiexu.gateways.postgres.roles import DESK, WORKER, Connections
from jiexu.texts import Lang, say

Session = Mapping[str, str]
"""The settings of one session, as ``pg_settings`` shows them."""

DURABLE = ("fsync", "synchronous_commit", "full_page_writes")
OFF = frozenset({"off", "false", "no", "0"})
OF_WHO_ASKS = frozenset({"is_superuser", "session_authorization"})
"""Settings that only say who is connected."""
SHOWN = 200
"""Letters of a setting that are shown at most."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as it must be. ``key``: its word in code and in ``texts/bench.yaml``."""

    key: str
    data: Mapping[str, str] = field(default_factory=dict)

    def sentence(self, lang: Lang) -> str:
        """What differs, where, and what cures it."""
        return say(lang, f"bench.{self.key}", **self.data)

    def as_json(self) -> dict[str, str]:
        return {"what": self.key, **self.data}


class UnevenGroundError(RuntimeError):
    """The ground is not even, so no ratio is given."""

    def __init__(self, differences: list[Difference]) -> None:
        self.differences = differences
        super().__init__(" ".join(each.sentence("en") for each in differences))


def look(url: str) -> Session:
    """The settings of a session that is opened as ours are: by the same library, in the same environment."""
    with psycopg.connect(url, autocommit=True) as connection:
        return dict(connection.execute("SELECT name, setting FROM pg_settings").fetchall())


@dataclass(slots=True)
class Ground:
    """What every look is compared with: the shape the migrations make, and the settings of the first session seen."""

    server: Server
    migrated: Shape
    first: Session | None = None

    def check_session(self, session: Session, *, when: str, database: str = "") -> None:
        """One session, alone and against the first that was seen, in a database of this name. Raises UnevenGroundError."""
        self.first = self.first or session
        kept = kept_settings(self.server, database)
        _refuse([*lowered(session, when), *unlike(self.first, session, when), *kept])

    def check_database(self, database: Connections, *, when: str) -> None:
        """A database of ours, its sessions and its shape. Raises UnevenGroundError."""
        name = str(conninfo_to_dict(database.owner)["dbname"])
        for url in (database.worker, database.desk, database.owner):
            self.check_session(look(url), when=when, database=name)
        shaped = [
            Difference("shape", {"kind": kind, "name": name, "when": when})
            for kind, name in differing(self.migrated, shape_of(database))
        ]
        _refuse([*unlogged(database, when), *shaped, *loose_functions(database), *unbound(self.server)])


def ground_of(server: Server) -> Ground:
    """The ground everything is compared with: a database that was migrated and nothing else."""
    migrated = server.new("migrated")
    server.migrate(migrated)
    ground = Ground(server, shape_of(migrated))
    ground.check_database(migrated, when="as migrated")
    server.drop(migrated)
    return ground


def _refuse(differences: list[Difference]) -> None:
    if differences:
        raise UnevenGroundError(differences)


def lowered(session: Session, when: str) -> list[Difference]:
    """Settings of a session that make a commit cheaper than it is in production, or skip triggers."""
    off = [
        Difference("durability_off", {"name": name, "when": when}) for name in DURABLE if session[name] in OFF
    ]
    if session["wal_level"] == "minimal":
        off.append(Difference("wal_minimal", {"when": when}))
    if session["session_replication_role"] != "origin":
        off.append(
            Difference("triggers_skipped", {"value": session["session_replication_role"], "when": when})
        )
    return off


def unlike(first: Session, session: Session, when: str) -> list[Difference]:
    """Settings that are not the same as in the first session that was seen; some are shown to superusers alone."""
    names = sorted((first.keys() & session.keys()) - OF_WHO_ASKS)
    return [
        Difference(
            "setting_differs",
            {"name": name, "one": first[name][:SHOWN], "other": session[name][:SHOWN], "when": when},
        )
        for name in names
        if first[name] != session[name]
    ]


def kept_settings(server: Server, database: str) -> list[Difference]:
    """Durability turned off for some role in this database or in all: a session opened so is not seen otherwise."""
    query = (
        "SELECT coalesce(d.datname, '*') AS database, coalesce(r.rolname, '*') AS role, unnest(s.setconfig) AS setting "
        "FROM pg_db_role_setting s LEFT JOIN pg_database d ON d.oid = s.setdatabase LEFT JOIN pg_roles r ON r.oid = s.setrole ORDER BY 1, 2, 3"
    )
    return [
        Difference(
            "durability_off_for",
            {"name": row["setting"].partition("=")[0], "role": row["role"], "database": row["database"]},
        )
        for row in server.rows(query)
        if row["database"] in {"*", database} and _turns_off(row["setting"])
    ]


def _turns_off(setting: str) -> bool:
    name, _, value = setting.partition("=")
    return name in DURABLE and value.lower() in OFF


def unlogged(database: Connections, when: str) -> list[Difference]:
    """Lasting tables, indexes and sequences whose changes PostgreSQL would not keep through a crash."""
    query = "SELECT relname FROM pg_class WHERE relpersistence = 'u' ORDER BY 1"
    with psycopg.connect(database.owner, autocommit=True) as connection:
        return [Difference("unlogged", {"name": name, "when": when}) for (name,) in connection.execute(query)]


def loose_functions(database: Connections) -> list[Difference]:
    """Functions that turn durability off while they run."""
    query = "SELECT proname, unnest(proconfig) FROM pg_proc WHERE proconfig IS NOT NULL ORDER BY 1, 2"
    with psycopg.connect(database.owner, autocommit=True) as connection:
        return [
            Difference("durability_off_in", {"name": setting.partition("=")[0], "function": name})
            for name, setting in connection.execute(query)
            if _turns_off(setting)
        ]


def unbound(server: Server) -> list[Difference]:
    """Working roles that row security does not bind."""
    query = "SELECT rolname AS role FROM pg_roles WHERE rolname = ANY(%s) AND (rolsuper OR rolbypassrls) ORDER BY 1"
    return [Difference("unbound", row) for row in server.rows(query, [[WORKER, DESK]])]
