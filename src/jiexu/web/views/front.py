"""The front page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from jiexu.usecases import reading
from jiexu.web import desk, routes
from jiexu.web.pages import page
from jiexu.web.routes import Who


def front(request: HttpRequest) -> HttpResponse:
    """The day's figures, the stories, and what falls due first."""
    found = desk.ask(reading.front)
    return page(request, "front.html", front=found, today=found.today, has_clock=found.has_clock)


ROUTES = (routes.reading("", front, "front", who=Who.PUBLIC),)
