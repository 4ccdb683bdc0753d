"""Looking for cases at one desk: by number, by the beginning of a name, by a document or its last four.

Each question uses an index, whatever the agency holds, and a page begins where the last one ended (tests ask the planner).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final

from jiexu.store import atrest
from jiexu.usecases.reading.reader import Look, Reader
from jiexu.usecases.reading.shown import Place
from jiexu.values import case_number
from jiexu.values.case_number import CaseNumberError
from jiexu.values.identity import DocumentKind
from jiexu.values.names import comparable
from jiexu.values.writing import compacted

PAGE: Final = 50
LAST: Final = "\U0010ffff"
"""After every letter there is: what begins with a prefix stands before the prefix and this."""
_LAST_FOUR = re.compile(r"[0-9]{3}[0-9X]")
_A_NUMBER = re.compile(r"(?=.*[0-9])[0-9A-Z]{5,40}")
KINDS: Final = [kind.value for kind in DocumentKind]


class By(StrEnum):
    """What a text that was written into the field is taken for."""

    NUMBER = "number"
    NAME = "name"
    DOCUMENT = "document"
    LAST_FOUR = "last_four"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Question:
    """What is looked for. ``name``: the beginning of a name as it is compared; ``number``: of a case or document, or its end."""

    by: By
    name: str = ""
    number: str = ""


@dataclass(frozen=True, slots=True)
class Hit:
    """One case of a person who was looked for. ``last_four``: of their newest document; ``is_open``: whether anything is to do."""

    case_no: str
    name: str
    last_four: str
    origin: Place
    destination: Place
    opened_on: date
    is_open: bool


@dataclass(frozen=True, slots=True)
class Hits:
    """One page. ``after``: key of the next one, empty where there is none."""

    today: date
    has_clock: bool
    by: By
    rows: tuple[Hit, ...]
    after: str


def meant(text: str) -> Question:
    """What a text is taken for: a case number if it is one, a document's end or number, else the beginning of a name."""
    text = text.strip()[:100]
    try:
        return Question(By.NUMBER, number=case_number.validate(text))
    except CaseNumberError:
        pass
    plain = compacted(text)
    if _LAST_FOUR.fullmatch(plain):
        return Question(By.LAST_FOUR, number=plain)
    if _A_NUMBER.fullmatch(plain):
        return Question(By.DOCUMENT, number=plain)
    before, _, end = text.rpartition(" ")
    if before.strip() and _LAST_FOUR.fullmatch(compacted(end)):
        return Question(By.LAST_FOUR, name=comparable(before), number=compacted(end))
    name = comparable(text)
    return Question(By.NAME, name=name) if name else Question(By.NOTHING)


CASE = f"""f.agency, f.case_no, f.side, f.other, f.name, f.opened_on, f.record_open OR EXISTS (
    SELECT 1 FROM money_track m WHERE (m.agency, m.case_no) = (f.agency, f.case_no) AND m.is_open) AS is_open,
  {atrest.newest("f")} AS paper"""
QUERIES: Mapping[By, str] = {
    By.NUMBER: f"""
  SELECT {CASE}, '' AS name_key, '' AS person FROM file f WHERE f.agency = %(agency)s AND f.case_no = %(number)s LIMIT %(size)s
""",
    By.NAME: f"""
  SELECT {CASE}, p.name_key, p.person FROM person p JOIN file f ON f.agency = p.agency AND f.person = p.person
  WHERE p.agency = %(agency)s AND p.name_key COLLATE "C" < %(until)s
    AND (p.name_key COLLATE "C", p.person COLLATE "C") >= (%(key)s, %(person)s)
    AND NOT (p.name_key = %(key)s AND p.person = %(person)s AND f.case_no COLLATE "C" <= %(no)s)
  ORDER BY p.name_key COLLATE "C", p.person COLLATE "C", f.case_no COLLATE "C" LIMIT %(size)s
""",
    By.DOCUMENT: f"""
  SELECT {CASE}, '' AS name_key, f.person FROM identity_document d JOIN file f ON f.agency = d.agency AND f.person = d.person
  WHERE d.agency = %(agency)s AND (d.kind, d.seek) IN (SELECT * FROM unnest(%(kinds)s::text[], %(seeks)s::text[])) AND f.case_no COLLATE "C" > %(no)s
  ORDER BY f.case_no COLLATE "C" LIMIT %(size)s
""",
    By.LAST_FOUR: f"""
  SELECT {CASE}, '' AS name_key, d.person FROM identity_document d JOIN person p ON p.agency = d.agency AND p.person = d.person
  JOIN file f ON f.agency = d.agency AND f.person = d.person
  WHERE d.agency = %(agency)s AND d.seek_end = %(end)s AND d.person COLLATE "C" >= %(person)s
    AND NOT (d.person = %(person)s AND f.case_no COLLATE "C" <= %(no)s)
    AND p.name_key COLLATE "C" >= %(name)s AND p.name_key COLLATE "C" < %(until)s
  ORDER BY d.person COLLATE "C", f.case_no COLLATE "C" LIMIT %(size)s
""",
}
"""A statement for each way of looking. A person of two documents that end alike is found twice by the end of one."""


def given(question: Question, *, agency: str, after: str = "") -> dict[str, Any]:
    """What a statement is asked with. ``after``: key of the last row that was seen."""
    key, person, number = ((*after.rsplit("|", 2), "", "", "")[:3]) if after else ("", "", "")
    return {
        "agency": agency,
        "number": question.number,
        "name": question.name,
        "kinds": KINDS,
        "seeks": [atrest.seek(kind, question.number) for kind in KINDS],
        "end": atrest.seek_end(question.number),
        "until": question.name + LAST,
        "key": max(key, question.name),
        "person": person,
        "no": number,
        "size": PAGE + 1,
    }


def search(reader: Reader, *, agency: str, text: str, after: str = "") -> Hits:
    """Cases at an agency that a text may mean, a page at a time."""
    question = meant(text)
    with reader.looking("search", agency=agency) as look:
        query = QUERIES.get(question.by)
        asked = given(question, agency=agency, after=after)
        rows = look.cursor.execute(query, asked).fetchall() if query else []
        kept = rows[:PAGE]
        more = len(rows) > PAGE
        last = kept[-1] if more else None
        return Hits(
            look.today,
            look.has_clock,
            question.by,
            tuple(_hit(look, row) for row in kept),
            "|".join((last["name_key"], last["person"] or "", last["case_no"])) if last else "",
        )


def _hit(look: Look, row: Mapping[str, Any]) -> Hit:
    here, other = row["agency"], row["other"]
    origin, destination = (here, other) if row["side"] == "origin" else (other, here)
    return Hit(
        row["case_no"],
        row["name"],
        atrest.last_four(row["paper"]),
        look.place(origin),
        look.place(destination),
        row["opened_on"],
        row["is_open"],
    )
