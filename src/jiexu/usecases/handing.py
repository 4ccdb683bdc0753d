"""Proof of delivery: which document was put into whose hands on which day, noted once and kept with a line in the journal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from jiexu.ledger.entries import posting_id
from jiexu.store import bulk, steps
from jiexu.store.db import Cursor, Row
from jiexu.store.steps import Entry
from jiexu.usecases.node import Node
from jiexu.usecases.reviewers import check_handler
from jiexu.values.errors import ValueFault
from jiexu.values.names import PersonName

JOURNAL_KIND = "handed"
COLUMNS = ("agency", "id", "case_no", "kind", "number", "whom", "name", "way", "handed_on", "handed_by")


class Whom(StrEnum):
    """Into whose hands."""

    MEMBER = "member"
    AGENT = "agent"
    EMPLOYER = "employer"
    OTHER_AGENCY = "other_agency"


class Way(StrEnum):
    """Over the counter, or by post."""

    COUNTER = "counter"
    POST = "post"


class HandingError(ValueFault):
    """A delivery that cannot be noted so. The sentence says why, and what to do instead."""


@dataclass(frozen=True, slots=True)
class Handed:
    """One delivery. ``kind``, ``number``: of the document. ``name``: who took it. ``on``: Beijing day. ``by``: who noted it."""

    kind: str
    number: int
    whom: Whom
    name: str
    way: Way
    on: date
    by: str


def note(node: Node, agency: str, case_no: str, handed: Handed, *, today: date) -> bool:
    """Note a delivery; False where this very one is noted already.

    Raises HandingError for a document the agency has not issued and for a day before it was issued or still to come,
    PersonNameError for no name, ReviewerError for a nameless clerk.
    """
    check_handler(handed.by)
    PersonName(handed.name)
    ident = posting_id(
        JOURNAL_KIND, agency, case_no, handed.kind, handed.number, handed.whom, handed.name, handed.way,
        handed.on.isoformat(),
    )  # fmt: skip
    with node.store.transaction("handing.note", [agency]) as cursor:
        made = cursor.execute(
            "SELECT made_on FROM document WHERE (agency, case_no, kind, number) = (%s, %s, %s, %s)",
            [agency, case_no, handed.kind, handed.number],
        ).fetchone()
        if made is None:
            raise HandingError(
                "handing_no_document", "This agency has issued no such document; print it first."
            )
        if not made["made_on"] <= handed.on <= today:
            raise HandingError(
                "handing_day",
                "It cannot have been handed over on {day}: the document is of {made}, and today is {today}; write the day it was.",
                day=handed.on.isoformat(),
                made=made["made_on"].isoformat(),
                today=today.isoformat(),
            )
        row = (
            agency, ident, case_no, handed.kind, handed.number, handed.whom.value, handed.name.strip(), handed.way.value,
            handed.on, handed.by,
        )  # fmt: skip
        if not bulk.insert(cursor, "paper_handed", COLUMNS, [row]):
            return False
        line = Entry(
            agency, JOURNAL_KIND, ident, 1, handed.kind, handed.by, content(dict(zip(COLUMNS, row, strict=True))),
            node.secrets[agency].salt,
        )  # fmt: skip
        steps.journal(cursor, [line], today)
    return True


def content(row: Row) -> Sequence[object]:
    """What the journal's line covers."""
    return [
        row["case_no"], row["kind"], row["number"], row["whom"], row["name"], row["way"],
        row["handed_on"].isoformat(), row["handed_by"],
    ]  # fmt: skip


def of_case(cursor: Cursor, case_no: str) -> list[Row]:
    """Deliveries of a case that this session may see, oldest first."""
    query = "SELECT * FROM paper_handed WHERE case_no = %s ORDER BY handed_on, agency, kind, number, id"
    return cursor.execute(query, [case_no]).fetchall()
