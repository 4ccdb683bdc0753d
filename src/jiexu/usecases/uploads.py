"""Supporting papers that people send: to their own case or to what they asked to be corrected, for one purpose, until a day.

What a paper is for and how long it is kept stands in ``policy/uploads.yaml``; both are told before it is sent, and the day holds
whatever the file says later. The bytes and the words with them stand sealed under the node's key and are erased on that day, or
before: where the agency does not need them, and where who sent them takes them back while nobody used them. The row that says
what was there, who used it, when and by which rule it was erased stays, under lines of the journal.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from jiexu.gateways.papers.checking import Checked, Kind, check
from jiexu.gateways.policyfiles.uploads import CASE, Purpose, shipped_uploads
from jiexu.store import atrest, bulk, steps
from jiexu.store.db import Cursor, Row
from jiexu.store.people import PAIR, Key
from jiexu.store.steps import Entry
from jiexu.usecases import looks
from jiexu.usecases.node import Node
from jiexu.usecases.requests import Asker, opened, sealed
from jiexu.usecases.reviewers import SYSTEM, check_handler
from jiexu.values.errors import ValueFault
from jiexu.values.names import same_person

JOURNAL_KIND: Final = "upload"
SENT, USED, ERASED = 1, 2, 3
"""Versions of a paper's lines in the journal."""
LAW: Final = ("pipl:6", "pipl:19")
"""No more is asked for than the purpose needs, and it is kept no longer."""
LONGEST: Final = 200
"""Characters of the words with a paper, and of what it was used for."""


class Rule(StrEnum):
    """Why a paper was erased."""

    DATE = "date"
    NOT_NEEDED = "not_needed"
    TAKEN_BACK = "taken_back"


class UploadError(ValueFault):
    """A paper that cannot be sent, used, opened or taken back. The sentence says why, and what to do; ``field`` names the field."""


@dataclass(frozen=True, slots=True)
class About:
    """What a paper belongs to: a case, or a request of a kind. ``to``: the agencies it can be sent to, as they know the person."""

    to: tuple[Key, ...]
    case_no: str = ""
    request: str = ""
    kind: str = CASE

    @property
    def purposes(self) -> tuple[Purpose, ...]:
        """What can be sent to it."""
        return shipped_uploads().about(self.kind)


@dataclass(frozen=True, slots=True)
class Used:
    """``text``: what for, in the words of who used it."""

    text: str
    by: str
    on: date


@dataclass(frozen=True, slots=True)
class Erased:
    """By which rule, who did it, and when."""

    rule: Rule
    by: str
    on: date


@dataclass(frozen=True, slots=True)
class Upload:
    """One paper that was sent. ``kind``: pdf, png or jpeg; ``size``: in bytes; ``erase_on``: the day that was told."""

    agency: str
    id: str
    person: str
    name: str
    case_no: str
    request: str
    purpose: str
    kind: Kind
    size: int
    digest: str
    sent_by: str
    role: str
    sent_on: date
    days: int
    erase_on: date
    used: Used | None = None
    erased: Erased | None = None

    def is_there(self, on: date) -> bool:
        """Whether it can be opened on a day; on the day of its erasure it cannot, whether the loop came by or not."""
        return self.erased is None and on < self.erase_on

    @property
    def may_go_back(self) -> bool:
        """Whether who sent it may still take it back."""
        return self.erased is None and self.used is None


# ---------------------------------------------------------------- what it may belong to


def about_case(node: Node, keys: Sequence[Key], case_no: str) -> About | None:
    """An open case of the person with these keys; None where it is not theirs, or ended."""
    rows = _own(node, keys, OPEN_CASE, case_no)
    return About(_keys(rows), case_no=case_no) if rows else None


def about_request(node: Node, keys: Sequence[Key], number: str) -> About | None:
    """What the person with these keys asked an agency to look at and nobody answered yet; None where there is no such thing."""
    rows = _own(node, keys, OPEN_REQUEST, number)
    return About(_keys(rows), request=number, kind=rows[0]["kind"]) if rows else None


OPEN_CASE = (
    "SELECT f.agency, f.person FROM file f JOIN unnest(%s::text[], %s::text[]) AS k(agency, person) "
    "ON (f.agency, f.person) = (k.agency, k.person) WHERE f.case_no = %s AND (f.record_open OR EXISTS ("
    "SELECT 1 FROM money_track m WHERE (m.agency, m.case_no) = (f.agency, f.case_no) AND m.is_open)) ORDER BY f.side, f.agency"
)
OPEN_REQUEST = (
    "SELECT r.agency, r.person, r.kind FROM person_request r JOIN unnest(%s::text[], %s::text[]) AS k(agency, person) "
    "ON (r.agency, r.person) = (k.agency, k.person) WHERE r.id = %s AND NOT EXISTS ("
    "SELECT 1 FROM person_request_answer a WHERE (a.agency, a.id) = (r.agency, r.id))"
)


def _own(node: Node, keys: Sequence[Key], query: str, number: str) -> list[Row]:
    if not keys:
        return []
    agencies, persons = zip(*keys, strict=True)
    with node.store.transaction("upload.about", sorted(set(agencies))) as cursor:
        return cursor.execute(query, [list(agencies), list(persons), number]).fetchall()


def _keys(rows: Iterable[Row]) -> tuple[Key, ...]:
    return tuple((row["agency"], row["person"]) for row in rows)


# ---------------------------------------------------------------- sending


def looked_at(data: bytes, note: str, purpose: str, about: About) -> tuple[Checked, str, Purpose]:
    """The paper by its bytes, the words with it without outer spaces, and its purpose.

    Raises UploadError for a purpose that is none here or too many words, and PaperError for what is no paper.
    """
    wanted = next((each for each in about.purposes if each.name == purpose), None)
    if wanted is None:
        raise UploadError("upload_purpose", "Choose what the paper is for, from the list.", field="purpose")
    return check(data, shipped_uploads().limits), _words("note", note), wanted


def _words(field_: str, text: str) -> str:
    if len(text.strip()) > LONGEST:
        raise UploadError("upload_long", "Write at most {most} characters here.", field=field_, most=LONGEST)
    return text.strip()


COLUMNS = (
    "agency", "id", "person", "case_no", "request", "purpose", "kind", "size", "digest", "sent_by", "role", "sent_on", "days", "erase_on",
)  # fmt: skip


def send(node: Node, about: About, agency: str, paper: tuple[Checked, str, Purpose], *, by: Asker) -> str:
    """Keep a paper sealed until its day; its number. The same paper sent again while it is there is the same one.

    Raises UploadError where the agency is none of those it can be sent to, and where as many are kept as can be.
    """
    check_handler(by.name)
    person = dict(about.to).get(agency)
    if person is None:
        raise UploadError("upload_agency", "Choose the agency that shall see the paper.", field="place")
    checked, note, purpose = paper
    secrets = node.secrets[agency]
    digest = _digest(checked.content, note, secrets.salt)
    belongs = [agency, person, about.case_no, about.request, purpose.name, digest]
    with node.store.transaction("upload.send", [agency]) as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended('jiexu uploads of ' || %s, 0))",
            [f"{agency}/{person}"],
        )
        kept = cursor.execute(KEPT, [agency, person]).fetchall()
        of_this = [agency, person, about.case_no or None, about.request or None, purpose.name, digest]
        same = cursor.execute(SAME, of_this).fetchall()
        if there := next((row["id"] for row in same if row["id"] in {each["id"] for each in kept}), None):
            return str(there)
        if len(kept) >= shipped_uploads().at_a_time:
            raise UploadError(
                "upload_many",
                "{most} papers of yours are kept there already, which is as many as can be; take one back that is not needed.",
                field="file",
                most=shipped_uploads().at_a_time,
            )
        ident = steps.salted(secrets.salt, [JOURNAL_KIND, *belongs, len(same)])[:32]
        row = dict(
            zip(
                COLUMNS,
                (
                    agency, ident, person, about.case_no or None, about.request or None, purpose.name, checked.kind.value, len(checked.content),
                    digest, by.name, by.role, by.on, purpose.days, by.on + timedelta(days=purpose.days),
                ),
                strict=True,
            )
        )  # fmt: skip
        bulk.insert_all(cursor, "upload", COLUMNS, [tuple(row.values())])
        cursor.execute(
            "INSERT INTO upload_content (agency, id, paper, note) VALUES (%s, %s, %s, %s)",
            [
                agency, ident, atrest.wrapped(checked.content, *atrest.SENT, agency, ident),
                atrest.wrapped(note.encode(), *atrest.SENT_WORDS, agency, ident),
            ],
        )  # fmt: skip
        entry = Entry(
            agency, JOURNAL_KIND, ident, SENT, purpose.name, by.name, sent_content(row), secrets.salt
        )
        steps.journal(cursor, [entry], by.on)
    return ident


KEPT = "SELECT c.id FROM upload_content c JOIN upload u ON (u.agency, u.id) = (c.agency, c.id) WHERE (u.agency, u.person) = (%s, %s)"
SAME = (
    "SELECT id FROM upload WHERE (agency, person) = (%s, %s) AND case_no IS NOT DISTINCT FROM %s AND request IS NOT DISTINCT FROM %s "
    "AND (purpose, digest) = (%s, %s) ORDER BY id"
)


def _digest(content: bytes, note: str, salt: bytes) -> str:
    return steps.salted(
        salt, [hashlib.sha256(content).hexdigest(), hashlib.sha256(note.encode()).hexdigest()]
    )


# ---------------------------------------------------------------- reading

READ = """
  SELECT u.*, p.name, s.used_for, s.used_by, s.used_on, e.rule, e.erased_by, e.erased_on FROM upload u
  JOIN person p ON (p.agency, p.person) = (u.agency, u.person)
  LEFT JOIN upload_used s ON (s.agency, s.id) = (u.agency, u.id)
  LEFT JOIN upload_erased e ON (e.agency, e.id) = (u.agency, u.id)
"""
NEWEST = " ORDER BY u.sent_on DESC, u.id"


def of_person(node: Node, keys: Sequence[Key]) -> list[Upload]:
    """Everything a person sent to any agency of this node, erased or not, the newest first."""
    query = READ + "JOIN {keys} ON (u.agency, u.person) = (k.agency, k.person)" + NEWEST
    with node.store.transaction("upload.person", sorted({agency for agency, _ in keys})) as cursor:
        rows = bulk.select_keys(cursor, query, keys, PAIR)
    return [_upload(node, row) for row in rows]


def of_case(node: Node, case_no: str, *, agency: str = "") -> list[Upload]:
    """What was sent for a case: to one agency, or to every agency of this node, for whose case it is."""
    agencies = [agency] if agency else list(node.hosted)
    return _read(
        node, agencies, READ + "WHERE u.agency = ANY(%s) AND u.case_no = %s" + NEWEST, [agencies, case_no]
    )


def of_request(node: Node, agency: str, number: str) -> list[Upload]:
    """What was sent to one agency with something it was asked to look at."""
    return _read(node, [agency], READ + "WHERE (u.agency, u.request) = (%s, %s)" + NEWEST, [agency, number])


def find(node: Node, agency: str, number: str) -> Upload:
    """One paper of an agency. Raises UploadError where it has none of that number."""
    found = _read(node, [agency], READ + "WHERE (u.agency, u.id) = (%s, %s)", [agency, number])
    if not found:
        raise _gone()
    return found[0]


def _read(node: Node, agencies: Sequence[str], query: str, values: Sequence[object]) -> list[Upload]:
    with node.store.transaction("upload.read", agencies) as cursor:
        rows = cursor.execute(query, values).fetchall()
    return [_upload(node, row) for row in rows]


def open_paper(node: Node, upload: Upload, *, on: date, seen: looks.Seen | None) -> bytes:
    """A paper as it was taken. ``seen``: the look, kept in the same transaction; None for who sent it.

    Raises UploadError where it is erased, or its day has come.
    """
    key = [upload.agency, upload.id]
    with node.store.transaction("upload.open", [upload.agency]) as cursor:
        row = cursor.execute("SELECT paper FROM upload_content WHERE (agency, id) = (%s, %s)", key).fetchone()
        if row is None or not upload.is_there(on):
            raise UploadError(
                "upload_erased", "This paper is erased; what is left is when it was sent, and what for."
            )
        if seen is not None:
            looks.note(cursor, [seen])
    return atrest.unwrapped(row["paper"], *atrest.SENT, *key)


def note_of(node: Node, upload: Upload, *, on: date) -> str:
    """The words that came with a paper; empty where there are none, or they went with it."""
    key = [upload.agency, upload.id]
    with node.store.transaction("upload.note", [upload.agency]) as cursor:
        row = cursor.execute("SELECT note FROM upload_content WHERE (agency, id) = (%s, %s)", key).fetchone()
    if row is None or not upload.is_there(on):
        return ""
    return atrest.unwrapped(row["note"], *atrest.SENT_WORDS, *key).decode()


def look_at(upload: Upload, *, by: str, role: str, at: datetime) -> looks.Seen:
    """That a desk opens a paper, as it is kept for the person to read."""
    return looks.Seen(
        upload.agency, looks.What.UPLOAD, looks.TO_SEE_PAPER, by, role, at, person=upload.person, case_no=upload.case_no
    )  # fmt: skip


def _upload(node: Node, row: Row) -> Upload:
    used = row["used_by"] and Used(
        opened(_used_name(row["id"]), row["used_for"], node.secrets[row["agency"]]).decode(),
        row["used_by"],
        row["used_on"],
    )
    erased = row["rule"] and Erased(Rule(row["rule"]), row["erased_by"], row["erased_on"])
    told = (
        "agency", "id", "person", "name", "purpose", "size", "digest", "sent_by", "role", "sent_on", "days", "erase_on",
    )  # fmt: skip
    return Upload(
        **{name: row[name] for name in told},
        case_no=row["case_no"] or "",
        request=row["request"] or "",
        kind=Kind(row["kind"]),
        used=used or None,
        erased=erased or None,
    )


def _used_name(number: str) -> str:
    return f"{number}-used"


def _gone() -> UploadError:
    return UploadError("upload_gone", "There is no paper of that number here.")


# ---------------------------------------------------------------- what becomes of it


def use(node: Node, agency: str, number: str, text: str, *, by: str, on: date) -> None:
    """A clerk used a paper, and says what for; the person reads it. It stays until its day.

    Raises UploadError where it is erased or used already, was sent by the same person, or nothing is said.
    """
    check_handler(by)
    written = _words("text", text)
    if not written:
        raise UploadError(
            "upload_unsaid", "Write what you used the paper for; the person reads it.", field="text"
        )
    secrets = node.secrets[agency]
    row = {
        "agency": agency,
        "id": number,
        "used_for": sealed(_used_name(number), written.encode(), secrets),
        "used_by": by,
        "used_on": on,
    }
    with node.store.transaction("upload.use", [agency]) as cursor:
        sent = _held(cursor, agency, number)
        if same_person(sent["sent_by"], by):
            raise UploadError("upload_own", "You sent this paper yourself; a colleague decides about it.")
        if sent["used_by"]:
            raise UploadError(
                "upload_used", "Somebody said already what this paper was used for; look at it."
            )
        bulk.insert_all(cursor, "upload_used", tuple(row), [tuple(row.values())])
        entry = Entry(agency, JOURNAL_KIND, number, USED, "used", by, used_content(row), secrets.salt)
        steps.journal(cursor, [entry], on)


def not_needed(node: Node, agency: str, number: str, *, by: str, on: date) -> None:
    """A clerk does not need a paper: it is erased now. Raises UploadError where it is erased, or was sent by the same person."""
    check_handler(by)
    with node.store.transaction("upload.not_needed", [agency]) as cursor:
        sent = _held(cursor, agency, number)
        if same_person(sent["sent_by"], by):
            raise UploadError(
                "upload_own_end", "You sent this paper yourself; take it back on your own page."
            )
        _erase(cursor, node, [(agency, number)], Rule.NOT_NEEDED, by=by, on=on)


def take_back(node: Node, agency: str, number: str, *, by: str, on: date) -> None:
    """Who sent it, or who speaks for them, takes a paper back: it is erased now. Raises UploadError once somebody used it."""
    check_handler(by)
    with node.store.transaction("upload.take_back", [agency]) as cursor:
        sent = _held(cursor, agency, number)
        if sent["used_by"]:
            raise UploadError(
                "upload_was_used",
                "The agency used this paper, so it stays until the day you were told; ask for a correction if it was used wrongly.",
            )
        _erase(cursor, node, [(agency, number)], Rule.TAKEN_BACK, by=by, on=on)


def erase_due(node: Node, *, day: date) -> int:
    """Erase every paper whose day has come, at each agency of this node by itself; how many there were."""
    total = 0
    for agency in _waiting(node, day):
        with node.store.transaction("upload.erase", [agency]) as cursor:
            rows = cursor.execute(DUE, [day]).fetchall()
            for row in rows:
                _lock(cursor, agency, row["id"])
            still = cursor.execute(DUE, [day]).fetchall()
            locked = {row["id"] for row in rows}
            gone = [(agency, row["id"]) for row in still if row["id"] in locked]
            _erase(cursor, node, gone, Rule.DATE, by=SYSTEM, on=day)
            total += len(gone)
    return total


DUE = (
    "SELECT c.agency, c.id FROM upload_content c JOIN upload u ON (u.agency, u.id) = (c.agency, c.id) "
    "WHERE u.erase_on <= %s ORDER BY c.agency, c.id"
)


def _waiting(node: Node, day: date) -> list[str]:
    with node.store.transaction("upload.due", node.hosted) as cursor:
        return list(dict.fromkeys(row["agency"] for row in cursor.execute(DUE, [day]).fetchall()))


def _lock(cursor: Cursor, agency: str, number: str) -> None:
    """What is decided about one paper is decided by one at a time; the tables' own guards take the same lock."""
    cursor.execute(
        "SELECT pg_advisory_xact_lock(hashtextextended('jiexu upload ' || %s || '/' || %s, 0))",
        [agency, number],
    )


def _held(cursor: Cursor, agency: str, number: str) -> Row:
    """A paper that is there, nobody else deciding about it meanwhile. Raises UploadError where there is none, or it is erased."""
    _lock(cursor, agency, number)
    row = cursor.execute(READ + "WHERE (u.agency, u.id) = (%s, %s)", [agency, number]).fetchone()
    if row is None:
        raise _gone()
    if row["rule"]:
        raise UploadError("upload_ended", "This paper is erased already; nothing more can be done with it.")
    return row


ERASED_COLUMNS = ("agency", "id", "rule", "erased_by", "erased_on")


def _erase(cursor: Cursor, node: Node, keys: Sequence[Key], rule: Rule, *, by: str, on: date) -> None:
    rows = [(*key, rule.value, by, on) for key in keys]
    bulk.select_keys(
        cursor,
        "DELETE FROM upload_content c USING {keys} WHERE (c.agency, c.id) = (k.agency, k.id) RETURNING c.id",
        keys,
        ("agency", "id"),
    )
    bulk.insert_all(cursor, "upload_erased", ERASED_COLUMNS, rows)
    entries = []
    for row in rows:
        content = erased_content(dict(zip(ERASED_COLUMNS, row, strict=True)))
        salt = node.secrets[row[0]].salt
        entries.append(Entry(row[0], JOURNAL_KIND, row[1], ERASED, rule.value, by, content, salt))
    if entries:
        steps.journal(cursor, entries, on)


# ---------------------------------------------------------------- what the journal covers


def sent_content(row: Row) -> Sequence[object]:
    """What the journal's line on a paper covers; the paper itself by its digest."""
    return [
        row["person"], row["case_no"], row["request"], row["purpose"], row["kind"], row["size"], row["digest"], row["sent_by"], row["role"],
        row["sent_on"].isoformat(), row["days"], row["erase_on"].isoformat(),
    ]  # fmt: skip


def used_content(row: Row) -> Sequence[object]:
    """What the line on its use covers."""
    return [hashlib.sha256(bytes(row["used_for"])).hexdigest(), row["used_by"], row["used_on"].isoformat()]


def erased_content(row: Row) -> Sequence[object]:
    """What the line on its erasure covers."""
    return [row["rule"], row["erased_by"], row["erased_on"].isoformat()]


COVERED = {
    "upload": (SENT, sent_content),
    "upload_used": (USED, used_content),
    "upload_erased": (ERASED, erased_content),
}
"""Each table with its version among the journal's lines, and what the line covers."""


def covered(cursor: Cursor, lines: Iterable[Row]) -> dict[tuple[str, str, str, int], object]:
    """For ``verify``: what each line of this kind speaks of, put together again from the rows."""
    keys = sorted({(line["agency"], line["ref"]) for line in lines})
    found: dict[tuple[str, str, str, int], object] = {}
    for table, (version, content) in COVERED.items():
        query = f"SELECT t.* FROM {table} t JOIN {{keys}} ON (t.agency, t.id) = (k.agency, k.id)"
        for row in bulk.select_keys(cursor, query, keys, ("agency", "id")):
            found[row["agency"], JOURNAL_KIND, row["id"], version] = content(row)
    return found


def is_genuine(node: Node, row: Row) -> bool:
    """Whether the sealed bytes beside a paper's row are the paper that was sent. Raises AtRestError where they do not open."""
    key = row["agency"], row["id"]
    content = atrest.unwrapped(row["paper"], *atrest.SENT, *key)
    note = atrest.unwrapped(row["sealed_note"], *atrest.SENT_WORDS, *key).decode()
    return _digest(content, note, node.secrets[row["agency"]].salt) == str(row["digest"])
