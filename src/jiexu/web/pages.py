"""Making a page: a template, the reader's language, and what every page shows at its head."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from jiexu.texts import Lang
from jiexu.web import clock, desk
from jiexu.web.links import FOOT, links

ELDER, STANDARD = "elder", "standard"
VIEWS = (ELDER, STANDARD)
"""长辈版, and the usual scale."""


def page(request: HttpRequest, template: str, status: int = HTTPStatus.OK, **context: Any) -> HttpResponse:
    """A page in the reader's language. ``context``: plain data, complete; nothing is asked while it is drawn."""
    return render(request, template, context, status=status)


def frame(request: HttpRequest) -> dict[str, Any]:
    """What every page shows at its head, also those that a library draws with our templates."""
    lang = language_of(request)
    other: Lang = "en" if lang == "zh" else "zh"
    elder = getattr(request, "view", STANDARD) == ELDER
    return {
        "lang": lang,
        "html_lang": "zh-CN" if lang == "zh" else "en",
        "other_lang": other,
        "other_html_lang": "zh-CN" if other == "zh" else "en",
        "other_address": _with(request, "lang", other),
        "elder": elder,
        "view_address": _with(request, "view", STANDARD if elder else ELDER),
        "foot": links(lang, FOOT),
        "here": request.get_full_path() if request.method == "GET" else "/",
        "clock_moves": clock.can_move(),
        "invented": desk.is_invented(),
        "today": None,
        "has_clock": False,
    }


def trouble(request: HttpRequest, *, status: int) -> HttpResponse:
    """A page that says what is wrong, that nothing is lost, and what to do."""
    return page(request, "trouble.html", status, heading=f"web.e{status}_h", sentence=f"web.e{status}")


def language_of(request: HttpRequest) -> Lang:
    """The language the middleware found; Chinese where it did not run."""
    lang: Lang = getattr(request, "lang", "zh")
    return lang


def _with(request: HttpRequest, name: str, value: str) -> str:
    """This page's address with one thing chosen otherwise."""
    query = request.GET.copy()
    query[name] = value
    return f"?{query.urlencode()}"
