"""What is answered where no page can be: no such address, an error of ours, a forged form; and whether all is well."""

from __future__ import annotations

from http import HTTPStatus

from django.http import Http404, HttpRequest, HttpResponse
from django.views.defaults import bad_request

from jiexu.texts import catalogue
from jiexu.web import desk, pages, problems, refusals, routes
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


def told_again(request: HttpRequest, status: int) -> HttpResponse:
    """What was said in place of a page, for who reads it in the other language or at the other scale."""
    if f"e{status}" not in catalogue("web"):
        raise Http404
    answer = trouble(request, status=status)
    answer.status_code = HTTPStatus.OK
    return answer


def said(request: HttpRequest, word: str) -> HttpResponse:
    """A page of one sentence that answered a button, to be read again."""
    if word not in pages.SAID:
        raise Http404
    return pages.said(request, word)


def unreadable(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What cannot be read as a request at all."""
    if problems.is_asked_by_program(request):
        return problems.problem(request, HTTPStatus.BAD_REQUEST)
    return bad_request(request, exception)


def failed(request: HttpRequest) -> HttpResponse:
    """An error of ours."""
    return trouble(request, status=HTTPStatus.INTERNAL_SERVER_ERROR)


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001  Django calls it so
    """A form that did not come from our own page."""
    refusals.write(request, _route(request), HTTPStatus.FORBIDDEN)
    return trouble(request, status=HTTPStatus.FORBIDDEN)


def _route(request: HttpRequest) -> str:
    return (request.resolver_match.url_name or "") if request.resolver_match else ""


ROUTES = (
    routes.reading("healthz", healthz, "healthz", who=Who.PUBLIC),
    routes.reading("trouble/<int:status>/", told_again, "trouble", who=Who.PUBLIC),
    routes.reading("said/<str:word>/", said, "said", who=Who.PUBLIC),
)
