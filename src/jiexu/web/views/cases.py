"""Cases of the demonstration: the list, and one case whole, both agencies' files together. No node of real people shows them."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from jiexu.texts import say
from jiexu.usecases import reading
from jiexu.values import case_number
from jiexu.web import desk, routes, words
from jiexu.web.pages import language_of, page
from jiexu.web.routes import Who


def _clock(found: reading.Listing | reading.CasePage) -> dict[str, Any]:
    """What the head of a page says about the day."""
    return {"today": found.today, "has_clock": found.has_clock}


def cases(request: HttpRequest) -> HttpResponse:
    """The list, filtered and paged by key."""
    asked = request.GET
    shown = _filter(asked.get("show", ""))
    after, before, area = asked.get("after", ""), asked.get("before", ""), asked.get("area", "").strip()
    chosen = {"area": area, "shown": shown, "filters": list(reading.Filter)}
    try:
        found = desk.ask(
            lambda reader: reading.listing(reader, shown=shown, area=area, after=after, before=before)
        )
    except reading.UnknownPlaceError as error:
        return page(request, "cases.html", HTTPStatus.NOT_FOUND, trouble=error, **chosen)
    return page(request, "cases.html", list=found, **_clock(found), **chosen)


def _filter(text: str) -> reading.Filter:
    return reading.Filter(text) if text in set(reading.Filter) else reading.Filter.ALL


def case(request: HttpRequest, number: str) -> HttpResponse:
    """One case with everything that happened and why."""
    try:
        plain = case_number.validate(number)
        found = desk.ask(lambda reader: reading.case(reader, case_no=plain))
    except (case_number.CaseNumberError, reading.NoSuchCaseError) as error:
        return _not_found(request, number, error)
    if plain != number:
        return redirect("case", number=plain)
    return page(request, "case.html", page=found, **_clock(found), place_of=found.place)


def _not_found(request: HttpRequest, given: str, error: Exception) -> HttpResponse:
    """What is wrong with a number, above the field to try again."""
    lang = language_of(request)
    if isinstance(error, case_number.CaseNumberError):
        sentence = words.number_trouble(lang, error)
    else:
        sentence = say(lang, "web.track_unknown", no=case_number.format(given))
    return page(request, "track.html", HTTPStatus.NOT_FOUND, given=given, errors={"case": sentence})


ROUTES = (
    routes.reading("cases/", cases, "cases", who=Who.DEMONSTRATION),
    routes.reading("cases/<str:number>/", case, "case", who=Who.DEMONSTRATION),
)
