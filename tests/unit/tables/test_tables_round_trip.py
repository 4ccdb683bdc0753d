"""What is written is read back the same, whatever the file."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tables_help import DEMONSTRATION, TODAY

from jiexu.gateways.tables import (
    Application,
    EventRow,
    PersonRow,
    applications,
    events,
    people,
    read_applications,
    read_events,
    read_people,
    write_rows,
)
from jiexu.gateways.tables.cells import months, write_months
from jiexu.gateways.tables.columns import Column
from jiexu.gateways.tables.vocabulary import (
    APPLICANTS,
    CHANNELS,
    DOCUMENT_KINDS,
    EVENTS,
    SCHEMES,
    SEXES,
    STATUSES,
    YES_NO,
    EventKind,
    Vocabulary,
)
from jiexu.records.monthset import MonthSet
from jiexu.records.record import MonthKind
from jiexu.rules.inputs import AccountPart, Applicant, Channel, Enrolment, Scheme, Sex, Status
from jiexu.values import case_number, citizen
from jiexu.values.identity import DocumentKind, IdentityDocument
from jiexu.values.month import Month
from jiexu.values.names import PersonName

FORMATS: Sequence[dict[str, Any]] = (
    {"lang": "zh", "encoding": "utf-8-sig"},
    {"lang": "en", "encoding": "utf-8", "delimiter": "\t"},
    {"lang": "zh", "encoding": "gb18030", "delimiter": ";"},
    {"lang": "en", "suffix": ".xlsx"},
)
AREAS = st.sampled_from(["530300", "510100", "440100", "110000", "419900"])
text = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), max_size=12).map(str.strip)
names = text.filter(lambda name: bool(name.strip("-–—−'"))).map(lambda name: PersonName(name + "甲"))
fen = st.integers(0, 10**9)
births = st.dates(date(1960, 1, 1), date(2004, 1, 1))
numbers = st.builds(citizen.make_synthetic, births, st.integers(0, 9_999_999))
spans = st.lists(st.tuples(st.integers(0, 200), st.integers(0, 60)), max_size=4).map(
    lambda pairs: MonthSet.from_spans(
        (
            Month.of(2005, 1).index + begin,
            min(Month.of(2005, 1).index + begin + length, Month.containing(TODAY).index + 1),
        )
        for begin, length in pairs
    )
)


def _with_texts(made: Application) -> Application:
    object.__setattr__(made, "origin_text", made.origin)
    object.__setattr__(made, "destination_text", made.destination)
    return made


applications_made = st.builds(
    Application,
    row=st.just(2),
    name=names,
    document=numbers.map(lambda number: IdentityDocument("01", number)),
    origin=AREAS,
    origin_text=st.just(""),
    destination=AREAS,
    destination_text=st.just(""),
    from_scheme=st.sampled_from(Scheme),
    to_scheme=st.sampled_from(Scheme),
    applicant=st.sampled_from([Applicant.MEMBER, Applicant.AGENT]),
    authorised=st.booleans(),
    channel=st.just(Channel.PROACTIVE),
    received_on=st.none() | st.dates(date(2016, 9, 1), TODAY),
    consent=st.booleans(),
    wants_cash=st.booleans(),
    bank_account=st.sampled_from(["", "6222020000001"]),
    note=text,
).map(_with_texts)


@st.composite
def people_made(draw: st.DrawFn) -> PersonRow:
    number = draw(numbers)
    birth = citizen.birth_of(number)
    scheme, status = draw(st.sampled_from(Scheme)), draw(st.sampled_from(Status))
    since = draw(st.dates(date(2005, 1, 1), TODAY))
    account = draw(st.lists(st.sampled_from(["this_year", "earlier_years", "supplement"]), unique=True))
    return PersonRow(
        row=2,
        name=draw(names),
        documents=(
            IdentityDocument("01", number),
            *draw(st.just(()) | st.just((IdentityDocument("16", "E12345678"),))),
        ),
        birth=birth,
        sex=Sex(citizen.sex_of(number).value),
        area=draw(AREAS),
        enrolment=Enrolment(
            scheme=scheme,
            status=status,
            since=since,
            stopped_on=draw(st.dates(since, TODAY)) if status is Status.STOPPED else None,
            cover_year=draw(st.none() | st.just(2026)) if scheme is Scheme.RESIDENT else None,
            has_account=bool(account) or draw(st.booleans()),
            first_month_paid=draw(st.booleans()),
        ),
        months={kind: months for kind in MonthKind if (months := draw(spans))},
        account=tuple(
            AccountPart(part, draw(fen), movable=people.PARTS[part])
            for part in people.PARTS
            if part in account
        ),
        owed_fen=draw(fen),
        sharing_open=draw(st.booleans()),
        arrears_months=draw(st.integers(0, 999)),
        posted=draw(st.booleans()),
    )


@st.composite
def events_made(draw: st.DrawFn) -> EventRow:
    kind = draw(st.sampled_from(EventKind))
    by_number = draw(st.booleans()) and kind not in events._OF_THE_RECORD
    return EventRow(
        row=2,
        on=draw(st.dates(date(2016, 9, 1), TODAY)),
        kind=kind,
        case_no=case_number.make("530300", draw(st.binary(min_size=8, max_size=8))) if by_number else None,
        document=None if by_number else IdentityDocument("01", draw(numbers)),
        origin=None if by_number else draw(AREAS),
        destination=None if by_number else draw(AREAS),
        amount_fen=draw(st.integers(1, 10**9)) if kind in events.NEEDS_AMOUNT else None,
        note=draw(text),
    )


def written_and_read(
    made: Any, columns: Sequence[Column], read: Callable[..., Any], form: dict[str, Any]
) -> Any:
    options = dict(form)
    suffix = options.pop("suffix", ".csv")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"table{suffix}"
        assert write_rows(file, [made.cells()], columns=columns, **options) == 1
        (back,) = read(file, context=DEMONSTRATION)
        return back


@given(applications_made, st.sampled_from(FORMATS))
def test_an_application_comes_back_as_it_was_written(made: Application, form: dict[str, Any]) -> None:
    assert written_and_read(made, applications.COLUMNS, read_applications, form) == made


@given(people_made(), st.sampled_from(FORMATS))
def test_a_person_comes_back_as_it_was_written(made: PersonRow, form: dict[str, Any]) -> None:
    assert written_and_read(made, people.COLUMNS, read_people, form) == made


@given(events_made(), st.sampled_from(FORMATS))
def test_an_event_comes_back_as_it_was_written(made: EventRow, form: dict[str, Any]) -> None:
    assert written_and_read(made, events.COLUMNS, read_events, form) == made


@given(spans)
def test_months_come_back_as_they_were_written(made: MonthSet) -> None:
    assert months(write_months(made)) == made


@pytest.mark.parametrize("cell", ["=1+1", "-", "+x", "'quoted", "@a", "plain", "-5"])
def test_no_cell_we_write_is_a_formula_or_changes(tmp_path: Path, cell: str) -> None:
    made = Application(
        row=2, name=PersonName("甲"), document=IdentityDocument("01", citizen.make_synthetic(date(1990, 1, 1), 1)),
        origin="530300", origin_text="530300", destination="510100", destination_text="510100",
        from_scheme=Scheme.EMPLOYEE, to_scheme=Scheme.EMPLOYEE, note=cell,
    )  # fmt: skip
    for suffix in (".csv", ".xlsx"):
        file = tmp_path / f"t{suffix}"
        write_rows(file, [made.cells()], columns=applications.COLUMNS)
        assert list(read_applications(file, context=DEMONSTRATION)) == [made]


ALL: Sequence[Vocabulary[Any]] = (
    YES_NO,
    SCHEMES,
    APPLICANTS,
    CHANNELS,
    STATUSES,
    SEXES,
    DOCUMENT_KINDS,
    EVENTS,
)


@pytest.mark.parametrize("words", ALL)
def test_every_word_we_write_is_read_back_in_both_languages(words: Vocabulary[Any]) -> None:
    for written in (words.zh, words.en):
        assert [words.read(word) for word in written.values()] == list(written)
    assert set(words.zh) == set(words.en)


def test_every_known_kind_of_document_has_a_word() -> None:
    assert set(DOCUMENT_KINDS.zh) == set(DocumentKind)
    assert set(EVENTS.zh) == set(EventKind)
