"""One case, read from both files: who holds what, the money, the months, and every step with the reasons for it."""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from jiexu.store import atrest
from jiexu.usecases.reading.lines import POSTINGS, ROWS, money_ways, rows_of
from jiexu.usecases.reading.months import CaseMonths, case_months
from jiexu.usecases.reading.parts import Answers, Part, Parts, Rows
from jiexu.usecases.reading.reader import Look, Reader
from jiexu.usecases.reading.shown import CaseRow, Deadline, Held, MoneyWay, Place
from jiexu.usecases.reading.steps import STEPS, Entry, entries


class NoSuchCaseError(LookupError):
    """No agency of this node has a file of that number. Whether it exists elsewhere cannot be told here."""


@dataclass(frozen=True, slots=True)
class LegalDate:
    """A date the law sets for one side: until when, and when that side was done, if it is."""

    side: str
    place: Place
    due: Deadline
    is_done: bool


@dataclass(frozen=True, slots=True)
class Stuck:
    """An exception: a step of this case that could not be done with others, in somebody's hands until a day."""

    held: Held
    due: Deadline


@dataclass(frozen=True, slots=True)
class CasePage:
    """Everything the page of a case shows. ``applicant`` and ``channel``: as the application says them.

    ``death_noted``: whether the agency that looks has itself noted a death of the person.
    ``beside``: what the agency that looks has besides, or had: ``reviews``, ``requests`` of the person, ``uploads``.
    ``digests``: policy versions the decisions rest on. ``places``: every place its texts may name. ``messages``: how many were exchanged.
    """

    today: date
    has_clock: bool
    row: CaseRow
    applicant: str
    channel: str
    accepted_on: date | None
    legal: tuple[LegalDate, ...]
    refusals: tuple[str, ...]
    money: tuple[MoneyWay, ...]
    months: CaseMonths
    entries: tuple[Entry, ...]
    messages: int
    engines: tuple[str, ...]
    digests: tuple[str, ...]
    places: Mapping[str, Place]
    stuck: tuple[Stuck, ...]
    death_noted: bool
    beside: frozenset[str]

    def place(self, code: str) -> Place:
        """A place named in notices and decisions; one nobody knows is called by its code."""
        return self.places.get(code) or Place(code, code, code, code)


@dataclass(frozen=True, slots=True)
class TrackPage:
    """What a person sees who gives a case number: the lines, and why if the case was refused."""

    today: date
    has_clock: bool
    row: CaseRow
    refusals: tuple[str, ...]


LAST = 4
"""Characters of a document number that a person gives with the case number."""
NUMBERS = """
  SELECT d.* FROM identity_document d JOIN file f ON (f.agency, f.person) = (d.agency, d.person)
  WHERE f.case_no = %s
"""


# Every index begins with the agency, so what hangs on a case is looked for at its two, of which one may have no file yet.
HERE = (
    "WITH here AS MATERIALIZED (SELECT agency, person, other FROM file WHERE case_no = %(case)s), "
    "both_sides AS MATERIALIZED (SELECT agency FROM here UNION SELECT other FROM here)"
)
"""The files of a case that this reader may see, and its two agencies."""
WHOLE: Parts = {
    **ROWS,
    **STEPS,
    "postings": POSTINGS,
    "months": Part("""
      SELECT l.agency, l.area, l.kind, l.scheme, l.earned, l.moved_in, l.moved_out
      FROM month_line l JOIN here f USING (agency, person) ORDER BY l.area, l.kind
    """),
    "stuck": Part(
        "SELECT agency, holder, due_on FROM stuck_case WHERE agency = ANY(ARRAY(SELECT agency FROM both_sides)) AND case_no = %(case)s ORDER BY agency",
        days=("due_on",),
    ),
    "beside": Part(
        "SELECT 'reviews' AS what FROM review WHERE agency = %(agency)s AND case_no = %(case)s "
        "UNION SELECT 'requests' FROM person_request JOIN here USING (agency, person) "
        "UNION SELECT 'uploads' FROM upload WHERE agency = %(agency)s AND case_no = %(case)s"
    ),
    "died": Part(
        "SELECT 1 AS noted FROM here JOIN person p USING (agency, person) WHERE agency = %(agency)s AND p.died_on IS NOT NULL"
    ),
}
"""Everything that the page of a case is told from."""


def track(reader: Reader, *, case_no: str, last_four: str) -> TrackPage:
    """One line for the record and one for each amount, for who also knows the last four of a document of the person.

    Raises NoSuchCaseError for a wrong number and for wrong last four alike, after the same work.
    """
    with reader.looking("track") as look:
        known = [atrest.last_four(row).upper() for row in look.rows(NUMBERS, case_no)]
        given = last_four.strip().upper().encode()
        fits = [hmac.compare_digest(given, each.encode()) for each in (known or [""])]
        if not any(fits) or len(given) != LAST:
            raise NoSuchCaseError("No case has this number and these last four; check both.")
        answers = look.parts(ROWS, numbers=[case_no])
        row, files = _found(look, case_no, answers)
        return TrackPage(look.today, look.has_clock, row, _refusals(files))


def last_four(reader: Reader, *, case_no: str) -> str:
    """What a visitor of the demonstration may write beside the number of an invented person's case; empty elsewhere."""
    with reader.looking("last_four") as look:
        found = look.rows(NUMBERS, case_no) if look.has_clock else []
        return atrest.last_four(found[0]).upper() if found else ""


def case(reader: Reader, *, case_no: str, agency: str = "") -> CasePage:
    """The whole case; what one agency holds of it where it is named. Raises NoSuchCaseError."""
    with reader.looking("case", agency=agency) as look:
        answers = look.parts(WHOLE, before=HERE, case=case_no, numbers=[case_no], agency=agency)
        row, files = _found(look, case_no, answers)
        asked, done = files[0]["asked"], entries(look, row, answers)
        reasons = [reason for entry in done for reason in entry.reasons]
        return CasePage(
            today=look.today,
            has_clock=look.has_clock,
            row=row,
            applicant=asked["applicant"],
            channel=asked["channel"],
            accepted_on=next((file["accepted_on"] for file in files if file["accepted_on"]), None),
            legal=_legal(look, row, files),
            refusals=_refusals(files),
            money=money_ways(row, answers["postings"]),
            months=_months(look, row, answers["months"]),
            entries=done,
            messages=len({message["id"] for message in answers["messages"]}),
            engines=tuple(sorted({reason.engine for reason in reasons})),
            digests=tuple(sorted({reason.digest for reason in reasons})),
            places=_places(look, done),
            stuck=_stuck(look, row, answers["stuck"]),
            death_noted=bool(answers["died"]),
            beside=frozenset(each["what"] for each in answers["beside"]),
        )


def _found(look: Look, case_no: str, answers: Answers) -> tuple[CaseRow, list[dict[str, Any]]]:
    """The case, and the files it was put together from, whoever opened it first. Raises NoSuchCaseError."""
    found = rows_of(look, [case_no], answers)
    if not found:
        raise NoSuchCaseError(f"No file of case {case_no} is known here; check the number.")
    return found[0], sorted(answers["files"], key=lambda file: not file["opener"])


def _stuck(look: Look, row: CaseRow, found: Rows) -> tuple[Stuck, ...]:
    sides = {row.origin.code: "origin", row.destination.code: "destination"}
    return tuple(
        Stuck(
            Held(each["holder"], sides.get(each["agency"], ""), look.place(each["agency"])),
            look.deadline(each["due_on"], "promise"),
        )
        for each in found
    )


def _places(look: Look, done: Iterable[Entry]) -> Mapping[str, Place]:
    """Every place a sentence on the page may name."""
    areas = {
        used.fact.area for entry in done for reason in entry.reasons for used in reason.facts if used.fact
    }
    return {**look.reader.places, **{code: look.place(code) for code in areas}}


def _refusals(files: list[dict[str, Any]]) -> tuple[str, ...]:
    """Codes in order, each once; both sides tell the same ones."""
    return tuple(dict.fromkeys(code for file in files for code in file["refusals"]))


def _legal(look: Look, row: CaseRow, files: list[dict[str, Any]]) -> tuple[LegalDate, ...]:
    """The dates of both sides as the file that counted them keeps them; the origin's from either."""
    found = []
    for side, place, ends in (
        ("origin", row.origin, {"form_sent", "in"}),
        ("destination", row.destination, {"in"}),
    ):
        own = [file for file in files if file["side"] == side]
        due = next((file[f"{side}_due"] for file in [*own, *files] if file[f"{side}_due"]), None)
        if due is not None:
            on, kind, _ = due
            done = row.record.state in ends or any(file["record_state"] in ends for file in own)
            found.append(LegalDate(side, place, look.deadline(date.fromisoformat(on), kind), done))
    return tuple(found)


def _months(look: Look, row: CaseRow, recorded: Rows) -> CaseMonths:
    """Months of the scheme the case moves, as both places record them now."""
    lines = [line for line in recorded if line["scheme"] == row.from_scheme]
    return case_months(lines, origin=row.origin, destination=row.destination, place=look.place)
