"""The first page after signing in: whom one speaks for, what is open, and what to do next; staff go on to their desk."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from jiexu.usecases import reading
from jiexu.usecases.doors import FOR_SOMEBODY
from jiexu.usecases.looks import What
from jiexu.usecases.reading.mine import own as reading_own
from jiexu.web import desk, doors, grants, routes
from jiexu.web.pages import page
from jiexu.web.routes import Who


def mine(request: HttpRequest) -> HttpResponse:
    """Who is signed in, for whom, with which roles, and where to."""
    visitor = doors.visitor(request)
    assert visitor is not None  # noqa: S101 - the door
    spoken = [each for each in visitor.grants if each.role in FOR_SOMEBODY]
    places = desk.ask(reading.desk_places)
    others = [each for each in visitor.grants if each.role not in FOR_SOMEBODY]
    for each in spoken:
        if each.subject is not None:
            grants.noted(grants.Mine(visitor, each, each.subject), What.LIST)
    found = desk.ask(lambda reader: reading_own.landing(reader, spoken))
    return page(
        request,
        "mine/landing.html",
        visitor=visitor,
        places=places,
        others=others,
        found=found,
        today=found.today,
        has_clock=found.has_clock,
    )


ROUTES = (routes.reading("my/", mine, "mine", who=Who.SIGNED_IN),)
