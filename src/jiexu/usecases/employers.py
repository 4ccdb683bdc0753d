"""An employer applies for its own members from one spreadsheet: read, looked at row by row, then sent by the one path.

What was read is kept with what was found about each row; nothing is sent before it was seen. Sending goes on where it
stopped, a part at a time, whoever asks: a row that was taken is noted, and taking it again is the same case.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from psycopg.types.json import Jsonb

from jiexu.cases.beforehand import Beforehand
from jiexu.exchange.envelope import SALT_BYTES
from jiexu.exchange.payloads import Document
from jiexu.exchange.sealing import Sealed, open_sealed, seal_payload
from jiexu.gateways.tables import FaultyRow
from jiexu.gateways.tables.applications import Application
from jiexu.rules.inputs import Applicant, Asked, Channel, Scheme
from jiexu.store import atrest, bulk, people
from jiexu.store.db import Row
from jiexu.store.steps import PAYLOAD_KEY
from jiexu.texts import LANGS, Lang, say
from jiexu.usecases import asking, persons, sending
from jiexu.usecases.applications import ApplicationIn
from jiexu.usecases.doors import Grant, Subject
from jiexu.usecases.intake import application_in
from jiexu.usecases.node import Node
from jiexu.usecases.reading.reader import Look, Reader
from jiexu.values.changing import changed

PART = 100
"""Rows sent at once: about a second, so that whoever waits sees it move."""
MOST_ROWS = 5000
LISTED = 200


Said = dict[Lang, list[str]]
"""Why, in every language: a sentence each."""


class Found(StrEnum):
    """What was found about a row before anything was sent."""

    OK = "ok"
    PROBLEM = "problem"
    FAULTY = "faulty"
    NOT_MEMBER = "not_member"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Seen:
    """One row with what was found. ``said``: why, in every language. ``outcome``, ``case_no``: empty before it was sent."""

    row: int
    found: Found
    said: Said
    name: str
    last_four: str
    origin: str
    destination: str
    outcome: str = ""
    case_no: str = ""


@dataclass(frozen=True, slots=True)
class Batch:
    """A spreadsheet as it was read. ``ordered_on``: when it was sent off, None before. ``done``: rows with an outcome."""

    id: str
    made_on: date
    ordered_on: date | None
    rows: tuple[Seen, ...]

    @property
    def to_send(self) -> int:
        return sum(each.found is Found.OK for each in self.rows)

    @property
    def done(self) -> int:
        return sum(bool(each.outcome) for each in self.rows)

    @property
    def is_done(self) -> bool:
        return self.ordered_on is not None and self.done == self.to_send

    def count(self, found: Found) -> int:
        return sum(each.found is found for each in self.rows)


class NoSuchBatchError(LookupError):
    """No spreadsheet of that number was sent under this grant."""


# ---------------------------------------------------------------- members


@dataclass(frozen=True, slots=True)
class Member:
    """One of the people an employer insures now, with the newest case of theirs at this agency."""

    name: str
    last_four: str
    since: date
    case_no: str
    record_state: str
    other: str


MEMBERS = f"""
  SELECT p.name, {atrest.newest("p")} AS paper,
    min(e.since) AS since, f.case_no, f.record_state, f.other, count(*) OVER () AS n
  FROM enrolment e JOIN person p ON (p.agency, p.person) = (e.agency, e.person)
  LEFT JOIN LATERAL (SELECT case_no, record_state, other FROM file f WHERE (f.agency, f.person) = (p.agency, p.person) AND f.side = 'destination'
    ORDER BY f.opened_on DESC, f.case_no DESC LIMIT 1) f ON true
  WHERE e.agency = %s AND e.employer = %s AND e.status = 'insured'
  GROUP BY p.agency, p.person, p.name, f.case_no, f.record_state, f.other ORDER BY p.name, p.person LIMIT %s OFFSET %s
"""


def members(reader: Reader, subject: Subject, *, after: int = 0) -> tuple[tuple[Member, ...], int]:
    """A page of an employer's members with where each stands, and how many there are."""
    with reader.looking("employers.members", agency=subject.agency) as look:
        rows = look.rows(MEMBERS, subject.agency, subject.reference, LISTED, after)
    found = tuple(
        Member(
            row["name"], atrest.last_four(row["paper"]), row["since"], row["case_no"] or "", row["record_state"] or "", row["other"] or ""
        )
        for row in rows
    )  # fmt: skip
    return found, rows[0]["n"] if rows else 0


# ---------------------------------------------------------------- what was read


def look_at(
    reader: Reader, grant: Grant, rows: Iterable[Application | FaultyRow], *, today: date
) -> tuple[list[Seen], dict[int, ApplicationIn]]:
    """What is found about each row, and the applications of those that can be sent."""
    assert grant.subject is not None  # noqa: S101 - an employer's grant
    subject, seen, asked = grant.subject, [], []
    for row in rows:
        if isinstance(row, FaultyRow):
            said = {lang: [fault.sentence(lang) for fault in row.faults] for lang in LANGS}
            seen.append(Seen(row.row, Found.FAULTY, said, "", "", "", ""))
        else:
            asked.append(_of_employer(application_in(row, today=today), subject, today))
    with reader.looking("employers.look") as look:
        own = _members_by_document(look, subject, asked)
        answers = asking.before_many(look, [(each.asked, each.document, each.name) for each in asked])
    sendable = {}
    for each, found in zip(asked, answers, strict=True):
        what, said = _judged(each, found, subject, own)
        if what is Found.OK:
            sendable[each.row] = each
        seen.append(
            Seen(
                each.row, what, said, each.name, each.document.number[-4:], each.asked.origin, each.asked.destination
            )
        )  # fmt: skip
    return sorted(seen, key=lambda one: one.row), sendable


def _of_employer(application: ApplicationIn, subject: Subject, today: date) -> ApplicationIn:
    """Whatever the file says of the applicant: it is this employer who applies, today."""
    asked = changed(
        application.asked,
        applicant=Applicant.EMPLOYER,
        employer=subject.reference,
        channel=Channel.ONLINE,
        received_on=today,
        authorised=False,
    )
    return changed(application, asked=asked)


def _members_by_document(look: Look, subject: Subject, asked: Sequence[ApplicationIn]) -> set[Document]:
    """Documents among these that belong to people the employer insures now."""
    wanted = [(subject.agency, each.document.kind, each.document.number) for each in asked]
    found = people.find(look.cursor, wanted)
    own = {person for _, person in persons.members(look.cursor, subject)}
    return {Document(kind, number) for (_, kind, number), person in found.items() if person in own}


def _judged(
    application: ApplicationIn, found: Beforehand, subject: Subject, own: set[Document]
) -> tuple[Found, Said]:
    if application.document not in own:
        return Found.NOT_MEMBER, _said("pages_employer.not_member")
    if application.asked.destination != subject.agency:
        return Found.PROBLEM, _said("pages_employer.other_agency")
    if application.proposal:
        return Found.PROBLEM, _said("pages_employer.no_consent")
    other = next((str(each.inputs["other_case"]) for each in found.decisions if each.rule == "R-086"), "")
    if other:
        return Found.OPEN, {lang: [say(lang, "pages_employer.open_already", case=other)] for lang in LANGS}
    if found.problems:
        return Found.PROBLEM, {
            lang: [
                f"{say(lang, f'refusals.{code}')} {say(lang, f'refusals.{code}_cure')}"
                for code in found.problems
            ]
            for lang in LANGS
        }
    # What is not known of the person's account is between the agency and the person.
    open_questions = [each for each in found.not_known if each in found.decisions]
    doubts = {
        lang: [say(lang, f"outcomes.{each.rule}.{each.outcome}") for each in open_questions] for lang in LANGS
    }
    return Found.OK, doubts


def _said(key: str) -> Said:
    return {lang: [say(lang, key)] for lang in LANGS}


def keep(
    node: Node, grant: Grant, seen: Sequence[Seen], sendable: dict[int, ApplicationIn], *, by: str, on: date
) -> str:
    """Keep what was read and found; the number of the spreadsheet."""
    assert grant.subject is not None  # noqa: S101 - an employer's grant
    agency, number = grant.subject.agency, secrets.token_hex(16)
    key = node.secrets[agency].payload_key
    rows = []
    for each in seen:
        application = sendable.get(each.row)
        held = {
            "name": each.name,
            "last_four": each.last_four,
            "origin": each.origin,
            "destination": each.destination,
            "asked": _plain(application) if application else None,
        }
        sealed = seal_payload(
            key=key,
            key_id=PAYLOAD_KEY,
            message_id=_context(number, each.row),
            salt=secrets.token_bytes(SALT_BYTES),
            payload=json.dumps(held).encode(),
        )
        rows.append(
            (agency, number, each.row, each.found.value, Jsonb(each.said), sealed.key_id, sealed.data)
        )
    with node.store.transaction("employers.keep", [agency]) as cursor:
        cursor.execute(
            "INSERT INTO employer_batch (agency, id, grant_id, made_by, made_on) VALUES (%s, %s, %s, %s, %s)",
            [agency, number, grant.id, by, on],
        )
        cursor.executemany(
            "INSERT INTO employer_row (agency, batch, row, found, said, key_id, sealed) VALUES (%s, %s, %s, %s, %s, %s, %s)",
            rows,
        )
    return number


def _plain(application: ApplicationIn) -> dict[str, object]:
    asked = application.asked
    return {
        "kind": application.document.kind,
        "number": application.document.number,
        "from_scheme": asked.from_scheme.value,
        "to_scheme": asked.to_scheme.value,
        "wants_cash": asked.wants_cash,
    }


def _context(batch: str, row: int) -> str:
    return f"employer/{batch}/{row}"


# ---------------------------------------------------------------- read again

ROWS = """
  SELECT r.*, e.outcome, e.case_no FROM employer_row r LEFT JOIN employer_row_end e USING (agency, batch, row)
  WHERE r.agency = %s AND r.batch = %s ORDER BY r.row
"""
HEAD = """
  SELECT b.id, b.made_on, o.ordered_on FROM employer_batch b LEFT JOIN employer_order o ON (o.agency, o.batch) = (b.agency, b.id)
  WHERE b.agency = %s AND b.grant_id = %s
"""


def batch(node: Node, grant: Grant, number: str) -> Batch:
    """A spreadsheet as it stands. Raises NoSuchBatchError for one of another grant."""
    assert grant.subject is not None  # noqa: S101 - an employer's grant
    agency = grant.subject.agency
    with node.store.transaction("employers.batch", [agency]) as cursor:
        head = cursor.execute(f"{HEAD} AND b.id = %s", [agency, grant.id, number]).fetchone()
        if head is None:
            raise NoSuchBatchError(f"No spreadsheet {number} was sent under this grant.")
        rows = cursor.execute(ROWS, [agency, number]).fetchall()
    return Batch(
        head["id"],
        head["made_on"],
        head["ordered_on"],
        tuple(_seen(node, agency, number, row) for row in rows),
    )


def batches(node: Node, grant: Grant) -> list[Row]:
    """Every spreadsheet sent under a grant, the newest first."""
    assert grant.subject is not None  # noqa: S101 - an employer's grant
    agency = grant.subject.agency
    with node.store.transaction("employers.batches", [agency]) as cursor:
        return cursor.execute(f"{HEAD} ORDER BY b.made_on DESC, b.id LIMIT 20", [agency, grant.id]).fetchall()


def _seen(node: Node, agency: str, number: str, row: Row) -> Seen:
    held = _opened(node, agency, number, row)
    return Seen(
        row["row"],
        Found(row["found"]),
        row["said"],
        held["name"],
        held["last_four"],
        held["origin"],
        held["destination"],
        row.get("outcome") or "",
        row.get("case_no") or "",
    )


def _opened(node: Node, agency: str, number: str, row: Row) -> dict[str, Any]:
    sealed = Sealed(row["key_id"], bytes(row["sealed"]))
    key = node.secrets[agency].payload_key
    _, content = open_sealed(sealed, key=key, message_id=_context(number, row["row"]))
    found: dict[str, Any] = json.loads(content)
    return found


# ---------------------------------------------------------------- sent


def order(node: Node, grant: Grant, number: str, *, by: str, on: date) -> None:
    """What was seen is to be sent; said twice it is said once."""
    assert grant.subject is not None  # noqa: S101 - an employer's grant
    with node.store.transaction("employers.order", [grant.subject.agency]) as cursor:
        cursor.execute(
            "INSERT INTO employer_order (agency, batch, ordered_by, ordered_on) VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING",
            [grant.subject.agency, number, by, on],
        )


LEFT = """
  SELECT r.*, b.made_on FROM employer_row r JOIN employer_order o ON (o.agency, o.batch) = (r.agency, r.batch)
  JOIN employer_batch b ON (b.agency, b.id) = (r.agency, r.batch)
  WHERE r.agency = %s AND r.batch = %s AND r.found = 'ok'
    AND NOT EXISTS (SELECT 1 FROM employer_row_end e WHERE (e.agency, e.batch, e.row) = (r.agency, r.batch, r.row))
  ORDER BY r.row LIMIT %s
"""


def send_part(node: Node, grant: Grant, number: str, *, part: int = PART) -> int:
    """Send the next rows of what was ordered; how many. None left, or another is at it just now: 0.

    Killed between taking a case and noting it, the row is taken again, which is the same case.
    """
    assert grant.subject is not None  # noqa: S101 - an employer's grant
    agency = grant.subject.agency
    with node.store.transaction("employers.left", [agency]) as cursor:
        rows = cursor.execute(LEFT, [agency, number, part]).fetchall()
    if not rows:
        return 0
    applications = [_application(node, grant, number, row) for row in rows]
    # The day it was looked at: sent again after midnight, the same row is the same application.
    taken = sending.send(node, applications, grant=grant.id, day=rows[0]["made_on"])
    ended = [
        (agency, number, row["row"], each.outcome, each.case_no)
        for row, each in zip(rows, taken, strict=True)
    ]
    with node.store.transaction("employers.ended", [agency]) as cursor:
        bulk.insert(cursor, "employer_row_end", ("agency", "batch", "row", "outcome", "case_no"), ended)
    return len(rows)


def _application(node: Node, grant: Grant, number: str, row: Row) -> ApplicationIn:
    assert grant.subject is not None  # noqa: S101 - an employer's grant
    held = _opened(node, row["agency"], number, row)
    told = held["asked"]
    asked = Asked(
        received_on=row["made_on"],
        origin=str(held["origin"]),
        destination=str(held["destination"]),
        from_scheme=Scheme(told["from_scheme"]),
        to_scheme=Scheme(told["to_scheme"]),
        applicant=Applicant.EMPLOYER,
        employer=grant.subject.reference,
        wants_cash=bool(told["wants_cash"]),
    )
    return ApplicationIn(row["row"], str(held["name"]), Document(told["kind"], told["number"]), asked)


def words_of(seen: Seen, lang: Lang) -> str:
    """Why, in one language."""
    return ("；" if lang == "zh" else " ").join(seen.said.get(lang, []))
