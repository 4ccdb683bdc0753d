"""Faults of content: reported by a visitor, answered by whoever keeps the data, both to be read again."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from jiexu.store.db import Cursor, Row, Store
from jiexu.values import base32
from jiexu.values.errors import ValueFault

LENGTH = 12
LONGEST, LONGEST_PAGE = 2000, 200
LISTED = 100
"""Answered reports that are listed, the newest first."""
_LIKE_A_DOCUMENT = re.compile(r"(?<!\d)\d{15}(?!\d)|(?<!\d)\d{17}[\dXx](?!\d)|(?<!\d)\d{16,19}(?!\d)")


class FaultError(ValueFault):
    """A report cannot be taken, or none has this number. The sentence names the cure."""


def _empty() -> FaultError:
    return FaultError("fault_empty", "Nothing was written. Say in a sentence what is wrong.")


class Outcome(StrEnum):
    """What became of a report."""

    MENDED = "mended"
    RIGHT = "right_as_it_is"
    NOT_KNOWN = "not_known"


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered, and when."""

    outcome: Outcome
    text: str
    on: date


@dataclass(frozen=True, slots=True)
class Report:
    """``id``: its number, by which the visitor finds it again. ``page``: which page it is about, as written."""

    id: str
    page: str
    said: str
    reported_on: date
    answers: tuple[Answer, ...] = ()


def report(store: Store, *, page: str, said: str, day: date) -> str:
    """Keep a report; its number. Raises FaultError for what is empty, too long, or holds a document number."""
    page, said = page.strip(), said.strip()
    if not said:
        raise _empty()
    if len(said) > LONGEST or len(page) > LONGEST_PAGE:
        raise FaultError(
            "fault_too_long", "That is too long; say it in at most {most} characters.", most=LONGEST
        )
    if _LIKE_A_DOCUMENT.search(said + " " + page):
        raise FaultError(
            "fault_holds_number",
            "There is a number like that of a document or bank card in it. Take it out and send again; a fault needs none.",
        )
    number = base32.with_check(base32.encode(secrets.token_bytes(8))[: LENGTH - 1])
    with store.transaction("fault.report") as cursor:
        cursor.execute(
            "INSERT INTO fault_report (id, page, said, reported_on) VALUES (%s, %s, %s, %s)",
            [number, page, said, day],
        )
    return number


def find(store: Store, written: str) -> Report:
    """A report by its number, with every answer. Raises FaultError."""
    number = base32.compact(written)
    with store.transaction("fault.find") as cursor:
        rows = cursor.execute("SELECT * FROM fault_report WHERE id = %s", [number]).fetchall()
        if not rows:
            raise FaultError("fault_unknown", "No report has this number; check it against what you noted.")
        return _with_answers(cursor, rows)[0]


def answered(store: Store) -> list[Report]:
    """The answered reports, the newest first."""
    query = """
      SELECT r.* FROM fault_report r JOIN (SELECT id, max(answered_on) AS last FROM fault_answer GROUP BY id) a USING (id)
      ORDER BY a.last DESC, r.id LIMIT %s
    """
    with store.transaction("fault.answered") as cursor:
        return _with_answers(cursor, cursor.execute(query, [LISTED]).fetchall())


def waiting(store: Store) -> list[Report]:
    """Reports nobody has answered, the oldest first."""
    query = """
      SELECT r.* FROM fault_report r WHERE NOT EXISTS (SELECT FROM fault_answer a WHERE a.id = r.id) ORDER BY r.reported_on, r.id
    """
    with store.transaction("fault.waiting") as cursor:
        return _with_answers(cursor, cursor.execute(query).fetchall())


def answer(store: Store, written: str, outcome: Outcome, text: str, *, by: str, day: date) -> None:
    """Answer a report, also a second time; what was answered before stays. Raises FaultError."""
    if not text.strip() or len(text) > LONGEST:
        raise _empty()
    known = find(store, written)
    with store.transaction("fault.answer") as cursor:
        cursor.execute(
            "INSERT INTO fault_answer (id, number, outcome, answer, answered_by, answered_on) VALUES (%s, %s, %s, %s, %s, %s)",
            [known.id, len(known.answers) + 1, outcome, text.strip(), by, day],
        )


def _with_answers(cursor: Cursor, rows: Sequence[Row]) -> list[Report]:
    query = "SELECT * FROM fault_answer WHERE id = ANY(%s) ORDER BY id, number"
    given: dict[str, list[Answer]] = {}
    for row in cursor.execute(query, [[row["id"] for row in rows]]).fetchall():
        answered_ = Answer(Outcome(row["outcome"]), row["answer"], row["answered_on"])
        given.setdefault(row["id"], []).append(answered_)
    return [
        Report(row["id"], row["page"], row["said"], row["reported_on"], tuple(given.get(row["id"], ())))
        for row in rows
    ]
