"""What each document says, as plain values built from rows: no language, no layout, no day of printing.

The same rows give the same content and so the same digest, whoever prints it, in whatever language, however often.
Full document numbers stand on the information form alone, because the destination must find the person by it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from jiexu.cases.states import MoneyState, RecordState
from jiexu.cases.step import MoveKind
from jiexu.documents.errors import DocumentError
from jiexu.documents.kinds import TERMS, Kind
from jiexu.documents.looking import Looked, Person
from jiexu.exchange.canonical import canonical, digest, parse
from jiexu.records.monthset import MonthSet
from jiexu.records.record import Line
from jiexu.rules.inputs import Channel
from jiexu.values.month import Month
from jiexu.values.writing import compacted, masked

LAYOUT: Final = 1
"""Version of what contents hold; a content of an older one is read by what it says, never rebuilt."""

Facts = dict[str, Any]
"""ASCII keys; text, integers, booleans, null, and lists and objects of these."""


@dataclass(frozen=True, slots=True)
class Content:
    """What one document says."""

    kind: Kind
    facts: Facts

    @property
    def data(self) -> bytes:
        """The canonical bytes, kept and attached to the PDF."""
        return canonical(self.facts)

    @property
    def digest(self) -> str:
        """SHA-256 in hex of these bytes: what codes and the journal stand for."""
        return digest(self.data)


def read(data: bytes) -> Content:
    """The content in canonical bytes. Raises DocumentError for any other bytes."""
    try:
        facts = parse(data)
        if not isinstance(facts, dict):
            raise DocumentError("content_unreadable")
        return Content(Kind(facts["kind"]), facts)
    except (ValueError, KeyError):
        raise DocumentError("content_unreadable") from None


def build(kind: Kind, looked: Looked) -> Content:
    """The content of a document as the rows stand now. Raises DocumentError where the case is not that far."""
    _check_issuer(kind, looked)
    facts = _head(kind, looked) | BUILDERS[kind](looked)
    return Content(kind, facts)


def _check_issuer(kind: Kind, looked: Looked) -> None:
    issuer = TERMS[kind].issuer
    if not (looked.file.opener if issuer == "opener" else looked.file.side is issuer):
        raise DocumentError("other_agency_issues", agency=looked.file.other)


def _head(kind: Kind, looked: Looked) -> Facts:
    asked, file = looked.file.asked, looked.file
    return {
        "agency": file.agency,
        "applicant": asked.applicant.value,
        "case_no": file.case_no,
        "channel": asked.channel.value,
        "destination": asked.destination,
        "from_scheme": asked.from_scheme.value,
        "kind": kind.value,
        "layout": LAYOUT,
        "origin": asked.origin,
        "person": person(looked, in_full=kind is Kind.INFORMATION_FORM),
        "received_on": asked.received_on.isoformat(),
        "to_scheme": asked.to_scheme.value,
    }


def person(looked: Looked, *, in_full: bool) -> Facts:
    """Who it is about. ``in_full``: with the whole document number; else its last four characters."""
    known = looked.person
    if known is None:
        return {"birth": None, "document": None, "document_kind": None, "name": looked.file.name, "sex": None}
    # Of two numbers of one kind the newer form, which is the longer one.
    papers = sorted(known.papers, key=lambda each: (each.kind, -len(each.number), each.number))
    paper = papers[0] if papers else None
    number = "" if paper is None else compacted(paper.number)
    return {
        "birth": known.facts.birth.isoformat(),
        "document": number if in_full or not number else masked(number),
        "document_kind": None if paper is None else paper.kind,
        "name": known.name,
        "sex": None if known.facts.sex is None else known.facts.sex.value,
    }


def _application_form(looked: Looked) -> Facts:
    asked = looked.file.asked
    return {"authorised": asked.authorised, "employer": asked.employer, "wants_cash": asked.wants_cash}


def _application_receipt(looked: Looked) -> Facts:
    """What was taken, by whom and on which day, and that the person is told: nothing of it changes later."""
    return {"opened_on": looked.file.opened_on.isoformat()}


def _transfer_notice(looked: Looked) -> Facts:
    file = looked.file
    if file.accepted_on is None or file.record.state is RecordState.REFUSED:
        raise DocumentError("not_accepted")
    due = file.origin_due
    return {
        "accepted_on": file.accepted_on.isoformat(),
        "origin_due": None if due is None else [due.on.isoformat(), due.kind.value],
    }


def _contact_letter(looked: Looked) -> Facts:
    file = looked.file
    if file.asked.channel is not Channel.OFFLINE:
        raise DocumentError("not_offline")
    if not file.opener or file.own_check:
        raise DocumentError("not_asked_by_letter")
    account = looked.account
    listed = (
        {"account": account.account, "bank": account.bank, "cnaps": account.cnaps, "holder": account.holder}
        if account
        else None
    )
    return {"account": listed, "opened_on": file.opened_on.isoformat()}


def _enrolment_certificate(looked: Looked) -> Facts:
    known, scheme = _known(looked), looked.file.asked.from_scheme.value
    lines = {line: tally for line, tally in known.record.lines.items() if line.scheme == scheme}
    return {
        "account": [[part.part, part.balance_fen] for part in known.facts.account],
        "arrears_months": known.facts.arrears_months,
        "enrolments": _enrolments(known, scheme),
        "months": month_lines((line, tally.counted) for line, tally in lines.items()),
        "moved_out": month_lines((line, tally.moved_out) for line, tally in lines.items()),
    }


def _information_form(looked: Looked) -> Facts:
    file, known = looked.file, _known(looked)
    if file.form is None:
        raise DocumentError("no_form_yet")
    form = file.form
    return {
        "arrears_months": known.facts.arrears_months,
        "enrolments": _enrolments(known, file.asked.from_scheme.value),
        "issue": form.issue,
        "issued_on": form.issued_on.isoformat(),
        "left_behind": list(form.left_behind),
        "mode": form.mode,
        "months": [
            {"area": each.area, "kind": each.kind, "scheme": each.scheme, "spans": spans(each.months)}
            for each in form.months
        ],
        "parts": [[part.part, part.amount_fen] for part in form.parts],
    }


def _refusal_notice(looked: Looked) -> Facts:
    file = looked.file
    if file.record.state is not RecordState.REFUSED or not file.refusals:
        raise DocumentError("not_refused")
    return {
        "accepted_on": None if file.accepted_on is None else file.accepted_on.isoformat(),
        "refusals": list(file.refusals),
    }


def _completion_notice(looked: Looked) -> Facts:
    file = looked.file
    if file.record.state is not RecordState.IN or file.form is None:
        raise DocumentError("record_not_in")
    came = {MoveKind.IN.value, MoveKind.CAME_BACK.value}
    taken = [(line, months) for move, line, months in looked.moves if move in came]
    return {
        "already_counted": sum(
            months.count for move, _, months in looked.moves if move == MoveKind.ALREADY_COUNTED
        ),
        "issue": file.form.issue,
        "money": [
            {
                "amount_fen": track.amount_fen,
                "leg": track.leg,
                "mode": track.mode.value,
                "on": _credited_on(looked, track.leg) if track.state is MoneyState.CREDITED else None,
                "state": track.state.value,
            }
            for track in file.money
        ],
        "months": month_lines(_joined(taken)),
        "taken": sum(months.count for _, months in taken),
    }


BUILDERS: Final[Mapping[Kind, Callable[[Looked], Facts]]] = {
    Kind.APPLICATION_FORM: _application_form,
    Kind.PROXY_FORM: lambda looked: {},
    Kind.TRANSFER_NOTICE: _transfer_notice,
    Kind.CONTACT_LETTER: _contact_letter,
    Kind.ENROLMENT_CERTIFICATE: _enrolment_certificate,
    Kind.INFORMATION_FORM: _information_form,
    Kind.REFUSAL_NOTICE: _refusal_notice,
    Kind.COMPLETION_NOTICE: _completion_notice,
    Kind.APPLICATION_RECEIPT: _application_receipt,
}


def _known(looked: Looked) -> Person:
    if looked.person is None:
        raise DocumentError("nobody_found", agency=looked.file.agency)
    return looked.person


def _credited_on(looked: Looked, leg: int) -> str | None:
    day = looked.credited_on.get(leg)
    return None if day is None else day.isoformat()


def _enrolments(known: Person, scheme: str) -> list[Facts]:
    return [
        {
            "employer": each.employer,
            "since": each.since.isoformat(),
            "status": each.status.value,
            "stopped_on": None if each.stopped_on is None else each.stopped_on.isoformat(),
        }
        for each in known.facts.enrolments
        if each.scheme == scheme
    ]


def _joined(lines: Iterable[tuple[Line, MonthSet]]) -> Iterable[tuple[Line, MonthSet]]:
    """Each line once: months that came in and months that came home stand together."""
    found: dict[Line, MonthSet] = {}
    for line, months in lines:
        found[line] = found.get(line, MonthSet.EMPTY) | months
    return sorted(found.items())


def month_lines(lines: Iterable[tuple[Line, MonthSet]]) -> list[Facts]:
    """Months by scheme, place and kind; lines without any left out."""
    return [
        {"area": line.area, "kind": line.kind.value, "scheme": line.scheme, "spans": spans(months)}
        for line, months in lines
        if months
    ]


def spans(months: MonthSet) -> list[list[str]]:
    """Runs of months as first and last, both included."""
    return [[str(Month(begin)), str(Month(end - 1))] for begin, end in months.spans]
