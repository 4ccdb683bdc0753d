"""What an agency knows about people, fetched for many at once: the facts and the record the rules look at."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from psycopg.types.multirange import Multirange

from jiexu.exchange.payloads import Document
from jiexu.records.monthset import MonthSet
from jiexu.records.record import Line, MonthKind, PersonRecord, Tally
from jiexu.rules.inputs import AccountPart, Enrolment, PersonFacts, Scheme, Sex, Status
from jiexu.store import atrest, bulk
from jiexu.store.db import Cursor, Row

Key = tuple[str, str]
"""(agency, that agency's own reference of a person)"""
PAIR = ("agency", "person")


@dataclass(frozen=True, slots=True)
class Known:
    """One person as one agency knows them."""

    facts: PersonFacts
    record: PersonRecord
    name_key: str
    papers: Sequence[Row] = field(default=(), repr=False)
    """Rows of their documents, in the order of kinds."""

    @property
    def documents(self) -> tuple[Document, ...]:
        """Their documents, in the order of kind and number. Opened when asked for: most steps need none."""
        return tuple(Document(each["kind"], each["number"]) for each in _opened(self.papers))


def find(cursor: Cursor, wanted: Sequence[tuple[str, str, str]]) -> dict[tuple[str, str, str], str]:
    """Persons by (agency, document kind, number); documents whose validity ended still identify (old records)."""
    sought = {each: (each[0], each[1], atrest.seek(each[1], each[2])) for each in wanted}
    query = "SELECT d.agency, d.kind, d.seek, d.person FROM identity_document d JOIN {keys} ON (d.agency, d.kind, d.seek) = (k.agency, k.kind, k.seek)"
    rows = bulk.select_keys(cursor, query, list(set(sought.values())), ("agency", "kind", "seek"))
    found = {(row["agency"], row["kind"], row["seek"]): row["person"] for row in rows}
    return {each: found[key] for each, key in sought.items() if key in found}


def lock(cursor: Cursor, keys: Iterable[Key]) -> None:
    """Make people's months and accounts this transaction's alone, in key order, until its end."""
    query = (
        "SELECT 1 FROM person t JOIN {keys} ON (t.agency, t.person) = (k.agency, k.person) "
        "ORDER BY t.agency, t.person FOR NO KEY UPDATE OF t"
    )
    bulk.select_keys(cursor, query, sorted(set(keys)), PAIR)


def load(cursor: Cursor, keys: Iterable[Key], scheme_of: dict[Key, str]) -> dict[Key, Known]:
    """Facts and records of people. ``scheme_of``: the scheme whose months a case asks about, by person."""
    listed = sorted(set(keys))
    people = _rows(cursor, "person", listed)
    documents = _many(cursor, "identity_document", listed, "kind")
    enrolments = _many(cursor, "enrolment", listed, "scheme, since")
    accounts = _many(cursor, "account", listed, "part")
    lines = _many(cursor, "month_line", listed, "scheme, area, kind")
    known = {}
    for key, row in people.items():
        record = PersonRecord(key[0], {_line(each): _tally(each) for each in lines.get(key, ())})
        own = documents.get(key, [])
        facts = _facts(
            row,
            own,
            enrolments.get(key, []),
            accounts.get(key, []),
            record,
            scheme_of.get(key, Scheme.EMPLOYEE.value),
        )
        known[key] = Known(facts, record, row["name_key"], own)
    return known


def papers(cursor: Cursor, keys: Sequence[Key]) -> dict[Key, list[Row]]:
    """Documents of people with their numbers opened, in the order of kind and number."""
    found = _many(cursor, "identity_document", keys, "kind")
    return {key: _opened(rows) for key, rows in found.items()}


def papers_of_case(cursor: Cursor, agency: str, case_no: str) -> list[Row]:
    """The same of the person of a case, as an agency knows them."""
    query = (
        "SELECT d.* FROM file f JOIN identity_document d ON (d.agency, d.person) = (f.agency, f.person) "
        "WHERE (f.agency, f.case_no) = (%s, %s)"
    )
    return _opened(cursor.execute(query, [agency, case_no]).fetchall())


def _opened(rows: Iterable[Row]) -> list[Row]:
    opened = [{**row, "number": atrest.number_of(row)} for row in rows]
    return sorted(opened, key=lambda row: (row["kind"], row["number"]))


def _facts(
    row: Row, papers: list[Row], enrolments: list[Row], accounts: list[Row], record: PersonRecord, scheme: str
) -> PersonFacts:
    counted = record.counted(scheme)
    return PersonFacts(
        birth=row["birth"],
        document_kind=papers[0]["kind"] if papers else "99",
        enrolments=tuple(_enrolment(each) for each in enrolments),
        account=tuple(
            AccountPart(each["part"], each["balance_fen"], each["held_fen"], each["movable"])
            for each in accounts
        ),
        owed_fen=row["owed_fen"],
        already_moved_out=any(
            tally.moved_out for line, tally in record.lines.items() if line.scheme == scheme
        ),
        movable_months=sum(months.count for months in counted.values()),
        sharing_open=row["sharing_open"],
        died_on=row["died_on"],
        arrears_months=row["arrears_months"],
        posted=row["posted"],
        sex=Sex(row["sex"]) if row["sex"] else None,
    )


def _enrolment(row: Row) -> Enrolment:
    return Enrolment(
        scheme=Scheme(row["scheme"]),
        status=Status(row["status"]),
        since=row["since"],
        stopped_on=row["stopped_on"],
        cover_year=row["cover_year"],
        employer=row["employer"],
        has_account=row["has_account"],
        first_month_paid=row["first_month_paid"],
    )


def _line(row: Row) -> Line:
    return Line(row["scheme"], row["area"], MonthKind(row["kind"]))


def _tally(row: Row) -> Tally:
    return Tally(months_of(row["earned"]), months_of(row["moved_in"]), months_of(row["moved_out"]))


def months_of(value: Any) -> MonthSet:
    """A multirange of PostgreSQL as months, read as such or as its text, which is how JSON holds it."""
    if isinstance(value, str):
        return MonthSet.parse_pg(value)
    if not isinstance(value, Multirange):
        raise TypeError(f"Expected a multirange of months, got {value!r}; read the column as int4multirange.")
    return MonthSet.from_spans((each.lower or 0, each.upper or 0) for each in value)


def _rows(cursor: Cursor, table: str, keys: Sequence[Key]) -> dict[Key, Row]:
    query = f"SELECT t.* FROM {table} t JOIN {{keys}} ON (t.agency, t.person) = (k.agency, k.person)"
    return {(row["agency"], row["person"]): row for row in bulk.select_keys(cursor, query, keys, PAIR)}


def _many(cursor: Cursor, table: str, keys: Sequence[Key], order: str) -> dict[Key, list[Row]]:
    query = f"SELECT t.* FROM {table} t JOIN {{keys}} ON (t.agency, t.person) = (k.agency, k.person) ORDER BY {', '.join('t.' + name for name in order.split(', '))}"
    found: dict[Key, list[Row]] = {}
    for row in bulk.select_keys(cursor, query, keys, PAIR):
        found.setdefault((row["agency"], row["person"]), []).append(row)
    return found
