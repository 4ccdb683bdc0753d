"""Money at the desk: receipts that found their amount and why, those that wait, matching by hand, and the way back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from jiexu.usecases import matching, reading, returning, reviews
from jiexu.usecases.deskwork import Verb
from jiexu.usecases.doors import Role
from jiexu.usecases.matching import Choice, MatchError
from jiexu.usecases.node import Node
from jiexu.values import case_number
from jiexu.values.case_number import CaseNumberError
from jiexu.values.errors import ValueFault
from jiexu.web import desk, kept, office, routes
from jiexu.web.kept import Said
from jiexu.web.pages import page
from jiexu.web.routes import DESK


def receipts(request: HttpRequest) -> HttpResponse:
    """What waits, what found its amount, what goes back and what came back."""
    return _receipts(request)


def _receipts(request: HttpRequest, status: int = HTTPStatus.OK, said: Said | None = None) -> HttpResponse:
    visitor, agency = office.here(request)
    day = desk.ask(reading.today_of)
    with office.at_desk(agency) as node:
        found = matching.desk(node, agency, day=day, after=request.GET.get("after", ""))
        asked = [each for each in reviews.waiting(node, agency) if each.verb is Verb.MATCH_RECEIPT]
        back = returning.waiting(node, agency)
        names = {each.case_no for each in found.matched} | {each.case_no for each in asked}
        office.noted_list(node, visitor, agency, shown=len(names) + len(found.waiting))
    context: dict[str, Any] = {
        "money": found,
        "asked": asked,
        "back": back,
        "today": day,
        "has_clock": desk.ask(reading.has_clock),
        "said": kept.sentence(request, reverse("desk_receipts"), said),
        "done": request.GET.get("done", "") if request.GET.get("done", "") in DONE else "",
    }
    return page(request, "doors/receipts.html", status, **context, **office.frame(request, visitor))


DONE = ("asked", "back_asked", "back_agreed", "back_refused", "back_withdrawn")
"""What the page says after a button was pressed."""


def receipt(request: HttpRequest) -> HttpResponse:
    """One receipt: what is known of it, what is proposed and why, and what finance can do about it."""
    return _receipt(request, request.GET.get("receipt", ""))


def _receipt(
    request: HttpRequest, name: str, status: int = HTTPStatus.OK, said: Said | None = None
) -> HttpResponse:
    visitor, agency = office.here(request)
    day = desk.ask(reading.today_of)
    with office.at_desk(agency) as node:
        found = matching.one(node, agency, name, day=day)
        if found is None:
            return _receipts(request, HTTPStatus.CONFLICT, said) if said else _to("desk_receipts")
        office.noted_list(node, visitor, agency, shown=len(found.suggestion.amounts))
    context: dict[str, Any] = {
        "each": found,
        "money": True,
        "why_back": returning.WHY,
        "today": day,
        "has_clock": desk.ask(reading.has_clock),
        "said": kept.sentence(request, f"{reverse('desk_receipt')}?{urlencode({'receipt': name})}", said),
        "written": {name: request.POST.get(name, "") for name in ("case", "leg", "other_payer")},
        "chosen": request.POST.getlist("amount"),
    }
    return page(request, "doors/receipt.html", status, **context, **office.frame(request, visitor))


def ask(request: HttpRequest) -> HttpResponse:
    """Finance asks a reviewer to agree that a receipt belongs to the chosen amounts."""

    def act(node: Node, agency: str, name: str, by: str, day: date) -> str:
        chosen = _chosen(
            request.POST.getlist("amount"), request.POST.get("case", ""), request.POST.get("leg", "")
        )
        other_payer = request.POST.get("other_payer") == "yes"
        matching.ask(node, agency, name, chosen, by=by, on=day, other_payer=other_payer)
        return "asked"

    return _done(request, act)


def _chosen(ticked: Sequence[str], written: str, leg: str) -> list[Choice]:
    """Amounts that were ticked, and the one that was written. Raises MatchError where that is no case number."""
    pairs = [each.partition(".")[::2] for each in ticked]
    choices = [(case_no, int(number)) for case_no, number in pairs if number.isascii() and number.isdigit()]
    if written.strip():
        try:
            number = case_number.validate(written)
        except CaseNumberError as fault:
            raise MatchError(
                "match_case_number",
                "{given} is no case number; check it against the file.",
                given=written[:40],
            ) from fault
        whole = leg.strip() or "1"
        choices.append((number, int(whole) if whole.isascii() and whole.isdigit() and len(whole) <= 9 else 0))
    return choices


def back(request: HttpRequest) -> HttpResponse:
    """Finance asks a reviewer to let a receipt go back to who paid it."""

    def act(node: Node, agency: str, name: str, by: str, day: date) -> str:
        returning.ask(node, agency, name, why=request.POST.get("why", ""), by=by, on=day)
        return "back_asked"

    return _done(request, act)


def back_agree(request: HttpRequest) -> HttpResponse:
    """The reviewer agrees: the bank has the order."""

    def act(node: Node, agency: str, name: str, by: str, day: date) -> str:
        returning.agree(node, agency, name, attempt=_attempt(request), by=by, on=day)
        return "back_agreed"

    return _done(request, act)


def back_refuse(request: HttpRequest) -> HttpResponse:
    """The reviewer does not agree, and says why."""

    def act(node: Node, agency: str, name: str, by: str, day: date) -> str:
        why = request.POST.get("why", "")[:500]
        returning.send_back(node, agency, name, attempt=_attempt(request), by=by, on=day, why=why)
        return "back_refused"

    return _done(request, act)


def back_withdraw(request: HttpRequest) -> HttpResponse:
    """Whoever asked takes it back."""

    def act(node: Node, agency: str, name: str, by: str, day: date) -> str:
        returning.take_back(node, agency, name, attempt=_attempt(request), by=by, on=day)
        return "back_withdrawn"

    return _done(request, act)


Deed = Callable[[Node, str, str, str, date], str]


def _done(request: HttpRequest, act: Deed) -> HttpResponse:
    """Do what a button says to the receipt it names; back to the list, or to the receipt with why not."""
    visitor, agency = office.here(request)
    name = request.POST.get("receipt", "")
    if not name:
        return _to("desk_receipts")
    with office.at_desk(agency) as node:
        try:
            told = act(node, agency, name, visitor.name, desk.ask(reading.today_of))
        except ValueFault as fault:
            return _receipt(request, name, HTTPStatus.CONFLICT, office.said(fault))
    return _to("desk_receipts", done=told)


def _attempt(request: HttpRequest) -> int:
    text = request.POST.get("attempt", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else 0


def _to(name: str, **query: str) -> HttpResponseRedirect:
    return HttpResponseRedirect(
        reverse(name) + (f"?{urlencode(query)}" if query else ""), status=HTTPStatus.SEE_OTHER
    )


ROUTES = (
    routes.reading("desk/receipts/", receipts, "desk_receipts", who=DESK),
    routes.reading("desk/receipts/one/", receipt, "desk_receipt", who=DESK),
    routes.pressing("desk/receipts/ask/", ask, "receipt_ask", who=Role.FINANCE, money=True),
    routes.pressing("desk/receipts/back/", back, "receipt_back", who=Role.FINANCE, money=True),
    routes.pressing(
        "desk/receipts/back/agree/", back_agree, "receipt_back_agree", who=Role.REVIEWER, money=True
    ),
    routes.pressing("desk/receipts/back/refuse/", back_refuse, "receipt_back_refuse", who=Role.REVIEWER),
    routes.pressing("desk/receipts/back/withdraw/", back_withdraw, "receipt_back_withdraw", who=Role.FINANCE),
)
