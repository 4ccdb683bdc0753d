"""The demonstration: a day's figures and stories, and its clock."""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from jiexu.usecases import reading
from jiexu.web import clock, desk, routes
from jiexu.web.pages import page, said, trouble
from jiexu.web.routes import Who


def demonstration(request: HttpRequest) -> HttpResponse:
    """The day's figures, the stories, and what falls due first."""
    found = desk.ask(reading.front)
    if found.figures.all and not found.has_clock:
        return trouble(request, status=HTTPStatus.NOT_FOUND)
    return page(request, "demonstration.html", front=found, today=found.today, has_clock=found.has_clock)


def next_day(request: HttpRequest) -> HttpResponse:
    """The demonstration's next working day; back to the page the button stood on."""
    if not (clock.can_move() and desk.ask(reading.has_clock)):
        return said(request, "clock_absent", status=HTTPStatus.NOT_FOUND)
    if not clock.next_day():
        return said(request, "clock_busy", status=HTTPStatus.CONFLICT)
    back = request.POST.get("back", "")
    safe = url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    return HttpResponseRedirect(back if safe else reverse("demonstration"), status=HTTPStatus.SEE_OTHER)


ROUTES = (
    routes.reading("demonstration/", demonstration, "demonstration", who=Who.PUBLIC),
    routes.pressing("clock/next/", next_day, "next_day", who=Who.PUBLIC),
)
