"""Everything the tables hold about a page of cases, fetched with a handful of statements."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from jiexu.exchange.canonical import MalformedError
from jiexu.exchange.codec import read_payload
from jiexu.exchange.envelope import Envelope, read_envelope, salted_hash
from jiexu.exchange.payloads import Payload
from jiexu.exchange.sealing import SealError
from jiexu.store import bulk, files
from jiexu.store.db import Cursor, Row
from jiexu.store.files import StoredFile
from jiexu.store.steps import Secrets, open_payload
from jiexu.usecases.verifying.report import Findings

PAGE = 300
"""Cases looked at together."""
UNREADABLE = (ValueError, TypeError, KeyError, AttributeError)
"""What values raise that somebody wrote past the code: each becomes a break, none ends the check."""
Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Letter:
    """A stored message whose envelope could be read. ``payload``: None where it was erased or does not open."""

    row: Row
    envelope: Envelope
    payload: Payload | None


@dataclass(slots=True)
class Side:
    """One agency's side of a case. ``stored``: None where the row makes no file."""

    file: Row
    money: list[Row] = field(default_factory=list)
    stored: StoredFile | None = None
    letters: list[Letter] = field(default_factory=list)
    outbox: dict[str, Row] = field(default_factory=dict)
    bundled: set[str] = field(default_factory=set)
    postings: list[Row] = field(default_factory=list)
    orders: list[Row] = field(default_factory=list)
    open_holds: list[Row] = field(default_factory=list)
    moves: list[Row] = field(default_factory=list)

    @property
    def key(self) -> Key:
        return self.file["agency"], self.file["case_no"]

    @property
    def own(self) -> list[Letter]:
        """What this side sent, in order."""
        return [letter for letter in self.letters if letter.envelope.sender == self.file["agency"]]

    @property
    def theirs(self) -> list[Letter]:
        """What came from the other side and was processed, in order."""
        return [letter for letter in self.letters if letter.envelope.sender != self.file["agency"]]


def pages(cursor: Cursor) -> Iterator[list[str]]:
    """Case numbers in order, a page at a time."""
    last = ""
    while True:
        rows = cursor.execute(
            "SELECT DISTINCT case_no FROM (SELECT case_no FROM file UNION ALL SELECT case_no FROM message WHERE version IS NOT NULL) x "
            "WHERE case_no > %s ORDER BY 1 LIMIT %s",
            [last, PAGE],
        ).fetchall()
        if not rows:
            return
        yield [row["case_no"] for row in rows]
        last = rows[-1]["case_no"]


def sides(
    cursor: Cursor, numbers: Sequence[str], secrets: dict[str, Secrets], findings: Findings
) -> dict[Key, Side]:
    """Both sides of a page of cases, as far as they live here."""
    found = {
        (row["agency"], row["case_no"]): Side(row)
        for row in _rows(cursor, "file", numbers, "agency, case_no")
    }
    _load(cursor, found, findings)
    for name, query in (
        ("money", "money_track t {where} ORDER BY leg"),
        ("postings", "posting t {where} ORDER BY id"),
        ("orders", "bank_order t {where} ORDER BY reference"),
        ("moves", "month_move t {where} ORDER BY issue, move, scheme, area, kind"),
        (
            "open_holds",
            "hold t {where} AND NOT EXISTS (SELECT 1 FROM hold_resolution r WHERE r.agency = t.agency AND r.hold_id = t.id) ORDER BY id",
        ),
    ):
        for row in _query(cursor, query, numbers):
            if (side := found.get((row["agency"], row["case_no"]))) is not None:
                getattr(side, name).append(row)
            else:
                findings.add("row_without_file", row["agency"], row["case_no"], table=name)
    _letters(cursor, numbers, found, secrets, findings)
    return found


def _query(cursor: Cursor, query: str, numbers: Sequence[str]) -> list[Row]:
    where = "WHERE t.case_no = ANY(%s)"
    return cursor.execute(f"SELECT t.* FROM {query.format(where=where)}", [list(numbers)]).fetchall()


def _rows(cursor: Cursor, table: str, numbers: Sequence[str], order: str) -> list[Row]:
    return _query(cursor, f"{table} t {{where}} ORDER BY {order}", numbers)


def load_each(cursor: Cursor, keys: Sequence[Key]) -> tuple[dict[Key, StoredFile], dict[Key, Exception]]:
    """Files as values, and those whose rows make none: one of them does not stop the others."""
    try:
        return files.load(cursor, keys), {}
    except UNREADABLE:
        loaded: dict[Key, StoredFile] = {}
        unreadable: dict[Key, Exception] = {}
    for key in keys:
        try:
            loaded |= files.load(cursor, [key])
        except UNREADABLE as error:
            unreadable[key] = error
    return loaded, unreadable


def _load(cursor: Cursor, found: dict[Key, Side], findings: Findings) -> None:
    loaded, unreadable = load_each(cursor, list(found))
    for key, error in unreadable.items():
        findings.add("file_unreadable", *key, error=str(error))
    for key, stored in loaded.items():
        found[key].stored = stored


def _letters(
    cursor: Cursor,
    numbers: Sequence[str],
    found: dict[Key, Side],
    secrets: dict[str, Secrets],
    findings: Findings,
) -> None:
    for row in _query(
        cursor, "message t {where} AND version IS NOT NULL ORDER BY agency, case_no, sender, seq", numbers
    ):
        findings.count("messages")
        letter = read(row, secrets, findings)
        side = found.get((row["agency"], row["case_no"]))
        if side is None:
            findings.add("row_without_file", row["agency"], row["case_no"], table="messages")
        elif letter is not None:
            side.letters.append(letter)
    for row in _rows(cursor, "outbox", numbers, "agency, case_no, seq"):
        if (side := found.get((row["agency"], row["case_no"]))) is not None:
            side.outbox[row["message_id"]] = row
    sent = [(row.row["agency"], row.row["id"]) for side in found.values() for row in side.own]
    query = "SELECT b.agency, b.message_id, b.sender FROM bundle_message b JOIN {keys} ON b.agency = k.agency AND b.message_id = k.id"
    bundled = {
        (row["agency"], row["message_id"])
        for row in bulk.select_keys(cursor, query, sent, ("agency", "id"))
        if row["sender"] == row["agency"]
    }
    for side in found.values():
        side.bundled = {letter.row["id"] for letter in side.own if (side.key[0], letter.row["id"]) in bundled}


def read(row: Row, secrets: dict[str, Secrets], findings: Findings) -> Letter | None:
    """A stored message read again from its bytes, every copy of a field compared with them."""
    where = row["agency"], row["case_no"], f"{row['sender']}-{row['seq']}"
    try:
        envelope = read_envelope(bytes(row["envelope"]))
    except MalformedError as error:
        findings.add("envelope_unreadable", *where, error=str(error))
        return None
    copies = {
        "id": envelope.id, "case_no": envelope.case_no, "sender": envelope.sender, "receiver": envelope.receiver,
        "seq": envelope.seq, "type": envelope.type.value, "hash": envelope.hash,
    }  # fmt: skip
    for name, value in copies.items():
        if row[name] != value:
            findings.add("message_column_differs", *where, column=name)
    return Letter(row, envelope, _payload(row, envelope, secrets, where, findings))


def _payload(
    row: Row, envelope: Envelope, secrets: dict[str, Secrets], where: tuple[str, ...], findings: Findings
) -> Payload | None:
    if row["payload"] is None:
        findings.count("payloads_erased")
        return None
    try:
        salt, data = open_payload(
            bytes(row["payload"]), message_id=envelope.id, secrets=secrets[row["agency"]]
        )
        if salted_hash(salt, data) != envelope.payload_hash:
            findings.add("payload_differs", *where)
            return None
        return read_payload(envelope.type, data, envelope.version)
    except (SealError, MalformedError) as error:
        findings.add("payload_unreadable", *where, error=str(error))
        return None
