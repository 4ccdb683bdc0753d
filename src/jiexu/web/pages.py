"""Making a page: a template, the reader's language, and what every page shows at its head."""

from __future__ import annotations

from functools import partial
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.template.backends.utils import csrf_input
from django.urls import Resolver404, resolve, reverse
from django.utils.functional import SimpleLazyObject

from jiexu.texts import Lang
from jiexu.web import clock, desk, problems
from jiexu.web.links import FOOT, links

ELDER, STANDARD = "elder", "standard"
VIEWS = (ELDER, STANDARD)
"""长辈版, and the usual scale."""


def page(request: HttpRequest, template: str, status: int = HTTPStatus.OK, **context: Any) -> HttpResponse:
    """A page in the reader's language. ``context``: plain data, complete; nothing is asked while it is drawn."""
    return render(request, template, context, status=status)


def frame(request: HttpRequest) -> dict[str, Any]:
    """What every page shows at its head, also those that a library draws with our templates.

    These names belong to the frame: what a view gives under one of them is not shown.
    """
    lang = language_of(request)
    other: Lang = "en" if lang == "zh" else "zh"
    elder = getattr(request, "view", STANDARD) == ELDER
    this_page = request.get_full_path() if request.method == "GET" else stands_at(request)
    return {
        "lang": lang,
        "html_lang": "zh-CN" if lang == "zh" else "en",
        "other_lang": other,
        "other_html_lang": "zh-CN" if other == "zh" else "en",
        "other_address": _with(request, this_page, "lang", other),
        "elder": elder,
        "view_address": _with(request, this_page, "view", STANDARD if elder else ELDER),
        "foot": links(lang, FOOT),
        "this_page": this_page,
        "clock_moves": clock.can_move(),
        "invented": desk.is_invented(),
        # Drawn once for all forms of a page: each would draw another mask for the same secret.
        "csrf_input": SimpleLazyObject(partial(csrf_input, request)),
    }


def trouble(request: HttpRequest, *, status: int) -> HttpResponse:
    """A page that says what is wrong, that nothing is lost, and what to do; to a program, the same as problem details."""
    if problems.is_asked_by_program(request):
        return problems.problem(request, status)
    if request.method == "POST":
        stand_at(request, reverse("trouble", args=[int(status)]))
    return page(request, "trouble.html", status, heading=f"web.e{status}_h", sentence=f"web.e{status}")


SAID = {
    "forgotten": "pages_guide.forgotten",
    "too_much": "pages_guide.too_much",
    "clock_absent": "web.clock_absent",
    "clock_busy": "web.clock_busy",
    "no_such_role": "doors.no_such_role",
    "not_hosted": "pages_apply.not_hosted",
    "stuck": "pages_apply.stuck",
    "account_fixed": "pages_apply.account_fixed",
}
"""Pages of one sentence, by the word in their address."""


def said(request: HttpRequest, word: str, *, status: int = HTTPStatus.OK) -> HttpResponse:
    """A page of one sentence. ``word``: of ``SAID``."""
    stand_at(request, reverse("said", args=[word]))
    return page(request, "said.html", status, heading=f"web.said_{word}_h", sentence=SAID[word])


def language_of(request: HttpRequest) -> Lang:
    """The language the middleware found; Chinese where it did not run."""
    lang: Lang = getattr(request, "lang", "zh")
    return lang


def stand_at(request: HttpRequest, address: str) -> None:
    """Where the page that answers a button can be read as well, saying the same."""
    request.stands_at = address


def stands_at(request: HttpRequest) -> str:
    """Where a page that answers a button can be read: as it said itself, else its own address, else the page above it."""
    said: str | None = getattr(request, "stands_at", None)
    path = request.path
    while said is None:
        if _is_read(path):
            said = path
        path = f"{path.rstrip('/').rpartition('/')[0]}/"
    return said


def _is_read(path: str) -> bool:
    try:
        route = getattr(resolve(path).func, "route", None)
    except Resolver404:
        return False
    return path == "/" or (route is not None and "GET" in route.methods)


def _with(request: HttpRequest, this_page: str, name: str, value: str) -> str:
    """This page's address with one thing chosen otherwise."""
    if request.method != "POST":
        query = request.GET.copy()
        query[name] = value
        return f"?{query.urlencode()}"
    there = urlsplit(this_page)
    words = QueryDict(there.query, mutable=True)
    words[name] = value
    return f"{there.path}?{words.urlencode()}"
