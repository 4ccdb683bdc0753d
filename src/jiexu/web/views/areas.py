"""Places: looking for one, what is known of it, how a value came to be, and two places side by side."""

from __future__ import annotations

from datetime import date
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from jiexu.gateways.policyfiles.areas import areas as area_map
from jiexu.gateways.policyfiles.facts import shipped_policy
from jiexu.rules.policy import NATION, province_of
from jiexu.texts import Lang, say
from jiexu.values.areas import Found
from jiexu.web import routes
from jiexu.web.pages import language_of, page
from jiexu.web.routes import Who
from jiexu.web.today import today
from jiexu.wording import finding
from jiexu.wording.area import area_words, compared, history_words, is_place
from jiexu.wording.policy import parameter_name, place_name, word


def places(request: HttpRequest) -> HttpResponse:
    """The search, and every place with records of its own by province."""
    asked = request.GET.get("q", "").strip()
    if not asked:
        return page(request, "law/areas.html", provinces=_provinces(language_of(request)), asked="")
    return _found_or_asked(request, asked, "q")


def _found_or_asked(request: HttpRequest, asked: str, field: str) -> HttpResponse:
    """To the one place a text means, or to the choice between several."""
    try:
        code = finding.place(shipped_policy(), asked, today())
    except finding.NoOnePlaceError as error:
        return _choose(request, asked, error)
    note = area_map().find(asked, today())
    told = note.note if isinstance(note, Found) else None
    address = f"/areas/{code}/"
    return redirect(f"{address}?note={told}&as={field}" if told in NOTES else address)


NOTES = frozenset({"renamed", "namesakes", "code_decides", "year_of_change"})
"""What a search may have to add to its answer."""


def _choose(request: HttpRequest, asked: str, error: finding.NoOnePlaceError) -> HttpResponse:
    lang = language_of(request)
    return page(
        request,
        "law/areas.html",
        HTTPStatus.OK if error.pools else HTTPStatus.NOT_FOUND,
        asked=asked,
        trouble=error.question(lang),
        choices=[
            (pool.code, pool.name if lang == "zh" else pool.name_en, _province_name(pool.code, lang))
            for pool in error.pools
        ],
        provinces=_provinces(lang),
    )


def _province_name(code: str, lang: Lang) -> str:
    above = province_of(code)
    return "" if above == code else place_name(above, lang)


def _provinces(lang: Lang) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """Every province with records, and in it the places with records of their own."""
    recorded = sorted({area for _, area in shipped_policy().facts} - {NATION})
    heads = dict.fromkeys(province_of(code) for code in recorded)
    return [
        (
            head,
            place_name(head, lang),
            [
                (code, place_name(code, lang))
                for code in recorded
                if code != head and province_of(code) == head
            ],
        )
        for head in heads
    ]


def _no_place(request: HttpRequest, code: str) -> HttpResponse:
    lang = language_of(request)
    sentence = say(lang, "pages_law.no_area", code=code[:20])
    return page(
        request,
        "law/areas.html",
        HTTPStatus.NOT_FOUND,
        asked=code[:20],
        trouble=sentence,
        provinces=_provinces(lang),
    )


def _day(text: str, otherwise: date | None, faults: list[str], lang: Lang) -> date | None:
    """A day out of an address; one that is none is said and passed over."""
    if not text.strip():
        return otherwise
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        faults.append(word(lang, "bad_day", text=text.strip()[:20]))
        return otherwise


def area(request: HttpRequest, code: str) -> HttpResponse:
    """What is known of a place on a day, as our data stood on a day."""
    policy, lang = shipped_policy(), language_of(request)
    if not is_place(policy, code):
        return _no_place(request, code)
    faults: list[str] = []
    on = _day(request.GET.get("on", ""), today(), faults, lang) or today()
    known = _day(request.GET.get("known", ""), None, faults, lang)
    found = area_words(policy, code, lang, on=on, known=known)
    chosen = request.GET.get("group", "")
    groups = found.groups
    if code == NATION:  # too much for one page
        groups = tuple(each for each in groups if each[0] == chosen) or groups[:1]
    return page(
        request,
        "law/area.html",
        area=found,
        groups=groups,
        split=code == NATION,
        chosen=groups[0][0] if groups else "",
        above_name=place_name(found.above, lang) if found.above else "",
        on=on,
        known=known,
        faults=faults,
        note=request.GET.get("note", "") if request.GET.get("note", "") in NOTES else "",
    )


def history(request: HttpRequest, code: str, name: str) -> HttpResponse:
    """Every record of one parameter that can speak for a place."""
    policy, lang = shipped_policy(), language_of(request)
    parameter = policy.parameters.get(name)
    if parameter is None or not is_place(policy, code):
        return _no_place(request, code) if parameter is not None else _no_parameter(request, name)
    records = history_words(policy, code, parameter, lang, on=today())
    return page(
        request,
        "law/history.html",
        code=code,
        area_name=place_name(code, lang),
        name=parameter_name(name, lang),
        parameter=name,
        records=records,
    )


def _no_parameter(request: HttpRequest, name: str) -> HttpResponse:
    sentence = say(language_of(request), "pages_law.no_parameter", name=name[:60])
    return page(request, "law/not_here.html", HTTPStatus.NOT_FOUND, sentence=sentence, back="/areas/")


def choose_other(request: HttpRequest, code: str) -> HttpResponse:
    """From the page of a place to the comparison with another."""
    asked = request.GET.get("with", "").strip()
    try:
        other = finding.place(shipped_policy(), asked, today())
    except finding.NoOnePlaceError as error:
        return _choose(request, asked, error)
    return redirect("compare", code=code, other=other)


def compare(request: HttpRequest, code: str, other: str) -> HttpResponse:
    """Two places side by side; what differs comes first to the eye."""
    policy, lang = shipped_policy(), language_of(request)
    for each in (code, other):
        if not is_place(policy, each):
            return _no_place(request, each)
    groups = compared(policy, code, other, lang, on=today())
    rows: list[Any] = [row for _, held in groups for row in held]
    return page(
        request,
        "law/compare.html",
        here=(code, place_name(code, lang)),
        there=(other, place_name(other, lang)),
        groups=groups,
        differing=sum(row.differs for row in rows),
        one_sided=sum(not row.both_known for row in rows),
        count=len(rows),
        on=today(),
    )


ROUTES = (
    routes.reading("areas/", places, "areas", who=Who.PUBLIC),
    routes.reading("areas/<str:code>/", area, "area", who=Who.PUBLIC),
    routes.reading("areas/<str:code>/compare/", choose_other, "choose_other", who=Who.PUBLIC),
    routes.reading("areas/<str:code>/history/<str:name>/", history, "history", who=Who.PUBLIC),
    routes.reading("areas/<str:code>/<str:other>/", compare, "compare", who=Who.PUBLIC),
)
