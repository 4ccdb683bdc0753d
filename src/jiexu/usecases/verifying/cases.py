"""Everything the tables hold about one case after another, each table read once, in the order of case numbers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from jiexu.exchange.canonical import MalformedError
from jiexu.exchange.codec import read_payload
from jiexu.exchange.envelope import Envelope, read_envelope, salted_hash
from jiexu.exchange.payloads import MessageType, Payload
from jiexu.exchange.sealing import SealError
from jiexu.store import files
from jiexu.store.db import Cursor, Row
from jiexu.store.files import StoredFile
from jiexu.store.steps import Secrets, open_payload
from jiexu.store.streams import Stream, keys
from jiexu.usecases.verifying.report import Findings

UNREADABLE = (ValueError, TypeError, KeyError, AttributeError)
"""What values raise that somebody wrote past the code: each becomes a break, none ends the check."""
Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Letter:
    """A stored message whose envelope could be read. ``payload``: None where it was erased or does not open."""

    row: Row
    envelope: Envelope
    payload: Payload | None


Rows = dict[str, list[Row]]
"""Rows of one agency about one case, by the name of their table in ``TABLES``."""


@dataclass(slots=True)
class Side:
    """One agency's side of a case. ``stored``: None where the row makes no file."""

    file: Row
    rows: Rows
    stored: StoredFile | None = None
    letters: list[Letter] = field(default_factory=list)
    outbox: dict[str, Row] = field(default_factory=dict)
    bundled: set[str] = field(default_factory=set)

    @property
    def money(self) -> list[Row]:
        return self.rows["money"]

    @property
    def postings(self) -> list[Row]:
        return self.rows["postings"]

    @property
    def orders(self) -> list[Row]:
        return self.rows["orders"]

    @property
    def moves(self) -> list[Row]:
        return self.rows["moves"]

    @property
    def open_holds(self) -> list[Row]:
        return [row for row in self.rows["holds"] if row["how"] is None]

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


@dataclass(frozen=True, slots=True)
class Known:
    """What bytes of this case said when they were read: the copy of a message at the other agency has the same."""

    envelopes: dict[bytes, Envelope]
    payloads: dict[tuple[MessageType, int, bytes], Payload]

    def envelope(self, data: bytes) -> Envelope:
        """Raises MalformedError."""
        if data not in self.envelopes:
            self.envelopes[data] = read_envelope(data)
        return self.envelopes[data]

    def payload(self, envelope: Envelope, data: bytes) -> Payload:
        """Raises MalformedError."""
        key = envelope.type, envelope.version, data
        if key not in self.payloads:
            self.payloads[key] = read_payload(envelope.type, data, envelope.version)
        return self.payloads[key]


@dataclass(slots=True)
class Case:
    """What all agencies here hold about one case. ``rows``: by agency, also where an agency has no file of it."""

    case_no: str
    rows: dict[str, Rows] = field(default_factory=dict)
    sides: dict[str, Side] = field(default_factory=dict)
    known: Known = field(default_factory=lambda: Known({}, {}))


def _by_case(table: str, *order: str, where: str = "", key: str = "case_no") -> str:
    listed = ", ".join([f't.{key} COLLATE "C"', 't.agency COLLATE "C"', *(f"t.{name}" for name in order)])
    return f"SELECT t.*{'' if key == 'case_no' else f', t.{key} AS case_no'} FROM {table} t {where} ORDER BY {listed}"


TABLES = {
    "files": _by_case("file"),
    "money": _by_case("money_track", "leg"),
    "postings": _by_case("posting", "id", where="WHERE t.case_no IS NOT NULL"),
    "orders": _by_case("bank_order", "reference"),
    "matches": _by_case("receipt_match", "receipt"),
    "moves": _by_case("month_move", "issue", "move", "scheme", "area", "kind"),
    "holds": _by_case(
        "(SELECT h.*, r.how, r.posting_ids, r.version AS ended FROM hold h "
        "LEFT JOIN hold_resolution r ON r.agency = h.agency AND r.hold_id = h.id)",
        "id",
    ),
    "messages": _by_case(
        "(SELECT m.*, b.message_id IS NOT NULL AS bundled FROM message m LEFT JOIN "
        "(SELECT DISTINCT agency, message_id FROM bundle_message WHERE sender = agency) b ON b.agency = m.agency AND b.message_id = m.id "
        "WHERE m.version IS NOT NULL)",
        "sender",
        "seq",
    ),
    "outbox": _by_case("outbox", "seq"),
    "decisions": _by_case("decision", "version", "ordinal"),
    "notices": _by_case("notice", "version", "ordinal"),
    "lines": _by_case("journal", "version", "seq", where="WHERE t.kind = 'case'", key="ref"),
}
"""Every table that speaks of cases, in the order of case numbers; ``lines``: the journal's lines about steps."""
WITH_A_FILE = ("money", "postings", "orders", "moves", "holds", "messages")
"""Rows that may only be where a file is."""


def each(cursor: Cursor, secrets: dict[str, Secrets], findings: Findings) -> Iterator[Case]:
    """Case after case, each table read once from its beginning to its end."""
    streams = {name: Stream(cursor, query, ("case_no", "agency")) for name, query in TABLES.items()}
    case = Case("")
    for key in keys(list(streams.values())):
        case_no, agency = key
        if case_no != case.case_no:
            if case.rows:
                yield case
            case = Case(case_no)
        case.rows[agency] = {name: stream.take(key) for name, stream in streams.items()}
        _side(case, agency, secrets, findings)
    if case.rows:
        yield case


def _side(case: Case, agency: str, secrets: dict[str, Secrets], findings: Findings) -> None:
    """Put one agency's rows together to its side of the case."""
    rows = case.rows[agency]
    read = (_letter(row, secrets[agency], case.known, findings) for row in rows["messages"])
    letters = [letter for letter in read if letter is not None]
    findings.count("messages", len(rows["messages"]))
    if not rows["files"]:
        for table in WITH_A_FILE:
            for _ in rows[table]:
                findings.add("row_without_file", agency, case.case_no, table=table)
        return
    side = case.sides[agency] = Side(rows["files"][0], rows, letters=letters)
    try:
        side.stored = files.of_rows(side.file, side.money)
    except UNREADABLE as error:
        findings.add("file_unreadable", *side.key, error=str(error))
    side.outbox = {row["message_id"]: row for row in rows["outbox"]}
    side.bundled = {letter.row["id"] for letter in side.own if letter.row["bundled"]}


def _letter(row: Row, secrets: Secrets, known: Known, findings: Findings) -> Letter | None:
    """A stored message read again from its bytes, every copy of a field compared with them."""
    where = row["agency"], row["case_no"], f"{row['sender']}-{row['seq']}"
    try:
        envelope = known.envelope(row["envelope"])
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
    return Letter(row, envelope, _payload(row, envelope, secrets, known, findings))


def _payload(
    row: Row, envelope: Envelope, secrets: Secrets, known: Known, findings: Findings
) -> Payload | None:
    where = row["agency"], row["case_no"], f"{row['sender']}-{row['seq']}"
    if row["payload"] is None:
        findings.count("payloads_erased")
        return None
    try:
        salt, data = open_payload(row["payload"], message_id=envelope.id, secrets=secrets)
        if salted_hash(salt, data) != envelope.payload_hash:
            findings.add("payload_differs", *where)
            return None
        return known.payload(envelope, data)
    except (SealError, MalformedError) as error:
        findings.add("payload_unreadable", *where, error=str(error))
        return None
