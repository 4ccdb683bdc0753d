"""Who looked at what is held about people: noted as it happens, gathered under lines of the journal, shown to the person.

A look is one row, written when a page is shown; many desks write at once without waiting for each other. The sealing loop
then puts every row since its last line under one line of the agency's journal, which is sealed like any other.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Final

from jiexu.store import bulk, steps
from jiexu.store.db import Cursor, Row
from jiexu.store.people import PAIR, Key
from jiexu.store.steps import Entry
from jiexu.usecases.node import Node

JOURNAL_KIND: Final = "looks"
GATHERED_BY: Final = "jiexu"
ROWS_OF_A_LINE: Final = 10_000
"""Looks under one line at most."""
LATEST: Final = 200
"""Looks a person is shown at once, the newest first."""


WORK: Final = "work"
"""Why a desk looks: it works on the case. Whoever looks for another reason states it."""
AUTHORISED: Final = "authorised"
"""Why an agent looks: the person authorised them."""
TO_UNMASK: Final = ("compare_paper", "tell_apart", "correct", "asked_by_court")
"""Why a desk asks for a whole document number."""
TO_SEE_PAPER: Final = "paper"
"""Why a desk opens a paper that somebody sent: for the purpose that was named when it was sent."""
STATED: Final = frozenset({WORK, AUTHORISED, "identity", TO_SEE_PAPER, *TO_UNMASK})
"""Reasons that have words of their own (``mine.why_…``); every other is in the words of who looked."""


class What(StrEnum):
    """What was looked at."""

    CASE = "case"
    DOCUMENT = "document"
    RECORD = "record"
    LIST = "list"
    ACCOUNT = "account"
    LOOKS = "looks"
    REQUEST = "request"
    EVERYTHING = "everything"
    NUMBER = "number"
    UPLOAD = "upload"


@dataclass(frozen=True, slots=True)
class Seen:
    """One look. ``person``: the agency's reference, empty for a list; ``shown``: rows that were shown; ``why``: a reason."""

    agency: str
    what: What
    why: str
    by: str
    role: str
    at: datetime
    person: str = ""
    case_no: str = ""
    shown: int = 1


def note(cursor: Cursor, seen: Iterable[Seen]) -> None:
    """Keep looks, in a transaction of the agencies they belong to: a page that cannot be noted is not shown."""
    rows = [(*_values(each), each.person or None) for each in seen]
    if len(rows) == 1:
        cursor.execute(INSERTED.format(person="%s"), rows[0])
    else:
        cursor.executemany(INSERTED.format(person="%s"), rows)


def note_case(cursor: Cursor, agency: str, case_no: str, *, by: str, role: str, at: datetime) -> None:
    """Keep that a case is looked at to work on it. A case whose person nobody found yet is noted without one."""
    seen = Seen(agency, What.CASE, WORK, by, role, at, case_no=case_no)
    whose = "(SELECT person FROM file WHERE (agency, case_no) = (%s, %s))"
    cursor.execute(INSERTED.format(person=whose), [*_values(seen), agency, case_no])


# The lock is shared with every other look, and waited for by the gathering: a number that was drawn is then written or lost.
INSERTED = """
  WITH waited AS MATERIALIZED (SELECT pg_advisory_xact_lock_shared(hashtextextended('jiexu looks', 0)))
  INSERT INTO look (agency, case_no, what, shown, why, looked_by, role, looked_at, person)
  SELECT %s, %s, %s, %s, %s, %s, %s, %s, {person} FROM waited
"""


def _values(seen: Seen) -> tuple[object, ...]:
    return (
        seen.agency,
        seen.case_no or None,
        seen.what.value,
        seen.shown,
        seen.why,
        seen.by,
        seen.role,
        seen.at,
    )


def gather(node: Node, *, day: date) -> int:
    """Put all looks that no line covers yet under lines of their agencies' journals; how many there were."""
    with node.store.transaction("looks.gather", node.hosted) as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('jiexu looks', 0))")
        rows = cursor.execute(UNCOVERED).fetchall()
        if rows:
            steps.journal(cursor, [_line(node, agency, part) for agency, part in _parts(rows)], day)
            newest = {row["agency"]: row["id"] for row in rows}
            cursor.execute(
                "INSERT INTO look_gathered (agency, upto) SELECT * FROM unnest(%s::text[], %s::bigint[]) "
                "ON CONFLICT (agency) DO UPDATE SET upto = excluded.upto",
                [list(newest), list(newest.values())],
            )
    return len(rows)


UNCOVERED = """
  SELECT l.* FROM jiexu_agencies() a(code) LEFT JOIN look_gathered g ON g.agency = a.code
  JOIN look l ON l.agency = a.code AND l.id > coalesce(g.upto, 0) ORDER BY l.agency, l.id
"""


def _parts(rows: Sequence[Row]) -> Iterable[tuple[str, Sequence[Row]]]:
    """Rows by agency, no more together than one line covers."""
    by_agency: dict[str, list[Row]] = {}
    for row in rows:
        by_agency.setdefault(row["agency"], []).append(row)
    for agency, own in by_agency.items():
        for at in range(0, len(own), ROWS_OF_A_LINE):
            yield agency, own[at : at + ROWS_OF_A_LINE]


def _line(node: Node, agency: str, rows: Sequence[Row]) -> Entry:
    ref = f"{rows[0]['id']}-{rows[-1]['id']}"
    content = line_content(rows)
    return Entry(
        agency, JOURNAL_KIND, ref, 1, "Looked", GATHERED_BY, content, node.secrets[agency].salt, content
    )


def line_content(rows: Iterable[Row]) -> object:
    """What a line covers: every look of its range, in order."""
    return [
        [
            row["id"], row["person"], row["case_no"], row["what"], row["shown"], row["why"], row["looked_by"], row["role"],
            row["looked_at"].astimezone(UTC).isoformat(),
        ]
        for row in rows
    ]  # fmt: skip


def covered(cursor: Cursor, lines: Sequence[Row]) -> dict[tuple[str, str, str, int], object]:
    """For ``verify``: what each line of this kind speaks of, put together again from the rows."""
    found: dict[tuple[str, str, str, int], object] = {}
    for line in lines:
        first, _, last = line["ref"].partition("-")
        rows = cursor.execute(
            "SELECT * FROM look WHERE agency = %s AND id BETWEEN %s::bigint AND %s::bigint ORDER BY id",
            [line["agency"], first, last],
        ).fetchall()
        found[line["agency"], JOURNAL_KIND, line["ref"], line["version"]] = line_content(rows)
    return found


def of_case(cursor: Cursor, case_no: str) -> list[Row]:
    """Who looked at a case at the agencies this transaction speaks for, the newest first, at most ``LATEST``."""
    return cursor.execute(
        "SELECT * FROM look WHERE case_no = %s ORDER BY looked_at DESC, id DESC LIMIT %s", [case_no, LATEST]
    ).fetchall()


def of_people(cursor: Cursor, people: Sequence[Key], *, most: int | None = LATEST) -> list[Row]:
    """Who looked at these people's things, the newest first, at most ``most``; None for all of them."""
    query = "SELECT l.* FROM look l JOIN {keys} ON (l.agency, l.person) = (k.agency, k.person)"
    rows = bulk.select_keys(cursor, query, list(people), PAIR)
    return sorted(rows, key=lambda row: (row["looked_at"], row["id"]), reverse=True)[:most]
