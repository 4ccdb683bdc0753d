"""What a person asks an agency to look at, and what it answers: contested months, wrong data, a look not understood.

Each is a task of the agency's clerk with a date we promise (``policy/promises.yaml``); the law says "in time" and no number of
days. What was said is kept encrypted, with a line in the journal, and is answered once, by somebody else than who asked.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

import orjson

from jiexu.exchange.canonical import write
from jiexu.exchange.envelope import derive_salt
from jiexu.exchange.sealing import seal_payload
from jiexu.ledger.entries import posting_id
from jiexu.rules.clocks import promise_due
from jiexu.store import bulk, steps
from jiexu.store.db import Cursor, Row
from jiexu.store.people import PAIR, Key
from jiexu.store.steps import PAYLOAD_KEY, Entry, Secrets
from jiexu.usecases.node import Node
from jiexu.usecases.reviewers import check_handler
from jiexu.values.errors import ValueFault
from jiexu.values.month import Month, MonthError
from jiexu.values.names import same_person

JOURNAL_KIND: Final = "request"
ASKED, ANSWERED = 1, 2
"""Versions of a request's lines in the journal."""
PROMISE: Final = "request"
"""Its name in ``policy/promises.yaml``."""
LAW: Final = ("pipl:46", "pipl:50")
"""A person may have what is wrong corrected, in time; whoever refuses says why."""
LONGEST: Final = 1000
"""Characters of what is written into one field."""


class Kind(StrEnum):
    """What is asked to be looked at."""

    MONTHS = "months"
    NAME = "name"
    BIRTH = "birth"
    DOCUMENT = "document"
    ENROLMENT = "enrolment"
    LOOK = "look"


class Outcome(StrEnum):
    """What the agency answers."""

    ACCEPTED = "accepted"
    NOT_ACCEPTED = "not_accepted"


class RequestError(ValueFault):
    """A request or an answer that cannot be taken. The sentence says why, and what to do instead; ``data`` names the field."""


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody writes. ``first``, ``last``: contested months as ``2020-01``, empty for other kinds. ``right``: what
    would be right. ``why``: how they know.
    """

    right: str
    why: str
    first: str = ""
    last: str = ""
    scheme: str = ""


@dataclass(frozen=True, slots=True)
class Request:
    """One request. ``answer`` is None while it waits. ``name``: of the person, as the agency writes it."""

    agency: str
    id: str
    person: str
    name: str
    kind: Kind
    said: Said
    asked_by: str
    role: str
    asked_on: date
    due_on: date
    due_kind: str
    answer: Answer | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """``text``: what is corrected and how, or why not."""

    outcome: Outcome
    text: str
    answered_by: str
    answered_on: date


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, in which role, on which day."""

    name: str
    role: str
    on: date


def checked(kind: Kind, said: Said, *, on: date) -> Said:
    """What was written, without outer spaces. Raises RequestError for the first field that is empty, too long or no month."""
    fields = {"right": said.right, "why": said.why}
    if kind is Kind.LOOK:
        del fields["right"]
    for name, text in fields.items():
        if not text.strip():
            raise RequestError(
                "request_empty",
                "Write something here: somebody has to understand what to look at.",
                field=name,
            )
        if len(text) > LONGEST:
            raise _too_long(name)
    if kind is not Kind.MONTHS:
        return Said(said.right.strip(), said.why.strip())
    first, last = _month("first", said.first), _month("last", said.last or said.first)
    if last.index < first.index:
        raise RequestError(
            "request_backwards", "The last month lies before the first; exchange them.", field="last"
        )
    if last.index > Month.of(on.year, on.month).index:
        raise RequestError(
            "request_future", "This month is still to come; write one that is past.", field="last"
        )
    return Said(said.right.strip(), said.why.strip(), str(first), str(last), said.scheme)


def _month(name: str, text: str) -> Month:
    try:
        return Month.parse(text.strip())
    except MonthError:
        raise RequestError(
            "request_month", "Write a month as year and month, such as 2020-03.", field=name
        ) from None


def ask(node: Node, subject: Key, kind: Kind, said: Said, *, by: Asker) -> str:
    """Keep a request as a task of the agency; its id. The same asked again on the same day is the same request.

    Raises RequestError for what cannot be taken.
    """
    agency, person = subject
    check_handler(by.name)
    plain = checked(kind, said, on=by.on)
    content = _bytes(plain)
    ident = posting_id(
        JOURNAL_KIND, agency, person, kind.value, hashlib.sha256(content).hexdigest(), by.on.isoformat()
    )
    due = promise_due(what=PROMISE, start=by.on, calendar=node.calendar, policy=node.policy)
    secrets = node.secrets[agency]
    row = (
        agency, ident, person, kind.value, sealed(ident, content, secrets), by.name, by.role, by.on, due.on, due.kind,
    )  # fmt: skip
    with node.store.transaction("request.ask", [agency]) as cursor:
        if bulk.insert(cursor, "person_request", COLUMNS, [row]):
            line = asked_content(dict(zip(COLUMNS, row, strict=True)))
            entry = Entry(agency, JOURNAL_KIND, ident, ASKED, kind.value, by.name, line, secrets.salt)
            steps.journal(cursor, [entry], by.on)
    return ident


COLUMNS = (
    "agency", "id", "person", "kind", "content", "asked_by", "role", "asked_on", "due_on", "due_kind",
)  # fmt: skip
ANSWER_COLUMNS = ("agency", "id", "outcome", "content", "answered_by", "answered_on")


def answer(node: Node, agency: str, number: str, given: Answer) -> None:
    """Answer a request that waits. Raises RequestError where it does not, for no text, and for who asked it themselves."""
    check_handler(given.answered_by)
    if not given.text.strip():
        raise RequestError(
            "request_no_answer",
            "Write what is corrected and how, or why not; the person reads it.",
            field="text",
        )
    if len(given.text) > LONGEST:
        raise _too_long("text")
    secrets = node.secrets[agency]
    content = sealed(f"{number}-answer", given.text.strip().encode(), secrets)
    row = (agency, number, given.outcome.value, content, given.answered_by, given.answered_on)
    with node.store.transaction("request.answer", [agency]) as cursor:
        asked = cursor.execute(
            "SELECT asked_by FROM person_request WHERE (agency, id) = (%s, %s)", [agency, number]
        ).fetchone()
        if asked is None:
            raise _gone()
        if same_person(asked["asked_by"], given.answered_by):
            raise RequestError("request_own", "You asked this yourself; a colleague answers it.")
        if not bulk.insert(cursor, "person_request_answer", ANSWER_COLUMNS, [row]):
            raise RequestError("request_answered", "This was answered already; look at the answer.")
        line = answered_content(dict(zip(ANSWER_COLUMNS, row, strict=True)))
        entry = Entry(
            agency, JOURNAL_KIND, number, ANSWERED, given.outcome.value, given.answered_by, line, secrets.salt
        )
        steps.journal(cursor, [entry], given.answered_on)


READ = """
  SELECT r.*, p.name, a.outcome, a.content AS answer, a.answered_by, a.answered_on FROM person_request r
  JOIN person p ON (p.agency, p.person) = (r.agency, r.person)
  LEFT JOIN person_request_answer a ON (a.agency, a.id) = (r.agency, r.id)
"""


def waiting(node: Node, agency: str, *, limit: int = 200) -> list[Request]:
    """Requests of a desk that nobody has answered, the next date first."""
    query = READ + "WHERE r.agency = %s AND a.id IS NULL ORDER BY r.due_on, r.id LIMIT %s"
    return _read(node, [agency], query, [agency, limit])


def of_case(node: Node, agency: str, case_no: str) -> list[Request]:
    """Requests at a desk of the person whose case this is, the newest first."""
    query = (
        READ + "JOIN file f ON (f.agency, f.person) = (r.agency, r.person) "
        "WHERE (f.agency, f.case_no) = (%s, %s) ORDER BY r.asked_on DESC, r.id"
    )
    return _read(node, [agency], query, [agency, case_no])


def _too_long(field: str) -> RequestError:
    return RequestError("request_long", "Write at most {most} characters here.", field=field, most=LONGEST)


def _gone() -> RequestError:
    return RequestError("request_gone", "Nothing waits here under that number.")


def find(node: Node, agency: str, number: str) -> Request:
    """One request of a desk. Raises RequestError where it has none of that number."""
    found = _read(node, [agency], READ + "WHERE (r.agency, r.id) = (%s, %s)", [agency, number])
    if not found:
        raise _gone()
    return found[0]


def of_person(node: Node, keys: Sequence[Key]) -> list[Request]:
    """Everything a person asked at any agency of this node, the newest first."""
    query = (
        READ
        + "JOIN {keys} ON (r.agency, r.person) = (k.agency, k.person) ORDER BY r.asked_on DESC, r.due_on DESC, r.id"
    )
    with node.store.transaction("request.person", sorted({agency for agency, _ in keys})) as cursor:
        rows = bulk.select_keys(cursor, query, keys, PAIR)
    return [_request(row, node.secrets[row["agency"]]) for row in rows]


def _read(node: Node, agencies: Sequence[str], query: str, values: Sequence[object]) -> list[Request]:
    with node.store.transaction("request.read", agencies) as cursor:
        rows = cursor.execute(query, values).fetchall()
    return [_request(row, node.secrets[row["agency"]]) for row in rows]


def _request(row: Row, secrets: Secrets) -> Request:
    said = orjson.loads(opened(row["id"], row["content"], secrets))
    answered = row["outcome"] and Answer(
        Outcome(row["outcome"]),
        opened(f"{row['id']}-answer", row["answer"], secrets).decode(),
        row["answered_by"],
        row["answered_on"],
    )
    names = ("agency", "id", "person", "name", "asked_by", "role", "asked_on", "due_on", "due_kind")
    return Request(
        **{name: row[name] for name in names},
        kind=Kind(row["kind"]),
        said=Said(**said),
        answer=answered or None,
    )


def _bytes(said: Said) -> bytes:
    return write(
        {"right": said.right, "why": said.why, "first": said.first, "last": said.last, "scheme": said.scheme}
    )


def sealed(name: str, content: bytes, secrets: Secrets) -> bytes:
    """Words as they stand in the tables, bound to what they belong to."""
    salt = derive_salt(secrets.salt, name)
    return seal_payload(
        key=secrets.payload_key, key_id=PAYLOAD_KEY, message_id=name, salt=salt, payload=content
    ).data


def opened(name: str, data: bytes, secrets: Secrets) -> bytes:
    """Words of the tables. Raises SealError."""
    return steps.open_payload(data, message_id=name, secrets=secrets)[1]


# ---------------------------------------------------------------- what the journal covers


def asked_content(row: Row) -> Sequence[object]:
    """What the journal's line on a request covers; the words themselves by a digest of their sealed bytes."""
    return [
        row["person"], row["kind"], hashlib.sha256(bytes(row["content"])).hexdigest(), row["asked_by"], row["role"],
        row["asked_on"].isoformat(), row["due_on"].isoformat(), row["due_kind"],
    ]  # fmt: skip


def answered_content(row: Row) -> Sequence[object]:
    """What the line on its answer covers."""
    digest = hashlib.sha256(bytes(row["content"])).hexdigest()
    return [row["outcome"], digest, row["answered_by"], row["answered_on"].isoformat()]


def covered(cursor: Cursor, lines: Iterable[Row]) -> dict[tuple[str, str, str, int], object]:
    """For ``verify``: what each line of this kind speaks of, put together again from the rows."""
    keys = sorted({(line["agency"], line["ref"]) for line in lines})

    def rows(table: str) -> list[Row]:
        query = f"SELECT t.* FROM {table} t JOIN {{keys}} ON (t.agency, t.id) = (k.agency, k.id)"
        return bulk.select_keys(cursor, query, keys, ("agency", "id"))

    asked = {
        (row["agency"], JOURNAL_KIND, row["id"], ASKED): asked_content(row) for row in rows("person_request")
    }
    answered = {
        (row["agency"], JOURNAL_KIND, row["id"], ANSWERED): answered_content(row)
        for row in rows("person_request_answer")
    }
    return {**asked, **answered}
