"""people: what agencies know. One row is one enrolment of one person at one agency (docs/formats.md)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import BinaryIO, cast

from jiexu.gateways.tables.cells import (
    FARTHEST_AHEAD,
    Context,
    RowReader,
    count,
    day_until,
    document_kind,
    months_within,
    write_months,
    year,
)
from jiexu.gateways.tables.columns import Column
from jiexu.gateways.tables.faults import CellError, FaultyRow, shown
from jiexu.gateways.tables.reading import Row, Source, Unread, read_rows
from jiexu.gateways.tables.seen import Seen
from jiexu.gateways.tables.vocabulary import SCHEMES, SEXES, STATUSES, YES_NO
from jiexu.records.monthset import MonthSet
from jiexu.records.record import Line, MonthKind, PersonRecord, Tally
from jiexu.rules.inputs import AccountPart, Enrolment, PersonFacts, Scheme, Sex, Status
from jiexu.values import agency, citizen
from jiexu.values.identity import DocumentKind, IdentityDocument, validate_document
from jiexu.values.money import format_yuan, parse_yuan
from jiexu.values.names import PersonName

COLUMNS = (
    Column("name", required=True, also=("参保人", "full name", "person")),
    Column("document_kind", also=("证件种类", "document type", "id type")),
    Column(
        "document_number",
        required=True,
        also=("身份证号", "身份证号码", "公民身份号码", "证件号", "id number", "document no"),
    ),
    Column("other_documents", also=("其它证件",)),
    Column("birth", also=("生日", "date of birth")),
    Column("sex", also=("gender",)),
    Column("area", required=True, also=("统筹区", "统筹地区", "经办机构", "agency")),
    Column("scheme", required=True, also=("参保险种",)),
    Column("status", required=True, also=("状态",)),
    Column("since", required=True, also=("参保开始日期", "起始日期")),
    Column("stopped_on", also=("停保日", "中止日期", "stopped")),
    Column("cover_year", also=("年度",)),
    Column("employer", also=("单位代码", "统一社会信用代码", "uscc")),
    Column("has_account", also=("是否有个人账户",)),
    Column("first_month_paid", also=("首月是否到账",)),
    Column("paid", also=("实缴月份", "paid months")),
    Column("deemed", also=("视同月份", "deemed months")),
    Column("made_up", also=("补缴", "made-up months")),
    Column("this_year", also=("当年余额",)),
    Column("earlier_years", also=("往年余额",)),
    Column("supplement", also=("公务员补助",)),
    Column("owed", also=("应退待遇",)),
    Column("sharing", also=("家庭共济",)),
    Column("arrears", also=("欠费",)),
    Column("posted", also=("单位派驻",)),
)
REQUIRED = frozenset(column.name for column in COLUMNS if column.required)
PARTS = {"this_year": True, "earlier_years": True, "supplement": False}
"""Parts of a personal account and whether they move with the person: a supplement of civil servants does not."""
_CARRY_BIRTH = frozenset({DocumentKind.CITIZEN_CARD, DocumentKind.RESIDENCE_PERMIT})


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRow:
    """One enrolment and what the same agency holds beside it.

    ``area``: code of the agency's pooling area. ``documents``: the one that identifies first. ``months``: of this
    enrolment's scheme at this agency. ``account``: only the parts the row names; 0 fen is an open, empty part.
    """

    row: int
    name: PersonName
    documents: tuple[IdentityDocument, ...]
    birth: date
    sex: Sex | None
    area: str
    enrolment: Enrolment
    months: Mapping[MonthKind, MonthSet] = field(default_factory=dict)
    account: tuple[AccountPart, ...] = ()
    owed_fen: int = 0
    sharing_open: bool = False
    arrears_months: int = 0
    posted: bool = False

    def person(self) -> tuple[str, ...]:
        """Person and agency, as rows that belong together share them."""
        return (*self.documents[0].key, self.area)

    def cells(self) -> dict[str, str]:
        """The row as it is written; ``read_people`` reads the same from it."""
        one, yes = self.enrolment, YES_NO.zh
        fen = {part.part: part.balance_fen for part in self.account}
        return {
            "name": self.name.original,
            "document_kind": self.documents[0].kind,
            "document_number": self.documents[0].number,
            "other_documents": ";".join(f"{each.kind}:{each.number}" for each in self.documents[1:]),
            "birth": self.birth.isoformat(),
            "sex": SEXES.zh[self.sex] if self.sex else "",
            "area": self.area,
            "scheme": SCHEMES.zh[one.scheme],
            "status": STATUSES.zh[one.status],
            "since": one.since.isoformat(),
            "stopped_on": one.stopped_on.isoformat() if one.stopped_on else "",
            "cover_year": str(one.cover_year or ""),
            "employer": one.employer or "",
            "has_account": yes[one.has_account],
            "first_month_paid": yes[one.first_month_paid],
            **{kind.value: write_months(self.months.get(kind, MonthSet.EMPTY)) for kind in MonthKind},
            **{part: format_yuan(fen[part]).replace(",", "") if part in fen else "" for part in PARTS},
            "owed": format_yuan(self.owed_fen).replace(",", "") if self.owed_fen else "",
            "sharing": yes[self.sharing_open],
            "arrears": str(self.arrears_months),
            "posted": yes[self.posted],
        }


@dataclass(frozen=True, slots=True)
class PersonAtAgency:
    """Everything one agency's rows say about one person."""

    rows: tuple[PersonRow, ...]

    @property
    def area(self) -> str:
        return self.rows[0].area

    @property
    def name(self) -> PersonName:
        return self.rows[0].name

    @property
    def documents(self) -> tuple[IdentityDocument, ...]:
        """Every document, each once."""
        return tuple({each.key: each for row in self.rows for each in row.documents}.values())

    @property
    def record(self) -> PersonRecord:
        """The months earned at this agency."""
        earned: dict[Line, MonthSet] = {}
        for row in self.rows:
            for kind, months in row.months.items():
                line = Line(row.enrolment.scheme.value, self.area, kind)
                earned[line] = earned.get(line, MonthSet.EMPTY) | months
        return PersonRecord(self.area, {line: Tally(earned=months) for line, months in earned.items()})

    def facts(self, *, scheme: Scheme) -> PersonFacts:
        """What the rules look at. ``scheme``: the one whose months a case asks about."""
        rows = self.rows
        return PersonFacts(
            birth=rows[0].birth,
            document_kind=rows[0].documents[0].kind,
            enrolments=tuple(row.enrolment for row in rows),
            account=tuple(part for row in rows for part in row.account),
            owed_fen=max(row.owed_fen for row in rows),
            movable_months=self.record.total(scheme.value),
            sharing_open=any(row.sharing_open for row in rows),
            arrears_months=max(row.arrears_months for row in rows),
            posted=any(row.posted for row in rows),
            sex=rows[0].sex,
        )


def gather(rows: Iterable[PersonRow]) -> tuple[PersonAtAgency, ...]:
    """Rows of the same person at the same agency together, in the order of their first rows. Holds all rows."""
    people: dict[tuple[str, ...], list[PersonRow]] = {}
    for row in rows:
        people.setdefault(row.person(), []).append(row)
    return tuple(PersonAtAgency(tuple(same)) for same in people.values())


def read_people(
    source: Source, *, context: Context, stdin: BinaryIO | None = None, unread: Unread | None = None
) -> Iterator[PersonRow | FaultyRow]:
    """Every row of the file as an enrolment or as what is wrong with it. Raises TableError before the first."""
    return people_of(read_rows(source, columns=COLUMNS, stdin=stdin, unread=unread), context=context)


def people_of(rows: Iterable[Row], *, context: Context) -> Iterator[PersonRow | FaultyRow]:
    """As ``read_people``, from rows. An enrolment stands once, and a person's account in one row of an agency."""
    with Seen() as seen:
        for row in rows:
            reader = RowReader(row, required=REQUIRED)
            person = _person(reader, context)
            if person is not None:
                _once(reader, person, seen)
            yield reader.faulty() if person is None or reader.faults else person


def _once(reader: RowReader, person: PersonRow, seen: Seen) -> None:
    who, one = person.person(), person.enrolment
    earlier = seen.first(person.row, ("enrolment", *who, one.scheme.value, one.since))
    if earlier:
        reader.add("", "enrolment_twice", first=earlier[0])
    account = seen.first(person.row, ("account", *who)) if person.account else None
    if account:
        reader.add("", "account_twice", first=account[0])


def _person(reader: RowReader, context: Context) -> PersonRow | None:
    documents = _documents(reader, context)
    birth, sex = _birth_and_sex(reader, context, documents)
    enrolment = _enrolment(reader, context, birth)
    months = {
        kind: reader.read(
            kind.value, partial(months_within, birth=birth, today=context.today), empty=MonthSet.EMPTY
        )
        for kind in MonthKind
    }
    person = PersonRow(
        row=reader.row.number,
        name=reader.read("name", PersonName),
        documents=documents,
        birth=cast("date", birth),
        sex=sex,
        area=reader.read("area", lambda text: context.area(text, context.today)),
        enrolment=enrolment,
        months={kind: known for kind, known in months.items() if known},
        account=_account(reader, enrolment),
        owed_fen=reader.read("owed", parse_yuan, empty=0),
        sharing_open=reader.read("sharing", YES_NO.read, empty=False),
        arrears_months=reader.read("arrears", count, empty=0),
        posted=reader.read("posted", YES_NO.read, empty=False),
    )
    return None if reader.faults else person


def _documents(reader: RowReader, context: Context) -> tuple[IdentityDocument, ...]:
    kind, number = reader.document(context)

    def others(text: str) -> tuple[IdentityDocument, ...]:
        return tuple(_other(part, context) for part in text.replace("；", ";").split(";") if part.strip())

    further = reader.optional("other_documents", others, secret=True)
    return (IdentityDocument(kind, number), *(further or ()))


def _other(text: str, context: Context) -> IdentityDocument:
    word, colon, number = text.replace("：", ":").partition(":")
    if not colon:
        raise CellError("document_pair", given=shown(text))
    kind = document_kind(word.strip())
    return IdentityDocument(
        kind, validate_document(kind, number, today=context.today, allow_synthetic=context.demonstration)
    )


def _birth_and_sex(
    reader: RowReader, context: Context, documents: tuple[IdentityDocument, ...]
) -> tuple[date | None, Sex | None]:
    """As the number says it where it does, else as the columns say it; both must agree. None only with a fault."""
    written = reader.optional("birth", day_until(context.today))
    sex = reader.optional("sex", SEXES.read)
    first = documents[0]
    if not reader.fine("document_number", "document_kind", "birth", "sex"):
        return written, sex
    if first.kind not in _CARRY_BIRTH:
        if not written:
            reader.add("birth", "birth_missing")
        return written, sex
    carried, named = citizen.birth_of(first.number), Sex(citizen.sex_of(first.number).value)
    if written and written != carried:
        reader.add("birth", "birth_differs", carried=carried.isoformat())
    if sex and sex is not named:
        reader.add("sex", "sex_differs")
    return carried, named


def _enrolment(reader: RowReader, context: Context, birth: date | None) -> Enrolment:
    farthest = day_until(context.today + FARTHEST_AHEAD)
    scheme = reader.read("scheme", SCHEMES.read)
    enrolment = Enrolment(
        scheme=scheme,
        status=reader.read("status", STATUSES.read),
        since=reader.read("since", farthest),
        stopped_on=reader.optional("stopped_on", farthest),
        cover_year=reader.optional("cover_year", year),
        employer=reader.optional("employer", agency.validate),
        has_account=reader.read("has_account", YES_NO.read, empty=scheme is Scheme.EMPLOYEE),
        first_month_paid=reader.read("first_month_paid", YES_NO.read, empty=True),
    )
    if reader.fine("since", "birth", "document_number") and birth and enrolment.since < birth:
        reader.add("since", "since_before_birth", birth=birth.isoformat())
    if reader.fine("status", "since", "stopped_on"):
        _stop(reader, enrolment)
    if reader.fine("scheme", "cover_year") and enrolment.cover_year and scheme is Scheme.EMPLOYEE:
        reader.add("cover_year", "cover_year_of_employee")
    return enrolment


def _stop(reader: RowReader, enrolment: Enrolment) -> None:
    if (enrolment.status is Status.STOPPED) != (enrolment.stopped_on is not None):
        reader.add("stopped_on", "stop_without_status" if enrolment.stopped_on else "stop_missing")
    elif enrolment.stopped_on and enrolment.stopped_on < enrolment.since:
        reader.add("stopped_on", "stop_before_since", since=enrolment.since.isoformat())


def _account(reader: RowReader, enrolment: Enrolment) -> tuple[AccountPart, ...]:
    fen = {part: reader.read(part, parse_yuan, empty=-1) for part in PARTS}
    if not reader.fine(*PARTS):
        return ()
    parts = tuple(AccountPart(part, known, movable=PARTS[part]) for part, known in fen.items() if known >= 0)
    if reader.fine("has_account", "scheme") and parts and not enrolment.has_account:
        reader.add(parts[0].part, "account_without")
    return parts
