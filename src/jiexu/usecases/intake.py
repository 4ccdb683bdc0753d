"""From the rows of a file to what use cases take: applications, people, desk events, bank events."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from jiexu.exchange.payloads import Document
from jiexu.gateways.demo_bank import Fault
from jiexu.gateways.tables.applications import Application
from jiexu.gateways.tables.events import EventRow
from jiexu.gateways.tables.people import PersonAtAgency as PersonRows
from jiexu.gateways.tables.people import PersonRow
from jiexu.gateways.tables.vocabulary import EventKind
from jiexu.rules.inputs import Scheme
from jiexu.rules.money import MoneyMode
from jiexu.usecases.applications import ApplicationIn
from jiexu.usecases.bankfaults import BankEvent
from jiexu.usecases.deskwork import DeskEvent, Verb
from jiexu.usecases.people import PersonAtAgency, together

DESK = {
    EventKind.DEATH: (Verb.DEATH, ""),
    EventKind.DEATH_TAKEN_BACK: (Verb.TAKE_BACK_DEATH, ""),
    EventKind.LATE: (Verb.LATE_MONEY, ""),
    EventKind.CONSENT: (Verb.CONSENT, ""),
    EventKind.STOP: (Verb.STOP, ""),
    EventKind.WITHDRAW: (Verb.WITHDRAW, ""),
    EventKind.DISPUTE: (Verb.DISPUTE_FORM, ""),
    EventKind.MODE_KEEP: (Verb.DECIDE_MODE, "KEEP"),
    EventKind.MODE_REMIT: (Verb.DECIDE_MODE, "REMIT"),
    EventKind.MODE_TO_PERSON: (Verb.DECIDE_MODE, "TO_PERSON"),
    EventKind.COVER_BEGAN: (Verb.BEGIN_COVERAGE, Scheme.EMPLOYEE.value),
    EventKind.RESIDENT_COVER_BEGAN: (Verb.BEGIN_COVERAGE, Scheme.RESIDENT.value),
    EventKind.COVER_STOPPED: (Verb.STOP_COVERAGE, ""),
}
BANK = {
    EventKind.WRONG: Fault.OVER,
    EventKind.SHORT: Fault.SHORT,
    EventKind.BOUNCED: Fault.BOUNCED,
    EventKind.REJECTED: Fault.REJECTED,
    EventKind.DUPLICATE: Fault.DUPLICATE,
    EventKind.UNMATCHED: Fault.NONE,
    EventKind.NO_REFERENCE: Fault.NO_REFERENCE,
}


def application_in(row: Application, *, today: date) -> ApplicationIn:
    """An application of a file; it is received on the day it names, else today."""
    document = Document(row.document.kind, row.document.number)
    return ApplicationIn(
        row.row, row.name.original, document, row.asked(today=today), proposal=row.is_proposal
    )


def people_in(people: Iterable[PersonRows]) -> list[PersonAtAgency]:
    """People of a file as their agencies' systems would hand them over."""
    return [together([person_in(row) for row in each.rows]) for each in people]


def person_in(row: PersonRow) -> PersonAtAgency:
    """What one row says of a person at one agency."""
    scheme = row.enrolment.scheme.value
    return PersonAtAgency(
        agency=row.area,
        name=row.name.original,
        birth=row.birth,
        sex=row.sex,
        documents=tuple(
            (each.kind, each.number, each.valid_from, each.valid_until) for each in row.documents
        ),
        enrolments=(row.enrolment,),
        months=tuple((scheme, kind.value, months) for kind, months in row.months.items()),
        parts=tuple((part.part, part.balance_fen, part.movable) for part in row.account),
        owed_fen=row.owed_fen,
        sharing_open=row.sharing_open,
        arrears_months=row.arrears_months,
        posted=row.posted,
    )


def events_in(rows: Iterable[EventRow]) -> tuple[list[DeskEvent], list[BankEvent]]:
    """Desk events and bank events of a file, apart: the two reach a case by different doors."""
    both = [event_in(row) for row in rows]
    return (
        [event for event in both if isinstance(event, DeskEvent)],
        [event for event in both if isinstance(event, BankEvent)],
    )


def event_in(row: EventRow) -> DeskEvent | BankEvent:
    """What one row says happened at a desk or at the bank."""
    document = Document(row.document.kind, row.document.number) if row.document else None
    key, case_no, fen = f"row-{row.row}", row.case_no or "", row.amount_fen or 0
    way = row.origin or "", row.destination or ""
    if row.kind in BANK:
        return BankEvent(key, row.on, BANK[row.kind], case_no, document, *way, fen)
    verb, word = DESK[row.kind]
    word = MoneyMode[word].value if verb is Verb.DECIDE_MODE else word
    return DeskEvent(key, row.on, verb, case_no, document, *way, fen, word=word)
