"""Looking for a case at the desk. What was written stands in no address: names and numbers of documents are people's."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from jiexu.usecases import reading
from jiexu.usecases.reading.searching import By
from jiexu.web import desk, office, routes
from jiexu.web.pages import page
from jiexu.web.routes import DESK


def search(request: HttpRequest) -> HttpResponse:
    """The field, and what was found; a case number that is one of ours is opened at once."""
    visitor, agency = office.here(request)
    text = request.POST.get("q", "").strip()[:100]
    after = request.POST.get("after", "")[:200]
    with desk.together("desk.search", agency) as (node, reader):
        found = reading.search(reader, agency=agency, text=text, after=after)
        if found.by is By.NUMBER and found.rows:
            return HttpResponseRedirect(
                reverse("desk_case", args=[found.rows[0].case_no]), status=HTTPStatus.SEE_OTHER
            )
        office.noted_list(node, visitor, agency, shown=len(found.rows))
    context: dict[str, Any] = {
        "found": found,
        "searching": True,
        "q": text,
        "today": found.today,
        "has_clock": found.has_clock,
    }
    return page(request, "doors/search.html", **context, **office.frame(request, visitor))


ROUTES = (routes.asking("desk/search/", search, "desk_search", who=DESK),)
