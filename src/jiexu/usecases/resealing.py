"""Everything sealed at rest sealed anew under the node's newest key: after a key was added, or what stood in clear before.

Run by the tables' owner while nothing else works on the node. Batches of rows, each in a transaction: what was cut short
goes on where it stopped, because a sealed text names its key. The directory's root comes last and so tells how far it came.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import orjson
import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb

from jiexu.exchange.atrest import Ring
from jiexu.store import atrest

BATCH = 2000
ROOT = "SELECT private_key FROM directory_root"
ALL = "SELECT set_config('jiexu.agencies', coalesce((SELECT string_agg(code, ',') FROM agency), ''), true)"
Progress = Callable[[str, int, int], None]
Connection = psycopg.Connection[tuple[Any, ...]]


class Standing(StrEnum):
    """How what is sealed stands to the node's keys."""

    EMPTY = "empty"
    CLEAR = "clear"
    """Made before anything was sealed."""
    BEHIND = "behind"
    """A key was added, and what it shall seal is not sealed by it yet."""
    CURRENT = "current"


@dataclass(frozen=True, slots=True)
class Secrets:
    """A column of keys. ``names``: columns that say whose each is, as its place does."""

    table: str
    column: str
    names: tuple[str, ...] = ()

    @property
    def place(self) -> str:
        return f"{self.table}.{self.column}"


SECRETS = (
    Secrets("agency_secret", "salt_secret", ("agency",)),
    Secrets("agency_secret", "payload_key", ("agency",)),
    Secrets("agency_signing_key", "private_key", ("agency", "key_id")),
    Secrets("agency_document_key", "private_key", ("agency", "valid_until")),
    Secrets("directory_root", "private_key"),
)
"""The root last."""


ACCOUNTS = (
    ("agency_account", "account"),
    ("bank_order", "payee_account"),
    ("bank_receipt", "payer_account"),
    ("receipt_return", "payee_account"),
    ("demo_bank_transfer", "payer_account"),
)
"""Where bank accounts stand, and in the payers of an amount."""


def anything_sealed(owner_url: str) -> bool:
    """Whether something here opens with node keys alone."""
    root = _root(owner_url)
    return root is not None and root.startswith(b"s1.")


def standing(owner_url: str) -> Standing:
    """How what is sealed stands. Raises AtRestError where it does not open with the keys of this process."""
    root, ring = _root(owner_url), atrest.ring()
    if root is None:
        return Standing.EMPTY
    if not root.startswith(b"s1."):
        return Standing.CLEAR
    atrest.unwrapped(root, *atrest.ROOT)
    return Standing.CURRENT if ring.is_current(root.decode("ascii")) else Standing.BEHIND


def _root(owner_url: str) -> bytes | None:
    with psycopg.connect(owner_url) as owner:
        if owner.execute("SELECT to_regclass('directory_root') IS NOT NULL").fetchone() != (True,):
            return None
        row = owner.execute(ROOT).fetchone()
    return bytes(row[0]) if row else None


def reseal(owner_url: str, *, tell: Progress) -> int:
    """Seal everything that is not sealed with the newest key; how many rows. Raises AtRestError for what does not open."""
    ring = atrest.ring()
    with psycopg.connect(owner_url, autocommit=True) as owner:
        done = _numbers(owner, ring, tell)
        for table, column in ACCOUNTS:
            done += _accounts(owner, table, column, ring, tell)
        done += _payers(owner, ring, tell)
        done += _files(owner, ring)
        done += _uploads(owner, ring, tell)
        for one in SECRETS:
            done += _secrets(owner, one, ring)
            tell(one.place, done, done)
    return done


def _numbers(owner: Connection, ring: Ring, tell: Progress) -> int:
    """Document numbers, in the order of the people who have them."""
    after: tuple[str, ...] = ("", "", "", "")
    done = seen = 0
    query = (
        "SELECT agency, person, kind, seek, number FROM identity_document WHERE (agency, person, kind, seek) > (%s, %s, %s, %s) "
        "ORDER BY agency, person, kind, seek LIMIT %s"
    )
    with owner.transaction():
        owner.execute(ALL)
        count = owner.execute("SELECT count(*) FROM identity_document").fetchone()
    total = int(str(count[0])) if count else 0
    while True:
        with owner.transaction():
            owner.execute(ALL)
            rows = owner.execute(query, [*after, BATCH]).fetchall()
            if not rows:
                return done
            found = [tuple(map(str, row)) for row in rows]
            after = found[-1][:4]
            changes = [_number(*row) for row in found if not ring.is_current(row[4])]
            if changes:
                owner.execute(
                    "UPDATE identity_document d SET number = n.number, seek = n.seek, seek_end = n.seek_end FROM "
                    "unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[]) AS n(agency, kind, was, number, seek, seek_end) "
                    "WHERE (d.agency, d.kind, d.seek) = (n.agency, n.kind, n.was)",
                    [list(column) for column in zip(*changes, strict=True)],
                )
        done, seen = done + len(changes), seen + len(rows)
        tell("identity_document.number", seen, max(seen, total))


def _number(agency: str, person: str, kind: str, seek: str, number: str) -> tuple[str, ...]:
    """A row's place, and its number sealed anew; one that stood in clear is sealed for the first time."""
    row = {"agency": agency, "person": person, "kind": kind, "number": number}
    plain = atrest.number_of(row) if number.startswith("s1.") else number
    return agency, kind, seek, *atrest.sealed_number(agency, person, kind, plain)


def _accounts(owner: Connection, table: str, column: str, ring: Ring, tell: Progress) -> int:
    """Bank accounts of a column: equal ones stand alike, so each is sealed once, however many rows it stands in."""
    names = {"table": sql.Identifier(table), "column": sql.Identifier(column)}
    query = sql.SQL(
        "SELECT DISTINCT {column} FROM {table} WHERE {column} <> '' AND NOT starts_with({column}, %s)"
    ).format(**names)
    change = sql.SQL(
        "UPDATE {table} SET {column} = n.now FROM unnest(%s::text[], %s::text[]) AS n(was, now) WHERE {column} = n.was"
    ).format(**names)

    def sealed(was: str) -> str:
        return atrest.sealed_account(atrest.account_of(was) if was.startswith("s1.") else was)

    return _replaced(owner, table, query, change, sealed, ring, tell)


def _payers(owner: Connection, ring: Ring, tell: Progress) -> int:
    """Who paid what an amount received: accounts within lists."""
    query = sql.SQL(
        "SELECT DISTINCT payers::text FROM money_track WHERE payers::text LIKE '%%[\"_%%' AND strpos(payers::text, %s) = 0"
    )
    change = sql.SQL(
        "UPDATE money_track SET payers = n.now::jsonb FROM unnest(%s::text[], %s::text[]) AS n(was, now) WHERE payers = n.was::jsonb"
    )

    def sealed(was: str) -> str:
        listed = [
            (atrest.account_of(each) if each.startswith("s1.") else each, fen)
            for each, fen in orjson.loads(was)
        ]
        return orjson.dumps([(atrest.sealed_account(each), fen) for each, fen in listed]).decode()

    return _replaced(owner, "money_track", query, change, sealed, ring, tell)


def _replaced(
    owner: Connection,
    table: str,
    query: sql.Composable,
    change: sql.Composable,
    sealed: Callable[[str], str],
    ring: Ring,
    tell: Progress,
) -> int:
    """Put values in the place of others, some at a time. Rows that nobody changes are changed here: their guards and row
    security stand aside for the owner until the end of each transaction.
    """
    with owner.transaction():
        owner.execute(ALL)
        found = [str(was) for (was,) in owner.execute(sql.SQL("{}").format(query), [f"s1.{ring.current}."])]
        forced = owner.execute(
            "SELECT relforcerowsecurity FROM pg_class WHERE oid = %s::regclass", [table]
        ).fetchone() == (True,)
    guards = "ALTER TABLE {table} {yes} TRIGGER USER" + (", {no}FORCE ROW LEVEL SECURITY" if forced else "")
    done = 0
    for at in range(0, len(found), BATCH):
        part = found[at : at + BATCH]
        with owner.transaction():
            owner.execute(guards.format(table=table, yes="DISABLE", no="NO ").encode())
            done += owner.execute(
                sql.SQL("{}").format(change), [part, [sealed(was) for was in part]]
            ).rowcount
            owner.execute(guards.format(table=table, yes="ENABLE", no="").encode())
        tell(table, at + len(part), len(found))
    return done


UPLOADS = "upload_content"
FEW = 16
"""Papers in a transaction: each may be of some megabytes."""


def _uploads(owner: Connection, ring: Ring, tell: Progress) -> int:
    """Papers that people sent and the words with them; nobody but the owner may change them, and nobody else does."""
    begins = f"s1.{ring.current}.".encode()
    with owner.transaction():
        owner.execute(ALL)
        left = owner.execute(
            "SELECT agency, id FROM upload_content WHERE substr(paper, 1, %s) <> %s OR substr(note, 1, %s) <> %s ORDER BY agency, id",
            [len(begins), begins] * 2,
        ).fetchall()
    guards = "ALTER TABLE upload_content {} TRIGGER USER"
    for at in range(0, len(left), FEW):
        with owner.transaction():
            owner.execute(ALL)
            owner.execute(guards.format("DISABLE").encode())
            for key in left[at : at + FEW]:
                row = owner.execute(
                    "SELECT paper, note FROM upload_content WHERE (agency, id) = (%s, %s)", key
                ).fetchone()
                if row is None:
                    continue
                sealed = [
                    atrest.wrapped(atrest.unwrapped(kept, *place, *map(str, key)), *place, *map(str, key))
                    for kept, place in zip(row, (atrest.SENT, atrest.SENT_WORDS), strict=True)
                ]
                owner.execute(
                    "UPDATE upload_content SET paper = %s, note = %s WHERE (agency, id) = (%s, %s)",
                    [*sealed, *key],
                )
            owner.execute(guards.format("ENABLE").encode())
        tell(UPLOADS, min(at + FEW, len(left)), len(left))
    return len(left)


def _files(owner: Connection, ring: Ring) -> int:
    """The files of the demonstration; in clear they are no text but rows."""
    done = 0
    with owner.transaction():
        for name, value in owner.execute("SELECT name, value FROM demonstration_files").fetchall():
            if isinstance(value, str) and ring.is_current(value):
                continue
            place = (*atrest.FILES, name)
            plain = (
                atrest.unwrapped(value.encode(), *place) if isinstance(value, str) else orjson.dumps(value)
            )
            sealed = Jsonb(atrest.wrapped(plain, *place).decode())
            owner.execute("UPDATE demonstration_files SET value = %s WHERE name = %s", [sealed, name])
            done += 1
    return done


def _secrets(owner: Connection, one: Secrets, ring: Ring) -> int:
    """One column of keys: few enough for one transaction."""
    table, column = sql.Identifier(one.table), sql.Identifier(one.column)
    names = [sql.SQL("{}::text").format(sql.Identifier(name)) for name in one.names]
    query = sql.SQL("SELECT {} FROM {}").format(sql.SQL(", ").join([column, *names]), table)
    change = sql.SQL("UPDATE {} SET {} = %s WHERE {}").format(
        table,
        column,
        sql.SQL(" AND ").join(
            [sql.SQL("true").format(), *(sql.SQL("{} = %s").format(name) for name in names)]
        ),
    )
    done = 0
    with owner.transaction():
        owner.execute(ALL)
        for stored, *whose in owner.execute(query).fetchall():
            kept, place = bytes(stored), [one.place, *map(str, whose)]
            if kept.startswith(b"s1.") and ring.is_current(kept.decode("ascii")):
                continue
            plain = atrest.unwrapped(kept, *place) if kept.startswith(b"s1.") else kept
            owner.execute(change, [atrest.wrapped(plain, *place), *map(str, whose)])
            done += 1
    return done
