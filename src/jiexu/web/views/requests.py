"""What people asked this desk to look at: the list by date, and one with its answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from jiexu.usecases import looks, reading, requests, uploads
from jiexu.usecases.doors import Role
from jiexu.usecases.reading import Reader
from jiexu.usecases.reading.shown import Deadline
from jiexu.usecases.requests import Answer, Outcome, Request, RequestError
from jiexu.values.errors import ValueFault
from jiexu.web import desk, office, routes
from jiexu.web.doors import Visitor
from jiexu.web.pages import page, trouble


def every(request: HttpRequest) -> HttpResponse:
    """Requests that wait at this desk, the next date first."""
    visitor, agency = office.here(request)
    with desk.together("desk.requests", agency) as (node, reader):
        rows = dated(reader, agency, requests.waiting(node, agency))
    context: dict[str, Any] = {
        "asked": rows,
        "today": desk.ask(reading.today_of),
        "has_clock": desk.ask(reading.has_clock),
        "asked_nav": True,
    }
    return page(request, "doors/requests.html", **context, **office.frame(request, visitor))


def dated(reader: Reader, agency: str, asked: Sequence[Request]) -> list[tuple[Request, Deadline]]:
    """Requests at a desk with the days that are left."""
    due = [(each.due_on, each.due_kind) for each in asked]
    dues = reading.deadlines(reader, due, agency=agency) if due else ()
    return list(zip(asked, dues, strict=True))


def one(request: HttpRequest, number: str) -> HttpResponse:
    """One request; a clerk who did not ask it themselves answers it, once."""
    visitor, agency = office.here(request)
    try:
        with office.at_desk(agency) as node:
            asked = requests.find(node, agency, number)
            if request.method == "POST":
                try:
                    requests.answer(node, agency, number, _given(request, visitor))
                except RequestError as fault:
                    return _shown(request, visitor, asked, fault)
                return HttpResponseRedirect(
                    reverse("desk_request", args=[number]), status=HTTPStatus.SEE_OTHER
                )
            with node.store.transaction("looks.request", [agency]) as cursor:
                seen = looks.Seen(
                    agency, looks.What.REQUEST, looks.WORK, visitor.name, visitor.role_at_desk, datetime.now(UTC), person=asked.person
                )  # fmt: skip
                looks.note(cursor, [seen])
    except RequestError:
        return trouble(request, status=HTTPStatus.NOT_FOUND)
    return _shown(request, visitor, asked)


def _given(request: HttpRequest, visitor: Visitor) -> Answer:
    chosen = request.POST.get("outcome", "")
    if chosen not in set(Outcome):
        raise RequestError(
            "request_no_outcome", "Choose whether it is right as the person says.", field="outcome"
        )
    return Answer(Outcome(chosen), request.POST.get("text", ""), visitor.name, desk.ask(reading.today_of))


def _shown(
    request: HttpRequest, visitor: Visitor, asked: Request, fault: ValueFault | None = None
) -> HttpResponse:
    with office.at_desk(asked.agency) as node:
        sent = uploads.of_request(node, asked.agency, asked.id)
    context: dict[str, Any] = {
        "asked": asked,
        "sent": sent,
        "due": desk.ask(lambda reader: dated(reader, asked.agency, [asked]))[0][1],
        "today": desk.ask(reading.today_of),
        "has_clock": desk.ask(reading.has_clock),
        "asked_nav": True,
        "error": office.sentence(request, fault) if fault else "",
        "field": fault.data.get("field", "") if fault else "",
        "text": request.POST.get("text", ""),
    }
    status = HTTPStatus.CONFLICT if fault else HTTPStatus.OK
    return page(request, "doors/request.html", status, **context, **office.frame(request, visitor))


ROUTES = (
    routes.reading("desk/requests/", every, "desk_requests", who=Role.CLERK),
    routes.asking("desk/requests/<str:number>/", one, "desk_request", who=Role.CLERK),
)
