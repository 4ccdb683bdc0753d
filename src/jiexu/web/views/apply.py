"""Applying for a transfer: what agencies know is filled in, one thing a page, checked by the rules before it is sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from jiexu.gateways.policyfiles.areas import areas
from jiexu.gateways.policyfiles.calendar import working_days
from jiexu.gateways.policyfiles.facts import shipped_policy
from jiexu.rules.calendar import YearNotCoveredError
from jiexu.rules.clocks import Clock, NoClockError, destination_due, origin_due
from jiexu.texts import say
from jiexu.usecases import asking, reading
from jiexu.usecases.asking import Insured
from jiexu.usecases.reading import Place
from jiexu.usecases.reading.reader import named_place
from jiexu.values import case_number
from jiexu.web import desk, factors, routes
from jiexu.web.apply import draft as kept
from jiexu.web.apply import questions
from jiexu.web.apply import sent as applying
from jiexu.web.apply.draft import Draft
from jiexu.web.apply.questions import SCHEME_OF, WrongAnswerError
from jiexu.web.apply.sent import NotSentError
from jiexu.web.grants import FOR_A_PERSON, Here, entered, head_of
from jiexu.web.guide.shown import place_names
from jiexu.web.pages import language_of, page, said


def start(request: HttpRequest, grant: int) -> HttpResponse:
    """What applying is, for whom, and what is known already."""
    here = entered(request, grant)
    answers = kept.read(request, here.visitor, here.grant)
    return page(
        request,
        "apply/start.html",
        whose=here.whose,
        begun=bool(answers.words),
        onward=_onward(here, answers),
        **head_of(here),
    )


def question(request: HttpRequest, grant: int, word: str) -> HttpResponse:
    """One question: shown with what is known, or answered and on to the next."""
    here = entered(request, grant)
    if word not in questions.QUESTIONS:
        raise Http404
    answers = kept.read(request, here.visitor, here.grant)
    if request.method != "POST":
        return page(request, "apply/question.html", **_asked(request, here, word, answers))
    typed = {name: request.POST.get(name, "") for name in ("answer", "other")}
    try:
        found = questions.read(word, typed, here.whose, on=here.whose.today)
    except WrongAnswerError:
        # Shown by the page itself, so that a reload asks nothing to be sent again.
        return _to(request, here, answers.typed(word, typed), reverse("apply_question", args=[grant, word]))
    answers = answers.answered(**found)
    return _to(request, here, answers, _onward(here, answers))


def _onward(here: Here, answers: Draft) -> str:
    """The next question, or the page where all is checked."""
    word = questions.left(answers)
    if word is None and applying.beforehand(here, answers).needs_account:
        word = questions.left(answers, needs_account=True)
    address: str = (
        reverse("apply_check", args=[here.grant.id])
        if word is None
        else reverse("apply_question", args=[here.grant.id, word])
    )
    return address


def _to(request: HttpRequest, here: Here, answers: Draft, address: str) -> HttpResponse:
    response = HttpResponseRedirect(address, status=HTTPStatus.SEE_OTHER)
    kept.keep(response, answers, here.visitor, here.grant, secure=request.is_secure())
    return response


def _asked(request: HttpRequest, here: Here, word: str, answers: Draft) -> dict[str, Any]:
    """What the page of a question shows; why what was sent is not taken is said in the language of the page."""
    lang = language_of(request)
    typed: Mapping[str, str] = {}
    error = None
    if answers.wrong and answers.wrong[0] == word:
        typed = answers.wrong[1]
        try:
            questions.read(word, typed, here.whose, on=here.whose.today)
        except WrongAnswerError as wrong:
            error = wrong
    known = questions.offered(word, here.whose) if word in SCHEME_OF else ()
    return {
        "whose": here.whose,
        "word": word,
        "known": known,
        "choices": _choices(word),
        "chosen": typed.get("answer") or _chosen(word, answers, known),
        "written": typed.get("other") or _written(request, word, answers, known),
        "places": place_names(lang) if word in SCHEME_OF else (),
        "back": _back(here, word, answers),
        "error": error.said[lang] if error else "",
        "error_field": error.field if error else "",
        "title": _title(request, word, answers),
        **head_of(here),
    }


def _title(request: HttpRequest, word: str, answers: Draft) -> str:
    lang, side = language_of(request), {"from_scheme": "origin", "to_scheme": "destination"}.get(word, "")
    place = questions.place_of(answers.words.get(side, ""), lang) if side else ""
    return say(lang, f"pages_apply.q_{word}", place=place)


def _choices(word: str) -> tuple[str, ...]:
    if word in {"from_scheme", "to_scheme"}:
        return questions.SCHEMES
    return questions.YES_NO if word == "cash" else ()


def _chosen(word: str, answers: Draft, known: tuple[Insured, ...]) -> str:
    """What is marked when the page opens: the answer, else what agencies know."""
    given = answers.words.get(word)
    if word not in SCHEME_OF:
        return given or ""
    if given is None:
        return known[0].way if known else questions.OTHER
    way = f"{given}.{answers.words.get(SCHEME_OF[word], '')}"
    return way if way in {each.way for each in known} else questions.OTHER


def _written(request: HttpRequest, word: str, answers: Draft, known: tuple[Insured, ...]) -> str:
    given = answers.words.get(word, "")
    if word not in SCHEME_OF or not given or _chosen(word, answers, known) != questions.OTHER:
        return ""
    return questions.place_of(given, language_of(request))


def _back(here: Here, word: str, answers: Draft) -> str:
    earlier = questions.before(word, answers)
    address: str = (
        reverse("apply_question", args=[here.grant.id, earlier])
        if earlier
        else reverse("apply", args=[here.grant.id])
    )
    return address


def check(request: HttpRequest, grant: int) -> HttpResponse:
    """Every answer to read over, and what the rules say to it before it is sent."""
    here = entered(request, grant)
    answers = kept.read(request, here.visitor, here.grant)
    onward = _onward(here, answers)
    if onward != reverse("apply_check", args=[grant]):
        return HttpResponseRedirect(onward)
    found = applying.beforehand(here, answers)
    places = desk.ask(reading.desk_places)
    lang = language_of(request)
    open_case = next((str(each.inputs["other_case"]) for each in found.decisions if each.rule == "R-086"), "")
    return page(
        request,
        "apply/check.html",
        whose=here.whose,
        words=answers.words,
        row={
            "origin": _place(answers.words["origin"], places),
            "destination": _place(answers.words["destination"], places),
        },
        here=_insured(here, answers, "origin"),
        there=_insured(here, answers, "destination"),
        found=found,
        mode=say(lang, f"states.mode.{found.money.mode.value}") if found.money else "",
        last_four=answers.words.get("account", "")[-4:],
        open_case=open_case,
        not_here=[_place(code, places) for code in found.not_here],
        not_known=[_sentence(request, each.rule, each.outcome) for each in found.not_known],
        told=[_sentence(request, each.rule, each.outcome) for each in found.told],
        token=kept.sealed(answers, here.visitor, here.grant),
        error=request.GET.get("missing") == "agree",
        **head_of(here),
    )


def _sentence(request: HttpRequest, rule: str, outcome: str) -> str:
    return say(language_of(request), f"outcomes.{rule}.{outcome}")


def _place(code: str, places: Mapping[str, Place]) -> Place:
    return places.get(code) or named_place(areas(), code)


def _insured(here: Here, answers: Draft, side: str) -> Insured | None:
    way = f"{answers.words[side]}.{answers.words[SCHEME_OF[side]]}"
    return next((each for each in here.whose.insured if each.way == way), None)


def send(request: HttpRequest, grant: int) -> HttpResponse:
    """Consent and application in one; pressed twice it is the same case."""
    here = entered(request, grant)
    answers = kept.opened(request.POST.get("draft", ""), here.visitor, here.grant)
    if questions.left(answers) is not None:
        return HttpResponseRedirect(reverse("apply", args=[grant]), status=HTTPStatus.SEE_OTHER)
    if request.POST.get("agree") != "yes":
        # Shown by the page itself, so that going back later asks nothing to be sent again.
        address = f"{reverse('apply_check', args=[grant])}?missing=agree"
        return HttpResponseRedirect(address, status=HTTPStatus.SEE_OTHER)
    try:
        taken = applying.send(here, answers, shown=factors.shown_lately(request))
    except NotSentError as error:
        if error.why == "account":
            return HttpResponseRedirect(_onward(here, answers), status=HTTPStatus.SEE_OTHER)
        if error.why == "show_again":
            back = urlencode({"next": reverse("apply_check", args=[grant])})
            address = f"{reverse('account_reauthenticate')}?{back}"
            return HttpResponseRedirect(address, status=HTTPStatus.SEE_OTHER)
        return said(request, error.why, status=HTTPStatus.CONFLICT)
    address = reverse("apply_sent", args=[grant, taken.case_no])
    if taken.outcome == "already_open":
        address = f"{address}?open=1"
    response = HttpResponseRedirect(address, status=HTTPStatus.SEE_OTHER)
    kept.forget(response, here.grant)
    return response


def sent(request: HttpRequest, grant: int, number: str) -> HttpResponse:
    """The number, who holds it, the next date and what happens then."""
    here = entered(request, grant)
    try:
        plain = case_number.validate(number)
        found = desk.ask(lambda reader: asking.own_case(reader, here.grant, plain))
    except (case_number.CaseNumberError, reading.NoSuchCaseError):
        raise Http404 from None
    return page(
        request,
        "apply/sent.html",
        whose=here.whose,
        page=found,
        was_open="open" in request.GET,
        clocks=_clocks(found),
        **head_of(here),
    )


@dataclass(frozen=True, slots=True)
class Clocks:
    """The two legal days. ``accepted_on``: the day they count from, or the day by which both checks are promised."""

    accepted_on: date
    is_accepted: bool
    origin: Clock
    destination: Clock


def _clocks(found: reading.CasePage) -> Clocks | None:
    """By when the law wants what, where the record is still under way; None where no rule says."""
    due = found.row.record.due
    if due is None or not found.row.record.is_open:
        return None
    accepted = found.accepted_on or due.on
    calendar, policy = working_days(), shipped_policy()
    try:
        out = origin_due(accepted_on=accepted, calendar=calendar, policy=policy)
        into = destination_due(
            form_received_on=out.on, accepted_on=accepted, calendar=calendar, policy=policy
        )
    except (NoClockError, YearNotCoveredError):
        return None
    return Clocks(accepted, found.accepted_on is not None, out, into)


def forget(request: HttpRequest, grant: int) -> HttpResponse:
    """Take back everything answered."""
    here = entered(request, grant)
    response = HttpResponseRedirect(reverse("apply", args=[grant]), status=HTTPStatus.SEE_OTHER)
    kept.forget(response, here.grant)
    return response


ROUTES = (
    routes.reading("my/<int:grant>/apply/", start, "apply", who=FOR_A_PERSON),
    routes.reading("my/<int:grant>/apply/check/", check, "apply_check", who=FOR_A_PERSON),
    routes.pressing("my/<int:grant>/apply/send/", send, "apply_send", who=FOR_A_PERSON),
    routes.pressing("my/<int:grant>/apply/forget/", forget, "apply_forget", who=FOR_A_PERSON),
    routes.reading("my/<int:grant>/apply/sent/<str:number>/", sent, "apply_sent", who=FOR_A_PERSON),
    routes.asking("my/<int:grant>/apply/<str:word>/", question, "apply_question", who=FOR_A_PERSON),
)
