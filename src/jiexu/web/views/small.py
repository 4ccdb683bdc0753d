"""Small pages the law and people need: privacy, terms, where to complain, and reporting what is wrong here."""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from jiexu.gateways.policyfiles.facts import cite, shipped_policy
from jiexu.rules.overview import holding
from jiexu.rules.policy import NATION
from jiexu.rules.registry import RULES
from jiexu.texts import say
from jiexu.usecases import faults
from jiexu.web import desk, routes, tries
from jiexu.web.pages import language_of, page
from jiexu.web.routes import Who
from jiexu.web.today import today
from jiexu.web.views.proving import too_often, visitor
from jiexu.wording.area import known_words
from jiexu.wording.policy import place_name

PURPOSES = ("guide", "track", "verify", "fault", "transfer", "upload", "evidence")
"""For what personal data are used, each with a notice of its own."""
REMEDIES = ("remedy.reconsideration_days", "remedy.reconsideration_by", "agency.hotline")
RULES_OF_REMEDIES = (("R-028", "OVERDUE"), ("LAW-01", "REVIEW_OR_SUIT"), ("LAW-01", "MEDIATE_ARBITRATE_SUE"))


def privacy(request: HttpRequest) -> HttpResponse:
    """One notice for each purpose: what, on what ground, for how long, who sees it."""
    lang = language_of(request)
    rows = [
        (
            key,
            [say(lang, f"pages_service.privacy_{key}_{part}") for part in ("what", "ground", "kept", "seen")],
        )
        for key in PURPOSES
    ]
    heads = [say(lang, f"pages_service.privacy_{part}") for part in ("what", "ground", "kept", "seen")]
    notices = [
        (key, say(lang, f"pages_service.privacy_{key}"), list(zip(heads, said, strict=True)))
        for key, said in rows
    ]
    articles = [cite(lang, each) for each in RULES["LAW-02"].rule.articles]
    sentence = say(lang, "outcomes.LAW-02.SEPARATE_CONSENT")
    return page(request, "service/privacy.html", notices=notices, articles=articles, sentence=sentence)


def terms(request: HttpRequest) -> HttpResponse:
    """What this is and is not."""
    return page(request, "service/terms.html")


def complaints(request: HttpRequest) -> HttpResponse:
    """The ways from asking to a suit, with their articles and the days of the law."""
    lang, policy = language_of(request), shipped_policy()
    held = [each for each in holding(policy, NATION, on=today()) if each.fact.parameter in REMEDIES]
    grounds = [
        (
            say(lang, f"outcomes.{rule}.{outcome}"),
            rule,
            [cite(lang, each) for each in RULES[rule].rule.articles],
        )
        for rule, outcome in RULES_OF_REMEDIES
    ]
    facts = [known_words(policy, each, NATION, lang) for each in held]
    return page(
        request, "service/complaints.html", grounds=grounds, facts=facts, nation=place_name(NATION, lang)
    )


def fault_list(request: HttpRequest) -> HttpResponse:
    """A form to report what is wrong, and what was answered to others."""
    if request.method != "POST":
        return _faults(request, about=request.GET.get("page", "")[: faults.LONGEST_PAGE])
    lang = language_of(request)
    about, said = request.POST.get("page", ""), request.POST.get("said", "")
    if wait := tries.reporting.wait(visitor(request)):
        return too_often(request, wait)
    try:
        number = desk.write(lambda store: faults.report(store, page=about, said=said, day=today()))
    except faults.FaultError as error:
        trouble = say(lang, f"errors.{error.code}", **error.data)
        return _faults(request, about=about, said=said, trouble=trouble)
    tries.reporting.failed(visitor(request))
    return HttpResponseRedirect(reverse("fault", kwargs={"number": number}), status=HTTPStatus.SEE_OTHER)


def _faults(request: HttpRequest, *, about: str = "", said: str = "", trouble: str = "") -> HttpResponse:
    answered = desk.ask(lambda reader: faults.answered(reader.store))
    return page(
        request,
        "service/faults.html",
        HTTPStatus.UNPROCESSABLE_ENTITY if trouble else HTTPStatus.OK,
        about=about,
        said=said,
        trouble=trouble,
        answered=[(one, one.answers[-1]) for one in answered],
        asked="",
    )


def fault_find(request: HttpRequest) -> HttpResponse:
    """From a number to its report."""
    return HttpResponseRedirect(
        reverse("fault", kwargs={"number": request.GET.get("id", "").strip()[:20] or "0"})
    )


def fault(request: HttpRequest, number: str) -> HttpResponse:
    """A report with what was answered; only who has its number finds it."""
    lang = language_of(request)
    if wait := tries.proving.wait(visitor(request)):
        return too_often(request, wait)
    try:
        found = desk.ask(lambda reader: faults.find(reader.store, number[:20]))
    except faults.FaultError as error:
        tries.proving.failed(visitor(request))
        sentence = say(lang, f"errors.{error.code}", **error.data)
        return page(request, "law/not_here.html", HTTPStatus.NOT_FOUND, sentence=sentence, back="/faults/")
    return page(request, "service/fault.html", report=found)


ROUTES = (
    routes.reading("privacy/", privacy, "privacy", who=Who.PUBLIC),
    routes.reading("terms/", terms, "terms", who=Who.PUBLIC),
    routes.reading("complaints/", complaints, "complaints", who=Who.PUBLIC),
    routes.asking("faults/", fault_list, "faults", who=Who.PUBLIC),
    routes.reading("faults/find/", fault_find, "fault_find", who=Who.PUBLIC),
    routes.reading("faults/<str:number>/", fault, "fault", who=Who.PUBLIC),
)
