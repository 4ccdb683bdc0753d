"""How the service does: figures open to all, beside what articles claim."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse

from jiexu.gateways.policyfiles.facts import shipped_policy
from jiexu.guide.myths import MYTHS
from jiexu.guide.sentence import Voice
from jiexu.texts import Lang
from jiexu.usecases import reading
from jiexu.usecases.figures import ServiceFigures
from jiexu.web import desk, routes
from jiexu.web.pages import language_of, page
from jiexu.web.routes import Who
from jiexu.web.today import today
from jiexu.wording.figures import share
from jiexu.wording.guide import Words
from jiexu.wording.policy import place_name, source_title

CLAIMS = ("old_days", "money_in_days", "seen_days")
"""What is said about days, by the names of ``guide/myths.py``."""


def figures(request: HttpRequest) -> HttpResponse:
    """On-time share, days of each leg and pair, each with how many cases it rests on."""
    lang = language_of(request)
    found = desk.ask(reading.service_figures)
    words = Words(lang, shipped_policy().parameters)
    voice = Voice(shipped_policy(), today())
    claims = [
        (words.plain(said[0]), [source_title(key, lang) for key in said[0].sources], myth.name)
        for myth in MYTHS
        if myth.name in CLAIMS and (said := myth.told(voice))
    ]
    return page(
        request,
        "service/figures.html",
        figures=found,
        claims=claims,
        **({} if found is None else _rows(found, lang)),
    )


def _rows(found: ServiceFigures, lang: Lang) -> dict[str, Any]:
    return {
        "rated": sum(found.scores),
        "scores": list(enumerate(found.scores, start=1))[::-1],
        "mean": _mean(found.scores),
        "legs": [(leg, share(leg)) for leg in found.legs],
        "pairs": [
            (place_name(pair.origin, lang), place_name(pair.destination, lang), pair) for pair in found.pairs
        ],
    }


def _mean(scores: tuple[int, ...]) -> str:
    """The mean score to one place, rounded half up; empty where too few gave one."""
    n = sum(scores)
    if not n:
        return ""
    tenths = (20 * sum(score * given for score, given in enumerate(scores, start=1)) + n) // (2 * n)
    return f"{tenths // 10}.{tenths % 10}"


ROUTES = (routes.reading("figures/", figures, "figures", who=Who.PUBLIC),)
