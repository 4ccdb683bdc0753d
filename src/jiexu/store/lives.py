"""What an agency knows of its people as the journal keeps it: as they were loaded, each change, and how they stand now.

A line's hash covers what never changes (documents, months and money as loaded; the change itself). Its ``file_hash``
covers the person's whole standing after the line, so that the last line about somebody proves what the tables say.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from psycopg.types.json import Jsonb

from jiexu.exchange.canonical import write
from jiexu.exchange.codec import plain
from jiexu.store import bulk, steps
from jiexu.store.db import Cursor
from jiexu.store.people import PAIR, Key
from jiexu.store.steps import Entry, Secrets

STANDING = (
    "version", "name", "name_key", "birth", "sex", "died_on", "owed_fen", "sharing_open", "arrears_months", "posted",
)  # fmt: skip
"""Columns of a person that say how they stand."""
ENROLMENT = (
    "scheme", "since", "status", "stopped_on", "cover_year", "employer", "has_account", "first_month_paid",
)  # fmt: skip
"""Columns of an enrolment, in the order the journal hashes them."""
JOURNAL_KIND = "person"
Rows = Iterable[Sequence[object]]


@dataclass(frozen=True, slots=True)
class Change:
    """Something an agency came to know about a person after loading them. ``event``: its name; ``content``: plain values."""

    agency: str
    person: str
    event: str
    content: Sequence[object]

    @property
    def key(self) -> Key:
        return self.agency, self.person


def loaded_content(*, documents: Rows, months: Rows, postings: Rows) -> object:
    """What is hashed of a person as they were loaded: documents with their validity, months, opening balances."""
    parts = {"documents": documents, "months": months, "postings": postings}
    return {name: sorted((plain_row(row) for row in rows), key=write) for name, rows in parts.items()}


def standing_content(person: Sequence[object], enrolments: Rows, unmovable: Iterable[str]) -> object:
    """How a person stands. ``unmovable``: parts of the account that may not move; all others may."""
    listed = sorted((plain_row(row) for row in enrolments), key=write)
    return {"enrolments": listed, "person": plain_row(person), "unmovable": sorted(unmovable)}


def plain_row(row: Iterable[object]) -> list[object]:
    """A row as canonical bytes can hold it."""
    return [plain_row(value) if isinstance(value, list | tuple) else plain(value) for value in row]


def standing(cursor: Cursor, keys: Sequence[Key]) -> Mapping[Key, tuple[int, object]]:
    """How people stand by the tables, with the number of their last change."""
    people = _rows(cursor, "person", STANDING, keys)
    enrolments = _rows(cursor, "enrolment", ENROLMENT, keys)
    parts = _rows(cursor, "account", ("part", "movable"), keys)
    return {
        key: (
            int(str(row[0])),
            standing_content(
                row,
                enrolments.get(key, ()),
                [str(part) for part, movable in parts.get(key, ()) if not movable],
            ),
        )
        for key, [row] in people.items()
    }


def _rows(
    cursor: Cursor, table: str, columns: Sequence[str], keys: Sequence[Key]
) -> dict[Key, list[list[object]]]:
    named = ", ".join(f"t.{name}" for name in ("agency", "person", *columns))
    query = f"SELECT {named} FROM {table} t JOIN {{keys}} ON t.agency = k.agency AND t.person = k.person"
    found: dict[Key, list[list[object]]] = {}
    for row in bulk.select_keys(cursor, query, keys, PAIR):
        found.setdefault((row["agency"], row["person"]), []).append([row[name] for name in columns])
    return found


def note(
    cursor: Cursor, changes: Sequence[Change], *, day: date, actor: str, secrets: Mapping[str, Secrets]
) -> None:
    """Number each change, keep it, and write its line in the journal. The rows it speaks of are changed already.

    At most one change of a person at a time.
    """
    keys = [change.key for change in changes]
    query = (
        "UPDATE person t SET version = t.version + 1 FROM {keys} WHERE (t.agency, t.person) = (k.agency, k.person) "
        "RETURNING t.agency, t.person, t.version"
    )
    versions = {
        (row["agency"], row["person"]): row["version"] for row in bulk.select_keys(cursor, query, keys, PAIR)
    }
    rows = [
        (*each.key, versions[each.key], each.event, Jsonb(plain_row(each.content)), day) for each in changes
    ]
    columns = ("agency", "person", "version", "event", "content", "changed_on")
    bulk.insert_all(cursor, "person_change", columns, rows)
    stands = standing(cursor, keys)
    entries = [
        Entry(
            each.agency,
            JOURNAL_KIND,
            each.person,
            versions[each.key],
            each.event,
            actor,
            plain_row(each.content),
            secrets[each.agency].salt,
            stands[each.key][1],
        )
        for each in changes
    ]
    steps.journal(cursor, entries, day)
