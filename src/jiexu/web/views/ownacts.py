"""What people do about a case of their own: consent, stop, withdraw, find the money, write when it is late, rate at the end."""

from __future__ import annotations

from datetime import date
from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from jiexu.gateways.policyfiles.calendar import working_days
from jiexu.gateways.policyfiles.facts import shipped_policy
from jiexu.guide.letters import LetterKind
from jiexu.rules.clocks import destination_due, origin_due, promise_due
from jiexu.texts import say
from jiexu.usecases import asking, own_acts, reading
from jiexu.usecases.deskwork import Verb
from jiexu.usecases.doors import Purpose
from jiexu.usecases.figures import BEST, WORST
from jiexu.usecases.own_acts import Possible, RatingError
from jiexu.values import case_number
from jiexu.values.money import format_yuan
from jiexu.web import desk, kept, routes, words
from jiexu.web.grants import FOR_A_PERSON, Here, entered, head_of
from jiexu.web.pages import language_of, page
from jiexu.web.views.letters import composed
from jiexu.wording.guide import Words

SCORES = tuple(range(BEST, WORST - 1, -1))


def _own(
    request: HttpRequest, grant: int, number: str, purpose: Purpose = Purpose.APPLY
) -> tuple[Here, reading.CasePage]:
    """Raises Http404 for a case of somebody else, and for an agent who was authorised for other things."""
    here = entered(request, grant, purpose)
    try:
        plain = case_number.validate(number)
        found = desk.ask(lambda reader: asking.own_case(reader, here.grant, plain))
    except (case_number.CaseNumberError, reading.NoSuchCaseError):
        raise Http404 from None
    return here, found


def _possible(found: reading.CasePage) -> Possible:
    return desk.ask(lambda reader: own_acts.possible(reader, found.row.case_no))


def _shown(
    request: HttpRequest,
    here: Here,
    found: reading.CasePage,
    template: str,
    status: int = HTTPStatus.OK,
    **more: Any,
) -> HttpResponse:
    return page(
        request, template, status, page=found, row=found.row, name=here.whose.name, **head_of(here), **more
    )


def _done(here: Here, found: reading.CasePage) -> HttpResponse:
    return HttpResponseRedirect(_acts_at(here, found), status=HTTPStatus.SEE_OTHER)


def _acts_at(here: Here, found: reading.CasePage) -> str:
    address: str = reverse("own_case_acts", args=[here.grant.id, found.row.case_no])
    return address


def acts(request: HttpRequest, grant: int, number: str) -> HttpResponse:
    """What can be done about the case now, and what was done last."""
    here, found = _own(request, grant, number, Purpose.VIEW)
    return _shown(
        request,
        here,
        found,
        "own/acts.html",
        may=_possible(found),
        said=kept.sentence(request, _acts_at(here, found), None),
        rated=desk.ask(lambda reader: own_acts.rating(reader, found.row.case_no)),
    )


def consent(request: HttpRequest, grant: int, number: str) -> HttpResponse:
    """A proposed transfer: consent, with the days until which it can still be stopped."""
    return _page_of(request, grant, number, Verb.CONSENT, "own/consent.html")


def stop(request: HttpRequest, grant: int, number: str) -> HttpResponse:
    """A proposal or a consented transfer inside its window: nothing has begun."""
    return _page_of(request, grant, number, Verb.STOP, "own/stop.html")


def withdraw(request: HttpRequest, grant: int, number: str) -> HttpResponse:
    """A transfer that has begun: both agencies must agree while no form is issued."""
    return _page_of(request, grant, number, Verb.WITHDRAW, "own/withdraw.html")


def _page_of(request: HttpRequest, grant: int, number: str, verb: Verb, template: str) -> HttpResponse:
    """A page of its own before the act; pressing does it once, and says what came of it."""
    here, found = _own(request, grant, number)
    may = _possible(found)
    if request.method == "POST":
        return _act(request, here, found, may, verb)
    if verb not in may.verbs:
        return _done(here, found)
    return _shown(request, here, found, template, **_days(here.whose.today, may.agency))


def _act(
    request: HttpRequest, here: Here, found: reading.CasePage, may: Possible, verb: Verb
) -> HttpResponse:
    with desk.node(may.agency) as node:
        word, reason = own_acts.act(
            node, may.agency, found.row.case_no, verb, by=here.visitor.name, day=here.whose.today
        )
    if word in {"done", "already_done"}:
        return _done(here, found)
    key = f"reasons.{reason}" if word == "not_possible" else "doors.failed"
    return _shown(
        request,
        here,
        found,
        "own/acts.html",
        HTTPStatus.CONFLICT,
        may=_possible(found),
        said=kept.sentence(request, _acts_at(here, found), lambda lang: say(lang, key)),
        rated=None,
    )


def _days(today: date, agency: str) -> dict[str, Any]:
    """Until when it can be stopped after a consent today, and the days by law if it is accepted when that is over."""
    calendar, policy = working_days(), shipped_policy()
    window = promise_due(what="window", start=today, calendar=calendar, policy=policy, area=agency).on
    accepted = promise_due(what="check", start=window, calendar=calendar, policy=policy).on
    out = origin_due(accepted_on=accepted, calendar=calendar, policy=policy).on
    into = destination_due(form_received_on=out, accepted_on=accepted, calendar=calendar, policy=policy).on
    return {"window": window, "accepted": accepted, "form": out, "taken": into}


def money(request: HttpRequest, grant: int, number: str) -> HttpResponse:
    """One sentence for every fen that is under way."""
    here, found = _own(request, grant, number, Purpose.VIEW)
    lang = language_of(request)
    lines = desk.ask(lambda reader: own_acts.whereabouts(reader, found.row.case_no, found.row.money))
    said = []
    for each in lines:
        line = each.line
        assert line.held is not None and line.due is not None  # noqa: S101, PT018 - an open line has both
        who = words.agency_name(lang, line.held.place)
        if line.held.role:
            who = say(lang, "pages_own.who_role", who=who, role=say(lang, f"states.holder.{line.held.role}"))
        sentence = say(
            lang,
            "pages_own.money_is_late" if line.due.is_late else "pages_own.money_is",
            amount=format_yuan(line.amount_fen),
            who=who,
            since=words.day(lang, each.since, found.today),
            next=say(lang, f"states.next.{line.next_event}"),
            until=words.day(lang, line.due.on, found.today),
            firm=say(lang, f"states.due.{line.due.kind}"),
        )
        said.append((sentence, line))
    return _shown(request, here, found, "own/money.html", said=said)


def late(request: HttpRequest, grant: int, number: str) -> HttpResponse:
    """The letter, filled in from the case: to complain where a day of the law has passed, else to ask how far it is."""
    here, found = _own(request, grant, number, Purpose.VIEW)
    if not found.row.is_late:
        return _done(here, found)
    lang = language_of(request)
    wording = Words(lang, shipped_policy().parameters)
    came = desk.ask(lambda reader: own_acts.form_came(reader, found.row.case_no))
    values = {
        "origin": found.row.origin.code,
        "destination": found.row.destination.code,
        "accepted_on": found.accepted_on,
        "form_received_on": came,
        "on": here.whose.today,
    }
    letter = None
    for kind in (LetterKind.COMPLAINT, LetterKind.PROGRESS) if found.accepted_on else ():
        letter = composed(kind, values, wording)
        if not isinstance(letter, str):
            break
    lines = (
        [(wording.plain(one), wording.legal(one)) for one in letter.lines]
        if letter is not None and not isinstance(letter, str)
        else []
    )
    return _shown(request, here, found, "own/late.html", lines=lines)


def rate(request: HttpRequest, grant: int, number: str) -> HttpResponse:
    """One of five and a sentence, once a case, when it is over."""
    here, found = _own(request, grant, number)
    rated = desk.ask(lambda reader: own_acts.rating(reader, found.row.case_no))
    if found.row.is_open or rated is not None:
        return _done(here, found)
    said, error = "", ""
    if request.method == "POST":
        said = request.POST.get("said", "")
        may = _possible(found)
        try:
            with desk.node(may.agency) as node:
                own_acts.rate(
                    node,
                    may.agency,
                    found.row.case_no,
                    request.POST.get("score", ""),
                    said,
                    on=here.whose.today,
                )
        except RatingError as fault:
            error = say(language_of(request), f"errors.{fault.code}", **fault.data)
        else:
            return _done(here, found)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if error else HTTPStatus.OK
    return _shown(request, here, found, "own/rate.html", status, scores=SCORES, said=said, error=error)


BASE = "my/<int:grant>/cases/<str:number>"
ROUTES = (
    routes.reading(f"{BASE}/acts/", acts, "own_case_acts", who=FOR_A_PERSON),
    routes.asking(f"{BASE}/consent/", consent, "own_case_consent", who=FOR_A_PERSON),
    routes.asking(f"{BASE}/stop/", stop, "own_case_stop", who=FOR_A_PERSON),
    routes.asking(f"{BASE}/withdraw/", withdraw, "own_case_withdraw", who=FOR_A_PERSON),
    routes.reading(f"{BASE}/money/", money, "own_case_money", who=FOR_A_PERSON),
    routes.reading(f"{BASE}/late/", late, "own_case_late", who=FOR_A_PERSON),
    routes.asking(f"{BASE}/rate/", rate, "own_case_rate", who=FOR_A_PERSON),
)
