"""What is answered where no page can be: no such address, an error of ours, a forged form; and whether all is well."""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse

from jiexu.web import desk, refusals, routes
from jiexu.web.pages import trouble
from jiexu.web.routes import Who


def healthz(request: HttpRequest) -> HttpResponse:  # noqa: ARG001  a view takes a request
    """``ok`` while the pages are served and the database answers."""
    desk.ask(lambda reader: reader.store.connection.execute("SELECT 1"))
    return HttpResponse("ok\n", content_type="text/plain")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001  Django calls it so
    """No such address."""
    refusals.write(request, _route(request), HTTPStatus.NOT_FOUND)
    return trouble(request, status=HTTPStatus.NOT_FOUND)


def failed(request: HttpRequest) -> HttpResponse:
    """An error of ours."""
    return trouble(request, status=HTTPStatus.INTERNAL_SERVER_ERROR)


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001  Django calls it so
    """A form that did not come from our own page."""
    refusals.write(request, _route(request), HTTPStatus.FORBIDDEN)
    return trouble(request, status=HTTPStatus.FORBIDDEN)


def _route(request: HttpRequest) -> str:
    return (request.resolver_match.url_name or "") if request.resolver_match else ""


ROUTES = (routes.reading("healthz", healthz, "healthz", who=Who.PUBLIC),)
