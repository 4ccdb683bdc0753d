"""Documents that were made: one row a content, with its line in the journal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from jiexu.exchange.envelope import derive_salt
from jiexu.exchange.sealing import seal_payload
from jiexu.store import bulk, steps
from jiexu.store.db import Cursor, Row
from jiexu.store.steps import PAYLOAD_KEY, Entry, Secrets
from jiexu.values import short_code

COLUMNS = (
    "agency", "case_no", "kind", "number", "digest", "short_code", "content", "made_on", "made_by",
)  # fmt: skip
JOURNAL_KIND = "document"


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """A document as it was issued. ``number``: counts the contents of one kind in one case. ``content``: in clear."""

    agency: str
    case_no: str
    kind: str
    number: int
    digest: str
    made_on: date
    made_by: str
    content: bytes = field(repr=False)

    @property
    def short_code(self) -> str:
        return short_code.make(self.digest)


def of_case(cursor: Cursor, case_no: str) -> list[Row]:
    """Rows of a case's documents, in the order of kinds and numbers; contents still sealed."""
    query = "SELECT * FROM document WHERE case_no = %s ORDER BY agency, kind, number"
    return cursor.execute(query, [case_no]).fetchall()


def keep(cursor: Cursor, document: StoredDocument, secrets: Secrets) -> None:
    """Insert a new document and its journal line. Raises NotNewError where another process was first."""
    bulk.insert_all(cursor, "document", COLUMNS, [_row(document, secrets)])
    line = Entry(
        document.agency,
        JOURNAL_KIND,
        reference(document.case_no, document.kind),
        document.number,
        document.kind,
        document.made_by,
        line_content(document.digest, document.short_code, document.made_on, document.made_by),
        secrets.salt,
    )
    steps.journal(cursor, [line], document.made_on)


def opened(row: Row, secrets: Secrets) -> StoredDocument:
    """A row with its content in clear. Raises SealError where it does not open."""
    _, content = steps.open_payload(row["content"], message_id=row["digest"], secrets=secrets)
    names = ("agency", "case_no", "kind", "number", "digest", "made_on", "made_by")
    return StoredDocument(**{name: row[name] for name in names}, content=content)


def reference(case_no: str, kind: str) -> str:
    """How the journal names a document; its number is the line's version."""
    return f"{case_no}/{kind}"


def line_content(digest: str, code: str, made_on: date, made_by: str) -> Sequence[object]:
    """What the journal line's hash covers; the content is covered by the digest."""
    return [digest, code, made_on.isoformat(), made_by]


def _row(document: StoredDocument, secrets: Secrets) -> tuple[Any, ...]:
    sealed = seal_payload(
        key=secrets.payload_key,
        key_id=PAYLOAD_KEY,
        message_id=document.digest,
        salt=derive_salt(secrets.salt, document.digest),
        payload=document.content,
    )
    return (
        document.agency, document.case_no, document.kind, document.number, document.digest, document.short_code,
        sealed.data, document.made_on, document.made_by,
    )  # fmt: skip
