"""The front page: what happens if I move, and the ways to everything else. It asks no database."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from jiexu.gateways.policyfiles.facts import shipped_policy
from jiexu.guide.myths import every_myth
from jiexu.guide.sentence import Sentence, Voice
from jiexu.texts import Lang
from jiexu.web import routes
from jiexu.web.guide import shown
from jiexu.web.links import links
from jiexu.web.pages import language_of, page
from jiexu.web.routes import Who
from jiexu.web.today import today
from jiexu.wording.guide import Words

WRONG = ("money_in_days", "years_reset", "cash_at_counter")
"""What is got wrong most often, by its name in ``guide/myths.py``: how long, how much, and whether it is paid out."""
DOORS = ("calculators", "areas", "rules", "letters", "verify", "figures")
"""Pages behind the doors, by the name of their route."""


def front(request: HttpRequest) -> HttpResponse:
    """From where to where, at once; then the other ways in."""
    lang = language_of(request)
    more = next(iter(links(lang, ("errors",))), None)
    return page(
        request,
        "front.html",
        places=shown.place_names(lang),
        wrong=_wrong(lang),
        errors=more.address if more else "",
        doors=links(lang, DOORS),
    )


def _wrong(lang: Lang) -> list[shown.Told]:
    """Each claim with what is right, and where that is written."""
    voice = Voice(shipped_policy(), today())
    words = Words(lang, voice.policy.parameters)
    pairs = _pairs(voice)
    return [shown.told(claim, words, right) for name in WRONG for claim, right in pairs.get(name, ())]


def _pairs(voice: Voice) -> dict[str, list[tuple[Sentence, Sentence]]]:
    said = list(every_myth(voice))
    return {
        claim.key.split(".")[1]: [(claim, right)] for claim, right in zip(said[::2], said[1::2], strict=True)
    }


ROUTES = (routes.reading("", front, "front", who=Who.PUBLIC),)
