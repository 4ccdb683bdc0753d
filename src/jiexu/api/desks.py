"""The agency desk, reports, and what auditors read: what an agency holds is found at its own desk alone."""

from __future__ import annotations

from datetime import UTC, date, datetime
from http import HTTPStatus
from typing import Annotated, Any

from django.http import Http404, HttpRequest
from pydantic import Field

from jiexu.api import shapes
from jiexu.api.core import RefusedError, lang_of, pressing, reading
from jiexu.api.door import here
from jiexu.store.db import Store
from jiexu.texts import say
from jiexu.usecases import looks as looking
from jiexu.usecases import reading as asked
from jiexu.usecases import reviews as reviewing
from jiexu.usecases import unmasking
from jiexu.usecases.doors import Role
from jiexu.usecases.looks import Seen, What
from jiexu.usecases.reading import audited
from jiexu.usecases.reading.case import CasePage
from jiexu.usecases.reading.reports import report
from jiexu.usecases.reviews import Review
from jiexu.values import case_number
from jiexu.values.errors import ValueFault
from jiexu.web import desk, inboxes, office
from jiexu.web.doors import Visitor
from jiexu.web.office import at_desk
from jiexu.web.routes import DESK
from jiexu.web.views.deskside import acts_of, take_step, verb_of
from jiexu.web.views.reports import READERS

AT_DESK, AUDIT = "desk", "audit"
Sat = Annotated[str, Field(max_length=20)] | None
"""The desk somebody works at for this question, where they have several; the door has looked."""


@reading("desk/inbox", who=DESK, group=AT_DESK, answers=shapes.Inbox)
def inbox(
    request: HttpRequest,
    turn: shapes.Words = "",
    due: shapes.Words = "",
    side: shapes.Words = "",
    other: shapes.Words = "",
    scheme: shapes.Words = "",
    after: shapes.Words = "",
    desk: Sat = None,  # noqa: ARG001  the door has looked
) -> dict[str, Any]:
    """What waits for one's roles at the desk, the earliest day first."""
    visitor, agency = office.here(request)
    words = {"turn": turn, "due": due, "side": side, "other": other, "scheme": scheme}
    strange = [(name, say(lang_of(request), "api.v_choice", choices=", ".join(choices[1:]), most="")) for name, choices in inboxes.CHOICES.items() if words[name] not in choices]  # fmt: skip
    if strange:
        raise RefusedError(HTTPStatus.UNPROCESSABLE_ENTITY, errors=strange)
    found = ask(
        lambda reader: asked.desk_page(
            reader,
            agency=agency,
            roles=tuple(role.value for role in visitor.roles),
            after=after,
            sieve=inboxes.sieve_of(words),
        )
    )
    return {
        "today": found.today,
        "place": found.place,
        "totals": {
            "all": found.totals["n"],
            **{name: found.totals[name] for name in ("late", "today", "tomorrow")},
        },
        "waiting_there": found.waiting_there,
        "rows": [*found.late, *found.due_today, *found.tomorrow, *found.later],
        "after": found.after,
    }


ask = desk.ask


@pressing("desk/search", who=DESK, group=AT_DESK, answers=shapes.Hits)
def search(request: HttpRequest, wanted: shapes.Wanted, desk: Sat = None) -> Any:  # noqa: ARG001  the door has looked
    """Cases by number, by the beginning of a name, by a document or its last four. Asked in the body: it stands in no address."""
    visitor, agency = office.here(request)
    found = ask(
        lambda reader: asked.search(reader, agency=agency, text=wanted.q.strip()[:100], after=wanted.after)
    )
    with at_desk(agency) as node:
        office.noted_list(node, visitor, agency, shown=len(found.rows))
    return found


@reading("desk/cases/{case_no}", who=DESK, group=AT_DESK, answers=shapes.DeskCase)
def desk_case(request: HttpRequest, case_no: shapes.Words, desk: Sat = None) -> dict[str, Any]:  # noqa: ARG001  the door has looked
    """One case as this agency holds it, documents masked, with the acts that are possible now."""
    visitor, agency = office.here(request)
    found = _case(agency, case_no)
    number = found.row.case_no
    with at_desk(agency) as node:
        office.noted(node, visitor, agency, number)
        waiting = reviewing.waiting(node, agency, case_no=number)
        papers = unmasking.shown_masked(node, agency, number)
    return {
        "case": found,
        "documents": list(papers),
        "acts": [
            {
                "verb": each.verb.value,
                "leg": each.leg,
                "role": each.role.value,
                "words": list(each.words),
                "by_two": each.by_two,
                "is_yours": each.role in visitor.roles,
            }
            for each in acts_of(found, agency)
        ],
        "reviews": list(map(_review, waiting)),
    }


def _case(agency: str, given: str) -> CasePage:
    """A case as an agency holds it. Raises Http404 for every other."""
    try:
        plain = case_number.validate(given)
        return ask(lambda reader: asked.case(reader, case_no=plain, agency=agency))
    except (case_number.CaseNumberError, asked.NoSuchCaseError):
        raise Http404 from None


def _review(each: Review) -> dict[str, Any]:
    return {
        "id": each.id,
        "case_no": each.case_no,
        "verb": each.verb.value,
        "leg": each.leg,
        "amount_fen": each.amount_fen,
        "asked_by": each.asked_by,
        "asked_on": each.asked_on,
        "is_stale": each.is_stale,
    }


@reading("desk/reviews", who=DESK, group=AT_DESK, answers=shapes.Reviews)
def desk_reviews(request: HttpRequest, desk: Sat = None) -> dict[str, Any]:  # noqa: ARG001  the door has looked
    """Steps that wait for a second person."""
    _, agency = office.here(request)
    with at_desk(agency) as node:
        return {"reviews": list(map(_review, reviewing.waiting(node, agency)))}


@pressing("desk/cases/{case_no}/reviews", who=DESK, group=AT_DESK, answers=shapes.Reviews, money=True)
def ask_review(
    request: HttpRequest, case_no: shapes.Words, wanted: shapes.ReviewAsked, desk: Sat = None  # noqa: ARG001  the door has looked
) -> dict[str, Any]:  # fmt: skip
    """Ask a second person for a step. Nothing is done before they agree, and they agree on the pages."""
    visitor, agency = office.here(request)
    found, lang = _case(agency, case_no), lang_of(request)
    verb = verb_of(wanted.verb)
    step = next(
        (
            each
            for each in acts_of(found, agency)
            if (each.verb, each.leg) == (verb, wanted.leg) and each.role in visitor.roles and each.by_two
        ),
        None,
    )
    if step is None or wanted.word not in (step.words or ("",)):
        raise RefusedError(HTTPStatus.CONFLICT, detail=say(lang, "doors.not_now"))
    with at_desk(agency) as node:
        try:
            take_step(node, visitor, found, agency, step, wanted.word)
        except ValueFault as fault:
            raise RefusedError(HTTPStatus.CONFLICT, detail=office.sentence(request, fault)) from None
        return {"reviews": list(map(_review, reviewing.waiting(node, agency, case_no=found.row.case_no)))}


@reading("reports", who=READERS, group=AT_DESK, answers=shapes.Report)
def reports(
    request: HttpRequest,
    since: date | None = None,
    until: date | None = None,
    agency: shapes.Words = "",
    desk: Sat = None,  # noqa: ARG001  the door has looked
) -> dict[str, Any]:
    """What heads of agencies ask for by period: of one's own desk; of all or any for who supervises."""
    visitor, today = here(request), ask(asked.today_of)
    chosen = _whose(visitor, agency)
    first, last = since or today.replace(day=1), until or today
    if last < first:
        said = say(lang_of(request), "reports.days_reversed")
        raise RefusedError(HTTPStatus.UNPROCESSABLE_ENTITY, errors=[("until", said)])
    found = ask(lambda reader: report(reader, since=first, until=last, agency=chosen))
    return {
        "since": first,
        "until": last,
        "agency": found.agency,
        "figures": [
            {
                "name": each.figure.name,
                "columns": [column.name for column in each.figure.columns],
                "rows": [
                    {column.name: _plain(row[column.name]) for column in each.figure.columns}
                    for row in each.rows
                ],
            }
            for each in found.found
        ],
    }


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _whose(visitor: Visitor, asked_for: str) -> str:
    """Code of the agency, empty for all. Raises Http404 for one this visitor has no business with."""
    if Role.SUPERVISOR in visitor.roles:
        if asked_for and asked_for not in ask(asked.desk_places):
            raise Http404
        return asked_for
    if asked_for not in {"", visitor.desk}:
        raise Http404
    return visitor.desk or ""


@reading("audit/cases/{case_no}/looks", who=Role.AUDITOR, group=AUDIT, answers=shapes.CaseLooks)
def audit_looks(request: HttpRequest, case_no: shapes.Words) -> dict[str, Any]:
    """Who looked at a case at any agency of this node, the newest first. That an auditor looked is kept too."""
    try:
        plain = case_number.validate(case_no)
    except case_number.CaseNumberError:
        raise Http404 from None
    visitor = here(request)
    found = ask(lambda reader: audited.looks_at_case(reader, plain))
    if not found.files:
        raise Http404

    def keep(store: Store) -> None:
        at, role = datetime.now(UTC), Role.AUDITOR.value
        with store.transaction("looks.audit", list(found.files)) as cursor:
            looking.note(
                cursor,
                [
                    Seen(
                        agency, What.LOOKS, looking.WORK, visitor.name, role, at, person=person, case_no=plain
                    )
                    for agency, person in found.files.items()
                ],
            )

    desk.write(keep)
    return {"case_no": plain, "looked": list(found.looked)}
