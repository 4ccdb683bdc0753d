"""Sealing the journals: signed roots over new lines, written outside the database.

Whoever owns the tables can change them consistently; the seals of an agency, each tied to the one before, show it
all the same, and show too when the newest part of every table was taken away.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date

from psycopg.types.json import Jsonb

from jiexu.exchange.canonical import write as written
from jiexu.exchange.journal_seal import JournalSeal, seal_from_json, seal_journal
from jiexu.store.db import Cursor, Row
from jiexu.usecases.node import Node


def leaf(row: Row) -> bytes:
    """What a seal covers of one journal line."""
    return written(
        [
            row["seq"],
            row["kind"],
            row["ref"],
            row["version"],
            row["event"],
            row["actor"],
            row["day"].isoformat(),
            row["hash"],
            row["file_hash"],
        ]
    )


def seal(node: Node, *, day: date, write: Callable[[Sequence[dict[str, object]]], None]) -> int:
    """Seal every agency's lines since its last seal; how many seals were written.

    ``write``: has the seals on the disk when it returns, all at once: a disk takes as long for one as for a
    thousand. An agency without a key that stands on the day is left for later: ``verify`` counts its lines as not
    sealed.
    """
    with node.store.transaction("seal", node.hosted) as cursor:
        # One process seals at a time: two would both tie their seal to the same one before.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('jiexu seal', 0))")
        signing = [agency for agency in _unsealed(cursor) if node.may_sign(agency, day)]
        newest = newest_seals(cursor, signing)
        made = [each for agency in signing for each in _sealed(node, cursor, agency, newest.get(agency), day)]
        if made:
            # Outside first: a seal that exists only in the database proves nothing against the database's owner.
            write([each.as_json() for each in made])
            _keep(cursor, {each.agency: each for each in made})
    return len(made)


def _unsealed(cursor: Cursor) -> list[str]:
    """Agencies whose journals have lines after their last seal: on most days few of those that are hosted."""
    query = (
        "SELECT a.code FROM jiexu_agencies() a(code) LEFT JOIN journal_seal s ON s.agency = a.code "
        "WHERE (SELECT max(seq) FROM journal WHERE agency = a.code) > coalesce(s.upto, 0) ORDER BY a.code"
    )
    return [row["code"] for row in cursor.execute(query)]


def _keep(cursor: Cursor, newest: Mapping[str, JournalSeal]) -> None:
    """The newest seal of each agency takes the place of the one before."""
    rows = [(agency, each.upto, each.hash, Jsonb(each.as_json())) for agency, each in newest.items()]
    cursor.execute(
        "INSERT INTO journal_seal (agency, upto, hash, body) "
        "SELECT * FROM unnest(%s::text[], %s::bigint[], %s::text[], %s::jsonb[]) ON CONFLICT (agency) "
        "DO UPDATE SET upto = excluded.upto, hash = excluded.hash, body = excluded.body",
        [list(column) for column in zip(*rows, strict=True)],
    )


LONGEST_SEAL = 20_000
"""Journal lines under one seal at most, so that memory does not grow with an agency's day."""


def _sealed(
    node: Node, cursor: Cursor, agency: str, after: JournalSeal | None, day: date
) -> Iterator[JournalSeal]:
    """Seals over an agency's lines since its last one, as many as they need."""
    signer = node.signer(agency, day)
    query = "SELECT * FROM journal WHERE agency = %s AND seq > %s ORDER BY seq LIMIT %s"
    more = True
    while more and (
        rows := cursor.execute(query, [agency, after.upto if after else 0, LONGEST_SEAL]).fetchall()
    ):
        more = len(rows) == LONGEST_SEAL
        after = seal_journal(
            [leaf(row) for row in rows],
            agency=agency,
            after=after,
            day=day,
            key_id=signer.key_id,
            sign=signer.sign,
        )
        yield after


def newest_seals(cursor: Cursor, agencies: Iterable[str]) -> dict[str, JournalSeal]:
    """The newest seal of each of these agencies, as far as they have one."""
    query = "SELECT agency, body FROM journal_seal WHERE agency = ANY(%s)"
    rows = cursor.execute(query, [list(agencies)]).fetchall()
    return {row["agency"]: seal_from_json(row["body"]) for row in rows}


def held_here(node: Node, of: str = "") -> list[JournalSeal]:
    """Seals that agencies of this node hold of their counterparts, each once; ``of``: of one agency alone."""
    query = "SELECT DISTINCT ON (sender, hash) body FROM counterpart_seal WHERE sender = %s OR %s = '' ORDER BY sender, hash, agency"
    with node.store.transaction("seals.held", node.hosted) as cursor:
        found = [seal_from_json(row["body"]) for row in cursor.execute(query, [of, of])]
    return sorted(found, key=lambda seal: (seal.agency, seal.first, seal.upto))
